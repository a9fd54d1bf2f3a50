/* What projects need and claim, and when. Numbers are worked out beside them. */
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
/* A train stage of 30 days on the whole pool. */
#define TRAIN "stages = ( { do = 'train'; gpu_hours = 720000.0; } ); "

static double needed(const struct trial *t, const char *name, size_t month)
{
    const struct claim_row *claim = trial_claim(t, name, "p", month);
    return claim ? claim->needed_gpus : NAN;
}

/* ---- what is claimed ahead ---- */

static void test_claims_ahead(void **state)
{
    (void)state;
    struct trial t;
    /* The build ends on 31 January at 10:30, before the next meeting. */
    trial_run_file(&t, "scenarios/one-team.cfg", NULL);
    assert_same(trial_claim(&t, "Model", "h100", 0)->needed_gpus, 1000);
    assert_same(trial_cell(&t, "pools.csv", "h100", "granted_gpus", 0), 1000);
    assert_same(trial_cell(&t, "projects.csv", "Model", "used_gpu_hours", 0), 13500);
    /* In the wait of March it claims nothing more. */
    assert_non_null(trial_claim(&t, "Model", "h100", 2));
    assert_null(trial_claim(&t, "Model", "h100", 3));
    trial_release(&t);
    /* 2 months of building end on 2 March at 21:00: filed in March alone. */
    trial_run(&t, SOLO "projects = ( { name = 'Job'; team = 'T'; stages = "
                       "( { do = 'build'; person_months = 8.0; }, "
                       "{ do = 'train'; gpu_hours = 720000.0; } ); } );");
    assert_null(trial_claim(&t, "Job", "p", 0));
    assert_null(trial_claim(&t, "Job", "p", 1));
    assert_non_null(trial_claim(&t, "Job", "p", 2));
    assert_same(trial_released_s(&t, "Job"), 2 * SECONDS_PER_MONTH + 30 * DAY);
    trial_release(&t);
    /* With every_months = 3 the first meeting files it. */
    trial_run(&t, SOLO "council = { every_months = 3; }; "
                       "projects = ( { name = 'Job'; team = 'T'; stages = "
                       "( { do = 'build'; person_months = 8.0; }, "
                       "{ do = 'train'; gpu_hours = 720000.0; } ); } );");
    assert_same(trial_cell(&t, "projects.csv", "Job", "granted_gpus", 0), 1000);
    trial_release(&t);
}

/* Where councils meet every ten days, a stage that begins before the next meeting is
 * claimed for: the build of five days at the first, that of a month and a half, which
 * ends on 15 February at 15:45, at the fourth of the six (11 February). */
static void test_claims_every_days(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO "council = { every_days = 10; }; projects = ( "
                       "{ name = 'Soon'; team = 'T'; staff = 2.0; stages = "
                       "( { do = 'build'; person_months = 0.32; }, "
                       "{ do = 'train'; gpu_hours = 720.0; } ); }, "
                       "{ name = 'Late'; team = 'T'; staff = 2.0; stages = "
                       "( { do = 'build'; person_months = 3.0; }, "
                       "{ do = 'train'; gpu_hours = 720000.0; } ); } );");
    assert_same(needed(&t, "Soon", 0), 1000);
    assert_null(trial_claim(&t, "Late", "p", 0));
    assert_null(trial_claim(&t, "Late", "p", 1));
    assert_non_null(trial_claim(&t, "Late", "p", 2));
    assert_near(trial_released_s(&t, "Soon"), 0.16 * SECONDS_PER_MONTH + 0.72 * HOUR,
                1e-3);
    assert_near(trial_released_s(&t, "Late"), 1.5 * SECONDS_PER_MONTH + 30 * DAY, 1e-3);
    trial_release(&t);
}

/* A stage that begins at the instant of the next meeting files there; arithmetic noise
 * of a build that takes 31 days to a last bit changes nothing. */
