/* The award: passes, bounds of groups, inertia, minimums. */
#include "support/awards.h"

#include <stdlib.h>
#include <string.h>

static void test_two_passes(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 100, .score = .5},
                                             {.name = "b", .request = 20, .score = .5}};
    for (int over = OVER_PROJECTS; over <= OVER_TREE; over++) {
        open_rule("proportional", over, "decay");
        struct docket *d = docket_of_rows(100, rows, 2, &arena);
        /* Each is entitled to 50 of 100; b leaves 30 of its own, which a then gets. */
        assert_grants(d, (const double[]){80, 20});
        assert_near(award.entitled_hours[1], 36000);
        assert_near(award.entitled_gpus[0], 50);
        assert_near(award.entitled_gpus[1], 50);
        rule.beyond = BEYOND_NONE;
        assert_grants(d, (const double[]){50, 20});
        /* What a used last month counts sqrt(1/2) today. */
        double used[] = {50000, 50000, 0}, capacity[] = {72000};
        d->history = (struct history){1, used, capacity};
        double half = sqrt(.5), hours = .5 * 72000 * (1 + half) - half * 50000;
        assert_grants(d, (const double[]){hours / 720, 20});
        assert_near(award.entitled_hours[1], hours);
        rule.beyond = BEYOND_DIVIDE;
        assert_grants(d, (const double[]){80, 20});
        /* Scarce: a's entitlement and b's request first, and no more. */
        ((struct claim *)d->claims)[1].requested_gpus = 80;
        double first = hours / 720, wanted = first + 80;
        assert_true(wanted > 100);
        assert_grants(d, (const double[]){100 * first / wanted, 100 * 80 / wanted});
    }
}

/* Over projects a team's claims are cut alike; over the tree the team is, and its claims
 * share by score. A set-aside claim leaves its part of the entitlement. */
static void test_entitlement_of_a_team(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {
        {.name = "a", .request = 100, .score = .9},
        {.name = "b", .request = 100, .score = .1},
        {.name = "c", .request = 10, .score = .5},
        {.name = "d", .request = 10, .score = .5, .share = 1e-9}};
    static const double by_request[] = {25, 25, 10, 10}, by_score[] = {45, 5, 10, 10};
    for (int over = OVER_PROJECTS; over <= OVER_TREE; over++) {
        open_rule("equal", over, "decay");
        rule.beyond = BEYOND_NONE;
        struct docket *d = docket_of_rows(100, rows, 4, &arena);
        struct group *groups = (struct group *)d->groups;
        groups[2].share = 1e-12; /* b's own team; it is one of a's */
        move_to_team(d, 1, 0);
        move_to_team(d, 3, 2);
        groups[4].share = 1e-12;
        docket_fill_shares(groups, d->n_groups, (double *)d->share_frac);
        const double *expected = over == OVER_TREE ? by_score : by_request;
        make(d);
        for (size_t i = 0; i < 4; i++)
            assert_true(fabs(award.granted_gpus[i] - expected[i]) < 1e-6);
        assert_true(fabs(award.entitled_gpus[0] - 25) < 1e-6);
        /* Of two that need 40 of 50, one gets 50. */
        ((struct claim *)d->claims)[0].min_gpus = 40;
        ((struct claim *)d->claims)[1].min_gpus = 40;
        make(d);
        assert_true(fabs(award.granted_gpus[0] - 50) < 1e-6);
        assert_true(award.granted_gpus[1] == 0 && award.is_set_aside[1]);
    }
}

/* ---- floors and ceilings of groups ---- */

