/* Council meetings in a run: what is claimed, how much is needed, what a grant outlives,
 * and the order of what falls on one instant. Numbers are worked out beside them. */
#include "base/seconds.h"
#include "support/trials.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#define DAY   SECONDS_PER_DAY
#define HOUR  SECONDS_PER_HOUR
#define START "start = '2025-01-01'; months = 6; "
#define POOL  "pools = ( { name = 'p'; gpus = 1000; node_gpus = 1; } ); "
#define SOLO  START POOL "teams = ( { name = 'T'; people = 4; } ); "
#define DUO   START POOL "teams = ( { name = 'T'; }, { name = 'U'; } ); "
/* A train stage of 30 days on the whole pool. */
#define TRAIN "stages = ( { do = 'train'; gpu_hours = 720000.0; } ); "
#define JOB   "projects = ( { name = 'Job'; team = 'T'; " TRAIN "} ); "

/* Two projects that share the pool 3 to 1, from February on 1 to 3. */
#define RIVALS                                                                           \
    "projects = ( { name = 'A'; team = 'T'; priority = ( { value = 0.75; }, "            \
    "{ from = '2025-02-01'; value = 0.25; } ); " TRAIN "}, "                             \
    "{ name = 'B'; team = 'U'; priority = ( { value = 0.25; }, "                         \
    "{ from = '2025-02-01'; value = 0.75; } ); " TRAIN "} ); "

/* ---- cadence ---- */

/* Every second month: A has 750 GPUs until it is done after 40 days; B 250 for 59 days =
 * 354,000, then 1,000 for 15.25 days. Every third: 90 days of 250, then 180,000 in 7.5.
 */
static void test_every_months(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, DUO RIVALS "council = { every_months = 2; };");
    assert_same(trial_released_s(&t, "A"), 40 * DAY);
    assert_same(trial_released_s(&t, "B"), (59 + 15.25) * DAY);
    assert_null(trial_claim(&t, "B", "p", 1));
    assert_same(trial_event(&t, EVENT_MEETING, "p", 2)->at_s,
                trial_at_s(&t, "2025-05-01"));
    assert_null(trial_event(&t, EVENT_MEETING, "p", 3));
    trial_release(&t);
    trial_run(&t, DUO RIVALS "council = { every_months = 3; };");
    assert_same(trial_released_s(&t, "A"), 40 * DAY);
    assert_same(trial_released_s(&t, "B"), (90 + 7.5) * DAY);
    trial_release(&t);
}

/* A has 750 GPUs and is done after 10 days, B by then 60,000 GPU-hours of 720,000; at the
 * meeting of the 11th B gets the pool for the other 27.5 days. A month begins with a
 * meeting, however many days there were before it. */
static void test_every_days(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t,
              DUO "projects = ( { name = 'A'; team = 'T'; priority = 0.75; stages = ( "
                  "{ do = 'train'; gpu_hours = 180000.0; } ); }, "
                  "{ name = 'B'; team = 'U'; priority = 0.25; " TRAIN "} ); "
                  "council = { every_days = 10; };");
    assert_same(trial_released_s(&t, "A"), 10 * DAY);
    assert_same(trial_released_s(&t, "B"), 37.5 * DAY);
    const char *dates[] = {"2025-01-01", "2025-01-11", "2025-01-21", "2025-01-31",
                           "2025-02-01", "2025-02-11", "2025-02-21", "2025-03-01"};
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        assert_same(trial_event(&t, EVENT_MEETING, "p", i)->at_s,
                    trial_at_s(&t, dates[i]));
    /* The first meeting of the month is on record. */
    assert_same(trial_claim(&t, "B", "p", 0)->granted_gpus, 250);
    trial_release(&t);
}

/* However short a lag is, nothing is in force before it is over. */
static void test_short_lag(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO JOB "council = { lag_days = %.17g; };", 0.5 / DAY);
    assert_near(trial_released_s(&t, "Job"), 30 * DAY + 0.5, 1e-6);
    trial_release(&t);
}

