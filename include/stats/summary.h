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

/* Wilson's interval of a share at a level, from `n_yes` of n > 0 trials, with continuity
 * correction: its ends are the shares p at which the trials' share is half a trial beyond
 * z standard errors of p,
 *
 *     |n_yes / n - p| - 1 / (2 n) = z sqrt(p (1 - p) / n),    z = z((1 + level) / 2),
 *
 * or 0 where none said yes, 1 where all did. Sources: Wilson, JASA 22, 1927; with the
 * correction method 4 of Newcombe, Statistics in Medicine 17, 1998. Without it the
 * interval of 95 % holds the truth in as few as 83.8 % of all experiments (a rare event
 * that happens once); with it in at least 94.7 %, whatever the share and n, by the exact
 * sum over the binomial distribution (tests/unit/test_summary.c). */
void summary_wilson(double n_yes, size_t n, double level, double *low, double *high);

/* Sets ci_low and ci_high to Wilson's of a sample of zeroes and ones, from n and mean;
 * NaN for n < 2, as Student's, and for a mean that no such sample has. */
void summary_interval_of_share(struct summary *s, double level);

/* The p-quantile of n > 0 values in rising order, p in [0, 1]: between the two values
 * around position p * (n - 1), linearly (type 7 of Hyndman and Fan, American Statistician
 * 50, 1996; the default of R, NumPy and GSL). Between equal values it is that value. */
double summary_quantile(const double *sorted, size_t n, double p);

/* An interval of the p-quantile at a level, p in (0, 1), from order statistics: it holds
 * whatever the distribution is. Its ends are values of the sample, each beyond the
 * quantile with a chance of at most (1 - level) / 2 by the binomial distribution; NaN
 * where n is too small for such an end. Source: David and Nagaraja, Order Statistics,
 * 2003, section 7.1. Which values these are depends on n, p and level alone: O(log n) of
 * binomial sums, to be kept for further samples of that size. */
struct summary_ends {
    size_t from_least, from_most; /* counted from 1; 0: none */
};
struct summary_ends summary_quantile_ends(size_t n, double p, double level);
void summary_quantile_interval(const double *sorted, size_t n, struct summary_ends ends,
                               double *low, double *high);

#endif
