#include "rule/award.h"

#include "rule/award_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void score_claims(struct award_work *w, struct award *award)
{
    const struct docket *d = w->docket;
    double *values = ARENA_ARRAY(w->scratch, double, w->n);
    award->factor_values = ARENA_ARRAY(w->arena, double, w->n *n_factors);
    award->scores = ARENA_ARRAY(w->arena, double, w->n);
    for (size_t f = 0; f < n_factors; f++) {
        if (w->rule->weights[f] == 0) {
            for (size_t i = 0; i < w->n; i++)
                award->factor_values[i * n_factors + f] = NAN;
            continue;
        }
        factors[f]->evaluate(d, w->rule->factor_settings[f], w->scratch, values);
        for (size_t i = 0; i < w->n; i++) {
            award->factor_values[i * n_factors + f] = values[i];
            award->scores[i] += w->rule->weights[f] * values[i];
        }
    }
    w->score = ARENA_ARRAY(w->scratch, double, w->n);
    for (size_t i = 0; i < w->n; i++)
        w->score[i] = award->scores[w->order[i]];
}

/* Past use by group as a fraction of the capacity, both decayed by the half-life that
 * the division states which counts past use; NULL where none does. */
static const double *find_usage(const struct award_work *w)
{
    const struct docket *d = w->docket;
    const struct setting *half_life = NULL;
    int index = w->rule->division;
    if (d->usage_frac)
        return d->usage_frac;
    for (size_t g = 0; g <= d->n_groups && !half_life; g++) {
        int division = g == 0 ? w->rule->division : d->groups[g - 1].division;
        if (division < 0 || !(divisions[division]->reads & READS_HISTORY))
            continue;
        half_life = settings_find(&divisions[division]->settings, "half_life_months");
        index = division;
    }
    if (!half_life)
        return NULL;
    double months = setting_number(half_life, w->rule->division_settings[index]);
    double *usage = ARENA_ARRAY(w->scratch, double, d->n_groups), capacity = 0;
    for (size_t k = 0; k < d->history.n_past; k++) {
        double decay = exp2(-(double)k / months);
        capacity += decay * d->history.capacity[k];
        for (size_t g = 0; g < d->n_groups; g++)
            usage[g] += decay * d->history.used[k * d->n_groups + g];
    }
    for (size_t g = 0; g < d->n_groups; g++)
        usage[g] = capacity > 0 ? usage[g] / capacity : 0;
    return usage;
}

/* The division above a group, which keeps its account; -1: the rule's. */
static int division_above(const struct docket *d, size_t g)
{
    return g > 0 ? d->groups[d->groups[g].parent].division : -1;
}

/* Accounts are kept over the tree only, where some group is divided by credits. */
static void open_accounts(struct award_work *w, struct award *award)
{
    const struct docket *d = w->docket;
    size_t n_cells = d->n_groups * d->n_pools;
    bool are_kept = w->rule->divide->account_at_start != NULL;
    for (size_t g = 0; g < d->n_groups; g++)
        are_kept |= d->groups[g].division >= 0 &&
                    divisions[d->groups[g].division]->account_at_start;
    if (!are_kept || w->rule->over != OVER_TREE)
        return;
    w->accounts = ARENA_ARRAY(w->scratch, double, n_cells);
    w->next_accounts = award->next_accounts = ARENA_ARRAY(w->arena, double, n_cells);
    for (size_t cell = 0; cell < n_cells; cell++) {
        size_t g = cell / d->n_pools, p = cell % d->n_pools;
        int named = division_above(d, g);
        const struct divide_type *type = named >= 0 ? divisions[named] : w->rule->divide;
        const void *settings =
            w->rule->division_settings[named >= 0 ? named : w->rule->division];
        if (d->accounts)
            w->accounts[cell] = d->accounts[cell];
        else if (type->account_at_start)
            w->accounts[cell] = type->account_at_start(settings, d->share_frac[g],
                                                       d->pools[p].capacity_gpus);
    }
}

