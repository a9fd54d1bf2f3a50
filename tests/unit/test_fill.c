/* Water filling against published rows, and against a slow shadow on random cases. */
#include "rule/fill.h"
#include "support/dockets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { MOST = 64 };

static void assert_near(double x, double y, double tolerance)
{
    if (!(fabs(x - y) <= tolerance * larger(1, fabs(y))))
        fail_msg("%.17g is not %.17g", x, y);
}

/* ---- rows of ORACLES section 1 [C] ---- */

static const struct {
    const char *name;
    double capacity;
    size_t n;
    double demands[4], weights[4], grants[4];
    double level; /* -1: every demand is met */
} rows[] = {
    {"one is small", 10, 3, {8, 6, 2}, {1, 1, 1}, {4, 4, 2}, 4},
    {"two are small", 10, 4, {2, 2.6, 4, 5}, {1, 1, 1, 1}, {2, 2.6, 2.7, 2.7}, 2.7},
    {"one takes the rest", 12, 4, {1, 2, 3, 10}, {1, 1, 1, 1}, {1, 2, 3, 6}, 6},
    {"one wants nothing", 10, 3, {0, 5, 20}, {1, 1, 1}, {0, 5, 5}, 5},
    {"no capacity", 0, 2, {3, 4}, {1, 1}, {0, 0}, 0},
    {"weights", 10, 3, {2, 10, 10}, {1, 2, 1}, {2, 16. / 3, 8. / 3}, 8. / 3},
    {"a pool", 2048, 2, {2048, 1024}, {2, 1}, {4096. / 3, 2048. / 3}, 2048. / 3},
    {"plenty", 40, 3, {8, 6, 2}, {1, 2, 3}, {8, 6, 2}, -1},
    {"just enough", 16, 3, {8, 6, 2}, {1, 2, 3}, {8, 6, 2}, -1},
    {"nobody", 10, 0, {0}, {0}, {0}, -1},
};

static void test_rows(void **state)
{
    (void)state;
    static const double lo[4];
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        double out[4] = {0};
        double level =
            fill(rows[k].capacity, rows[k].n, lo, rows[k].demands, rows[k].weights, out);
        for (size_t i = 0; i < rows[k].n; i++)
            if (fabs(out[i] - rows[k].grants[i]) > 1e-12 * (1 + rows[k].grants[i]))
                fail_msg("%s: %.17g, not %.17g", rows[k].name, out[i], rows[k].grants[i]);
        if (rows[k].level < 0)
            assert_true(isinf(level));
        else
            assert_near(level, rows[k].level, 1e-12);
    }
}

/* ---- floors, weights of 0, small numbers ---- */

static void test_floors(void **state)
{
    (void)state;
    double lo[] = {5, 0, 1}, hi[] = {9, 9, 9}, w[] = {1, 1, 2}, out[3];
    /* 5 are guaranteed; the other 5 rise to a level of 5/3. */
    assert_near(fill(10, 3, lo, hi, w, out), 5. / 3, 1e-12);
    assert_near(out[0], 5, 1e-12);
    assert_near(out[1], 5. / 3, 1e-12);
    assert_near(out[2], 10. / 3, 1e-12);
    /* Floors that are too large are scaled, whatever the weights. */
    fill(3, 3, lo, hi, w, out);
    assert_near(out[0], 2.5, 1e-12);
    assert_near(out[1], 0, 1e-12);
    assert_near(out[2], 0.5, 1e-12);
    fill(6, 3, lo, hi, w, out); /* and just fit here */
    assert_near(out[0] + out[1] + out[2], 6, 1e-12);
    assert_near(out[0], 5, 1e-12);
}

