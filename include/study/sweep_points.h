/* sweep_points.h - the points of a sweep, each loaded and checked once.
 *
 * Points that a design names twice are one. A point that is wrong keeps its message, and
 * the others go on. */
#ifndef ALLOT_STUDY_SWEEP_POINTS_H
#define ALLOT_STUDY_SWEEP_POINTS_H

#include "study/design.h"
#include "study/identity.h"

#include <stdatomic.h>

struct sweep_point {
    const char *const *values; /* by setting */
    const char *settings;      /* lines PATH=VALUE: its name in the store */
    const char *label;         /* the same in one line, for messages */
    char identity[DIGEST_ROOM];
    const char *message; /* what is wrong with it; NULL: nothing */
    const char *hint;    /* NULL: none */
};

struct sweep_points {
    struct arena arena;
    const struct scenario *scenario;        /* before anything varies */
    const struct scenario_options *loading; /* how it was loaded */
    uint64_t seed;
    const struct design *design;
    struct sweep_point *points;
    size_t n_points; /* unlike each other, in the order of the design */
    size_t *at;      /* [position of the design]: the point */
};

/* Finds the points and loads each on n_jobs threads. Returns 0; 1 if it was stopped. */
int sweep_points_init(struct sweep_points *points, const struct scenario *scenario,
                      const struct scenario_options *loading, uint64_t seed,
                      const struct design *design, size_t n_jobs, atomic_bool *stop);
void sweep_points_release(struct sweep_points *points);

/* Loads the scenario of a point; for any thread. On failure there is nothing to release;
 * the message lives in the diag. */
int sweep_point_load(const struct sweep_points *points, size_t point,
                     struct scenario *scenario, struct diag *d);

#endif
