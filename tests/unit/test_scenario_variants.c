/* Alternatives, --set, included parts; and whether the tables of settings make sense. */
#include "support/scenarios.h"

#include "scenario/reader.h"
#include "scenario/sections.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void load_variant(struct loaded *l, const char *more, const char *alternative,
                         const char *set)
{
    char *text = joined(small_scenario, more);
    loaded_with(l, text, alternative, &set, set ? 1 : 0);
    assert_string_equal(l->messages, "");
    assert_true(l->is_loaded);
    free(text);
}

/* ---- alternatives ---- */

static const char alternatives_text[] =
    "happenings = ( { name = \"stop\"; at = \"2022-05-01\"; do = \"cancel\"; project = "
    "\"seg\"; } );"
    "alternatives = ("
    "  { name = \"go on\"; happenings = ( { name = \"stop\"; enabled = false; } ); },"
    "  { name = \"close\"; rule = { score = { weights = { closeness = 2; }; }; }; },"
    "  { name = \"explore\"; teams = ( { name = \"vision\"; exploration = ( { pool = "
    "\"a100\";"
    "      priority = ( { value = 0.1; }, { from = \"2022-07-01\"; value = 1; } ); } ); "
    "} ); },"
    "  { name = \"more\"; teams = ( { name = \"vision\"; exploration = ( { gpus = 99; } "
    "); } );"
    "    projects = ( { name = \"chat\"; team = \"vision\"; stages = ( { do = \"train\";"
    "                   gpu_hours = 5; } ); } ); } );";

static void test_alternatives(void **state)
{
    (void)state;
    struct loaded l;
    load_variant(&l, alternatives_text, NULL, NULL);
    assert_int_equal(l.s.n_alternatives, 4);
    assert_int_equal(l.s.n_happenings, 1);
    assert_true(l.s.rule.weights[factor_find("closeness")] == 0);
    loaded_release(&l);

    load_variant(&l, alternatives_text, "go on", NULL);
    assert_string_equal(l.s.alternative, "go on");
    assert_int_equal(l.s.n_happenings, 0);
    loaded_release(&l);

    /* The weight that is left out, priority's, is that of the scenario. */
    load_variant(&l, alternatives_text, "close", NULL);
    assert_true(l.s.rule.weights[factor_find("closeness")] == 2);
    assert_true(l.s.rule.weights[factor_find("priority")] == 1);
    loaded_release(&l);

    /* Explorations meet, whether or not they name the only pool. */
    load_variant(&l, alternatives_text, "explore", NULL);
    assert_int_equal(l.s.n_explorations, 1);
    assert_true(l.s.explorations[0].gpus == 10);
    assert_true(l.s.explorations[0].priority == 0.1);
    assert_int_equal(l.s.n_happenings, 2);
    assert_int_equal(l.s.happenings[1].target.home, HOME_EXPLORATION);
    loaded_release(&l);

    load_variant(&l, alternatives_text, "more", NULL);
    assert_int_equal(l.s.n_explorations, 1);
    assert_true(l.s.explorations[0].gpus == 99);
    assert_int_equal(l.s.n_projects, 2);
    assert_int_equal(l.s.n_claimants, 3);
    loaded_release(&l);
}

/* ---- sets ---- */

