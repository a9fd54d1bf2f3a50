/* The whole award: passes, bounds of groups, inertia, minimums, units, trace. */
#include "rule/award.h"
#include "support/dockets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct arena arena, scratch;
static struct rule rule;
static struct award award;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    arena_init(&scratch);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    arena_release(&scratch);
    return 0;
}

/* The default rule with grants that are not rounded. */
static void open_rule(const char *division, int over, const char *ledger)
{
    arena_reset(&arena);
    rule_init(&rule, &arena);
    rule.division = division_find(division);
    rule.over = over;
    rule.ledger = ledger_find(ledger);
    rule.unit_gpus = 0;
    rule_refresh(&rule);
    assert_null(rule_clash(&rule, &arena));
}

static void make(const struct docket *docket)
{
    const char *message = award_make(docket, &rule, &award, NULL, &arena, &scratch);
    if (message)
        fail_msg("%s", message);
}

static void assert_near(double x, double y)
{
    if (!(fabs(x - y) <= 1e-9 * (1 + fabs(y))))
        fail_msg("%.17g is not %.17g", x, y);
}

static void assert_grants(const struct docket *docket, const double *grants)
{
    make(docket);
    for (size_t i = 0; i < docket->n_claims; i++)
        if (!(fabs(award.granted_gpus[i] - grants[i]) <= 1e-9 * (1 + grants[i])))
            fail_msg("%s: %.17g, not %.17g", docket->claims[i].name,
                     award.granted_gpus[i], grants[i]);
}

/* Makes the claim one of another row's team. */
static void move_to_team(struct docket *d, size_t claim, size_t row)
{
    struct claim *claims = (struct claim *)d->claims;
    claims[claim].group = claims[row].group;
    claims[claim].team = claims[row].team;
}

/* Puts a level between the root and the teams of rows[first..last], with bounds; teams
 * keep their order by name only if the rows are in order. Returns the docket. */
static struct docket *with_lab(const struct docket *docket, size_t first, size_t last,
                               double floor_gpus, double ceiling_gpus)
{
    struct docket *d = ARENA_NEW(&arena, struct docket);
    size_t n = docket->n_groups, lab = 1;
    struct group *groups = ARENA_ARRAY(&arena, struct group, n + 1);
    struct bounds *bounds = ARENA_ARRAY(&arena, struct bounds, n + 1);
    struct claim *claims = ARENA_ARRAY(&arena, struct claim, docket->n_claims);
    double *share_frac = ARENA_ARRAY(&arena, double, n + 1);
    *d = *docket;
    /* Only teams before and after the lab stay below the root: the lab is number 1. */
    for (size_t g = 0; g < n; g++) {
        size_t now = g == 0 ? 0 : g + 1;
        groups[now] = docket->groups[g];
        bounds[now] = docket->bounds[g];
        groups[now].next_sibling = -1;
        groups[now].first_child = -1;
        if (g > 0)
            groups[now].parent = g - 1 >= first && g - 1 <= last ? (int)lab : 0;
    }
    groups[lab] = (struct group){"Lab", 1, 0, NULL, 0, -1, -1, -1, -1};
    bounds[lab] = (struct bounds){floor_gpus, ceiling_gpus};
    for (size_t g = n + 1; g-- > 1;) {
        struct group *parent = &groups[groups[g].parent];
        groups[g].next_sibling = parent->first_child;
        parent->first_child = (int)g;
    }
    for (size_t i = 0; i < d->n_claims; i++) {
        claims[i] = docket->claims[i];
        claims[i].group++;
    }
    docket_fill_shares(groups, n + 1, share_frac);
    d->groups = groups;
    d->bounds = bounds;
    d->share_frac = share_frac;
    d->usage_frac = d->age_months = NULL;
    d->n_groups = n + 1;
    d->claims = claims;
    return d;
}

