/* The scenarios that isolate a mechanism of people and councils: what their comments say
 * comes out, and the mechanism off differs from it on. */
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

static void assert_released(const struct trial *t, const char *project, const char *day)
{
    double days = (trial_released_s(t, project) - trial_at_s(t, day)) / 86400;
    if (!(days >= 0 && days < 1))
        fail_msg("%s is not released on %s but %g days later", project, day, days);
}

/* The sum of an outcome over the first 200 worlds, the same ones for every alternative.
 */
static double mean_of(const char *path, const char *alternative, const char *metric,
                      const char *kind, const char *subject)
{
    enum { N = 200 };
    struct trial t;
    double sum = 0;
    trial_run_file(&t, path, alternative);
    for (uint64_t k = 0; k < N; k++) {
        trial_repeat(&t, k);
        sum += trial_outcome(&t, metric, kind, subject, "");
    }
    trial_release(&t);
    return sum / N;
}

/* A peak that all make together: by turns two are done at half of the time and nobody
 * later, if what they leave is lent; if not, it is idle until the next meeting. */
static void test_all_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *alternative, *first, *last;
    } rows[] = {{NULL, "2025-06-06", "2025-06-06"},
                {"in turns", "2025-04-18", "2025-06-06"},
                {"in turns, nothing is lent", "2025-04-18", "2025-06-18"},
                {"two begin in May", "2025-04-18", "2025-06-18"}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct trial t;
        trial_run_file(&t, "scenarios/all-at-once.cfg", rows[k].alternative);
        assert_released(&t, "Anemone", rows[k].first);
        assert_released(&t, "Barnacle", rows[k].first);
        assert_released(&t, "Coral", rows[k].last);
        assert_released(&t, "Dulse", rows[k].last);
        trial_release(&t);
    }
}

/* The mean over those who sit in the council, whose membership changes three times; with
 * it the mission narrows. */
static void test_who_decides(void **state)
{
    (void)state;
    static const struct {
        size_t month;
        double research, product;
    } rows[] = {{0, 2.1 / 3, 1.5 / 3}, {2, 2.1 / 3, 1.5 / 3}, {3, 2.2 / 4, 2.4 / 4},
                {6, 1.2 / 3, 2.2 / 3}, {9, 1.3 / 4, 3.1 / 4}, {12, 1.3 / 4, 3.1 / 4}};
    struct trial t, same;
    trial_run_file(&t, "scenarios/who-decides.cfg", NULL);
    trial_run_file(&same, "scenarios/who-decides.cfg", "the council stays as it is");
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        size_t month = rows[k].month;
        assert_near(trial_factor(&t, "Folding", "h100", "priority", month),
                    rows[k].research, 1e-12);
        assert_near(trial_factor(&t, "Assistant", "h100", "priority", month),
                    rows[k].product, 1e-12);
    }
    assert_near(trial_factor(&same, "Folding", "h100", "priority", 9), 2.1 / 3, 1e-12);
    assert_true(trial_released_s(&same, "Folding") < trial_released_s(&t, "Folding"));
    trial_release(&t);
    trial_release(&same);
}

/* Side by side most is done twice; merged at once nothing; the council merges after two
 * disputes, and ends the weaker model at its sixth meeting with both. */
static void test_merge_at_once(void **state)
{
    (void)state;
    static const char path[] = "scenarios/merge-at-once.cfg";
    struct trial merged, apart, council;
    trial_run_file(&merged, path, NULL);
    trial_run_file(&apart, path, "side by side");
    trial_run_file(&council, path, "the council decides");
    assert_same(trial_cell(&merged, "teams.csv", "South", "headcount", 1), 0);
    assert_true(trial_cell(&apart, "teams.csv", "South", "headcount", 1) > 0);
    assert_same(trial_outcome(&merged, "gpu_hours_duplicated", "all", "all", ""), 0);
    assert_near(trial_outcome(&apart, "gpu_hours_duplicated", "all", "all", ""),
                0.8 * 3000000, 1e-3);
    assert_non_null(trial_event(&council, EVENT_MERGE, "South", 0));
    assert_non_null(trial_event(&council, EVENT_CANCEL, "Boreas", 0));
    assert_true(trial_released_s(&merged, "Aurora") <
                trial_released_s(&council, "Aurora"));
    assert_true(trial_released_s(&council, "Aurora") <
                trial_released_s(&apart, "Aurora"));
    trial_release(&merged);
    trial_release(&apart);
    trial_release(&council);
}

/* 13 % of 40 are laid off, but for those who would have left anyway; those who stay leave
 * more often, unless they do not mind or leaders spend time on them. */
static void test_layoffs(void **state)
{
    (void)state;
    static const char path[] = "scenarios/layoffs.cfg";
    double gone = mean_of(path, NULL, "gone", "cohort", "Models");
    double none = mean_of(path, "no layoff", "gone", "cohort", "Models");
    double felt = mean_of(path, "others are laid off", "gone", "cohort", "Models");
    double unfelt = mean_of(path, "nobody minds", "gone", "cohort", "Models");
    double kept =
        mean_of(path, "leaders talk to those who stay", "gone", "cohort", "Models");
    assert_true(gone - none > 3 && gone - none < 0.13 * 40 + 2);
    assert_true(felt - none > 1 && gone - unfelt > 1 && gone - kept > 1);
    assert_true(mean_of(path, NULL, "departures", "cohort", "Models") < gone - 4);
    assert_true(mean_of(path, NULL, "leader_hours", "all", "all") == 0);
    assert_true(mean_of(path, "leaders talk to those who stay", "leader_hours", "all",
                        "all") == 80);
}

