/* paired.h - two alternatives in the same worlds: the difference, world by world.
 *
 * What the worlds have in common cancels in each pair, so the interval of the difference
 * is narrower than that of two independent samples; by how much is `unpaired_ratio`. NaN
 * means "no value" (a project that was never released): a pair in which either has none
 * counts for nothing but wins, and n says how many pairs are left. Values that differ by
 * less than PAIRED_ROUNDING of the larger, or of one, are equal: two ways of adding up
 * the same hours would else be told apart, in every world and beyond doubt. */
#ifndef ALLOT_STATS_PAIRED_H
#define ALLOT_STATS_PAIRED_H

#include <stdbool.h>
#include <stddef.h>

#define PAIRED_ROUNDING 1e-9

struct paired {
    size_t n;               /* pairs in which both have a value; 0: all others NaN */
    double difference;      /* mean of x - y */
    double ci_low, ci_high; /* of it, at SUMMARY_LEVEL; NaN for n = 1 */
    double p_value;         /* that the true difference is 0, two-sided; NaN for n = 1 */
    double unpaired_ratio;  /* width of the interval of two independent samples of n,
                               divided by that of the pairs; NaN where neither varies or
                               the difference does not */
};

/* The difference of x[i * stride_x] and y[i * stride_y], i < n. Of numbers: Student's t
 * on the differences; a difference that is the same in all pairs has an interval of no
 * width, and p is 0, or 1 where it is 0. Of yes and no (values 0 and 1): the interval of
 * Bonett and Price (Journal of Educational and Behavioral Statistics 37, 2012), which is
 * never empty, and the exact test of McNemar (a sign test on the pairs that differ).
 * O(n). */
void paired_of(const double *x, size_t stride_x, const double *y, size_t stride_y,
               size_t n, bool is_yes_no, struct paired *out);

/* In which part of the worlds x beats y, and y beats x; the rest are ties. `direction`: 1
 * where more is better, -1 where less is. A missing value is worse than any where
 * `missing_is_worst`, else its pair counts for neither. NaN if no pair counts. */
struct wins {
    size_t n; /* pairs that count */
    double better_frac, worse_frac;
};
void wins_of(const double *x, size_t stride_x, const double *y, size_t stride_y, size_t n,
             int direction, bool missing_is_worst, struct wins *out);

/* Turns p-values into those of Holm's correction for all n of them (Scandinavian Journal
 * of Statistics 6, 1979): what is below 0.05 then stands, with a chance of at most 5 %
 * that any of them is by accident. NaN is no test and stays. O(n log n). */
void holm_adjust(double *p, size_t n);

#endif
