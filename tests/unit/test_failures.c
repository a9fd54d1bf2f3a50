/* Nodes that fail and are repaired: how many, when, and who loses their GPUs. */
#include "base/seconds.h"
#include "support/invariants.h"
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <string.h>

#define START "start = '2025-01-01'; months = 12; "
#define TEAM  "teams = ( { name = 'T'; people = 1; } ); "

/* 100 nodes, each of which fails every 50 days in service and is away for 10. */
#define POOL                                                                             \
    "pools = ( { name = 'p'; gpus = 800; failures_per_node_day = 0.02; "                 \
    "repair_hours = 240.0; } ); "

enum { NODES = 100, DAYS = 365 };
static const double rate = 0.02, away_days = 10;

/* Failures of one node up to day t: its k-th comes after k exponentials and k - 1
 * repairs. */
static double mean_failures(double days)
{
    double mean = 0;
    for (int k = 1; (k - 1) * away_days < days; k++)
        mean += gsl_cdf_gamma_P(days - (k - 1) * away_days, k, 1 / rate);
    return mean;
}

static size_t count(const struct trial *t, enum event_kind event)
{
    size_t n = 0;
    for (size_t i = 0; i < t->r.n_events; i++)
        n += t->r.events[i].event == event;
    return n;
}

/* GPU-hours out of service: those of each failure until its repair or the end. */
static double hours_away(const struct trial *t)
{
    double hours = 0, horizon_s = calendar_horizon_s(&t->s->calendar);
    for (size_t i = 0; i < t->r.n_events; i++)
        if (t->r.events[i].event == EVENT_FAIL)
            hours += 8 * fmin(away_days * 24,
                              (horizon_s - t->r.events[i].at_s) / SECONDS_PER_HOUR);
    return hours;
}

/* The number of failures in a year, and the day of the first, within three standard
 * errors of what renewal theory gives for nodes that fail one by one. */
static void test_mean(void **state)
{
    enum { N = 300 };
    struct trial t;
    double sum = 0, squares = 0, first_days = 0;
    (void)state;
    trial_run(&t, START POOL TEAM);
    for (uint64_t replication = 0; replication < N; replication++) {
        trial_repeat(&t, replication);
        double n = (double)count(&t, EVENT_FAIL);
        sum += n;
        squares += n * n;
        first_days += trial_event(&t, EVENT_FAIL, "p", 0)->at_s / SECONDS_PER_DAY;
        double failed = trial_outcome(&t, "gpu_hours_failed", "pool", "p", "");
        assert_near(failed, hours_away(&t), 1e-6 * failed);
        check_results(t.s, &t.r, "failures");
    }
    double mean = sum / N, se = sqrt((squares / N - mean * mean) / N);
    assert_near(mean, NODES * mean_failures(DAYS), 3 * se);
    /* Fewer than if nodes came back at once, and spread less than such a process. */
    assert_true(mean < NODES * rate * DAYS - 10 * se);
    assert_true(se < sqrt(mean / N));
    double first = 1 / (NODES * rate);
    assert_near(first_days / N, first, 3 * first / sqrt(N));
    trial_release(&t);
}

/* A node is back to the second, and as much as was taken. */
static void test_repair(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t, START POOL TEAM);
    for (size_t n = 0; n < 100; n++) {
        const struct event_row *fail = trial_event(&t, EVENT_FAIL, "p", n);
        const struct event_row *repair = trial_event(&t, EVENT_REPAIR, "p", n);
        assert_near(repair->at_s - fail->at_s, away_days * SECONDS_PER_DAY, 1e-6);
        assert_string_equal(fail->detail, "8 GPUs for 240 hours");
        assert_string_equal(repair->detail, "8 GPUs back from repair");
    }
    trial_release(&t);
}

static void assert_fail_alike(const struct trial *a, const struct trial *b)
{
    size_t n = count(a, EVENT_FAIL);
    assert_true(n > 100);
    assert_int_equal(n, count(b, EVENT_FAIL));
    for (size_t i = 0; i < n; i++)
        assert_same(trial_event(a, EVENT_FAIL, "p", i)->at_s,
                    trial_event(b, EVENT_FAIL, "p", i)->at_s);
}

