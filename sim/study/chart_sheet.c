#include "base/file.h"
#include "study/chart.h"
#include "study/glyphs.h"

#include <string.h>

enum { LONGEST_NAME = 32 };

void chart_sheet_init(struct chart_sheet *sheet, const struct saved_run *run)
{
    text_init(&sheet->title);
    text_init(&sheet->subtitle);
    text_init(&sheet->rows);
    text_init(&sheet->none);
    prose_init(&sheet->caption, run ? run->start : "");
}

void chart_sheet_release(struct chart_sheet *sheet)
{
    text_release(&sheet->title);
    text_release(&sheet->subtitle);
    text_release(&sheet->rows);
    text_release(&sheet->none);
    prose_release(&sheet->caption);
}

/* A row of which only the last cell is filled. */
static void append_text_row(struct text *out, const char *header, const char *what,
                            const char *string)
{
    text_append(out, what);
    for (const char *c = header; *c; c++)
        if (*c == ',')
            text_append(out, ",");
    glyphs_append_cell(out, string);
    text_append(out, "\n");
}

void chart_sheet_append_table(const struct chart_sheet *sheet,
                              const struct chart_type *type, struct text *out)
{
    text_printf(out, "%s\n", type->header);
    append_text_row(out, type->header, "title", sheet->title.bytes);
    append_text_row(out, type->header, "subtitle", sheet->subtitle.bytes);
    text_append_bytes(out, sheet->rows.bytes, sheet->rows.length);
}

static void write_subtitle(struct chart_sheet *sheet, const struct saved_run *run,
                           const char *unit, const char *statistic)
{
    struct text *out = &sheet->subtitle;
    long long first = json_integer_value(json_object_get(run->json, "first_replication"));
    text_clear(out);
    if (*unit)
        text_printf(out, "%s; ", unit);
    text_printf(out, "%s, rule %s", run->name, run->rule);
    if (*run->alternative)
        text_printf(out, ", alternative %s", run->alternative);
    if (run->replications > 1)
        text_printf(out, ", %s%zu replications", statistic, run->replications);
    else
        text_printf(out, ", one run, seed %lld",
                    (long long)json_integer_value(json_object_get(run->json, "seed")));
    if (run->replications == 1 && first > 0)
        text_printf(out, ", replication %lld", first);
}

int chart_sheet_write_table(const struct chart_sheet *sheet,
                            const struct chart_type *type, const char *path,
                            struct diag *d)
{
    struct out_file file;
    struct text table;
    if (file_create(&file, path, d) != 0)
        return -1;
    text_init(&table);
    chart_sheet_append_table(sheet, type, &table);
    fwrite(table.bytes, 1, table.length, file.stream);
    text_release(&table);
    return file_commit(&file, d);
}

void chart_subtitle(struct chart_sheet *sheet, const struct saved_run *run,
                    const char *unit)
{
    write_subtitle(sheet, run, unit, "mean of ");
}

void chart_subtitle_of_spread(struct chart_sheet *sheet, const struct saved_run *run,
                              const char *unit)
{
    write_subtitle(sheet, run, unit, "");
}

void chart_name_cell(struct text *out, const char *name)
{
    struct text cut;
    text_init(&cut);
    text_append_cut(&cut, name, LONGEST_NAME);
    glyphs_append_cell(out, cut.bytes);
    text_release(&cut);
}