/* ---- the ledger's two passes ---- */

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
    /* Not beyond what the division grants in all: a leaves 30 of its entitlement. */
    open_rule("proportional", OVER_PROJECTS, "decay");
    rule.beyond = BEYOND_NONE;
    rule.step_frac = 0.9;
    rows[0] = (struct docket_row){.name = "a", .request = 20, .last = 10, .score = .5};
    d = docket_of_rows(100, rows, 2, &arena);
    assert_grants(d, (const double[]){20, 50});
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
    assert_grants(docket_of_rows(1000, rows, 3, &arena), (const double[]){1000, 0, 0});
    /* A minimum above the pool, the request, the ceiling: never served, in nobody's way.
     */
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
                double x = c->priority, y = other->priority;
                int order = c->pool != other->pool ? c->pool - other->pool
                                                   : strcmp(c->name, other->name);
                if (x > y || (x == y && order < 0))
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
            struct docket *d =
                docket_random(seed, seed < 9 ? 20 : 150,
                              DOCKET_MINIMUMS | (seed % 3 ? DOCKET_BOUNDS : 0), &arena);
            struct claim *claims = (struct claim *)d->claims;
            for (size_t i = 0; i < d->n_claims; i++) {
                claims[i].project = (int)i; /* owners of one claim each, by their names */
                claims[i].name = arena_printf(&arena, "p%05zu", i);
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

/* ---- whole units ---- */

static void test_units(void **state)
{
    (void)state;
    struct docket_row rows[] = {{.name = "a", .request = 60, .score = .2},
                                {.name = "b", .request = 60, .score = .5},
                                {.name = "c", .request = 5, .score = .1}};
    open_rule("equal", OVER_PROJECTS, "none");
    rule.unit_gpus = 8;
    /* 5 is rounded up to a unit; 46 each would be left: 5.75 units, by score. */
    assert_grants(docket_of_rows(100, rows, 3, &arena), (const double[]){40, 48, 8});
    rows[1].score = .2; /* ties by name */
    assert_grants(docket_of_rows(100, rows, 3, &arena), (const double[]){48, 40, 8});
    struct docket *d = docket_of_rows(100, rows, 3, &arena);
    ((struct docket_pool *)d->pools)->unit_gpus = 20;
    rule.unit_gpus = -1; /* the pool's own */
    assert_grants(d, (const double[]){40, 40, 20});
    /* A minimum of 41 is one of 48. */
    rule.unit_gpus = 8;
    rows[0].min = 41;
    d = docket_of_rows(96, rows, 3, &arena);
    assert_grants(d, (const double[]){0, 64, 8});
    assert_true(award.is_set_aside[0]);
    rows[0].min = 48;
    rows[1].score = .1; /* now b pays for a's minimum */
    d = docket_of_rows(104, rows, 3, &arena);
    assert_grants(d, (const double[]){48, 48, 8});
}

/* 36 seats [P Balinski and Young]: a pool of 36 among requests in these proportions. */
static void test_seats(void **state)
{
    (void)state;
    static const double weights[] = {27744, 25178, 19951, 14610, 9225, 3292};
    static const double seats[N_UNITS_METHODS][6] = {
        [UNITS_LARGEST_REMAINDER] = {10, 9, 7, 5, 4, 1},
        [UNITS_WEBSTER] = {10, 9, 8, 5, 3, 1},
        [UNITS_JEFFERSON] = {11, 9, 7, 5, 3, 1}};
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    for (int over = OVER_PROJECTS; over <= OVER_TREE; over++)
        for (int method = 0; method < N_UNITS_METHODS; method++) {
            struct docket_row rows[6];
            for (size_t i = 0; i < 6; i++)
                rows[i] = (struct docket_row){.name = names[i], .request = weights[i]};
            open_rule("proportional", over, "none");
            rule.unit_gpus = 1;
            rule.round = method;
            assert_grants(docket_of_rows(36, rows, 6, &arena), seats[method]);
        }
}

/* Parts of a group's ceiling, or of its entitlement, that are no whole units are put
 * together again: 13 units for 10 claims that may have 1.3 each. */
static void test_losses(void **state)
{
    (void)state;
    struct docket_row rows[10];
    for (size_t i = 0; i < 10; i++)
        rows[i] = (struct docket_row){
            .name = arena_printf(&arena, "t%zu", i), .request = 50, .score = .5};
    open_rule("equal", OVER_PROJECTS, "none");
    for (size_t i = 0; i < 10; i++)
        rows[i].name = arena_printf(&arena, "t%zu", i);
    rule.unit_gpus = 8;
    struct docket *d = with_lab(docket_of_rows(500, rows, 10, &arena), 0, 9, 0, 100);
    make(d);
    for (size_t i = 0; i < 10; i++)
        assert_near(award.granted_gpus[i], i < 3 ? 16 : 8);
    rule.ledger = ledger_find("decay");
    rule.beyond = BEYOND_NONE;
    d = docket_of_rows(130, rows, 10, &arena); /* 13 each */
    for (size_t i = 1; i < 10; i++)
        move_to_team(d, i, 0);
    struct group *groups = (struct group *)d->groups;
    for (size_t g = 2; g < d->n_groups; g++)
        groups[g].share = 0.0001; /* the team of all has nearly all: 129.9 */
    docket_fill_shares(groups, d->n_groups, (double *)d->share_frac);
    make(d);
    double sum = 0;
    for (size_t i = 0; i < 10; i++)
        sum += award.granted_gpus[i];
    assert_near(sum, 128); /* not 80 */
}

/* ---- trace ---- */

static bool has_step(const struct award_trace *trace, enum award_step_kind kind)
{
    for (size_t s = 0; s < trace->n_steps; s++)
        if (trace->steps[s].kind == kind)
            return true;
    return false;
}

/* The last of a claim's steps that states its GPUs is its grant. */
static void check_trace(const struct docket *d, const struct award_trace *trace)
{
    double *gpus = ARENA_ARRAY(&arena, double, d->n_claims);
    double *most = ARENA_ARRAY(&arena, double, d->n_claims);
    for (size_t i = 0; i < d->n_claims; i++)
        gpus[i] = most[i] = NAN;
    for (size_t s = 0; s < trace->n_steps; s++) {
        const struct award_step *step = &trace->steps[s];
        assert_true((step->group >= 0) != (step->claim >= 0));
        assert_true(step->pool >= 0 && (size_t)step->pool < d->n_pools);
        if (step->claim < 0) {
            assert_int_equal(step->kind, STEP_GROUP);
            continue;
        }
        assert_int_equal(step->pool, d->claims[step->claim].pool);
        switch (step->kind) {
        case STEP_BOUNDS:
            assert_true(step->other <= step->value);
            most[step->claim] = step->value;
            break;
        case STEP_SET_ASIDE:
            assert_true(step->value < step->other);
            gpus[step->claim] = 0;
            break;
        case STEP_UNITS: /* says what was before */
            assert_true(step->other == gpus[step->claim]);
            gpus[step->claim] = step->value;
            break;
        case STEP_ENTITLED:
        case STEP_GROUP:
            break;
        default:
            gpus[step->claim] = step->value;
        }
    }
    for (size_t i = 0; i < d->n_claims; i++) {
        assert_true(gpus[i] == award.granted_gpus[i]);
        assert_false(isnan(most[i]));
    }
}

static void test_trace(void **state)
{
    (void)state;
    size_t n_set_aside = 0, n_returned = 0;
    for (uint64_t seed = 0; seed < 600; seed++) {
        struct award_trace trace;
        struct award silent;
        struct dice dice = {seed};
        arena_reset(&arena);
        rule_init(&rule, &arena);
        rule.division = (int)dice_below(&dice, n_divisions);
        rule.over = (int)dice_below(&dice, 2);
        rule.ledger = (int)dice_below(&dice, n_ledgers);
        rule.beyond = (int)dice_below(&dice, 2);
        rule.unit_gpus = dice_chance(&dice, 0.5) ? 8 : 0;
        rule.step_frac = dice_chance(&dice, 0.3) ? 0.1 : 1;
        rule_refresh(&rule);
        if (rule_clash(&rule, &arena))
            continue;
        struct docket *d =
            docket_random(seed, 1 + dice_below(&dice, seed % 10 ? 20 : 300),
                          (unsigned)dice_below(&dice, 16), &arena);
        assert_null(award_make(d, &rule, &silent, NULL, &arena, &scratch));
        award_trace_init(&trace);
        assert_null(award_make(d, &rule, &award, &trace, &arena, &scratch));
        size_t size = d->n_claims * sizeof(double);
        assert_memory_equal(award.granted_gpus, silent.granted_gpus, size);
        check_trace(d, &trace);
        bool has_ledger = ledgers[rule.ledger]->entitle;
        assert_true(has_step(&trace, STEP_BOUNDS));
        assert_true(has_step(&trace, STEP_ENTITLEMENTS_PASS));
        assert_int_equal(has_step(&trace, STEP_ENTITLED), has_ledger);
        assert_int_equal(has_step(&trace, STEP_GROUP), rule.over == OVER_TREE);
        assert_int_equal(has_step(&trace, STEP_BEYOND_PASS),
                         has_ledger && rule.beyond == BEYOND_DIVIDE);
        assert_int_equal(has_step(&trace, STEP_INERTIA), rule.step_frac < 1);
        n_set_aside += has_step(&trace, STEP_SET_ASIDE);
        n_returned += has_step(&trace, STEP_RETURNED);
        award_trace_release(&trace);
    }
    assert_true(n_set_aside > 50 && n_returned > 10);
}

/* ---- which parts go together ---- */

static void test_clashes(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 8, .score = .5}};
    static const struct {
        const char *division;
        bool runs[2][2]; /* [over][ledger: none, decay] */
    } cells[] = {
        {"equal", {{1, 1}, {1, 1}}},    {"proportional", {{1, 1}, {1, 1}}},
        {"weighted", {{1, 1}, {0, 0}}}, {"max-min", {{1, 1}, {1, 1}}},
        {"ranked", {{1, 1}, {0, 0}}},   {"drf", {{1, 1}, {1, 1}}},
        {"quota", {{1, 0}, {1, 0}}},    {"credits", {{0, 0}, {1, 0}}},
    };
    assert_int_equal(sizeof cells / sizeof *cells, n_divisions);
    for (size_t k = 0; k < n_divisions * 4; k++) {
        arena_reset(&arena);
        rule_init(&rule, &arena);
        rule.division = division_find(cells[k / 4].division);
        rule.over = k / 2 % 2;
        rule.ledger = ledger_find(k % 2 ? "decay" : "none");
        rule_refresh(&rule);
        const char *clash = rule_clash(&rule, &arena);
        if (cells[k / 4].runs[k / 2 % 2][k % 2]) {
            assert_null(clash);
            make(docket_of_rows(10, rows, 1, &arena));
            continue;
        }
        /* Names the division, and those that would do. */
        assert_non_null(clash);
        assert_non_null(strstr(clash, cells[k / 4].division));
        assert_non_null(strstr(clash, rule.over == OVER_TREE && !rule.divide->over_groups
                                          ? "equal, proportional, max-min, drf, quota"
                                          : "equal, proportional, weighted, max-min"));
    }
}