/* The same nodes fail under another rule, beside other pools and teams. */
static void test_common_world(void **state)
{
    struct trial plain, t;
    (void)state;
    trial_run(&plain, START POOL TEAM);
    trial_run(&t, START POOL "rule = { divide = 'max-min'; over = 'tree'; }; "
                             "council = { every_months = 3; }; "
                             "teams = ( { name = 'A'; people = 9; exploration = ( { "
                             "gpus = 700.0; } ); }, { name = 'T'; } );");
    assert_fail_alike(&plain, &t);
    trial_release(&t);
    trial_run(&t, START TEAM
              "pools = ( { name = 'o'; gpus = 80; failures_per_node_day = 0.1; "
              "repair_hours = 1.0; }, { name = 'p'; gpus = 800; "
              "failures_per_node_day = 0.02; repair_hours = 240.0; } ); ");
    size_t n = 0;
    for (size_t i = 0; i < 100; i++)
        n += trial_event(&plain, EVENT_FAIL, "p", i)->at_s ==
             trial_event(&t, EVENT_FAIL, "p", i)->at_s;
    assert_int_equal(n, 100);
    trial_release(&t);
    trial_run(&t, "seed = 2; " START POOL TEAM);
    assert_true(trial_event(&plain, EVENT_FAIL, "p", 0)->at_s !=
                trial_event(&t, EVENT_FAIL, "p", 0)->at_s);
    trial_release(&t);
    trial_release(&plain);
}

/* Without a repair time no GPU goes away; a rate that changes holds from that day on. */
static void test_rate(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t, START TEAM "pools = ( { name = 'p'; gpus = 800; "
                             "failures_per_node_day = 0.02; } );");
    assert_int_equal(count(&t, EVENT_FAIL), 0);
    assert_same(trial_outcome(&t, "gpu_hours_failed", "all", "all", ""), 0);
    trial_release(&t);
    trial_run(&t, START TEAM
              "pools = ( { name = 'p'; gpus = 800; repair_hours = 24.0; "
              "failures_per_node_day = ( { value = 0.0; }, { from = '2025-04-01'; value "
              "= 0.1; }, { from = '2025-05-01'; value = 0.0; } ); } );");
    double from_s = trial_at_s(&t, "2025-04-01"), to_s = trial_at_s(&t, "2025-05-01");
    size_t n = count(&t, EVENT_FAIL);
    assert_near((double)n, 100 * 0.1 * 30 / 1.1, 4 * sqrt(273));
    assert_true(trial_event(&t, EVENT_FAIL, "p", 0)->at_s > from_s);
    assert_true(trial_event(&t, EVENT_FAIL, "p", n - 1)->at_s < to_s);
    assert_int_equal(count(&t, EVENT_REPAIR), n);
    trial_release(&t);
}

/* The last node of a pool fails, and none is left to fail. A node that is not whole goes
 * as it is. */
static void test_few_nodes(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t, START TEAM "pools = ( { name = 'p'; gpus = 12; node_gpus = 8; "
                             "failures_per_node_day = 5.0; repair_hours = 48000.0; } );");
    assert_int_equal(count(&t, EVENT_FAIL), 2);
    assert_string_equal(trial_event(&t, EVENT_FAIL, "p", 1)->detail,
                        "4 GPUs for 48000 hours");
    assert_near(trial_cell(&t, "pools.csv", "p", "failed_gpus", 11), 12, 1e-9);
    check_results(t.s, &t.r, "few nodes");
    trial_release(&t);
}

/* Where all is granted the claim of lowest score loses first, until the next meeting;
 * what is back before lies idle. */
static void test_who_loses(void **state)
{
    struct trial t;
    (void)state;
    trial_run(&t, "start = '2025-01-01'; months = 2; "
                  "pools = ( { name = 'p'; gpus = 160; failures_per_node_day = ( { value "
                  "= 0.2; }, { from = '2025-01-05'; value = 0.0; } ); repair_hours = "
                  "24.0; } ); rule = { divide = 'ranked'; }; "
                  "teams = ( { name = 'first'; exploration = ( { gpus = 80.0; priority = "
                  "0.9; } ); }, { name = 'last'; exploration = ( { gpus = 80.0; priority "
                  "= 0.1; } ); } );");
    size_t n = count(&t, EVENT_FAIL);
    assert_true(n >= 5);
    assert_same(trial_cell(&t, "teams.csv", "first", "used_gpus", 0), 80);
    double last = trial_cell(&t, "teams.csv", "last", "used_gpus", 0);
    double failed = trial_cell(&t, "pools.csv", "p", "failed_gpus", 0);
    double idle = trial_cell(&t, "pools.csv", "p", "idle_gpus", 0);
    assert_true(last <= 72 && idle > 0);
    assert_near(last + failed + idle, 80, 1e-9);
    assert_same(trial_cell(&t, "teams.csv", "last", "used_gpus", 1), 80);
    trial_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mean),         cmocka_unit_test(test_repair),
        cmocka_unit_test(test_common_world), cmocka_unit_test(test_rate),
        cmocka_unit_test(test_few_nodes),    cmocka_unit_test(test_who_loses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