static void test_sets(void **state)
{
    (void)state;
    struct loaded l;
    load_variant(&l, "", NULL, "pools.a100.gpus=8000");
    assert_int_equal(l.s.pools[0].gpus, 8000);
    loaded_release(&l);
    load_variant(&l, "", NULL, "teams.vision.people=7");
    assert_int_equal(l.s.teams[0].people, 7);
    loaded_release(&l);
    load_variant(&l, "", NULL, "teams.vision.exploration.a100.gpus=7");
    assert_true(l.s.explorations[0].gpus == 7);
    loaded_release(&l);
    load_variant(&l, "", NULL, "rule.divide=max-min");
    assert_ptr_equal(l.s.rule.divide, &divide_max_min);
    loaded_release(&l);
    load_variant(&l, "", NULL, "rule.score.weights.need=1");
    assert_true(l.s.rule.weights[factor_find("need")] == 1);
    assert_true(l.s.rule.weights[factor_find("priority")] == 1);
    loaded_release(&l);
    load_variant(&l, "", NULL, "projects.seg.stages.0.min_gpus=64");
    assert_true(l.s.projects[0].stages[0].min_gpus == 64);
    loaded_release(&l);
    /* After the alternative, which it may overrule. */
    load_variant(&l, alternatives_text, "close", "rule.score.weights.closeness=3");
    assert_true(l.s.rule.weights[factor_find("closeness")] == 3);
    loaded_release(&l);
    load_variant(&l, "", NULL, "start=2022-03");
    assert_int_equal(l.s.calendar.start.month, 3);
    loaded_release(&l);
}

/* Teams may stand at the top, without a group. */
static void test_teams_at_the_top(void **state)
{
    (void)state;
    static const char text[] =
        "start = \"2022-01-01\"; months = 12; pools = ( { name = \"p\"; gpus = 8; } );"
        "teams = ( { name = \"t\"; } );"
        "alternatives = ( { name = \"x\"; teams = ( { name = \"t\"; people = 9; } ); } "
        ");";
    static const char *const set = "teams.t.people=5";
    struct loaded l;
    loaded_with(&l, text, NULL, &set, 1);
    assert_string_equal(l.messages, "");
    assert_int_equal(l.s.teams[0].people, 5);
    loaded_release(&l);
    loaded_with(&l, text, "x", NULL, 0);
    assert_string_equal(l.messages, "");
    assert_int_equal(l.s.teams[0].people, 9);
    loaded_release(&l);
}

/* ---- included parts ---- */

static void write_file(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

static void test_presets(void **state)
{
    (void)state;
    char folder[] = "/tmp/allot-presets-XXXXXX", preset[80], path[80];
    assert_non_null(mkdtemp(folder));
    snprintf(preset, sizeof preset, "%s/even.cfg", folder);
    snprintf(path, sizeof path, "%s/main.cfg", folder);
    write_file(preset, "divide = \"max-min\"; over = \"tree\"; quota = { kk = 1; };\n");
    char *text = joined(small_scenario, "rule = { @include \"even.cfg\" };");
    write_file(path, text);
    struct scenario s;
    struct diag d;
    diag_init(&d);
    struct scenario_options options = {.data_dir = folder};
    assert_int_equal(scenario_load(&s, path, &options, &d), -1);
    assert_int_equal(d.n_messages, 1);
    assert_string_equal(d.messages[0].at.file, preset);
    assert_string_equal(d.messages[0].message, "rule.quota: unknown key 'kk'");
    diag_clear(&d);
    write_file(preset, "divide = \"max-min\"; over = \"tree\";\n");
    assert_int_equal(scenario_load(&s, path, &options, &d), 0);
    assert_int_equal(d.n_messages, 0);
    assert_int_equal(s.rule.over, OVER_TREE);
    assert_int_equal(s.sources.n_sources, 2);
    assert_string_equal(s.path, path);
    assert_string_equal(s.name, "main");
    scenario_release(&s);
    diag_release(&d);
    unlink(preset);
    unlink(path);
    rmdir(folder);
    free(text);
}

/* Messages come in the order of the files and say in which a twin stands. */
static void test_messages_of_two_files(void **state)
{
    (void)state;
    char folder[] = "/tmp/allot-files-XXXXXX", part[80], path[80], expected[1000];
    assert_non_null(mkdtemp(folder));
    snprintf(part, sizeof part, "%s/part.cfg", folder);
    snprintf(path, sizeof path, "%s/main.cfg", folder);
    write_file(part, "{ name = \"t\"; },\n{ name = \"t\"; people = -1; }");
    write_file(path, "start = \"2022-01-01\"; months = 0;\n"
                     "teams = ( { name = \"t\"; }, @include \"part.cfg\"\n);\n"
                     "pools = ( );\n");
    struct scenario s;
    struct diag d;
    diag_init(&d);
    assert_int_equal(scenario_load(&s, path, NULL, &d), -1);
    char *messages = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&messages, &length);
    for (size_t i = 0; i < d.n_messages; i++)
        fprintf(stream, "%s:%d %s (%s)\n", d.messages[i].at.file + strlen(folder),
                d.messages[i].at.line, d.messages[i].message,
                d.messages[i].hint ? d.messages[i].hint : "");
    fclose(stream);
    snprintf(expected, sizeof expected,
             "/main.cfg:1 months is 0, must be 1 to 1200 ()\n"
             "/main.cfg:4 pools is an empty list "
             "(pools = ( { name = \"a100\"; gpus = 1000; } );)\n"
             "/part.cfg:1 group or team 't' is there twice (the other is at %s:2)\n"
             "/part.cfg:2 group or team 't' is there twice (the other is at %s:2)\n"
             "/part.cfg:2 team 't': people is -1, must be 0 to 1000000 ()\n",
             path, path);
    assert_string_equal(messages, expected);
    free(messages);
    diag_release(&d);
    unlink(part);
    unlink(path);
    rmdir(folder);
}

