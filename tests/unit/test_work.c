/* How work goes: who builds what, overruns that show only as the work is done, and what
 * failures cost a run. */
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
#include <stdlib.h>
#include <string.h>

#define START "start = '2025-01-01'; months = 12; "
#define POOL  "pools = ( { name = 'p'; gpus = 800; } ); "
#define TEAM  "teams = ( { name = 'T'; people = 10; } ); "
#define BUILD "stages = ( { do = 'build'; person_months = 12.0; } ); "
#define TRAIN "do = 'train'; gpu_hours = 240000.0; max_gpus = 100; "

static double released_days(const struct trial *t, const char *project)
{
    return trial_released_s(t, project) / SECONDS_PER_DAY;
}

/* ---- staff ---- */

static double build_days(double people)
{
    return 12 * SECONDS_PER_MONTH / people / SECONDS_PER_DAY;
}

/* A has 6 people of 10, B and C share the other 4, and all 10 once A is out. */
static void test_staff(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t, START POOL TEAM
              "projects = ( { name = 'A'; team = 'T'; staff = 6.0; " BUILD "}, "
              "{ name = 'B'; team = 'T'; " BUILD "}, "
              "{ name = 'C'; team = 'T'; " BUILD "} );");
    double first = build_days(6), work = 12 * SECONDS_PER_MONTH / SECONDS_PER_DAY;
    assert_near(released_days(&t, "A"), first, 1e-9);
    assert_near(released_days(&t, "B"), first + (work - 2 * first) / 5, 1e-9);
    assert_same(released_days(&t, "C"), released_days(&t, "B"));
    trial_release(&t);
    /* More staff than people: each is short by the same part. Alone, it has all that it
     * asks for, and the rest are on nothing. */
    trial_run(&t, START POOL TEAM
              "projects = ( { name = 'A'; team = 'T'; staff = 12.0; " BUILD "}, "
              "{ name = 'B'; team = 'T'; staff = 4.0; " BUILD "} );");
    first = build_days(7.5);
    assert_near(released_days(&t, "A"), first, 1e-9);
    assert_near(released_days(&t, "B"), first + (work - 2.5 * first) / 4, 1e-9);
    trial_release(&t);
}

/* Staff by date: 2 people until 1 March, 8 from then on. */
static void test_staff_by_date(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t, START POOL TEAM
              "projects = ( { name = 'A'; team = 'T'; staff = ( { value = 2.0; }, "
              "{ from = '2025-03-01'; value = 8.0; } ); " BUILD "}, "
              "{ name = 'B'; team = 'T'; " BUILD "} );");
    double work = 12 * SECONDS_PER_MONTH / SECONDS_PER_DAY;
    double b = build_days(8); /* before March */
    assert_near(released_days(&t, "B"), b, 1e-9);
    assert_near(released_days(&t, "A"), 59 + (work - 2 * 59) / 8, 1e-9);
    trial_release(&t);
}

/* No staff for one means that it stands still, and the rest work on. */
static void test_no_staff(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t, START POOL TEAM
              "projects = ( { name = 'A'; team = 'T'; staff = 0.0; " BUILD "}, "
              "{ name = 'B'; team = 'T'; " BUILD "} );");
    assert_true(isnan(trial_released_s(&t, "A")));
    assert_near(released_days(&t, "B"), build_days(10), 1e-9);
    trial_release(&t);
}

/* The training that follows is asked for by the speed at which staff build: with one
 * person the build is not over before the next meeting. */
static void test_staff_in_requests(void **state)
{
    static const char text[] =
        START POOL TEAM "projects = ( { name = 'A'; team = 'T'; %s stages = ( { do = "
                        "'build'; person_months = 5.0; }, { " TRAIN "} ); } );";
    struct trial t;
    (void)state;
    trial_run(&t, text, "");
    assert_non_null(trial_claim(&t, "A", "p", 0));
    trial_release(&t);
    trial_run(&t, text, "staff = 1.0;");
    assert_null(trial_claim(&t, "A", "p", 0));
    assert_non_null(trial_claim(&t, "A", "p", 5));
    trial_release(&t);
}

/* ---- overruns ---- */

/* Alone on its GPUs a stage lasts as long as its true GPU-hours take. */
static double true_hours(const struct trial *t)
{
    return trial_released_s(t, "A") / SECONDS_PER_HOUR * 100;
}

#define OVERRUN                                                                          \
    "projects = ( { name = 'A'; team = 'T'; stages = ( { " TRAIN                         \
    "overrun_log_sd = 0.3; } ); } );"
/* Releases after 100 days at 100 GPUs, if all goes as planned. */
#define ROUND "rule = { unit_gpus = 0; }; "