/* Decisions by date are seen by the meeting of their day, or by the next. */
static void test_days_and_decisions(void **state)
{
    (void)state;
    struct trial t;
    trial_run(
        &t, START POOL
        "teams = ( { name = 'T'; exploration = ( { gpus = 500.0; } ); fixed_gpus = ( "
        "{ value = 100.0; }, { from = '2025-01-12'; value = 200.0; } ); } ); "
        "council = { every_days = 10; lag_days = 0.0; }; "
        "rule = { divide = 'fixed'; over = 'tree'; };");
    double used_gpu_hours = (20 * 100 + 11 * 200) * 24.0;
    assert_same(trial_cell(&t, "teams.csv", "T", "used_gpu_hours", 0), used_gpu_hours);
    trial_release(&t);
}

/* ---- grants that are overridden ---- */

/* B has 900 from 11 January on and A the other 100, until the meeting: A 10 days of
 * 18,000 and 21 of 2,400, then 489,600 on 750; B 6,000 and 21,600, then 28 days of 6,000
 * and 38,400 on the pool of March. */
static void test_override(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t,
              DUO "projects = ( { name = 'A'; team = 'T'; priority = 0.75; " TRAIN "}, "
                  "{ name = 'B'; team = 'U'; priority = 0.25; " TRAIN "} ); "
                  "happenings = ( { at = '2025-01-11'; do = 'grant'; project = 'B'; "
                  "gpus = 900; } );");
    assert_same(trial_released_s(&t, "A"), 31 * DAY + 489600.0 / 750 * HOUR);
    assert_same(trial_released_s(&t, "B"), 59 * DAY + 38.4 * HOUR);
    assert_string_equal(trial_event(&t, EVENT_GRANT, "B", 0)->detail,
                        "900 of 900 GPUs of pool p");
    trial_release(&t);
    /* More than there is, less than the minimum, and for one that is over. */
    trial_run(&t, SOLO "projects = ( { name = 'A'; team = 'T'; " TRAIN "}, "
                       "{ name = 'B'; team = 'T'; stages = ( { do = 'train'; "
                       "gpu_hours = 720000.0; min_gpus = 500; } ); } ); "
                       "happenings = ( { at = '2025-01-11'; do = 'grant'; project = 'A'; "
                       "gpus = 5000; }, { at = '2025-01-21'; do = 'grant'; "
                       "project = 'B'; gpus = 400; }, { at = '2025-02-11'; "
                       "do = 'cancel'; project = 'A'; }, { at = '2025-02-12'; "
                       "do = 'grant'; project = 'A'; gpus = 10; } );");
    assert_string_equal(trial_event(&t, EVENT_GRANT, "A", 0)->detail,
                        "1000 of 5000 GPUs of pool p");
    assert_string_equal(trial_event(&t, EVENT_GRANT, "A", 1)->detail,
                        "0 of 10 GPUs of pool p");
    assert_same(trial_cell(&t, "projects.csv", "B", "granted_gpus", 0),
                (500.0 * 10 + 400.0 * 11) / 31);
    assert_same(trial_cell(&t, "projects.csv", "B", "used_gpu_hours", 0), 120000);
    trial_release(&t);
}

/* A grant that is overridden before the last meeting's comes into force stands until the
 * next one's does: 400 GPUs from 5 January to 11 February, 37 days of 9,600. */
static void test_override_within_the_lag(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO JOB "council = { lag_days = 10.0; }; "
                           "happenings = ( { at = '2025-01-05'; do = 'grant'; "
                           "project = 'Job'; gpus = 400; } );");
    assert_same(trial_released_s(&t, "Job"), (41 + 15.2) * DAY);
    trial_release(&t);
    /* Others lose what it takes: B was awarded 250, and 600 are left. */
    trial_run(&t,
              DUO "council = { lag_days = 10.0; }; "
                  "projects = ( { name = 'A'; team = 'T'; priority = 0.25; " TRAIN "}, "
                  "{ name = 'B'; team = 'U'; priority = 0.75; " TRAIN "} ); "
                  "happenings = ( { at = '2025-01-05'; do = 'grant'; project = 'A'; "
                  "gpus = 400; } );");
    assert_same(trial_cell(&t, "projects.csv", "A", "granted_gpus", 0), 400 * 27.0 / 31);
    assert_same(trial_cell(&t, "projects.csv", "B", "granted_gpus", 0), 600 * 21.0 / 31);
    trial_release(&t);
}

