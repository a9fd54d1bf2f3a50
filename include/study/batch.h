/* batch.h - many replications of one scenario on a queue of threads.
 *
 * Workers take replications in order and simulate them. What a worker makes of one is
 * handed on strictly in the order of replications, one at a time, by whichever worker
 * completes the order; a worker that is too far ahead waits. So memory does not grow with
 * the number of replications, and results are the same on any number of threads. */
#ifndef ALLOT_STUDY_BATCH_H
#define ALLOT_STUDY_BATCH_H

#include "run/run.h"

#include <stdatomic.h>

struct batch {
    const struct scenario *scenario;
    uint64_t seed;
    size_t first, n; /* replications first .. first + n - 1 */
    size_t n_jobs;   /* threads, at least 1 */
    unsigned flags;  /* enum run_flags */
    void *owner;
    /* In the worker's thread, any order: turns results into what is handed on. */
    void *(*prepare)(void *owner, const struct results *results);
    /* In order, one at a time; takes over what was prepared. -1 stops the batch. */
    int (*take)(void *owner, size_t index, void *prepared);
    /* Drops what was prepared and will not be taken. */
    void (*drop)(void *owner, void *prepared);
    atomic_bool *stop; /* set by a signal: no new replication; or NULL */
};

/* Returns how many replications were taken, n unless stopped. */
size_t batch_run(const struct batch *batch);

/* Calls work(owner, first, last) on disjoint ranges that make up 0 .. n. */
void parallel_ranges(size_t n, size_t n_jobs, void *owner,
                     void (*work)(void *owner, size_t first, size_t last));

/* The number of processors that are there. */
size_t processors(void);

#endif
