/* compare_chart.h - the charts of a comparison: what each alternative comes to, what it
 * changes, and who gains and loses GPUs.
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

/* Whether an outcome is a fraction, which is shown in percent. */
bool outcome_is_fraction(enum metric metric, enum outcome_kind kind);

#endif
