/* design.h - the points of a sweep: which value each setting takes in each of them.
 *
 * A grid takes every combination, the setting that is named last moving fastest. The
 * other designs cut the cube (0, 1)^k and turn each coordinate into a value by the
 * quantile of its setting's spread; a setting with named values takes each on an equal
 * part. Coordinates are drawn from streams named by the setting's path, so of `random` a
 * larger number of points, or a further setting, keeps the points that were.
 *
 *   latin-hypercube  each of n equal parts of each axis is met once (McKay et al. 1979)
 *   sobol            GSL's Sobol points, without 0: at most 40 settings
 *   morris           r ways of k + 1 points, each step moves one setting by
 *                    levels / (2 (levels - 1)) of its range (Morris, Technometrics 33,
 *                    1991); spreads without ends run from their .5 to their 99.5 %
 *   saltelli         for each of n base points A, its k mixtures with B, and B, from
 *                    Sobol points of 2k dimensions (Saltelli et al., Computer Physics
 *                    Communications 181, 2010): at most 20 settings */
#ifndef ALLOT_STUDY_DESIGN_H
#define ALLOT_STUDY_DESIGN_H

#include "base/arena.h"
#include "base/diag.h"
#include "scenario/scenario.h"

struct design {
    size_t n_settings;
    const char **paths;  /* [setting] */
    size_t n_points;     /* in the order of the design; equal ones stand twice */
    const char **values; /* [point * n_settings + setting], as --set takes them */
    double *coordinates; /* likewise, of morris: in (0, 1); else NULL */
};

/* Makes the points. `scenario` says which settings are whole numbers; `dir` is where the
 * file of a list is looked up. Everything lives in the arena. Errors: DIAG_USAGE where
 * design and settings do not fit, of a list those of csv_table_load and DIAG_DATA. */
int design_make(struct arena *arena, const struct sweep *sweep,
                const struct scenario *scenario, uint64_t seed, struct design *out,
                struct diag *d);

/* The value of a spread at u in (0, 1): its quantile. Of named values their index. */
double design_quantile(const struct sweep_vary *vary, double u);

#endif
