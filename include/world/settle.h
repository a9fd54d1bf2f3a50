/* settle.h - private to world/: bringing amounts up to now before a rate changes. */
#ifndef ALLOT_WORLD_SETTLE_H
#define ALLOT_WORLD_SETTLE_H

#include "world/world.h"

void settle_pool(struct world *world, size_t pool);
void settle_holding(struct world *world, size_t claimant);
void settle_project(struct world *world, size_t project);

/* Follows a change of grant, stage or phase: what the claimant uses, and how fast its
 * project goes. Settled before. */
void refresh_use(struct world *world, size_t claimant);
void refresh_project(struct world *world, size_t project);

/* A change of the number of builds changes the speed of them all. */
void refresh_builds(struct world *world, size_t team);

/* Sets a grant, settled and with all that follows. */
void put_grant(struct world *world, size_t claimant, double gpus);

/* Takes grants back where they no longer fit, lowest score first; `kept` is spared, -1
 * for none. */
void shrink_grants(struct world *world, size_t pool, int kept);

#endif
