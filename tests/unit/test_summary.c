/* Ten numbers of a sample against published and computed values. */
#include "stats/summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include <math.h>
#include <string.h>

enum { MOST = 2000 };
static double scratch[MOST];

static void assert_near(double value, double expected, double tolerance)
{
    if (isnan(expected))
        assert_true(isnan(value));
    else
        assert_true(fabs(value - expected) <= tolerance);
}

static struct summary summarise(const double *x, size_t n)
{
    struct summary s;
    memset(&s, 0x55, sizeof s);
    summary_of(x, 1, n, scratch, &s);
    return s;
}

static void test_few(void **state)
{
    (void)state;
    const double nans[] = {NAN, NAN}, one[] = {NAN, 2.385, NAN};
    for (size_t n = 0; n <= 2; n += 2) {
        struct summary s = summarise(nans, n);
        assert_int_equal(s.n, 0);
        assert_true(isnan(s.mean) && isnan(s.sd) && isnan(s.ci_low) && isnan(s.ci_high));
        assert_true(isnan(s.p05) && isnan(s.p25) && isnan(s.p50) && isnan(s.p75) &&
                    isnan(s.p95));
    }
    struct summary s = summarise(one, 3);
    assert_int_equal(s.n, 1);
    assert_true(isnan(s.sd) && isnan(s.ci_low) && isnan(s.ci_high));
    assert_true(s.mean == 2.385 && s.p05 == 2.385 && s.p50 == 2.385 && s.p95 == 2.385);
}

static void test_all_equal(void **state)
{
    (void)state;
    double x[100];
    for (int i = 0; i < 100; i++)
        x[i] = i % 3 ? 0.1 : NAN;
    struct summary s = summarise(x, 100);
    assert_int_equal(s.n, 66);
    assert_true(s.sd == 0.0 && s.mean == 0.1 && s.ci_low == 0.1 && s.ci_high == 0.1);
    assert_true(s.p05 == 0.1 && s.p25 == 0.1 && s.p50 == 0.1 && s.p75 == 0.1 &&
                s.p95 == 0.1);
    /* quantiles between equal values are that value, where (1 - d) * a + d * a is not */
    const double eight[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2};
    s = summarise(eight, 8);
    assert_true(s.sd > 0.0 && s.p05 == 0.1 && s.p25 == 0.1 && s.p75 == 0.1);
}

/* 1 to 5: t(0.975; 4) = 2.7764451052 (any table), sd sqrt(2.5); quantiles as R's
 * quantile(1:5, c(.05,.25,.5,.75,.95)) prints them: 1.2 2 3 4 4.8. */
static void test_one_to_five(void **state)
{
    (void)state;
    const double x[] = {4, NAN, 2, 5, NAN, NAN, 1, 3};
    struct summary s = summarise(x, 8);
    assert_int_equal(s.n, 5);
    assert_near(s.mean, 3.0, 1e-15);
    assert_near(s.sd, sqrt(2.5), 1e-15);
    assert_near(s.ci_low, 3.0 - 2.7764451051977987 * sqrt(0.5), 1e-9);
    assert_near(s.ci_high, 3.0 + 2.7764451051977987 * sqrt(0.5), 1e-9);
    assert_near(s.p05, 1.2, 1e-15);
    assert_near(s.p25, 2.0, 0.0);
    assert_near(s.p50, 3.0, 0.0);
    assert_near(s.p75, 4.0, 0.0);
    assert_near(s.p95, 4.8, 1e-15);
    /* t(0.95; 4) = 2.1318467863, t(0.995; 4) = 4.6040948714 */
    summary_interval(&s, 0.90);
    assert_near(s.ci_high, 3.0 + 2.1318467863266499 * sqrt(0.5), 1e-9);
    summary_interval(&s, 0.99);
    assert_near(s.ci_low, 3.0 - 4.604094871349993 * sqrt(0.5), 1e-9);
}

/* NIST Statistical Reference Datasets, NumAcc1, 3 and 4: exact mean and deviation where
 * the mean is large against the deviation. */