static void test_group_clashes(void **state)
{
    (void)state;
    open_rule("equal", OVER_TREE, "none");
    struct group lab = {"lab", 1, 0, NULL, 0, 2, -1, -1, -1};
    struct group team = {"team", 1, 0, NULL, 1, -1, -1, 0, -1};
    assert_null(rule_group_clash(&rule, &lab, &arena));
    team.division = lab.division = division_find("ranked");
    assert_null(rule_group_clash(&rule, &team, &arena)); /* among its own claims */
    assert_non_null(strstr(rule_group_clash(&rule, &lab, &arena), "among groups"));
    team.division = lab.division = division_find("credits");
    assert_null(rule_group_clash(&rule, &lab, &arena));
    assert_non_null(strstr(rule_group_clash(&rule, &team, &arena), "a team's claims"));
    rule.ledger = ledger_find("decay");
    assert_non_null(strstr(rule_group_clash(&rule, &lab, &arena), "takes no ledger"));
}

/* A group's own division, and its accounts. */
static void test_divisions_of_groups(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 90, .score = .2},
                                             {.name = "b", .request = 30, .score = .8},
                                             {.name = "c", .request = 90, .score = .5}};
    open_rule("max-min", OVER_TREE, "none");
    struct docket *d = with_lab(docket_of_rows(120, rows, 3, &arena), 0, 1, 0, INFINITY);
    struct group *groups = (struct group *)d->groups;
    assert_grants(d, (const double[]){30, 30, 60});
    assert_null(award.next_accounts);
    groups[1].division = division_find("proportional");
    assert_grants(d, (const double[]){45, 15, 60});
    groups[1].division = division_find("credits");
    assert_grants(d, (const double[]){30, 30, 60});
    assert_non_null(award.next_accounts);
    assert_near(award.next_accounts[0], 0); /* below the root nobody counts credits */
    assert_near(award.next_accounts[1], 0);
    /* 1,000 meetings' worth of a quarter of 120 each; a borrows 15 of its own free 15. */
    assert_near(award.next_accounts[2], 30000);
    assert_near(award.next_accounts[3], 30000);
    double accounts[] = {0, 0, 100, 7, 0}; /* the richer borrows all that is common */
    d->accounts = accounts;
    assert_grants(d, (const double[]){45, 15, 60});
    assert_near(award.next_accounts[2], 100 + 15 - 30);
    assert_near(award.next_accounts[3], 7 + 15);
}

