/* Score factors and ledgers against their equations and published numbers. */
#include "rule/award.h"
#include "rule/ledger.h"
#include "rule/rule.h"
#include "rule/score.h"
#include "support/dockets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

static struct arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int release_arena(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void assert_near(double x, double y, double tolerance)
{
    if (!(fabs(x - y) <= tolerance))
        fail_msg("%.17g is not %.17g", x, y);
}

/* Evaluates a factor with its defaults, or with one setting changed. */
static void evaluate(const char *name, const char *key, double value,
                     const struct docket *docket, double *values)
{
    const struct factor_type *factor = factors[factor_find(name)];
    void *settings = arena_alloc(&arena, 1, factor->settings.size + 1);
    settings_fill_defaults(&factor->settings, settings);
    if (key)
        setting_store(settings_find(&factor->settings, key), settings, value);
    factor->evaluate(docket, settings, &arena, values);
}

/* ---- the tree of ORACLES section 3: A 40 {B 30 {u1}, C 10 {u2 1, u3 1}},
 *      D 60 {E 25 {u4}, F 35 {u5}} [P Slurm] ---- */

enum { ROOT, A, D, B, C, E, F, U1, U2, U3, U4, U5, N_GROUPS };

static const struct {
    const char *name;
    double share;
    int parent;
    double use, effective, factor;
} nodes[N_GROUPS] = {
    [ROOT] = {"root", 1, -1, .7, NAN, NAN}, [A] = {"A", 40, ROOT, .45, .45, NAN},
    [D] = {"D", 60, ROOT, .25, .25, NAN},   [B] = {"B", 30, A, .2, .3875, NAN},
    [C] = {"C", 10, A, .25, .3, NAN},       [E] = {"E", 25, D, .25, .25, NAN},
    [F] = {"F", 35, D, 0, .1458333, NAN},   [U1] = {"u1", 1, B, .2, NAN, .408479},
    [U2] = {"u2", 1, C, .25, NAN, .022097}, [U3] = {"u3", 1, C, 0, NAN, .125},
    [U4] = {"u4", 1, E, .25, NAN, .5},      [U5] = {"u5", 1, F, 0, NAN, .749154},
};

static void make_tree(struct group *groups, double *share_frac, double *use_frac)
{
    for (int g = 0; g < N_GROUPS; g++) {
        groups[g] = (struct group){
            nodes[g].name, nodes[g].share, 0, NULL, nodes[g].parent, -1, -1, -1, -1};
        use_frac[g] = nodes[g].use;
    }
    for (int g = N_GROUPS; g-- > 1;) {
        groups[g].next_sibling = groups[nodes[g].parent].first_child;
        groups[nodes[g].parent].first_child = g;
    }
    docket_fill_shares(groups, N_GROUPS, share_frac);
}

static void test_fair_share_classic(void **state)
{
    (void)state;
    struct group groups[N_GROUPS];
    double share[N_GROUPS], use[N_GROUPS], factor[N_GROUPS];
    make_tree(groups, share, use);
    fair_share_classic(groups, N_GROUPS, share, use, factor);
    assert_near(share[U2], .05, 1e-12);
    for (int g = 1; g < N_GROUPS; g++) {
        if (!isnan(nodes[g].factor))
            assert_near(factor[g], nodes[g].factor, 1e-6);
        if (!isnan(nodes[g].effective)) /* F = 2^(-U / S) */
            assert_near(-log2(factor[g]) * share[g], nodes[g].effective, 1e-6);
    }
    memset(use, 0, sizeof use); /* nothing used: all may */
    fair_share_classic(groups, N_GROUPS, share, use, factor);
    for (int g = 0; g < N_GROUPS; g++)
        assert_near(factor[g], 1, 0);
}

/* Slurm's fair tree on the same tree: ranks in falling order of the level shares, depth
 * first. Source: ORACLES section 3, the rule [P], the numbers [C]. */
static void test_fair_share_tree(void **state)
{
    (void)state;
    struct group groups[N_GROUPS];
    double share[N_GROUPS], use[N_GROUPS], factor[N_GROUPS];
    make_tree(groups, share, use);
    fair_share_tree(groups, N_GROUPS, use, factor, &arena);
    static const double expected[N_GROUPS] = {
        [ROOT] = 1, [A] = .6, [D] = 1,   [B] = .6,  [C] = .4,  [E] = .8,
        [F] = 1,    [U5] = 1, [U4] = .8, [U1] = .6, [U3] = .4, [U2] = .2};
    for (int g = 0; g < N_GROUPS; g++)
        assert_near(factor[g], expected[g], 1e-12);
    memset(use, 0, sizeof use); /* all tie */
    fair_share_tree(groups, N_GROUPS, use, factor, &arena);
    for (int g = 0; g < N_GROUPS; g++)
        assert_near(factor[g], 1, 0);
    /* Over a docket: the factor's setting. */
    static const struct docket_row rows[] = {{.name = "a", .request = 1},
                                             {.name = "b", .request = 1}};
    struct docket *d = docket_of_rows(10, rows, 2, &arena);
    double used[3] = {30, 20, 10}, capacity = 100, values[2];
    d->history = (struct history){1, used, &capacity};
    evaluate("fair_share", "form", 1, d, values);
    assert_near(values[0], .5, 0);
    assert_near(values[1], 1, 0);
}

/* Ties, worked out from the published rule: groups that tie are walked as one, a team
 * that ties with a group has the rank of its first. */
static void test_fair_share_tree_ties(void **state)
{
    (void)state;
    struct group merged[] = {
        {"", 1, 0, NULL, -1, 1, -1, -1, -1},  {"A", 1, 0, NULL, 0, 3, 2, -1, -1},
        {"B", 1, 0, NULL, 0, 5, -1, -1, -1},  {"a1", 1, 0, NULL, 1, -1, 4, 0, -1},
        {"a2", 1, 0, NULL, 1, -1, -1, 1, -1}, {"b1", 1, 0, NULL, 2, -1, 6, 2, -1},
        {"b2", 1, 0, NULL, 2, -1, -1, 3, -1}};
    /* Level shares 1 and 1; below them 1/2, infinite, 2 and 2/3. */
    double use[] = {.8, .4, .4, .4, 0, .1, .3}, factor[7];
    static const double expected[] = {1, 1, .75, .25, 1, .75, .5};
    fair_share_tree(merged, 7, use, factor, &arena);
    for (int g = 0; g < 7; g++)
        assert_near(factor[g], expected[g], 1e-12);
    struct group team[] = {{"", 1, 0, NULL, -1, 1, -1, -1, -1},
                           {"A", 1, 0, NULL, 0, 3, 2, -1, -1},
                           {"t", 1, 0, NULL, 0, -1, -1, 0, -1},
                           {"a1", 1, 0, NULL, 1, -1, 4, 1, -1},
                           {"a2", 1, 0, NULL, 1, -1, -1, 2, -1}};
    double even[] = {.6, .3, .3, .3, 0};
    fair_share_tree(team, 5, even, factor, &arena);
    assert_near(factor[2], 1, 0);
    assert_near(factor[4], 1, 0);
    assert_near(factor[3], 1. / 3, 1e-12);
}

/* The factor's own decay: of 100 in the last month, 80, 60 and 40 before it, with a
 * half-life of 2 months, 200.710678 count [C]. */
static void test_fair_share_decay(void **state)
{
    (void)state;
    static const double use[] = {100, 80, 60, 40};
    static const struct docket_row rows[] = {{.name = "a", .request = 1},
                                             {.name = "b", .request = 1}};
    struct docket *d = docket_of_rows(10, rows, 2, &arena);
    double used[4 * 3] = {0}, capacity[4], counted = 0, values[2];
    for (size_t k = 0; k < 4; k++) {
        used[k * 3 + 1] = used[k * 3] = use[k];
        capacity[k] = 1000;
        counted += 1000 * pow(.5, (double)k / 2);
    }
    d->history = (struct history){4, used, capacity};
    evaluate("fair_share", "half_life_months", 2, d, values);
    /* The share of each is 1/2; what b did not use counts for it. */
    assert_near(-log2(values[0]) / 2, 200.710678 / counted, 1e-9);
    assert_near(values[1], 1, 0);
    d->history.n_past = 0;
    evaluate("fair_share", NULL, 0, d, values);
    assert_near(values[0], 1, 0);
}

/* ---- closeness, age, need ---- */

static void test_closeness(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a"}, {.name = "b"}, {.name = "c"},
                                             {.name = "d"}, {.name = "e"}, {.name = "f"}};
    static const double months[] = {0, 2, 6, -2, NAN, -1000};
    static const double expected[] = {1, .5, .125, .5, 0, 0};
    struct docket *d = docket_of_rows(10, rows, 6, &arena);
    struct claim *claims = (struct claim *)d->claims;
    double values[6];
    for (size_t i = 0; i < 6; i++)
        claims[i].months_to_target = months[i];
    evaluate("closeness", "half_life_months", 2, d, values);
    for (size_t i = 0; i < 6; i++)
        assert_near(values[i], expected[i], 1e-12);
}

