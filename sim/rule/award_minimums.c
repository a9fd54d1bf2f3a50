/* Divides, sets aside who stands under its minimum, divides again.
 *
 * Thousands of claims may have to go, one at a time, so a division is spared wherever it
 * is sure to change nothing, and when half of the claims are gone the rest goes on in a
 * smaller award of its own. Both leave the result as it is, to the last bit. */
#include "rule/award_work.h"

#include <math.h>

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
    w->n_aside++;
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

void award_divide_with_minimums(struct award_work *w, struct award *award)
{
    enum { WORTH_IT = 64 }; /* claims, below which all is quick */
    struct award_work *now = w;
    size_t mark = award_trace_mark(w->trace);
    now->next_accounts = award->next_accounts;
    divide_once(now, award);
    while (!now->breach && set_aside_lowest(now)) {
        if (!now->trace && now->n >= WORTH_IT && now->n_aside > now->n / 2)
            now = award_narrow(now);
        drop_division(now->trace, mark);
        mark = award_trace_mark(now->trace);
        now->next_accounts = NULL; /* only the last division's count */
        divide_once(now, award);
    }
    if (award->next_accounts && !now->next_accounts && !now->breach) {
        drop_division(now->trace, mark);
        now->next_accounts = award->next_accounts;
        divide_once(now, award);
    }
    if (now != w)
        award_widen(w, now);
}

void award_return(struct award_work *w)
{
    award_sum(w, w->grants, w->group_grants);
    for (size_t rank = 0; rank < w->n; rank++) {
        size_t i = w->by_rank[rank];
        if (!w->is_aside[i])
            continue;
        double unit = w->unit[w->cell[i] % w->docket->n_pools];
        double gpus = smaller(w->ask[i], award_room(w, i));
        if (gpus <= 0 || gpus < w->min[i] * (1 - AWARD_SLACK))
            continue;
        if (unit > 0)
            gpus = floor(gpus / unit + AWARD_SLACK) * unit;
        w->is_aside[i] = false;
        w->grants[i] = w->hi[i] = w->first_hi[i] = larger(gpus, w->min[i]);
        award_take(w, i, w->grants[i]);
        award_trace_add(w->trace,
                        (struct award_step){STEP_RETURNED, award_claim(w, i)->pool, -1,
                                            (int)w->order[i], w->grants[i], 0});
    }
}
