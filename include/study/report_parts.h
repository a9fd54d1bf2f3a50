/* report_parts.h - the sections of a report, for report.c, which puts them in order.
 *
 * Each appends blocks to the document from what the saved run holds. */
#ifndef ALLOT_STUDY_REPORT_PARTS_H
#define ALLOT_STUDY_REPORT_PARTS_H

#include "study/chart.h"
#include "study/chart_data.h"
#include "study/chart_teams.h"
#include "study/document.h"

/* A team or project with its outcomes at the end; NULL where the run has none. */
struct report_subject {
    const char *name;
    const json_t *settings; /* its part of run.json's settings */
    const struct saved_outcome *released, *release_months, *slip_months;
    const struct saved_outcome *used, *sunk, *fill;
    struct summary against; /* fill less that of all, by replication; NaN: none */
    double on_time_frac;    /* of all replications; NaN without a target */
};

struct report {
    struct saved_run *run;
    struct document *doc;
    struct report_subject *teams, *projects; /* in the order of the file */
    size_t n_teams, n_projects;
    const struct saved_outcome *used, *fill; /* of all teams together */
    struct chart_teams colours;
    bool is_random; /* some outcome differs between replications */
};

enum verdict { VERDICT_GAINS, VERDICT_LOSES, VERDICT_UNCLEAR, VERDICT_NONE };
enum verdict report_verdict(const struct report_subject *team);

/* Collects the subjects; -1 on an error. */
int report_subjects(struct report *report, struct diag *d);

/* Cells of numbers: a dash for NaN; percent of fractions with one decimal. */
void report_put_figure(struct document *doc, struct document_table *t, double value,
                       enum figure_format format);
void report_put_tenths(struct document *doc, struct document_table *t, double fraction,
                       bool is_signed);
void report_put_interval(struct document *doc, struct document_table *t, double low,
                         double high, bool is_signed);
double report_mean(const struct saved_outcome *outcome); /* NaN of NULL */

/* The colour that a team has in the charts, "#rrggbb"; NULL if it has none. */
const char *report_swatch(const struct report *report, const char *team);

void report_teams(struct report *report);
void report_projects(struct report *report);
int report_bills(struct report *report, struct diag *d);
void report_warnings(struct report *report);
void report_mechanisms(struct report *report, bool is_short); /* a line, or a table */
int report_charts(struct report *report, struct diag *d);
/* Tables and pictures stand in a folder of their own while they are drawn. */
int report_open_folder(struct text *folder, struct diag *d);
void report_close_folder(struct text *folder);
void report_chart_data(struct document *doc, const struct chart_type *type,
                       const struct chart_sheet *sheet);
void report_months(struct document *doc, const char *title, struct chart_data *data);
void report_names(struct document *doc, const char *title, struct chart_data *data);
void report_assumptions(struct report *report);
void report_settings(struct report *report);
void report_data(struct report *report);
void report_reproduction(struct report *report);

#endif