static void test_overrun_draws(void **state)
{
    enum { N = 600 };
    struct trial t;
    double sum = 0, squares = 0, log_sum = 0, log_squares = 0;
    (void)state;
    trial_run(&t, "start = '2025-01-01'; months = 36; " POOL TEAM ROUND OVERRUN);
    for (uint64_t replication = 0; replication < N; replication++) {
        trial_repeat(&t, replication);
        double x = true_hours(&t) / 240000, z = log(x);
        sum += x;
        squares += x * x;
        log_sum += z;
        log_squares += z * z;
    }
    double mean = sum / N, log_mean = log_sum / N;
    assert_near(mean, 1, 3 * sqrt((squares / N - mean * mean) / N));
    assert_near(log_mean, -0.3 * 0.3 / 2, 3 * 0.3 / sqrt(N));
    assert_near(sqrt(log_squares / N - log_mean * log_mean), 0.3, 3 * 0.3 / sqrt(2 * N));
    trial_release(&t);
}

/* Month by month the team believes max(plan - done, 5 % of the plan), asks by that, and
 * goes on until the truth is done. */
static void test_belief(void **state)
{
    struct trial t;
    double done = 0, longest = 0;
    uint64_t latest = 0;
    (void)state;
    trial_run(&t, START POOL TEAM ROUND OVERRUN);
    for (uint64_t replication = 0; replication < 20; replication++) {
        trial_repeat(&t, replication);
        if (true_hours(&t) > longest) {
            longest = true_hours(&t);
            latest = replication;
        }
    }
    assert_true(longest > 1.2 * 240000);
    trial_repeat(&t, latest);
    size_t n_late = 0;
    for (size_t m = 0; m < 12; m++) {
        done += trial_cell(&t, "projects.csv", "A", "used_gpu_hours", m);
        double left = trial_cell(&t, "projects.csv", "A", "left_gpu_hours", m);
        bool is_out = trial_released_s(&t, "A") < t.s->calendar.month_at_s[m + 1];
        assert_near(left, is_out ? 0 : fmax(240000 - done, 12000), 1e-6);
        n_late += !is_out && done > 228000;
    }
    assert_true(n_late > 0);
    assert_near(done, longest, 1e-3);
    trial_release(&t);
    /* With a target the request is what the belief needs, though the truth is more. */
    trial_run(&t, START POOL TEAM ROUND
              "projects = ( { name = 'A'; team = 'T'; target = '2025-12-31'; stages = ( "
              "{ " TRAIN "overrun_log_sd = 0.3; } ); } );");
    double hours = trial_at_s(&t, "2025-12-31") / SECONDS_PER_HOUR;
    assert_near(trial_claim(&t, "A", "p", 0)->requested_gpus, 240000 / hours, 1e-9);
    done = trial_cell(&t, "projects.csv", "A", "used_gpu_hours", 0);
    hours -= 31 * 24;
    assert_near(trial_claim(&t, "A", "p", 1)->requested_gpus, (240000 - done) / hours,
                1e-9);
    trial_release(&t);
}

/* A stage's overrun is its own: other projects, rules and stages before it shift it not,
 * and each has another. */
static void test_overrun_streams(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t, START POOL TEAM ROUND OVERRUN);
    double alone = true_hours(&t);
    trial_release(&t);
    trial_run(
        &t, START POOL TEAM
        "rule = { unit_gpus = 0; divide = 'max-min'; over = 'tree'; }; projects = ( "
        "{ name = 'B'; team = 'T'; stages = ( { " TRAIN "overrun_log_sd = 0.3; } "
        "); }, { name = 'A'; team = 'T'; stages = ( { " TRAIN
        "overrun_log_sd = 0.3; }, { " TRAIN "overrun_log_sd = 0.3; } ); } );");
    double both = true_hours(&t), b = trial_released_s(&t, "B") / 36;
    assert_true(fabs(both - 2 * alone) > 1);
    assert_true(fabs(b - alone) > 1);
    size_t n = 0;
    const struct event_row *second = trial_event(&t, EVENT_STAGE, "A", 1);
    assert_near(second->at_s / 36, alone, 1e-3);
    for (uint64_t replication = 1; replication < 4; replication++) {
        trial_repeat(&t, replication);
        n += true_hours(&t) != both;
    }
    assert_int_equal(n, 3);
    trial_release(&t);
}

/* ---- goodput ---- */

#define FAILING                                                                          \
    "pools = ( { name = 'p'; gpus = 2048; failures_per_node_day = 0.0065; "              \
    "checkpoint_minutes = 1.0; checkpoint_every_minutes = 60.0; restart_minutes = 5.0; " \
    "} ); "
/* The run of 65B parameters as it was published: 1,022,362 GPU-hours on 2,048 GPUs are
 * 21 days (Touvron et al. 2023). */
