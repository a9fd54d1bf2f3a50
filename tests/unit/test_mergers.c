/* A merger in the midst of a month: beside a run without it nothing is counted twice or
 * lost, under any rule. */
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* 5 + 3 + 2 people; the projects want more than there is. */
static const char world_text[] =
    "start = '2025-01-01'; months = 6;"
    "pools = ( { name = 'p'; gpus = 120; node_gpus = 1; } );"
    "teams = ( { name = 'A'; people = 5; share = 3.0; floor_gpus = 9.0;"
    "            exploration = ( { gpus_per_person = 4.0; gpus = 2.0; } ); },"
    "          { name = 'B'; people = 3; share = 2.0; floor_gpus = 7.0;"
    "            exploration = ( { gpus_per_person = 4.0; gpus = 6.0; } ); },"
    "          { name = 'C'; people = 2; } );"
    "projects = ("
    "  { name = 'a'; team = 'A'; stages = ( { do = 'train'; gpu_hours = 1.0e9; max_gpus "
    "= "
    "60; } ); },"
    "  { name = 'b'; team = 'B'; stages = ( { do = 'train'; gpu_hours = 1.0e9; max_gpus "
    "= "
    "50; } ); },"
    "  { name = 'b2'; team = 'B'; stages = ( { do = 'build'; person_months = 1.0e3; } ); "
    "},"
    "  { name = 'c'; team = 'C'; stages = ( { do = 'train'; gpu_hours = 1.0e9; max_gpus "
    "= "
    "50; } ); } );"
    "%s happenings = ( %s );";

#define MAX_MIN "rule = { divide = 'max-min'; };"
/* One of B's people is one of A's too. */
#define BOTH  "people = { named = ( { name = 'both'; team = 'B'; also = 'A'; } ); };"
#define MERGE "{ at = '2025-03-16'; do = 'merge'; from = 'B'; team = 'A'; }"

enum { MARCH = 2 };

struct two {
    struct trial with, without;
};

static void begin(struct two *t, const char *rule, const char *happenings)
{
    trial_run(&t->with, world_text, rule, happenings);
    trial_run(&t->without, world_text, rule, "");
}

static void end(struct two *t)
{
    trial_release(&t->with);
    trial_release(&t->without);
}

static double of(const struct trial *t, const char *file, const char *subject,
                 const char *column, size_t month)
{
    return trial_cell(t, file, subject, column, month);
}

/* A has what A and B had, and B nothing. */
static void assert_joined(const struct two *t, const char *file, const char *column,
                          size_t month)
{
    double a = of(&t->without, file, "A", column, month);
    double b = of(&t->without, file, "B", column, month);
    assert_near(of(&t->with, file, "A", column, month), a + b, 1e-9 * (1 + a + b));
    assert_near(of(&t->with, file, "B", column, month), 0, 1e-9 * (1 + a + b));
    assert_near(of(&t->with, file, "C", column, month),
                of(&t->without, file, "C", column, month), 1e-9);
}

static const char *const rules[] = {
    MAX_MIN,
    "rule = { divide = 'weighted'; lend = true; };",
    "rule = { divide = 'max-min'; over = 'tree'; ledger = 'decay'; };",
    "rule = { divide = 'quota'; over = 'tree'; };",
    "rule = { divide = 'credits'; over = 'tree'; };",
    "rule = { divide = 'auction'; over = 'tree'; };",
    "rule = { divide = 'weighted'; score = { weights = { fair_share = 1.0; }; }; };",
    "council = { lag_days = 20.0; }; rule = { divide = 'max-min'; };",
};
enum { N_RULES = sizeof rules / sizeof *rules };

/* In the month of the merger all that is granted goes on: the pool, the projects and the
 * sums over teams are those of a run without it; and B's earlier use stays its own. */