static void test_weights_of_zero(void **state)
{
    (void)state;
    double lo[] = {0, 2, 0, 0}, hi[] = {4, 9, 3, 9}, w[] = {1, 0, 0, 0}, out[4];
    /* The weighted one first; the rest equally, above what they have. */
    assert_true(isinf(fill(12, 4, lo, hi, w, out)));
    assert_near(out[0], 4, 1e-12);
    assert_near(out[1], 8. / 3, 1e-12);
    assert_near(out[2], 8. / 3, 1e-12);
    assert_near(out[3], 8. / 3, 1e-12);
    fill(5, 4, lo, hi, w, out); /* not enough for a second one */
    assert_near(out[0], 3, 1e-12);
    assert_near(out[1], 2, 1e-12);
    assert_near(out[2], 0, 1e-12);
    fill(100, 4, lo, hi, w, out);
    for (size_t i = 0; i < 4; i++)
        assert_near(out[i], hi[i], 0);
    double none[] = {0, 0, 0, 0}, most[] = {3, 3, 1, 9};
    fill(8, 4, none, most, none, out); /* nobody has a weight: all equally */
    assert_near(out[0], 7. / 3, 1e-12);
    assert_near(out[2], 1, 1e-12);
    assert_near(out[3], 7. / 3, 1e-12);
}

static void test_extreme_weights(void **state)
{
    (void)state;
    double lo[] = {0, 0, 0}, hi[] = {1e15, 1e15, 1e15}, out[3];
    double tiny[] = {5e-324, 5e-324, 1e-323}; /* denormal: still 1 : 1 : 2 */
    fill(400, 3, lo, hi, tiny, out);
    assert_near(out[0], 100, 1e-12);
    assert_near(out[2], 200, 1e-12);
    double apart[] = {1, 1e-300, 0}, few[] = {10, 10, 10};
    fill(25, 3, lo, few, apart, out); /* one after the other, as good as */
    assert_near(out[0], 10, 1e-12);
    assert_near(out[1], 10, 1e-12);
    assert_near(out[2], 5, 1e-12);
    double huge[] = {1e308, 1e308, 5e307};
    fill(5e-300, 3, lo, hi, huge, out);
    assert_true(fabs(out[0] / 2e-300 - 1) < 1e-12);
    assert_true(fabs(out[2] / 1e-300 - 1) < 1e-12);
}

/* ---- against a shadow ---- */

/* The same by 4,000 bisections of the level's exponent and digits, in long double. */
static void shadow(double capacity, size_t n, const double *lo, const double *hi,
                   const double *w, bool of_weightless, double *out)
{
    long double low = 0, high = 1e300L;
    for (int pass = 0; pass < 4000; pass++) {
        long double level = low > 0 ? sqrtl(low) * sqrtl(high) : high * 1e-30L, sum = 0;
        for (size_t i = 0; i < n; i++) {
            long double weight = of_weightless ? w[i] == 0 : w[i];
            long double x = level * weight;
            if (of_weightless && w[i] > 0)
                x = hi[i];
            out[i] = (double)(x < lo[i] ? lo[i] : x > hi[i] ? hi[i] : x);
            sum += x < lo[i] ? lo[i] : x > hi[i] ? hi[i] : x;
        }
        if (sum < capacity)
            low = level;
        else
            high = level;
        if (low > 0 && high / low < 1 + 1e-17L)
            return;
        if (high < 1e-300L)
            return;
    }
}

static double magnitude(struct dice *dice, bool is_extreme)
{
    if (dice_chance(dice, 0.1))
        return 0;
    if (is_extreme)
        return pow(10, -12 + 27 * dice_uniform(dice));
    return dice_chance(dice, 0.5) ? floor(10 * dice_uniform(dice))
                                  : 10 * dice_uniform(dice);
}

struct case_ {
    size_t n;
    double capacity;
    double lo[MOST], hi[MOST], w[MOST];
};

static void make_case(uint64_t seed, struct case_ *c)
{
    struct dice dice = {seed};
    bool is_extreme = dice_chance(&dice, 0.5);
    double sum = 0;
    c->n = dice_below(&dice, dice_chance(&dice, 0.5) ? 5 : MOST);
    for (size_t i = 0; i < c->n; i++) {
        c->hi[i] = magnitude(&dice, is_extreme);
        c->lo[i] = dice_chance(&dice, 0.3) ? c->hi[i] * dice_uniform(&dice) : 0;
        c->w[i] = magnitude(&dice, is_extreme);
        if (i > 0 && dice_chance(&dice, 0.2)) {
            c->lo[i] = c->lo[i - 1];
            c->hi[i] = c->hi[i - 1];
            c->w[i] = c->w[i - 1];
        }
        sum += c->hi[i];
    }
    c->capacity = dice_chance(&dice, 0.8) ? sum * dice_uniform(&dice)
                                          : magnitude(&dice, is_extreme);
}

