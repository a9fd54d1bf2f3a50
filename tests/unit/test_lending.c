/* What is lent between meetings, to whom, and how it comes back: every number is worked
 * out beside it. */
#include "base/seconds.h"
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#define MONTHS            "start = '2025-01-01'; months = 3; "
#define POOL              "pools = ( { name = 'p'; gpus = 100; } ); "
#define RULE              "rule = { divide = '%s'; unit_gpus = 0; lend = %s; }; "
#define HOURS_OF_FEBRUARY 672.

static double pool(const struct trial *t, const char *column, size_t month)
{
    return trial_cell(t, "pools.csv", "p", column, month);
}

static double team(const struct trial *t, const char *name, const char *column,
                   size_t month)
{
    return trial_cell(t, "teams.csv", name, column, month);
}

/* Half of the pool each, which O hoards: in the first half of February it needs nothing,
 * and its 50 are lent to B. */
#define OWNER_COMES                                                                      \
    MONTHS POOL RULE                                                                     \
        "teams = ( { name = 'B'; people = 1; exploration = ( { gpus = 100.0; } ); },"    \
        "  { name = 'O'; people = 1; requests = { strategy = 'hoard'; };"                \
        "    exploration = ( { gpus = ( { value = 100.0; }, { from = '2025-02-01';"      \
        "    value = 0.0; }, { from = '2025-02-15'; value = 100.0; } ); } ); } ); "

static void test_taken_back(void **state)
{
    (void)state;
    struct trial t, idle;
    trial_run(&t, OWNER_COMES, "max-min", "true");
    trial_run(&idle, OWNER_COMES, "max-min", "false");
    for (size_t k = 0; k < 3; k++) {
        double part = k == 1 ? 14. / 28 : 0;
        assert_near(team(&t, "B", "granted_gpus", k), 50, 1e-9);
        assert_near(team(&t, "B", "lent_gpus", k), 50 * part, 1e-9);
        assert_near(team(&t, "B", "used_gpus", k), 50 + 50 * part, 1e-9);
        assert_near(pool(&t, "lent_gpus", k), 50 * part, 1e-9);
        assert_near(pool(&t, "used_gpus", k), 100, 1e-9);
        assert_near(pool(&t, "idle_gpus", k), 0, 1e-9);
        assert_near(team(&t, "O", "used_gpus", k), 50 - 50 * part, 1e-9);
        assert_near(pool(&idle, "idle_gpus", k), 50 * part, 1e-9);
        assert_same(pool(&idle, "lent_gpus", k), 0);
        /* A fill is of grants. */
        assert_near(team(&t, "B", "fill_frac", k), 0.5, 1e-12);
    }
    /* The ledger charges who uses them. */
    assert_near(trial_cell(&t, "groups.csv", "B", "used_gpu_hours", 1),
                75 * HOURS_OF_FEBRUARY, 1e-6);
    trial_release(&t);
    trial_release(&idle);
}

/* 40 GPUs are free from the first: x holds 60, and would be lent them all to be done in
 * 72 hours of 100 instead of 120 hours of 60; the stage that begins on the fourth day
 * with y's own grant takes 40 back. */
#define STAGES                                                                           \
    MONTHS POOL RULE                                                                     \
        "teams = ( { name = 'A'; people = 1; }, { name = 'B'; people = 1; } );"          \
        "projects = ( { name = 'x'; team = 'A'; priority = 0.6; stages = ("              \
        "    { do = 'train'; gpu_hours = 24000.0; } ); },"                               \
        "  { name = 'y'; team = 'B'; priority = 0.4; stages = ("                         \
        "    { do = 'wait'; days = 4.0; }, { do = 'train'; gpu_hours = 40000.0; } ); } " \
        ");"

static void test_stage_starts(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, STAGES, "weighted", "true");
    /* x: 96 hours at 100, the other 14,400 GPU-hours at 60: 240 hours more. Then y, which
     * has 40 from hour 96 on, has the 60 of x too: 40 * 240 of its hours are done. */
    assert_near(trial_released_s(&t, "x"), (96 + 240) * SECONDS_PER_HOUR, 1e-3);
    assert_near(trial_released_s(&t, "y"), (336 + 304) * SECONDS_PER_HOUR, 1e-3);
    trial_release(&t);
    trial_run(&t, STAGES, "weighted", "false");
    assert_near(trial_released_s(&t, "x"), 400 * SECONDS_PER_HOUR, 1e-3);
    trial_release(&t);
}

/* Teams hold what was decided, so that grants are as the test wants them. */
#define FIXED                                                                            \
    MONTHS POOL "rule = { divide = 'fixed'; over = 'tree'; unit_gpus = 0; lend = true; " \
                "};"
