/* Work in a run: how long stages take, to the microsecond, under whatever changes grants.
 * Every expected number is worked out in the comment beside it. */
#include "base/seconds.h"
#include "support/trials.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DAY   SECONDS_PER_DAY
#define HOUR  SECONDS_PER_HOUR
#define START "start = '2025-01-01'; months = 6; "
#define POOL  "pools = ( { name = 'p'; gpus = 1000; node_gpus = 1; } ); "
#define SOLO  START POOL "teams = ( { name = 'T'; people = 4; } ); "
/* A train stage of 30 days on the whole pool. */
#define TRAIN "stages = ( { do = 'train'; gpu_hours = 720000.0; } ); "
#define JOB   "projects = ( { name = 'Job'; team = 'T'; " TRAIN "} ); "

/* Two projects that share the pool 3 to 1, from February on 1 to 3. */
#define RIVALS                                                                           \
    "teams = ( { name = 'T'; people = 4; }, { name = 'U'; people = 4; } ); "             \
    "projects = ( { name = 'A'; team = 'T'; priority = ( { value = 0.75; }, "            \
    "{ from = '2025-02-01'; value = 0.25; } ); " TRAIN "}, "                             \
    "{ name = 'B'; team = 'U'; priority = ( { value = 0.25; }, "                         \
    "{ from = '2025-02-01'; value = 0.75; } ); " TRAIN "} ); "

static void released_at(const char *text, const char *project, double at_s)
{
    struct trial t;
    trial_run(&t, "%s", text);
    assert_same(trial_released_s(&t, project), at_s);
    trial_release(&t);
}

static void test_train(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO JOB);
    assert_same(trial_released_s(&t, "Job"), 30 * DAY);
    assert_same(trial_cell(&t, "projects.csv", "Job", "used_gpu_hours", 0), 720000);
    assert_same(trial_cell(&t, "projects.csv", "Job", "used_gpu_hours", 1), 0);
    assert_same(trial_cell(&t, "projects.csv", "Job", "done_frac", 0), 1);
    assert_same(trial_cell(&t, "projects.csv", "Job", "left_gpu_hours", 0), 0);
    assert_same(trial_cell(&t, "projects.csv", "Job", "state", 0), PROJECT_RELEASED);
    assert_same(trial_cell(&t, "projects.csv", "Job", "stage", 0), 0);
    assert_same(trial_cell(&t, "pools.csv", "p", "used_gpus", 0), 1000.0 * 30 / 31);
    assert_same(trial_cell(&t, "pools.csv", "p", "idle_gpus", 0), 1000.0 / 31);
    assert_same(trial_cell(&t, "pools.csv", "p", "granted_gpus", 0), 1000.0 * 30 / 31);
    assert_same(trial_cell(&t, "pools.csv", "p", "requested_gpus", 0), 1000.0 * 30 / 31);
    assert_same(trial_cell(&t, "teams.csv", "T", "fill_frac", 0), 1);
    assert_same(trial_cell(&t, "teams.csv", "T", "fill_frac", 1), NAN);
    assert_string_equal(trial_event(&t, EVENT_RELEASE, "Job", 0)->detail, "no target");
    trial_release(&t);
}

/* It starts on 20 January, which the first meeting knows: its GPUs wait for it. January
 * has 12 days of 24,000 GPU-hours, February the other 18. */
static void test_month_end(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO "projects = ( { name = 'Job'; team = 'T'; "
                       "start = '2025-01-20'; " TRAIN "} );");
    assert_same(trial_released_s(&t, "Job"), 49 * DAY);
    assert_same(trial_event(&t, EVENT_START, "Job", 0)->at_s, 19 * DAY);
    assert_same(trial_cell(&t, "projects.csv", "Job", "used_gpu_hours", 0), 288000);
    assert_same(trial_cell(&t, "projects.csv", "Job", "done_frac", 0), 0.4);
    assert_same(trial_cell(&t, "projects.csv", "Job", "left_gpu_hours", 0), 432000);
    assert_same(trial_cell(&t, "projects.csv", "Job", "stage", 0), 1);
    assert_same(trial_cell(&t, "projects.csv", "Job", "used_gpu_hours", 1), 432000);
    assert_same(trial_cell(&t, "projects.csv", "Job", "granted_gpus", 0), 1000);
    /* Needed only from its start on; granted before. */
    assert_same(trial_cell(&t, "teams.csv", "T", "needed_gpus", 0), 12000.0 / 31);
    trial_release(&t);
}

