/* Values are sorted first: sums then do not depend on the order in which teams stand in a
 * scenario, and Gini needs ranks anyway. They are divided by the largest, so that no
 * square overflows or vanishes. */
#include "stats/inequality.h"

#include "base/check.h"
#include "base/memory.h"

#include <gsl/gsl_sort.h>

#include <math.h>

/* The values in rising order and their number; the largest is 1, or 0 where all are. The
 * caller frees them. */
static double *sorted_fractions(const double *x, size_t n, size_t *n_values)
{
    double *values = MEM_ARRAY(double, n);
    size_t n_kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            continue;
        CHECK(isfinite(x[i]) && x[i] >= 0.0);
        values[n_kept++] = x[i];
    }
    *n_values = n_kept;
    if (n_kept == 0)
        return values;
    gsl_sort(values, 1, n_kept);
    double largest = values[n_kept - 1];
    for (size_t i = 0; i < n_kept && largest > 0.0; i++)
        values[i] /= largest;
    return values;
}

double jain(const double *x, size_t n)
{
    size_t n_values;
    double *values = sorted_fractions(x, n, &n_values);
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < n_values; i++) {
        sum += values[i];
        squares += values[i] * values[i];
    }
    mem_free(values);
    if (n_values == 0)
        return NAN;
    return squares > 0.0 ? sum * sum / ((double)n_values * squares) : 1.0;
}

/* With x in rising order, the sum over all pairs |x_i - x_j| is
 * 2 * sum (2 i - n + 1) x_i, i from 0; nothing cancels where all are equal. */
double gini(const double *x, size_t n)
{
    size_t n_values;
    double *values = sorted_fractions(x, n, &n_values);
    double sum = 0.0, differences = 0.0;
    for (size_t i = 0; i < n_values; i++) {
        sum += values[i];
        differences += (2.0 * (double)i - (double)n_values + 1.0) * values[i];
    }
    mem_free(values);
    if (n_values == 0)
        return NAN;
    return sum > 0.0 ? differences / ((double)n_values * sum) : 0.0;
}
