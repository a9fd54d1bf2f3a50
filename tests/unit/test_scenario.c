/* A scenario's settings arrive in its structs, in whatever order they are written. */
#include "support/scenarios.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400.0

static void load(struct loaded *l, const char *text)
{
    loaded_from(l, text, NULL);
    assert_string_equal(l->messages, "");
    assert_true(l->is_loaded);
}

/* Seconds from a start to a date. */
static double at(const char *start, const char *text)
{
    struct date from, to;
    assert_true(date_parse(start, &from) && date_parse(text, &to));
    return calendar_at_s(from, to);
}

static void assert_number(double a, double b)
{
    if (a != b && !(isnan(a) && isnan(b)))
        fail_msg("%.17g is not %.17g", a, b);
}

/* ---- defaults ---- */

static void test_defaults(void **state)
{
    (void)state;
    struct loaded l;
    load(&l,
         "start = \"2022-01-01\"; months = 2; pools = ( { name = \"p\"; gpus = 8; } );"
         "teams = ( { name = \"t\"; } );");
    const struct scenario *s = &l.s;
    assert_string_equal(s->name, "x");
    assert_null(s->question);
    assert_null(s->alternative);
    assert_int_equal(s->seed, 1);
    assert_int_equal(s->calendar.n_months, 2);
    assert_number(calendar_horizon_s(&s->calendar), 59 * DAY);
    const struct pool *p = &s->pools[0];
    assert_int_equal(p->node_gpus, 8);
    assert_true(isnan(p->peak_tflops));
    assert_number(p->reserved_frac, 0);
    assert_number(p->charge, 1);
    assert_int_equal(s->n_groups, 2);
    assert_string_equal(s->groups[0].name, "");
    assert_int_equal(s->groups[0].parent, -1);
    assert_int_equal(s->groups[0].team, -1);
    assert_int_equal(s->groups[0].first_child, 1);
    const struct group *g = &s->groups[1];
    assert_int_equal(g->parent, 0);
    assert_int_equal(g->team, 0);
    assert_int_equal(g->first_child, -1);
    assert_int_equal(g->next_sibling, -1);
    assert_number(g->share, 1);
    assert_int_equal(g->class, 0);
    assert_null(g->divide);
    assert_int_equal(g->division, -1);
    assert_number(s->bounds[1].floor_gpus, 0);
    assert_number(s->bounds[1].ceiling_gpus, INFINITY);
    assert_number(s->bounds[0].ceiling_gpus, INFINITY);
    assert_int_equal(s->teams[0].people, 0);
    assert_int_equal(s->teams[0].group, 1);
    assert_int_equal(s->n_projects + s->n_explorations + s->n_claimants, 0);
    assert_int_equal(s->council.every_months, 1);
    assert_number(s->council.lag_days, 0);
    assert_int_equal(s->council.n_members, 0);
    assert_string_equal(divisions[s->rule.division]->name, "weighted");
    assert_ptr_equal(s->rule.divide, &divide_weighted);
    assert_int_equal(s->rule.over, OVER_PROJECTS);
    assert_string_equal(ledgers[s->rule.ledger]->name, "none");
    assert_int_equal(s->rule.unit_gpus, -1);
    assert_number(s->rule.step_frac, 1);
    assert_number(s->rule.weights[factor_find("priority")], 1);
    assert_number(s->rule.weights[factor_find("closeness")], 0);
    assert_int_equal(s->n_happenings + s->n_marks + s->n_alternatives, 0);
    loaded_release(&l);
}

static void test_defaults_of_parts(void **state)
{
    (void)state;
    struct loaded l;
    load(&l, small_scenario);
    const struct project *p = &l.s.projects[0];
    assert_number(p->priority, 0.5);
    assert_number(p->start_s, 0);
    assert_true(isnan(p->target_s));
    assert_number(p->value, 1);
    assert_int_equal(p->after, -1);
    assert_null(p->kind);
    assert_int_equal(p->kind_id, -1);
    assert_int_equal(p->stages[0].pool, 0);
    assert_number(p->stages[0].min_gpus, 0);
    assert_true(isnan(p->stages[0].max_gpus));
    const struct exploration *e = &l.s.explorations[0];
    assert_int_equal(e->pool, 0);
    assert_number(e->gpus_per_person, 0);
    assert_number(e->log_sd, 0);
    assert_number(e->priority, 0.5);
    assert_string_equal(l.s.question, "Is it enough?");
    loaded_release(&l);
}

