#include "rule/award_work.h"

#include <math.h>

double award_room(const struct award_work *w, size_t i)
{
    const struct docket *d = w->docket;
    const struct claim *c = award_claim(w, i);
    size_t pool = (size_t)c->pool;
    double room = award_left(w, pool);
    if (!w->has_group_ceilings || w->rule->over == OVER_PROJECTS)
        return room;
    for (int g = c->group; g >= 0; g = d->groups[g].parent) {
        double sum = 0;
        for (size_t k = w->pool_first[pool]; k < w->pool_first[pool + 1]; k++)
            for (int up = award_claim(w, k)->group; up >= 0; up = d->groups[up].parent)
                sum += up == g ? w->grants[k] : 0;
        room = fmin(room, fmax(0, w->group_ceiling[(size_t)g * d->n_pools + pool] - sum));
    }
    return room;
}

static const char *breach(const struct award_work *w, size_t i, const char *what)
{
    const struct claim *c = award_claim(w, i);
    return arena_printf(w->scratch,
                        "rule '%s' broke a promise in month %zu: claim '%s' on pool '%s' "
                        "%s (grant %.17g, request %.17g, minimum %.17g)",
                        w->rule->divide->name, w->docket->month, c->name,
                        w->docket->pools[c->pool].name, what, w->grants[i],
                        c->requested_gpus, w->min[i]);
}

static const char *check_claims(const struct award_work *w, size_t p)
{
    double unit = w->unit[p], capacity = w->docket->pools[p].capacity_gpus;
    for (size_t i = w->pool_first[p]; i < w->pool_first[p + 1]; i++) {
        double grant = w->grants[i], slack = AWARD_SLACK * fmax(w->hi[i], grant);
        if (!isfinite(grant) || grant < 0)
            return breach(w, i, "is no amount");
        if (grant > award_limit(w, i) + slack)
            return breach(w, i, "got more than it may");
        if (grant > capacity * (1 + AWARD_SLACK))
            return breach(w, i, "got more than the pool has");
        if (grant > 0 && grant < w->min[i] * (1 - AWARD_SLACK))
            return breach(w, i, "got less than its minimum");
        if (unit > 0 && fabs(grant - round(grant / unit) * unit) > slack)
            return breach(w, i, "got no whole units");
    }
    return NULL;
}

/* Amounts that may stay idle although a claim wants them, by the division's record. */
static double idle_allowed(const struct award_work *w, size_t p)
{
    const struct docket *d = w->docket;
    double grain = w->rule->divide->grain_gpus;
    bool breaks = w->rule->divide->breaks & BREAKS_NO_WASTE;
    for (size_t g = 0; g < d->n_groups && w->rule->over == OVER_TREE; g++) {
        const struct divide_type *type =
            d->groups[g].division >= 0 ? divisions[d->groups[g].division] : w->rule->divide;
        grain += type->grain_gpus;
        breaks |= (type->breaks & BREAKS_NO_WASTE) != 0;
    }
    if (breaks || award_has_inertia(w))
        return INFINITY;
    return grain + fmax(w->unit[p], AWARD_SLACK * d->pools[p].capacity_gpus);
}

static const char *check_waste(const struct award_work *w, size_t p)
{
    double left = award_left(w, p), allowed = idle_allowed(w, p);
    double slack = AWARD_SLACK * w->docket->pools[p].capacity_gpus;
    for (size_t i = w->pool_first[p]; i < w->pool_first[p + 1]; i++) {
        double limit = award_limit(w, i), wants = limit - w->grants[i];
        bool is_refused = w->grants[i] == 0 && w->min[i] > 0 && limit >= w->min[i];
        bool is_idle = is_refused ? left > w->min[i] + slack
                                  : left > allowed + slack && wants > allowed + slack;
        if (limit > 0 && is_idle) {
            double room = award_room(w, i);
            if (is_refused ? room > w->min[i] + slack : room > allowed + slack)
                return breach(w, i, is_refused ? "was refused although its minimum fits"
                                               : "went without while GPUs stay idle");
        }
    }
    return NULL;
}

const char *award_check(const struct award_work *w)
{
    for (size_t p = 0; p < w->docket->n_pools; p++) {
        double sum = 0, capacity = w->docket->pools[p].capacity_gpus;
        for (size_t i = w->pool_first[p]; i < w->pool_first[p + 1]; i++)
            sum += w->grants[i];
        const char *message = check_claims(w, p);
        if (message)
            return message;
        if (sum > capacity * (1 + AWARD_SLACK))
            return arena_printf(w->scratch,
                                "rule '%s' broke a promise in month %zu: %.17g GPUs of "
                                "pool '%s' were granted, it has %.17g",
                                w->rule->divide->name, w->docket->month, sum,
                                w->docket->pools[p].name, capacity);
        if (w->rule->over == OVER_TREE && award_breaks_ceiling(w, w->grants, p))
            return arena_printf(w->scratch,
                                "rule '%s' broke a promise in month %zu: a ceiling on "
                                "pool '%s' was passed",
                                w->rule->divide->name, w->docket->month,
                                w->docket->pools[p].name);
        if ((message = check_waste(w, p)))
            return message;
    }
    return NULL;
}
