/* Apportionment: published seats, ties, bounds and what every method promises. */
#include "rule/units.h"
#include "support/dockets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

enum { MOST = 300 };

static struct arena scratch;

static int make_scratch(void **state)
{
    (void)state;
    arena_init(&scratch);
    return 0;
}

static int release_scratch(void **state)
{
    (void)state;
    arena_release(&scratch);
    return 0;
}

struct case_ {
    size_t n;
    int64_t total;
    double quotas[MOST];
    int64_t lo[MOST], hi[MOST], out[MOST];
    size_t tie[MOST];
};

/* Quotas by weight, no bounds, ties in the order given. */
static void fill_case(struct case_ *c, int64_t total, const double *weights, size_t n)
{
    double sum = 0;
    c->n = n;
    c->total = total;
    for (size_t i = 0; i < n; i++)
        sum += weights[i];
    for (size_t i = 0; i < n; i++) {
        c->quotas[i] = (double)total * weights[i] / sum;
        c->lo[i] = 0;
        c->hi[i] = total;
        c->tie[i] = i;
    }
}

static void apportion(struct case_ *c, enum units_method method)
{
    arena_reset(&scratch);
    units_apportion(method, c->total, c->n, c->quotas, c->lo, c->hi, c->tie, c->out,
                    &scratch);
}

static void assert_seats(const struct case_ *c, const int64_t *seats)
{
    for (size_t i = 0; i < c->n; i++)
        assert_int_equal(c->out[i], seats[i]);
}

/* ---- ORACLES section 1: 36 seats [P Balinski and Young] ---- */

static void test_36_seats(void **state)
{
    (void)state;
    static const double weights[] = {27744, 25178, 19951, 14610, 9225, 3292};
    static const int64_t seats[N_UNITS_METHODS][6] = {
        [UNITS_LARGEST_REMAINDER] = {10, 9, 7, 5, 4, 1},
        [UNITS_WEBSTER] = {10, 9, 8, 5, 3, 1},
        [UNITS_JEFFERSON] = {11, 9, 7, 5, 3, 1}};
    for (int method = 0; method < N_UNITS_METHODS; method++) {
        struct case_ c;
        fill_case(&c, 36, weights, 6);
        apportion(&c, (enum units_method)method);
        assert_seats(&c, seats[method]);
    }
}

/* One seat more costs the smallest one of its two: largest remainder only. */
static void test_alabama_paradox(void **state)
{
    (void)state;
    static const double weights[] = {6, 6, 2};
    static const int64_t with_10[] = {4, 4, 2}, with_11[] = {5, 5, 1};
    struct case_ c;
    fill_case(&c, 10, weights, 3);
    apportion(&c, UNITS_LARGEST_REMAINDER);
    assert_seats(&c, with_10);
    fill_case(&c, 11, weights, 3);
    apportion(&c, UNITS_LARGEST_REMAINDER);
    assert_seats(&c, with_11);
    for (int method = UNITS_WEBSTER; method <= UNITS_JEFFERSON; method++) {
        int64_t before[3] = {0};
        for (int64_t total = 0; total < 60; total++) {
            fill_case(&c, total, weights, 3);
            apportion(&c, (enum units_method)method);
            for (size_t i = 0; i < 3; i++) {
                assert_true(c.out[i] >= before[i]);
                before[i] = c.out[i];
            }
        }
    }
}

/* ---- ties ---- */

