/* Largest remainder gives each the whole part of its quota and the rest by the largest
 * fraction. A divisor method gives each the rounded (Webster) or cut (Jefferson) value of
 * quota * x, for the x at which the units are spent: x is bisected until the sum is just
 * below the total, then single units follow in the order of quota / (units + 1/2 or 1).
 * What merits differ by is freed of arithmetic noise, so that a tie is a tie. */
#include "rule/units.h"

#include "base/radix_sort.h"

#include <math.h>
#include <stdbool.h>

const char *const units_methods[] = {"largest-remainder", "webster", "jefferson"};

/* One apportionment in the making. */
struct seats {
    enum units_method method;
    size_t n;
    const double *quotas;
    const int64_t *lo, *hi;
    const size_t *tie;
    int64_t *out;
};

static int64_t clip(int64_t x, int64_t lo, int64_t hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* The claim to one unit more than `units`; the highest is served first. */
static double merit_of(const struct seats *s, size_t i, int64_t units)
{
    double quota = s->quotas[i], have = (double)units;
    if (s->method == UNITS_LARGEST_REMAINDER)
        return round((quota - have) * 1e9) / 1e9;
    return round(quota / (have + (s->method == UNITS_WEBSTER ? 0.5 : 1)) * 1e9) / 1e9;
}

static const int64_t most_units = INT64_MAX / 2; /* no sum of units overflows */

/* Gives each the whole part of quota * x, for Webster rounded; returns the sum. */
static int64_t apply(struct seats *s, double x)
{
    int64_t sum = 0;
    double half = s->method == UNITS_WEBSTER ? 0.5 : 0;
    for (size_t i = 0; i < s->n; i++) {
        double units = floor(s->quotas[i] * x + half);
        s->out[i] = clip(units < 1e18 ? (int64_t)units : most_units, s->lo[i], s->hi[i]);
        sum = s->out[i] < most_units - sum ? sum + s->out[i] : most_units;
    }
    return sum;
}

/* A multiplier that spends just less than the total: the units that would follow next,
 * and all that tie with them, are left to settle. */
static double find_multiplier(struct seats *s, int64_t total)
{
    double low = 0, high = 1;
    while (high < 1e18 && apply(s, high) <= total) {
        low = high;
        high *= 4;
    }
    double x = low + (high - low) / 2;
    while (x > low && x < high) {
        if (apply(s, x) <= total)
            low = x;
        else
            high = x;
        x = low + (high - low) / 2;
    }
    return low * (1 - fmin(1e-9, 1 / (double)total));
}

/* The claim to one unit more or, where units are taken back, to one less. */
static double step_merit(const struct seats *s, size_t i, int64_t step)
{
    return step > 0 ? merit_of(s, i, s->out[i]) : -merit_of(s, i, s->out[i] - 1);
}

static bool is_open(const struct seats *s, size_t i, int64_t step)
{
    return step > 0 ? s->out[i] < s->hi[i] : s->out[i] > s->lo[i];
}

/* Who may have a unit more or less, by merit, equal ones by their ties. */
static size_t list_open(const struct seats *s, int64_t step, struct keyed *order,
                        struct arena *scratch)
{
    size_t n_open = 0;
    for (size_t i = 0; i < s->n; i++)
        if (is_open(s, i, step))
            order[n_open++] = (struct keyed){step > 0 ? s->tie[i] : ~s->tie[i], i};
    radix_sort(order, n_open, scratch);
    for (size_t k = 0; k < n_open; k++)
        order[k].key = ~radix_key(step_merit(s, order[k].index, step));
    radix_sort(order, n_open, scratch);
    return n_open;
}

/* Hands out, or takes back, single units in the order of merit until `left` is 0. */
static void settle(struct seats *s, int64_t left, struct arena *scratch)
{
    struct arena_mark mark = arena_get_mark(scratch);
    struct keyed *order = ARENA_BARE(scratch, struct keyed, s->n);
    int64_t step = left > 0 ? 1 : -1;
    size_t n_open;
    while (left != 0 && (n_open = list_open(s, step, order, scratch)) > 0) {
        /* One unit more changes its owner's merit: the order holds as long as no owner
         * comes before those who have not been served. */
        double again = -INFINITY;
        for (size_t k = 0; k < n_open && left != 0; k++) {
            size_t i = order[k].index;
            if (step_merit(s, i, step) <= again)
                break;
            s->out[i] += step;
            left -= step;
            if (is_open(s, i, step))
                again = fmax(again, step_merit(s, i, step));
        }
    }
    arena_rewind(scratch, mark);
}

void units_apportion(enum units_method method, int64_t total, size_t n,
                     const double *quotas, const int64_t *lo, const int64_t *hi,
                     const size_t *tie, int64_t *out, struct arena *scratch)
{
    struct seats s = {method, n, quotas, lo, hi, tie, out};
    double x = method == UNITS_LARGEST_REMAINDER ? 1 : find_multiplier(&s, total);
    settle(&s, total - apply(&s, x), scratch);
}