static void test_month(void **state)
{
    (void)state;
    static const char *const team[] = {"needed_gpus", "requested_gpus", "granted_gpus",
                                       "used_gpus", "used_gpu_hours"};
    static const char *const pool[] = {"capacity_gpus", "requested_gpus", "granted_gpus",
                                       "used_gpus",     "lent_gpus",      "idle_gpus"};
    static const char *const projects[] = {"a", "b", "b2", "c"};
    for (size_t r = 0; r < N_RULES; r++) {
        struct two t;
        begin(&t, rules[r], MERGE);
        for (size_t k = 0; k < sizeof team / sizeof *team; k++)
            assert_joined(&t, "teams.csv", team[k], MARCH);
        assert_joined(&t, "groups.csv", "used_gpu_hours", MARCH);
        for (size_t k = 0; k < sizeof pool / sizeof *pool; k++)
            assert_near(of(&t.with, "pools.csv", "p", pool[k], MARCH),
                        of(&t.without, "pools.csv", "p", pool[k], MARCH), 1e-9);
        for (size_t k = 0; k < sizeof projects / sizeof *projects; k++)
            assert_near(
                of(&t.with, "projects.csv", projects[k], "used_gpu_hours", MARCH),
                of(&t.without, "projects.csv", projects[k], "used_gpu_hours", MARCH),
                1e-6);
        double early = of(&t.with, "teams.csv", "B", "used_gpu_hours", 0) +
                       of(&t.with, "teams.csv", "B", "used_gpu_hours", 1);
        assert_true(early > 0);
        assert_near(trial_outcome(&t.with, "gpu_hours_used", "team", "B", ""), early,
                    1e-6);
        end(&t);
    }
}

/* Over the run: teams, projects and explorations come to what the pool says. */
static void test_run(void **state)
{
    (void)state;
    for (size_t r = 0; r < N_RULES; r++) {
        struct two t;
        begin(&t, rules[r], MERGE);
        double all = trial_outcome(&t.with, "gpu_hours_used", "all", "all", ""), sum = 0;
        double pool = trial_outcome(&t.with, "gpu_hours_used", "pool", "p", "");
        static const char *const teams[] = {"A", "B", "C"};
        for (size_t k = 0; k < 3; k++)
            sum += trial_outcome(&t.with, "gpu_hours_used", "team", teams[k], "");
        assert_near(sum, all, 1e-9 * all);
        assert_near(pool, all, 1e-9 * all);
        for (size_t m = MARCH + 1; m < 6; m++) {
            assert_same(of(&t.with, "teams.csv", "B", "granted_gpus", m), 0);
            assert_same(of(&t.with, "teams.csv", "B", "requested_gpus", m), 0);
            assert_near(of(&t.with, "teams.csv", "A", "used_gpu_hours", m) +
                            of(&t.with, "teams.csv", "C", "used_gpu_hours", m),
                        of(&t.with, "pools.csv", "p", "used_gpus", m) * 24 *
                            (m == 3 || m == 5 ? 30 : 31),
                        1e-6);
        }
        end(&t);
    }
}

/* ---- books ---- */

/* Credits, share, guarantees, and the use that a ledger or a factor remembers.
 * Only under the roof of one group may shares be added: here they stand at the top. */
static void test_books(void **state)
{
    (void)state;
    static const struct {
        size_t rule;
        const char *column;
    } books[] = {{4, "credits"},
                 {2, "decayed_gpu_hours"},
                 {6, "decayed_gpu_hours"},
                 {3, "floor_gpus"}};
    for (size_t k = 0; k < sizeof books / sizeof *books; k++) {
        struct two t;
        begin(&t, rules[books[k].rule], MERGE);
        assert_true(of(&t.without, "groups.csv", "B", books[k].column, MARCH) != 0);
        assert_joined(&t, "groups.csv", books[k].column, MARCH);
        end(&t);
    }
    struct two t;
    begin(&t, rules[0], MERGE);
    assert_near(of(&t.with, "groups.csv", "A", "share", MARCH), 5, 1e-8);
    assert_near(of(&t.with, "groups.csv", "B", "share", MARCH), 0, 1e-8);
    end(&t);
}