static void test_group_bounds(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 60, .score = .5},
                                             {.name = "b", .request = 60, .score = .5},
                                             {.name = "c", .request = 90, .score = .5}};
    for (int over = OVER_PROJECTS; over <= OVER_TREE; over++) {
        open_rule("equal", over, "none");
        const struct docket *plain = docket_of_rows(90, rows, 3, &arena);
        assert_grants(plain, (const double[]){30, 30, 30});
        /* a and b together at most 40. */
        struct docket *d = with_lab(plain, 0, 1, 0, 40);
        assert_grants(d, (const double[]){20, 20, 50});
        /* At least 80. */
        d = with_lab(plain, 0, 1, 80, INFINITY);
        assert_grants(d, (const double[]){40, 40, 10});
        /* More than the pool has: all of it. */
        d = with_lab(plain, 0, 1, 110, INFINITY);
        assert_grants(d, (const double[]){45, 45, 0});
        /* More than they ask for is not given. */
        d = with_lab(plain, 0, 1, 500, INFINITY);
        ((struct claim *)d->claims)[0].requested_gpus = 20;
        ((struct claim *)d->claims)[1].requested_gpus = 20;
        assert_grants(d, (const double[]){20, 20, 50});
        /* A floor of one inside the ceiling of both: 35 of 40. Over projects the other 5
         * are open to each in proportion to what it asks beyond its floor: 25 and 60. */
        d = with_lab(plain, 0, 1, 0, 40);
        ((struct claim *)d->claims)[0].floor_gpus = 35;
        double rest = over == OVER_TREE ? 0 : 5 * 25. / 85;
        assert_grants(d, (const double[]){35 + rest, 5 - rest, 50});
        /* Floors that exceed the ceiling above them are scaled to it. */
        ((struct claim *)d->claims)[1].floor_gpus = 45;
        assert_grants(d, (const double[]){17.5, 22.5, 50});
    }
}

/* What a claim cannot have under its group's ceiling, another of the group can. */
static void test_ceiling_and_minimum(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {
        {.name = "a", .request = 60, .score = .4, .min = 50},
        {.name = "b", .request = 60, .score = .5, .min = 50},
        {.name = "c", .request = 90, .score = .5}};
    for (int over = OVER_PROJECTS; over <= OVER_TREE; over++) {
        open_rule("equal", over, "none");
        struct docket *d = with_lab(docket_of_rows(110, rows, 3, &arena), 0, 1, 0, 70);
        assert_grants(d, (const double[]){0, 55, 55});
        assert_true(award.is_set_aside[0] && !award.is_set_aside[1]);
    }
    /* One that asks for much and gets nothing leaves its part of the ceiling, although it
     * leaves no GPUs. */
    static const struct docket_row greedy[] = {
        {.name = "a", .request = 1000, .score = .001, .min = 900},
        {.name = "b", .request = 60, .score = .5, .min = 50},
        {.name = "c", .request = 200, .score = .5}};
    open_rule("weighted", OVER_PROJECTS, "none");
    struct docket *d = with_lab(docket_of_rows(110, greedy, 3, &arena), 0, 1, 0, 70);
    assert_grants(d, (const double[]){0, 55, 55});
}

/* ---- inertia ---- */

static void test_inertia(void **state)
{
    (void)state;
    struct docket_row rows[] = {{.name = "a", .request = 100, .last = 48, .score = .5},
                                {.name = "b", .request = 100, .last = 52, .score = .5},
                                {.name = "c", .score = .5}};
    open_rule("equal", OVER_PROJECTS, "none");
    rule.threshold_frac = 0.05;
    struct docket *d = docket_of_rows(100, rows, 3, &arena);
    assert_grants(d, (const double[]){48, 52, 0}); /* near enough */
    assert_false(award.inertia_dropped);
    rule.threshold_frac = 0.03;
    assert_grants(d, (const double[]){50, 50, 0});
    rule.threshold_frac = 0;
    rule.step_frac = 0.01;
    assert_grants(d, (const double[]){49, 51, 0}); /* a step of 1 */
    /* A new claim takes its part at once, the others make room as far as steps go. */
    rows[2] = (struct docket_row){.name = "c", .request = 30, .score = .5};
    rows[0].last = rows[1].last = 40;
    rule.step_frac = 0.05;
    d = docket_of_rows(100, rows, 3, &arena);
    make(d);
    assert_near(award.granted_gpus[0], award.granted_gpus[1]);
    assert_true(award.granted_gpus[0] >= 35 && award.granted_gpus[0] <= 45);
    assert_near(award.granted_gpus[0] * 2 + award.granted_gpus[2], 100);
    /* Who asks for less than it had is free to shrink. */
    rows[2] = (struct docket_row){.name = "c", .score = .5};
    rows[0].last = 80, rows[0].request = 10, rows[1].last = 20;
    rule.step_frac = 0.5;
    d = docket_of_rows(100, rows, 3, &arena);
    assert_grants(d, (const double[]){10, 70, 0});
}

