#include "rule/award_work.h"

#include <math.h>

double award_left(const struct award_work *w, size_t pool)
{
    double capacity = w->docket->pools[pool].capacity_gpus;
    double left = capacity - w->group_grants[pool] - w->kept[pool];
    /* Noise must not look like a pool that still has something to divide. */
    return left > AWARD_SLACK * capacity ? left : 0;
}

/* GPUs of a pool that a group's entitlement, or limit, still covers. */
static double entitled_room(const struct award_work *w, size_t g, size_t pool)
{
    const struct docket *d = w->docket;
    double left = award_is_strict(w) ? w->entitled_hours[g] : w->limit_hours[g];
    double hours = d->pools[pool].charge * d->hours_to_next;
    for (size_t p = 0; p < d->n_pools; p++)
        left -=
            w->group_grants[g * d->n_pools + p] * d->pools[p].charge * d->hours_to_next;
    return hours > 0 ? larger(0, left) / hours : INFINITY;
}

double award_room(const struct award_work *w, size_t i)
{
    const struct docket *d = w->docket;
    const struct claim *c = award_claim(w, i);
    size_t pool = (size_t)c->pool;
    double room = award_left(w, pool);
    for (int up = c->group; up >= 0; up = d->groups[up].parent) {
        size_t g = (size_t)up, cell = g * d->n_pools + pool;
        bool is_entitled = w->rule->over == OVER_TREE ? g > 0 : up == c->group;
        room = smaller(room, larger(0, w->group_ceiling[cell] - w->group_grants[cell]));
        if ((award_is_strict(w) || award_has_limits(w)) && is_entitled)
            room = smaller(room, entitled_room(w, g, pool));
    }
    return room;
}

void award_take(struct award_work *w, size_t i, double gpus)
{
    const struct docket *d = w->docket;
    const struct claim *c = award_claim(w, i);
    for (int g = c->group; g >= 0; g = d->groups[g].parent) {
        size_t cell = (size_t)g * d->n_pools + (size_t)c->pool;
        w->group_grants[cell] += gpus;
        w->group_limit[cell] = larger(w->group_limit[cell], w->group_grants[cell]);
    }
}

bool award_breaks_limit(const struct award_work *w, const double *group_grants)
{
    size_t n_cells = w->docket->n_groups * w->docket->n_pools;
    for (size_t cell = 0; cell < n_cells; cell++)
        if (group_grants[cell] > w->group_limit[cell] * (1 + AWARD_SLACK))
            return true;
    return false;
}

static const char *breach(const struct award_work *w, size_t i, const char *what)
{
    const struct claim *c = award_claim(w, i);
    return arena_printf(w->arena,
                        "rule '%s' broke a promise in month %zu: claim '%s' on pool '%s' "
                        "%s (grant %.17g, request %.17g, minimum %.17g)",
                        w->rule->divide->name, w->docket->month, c->name,
                        w->docket->pools[c->pool].name, what, w->grants[i],
                        c->requested_gpus, w->min[i]);
}

void award_check_division(struct award_work *w, const struct divide_type *type,
                          const struct divide_input *in, const char *pool,
                          const double *grants)
{
    const char *format = "rule '%s' broke a promise in month %zu: '%s' on pool '%s' was "
                         "given %.17g of %.17g GPUs";
    for (size_t p = 0; p < in->n_pools && !w->breach; p++) {
        const char *where = pool ? pool : w->docket->pools[p].name;
        double sum = 0, capacity = in->capacity_gpus[p];
        for (size_t i = 0; i < in->n_parties && !w->breach; i++) {
            double grant = grants[i * in->n_pools + p];
            double want = in->want_gpus[i * in->n_pools + p];
            sum += grant;
            if (!(grant >= 0 && grant <= want))
                w->breach = arena_printf(w->arena, format, type->name, w->docket->month,
                                         in->parties[i].name, where, grant, want);
        }
        if (!w->breach && !(type->breaks & BREAKS_POOL) &&
            sum > capacity * (1 + AWARD_SLACK))
            w->breach = arena_printf(w->arena, format, type->name, w->docket->month,
                                     "all", where, sum, capacity);
    }
}

