/* Level, season and spread of monthly demand: series whose parameters are known. */
#include "stats/demand_fit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

enum { MONTHS = 48 };

static void assert_close(double a, double b)
{
    if (!(fabs(a - b) <= 1e-10 * fmax(1, fabs(b))))
        fail_msg("%.17g is not %.17g", a, b);
}

/* Without spread, from April on: nothing is left over. */
static void test_exact(void **state)
{
    (void)state;
    double gpus[MONTHS];
    for (size_t m = 0; m < MONTHS; m++) {
        double angle = 2 * M_PI * (double)((m + 3) % 12) / 12;
        gpus[m] = exp(5 + 0.3 * cos(angle) - 0.2 * sin(angle));
    }
    struct demand_fit fit = demand_fit(gpus, MONTHS, 3);
    assert_true(fit.is_fitted && fit.has_season);
    assert_close(fit.level, 5);
    assert_close(fit.cosine, 0.3);
    assert_close(fit.sine, -0.2);
    assert_true(fit.sd < 1e-12);
    assert_close(fit.r2, 1);
    assert_true(isnan(fit.normal) && isnan(fit.lag1));
    assert_close(demand_fit_mean(&fit, 3), gpus[0]);
    assert_close(demand_fit_mean(&fit, 2), gpus[11]);
}

/* The same season with residuals of +-0.1 by turns: they are orthogonal to it over whole
 * years, so the sum of their squares is 48 * 0.01 over 45 degrees of freedom, and each is
 * minus the next. */
static void test_spread(void **state)
{
    (void)state;
    double gpus[MONTHS];
    for (size_t m = 0; m < MONTHS; m++) {
        double angle = 2 * M_PI * (double)(m % 12) / 12;
        gpus[m] = exp(3 + 0.5 * cos(angle) + (m % 2 ? -0.1 : 0.1));
    }
    struct demand_fit fit = demand_fit(gpus, MONTHS, 0);
    assert_close(fit.level, 3);
    assert_close(fit.cosine, 0.5);
    assert_close(fit.sd, sqrt(48 * 0.01 / 45));
    assert_close(fit.lag1, -47.0 / 48);
    /* Two values alone: half of them lie at Phi(-0.1 / sd), which is 0.17 for one. */
    double p = 0.5 * erfc(0.1 / fit.sd / sqrt(2));
    double distance = 0.5 - p, root = sqrt(48);
    assert_close(fit.normal, distance * (root - 0.01 + 0.85 / root));
    assert_true(fit.normal > DEMAND_FIT_LIMIT);
    /* 0.5^2 / 2 of the season against 0.01 of the rest. */
    assert_close(fit.r2, 0.125 / 0.135);
    assert_close(demand_fit_mean(&fit, 0), exp(3.5 + fit.sd * fit.sd / 2));
}

/* Quantiles of a normal distribution are as normal as can be. */
static void test_lognormal(void **state)
{
    (void)state;
    static const double z[] = {-1.6449, 0.3853, 1.0364,  -0.3853, 0.1257,
                               -1.0364, 0.6745, -0.6745, 1.6449,  -0.1257};
    enum { N = sizeof z / sizeof *z };
    double gpus[N], squares = 0;
    for (size_t i = 0; i < N; i++) {
        gpus[i] = exp(2 + 0.4 * z[i]);
        squares += 0.16 * z[i] * z[i];
    }
    struct demand_fit fit = demand_fit(gpus, N, 0);
    assert_true(fit.is_fitted && !fit.has_season);
    assert_close(fit.level, 2);
    assert_close(fit.sd, sqrt(squares / (N - 1)));
    assert_true(fit.normal < DEMAND_FIT_LIMIT);
    assert_close(demand_fit_mean(&fit, 0), demand_fit_mean(&fit, 7));
}

/* Months without demand are no part of the logarithms, and of the mean they are. */
static void test_gaps(void **state)
{
    (void)state;
    const double gpus[] = {10, 0, 10, 0, 10, 0, 10, 0}, few[] = {1, 0, 2};
    struct demand_fit fit = demand_fit(gpus, 8, 0);
    assert_int_equal(fit.n_any, 4);
    assert_close(fit.level, log(10));
    assert_close(demand_fit_mean(&fit, 5), 5);
    fit = demand_fit(few, 3, 0);
    assert_false(fit.is_fitted);
    assert_close(demand_fit_mean(&fit, 0), 0);
    fit = demand_fit(NULL, 0, 0);
    assert_false(fit.is_fitted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_lognormal),
        cmocka_unit_test(test_gaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
