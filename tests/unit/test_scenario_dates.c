/* What changes in the course of a run: values by date, `set` and its paths, warnings. */
#include "support/scenarios.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400.0

struct expected {
    double at_days;
    enum setting_home home;
    int index, inner;
    const char *key; /* NULL: no setting */
    const char *path;
    double value;
};

static void assert_sets(const struct scenario *s, const struct expected *expected,
                        size_t n)
{
    assert_int_equal(s->n_happenings, n);
    for (size_t i = 0; i < n; i++) {
        const struct happening *h = &s->happenings[i];
        const struct expected *e = &expected[i];
        assert_int_equal(h->kind, HAPPENING_SET);
        assert_string_equal(h->target.path, e->path);
        if (h->at_s != e->at_days * DAY || h->value != e->value)
            fail_msg("%s: %g at %g days", e->path, h->value, h->at_s / DAY);
        assert_int_equal(h->target.home, e->home);
        assert_int_equal(h->target.index, e->index);
        assert_int_equal(h->target.inner, e->inner);
        if (e->key)
            assert_string_equal(h->target.setting->key, e->key);
        else
            assert_null(h->target.setting);
    }
}

static void load(struct loaded *l, const char *before, const char *after)
{
    char *text = joined(before, after);
    loaded_from(l, text, NULL);
    free(text);
    assert_string_equal(l->messages, "");
    assert_true(l->is_loaded);
}

static const char base_text[] =
    "start = \"2022-01-01\"; months = 12;"
    "pools = ( { name = \"a 1\"; gpus = 100; }, { name = \"b\"; gpus = 100; } );";

/* ---- values by date ---- */

static void test_values_by_date(void **state)
{
    (void)state;
    struct loaded l;
    load(&l, base_text,
         "organisation = ( { name = \"g\"; share = ( { from = \"2022-01-03\"; value = 2; "
         "} );"
         "  teams = ( { name = \"t.u\"; exploration = ( { pool = \"a 1\";"
         "    gpus = ( { value = 5; }, { from = \"2022-01-05\"; value = 6; } ); } ); } "
         "); } );"
         "projects = ( { name = \"p\"; team = \"t.u\"; stages = ( { do = \"wait\"; days "
         "= 1; } );"
         "  priority = ( { from = \"2021-06-01\"; value = 0.1; },"
         "               { from = \"2022-01-01\"; value = 0.2; },"
         "               { from = \"2022-01-02\"; value = 0.3; } );"
         "  target = ( { from = \"2022-01-04\"; value = \"2022-01-11\"; } ); } );"
         "council = { members = ( { name = \"m\"; weight = ( { value = 2; },"
         "    { from = \"2022-01-06\"; value = 3; } ); ratings = ("
         "      { team = \"t.u\"; rating = 0.5; },"
         "      { group = \"g\"; rating = ( { value = 0.6; },"
         "        { from = \"2022-01-07\"; value = 0.7; } ); } ); }, { name = \"n\"; } "
         "); };"
         "rule = { score = { weights = { priority = 1; need = ( { value = 2; },"
         "    { from = \"2022-01-08\"; value = 0; } ); };"
         "    age = { max_months = ( { from = \"2022-01-09\"; value = 3; } ); }; };"
         "  inertia = { step_frac = ( { from = \"2022-01-10\"; value = 0.5; } ); };"
         "  quota = { k = ( { value = 1; }, { from = \"2022-01-11\"; value = 0; } ); };"
         "  decay = { half_life_months = ( { value = 4; },"
         "                                 { from = \"2022-01-12\"; value = 5; } ); }; "
         "};");
    const struct expected expected[] = {
        {1, HOME_PROJECT, 0, -1, "priority", "projects.p.priority", 0.3},
        {2, HOME_GROUP, 1, -1, "share", "groups.g.share", 2},
        {3, HOME_PROJECT, 0, -1, "target", "projects.p.target", 10 * DAY},
        {4, HOME_EXPLORATION, 0, -1, "gpus", "teams.\"t.u\".exploration.\"a 1\".gpus", 6},
        {5, HOME_MEMBER, 0, -1, "weight", "council.members.m.weight", 3},
        {6, HOME_RATING, 0, 1, "rating", "council.members.m.ratings.g.rating", 0.7},
        {7, HOME_WEIGHT, factor_find("need"), -1, NULL, "rule.score.weights.need", 0},
        {8, HOME_FACTOR, factor_find("age"), -1, "max_months",
         "rule.score.age.max_months", 3},
        {9, HOME_RULE, -1, -1, "step_frac", "rule.inertia.step_frac", 0.5},
        {10, HOME_DIVISION, division_find("quota"), -1, "k", "rule.quota.k", 0},
        {11, HOME_LEDGER, ledger_find("decay"), -1, "half_life_months",
         "rule.decay.half_life_months", 5},
    };
    const struct scenario *s = &l.s;
    assert_sets(s, expected, sizeof expected / sizeof *expected);
    assert_true(s->projects[0].priority == 0.2);
    assert_true(s->projects[0].target_s != s->projects[0].target_s);
    assert_true(s->groups[1].share == 1);
    assert_true(s->explorations[0].gpus == 5);
    assert_true(s->council.members[0].weight == 2);
    assert_true(s->council.members[0].ratings[1].rating == 0.6);
    assert_true(s->rule.weights[factor_find("need")] == 2);
    assert_true(s->rule.step_frac == 1);
    loaded_release(&l);
}