/* Months are work left over the use of the last closed month; nothing used, or no
 * project: never. */
static void test_closeness_by_pace(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
    struct docket *d = docket_of_rows(10, rows, 3, &arena);
    struct claim *claims = (struct claim *)d->claims;
    double values[3];
    for (size_t i = 0; i < 3; i++) {
        claims[i].left_gpu_hours = 6000;
        claims[i].last_month_gpu_hours = i == 1 ? 0 : 1500;
        claims[i].months_to_target = 0;
    }
    claims[2].project = -1;
    evaluate("closeness", "by", 1, d, values);
    assert_near(values[0], .25, 1e-12); /* 4 months, half-life 2 */
    assert_near(values[1], 0, 0);
    assert_near(values[2], 0, 0);
}

static void test_progress_and_overlap(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
    struct docket *d = docket_of_rows(10, rows, 3, &arena);
    struct claim *claims = (struct claim *)d->claims;
    static const double planned[] = {4000, 2000, 0}, left[] = {1000, 2000, 0},
                        rival[] = {2000, 0, 0}, progress[] = {.75, 0, 0},
                        overlap[] = {1. / 3, 0, 0};
    double values[3];
    for (size_t i = 0; i < 3; i++) {
        claims[i].planned_gpu_hours = planned[i];
        claims[i].left_gpu_hours = left[i];
        claims[i].rival_gpu_hours = rival[i];
    }
    evaluate("progress", NULL, 0, d, values);
    for (size_t i = 0; i < 3; i++)
        assert_near(values[i], progress[i], 1e-12);
    evaluate("overlap", NULL, 0, d, values);
    for (size_t i = 0; i < 3; i++)
        assert_near(values[i], overlap[i], 1e-12);
}

