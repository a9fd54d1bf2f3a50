/* The sum of clip(L * w_i, lo_i, hi_i) grows with L, linearly between 2n breakpoints.
 * Newton's method jumps from one linear piece to the root of its extension and lands on
 * the right piece in a few passes. A bracket guards it: a step that leaves the bracket is
 * replaced by a bisection (of the exponent while the ends are far apart), and a bracket
 * with no number between its ends is the answer. */
#include "rule/fill.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

enum { MOST_PASSES = 4000 };

static double clip(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* The sum at a level, and the weight of those between their bounds. */
static double sum_at(double level, size_t n, const double *lo, const double *hi,
                     const double *w, double *slope)
{
    double sum = 0, free_weight = 0;
    for (size_t i = 0; i < n; i++) {
        double x = level * w[i];
        if (x > lo[i] && x < hi[i])
            free_weight += w[i];
        sum += clip(x, lo[i], hi[i]);
    }
    *slope = free_weight;
    return sum;
}

static double middle(double low, double high)
{
    if (low <= 0)
        return high > DBL_MIN ? fmin(high / 2, sqrt(high) * sqrt(DBL_MIN)) : high / 2;
    return high / low > 4 ? sqrt(low) * sqrt(high) : low + (high - low) / 2;
}

static double find_level(double capacity, size_t n, const double *lo, const double *hi,
                         const double *w, double highest)
{
    double low = 0, high = highest, slope;
    double total_weight = 0, level;
    for (size_t i = 0; i < n; i++)
        total_weight += w[i];
    level = clip(capacity / total_weight, low, high);
    for (int pass = 0; pass < MOST_PASSES; pass++) {
        double sum = sum_at(level, n, lo, hi, w, &slope);
        if (sum == capacity)
            return level;
        if (sum < capacity)
            low = level;
        else
            high = level;
        double next = slope > 0 ? level + (capacity - sum) / slope : NAN;
        if (next == level)
            return level;
        if (!(next > low && next < high))
            next = middle(low, high);
        if (!(next > low && next < high))
            break;
        level = next;
    }
    return low;
}

/* Shares `rest` equally among those of weight 0, above what they have. */
static void fill_weightless(double rest, size_t n, const double *lo, const double *hi,
                            const double *w, double *out)
{
    double low = 0, high = 0;
    for (size_t i = 0; i < n; i++)
        if (w[i] == 0) {
            rest += out[i];
            high = fmax(high, hi[i]);
        }
    double level = high;
    for (int pass = 0; pass < MOST_PASSES; pass++) {
        double sum = 0, n_free = 0;
        for (size_t i = 0; i < n; i++) {
            if (w[i] != 0)
                continue;
            sum += clip(level, lo[i], hi[i]);
            n_free += level > lo[i] && level < hi[i];
        }
        if (sum == rest || (pass == 0 && sum < rest))
            break;
        if (sum < rest)
            low = level;
        else
            high = level;
        double next = n_free > 0 ? level + (rest - sum) / n_free : NAN;
        if (next == level)
            break;
        if (!(next > low && next < high))
            next = middle(low, high);
        if (!(next > low && next < high)) {
            level = low;
            break;
        }
        level = next;
    }
    for (size_t i = 0; i < n; i++)
        if (w[i] == 0)
            out[i] = clip(level, lo[i], hi[i]);
}

double fill(double capacity, size_t n, const double *lo, const double *hi, const double *w,
            double *out)
{
    double floors = 0, heaviest = 0, weighted_hi = 0, highest = 0;
    bool has_weightless = false;
    for (size_t i = 0; i < n; i++) {
        floors += lo[i];
        heaviest = fmax(heaviest, w[i]);
        has_weightless |= w[i] == 0 && hi[i] > lo[i];
        weighted_hi += w[i] > 0 ? hi[i] : lo[i];
        if (w[i] > 0)
            highest = fmax(highest, hi[i] / w[i]);
    }
    if (floors >= capacity) {
        double scale = floors > 0 ? capacity / floors : 0;
        for (size_t i = 0; i < n; i++)
            out[i] = lo[i] * scale;
        return 0;
    }
    if (weighted_hi <= capacity) {
        for (size_t i = 0; i < n; i++)
            out[i] = w[i] > 0 ? hi[i] : lo[i];
        if (has_weightless)
            fill_weightless(capacity - weighted_hi, n, lo, hi, w, out);
        return INFINITY;
    }
    double level = find_level(capacity, n, lo, hi, w, highest);
    for (size_t i = 0; i < n; i++)
        out[i] = clip(level * w[i], lo[i], hi[i]);
    return level;
}
