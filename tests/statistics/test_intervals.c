/* Do the intervals hold what they promise? 2,000 experiments of 60 runs each, in worlds
 * whose answers are known exactly; seeds are fixed: a failure is a change of the code. */
#include "base/memory.h"
#include "base/seconds.h"
#include "run/run.h"
#include "scenario/outcome_path.h"
#include "stats/paired.h"
#include "stats/summary.h"
#include "support/scenarios.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>

#include <math.h>

enum { N_EXPERIMENTS = 2000, N_RUNS = 60, N_ALL = N_EXPERIMENTS * N_RUNS };

/* An outcome in N_ALL replications of a text, in the same worlds for every text. */
static double *simulate(const char *text, const char *outcome)
{
    double *values = MEM_ARRAY(double, N_ALL);
    struct loaded loaded;
    struct outcome_path path;
    loaded_from(&loaded, text, NULL);
    if (!loaded.is_loaded ||
        outcome_path_parse(outcome, &loaded.s, DIAG_USAGE, NULL, &path, &loaded.d) != 0)
        fail_msg("%s: %s", outcome, loaded.messages);
    for (size_t r = 0; r < N_ALL; r++) {
        struct results results;
        run_simulate(&loaded.s, 7, r, 0, &results);
        values[r] = NAN;
        for (size_t k = 0; k < results.n_outcomes; k++) {
            const struct outcome *o = &results.outcomes[k];
            if (o->mark == path.mark && o->metric == path.metric &&
                o->kind == path.kind && o->subject == path.subject)
                values[r] = o->value;
        }
        assert_false(isnan(values[r]));
        results_release(&results);
    }
    loaded_release(&loaded);
    return values;
}

/* Of how many experiments, as a fraction, the interval held `truth`. */
static void assert_covers(int n_held, double least, double most, const char *what)
{
    double held = (double)n_held / N_EXPERIMENTS;
    print_message("%s: %.2f %%\n", what, 100 * held);
    if (!(held >= least && held <= most))
        fail_msg("%s: %.4f is not from %.3f to %.3f", what, held, least, most);
}

/* One month of a team that explores on a pool that is never short: it uses what it draws,
 * 100 GPUs exp(0.2 z - 0.02), so the mean of its GPU-hours is 74,400 and the p-quantile
 * 74,400 exp(0.2 z_p - 0.02). */
#define EXPLORING(gpus)                                                                  \
    "start = \"2023-01-01\"; months = 1; pools = ( { name = \"p\"; gpus = 4000; } );"    \
    "teams = ( { name = \"T\"; people = 0; exploration = ( { gpus = " #gpus ";"          \
    "log_sd = 0.2; } ); } ); rule = { unit_gpus = 0; };"
static const double MONTH_HOURS = 31 * 24, LOG_SD = 0.2;

static void test_means(void **state)
{
    (void)state;
    double *x = simulate(EXPLORING(100.0), "gpu_hours_used:team/T"), scratch[N_RUNS];
    int n_held = 0;
    for (size_t k = 0; k < N_EXPERIMENTS; k++) {
        struct summary s;
        summary_of(x + k * N_RUNS, 1, N_RUNS, scratch, &s);
        n_held += s.ci_low <= 100 * MONTH_HOURS && 100 * MONTH_HOURS <= s.ci_high;
    }
    assert_covers(n_held, 0.935, 0.965, "t, mean GPU-hours");
    mem_free(x);
}

static void test_quantiles(void **state)
{
    (void)state;
    static const double p[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    double *x = simulate(EXPLORING(100.0), "gpu_hours_used:team/T");
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
        double truth = 100 * MONTH_HOURS *
                       exp(LOG_SD * gsl_cdf_ugaussian_Pinv(p[i]) - LOG_SD * LOG_SD / 2);
        int n_held = 0;
        for (size_t k = 0; k < N_EXPERIMENTS; k++) {
            double sorted[N_RUNS], low, high;
            for (size_t r = 0; r < N_RUNS; r++)
                sorted[r] = x[k * N_RUNS + r];
            gsl_sort(sorted, 1, N_RUNS);
            summary_quantile_interval(sorted, N_RUNS,
                                      summary_quantile_ends(N_RUNS, p[i], SUMMARY_LEVEL),
                                      &low, &high);
            /* an end that is not there excludes nothing */
            n_held += !(low > truth) && !(high < truth);
        }
        assert_covers(n_held, 0.935, 1, "order statistics, a quantile");
    }
    mem_free(x);
}