/* Half-life 2: of 100, 80, 60 and 40 that were used 200.710678 count [C], of twice as
 * much that was granted twice as much. */
static void test_track_record(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a"}, {.name = "b"}};
    struct docket *d = docket_of_rows(10, rows, 2, &arena);
    double used[4 * 3] = {0}, granted[4 * 3] = {0}, capacity[4] = {0}, values[2];
    for (size_t k = 0; k < 4; k++)
        used[k * 3 + 1] = 100 - 20 * (double)k;
    granted[1] = 321.421356;
    d->history = (struct history){4, used, capacity, granted, {2025, 1, 1}};
    evaluate("track_record", "half_life_months", 2, d, values);
    assert_near(values[0], 200.710678 / 321.421356, 1e-8);
    assert_near(values[1], 1, 0); /* was granted nothing */
    d->history.granted = NULL;
    evaluate("track_record", NULL, 0, d, values);
    assert_near(values[0], 1, 0);
}

static void test_age_and_need(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {
        {.name = "a", .request = 5}, {.name = "b", .request = 20}, {.name = "c"}};
    static const double months[] = {1.5, 7, 0};
    struct docket *d = docket_of_rows(10, rows, 3, &arena);
    struct claim *claims = (struct claim *)d->claims;
    double values[3];
    for (size_t i = 0; i < 3; i++)
        claims[i].months_unfilled = months[i];
    evaluate("age", "max_months", 6, d, values);
    assert_near(values[0], .25, 1e-12);
    assert_near(values[1], 1, 0);
    assert_near(values[2], 0, 0);
    evaluate("need", NULL, 0, d, values);
    assert_near(values[0], .5, 1e-12);
    assert_near(values[1], 1, 0); /* not above 1 */
    assert_near(values[2], 0, 0);
    ((struct docket_pool *)d->pools)->capacity_gpus = 0;
    evaluate("need", NULL, 0, d, values);
    assert_near(values[1], 0, 0);
}

