/* What explain says, against the run's own record and against a run with its remedy. */
#include "run/run.h"
#include "study/explain.h"
#include "support/dockets.h"
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
#include <unistd.h>

static const char flagship[] = "scenarios/llama-vs-opt.cfg";

/* A scenario at a path, run once with all claims logged. */
struct story {
    struct scenario s;
    struct results results;
};

static void story_open(struct story *story, const char *path, const char *set)
{
    struct scenario_options options = {.sets = &set, .n_sets = set ? 1 : 0};
    struct diag d;
    diag_init(&d);
    if (scenario_load(&story->s, path, &options, &d) != 0) {
        diag_print(&d, stderr, false);
        fail_msg("%s does not load with %s", path, set ? set : "nothing");
    }
    diag_release(&d);
    run_simulate(&story->s, (uint64_t)story->s.seed, 0, RUN_LOGS, &story->results);
}

static void story_close(struct story *story)
{
    results_release(&story->results);
    scenario_release(&story->s);
}

static const struct claim_row *find_row(const struct story *story, size_t month,
                                        const struct explained_claim *c)
{
    const struct results *r = &story->results;
    for (size_t i = 0; i < r->n_claims; i++) {
        const struct claimant *who = &story->s.claimants[r->claims[i].claimant];
        if (r->claims[i].month == month && who->pool == c->pool_id &&
            strcmp(who->name, c->name) == 0 && (who->project < 0) == c->is_exploration)
            return &r->claims[i];
    }
    fail_msg("'%s' has no claim in month %zu", c->name, month);
    return NULL;
}

static void explain(const struct story *story, const struct scenario_options *options,
                    size_t month, int project, int team, struct explanation *e)
{
    static const struct scenario_options none;
    struct explain_question q = {.scenario = &story->s,
                                 .options = options ? options : &none,
                                 .seed = (uint64_t)story->s.seed,
                                 .month = month,
                                 .project = project,
                                 .team = team};
    struct diag d;
    diag_init(&d);
    if (explain_meeting(&q, e, &d) != 0)
        fail_msg("%s", d.messages[0].message);
    diag_release(&d);
}

/* The contributions make the score, and all is what the run itself wrote down. */
static void check_claim(const struct story *story, size_t month,
                        const struct explained_claim *c)
{
    const struct claim_row *row = find_row(story, month, c);
    double sum = 0;
    for (size_t f = 0; f < c->n_factors; f++) {
        assert_true(c->factors[f].value >= 0 && c->factors[f].value <= 1);
        sum += c->factors[f].contribution;
    }
    assert_true(fabs(sum - c->score) <= 1e-12);
    assert_true(c->score == row->score && c->requested_gpus == row->requested_gpus);
    assert_true(c->granted_gpus == row->granted_gpus);
    /* The last step that is its own and states its GPUs is the grant. */
    double gpus = NAN;
    for (size_t s = 0; s < c->n_steps; s++)
        if (c->steps[s].claim >= 0 && c->steps[s].kind != STEP_BOUNDS &&
            c->steps[s].kind != STEP_ENTITLED)
            gpus = c->steps[s].kind == STEP_SET_ASIDE ? 0 : c->steps[s].value;
    assert_true(fabs(gpus - c->granted_gpus) <= 1e-9 * c->granted_gpus);
}

/* Applied, the --set brings the full request and changes no meeting before; a change that
 * is two units of its last digit smaller does not. */
static void check_remedy(const struct story *story, const char *path, size_t month,
                         const struct explained_claim *c)
{
    const struct remedy *r = &c->remedy;
    struct story then;
    story_open(&then, path, r->set);
    assert_true(find_row(&then, month, c)->granted_gpus >= c->requested_gpus - 1e-6);
    assert_true(fabs(find_row(&then, month, c)->score - r->score) <= 1e-12);
    for (size_t i = 0; i < then.results.n_claims; i++) {
        const struct claim_row *a = &then.results.claims[i];
        const struct claim_row *b = &story->results.claims[i];
        if (a->month < month)
            assert_true(a->claimant == b->claimant &&
                        a->requested_gpus == b->requested_gpus && a->score == b->score &&
                        a->granted_gpus == b->granted_gpus);
    }
    story_close(&then);

    char number[32], less[32], set[1000];
    snprintf(number, sizeof number, "value = %.10g", r->to);
    snprintf(less, sizeof less, "value = %.4f", r->to - (r->to > r->from ? 2e-4 : -2e-4));
    const char *at = strstr(r->set, number);
    assert_non_null(at);
    snprintf(set, sizeof set, "%.*s%s%s", (int)(at - r->set), r->set, less,
             at + strlen(number));
    story_open(&then, path, set);
    assert_true(find_row(&then, month, c)->granted_gpus < c->requested_gpus - 1e-6);
    story_close(&then);
}

