#include "rule/award.h"

#include "rule/award_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void score_claims(struct award_work *w, struct award *award, struct arena *arena)
{
    const struct docket *d = w->docket;
    double *values = ARENA_ARRAY(w->scratch, double, w->n);
    award->factor_values = ARENA_ARRAY(arena, double, w->n * n_factors);
    award->scores = ARENA_ARRAY(arena, double, w->n);
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

struct ranked {
    double score;
    size_t index;
};

static int by_score(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Returns the claims in the order of their ranks; w->tie is the inverse. */
static size_t *rank_claims(struct award_work *w)
{
    struct ranked *ranks = ARENA_ARRAY(w->scratch, struct ranked, w->n);
    size_t *by_rank = ARENA_ARRAY(w->scratch, size_t, w->n);
    w->tie = ARENA_ARRAY(w->scratch, size_t, w->n);
    for (size_t i = 0; i < w->n; i++)
        ranks[i] = (struct ranked){w->score[i], i};
    qsort(ranks, w->n, sizeof *ranks, by_score);
    for (size_t r = 0; r < w->n; r++) {
        by_rank[r] = ranks[r].index;
        w->tie[ranks[r].index] = r;
    }
    return by_rank;
}

/* Past use by group as a fraction of the capacity, both decayed by the half-life that
 * the division states. */
static void set_usage(struct award_work *w)
{
    const struct docket *d = w->docket;
    const struct divide_type *type = w->rule->divide;
    const struct setting *half_life = settings_find(&type->settings, "half_life_months");
    w->usage_frac = d->usage_frac;
    if (d->usage_frac || !(type->reads & READS_HISTORY) || !half_life)
        return;
    double months =
        setting_number(half_life, w->rule->division_settings[w->rule->division]);
    double *usage = ARENA_ARRAY(w->scratch, double, d->n_groups), capacity = 0;
    for (size_t k = 0; k < d->history.n_past; k++) {
        double decay = exp2(-(double)k / months);
        capacity += decay * d->history.capacity[k];
        for (size_t g = 0; g < d->n_groups; g++)
            usage[g] += decay * d->history.used[k * d->n_groups + g];
    }
    for (size_t g = 0; g < d->n_groups; g++)
        usage[g] = capacity > 0 ? usage[g] / capacity : 0;
    w->usage_frac = usage;
}

static void open_accounts(struct award_work *w, struct award *award, struct arena *arena)
{
    const struct docket *d = w->docket;
    const struct divide_type *type = w->rule->divide;
    size_t n_cells = d->n_groups * d->n_pools;
    for (size_t g = 0; g < d->n_groups && !type->account_at_start; g++)
        if (d->groups[g].division >= 0 && divisions[d->groups[g].division]->account_at_start)
            type = divisions[d->groups[g].division];
    if (!type->account_at_start)
        return;
    const void *settings = w->rule->division_settings[division_find(type->name)];
    w->accounts = ARENA_ARRAY(w->scratch, double, n_cells);
    w->next_accounts = award->next_accounts = ARENA_ARRAY(arena, double, n_cells);
    for (size_t cell = 0; cell < n_cells; cell++) {
        size_t g = cell / d->n_pools, p = cell % d->n_pools;
        w->accounts[cell] = d->accounts
                                ? d->accounts[cell]
                                : type->account_at_start(settings, d->share_frac[g],
                                                         d->pools[p].capacity_gpus);
    }
    memcpy(w->next_accounts, w->accounts, n_cells * sizeof *w->accounts);
}

double award_limit(const struct award_work *w, size_t i)
{
    return w->rule->beyond == BEYOND_NONE ? w->first_hi[i] : w->hi[i];
}

static void trace_claims(struct award_work *w, enum award_step_kind kind,
                         const double *other)
{
    for (size_t i = 0; i < w->n && w->trace; i++)
        award_trace_add(w->trace,
                        (struct award_step){kind, award_claim(w, i)->pool, -1,
                                            (int)w->order[i], w->grants[i],
                                            other ? other[i] : 0});
}

/* One division of all pools in its one or two passes, then inertia. */
static void divide_once(struct award_work *w, struct award *award)
{
    const struct docket *d = w->docket;
    struct arena_mark mark = arena_get_mark(w->scratch);
    double *capacity = ARENA_ARRAY(w->scratch, double, d->n_pools);
    double *want = ARENA_ARRAY(w->scratch, double, w->n);
    bool has_ledger = ledgers[w->rule->ledger]->entitle != NULL;
    for (size_t p = 0; p < d->n_pools; p++)
        capacity[p] = d->pools[p].capacity_gpus;
    for (size_t i = 0; i < w->n; i++)
        want[i] = w->is_aside[i] ? 0 : w->first_hi[i];
    award_divide(w, capacity, want, NULL, w->grants);
    trace_claims(w, STEP_ENTITLEMENTS_PASS, NULL);
    if (has_ledger && w->rule->beyond == BEYOND_DIVIDE) {
        double *more = ARENA_ARRAY(w->scratch, double, w->n);
        for (size_t p = 0; p < d->n_pools; p++)
            capacity[p] = award_left(w, p);
        for (size_t i = 0; i < w->n; i++)
            want[i] = w->is_aside[i] ? 0 : fmax(0, w->hi[i] - w->grants[i]);
        award_divide(w, capacity, want, w->grants, more);
        for (size_t i = 0; i < w->n; i++)
            w->grants[i] = fmin(w->hi[i], w->grants[i] + more[i]);
        trace_claims(w, STEP_BEYOND_PASS, NULL);
    }
    if (award_has_inertia(w)) {
        award->inertia_dropped = !award_apply_inertia(w, w->grants);
        trace_claims(w, STEP_INERTIA, w->last);
    }
    arena_rewind(w->scratch, mark);
}

static bool is_under_minimum(const struct award_work *w, size_t i)
{
    return !w->is_aside[i] && w->min[i] > 0 &&
           w->grants[i] < w->min[i] * (1 - AWARD_SLACK);
}

static void set_aside(struct award_work *w, size_t i)
{
    w->is_aside[i] = true;
    award_trace_add(w->trace,
                    (struct award_step){STEP_SET_ASIDE, award_claim(w, i)->pool, -1,
                                        (int)w->order[i], w->grants[i], w->min[i]});
}

/* While a claim stands under its minimum, the one of lowest rank is set aside and the
 * pools are divided again. One that got nothing leaves the others' grants as they are
 * where the division is consistent, so it goes without a new division. */
static void divide_with_minimums(struct award_work *w, struct award *award,
                                 const size_t *by_rank)
{
    bool is_consistent = w->rule->divide->is_consistent &&
                         w->rule->over == OVER_PROJECTS && !award_has_inertia(w);
    size_t mark = award_trace_mark(w->trace), rank = w->n;
    divide_once(w, award);
    for (;;) {
        size_t lowest = w->n;
        for (rank = w->n; rank-- > 0 && lowest == w->n;) {
            size_t i = by_rank[rank];
            if (!is_under_minimum(w, i))
                continue;
            if (w->grants[i] == 0 && (is_consistent || w->hi[i] == 0))
                set_aside(w, i);
            else
                lowest = i;
        }
        if (lowest == w->n)
            return;
        /* Steps of the division that is now done again are dropped, but for who was set
         * aside. */
        size_t n_kept = mark;
        for (size_t s = mark; w->trace && s < w->trace->n_steps; s++)
            if (w->trace->steps[s].kind == STEP_SET_ASIDE)
                w->trace->steps[n_kept++] = w->trace->steps[s];
        award_trace_rewind(w->trace, n_kept);
        set_aside(w, lowest);
        mark = award_trace_mark(w->trace);
        divide_once(w, award);
    }
}

/* Claims that were set aside and fit into what is left return in the order of rank. */
static void return_claims(struct award_work *w, const size_t *by_rank)
{
    for (size_t rank = 0; rank < w->n; rank++) {
        size_t i = by_rank[rank];
        if (!w->is_aside[i] || award_limit(w, i) < w->min[i] || w->hi[i] <= 0)
            continue;
        double room = fmin(award_limit(w, i), award_room(w, i));
        if (room < w->min[i] * (1 - AWARD_SLACK))
            continue;
        w->is_aside[i] = false;
        w->grants[i] = fmax(room, w->min[i]);
        award_trace_add(w->trace,
                        (struct award_step){STEP_RETURNED, award_claim(w, i)->pool, -1,
                                            (int)w->order[i], w->grants[i], 0});
    }
}

double award_left(const struct award_work *w, size_t pool)
{
    double left = w->docket->pools[pool].capacity_gpus;
    for (size_t i = w->pool_first[pool]; i < w->pool_first[pool + 1]; i++)
        left -= w->grants[i];
    return fmax(0, left);
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
                           .n = docket->n_claims};
    *award = (struct award){.granted_gpus = ARENA_ARRAY(arena, double, w.n),
                            .entitled_gpus = ARENA_ARRAY(arena, double, w.n),
                            .entitled_hours = ARENA_ARRAY(arena, double, docket->n_groups),
                            .is_set_aside = ARENA_ARRAY(arena, bool, w.n)};
    w.grants = ARENA_ARRAY(scratch, double, w.n);
    award_sort(&w);
    score_claims(&w, award, arena);
    size_t *by_rank = rank_claims(&w);
    award_set_bounds(&w);
    award_set_entitlements(&w);
    set_usage(&w);
    open_accounts(&w, award, arena);
    divide_with_minimums(&w, award, by_rank);
    return_claims(&w, by_rank);
    award_round(&w);
    for (size_t i = 0; i < w.n; i++) {
        award->granted_gpus[w.order[i]] = w.grants[i];
        award->is_set_aside[w.order[i]] = w.is_aside[i];
    }
    bool has_ledger = ledgers[rule->ledger]->entitle != NULL;
    memcpy(award->entitled_hours, w.entitled_hours, docket->n_groups * sizeof(double));
    double *charged = ARENA_ARRAY(scratch, double, docket->n_groups);
    for (size_t i = 0; i < w.n; i++) {
        const struct claim *c = award_claim(&w, i);
        charged[c->group] += w.hi[i] * docket->pools[c->pool].charge;
    }
    for (size_t i = 0; i < w.n; i++) {
        const struct claim *c = award_claim(&w, i);
        double hours = charged[c->group] * docket->hours_to_next;
        award->entitled_gpus[w.order[i]] =
            !has_ledger ? NAN
            : hours > 0 ? w.hi[i] * (w.entitled_hours[c->group] / hours)
                        : 0;
    }
    return award_check(&w);
}
