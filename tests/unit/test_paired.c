/* Paired differences, wins and Holm's correction against published values. */
#include "stats/paired.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

static void assert_near(double value, double expected, double tolerance)
{
    if (isnan(expected))
        assert_true(isnan(value));
    else if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.9g is not %.9g", value, expected);
}

/* Student's data on sleep (Biometrika 6, 1908), by R's t.test: paired -1.58 with
 * [-2.4598858, -0.7001142], p 0.002833; unpaired (Welch) [-3.3654832, 0.2054832]. Every
 * second value is another column: strides hold. */
static void test_sleep(void **state)
{
    (void)state;
    const double both[20] = {0.7, 1.9, -1.6, 0.8, -0.2, 1.1, -1.2, 0.1, -0.1, -0.1,
                             3.4, 4.4, 3.7,  5.5, 0.8,  1.6, 0.0,  4.6, 2.0,  3.4};
    struct paired p;
    paired_of(both, 2, both + 1, 2, 10, false, &p);
    assert_int_equal(p.n, 10);
    assert_near(p.difference, -1.58, 1e-12);
    assert_near(p.ci_low, -2.4598858, 1e-7);
    assert_near(p.ci_high, -0.7001142, 1e-7);
    assert_near(p.p_value, 0.002833, 5e-7);
    assert_near(p.unpaired_ratio, 3.5709664 / 1.7597716, 1e-6);
    struct wins w;
    wins_of(both, 2, both + 1, 2, 10, 1, false, &w);
    assert_near(w.better_frac, 0, 0);
    assert_near(w.worse_frac, 0.9, 1e-12);
    wins_of(both, 2, both + 1, 2, 10, -1, false, &w);
    assert_near(w.better_frac, 0.9, 1e-12);
}

static void test_missing(void **state)
{
    (void)state;
    const double x[] = {3, NAN, 5, NAN, 7, 4}, y[] = {4, 2, NAN, NAN, 7, 6};
    struct paired p;
    struct wins w;
    paired_of(x, 1, y, 1, 6, false, &p);
    assert_int_equal(p.n, 3);
    assert_near(p.difference, -1, 1e-12);
    /* less is better, and what is missing is worst: won 1, 3, 6; lost 2; tied 4, 5 */
    wins_of(x, 1, y, 1, 6, -1, true, &w);
    assert_int_equal(w.n, 6);
    assert_near(w.better_frac, 3.0 / 6, 1e-12);
    assert_near(w.worse_frac, 1.0 / 6, 1e-12);
    wins_of(x, 1, y, 1, 6, -1, false, &w);
    assert_int_equal(w.n, 3);
    assert_near(w.better_frac, 2.0 / 3, 1e-12);
    assert_near(w.worse_frac, 0, 0);
    paired_of(x + 3, 1, y + 3, 1, 1, false, &p);
    assert_int_equal(p.n, 0);
    assert_true(isnan(p.difference) && isnan(p.ci_low) && isnan(p.p_value));
    paired_of(x, 1, y, 1, 1, false, &p);
    assert_near(p.difference, -1, 0);
    assert_true(isnan(p.ci_low) && isnan(p.ci_high) && isnan(p.p_value));
}

/* 0.3 - 0.1 is not 0.2 to the last bit, but it is the same in every pair. */
static void test_constant(void **state)
{
    (void)state;
    const double x[] = {0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3},
                 y[7] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    struct paired p;
    paired_of(x, 1, y, 1, 7, false, &p);
    assert_true(p.difference == 0.3 - 0.1 && p.ci_low == p.difference &&
                p.ci_high == p.difference && p.p_value == 0);
    assert_true(isnan(p.unpaired_ratio));
    paired_of(x, 1, x, 1, 7, false, &p);
    assert_true(p.difference == 0 && p.ci_low == 0 && p.ci_high == 0 && p.p_value == 1);
}

/* Of 198 pairs 18 went up and 2 down: (19 - 3) / 200 -+ z sqrt((0.11 - 0.08^2) / 200) by
 * Bonett and Price's formula (2012); by a binomial table twice P(B(20, 1/2) <= 2) =
 * 2 * 211 / 2^20. Nothing that differs: no empty interval, p 1. */
static void test_yes_no(void **state)
{
    (void)state;
    double x[198], y[198];
    struct paired p;
    for (int i = 0; i < 198; i++) {
        x[i] = i < 120;
        y[i] = i < 18 ? 0 : i < 122;
    }
    paired_of(x, 1, y, 1, 198, true, &p);
    assert_near(p.difference, 16.0 / 198, 1e-12);
    assert_near(p.ci_low, 0.035392, 1e-6);
    assert_near(p.ci_high, 0.124608, 1e-6);
    assert_near(p.p_value, 2 * 211.0 / 1048576, 1e-12);
    paired_of(x, 1, x, 1, 198, true, &p);
    assert_true(p.difference == 0 && p.p_value == 1 && p.ci_low < 0 && p.ci_high > 0);
    for (int i = 0; i < 198; i++)
        y[i] = 1 - (x[i] = 1);
    paired_of(x, 1, y, 1, 198, true, &p);
    assert_true(p.difference == 1 && p.ci_high == 1 && p.ci_low > 0.95);
}

/* R: p.adjust(c(0.01, 0.04, NA, 0.03, 0.005), "holm") = 0.03 0.06 NA 0.06 0.02. */
static void test_holm(void **state)
{
    (void)state;
    double p[] = {0.01, 0.04, NAN, 0.03, 0.005}, q[] = {0.6, 0.6, 0.0};
    const double expected[] = {0.03, 0.06, NAN, 0.06, 0.02};
    holm_adjust(p, 5);
    for (int i = 0; i < 5; i++)
        assert_near(p[i], expected[i], 1e-12);
    holm_adjust(q, 3);
    assert_true(q[0] == 1 && q[1] == 1 && q[2] == 0);
    holm_adjust(NULL, 0);
}

/* 1e6 hours, added up in another order in every world: no difference, no winner. */
static void test_rounding(void **state)
{
    (void)state;
    const double x[] = {1e6 + 1e-6, 0.3 + 1e-12, 1e-11}, y[] = {1e6, 0.3, 0};
    struct paired p;
    struct wins w;
    paired_of(x, 1, y, 1, 3, false, &p);
    assert_true(p.difference == 0 && p.p_value == 1 && p.ci_low == 0 && p.ci_high == 0);
    wins_of(x, 1, y, 1, 3, 1, false, &w);
    assert_true(w.n == 3 && w.better_frac == 0 && w.worse_frac == 0);
    const double much[] = {1e6 + 1, 1e6 + 1, 1e6 + 1}, little[] = {1e6, 1e6, 1e6};
    paired_of(much, 1, little, 1, 3, false, &p);
    assert_true(p.difference == 1 && p.p_value == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sleep),    cmocka_unit_test(test_missing),
        cmocka_unit_test(test_constant), cmocka_unit_test(test_yes_no),
        cmocka_unit_test(test_holm),     cmocka_unit_test(test_rounding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) > 0;
}
