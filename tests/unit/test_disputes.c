/* Who appeals, when and against whom; what the superior's answers move; how often an
 * appellant wins. */
#include "run/rulings.h"
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
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
    assert_true(trial_outcome(&t, "leader_hours", "team", "A", "") == 0);
    assert_true(trial_outcome(&t, "leader_hours", "team", "B", "") == 6);
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

/* In units of 8, minimums rounded up to them. */
static const struct {
    const char *name;
    struct stake own, rival;
    double transfer;
    struct split picked, shared;
} splits[] = {
    {"half goes", {16, 64, 0}, {64, 64, 0}, 0.5, {48, 32}, {40, 40}},
    {"as far as it is needed", {16, 32, 0}, {64, 64, 0}, 0.5, {32, 48}, {24, 56}},
    {"in whole units", {8, 64, 0}, {56, 64, 0}, 0.5, {32, 32}, {32, 32}},
    {"the rival keeps its minimum", {0, 64, 0}, {64, 64, 44}, 0.5, {16, 48}, {16, 48}},
    {"or ends", {0, 64, 0}, {64, 64, 64}, 0.5, {64, 0}, {0, 64}},
    {"what it needs of that", {0, 40, 0}, {64, 64, 64}, 0.5, {40, 0}, {0, 64}},
    {"raised to the minimum", {0, 64, 44}, {64, 64, 0}, 0.5, {48, 16}, {48, 16}},
    {"which ends the rival", {0, 64, 44}, {64, 64, 32}, 0.5, {64, 0}, {0, 64}},
    {"both at their minimum", {8, 64, 32}, {64, 64, 40}, 0.25, {32, 40}, {32, 40}},
    {"the minimum is not there", {0, 64, 64}, {56, 64, 0}, 1, {0, 56}, {0, 56}},
    {"nothing is to move", {16, 64, 32}, {64, 64, 0}, 0, {16, 64}, {40, 40}},
    {"less than a unit", {16, 64, 0}, {64, 64, 0}, 0.1, {16, 64}, {40, 40}},
};

static void test_splits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
        struct split picked =
            ruling_pick(splits[i].own, splits[i].rival, splits[i].transfer, 8);
        struct split shared = ruling_share(splits[i].own, splits[i].rival, 8);
        if (picked.appellant_gpus != splits[i].picked.appellant_gpus ||
            picked.rival_gpus != splits[i].picked.rival_gpus)
            fail_msg("%s, picked: %g and %g", splits[i].name, picked.appellant_gpus,
                     picked.rival_gpus);
        if (shared.appellant_gpus != splits[i].shared.appellant_gpus ||
            shared.rival_gpus != splits[i].shared.rival_gpus)
            fail_msg("%s, shared: %g and %g", splits[i].name, shared.appellant_gpus,
                     shared.rival_gpus);
    }
    /* Both need less than one GPU, of a pool without units. */
    struct split parts =
        ruling_share((struct stake){0, 0.25, 0}, (struct stake){0.5, 0.25, 0}, 0);
    assert_true(parts.appellant_gpus == 0.25 && parts.rival_gpus == 0.25);
}

/* Without units; a project that has less than its minimum does nothing. */
static void test_minimum_of_the_appellant(void **state)
{
    (void)state;
    struct trial t;
    trial_run(
        &t, "%s",
        "start = '2025-01-01'; months = 4;"
        "pools = ( { name = 'p'; gpus = 80; node_gpus = 1; } );"
        "teams = ( { name = 'A'; }, { name = 'B'; } );"
        "projects = ("
        "  { name = 'a'; team = 'A'; priority = 0.9; stages = ("
        "    { do = 'train'; gpu_hours = 1.0e9; min_gpus = 20; max_gpus = 80; } ); },"
        "  { name = 'b'; team = 'B'; priority = 0.1; stages = ("
        "    { do = 'train'; gpu_hours = 1.0e9; min_gpus = 50; max_gpus = 80; } ); } );"
        "rule = { divide = 'weighted'; };"
        "disputes = { threshold = 0.5; bias = 1000.0; transfer = 0.5; };");
    assert_true(trial_cell(&t, "projects.csv", "b", "granted_gpus", 1) == 0);
    assert_true(trial_cell(&t, "projects.csv", "b", "granted_gpus", 2) == 50);
    assert_true(trial_cell(&t, "projects.csv", "b", "used_gpu_hours", 2) == 50 * 744);
    assert_true(trial_cell(&t, "projects.csv", "a", "granted_gpus", 2) == 30);
    trial_release(&t);
}