#define EXPLORER(name, fixed, need, score)                                               \
    "{ name = '" name "'; people = 1; fixed_gpus = " fixed                               \
    "; exploration = ( { gpus = " need "; priority = " score "; } ); }"

/* 50 GPUs are free. A may have 30 of them and B 10; of the other 10 C and D, whose scores
 * are equal, get what makes them 14, which is all that C needs, and 16. */
static void test_score_order(void **state)
{
    (void)state;
    struct trial t;
    static const double lent[] = {30, 10, 4, 6, 0};
    trial_run(
        &t, "%s",
        FIXED "teams = (" EXPLORER("A", "10.0", "40.0", "0.9") "," EXPLORER(
            "B", "10.0", "20.0",
            "0.8") "," EXPLORER("C", "10.0", "14.0",
                                "0.5") "," EXPLORER("D", "10.0", "40.0",
                                                    "0.5") "," EXPLORER("E", "10.0",
                                                                        "40.0",
                                                                        "0.1") ");");
    for (size_t i = 0; i < 5; i++) {
        const char name[] = {(char)('A' + i), '\0'};
        assert_near(team(&t, name, "lent_gpus", 0), lent[i], 1e-9);
        assert_near(team(&t, name, "used_gpus", 0), 10 + lent[i], 1e-9);
    }
    assert_near(pool(&t, "lent_gpus", 0), 50, 1e-9);
    trial_release(&t);
}

/* 60 of the pool are at work for Q. From the second day on x holds 10, which is below its
 * minimum: with the 30 that are free they come to 40, enough for one minimum and not for
 * the other. */
static void test_minimum(void **state)
{
    (void)state;
    struct trial t;
    static const char *const minimums[] = {"40.0", "41.0"};
    for (size_t i = 0; i < 2; i++) {
        trial_run(&t,
                  FIXED "teams = ( { name = 'P'; people = 1; fixed_gpus = 0.0; }, %s );"
                        "projects = ( { name = 'x'; team = 'P'; priority = 0.9; stages ="
                        "  ( { do = 'train'; gpu_hours = 1e6; max_gpus = 50.0; "
                        "      min_gpus = %s; } ); } );"
                        "happenings = ( { at = '2025-01-02'; do = 'grant'; project = 'x';"
                        "  gpus = 10; } );",
                  EXPLORER("Q", "60.0", "100.0", "0.5"), minimums[i]);
        assert_near(team(&t, "P", "granted_gpus", 0), 10 * 30 / 31., 1e-9);
        assert_near(team(&t, "P", "used_gpus", 0), i == 0 ? 40 : 0, 1e-9);
        assert_near(team(&t, "P", "lent_gpus", 0), i == 0 ? (40 + 30 * 30) / 31. : 0,
                    1e-9);
        assert_near(team(&t, "Q", "lent_gpus", 0), i == 0 ? 0 : 40, 1e-9);
        assert_near(pool(&t, "idle_gpus", 0), 0, 1e-9);
        trial_release(&t);
    }
}

/* Equal scores, nothing granted, 100 free: a third each is too little for x and y, whose
 * minimum is 60. Without y, which is the last of them, x has half and still too little;
 * what z leaves is enough for x after all. */
static void test_set_aside(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, FIXED "teams = ( { name = 'P'; people = 1; fixed_gpus = 0.0; } );"
                        "projects = ("
                        "  { name = 'x'; team = 'P'; stages = ( { do = 'train'; "
                        "      gpu_hours = 1e6; min_gpus = 60.0; max_gpus = 70.0; } ); },"
                        "  { name = 'y'; team = 'P'; stages = ( { do = 'train'; "
                        "      gpu_hours = 1e6; min_gpus = 60.0; max_gpus = 70.0; } ); },"
                        "  { name = 'z'; team = 'P'; stages = ( { do = 'train'; "
                        "      gpu_hours = 1e6; max_gpus = 35.0; } ); } );");
    assert_near(trial_cell(&t, "projects.csv", "x", "used_gpu_hours", 0), 65 * 744, 1e-6);
    assert_near(trial_cell(&t, "projects.csv", "y", "used_gpu_hours", 0), 0, 1e-6);
    assert_near(trial_cell(&t, "projects.csv", "z", "used_gpu_hours", 0), 35 * 744, 1e-6);
    trial_release(&t);
}

/* From 16 January 30 of the 50 that are lent are out of service for ten days: no grant is
 * touched. From 1 February the rule lends no more. */