/* ---- the order of claims; thousands of them ---- */

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void test_thousands(void **state)
{
    (void)state;
    for (size_t cell = 0; cell < n_divisions * 4; cell++) {
        arena_reset(&arena);
        rule_init(&rule, &arena);
        rule.division = (int)(cell / 4);
        rule.over = cell & 1 ? OVER_TREE : OVER_PROJECTS;
        rule.ledger = ledger_find(cell & 2 ? "decay" : "none");
        rule.unit_gpus = 8;
        rule_refresh(&rule);
        if (rule_clash(&rule, &arena))
            continue;
        struct docket *d =
            docket_random(cell, 5000, (unsigned)cell % 16 & ~DOCKET_MINIMUMS, &arena);
        struct award before;
        size_t *from = ARENA_ARRAY(&arena, size_t, 5000);
        assert_null(award_make(d, &rule, &before, NULL, &arena, &scratch));
        make(docket_shuffled(d, cell, from, &arena));
        for (size_t i = 0; i < 5000; i++)
            assert_memory_equal(&award.granted_gpus[i], &before.granted_gpus[from[i]],
                                sizeof(double));
    }
}

/* 2,000 claims, each with a minimum, on pools for a few: every claim but those is set
 * aside, and neither time nor memory runs away. The limits are far above what is needed,
 * for slow machines and sanitizers. */
