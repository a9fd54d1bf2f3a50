/* The sum of clip(L * w_i, lo_i, hi_i) grows with L, linearly between 2n breakpoints.
 * Newton's method jumps from one linear piece to the root of its extension and is there
 * when the root lies on the piece: four or five passes, for 1,000 claims and for 100,000.
 * A bracket guards it: a step that leaves the bracket is replaced by a bisection (of the
 * exponent while the ends are far apart), and a bracket with no number between its ends
 * is the answer.
 *
 * A pass takes two parties at a time and chooses by masks: whether a claim is met is as
 * good as random, and a branch on it took five times as long. So sums are of the parties
 * with even numbers and of those with odd ones, whatever the compiler makes of it.
 *
 * Weights that are zero, or so large or small that a level could overflow, are replaced
 * in `out`, which is free until the end: scaled by a power of two, which changes no
 * digit, so that the heaviest is about 1. */
#include "rule/fill.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { MOST_PASSES = 4000 };

/* Weights further than this below the heaviest count as that much. */
static const double least_weight = 1e-200;

typedef double pair __attribute__((vector_size(16)));
typedef int64_t pair_mask __attribute__((vector_size(16)));

/* Those that share, by weight; one of weight 0 keeps its floor. */
struct vessel {
    size_t n;
    const double *lo, *hi, *w;
    double total_weight;
};

/* What all hold together at a level L on one linear piece: fixed + L * free_weight. */
struct piece {
    double fixed, free_weight;
};

static inline pair both(const double *x)
{
    pair p;
    memcpy(&p, x, sizeof p);
    return p;
}

static inline pair choose(pair_mask mask, pair x, pair y)
{
    return (pair)((mask & (pair_mask)x) | (~mask & (pair_mask)y));
}

/* gcc 12 does not find the instructions for these by itself. */
#ifdef __SSE2__
static inline pair smaller_each(pair x, pair y)
{
    return _mm_min_pd(x, y);
}

static inline pair larger_each(pair x, pair y)
{
    return _mm_max_pd(x, y);
}
#else
static inline pair smaller_each(pair x, pair y)
{
    return choose(x < y, x, y);
}

static inline pair larger_each(pair x, pair y)
{
    return choose(x > y, x, y);
}
#endif

static inline pair clip(pair x, pair lo, pair hi)
{
    return smaller_each(larger_each(x, lo), hi);
}

static inline void add_to_piece(pair *fixed, pair *free_weight, pair level, pair lo,
                                pair hi, pair w)
{
    pair x = level * w, clipped = clip(x, lo, hi);
    pair_mask is_free = x == clipped;
    *fixed += (pair)((pair_mask)clipped & ~is_free);
    *free_weight += (pair)((pair_mask)w & is_free);
}

static struct piece piece_at(const struct vessel *v, double level)
{
    pair fixed = {0}, free_weight = {0}, levels = {level, level};
    size_t i = 0;
    for (; i + 1 < v->n; i += 2)
        add_to_piece(&fixed, &free_weight, levels, both(v->lo + i), both(v->hi + i),
                     both(v->w + i));
    if (i < v->n)
        add_to_piece(&fixed, &free_weight, levels, (pair){v->lo[i]}, (pair){v->hi[i]},
                     (pair){v->w[i]});
    return (struct piece){fixed[0] + fixed[1], free_weight[0] + free_weight[1]};
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
    for (size_t i = 0; i < v->n; i++)
        if (v->w[i] > 0 && v->hi[i] > high * v->w[i])
            high = v->hi[i] / v->w[i];
    return high;
}

/* The level at which all sum to `amount`, which is more than their floors and less than
 * the ceilings of those that take part. */
