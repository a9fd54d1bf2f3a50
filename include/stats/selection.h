/* selection.h - which of some alternatives is the best, with as few runs as will do. */
#ifndef ALLOT_STATS_SELECTION_H
#define ALLOT_STATS_SELECTION_H

#include <stddef.h>

/* Optimal computing budget allocation: of `budget` further runs, how many each of k > 1
 * alternatives is to get, given the means (the least is the best) and variances of the
 * runs so far. Those that are close to the best or vary much get more; what was already
 * spent on one is never taken back. Runs that rounding leaves go to the best. An
 * alternative whose runs do not vary needs no more. Source: Chen, Lin, Yuecesan and
 * Chick, Discrete Event Dynamic Systems 10, 2000. O(k^2). */
void ocba_allocate(const double *means, const double *variances, const size_t *n_runs,
                   size_t k, size_t budget, size_t *n_more);

#endif
