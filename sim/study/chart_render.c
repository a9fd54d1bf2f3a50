#include "base/file.h"
#include "study/chart.h"
#include "study/gnuplot.h"

#include <unistd.h>

enum { MOST_PICTURE_BYTES = 1 << 26 };

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
        result = chart_sheet_write_table(sheet, type, table.bytes, d);
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