static void test_delivery(void **state)
{
    (void)state;
    struct trial t;
    /* 372,000 in January, then 348,000 on 1,000 GPUs: 14.5 days. */
    trial_run(&t, START "teams = ( { name = 'T'; } ); " JOB
                        "pools = ( { name = 'p'; gpus = 500; node_gpus = 1; deliveries = "
                        "( { at = '2025-02-01'; gpus = 500; } ); } );");
    assert_same(trial_released_s(&t, "Job"), 45.5 * DAY);
    assert_same(trial_cell(&t, "teams.csv", "T", "needed_gpus", 0), 500);
    assert_same(trial_cell(&t, "teams.csv", "T", "needed_gpus", 1), 14500.0 / 28);
    trial_release(&t);
    /* In the middle of February: idle until March. 59 days of 12,000, then 12 hours. */
    trial_run(&t, START "teams = ( { name = 'T'; } ); " JOB
                        "pools = ( { name = 'p'; gpus = 500; node_gpus = 1; deliveries = "
                        "( { at = '2025-02-10'; gpus = 500; } ); } );");
    assert_same(trial_released_s(&t, "Job"), 59.5 * DAY);
    assert_same(trial_cell(&t, "pools.csv", "p", "capacity_gpus", 1),
                (500.0 * 9 + 1000.0 * 19) / 28);
    assert_same(trial_cell(&t, "pools.csv", "p", "idle_gpus", 1), 500.0 * 19 / 28);
    assert_string_equal(trial_event(&t, EVENT_DELIVER, "p", 0)->detail, "500 GPUs");
    trial_release(&t);
}

/* A: 31 days of 18,000 = 558,000, then 162,000 on 250 GPUs: 27 days. B: 186,000, then 28
 * days of 18,000 = 690,000; in March the whole pool: 30 hours. */
static void test_change_of_grant(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START POOL RIVALS);
    assert_same(trial_released_s(&t, "A"), (31 + 27) * DAY);
    assert_same(trial_released_s(&t, "B"), 59 * DAY + 30 * HOUR);
    assert_same(trial_cell(&t, "projects.csv", "A", "used_gpu_hours", 0), 558000);
    assert_same(trial_cell(&t, "projects.csv", "A", "used_gpu_hours", 1), 162000);
    assert_same(trial_cell(&t, "projects.csv", "B", "used_gpu_hours", 1), 504000);
    trial_release(&t);
}

/* Old grants stand until the lag is over. From 8 January on: A 31 days of 18,000, then
 * 162,000 on 250 GPUs, to 7 March. B 186,000, then 504,000 until 8 March; what was A's is
 * free since the 7th, and A's new grant is lost, but B's is the old one: 30,000 GPU-hours
 * on 750 GPUs are 40 hours. */
static void test_lag(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START POOL RIVALS "council = { lag_days = 7.0; };");
    assert_same(trial_released_s(&t, "A"), (7 + 31 + 27) * DAY);
    assert_same(trial_released_s(&t, "B"), (7 + 31 + 28) * DAY + 40 * HOUR);
    assert_same(trial_cell(&t, "projects.csv", "A", "granted_gpus", 0), 750.0 * 24 / 31);
    assert_same(trial_cell(&t, "projects.csv", "A", "granted_gpus", 1),
                (750.0 * 7 + 250.0 * 21) / 28);
    assert_same(trial_cell(&t, "pools.csv", "p", "granted_gpus", 0), 1000.0 * 24 / 31);
    assert_same(trial_cell(&t, "pools.csv", "p", "requested_gpus", 0), 2000);
    trial_release(&t);
}

/* The first month is 12 days long, so the second meeting decides before the first one's
 * grants come into force on 9 February; its own do so on the 21st. A: 12 days of 18,000 =
 * 216,000, then 504,000 on 250 GPUs, 84 days, would be long: of the March meeting it has
 * 250 too. B: 72,000, then 750 GPUs: 36 days. */
static void test_lag_beyond_the_next_meeting(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "start = '2025-01-20'; months = 6; " POOL RIVALS
                  "council = { lag_days = 20.0; };");
    assert_same(trial_cell(&t, "projects.csv", "A", "granted_gpus", 0), 0);
    assert_same(trial_cell(&t, "projects.csv", "A", "granted_gpus", 1),
                (750.0 * 12 + 250.0 * 8) / 28);
    assert_same(trial_released_s(&t, "B"), (20 + 12 + 36) * DAY);
    trial_release(&t);
}

