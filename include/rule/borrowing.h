/* borrowing.h - the share of a cohort's quota that one of its members borrows. */
#ifndef ALLOT_RULE_BORROWING_H
#define ALLOT_RULE_BORROWING_H

#include <stddef.h>

/* Kueue's dominant resource share, in thousandths: the largest over the pools of
 *
 *     1000 * max(0, used - nominal) / lendable of the cohort / weight
 *
 * not rounded; Kueue shows it rounded up. Pools of which nothing can be lent do not
 * count. Weight above 0. Source: sigs.k8s.io/kueue, concepts, cohort. O(n_pools). */
double borrowing_share(size_t n_pools, const double *used_gpus,
                       const double *nominal_gpus, const double *lendable_gpus,
                       double weight);

#endif
