/* lots.h - the lot that a claim draws for a meeting, for division `lottery`.
 *
 * A lot is an exponential of mean 1 from a stream of its own, named by seed, replication,
 * month, pool, name and kind of the claim: never by an order, so a further claim shifts
 * nobody else's lot, and two rules meet the same lots. */
#ifndef ALLOT_RULE_LOTS_H
#define ALLOT_RULE_LOTS_H

#include "model/docket.h"

#include <stdint.h>

/* The lot of a claim on a pool of that name, above 0. About 0.3 us. */
double lots_draw(uint64_t seed, uint64_t replication, size_t month, const char *pool,
                 const struct claim *claim);

#endif
