/* sweep_ranking.h - the points of a sweep by one outcome, the best first, and which of
 * them differ from the best. */
#ifndef ALLOT_STUDY_SWEEP_RANKING_H
#define ALLOT_STUDY_SWEEP_RANKING_H

#include "model/metric.h"
#include "stats/paired.h"
#include "stats/summary.h"
#include "study/sweep_view.h"

struct ranked {
    size_t point;
    double rank; /* grows as it gets better; NaN: no run has a value */
    struct summary summary;
    size_t n_runs;
    int64_t *replications;
    double *values;             /* [run] */
    struct paired against_best; /* in the replications that both have */
    double holm;                /* corrected for all points; NaN: there is no test */
};

struct sweep_ranking {
    const struct view_outcome *outcome;
    enum metric_better better;
    struct ranked *points; /* of the design; where neither is better the largest first */
    size_t n_points, n_ranked; /* those with a value come first */
};

/* Reads the points' runs. Errors: the store's. Released by sweep_ranking_release, always.
 */
int sweep_rank(struct sweep_view *view, size_t outcome, struct sweep_ranking *out,
               struct diag *d);
void sweep_ranking_release(struct sweep_ranking *ranking);

/* Whether a point's difference to the best stands. */
bool ranked_differs(const struct ranked *point);

#endif
