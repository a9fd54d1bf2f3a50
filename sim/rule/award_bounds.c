/* What each claim may get. Requests, ceilings and minimums are rounded to units once; the
 * bounds of groups are spread over their claims for each division anew, because a claim
 * that is set aside leaves its part to the others. */
#include "rule/award_work.h"

#include <math.h>
#include <string.h>

/* Up to a whole number of units; noise above one is no further unit. */
static double round_up(double gpus, double unit)
{
    if (unit <= 0 || !isfinite(gpus))
        return gpus;
    double units = ceil(gpus / unit - AWARD_SLACK);
    return units > 0 ? units * unit : 0;
}

static void round_claims(struct award_work *w)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct claim *c = award_claim(w, i);
        double unit = w->unit[c->pool];
        w->ask[i] =
            smaller(round_up(c->requested_gpus, unit), round_up(c->ceiling_gpus, unit));
        w->min[i] = c->requested_gpus > 0 ? round_up(c->min_gpus, unit) : 0;
        if (w->ask[i] < w->min[i]) /* it can never run */
            w->ask[i] = 0;
        w->assured[i] = smaller(c->floor_gpus, w->ask[i]);
        w->last[i] = c->last_gpus;
        w->is_new[i] = c->is_new;
    }
}

/* What was decided for a group is a ceiling where the division above it goes by that, but
 * for its floor. It is at least what was decided for all groups below. */
static void cap_by_decisions(struct award_work *w)
{
    const struct docket *d = w->docket;
    double *most = ARENA_ARRAY(w->scratch, double, d->n_groups * d->n_pools);
    for (size_t g = d->n_groups; g-- > 1;)
        for (size_t p = 0; p < d->n_pools; p++) {
            size_t cell = g * d->n_pools + p;
            const struct bounds *b = &d->bounds[cell];
            award_pass_up(w, g, p, most);
            most[cell] = larger(larger(most[cell], b->fixed_gpus), b->floor_gpus);
            if (award_division_above(w, g).type->reads & READS_DECISIONS)
                w->group_ceiling[cell] =
                    smaller(w->group_ceiling[cell], round_up(most[cell], w->unit[p]));
        }
}

static void ask_ledger(struct award_work *w)
{
    const struct docket *d = w->docket;
    const struct ledger_type *ledger = ledgers[w->rule->ledger];
    const void *settings = w->rule->ledger_settings[w->rule->ledger];
    w->entitled_hours = ARENA_ARRAY(w->scratch, double, d->n_groups);
    w->limit_hours = ARENA_ARRAY(w->scratch, double, d->n_groups);
    for (size_t g = 0; g < d->n_groups; g++) {
        w->entitled_hours[g] = NAN;
        w->limit_hours[g] = INFINITY;
    }
    if (ledger->entitle)
        ledger->entitle(d, settings, w->scratch, w->entitled_hours);
    if (award_has_limits(w))
        ledger->limit(d, settings, w->scratch, w->limit_hours);
    for (size_t g = 0; g < d->n_groups && award_has_limits(w); g++)
        w->limit_hours[g] = larger(w->limit_hours[g], w->entitled_hours[g]);
}

void award_set_bounds(struct award_work *w)
{
    const struct docket *d = w->docket;
    struct arena *scratch = w->scratch;
    size_t n_cells = d->n_groups * d->n_pools;
    double **by_claim[] = {&w->ask, &w->assured,  &w->min,   &w->last,
                           &w->hi,  &w->first_hi, &w->floor, &w->grants};
    double **by_cell[] = {&w->group_ceiling, &w->group_limit, &w->group_floor,
                          &w->group_grants};
    for (size_t k = 0; k < sizeof by_claim / sizeof *by_claim; k++)
        *by_claim[k] = ARENA_BARE(scratch, double, w->n);
    for (size_t k = 0; k < sizeof by_cell / sizeof *by_cell; k++)
        *by_cell[k] = ARENA_ARRAY(scratch, double, n_cells);
    w->is_new = ARENA_BARE(scratch, bool, w->n);
    w->is_aside = ARENA_ARRAY(scratch, bool, w->n);
    w->unit = ARENA_ARRAY(scratch, double, d->n_pools);
    w->kept = ARENA_ARRAY(scratch, double, d->n_pools);
    for (size_t p = 0; p < d->n_pools; p++)
        w->unit[p] = rule_unit(w->rule, d->pools[p].unit_gpus);
    for (size_t cell = 0; cell < n_cells; cell++) {
        double ceiling = d->bounds[cell].ceiling_gpus;
        w->group_ceiling[cell] = round_up(ceiling, w->unit[cell % d->n_pools]);
        w->has_group_bounds |= isfinite(ceiling) || d->bounds[cell].floor_gpus > 0;
    }
    round_claims(w);
    if (rule_reads(w->rule, d->groups, d->n_groups) & READS_DECISIONS)
        cap_by_decisions(w);
    ask_ledger(w);
}

void award_sum_leaves(const struct award_work *w, const double *by_claim, double *by_cell)
{
    const struct docket *d = w->docket;
    memset(by_cell, 0, d->n_groups * d->n_pools * sizeof *by_cell);
    for (size_t i = 0; i < w->n; i++)
        by_cell[w->cell[i]] += by_claim[i];
}

void award_pass_up(const struct award_work *w, size_t g, size_t p, double *by_cell)
{
    const struct docket *d = w->docket;
    for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling)
        by_cell[g * d->n_pools + p] += by_cell[(size_t)c * d->n_pools + p];
}