static void test_warnings_of_alternatives(void **state)
{
    (void)state;
    struct loaded l;
    char *text = joined(
        small_scenario,
        "happenings = ( { at = \"2022-08-01\"; do = \"cancel\"; project = \"seg\"; },\n"
        "  { at = \"2023-08-01\"; do = \"start\"; project = \"seg\"; } );\n"
        "alternatives = ( { name = \"short\"; months = 6; } );\n");
    loaded_from(&l, text, NULL);
    assert_true(l.is_loaded);
    assert_int_equal(l.d.n_messages, 3);
    assert_string_equal(l.d.messages[0].message,
                        "alternative 'short': happening 1: 2022-08-01 is after the end "
                        "of the run, 2022-06-30: it will not happen");
    /* The end differs, so it is said for both. */
    assert_int_equal(l.d.messages[1].at.line, l.d.messages[2].at.line);
    loaded_release(&l);
    free(text);
}

/* ---- the tables ---- */

static void assert_setting(const char *path, const struct setting *s)
{
    bool is_quantity = s->type == SETTING_INT || s->type == SETTING_FLOAT;
    bool is_unset = s->flags & (SETTING_REQUIRED | SETTING_OPTIONAL);
    if (!s->unit || !s->help || !*s->help)
        fail_msg("%s.%s has no unit or help", path, s->key);
    if (is_quantity && s->low >= s->high)
        fail_msg("%s.%s has no range", path, s->key);
    if (is_quantity && !is_unset && !setting_admits(s, s->fallback))
        fail_msg("%s.%s: its default is out of its range", path, s->key);
    if (s->type == SETTING_CHOICE && !setting_choice(s, 0))
        fail_msg("%s.%s has no choices", path, s->key);
    if (s->type == SETTING_TEXT && (s->flags & SETTING_DATED))
        fail_msg("%s.%s: a text cannot change", path, s->key);
}

