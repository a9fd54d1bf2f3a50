/* Inertia keeps a grant near the last one: each claim gets a window around it, and the
 * pool is filled between the windows with the division's grants as weights. */
#include "rule/award_work.h"

#include "rule/fill.h"

#include <math.h>
#include <string.h>

bool award_has_inertia(const struct award_work *w)
{
    return w->rule->threshold_frac > 0 || w->rule->step_frac < 1;
}

/* New claims and those that ask for less than they had are free to move. */
static void window_of(const struct award_work *w, size_t i, double capacity, double *lo,
                      double *hi)
{
    double grant = w->grants[i], last = w->last[i], limit = award_limit(w, i);
    double step = w->rule->step_frac * capacity;
    *lo = fmin(w->floor[i], limit);
    *hi = limit;
    if (w->is_aside[i]) {
        *lo = *hi = 0;
    } else if (!w->is_new[i] && limit >= last) {
        if (fabs(grant - last) <= w->rule->threshold_frac * last) {
            *lo = *hi = last;
        } else {
            *lo = fmax(*lo, last - step);
            *hi = fmin(*hi, fmax(last + step, *lo));
        }
    }
    if (!w->is_aside[i] && grant >= w->min[i] * (1 - AWARD_SLACK) && *hi < w->min[i])
        *hi = w->min[i];
}

bool award_breaks_ceiling(const struct award_work *w, const double *grants, size_t pool)
{
    const struct docket *d = w->docket;
    if (!w->has_group_ceilings)
        return false;
    double *sums = ARENA_ARRAY(w->scratch, double, d->n_groups);
    for (size_t i = w->pool_first[pool]; i < w->pool_first[pool + 1]; i++)
        sums[award_claim(w, i)->group] += grants[i];
    for (size_t g = d->n_groups; g-- > 0;) {
        double ceiling = w->group_ceiling[g * d->n_pools + pool];
        if (sums[g] > ceiling + AWARD_SLACK * fmax(ceiling, sums[g]))
            return true;
        if (d->groups[g].parent >= 0)
            sums[d->groups[g].parent] += sums[g];
    }
    return false;
}

bool award_apply_inertia(struct award_work *w, double *grants)
{
    bool is_kept = true;
    double *columns = ARENA_ARRAY(w->scratch, double, 4 * w->n);
    for (size_t p = 0; p < w->docket->n_pools; p++) {
        size_t first = w->pool_first[p], n = w->pool_first[p + 1] - first;
        double *lo = columns, *hi = lo + n, *weight = hi + n, *out = weight + n;
        double capacity = w->docket->pools[p].capacity_gpus, floors = 0;
        for (size_t k = 0; k < n; k++) {
            window_of(w, first + k, capacity, &lo[k], &hi[k]);
            weight[k] = grants[first + k];
            floors += lo[k];
        }
        if (floors > capacity * (1 + AWARD_SLACK)) {
            is_kept = false;
            continue;
        }
        fill(capacity, n, lo, hi, weight, out);
        double *moved = ARENA_ARRAY(w->scratch, double, w->n);
        memcpy(moved, grants, w->n * sizeof *moved);
        memcpy(moved + first, out, n * sizeof *out);
        if (award_breaks_ceiling(w, moved, p))
            is_kept = false;
        else
            memcpy(grants + first, out, n * sizeof *out);
    }
    return is_kept;
}