static void test_random_claims(void **state)
{
    (void)state;
    enum { N = 50 };
    struct dice dice = {4};
    struct story story;
    size_t n_remedies = 0, n_full = 0;
    story_open(&story, flagship, NULL);
    for (size_t k = 0; k < N; k++) {
        size_t row = dice_below(&dice, story.results.n_claims);
        const struct claim_row *claim = &story.results.claims[row];
        const struct claimant *who = &story.s.claimants[claim->claimant];
        struct explanation e;
        explain(&story, NULL, claim->month, who->project,
                who->project < 0 ? who->team : -1, &e);
        assert_true(e.n_claims > 0);
        for (size_t i = 0; i < e.n_claims; i++) {
            const struct explained_claim *c = &e.claims[i];
            bool is_full = c->granted_gpus >= c->requested_gpus * (1 - 1e-9);
            check_claim(&story, claim->month, c);
            assert_true(!c->remedy.set || !c->remedy.why_none);
            assert_true(c->remedy.set || c->remedy.why_none);
            assert_int_equal(is_full, c->remedy.why_none &&
                                          strstr(c->remedy.why_none, "it got all"));
            n_full += is_full;
            n_remedies += c->remedy.set != NULL;
            if (c->remedy.set)
                check_remedy(&story, flagship, claim->month, c);
        }
        explanation_release(&e);
    }
    assert_true(n_remedies >= 15 && n_full >= 10);
    story_close(&story);
}

/* 1,000 GPUs between scores of 1 and 0.5: 2000/3 a point, by hand in the scenario. */
static void test_two_teams(void **state)
{
    (void)state;
    struct story story;
    struct explanation e;
    struct text words;
    story_open(&story, "scenarios/two-teams-one-pool.cfg", NULL);
    explain(&story, NULL, 0, -1, -1, &e);
    assert_int_equal(e.n_claims, 2);
    assert_string_equal(e.claims[0].name, "A");
    assert_string_equal(e.claims[1].verdict, "pool spent");
    assert_true(e.claims[0].granted_gpus == 664 && e.claims[1].granted_gpus == 336);
    assert_int_equal(e.n_teams, 2);
    assert_true(e.teams[0].due_gpus == 500 && e.teams[0].borrowed_gpus == 164);
    assert_true(e.teams[1].starved_gpus == 164 && e.teams[1].borrowed_gpus == 0);
    text_init(&words);
    const struct explained_claim *c = &e.claims[1];
    for (size_t s = 0; s < c->n_steps; s++) {
        explain_step(&e, c, &c->steps[s], &words);
        text_append(&words, "\n");
    }
    assert_string_equal(words.bytes,
                        "asked for 1,000, may get at most 1,000\n"
                        "weighted below 'all': the pool was spent at 666.7 GPUs a point "
                        "of score\n"
                        "the division gives 333.3\n"
                        "in whole units 336, before them 333.3\n");
    text_release(&words);
    explanation_release(&e);
    story_close(&story);
}

/* ---- remedies of all sorts, and why there is none ---- */

#define COMPANY                                                                          \
    "start = \"2025-01-10\"; months = 6; pools = ( { name = \"p\"; gpus = 64; } );\n"    \
    "teams = ( { name = \"Big.V\"; exploration = ( { gpus = 64.0; } ); },\n"             \
    "  { name = \"Text\"; ceiling_gpus = 60.0; exploration = ( { gpus = 64.0; } ); } "   \
    ");\n"                                                                               \
    "projects = ( { name = \"Seg 2\"; team = \"Big.V\"; topic = \"img\"; stages = (\n"   \
    "  { do = \"train\"; gpu_hours = 2e5; min_gpus = 8; max_gpus = 32; } ); } );\n"      \
    "rule = { divide = \"ranked\"; };\n"

struct remedy_case {
    const char *what;
    const char *more; /* of the scenario */
    const char *set;  /* changes it */
    size_t month;
    const char *team;
    const char *claim;  /* its name; of exploration the team's */
    const char *remedy; /* the --set, or why there is none */
};

