/* What happens to people: who is laid off, moves, comes, is drawn away and kept, and what
 * it does to the instants at which they leave, in closed form. */
#include "base/seconds.h"
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

/* Half of the people would leave in a year, were nothing the matter; a market of 1 more
 * doubles the rate, and so does a layoff. */
static const char world_text[] =
    "start = '2025-01-01'; months = 24;"
    "pools = ( { name = 'p'; gpus = 8; } );"
    "teams = ( { name = 'T'; people = 40; market = 1.0; }, { name = 'U'; people = 40; } "
    ");"
    "people = { turnover_per_year = %s; market = 0.69314718055994531; "
    "           layoff = 0.69314718055994531; memory_days = 60.0; };"
    "happenings = ( %s );";

static void play(struct trial *t, const char *turnover, const char *happenings)
{
    trial_run(t, world_text, turnover, happenings);
}

static double departed_s(const struct trial *t, const char *name)
{
    const struct event_row *event = trial_event(t, EVENT_DEPART, name, 0);
    return event ? event->at_s : INFINITY;
}

/* Between two instants the rate is `factor` times what it is in the world without; then
 * it is that again. Where somebody leaves who would leave at `plain_s`. */
static double bent_s(double plain_s, double from_s, double until_s, double factor)
{
    if (plain_s <= from_s)
        return plain_s;
    double inside = (plain_s - from_s) / factor; /* seconds at the new rate */
    if (from_s + inside <= until_s)
        return from_s + inside;
    return plain_s - (factor - 1) * (until_s - from_s);
}

/* Everybody of T leaves when the bent rate says so, everybody of U as without. */
static void assert_bent(const char *happenings, const char *from, double days,
                        double factor)
{
    struct trial with, without;
    size_t n = 0;
    play(&with, "0.5", happenings);
    play(&without, "0.5", "");
    double from_s = trial_at_s(&with, from), until_s = from_s + days * SECONDS_PER_DAY;
    double horizon_s = calendar_horizon_s(&with.s->calendar);
    for (size_t i = 0; i < with.s->n_persons; i++) {
        const char *name = with.s->persons[i].name;
        double plain_s = departed_s(&without, name), at_s = departed_s(&with, name);
        bool is_concerned = *name == 'T';
        double expected_s =
            is_concerned ? bent_s(plain_s, from_s, until_s, factor) : plain_s;
        /* Who would leave after the end is not known from the run without. */
        if (isinf(plain_s) || expected_s >= horizon_s)
            continue;
        assert_near(at_s, expected_s, 1e-4);
        n += is_concerned && plain_s > from_s;
    }
    assert_true(n > 10);
    trial_release(&with);
    trial_release(&without);
}

/* ---- what draws and what keeps ---- */

static void test_market(void **state)
{
    (void)state;
    assert_bent("{ at = '2025-04-16'; do = 'market'; team = 'T'; value = 2.0; }",
                "2025-04-16", 1e6, 2);
    assert_bent("{ at = '2025-04-16'; do = 'market'; team = 'T'; value = 2.0; days = "
                "100.0; }",
                "2025-04-16", 100, 2);
    assert_bent("{ at = '2025-04-16'; do = 'market'; team = 'T'; value = 0.0; days = "
                "50.0; }",
                "2025-04-16", 50, 0.5);
}

/* A market of all is one of each team. */
static void test_market_of_all(void **state)
{
    (void)state;
    struct trial all, each;
    play(&all, "0.5", "{ at = '2025-04-16'; do = 'market'; value = 1.5; }");
    play(&each, "0.5",
         "{ at = '2025-04-16'; do = 'market'; team = 'T'; value = 1.5; }, "
         "{ at = '2025-04-16'; do = 'market'; team = 'U'; value = 1.5; }");
    for (size_t i = 0; i < all.s->n_persons; i++)
        assert_same(departed_s(&all, all.s->persons[i].name),
                    departed_s(&each, all.s->persons[i].name));
    trial_release(&all);
    trial_release(&each);
}

/* A quarter of the rate is taken away for 90 days, for 12 hours of leaders. */
static void test_retain(void **state)
{
    (void)state;
    struct trial t;
    static const char retain[] = "{ at = '2025-04-16'; do = 'retain'; team = 'T'; "
                                 "fraction = 0.25; days = 90.0; hours = 12.0; }";
    assert_bent(retain, "2025-04-16", 90, 0.75);
    play(&t, "0.5", retain);
    assert_same(trial_outcome(&t, "leader_hours", "all", "all", ""), 12);
    assert_same(trial_cell(&t, "months.csv", "", "leader_hours", 3), 12);
    assert_same(trial_cell(&t, "months.csv", "", "leader_hours", 4), 0);
    trial_release(&t);
}

