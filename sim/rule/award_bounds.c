#include "rule/award_work.h"

#include "base/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sort_key {
    const struct claim *claim;
    size_t index;
};

static int compare_claims(const void *a, const void *b)
{
    const struct claim *x = ((const struct sort_key *)a)->claim;
    const struct claim *y = ((const struct sort_key *)b)->claim;
    if (x->pool != y->pool)
        return x->pool < y->pool ? -1 : 1;
    int names = strcmp(x->name, y->name);
    if (names != 0)
        return names;
    if ((x->project < 0) != (y->project < 0))
        return x->project < 0 ? 1 : -1;
    return x->claimant < y->claimant ? -1 : x->claimant > y->claimant;
}

void award_sort(struct award_work *w)
{
    const struct docket *d = w->docket;
    struct sort_key *keys = ARENA_ARRAY(w->scratch, struct sort_key, w->n);
    bool is_sorted = true;
    for (size_t i = 0; i < w->n; i++) {
        keys[i] = (struct sort_key){&d->claims[i], i};
        is_sorted = is_sorted && (i == 0 || compare_claims(&keys[i - 1], &keys[i]) < 0);
    }
    if (!is_sorted)
        qsort(keys, w->n, sizeof *keys, compare_claims);
    w->order = ARENA_ARRAY(w->scratch, size_t, w->n);
    w->pool_first = ARENA_ARRAY(w->scratch, size_t, d->n_pools + 1);
    w->group_first = ARENA_ARRAY(w->scratch, size_t, d->n_groups + 1);
    w->group_claims = ARENA_ARRAY(w->scratch, size_t, w->n);
    for (size_t i = 0; i < w->n; i++) {
        CHECK(keys[i].claim->pool >= 0 && (size_t)keys[i].claim->pool < d->n_pools);
        CHECK(keys[i].claim->group >= 0 && (size_t)keys[i].claim->group < d->n_groups);
        w->order[i] = keys[i].index;
        w->pool_first[keys[i].claim->pool + 1]++;
        w->group_first[keys[i].claim->group + 1]++;
    }
    for (size_t p = 0; p < d->n_pools; p++)
        w->pool_first[p + 1] += w->pool_first[p];
    for (size_t g = 0; g < d->n_groups; g++)
        w->group_first[g + 1] += w->group_first[g];
    size_t *next = ARENA_ARRAY(w->scratch, size_t, d->n_groups + 1);
    memcpy(next, w->group_first, (d->n_groups + 1) * sizeof *next);
    for (size_t i = 0; i < w->n; i++)
        w->group_claims[next[keys[i].claim->group]++] = i;
}

/* Up to a whole number of units; noise above one is no further unit. */
static double round_up(double gpus, double unit)
{
    if (unit <= 0 || !isfinite(gpus))
        return gpus;
    return ceil(gpus / unit - AWARD_SLACK) * unit;
}

static void round_claims(struct award_work *w)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct claim *c = award_claim(w, i);
        double unit = w->unit[c->pool];
        w->hi[i] = fmin(round_up(c->requested_gpus, unit), round_up(c->ceiling_gpus, unit));
        w->min[i] = round_up(c->min_gpus, unit);
        w->floor[i] = fmin(c->floor_gpus, w->hi[i]);
        w->last[i] = c->last_gpus;
        w->is_new[i] = c->is_new;
        if (w->hi[i] < w->min[i]) /* it may never run */
            w->hi[i] = w->floor[i] = 0;
    }
}

/* Over projects a group's ceiling and floor are spread over the claims below it in
 * proportion to what they ask: ceilings from the leaves up, then floors. */
static void spread_group_bounds(struct award_work *w)
{
    const struct docket *d = w->docket;
    size_t n_cells = d->n_groups * d->n_pools;
    double *sums = ARENA_ARRAY(w->scratch, double, n_cells);
    double *floors = ARENA_ARRAY(w->scratch, double, n_cells);
    double *factor = ARENA_ARRAY(w->scratch, double, n_cells);
    for (int pass = 0; pass < 2; pass++) {
        memset(sums, 0, n_cells * sizeof *sums);
        memset(floors, 0, n_cells * sizeof *floors);
        for (size_t i = 0; i < w->n; i++) {
            const struct claim *c = award_claim(w, i);
            size_t cell = (size_t)c->group * d->n_pools + (size_t)c->pool;
            sums[cell] += w->hi[i];
            floors[cell] += w->floor[i];
        }
        for (size_t g = d->n_groups; g-- > 0;)
            for (size_t p = 0; p < d->n_pools; p++) {
                size_t cell = g * d->n_pools + p;
                double ceiling = w->group_ceiling[cell];
                if (pass == 0) {
                    factor[cell] = sums[cell] > ceiling ? ceiling / sums[cell] : 1;
                    sums[cell] *= factor[cell];
                } else {
                    double floor = fmin(d->bounds[cell].floor_gpus, sums[cell]);
                    double room = sums[cell] - floors[cell];
                    factor[cell] =
                        floor > floors[cell] && room > 0 ? (floor - floors[cell]) / room
                                                         : 0;
                    floors[cell] = fmax(floor, floors[cell]);
                }
                if (d->groups[g].parent >= 0) {
                    size_t up = (size_t)d->groups[g].parent * d->n_pools + p;
                    sums[up] += sums[cell];
                    floors[up] += floors[cell];
                }
            }
        for (size_t i = 0; i < w->n; i++) {
            const struct claim *c = award_claim(w, i);
            for (int g = c->group; g >= 0; g = d->groups[g].parent) {
                double f = factor[(size_t)g * d->n_pools + (size_t)c->pool];
                if (pass == 0)
                    w->hi[i] *= f;
                else
                    w->floor[i] += f * (w->hi[i] - w->floor[i]);
            }
            w->floor[i] = fmin(w->floor[i], w->hi[i]);
        }
    }
}