static void test_ties(void **state)
{
    (void)state;
    for (int method = 0; method < N_UNITS_METHODS; method++) {
        /* Equal quotas, one unit for three: the smallest tie has it. */
        struct case_ c = {.n = 3,
                          .total = 1,
                          .quotas = {1. / 3, 1. / 3, 1. / 3},
                          .hi = {9, 9, 9},
                          .tie = {2, 0, 1}};
        apportion(&c, (enum units_method)method);
        assert_seats(&c, (const int64_t[]){0, 1, 0});
        c.total = 2;
        for (size_t i = 0; i < 3; i++)
            c.quotas[i] = 2. / 3;
        apportion(&c, (enum units_method)method);
        assert_seats(&c, (const int64_t[]){0, 1, 1});
    }
    /* Unequal quotas tie by remainder, and by quotient: 2.5 / 2.5 = 1.5 / 1.5. Noise from
     * a division of the pool is no reason to break a tie. */
    double noise[] = {0, 4e-13, -4e-13};
    for (int k = 0; k < 9; k++) {
        struct case_ c = {.n = 2, .total = 4, .hi = {9, 9}};
        c.quotas[0] = 2.5 + noise[k / 3];
        c.quotas[1] = 1.5 + noise[k % 3];
        for (size_t first = 0; first < 2; first++) {
            const int64_t seats[] = {first == 0 ? 3 : 2, first == 0 ? 1 : 2};
            c.tie[0] = first;
            c.tie[1] = 1 - first;
            apportion(&c, UNITS_LARGEST_REMAINDER);
            assert_seats(&c, seats);
            apportion(&c, UNITS_WEBSTER);
            assert_seats(&c, seats);
        }
    }
    /* Jefferson: 3 / 3 = 2 / 2 once each has a unit less. */
    struct case_ c = {.n = 2, .total = 4, .quotas = {3, 2}, .hi = {9, 9}, .tie = {1, 0}};
    apportion(&c, UNITS_JEFFERSON);
    assert_seats(&c, (const int64_t[]){2, 2});
    c.tie[0] = 0;
    c.tie[1] = 1;
    apportion(&c, UNITS_JEFFERSON);
    assert_seats(&c, (const int64_t[]){3, 1});
}

/* ---- bounds ---- */

static void test_bounds(void **state)
{
    (void)state;
    for (int method = 0; method < N_UNITS_METHODS; method++) {
        /* A minimum is kept, and paid for by the others. */
        struct case_ c = {.n = 3,
                          .total = 10,
                          .quotas = {1.2, 4.4, 4.4},
                          .lo = {4, 0, 0},
                          .hi = {9, 9, 9},
                          .tie = {0, 1, 2}};
        apportion(&c, (enum units_method)method);
        assert_seats(&c, (const int64_t[]){4, 3, 3});
        /* A maximum too. */
        c = (struct case_){
            .n = 3, .total = 10, .quotas = {6, 2, 2}, .hi = {4, 9, 9}, .tie = {0, 1, 2}};
        apportion(&c, (enum units_method)method);
        assert_seats(&c, (const int64_t[]){4, 3, 3});
        /* The total is cut, or raised, to what the bounds allow. */
        c = (struct case_){.n = 2, .total = 10, .quotas = {5, 5}, .hi = {3, 4}};
        apportion(&c, (enum units_method)method);
        assert_seats(&c, (const int64_t[]){3, 4});
        c = (struct case_){
            .n = 2, .total = 3, .quotas = {2, 1}, .lo = {3, 4}, .hi = {9, 9}};
        apportion(&c, (enum units_method)method);
        assert_seats(&c, (const int64_t[]){3, 4});
        /* More than the quotas: whoever has more than its own comes last. */
        c = (struct case_){.n = 3,
                           .total = 13,
                           .quotas = {0.2, 5.9, 2.1},
                           .lo = {3, 0, 0},
                           .hi = {9, 9, 9},
                           .tie = {0, 1, 2}};
        apportion(&c, (enum units_method)method);
        assert_int_equal(c.out[0], 3);
        c = (struct case_){.n = 0, .total = 7};
        apportion(&c, (enum units_method)method);
        c = (struct case_){
            .n = 2, .total = 2, .quotas = {0, 0}, .hi = {5, 5}, .tie = {1, 0}};
        apportion(&c, (enum units_method)method);
        assert_int_equal(c.out[0] + c.out[1], 2);
    }
}

static void test_huge(void **state)
{
    (void)state;
    for (int method = 0; method < N_UNITS_METHODS; method++) {
        struct case_ c = {.n = 3,
                          .total = 2000000000000000,
                          .quotas = {1e15 + 0.5, 1e15 - 1, 0.5},
                          .tie = {0, 1, 2}};
        for (size_t i = 0; i < 3; i++)
            c.hi[i] = INT64_MAX / 4;
        apportion(&c, (enum units_method)method);
        assert_int_equal(c.out[0] + c.out[1] + c.out[2], c.total);
        assert_true(llabs(c.out[0] - 1000000000000000) <= 2000);
    }
}

/* ---- promises on random cases ---- */

