/* The charts of a report: every kind that the run has data for, drawn once as SVG in a
 * directory of its own that is gone afterwards. */
#include "study/report_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int report_open_folder(struct text *folder, struct diag *d)
{
    const char *given = getenv("TMPDIR");
    text_init(folder);
    text_printf(folder, "%s/allot-report-XXXXXX", given && *given ? given : "/tmp");
    if (mkdtemp(folder->bytes))
        return 0;
    struct place at = {.file = folder->bytes};
    diag_error(d, DIAG_CANNOT_CREATE, &at, "cannot be created: %s", strerror(errno));
    text_clear(folder);
    return -1;
}

void report_close_folder(struct text *folder)
{
    if (folder->length > 0)
        rmdir(folder->bytes);
    text_release(folder);
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

static int add_chart(struct report *report, const char *folder,
                     const struct chart_type *type, const struct chart_sheet *sheet,
                     struct diag *d)
{
    struct text svg;
    text_init(&svg);
    int result = chart_render(type, sheet, CHART_SVG, folder, &svg, d);
    if (result == 0) {
        struct document_figure figure = {type->name, sheet->title.bytes,
                                         sheet->subtitle.bytes, svg.bytes};
        prose_append(document_figure(report->doc, &figure), &sheet->caption);
        report_chart_data(report->doc, type, sheet);
    }
    text_release(&svg);
    return result;
}

int report_charts(struct report *report, struct diag *d)
{
    const struct chart_request request = {0};
    struct text folder, none;
    text_init(&none);
    int result = report_open_folder(&folder, d);
    for (size_t i = 0; i < n_charts && result == 0; i++) {
        struct chart_sheet sheet;
        chart_sheet_init(&sheet, report->run);
        enum chart_outcome outcome = charts[i]->write(report->run, &request, &sheet, d);
        if (outcome == CHART_FAILED)
            result = -1;
        else if (outcome == CHART_WRITTEN)
            result = add_chart(report, folder.bytes, charts[i], &sheet, d);
        else
            text_printf(&none, "%s%s (%s)", none.length > 0 ? "; " : "", charts[i]->name,
                        sheet.none.bytes);
        chart_sheet_release(&sheet);
    }
    if (result == 0 && none.length > 0)
        prose_words(document_paragraph(report->doc, STYLE_NOTE),
                    "Charts that this result does not have: %s.", none.bytes);
    report_close_folder(&folder);
    text_release(&none);
    return result;
}