static const struct remedy_case remedy_cases[] = {
    {"its own priority, below a rival", "", NULL, 1, "Big.V", "Seg 2",
     "projects.\"Seg 2\".priority=( { value = 0.5; }, { from = \"2025-02-01\"; value = "
     "0.5001"},
    {"at the start there is nothing before", "", NULL, 0, "Big.V", "Seg 2",
     "projects.\"Seg 2\".priority=( { value = 0.5001; } )"},
    {"exploration", "", "projects.\"Seg 2\".priority=0.9", 2, "Big.V", "Big.V",
     "teams.\"Big.V\".exploration.p.priority=( { value = 0.5; }, { from = "
     "\"2025-03-01\"; value = 0.9001; } )"},
    {"a rating of its topic",
     "council = { members = ( { name = \"a\"; ratings = ( { topic "
     "= \"img\"; rating = ( { value = 0.3; }, { from = \"2025-03-01\"; value = 0.2; }, { "
     "from = \"2025-05-01\"; value = 0.1; } ); } ); } ); };",
     NULL, 3, "Big.V", "Seg 2",
     "council.members.a.ratings.img.rating=( { value = 0.3; }, { from = \"2025-03-01\"; "
     "value = 0.2; }, { from = \"2025-04-01\"; value = 0.5001; }, { from = "
     "\"2025-05-01\"; value = 0.1; } )"},
    {"a value of the same day is replaced", "",
     "projects.\"Seg 2\".priority=( { value = "
     "0.1; }, { from = \"2025-02-01\"; value = 0.3; } )",
     1, "Big.V", "Seg 2",
     "projects.\"Seg 2\".priority=( { value = 0.1; }, { from = \"2025-02-01\"; value = "
     "0.5001; } )"},
    {"less, where a factor counts against it", "", "rule.score.formula=1 - priority", 1,
     "Big.V", "Seg 2",
     "projects.\"Seg 2\".priority=( { value = 0.5; }, { from = \"2025-02-01\"; value = "
     "0.4999; } )"},
    {"a ceiling", "", NULL, 1, "Text", "Text", "the ceiling of 'Text' is 60 GPUs"},
    {"a pool that is too small", "", "pools.p.gpus=48", 1, "Big.V", "Big.V",
     "the pool has 48 GPUs"},
    {"no scores", "", "rule.divide=equal", 1, "Big.V", "Seg 2",
     "division 'equal' looks at no score"},
    {"no priority", "", "rule.score.formula=need", 1, "Big.V", "Seg 2",
     "priority does not count in the score"},
    {"a formula that priority does not move", "",
     "rule.score.formula=math.max(priority, 1)", 1, "Big.V", "Seg 2",
     "neither its priority nor a rating of it moves its score"},
    {"a happening of the same day",
     "happenings = ( { at = \"2025-02-01\"; do = \"set\"; path = \"projects.\\\"Seg "
     "2\\\".priority\"; value = 0.2; } );",
     NULL, 1, "Big.V", "Seg 2",
     "projects.\"Seg 2\".priority = 0.5001 would do, but what else happens on that day"},
};

static void test_remedies(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof remedy_cases / sizeof *remedy_cases; k++) {
        const struct remedy_case *row = &remedy_cases[k];
        char folder[] = "/tmp/allot-explain-XXXXXX", path[64];
        assert_non_null(mkdtemp(folder));
        snprintf(path, sizeof path, "%s/x.cfg", folder);
        FILE *stream = fopen(path, "w");
        fprintf(stream, "%s%s\n", COMPANY, row->more);
        fclose(stream);
        struct scenario_options options = {.sets = &row->set, .n_sets = row->set ? 1 : 0};
        struct story story;
        struct explanation e;
        story_open(&story, path, row->set);
        explain(&story, &options, row->month, -1, scenario_find_team(&story.s, row->team),
                &e);
        const struct explained_claim *c = NULL;
        for (size_t i = 0; i < e.n_claims; i++)
            if (strcmp(e.claims[i].name, row->claim) == 0)
                c = &e.claims[i];
        assert_non_null(c);
        const char *got = c->remedy.set ? c->remedy.set : c->remedy.why_none;
        if (strncmp(got, row->remedy, strlen(row->remedy)) != 0)
            fail_msg("%s: %s", row->what, got);
        explanation_release(&e);
        story_close(&story);
        unlink(path);
        rmdir(folder);
    }
}

/* Every meeting of every scenario can be explained; the steps are words. */
static void test_all_meetings(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "scenarios/two-sites.cfg", "scenarios/lab-quotas.cfg",
        "scenarios/capacity-slip.cfg", "scenarios/deadline-crunch.cfg"};
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++) {
        struct story story;
        struct text words;
        story_open(&story, paths[k], NULL);
        text_init(&words);
        size_t every = (size_t)story.s.council.every_months;
        for (size_t month = 0; month < story.s.calendar.n_months; month += every) {
            struct explanation e;
            bool has_claims = false;
            for (size_t i = 0; i < story.results.n_claims; i++)
                has_claims |= story.results.claims[i].month == month;
            if (!has_claims)
                continue;
            explain(&story, NULL, month, -1, -1, &e);
            for (size_t i = 0; i < e.n_claims; i++) {
                check_claim(&story, month, &e.claims[i]);
                for (size_t s = 0; s < e.claims[i].n_steps; s++) {
                    text_clear(&words);
                    explain_step(&e, &e.claims[i], &e.claims[i].steps[s], &words);
                    assert_true(words.length > 0 && !strstr(words.bytes, "nan"));
                    assert_non_null(explain_step_name(e.claims[i].steps[s].kind));
                }
            }
            explanation_release(&e);
        }
        text_release(&words);
        story_close(&story);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_teams),
        cmocka_unit_test(test_remedies),
        cmocka_unit_test(test_random_claims),
        cmocka_unit_test(test_all_meetings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
