/* What is printed reads back to the same scenario; alternatives and --set; all names. */
#include "support/scenarios.h"

#include "scenario/sections.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- two equal scenarios ---- */

static void assert_texts(const char *a, const char *b)
{
    if (!a || !b)
        assert_ptr_equal(a, b);
    else
        assert_string_equal(a, b);
}

static void assert_numbers(double a, double b)
{
    if (a != b && !(isnan(a) && isnan(b)))
        fail_msg("%.17g is not %.17g", a, b);
}

/* Compares a struct of values by its table. */
static void assert_values(const struct settings *settings, const void *a, const void *b)
{
    for (size_t i = 0; i < settings->n_items; i++) {
        const struct setting *s = &settings->items[i];
        if (s->type == SETTING_TEXT)
            assert_texts(*(const char *const *)((const char *)a + s->offset),
                         *(const char *const *)((const char *)b + s->offset));
        else
            assert_numbers(setting_number(s, a), setting_number(s, b));
    }
    if (!settings->list)
        return;
    const struct settings_list *list = settings->list;
    const struct setting_elements *x =
        (const void *)((const char *)a + settings->list->offset);
    const struct setting_elements *y =
        (const void *)((const char *)b + settings->list->offset);
    assert_int_equal(x->n_items, y->n_items);
    for (size_t i = 0; i < x->n_items; i++)
        assert_values(&list->element,
                      (const char *)x->items + i * settings->list->element.size,
                      (const char *)y->items + i * settings->list->element.size);
}

/* The settings of a table that lie within the first `size` bytes of its struct. */
static void assert_within(const struct settings *settings, size_t size, const void *a,
                          const void *b)
{
    for (size_t i = 0; i < settings->n_items; i++) {
        struct settings one = {"", &settings->items[i], 1, size};
        if (settings->items[i].offset < size)
            assert_values(&one, a, b);
    }
}

static void assert_equal_people(const struct scenario *a, const struct scenario *b)
{
    assert_values(&people_settings, &a->people, &b->people);
    assert_values(&hiring_settings, &a->people, &b->people);
    assert_int_equal(a->n_cohorts, b->n_cohorts);
    for (size_t i = 0; i < a->n_cohorts; i++)
        assert_string_equal(a->cohorts[i], b->cohorts[i]);
    assert_int_equal(a->n_persons, b->n_persons);
    for (size_t i = 0; i < a->n_persons; i++) {
        const struct person *p = &a->persons[i], *q = &b->persons[i];
        assert_string_equal(p->name, q->name);
        assert_true(p->team == q->team && p->also == q->also);
        assert_true(p->is_leader == q->is_leader && p->n_cohorts == q->n_cohorts);
        for (size_t k = 0; k < p->n_cohorts; k++)
            assert_int_equal(p->cohorts[k], q->cohorts[k]);
    }
}

static void assert_equal_organisations(const struct scenario *a, const struct scenario *b)
{
    assert_int_equal(a->n_pools, b->n_pools);
    for (size_t i = 0; i < a->n_pools; i++)
        assert_values(&pool_settings, &a->pools[i], &b->pools[i]);
    assert_int_equal(a->n_groups, b->n_groups);
    for (size_t g = 0; g < a->n_groups; g++) {
        assert_within(&group_settings, sizeof(struct group), &a->groups[g],
                      &b->groups[g]);
        assert_texts(a->groups[g].divide, b->groups[g].divide);
        assert_int_equal(a->groups[g].parent, b->groups[g].parent);
        assert_int_equal(a->groups[g].first_child, b->groups[g].first_child);
        assert_int_equal(a->groups[g].next_sibling, b->groups[g].next_sibling);
        assert_int_equal(a->groups[g].team, b->groups[g].team);
        for (size_t p = g * a->n_pools; p < (g + 1) * a->n_pools; p++) {
            assert_numbers(a->bounds[p].floor_gpus, b->bounds[p].floor_gpus);
            assert_numbers(a->bounds[p].ceiling_gpus, b->bounds[p].ceiling_gpus);
            assert_numbers(a->bounds[p].keep_gpus, b->bounds[p].keep_gpus);
            assert_numbers(a->bounds[p].fixed_gpus, b->bounds[p].fixed_gpus);
        }
    }
    assert_int_equal(a->n_teams, b->n_teams);
    for (size_t t = 0; t < a->n_teams; t++) {
        assert_int_equal(a->teams[t].people, b->teams[t].people);
        assert_int_equal(a->teams[t].group, b->teams[t].group);
        assert_values(&team_people_settings, &a->teams[t], &b->teams[t]);
    }
    assert_equal_people(a, b);
    assert_int_equal(a->n_explorations, b->n_explorations);
    for (size_t i = 0; i < a->n_explorations; i++) {
        assert_within(&exploration_settings, sizeof(struct exploration),
                      &a->explorations[i], &b->explorations[i]);
        assert_int_equal(a->explorations[i].pool, b->explorations[i].pool);
        assert_int_equal(a->explorations[i].team, b->explorations[i].team);
    }
}

