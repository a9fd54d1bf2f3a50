/* Nominal quotas in a cohort, with borrowing: Kueue's fair sharing
 * (sigs.k8s.io/kueue, concepts, fair sharing). Each has its nominal quota, our floor, as
 * far as it wants it; what the others leave of theirs goes to whoever has the lowest
 * share, again and again: the largest over the pools of what it uses beyond its quota to
 * what the cohort can lend, by its weight.
 *
 * Divisible, that is water filling of what is borrowed, with the shares as weights: what
 * the cohort can lend is the same for all. Over several pools the largest share of a
 * party counts, but as long as all borrow together none is above the level, so each pool
 * may be filled alone. Cohorts are the groups of the tree: a group's quota is its floor
 * or, if they are more, those of its children together, who lend to each other first, by
 * what it is granted; beyond that it borrows from its siblings for them.
 *
 * Limits stand around the division: what a group may borrow is its ceiling less its
 * floor; what it may lend is its floor less what it keeps (keep_gpus), which the award
 * holds back. A few passes of O(n). */
#include "rule/divide.h"
#include "rule/fill.h"

static void divide(const struct divide_input *in, double *grants)
{
    size_t n = in->n_parties;
    double *none = ARENA_ARRAY(in->scratch, double, n);
    double *most = ARENA_ARRAY(in->scratch, double, n);
    double *weights = ARENA_ARRAY(in->scratch, double, n);
    double rest = in->capacity_gpus[0];
    for (size_t i = 0; i < n; i++) {
        most[i] = in->want_gpus[i] - in->floor_gpus[i];
        weights[i] = in->parties[i].share;
        rest -= in->floor_gpus[i];
    }
    fill(larger(0, rest), n, none, most, weights, grants);
    for (size_t i = 0; i < n; i++)
        grants[i] = smaller(in->want_gpus[i], in->floor_gpus[i] + grants[i]);
}

const struct divide_type divide_borrow = {
    .name = "borrow",
    .summary = "Kueue: nominal floors, what is idle to the lowest borrowing share",
    .reads = READS_SHARES | READS_LENDING,
    .breaks = BREAKS_NO_WASTE,
    .over_groups = true,
    .is_monotone = true,
    .divide = divide,
};