void award_sum(const struct award_work *w, const double *by_claim, double *by_cell)
{
    award_sum_leaves(w, by_claim, by_cell);
    for (size_t g = w->docket->n_groups; g-- > 0;)
        for (size_t p = 0; p < w->docket->n_pools; p++)
            award_pass_up(w, g, p, by_cell);
}

/* How a group's bounds change those of each claim below it. */
struct spread {
    double shrink; /* floors that exceed the ceiling are scaled to it */
    double cut;    /* what a claim may get beyond its floor is scaled */
    double lift;   /* a part of that becomes guaranteed */
};

static struct spread spread_of(double ceiling, double floor, double most, double floors)
{
    struct spread s = {1, 1, 0};
    if (floors > ceiling)
        s.shrink = ceiling / floors;
    floors = smaller(floors, ceiling);
    if (most > ceiling)
        s.cut = most > floors ? (ceiling - floors) / (most - floors) : 0;
    most = smaller(most, ceiling);
    if (floor > floors && most > floors)
        s.lift = smaller(1, (floor - floors) / (most - floors));
    return s;
}

/* Over projects a group's ceiling and floor are spread over the claims below it, from the
 * leaves up, in proportion to what they ask beyond their own floors. */
static void spread_group_bounds(struct award_work *w)
{
    const struct docket *d = w->docket;
    size_t n_cells = d->n_groups * d->n_pools;
    struct spread *spreads = ARENA_ARRAY(w->scratch, struct spread, n_cells);
    double *most = ARENA_ARRAY(w->scratch, double, n_cells);
    double *floors = ARENA_ARRAY(w->scratch, double, n_cells);
    award_sum_leaves(w, w->hi, most);
    award_sum_leaves(w, w->floor, floors);
    for (size_t g = d->n_groups; g-- > 0;)
        for (size_t p = 0; p < d->n_pools; p++) {
            size_t cell = g * d->n_pools + p;
            double ceiling = w->group_ceiling[cell], floor = d->bounds[cell].floor_gpus;
            award_pass_up(w, g, p, most);
            award_pass_up(w, g, p, floors);
            spreads[cell] = spread_of(ceiling, floor, most[cell], floors[cell]);
            most[cell] = smaller(most[cell], ceiling);
            floors[cell] = smaller(larger(floors[cell], floor), most[cell]);
        }
    for (size_t i = 0; i < w->n; i++) {
        size_t pool = w->cell[i] % d->n_pools;
        for (int g = (int)(w->cell[i] / d->n_pools); g >= 0; g = d->groups[g].parent) {
            struct spread s = spreads[(size_t)g * d->n_pools + pool];
            double more = w->hi[i] - w->floor[i];
            w->floor[i] *= s.shrink;
            if (s.shrink < 1 || s.cut < 1)
                w->hi[i] = w->floor[i] + s.cut * more;
            w->floor[i] =
                smaller(w->hi[i], w->floor[i] + s.lift * (w->hi[i] - w->floor[i]));
        }
    }
}

/* In the first pass a claim gets at most request * min(1, E of its group / the group's
 * charged requests), in both at most as much by its limit; a floor is never cut. Over the
 * tree groups are cut, not claims. `most` by claim is `hi`, or what is cut of it. */
static void cut_claims(struct award_work *w, const double *hours, double *most)
{
    const struct docket *d = w->docket;
    double *charged = ARENA_ARRAY(w->scratch, double, d->n_groups);
    for (size_t i = 0; i < w->n; i++) {
        size_t g = w->cell[i] / d->n_pools, p = w->cell[i] % d->n_pools;
        charged[g] += w->hi[i] * d->pools[p].charge * d->hours_to_next;
    }
    for (size_t i = 0; i < w->n; i++) {
        size_t g = w->cell[i] / d->n_pools;
        if (charged[g] > hours[g])
            most[i] = larger(w->floor[i], w->hi[i] * (hours[g] / charged[g]));
    }
}

static void trace_limits(struct award_work *w)
{
    const struct docket *d = w->docket;
    for (size_t i = 0; i < w->n; i++) {
        const struct claim *c = award_claim(w, i);
        struct award_step step = {.kind = STEP_BOUNDS,
                                  .pool = c->pool,
                                  .group = -1,
                                  .claim = (int)w->order[i],
                                  .value = w->hi[i],
                                  .other = w->floor[i]};
        award_trace_add(w->trace, step);
        if (!award_has_ledger(w))
            continue;
        step.kind = STEP_ENTITLED;
        step.value = w->first_hi[i];
        step.other =
            d->hours_to_next > 0 ? w->entitled_hours[c->group] / d->hours_to_next : 0;
        award_trace_add(w->trace, step);
    }
}

void award_set_limits(struct award_work *w)
{
    const struct docket *d = w->docket;
    size_t n_cells = d->n_groups * d->n_pools;
    for (size_t i = 0; i < w->n; i++) {
        w->hi[i] = w->is_aside[i] ? 0 : w->ask[i];
        w->floor[i] = w->is_aside[i] ? 0 : w->assured[i];
    }
    memcpy(w->group_limit, w->group_ceiling, n_cells * sizeof *w->group_limit);
    if (w->rule->over == OVER_PROJECTS && w->has_group_bounds)
        spread_group_bounds(w);
    if (w->rule->over == OVER_PROJECTS && award_has_limits(w))
        cut_claims(w, w->limit_hours, w->hi);
    memcpy(w->first_hi, w->hi, w->n * sizeof *w->hi);
    if (w->rule->over == OVER_PROJECTS && award_has_ledger(w))
        cut_claims(w, w->entitled_hours, w->first_hi);
    if (w->trace)
        trace_limits(w);
}