static void assert_equal_projects(const struct scenario *a, const struct scenario *b)
{
    assert_int_equal(a->n_projects, b->n_projects);
    for (size_t i = 0; i < a->n_projects; i++) {
        const struct project *p = &a->projects[i], *q = &b->projects[i];
        assert_within(&project_settings, sizeof(struct project), p, q);
        assert_int_equal(p->team, q->team);
        assert_int_equal(p->after, q->after);
        assert_int_equal(p->topic_id, q->topic_id);
        assert_int_equal(p->kind_id, q->kind_id);
        assert_int_equal(p->n_stages, q->n_stages);
        for (size_t k = 0; k < p->n_stages; k++) {
            assert_int_equal(p->stages[k].kind, q->stages[k].kind);
            assert_int_equal(p->stages[k].pool, q->stages[k].pool);
            assert_within(&stage_kind_settings[p->stages[k].kind], sizeof(struct stage),
                          &p->stages[k], &q->stages[k]);
        }
    }
    assert_int_equal(a->n_claimants, b->n_claimants);
    for (size_t i = 0; i < a->n_claimants; i++)
        assert_string_equal(a->claimants[i].name, b->claimants[i].name);
}

static void assert_equal_rules(const struct scenario *a, const struct scenario *b)
{
    assert_values(&council_settings, &a->council, &b->council);
    assert_values(&cull_settings, &a->council, &b->council);
    assert_values(&consolidate_settings, &a->council, &b->council);
    assert_int_equal(a->council.n_members, b->council.n_members);
    for (size_t m = 0; m < a->council.n_members; m++) {
        const struct member *x = &a->council.members[m], *y = &b->council.members[m];
        assert_values(&member_settings, x, y);
        assert_int_equal(x->n_ratings, y->n_ratings);
        for (size_t i = 0; i < x->n_ratings; i++) {
            assert_int_equal(x->ratings[i].by, y->ratings[i].by);
            assert_int_equal(x->ratings[i].id, y->ratings[i].id);
            assert_numbers(x->ratings[i].rating, y->ratings[i].rating);
        }
    }
    assert_values(&rule_settings, &a->rule, &b->rule);
    assert_values(&rule_inertia_settings, &a->rule, &b->rule);
    assert_values(score_weight_settings(), &a->rule, &b->rule);
    for (size_t i = 0; i < n_divisions; i++)
        assert_values(&divisions[i]->settings, a->rule.division_settings[i],
                      b->rule.division_settings[i]);
    for (size_t i = 0; i < n_factors; i++)
        assert_values(&factors[i]->settings, a->rule.factor_settings[i],
                      b->rule.factor_settings[i]);
    for (size_t i = 0; i < n_ledgers; i++)
        assert_values(&ledgers[i]->settings, a->rule.ledger_settings[i],
                      b->rule.ledger_settings[i]);
}

static void assert_equal_happenings(const struct scenario *a, const struct scenario *b)
{
    assert_int_equal(a->n_happenings, b->n_happenings);
    for (size_t i = 0; i < a->n_happenings; i++) {
        const struct happening *h = &a->happenings[i], *k = &b->happenings[i];
        assert_int_equal(h->kind, k->kind);
        assert_texts(h->name, k->name);
        assert_numbers(h->at_s, k->at_s);
        assert_int_equal(h->pool, k->pool);
        assert_int_equal(h->project, k->project);
        assert_int_equal(h->team, k->team);
        assert_numbers(h->gpus, k->gpus);
        assert_numbers(h->days, k->days);
        assert_numbers(h->value, k->value);
        assert_texts(h->target.path, k->target.path);
        assert_ptr_equal(h->target.setting, k->target.setting);
        assert_int_equal(h->target.index, k->target.index);
        assert_int_equal(h->target.inner, k->target.inner);
    }
}