static void trace_claims(struct award_work *w, enum award_step_kind kind,
                         const double *other)
{
    for (size_t i = 0; i < w->n && w->trace; i++)
        award_trace_add(w->trace, (struct award_step){kind, award_claim(w, i)->pool, -1,
                                                      (int)w->order[i], w->grants[i],
                                                      other ? other[i] : 0});
}

/* One division of all pools in its one or two passes, then inertia. */
static void divide_once(struct award_work *w, struct award *award)
{
    const struct docket *d = w->docket;
    struct arena_mark mark = arena_get_mark(w->scratch);
    double *capacity = ARENA_ARRAY(w->scratch, double, d->n_pools);
    award_set_limits(w);
    for (size_t p = 0; p < d->n_pools; p++)
        capacity[p] = d->pools[p].capacity_gpus;
    award_divide(w, capacity, w->first_hi, NULL, w->grants);
    trace_claims(w, STEP_ENTITLEMENTS_PASS, NULL);
    if (award_has_ledger(w) && !award_is_strict(w) && !w->breach) {
        double *want = ARENA_ARRAY(w->scratch, double, w->n);
        double *more = ARENA_ARRAY(w->scratch, double, w->n);
        award_sum(w, w->grants, w->group_grants);
        for (size_t p = 0; p < d->n_pools; p++)
            capacity[p] = award_left(w, p);
        for (size_t i = 0; i < w->n; i++)
            want[i] = larger(0, w->hi[i] - w->grants[i]);
        award_divide(w, capacity, want, w->grants, more);
        for (size_t i = 0; i < w->n; i++)
            w->grants[i] = smaller(w->hi[i], w->grants[i] + more[i]);
        trace_claims(w, STEP_BEYOND_PASS, NULL);
    }
    if (award_has_inertia(w) && !w->breach) {
        award->inertia_dropped = !award_apply_inertia(w);
        trace_claims(w, STEP_INERTIA, w->last);
    }
    arena_rewind(w->scratch, mark);
}

static bool is_under_minimum(const struct award_work *w, size_t i, double gpus)
{
    return !w->is_aside[i] && w->min[i] > 0 && gpus < w->min[i] * (1 - AWARD_SLACK);
}

static void set_aside(struct award_work *w, size_t i)
{
    w->is_aside[i] = true;
    award_trace_add(w->trace,
                    (struct award_step){STEP_SET_ASIDE, award_claim(w, i)->pool, -1,
                                        (int)w->order[i], w->grants[i], w->min[i]});
    w->grants[i] = 0;
}

/* Whether all that a claim can gain when others of its pool are set aside is what these
 * had: where one monotone division is all there is. */
static bool are_gains_bounded(const struct award_work *w)
{
    return w->rule->over == OVER_PROJECTS && w->rule->divide->is_monotone &&
           !award_has_ledger(w) && !w->has_group_bounds && !award_has_inertia(w);
}

/* Sets aside, from the lowest rank up, the first claim under its minimum and those after
 * it that must follow: that would stand under their minimum even with all that the ones
 * before them had. Whoever can never run goes without effect on others. Returns whether
 * the pools are to be divided again. */
static bool set_aside_lowest(struct award_work *w)
{
    bool is_bounded = are_gains_bounded(w), is_again = false;
    struct arena_mark mark = arena_get_mark(w->scratch);
    double *freed = ARENA_ARRAY(w->scratch, double, w->docket->n_pools);
    for (size_t rank = w->n; rank-- > 0;) {
        size_t i = w->by_rank[rank], pool = w->cell[i] % w->docket->n_pools;
        double most = w->grants[i] + freed[pool];
        if (!is_under_minimum(w, i, w->grants[i]))
            continue;
        if (w->ask[i] > 0 && is_again && !(is_bounded && is_under_minimum(w, i, most)))
            break;
        is_again |= w->ask[i] > 0 && (w->grants[i] > 0 || !is_bounded);
        freed[pool] += w->grants[i];
        set_aside(w, i);
    }
    arena_rewind(w->scratch, mark);
    return is_again;
}

