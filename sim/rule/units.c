/* Largest remainder gives each the whole part of its quota and the rest by the largest
 * fraction. A divisor method gives each the rounded (Webster) or cut (Jefferson) value of
 * quota * x, for the x at which the units are spent: x is bisected until the sum is at
 * most the total, then single units follow in the order of quota / (units + 1/2 or 1). */
#include "rule/units.h"

#include <math.h>
#include <stdlib.h>

const char *const units_methods[] = {"largest-remainder", "webster", "jefferson"};

static const double slack = 1e-9; /* of a unit: arithmetic noise is no unit */

struct candidate {
    double merit;
    size_t index, tie;
};

static int by_merit(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->merit != y->merit)
        return x->merit > y->merit ? -1 : 1;
    return x->tie < y->tie ? -1 : x->tie > y->tie;
}

static int64_t clip(int64_t x, int64_t lo, int64_t hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

static double merit_of(enum units_method method, double quota, int64_t units)
{
    if (method == UNITS_LARGEST_REMAINDER)
        return round((quota - (double)units) / slack) * slack;
    return quota / ((double)units + (method == UNITS_WEBSTER ? 0.5 : 1));
}

/* Fills out[] for one multiplier; returns the sum. */
static int64_t apply(enum units_method method, double x, size_t n, const double *quotas,
                     const int64_t *lo, const int64_t *hi, int64_t *out)
{
    int64_t sum = 0;
    double half = method == UNITS_WEBSTER ? 0.5 : 0;
    for (size_t i = 0; i < n; i++) {
        double units = floor(quotas[i] * x + half + slack);
        out[i] = clip(units < 9e15 ? (int64_t)units : INT64_MAX / 4, lo[i], hi[i]);
        sum += out[i];
    }
    return sum;
}

/* Hands out, or takes back, one unit each in the order of merit until `left` is 0. */
static void settle(enum units_method method, int64_t left, size_t n, const double *quotas,
                   const int64_t *lo, const int64_t *hi, const size_t *tie, int64_t *out,
                   struct arena *scratch)
{
    struct candidate *order = ARENA_ARRAY(scratch, struct candidate, n);
    while (left != 0) {
        size_t n_open = 0;
        for (size_t i = 0; i < n; i++) {
            if (left > 0 ? out[i] >= hi[i] : out[i] <= lo[i])
                continue;
            double merit = left > 0 ? merit_of(method, quotas[i], out[i])
                                    : -merit_of(method, quotas[i], out[i] - 1);
            order[n_open++] = (struct candidate){merit, i, left > 0 ? tie[i] : n - tie[i]};
        }
        if (n_open == 0)
            return;
        qsort(order, n_open, sizeof *order, by_merit);
        /* One unit changes a merit: for divisors only the first is sure. */
        size_t sure = method == UNITS_LARGEST_REMAINDER ? n_open : 1;
        for (size_t k = 0; k < sure && left != 0; k++) {
            int64_t step = left > 0 ? 1 : -1;
            out[order[k].index] += step;
            left -= step;
        }
    }
}

void units_apportion(enum units_method method, int64_t total, size_t n,
                     const double *quotas, const int64_t *lo, const int64_t *hi,
                     const size_t *tie, int64_t *out, struct arena *scratch)
{
    double x = 1;
    int64_t sum = apply(method == UNITS_LARGEST_REMAINDER ? UNITS_JEFFERSON : method, x, n,
                        quotas, lo, hi, out);
    if (method != UNITS_LARGEST_REMAINDER) {
        double low = 0, high = 4;
        for (int pass = 0; pass < 200 && sum != total; pass++) {
            if (sum > total)
                high = x;
            else
                low = x;
            x = low + (high - low) / 2;
            if (x == low || x == high)
                break;
            sum = apply(method, x, n, quotas, lo, hi, out);
        }
        if (sum > total)
            sum = apply(method, low, n, quotas, lo, hi, out);
    }
    settle(method, total - sum, n, quotas, lo, hi, tie, out, scratch);
}