static void assert_equal_scenarios(const struct scenario *a, const struct scenario *b)
{
    assert_texts(a->question, b->question);
    assert_true(a->seed == b->seed);
    assert_int_equal(date_to_days(a->calendar.start), date_to_days(b->calendar.start));
    assert_int_equal(a->calendar.n_months, b->calendar.n_months);
    assert_int_equal(a->n_marks, b->n_marks);
    for (size_t i = 0; i < a->n_marks; i++)
        assert_numbers(a->marks[i].at_s, b->marks[i].at_s);
    assert_equal_organisations(a, b);
    assert_equal_projects(a, b);
    assert_equal_rules(a, b);
    assert_equal_happenings(a, b);
    assert_int_equal(a->n_alternatives, b->n_alternatives);
    for (size_t i = 0; i < a->n_alternatives; i++)
        assert_string_equal(a->alternatives[i], b->alternatives[i]);
}

/* ---- printing ---- */

static char *printed(const struct scenario *s)
{
    struct text text;
    text_init(&text);
    scenario_print(s, &text);
    char *copy = joined(text.bytes, "");
    text_release(&text);
    return copy;
}

/* Prints, loads that and prints again. */
static void assert_round_trip(const struct scenario *s)
{
    struct loaded again;
    char *first = printed(s);
    loaded_from(&again, first, NULL);
    assert_string_equal(again.messages, "");
    char *second = printed(&again.s);
    assert_string_equal(first, second);
    assert_equal_scenarios(s, &again.s);
    loaded_release(&again);
    free(first);
    free(second);
}

static const char large_text[] =
    "# Does 1 + 1 \"make\" 3?\n"
    "alternatives = ( { months = 7; name = \"short\"; },\n"
    "  { name = \"even\"; rule = { divide = \"equal\"; }; } );\n"
    "happenings = ( { value = 1; path = \"projects.a.priority\"; do = \"set\"; at = "
    "\"2022-02\"; },\n"
    "  { do = \"retire\"; at = \"2022-03-01\"; gpus = 8; pool = \"q\"; name = \"x\"; } "
    ");\n"
    "rule = { inertia = { step_frac = 0.5; }; over = \"tree\"; divide = \"quota\"; quota "
    "= { k = 1; };\n"
    "  forfeit = { schedule = ( { of = \"initial\"; lose_frac = 1; below_frac = 0.5; day "
    "= "
    "9; month = 2; },\n"
    "    { month = 12; below_frac = 0.1; lose_frac = 0.2; } ); first_month = 3; }; };\n"
    "people = { named = ( { leader = true; name = \"z\"; team = \"t\"; }, { cohorts = ( "
    "\"w\", \"t\" ); team = \"u\"; also = \"t\"; name = \"a\"; } ); hiring = { "
    "ramp_months = 1; };\n"
    "  crunch = ( { from = \"2022-03\"; value = 0.5; } ); contagion_months = 3; };\n"
    "council = { members = ( { ratings = ( { rating = 1; kind = \"k\"; } ); name = "
    "\"m\"; },\n"
    "  { name = \"n\"; weight = ( { from = \"2022-04-01\"; value = 3; } ); } ); lag_days "
    "= 3; consolidate = { step = 0.5; within_months = 3; }; cull = { overlap = 0.25; };\n"
    "  };\n"
    "projects = ( { stages = ( { tokens = 1e12; mfu = 0.5; params = 1e9; pool = \"p\"; "
    "do = \"train\"; },\n"
    "    { max_gpus = 8; gpu_hours = 7; do = \"train\"; pool = \"q\"; } ); team = \"t\"; "
    "name = \"a\";\n"
    "    kind = \"k\"; target = ( { from = \"2022-02-01\"; value = \"2023-01-01\"; } ); "
    "},\n"
    "  { name = \"b\"; team = \"u\"; after = \"a\"; start = \"2022-06\"; stages = ( { do "
    "= \"wait\"; days = 1; } ); } );\n"
    "teams = ( { exploration = ( { gpus = 5; pool = \"q\"; } ); people = 3; name = "
    "\"t\"; } );\n"
    "organisation = ( { teams = ( { name = \"u\"; people = 1; voice = 1; fixed_gpus = 4; "
    "ceiling_gpus = ( { "
    "value = 6; pool = "
    "\"q\"; },\n"
    "    { from = \"2022-05-01\"; value = 5; } ); } ); divide = \"drf\"; name = \"g\"; } "
    ");\n"
    "pools = ( { name = \"p\"; gpus = 100; peak_tflops = 312; deliveries = ( { gpus = 5; "
    "at = \"2022-05-01\"; } ); },\n"
    "  { gpus = 100; name = \"q\"; } );\n"
    "marks = ( \"2022-06-30\", \"2022-03-31\" ); months = 12; start = \"2022-01\"; seed "
    "= 5000000000L;\n";