static double find_level(const struct vessel *v, double amount)
{
    double low = 0, high = INFINITY, level = amount / v->total_weight;
    for (int pass = 0; pass < MOST_PASSES; pass++) {
        struct piece piece = piece_at(v, level);
        double next =
            piece.free_weight > 0 ? (amount - piece.fixed) / piece.free_weight : NAN;
        double sum = piece.fixed + level * piece.free_weight;
        if (next == level || sum == amount)
            return level;
        if (sum < amount)
            low = level;
        else
            high = level;
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

/* Fills the vessel to a level; v->w may be `out`. */
static void pour(const struct vessel *v, double level, double *out)
{
    pair levels = {level, level};
    size_t i = 0;
    for (; i + 1 < v->n; i += 2) {
        pair filled = clip(levels * both(v->w + i), both(v->lo + i), both(v->hi + i));
        memcpy(out + i, &filled, sizeof filled);
    }
    if (i < v->n)
        out[i] = smaller(larger(level * v->w[i], v->lo[i]), v->hi[i]);
}

/* What weights above 0 leave is for those of weight 0, all alike. */
static void fill_weightless(double capacity, size_t n, const double *lo, const double *hi,
                            const double *w, double *out)
{
    double n_weightless = 0, ceilings = 0, amount = capacity;
    for (size_t i = 0; i < n; i++) {
        out[i] = w[i] > 0 ? 0 : 1;
        n_weightless += out[i];
        ceilings += hi[i];
        amount -= w[i] > 0 ? hi[i] - lo[i] : 0;
    }
    bool is_enough = ceilings <= capacity || n_weightless == 0;
    if (!is_enough) {
        struct vessel v = {n, lo, hi, out, n_weightless};
        pour(&v, find_level(&v, amount), out);
    }
    for (size_t i = 0; i < n; i++)
        if (is_enough || w[i] > 0)
            out[i] = hi[i];
}

/* Writes weights of which the heaviest is about 1 to out; returns the power of two that
 * they were multiplied by. */
static double scale_weights(size_t n, const double *w, double *out, double *total)
{
    double heaviest = 0;
    for (size_t i = 0; i < n; i++)
        heaviest = larger(heaviest, w[i]);
    int exponent = ilogb(heaviest);
    double scale = exp2(exponent < -1000 ? 1000 : -(double)exponent);
    *total = 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = w[i] > 0 ? larger(w[i] * scale, least_weight) : 0;
        *total += out[i];
    }
    return scale;
}

/* Of all parties. */
struct sums {
    double floors;
    double most; /* what they hold when those with a weight are full */
    double total_weight;
    bool is_extreme; /* some weight is tiny or huge */
};

struct pair_sums {
    pair floors, most, total_weight;
    pair lightest, heaviest; /* weights above 0; at most and at least 1 */
};

static inline void add_to_sums(struct pair_sums *s, pair lo, pair hi, pair w)
{
    const pair zero = {0}, one = {1, 1};
    pair_mask has_weight = w > zero;
    s->floors += lo;
    s->most += choose(has_weight, hi, lo);
    s->total_weight += w;
    s->lightest = smaller_each(s->lightest, choose(has_weight, w, one));
    s->heaviest = larger_each(s->heaviest, w);
}

static struct sums sum_up(size_t n, const double *lo, const double *hi, const double *w)
{
    struct pair_sums s = {.lightest = {1, 1}, .heaviest = {1, 1}};
    size_t i = 0;
    for (; i + 1 < n; i += 2)
        add_to_sums(&s, both(lo + i), both(hi + i), both(w + i));
    if (i < n)
        add_to_sums(&s, (pair){lo[i]}, (pair){hi[i]}, (pair){w[i]});
    return (struct sums){s.floors[0] + s.floors[1], s.most[0] + s.most[1],
                         s.total_weight[0] + s.total_weight[1],
                         smaller(s.lightest[0], s.lightest[1]) < 1e-100 ||
                             larger(s.heaviest[0], s.heaviest[1]) > 1e100};
}

double fill(double capacity, size_t n, const double *lo, const double *hi,
            const double *w, double *out)
{
    struct sums all = sum_up(n, lo, hi, w);
    if (all.floors >= capacity) {
        double scale = all.floors > 0 ? capacity / all.floors : 0;
        for (size_t i = 0; i < n; i++)
            out[i] = lo[i] * scale;
        return all.most <= capacity ? INFINITY : 0;
    }
    if (all.most <= capacity) {
        fill_weightless(capacity, n, lo, hi, w, out);
        return INFINITY;
    }
    struct vessel v = {n, lo, hi, w, all.total_weight};
    double scale = 1;
    if (all.is_extreme) {
        scale = scale_weights(n, w, out, &v.total_weight);
        v.w = out;
    }
    double level = find_level(&v, capacity);
    pour(&v, level, out);
    return level * scale;
}