/* A whole effort keeps everybody, while it lasts. */
static void test_retain_all(void **state)
{
    (void)state;
    struct trial t;
    play(&t, "0.9",
         "{ at = '2025-03-01'; do = 'retain'; team = 'T'; fraction = 1.0; days "
         "= 92.0; }");
    for (size_t m = 2; m < 5; m++)
        assert_same(trial_cell(&t, "teams.csv", "T", "departures", m), 0);
    assert_true(trial_cell(&t, "teams.csv", "T", "departures", 0) +
                    trial_cell(&t, "teams.csv", "T", "departures", 1) >
                0);
    assert_true(trial_cell(&t, "teams.csv", "T", "departures", 5) > 0);
    trial_release(&t);
}

/* ---- layoffs ---- */

/* Each of 40 goes with a chance of 0.3 by an own lot: 12 on average, variance 8.4, within
 * four standard errors of 1,500 worlds; nobody of the other team. Whoever goes at 0.1
 * goes at 0.3 too. */
static void test_layoff(void **state)
{
    (void)state;
    enum { N = 1500, PEOPLE = 40 };
    struct trial t, few;
    double sum = 0, squares = 0;
    play(&t, "0.0",
         "{ name = 'cut'; at = '2025-01-11'; do = 'layoff'; team = 'T'; "
         "fraction = 0.3; }");
    play(&few, "0.0",
         "{ name = 'cut'; at = '2025-01-11'; do = 'layoff'; team = 'T'; "
         "fraction = 0.1; }");
    for (uint64_t k = 0; k < N; k++) {
        trial_repeat(&t, k);
        double gone = trial_outcome(&t, "gone", "cohort", "T", "");
        assert_same(trial_cell(&t, "teams.csv", "T", "headcount", 0), PEOPLE - gone);
        assert_same(trial_outcome(&t, "gone", "cohort", "U", ""), 0);
        sum += gone;
        squares += gone * gone;
        if (k >= 50)
            continue;
        trial_repeat(&few, k);
        for (size_t i = 0; i < t.s->n_persons; i++)
            if (isfinite(departed_s(&few, t.s->persons[i].name)))
                assert_true(isfinite(departed_s(&t, t.s->persons[i].name)));
    }
    double mean = sum / N, variance = squares / N - mean * mean, v = PEOPLE * 0.3 * 0.7;
    assert_near(mean, PEOPLE * 0.3, 4 * sqrt(v / N));
    /* The variance of a variance is about 2 v^2 / N. */
    assert_near(variance, v, 4 * v * sqrt(2.0 / N));
    assert_same(trial_outcome(&t, "departures", "cohort", "T", ""), 0);
    trial_release(&t);
    trial_release(&few);
}

static void test_layoff_of_all(void **state)
{
    (void)state;
    struct trial t;
    play(&t, "0.0", "{ at = '2025-01-11'; do = 'layoff'; fraction = 1.0; }");
    assert_same(trial_outcome(&t, "gone", "all", "all", ""), 80);
    assert_same(trial_cell(&t, "teams.csv", "U", "headcount", 0), 0);
    trial_release(&t);
}

/* Nobody is laid off and those who stay feel it: twice the rate for 60 days, extended and
 * not added by a second one 30 days later. */
static void test_survivors(void **state)
{
    (void)state;
    assert_bent("{ at = '2025-04-16'; do = 'layoff'; team = 'T'; fraction = 0.0; }",
                "2025-04-16", 60, 2);
    assert_bent("{ at = '2025-04-16'; do = 'layoff'; team = 'T'; fraction = 0.0; }, "
                "{ at = '2025-05-16'; do = 'layoff'; team = 'T'; fraction = 0.0; }",
                "2025-04-16", 90, 2);
}

/* ---- to another team, and new ---- */