/* 10 days, a pause of 10 days, GPUs again at the meeting of February: 20 days more. */
static void test_pause(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO JOB
              "happenings = ( { at = '2025-01-11'; do = 'pause'; project = 'Job'; }, "
              "{ at = '2025-01-21'; do = 'start'; project = 'Job'; } );");
    assert_same(trial_released_s(&t, "Job"), (31 + 20) * DAY);
    assert_same(trial_cell(&t, "projects.csv", "Job", "granted_gpus", 0), 10000.0 / 31);
    assert_same(trial_cell(&t, "projects.csv", "Job", "used_gpu_hours", 0), 240000);
    /* It needs GPUs in the 10 days before the pause and the 11 after it. */
    assert_near(trial_cell(&t, "teams.csv", "T", "fill_frac", 0), 10.0 / 21, 1e-15);
    assert_string_equal(trial_event(&t, EVENT_START, "Job", 1)->detail, "resumed");
    trial_release(&t);
    trial_run(&t, SOLO JOB
              "happenings = ( { at = '2025-01-11'; do = 'pause'; project = 'Job'; } );");
    assert_same(trial_released_s(&t, "Job"), NAN);
    assert_same(trial_cell(&t, "projects.csv", "Job", "state", 3), PROJECT_PAUSED);
    assert_same(trial_cell(&t, "projects.csv", "Job", "stage", 3), 1);
    assert_null(trial_claim(&t, "Job", "p", 1));
    trial_release(&t);
}

/* A claim that vanishes while its first grant waits for the lag loses it, although the
 * project is back by then: GPUs come on 16 February. */
static void test_pause_within_the_lag(void **state)
{
    (void)state;
    released_at(SOLO JOB "council = { lag_days = 15.0; };"
                         "happenings = ( { at = '2025-01-05'; do = 'pause'; "
                         "project = 'Job'; }, "
                         "{ at = '2025-01-10'; do = 'start'; project = 'Job'; } );",
                "Job", (31 + 15 + 30) * DAY);
}

#define MAINTENANCE(days)                                                                \
    "happenings = ( { at = '2025-01-11'; do = 'maintain'; gpus = 400; days = " days      \
    "; } ); "

/* 10 days of 24,000, then 600 GPUs, also when the others are back, until the meeting:
 * 21 days of 14,400; the rest of 177,600 takes 7.4 days. */
static void test_maintenance(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO JOB MAINTENANCE("10.0"));
    assert_same(trial_released_s(&t, "Job"), (31 + 7.4) * DAY);
    assert_same(trial_cell(&t, "pools.csv", "p", "failed_gpus", 0), 4000.0 / 31);
    assert_same(trial_cell(&t, "pools.csv", "p", "capacity_gpus", 0), 1000);
    assert_same(trial_cell(&t, "pools.csv", "p", "idle_gpus", 0), 400.0 * 11 / 31);
    assert_same(trial_event(&t, EVENT_REPAIR, "p", 0)->at_s, 20 * DAY);
    trial_release(&t);
    /* Back at the meeting's instant: granted there. */
    released_at(SOLO JOB MAINTENANCE("21.0"), "Job", (31 + 7.4) * DAY);
    /* Below the minimum nothing is done: 480,000 are left in February. */
    released_at(
        SOLO MAINTENANCE("10.0") "projects = ( { name = 'Job'; team = 'T'; "
                                 "stages = ( { do = 'train'; "
                                 "gpu_hours = 720000.0; min_gpus = 900; } ); } );",
        "Job", (31 + 20) * DAY);
    /* Longer than the run. */
    trial_run(&t, SOLO JOB MAINTENANCE("1000.0"));
    assert_same(trial_cell(&t, "pools.csv", "p", "failed_gpus", 5), 400);
    assert_null(trial_event(&t, EVENT_REPAIR, "p", 0));
    trial_release(&t);
}

