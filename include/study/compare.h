/* compare.h - alternatives of a scenario in the same random worlds.
 *
 *     comparison_load      the scenario and its alternatives, or several scenarios
 *     comparison_run       so many replications of each
 *     comparison_differences, comparison_write
 *     comparison_release
 *
 * Replication r meets the same draws under every alternative, so differences are taken
 * world by world (stats/paired.h). Outcomes of two alternatives meet by their names: at,
 * metric, kind and subject; one that only one of them has is told with no difference. */
#ifndef ALLOT_STUDY_COMPARE_H
#define ALLOT_STUDY_COMPARE_H

#include "base/arena.h"
#include "base/diag.h"
#include "run/results.h"
#include "scenario/outcome_path.h"
#include "stats/paired.h"
#include "stats/summary.h"

#include <stdatomic.h>

/* What the scenario is called beside its alternatives. */
#define COMPARE_AS_IT_IS "as it is"

struct variant {
    const char *name;
    struct scenario *scenario;
    size_t n; /* replications done, from 0 */
    size_t n_outcomes;
    struct outcome *outcomes; /* what each is; their values are those of replication 0 */
    double *values;           /* [replication * n_outcomes + outcome] */
    size_t capacity;          /* replications that there is room for */
    bool is_loaded;
};

/* An outcome by its names. */
struct outcome_name {
    const char *at; /* "": the end */
    enum metric metric;
    enum outcome_kind kind;
    const char *subject;
};

struct comparison {
    struct arena arena;
    struct variant *variants; /* in the order in which they were named */
    size_t n_variants, capacity;
    size_t base; /* the one that the others are held against */
    uint64_t seed;
    struct outcome_name *answers; /* what was asked about, at least one */
    const char **answer_paths;    /* as it was asked */
    size_t n_answers;
};

struct compare_request {
    const char *const *files; /* one scenario, or several to be compared */
    size_t n_files;
    /* NAME:PATH=VALUE[,PATH=VALUE] makes an alternative, NAME chooses one of the
     * scenario's; none: all of the scenario's. */
    const char *const *alts;
    size_t n_alts;
    const char *against; /* a name; NULL: the scenario as it is, or the first one */
    const char *best; /* the outcome to select by, which is asked about first; or NULL */
    const char *const *metrics; /* outcomes to ask about; none: the scenario's answer */
    size_t n_metrics;
    int64_t seed; /* -1: the scenario's */
    struct scenario_options loading;
};

/* Loads and checks all of it. Every mistake is told, that of an alternative with its
 * name: DIAG_USAGE, DIAG_DATA, DIAG_NO_INPUT. On failure nothing is to be released. */
int comparison_load(struct comparison *c, const struct compare_request *request,
                    struct diag *d);
void comparison_release(struct comparison *c);

struct compare_how {
    size_t n_jobs;
    atomic_bool *stop; /* as of tasks.h */
    void (*progress)(void *owner, size_t done, size_t n);
    void *owner;
};

/* Runs n_more[variant] further replications of each, world by world. Returns how many
 * runs were done; fewer than all where it was stopped. -1: a script or formula of the
 * user's went wrong (DIAG_DATA). */
int comparison_run(struct comparison *c, const size_t *n_more,
                   const struct compare_how *how, struct diag *d);

/* The outcome of that name, or -1. O(n). */
int variant_find(const struct variant *v, const struct outcome_name *name);
/* How many worlds two alternatives have in common. */
size_t variants_common(const struct variant *a, const struct variant *b);

/* The mean of an outcome of one alternative, with its interval: Wilson's of a share. */
struct estimate {
    size_t n, n_missing; /* runs; those of them without a value */
    double mean, ci_low, ci_high;
};
void variant_estimate(const struct variant *v, int outcome, struct estimate *out);

/* One outcome of an alternative against that of the base. */
struct difference {
    size_t variant;
    struct outcome_name name;
    int own, other;          /* the outcome's indices, -1: it has none of that name */
    size_t n_own, n_other;   /* runs with a value */
    double mean, mean_other; /* of those runs; the difference is that of pairs */
    struct paired paired;
    struct wins wins;
    bool is_answer;
    double holm; /* the p-value corrected: of an answer for all answers, else for all
                    other outcomes that differ in any world; NaN: there is no test */
};

/* All differences, by alternative, then in the order of the base's outcomes, then what
 * only the alternative has. On the heap. */
struct difference *comparison_differences(const struct comparison *c, size_t n_jobs,
                                          size_t *n);

/* Whether it stands after Holm's correction at 5 %. */
bool difference_stands(const struct difference *row);

bool outcome_name_equal(const struct outcome_name *a, const struct outcome_name *b);

/* The row of an alternative's outcome, or NULL. O(n). */
const struct difference *difference_find(const struct difference *rows, size_t n,
                                         size_t variant, const struct outcome_name *name);

/* The unit of an outcome's metric, "" for none. */
const char *outcome_unit(const struct outcome_name *name);

#endif