/* Ten of 40 by lot: exactly ten, each of them with a chance of a quarter. */
static void test_move(void **state)
{
    (void)state;
    enum { N = 1000 };
    struct trial t;
    size_t n_first = 0;
    play(&t, "0.0",
         "{ at = '2025-01-11'; do = 'move'; from = 'T'; people = 10; team = "
         "'U'; }");
    for (uint64_t k = 0; k < N; k++) {
        trial_repeat(&t, k);
        assert_same(trial_cell(&t, "teams.csv", "T", "headcount", 0), 30);
        assert_same(trial_cell(&t, "teams.csv", "U", "headcount", 0), 50);
        n_first += trial_event(&t, EVENT_MOVE, "T/1", 0) != NULL;
    }
    assert_near((double)n_first / N, 0.25, 4 * sqrt(0.25 * 0.75 / N));
    assert_same(trial_outcome(&t, "left_team", "team", "T", ""), 10);
    assert_same(trial_outcome(&t, "gone", "all", "all", ""), 0);
    trial_release(&t);
}

/* Whoever moves takes the skill along: the market is still that of T. */
static void test_market_of_movers(void **state)
{
    (void)state;
    struct trial moved, stayed;
    play(&stayed, "0.5", "");
    play(&moved, "0.5",
         "{ at = '2025-01-01'; do = 'move'; from = 'T'; people = 40; team = "
         "'U'; }");
    for (size_t i = 0; i < moved.s->n_persons; i++)
        assert_same(departed_s(&moved, moved.s->persons[i].name),
                    departed_s(&stayed, moved.s->persons[i].name));
    assert_same(trial_outcome(&moved, "departures", "cohort", "T", ""),
                trial_outcome(&stayed, "departures", "cohort", "T", ""));
    trial_release(&moved);
    trial_release(&stayed);
}

/* Seven come at once, are of no cohort, and leave like others of the team. */
static void test_hire(void **state)
{
    (void)state;
    struct trial t;
    play(&t, "0.0", "{ at = '2025-01-11'; do = 'hire'; team = 'U'; people = 7; }");
    assert_same(trial_cell(&t, "teams.csv", "U", "headcount", 0), 47);
    assert_same(trial_cell(&t, "teams.csv", "U", "hires", 0), 7);
    assert_same(trial_cell(&t, "teams.csv", "T", "headcount", 0), 40);
    trial_release(&t);
    play(&t, "0.999", "{ at = '2025-01-11'; do = 'hire'; team = 'U'; people = 7; }");
    assert_true(trial_outcome(&t, "departures", "all", "all", "") >
                trial_outcome(&t, "departures", "cohort", "T", "") +
                    trial_outcome(&t, "departures", "cohort", "U", ""));
    assert_true(trial_outcome(&t, "departures", "cohort", "U", "") <= 40);
    trial_release(&t);
}

/* ---- in a team that has ended ---- */

/* What happens to it happens to the one that it is part of. */
static void test_heirs(void **state)
{
    (void)state;
#define MERGE "{ at = '2025-01-02'; do = 'merge'; from = 'U'; team = 'T'; }, "
#define LATER "{ name = 'x'; at = '2025-02-01'; do = "
    static const char *const happenings[][2] = {
        {LATER "'layoff'; team = 'U'; fraction = 0.3; }",
         LATER "'layoff'; team = 'T'; fraction = 0.3; }"},
        {LATER "'retain'; team = 'U'; fraction = 0.3; days = 90.0; hours = 5.0; }",
         LATER "'retain'; team = 'T'; fraction = 0.3; days = 90.0; hours = 5.0; }"},
        {LATER "'hire'; team = 'U'; people = 3; }",
         LATER "'hire'; team = 'T'; people = 3; }"},
    };
    for (size_t k = 0; k < sizeof happenings / sizeof *happenings; k++) {
        struct trial ended, heir;
        char text[400];
        for (size_t i = 0; i < 2; i++) {
            strcpy(text, MERGE);
            strcat(text, happenings[k][i]);
            play(i ? &heir : &ended, "0.5", text);
        }
        trial_assert_equal(&ended, &heir);
        assert_same(trial_cell(&heir, "teams.csv", "U", "headcount", 1), 0);
        trial_release(&ended);
        trial_release(&heir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_market),
        cmocka_unit_test(test_market_of_all),
        cmocka_unit_test(test_retain),
        cmocka_unit_test(test_retain_all),
        cmocka_unit_test(test_layoff),
        cmocka_unit_test(test_layoff_of_all),
        cmocka_unit_test(test_survivors),
        cmocka_unit_test(test_move),
        cmocka_unit_test(test_market_of_movers),
        cmocka_unit_test(test_hire),
        cmocka_unit_test(test_heirs),
    };
    int n = cmocka_run_group_tests(tests, NULL, NULL);
    return n > 255 ? 255 : n;
}