static const char *check_claims(const struct award_work *w, size_t p)
{
    double unit = w->unit[p], capacity = w->docket->pools[p].capacity_gpus;
    for (size_t i = w->pool_first[p]; i < w->pool_first[p + 1]; i++) {
        double grant = w->grants[i];
        if (!isfinite(grant) || grant < 0)
            return breach(w, i, "is no amount");
        if (grant > smaller(award_limit(w, i), w->ask[i]) * (1 + AWARD_SLACK))
            return breach(w, i, "got more than it may");
        if (grant > capacity * (1 + AWARD_SLACK))
            return breach(w, i, "got more than the pool has");
        if (grant > 0 && grant < w->min[i] * (1 - AWARD_SLACK))
            return breach(w, i, "got less than its minimum");
        if (unit > 0 && fabs(grant - round(grant / unit) * unit) > AWARD_SLACK * grant)
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
        int named = d->groups[g].division;
        const struct divide_type *type = named >= 0 ? divisions[named] : w->rule->divide;
        grain += type->grain_gpus;
        breaks |= (type->breaks & BREAKS_NO_WASTE) != 0;
    }
    if (breaks || award_has_inertia(w))
        return INFINITY;
    return grain + larger(w->unit[p], AWARD_SLACK * d->pools[p].capacity_gpus);
}

/* What a claim that takes part could still get, by the limits of the last division. */
static double missing(const struct award_work *w, size_t i)
{
    const struct docket *d = w->docket;
    const struct claim *c = award_claim(w, i);
    double gpus = award_limit(w, i) - w->grants[i];
    for (int g = c->group; g >= 0; g = d->groups[g].parent) {
        size_t cell = (size_t)g * d->n_pools + (size_t)c->pool;
        gpus = smaller(gpus, w->group_limit[cell] - w->group_grants[cell]);
    }
    return gpus;
}

static const char *check_waste(const struct award_work *w, size_t p)
{
    double slack = AWARD_SLACK * w->docket->pools[p].capacity_gpus;
    double left = award_left(w, p), allowed = idle_allowed(w, p) + slack;
    for (size_t i = w->pool_first[p]; i < w->pool_first[p + 1]; i++) {
        double refused_min = w->min[i] + slack;
        if (w->is_aside[i] && left > refused_min && w->ask[i] > 0 &&
            award_room(w, i) > refused_min)
            return breach(w, i, "was refused although its minimum fits");
        if (!w->is_aside[i] && left > allowed && missing(w, i) > allowed)
            return breach(w, i, "went without while GPUs stay idle");
    }
    return NULL;
}

const char *award_check(struct award_work *w)
{
    const struct docket *d = w->docket;
    award_sum(w, w->grants, w->group_grants);
    for (size_t p = 0; p < d->n_pools; p++) {
        const char *message = check_claims(w, p);
        double granted = w->group_grants[p], capacity = d->pools[p].capacity_gpus;
        if (!message && granted > capacity * (1 + AWARD_SLACK))
            message = arena_printf(w->arena,
                                   "rule '%s' broke a promise in month %zu: %.17g GPUs "
                                   "of pool '%s' were granted, it has %.17g",
                                   w->rule->divide->name, d->month, granted,
                                   d->pools[p].name, capacity);
        if (!message)
            message = check_waste(w, p);
        if (message)
            return message;
    }
    if (award_breaks_limit(w, w->group_grants))
        return arena_printf(w->arena,
                            "rule '%s' broke a promise in month %zu: a group got more "
                            "than its ceiling or its entitlement",
                            w->rule->divide->name, d->month);
    return NULL;
}
