/* The charts of a report: every kind that the run has data for, drawn once as SVG in a
 * directory of its own that is gone afterwards. */
#include "base/file.h"
#include "study/gnuplot.h"
#include "study/report_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_PICTURE_BYTES = 1 << 24 };

struct studio {
    struct text folder, plots;
    struct text table, script, picture; /* paths of the chart that is drawn */
};

static int studio_open(struct studio *s, struct diag *d)
{
    const char *given = getenv("TMPDIR");
    text_init(&s->folder);
    text_init(&s->plots);
    text_init(&s->table);
    text_init(&s->script);
    text_init(&s->picture);
    if (gnuplot_find_plots(&s->plots, d) != 0)
        return -1;
    text_printf(&s->folder, "%s/allot-report-XXXXXX", given && *given ? given : "/tmp");
    if (!mkdtemp(s->folder.bytes)) {
        struct place at = {.file = s->folder.bytes};
        diag_error(d, DIAG_CANNOT_CREATE, &at, "cannot be created: %s", strerror(errno));
        text_clear(&s->folder);
        return -1;
    }
    return 0;
}

static void studio_close(struct studio *s)
{
    if (s->folder.length > 0)
        rmdir(s->folder.bytes);
    text_release(&s->folder);
    text_release(&s->plots);
    text_release(&s->table);
    text_release(&s->script);
    text_release(&s->picture);
}

static void set_path(struct text *path, const struct text *folder, const char *name,
                     const char *ending)
{
    text_clear(path);
    text_printf(path, "%s/%s.%s", folder->bytes, name, ending);
}

static int write_table(const char *path, const struct chart_type *type,
                       const struct chart_sheet *sheet, struct diag *d)
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

/* Appends the picture of a sheet. */
static int draw(struct studio *s, const struct chart_type *type,
                const struct chart_sheet *sheet, struct text *svg, struct diag *d)
{
    set_path(&s->table, &s->folder, type->name, "csv");
    set_path(&s->picture, &s->folder, type->name, "svg");
    set_path(&s->script, &s->plots, type->name, "gp");
    int result = write_table(s->table.bytes, type, sheet, d);
    if (result == 0)
        result =
            gnuplot_draw(s->script.bytes, s->table.bytes, s->picture.bytes, "light", d);
    if (result == 0)
        result = file_read(s->picture.bytes, MOST_PICTURE_BYTES, svg, d);
    unlink(s->table.bytes);
    unlink(s->picture.bytes);
    return result;
}

/* The data under the picture, from the very rows that it is drawn from. */
void report_chart_data(struct document *doc, const struct chart_type *type,
                       const struct chart_sheet *sheet)
{
    struct chart_data rows;
    struct text summary;
    chart_data_read(&rows, type, sheet);
    text_init(&summary);
    text_printf(&summary, "Data: %s", sheet->title.bytes);
    document_fold(doc, summary.bytes);
    if (rows.high >= 0)
        report_months(doc, sheet->title.bytes, &rows);
    else
        report_names(doc, sheet->title.bytes, &rows);
    document_fold_end(doc);
    text_release(&summary);
    chart_data_release(&rows);
}

static void copy_prose(const struct prose *from, struct prose *to)
{
    for (size_t i = 0; i < from->n_parts; i++) {
        const struct prose_part *part = &from->parts[i];
        if (part->kind == PROSE_FIGURE)
            prose_figure(to, part->figure.value, part->figure.format,
                         part->figure.source);
        else if (part->kind == PROSE_NAME)
            prose_name(to, part->text);
        else
            prose_words(to, "%s", part->text);
    }
}

static int add_chart(struct report *report, struct studio *studio,
                     const struct chart_type *type, const struct chart_sheet *sheet,
                     struct diag *d)
{
    struct text svg;
    text_init(&svg);
    int result = draw(studio, type, sheet, &svg, d);
    if (result == 0) {
        struct document_figure figure = {type->name, sheet->title.bytes,
                                         sheet->subtitle.bytes, svg.bytes};
        copy_prose(&sheet->caption, document_figure(report->doc, &figure));
        report_chart_data(report->doc, type, sheet);
    }
    text_release(&svg);
    return result;
}

int report_charts(struct report *report, struct diag *d)
{
    struct studio studio;
    const struct chart_request request = {0};
    struct text none;
    text_init(&none);
    int result = studio_open(&studio, d);
    for (size_t i = 0; i < n_charts && result == 0; i++) {
        struct chart_sheet sheet;
        chart_sheet_init(&sheet, report->run);
        enum chart_outcome outcome = charts[i]->write(report->run, &request, &sheet, d);
        if (outcome == CHART_FAILED)
            result = -1;
        else if (outcome == CHART_WRITTEN)
            result = add_chart(report, &studio, charts[i], &sheet, d);
        else
            text_printf(&none, "%s%s (%s)", none.length > 0 ? "; " : "", charts[i]->name,
                        sheet.none.bytes);
        chart_sheet_release(&sheet);
    }
    if (result == 0 && none.length > 0)
        prose_words(document_paragraph(report->doc, STYLE_NOTE),
                    "Charts that this result does not have: %s.", none.bytes);
    studio_close(&studio);
    text_release(&none);
    return result;
}
