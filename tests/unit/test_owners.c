/* Hours of a project that changes its team: each team has shipped, sunk or used on open
 * projects what it used itself, and the rest of its use is exploration. */
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* 30 GPUs of 40 for x, 10 for what A explores: x takes 100 days of them. */
static void play(struct trial *t, const char *happenings)
{
    trial_run(t,
              "start = '2025-01-01'; months = 6;"
              "pools = ( { name = 'p'; gpus = 40; node_gpus = 1; } );"
              "teams = ( { name = 'A'; people = 2; exploration = ( { gpus = 10.0; } ); },"
              "          { name = 'B'; people = 2; }, { name = 'C'; people = 2; } );"
              "projects = ( { name = 'x'; team = 'A'; stages = ("
              "  { do = 'train'; gpu_hours = 72000.0; max_gpus = 30; } ); } );"
              "rule = { divide = 'max-min'; }; happenings = ( %s );",
              happenings);
}

static void check(const struct trial *t, const char *team, double shipped, double sunk,
                  double explored)
{
    double used = trial_outcome(t, "gpu_hours_used", "team", team, "");
    assert_near(trial_outcome(t, "gpu_hours_shipped", "team", team, ""), shipped, 1e-6);
    assert_near(trial_outcome(t, "gpu_hours_sunk", "team", team, ""), sunk, 1e-6);
    assert_near(trial_outcome(t, "gpu_hours_explored", "team", team, ""), explored, 1e-6);
    if (shipped + sunk > 0)
        assert_near(used, shipped + sunk + explored, 1e-6);
}

enum { DAY = 30 * 24, EXPLORED = 10 * 24 * 181 }; /* of x; of half a year */

static void test_move(void **state)
{
    (void)state;
    struct trial t;
    play(&t, "{ at = '2025-01-21'; do = 'move'; project = 'x'; team = 'B'; }");
    check(&t, "A", 20 * DAY, 0, EXPLORED);
    check(&t, "B", 80 * DAY, 0, 0);
    trial_release(&t);
}

/* There and back, and away for good; then it is cancelled. */
static void test_moves(void **state)
{
    (void)state;
    struct trial t;
    play(&t, "{ at = '2025-01-11'; do = 'move'; project = 'x'; team = 'B'; },"
             "{ at = '2025-01-16'; do = 'move'; project = 'x'; team = 'A'; },"
             "{ at = '2025-02-06'; do = 'move'; project = 'x'; team = 'B'; },"
             "{ at = '2025-02-10'; do = 'cancel'; project = 'x'; }");
    check(&t, "A", 0, (10 + 21) * DAY, EXPLORED);
    check(&t, "B", 0, (5 + 4) * DAY, 0);
    trial_release(&t);
}

/* A project that is still open counts for neither. What B used of the open month is told
 * as C's, which B becomes part of. */
static void test_merge(void **state)
{
    (void)state;
    struct trial t;
    play(&t, "{ at = '2025-01-21'; do = 'move'; project = 'x'; team = 'B'; },"
             "{ at = '2025-02-11'; do = 'merge'; from = 'B'; team = 'C'; }");
    check(&t, "A", 20 * DAY, 0, EXPLORED);
    check(&t, "B", 11 * DAY, 0, 0);
    check(&t, "C", 69 * DAY, 0, 0);
    trial_release(&t);
    play(&t, "{ at = '2025-01-21'; do = 'move'; project = 'x'; team = 'B'; },"
             "{ at = '2025-02-01'; do = 'pause'; project = 'x'; }");
    check(&t, "A", 0, 0, EXPLORED);
    check(&t, "B", 0, 0, 0);
    assert_near(trial_outcome(&t, "gpu_hours_used", "team", "B", ""), 11 * DAY, 1e-6);
    trial_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_move),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