static void test_talent_market(void **state)
{
    (void)state;
    static const char path[] = "scenarios/talent-market.cfg";
    double all = mean_of(path, NULL, "departures", "cohort", "Language");
    assert_true(all - mean_of(path, "no boom", "departures", "cohort", "Language") > 4);
    assert_true(
        all - mean_of(path, "leaders talk to them", "departures", "cohort", "Language") >
        2);
    assert_true(all - mean_of(path, "nobody follows a leaver", "departures", "cohort",
                              "Language") >
                2);
    assert_true(
        mean_of(path, "another site's hours", "departures", "cohort", "Language") - all >
        1);
    /* The other team's skill is not asked for. */
    assert_near(mean_of(path, NULL, "departures", "cohort", "Robots"),
                mean_of(path, "no boom", "departures", "cohort", "Robots"), 0.5);
}

/* Being heard takes half of what a shortfall adds to grievance, and moves not a GPU. */
static void test_heard_and_not_served(void **state)
{
    (void)state;
    struct trial heard, kept;
    trial_run_file(&heard, "scenarios/superior-decides.cfg", "heard and not served");
    trial_run_file(&kept, "scenarios/superior-decides.cfg", "keep the split");
    assert_near(trial_cell(&heard, "teams.csv", "Ridge", "grievance", 1),
                trial_cell(&kept, "teams.csv", "Ridge", "grievance", 1) / 2, 1e-12);
    assert_true(trial_cell(&kept, "teams.csv", "Ridge", "grievance", 1) > 0);
    for (size_t m = 0; m < 3; m++)
        assert_same(trial_cell(&heard, "projects.csv", "Ridge-1", "granted_gpus", m),
                    trial_cell(&kept, "projects.csv", "Ridge-1", "granted_gpus", m));
    trial_release(&heard);
    trial_release(&kept);
}

/* ---- a common world is common ---- */

#define COMMON                                                                           \
    "start = '2022-01-01'; months = 24; pools = ( { name = 'p'; gpus = %s; } );"         \
    "teams = ( { name = 'A'; people = 12; exploration = ( { gpus = 30.0; log_sd = 0.5; " \
    "priority = 0.9; } ); }, { name = 'B'; people = 12; exploration = ( { gpus = 30.0; " \
    "log_sd = 0.5; } ); } );"                                                            \
    "people = { turnover_per_year = 0.4; %s };"                                          \
    "rule = { divide = '%s'; };"

/* With a rate that nothing changes a person leaves when its threshold is reached: at the
 * same instant under two rules that grant otherwise. */
static void test_thresholds_are_common(void **state)
{
    (void)state;
    struct trial ranked, shared;
    trial_run(&ranked, COMMON, "30", "", "ranked");
    trial_run(&shared, COMMON, "30", "", "max-min");
    assert_true(trial_outcome(&ranked, "fill_frac", "team", "B", "") <
                trial_outcome(&shared, "fill_frac", "team", "B", "") - 0.1);
    size_t n_gone = 0;
    for (size_t i = 0; i < ranked.s->n_persons; i++) {
        const char *name = ranked.s->persons[i].name;
        const struct event_row *a = trial_event(&ranked, EVENT_DEPART, name, 0);
        const struct event_row *b = trial_event(&shared, EVENT_DEPART, name, 0);
        assert_int_equal(a != NULL, b != NULL);
        if (a)
            assert_same(a->at_s, b->at_s);
        n_gone += a != NULL;
    }
    assert_true(n_gone > 5 && n_gone < 24);
    trial_release(&ranked);
    trial_release(&shared);
}

/* Where there is enough for all, rules grant the same, and then all is the same, also
 * what hangs on grants. */
static void test_equal_grants_are_equal_runs(void **state)
{
    (void)state;
    struct trial first, other;
    static const char feelings[] = "grievance = 2.0; contagion = 0.5;";
    static const char *const rules[] = {"max-min", "equal", "ranked", "talmud"};
    trial_run(&first, COMMON, "4000", feelings, "weighted");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        trial_run(&other, COMMON, "4000", feelings, rules[i]);
        trial_assert_equal(&first, &other);
        trial_release(&other);
    }
    trial_release(&first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_at_once),
        cmocka_unit_test(test_who_decides),
        cmocka_unit_test(test_merge_at_once),
        cmocka_unit_test(test_layoffs),
        cmocka_unit_test(test_talent_market),
        cmocka_unit_test(test_heard_and_not_served),
        cmocka_unit_test(test_thresholds_are_common),
        cmocka_unit_test(test_equal_grants_are_equal_runs),
    };
    int n = cmocka_run_group_tests(tests, NULL, NULL);
    return n > 255 ? 255 : n;
}
