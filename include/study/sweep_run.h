/* sweep_run.h - carries out a sweep: what is missing in its store, on all threads.
 *
 * Each finished run is committed at once, together with others that finish meanwhile. A
 * run that fails (a script of the user's) is recorded with its message; the others go
 * on. What is stored already is not run again. */
#ifndef ALLOT_STUDY_SWEEP_RUN_H
#define ALLOT_STUDY_SWEEP_RUN_H

#include "study/store.h"
#include "study/sweep_points.h"

struct sweep_run_options {
    const struct sweep *sweep;
    const struct sweep_points *points;
    size_t n_jobs;
    size_t shard, n_shards; /* from 0; of n_shards, 1: all */
    atomic_bool *stop;
    void (*progress)(void *owner, size_t done, size_t n_failed, size_t n);
    void *progress_owner;
};

enum { SWEEP_MOST_TOLD = 5 };

struct sweep_outcome {
    size_t n_wanted; /* runs of good points, of this shard */
    size_t n_stored; /* of them were there before */
    size_t n_done, n_failed;
    char *told[SWEEP_MOST_TOLD]; /* of the first runs that failed: which, and why */
    bool is_stopped;
};
void sweep_outcome_release(struct sweep_outcome *out);

/* Writes the design and its points into the store and what is missing of their runs.
 * Errors: those of the store, which keeps what was committed. */
int sweep_run(struct store *store, const struct sweep_run_options *options,
              struct sweep_outcome *out, struct diag *d);

/* How many runs are asked for, of this shard, and how many of them a store has, which is
 * only read; NULL: none. */
int sweep_count(struct store *store, const struct sweep_run_options *options,
                size_t *wanted, size_t *stored, struct diag *d);

/* Whether the job is of a shard: jobs are dealt out in turn. */
bool sweep_is_of_shard(size_t job, size_t shard, size_t n_shards);

#endif
