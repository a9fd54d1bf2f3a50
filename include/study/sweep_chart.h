/* sweep_chart.h - the charts of a sweep: which settings do what to an outcome.
 *
 * As the charts of a run (chart.h) each is a kind that fills a sheet; a script of its
 * name in plots/ draws the table. Points that are equal in what a chart shows are
 * averaged. */
#ifndef ALLOT_STUDY_SWEEP_CHART_H
#define ALLOT_STUDY_SWEEP_CHART_H

#include "study/chart.h"
#include "study/sweep_view.h"

/* What all kinds draw from. */
struct sweep_chart_data {
    struct sweep_view *view;
    const double *means;    /* as of sweep_view_means */
    size_t outcome, second; /* what is shown; of pareto, across and up */
};

struct sweep_chart_type {
    struct chart_type chart; /* name, summary, header; its `write` is NULL */
    enum chart_outcome (*write)(const struct sweep_chart_data *data,
                                struct chart_sheet *sheet);
};

extern const struct sweep_chart_type sweep_chart_heatmap, sweep_chart_tornado,
    sweep_chart_pareto;
extern const struct sweep_chart_type *const sweep_charts[];
extern const size_t n_sweep_charts;

/* Draws the charts of the sweep in `dir`. metrics: the outcome to show, and the second of
 * pareto; without them the scenario's answer and the use of what is there. Errors: those
 * of chart_draw and of sweep_view_open. */
int sweep_chart_draw(const char *dir, const struct chart_options *options,
                     const char *const *metrics, size_t n_metrics, struct diag *d);

/* Chooses the outcomes that are shown in the same way, the second unlike the first. */
int sweep_chart_choose(struct sweep_chart_data *data, const char *const *metrics,
                       size_t n_metrics, const char *dir, struct diag *d);

/* ---- for the kinds ---- */

/* "SCENARIO, N points, mean of M replications", behind some words. */
void sweep_chart_subtitle(const struct sweep_chart_data *data, const char *words,
                          struct chart_sheet *sheet);

/* Appends an outcome's words: "Months to release: LLaMA (months)". */
void sweep_chart_append_outcome(const struct sweep_chart_data *data, size_t outcome,
                                struct text *out);

/* What a setting is called: the last two parts of its path. */
const char *sweep_chart_path(const struct sweep_view *view, size_t setting);

/* The mean of an outcome at a point. */
double sweep_chart_mean(const struct sweep_chart_data *data, size_t point,
                        size_t outcome);

/* Where that mean, or with another `stat` its interval, is found, for a figure in
 * `prose`. */
struct figure_source sweep_chart_source(struct prose *prose,
                                        const struct view_outcome *outcome, size_t point);

/* A number in few digits, as a cell or word shows it. */
void sweep_chart_append_number(struct text *out, double number);

/* The values that a setting takes in the design, unlike each other: numbers rising, else
 * in the order of the design. On the heap; `is_numeric` may be NULL. */
const char **sweep_chart_values(const struct sweep_view *view, size_t setting, size_t *n,
                                bool *is_numeric);

#endif
