/* Nothing here depends on the order in which teams stand in a scenario. Values are
 * divided by the largest, so that no square overflows or vanishes; Jain's sums are of
 * integers, which have no rounding that an order could change, and Gini's are of sorted
 * values, because Gini needs ranks anyway. */
#include "stats/inequality.h"

#include "base/check.h"
#include "base/memory.h"

#include <gsl/gsl_sort.h>

#include <math.h>
#include <stdint.h>

/* The largest value, 0 without any, and how many values there are. */
static double largest_of(const double *x, size_t n, size_t *n_values)
{
    double largest = 0.0;
    *n_values = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            continue;
        CHECK(isfinite(x[i]) && x[i] >= 0.0);
        largest = x[i] > largest ? x[i] : largest;
        ++*n_values;
    }
    return largest;
}

/* Numbers from 0 to 1 in units of 2^-62, added up: no digit of a number above 2^-10 is
 * lost, and no sum of fewer than 2^64 overflows. */
typedef unsigned __int128 exact_sum;

static inline uint64_t to_units(double frac)
{
    return (uint64_t)(int64_t)(frac * 0x1p62);
}

double jain(const double *x, size_t n)
{
    size_t n_values;
    double largest = largest_of(x, n, &n_values);
    if (largest == 0.0)
        return n_values ? 1.0 : NAN;
    exact_sum units = 0, units_of_squares = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            continue;
        double frac = x[i] / largest;
        units += to_units(frac);
        units_of_squares += to_units(frac * frac);
    }
    double sum = (double)units * 0x1p-62, squares = (double)units_of_squares * 0x1p-62;
    return sum * sum / ((double)n_values * squares);
}

/* With x in rising order, the sum over all pairs |x_i - x_j| is
 * 2 * sum (2 i - n + 1) x_i, i from 0; nothing cancels where all are equal. */
double gini(const double *x, size_t n)
{
    size_t n_values;
    double largest = largest_of(x, n, &n_values);
    if (largest == 0.0)
        return n_values ? 0.0 : NAN;
    double *fracs = MEM_ARRAY(double, n_values);
    size_t n_kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            fracs[n_kept++] = x[i] / largest;
    gsl_sort(fracs, 1, n_values);
    double sum = 0.0, differences = 0.0;
    for (size_t i = 0; i < n_values; i++) {
        sum += fracs[i];
        differences += (2.0 * (double)i - (double)n_values + 1.0) * fracs[i];
    }
    mem_free(fracs);
    return differences / ((double)n_values * sum);
}
