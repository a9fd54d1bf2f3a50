/* Who appeals, when and against whom; what the superior's answers move; how often an
 * appellant wins. */
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

/* 80 GPUs; a weighs 3 and b 1, both want 80 for ever: 60 and 20. */
static const char world_text[] =
    "start = '2025-01-01'; months = 12;"
    "pools = ( { name = 'p'; gpus = 80; node_gpus = 1; } );"
    "teams = ( { name = 'A'; people = 2; }, { name = 'B'; people = 2; } );"
    "projects = ("
    "  { name = 'a'; team = 'A'; topic = 't'; priority = 0.75; stages = ("
    "    { do = 'train'; gpu_hours = 1.0e9; min_gpus = %d; max_gpus = 80; } ); },"
    "  { name = 'b'; team = 'B'; topic = 't'; priority = 0.25; stages = ("
    "    { do = 'train'; gpu_hours = 1.0e9; max_gpus = 80; } ); } );"
    "rule = { divide = 'weighted'; };"
    "%s";

#define DISPUTES                                                                         \
    "disputes = { threshold = 0.5; patience_months = 2; cooling_months = 6; "            \
    "delay_days = 10.0; transfer = 0.5; leader_hours = 3.0; "

static void play(struct trial *t, int min_gpus, const char *disputes)
{
    trial_run(t, world_text, min_gpus, disputes);
}

static size_t count(const struct trial *t, enum event_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < t->r.n_events; i++)
        n += t->r.events[i].event == kind;
    return n;
}

static const struct event_row *find(const struct trial *t, enum event_kind kind)
{
    for (size_t i = 0; i < t->r.n_events; i++)
        if (t->r.events[i].event == kind)
            return &t->r.events[i];
    fail_msg("there is no such event");
    return NULL;
}

/* B is under from January, appeals in March, again when it has cooled; A never. */
static void test_when(void **state)
{
    (void)state;
    struct trial t;
    play(&t, 0, DISPUTES "keep = 1.0; pick = 0.0; };");
    assert_int_equal(count(&t, EVENT_DISPUTE), 2);
    assert_int_equal(count(&t, EVENT_RULING), 2);
    const struct event_row *dispute = find(&t, EVENT_DISPUTE);
    assert_true(dispute->at_s == (31 + 28) * 86400.0);
    assert_string_equal(dispute->subject, "b");
    assert_string_equal(dispute->detail, "against a on pool p");
    assert_true(find(&t, EVENT_RULING)->at_s == (31 + 28 + 10) * 86400.0);
    assert_true(trial_outcome(&t, "disputes", "team", "B", "") == 2);
    assert_true(trial_outcome(&t, "disputes", "all", "all", "") == 2);
    assert_true(trial_outcome(&t, "leader_hours", "all", "all", "") == 6);
    assert_true(trial_cell(&t, "months.csv", "", "leader_hours", 2) == 3);
    assert_true(trial_cell(&t, "months.csv", "", "leader_hours", 3) == 0);
    assert_true(trial_cell(&t, "months.csv", "", "disputes_open", 2) == 0);
    trial_release(&t);
}

/* What B holds from the 11th day of March on; A has the rest, or what is left of it. */
static void check_split(int min_gpus, const char *settings, double b, double a)
{
    struct trial t;
    play(&t, min_gpus, settings);
    double days = 31, moved = 21;
    double had_b = (20 * 10 + b * moved) / days, had_a = (60 * 10 + a * moved) / days;
    assert_true(fabs(trial_cell(&t, "projects.csv", "b", "granted_gpus", 2) - had_b) <
                1e-9);
    assert_true(fabs(trial_cell(&t, "projects.csv", "a", "granted_gpus", 2) - had_a) <
                1e-9);
    /* Until the next meeting. */
    assert_true(trial_cell(&t, "projects.csv", "b", "granted_gpus", 3) == 20);
    trial_release(&t);
}