static void test_nist(void **state)
{
    (void)state;
    const double first[] = {10000001, 10000003, 10000002};
    struct summary s = summarise(first, 3);
    assert_true(s.mean == 10000002.0 && s.sd == 1.0);
    static const struct {
        double start, low, high, mean, sd, tolerance;
    } rows[] = {
        {1000000.2, 1000000.1, 1000000.3, 1000000.2, 0.1, 1e-9},
        {10000000.2, 10000000.1, 10000000.3, 10000000.2, 0.1, 1e-8},
    };
    for (int k = 0; k < 2; k++) {
        double x[1001];
        x[0] = rows[k].start;
        for (int i = 1; i < 1001; i++)
            x[i] = i % 2 ? rows[k].low : rows[k].high;
        s = summarise(x, 1001);
        assert_near(s.mean, rows[k].mean, rows[k].tolerance);
        assert_near(s.sd, rows[k].sd, rows[k].tolerance);
    }
}

static double next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 40) * 0x1p-24;
}

/* Against GSL's own functions on random samples with holes, and with a stride. */
static void test_against_gsl(void **state)
{
    (void)state;
    uint64_t seed = 2385;
    for (size_t n = 2; n < MOST; n += n / 3 + 1) {
        static double x[MOST], strided[3 * MOST], kept[MOST];
        size_t n_kept = 0;
        for (size_t i = 0; i < n; i++) {
            double u = next_random(&seed);
            x[i] = strided[3 * i] = i > 1 && u < 0.2 ? NAN : 100.0 * u * u - 3.0;
            strided[3 * i + 1] = strided[3 * i + 2] = 1e9;
            if (!isnan(x[i]))
                kept[n_kept++] = x[i];
        }
        struct summary s = summarise(x, n), t;
        summary_of(strided, 3, n, scratch, &t);
        assert_memory_equal(&s, &t, sizeof s);
        assert_int_equal(s.n, n_kept);
        assert_near(s.mean, gsl_stats_mean(kept, 1, n_kept), 1e-12);
        assert_near(s.sd, gsl_stats_sd(kept, 1, n_kept), 1e-11);
        gsl_sort(kept, 1, n_kept);
        const double p[] = {0.05, 0.25, 0.50, 0.75, 0.95};
        const double q[] = {s.p05, s.p25, s.p50, s.p75, s.p95};
        for (int i = 0; i < 5; i++)
            assert_near(q[i], gsl_stats_quantile_from_sorted_data(kept, 1, n_kept, p[i]),
                        1e-12);
        assert_true(summary_quantile(kept, n_kept, 0.0) == kept[0]);
        assert_true(summary_quantile(kept, n_kept, 1.0) == kept[n_kept - 1]);
    }
}

/* Of 2,000 intervals at 90 % about 90 % hold the true mean; normal-like samples of 8, the
 * standard error is 0.0067, the tolerance four of them. */
static void test_coverage(void **state)
{
    (void)state;
    uint64_t seed = 1;
    int n_hold = 0;
    for (int k = 0; k < 2000; k++) {
        double x[8];
        for (int i = 0; i < 8; i++) {
            x[i] = -6.0;
            for (int j = 0; j < 12; j++)
                x[i] += next_random(&seed);
        }
        struct summary s = summarise(x, 8);
        summary_interval(&s, 0.90);
        n_hold += s.ci_low <= 0.0 && 0.0 <= s.ci_high;
    }
    assert_near(n_hold / 2000.0, 0.90, 0.027);
}

