/* Whole units. Over projects a pool's units are apportioned among its claims at once;
 * over the tree among the groups below each group, so that no ceiling is passed by
 * rounding. */
#include "rule/award_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct rounding {
    struct award_work *w;
    size_t pool;
    double unit;
    double *quota;    /* by group, in units */
    int64_t *lo, *hi; /* by group */
};

static const int64_t most_units = INT64_MAX / 4; /* two of them can be added */

static int64_t least(int64_t x, int64_t y)
{
    return x < y ? x : y;
}

static int64_t whole(double gpus, double unit)
{
    double units = floor(gpus / unit + AWARD_SLACK);
    return units < (double)most_units ? (int64_t)units : most_units;
}

/* Apportions among claims[n] (canonical indices of one pool). */
static void round_claims(struct award_work *w, double unit, int64_t total,
                         const size_t *claims, size_t n)
{
    struct arena *scratch = w->scratch;
    struct arena_mark mark = arena_get_mark(scratch);
    double *quota = ARENA_BARE(scratch, double, n);
    int64_t *lo = ARENA_BARE(scratch, int64_t, n);
    int64_t *hi = ARENA_BARE(scratch, int64_t, n);
    int64_t *out = ARENA_BARE(scratch, int64_t, n);
    size_t *tie = ARENA_BARE(scratch, size_t, n);
    for (size_t k = 0; k < n; k++) {
        size_t i = claims[k];
        quota[k] = w->grants[i] / unit;
        hi[k] = w->is_aside[i] ? 0 : whole(award_limit(w, i), unit);
        lo[k] = w->is_aside[i] ? 0 : least(whole(w->min[i], unit), hi[k]);
        tie[k] = w->tie[i];
    }
    units_apportion((enum units_method)w->rule->round, total, n, quota, lo, hi, tie, out,
                    scratch);
    for (size_t k = 0; k < n; k++)
        w->grants[claims[k]] = (double)out[k] * unit;
    arena_rewind(scratch, mark);
}

/* The claims of a leaf on this pool: group_claims holds them pool by pool. */
static size_t *leaf_claims(const struct rounding *r, int g, size_t *n)
{
    struct award_work *w = r->w;
    size_t first = w->group_first[g], last = w->group_first[g + 1];
    size_t n_pools = w->docket->n_pools;
    while (first < last && w->cell[w->group_claims[first]] % n_pools != r->pool)
        first++;
    size_t end = first;
    while (end < last && w->cell[w->group_claims[end]] % n_pools == r->pool)
        end++;
    *n = end - first;
    return w->group_claims + first;
}

static void sum_units(struct rounding *r)
{
    struct award_work *w = r->w;
    const struct docket *d = w->docket;
    for (size_t i = w->pool_first[r->pool]; i < w->pool_first[r->pool + 1]; i++) {
        size_t g = w->cell[i] / w->docket->n_pools;
        int64_t hi = w->is_aside[i] ? 0 : whole(award_limit(w, i), r->unit);
        int64_t lo = w->is_aside[i] ? 0 : least(whole(w->min[i], r->unit), hi);
        r->quota[g] += w->grants[i] / r->unit;
        r->hi[g] = least(r->hi[g] + hi, most_units);
        r->lo[g] = least(r->lo[g] + lo, most_units);
    }
    for (size_t g = d->n_groups; g-- > 0;) {
        double limit = w->group_limit[g * d->n_pools + r->pool];
        int parent = d->groups[g].parent;
        for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling)
            r->quota[g] += r->quota[c];
        r->hi[g] = least(r->hi[g], whole(limit, r->unit));
        r->lo[g] = least(r->lo[g], r->hi[g]);
        if (parent >= 0) {
            r->hi[parent] = least(r->hi[parent] + r->hi[g], most_units);
            r->lo[parent] = least(r->lo[parent] + r->lo[g], most_units);
        }
    }
}