/* What no shadow is needed for. */
static void check_case(const struct case_ *c, double level, const double *out)
{
    double sum = 0, floors = 0, ceilings = 0, weighted = 0;
    for (size_t i = 0; i < c->n; i++) {
        floors += c->lo[i];
        ceilings += c->hi[i];
        weighted += c->w[i] > 0 ? c->hi[i] : c->lo[i];
    }
    for (size_t i = 0; i < c->n; i++) {
        assert_true(out[i] >= 0 && out[i] <= c->hi[i]);
        assert_true(out[i] >= c->lo[i] || floors >= c->capacity);
        if (i > 0 && c->lo[i] == c->lo[i - 1] && c->hi[i] == c->hi[i - 1] &&
            c->w[i] == c->w[i - 1])
            assert_true(out[i] == out[i - 1]);
        sum += out[i];
    }
    double most = smaller(c->capacity, ceilings);
    assert_true(fabs(sum - most) <= 1e-13 * (double)(c->n + 1) * most);
    if (ceilings <= c->capacity)
        for (size_t i = 0; i < c->n; i++)
            assert_true(out[i] == c->hi[i]);
    assert_true(isinf(level) == (weighted <= c->capacity));
    for (size_t i = 0; i < c->n && isfinite(level) && floors < c->capacity; i++) {
        double x = level * c->w[i];
        x = x < c->lo[i] ? c->lo[i] : x > c->hi[i] ? c->hi[i] : x;
        assert_true(fabs(out[i] - x) <= 1e-12 * x);
    }
}

static void test_against_shadow(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 4000; seed++) {
        struct case_ c;
        double out[MOST], slow[MOST], floors = 0, ceilings = 0, weighted = 0;
        make_case(seed, &c);
        double level = fill(c.capacity, c.n, c.lo, c.hi, c.w, out);
        check_case(&c, level, out);
        for (size_t i = 0; i < c.n; i++) {
            floors += c.lo[i];
            ceilings += c.hi[i];
            weighted += c.w[i] > 0 ? c.hi[i] : c.lo[i];
        }
        if (floors >= c.capacity || ceilings <= c.capacity)
            continue;
        shadow(c.capacity, c.n, c.lo, c.hi, c.w, weighted <= c.capacity, slow);
        for (size_t i = 0; i < c.n; i++)
            if (fabs(out[i] - slow[i]) > 1e-9 * (slow[i] + 1e-3 * c.capacity))
                fail_msg("seed %d, party %zu: %.17g, shadow %.17g", (int)seed, i, out[i],
                         slow[i]);
    }
}

/* More capacity, or one fewer to share it, leaves nobody with less. */
static void test_monotone(void **state)
{
    (void)state;
    for (uint64_t seed = 10000; seed < 12000; seed++) {
        struct case_ c;
        double out[MOST], more[MOST];
        make_case(seed, &c);
        fill(c.capacity, c.n, c.lo, c.hi, c.w, out);
        fill(c.capacity * 1.1, c.n, c.lo, c.hi, c.w, more);
        for (size_t i = 0; i < c.n; i++)
            assert_true(more[i] >= out[i] * (1 - 1e-12));
        if (c.n == 0)
            continue;
        fill(c.capacity, c.n - 1, c.lo, c.hi, c.w, more);
        for (size_t i = 0; i + 1 < c.n; i++)
            assert_true(more[i] >= out[i] - 1e-12 * c.capacity);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_floors),
        cmocka_unit_test(test_weights_of_zero),
        cmocka_unit_test(test_extreme_weights),
        cmocka_unit_test(test_against_shadow),
        cmocka_unit_test(test_monotone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