static void test_pool_shrinks(void **state)
{
    (void)state;
    struct trial t;
    trial_run(
        &t,
        MONTHS POOL
        "rule = { divide = 'fixed'; over = 'tree'; unit_gpus = 0; lend = ( { value = "
        "true; }, { from = '2025-02-01'; value = false; } ); };"
        "teams = ( %s, %s );"
        "happenings = ( { at = '2025-01-16'; do = 'maintain'; gpus = 30; days = 10; "
        "} );",
        EXPLORER("A", "10.0", "40.0", "0.9"), EXPLORER("B", "40.0", "80.0", "0.5"));
    double a = 30, b = 40 - 20; /* of 50 */
    assert_near(team(&t, "A", "granted_gpus", 0), 10, 1e-9);
    assert_near(team(&t, "B", "granted_gpus", 0), 40, 1e-9);
    assert_near(team(&t, "A", "lent_gpus", 0), (a * 21 + 20 * 10) / 31, 1e-9);
    assert_near(team(&t, "B", "lent_gpus", 0), b * 21 / 31, 1e-9);
    assert_same(pool(&t, "lent_gpus", 1), 0);
    assert_near(pool(&t, "idle_gpus", 1), 50, 1e-9);
    trial_release(&t);
}

/* A grant by decision takes its GPUs from those that are lent, and the lag of the council
 * leaves what was free to be lent: whoever filed a claim may have it before its grant. */
static void test_grants_come(void **state)
{
    (void)state;
    struct trial t;
    trial_run(
        &t, MONTHS POOL
        "rule = { divide = 'max-min'; unit_gpus = 0; lend = true; };"
        "council = { lag_days = 10.0; };"
        "teams = ( { name = 'A'; people = 1; exploration = ( { gpus = 80.0; "
        "    priority = 0.9; } ); },"
        "  { name = 'B'; people = 1; exploration = ( { gpus = 80.0; priority = 0.1; "
        "    } ); } );"
        "happenings = ( { at = '2025-01-21'; do = 'grant'; team = 'B'; gpus = 70; } "
        ");");
    /* 10 days of 80 and 20 lent, 10 of 50 granted, 11 of 30 and 70. */
    assert_near(team(&t, "A", "granted_gpus", 0), (10 * 50 + 11 * 30) / 31., 1e-9);
    assert_near(team(&t, "A", "lent_gpus", 0), 10 * 80 / 31., 1e-9);
    assert_near(team(&t, "B", "granted_gpus", 0), (10 * 50 + 11 * 70) / 31., 1e-9);
    assert_near(team(&t, "B", "lent_gpus", 0), 10 * 20 / 31., 1e-9);
    assert_near(pool(&t, "idle_gpus", 0), 0, 1e-9);
    trial_release(&t);
}

/* Where everybody has what it needs there is nothing to lend, and no lending is what
 * there was. */
static void test_neutral(void **state)
{
    (void)state;
    static const char text[] =
        MONTHS POOL "teams = ( { name = 'A'; people = 3; exploration = ( { gpus = %s; "
                    "  log_sd = 0.1; } ); }, { name = 'B'; people = 2; } );"
                    "projects = ( { name = 'x'; team = 'B'; target = '2025-04-01';"
                    "  stages = ( { do = 'build'; person_months = 1.0; },"
                    "    { do = 'train'; gpu_hours = 20000.0; max_gpus = 40.0; },"
                    "    { do = 'wait'; days = 3.0; } ); } ); %s";
    struct trial plain, t;
    trial_run(&plain, text, "30.0", "");
    trial_run(&t, text, "30.0", "rule = { lend = true; };");
    trial_assert_equal(&plain, &t);
    trial_release(&t);
    trial_release(&plain);
    trial_run(&plain, text, "90.0", "");
    trial_run(&t, text, "90.0", "rule = { lend = false; };");
    trial_assert_equal(&plain, &t);
    trial_release(&t);
    trial_run(&t, text, "90.0", "rule = { lend = true; };");
    assert_true(pool(&t, "lent_gpus", 0) > 1);
    assert_true(pool(&t, "idle_gpus", 0) < pool(&plain, "idle_gpus", 0) - 1);
    trial_release(&t);
    trial_release(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken_back),  cmocka_unit_test(test_stage_starts),
        cmocka_unit_test(test_score_order), cmocka_unit_test(test_minimum),
        cmocka_unit_test(test_set_aside),   cmocka_unit_test(test_pool_shrinks),
        cmocka_unit_test(test_grants_come), cmocka_unit_test(test_neutral),
    };
    return cmocka_run_group_tests_name("lending", tests, NULL, NULL);
}