/* Of the steps since the mark only those that tell who was set aside are kept. */
static void drop_division(struct award_trace *trace, size_t mark)
{
    size_t n_kept = mark;
    for (size_t s = mark; trace && s < trace->n_steps; s++)
        if (trace->steps[s].kind == STEP_SET_ASIDE)
            trace->steps[n_kept++] = trace->steps[s];
    award_trace_rewind(trace, n_kept);
}

/* While a claim stands under its minimum, the one of lowest rank is set aside and the
 * pools are divided again. */
static void divide_with_minimums(struct award_work *w, struct award *award)
{
    size_t mark = award_trace_mark(w->trace);
    divide_once(w, award);
    while (!w->breach && set_aside_lowest(w)) {
        drop_division(w->trace, mark);
        mark = award_trace_mark(w->trace);
        divide_once(w, award);
    }
}

/* Claims that were set aside and fit into what is left return in the order of rank. They
 * come after the rounding, in whole units, so that what it leaves is theirs too. */
static void return_claims(struct award_work *w)
{
    award_sum(w, w->grants, w->group_grants);
    for (size_t rank = 0; rank < w->n; rank++) {
        size_t i = w->by_rank[rank];
        const struct claim *c = award_claim(w, i);
        double unit = w->unit[c->pool], gpus = smaller(w->ask[i], award_room(w, i));
        if (!w->is_aside[i] || gpus <= 0 || gpus < w->min[i] * (1 - AWARD_SLACK))
            continue;
        if (unit > 0)
            gpus = floor(gpus / unit + AWARD_SLACK) * unit;
        w->is_aside[i] = false;
        w->grants[i] = w->hi[i] = w->first_hi[i] = larger(gpus, w->min[i]);
        award_take(w, i, w->grants[i]);
        award_trace_add(w->trace, (struct award_step){STEP_RETURNED, c->pool, -1,
                                                      (int)w->order[i], w->grants[i], 0});
    }
}

/* Hands the results over in the docket's order. A claim's part of its group's entitlement
 * is in proportion to what it asks. */
static void tell_award(const struct award_work *w, struct award *award)
{
    const struct docket *d = w->docket;
    double *charged = ARENA_ARRAY(w->scratch, double, d->n_groups);
    for (size_t i = 0; i < w->n; i++) {
        const struct claim *c = award_claim(w, i);
        charged[c->group] += w->ask[i] * d->pools[c->pool].charge * d->hours_to_next;
    }
    for (size_t i = 0; i < w->n; i++) {
        size_t at = w->order[i];
        int g = award_claim(w, i)->group;
        award->granted_gpus[at] = w->grants[i];
        award->is_set_aside[at] = w->is_aside[i];
        award->entitled_gpus[at] = !award_has_ledger(w) ? NAN
                                   : charged[g] > 0
                                       ? w->ask[i] * (w->entitled_hours[g] / charged[g])
                                       : 0;
    }
    memcpy(award->entitled_hours, w->entitled_hours, d->n_groups * sizeof(double));
}

const char *award_make(const struct docket *docket, const struct rule *rule,
                       struct award *award, struct award_trace *trace,
                       struct arena *arena, struct arena *scratch)
{
    arena_reset(scratch);
    struct award_work w = {.docket = docket,
                           .rule = rule,
                           .trace = trace,
                           .scratch = scratch,
                           .arena = arena,
                           .n = docket->n_claims};
    *award =
        (struct award){.granted_gpus = ARENA_ARRAY(arena, double, w.n),
                       .entitled_gpus = ARENA_ARRAY(arena, double, w.n),
                       .entitled_hours = ARENA_ARRAY(arena, double, docket->n_groups),
                       .is_set_aside = ARENA_ARRAY(arena, bool, w.n)};
    award_sort(&w);
    score_claims(&w, award);
    award_rank(&w);
    award_set_bounds(&w);
    award_set_parties(&w, find_usage(&w));
    open_accounts(&w, award);
    divide_with_minimums(&w, award);
    if (!w.breach) {
        award_round(&w);
        return_claims(&w);
        w.breach = award_check(&w);
    }
    tell_award(&w, award);
    return w.breach;
}