/* ---- one instant ---- */

/* Two appeal and are answered at once: B first, in any order of the file. */
static void test_same_instant(void **state)
{
    (void)state;
    static const char *const orders[] = {
        "{ name = 'A'; }, { name = 'B'; }, { name = 'C'; }",
        "{ name = 'C'; }, { name = 'B'; }, { name = 'A'; }"};
    for (int i = 0; i < 2; i++) {
        struct trial t;
        trial_run(&t,
                  "start = '2025-01-01'; months = 4;"
                  "pools = ( { name = 'p'; gpus = 80; node_gpus = 1; } ); teams = ( %s );"
                  "projects = ("
                  "  { name = 'a'; team = 'A'; priority = 0.8; stages = ("
                  "    { do = 'train'; gpu_hours = 1.0e9; max_gpus = 80; } ); },"
                  "  { name = 'b'; team = 'B'; priority = 0.1; stages = ("
                  "    { do = 'train'; gpu_hours = 1.0e9; max_gpus = 80; } ); },"
                  "  { name = 'c'; team = 'C'; priority = 0.1; stages = ("
                  "    { do = 'train'; gpu_hours = 1.0e9; max_gpus = 80; } ); } );"
                  "rule = { divide = 'weighted'; };"
                  "disputes = { threshold = 0.5; bias = 1000.0; transfer = 0.5; };",
                  orders[i]);
        assert_string_equal(find(&t, EVENT_DISPUTE)->subject, "b");
        assert_true(trial_cell(&t, "projects.csv", "b", "granted_gpus", 2) == 8 + 32);
        assert_true(trial_cell(&t, "projects.csv", "c", "granted_gpus", 2) == 8 + 16);
        assert_true(trial_cell(&t, "projects.csv", "a", "granted_gpus", 2) == 16);
        trial_release(&t);
    }
}

/* An answer at the meeting's own instant stands over what that decided, which comes into
 * force five days later; and until the next one's does. */
static void test_lag(void **state)
{
    (void)state;
    struct trial t;
    play(&t, 0,
         "council = { lag_days = 5.0; };"
         "disputes = { threshold = 0.5; bias = 1000.0; transfer = 0.5; };");
    assert_true(find(&t, EVENT_RULING)->at_s == (31 + 28) * 86400.0);
    assert_near(trial_cell(&t, "projects.csv", "b", "granted_gpus", 2), 50, 1e-9);
    assert_near(trial_cell(&t, "projects.csv", "b", "granted_gpus", 3),
                (50 * 5 + 20 * 25) / 30.0, 1e-9);
    trial_release(&t);
}

/* What B does is A's work again, but for the 21 days that they share it. */
static void test_cooperation_ends(void **state)
{
    (void)state;
    struct trial t;
    play(&t, 0,
         "disputes = { threshold = 0.5; delay_days = 10.0; cooling_months = 99; "
         "pick = 0.0; cooperate = 1.0; };");
    assert_near(trial_outcome(&t, "gpu_hours_duplicated", "project", "b", ""),
                20 * 24 * (365 - 21), 1e-6);
    trial_release(&t);
}

/* ---- who, against whom, for what ---- */

/* p, q and r are filled, b of team B gets nothing; s, of the second pool, is no rival. */
static void check_rival(const char *topic, const char *team, const char *rival)
{
    struct trial t;
    char detail[64];
    trial_run(
        &t,
        "start = '2025-01-01'; months = 3;"
        "pools = ( { name = 'p1'; gpus = 80; node_gpus = 1; },"
        "          { name = 'p2'; gpus = 99; node_gpus = 1; } );"
        "teams = ( { name = 'A'; }, { name = 'B'; }, { name = 'C'; } );"
        "projects = ("
        "  { name = 's'; team = 'A'; priority = 0.9; topic = 'w'; stages = ("
        "    { do = 'train'; pool = 'p2'; gpu_hours = 1.0e9; max_gpus = 90; } ); },"
        "  { name = 'r'; team = 'A'; priority = 0.9; topic = 'x'; stages = ("
        "    { do = 'train'; pool = 'p1'; gpu_hours = 1.0e9; max_gpus = 30; } ); },"
        "  { name = 'p'; team = '%s'; priority = 0.9; topic = 'x'; stages = ("
        "    { do = 'train'; pool = 'p1'; gpu_hours = 1.0e9; max_gpus = 30; } ); },"
        "  { name = 'q'; team = 'C'; priority = 0.5; topic = 'y'; stages = ("
        "    { do = 'train'; pool = 'p1'; gpu_hours = 1.0e9; max_gpus = 25; } ); },"
        "  { name = 'b'; team = 'B'; priority = 0.1; topic = '%s'; stages = ("
        "    { do = 'train'; pool = 'p1'; gpu_hours = 1.0e9; max_gpus = 80; } ); } );"
        "rule = { divide = 'ranked'; }; disputes = { threshold = 0.5; keep = 1.0; };",
        team, topic);
    snprintf(detail, sizeof detail, "against %s on pool p1", rival);
    assert_string_equal(find(&t, EVENT_DISPUTE)->detail, detail);
    trial_release(&t);
}