static void test_sections(void **state)
{
    (void)state;
    size_t n = 0;
    const struct settings_section *sections = scenario_sections(&n);
    for (size_t i = 0; i < n; i++) {
        const struct settings *settings = sections[i].settings;
        assert_true(settings->n_items > 0);
        assert_true(*sections[i].summary != '\0');
        for (size_t k = 0; k < settings->n_items; k++) {
            const struct settings *table = NULL;
            const struct setting *s = &settings->items[k];
            assert_setting(sections[i].path, s);
            assert_true(s->offset < settings->size);
            /* A key stands once at a path: finding it finds this one. */
            const struct setting *found = section_find(sections[i].path, s->key, &table);
            if (found != s)
                fail_msg("%s.%s is there twice", sections[i].path, s->key);
        }
    }
    /* The parts of a rule have groups beside its own settings. */
    for (size_t i = 0; i < n_divisions; i++) {
        assert_null(settings_find(&rule_settings, divisions[i]->name));
        assert_int_equal(ledger_find(divisions[i]->name), -1);
    }
    for (size_t i = 0; i < n_ledgers; i++)
        assert_null(settings_find(&rule_settings, ledgers[i]->name));
    assert_int_equal(factor_find("weights"), -1);
}

/* Every default of every table is in what is printed. */
static void test_defaults_are_printed(void **state)
{
    (void)state;
    struct loaded l;
    load_variant(&l,
                 "council = { members = ( { name = \"m\"; } ); }; sweep = { };\n"
                 "people = { named = ( { name = \"r\"; team = \"vision\"; } ); };\n"
                 "rule = { forfeit = { schedule = ( { month = 5; below_frac = 0.1; "
                 "lose_frac = 0.5; } ); }; };\n"
                 "opening = { grants = ( { project = \"seg\"; gpus = 8.0; } );\n"
                 "  people = ( { team = \"vision\"; } ); projects = ( { project = "
                 "\"seg\"; } );\n"
                 "  departures = ( { team = \"vision\"; days_ago = 1.0; } ); };",
                 NULL, NULL);
    struct text text;
    text_init(&text);
    scenario_print(&l.s, &text);
    size_t n = 0;
    const struct settings_section *sections = scenario_sections(&n);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sections[i].settings->n_items; k++) {
            const struct setting *s = &sections[i].settings->items[k];
            char key[100];
            snprintf(key, sizeof key, "%s = ", s->key);
            if (!(s->flags & (SETTING_REQUIRED | SETTING_OPTIONAL)) &&
                !strstr(text.bytes, key))
                fail_msg("%s.%s is not printed", sections[i].path, s->key);
        }
    text_release(&text);
    loaded_release(&l);
}

/* Bools, also those that change by date. */
static void test_bools(void **state)
{
    (void)state;
    static const struct setting table[] = {
        {"lend", SETTING_BOOL, 0, 0, .fallback = 1, .unit = "", .help = "x"},
        {"late", SETTING_BOOL, SETTING_DATED, 1, .unit = "", .help = "x"},
    };
    static const struct settings settings = SETTINGS("x", table, bool[2]);
    struct arena arena;
    struct diag d;
    arena_init(&arena);
    diag_init(&d);
    struct reader r = {.arena = &arena, .d = &d};
    struct node *group = node_new(&arena, NODE_GROUP, NULL);
    struct node *late = node_new(&arena, NODE_BOOL, "late");
    late->value.truth = true;
    node_append(&arena, group, late);
    bool values[2];
    struct form f;
    form_open(&f, &r, group, "x");
    form_read(&f, &settings, values);
    form_close(&f);
    assert_true(values[0] && values[1]);
    assert_int_equal(d.n_messages, 0);
    assert_string_equal(group->children[0]->key, "lend");
    assert_int_equal(group->children[0]->kind, NODE_BOOL);
    assert_true(group->children[0]->value.truth);
    late->kind = NODE_INT;
    form_open(&f, &r, group, "x");
    form_read(&f, &settings, values);
    form_close(&f);
    assert_true(f.is_bad && !values[1]);
    assert_string_equal(d.messages[0].message, "x: late is 1, must be true or false");
    reader_release(&r);
    diag_release(&d);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alternatives),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_teams_at_the_top),
        cmocka_unit_test(test_presets),
        cmocka_unit_test(test_messages_of_two_files),
        cmocka_unit_test(test_warnings_of_alternatives),
        cmocka_unit_test(test_bools),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_defaults_are_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