/* ---- priority: the most specific rating of each member stands ---- */

static void test_priority(void **state)
{
    (void)state;
    struct group groups[] = {{"", 1, 0, NULL, -1, 1, -1, -1, -1},
                             {"lab", 1, 0, NULL, 0, 2, -1, -1, -1},
                             {"team", 1, 0, NULL, 1, -1, -1, 7, -1}};
    struct claim claims[] = {{.project = 3,
                              .team = 7,
                              .group = 2,
                              .kind_id = 4,
                              .topic_id = 5,
                              .priority = .2},
                             {.project = -1,
                              .team = 7,
                              .group = 2,
                              .kind_id = -1,
                              .topic_id = -1,
                              .priority = .3}};
    struct docket d = {.groups = groups, .n_groups = 3, .claims = claims, .n_claims = 2};
    double values[2];
    evaluate("priority", NULL, 0, &d, values); /* one mind: the project's own */
    assert_near(values[0], .2, 0);
    assert_near(values[1], .3, 0);
    /* From the least to the most specific; each masks those before it. */
    struct rating ratings[] = {{RATED_TOPIC, 5, .91},  {RATED_KIND, 4, .92},
                               {RATED_GROUP, 0, .93},  {RATED_GROUP, 1, .94},
                               {RATED_GROUP, 2, .95},  {RATED_TEAM, 7, .96},
                               {RATED_PROJECT, 3, .97}};
    struct member member = {"one", 1, ratings, 0};
    struct council council = {.every_months = 1, .members = &member, .n_members = 1};
    d.council = &council;
    for (size_t n = 0; n <= 7; n++) {
        member.n_ratings = n;
        evaluate("priority", NULL, 0, &d, values);
        assert_near(values[0], n == 0 ? .2 : .90 + .01 * (double)n, 1e-12);
        /* Exploration has no project, kind or topic. */
        size_t known = n < 3 ? 0 : n < 7 ? n : 6;
        assert_near(values[1], known == 0 ? .3 : .90 + .01 * (double)known, 1e-12);
    }
    /* In any order; what is about others does not count. */
    struct rating others[] = {{RATED_PROJECT, 3, .97}, {RATED_TOPIC, 5, .91},
                              {RATED_PROJECT, 4, .1},  {RATED_TEAM, 6, .1},
                              {RATED_KIND, 5, .1},     {RATED_TOPIC, 4, .1}};
    member.ratings = others;
    member.n_ratings = 6;
    evaluate("priority", NULL, 0, &d, values);
    assert_near(values[0], .97, 1e-12);
    assert_near(values[1], .3, 1e-12);
    /* The weighted mean over members; who says nothing takes the project's own. */
    struct member members[] = {{"x", 1, others, 6}, {"y", 3, NULL, 0}};
    council.members = members;
    council.n_members = 2;
    evaluate("priority", NULL, 0, &d, values);
    assert_near(values[0], (.97 + 3 * .2) / 4, 1e-12);
    members[0].weight = members[1].weight = 0;
    evaluate("priority", NULL, 0, &d, values);
    assert_near(values[0], .2, 0);
}

/* ---- the ledger decay: E = max(0, s * sum_k>=0 d^k cap_k - sum_k>=1 d^k used_k) ---- */