static void test_rivals(void **state)
{
    (void)state;
    check_rival("z", "C", "p"); /* filled, the largest grant, then the name */
    check_rival("z", "B", "r"); /* not its own team's */
    check_rival("y", "C", "q"); /* of its topic, though it has less */
    check_rival("x", "B", "r"); /* of its topic, and another team's */
    check_rival("w", "C", "p"); /* of its topic, but on another pool */
}

/* Of two that are under the threshold, the worse one; ties: the first by name. */
static void check_worst(const char *priority, const char *worst)
{
    struct trial t;
    trial_run(&t,
              "start = '2025-01-01'; months = 3;"
              "pools = ( { name = 'p'; gpus = 80; node_gpus = 1; } );"
              "teams = ( { name = 'A'; }, { name = 'B'; } );"
              "projects = ("
              "  { name = 'a'; team = 'A'; priority = 0.8; stages = ("
              "    { do = 'train'; gpu_hours = 1.0e9; max_gpus = 80; } ); },"
              "  { name = 'c'; team = 'B'; priority = 0.1; stages = ("
              "    { do = 'train'; gpu_hours = 1.0e9; max_gpus = 80; } ); },"
              "  { name = 'b'; team = 'B'; priority = %s; stages = ("
              "    { do = 'train'; gpu_hours = 1.0e9; max_gpus = 80; } ); } );"
              "rule = { divide = 'weighted'; };"
              "disputes = { threshold = 0.5; keep = 1.0; pick = 0.0; };",
              priority);
    assert_int_equal(count(&t, EVENT_DISPUTE), 1);
    assert_string_equal(find(&t, EVENT_DISPUTE)->subject, worst);
    trial_release(&t);
}

static void test_worst(void **state)
{
    (void)state;
    check_worst("0.2", "c");
    check_worst("0.05", "b");
    check_worst("0.1", "b");
}

/* Months in which B appeals when it need not cool: where the answer lifts it over the
 * threshold it is patient anew, where the split stays it appeals each month. */
static void test_patience(void **state)
{
    (void)state;
    struct trial t;
    play(&t, 0,
         "disputes = { threshold = 0.5; cooling_months = 0; delay_days = 10.0; "
         "bias = 1000.0; };");
    assert_int_equal(count(&t, EVENT_DISPUTE), 4); /* March, June, September, December */
    trial_release(&t);
    play(&t, 0,
         "disputes = { threshold = 0.5; cooling_months = 0; delay_days = 10.0; "
         "pick = 0.0; keep = 1.0; };");
    assert_int_equal(count(&t, EVENT_DISPUTE), 10); /* from March on */
    trial_release(&t);
    play(&t, 0,
         "disputes = { threshold = 0.5; cooling_months = 0; delay_days = 10.0; "
         "bias = 1000.0; transfer = 0.1; };");
    assert_int_equal(count(&t, EVENT_DISPUTE), 10); /* 26 of 80 are not half */
    trial_release(&t);
}

/* ---- by chance ---- */

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
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_splits),
        cmocka_unit_test(test_minimum_of_the_appellant),
        cmocka_unit_test(test_same_instant),
        cmocka_unit_test(test_lag),
        cmocka_unit_test(test_cooperation_ends),
        cmocka_unit_test(test_rivals),
        cmocka_unit_test(test_worst),
        cmocka_unit_test(test_patience),
        cmocka_unit_test(test_odds),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_neutral),
    };
    int n = cmocka_run_group_tests(tests, NULL, NULL);
    return n > 255 ? 255 : n;
}