/* ---- every setting ---- */

static void test_top_and_pools(void **state)
{
    (void)state;
    struct loaded l;
    load(&l, "teams = ( { name = \"t\"; } ); marks = [ \"2023-01-31\", \"2022-06-14\" ];"
             "pools = ( { charge = 2; reserved_frac = 0.25; peak_tflops = 312.5;"
             "            node_gpus = 4; gpus = 0; name = \"b\";"
             "            deliveries = ( { at = \"2022-03-01\"; gpus = 100; },"
             "                           { gpus = 50; at = \"2022-02\"; } ); },"
             "          { name = \"a\"; gpus = 8; } );"
             "seed = 9223372036854775807L; months = 13; start = \"2022-01-15\";");
    const struct scenario *s = &l.s;
    assert_true(s->seed == INT64_MAX);
    assert_int_equal(s->calendar.start.day, 15);
    assert_int_equal(s->calendar.n_months, 13);
    assert_number(s->calendar.month_at_s[1], 17 * DAY);
    assert_int_equal(s->n_marks, 2);
    assert_string_equal(s->marks[0].date, "2022-06-14");
    assert_number(s->marks[0].at_s, at("2022-01-15", "2022-06-15"));
    assert_string_equal(s->marks[1].date, "2023-01-31");
    assert_number(s->marks[1].at_s, calendar_horizon_s(&s->calendar));
    assert_int_equal(s->n_pools, 2);
    const struct pool *p = &s->pools[0];
    assert_string_equal(p->name, "b");
    assert_int_equal(p->gpus, 0);
    assert_int_equal(p->node_gpus, 4);
    assert_number(p->peak_tflops, 312.5);
    assert_number(p->reserved_frac, 0.25);
    assert_number(p->charge, 2);
    assert_int_equal(s->n_happenings, 2);
    const struct happening *h = s->happenings;
    assert_int_equal(h[0].kind, HAPPENING_DELIVER);
    assert_int_equal(h[0].pool, 0);
    assert_number(h[0].gpus, 50);
    assert_number(h[0].at_s, 17 * DAY);
    assert_null(h[0].name);
    assert_number(h[1].gpus, 100);
    assert_int_equal(scenario_find_pool(s, "a"), 1);
    assert_int_equal(scenario_find_pool(s, "c"), -1);
    loaded_release(&l);
}

static const char organisation_text[] =
    "start = \"2022-01-01\"; months = 12;"
    "pools = ( { name = \"p\"; gpus = 8; }, { name = \"q\"; gpus = 8; } );"
    "rule = { over = \"tree\"; divide = \"max-min\"; };"
    "organisation = ("
    "  { name = \"west\"; share = 2; class = -3; divide = \"drf\"; floor_gpus = 3;"
    "    groups = ( { name = \"south\"; teams = ( { name = \"z\"; } ); } );"
    "    teams = ( { name = \"m\"; people = 7; share = 0.5; class = 4;"
    "                divide = \"ranked\"; ceiling_gpus = ( { value = 6; },"
    "                { pool = \"q\"; value = 5; } );"
    "                exploration = ( { pool = \"q\"; gpus = 1; gpus_per_person = 2;"
    "                                  log_sd = 0.3; priority = 0.9; },"
    "                                { pool = \"p\"; } ); } ); },"
    "  { name = \"east\"; teams = ( { name = \"a\"; } ); } );"
    "teams = ( { name = \"central\"; } );";