static void test_claims_at_the_next_meeting(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO "projects = ( { name = 'Job'; team = 'T'; stages = "
                       "( { do = 'wait'; days = 31.0; }, "
                       "{ do = 'train'; gpu_hours = 720000.0; } ); } );");
    assert_null(trial_claim(&t, "Job", "p", 0));
    assert_same(trial_released_s(&t, "Job"), 61 * DAY);
    trial_release(&t);
    for (int people = 1; people <= 60; people++) {
        trial_run(&t,
                  START POOL "teams = ( { name = 'T'; people = %d; } ); "
                             "projects = ( { name = 'Job'; team = 'T'; stages = "
                             "( { do = 'build'; person_months = %.17g; }, "
                             "{ do = 'train'; gpu_hours = 720000.0; } ); } );",
                  people, 31 * DAY / SECONDS_PER_MONTH * people);
        assert_null(trial_claim(&t, "Job", "p", 0));
        assert_same(trial_released_s(&t, "Job"), 61 * DAY);
        trial_release(&t);
    }
}

/* A project that starts without a grant files at the next meeting; one that starts at a
 * meeting's instant files there. */
static void test_start_and_meeting(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t,
              SOLO "projects = ( { name = 'A'; team = 'T'; start = '2025-02-01'; " TRAIN
                   "}, { name = 'B'; team = 'T'; start = '2025-06-20'; " TRAIN "} ); "
                   "happenings = ( { at = '2025-03-20'; do = 'start'; "
                   "project = 'B'; } );");
    assert_null(trial_claim(&t, "A", "p", 0));
    assert_same(trial_released_s(&t, "A"), 61 * DAY);
    assert_same(trial_cell(&t, "projects.csv", "B", "state", 2), PROJECT_ACTIVE);
    assert_same(trial_cell(&t, "projects.csv", "B", "used_gpu_hours", 2), 0);
    assert_same(trial_released_s(&t, "B"), trial_at_s(&t, "2025-05-01"));
    /* It needs what it does not have from its start on. */
    assert_same(trial_cell(&t, "teams.csv", "T", "needed_gpus", 2),
                (1000.0 * 2 + 1000.0 * 12) / 31);
    trial_release(&t);
}

/* ---- need ---- */

#define TARGET(target, stages)                                                           \
    "projects = ( { name = 'Job'; team = 'T'; target = '" target "'; stages = ( " stages \
    " ); } ); "
#define WORK "{ do = 'train'; gpu_hours = 720000.0; "

static void test_need(void **state)
{
    (void)state;
    struct trial t;
    /* 60 days are 1,440 hours: 500 GPUs, and again in February: on time to the second. */
    trial_run(&t, SOLO TARGET("2025-03-02", WORK "}"));
    assert_same(needed(&t, "Job", 0), 500);
    assert_same(needed(&t, "Job", 1), 500);
    assert_same(trial_released_s(&t, "Job"), 60 * DAY);
    assert_same(trial_outcome(&t, "slip_months", "project", "Job", ""), 0);
    assert_string_equal(trial_event(&t, EVENT_RELEASE, "Job", 0)->detail,
                        "on its target day");
    trial_release(&t);
    /* Less a later wait of 10 days and a build of 4 person-months by 4 people. */
    trial_run(&t, SOLO TARGET("2025-03-12", WORK "}, { do = 'wait'; days = 10.0; }"));
    assert_same(needed(&t, "Job", 0), 500);
    trial_release(&t);
    trial_run(
        &t, SOLO TARGET("2025-03-12", WORK "}, { do = 'build'; person_months = 4.0; }"));
    assert_same(needed(&t, "Job", 0), 720000 / (70 * 24 - SECONDS_PER_MONTH / HOUR));
    trial_release(&t);
    /* Train stages behind a wait count neither as work nor as time. */
    trial_run(&t, SOLO TARGET("2025-03-12",
                              WORK "}, { do = 'wait'; days = 10.0; }, " WORK "}"));
    assert_same(needed(&t, "Job", 0), 500);
    trial_release(&t);
    /* Raised to the minimum, cut to the maximum. */
    trial_run(&t, SOLO TARGET("2025-03-02", WORK "min_gpus = 600; }"));
    assert_same(needed(&t, "Job", 0), 600);
    trial_release(&t);
    trial_run(&t, SOLO TARGET("2025-03-02", WORK "max_gpus = 400; }"));
    assert_same(needed(&t, "Job", 0), 400);
    /* 288,000 + 268,800 by March, the target is near, then past: the maximum. */
    assert_same(needed(&t, "Job", 2), 400);
    trial_release(&t);
    /* More than the pool has. */
    trial_run(&t, SOLO TARGET("2025-01-16", WORK "}"));
    assert_same(needed(&t, "Job", 0), 1000);
    trial_release(&t);
}

