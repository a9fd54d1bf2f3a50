/* What a run's work comes to: energy, CO2, cost, value that late releases lose, the loss
 * of models and what it takes to serve them; and that settings which are neutral, or
 * which only tell, change nothing else. */
#include "base/seconds.h"
#include "model/goodput.h"
#include "support/invariants.h"
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define START "start = '2025-01-01'; months = 12; "
#define TEAM  "teams = ( { name = 'T'; people = 10; } ); "

/* LLaMA as published: 2,638 MWh and 1,015 t of CO2 for development and training, at 400 W
 * a GPU, a PUE of 1.1 and 385 g a kWh (Touvron et al. 2023, table 15); that makes 5.9955
 * million GPU-hours. */
static void test_llama(void **state)
{
    struct trial t;
    (void)state;
    trial_run(
        &t, START TEAM
        "pools = ( { name = 'a100'; gpus = 2048; watts = 400.0; pue = 1.1; "
        "co2_g_per_kwh = 385.0; price_per_gpu_hour = 2.5; } ); projects = ( { name "
        "= 'LLaMA'; team = 'T'; stages = ( { do = 'train'; gpu_hours = 5995454.5; } "
        "); } );");
    static const char *const kinds[] = {"all", "pool", "team", "project"};
    static const char *const subjects[] = {"all", "a100", "T", "LLaMA"};
    assert_false(isnan(trial_released_s(&t, "LLaMA")));
    for (size_t i = 0; i < 4; i++) {
        double mwh = trial_outcome(&t, "energy_mwh", kinds[i], subjects[i], "");
        double co2 = trial_outcome(&t, "co2_tonnes", kinds[i], subjects[i], "");
        double cost = trial_outcome(&t, "cost", kinds[i], subjects[i], "");
        assert_near(mwh, 2638, 1e-3);
        assert_near(co2, 1015.63, 1e-3);
        assert_near(cost, 2.5 * 5995454.5, 1e-2);
    }
    trial_release(&t);
    /* The 65B run alone: 1,022,362 GPU-hours are 449 MWh in the same table. */
    assert_near(1022362 * 400 * 1.1 / 1e6, 449, 1);
}

/* Two pools of which each tells something else: a subject's bill is that of what it used
 * on those that tell; a pool that does not tell has none. */
static void test_two_pools(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t, START
              "pools = ( { name = 'p'; gpus = 80; price_per_gpu_hour = 3.0; }, { name = "
              "'q'; gpus = 80; watts = 500.0; price_per_gpu_hour = 1.5; } ); "
              "teams = ( { name = 'A'; exploration = ( { pool = 'p'; gpus = 40.0; }, { "
              "pool = 'q'; gpus = 80.0; } ); }, { name = 'B'; exploration = ( { pool = "
              "'p'; gpus = 8.0; } ); } );");
    double hours = 365 * 24;
    assert_near(trial_outcome(&t, "cost", "pool", "p", ""), 48 * hours * 3, 1e-3);
    assert_near(trial_outcome(&t, "cost", "pool", "q", ""), 80 * hours * 1.5, 1e-3);
    assert_near(trial_outcome(&t, "cost", "team", "A", ""), (120 + 120) * hours, 1e-3);
    assert_near(trial_outcome(&t, "cost", "team", "B", ""), 24 * hours, 1e-3);
    assert_near(trial_outcome(&t, "cost", "all", "all", ""), 264 * hours, 1e-3);
    assert_true(isnan(trial_outcome(&t, "energy_mwh", "pool", "p", "")));
    assert_near(trial_outcome(&t, "energy_mwh", "all", "all", ""), 80 * hours * 500 / 1e6,
                1e-6);
    assert_same(trial_outcome(&t, "energy_mwh", "team", "B", ""), 0);
    assert_true(isnan(trial_outcome(&t, "co2_tonnes", "all", "all", "")));
    trial_release(&t);
}

/* ---- value ---- */