static void test_bounds_by_date(void **state)
{
    (void)state;
    struct loaded l;
    load(&l, base_text,
         "teams = ( { name = \"t\"; ceiling_gpus = ( { from = \"2022-01-02\"; value = "
         "50; } );"
         "  floor_gpus = ( { pool = \"b\"; value = 7; }, { value = 3; },"
         "    { pool = \"b\"; from = \"2022-01-03\"; value = 8; },"
         "    { from = \"2022-01-03\"; value = 4; } ); } );");
    const struct expected expected[] = {
        {1, HOME_BOUNDS, 1, -1, "ceiling_gpus", "teams.t.ceiling_gpus", 50},
        /* For every pool first, so that the one for a pool stands. */
        {2, HOME_BOUNDS, 1, -1, "floor_gpus", "teams.t.floor_gpus", 4},
        {2, HOME_BOUNDS, 1, 1, "floor_gpus", "teams.t.floor_gpus.b", 8},
    };
    assert_sets(&l.s, expected, 3);
    assert_true(l.s.bounds[2].floor_gpus == 3);
    assert_true(l.s.bounds[3].floor_gpus == 7);
    loaded_release(&l);
}

/* ---- paths ---- */

static void test_paths(void **state)
{
    (void)state;
    static const char text[] =
        "organisation = ( { name = \"g\"; groups = ( { name = \"h\"; teams = ("
        "    { name = \"t\"; exploration = ( { pool = \"b\"; } ); } ); } ); } );"
        "teams = ( { name = \"u\"; exploration = ( { pool = \"b\"; }, { pool = \"a 1\"; "
        "} ); } );"
        "projects = ( { name = \"Llama 2\"; team = \"u\"; topic = \"llm\";"
        "    kind = \"k\"; stages = ( { do = \"wait\"; days = 1; } ); } );"
        "council = { members = ( { name = \"m\"; }, { name = \"n\";"
        "    ratings = ( { team = \"t\"; rating = 0; }, { topic = \"llm\"; rating = 1; },"
        "    { group = \"g\"; rating = 0; }, { kind = \"k\"; rating = 0; } "
        "); } ); };";
    static const struct {
        const char *path, *value;
        struct expected expected;
    } rows[] = {
        {"pools.\\\"a 1\\\".reserved_frac",
         "0.5",
         {0, HOME_POOL, 0, -1, "reserved_frac", "pools.\"a 1\".reserved_frac", 0.5}},
        {"teams.t.share", "3", {0, HOME_GROUP, 3, -1, "share", "teams.t.share", 3}},
        {"groups.h.share", "3", {0, HOME_GROUP, 2, -1, "share", "groups.h.share", 3}},
        {"organisation.g.share",
         "4",
         {0, HOME_GROUP, 1, -1, "share", "organisation.g.share", 4}},
        {"organisation.g.groups.h.teams.t.share",
         "5",
         {0, HOME_GROUP, 3, -1, "share", "organisation.g.groups.h.teams.t.share", 5}},
        {"groups.h.teams.t.exploration.gpus",
         "6",
         {0, HOME_EXPLORATION, 0, -1, "gpus", "groups.h.teams.t.exploration.gpus", 6}},
        {"teams.u.exploration.\\\"a 1\\\".priority",
         "0",
         {0, HOME_EXPLORATION, 2, -1, "priority", "teams.u.exploration.\"a 1\".priority",
          0}},
        {"teams.u.floor_gpus",
         "1",
         {0, HOME_BOUNDS, 4, -1, "floor_gpus", "teams.u.floor_gpus", 1}},
        {"groups.g.ceiling_gpus.b",
         "1",
         {0, HOME_BOUNDS, 1, 1, "ceiling_gpus", "groups.g.ceiling_gpus.b", 1}},
        {"projects.\\\"Llama 2\\\".target",
         "\"2022-02-01\"",
         {0, HOME_PROJECT, 0, -1, "target", "projects.\"Llama 2\".target", 31 * DAY}},
        {"council.members.n.weight",
         "1.5",
         {0, HOME_MEMBER, 1, -1, "weight", "council.members.n.weight", 1.5}},
        {"council.members.n.ratings.llm.rating",
         "0.5",
         {0, HOME_RATING, 1, 1, "rating", "council.members.n.ratings.llm.rating", 0.5}},
        {"council.members.n.ratings.g.rating",
         "0.25",
         {0, HOME_RATING, 1, 2, "rating", "council.members.n.ratings.g.rating", 0.25}},
        {"council.members.n.ratings.k.rating",
         "1",
         {0, HOME_RATING, 1, 3, "rating", "council.members.n.ratings.k.rating", 1}},
        {"rule.inertia.threshold_frac",
         "0.5",
         {0, HOME_RULE, -1, -1, "threshold_frac", "rule.inertia.threshold_frac", 0.5}},
        {"rule.score.weights.closeness",
         "-1",
         {0, HOME_WEIGHT, 1, -1, NULL, "rule.score.weights.closeness", -1}},
        {"rule.score.closeness.half_life_months",
         "3",
         {0, HOME_FACTOR, 1, -1, "half_life_months",
          "rule.score.closeness.half_life_months", 3}},
        {"rule.credits.alpha",
         "0.25",
         {0, HOME_DIVISION, 7, -1, "alpha", "rule.credits.alpha", 0.25}},
        {"rule.decay.half_life_months",
         "3",
         {0, HOME_LEDGER, 2, -1, "half_life_months", "rule.decay.half_life_months", 3}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char happening[300];
        snprintf(happening, sizeof happening,
                 "happenings = ( { at = \"2022-01-01\"; do = \"set\"; path = \"%s\"; "
                 "value = %s; } );",
                 rows[i].path, rows[i].value);
        char *all = joined(text, happening);
        struct loaded l;
        load(&l, base_text, all);
        assert_sets(&l.s, &rows[i].expected, 1);
        loaded_release(&l);
        free(all);
    }
}

/* ---- order and warnings ---- */

static void test_order_and_horizon(void **state)
{
    (void)state;
    struct loaded l;
    char *text =
        joined(small_scenario,
               "happenings = ("
               "  { at = \"2023-01-01\"; do = \"cancel\"; project = \"seg\"; },\n"
               "  { name = \"early\"; at = \"2021-12-31\"; do = \"pause\"; project = "
               "\"seg\"; },\n"
               "  { at = \"2022-12-31\"; do = \"start\"; project = \"seg\"; },\n"
               "  { at = \"2022-05-01\"; do = \"set\"; path = \"projects.seg.priority\"; "
               "value = 1; },\n"
               "  { at = \"2022-05-01\"; do = \"set\"; path = \"projects.seg.priority\"; "
               "value = 0; } );\n"
               "council = { members = ( { name = \"m\";"
               "  weight = ( { value = 1; }, { from = \"2030-01-01\"; value = 2; } ); } "
               "); };\n");
    loaded_from(&l, text, NULL);
    free(text);
    assert_true(l.is_loaded);
    assert_int_equal(l.s.n_happenings, 3);
    assert_true(l.s.happenings[0].value == 1);
    assert_true(l.s.happenings[1].value == 0);
    assert_int_equal(l.s.happenings[2].kind, HAPPENING_START);
    assert_int_equal(l.d.n_messages, 3);
    assert_string_equal(l.d.messages[0].message,
                        "happening 1: 2023-01-01 is after the end of the run, "
                        "2022-12-31: it will not happen");
    assert_string_equal(l.d.messages[1].message,
                        "happening 'early': 2021-12-31 is before the start of the run, "
                        "2022-01-01: it will not happen");
    assert_string_equal(l.d.messages[2].message,
                        "member 'm', value 2 of weight: 2030-01-01 is after the end of "
                        "the run, 2022-12-31: it will not happen");
    assert_int_equal(l.d.messages[2].at.line, 14);
    loaded_release(&l);
}

static void test_vain_settings(void **state)
{
    (void)state;
    static const char scenario[] =
        "start = \"2025-01-01\"; months = 6;\n"
        "pools = ( { name = \"p\"; gpus = 8; } ); teams = ( { name = \"A\"; } );\n"
        "projects = ( { name = \"P\"; team = \"A\";\n"
        "  stages = ( { do = \"build\"; person_months = 1.0; },\n"
        "             { do = \"train\"; gpu_hours = 9.0; } ); } );\n"
        "happenings = ( { at = \"2025-03-01\"; do = \"grant\"; project = \"P\"; gpus = "
        "4; },"
        " { at = \"2025-02-01\"; do = \"grant\"; project = \"P\"; gpus = 4; } );\n"
        "council = { every_months = 2; lag_days = %s; };\n";
    for (int with_lag = 0; with_lag < 2; with_lag++) {
        char text[900];
        struct loaded l;
        snprintf(text, sizeof text, scenario, with_lag ? "1.0" : "0.0");
        loaded_from(&l, text, NULL);
        assert_true(l.is_loaded);
        assert_int_equal(l.d.n_messages, with_lag ? 1 : 2);
        assert_string_equal(
            l.d.messages[0].message,
            "project 'P': team 'A' has no people, so its build never ends");
        if (!with_lag)
            assert_string_equal(l.d.messages[1].message,
                                "happening 1: the council's meeting of the same day "
                                "overrules the grant");
        loaded_release(&l);
    }
}

static const char set_priority[] = "happenings = ( { at = \"2022-05-01\"; do = \"set\"; "
                                   "path = \"projects.seg.priority\";"
                                   " value = 0.9; } );";

static void expect_masked(const char *ratings, bool is_masked)
{
    struct loaded l;
    char *text = joined(small_scenario, set_priority), council[600];
    snprintf(council, sizeof council, "council = { members = ( %s ); };", ratings);
    char *all = joined(text, council);
    loaded_from(&l, all, NULL);
    assert_true(l.is_loaded);
    assert_int_equal(l.d.n_messages, is_masked);
    if (is_masked)
        assert_non_null(strstr(l.messages, "'projects.seg.priority' changes nothing"));
    loaded_release(&l);
    free(all);
    free(text);
}

static void test_masked_priorities(void **state)
{
    (void)state;
    static const char *const subjects[] = {"project = \"seg\"", "team = \"vision\"",
                                           "group = \"lab\"", "topic = \"images\""};
    char members[600];
    for (size_t i = 0; i < 4; i++) {
        snprintf(members, sizeof members,
                 "{ name = \"a\"; ratings = ( { %s; rating = 0.5; } ); }", subjects[i]);
        expect_masked(members, true);
        strcat(members, ", { name = \"b\"; weight = 0; }");
        expect_masked(members, true);
        strcat(members, ", { name = \"c\"; }");
        expect_masked(members, false);
    }
    /* One who weighs nothing at the start may do so later. */
    expect_masked("{ name = \"a\"; ratings = ( { team = \"vision\"; rating = 1; } ); },"
                  "{ name = \"b\"; weight = ( { value = 0; },"
                  "  { from = \"2022-03-01\"; value = 1; } ); }",
                  false);
    struct loaded l;
    load(&l, small_scenario, set_priority);
    loaded_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_by_date), cmocka_unit_test(test_bounds_by_date),
        cmocka_unit_test(test_paths),          cmocka_unit_test(test_order_and_horizon),
        cmocka_unit_test(test_vain_settings),  cmocka_unit_test(test_masked_priorities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