static void round_group(struct rounding *r, int g, int64_t total)
{
    struct award_work *w = r->w;
    const struct docket *d = w->docket;
    if (d->groups[g].first_child < 0) {
        size_t n;
        size_t *claims = leaf_claims(r, g, &n);
        round_claims(w, r->unit, total, claims, n);
        return;
    }
    size_t n = 0, k = 0;
    for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling)
        n++;
    double *quota = ARENA_ARRAY(w->scratch, double, n);
    int64_t *bounds = ARENA_ARRAY(w->scratch, int64_t, 3 * n);
    size_t *tie = ARENA_ARRAY(w->scratch, size_t, n);
    for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling, k++) {
        quota[k] = r->quota[c];
        bounds[k] = r->lo[c];
        bounds[n + k] = r->hi[c];
        tie[k] = k;
    }
    int64_t *out = bounds + 2 * n;
    units_apportion((enum units_method)w->rule->round, total, n, quota, bounds,
                    bounds + n, tie, out, w->scratch);
    k = 0;
    for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling)
        round_group(r, c, out[k++]);
}

struct loss {
    double units;
    size_t claim, tie;
};

static int by_loss(const void *a, const void *b)
{
    const struct loss *x = a, *y = b;
    if (x->units != y->units)
        return x->units > y->units ? -1 : 1;
    return x->tie < y->tie ? -1 : x->tie > y->tie;
}

/* Limits that are no whole units, such as a part of a group's ceiling, cost each claim
 * its fraction. What they cost together is handed out again, one unit each by largest
 * loss, where the groups' own bounds allow. */
static void hand_out_losses(struct award_work *w, size_t p, const double *before,
                            int64_t total)
{
    size_t first = w->pool_first[p], n = w->pool_first[p + 1] - first, n_losses = 0;
    struct loss *losses = ARENA_BARE(w->scratch, struct loss, n);
    double unit = w->unit[p], enough = unit * (1 - AWARD_SLACK);
    for (size_t i = first; i < first + n; i++) {
        double units = round((before[i] - w->grants[i]) / unit / AWARD_SLACK);
        total -= whole(w->grants[i], unit);
        if (units > 0 && !w->is_aside[i] && w->ask[i] - w->grants[i] >= enough)
            losses[n_losses++] = (struct loss){units, i, w->tie[i]};
    }
    if (total <= 0)
        return;
    qsort(losses, n_losses, sizeof *losses, by_loss);
    for (size_t k = 0; k < n_losses && total > 0; k++) {
        size_t i = losses[k].claim;
        if (award_room(w, i) < enough)
            continue;
        total--;
        w->grants[i] += unit;
        w->hi[i] = larger(w->hi[i], w->grants[i]);
        w->first_hi[i] = larger(w->first_hi[i], w->grants[i]);
        award_take(w, i, unit);
    }
}

static void round_pool(struct award_work *w, size_t p, int64_t total)
{
    const struct docket *d = w->docket;
    if (w->rule->over == OVER_PROJECTS) {
        size_t first = w->pool_first[p], n = w->pool_first[p + 1] - first;
        round_claims(w, w->unit[p], total, w->group_claims + w->n + first, n);
        return;
    }
    struct rounding r = {.w = w,
                         .pool = p,
                         .unit = w->unit[p],
                         .quota = ARENA_ARRAY(w->scratch, double, d->n_groups),
                         .lo = ARENA_ARRAY(w->scratch, int64_t, d->n_groups),
                         .hi = ARENA_ARRAY(w->scratch, int64_t, d->n_groups)};
    sum_units(&r);
    round_group(&r, 0, total);
}

void award_round(struct award_work *w)
{
    const struct docket *d = w->docket;
    double *before = ARENA_BARE(w->scratch, double, w->n);
    int64_t *total = ARENA_ARRAY(w->scratch, int64_t, d->n_pools);
    memcpy(before, w->grants, w->n * sizeof *before);
    award_sum(w, w->grants, w->group_grants);
    for (size_t p = 0; p < d->n_pools; p++) {
        double granted = smaller(w->group_grants[p], d->pools[p].capacity_gpus);
        if (w->unit[p] > 0) {
            total[p] = whole(granted, w->unit[p]);
            round_pool(w, p, total[p]);
        }
    }
    award_sum(w, w->grants, w->group_grants);
    for (size_t p = 0; p < d->n_pools; p++)
        if (w->unit[p] > 0)
            hand_out_losses(w, p, before, total[p]);
    for (size_t i = 0; i < w->n && w->trace; i++)
        if (w->grants[i] != before[i])
            award_trace_add(
                w->trace, (struct award_step){STEP_UNITS, award_claim(w, i)->pool, -1,
                                              (int)w->order[i], w->grants[i], before[i]});
}