/* 100 days of work for a target on day 40, 60 or 200, with a half-life of 2 months. */
static void test_late_value(void **state)
{
    static const struct {
        const char *target;
        double late_days;
    } rows[] = {{"2025-02-10", 60}, {"2025-03-02", 40}, {"2025-07-20", -100}};
    struct trial t;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        trial_run(&t,
                  START TEAM
                  "pools = ( { name = 'p'; gpus = 80; } ); projects = ( { name = 'A'; "
                  "team = 'T'; target = '%s'; value = 6.0; value_half_life_months = 2.0; "
                  "stages = ( { do = 'wait'; days = 100.0; } ); } );",
                  rows[i].target);
        double months = rows[i].late_days * SECONDS_PER_DAY / SECONDS_PER_MONTH;
        double slip = trial_outcome(&t, "slip_months", "project", "A", "");
        assert_near(slip, months, 1e-9);
        double value = 6 * pow(0.5, fmax(0, slip) / 2);
        assert_near(trial_outcome(&t, "value", "project", "A", ""), value, 1e-12);
        assert_near(trial_outcome(&t, "value", "all", "all", ""), value, 1e-12);
        assert_true(rows[i].late_days > 0 ? value < 4 : value == 6);
        trial_release(&t);
    }
}

/* ---- models ---- */

#define MODELS                                                                           \
    "pools = ( { name = 'p'; gpus = 800; peak_tflops = 300.0; } ); projects = ( { name " \
    "= 'A'; team = 'T'; serve_tokens_per_month = 1.0e13; serve_mfu = 0.2; stages = ( { " \
    "do = 'train'; gpu_hours = 100000.0; params = 7.0e9; tokens = 1.0e12; }, { do = "    \
    "'train'; gpu_hours = 200000.0; params = 3.0e9; tokens = 0.1e12; }, { do = 'wait'; " \
    "days = 14.0; } ); }, { name = 'B'; team = 'T'; stages = ( { do = 'wait'; days = "   \
    "1.0; } ); } ); marks = ( '2025-01-03', '2025-01-10', '2025-12-31' ); "

/* The best model counts, from the day on which it is trained; it serves from the release
 * on, 2 floating-point operations a parameter and token. */
static void test_models(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t, START TEAM MODELS);
    double best = model_loss(7e9, 1e12);
    assert_true(isnan(trial_outcome(&t, "loss", "project", "A", "2025-01-03")));
    assert_near(trial_outcome(&t, "loss", "project", "A", "2025-01-10"), best, 1e-15);
    assert_near(trial_outcome(&t, "loss", "project", "A", ""), best, 1e-15);
    assert_true(isnan(trial_outcome(&t, "loss", "project", "B", "")));
    assert_same(trial_outcome(&t, "gpu_hours_serving", "project", "A", "2025-01-10"), 0);
    double months =
        (365 * SECONDS_PER_DAY - trial_released_s(&t, "A")) / SECONDS_PER_MONTH;
    double hours = 2 * 7e9 * 1e13 * months / (300e12 * 0.2) / 3600;
    assert_true(hours > 1e6);
    assert_near(trial_outcome(&t, "gpu_hours_serving", "project", "A", ""), hours, 1e-3);
    assert_near(trial_outcome(&t, "gpu_hours_serving", "all", "all", ""), hours, 1e-3);
    trial_release(&t);
}

/* ---- what is neutral, and what only tells ---- */

#define WORLD                                                                            \
    START "marks = ( '2025-06-30' ); pools = ( { name = 'p'; gpus = 160; "               \
          "%s } ); teams = ( { name = 'T'; people = 10; exploration = ( { gpus = 60.0; " \
          "log_sd = 0.3; } ); } ); projects = ( { name = 'A'; team = 'T'; target = "     \
          "'2025-03-01'; %s stages = ( { do = 'build'; person_months = 20.0; }, { do = " \
          "'train'; gpu_hours = 200000.0; min_gpus = 32; max_gpus = 128; %s } ); }, { "  \
          "name = 'B'; team = 'T'; stages = ( { do = 'build'; person_months = 10.0; }, " \
          "{ do = 'train'; gpu_hours = 50000.0; } ); } );"

static bool is_same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static bool are_events_same(const struct results *a, const struct results *b)
{
    if (a->n_events != b->n_events)
        return false;
    for (size_t i = 0; i < a->n_events; i++)
        if (a->events[i].at_s != b->events[i].at_s ||
            a->events[i].event != b->events[i].event ||
            strcmp(a->events[i].detail, b->events[i].detail) != 0)
            return false;
    return true;
}

static bool are_series_same(const struct results *a, const struct results *b)
{
    for (int f = 0; f < N_SERIES; f++) {
        const struct series *x = &a->series[f];
        size_t n = a->n_months * x->n_subjects * x->n_columns;
        for (size_t i = 0; i < n; i++)
            if (!is_same(x->values[i], b->series[f].values[i]))
                return false;
    }
    return true;
}