/* A team's exploration can be granted too: 300 instead of 200 GPUs, of which it can use
 * no more than it needs. */
static void test_override_exploration(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START POOL "teams = ( { name = 'T'; exploration = "
                             "( { gpus = 250.0; } ); } ); "
                             "rule = { unit_gpus = 100; }; "
                             "happenings = ( { at = '2025-01-16'; do = 'grant'; "
                             "team = 'T'; gpus = 100; }, { at = '2025-02-01'; "
                             "do = 'grant'; team = 'T'; gpus = 100; } );");
    assert_same(trial_cell(&t, "teams.csv", "T", "granted_gpus", 0),
                (300.0 * 15 + 100.0 * 16) / 31);
    assert_same(trial_cell(&t, "teams.csv", "T", "used_gpus", 0),
                (250.0 * 15 + 100.0 * 16) / 31);
    /* One at a meeting's instant comes before it, and is overruled. */
    assert_same(trial_cell(&t, "teams.csv", "T", "granted_gpus", 1), 300);
    trial_release(&t);
}

/* ---- a pool that shrinks ---- */

#define TRIO                                                                             \
    "projects = ( { name = 'A'; team = 'T'; priority = 0.5; " TRAIN "}, "                \
    "{ name = 'B'; team = 'T'; priority = 0.3; " TRAIN "}, "                             \
    "{ name = 'C'; team = 'T'; priority = 0.2; " TRAIN "} ); "

/* 500, 300 and 200 GPUs; of 300 that go away on 11 January C loses 200 and B 100. */
static void test_shrink(void **state)
{
    (void)state;
    static const char *const ways[] = {
        "{ at = '2025-01-11'; do = 'retire'; gpus = 300; }",
        "{ at = '2025-01-11'; do = 'maintain'; gpus = 300; days = 21.0; }",
        "{ at = '2025-01-11'; do = 'set'; path = 'pools.p.reserved_frac'; value = 0.3; }",
    };
    struct trial t;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        trial_run(&t, SOLO TRIO "happenings = ( %s );", ways[i]);
        assert_same(trial_cell(&t, "projects.csv", "A", "granted_gpus", 0), 500);
        assert_same(trial_cell(&t, "projects.csv", "B", "granted_gpus", 0),
                    (300.0 * 10 + 200.0 * 21) / 31);
        assert_same(trial_cell(&t, "projects.csv", "C", "granted_gpus", 0), 2000.0 / 31);
        trial_release(&t);
    }
    /* At equal scores the later name loses first. */
    trial_run(&t, SOLO "projects = ( { name = 'B'; team = 'T'; " TRAIN
                       "}, { name = 'A'; team = 'T'; " TRAIN "} ); "
                       "happenings = ( { at = '2025-01-11'; do = 'retire'; "
                       "gpus = 100; } );");
    assert_same(trial_cell(&t, "projects.csv", "A", "granted_gpus", 0), 500);
    assert_same(trial_cell(&t, "projects.csv", "B", "granted_gpus", 0),
                (500.0 * 10 + 400.0 * 21) / 31);
    trial_release(&t);
}

/* ---- one instant ---- */

/* A release comes before whatever else falls on its instant, and after the month's close
 * and the marks. */
