/* market.h - private to division market: the solver of its convex program.
 *
 * Maximise sum_i money_i log u_i over x[n * n_pools] with floor <= x <= want and, for
 * each pool, sum_i x <= capacity. The utility u_i is linear, sum_p value_ip x_ip, or that
 * of bundles, the largest t with max(floor_ip, t want_ip) <= x_ip on all pools. */
#ifndef ALLOT_RULE_MARKET_H
#define ALLOT_RULE_MARKET_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct market {
    size_t n, n_pools;
    bool is_linear;
    const double *capacity;     /* [pool], >= 0 */
    const double *want, *floor; /* [party * n_pools + pool], 0 <= floor <= want */
    const double *value;        /* the same: of a GPU, linear only; 0, NULL: 1 */
    const double *money;        /* [party], 1 in all; 0: wants nothing that there is */
    size_t most_rounds;
    struct arena *scratch;
};

/* Writes all of x, which fits but for rounding, and prices[pool] as parts of all money
 * for a GPU: NaN where floors take the whole pool. Returns how far this is from the
 * optimality conditions (Karush, Kuhn, Tucker): of "a, b >= 0, one of them is 0" the
 * smaller one, in parts of what it is compared to; the worst of all.
 * Some tens of rounds of O(n * n_pools^2), O(n * n_pools^3) where bundles have floors. */
double market_solve(const struct market *m, double *x, double *prices);

#endif
