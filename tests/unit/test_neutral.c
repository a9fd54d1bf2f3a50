/* Every mechanism that a scenario may have: left out, at its neutral value or without
 * what it belongs to, a run is the same bit by bit; else it differs in the column that
 * the mechanism is about. A setting or a kind of happening without a row fails the test.
 */
#include "support/trials.h"

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

/* Two rivals on a pool that is too small, builds, targets that are met and missed; two
 * people leave, others are laid off, a project is cancelled: and nothing of it matters
 * yet. */
static const char world_text[] =
    "start = '2025-01-01'; months = 12;\n"
    "pools = ( { name = 'p'; gpus = 160; } );\n"
    "teams = ( { name = 'A'; people = 8; exploration = ( { gpus = 30.0; } ); },\n"
    "  { name = 'B'; people = 8; exploration = ( { gpus = 60.0; } ); },\n"
    "  { name = 'C'; people = 4; exploration = ( { gpus = 20.0; priority = 0.1; } ); } "
    ");\n"
    "projects = (\n"
    "  { name = 'a'; team = 'A'; topic = 't'; priority = 0.8; target = '2025-09-30';\n"
    "    stages = ( { do = 'build'; person_months = 10.0; },\n"
    "      { do = 'train'; gpu_hours = 300000.0; min_gpus = 16; max_gpus = 120; } ); },\n"
    "  { name = 'b'; team = 'B'; topic = 't'; priority = 0.4; target = '2025-03-31';\n"
    "    stages = ( { do = 'build'; person_months = 4.0; },\n"
    "      { do = 'train'; gpu_hours = 100000.0; max_gpus = 120; } ); },\n"
    "  { name = 'c'; team = 'B'; topic = 'u';\n"
    "    stages = ( { do = 'train'; gpu_hours = 1.0e6; max_gpus = 40; } ); },\n"
    "  { name = 'd'; team = 'B'; stages = ( { do = 'build'; person_months = 25.0; } ); "
    "},\n"
    "  { name = 'e'; team = 'A'; stages = ( { do = 'build'; person_months = 25.0; } ); "
    "},\n"
    "  { name = 'f'; team = 'C'; start = '2025-11-01';\n"
    "    stages = ( { do = 'wait'; days = 10.0; } ); } );\n"
    "topics = ( { name = 't'; with = ( { topic = 'u'; overlap = 0.0; } ); } );\n"
    "people = { named = ( { name = 'head'; team = 'A'; leader = true; },\n"
    "                     { name = 'other'; team = 'A'; } ); };\n"
    "rule = { divide = 'weighted'; };\n"
    "happenings = ( { at = '2025-03-10'; do = 'leave'; person = 'head'; },\n"
    "  { at = '2025-05-20'; do = 'leave'; person = 'other'; },\n"
    "  { at = '2025-04-01'; do = 'layoff'; fraction = 0.0; },\n"
    "  { at = '2025-07-01'; do = 'cancel'; project = 'c'; } %s%s%s );\n";

/* Where a run differs: FILE SUBJECT COLUMN, in some month; SUBJECT is - in months.csv. Or
 * "outcome KIND/SUBJECT METRIC".
 *
 * What a mechanism belongs to stands in `on`, a semicolon after each set; the value alone
 * then changes nothing. */
