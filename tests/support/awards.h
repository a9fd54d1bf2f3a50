/* awards.h - what the tests of the award share: a rule, an award, and dockets with a lab.
 * For one test program each: the functions are its own. */
#ifndef ALLOT_TESTS_SUPPORT_AWARDS_H
#define ALLOT_TESTS_SUPPORT_AWARDS_H

#include "rule/award.h"
#include "support/dockets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

/* A program need not call all of them. */
#define AWARD_FIXTURE static __attribute__((unused))

static struct arena arena, scratch;
static struct rule rule;
static struct award award;

AWARD_FIXTURE int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    arena_init(&scratch);
    return 0;
}

AWARD_FIXTURE int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    arena_release(&scratch);
    return 0;
}

/* The default rule with grants that are not rounded. */
AWARD_FIXTURE void open_rule(const char *division, int over, const char *ledger)
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

AWARD_FIXTURE void make(const struct docket *docket)
{
    const char *message = award_make(docket, &rule, &award, NULL, &arena, &scratch);
    if (message)
        fail_msg("%s", message);
}

AWARD_FIXTURE void assert_near(double x, double y)
{
    if (!(fabs(x - y) <= 1e-9 * (1 + fabs(y))))
        fail_msg("%.17g is not %.17g", x, y);
}

AWARD_FIXTURE void assert_grants(const struct docket *docket, const double *grants)
{
    make(docket);
    for (size_t i = 0; i < docket->n_claims; i++)
        if (!(fabs(award.granted_gpus[i] - grants[i]) <= 1e-9 * (1 + grants[i])))
            fail_msg("%s: %.17g, not %.17g", docket->claims[i].name,
                     award.granted_gpus[i], grants[i]);
}

/* Makes the claim one of another row's team. */
AWARD_FIXTURE void move_to_team(struct docket *d, size_t claim, size_t row)
{
    struct claim *claims = (struct claim *)d->claims;
    claims[claim].group = claims[row].group;
    claims[claim].team = claims[row].team;
}

/* Puts a level between the root and the teams of rows[first..last], with bounds; teams
 * keep their order by name only if the rows are in order. Returns the docket. */
AWARD_FIXTURE struct docket *with_lab(const struct docket *docket, size_t first,
                                      size_t last, double floor_gpus, double ceiling_gpus)
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

#endif
