/* The sum of clip(L * w_i, lo_i, hi_i) grows with L, linearly between 2n breakpoints.
 * Newton's method jumps from one linear piece to the root of its extension and lands on
 * the right piece in a few passes. A bracket guards it: a step that leaves the bracket is
 * replaced by a bisection (of the exponent while the ends are far apart), and a bracket
 * with no number between its ends is the answer.
 *
 * Weights are scaled by a power of two, which changes no digit, so that the heaviest is
 * about 1 and no level overflows. */
#include "rule/fill.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

enum { MOST_PASSES = 4000 };

/* Weights further than this below the heaviest count as that much. */
static const double least_weight = 1e-200;

struct vessel {
    size_t n;
    const double *lo, *hi, *w;
    double scale;
    bool of_weightless; /* fills those of weight 0, all alike */
};

static double clip(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* The weight with which party i takes part; 0: it keeps its floor. */
static double weight_of(const struct vessel *v, size_t i)
{
    if (v->of_weightless)
        return v->w[i] == 0 ? 1 : 0;
    double weight = v->w[i] * v->scale;
    return v->w[i] > 0 && weight < least_weight ? least_weight : weight;
}

/* The sum at a level of those that take part, and the weight of those of them that are
 * between their bounds. */
static double sum_at(const struct vessel *v, double level, double *slope)
{
    double sum = 0, free_weight = 0;
    for (size_t i = 0; i < v->n; i++) {
        double weight = weight_of(v, i), x = level * weight;
        if (x > v->lo[i] && x < v->hi[i])
            free_weight += weight;
        sum += weight > 0 ? clip(x, v->lo[i], v->hi[i]) : 0;
    }
    *slope = free_weight;
    return sum;
}

static double middle(double low, double high)
{
    if (low <= 0)
        return high > DBL_MIN ? sqrt(high) * sqrt(DBL_MIN) : high / 2;
    return high / low > 4 ? sqrt(low) * sqrt(high) : low + (high - low) / 2;
}

/* The level at which all that take part have reached their ceilings. */
static double highest_level(const struct vessel *v)
{
    double high = 0;
    for (size_t i = 0; i < v->n; i++) {
        double weight = weight_of(v, i);
        if (weight > 0 && v->hi[i] > high * weight)
            high = v->hi[i] / weight;
    }
    return high;
}

/* The level at which those that take part sum to `amount`, which is more than their
 * floors and less than their ceilings. */
static double find_level(const struct vessel *v, double amount)
{
    double low = 0, high = INFINITY, total_weight = 0, slope;
    for (size_t i = 0; i < v->n; i++)
        total_weight += weight_of(v, i);
    double level = amount / total_weight;
    for (int pass = 0; pass < MOST_PASSES; pass++) {
        double sum = sum_at(v, level, &slope);
        if (sum == amount)
            return level;
        if (sum < amount)
            low = level;
        else
            high = level;
        double next = slope > 0 ? level + (amount - sum) / slope : NAN;
        if (next == level)
            return level;
        if (isinf(high) && !(next > low))
            high = highest_level(v);
        if (!(next > low && next < high))
            next = middle(low, high);
        if (!(next > low && next < high))
            break;
        level = next;
    }
    return low;
}

/* The power of two that makes the heaviest weight about 1. */
static double power_near(double heaviest)
{
    int exponent = heaviest > 0 ? ilogb(heaviest) : 0;
    return exp2(exponent < -1000 ? 1000 : -(double)exponent);
}

double fill(double capacity, size_t n, const double *lo, const double *hi,
            const double *w, double *out)
{
    double floors = 0, heaviest = 0, most = 0, weightless_lo = 0, weightless_hi = 0;
    for (size_t i = 0; i < n; i++) {
        floors += lo[i];
        heaviest = w[i] > heaviest ? w[i] : heaviest;
        most += w[i] > 0 ? hi[i] : lo[i];
        weightless_lo += w[i] > 0 ? 0 : lo[i];
        weightless_hi += w[i] > 0 ? 0 : hi[i];
    }
    struct vessel v = {n, lo, hi, w, power_near(heaviest), most <= capacity};
    if (floors >= capacity) {
        double scale = floors > 0 ? capacity / floors : 0;
        for (size_t i = 0; i < n; i++)
            out[i] = lo[i] * scale;
        return most <= capacity ? INFINITY : 0;
    }
    double amount = capacity - (v.of_weightless ? most - weightless_lo : weightless_lo);
    bool is_enough = v.of_weightless && weightless_hi <= amount;
    double level = is_enough ? INFINITY : find_level(&v, amount);
    for (size_t i = 0; i < n; i++) {
        double weight = weight_of(&v, i);
        out[i] = weight > 0        ? clip(level * weight, lo[i], hi[i])
                 : v.of_weightless ? hi[i]
                                   : lo[i];
    }
    return v.of_weightless ? INFINITY : level * v.scale;
}