static void test_round_trip(void **state)
{
    (void)state;
    struct loaded l;
    loaded_from(&l, large_text, NULL);
    assert_string_equal(l.messages, "");
    assert_round_trip(&l.s);
    loaded_release(&l);
    loaded_from(&l, small_scenario, NULL);
    assert_round_trip(&l.s);
    loaded_release(&l);
    /* Of an alternative that is chosen, no alternatives are left. */
    loaded_with(&l, large_text, "even", (const char *const[]){"seed=7"}, 1);
    assert_string_equal(l.messages, "");
    assert_string_equal(l.s.alternative, "even");
    assert_int_equal(l.s.n_alternatives, 0);
    assert_round_trip(&l.s);
    loaded_release(&l);
}

static void test_printed_text(void **state)
{
    (void)state;
    struct loaded l;
    loaded_from(&l,
                "# Why?\nteams = ( { name = \"t\"; } ); months = 3;\n"
                "pools = ( { gpus = 8; name = \"p\"; } ); start = \"2022-01\";\n"
                "projects = ( { team = \"t\"; name = \"x\"; priority = ("
                "{ value = 1; from = \"2022-02\"; } ); stages = ( { days = 1; do = "
                "\"wait\"; } ); } );",
                NULL);
    assert_string_equal(l.messages, "");
    char *text = printed(&l.s);
    const char *rule = strstr(text, "disputes = {");
    assert_non_null(rule);
    text[rule - text] = '\0';
    assert_string_equal(
        text,
        "# Why?\n"
        "start = \"2022-01-01\";\n"
        "months = 3;\n"
        "seed = 1;\n"
        "pools = (\n"
        "    {\n"
        "        name = \"p\";\n"
        "        gpus = 8;\n"
        "        node_gpus = 8;\n"
        "        reserved_frac = 0.0;\n"
        "        charge = 1.0;\n"
        "        failures_per_node_day = 0.0;\n"
        "        checkpoint_minutes = 0.0;\n"
        "        restart_minutes = 0.0;\n"
        "        repair_hours = 0.0;\n"
        "        pue = 1.0;\n"
        "    }\n"
        ");\n"
        "teams = (\n"
        "    {\n"
        "        name = \"t\";\n"
        "        people = 0;\n        share = 1.0;\n"
        "        class = 0;\n        floor_gpus = 0.0;\n"
        "        market = 0.0;\n"
        "        site_crunch = 0.0;\n        voice = 0.0;\n"
        "        min_people = 0;\n"
        "        requests = { strategy = \"honest\"; padding = 0.0; reaction = 0.5; "
        "relief = 0.5; };\n"
        "    }\n"
        ");\n"
        "people = {\n    turnover_per_year = 0.0;\n    grievance = 0.0;\n"
        "    grievance_half_life_months = 6.0;\n    reference = \"own\";\n"
        "    crunch = 0.0;\n    market = 0.0;\n    leader_pulse = 0.0;\n"
        "    leader_pulse_after = 0.0;\n    layoff = 0.0;\n    cancelled = 0.0;\n"
        "    memory_days = 183.0;\n    lock_in = 0.0;\n"
        "    closeness_half_life_months = 2.0;\n    contagion = 0.0;\n"
        "    contagion_months = 4.0;\n    contagion_most = 5;\n"
        "    productivity_loss = 0.0;\n"
        "    hiring = { delay_months = 0.0; delay_log_sd = 0.0; ramp_months = 0.0; };\n"
        "};\n"
        "projects = (\n"
        "    {\n"
        "        name = \"x\";\n"
        "        team = \"t\";\n"
        "        priority = (\n"
        "            { value = 0.5; },\n"
        "            { from = \"2022-02-01\"; value = 1.0; }\n"
        "        );\n"
        "        value = 1.0;\n"
        "        stages = (\n"
        "            { do = \"wait\"; days = 1.0; }\n"
        "        );\n"
        "    }\n"
        ");\n"
        "council = {\n    every_months = 1;\n    every_days = 0;\n    lag_days = 0.0;\n"
        "    cull = { after_meetings = 0; overlap = 0.5; };\n"
        "    consolidate = {\n        disputes = 0;\n        within_months = 12;\n"
        "        overlap = 0.5;\n        handover_days = 0.0;\n        step = 0.0;\n"
        "    };\n"
        "};\n");
    free(text);
    loaded_release(&l);
}

