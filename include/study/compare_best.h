/* compare_best.h - which alternative is the best, with runs spent where they decide.
 *
 * Each alternative gets a first share of the runs; then, tenth by tenth of the rest,
 * those that are close to the best or vary much get more (stats/selection.h). Alternative
 * i runs in worlds 0 .. n_i - 1, so any two share the worlds of the one that has fewer.
 *
 * Worlds without a value. Where none is the worst there is (a project that is not
 * released), such a world counts: of release_months and slip_months as a release at the
 * end of the run, or at the mark, so that means are restricted ones (Royston and Parmar,
 * BMC Medical Research Methodology 13, 2013); of another metric as the worst value of any
 * run. Of metrics where none means nothing (no need, no price) it counts for nothing. */
#ifndef ALLOT_STUDY_COMPARE_BEST_H
#define ALLOT_STUDY_COMPARE_BEST_H

#include "study/compare.h"

struct best {
    size_t variant; /* with the best mean */
    /* At least so likely it is the best: 1 minus the chances, by a t test in the worlds
     * that they share, that the others are better (Bonferroni). Alternatives that come to
     * the same in every world are no rivals: they are counted in n_equal. 0 at least. */
    double probability;
    size_t n_equal;
    size_t n_missing; /* runs without a value, of all alternatives */
    enum best_missing { MISSING_NOTHING, MISSING_AT_END, MISSING_WORST } missing;
};

/* The smallest number of runs that is enough for a selection among n alternatives. */
size_t best_least_runs(size_t n_variants);

/* Spends `budget` runs on the first answer, which has to be one whose metric is good or
 * bad: DIAG_USAGE if it is neither. DIAG_DATA where no run of an alternative has a value,
 * nor anything stands for it, or a script of the user's went wrong. Returns the runs that
 * were done, -1 on an error. */
int comparison_select(struct comparison *c, size_t budget, const struct compare_how *how,
                      struct diag *d);

/* The best of what was run. */
void comparison_best(const struct comparison *c, struct best *best);

#endif