static void test_inertia_gives_way(void **state)
{
    (void)state;
    struct docket_row rows[] = {{.name = "a", .request = 100, .last = 80, .score = .5},
                                {.name = "b", .request = 100, .last = 90, .score = .5}};
    open_rule("equal", OVER_PROJECTS, "none");
    rule.step_frac = 0.05;
    struct docket *d = docket_of_rows(100, rows, 2, &arena); /* the pool has shrunk */
    assert_grants(d, (const double[]){50, 50});
    assert_true(award.inertia_dropped);
    /* Lifting a to its minimum leaves no room for b's window: all moves at once. */
    rows[0].last = 5, rows[0].min = 30, rows[1].last = 95;
    d = docket_of_rows(100, rows, 2, &arena);
    assert_grants(d, (const double[]){50, 50});
    assert_true(award.inertia_dropped);
    /* Here it does: a is lifted beyond its step, b falls by its own at most. */
    rows[1].last = 70;
    d = docket_of_rows(100, rows, 2, &arena);
    assert_grants(d, (const double[]){30, 70});
    assert_false(award.inertia_dropped);
    /* Not below a floor. */
    rows[0].min = 0, rows[0].floor = 20, rows[0].last = 5;
    d = docket_of_rows(100, rows, 2, &arena);
    assert_grants(d, (const double[]){20, 75});
    /* Not beyond what the division grants in all: b has no credits for what is common. */
    open_rule("credits", OVER_TREE, "none");
    rule.step_frac = 0.9;
    rows[0] = (struct docket_row){.name = "a", .request = 20, .last = 10, .score = .5};
    d = docket_of_rows(100, rows, 2, &arena);
    d->accounts = (const double[]){0, 0, -1000};
    assert_grants(d, (const double[]){20, 25});
}

/* ---- minimums ---- */

/* Two claims of at least 600 on a pool of 1,000: one gets 1,000 or its request, never
 * both nothing, whatever the division. */
static void test_two_minimums(void **state)
{
    (void)state;
    struct docket_row rows[] = {
        {.name = "a", .request = 1000, .min = 600, .score = .5, .last = 500},
        {.name = "b", .request = 1000, .min = 600, .score = .4, .last = 500}};
    size_t n_run = 0;
    for (size_t k = 0; k < n_divisions; k++)
        for (int variant = 0; variant < 16; variant++) {
            arena_reset(&arena);
            rule_init(&rule, &arena);
            rule.division = (int)k;
            rule.over = variant & 1 ? OVER_TREE : OVER_PROJECTS;
            rule.ledger = ledger_find(variant & 2 ? "decay" : "none");
            rule.unit_gpus = variant & 4 ? 8 : 0;
            rule.step_frac = variant & 8 ? 0.02 : 1;
            rule_refresh(&rule);
            if (rule_clash(&rule, &arena))
                continue;
            n_run++;
            rows[0].request = 1000;
            make(docket_of_rows(1000, rows, 2, &arena));
            double a = award.granted_gpus[0], b = award.granted_gpus[1];
            assert_true(a >= 600 && b == 0 && award.is_set_aside[1]);
            assert_true(a == 1000 || (variant & 8));
            rows[0].request = 704;
            make(docket_of_rows(1000, rows, 2, &arena));
            a = award.granted_gpus[0], b = award.granted_gpus[1];
            if (rule.divide == &divide_equal_losses || rule.divide == &divide_talmud) {
                assert_true(a + b >= 600 && (a == 0 || b == 0)); /* large first */
                continue;
            }
            assert_true(award.granted_gpus[0] == 704 || (variant & 8));
            assert_true(award.granted_gpus[0] >= 600 && award.granted_gpus[1] == 0);
        }
    assert_true(n_run > 40);
}

