/* fill.h - water filling: the primitive under most divisions.
 *
 * fill(C, lo, hi, w) finds the level L with sum_i clip(L * w_i, lo_i, hi_i) = C, which is
 * weighted max-min fairness between bounds (Bertsekas and Gallager, Data Networks,
 * 6.5.2). Where the floors alone exceed C they are scaled to it; where the ceilings fit,
 * each is met. What weights above 0 leave is shared equally among those of weight 0.
 * Weights below 1e-200 of the heaviest count as that much. */
#ifndef ALLOT_RULE_FILL_H
#define ALLOT_RULE_FILL_H

#include <stddef.h>

/* As fmin and fmax of numbers, but not calls of a library in the innermost loops. */
static inline double smaller(double x, double y)
{
    return x < y ? x : y;
}

static inline double larger(double x, double y)
{
    return x > y ? x : y;
}

/* Requires 0 <= lo_i <= hi_i, w_i >= 0, all finite. Returns the level L: INFINITY where
 * every ceiling is met. `out` may not overlap the inputs. A few passes of O(n). */
double fill(double capacity, size_t n, const double *lo, const double *hi,
            const double *w, double *out);

#endif