static void test_ledger_decay(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .share = 3}, {.name = "b"}};
    const struct ledger_type *decay = ledgers[ledger_find("decay")];
    struct docket *d = docket_of_rows(10, rows, 2, &arena);
    double half_life[1] = {2}, hours[3];
    double used[4 * 3] = {0}, capacity[] = {5000, 6000, 7000, 8000};
    assert_int_equal(decay->settings.size, sizeof half_life);
    ((struct docket_pool *)d->pools)->charge = 2.5;
    for (size_t k = 0; k < 4; k++) {
        used[k * 3 + 1] = 100 - 20 * (double)k;
        used[k * 3 + 2] = 1e6;
    }
    d->history = (struct history){4, used, capacity};
    decay->entitle(d, half_life, &arena, hours);
    double step = pow(.5, .5), offered = 10 * 720 * 2.5;
    for (int k = 1; k <= 4; k++)
        offered += pow(step, k) * capacity[k - 1];
    assert_near(hours[1], .75 * offered - step * 200.7106781186548, 1e-9);
    assert_near(hours[2], 0, 0);
    assert_near(hours[0], offered, 1e-9);
    d->history.n_past = 0;
    decay->entitle(d, half_life, &arena, hours);
    assert_near(hours[1], .75 * 10 * 720 * 2.5, 1e-9);
    assert_near(decay->half_life_months(half_life), 2, 0);
}

/* ---- scores, and what a rule remembers ---- */

static void test_scores(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 5, .score = .5},
                                             {.name = "b", .request = 10, .score = 1}};
    struct docket *d = docket_of_rows(10, rows, 2, &arena);
    struct rule rule;
    struct award award;
    struct arena scratch;
    arena_init(&scratch);
    rule_init(&rule, &arena);
    assert_true(isnan(rule_half_life_months(&rule)));
    rule.weights[factor_find("priority")] = 2;
    rule.weights[factor_find("need")] = -1;
    assert_null(award_make(d, &rule, &award, NULL, &arena, &scratch));
    assert_near(award.scores[0], 2 * .5 - .5, 1e-12);
    assert_near(award.scores[1], 2 * 1 - 1, 1e-12);
    assert_near(award.factor_values[factor_find("need")][1], 1, 0);
    assert_true(isnan(award_factor(&award, (size_t)factor_find("age"), 0)));
    rule.weights[factor_find("fair_share")] = 0.1;
    setting_store(settings_find(&score_fair_share.settings, "half_life_months"),
                  rule.factor_settings[factor_find("fair_share")], 5);
    assert_near(rule_half_life_months(&rule), 5, 0);
    rule.ledger = ledger_find("decay");
    assert_near(rule_half_life_months(&rule), 2, 0);
    arena_release(&scratch);
}

static void test_registries(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_factors; i++)
        assert_int_equal(factor_find(factors[i]->name), i);
    for (size_t i = 0; i < n_ledgers; i++)
        assert_int_equal(ledger_find(ledgers[i]->name), i);
    assert_int_equal(factor_find("no such factor"), -1);
    assert_int_equal(ledger_find("no such ledger"), -1);
}

/* All in [0, 1], whatever the docket. */
static void test_random(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct docket *d = docket_random(seed, seed % 40, (unsigned)seed % 16, &arena);
        double *values = ARENA_ARRAY(&arena, double, d->n_claims);
        for (size_t f = 0; f < n_factors; f++) {
            const struct setting *first =
                factors[f]->settings.n_items > 0 ? &factors[f]->settings.items[0] : NULL;
            bool is_choice = first && first->type == SETTING_CHOICE;
            size_t n_choices = is_choice ? first->n_choices : 1;
            for (size_t choice = 0; choice < n_choices; choice++) {
                evaluate(factors[f]->name, is_choice ? first->key : NULL, (double)choice,
                         d, values);
                for (size_t i = 0; i < d->n_claims; i++)
                    assert_true(values[i] >= 0 && values[i] <= 1);
            }
        }
        arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fair_share_classic),
        cmocka_unit_test(test_fair_share_tree),
        cmocka_unit_test(test_fair_share_tree_ties),
        cmocka_unit_test(test_fair_share_decay),
        cmocka_unit_test(test_closeness),
        cmocka_unit_test(test_closeness_by_pace),
        cmocka_unit_test(test_progress_and_overlap),
        cmocka_unit_test(test_track_record),
        cmocka_unit_test(test_age_and_need),
        cmocka_unit_test(test_priority),
        cmocka_unit_test(test_ledger_decay),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_registries),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, make_arena, release_arena) != 0;
}