static void test_organisation(void **state)
{
    (void)state;
    static const char *const names[] = {"",  "west", "south", "z",
                                        "m", "east", "a",     "central"};
    static const int parents[] = {-1, 0, 1, 2, 1, 0, 5, 0};
    static const int first_children[] = {7, 4, 3, -1, -1, 6, -1, -1};
    static const int next_siblings[] = {-1, -1, -1, -1, 2, 1, -1, 5};
    static const int teams[] = {-1, -1, -1, 0, 1, -1, 2, 3};
    struct loaded l;
    load(&l, organisation_text);
    const struct scenario *s = &l.s;
    assert_int_equal(s->n_groups, 8);
    assert_int_equal(s->n_teams, 4);
    for (size_t g = 0; g < 8; g++) {
        assert_string_equal(s->groups[g].name, names[g]);
        assert_int_equal(s->groups[g].parent, parents[g]);
        assert_int_equal(s->groups[g].first_child, first_children[g]);
        assert_int_equal(s->groups[g].next_sibling, next_siblings[g]);
        assert_int_equal(s->groups[g].team, teams[g]);
        if (teams[g] >= 0) {
            assert_string_equal(s->teams[teams[g]].name, names[g]);
            assert_int_equal(s->teams[teams[g]].group, g);
        }
    }
    assert_number(s->groups[1].share, 2);
    assert_int_equal(s->groups[1].class, -3);
    assert_string_equal(s->groups[1].divide, "drf");
    assert_int_equal(s->groups[1].division, division_find("drf"));
    assert_number(s->bounds[1 * 2 + 0].floor_gpus, 3);
    assert_number(s->bounds[1 * 2 + 1].floor_gpus, 3);
    assert_int_equal(s->teams[1].people, 7);
    assert_number(s->groups[4].share, 0.5);
    assert_int_equal(s->groups[4].class, 4);
    assert_string_equal(s->groups[4].divide, "ranked");
    assert_number(s->bounds[4 * 2 + 0].ceiling_gpus, 6);
    assert_number(s->bounds[4 * 2 + 1].ceiling_gpus, 5);
    assert_int_equal(s->n_explorations, 2);
    const struct exploration *e = s->explorations;
    assert_int_equal(e[0].team, 1);
    assert_int_equal(e[0].pool, 1);
    assert_number(e[0].gpus, 1);
    assert_number(e[0].gpus_per_person, 2);
    assert_number(e[0].log_sd, 0.3);
    assert_number(e[0].priority, 0.9);
    assert_int_equal(e[1].pool, 0);
    assert_int_equal(scenario_find_group(s, "south"), 2);
    assert_int_equal(scenario_find_group(s, "m"), 4);
    assert_int_equal(scenario_find_group(s, ""), -1);
    assert_int_equal(scenario_find_team(s, "m"), 1);
    assert_int_equal(scenario_find_team(s, "south"), -1);
    loaded_release(&l);
}

static const char projects_text[] =
    "start = \"2022-01-01\"; months = 12;"
    "pools = ( { name = \"p\"; gpus = 800; peak_tflops = 312.0; },"
    "          { name = \"q\"; gpus = 80; } );"
    "teams = ( { name = \"t\"; exploration = ( { pool = \"p\"; } ); }, { name = \"u\"; "
    "people = 1; } "
    ");"
    "projects = ("
    "  { name = \"t\"; team = \"u\"; topic = \"llm\"; kind = \"product\"; priority = 0.9;"
    "    start = \"2022-02-01\"; target = \"2022-12-24\"; value = 3; after = \"b\";"
    "    stages = ( { do = \"build\"; person_months = 2.5; },"
    "               { do = \"train\"; pool = \"q\"; gpu_hours = 1000; min_gpus = 8;"
    "                 max_gpus = 64; },"
    "               { do = \"train\"; pool = \"p\"; params = 65.0e9; tokens = 1.4e12;"
    "                 mfu = 0.5; },"
    "               { do = \"train\"; pool = \"q\"; gpu_hours = 5.0; },"
    "               { do = \"wait\"; days = 14; } ); },"
    "  { name = \"b\"; team = \"t\"; topic = \"chat\"; kind = \"product\";"
    "    stages = ( { do = \"wait\"; days = 1; } ); },"
    "  { name = \"c\"; team = \"t\"; topic = \"llm\";"
    "    stages = ( { do = \"train\"; pool = \"p\"; gpu_hours = 1; } ); } );";

