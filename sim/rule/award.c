#include "rule/award.h"

#include "rule/award_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Scores by the rule's factors, or those that are given. */
static void score_claims(struct award_work *w, struct award *award)
{
    const struct docket *d = w->docket;
    const struct formula *formula = w->rule->formula;
    unsigned reads = rule_reads(w->rule, d->groups, d->n_groups);
    award->factor_values = ARENA_ARRAY(w->arena, double *, n_factors);
    award->scores = ARENA_ARRAY(w->arena, double, w->n);
    for (size_t i = 0; i < w->n && d->scores; i++)
        award->scores[i] = d->scores[i];
    for (size_t f = 0; f < n_factors; f++) {
        if (d->scores || !rule_evaluates(w->rule, reads, f))
            continue;
        double *values = ARENA_BARE(w->arena, double, w->n);
        award->factor_values[f] = values;
        factors[f]->evaluate(d, w->rule->factor_settings[f], w->scratch, values);
        for (size_t i = 0; i < w->n && !formula && w->rule->weights[f] != 0; i++)
            award->scores[i] += w->rule->weights[f] * values[i];
    }
    if (formula && !d->scores)
        formula_evaluate(formula, d, award->factor_values, award->scores, &w->fault,
                         w->arena);
    w->factor_values = award->factor_values;
    w->score = ARENA_BARE(w->scratch, double, w->n);
    for (size_t i = 0; i < w->n; i++)
        w->score[i] = award->scores[w->order[i]];
}

/* Past use by group as a fraction of the capacity, both over the window and decayed by
 * the half-life that the division states which counts past use; NULL where none does. */
static const double *find_usage(const struct award_work *w)
{
    const struct docket *d = w->docket;
    const struct setting *half_life = NULL, *window;
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
    window = settings_find(&divisions[index]->settings, "window_months");
    double most = window ? setting_number(window, w->rule->division_settings[index]) : -1;
    for (size_t k = 0; k < d->history.n_past && (most < 0 || (double)k < most); k++) {
        double decay = exp2(-(double)k / months);
        capacity += decay * d->history.capacity[k];
        for (size_t g = 0; g < d->n_groups; g++)
            usage[g] += decay * d->history.used[k * d->n_groups + g];
    }
    for (size_t g = 0; g < d->n_groups; g++)
        usage[g] = capacity > 0 ? usage[g] / capacity : 0;
    return usage;
}

/* Accounts are kept over the tree only, where some group is divided by credits. */
static void open_accounts(struct award_work *w, struct award *award)
{
    const struct docket *d = w->docket;
    size_t n_cells = d->n_groups * d->n_pools;
    if (!rule_keeps_accounts(w->rule, d->groups, d->n_groups))
        return;
    w->accounts = ARENA_ARRAY(w->scratch, double, n_cells);
    award->next_accounts = ARENA_ARRAY(w->arena, double, n_cells);
    for (size_t cell = 0; cell < n_cells; cell++) {
        size_t g = cell / d->n_pools, p = cell % d->n_pools;
        struct award_division by = award_division_above(w, g);
        if (d->accounts && !isnan(d->accounts[cell]))
            w->accounts[cell] = d->accounts[cell];
        else if (by.type->account_at_start)
            w->accounts[cell] = by.type->account_at_start(by.settings, d->share_frac[g],
                                                          d->pools[p].capacity_gpus);
    }
}

/* Hands the results over in the docket's order. A claim's part of its group's entitlement
 * is in proportion to what it asks. */
static void tell_award(const struct award_work *w, struct award *award)
{
    const struct docket *d = w->docket;
    double *charged = ARENA_ARRAY(w->scratch, double, d->n_groups);
    for (size_t i = 0; i < w->n; i++) {
        size_t g = w->cell[i] / d->n_pools, p = w->cell[i] % d->n_pools;
        charged[g] += w->ask[i] * d->pools[p].charge * d->hours_to_next;
    }
    for (size_t i = 0; i < w->n; i++) {
        size_t at = w->order[i], g = w->cell[i] / d->n_pools;
        award->granted_gpus[at] = w->grants[i];
        award->is_set_aside[at] = w->is_aside[i];
        award->entitled_gpus[at] = !award_has_ledger(w) ? NAN
                                   : charged[g] > 0
                                       ? w->ask[i] * (w->entitled_hours[g] / charged[g])
                                       : 0;
    }
    memcpy(award->entitled_hours, w->entitled_hours, d->n_groups * sizeof(double));
    memcpy(award->limit_hours, w->limit_hours, d->n_groups * sizeof(double));
    award->residual = w->residual;
    for (size_t p = 0; p < d->n_pools; p++)
        if (!isnan(w->prices[p]))
            award_trace_add(w->trace, (struct award_step){STEP_PRICE, (int)p, 0, -1,
                                                          w->prices[p], 0});
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
                           .whole = docket,
                           .arena = arena,
                           .n = docket->n_claims};
    *award =
        (struct award){.granted_gpus = ARENA_ARRAY(arena, double, w.n),
                       .entitled_gpus = ARENA_ARRAY(arena, double, w.n),
                       .entitled_hours = ARENA_ARRAY(arena, double, docket->n_groups),
                       .limit_hours = ARENA_ARRAY(arena, double, docket->n_groups),
                       .prices = ARENA_ARRAY(arena, double, docket->n_pools),
                       .is_set_aside = ARENA_ARRAY(arena, bool, w.n)};
    w.prices = award->prices;
    for (size_t p = 0; p < docket->n_pools; p++)
        w.prices[p] = NAN;
    award_sort(&w);
    score_claims(&w, award);
    if (w.fault.message) {
        award->fault = w.fault;
        return w.fault.message;
    }
    award_rank(&w);
    award_set_bounds(&w);
    award_set_parties(&w, find_usage(&w));
    open_accounts(&w, award);
    award_divide_with_minimums(&w, award);
    if (!w.breach) {
        award_round(&w);
        award_return(&w);
        w.breach = award_check(&w);
    }
    tell_award(&w, award);
    award->fault = w.fault;
    return w.breach;
}
