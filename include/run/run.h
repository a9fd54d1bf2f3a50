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

struct award;
struct docket;
struct world;

/* Grows with every change after which some scenario yields other numbers than before:
 * results that are kept by their scenario (a sweep's store) are then not mixed with new
 * ones. */
enum { RESULTS_VERSION = 6 };

enum { RUN_MOST_REPLICATIONS = 10000000 }; /* of one batch */

enum run_flags {
    RUN_SERIES = 1, /* keep the monthly series of every file */
    RUN_LOGS = 2,   /* keep claims, factors and events */
    RUN_CHECKED = 4 /* re-derive all state after each event, as debug builds always do */
};

/* A meeting of the council: what it had before it and what it decided, before any of it
 * is in force. All const, and only for the time of the call. */
struct run_meeting {
    size_t month;
    const struct world *world;
    const struct docket *docket;
    const struct rule *rule;
    const struct award *award;
};

/* Looks on at a meeting; false ends the run there, and its results are not to be used. */
typedef bool run_meeting_fn(void *owner, const struct run_meeting *meeting);

struct run_options {
    uint64_t seed, replication;
    unsigned flags;             /* enum run_flags */
    run_meeting_fn *on_meeting; /* NULL: nobody looks on */
    void *owner;
};

/* A scenario that was loaded can be run; only a script or formula of the user's can stop
 * it on the way: see results->fault. */
void run_simulate_with(const struct scenario *scenario, const struct run_options *options,
                       struct results *results);
void run_simulate(const struct scenario *scenario, uint64_t seed, uint64_t replication,
                  unsigned flags, struct results *results);

#endif