/* 100 GPUs in January, for a ceiling: 240,000 GPU-hours in 30 days are 333.3; late in
 * February, so all that it can use. */
static void test_need_when_late(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START POOL "teams = ( { name = 'T'; ceiling_gpus = 100.0; } ); " TARGET(
                      "2025-01-31", "{ do = 'train'; gpu_hours = 240000.0; "
                                    "max_gpus = 800; }"));
    assert_near(needed(&t, "Job", 0), 1000.0 / 3, 1e-9);
    assert_same(needed(&t, "Job", 1), 800);
    assert_same(trial_cell(&t, "projects.csv", "Job", "granted_gpus", 0), 100);
    trial_release(&t);
}

/* 240,000 + 480,000 in 60 days are 500 GPUs; the first stage would end after 20 days, so
 * the second is reached before the meeting, and its minimum is the larger need. */
static void test_need_of_stages(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO TARGET("2025-03-02",
                              "{ do = 'train'; gpu_hours = 240000.0; min_gpus = 100; }, "
                              "{ do = 'train'; gpu_hours = 480000.0; min_gpus = 700; }"));
    assert_same(needed(&t, "Job", 0), 700);
    /* On 700 GPUs the first takes 342.857 hours, the second 685.714. */
    assert_near(trial_released_s(&t, "Job"), 720000.0 / 700 * HOUR, 1e-6);
    assert_near(trial_cell(&t, "teams.csv", "T", "needed_gpus", 0),
                (500 * 240000.0 / 700 + 700 * (744 - 240000.0 / 700)) / 744, 1e-9);
    trial_release(&t);
    /* Not reached: 600,000 on 500 GPUs last longer than January. */
    trial_run(&t, SOLO TARGET("2025-03-02",
                              "{ do = 'train'; gpu_hours = 600000.0; min_gpus = 100; }, "
                              "{ do = 'train'; gpu_hours = 120000.0; min_gpus = 700; }"));
    assert_same(needed(&t, "Job", 0), 500);
    assert_same(needed(&t, "Job", 1), 700);
    trial_release(&t);
}

/* The largest of what is reached counts, not the last. The second run of train stages has
 * a need of its own: 16,800 GPU-hours on 100 GPUs take 7 days, the wait 1, and 62 days of
 * the 70 are left for 720,000. */
static void test_need_of_later_stages(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO TARGET("2025-03-02",
                              "{ do = 'train'; gpu_hours = 240000.0; min_gpus = 700; }, "
                              "{ do = 'train'; gpu_hours = 480000.0; max_gpus = 300; }"));
    assert_same(needed(&t, "Job", 0), 700);
    trial_release(&t);
    trial_run(&t, SOLO TARGET("2025-03-12",
                              "{ do = 'train'; gpu_hours = 16800.0; min_gpus = 100; }, "
                              "{ do = 'wait'; days = 1.0; }, " WORK "}"));
    assert_near(needed(&t, "Job", 0), 720000.0 / (62 * 24), 1e-9);
    trial_release(&t);
}

/* A claim's minimum is that of the first stage that it is for: with 400 GPUs left, one
 * that needs 500 at least has none, and one that needs 300 first and 500 later has them.
 */
