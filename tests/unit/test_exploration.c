/* The demand for exploration: its draws, and that they are those of the team and nobody
 * else's (common random numbers). */
#include "base/seconds.h"
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#define START "start = '2025-01-01'; months = 12; "
#define POOL  "pools = ( { name = 'p'; gpus = 1000; node_gpus = 8; } ); "
#define DRAW  "exploration = ( { gpus_per_person = 30.0; log_sd = 0.5; } ); "

static double needed(const struct trial *t, const char *team, size_t month)
{
    return trial_cell(t, "teams.csv", team, "needed_gpus", month);
}

/* The mean over 400 replications of 12 months is within four standard errors of 300, the
 * spread of a draw being 300 sqrt(exp(0.25) - 1) = 160; so is the mean of the logarithm,
 * log 300 - 0.125 with a spread of 0.5. */
static void test_mean(void **state)
{
    (void)state;
    struct trial t;
    enum { N = 400 };
    double sum = 0, log_sum = 0, log_squares = 0;
    trial_run(&t, START POOL "teams = ( { name = 'T'; people = 10; " DRAW "} ); ");
    for (uint64_t replication = 0; replication < N; replication++) {
        trial_repeat(&t, replication);
        for (size_t month = 0; month < 12; month++) {
            double x = needed(&t, "T", month), z = log(x / 300) + 0.125;
            sum += x;
            log_sum += z;
            log_squares += z * z;
        }
    }
    assert_near(sum / (12 * N), 300, 4 * 160 / sqrt(12 * N));
    assert_near(log_sum / (12 * N), 0, 4 * 0.5 / sqrt(12 * N));
    assert_near(sqrt(log_squares / (12 * N)), 0.5, 0.02);
    trial_release(&t);
}

static void assert_needs_alike(const struct trial *a, const struct trial *b)
{
    for (size_t month = 0; month < 12; month++)
        assert_same(needed(a, "T", month), needed(b, "T", month));
}

/* The same demand under another rule, beside other teams, in another place of the tree,
 * with fewer months or more pools; another seed draws others. */
static void test_common_draws(void **state)
{
    (void)state;
    static const char team[] = "{ name = 'T'; people = 10; " DRAW "}";
    struct trial plain, t;
    trial_run(&plain, START POOL "teams = ( %s );", team);
    trial_run(&t,
              START POOL "teams = ( %s ); rule = { divide = 'max-min'; "
                         "over = 'tree'; ledger = 'decay'; };",
              team);
    assert_needs_alike(&plain, &t);
    trial_release(&t);
    trial_run(&t,
              START POOL "teams = ( { name = 'A'; people = 3; " DRAW "}, %s, "
                         "{ name = 'U'; people = 10; " DRAW
                         "} ); council = { every_months = 3; };",
              team);
    assert_needs_alike(&plain, &t);
    assert_true(needed(&t, "U", 0) != needed(&t, "T", 0));
    trial_release(&t);
    trial_run(&t,
              START
              "organisation = ( { name = 'X'; teams = ( %s ); } ); "
              "pools = ( { name = 'o'; gpus = 8; }, { name = 'p'; gpus = 1000; } );",
              "{ name = 'T'; people = 10; exploration = ( { pool = 'p'; "
              "gpus_per_person = 30.0; log_sd = 0.5; } ); }");
    assert_needs_alike(&plain, &t);
    trial_release(&t);
    trial_run(&t, "seed = 2; " START POOL "teams = ( %s );", team);
    assert_true(needed(&t, "T", 0) != needed(&plain, "T", 0));
    trial_release(&t);
    double first = needed(&plain, "T", 0);
    trial_repeat(&plain, 1);
    assert_true(needed(&plain, "T", 0) != first);
    trial_repeat(&plain, 0);
    assert_same(needed(&plain, "T", 0), first);
    trial_release(&plain);
}

/* Two explorations of one team draw each for itself; names cannot be mixed up. */
static void test_two_pools(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START "pools = ( { name = 'p'; gpus = 1000; node_gpus = 1; }, "
                        "{ name = 'q'; gpus = 1000; node_gpus = 1; } ); "
                        "teams = ( { name = 'T'; exploration = ( { pool = 'p'; "
                        "gpus = 100.0; log_sd = 0.5; }, { pool = 'q'; gpus = 100.0; "
                        "log_sd = 0.5; } ); }, { name = 'T:p'; } ); ");
    assert_true(trial_claim(&t, "T", "p", 0)->needed_gpus !=
                trial_claim(&t, "T", "q", 0)->needed_gpus);
    assert_near(needed(&t, "T", 0),
                trial_claim(&t, "T", "p", 0)->needed_gpus +
                    trial_claim(&t, "T", "q", 0)->needed_gpus,
                1e-9);
    trial_release(&t);
}

/* A spread that changes on a month's first day holds for that month; the same draw then
 * spreads more. No spread, no draw is seen. */
static void test_dated_spread(void **state)
{
    (void)state;
    struct trial t, wide;
    trial_run(&wide, START POOL "teams = ( { name = 'T'; exploration = "
                                "( { gpus = 300.0; log_sd = 0.5; } ); } ); ");
    trial_run(&t, START POOL "teams = ( { name = 'T'; exploration = ( { gpus = 300.0; "
                             "log_sd = ( { value = 0.0; }, "
                             "{ from = '2025-03-01'; value = 0.5; } ); } ); } ); ");
    assert_same(needed(&t, "T", 0), 300);
    assert_same(needed(&t, "T", 1), 300);
    for (size_t month = 2; month < 12; month++)
        assert_same(needed(&t, "T", month), needed(&wide, "T", month));
    trial_release(&t);
    trial_release(&wide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mean),
        cmocka_unit_test(test_common_draws),
        cmocka_unit_test(test_two_pools),
        cmocka_unit_test(test_dated_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
