/* inequality.h - how unequally a non-negative amount is spread.
 *
 * NaN means "no value" (a team that needed nothing) and is skipped; without any value the
 * result is NaN. All zero means that everyone is equal: Jain 1, Gini 0. Values are
 * CHECKed to be finite and not negative. The scale does not matter, nor does the order.
 */
#ifndef ALLOT_STATS_INEQUALITY_H
#define ALLOT_STATS_INEQUALITY_H

#include <stddef.h>

/* Jain's index (sum x)^2 / (n * sum x^2): 1 all equal, 1/n one has everything. Source:
 * Jain, Chiu, Hawe: A quantitative measure of fairness, DEC TR-301, 1984. O(n). */
double jain(const double *x, size_t n);

/* Gini's coefficient, sum over all pairs |x_i - x_j| / (2 n^2 mean): 0 all equal,
 * 1 - 1/n one has everything. O(n log n). */
double gini(const double *x, size_t n);

#endif
