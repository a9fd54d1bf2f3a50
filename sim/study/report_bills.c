/* What the work comes to: energy, CO2 and cost, and what failures take. Columns of which
 * the run has nothing are left out, and so is all of it where none is left. */
#include "study/report_parts.h"

#include <math.h>
#include <string.h>

enum { MOST_ROWS = 60 };

static const struct bill {
    const char *metric, *title;
    enum figure_format format;
} bills[] = {
    {"gpu_hours_used", "GPU-hours used", FIGURE_HOURS},
    {"gpu_hours_lost", "of these lost", FIGURE_HOURS},
    {"gpu_hours_failed", "out of service", FIGURE_HOURS},
    {"energy_mwh", "Energy, MWh", FIGURE_COUNT},
    {"co2_tonnes", "CO\u2082, t", FIGURE_COUNT},
    {"cost", "Cost", FIGURE_COUNT},
    {"gpu_hours_serving", "GPU-hours serving", FIGURE_HOURS},
    {"loss", "Model's loss", FIGURE_INDEX},
};
enum { N_BILLS = sizeof bills / sizeof *bills };

struct bill_rows {
    struct report *report;
    const struct bill *told[N_BILLS];
    size_t n_told;
};

/* Energy and money may be small: below 10 they are told with decimals. */
static void put_bill(struct report *report, struct document_table *t,
                     const struct bill *bill, double value)
{
    bool is_small = bill->format == FIGURE_COUNT && fabs(value) < 10 && value != 0;
    report_put_figure(report->doc, t, value, is_small ? FIGURE_INDEX : bill->format);
}

static void put_row(const struct bill_rows *rows, struct document_table *t,
                    const char *kind, const char *subject, const char *title,
                    struct diag *d)
{
    struct report *report = rows->report;
    document_cell(report->doc, t, "%s", title)->swatch =
        strcmp(kind, "team") == 0 ? report_swatch(report, subject) : NULL;
    for (size_t k = 0; k < rows->n_told; k++) {
        const char *metric = rows->told[k]->metric;
        const struct saved_outcome *o =
            saved_run_outcome(report->run, metric, kind, subject, "", d);
        put_bill(report, t, rows->told[k], report_mean(o));
    }
}

/* Which columns say anything. */
static void choose(struct bill_rows *rows, const struct saved_outcome *outcomes, size_t n)
{
    for (size_t k = 0; k < N_BILLS; k++)
        for (size_t i = 0; i < n; i++) {
            const struct saved_outcome *o = &outcomes[i];
            if (*o->at != '\0' || strcmp(o->metric, bills[k].metric) != 0 ||
                !(o->summary.mean > 0))
                continue;
            rows->told[rows->n_told++] = &bills[k];
            break;
        }
}

int report_bills(struct report *report, struct diag *d)
{
    struct document_column columns[N_BILLS + 1] = {{"Whose", COLUMN_NAME}};
    struct bill_rows rows = {.report = report};
    size_t n;
    const struct saved_outcome *outcomes = saved_run_outcomes(report->run, &n, d);
    if (!outcomes)
        return -1;
    choose(&rows, outcomes, n);
    if (rows.n_told < 2) /* use alone stands elsewhere */
        return 0;
    for (size_t k = 0; k < rows.n_told; k++)
        columns[k + 1] = (struct document_column){rows.told[k]->title, COLUMN_NUMBER};
    document_heading(report->doc, "What it takes");
    struct document_table *t = document_table(report->doc, "Failures, energy and cost",
                                              columns, rows.n_told + 1);
    put_row(&rows, t, "all", "all", "all", d);
    for (size_t i = 0; i < report->n_teams && i < MOST_ROWS; i++)
        put_row(&rows, t, "team", report->teams[i].name, report->teams[i].name, d);
    for (size_t i = 0; i < report->n_projects && i < MOST_ROWS; i++)
        put_row(&rows, t, "project", report->projects[i].name, report->projects[i].name,
                d);
    struct prose *note = document_paragraph(report->doc, STYLE_NOTE);
    prose_words(note, "Lost are hours that went into checkpoints, restarts and what a "
                      "failure undid; out of service is failure or maintenance. Energy, "
                      "CO\u2082 and cost are those of the hours used.");
    return 0;
}
