#include "base/file.h"
#include "study/chart.h"
#include "study/gnuplot.h"

#include <unistd.h>

enum { MOST_PICTURE_BYTES = 1 << 26 };

static int write_table(const char *path, const struct chart_type *type,
                       const struct chart_sheet *sheet, struct diag *d)
{
    struct out_file file;
    struct text table;
    int result = file_create(&file, path, d);
    if (result != 0)
        return -1;
    text_init(&table);
    chart_sheet_append_table(sheet, type, &table);
    fwrite(table.bytes, 1, table.length, file.stream);
    text_release(&table);
    return file_commit(&file, d);
}

int chart_render(const struct chart_type *type, const struct chart_sheet *sheet,
                 enum chart_medium medium, const char *folder, struct text *picture,
                 struct diag *d)
{
    struct text script, table, out;
    text_init(&script);
    text_init(&table);
    text_init(&out);
    text_printf(&table, "%s/.%s.%ld.tmp.csv", folder, type->name, (long)getpid());
    text_printf(&out, "%s/.%s.%ld.tmp.svg", folder, type->name, (long)getpid());
    int result = gnuplot_find_plots(&script, d);
    text_printf(&script, "/%s.gp", type->name);
    if (result == 0)
        result = write_table(table.bytes, type, sheet, d);
    if (result == 0 && medium == CHART_SVG) {
        result = gnuplot_draw(script.bytes, table.bytes, out.bytes, "light", d);
        if (result == 0)
            result = file_read(out.bytes, MOST_PICTURE_BYTES, picture, d);
        unlink(out.bytes);
    } else if (result == 0) {
        result = gnuplot_preview(script.bytes, table.bytes, medium == CHART_TERMINAL,
                                 picture, d);
    }
    unlink(table.bytes);
    text_release(&script);
    text_release(&table);
    text_release(&out);
    return result;
}
