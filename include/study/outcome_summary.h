/* outcome_summary.h - an outcome over the runs in ten numbers, with the interval that
 * suits it.
 *
 * The one place that knows which interval an outcome has: Wilson's where its mean is a
 * share of the runs (metric_is_yes_no: a project is released or not), else Student's of
 * the mean. What a run, a comparison and a sweep write, and what is read back, is this.
 */
#ifndef ALLOT_STUDY_OUTCOME_SUMMARY_H
#define ALLOT_STUDY_OUTCOME_SUMMARY_H

#include "model/metric.h"
#include "stats/summary.h"

/* summary_of of values[i * stride], i < n, with that interval at SUMMARY_LEVEL; scratch
 * has room for n, and holds the out->n values in rising order afterwards. */
void outcome_summary(enum metric metric, enum outcome_kind kind, const double *values,
                     size_t stride, size_t n, double *scratch, struct summary *out);

/* The same, of names as files bear them; those that are not known are of no share. */
void outcome_summary_named(const char *metric, const char *kind, const double *values,
                           size_t stride, size_t n, double *scratch, struct summary *out);

/* The interval of an outcome's mean at a level; NaN where there are fewer than two
 * values. O(n log n). */
void outcome_interval(enum metric metric, enum outcome_kind kind, const double *values,
                      size_t stride, size_t n, double level, double *low, double *high);

#endif
