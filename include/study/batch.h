/* batch.h - many replications of one scenario as tasks (tasks.h), handed on in order. */
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

#endif