/* Retiring takes what is in service; what is in maintenance comes back all the same. */
static void test_retire(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO JOB
              "happenings = ( { at = '2025-01-11'; do = 'maintain'; gpus = 400; "
              "days = 10.0; }, { at = '2025-01-16'; do = 'retire'; gpus = 800; } );");
    assert_string_equal(trial_event(&t, EVENT_RETIRE, "p", 0)->detail, "600 GPUs");
    assert_same(trial_cell(&t, "pools.csv", "p", "capacity_gpus", 1), 400);
    /* 240,000 + 5 days of 14,400; from February on 400 GPUs: 408,000 in 42.5 days. */
    assert_same(trial_released_s(&t, "Job"), (31 + 42.5) * DAY);
    trial_release(&t);
}

/* 4 people build X and Y, 2 on each: Y's 2 person-months take a month, then X has all
 * four for its other half: 1.5 months. Z joins them there. */
static void test_build(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO "projects = ( { name = 'X'; team = 'T'; "
                       "stages = ( { do = 'build'; person_months = 4.0; } ); }, "
                       "{ name = 'Y'; team = 'T'; "
                       "stages = ( { do = 'build'; person_months = 2.0; } ); } );");
    assert_same(trial_released_s(&t, "Y"), SECONDS_PER_MONTH);
    assert_same(trial_released_s(&t, "X"), 1.5 * SECONDS_PER_MONTH);
    assert_same(trial_cell(&t, "projects.csv", "X", "done_frac", 0), 0);
    assert_same(trial_cell(&t, "projects.csv", "X", "done_frac", 1), 1);
    trial_release(&t);
    /* A pause frees its people: X alone until Y resumes after 10 days; Y waits. X: half
     * of its people for 10 days, all for 10, half again. */
    trial_run(&t,
              SOLO "happenings = ( { at = '2025-01-11'; do = 'pause'; project = 'Y'; }, "
                   "{ at = '2025-01-21'; do = 'start'; project = 'Y'; } ); "
                   "projects = ( { name = 'X'; team = 'T'; "
                   "stages = ( { do = 'build'; person_months = 4.0; } ); }, "
                   "{ name = 'Y'; team = 'T'; "
                   "stages = ( { do = 'build'; person_months = 4.0; } ); } );");
    /* X: 4 - (20 + 40 days)/30.4375 person-months on 2 people. */
    double left_s = 4 * SECONDS_PER_MONTH - 60 * DAY;
    assert_same(trial_released_s(&t, "X"), 20 * DAY + left_s / 2);
    /* Y: 20 days' worth of 2 people done at day 10; 2 people from day 20 until X is done;
     * then all four. */
    double y_left_s = 4 * SECONDS_PER_MONTH - 20 * DAY - left_s;
    assert_same(trial_released_s(&t, "Y"), 20 * DAY + left_s / 2 + y_left_s / 4);
    trial_release(&t);
}

static void test_wait(void **state)
{
    (void)state;
    released_at(SOLO
                "projects = ( { name = 'W'; team = 'T'; stages = "
                "( { do = 'wait'; days = 5.5; }, { do = 'wait'; days = 40.0; } ); } );",
                "W", 45.5 * DAY);
    /* A pause stops the clock of a wait. */
    released_at(SOLO
                "projects = ( { name = 'W'; team = 'T'; stages = "
                "( { do = 'wait'; days = 20.0; } ); } ); "
                "happenings = ( { at = '2025-01-11'; do = 'pause'; project = 'W'; }, "
                "{ at = '2025-01-14'; do = 'start'; project = 'W'; } );",
                "W", 23 * DAY);
}

/* 6 * 1e9 * 3e12 FLOP at 100 TFLOP/s and an MFU of 0.5: 100,000 GPU-hours. */
static void test_model(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START "pools = ( { name = 'p'; gpus = 1000; node_gpus = 1; "
                        "peak_tflops = 100.0; } ); teams = ( { name = 'T'; } ); "
                        "projects = ( { name = 'Job'; team = 'T'; stages = "
                        "( { do = 'train'; params = 1.0e9; tokens = 3.0e12; "
                        "mfu = 0.5; } ); } );");
    assert_same(trial_released_s(&t, "Job"), 100 * HOUR);
    assert_near(trial_cell(&t, "projects.csv", "Job", "used_gpu_hours", 0), 100000, 1e-6);
    trial_release(&t);
}

/* B starts with A's release on 11 January, has no claim until February and then takes 10
 * days; C waits for it and is out 3 days later; D's date comes after A's release. */