static void test_projects(void **state)
{
    (void)state;
    struct loaded l;
    load(&l, projects_text);
    const struct scenario *s = &l.s;
    const struct project *p = s->projects;
    assert_int_equal(s->n_projects, 3);
    assert_int_equal(p[0].team, 1);
    assert_string_equal(p[0].topic, "llm");
    assert_int_equal(p[0].topic_id, 0);
    assert_int_equal(p[1].topic_id, 1);
    assert_int_equal(p[2].topic_id, 0);
    assert_string_equal(s->topics[1], "chat");
    assert_int_equal(s->n_topics, 2);
    assert_int_equal(p[0].kind_id, 0);
    assert_int_equal(p[1].kind_id, 0);
    assert_int_equal(p[2].kind_id, -1);
    assert_int_equal(s->n_kinds, 1);
    assert_number(p[0].priority, 0.9);
    assert_number(p[0].start_s, 31 * DAY);
    assert_number(p[0].target_s, at("2022-01-01", "2022-12-24"));
    assert_number(p[0].value, 3);
    assert_int_equal(p[0].after, 1);
    const struct stage *stage = p[0].stages;
    assert_int_equal(p[0].n_stages, 5);
    assert_int_equal(stage[0].kind, STAGE_BUILD);
    assert_number(stage[0].person_months, 2.5);
    assert_int_equal(stage[1].kind, STAGE_TRAIN);
    assert_int_equal(stage[1].pool, 1);
    assert_number(stage[1].gpu_hours, 1000);
    assert_number(stage[1].min_gpus, 8);
    assert_number(stage[1].max_gpus, 64);
    /* MODEL section 3: 6 N D / (peak FLOP/s * MFU * 3600). */
    double hours = 6 * 65e9 * 1.4e12 / (312e12 * 0.5 * 3600);
    assert_true(fabs(stage[2].gpu_hours / hours - 1) < 1e-14);
    assert_int_equal(stage[4].kind, STAGE_WAIT);
    assert_number(stage[4].days, 14);
    assert_int_equal(scenario_find_project(s, "c"), 2);
    assert_int_equal(scenario_find_project(s, "x"), -1);

    /* By pool, name, projects before explorations. */
    static const struct claimant expected[] = {
        {0, 0, 2, -1, "c"}, {0, 1, 0, -1, "t"}, {0, 0, -1, 0, "t"}, {1, 1, 0, -1, "t"}};
    assert_int_equal(s->n_claimants, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(s->claimants[i].pool, expected[i].pool);
        assert_int_equal(s->claimants[i].team, expected[i].team);
        assert_int_equal(s->claimants[i].project, expected[i].project);
        assert_int_equal(s->claimants[i].exploration, expected[i].exploration);
        assert_string_equal(s->claimants[i].name, expected[i].name);
    }
    loaded_release(&l);
}

static void test_council(void **state)
{
    (void)state;
    struct loaded l;
    char *text =
        joined(projects_text,
               "organisation = ( { name = \"g\"; teams = ( { name = \"v\"; } ); } );"
               "council = { every_months = 3; lag_days = 83.5; members = ("
               "  { name = \"x\"; weight = 0; ratings = ("
               "      { project = \"c\"; rating = 0.1; },"
               "      { team = \"u\"; rating = 0.2; },"
               "      { group = \"g\"; rating = 0.3; },"
               "      { kind = \"product\"; rating = 0.4; },"
               "      { topic = \"chat\"; rating = 0.5; } ); },"
               "  { name = \"y\"; } ); };");
    load(&l, text);
    const struct council *c = &l.s.council;
    assert_int_equal(c->every_months, 3);
    assert_number(c->lag_days, 83.5);
    assert_int_equal(c->n_members, 2);
    assert_string_equal(c->members[0].name, "x");
    assert_number(c->members[0].weight, 0);
    assert_number(c->members[1].weight, 1);
    assert_int_equal(c->members[1].n_ratings, 0);
    assert_int_equal(c->members[0].n_ratings, 5);
    static const int ids[] = {2, 2, 1, 0, 1};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(c->members[0].ratings[i].by, i);
        assert_int_equal(c->members[0].ratings[i].id, ids[i]);
        assert_number(c->members[0].ratings[i].rating, (i + 1) / 10.0);
    }
    loaded_release(&l);
    free(text);
}