/* Newcombe (Statistics in Medicine 17, 1998), table I, method 4. */
static void test_wilson(void **state)
{
    (void)state;
    static const struct {
        double n_yes;
        size_t n;
        double low, high;
    } rows[] = {{81, 263, 0.2535, 0.3682},
                {15, 148, 0.0598, 0.1644},
                {0, 20, 0, 0.2005},
                {1, 29, 0.0018, 0.1963}};
    double low, high, other_low, other_high;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        summary_wilson(rows[i].n_yes, rows[i].n, 0.95, &low, &high);
        assert_near(low, rows[i].low, 5e-5);
        assert_near(high, rows[i].high, 5e-5);
        /* yes and no are alike */
        summary_wilson((double)rows[i].n - rows[i].n_yes, rows[i].n, 0.95, &other_low,
                       &other_high);
        assert_near(other_low, 1 - high, 1e-12);
        assert_near(other_high, 1 - low, 1e-12);
    }
    summary_wilson(9, 10, 0.95, &low, &high);
    summary_wilson(9, 10, 0.90, &other_low, &other_high);
    assert_true(low < other_low && other_high < high);
    const double share[] = {1, 1, 1, 0, 1, 1, NAN, 1, 1, 1, 1};
    struct summary s = summarise(share, 11);
    summary_interval_of_share(&s, 0.95);
    assert_true(s.ci_low == low && s.ci_high == high);
    s = summarise(share, 1);
    summary_interval_of_share(&s, 0.95);
    assert_true(isnan(s.ci_low) && isnan(s.ci_high));
}

/* How often the interval of n trials holds p: the exact sum. */
static double wilson_coverage(const double *low, const double *high, unsigned n, double p)
{
    double held = 0;
    for (unsigned k = 0; k <= n; k++)
        if (low[k] <= p && p <= high[k])
            held += gsl_ran_binomial_pdf(k, p, n);
    return held;
}

/* The least coverage over all shares is beside an end of some interval, where it jumps;
 * it is looked for there, and on a grid between. */
static void test_wilson_coverage(void **state)
{
    (void)state;
    static const unsigned n[] = {2, 3, 5, 7, 10, 15, 20, 30, 50, 60, 100, 150, 200, 300};
    double low[301], high[301];
    for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
        double least = 1;
        for (unsigned k = 0; k <= n[i]; k++)
            summary_wilson(k, n[i], 0.95, &low[k], &high[k]);
        for (unsigned k = 0; k <= n[i]; k++) {
            const double shares[] = {low[k] - 1e-9, low[k] + 1e-9, high[k] - 1e-9,
                                     high[k] + 1e-9, (k + 0.5) / (n[i] + 1.0)};
            for (size_t j = 0; j < sizeof shares / sizeof *shares; j++)
                if (shares[j] > 0 && shares[j] < 1)
                    least = fmin(least, wilson_coverage(low, high, n[i], shares[j]));
        }
        assert_true(least >= 0.947);
    }
}

/* Ranks of the 95 % interval. Of the median: the tables of the sign test (n 5: none; 10:
 * 2 and 9; 20: 6 and 15; 100: 40 and 61). Of p 0.95 and n 100: P(B <= 89) = 0.0115, P(B
 * <= 90) = 0.0282, P(B >= 99) = 0.0371, P(B = 100) = 0.0059, so 90 and 100. */
static void test_quantile_interval(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        double p;
        double low, high; /* ranks; NaN: none */
    } rows[] = {
        {5, 0.5, NAN, NAN}, {6, 0.5, 1, 6},       {10, 0.5, 2, 9},    {20, 0.5, 6, 15},
        {100, 0.5, 40, 61}, {100, 0.95, 90, 100}, {100, 0.05, 1, 11}, {20, 0.05, NAN, 4},
        {1, 0.5, NAN, NAN}, {0, 0.5, NAN, NAN},
    };
    double ranks[100];
    for (int i = 0; i < 100; i++)
        ranks[i] = i + 1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double low, high;
        size_t n = rows[i].n;
        struct summary_ends ends = summary_quantile_ends(n, rows[i].p, 0.95);
        summary_quantile_interval(ranks, n, ends, &low, &high);
        assert_near(low, rows[i].low, 0);
        assert_near(high, rows[i].high, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_all_equal),
        cmocka_unit_test(test_one_to_five),
        cmocka_unit_test(test_nist),
        cmocka_unit_test(test_against_gsl),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_wilson),
        cmocka_unit_test(test_wilson_coverage),
        cmocka_unit_test(test_quantile_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
