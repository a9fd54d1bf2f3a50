/* Inertia keeps a grant near the last one: each claim gets a window around it, and what
 * the division has granted is filled between the windows with its grants as weights. */
#include "rule/award_work.h"

#include "rule/fill.h"

#include <math.h>
#include <string.h>

bool award_has_inertia(const struct award_work *w)
{
    return w->rule->threshold_frac > 0 || w->rule->step_frac < 1;
}

/* New claims and those that ask for less than they had are free to move, and nobody is
 * held below a minimum that the division would grant. */
static void window_of(const struct award_work *w, size_t i, double capacity, double *lo,
                      double *hi)
{
    double grant = w->grants[i], last = w->last[i], limit = award_limit(w, i);
    double step = w->rule->step_frac * capacity;
    *lo = smaller(w->floor[i], limit);
    *hi = limit;
    if (!w->is_aside[i] && !w->is_new[i] && limit >= last) {
        if (fabs(grant - last) <= w->rule->threshold_frac * last) {
            *lo = *hi = larger(last, *lo);
        } else {
            *lo = larger(*lo, last - step);
            *hi = smaller(*hi, larger(last + step, *lo));
        }
    }
    if (grant > 0 && grant >= w->min[i] * (1 - AWARD_SLACK)) {
        *lo = larger(*lo, smaller(w->min[i], limit));
        *hi = larger(*hi, *lo);
    }
}

/* Whether some group is left below a floor that the division has met. */
static bool breaks_floor(const struct award_work *w, const double *group_grants)
{
    size_t n_cells = w->docket->n_groups * w->docket->n_pools;
    for (size_t cell = 0; cell < n_cells; cell++) {
        double met = smaller(w->group_floor[cell], w->group_grants[cell]);
        if (group_grants[cell] < met * (1 - AWARD_SLACK))
            return true;
    }
    return false;
}

/* Moves one pool's grants into their windows; false where these do not fit. */
static bool hold_pool(struct award_work *w, size_t pool)
{
    size_t first = w->pool_first[pool], n = w->pool_first[pool + 1] - first;
    double *lo = ARENA_ARRAY(w->scratch, double, n),
           *hi = ARENA_ARRAY(w->scratch, double, n);
    double *held = ARENA_ARRAY(w->scratch, double, w->n);
    double *sums =
        ARENA_ARRAY(w->scratch, double, w->docket->n_groups * w->docket->n_pools);
    double capacity = w->docket->pools[pool].capacity_gpus, least = 0, granted = 0;
    for (size_t k = 0; k < n; k++) {
        window_of(w, first + k, capacity, &lo[k], &hi[k]);
        least += lo[k];
        granted += w->grants[first + k];
    }
    if (least > capacity * (1 + AWARD_SLACK))
        return false;
    memcpy(held, w->grants, w->n * sizeof *held);
    fill(larger(granted, least), n, lo, hi, w->grants + first, held + first);
    award_sum(w, held, sums);
    if (award_breaks_limit(w, sums) || breaks_floor(w, sums))
        return false;
    memcpy(w->grants, held, w->n * sizeof *held);
    memcpy(w->group_grants, sums,
           w->docket->n_groups * w->docket->n_pools * sizeof *sums);
    return true;
}

bool award_apply_inertia(struct award_work *w)
{
    bool is_kept = true;
    award_sum(w, w->grants, w->group_grants);
    for (size_t p = 0; p < w->docket->n_pools; p++)
        is_kept = hold_pool(w, p) && is_kept;
    return is_kept;
}