static double part(void *values, const struct settings *settings, const char *key)
{
    return setting_number(settings_find(settings, key), values);
}

static void test_rule(void **state)
{
    (void)state;
    struct loaded l;
    char *text =
        joined(small_scenario,
               "rule = { divide = \"quota\"; over = \"tree\"; ledger = \"none\"; beyond "
               "= \"none\";"
               "  unit_gpus = 0; round = \"jefferson\";"
               "  inertia = { threshold_frac = 0.1; step_frac = 0.2; };"
               "  score = { weights = { closeness = 0.4; need = -1; };"
               "            closeness = { half_life_months = 3.5; }; age = { }; };"
               "  quota = { k = 0.5; half_life_months = 4; };"
               "  weighted = { weight = \"score*request\"; }; equal = { }; none = { };"
               "  decay = { half_life_months = 5; }; };");
    load(&l, text);
    const struct rule *r = &l.s.rule;
    assert_string_equal(divisions[r->division]->name, "quota");
    assert_ptr_equal(r->divide, &divide_quota);
    assert_int_equal(r->over, OVER_TREE);
    assert_int_equal(r->beyond, BEYOND_NONE);
    assert_int_equal(r->unit_gpus, 0);
    assert_int_equal(r->round, UNITS_JEFFERSON);
    assert_number(r->threshold_frac, 0.1);
    assert_number(r->step_frac, 0.2);
    assert_number(r->weights[factor_find("priority")], 0);
    assert_number(r->weights[factor_find("closeness")], 0.4);
    assert_number(r->weights[factor_find("need")], -1);
    int quota = division_find("quota"), weighted = division_find("weighted");
    assert_number(part(r->division_settings[quota], &divide_quota.settings, "k"), 0.5);
    assert_number(
        part(r->division_settings[weighted], &divide_weighted.settings, "weight"), 1);
    int closeness = factor_find("closeness"), decay = ledger_find("decay");
    assert_number(part(r->factor_settings[closeness], &score_closeness.settings,
                       "half_life_months"),
                  3.5);
    assert_number(
        part(r->ledger_settings[decay], &ledger_decay.settings, "half_life_months"), 5);
    loaded_release(&l);
    free(text);
}

