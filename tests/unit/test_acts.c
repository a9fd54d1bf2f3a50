/* What the council does by itself: whom it ends, whom it merges, when, and what becomes
 * of the GPUs, hours and people. */
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

/* 80 GPUs; a weighs 3 and b 1, both want 80 for ever: 60 and 20. */
static const char two_text[] =
    "start = '2025-01-01'; months = 12;"
    "pools = ( { name = 'p'; gpus = 80; node_gpus = 1; } );"
    "teams = ( { name = 'A'; people = 4; }, { name = 'B'; people = 2; } );"
    "projects = ("
    "  { name = 'a'; team = 'A'; topic = 't'; priority = 0.75; stages = ("
    "    { do = 'train'; gpu_hours = 1.0e9; max_gpus = 80; } ); },"
    "  { name = 'b'; team = 'B'; topic = 't'; priority = 0.25; stages = ("
    "    { do = 'train'; gpu_hours = 1.0e9; max_gpus = 80; } ); } );"
    "rule = { divide = 'weighted'; };"
    "%s";

static void play(struct trial *t, const char *more)
{
    trial_run(t, two_text, more);
}

/* The month in which something ended for the first time; -1: never. */
static int month_of(const struct trial *t, enum event_kind event, const char *subject)
{
    const struct event_row *row = trial_event(t, event, subject, 0);
    for (size_t m = 0; row && m < t->r.n_months; m++)
        if (row->at_s == t->s->calendar.month_at_s[m])
            return (int)m;
    assert_null(row); /* the council acts when it meets */
    return -1;
}

static int month_of_cut(const char *more)
{
    struct trial t;
    play(&t, more);
    int month = month_of(&t, EVENT_CANCEL, "b");
    assert_null(trial_event(&t, EVENT_CANCEL, "a", 0));
    trial_release(&t);
    return month;
}

/* ---- cull ---- */

/* At the third meeting, after January and February: 59 days of 20 GPUs are sunk, and that
 * meeting gives all 80 to a. */
static void test_cull(void **state)
{
    (void)state;
    struct trial t;
    play(&t, "council = { cull = { after_meetings = 3; }; };");
    assert_int_equal(month_of(&t, EVENT_CANCEL, "b"), 2);
    assert_string_equal(trial_event(&t, EVENT_CANCEL, "b", 0)->detail,
                        "28320 GPU-hours sunk: the council keeps a");
    assert_same(trial_outcome(&t, "gpu_hours_sunk", "all", "all", ""), 20 * 59 * 24.0);
    assert_same(trial_cell(&t, "projects.csv", "a", "granted_gpus", 1), 60);
    assert_same(trial_cell(&t, "projects.csv", "a", "granted_gpus", 2), 80);
    assert_same(trial_cell(&t, "projects.csv", "b", "granted_gpus", 2), 0);
    assert_same(trial_cell(&t, "pools.csv", "p", "idle_gpus", 2), 0);
    /* Nobody claims for it in the month in which it ends. */
    assert_null(trial_claim(&t, "b", "p", 2));
    assert_same(trial_claim(&t, "a", "p", 2)->granted_gpus, 80);
    trial_release(&t);
}