static void test_many_minimums(void **state)
{
    (void)state;
    struct rusage usage;
    long most_kb = 0;
    double slowest = 0;
    for (size_t cell = 0; cell < n_divisions * 4; cell++) {
        arena_reset(&arena);
        rule_init(&rule, &arena);
        rule.division = (int)(cell / 4);
        rule.over = cell & 1 ? OVER_TREE : OVER_PROJECTS;
        rule.ledger = ledger_find(cell & 2 ? "decay" : "none");
        rule.unit_gpus = 8;
        rule_refresh(&rule);
        if (rule_clash(&rule, &arena))
            continue;
        struct docket *d = docket_random(cell, 2000, 0, &arena);
        struct claim *claims = (struct claim *)d->claims;
        for (size_t i = 0; i < d->n_claims; i++) {
            claims[i].requested_gpus = 8 + (double)(i % 5);
            claims[i].min_gpus = 8;
        }
        double start = seconds();
        make(d);
        slowest = fmax(slowest, seconds() - start);
        getrusage(RUSAGE_SELF, &usage);
        if (most_kb == 0)
            most_kb = usage.ru_maxrss; /* a first award has been made */
    }
    print_message("slowest award of 2,000 minimums: %.3f s\n", slowest);
    assert_true(slowest < 10);
    assert_true(usage.ru_maxrss - most_kb < 100000);
}