static void test_minimums(void **state)
{
    (void)state;
    struct docket_row rows[] = {{.name = "a", .request = 1000, .min = 600, .score = .9},
                                {.name = "b", .request = 1000, .min = 600, .score = .5},
                                {.name = "c", .request = 300, .min = 100, .score = .1}};
    open_rule("equal", OVER_PROJECTS, "none");
    /* b goes, then a, which stands under its minimum beside c; then a fits again. */
    assert_grants(docket_of_rows(1000, rows, 3, &arena), (const double[]){700, 0, 300});
    assert_true(!award.is_set_aside[0] && award.is_set_aside[1]);
    /* Ties: the later name goes first. */
    rows[0].score = rows[1].score = rows[2].score = .5;
    rows[2].request = rows[2].min = 0;
    struct docket *d = docket_of_rows(1000, rows, 3, &arena);
    assert_grants(d, (const double[]){1000, 0, 0});
    ((struct claim *)d->claims)[0].claimant = 7; /* the caller's number is none */
    assert_grants(d, (const double[]){1000, 0, 0});
    ((struct claim *)d->claims)[0].name = "b"; /* a project before an exploration */
    assert_grants(d, (const double[]){0, 1000, 0});
    ((struct claim *)d->claims)[1].project = -1;
    assert_grants(d, (const double[]){1000, 0, 0});
    rows[2].min = 200; /* asks for nothing, so nothing is too little */
    /* Above the pool, the request, the ceiling: never served, in nobody's way. */
    rows[0].min = 1500, rows[0].request = 2000;
    assert_grants(docket_of_rows(1000, rows, 3, &arena), (const double[]){0, 1000, 0});
    rows[0].min = 600, rows[0].request = 500;
    assert_grants(docket_of_rows(1000, rows, 3, &arena), (const double[]){0, 1000, 0});
    rows[0].request = 1000, rows[0].ceiling = 500;
    assert_grants(docket_of_rows(1000, rows, 3, &arena), (const double[]){0, 1000, 0});
    assert_true(award.is_set_aside[0]);
    assert_false(award.is_set_aside[2]); /* asks for nothing */
    /* A floor does not help a minimum. */
    rows[0].ceiling = 0, rows[0].floor = 300;
    assert_grants(docket_of_rows(1000, rows, 3, &arena), (const double[]){1000, 0, 0});
}

static int compare_claims(const struct claim *x, const struct claim *y)
{
    int names = strcmp(x->name, y->name);
    if (x->pool != y->pool)
        return x->pool - y->pool;
    if (names != 0)
        return names;
    if ((x->project < 0) != (y->project < 0))
        return x->project < 0 ? 1 : -1;
    return x->claimant - y->claimant;
}

/* What MODEL says, word for word: divide without minimums; take out the lowest claim that
 * stands under its own; divide what remains; and so on. O(n) whole awards. */