static void test_when_culled(void **state)
{
    (void)state;
#define CULL(more) "council = { cull = { after_meetings = 3; " more " }; };"
    static const struct {
        const char *name, *more;
        int month;
    } cases[] = {
        {"at once", "council = { cull = { after_meetings = 1; }; };", 0},
        {"meetings, not months",
         "council = { every_months = 2; cull = { after_meetings = 3; }; };", 4},
        {"in a row",
         CULL("") "happenings = ( { at = '2025-02-01'; do = 'pause'; "
                  "project = 'b'; }, { at = '2025-03-01'; do = 'start'; "
                  "project = 'b'; } );",
         4},
        {"from a date on",
         "council = { cull = { after_meetings = ( { value = 0; }, { from = '2025-06-01'; "
         "value = 2; } ); }; };",
         6},
        {"by a set",
         CULL("") "happenings = ( { at = '2025-02-01'; do = 'set'; path = "
                  "'council.cull.after_meetings'; value = 2; } );",
         1},
        {"overlaps enough",
         CULL("overlap = 0.8;") "topics = ( { name = 't'; overlap = "
                                "0.8; } );",
         2},
        {"overlaps too little", CULL("") "topics = ( { name = 't'; overlap = 0.4; } );",
         -1},
        {"is no longer wanted",
         CULL("") "happenings = ( { at = '2025-02-10'; do = "
                  "'set'; path = 'projects.a.priority'; value = "
                  "0.5; } );",
         2},
        {"of one team",
         CULL("") "happenings = ( { at = '2025-02-10'; do = 'move'; "
                  "project = 'b'; team = 'A'; } );",
         2},
        {"a lag", "council = { lag_days = 10.0; cull = { after_meetings = 2; }; };", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int month = month_of_cut(cases[i].more);
        if (month != cases[i].month)
            fail_msg("%s: in month %d, not %d", cases[i].name, month, cases[i].month);
    }
}

/* Equal scores: the later name ends, wherever it stands in the file. */
static void test_ties(void **state)
{
    (void)state;
    static const char text[] = "start = '2025-01-01'; months = 3;"
                               "pools = ( { name = 'p'; gpus = 80; node_gpus = 1; } );"
                               "teams = ( { name = 'A'; people = 1; } );"
                               "projects = ("
                               "  { name = '%s'; team = 'A'; topic = 't'; stages = ( { "
                               "do = 'train'; gpu_hours = "
                               "1.0e9; } ); }, "
                               "  { name = '%s'; team = 'A'; topic = 't'; stages = ( { "
                               "do = 'train'; gpu_hours = "
                               "1.0e9; } ); } );"
                               "council = { cull = { after_meetings = 2; }; };";
    struct trial t;
    for (int k = 0; k < 2; k++) {
        trial_run(&t, text, k ? "x" : "y", k ? "y" : "x");
        assert_int_equal(month_of(&t, EVENT_CANCEL, "y"), 1);
        assert_int_equal(month_of(&t, EVENT_CANCEL, "x"), -1);
        trial_release(&t);
    }
}

/* m does most of what h does, l most of what m does, but little of what h does: m ends
 * and l, which it alone had made superfluous, goes on. One that is in a build asks for
 * nothing and is not judged. */
static void test_chain(void **state)
{
    (void)state;
    struct trial t;
    trial_run(
        &t, "start = '2025-01-01'; months = 6;"
            "pools = ( { name = 'p'; gpus = 80; node_gpus = 1; } );"
            "teams = ( { name = 'A'; people = 1; } );"
            "topics = ( { name = 'u'; with = ( { topic = 't'; overlap = 0.7; }, { topic "
            "= 'v'; overlap = 0.7; } ); }, { name = 't'; with = ( { topic = 'v'; "
            "overlap = 0.2; } ); } );"
            "projects = ("
            "  { name = 'h'; team = 'A'; topic = 't'; priority = 0.9; stages = ( { do = "
            "'train'; gpu_hours = 1.0e9; } ); },"
            "  { name = 'l'; team = 'A'; topic = 'v'; priority = 0.2; stages = ( { do = "
            "'train'; gpu_hours = 1.0e9; } ); },"
            "  { name = 'm'; team = 'A'; topic = 'u'; priority = 0.5; stages = ( { do = "
            "'train'; gpu_hours = 1.0e9; } ); },"
            "  { name = 'n'; team = 'A'; topic = 't'; priority = 0.1; stages = ( { do = "
            "'build'; person_months = 999.0; } ); } );"
            "council = { cull = { after_meetings = 2; }; };");
    assert_int_equal(month_of(&t, EVENT_CANCEL, "m"), 1);
    assert_int_equal(month_of(&t, EVENT_CANCEL, "h"), -1);
    assert_int_equal(month_of(&t, EVENT_CANCEL, "l"), -1);
    assert_int_equal(month_of(&t, EVENT_CANCEL, "n"), -1);
    trial_release(&t);
}

/* ---- consolidate ---- */

/* B is below half of its need from January, appeals in March, and again in May. */
#define DISPUTES                                                                         \
    "disputes = { threshold = 0.5; patience_months = 2; cooling_months = 2; "            \
    "delay_days = 10.0; pick = 0.0; keep = 1.0; };"

static void test_consolidate(void **state)
{
    (void)state;
    struct trial t;
    play(&t, DISPUTES "council = { consolidate = { disputes = 2; handover_days = 10.0; "
                      "step = 0.25; }; };");
    assert_int_equal(month_of(&t, EVENT_MERGE, "B"), 5);
    assert_string_equal(trial_event(&t, EVENT_MERGE, "B", 0)->detail,
                        "into A: 2 people, after 2 disputes");
    assert_null(trial_event(&t, EVENT_MERGE, "B", 1));
    assert_same(trial_cell(&t, "teams.csv", "A", "headcount", 5), 6);
    assert_same(trial_cell(&t, "teams.csv", "B", "headcount", 5), 0);
    /* b goes on with what it would have, but for ten of June's thirty days. */
    assert_same(trial_cell(&t, "projects.csv", "b", "granted_gpus", 5), 20);
    assert_near(trial_cell(&t, "projects.csv", "b", "used_gpu_hours", 5), 20 * 20 * 24,
                1e-6);
    assert_near(trial_cell(&t, "projects.csv", "b", "used_gpu_hours", 6), 20 * 31 * 24,
                1e-6);
    assert_near(trial_cell(&t, "teams.csv", "A", "used_gpu_hours", 6), 80 * 31 * 24,
                1e-6);
    /* One team has nobody to dispute with. */
    assert_same(trial_outcome(&t, "disputes", "all", "all", ""), 2);
    trial_release(&t);
}

/* The step is felt by the two who come, a third of six; six months later half of it is
 * forgotten. */
static void test_step(void **state)
{
    (void)state;
    struct trial with, without;
    play(&with, DISPUTES "council = { consolidate = { disputes = 2; step = 0.25; }; };");
    play(&without, DISPUTES "council = { consolidate = { disputes = 2; }; };");
    for (size_t m = 5; m < 12; m++)
        assert_near(trial_cell(&with, "teams.csv", "A", "grievance", m) -
                        trial_cell(&without, "teams.csv", "A", "grievance", m),
                    0.25 * 2 / 6 * exp2(-(double)(m - 5) / 6), 1e-12);
    trial_release(&with);
    trial_release(&without);
}

static void test_when_merged(void **state)
{
    (void)state;
#define MERGE(more) "council = { consolidate = { " more " }; };"
    static const struct {
        const char *name, *more;
        int month;
    } cases[] = {
        {"the first", DISPUTES MERGE("disputes = 1;"), 3},
        {"the third", DISPUTES MERGE("disputes = 3;"), 7},
        {"long ago", DISPUTES MERGE("disputes = 2; within_months = 3;"), -1},
        {"recent", DISPUTES MERGE("disputes = 2; within_months = 4;"), 5},
        {"no overlap",
         DISPUTES MERGE("disputes = 1;") "topics = ( { name = 't'; overlap "
                                         "= 0.3; } );",
         -1},
        {"little is enough",
         DISPUTES MERGE("disputes = 1; overlap = 0.3;") "topics = ( { name = 't'; "
                                                        "overlap = 0.3; } );",
         3},
        {"they cooperate, and dispute again",
         "disputes = { threshold = 0.6; patience_months = 2; cooling_months = 2; pick = "
         "0.0; cooperate = 1.0; };" MERGE("disputes = 2;"),
         5},
        {"when they overlap again",
         DISPUTES MERGE(
             "disputes = 2;") "happenings = ( { at = '2025-05-15'; do = 'pause'; project "
                              "= 'a'; }, { at = "
                              "'2025-06-15'; do = 'start'; project = 'a'; } );",
         6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial t;
        play(&t, cases[i].more);
        int month = month_of(&t, EVENT_MERGE, "B");
        if (month != cases[i].month)
            fail_msg("%s: in month %d, not %d", cases[i].name, month, cases[i].month);
        trial_release(&t);
    }
}

/* A merger is followed by a cut: what was two teams' work is one's, done twice. */
static void test_both(void **state)
{
    (void)state;
    struct trial t;
    play(&t, DISPUTES "council = { consolidate = { disputes = 1; }; cull = { "
                      "after_meetings = 4; }; };");
    assert_int_equal(month_of(&t, EVENT_MERGE, "B"), 3);
    assert_int_equal(month_of(&t, EVENT_CANCEL, "b"), 3);
    assert_same(trial_cell(&t, "projects.csv", "a", "granted_gpus", 3), 80);
    assert_same(trial_cell(&t, "teams.csv", "A", "headcount", 3), 6);
    trial_release(&t);
}

/* ---- neither ---- */

static void test_neutral(void **state)
{
    (void)state;
    struct trial with, without;
    play(&with, DISPUTES
         "council = { cull = { after_meetings = 0; overlap = 0.1; }; consolidate = { "
         "disputes = 0; within_months = 99; overlap = 0.1; step = 1.0; handover_days = "
         "9.0; }; };");
    play(&without, DISPUTES);
    trial_assert_equal(&with, &without);
    trial_release(&with);
    trial_release(&without);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cull),        cmocka_unit_test(test_when_culled),
        cmocka_unit_test(test_ties),        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_consolidate), cmocka_unit_test(test_step),
        cmocka_unit_test(test_when_merged), cmocka_unit_test(test_both),
        cmocka_unit_test(test_neutral),
    };
    int n = cmocka_run_group_tests(tests, NULL, NULL);
    return n > 255 ? 255 : n;
}
