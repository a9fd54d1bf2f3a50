/* run.h - one replication of a scenario, from its start to its horizon.
 *
 *     struct results results;
 *     run_simulate(&scenario, seed, replication, RUN_SERIES | RUN_LOGS, &results);
 *     ...
 *     results_release(&results);
 *
 * No globals: any number of replications of one scenario run side by side in threads.
 * Equal arguments give equal results, bit by bit. */
#ifndef ALLOT_RUN_RUN_H
#define ALLOT_RUN_RUN_H

#include "run/results.h"
#include "scenario/scenario.h"

enum run_flags {
    RUN_SERIES = 1, /* keep the monthly series of every file */
    RUN_LOGS = 2    /* keep claims, factors and events */
};

/* Cannot fail: a scenario that was loaded can be run. */
void run_simulate(const struct scenario *scenario, uint64_t seed, uint64_t replication,
                  unsigned flags, struct results *results);

#endif
