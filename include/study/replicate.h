/* replicate.h - a run or an ensemble of replications, from a scenario to its directory.
 */
#ifndef ALLOT_STUDY_REPLICATE_H
#define ALLOT_STUDY_REPLICATE_H

#include "base/diag.h"
#include "run/results.h"
#include "scenario/scenario.h"
#include "stats/summary.h"

#include <stdatomic.h>

struct replicate_options {
    const char *dir;
    uint64_t seed;
    size_t first, n; /* replications first .. first + n - 1 */
    size_t n_jobs;
    bool has_series; /* the series of all replications; always where n is 1 */
    /* Of `until`: an outcome, and how wide half of its 95 % interval may be. It is looked
     * at after 30 replications and each time that there are a twentieth more; once it is
     * narrow enough no more are taken. NULL: all n. */
    const struct outcome_path *until;
    double until_half_width;
    int argc; /* the command line, for run.json */
    char **argv;
    atomic_bool *stop;                                    /* as of struct batch */
    void (*progress)(void *owner, size_t done, size_t n); /* NULL: none */
    void *progress_owner;
};

/* What came of it, for the table on the terminal. */
struct ensemble {
    const struct scenario *scenario;
    size_t n;       /* replications done */
    bool is_narrow; /* `until` was reached */
    size_t n_outcomes;
    struct outcome *outcomes;  /* what each is; `value` that of the first replication */
    double *values;            /* [replication * n_outcomes + outcome] */
    struct summary *summaries; /* by outcome */
    /* Order statistics around the 5th, 50th and 95th percentile of each outcome. */
    struct ensemble_quantiles {
        double low[3], high[3];
    } * quantiles;
    double residual; /* the worst of awards that did not settle; 0: all did */
};

/* Runs and writes. Errors: DIAG_CANNOT_CREATE, DIAG_IO. A stopped batch writes what was
 * done; nothing where that is nothing. */
int replicate(const struct scenario *scenario, const struct replicate_options *options,
              struct ensemble *ensemble, struct diag *d);
/* Half the width of the 95 % interval of an outcome so far; NaN where there is none. */
double ensemble_half_width(const struct ensemble *e, const struct outcome_path *path);
/* The index of an outcome, or -1. O(n). */
int ensemble_index(const struct ensemble *e, const struct outcome_path *path);
void ensemble_release(struct ensemble *ensemble);

/* The summary of an outcome at a mark (n_marks: the end), or NULL if there is none.
 * O(log n). */
const struct summary *ensemble_find(const struct ensemble *e, enum metric metric,
                                    enum outcome_kind kind, size_t subject, size_t mark);

#endif