static size_t set_aside_slowly(const struct docket *docket, bool *is_aside,
                               double *grants)
{
    struct docket d = *docket;
    size_t n_aside = 0, n = docket->n_claims;
    struct claim *claims = ARENA_ARRAY(&arena, struct claim, n);
    size_t *from = ARENA_ARRAY(&arena, size_t, n);
    d.claims = claims;
    memset(is_aside, 0, n * sizeof *is_aside);
    for (;;) {
        size_t lowest = n;
        d.n_claims = 0;
        for (size_t i = 0; i < n; i++) {
            grants[i] = 0;
            if (is_aside[i])
                continue;
            claims[d.n_claims] = docket->claims[i];
            claims[d.n_claims].min_gpus = 0;
            from[d.n_claims++] = i;
        }
        make(&d);
        for (size_t k = 0; k < d.n_claims; k++) {
            size_t i = from[k];
            const struct claim *c = &docket->claims[i];
            double min = c->requested_gpus > 0 ? c->min_gpus : 0;
            bool can_run = fmin(c->requested_gpus, c->ceiling_gpus) >= min;
            grants[i] = can_run ? award.granted_gpus[k] : 0;
            if (min <= 0 || grants[i] >= min * (1 - 1e-9))
                continue;
            if (lowest < n) { /* the lowest score; then the last in order */
                const struct claim *other = &docket->claims[lowest];
                if (c->priority > other->priority ||
                    (c->priority == other->priority && compare_claims(c, other) < 0))
                    continue;
            }
            lowest = i;
        }
        if (lowest == n)
            return n_aside;
        is_aside[lowest] = true;
        n_aside++;
    }
}

/* All shortcuts leave what that slow way gives. Claims that can never run are taken out
 * before: what they ask would count there. */
static void test_minimums_against_shadow(void **state)
{
    (void)state;
    size_t n_aside = 0;
    for (size_t cell = 0; cell < n_divisions * 4; cell++)
        for (uint64_t seed = 0; seed < 12; seed++) {
            arena_reset(&arena);
            rule_init(&rule, &arena);
            rule.division = (int)(cell / 4);
            rule.over = cell & 1 ? OVER_TREE : OVER_PROJECTS;
            rule.ledger = ledger_find(cell & 2 ? "decay" : "none");
            rule.beyond = seed % 2 ? BEYOND_DIVIDE : BEYOND_NONE;
            rule.unit_gpus = 0;
            rule_refresh(&rule);
            if (rule_clash(&rule, &arena))
                continue;
            bool is_large = seed >= 9;
            struct docket *d =
                docket_random(seed, is_large ? 200 : 20,
                              DOCKET_MINIMUMS | (seed % 3 ? DOCKET_BOUNDS : 0), &arena);
            struct claim *claims = (struct claim *)d->claims;
            for (size_t i = 0; i < d->n_claims; i++) {
                if (is_large && i % 8) /* most will have to go */
                    claims[i].min_gpus = claims[i].requested_gpus;
                if (fmin(claims[i].requested_gpus, claims[i].ceiling_gpus) <
                    claims[i].min_gpus)
                    claims[i].min_gpus = 0;
            }
            bool *is_aside = ARENA_ARRAY(&arena, bool, d->n_claims);
            double *grants = ARENA_ARRAY(&arena, double, d->n_claims);
            n_aside += set_aside_slowly(d, is_aside, grants);
            make(d);
            for (size_t i = 0; i < d->n_claims; i++) {
                double noise = 1e-9 * d->pools[claims[i].pool].capacity_gpus;
                bool is_back = is_aside[i] && award.granted_gpus[i] > 0;
                if (award.is_set_aside[i] != (is_aside[i] && !is_back) ||
                    (!is_back && fabs(award.granted_gpus[i] - grants[i]) > noise))
                    fail_msg(
                        "%s over %d ledger %d seed %d, claim %zu: %.17g, slowly %.17g",
                        rule.divide->name, rule.over, rule.ledger, (int)seed, i,
                        award.granted_gpus[i], grants[i]);
            }
        }
    assert_true(n_aside > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_passes),
        cmocka_unit_test(test_entitlement_of_a_team),
        cmocka_unit_test(test_group_bounds),
        cmocka_unit_test(test_ceiling_and_minimum),
        cmocka_unit_test(test_inertia),
        cmocka_unit_test(test_inertia_gives_way),
        cmocka_unit_test(test_two_minimums),
        cmocka_unit_test(test_minimums),
        cmocka_unit_test(test_minimums_against_shadow),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