static void test_one_instant(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO JOB "marks = ( '2025-01-30', '2025-01-31' ); "
                           "happenings = ( { at = '2025-01-31'; do = 'cancel'; "
                           "project = 'Job'; }, { at = '2025-01-31'; do = 'pause'; "
                           "project = 'Job'; } );");
    assert_same(trial_released_s(&t, "Job"), 30 * DAY);
    assert_string_equal(trial_event(&t, EVENT_CANCEL, "Job", 0)->detail,
                        "no effect: it is released");
    assert_string_equal(trial_event(&t, EVENT_PAUSE, "Job", 0)->detail,
                        "no effect: it is released");
    assert_same(trial_outcome(&t, "released", "project", "Job", "2025-01-30"), 0);
    assert_same(trial_outcome(&t, "released", "project", "Job", "2025-01-31"), 1);
    assert_same(trial_outcome(&t, "gpu_hours_used", "all", "", "2025-01-30"), 720000);
    assert_same(trial_outcome(&t, "gpu_hours_shipped", "all", "", "2025-01-30"), 0);
    trial_release(&t);
    /* A release at midnight of 1 January is not December's. */
    trial_run(&t, "start = '2025-12-02'; months = 3; " POOL
                  "teams = ( { name = 'T'; } ); " JOB
                  "happenings = ( { at = '2026-01-01'; do = 'set'; "
                  "path = 'projects.Job.priority'; value = 0.9; } );");
    assert_same(trial_released_s(&t, "Job"), 30 * DAY);
    assert_same(trial_cell(&t, "projects.csv", "Job", "state", 0), PROJECT_ACTIVE);
    assert_same(trial_cell(&t, "projects.csv", "Job", "done_frac", 0), 1);
    assert_same(trial_cell(&t, "projects.csv", "Job", "priority", 0), 0.5);
    assert_same(trial_cell(&t, "projects.csv", "Job", "priority", 1), 0.9);
    assert_same(trial_cell(&t, "projects.csv", "Job", "state", 1), PROJECT_RELEASED);
    assert_same(trial_cell(&t, "pools.csv", "p", "used_gpus", 0), 1000);
    assert_null(trial_claim(&t, "Job", "p", 1));
    trial_release(&t);
    /* A release at the horizon is beyond the run. */
    trial_run(&t, "start = '2025-01-02'; months = 1; " POOL
                  "teams = ( { name = 'T'; } ); " JOB "marks = ( '2025-01-31' );");
    assert_same(trial_released_s(&t, "Job"), NAN);
    assert_same(trial_outcome(&t, "gpu_hours_used", "all", "", ""), 720000);
    assert_same(trial_outcome(&t, "gpu_hours_used", "all", "", "2025-01-31"), 720000);
    trial_release(&t);
}

/* Events are told in the order in which they happen. */
static void test_order_of_classes(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO
              "projects = ( { name = 'Job'; team = 'T'; stages = "
              "( { do = 'train'; gpu_hours = 360000.0; max_gpus = 500; } ); } ); "
              "happenings = ( { at = '2025-01-31'; do = 'cancel'; project = 'Job'; }, "
              "{ at = '2025-02-01'; do = 'set'; path = 'projects.Job.priority'; "
              "value = 0.1; }, { at = '2025-02-01'; do = 'deliver'; gpus = 8; }, "
              "{ at = '2025-01-21'; do = 'maintain'; gpus = 8; days = 11.0; } );");
    static const enum event_kind expected[] = {
        EVENT_START,  EVENT_STAGE,   EVENT_MEETING, EVENT_MAINTAIN, EVENT_RELEASE,
        EVENT_CANCEL, EVENT_DELIVER, EVENT_REPAIR,  EVENT_SET,      EVENT_MEETING};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(t.r.events[i].event, expected[i]);
    trial_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_months),
        cmocka_unit_test(test_every_days),
        cmocka_unit_test(test_short_lag),
        cmocka_unit_test(test_days_and_decisions),
        cmocka_unit_test(test_override),
        cmocka_unit_test(test_override_within_the_lag),
        cmocka_unit_test(test_override_exploration),
        cmocka_unit_test(test_shrink),
        cmocka_unit_test(test_one_instant),
        cmocka_unit_test(test_order_of_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
