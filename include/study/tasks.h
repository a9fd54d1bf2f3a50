/* tasks.h - many independent tasks on a queue of threads: the one pool of the program.
 *
 * Workers take tasks in order and carry them out. What comes of one is handed on one at a
 * time, by whichever worker has something to hand on: strictly in the order of the tasks,
 * so that results are the same on any number of threads, or, where the order is nobody's
 * business, as they are finished. A worker that is too far ahead waits, so memory does
 * not grow with the number of tasks. */
#ifndef ALLOT_STUDY_TASKS_H
#define ALLOT_STUDY_TASKS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct tasks {
    size_t n, n_jobs; /* tasks 0 .. n - 1 on so many threads, at least 1 */
    bool in_any_order;
    void *owner;
    /* In the worker's thread, any order: does the task. */
    void *(*prepare)(void *owner, size_t index);
    /* One at a time; takes over what was prepared. -1 stops all. */
    int (*take)(void *owner, size_t index, void *prepared);
    /* After takes, when nothing more is ready for now: what they have in common, such as
     * a commit. -1 stops all. NULL: nothing. */
    int (*settle)(void *owner);
    /* Drops what was prepared and will not be taken. */
    void (*drop)(void *owner, void *prepared);
    atomic_bool *stop; /* set by a signal: no new task; or NULL */
};

/* Returns how many were taken, n unless stopped. */
size_t tasks_run(const struct tasks *tasks);

/* Calls work(owner, first, last) on disjoint ranges that make up 0 .. n. */
void parallel_ranges(size_t n, size_t n_jobs, void *owner,
                     void (*work)(void *owner, size_t first, size_t last));

/* The number of processors that are there. */
size_t processors(void);

#endif
