/* compare_chart.h - the charts of a comparison: what each alternative comes to, what it
 * changes, and who gains and loses GPUs: in rows with intervals where these are few, else
 * as a map.
 *
 * As the charts of a run (chart.h) each is a kind that fills a sheet; a script of its
 * name in plots/ draws the table. */
#ifndef ALLOT_STUDY_COMPARE_CHART_H
#define ALLOT_STUDY_COMPARE_CHART_H

#include "study/chart.h"
#include "study/saved_comparison.h"

struct compare_chart_type {
    struct chart_type chart; /* name, summary, header; its `write` is NULL */
    bool is_of_answer;       /* of one answer; else of the comparison as a whole */
    enum chart_outcome (*write)(struct saved_comparison *c,
                                const struct saved_effect *answer,
                                struct chart_sheet *sheet);
};

extern const struct compare_chart_type *const compare_charts[];
extern const size_t n_compare_charts;

/* Draws the charts of the comparison in `dir`, of an answer of its: a metric as it was
 * asked about, NULL for the first. Errors: those of chart_draw and of
 * saved_comparison_open. */
int compare_chart_draw(const char *dir, const struct chart_options *options,
                       const char *metric, struct diag *d);

/* ---- for the kinds ---- */

extern const struct compare_chart_type compare_chart_means, compare_chart_differences,
    compare_chart_shifts, compare_chart_shiftmap;

/* The span of numbers on an axis: widened by each (NaN is none), written with some room.
 */
struct compare_span {
    double low, high;
};
void compare_span_widen(struct compare_span *span, double x);
void compare_span_write(const struct compare_span *span, struct text *rows);

/* "WORDS; SCENARIO, 200 worlds". */
void compare_chart_subtitle(const struct saved_comparison *c, const char *words,
                            struct chart_sheet *sheet);

/* A row of an effect's change, `factor` times: interval, mark, the number at the right.
 */
void compare_chart_change(struct saved_comparison *c, const struct saved_effect *e,
                          double factor, int decimals, size_t row,
                          struct compare_span *span, struct text *rows);

/* Decimals that show numbers up to `largest` in three digits or more. */
int compare_chart_decimals(double largest);

/* A change with its sign; with more decimals where it stands and would be shown as 0. In
 * the comparison's arena. */
const char *compare_chart_signed(struct saved_comparison *c, double x, int decimals,
                                 bool stands);

#endif