#define RUN_65B                                                                          \
    "projects = ( { name = 'A'; team = 'T'; stages = ( { do = 'train'; gpu_hours = "     \
    "1022362.0; min_gpus = 2048; max_gpus = 2048; %s} ); } );"

static void test_goodput(void **state)
{
    struct trial t;
    const double goodput = 0.94383; /* 256 nodes: ORACLES section 7 */
    (void)state;
    trial_run(&t, START FAILING TEAM RUN_65B, "failures = false; ");
    double days = released_days(&t, "A");
    assert_near(days, 20.8, 0.05);
    assert_same(trial_outcome(&t, "gpu_hours_lost", "project", "A", ""), 0);
    trial_release(&t);
    trial_run(&t, START FAILING TEAM RUN_65B, "");
    assert_near(released_days(&t, "A"), days / goodput, 1e-3);
    double used = trial_outcome(&t, "gpu_hours_used", "project", "A", "");
    double lost = trial_outcome(&t, "gpu_hours_lost", "project", "A", "");
    assert_near(used, 1022362 / goodput, 10);
    assert_near(used - lost, 1022362, 1e-3);
    assert_same(trial_outcome(&t, "gpu_hours_lost", "all", "all", ""), lost);
    assert_same(trial_outcome(&t, "gpu_hours_failed", "all", "all", ""), 0);
    check_results(t.s, &t.r, "goodput");
    trial_release(&t);
}

/* What is lost grows in the midst of a month, too, and not while a project builds; a mark
 * is the end of its day. */
static void test_lost_at_a_mark(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t, START FAILING TEAM
              "marks = ( '2025-01-11', '2025-02-11' ); projects = ( { name = 'A'; "
              "team = 'T'; stages = ( { do = 'train'; gpu_hours = 20480.0; min_gpus = "
              "2048; max_gpus = 2048; }, { do = 'train'; gpu_hours = 1e7; min_gpus = "
              "2048; max_gpus = 2048; } ); }, { name = 'B'; team = 'T'; stages = ( "
              "{ do = 'build'; person_months = 24.0; } ); } );");
    const double frac = 1 - 0.94383;
    for (int k = 0; k < 2; k++) {
        const char *mark = k == 0 ? "2025-01-11" : "2025-02-11";
        double used = 2048 * (k == 0 ? 11 : 42) * 24;
        assert_near(trial_outcome(&t, "gpu_hours_lost", "project", "A", mark),
                    used * frac, 20); /* of 5 digits */
        assert_same(trial_outcome(&t, "gpu_hours_lost", "project", "B", mark), 0);
    }
    trial_release(&t);
}

/* A rate that changes in the midst of a run changes its speed from that day on. */
static void test_goodput_by_date(void **state)
{
    struct trial t;
    const struct reliability r = {0.05, 2, NAN, 10};
    (void)state;
    trial_run(&t,
              START TEAM
              "pools = ( { name = 'p'; gpus = 2048; failures_per_node_day = ( { value = "
              "0.0; }, { from = '2025-01-11'; value = 0.05; } ); checkpoint_minutes = "
              "2.0; restart_minutes = 10.0; } ); " RUN_65B,
              "");
    double goodput = goodput_frac(&r, 256), days = 1022362.0 / 2048 / 24;
    assert_true(goodput < 0.9);
    assert_near(released_days(&t, "A"), 10 + (days - 10) / goodput, 1e-6);
    check_results(t.s, &t.r, "goodput by date");
    trial_release(&t);
}

/* A run that never gets on uses its GPUs all the same. */
static void test_hopeless(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t,
              START TEAM
              "pools = ( { name = 'p'; gpus = 2048; failures_per_node_day = 5.0; "
              "restart_minutes = 60.0; } ); " RUN_65B,
              "");
    assert_true(isnan(trial_released_s(&t, "A")));
    double used = trial_outcome(&t, "gpu_hours_used", "project", "A", "");
    assert_near(used, 2048 * 365 * 24, 1e-3);
    assert_same(trial_outcome(&t, "gpu_hours_lost", "project", "A", ""), used);
    assert_same(trial_cell(&t, "projects.csv", "A", "left_gpu_hours", 11), 1022362);
    check_results(t.s, &t.r, "hopeless");
    trial_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_staff),           cmocka_unit_test(test_staff_by_date),
        cmocka_unit_test(test_no_staff),        cmocka_unit_test(test_staff_in_requests),
        cmocka_unit_test(test_overrun_draws),   cmocka_unit_test(test_belief),
        cmocka_unit_test(test_overrun_streams), cmocka_unit_test(test_goodput),
        cmocka_unit_test(test_lost_at_a_mark),  cmocka_unit_test(test_goodput_by_date),
        cmocka_unit_test(test_hopeless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