static void make_case(uint64_t seed, struct case_ *c)
{
    struct dice dice = {seed};
    double sum = 0, scale = pow(10, 6 * dice_uniform(&dice) - 1);
    *c = (struct case_){.n = 1 + dice_below(&dice, dice_chance(&dice, 0.8) ? 12 : MOST)};
    bool is_bounded = dice_chance(&dice, 0.5);
    for (size_t i = 0; i < c->n; i++) {
        bool repeats = i > 0 && dice_chance(&dice, 0.3);
        c->quotas[i] = repeats ? c->quotas[i - 1] : scale * dice_uniform(&dice);
        c->hi[i] = INT64_MAX / 4;
        c->tie[i] = c->n - 1 - i;
        if (is_bounded) {
            c->lo[i] = (int64_t)(c->quotas[i] * dice_uniform(&dice));
            c->hi[i] = (int64_t)ceil(c->quotas[i] * (1 + dice_uniform(&dice)));
        }
        sum += c->quotas[i];
    }
    c->total = (int64_t)floor(sum);
}

/* No unit can pass from one to another with a better claim to it: for largest remainder
 * no remainder is above one that got a unit, for divisors no quotient. */
static void check_optimal(const struct case_ *c, enum units_method method)
{
    double least_taken = INFINITY, most_missed = -INFINITY;
    double divisor = method == UNITS_WEBSTER ? 0.5 : 1;
    for (size_t i = 0; i < c->n; i++) {
        double out = (double)c->out[i], quota = c->quotas[i];
        double next =
            method == UNITS_LARGEST_REMAINDER ? quota - out : quota / (out + divisor);
        double last = method == UNITS_LARGEST_REMAINDER ? quota - (out - 1)
                                                        : quota / (out - 1 + divisor);
        if (c->out[i] < c->hi[i] && next > most_missed)
            most_missed = next;
        if (c->out[i] > c->lo[i] && last < least_taken)
            least_taken = last;
    }
    assert_true(most_missed <= least_taken + 2e-9 * fmax(1, fabs(least_taken)));
}

static void test_random(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        struct case_ c;
        make_case(seed, &c);
        for (int method = 0; method < N_UNITS_METHODS; method++) {
            int64_t sum = 0, least = 0, most = 0;
            apportion(&c, (enum units_method)method);
            for (size_t i = 0; i < c.n; i++) {
                assert_true(c.out[i] >= c.lo[i] && c.out[i] <= c.hi[i]);
                sum += c.out[i];
                least += c.lo[i];
                most = most + c.hi[i] < c.total ? most + c.hi[i] : c.total;
                if (i > 0 && c.quotas[i] == c.quotas[i - 1] && c.lo[i] == c.lo[i - 1] &&
                    c.hi[i] == c.hi[i - 1]) /* the later has the smaller tie */
                    assert_true(c.out[i] == c.out[i - 1] || c.out[i] == c.out[i - 1] + 1);
            }
            assert_int_equal(sum, most > least ? most : least);
            check_optimal(&c, (enum units_method)method);
            bool is_free = c.hi[0] > c.total && least == 0;
            for (size_t i = 0; i < c.n && is_free; i++) { /* the quota rule */
                double off = (double)c.out[i] - c.quotas[i];
                if (method == UNITS_LARGEST_REMAINDER)
                    assert_true(fabs(off) < 1 + 1e-8);
                if (method == UNITS_JEFFERSON) /* the lower half of it, of this total */
                    assert_true(off > -2);
            }
        }
    }
}

/* Many claims of a fraction of a unit each: quick, and in the order of ties. */
static void test_fractions(void **state)
{
    (void)state;
    for (int method = 0; method < N_UNITS_METHODS; method++) {
        struct case_ c = {.n = MOST, .total = 30};
        for (size_t i = 0; i < MOST; i++) {
            c.quotas[i] = 0.1;
            c.hi[i] = 30;
            c.tie[i] = (i * 7) % MOST; /* 7 and 300 have no common divisor */
        }
        apportion(&c, (enum units_method)method);
        for (size_t i = 0; i < MOST; i++)
            assert_int_equal(c.out[i], c.tie[i] < 30);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_36_seats),  cmocka_unit_test(test_alabama_paradox),
        cmocka_unit_test(test_ties),      cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_huge),      cmocka_unit_test(test_random),
        cmocka_unit_test(test_fractions),
    };
    return cmocka_run_group_tests(tests, make_scratch, release_scratch) != 0;
}