static void test_answers(void **state)
{
    (void)state;
    check_split(0, DISPUTES "bias = 1000.0; };", 50, 30); /* half of 60 */
    check_split(0,
                "disputes = { threshold = 0.5; delay_days = 10.0; bias = 1000.0; "
                "transfer = 1.0; };",
                80, 0); /* all that it needs */
    check_split(40, DISPUTES "bias = 1000.0; };", 40,
                40); /* leaves the rival its minimum */
    check_split(60, DISPUTES "bias = 1000.0; };", 80,
                0); /* or nothing, where that is all */
    check_split(0, DISPUTES "bias = -1000.0; };", 20, 60); /* the rival is picked */
    check_split(0, DISPUTES "pick = 0.0; cooperate = 1.0; };", 40, 40);
    check_split(0, DISPUTES "pick = 0.0; keep = 1.0; };", 20, 60);
}

/* logistic(k (0.25 - 0.75) + bias) = logistic(-1): the appellant wins in 0.26894 of 2,000
 * worlds, within four standard errors; by odds of 1, 2 and 1 they cooperate in half. */
static size_t count_rulings(const char *disputes, const char *words, size_t n)
{
    struct trial t;
    size_t found = 0;
    play(&t, 0, disputes);
    for (uint64_t replication = 0; replication < n; replication++) {
        trial_repeat(&t, replication);
        found += strstr(find(&t, EVENT_RULING)->detail, words) != NULL;
    }
    trial_release(&t);
    return found;
}

static void test_odds(void **state)
{
    (void)state;
    enum { N = 2000 };
    double p = 1 / (1 + exp(1.0));
    double won = (double)count_rulings(DISPUTES "k = 4.0; bias = 1.0; };", "picked: ", N);
    double shared = (double)count_rulings(
        DISPUTES "pick = 1.0; cooperate = 2.0; keep = 1.0; };", "cooperates", N);
    assert_near(won / N, p, 4 * sqrt(p * (1 - p) / N));
    assert_near(shared / N, 0.5, 4 * sqrt(0.25 / N));
}

/* Steps of grievance: up for who loses, down for who wins, never below 0. */
static void test_steps(void **state)
{
    (void)state;
    struct trial lost, none;
    play(&lost, 0, DISPUTES "bias = -1000.0; step = 0.2; };");
    play(&none, 0, DISPUTES "bias = -1000.0; };");
    /* March closes with the step in what is remembered: half of it after six months. */
    double rho = exp2(-1.0 / 6);
    assert_near(trial_cell(&lost, "teams.csv", "B", "grievance", 3) -
                    trial_cell(&none, "teams.csv", "B", "grievance", 3),
                0.2 * rho, 1e-12);
    assert_true(trial_cell(&lost, "teams.csv", "A", "grievance", 3) <
                trial_cell(&none, "teams.csv", "A", "grievance", 3));
    trial_release(&lost);
    trial_release(&none);
}

/* A threshold of 0, which nobody is below, is like no group at all. */
static void test_neutral(void **state)
{
    (void)state;
    struct trial with, without;
    play(&with, 0, "disputes = { threshold = 0.0; step = 0.5; leader_hours = 9.0; };");
    play(&without, 0, "");
    assert_int_equal(count(&with, EVENT_DISPUTE), 0);
    assert_int_equal(with.r.n_events, without.r.n_events);
    assert_int_equal(with.r.n_outcomes, without.r.n_outcomes);
    for (size_t i = 0; i < with.r.n_outcomes; i++)
        assert_same(with.r.outcomes[i].value, without.r.outcomes[i].value);
    trial_release(&with);
    trial_release(&without);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_when),    cmocka_unit_test(test_answers),
        cmocka_unit_test(test_odds),    cmocka_unit_test(test_steps),
        cmocka_unit_test(test_neutral),
    };
    int n = cmocka_run_group_tests(tests, NULL, NULL);
    return n > 255 ? 255 : n;
}