static const struct row {
    const char *key;     /* of the section's table, with the section's path */
    const char *path;    /* of the set */
    const char *neutral; /* the same as leaving it out; NULL: nothing is */
    const char *value;
    const char *on; /* NULL: it stands alone */
    const char *effect;
} rows[] = {
#define LEAVES      "people.turnover_per_year=0.9;"
#define B_MORALE    "teams.csv B morale"
#define A_MORALE    "teams.csv A morale"
#define B_HEADCOUNT "teams.csv B headcount"
#define B_GRANTED   "teams.csv B granted_gpus"
#define B_REQUESTED "teams.csv B requested_gpus"
#define B_GRIEVANCE "teams.csv B grievance"
#define A_DONE      "projects.csv a left_gpu_hours"
#define D_RELEASE   "outcome project/d release_months"
    /* People. */
    {"people.turnover_per_year", NULL, "0", "0.9", NULL, B_HEADCOUNT},
    {"people.grievance", NULL, "0", "1", NULL, B_MORALE},
    {"people.grievance_half_life_months", NULL, "6", "1", NULL, B_GRIEVANCE},
    {"people.reference", NULL, "own", "peer", NULL, B_GRIEVANCE},
    {"people.crunch", NULL, "0", "1", NULL, B_MORALE},
    {"people.market", NULL, "0", "1", LEAVES "teams.B.market=2;", B_HEADCOUNT},
    {"people.leader_pulse", NULL, "0", "1", NULL, A_MORALE},
    {"people.leader_pulse_after", NULL, "0", "1", NULL, A_MORALE},
    {"people.layoff", NULL, "0", "1", NULL, B_MORALE},
    {"people.cancelled", NULL, "0", "1", NULL, B_MORALE},
    {"people.memory_days", NULL, "183", "10", "people.layoff=1;", B_MORALE},
    {"people.lock_in", NULL, "0", "1", LEAVES, B_HEADCOUNT},
    {"people.closeness_half_life_months", NULL, "2", "50", LEAVES "people.lock_in=1;",
     B_HEADCOUNT},
    {"people.contagion", NULL, "0", "3", LEAVES, B_HEADCOUNT},
    {"people.contagion_months", NULL, "4", "0.1", LEAVES "people.contagion=3;",
     B_HEADCOUNT},
    {"people.contagion_most", NULL, "5", "1", LEAVES "people.contagion=3;", B_HEADCOUNT},
    {"people.productivity_loss", NULL, "0", "1", "people.grievance=3;", D_RELEASE},
    {"people.hiring.delay_months", NULL, "0", "3", "teams.B.target_people=12;",
     B_HEADCOUNT},
    {"people.hiring.delay_log_sd", NULL, "0", "1",
     "teams.B.target_people=12;people.hiring.delay_months=3;", B_HEADCOUNT},
    {"people.hiring.ramp_months", NULL, "0", "6", "teams.B.target_people=12;", D_RELEASE},
    {"people.named.NAME.leader", "people.named.other.leader", "false", "true",
     "people.leader_pulse=1;", A_MORALE},
    {"teams.NAME.market", "teams.B.market", "0", "2", LEAVES "people.market=1;",
     B_HEADCOUNT},
    {"teams.NAME.site_crunch", "teams.B.site_crunch", "0", "0.5", "people.crunch=1;",
     B_MORALE},
    {"teams.NAME.voice", "teams.B.voice", "0", "1", NULL, B_GRIEVANCE},
    {"teams.NAME.target_people", "teams.B.target_people", "8", "12", NULL, B_HEADCOUNT},
    {"teams.NAME.min_people", "teams.B.min_people", "0", "9", NULL,
     "teams.csv B used_gpus"},
    /* Requests. */
    {"teams.NAME.requests.strategy", "teams.B.requests.strategy", "honest", "inflate",
     "teams.B.requests.padding=0.5;", B_REQUESTED},
    {"teams.NAME.requests.padding", "teams.B.requests.padding", "0", "0.5",
     "teams.B.requests.strategy=inflate;", B_REQUESTED},
    {"teams.NAME.requests.reaction", "teams.B.requests.reaction", NULL, "2",
     "teams.B.requests.strategy=reactive;", B_REQUESTED},
    {"teams.NAME.requests.relief", "teams.B.requests.relief", NULL, "0",
     "teams.B.requests.strategy=reactive;teams.B.requests.padding=1;"
     "teams.B.floor_gpus=150;",
     B_REQUESTED},
    {"teams.NAME.exploration.POOL.log_sd", "teams.B.exploration.p.log_sd", "0", "0.5",
     NULL, B_REQUESTED},
/* Pools and work. */
#define FAILS "pools.p.failures_per_node_day=0.05;"
    {"pools.NAME.reserved_frac", "pools.p.reserved_frac", "0", "0.2", NULL,
     "pools.csv p reserved_gpus"},
    {"pools.NAME.charge", "pools.p.charge", "1", "2", "rule.score.weights.fair_share=1;",
     "groups.csv A decayed_gpu_hours"},
    {"pools.NAME.failures_per_node_day", "pools.p.failures_per_node_day", "0", "0.05",
     "pools.p.repair_hours=50;", "pools.csv p failed_gpus"},
    {"pools.NAME.checkpoint_minutes", "pools.p.checkpoint_minutes", "0", "20", FAILS,
     A_DONE},
    {"pools.NAME.checkpoint_every_minutes", "pools.p.checkpoint_every_minutes", NULL,
     "60", FAILS "pools.p.checkpoint_minutes=10;", A_DONE},
    {"pools.NAME.restart_minutes", "pools.p.restart_minutes", "0", "60", FAILS, A_DONE},
    {"pools.NAME.repair_hours", "pools.p.repair_hours", NULL, "200", FAILS,
     "pools.csv p failed_gpus"},
    {"projects.NAME.value_half_life_months", "projects.b.value_half_life_months", NULL,
     "1", NULL, "outcome all/all value"},
    {"projects.NAME.staff", "projects.d.staff", NULL, "2", NULL, D_RELEASE},
    {"projects.NAME.stages.overrun_log_sd", "projects.a.stages.1.overrun_log_sd", "0",
     "0.5", NULL, "outcome project/a gpu_hours_used"},
    {"projects.NAME.stages.failures", "projects.a.stages.1.failures", "true", "false",
     FAILS "pools.p.checkpoint_minutes=10;", A_DONE},
    {"topics.NAME.overlap", "topics.t.overlap", "1", "0.5", NULL,
     "outcome project/b gpu_hours_duplicated"},
    {"topics.NAME.with.TOPIC.overlap", "topics.t.with.u.overlap", "0", "0.5", NULL,
     "outcome project/c gpu_hours_duplicated"},
    /* The council and the rule. */
    {"council.every_months", NULL, "1", "3", NULL, B_GRANTED},
    {"council.every_days", NULL, "0", "10", NULL, B_GRANTED},
    {"council.lag_days", NULL, "0", "10", NULL, B_GRANTED},
    {"council.cull.after_meetings", NULL, "0", "2", NULL, "projects.csv b state"},
    {"council.cull.overlap", NULL, "0.5", "0.9",
     "council.cull.after_meetings=2;topics.t.overlap=0.7;", "projects.csv b state"},
#define APPEALS "disputes.threshold=0.95;"
#define MERGES  APPEALS "disputes.cooling_months=0;council.consolidate.disputes=2;"
    {"council.consolidate.disputes", NULL, "0", "1", APPEALS, B_HEADCOUNT},
    {"council.consolidate.within_months", NULL, "12", "1", MERGES, B_HEADCOUNT},
    {"council.consolidate.overlap", NULL, "0.5", "0.9", MERGES "topics.t.overlap=0.7;",
     B_HEADCOUNT},
    {"council.consolidate.handover_days", NULL, NULL, "60", MERGES, A_DONE},
    {"council.consolidate.step", NULL, "0", "0.5", MERGES, B_GRIEVANCE},
    {"disputes.threshold", NULL, "0", "0.95", NULL, "outcome team/B disputes"},
    {"disputes.patience_months", NULL, "2", "0", APPEALS, "outcome team/B disputes"},
    {"disputes.cooling_months", NULL, "6", "1", APPEALS, "outcome team/B disputes"},
    {"disputes.delay_days", NULL, "0", "40", APPEALS, "months.csv - disputes_open"},
    {"disputes.by", NULL, "odds", "score",
     APPEALS "disputes.bias=100;disputes.pick=0;disputes.keep=1;", B_GRANTED},
    {"disputes.pick", NULL, "1", "1000", APPEALS "disputes.bias=100;disputes.keep=1000;",
     B_GRANTED},
    {"disputes.cooperate", NULL, "0", "1000", APPEALS, B_GRANTED},
    {"disputes.keep", NULL, "0", "1000", APPEALS "disputes.bias=100;", B_GRANTED},
    {"disputes.k", NULL, "4", "-1000", APPEALS, B_GRANTED},
    {"disputes.bias", NULL, "0", "100", APPEALS, B_GRANTED},
    {"disputes.transfer", NULL, "0.5", "0.1", APPEALS "disputes.bias=100;", B_GRANTED},
    {"disputes.step", NULL, "0", "0.2", APPEALS, B_GRIEVANCE},
    {"disputes.leader_hours", NULL, "0", "7", APPEALS, "months.csv - leader_hours"},
    {"rule.lend", NULL, "false", "true", NULL, "pools.csv p lent_gpus"},
    {"rule.inertia.threshold_frac", NULL, "0", "0.5", NULL, B_GRANTED},
    {"rule.inertia.step_frac", NULL, "1", "0.02", NULL, B_GRANTED},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

/* One a kind of happening, in the middle of a June; switched off it is as if left out. */
static const struct happening_row {
    const char *kind, *keys, *on, *effect;
} happening_rows[N_HAPPENING_KINDS] = {
    {"deliver", "pool = 'p'; gpus = 40;", NULL, "pools.csv p capacity_gpus"},
    {"retire", "pool = 'p'; gpus = 40;", NULL, "pools.csv p capacity_gpus"},
    {"maintain", "pool = 'p'; gpus = 40; days = 9.0;", NULL, "pools.csv p failed_gpus"},
    {"set", "path = 'projects.a.priority'; value = 0.1;", NULL,
     "projects.csv a priority"},
    {"grant", "project = 'a'; gpus = 16;", NULL, "projects.csv a granted_gpus"},
    {"start", "project = 'f';", NULL, "projects.csv f state"},
    {"pause", "project = 'a';", NULL, "projects.csv a state"},
    {"cancel", "project = 'a';", NULL, "projects.csv a state"},
    {"merge", "from = 'B'; team = 'A';", NULL, B_HEADCOUNT},
    {"move", "project = 'a'; team = 'B';", NULL, "projects.csv a team"},
    {"layoff", "fraction = 1.0; team = 'B';", NULL, B_HEADCOUNT},
    {"leave", "team = 'B';", "people.leader_pulse=1;", B_MORALE},
    {"hire", "team = 'B'; people = 3;", NULL, B_HEADCOUNT},
    {"market", "team = 'B'; value = 3.0;", LEAVES "people.market=2;", B_HEADCOUNT},
    {"retain", "team = 'B'; days = 90.0; fraction = 1.0; hours = 5.0;", NULL,
     "months.csv - leader_hours"},
};

/* Sections whose settings are mechanisms, and those of their settings that are none:
 * names, amounts that every scenario has, and what only tells (see test_bills). */
static const char *const sections_of_mechanisms[] = {"people",
                                                     "people.hiring",
                                                     "people.named.NAME",
                                                     "teams.NAME.requests",
                                                     "council",
                                                     "council.cull",
                                                     "council.consolidate",
                                                     "disputes",
                                                     "topics.NAME",
                                                     "topics.NAME.with.TOPIC",
                                                     "rule.inertia",
                                                     "pools.NAME",
                                                     "projects.NAME",
                                                     "projects.NAME.stages"};
static const char *const no_mechanisms[] = {"people.named.NAME.name",
                                            "people.named.NAME.team",
                                            "people.named.NAME.also",
                                            "people.named.NAME.cohorts",
                                            "topics.NAME.name",
                                            "topics.NAME.with.TOPIC.topic",
                                            "pools.NAME.name",
                                            "pools.NAME.gpus",
                                            "pools.NAME.node_gpus",
                                            "pools.NAME.peak_tflops",
                                            "pools.NAME.watts",
                                            "pools.NAME.pue",
                                            "pools.NAME.co2_g_per_kwh",
                                            "pools.NAME.price_per_gpu_hour",
                                            "projects.NAME.name",
                                            "projects.NAME.team",
                                            "projects.NAME.topic",
                                            "projects.NAME.kind",
                                            "projects.NAME.priority",
                                            "projects.NAME.start",
                                            "projects.NAME.target",
                                            "projects.NAME.value",
                                            "projects.NAME.serve_mfu",
                                            "projects.NAME.serve_tokens_per_month",
                                            "projects.NAME.after",
                                            "projects.NAME.stages.do",
                                            "projects.NAME.stages.pool",
                                            "projects.NAME.stages.person_months",
                                            "projects.NAME.stages.days",
                                            "projects.NAME.stages.gpu_hours",
                                            "projects.NAME.stages.params",
                                            "projects.NAME.stages.tokens",
                                            "projects.NAME.stages.mfu",
                                            "projects.NAME.stages.min_gpus",
                                            "projects.NAME.stages.max_gpus"};

/* ---- runs ---- */

enum { MOST_SETS = 8 };

/* The world with a happening (or "") and sets, each ended by a semicolon. */
static void play(struct trial *t, const char *happening, const char *sets)
{
    struct scenario_options options = {.n_sets = 0};
    const char *all[MOST_SETS];
    char *copy = strdup(sets), *text;
    for (char *at = copy, *end; (end = strchr(at, ';')); at = end + 1) {
        *end = '\0';
        assert_true(options.n_sets < MOST_SETS);
        all[options.n_sets++] = at;
    }
    options.sets = all;
    if (asprintf(&text, world_text, *happening ? ", { at = '2025-06-10'; " : "",
                 happening, *happening ? " }" : "") < 0)
        abort();
    for (char *at = text; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    loaded_from(&t->loaded, text, &options);
    if (!t->loaded.is_loaded)
        fail_msg("%s\n%s", sets, t->loaded.messages);
    t->s = &t->loaded.s;
    run_simulate(t->s, 1, 0, RUN_SERIES | RUN_LOGS, &t->r);
    free(text);
    free(copy);
}

static bool is_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool differs(const struct trial *a, const struct trial *b, const char *effect)
{
    char file[32], subject[32], column[64], *name;
    assert_int_equal(sscanf(effect, "%31s %31s %63s", file, subject, column), 3);
    if ((name = strchr(subject, '/'))) {
        *name++ = '\0';
        return !is_same(trial_outcome(a, column, subject, name, ""),
                        trial_outcome(b, column, subject, name, ""));
    }
    if (*subject == '-')
        *subject = '\0';
    for (size_t m = 0; m < a->r.n_months; m++)
        if (!is_same(trial_cell(a, file, subject, column, m),
                     trial_cell(b, file, subject, column, m)))
            return true;
    return false;
}

/* With these sets a run is the same as with those. */
static void check_same(const char *happening, const char *sets, const char *plain_sets)
{
    struct trial t, plain;
    play(&t, happening, sets);
    play(&plain, "", plain_sets);
    print_message("%s %s\n", happening, sets); /* what fails is the last one */
    trial_assert_equal(&plain, &t);
    trial_release(&t);
    trial_release(&plain);
}

static size_t n_bad; /* effects that are not there: all are told before the test fails */

static void check_differs(const char *happening, const char *sets, const char *plain_sets,
                          const char *effect)
{
    struct trial t, plain;
    play(&t, happening, sets);
    play(&plain, "", plain_sets);
    if (!differs(&plain, &t, effect)) {
        print_error("%s %s: %s is as without it\n", happening, sets, effect);
        n_bad++;
    }
    trial_release(&t);
    trial_release(&plain);
}

static void test_settings(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ROWS; i++) {
        const struct row *row = &rows[i];
        const char *on = row->on ? row->on : "", *path = row->path ? row->path : row->key;
        char sets[400];
        snprintf(sets, sizeof sets, "%s%s=%s;", on, path, row->value);
        check_differs("", sets, on, row->effect);
        if (row->on) /* alone */
            check_same("", sets + strlen(on), "");
        if (!row->neutral)
            continue;
        snprintf(sets, sizeof sets, "%s%s=%s;", on, path, row->neutral);
        check_same("", sets, on);
    }
    assert_int_equal(n_bad, 0);
}

static void test_happenings(void **state)
{
    (void)state;
    n_bad = 0;
    for (size_t i = 0; i < N_HAPPENING_KINDS; i++) {
        const struct happening_row *row = &happening_rows[i];
        const char *on = row->on ? row->on : "";
        char text[200];
        assert_string_equal(row->kind, happening_types[i].name);
        snprintf(text, sizeof text, "do = '%s'; %s", row->kind, row->keys);
        check_differs(text, on, on, row->effect);
        strcat(text, " enabled = false;");
        check_same(text, on, on);
    }
    assert_int_equal(n_bad, 0);
}

/* ---- none is forgotten ---- */

static bool is_listed(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static bool has_row(const char *key)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (strcmp(rows[i].key, key) == 0)
            return true;
    return false;
}

#define N_OF(list) (sizeof(list) / sizeof *(list))

static void test_all_have_rows(void **state)
{
    (void)state;
    size_t n, n_sections = 0;
    const struct settings_section *sections = scenario_sections(&n);
    for (size_t i = 0; i < n; i++) {
        const struct settings_section *section = &sections[i];
        bool is_team = section->settings == &team_people_settings;
        if (!is_team && !is_listed(section->path, sections_of_mechanisms,
                                   N_OF(sections_of_mechanisms)))
            continue;
        n_sections++;
        for (size_t k = 0; k < section->settings->n_items; k++) {
            char key[100];
            snprintf(key, sizeof key, "%s.%s", section->path,
                     section->settings->items[k].key);
            if (!has_row(key) && !is_listed(key, no_mechanisms, N_OF(no_mechanisms)))
                fail_msg("%s has no row", key);
        }
    }
    assert_true(n_sections > N_OF(sections_of_mechanisms)); /* the paths are right */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_happenings),
        cmocka_unit_test(test_all_have_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