static void test_after(void **state)
{
    (void)state;
    struct trial t;
    const char *stages = "stages = ( { do = 'train'; gpu_hours = 240000.0; } ); }, ";
    trial_run(&t,
              SOLO "projects = ( { name = 'B'; team = 'T'; after = 'A'; %s"
                   "{ name = 'A'; team = 'T'; priority = 0.9; %s"
                   "{ name = 'D'; team = 'T'; after = 'A'; start = '2025-04-01'; %s"
                   "{ name = 'C'; team = 'T'; after = 'B'; "
                   "stages = ( { do = 'wait'; days = 3.0; } ); } );",
              stages, stages, stages);
    assert_same(trial_released_s(&t, "A"), 10 * DAY);
    assert_same(trial_event(&t, EVENT_START, "B", 0)->at_s, 10 * DAY);
    assert_null(trial_claim(&t, "B", "p", 0));
    assert_same(trial_released_s(&t, "B"), 41 * DAY);
    assert_same(trial_released_s(&t, "C"), 44 * DAY);
    assert_same(trial_event(&t, EVENT_START, "D", 0)->at_s, trial_at_s(&t, "2025-04-01"));
    assert_same(trial_released_s(&t, "D"), trial_at_s(&t, "2025-04-11"));
    assert_null(trial_claim(&t, "D", "p", 2));
    assert_non_null(trial_claim(&t, "D", "p", 3));
    trial_release(&t);
    /* Who waits for a cancelled project waits for ever, unless it is started by decision.
     */
    trial_run(&t, SOLO "projects = ( { name = 'A'; team = 'T'; " TRAIN "}, "
                       "{ name = 'B'; team = 'T'; after = 'A'; " TRAIN "}, "
                       "{ name = 'C'; team = 'T'; after = 'A'; " TRAIN "} ); "
                       "happenings = ( { at = '2025-01-16'; do = 'cancel'; "
                       "project = 'A'; }, "
                       "{ at = '2025-02-01'; do = 'start'; project = 'C'; } );");
    assert_same(trial_cell(&t, "projects.csv", "B", "state", 5), PROJECT_PLANNED);
    assert_same(trial_cell(&t, "projects.csv", "B", "left_gpu_hours", 5), 720000);
    assert_same(trial_cell(&t, "projects.csv", "A", "left_gpu_hours", 5), 360000);
    assert_same(trial_released_s(&t, "C"), 61 * DAY);
    trial_release(&t);
}

/* Parts of the pool that are no whole numbers: noise of the arithmetic does not keep a
 * stage beyond the instant at which it is done, to a microsecond. */
static void test_noise(void **state)
{
    (void)state;
    for (int n = 1; n <= 40; n++) {
        struct trial t;
        char projects[8192] = "";
        for (int i = 0; i < n; i++)
            sprintf(projects + strlen(projects),
                    "%s{ name = 'J%d'; team = 'T'; stages = ( { do = 'train'; "
                    "gpu_hours = %.17g; } ); }",
                    i ? ", " : "", i, 240000.0 / n);
        trial_run(&t,
                  SOLO "rule = { divide = 'equal'; unit_gpus = 0; }; "
                       "projects = ( %s ); happenings = ( { at = '2025-01-11'; "
                       "do = 'cancel'; project = 'J0'; } );",
                  projects);
        for (size_t i = 0; i < t.s->n_projects; i++)
            assert_same(t.r.released_s[i], 10 * DAY);
        trial_release(&t);
    }
}

/* Two train stages on one pool: the grant goes on with the second. On another pool it was
 * filed ahead, and waits there. 240,000 on 1,000 are 10 days, 120,000 on 500 too. */