/* ---- names ---- */

static const char *const odd_names[] = {"a \"quoted\" name",
                                        "two\nlines",
                                        "a, b",
                                        "`date`",
                                        "$(reboot)",
                                        "{/Bold x}",
                                        "</script>",
                                        "R&D",
                                        "研究開発",
                                        "a.b=c:d",
                                        "\\",
                                        "1",
                                        "a\tb",
                                        "'; DROP TABLE runs; --"};
enum { N_ODD = sizeof odd_names / sizeof *odd_names };

/* As it is written between quotes. */
static void append_escaped(struct text *out, const char *name)
{
    for (; *name; name++) {
        if (*name == '\n')
            text_append(out, "\\n");
        else if (*name == '\t')
            text_append(out, "\\t");
        else
            text_printf(out, "%s%c", strchr("\"\\", *name) ? "\\" : "", *name);
    }
}

/* `before`, the name and `after`, for each of the names. */
static void append_all(struct text *out, const char *list, const char *before,
                       const char *after)
{
    text_printf(out, "%s = ( ", list);
    for (size_t i = 0; i < N_ODD; i++) {
        text_printf(out, "%s{ %s = \"", i > 0 ? ",\n" : "", before);
        append_escaped(out, odd_names[i]);
        text_printf(out, "\"; %s }", after);
    }
    text_append(out, " );\n");
}

static void test_names(void **state)
{
    (void)state;
    struct text text;
    text_init(&text);
    text_append(&text, "start = \"2022-01-01\"; months = 12;\n");
    append_all(&text, "pools", "name",
               "gpus = 5; reserved_frac = ( { from = \"2022-02-01\"; value = 0.5; } );");
    append_all(&text, "teams", "name",
               "share = ( { from = \"2022-02-01\"; value = 2; } ); exploration = ( {"
               " pool = \"R&D\"; gpus = ( { from = \"2022-02-01\"; value = 2; } ); } );");
    append_all(&text, "projects", "name",
               "team = \"\\\\\"; topic = \"two\\nlines\"; kind = \"`date`\"; priority = ("
               " { from = \"2022-02-01\"; value = 1; } );"
               " stages = ( { do = \"wait\"; days = 1; } );");
    text_append(&text, "council = { members = ( { name = \"0\"; ");
    append_all(&text, "ratings", "project", "rating = 0.5;");
    text_append(&text, " }, { name = \"x\"; } ); };\n");
    append_all(&text, "alternatives", "name", "months = 11;");
    struct loaded l;
    loaded_from(&l, text.bytes, NULL);
    assert_string_equal(l.messages, "");
    assert_true(l.is_loaded);
    for (size_t i = 0; i < N_ODD; i++) {
        assert_string_equal(l.s.pools[i].name, odd_names[i]);
        assert_int_equal(scenario_find_team(&l.s, odd_names[i]), i);
        assert_int_equal(l.s.projects[i].team, 10);
        assert_string_equal(l.s.alternatives[i], odd_names[i]);
    }
    assert_round_trip(&l.s);

    /* Each path is one that a `set` may name. */
    for (size_t i = 0; i < l.s.n_happenings; i++) {
        struct loaded again;
        struct text more;
        text_init(&more);
        text_printf(&more,
                    "%shappenings = ( { at = \"2022-03-01\"; do = \"set\"; path = \"",
                    text.bytes);
        append_escaped(&more, l.s.happenings[i].target.path);
        text_append(&more, "\"; value = 0.75; } );");
        loaded_from(&again, more.bytes, NULL);
        assert_string_equal(again.messages, "");
        const struct happening *last = &again.s.happenings[l.s.n_happenings];
        assert_int_equal(last->target.home, l.s.happenings[i].target.home);
        assert_int_equal(last->target.index, l.s.happenings[i].target.index);
        assert_ptr_equal(last->target.setting, l.s.happenings[i].target.setting);
        loaded_release(&again);
        text_release(&more);
    }
    loaded_release(&l);
    text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_printed_text),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