/* ---- the empty, the odd and the wrong ---- */

static void test_empty(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {
        {.name = "a", .request = 5, .min = 2, .floor = 1, .last = 3, .score = .5},
        {.name = "b", .score = .5}};
    for (size_t cell = 0; cell < n_divisions * 4; cell++) {
        arena_reset(&arena);
        rule_init(&rule, &arena);
        rule.division = (int)(cell / 4);
        rule.over = cell & 1 ? OVER_TREE : OVER_PROJECTS;
        rule.ledger = ledger_find(cell & 2 ? "decay" : "none");
        rule.step_frac = 0.5;
        rule_refresh(&rule);
        if (rule_clash(&rule, &arena))
            continue;
        make(
            docket_of_rows(100, NULL, 0, &arena)); /* no claims, no groups but the root */
        struct docket *d = docket_of_rows(0, rows, 2, &arena); /* no GPUs */
        make(d);
        assert_true(award.granted_gpus[0] == 0 && award.granted_gpus[1] == 0);
        d = docket_of_rows(100, rows, 2, &arena); /* no time */
        d->hours_to_next = 0;
        make(d);
        assert_true(award.granted_gpus[1] == 0);
        d->n_groups = 1; /* one team is all there is */
        ((struct group *)d->groups)[0].first_child = -1;
        ((struct claim *)d->claims)[0].group = 0;
        d->n_claims = 1;
        d->hours_to_next = 720;
        make(d);
        assert_near(award.granted_gpus[0], 5);
        d->n_claims = d->n_pools = 0;
        make(d);
    }
}

/* Two claims of one project on one pool, which no caller makes: each counts. */
static void test_claims_of_one_owner(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 60, .score = .5},
                                             {.name = "a", .request = 60, .score = .5},
                                             {.name = "b", .request = 60, .score = .5}};
    open_rule("drf", OVER_PROJECTS, "none");
    struct docket *d = docket_of_rows(90, rows, 3, &arena);
    ((struct claim *)d->claims)[1].project = 0;
    move_to_team(d, 1, 0);
    assert_grants(d, (const double[]){30, 30, 30});
}

/* Nonsense in a docket is a bug of ours and ends the program. */
static void test_nonsense(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 5, .score = .5},
                                             {.name = "b", .request = 5, .score = .5}};
    for (int k = 0; k < 10; k++) {
        open_rule("equal", OVER_PROJECTS, "none");
        struct docket *d = docket_of_rows(10, rows, 2, &arena);
        struct claim *claim = &((struct claim *)d->claims)[1];
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            signal(SIGABRT, SIG_DFL);
            close(STDERR_FILENO);
            claim->requested_gpus = k == 0 ? NAN : k == 1 ? -1 : k == 2 ? INFINITY : 5;
            claim->min_gpus = k == 3 ? NAN : 0;
            claim->ceiling_gpus = k == 4 ? NAN : INFINITY;
            claim->pool = k == 5 ? 1 : 0;
            claim->group = k == 6 ? 0 : 2;
            claim->priority = k == 7 ? NAN : .5;
            ((struct docket_pool *)d->pools)->capacity_gpus = k == 8 ? NAN : 10;
            ((struct group *)d->groups)[2].share = k == 9 ? 0 : 1;
            award_make(d, &rule, &award, NULL, &arena, &scratch);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
            fail_msg("nonsense %d was taken", k);
    }
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
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_seats),
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_trace),
        cmocka_unit_test(test_clashes),
        cmocka_unit_test(test_group_clashes),
        cmocka_unit_test(test_divisions_of_groups),
        cmocka_unit_test(test_thousands),
        cmocka_unit_test(test_many_minimums),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_claims_of_one_owner),
        cmocka_unit_test(test_nonsense),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