/* A bit a metric that differs anywhere. */
static unsigned differing_metrics(const struct results *a, const struct results *b)
{
    unsigned metrics = 0;
    assert_int_equal(a->n_outcomes, b->n_outcomes);
    for (size_t i = 0; i < a->n_outcomes; i++)
        if (!is_same(a->outcomes[i].value, b->outcomes[i].value))
            metrics |= 1u << a->outcomes[i].metric;
    return metrics;
}

static void test_neutral(void **state)
{
    struct trial plain, t;
    (void)state;
    trial_run(&plain, WORLD, "", "", "");
    trial_run(&t, WORLD,
              "failures_per_node_day = 0.0; checkpoint_minutes = 5.0; restart_minutes = "
              "9.0; repair_hours = 48.0; pue = 1.0;",
              "", "overrun_log_sd = 0.0; failures = true;");
    assert_true(are_events_same(&plain.r, &t.r));
    assert_true(are_series_same(&plain.r, &t.r));
    assert_int_equal(differing_metrics(&plain.r, &t.r), 0);
    trial_release(&t);
    trial_release(&plain);
}

/* Settings that only tell change their own outcomes and nothing else. */
static void test_only_told(void **state)
{
    static const struct {
        const char *pool, *project, *stage;
        unsigned metrics;
    } rows[] = {
        {"price_per_gpu_hour = 2.0;", "", "", 1u << METRIC_COST},
        {"watts = 400.0;", "", "", 1u << METRIC_ENERGY},
        {"watts = 400.0; pue = 1.2; co2_g_per_kwh = 400.0;", "", "",
         1u << METRIC_ENERGY | 1u << METRIC_CO2},
        {"", "value_half_life_months = 3.0;", "", 1u << METRIC_VALUE},
        {"", "", "params = 1.0e9; tokens = 2.0e10;", 1u << METRIC_LOSS},
        {"peak_tflops = 300.0;", "serve_tokens_per_month = 1.0e12; serve_mfu = 0.3;",
         "params = 1.0e9; tokens = 2.0e10;",
         1u << METRIC_LOSS | 1u << METRIC_HOURS_SERVING},
    };
    struct trial plain, t;
    (void)state;
    trial_run(&plain, WORLD, "", "", "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trial_run(&t, WORLD, rows[i].pool, rows[i].project, rows[i].stage);
        assert_true(are_events_same(&plain.r, &t.r));
        assert_true(are_series_same(&plain.r, &t.r));
        assert_int_equal(differing_metrics(&plain.r, &t.r), rows[i].metrics);
        trial_release(&t);
    }
    trial_release(&plain);
}

/* Settings that act show in what they are about. */
static void test_acting(void **state)
{
    static const struct {
        const char *pool, *project, *stage;
        enum metric metric;
    } rows[] = {
        {"failures_per_node_day = 0.05; restart_minutes = 60.0;", "", "",
         METRIC_HOURS_LOST},
        {"failures_per_node_day = 0.05; repair_hours = 24.0;", "", "failures = false;",
         METRIC_HOURS_FAILED},
        {"checkpoint_minutes = 5.0; checkpoint_every_minutes = 60.0;", "", "",
         METRIC_HOURS_LOST},
        {"", "staff = 2.0;", "", METRIC_RELEASE_MONTHS},
        {"", "", "overrun_log_sd = 0.4;", METRIC_HOURS_USED},
    };
    struct trial plain, t;
    (void)state;
    trial_run(&plain, WORLD, "", "", "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trial_run(&t, WORLD, rows[i].pool, rows[i].project, rows[i].stage);
        unsigned metrics = differing_metrics(&plain.r, &t.r);
        assert_true(metrics & 1u << rows[i].metric);
        assert_int_equal(metrics & (1u << METRIC_COST | 1u << METRIC_ENERGY), 0);
        check_results(t.s, &t.r, rows[i].pool);
        trial_release(&t);
    }
    trial_release(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_llama),      cmocka_unit_test(test_two_pools),
        cmocka_unit_test(test_late_value), cmocka_unit_test(test_models),
        cmocka_unit_test(test_neutral),    cmocka_unit_test(test_only_told),
        cmocka_unit_test(test_acting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