/* In which part of all experiments Wilson's interval holds p: the shares are few, so this
 * swings about the level as p and n change. */
static double exact_coverage(double p)
{
    double held = 0;
    for (unsigned k = 0; k <= N_RUNS; k++) {
        double low, high;
        summary_wilson(k, N_RUNS, SUMMARY_LEVEL, &low, &high);
        if (low <= p && p <= high)
            held += gsl_ran_binomial_pdf(k, p, N_RUNS);
    }
    return held;
}

#define LEAVING(rate)                                                                    \
    "start = \"2023-01-01\"; months = 12; pools = ( { name = \"p\"; gpus = 8; } );"      \
    "teams = ( { name = \"T\"; people = 1; } ); people = { turnover_per_year = " #rate   \
    "; };"

/* Whether the one person of a team leaves within a year: at each rate the interval holds
 * in at least 93.5 % of the experiments, and as often as the binomial distribution says.
 */
static void test_shares(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double per_year;
    } rows[] = {{LEAVING(0.002), 0.002}, {LEAVING(0.01), 0.01}, {LEAVING(0.05), 0.05},
                {LEAVING(0.132), 0.132}, {LEAVING(0.2), 0.2},   {LEAVING(0.3), 0.3},
                {LEAVING(0.5), 0.5},     {LEAVING(0.65), 0.65}, {LEAVING(0.8), 0.8},
                {LEAVING(0.95), 0.95}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double truth = -expm1(log1p(-rows[i].per_year) * 365 / 365.25);
        double *x = simulate(rows[i].text, "departures:team/T");
        int n_held = 0;
        for (size_t k = 0; k < N_EXPERIMENTS; k++) {
            double n_yes = 0, low, high;
            for (size_t r = 0; r < N_RUNS; r++)
                n_yes += x[k * N_RUNS + r];
            summary_wilson(n_yes, N_RUNS, SUMMARY_LEVEL, &low, &high);
            n_held += low <= truth && truth <= high;
        }
        double exact = exact_coverage(truth);
        double slack = 3.5 * sqrt(exact * (1 - exact) / N_EXPERIMENTS);
        assert_covers(n_held, fmax(0.935, exact - slack), exact + slack,
                      "Wilson, a share");
        mem_free(x);
    }
}

/* A team of 100 and one of 110 GPUs in the same worlds: the difference of the means is
 * 7,440 GPU-hours; the pairs see it ten times as sharply as two samples would. */
static void test_differences(void **state)
{
    (void)state;
    double *x = simulate(EXPLORING(110.0), "gpu_hours_used:team/T");
    double *y = simulate(EXPLORING(100.0), "gpu_hours_used:team/T");
    int n_held = 0;
    double ratio = 0;
    for (size_t k = 0; k < N_EXPERIMENTS; k++) {
        struct paired p;
        paired_of(x + k * N_RUNS, 1, y + k * N_RUNS, 1, N_RUNS, false, &p);
        n_held += p.ci_low <= 10 * MONTH_HOURS && 10 * MONTH_HOURS <= p.ci_high;
        ratio += p.unpaired_ratio / N_EXPERIMENTS;
    }
    assert_covers(n_held, 0.935, 0.965, "t, paired difference");
    print_message("the interval of two samples is %.1f times as wide\n", ratio);
    assert_true(ratio > 10 && ratio < 20); /* sqrt(110^2 + 100^2) / 10 = 14.9 */
    mem_free(x);
    mem_free(y);
}

/* Who leaves at 30 % a year, but not at 13.2 %: the same draws, so only that way. */
static void test_differences_of_shares(void **state)
{
    (void)state;
    double *x = simulate(LEAVING(0.3), "departures:team/T");
    double *y = simulate(LEAVING(0.132), "departures:team/T");
    double truth =
        expm1(log1p(-0.132) * 365 / 365.25) - expm1(log1p(-0.3) * 365 / 365.25);
    int n_held = 0;
    for (size_t k = 0; k < N_EXPERIMENTS; k++) {
        struct paired p;
        paired_of(x + k * N_RUNS, 1, y + k * N_RUNS, 1, N_RUNS, true, &p);
        n_held += p.ci_low <= truth && truth <= p.ci_high;
    }
    assert_covers(n_held, 0.935, 1, "Bonett and Price, paired difference of shares");
    mem_free(x);
    mem_free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_means),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_differences_of_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) > 0;
}