void award_set_bounds(struct award_work *w)
{
    const struct docket *d = w->docket;
    size_t n_cells = d->n_groups * d->n_pools;
    bool has_group_floors = false;
    w->unit = ARENA_ARRAY(w->scratch, double, d->n_pools);
    w->group_ceiling = ARENA_ARRAY(w->scratch, double, n_cells);
    w->hi = ARENA_ARRAY(w->scratch, double, w->n);
    w->first_hi = ARENA_ARRAY(w->scratch, double, w->n);
    w->floor = ARENA_ARRAY(w->scratch, double, w->n);
    w->min = ARENA_ARRAY(w->scratch, double, w->n);
    w->last = ARENA_ARRAY(w->scratch, double, w->n);
    w->is_new = ARENA_ARRAY(w->scratch, bool, w->n);
    w->is_aside = ARENA_ARRAY(w->scratch, bool, w->n);
    for (size_t p = 0; p < d->n_pools; p++)
        w->unit[p] = w->rule->unit_gpus >= 0 ? (double)w->rule->unit_gpus
                                             : d->pools[p].unit_gpus;
    for (size_t cell = 0; cell < n_cells; cell++) {
        double ceiling = d->bounds[cell].ceiling_gpus;
        w->group_ceiling[cell] = round_up(ceiling, w->unit[cell % d->n_pools]);
        w->has_group_ceilings |= isfinite(ceiling);
        has_group_floors |= d->bounds[cell].floor_gpus > 0;
    }
    round_claims(w);
    if (w->rule->over == OVER_PROJECTS && (w->has_group_ceilings || has_group_floors))
        spread_group_bounds(w);
    for (size_t i = 0; i < w->n; i++) {
        struct award_step step = {STEP_BOUNDS,        award_claim(w, i)->pool, -1,
                                  (int)w->order[i], w->hi[i],                w->floor[i]};
        award_trace_add(w->trace, step);
    }
}

/* In the first pass a claim gets at most request * min(1, E of its group / the group's
 * charged requests); a floor is never cut. */
void award_set_entitlements(struct award_work *w)
{
    const struct docket *d = w->docket;
    const struct ledger_type *ledger = ledgers[w->rule->ledger];
    w->entitled_hours = ARENA_ARRAY(w->scratch, double, d->n_groups);
    memcpy(w->first_hi, w->hi, w->n * sizeof *w->hi);
    if (!ledger->entitle) {
        for (size_t g = 0; g < d->n_groups; g++)
            w->entitled_hours[g] = NAN;
        return;
    }
    ledger->entitle(d, w->rule->ledger_settings[w->rule->ledger], w->scratch,
                    w->entitled_hours);
    double *charged = ARENA_ARRAY(w->scratch, double, d->n_groups);
    for (size_t i = 0; i < w->n; i++) {
        const struct claim *c = award_claim(w, i);
        charged[c->group] += w->hi[i] * d->pools[c->pool].charge * d->hours_to_next;
    }
    for (size_t i = 0; i < w->n; i++) {
        const struct claim *c = award_claim(w, i);
        double entitled = w->entitled_hours[c->group];
        if (charged[c->group] > entitled)
            w->first_hi[i] = w->hi[i] * (entitled / charged[c->group]);
        w->first_hi[i] = fmax(w->first_hi[i], w->floor[i]);
        double group_gpus = d->hours_to_next > 0 ? entitled / d->hours_to_next : 0;
        struct award_step step = {STEP_ENTITLED,      c->pool,        -1,
                                  (int)w->order[i], w->first_hi[i], group_gpus};
        award_trace_add(w->trace, step);
    }
}