static void test_stages_on_pools(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START "pools = ( { name = 'p'; gpus = 1000; node_gpus = 1; }, "
                        "{ name = 'q'; gpus = 500; node_gpus = 1; } ); "
                        "teams = ( { name = 'T'; } ); "
                        "projects = ( { name = 'Job'; team = 'T'; stages = ( "
                        "{ do = 'train'; pool = 'p'; gpu_hours = 240000.0; }, "
                        "{ do = 'train'; pool = 'q'; gpu_hours = 120000.0; }, "
                        "{ do = 'wait'; days = 1.0; }, "
                        "{ do = 'train'; pool = 'p'; gpu_hours = 240000.0; } ); } );");
    assert_same(trial_event(&t, EVENT_STAGE, "Job", 1)->at_s, 10 * DAY);
    assert_string_equal(trial_event(&t, EVENT_STAGE, "Job", 1)->detail, "2 train");
    assert_same(trial_event(&t, EVENT_STAGE, "Job", 2)->at_s, 20 * DAY);
    assert_same(trial_event(&t, EVENT_STAGE, "Job", 3)->at_s, 21 * DAY);
    assert_same(trial_released_s(&t, "Job"), 31 * DAY);
    assert_same(trial_cell(&t, "pools.csv", "q", "granted_gpus", 0), 500);
    assert_same(trial_cell(&t, "pools.csv", "q", "used_gpus", 0), 5000.0 / 31);
    assert_same(trial_cell(&t, "teams.csv", "T", "needed_gpus", 0),
                (1000.0 * 20 + 500.0 * 10) / 31);
    trial_release(&t);
}

/* A has the whole pool for 15 days and leaves it idle until the meeting; then B has it.
 */
static void test_idle_until_the_meeting(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START POOL "teams = ( { name = 'T'; }, { name = 'U'; } ); "
                             "rule = { divide = 'ranked'; }; "
                             "projects = ( { name = 'A'; team = 'T'; priority = 0.9; "
                             "stages = ( { do = 'train'; gpu_hours = 360000.0; } ); }, "
                             "{ name = 'B'; team = 'U'; priority = 0.1; " TRAIN "} );");
    assert_same(trial_released_s(&t, "A"), 15 * DAY);
    assert_same(trial_cell(&t, "pools.csv", "p", "idle_gpus", 0), 16000.0 / 31);
    assert_same(trial_cell(&t, "projects.csv", "B", "granted_gpus", 0), 0);
    assert_same(trial_released_s(&t, "B"), (31 + 30) * DAY);
    /* Over the run: 6 months are 181 days of 24,000 GPU-hours. */
    assert_same(trial_outcome(&t, "gpu_hours_idle", "pool", "p", ""),
                181 * 24000.0 - 1080000);
    assert_same(trial_outcome(&t, "utilisation_frac", "all", "", ""),
                1080000 / (181 * 24000.0));
    trial_release(&t);
}

/* Checked by hand in the file: A gets 664 GPUs, B 336 and from March on the rest. */
static void test_two_teams_one_pool(void **state)
{
    (void)state;
    struct trial t;
    trial_run_file(&t, "scenarios/two-teams-one-pool.cfg", NULL);
    assert_same(trial_cell(&t, "projects.csv", "B", "granted_gpus", 0), 336);
    assert_near(trial_released_s(&t, "A"), 720000.0 / 664 * HOUR, 1e-6);
    assert_near(trial_released_s(&t, "B"),
                59 * DAY + (720000 - 336 * 1416) / 1000.0 * HOUR, 1e-6);
    trial_release(&t);
    /* 500 each: both done after 60 days. */
    trial_run_file(&t, "scenarios/two-teams-one-pool.cfg", "max-min");
    assert_same(trial_cell(&t, "projects.csv", "A", "granted_gpus", 0), 504);
    assert_same(trial_cell(&t, "projects.csv", "B", "granted_gpus", 0), 496);
    trial_release(&t);
    /* A has all of January, B from February on. */
    trial_run_file(&t, "scenarios/two-teams-one-pool.cfg", "ranked");
    assert_same(trial_released_s(&t, "A"), 30 * DAY);
    assert_same(trial_released_s(&t, "B"), (31 + 30) * DAY);
    trial_release(&t);
    trial_run_file(&t, "scenarios/one-team.cfg", NULL);
    assert_same(trial_released_s(&t, "Model"), SECONDS_PER_MONTH + 37 * DAY);
    trial_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_train),
        cmocka_unit_test(test_month_end),
        cmocka_unit_test(test_delivery),
        cmocka_unit_test(test_change_of_grant),
        cmocka_unit_test(test_lag),
        cmocka_unit_test(test_lag_beyond_the_next_meeting),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_pause_within_the_lag),
        cmocka_unit_test(test_maintenance),
        cmocka_unit_test(test_retire),
        cmocka_unit_test(test_build),
        cmocka_unit_test(test_wait),
        cmocka_unit_test(test_model),
        cmocka_unit_test(test_after),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_stages_on_pools),
        cmocka_unit_test(test_idle_until_the_meeting),
        cmocka_unit_test(test_two_teams_one_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