static void test_happenings(void **state)
{
    (void)state;
    struct loaded l;
    char *text = joined(
        projects_text,
        "happenings = ("
        "  { at = \"2022-06-01\"; do = \"retire\"; pool = \"q\"; gpus = 8; },"
        "  { at = \"2022-05-01\"; do = \"cancel\"; project = \"c\"; name = \"end\"; },"
        "  { at = \"2022-05-01\"; do = \"maintain\"; pool = \"p\"; gpus = 16; days = "
        "2.5; },"
        "  { at = \"2022-01-01\"; do = \"pause\"; project = \"b\"; },"
        "  { at = \"2022-12-31\"; do = \"start\"; project = \"b\"; },"
        "  { at = \"2022-07-01\"; do = \"deliver\"; pool = \"p\"; gpus = 3; },"
        "  { at = \"2022-08-02\"; do = \"grant\"; project = \"t\"; pool = \"q\"; gpus = "
        "0; },"
        "  { at = \"2022-09-02\"; do = \"grant\"; team = \"t\"; pool = \"p\"; gpus = "
        "1.5; } );");
    load(&l, text);
    static const enum happening_kind kinds[] = {
        HAPPENING_PAUSE,   HAPPENING_CANCEL, HAPPENING_MAINTAIN, HAPPENING_RETIRE,
        HAPPENING_DELIVER, HAPPENING_GRANT,  HAPPENING_GRANT,    HAPPENING_START};
    const struct happening *h = l.s.happenings;
    assert_int_equal(l.s.n_happenings, 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(h[i].kind, kinds[i]);
    assert_number(h[0].at_s, 0);
    assert_int_equal(h[0].project, 1);
    assert_int_equal(h[0].pool, -1);
    assert_string_equal(h[1].name, "end");
    assert_null(h[2].name);
    assert_int_equal(h[2].pool, 0);
    assert_number(h[2].gpus, 16);
    assert_number(h[2].days, 2.5);
    assert_int_equal(h[3].pool, 1);
    assert_int_equal(h[5].project, 0);
    assert_int_equal(h[5].team, -1);
    assert_number(h[5].gpus, 0);
    assert_int_equal(h[6].team, 0);
    assert_int_equal(h[6].project, -1);
    assert_number(h[6].gpus, 1.5);
    assert_number(h[7].at_s, 364 * DAY);
    loaded_release(&l);
    free(text);
}

/* DESIGN section 4, without what later mechanisms add. */
static void test_example(void **state)
{
    (void)state;
    struct loaded l;
    loaded_from(
        &l,
        "# Who gains if closeness to release counts for less?\n"
        "start = \"2022-01-01\";  months = 41;  seed = 1;  marks = ( \"2023-08-31\" );\n"
        "pools = ( { name = \"a100\"; gpus = 6080; node_gpus = 8; peak_tflops = 312.0;\n"
        "            reserved_frac = 0.5; } );\n"
        "organisation = ( { name = \"Paris\"; share = 1.0;\n"
        "                   teams = ( { name = \"LLaMA\"; people = 14; } ); } );\n"
        "projects = ( { name = \"LLaMA\"; team = \"LLaMA\"; topic = \"llm\";\n"
        "    priority = 0.6; start = \"2022-09-01\"; target = \"2023-02-24\"; value = "
        "1.0;\n"
        "    stages = ( { do = \"build\"; person_months = 20.0; },\n"
        "               { do = \"train\"; pool = \"a100\"; gpu_hours = 1770394.0;\n"
        "                 min_gpus = 256; max_gpus = 2048; },\n"
        "               { do = \"wait\"; days = 14.0; } ); } );\n"
        "council = { every_months = 1; lag_days = 0.0; members = ( { name = "
        "\"research\";\n"
        "    weight = 1.0; ratings = ( { topic = \"llm\"; rating = 0.7; } ); } ); };\n"
        "rule = { divide = \"weighted\"; over = \"projects\"; ledger = \"none\";\n"
        "    unit_gpus = 8; score = { weights = { priority = 0.6; closeness = 0.4; };\n"
        "    closeness = { half_life_months = 2.0; }; }; quota = { k = 0.5; }; };\n"
        "happenings = ( { at = \"2022-11-30\"; do = \"set\"; name = \"pivot\";\n"
        "    path = \"projects.LLaMA.priority\"; value = 0.9; } );\n"
        "alternatives = ( { name = \"max-min\"; rule = { divide = \"max-min\"; }; },\n"
        "    { name = \"no pivot\"; happenings = ( { name = \"pivot\";\n"
        "                                            enabled = false; } ); } );\n",
        NULL);
    assert_true(l.is_loaded);
    /* Its one member rates by topic, which masks the project's priority. */
    assert_int_equal(l.d.n_messages, 1);
    assert_non_null(strstr(l.messages, "warning: happening 'pivot': "
                                       "'projects.LLaMA.priority' changes nothing"));
    assert_int_equal(l.s.n_alternatives, 2);
    assert_string_equal(l.s.alternatives[1], "no pivot");
    loaded_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),      cmocka_unit_test(test_defaults_of_parts),
        cmocka_unit_test(test_top_and_pools), cmocka_unit_test(test_organisation),
        cmocka_unit_test(test_projects),      cmocka_unit_test(test_council),
        cmocka_unit_test(test_rule),          cmocka_unit_test(test_happenings),
        cmocka_unit_test(test_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
