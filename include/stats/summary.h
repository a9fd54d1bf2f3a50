/* summary.h - a sample in ten numbers.
 *
 * NaN means "no value" (a project that was never released) and is skipped; n counts what
 * is left. Sums run in index order, so equal samples give equal bytes on any number of
 * threads. No globals; scratch belongs to the caller. Values are meant to be finite: an
 * infinity makes the mean infinite and the standard deviation NaN. */
#ifndef ALLOT_STATS_SUMMARY_H
#define ALLOT_STATS_SUMMARY_H

#include <stddef.h>

/* The confidence level of the intervals that summary_of gives. */
#define SUMMARY_LEVEL 0.95

struct summary {
    size_t n;               /* values that are not NaN */
    double mean;            /* n = 0: all NaN */
    double sd;              /* with n - 1; NaN for n = 1 */
    double ci_low, ci_high; /* of the mean, Student's t; NaN for n = 1 */
    double p025, p05, p25, p50, p75, p95, p975; /* exact, type 7, see summary_quantile */
};

/* Summarises x[0], x[stride], ... x[(n - 1) * stride]; scratch has room for n, and holds
 * the out->n values in rising order afterwards. Mean and
 * deviation by Welford's updates (Technometrics 4, 1962), stable also where the mean is
 * large against the deviation. O(n log n); O(n) where all values are equal, which gives
 * that very value everywhere and a deviation of 0. */
void summary_of(const double *x, size_t stride, size_t n, double *scratch,
                struct summary *out);

/* Sets ci_low and ci_high for another level in (0, 1), from n, mean and sd:
 * mean -+ t((1 + level) / 2; n - 1) * sd / sqrt(n). */
void summary_interval(struct summary *s, double level);

/* Wilson's interval of a share at a level, from `n_yes` of n > 0 trials: never empty,
 * also where all or none of them said yes. Source: Wilson, JASA 22, 1927. */
void summary_wilson(double n_yes, size_t n, double level, double *low, double *high);

/* The p-quantile of n > 0 values in rising order, p in [0, 1]: between the two values
 * around position p * (n - 1), linearly (type 7 of Hyndman and Fan, American Statistician
 * 50, 1996; the default of R, NumPy and GSL). Between equal values it is that value. */
double summary_quantile(const double *sorted, size_t n, double p);

/* An interval of the p-quantile at a level, p in (0, 1), from order statistics: it holds
 * whatever the distribution is. Its ends are values of the sample, each beyond the
 * quantile with a chance of at most (1 - level) / 2 by the binomial distribution; NaN
 * where n is too small for such an end. Source: David and Nagaraja, Order Statistics,
 * 2003, section 7.1. O(log n) of binomial sums. */
void summary_quantile_interval(const double *sorted, size_t n, double p, double level,
                               double *low, double *high);

#endif