static void test_minimum(void **state)
{
    (void)state;
    static const char *const stages[] = {
        "{ do = 'train'; gpu_hours = 240000.0; min_gpus = 500; }",
        "{ do = 'train'; gpu_hours = 240000.0; min_gpus = 300; }, "
        "{ do = 'train'; gpu_hours = 240000.0; min_gpus = 500; }"};
    for (int i = 0; i < 2; i++) {
        struct trial t;
        trial_run(&t,
                  SOLO "rule = { divide = 'ranked'; }; projects = ( "
                       "{ name = 'A'; team = 'T'; priority = 0.9; stages = "
                       "( { do = 'train'; gpu_hours = 1e6; max_gpus = 600; } ); }, "
                       "{ name = 'B'; team = 'T'; stages = ( %s ); } );",
                  stages[i]);
        assert_same(trial_claim(&t, "B", "p", 0)->granted_gpus, i == 0 ? 0 : 400);
        trial_release(&t);
    }
}

/* Needs are sampled at month starts and stage changes: a priority that is set in between
 * moves nobody's need, a target that moves does. */
static void test_need_is_sampled(void **state)
{
    (void)state;
    struct trial t;
    for (int is_set = 0; is_set < 2; is_set++) {
        trial_run(&t,
                  START POOL "teams = ( { name = 'T'; ceiling_gpus = 100.0; } ); " TARGET(
                      "2025-03-02", WORK "}") "%s",
                  is_set ? "happenings = ( { at = '2025-01-11'; do = 'set'; "
                           "path = 'projects.Job.priority'; value = 0.9; } );"
                         : "");
        assert_same(trial_cell(&t, "teams.csv", "T", "needed_gpus", 0), 500);
        trial_release(&t);
    }
    /* 696,000 GPU-hours are left on 11 January, for 20 days then. */
    trial_run(&t,
              START "pools = ( { name = 'p'; gpus = 9000; node_gpus = 1; } ); "
                    "teams = ( { name = 'T'; ceiling_gpus = 100.0; } ); "
                    "happenings = ( { at = '2025-01-11'; do = 'set'; "
                    "path = 'projects.Job.target'; value = '2025-01-31'; } ); " TARGET(
                        "2025-03-02", WORK "}"));
    assert_near(trial_cell(&t, "teams.csv", "T", "needed_gpus", 0),
                (500 * 10 + 696000 / 480.0 * 21) / 31, 1e-9);
    trial_release(&t);
}

/* X and Y start together, X trains, and its later build of 2 person-months will have half
 * of 4 people, for Y builds too: a month. 100,000 GPU-hours in 1,440 hours less that. */
static void test_need_and_builds(void **state)
{
    (void)state;
    static const char *const projects[] = {
        "{ name = 'X'; team = 'T'; start = '2025-01-11'; target = '2025-03-12'; "
        "stages = ( { do = 'train'; gpu_hours = 100000.0; }, "
        "{ do = 'build'; person_months = 2.0; } ); }",
        "{ name = 'Y'; team = 'T'; start = '2025-01-11'; "
        "stages = ( { do = 'build'; person_months = 40.0; } ); }"};
    const double month_hours = SECONDS_PER_MONTH / HOUR;
    for (int first = 0; first < 2; first++) {
        struct trial t;
        trial_run(&t, SOLO "projects = ( %s, %s );", projects[first],
                  projects[1 - first]);
        /* On 1 January nobody builds yet. */
        assert_same(needed(&t, "X", 0), 100000 / (1440 - month_hours / 2));
        assert_near(trial_cell(&t, "teams.csv", "T", "needed_gpus", 0),
                    100000 / (1440 - month_hours) * 21 / 31, 1e-9);
        trial_release(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims_ahead),
        cmocka_unit_test(test_claims_every_days),
        cmocka_unit_test(test_claims_at_the_next_meeting),
        cmocka_unit_test(test_start_and_meeting),
        cmocka_unit_test(test_need),
        cmocka_unit_test(test_need_when_late),
        cmocka_unit_test(test_need_of_stages),
        cmocka_unit_test(test_need_of_later_stages),
        cmocka_unit_test(test_minimum),
        cmocka_unit_test(test_need_is_sampled),
        cmocka_unit_test(test_need_and_builds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