/* ---- people and what they feel ---- */

/* Whoever is of both counts once; each keeps their own grievance, and what A's people
 * feel is the mean over the seven. From April on they all feel what happens to A. */
static void test_people(void **state)
{
    (void)state;
    struct two t;
    begin(&t, MAX_MIN BOTH, MERGE);
    assert_same(of(&t.without, "teams.csv", "A", "headcount", MARCH), 5);
    assert_same(of(&t.without, "teams.csv", "B", "headcount", MARCH), 3);
    for (size_t m = MARCH; m < 6; m++) {
        assert_same(of(&t.with, "teams.csv", "A", "headcount", m), 7);
        assert_same(of(&t.with, "teams.csv", "B", "headcount", m), 0);
        assert_true(isnan(of(&t.with, "teams.csv", "B", "grievance", m)));
    }
    /* At home are four in A and three in B. */
    double a = of(&t.without, "teams.csv", "A", "grievance", MARCH);
    double b = of(&t.without, "teams.csv", "B", "grievance", MARCH), rho = exp2(-1.0 / 6);
    double g = (4 * a + 3 * b) / 7;
    assert_true(a > 0 && b > 0 && a != b);
    assert_near(of(&t.with, "teams.csv", "A", "grievance", MARCH), g, 1e-12);
    for (size_t m = MARCH; m < 5; m++) {
        g = rho * g + (1 - rho) * (1 - of(&t.with, "teams.csv", "A", "fill_frac", m));
        assert_near(of(&t.with, "teams.csv", "A", "grievance", m + 1), g, 1e-12);
    }
    end(&t);
}

/* A step is felt by those who come, not by those who are there. */
static void test_step(void **state)
{
    (void)state;
    struct trial with, without;
    trial_run(
        &with, world_text, MAX_MIN BOTH,
        "{ at = '2025-03-16'; do = 'merge'; from = 'B'; team = 'A'; step = 0.25; }");
    trial_run(&without, world_text, MAX_MIN BOTH, MERGE);
    assert_near(trial_cell(&with, "teams.csv", "A", "grievance", MARCH) -
                    trial_cell(&without, "teams.csv", "A", "grievance", MARCH),
                0.25 * 3 / 7, 1e-12);
    trial_release(&with);
    trial_release(&without);
}

/* For ten days the projects that come stand still; what they hold they keep. */
static void test_handover(void **state)
{
    (void)state;
    struct two t;
    begin(&t, rules[0],
          "{ at = '2025-03-11'; do = 'merge'; from = 'B'; team = 'A'; days = 10.0; }");
    double all = of(&t.without, "projects.csv", "b", "used_gpu_hours", MARCH);
    assert_near(of(&t.with, "projects.csv", "b", "used_gpu_hours", MARCH), all * 21 / 31,
                1e-6);
    assert_near(of(&t.with, "projects.csv", "b", "granted_gpus", MARCH),
                of(&t.without, "projects.csv", "b", "granted_gpus", MARCH), 1e-9);
    assert_near(of(&t.with, "projects.csv", "a", "used_gpu_hours", MARCH),
                of(&t.without, "projects.csv", "a", "used_gpu_hours", MARCH), 1e-6);
    end(&t);
}

/* ---- at one instant ---- */

/* All who were there are in A, or gone; all that was used is somebody's. */
static void assert_all_in_a(const char *name, const char *happenings, double people)
{
    struct trial t;
    trial_run(&t, world_text, BOTH "rule = { divide = 'weighted'; lend = true; };",
              happenings);
    double gone = trial_outcome(&t, "gone", "all", "all", ""), sum = 0;
    double all = trial_outcome(&t, "gpu_hours_used", "all", "all", "");
    for (size_t k = 0; k < 3; k++)
        sum += trial_outcome(&t, "gpu_hours_used", "team",
                             (const char *[]){"A", "B", "C"}[k], "");
    if (trial_cell(&t, "teams.csv", "A", "headcount", MARCH) + gone != people ||
        trial_cell(&t, "teams.csv", "B", "headcount", MARCH) != 0 ||
        trial_cell(&t, "teams.csv", "B", "used_gpu_hours", 3) != 0 ||
        fabs(sum - all) > 1e-9 * all)
        fail_msg("%s: %g people, %g gone", name,
                 trial_cell(&t, "teams.csv", "A", "headcount", MARCH), gone);
    trial_release(&t);
}

#define AT "{ at = '2025-03-16'; do = "

static void test_at_once(void **state)
{
    (void)state;
    assert_all_in_a("one after the other",
                    MERGE ", " AT "'merge'; from = 'C'; team = 'A'; }", 9);
    assert_all_in_a("by way of a team that has ended",
                    MERGE ", " AT "'merge'; from = 'C'; team = 'B'; }", 9);
    assert_all_in_a("by way of a team that ends",
                    AT "'merge'; from = 'C'; team = 'B'; }, " MERGE, 9);
    assert_all_in_a("there and back", MERGE ", " AT "'merge'; from = 'A'; team = 'B'; }",
                    7);
    assert_all_in_a("twice", MERGE ", " MERGE, 7);
    assert_all_in_a("a project moves first",
                    AT "'move'; project = 'b'; team = 'C'; days = 3.0; }, " MERGE, 7);
    assert_all_in_a("and last",
                    MERGE ", " AT "'move'; project = 'b'; team = 'B'; days = 3.0; }", 7);
    assert_all_in_a("its project is cancelled", AT "'cancel'; project = 'b'; }, " MERGE,
                    7);
    assert_all_in_a("a layoff first",
                    AT "'layoff'; team = 'B'; fraction = 0.5; }, " MERGE, 7);
    assert_all_in_a("a layoff of whom there is none",
                    MERGE ", " AT "'layoff'; team = 'B'; fraction = 0.5; }", 7);
    assert_all_in_a("people move away from it",
                    MERGE ", " AT "'move'; from = 'B'; people = 2; team = 'C'; }", 7);
    assert_all_in_a("somebody of both leaves", AT "'leave'; person = 'both'; }, " MERGE,
                    7);
    assert_all_in_a("people come to it",
                    MERGE ", " AT "'hire'; team = 'B'; people = 4; }", 11);
}

/* b is in the end C's, whichever comes first; its use of March is told where it was. */
static void test_project_goes_on(void **state)
{
    (void)state;
    static const char *const orders[] = {
        MERGE ", " AT "'move'; project = 'b'; team = 'C'; }",
        AT "'move'; project = 'b'; team = 'C'; }, " MERGE,
    };
    double used[2];
    for (size_t k = 0; k < 2; k++) {
        struct trial t;
        trial_run(&t, world_text, rules[0], orders[k]);
        used[k] = trial_cell(&t, "teams.csv", "C", "used_gpu_hours", MARCH);
        assert_same(trial_cell(&t, "teams.csv", "C", "used_gpu_hours", 3),
                    trial_cell(&t, "projects.csv", "b", "used_gpu_hours", 3) +
                        trial_cell(&t, "projects.csv", "c", "used_gpu_hours", 3));
        trial_release(&t);
    }
    assert_near(used[0], used[1], 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_month),   cmocka_unit_test(test_run),
        cmocka_unit_test(test_books),   cmocka_unit_test(test_people),
        cmocka_unit_test(test_step),    cmocka_unit_test(test_handover),
        cmocka_unit_test(test_at_once), cmocka_unit_test(test_project_goes_on),
    };
    int n = cmocka_run_group_tests(tests, NULL, NULL);
    return n > 255 ? 255 : n;
}
