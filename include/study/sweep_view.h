/* sweep_view.h - a sweep's store, read back in one order: for tables, files and charts.
 *
 * Points stand in the order of the latest design, once each, then those of earlier ones;
 * outcomes by mark (the end first), kind, subject and metric; replications by number. So
 * what is made of it does not depend on when or where runs were done. All that is
 * returned is borrowed until sweep_view_close. */
#ifndef ALLOT_STUDY_SWEEP_VIEW_H
#define ALLOT_STUDY_SWEEP_VIEW_H

#include "study/store.h"

struct view_point {
    int64_t id, scenario_id;   /* 0: a bad one */
    const char *const *values; /* by setting; NULL: not set, as in the scenario */
    const char *message;       /* of a bad one */
    size_t n_failed;           /* runs */
};

struct view_outcome {
    int64_t id;
    const char *at, *metric, *kind, *subject;
    const char *label; /* METRIC:[KIND/]SUBJECT[@MARK], as on the command line */
    const char *unit;
};

struct sweep_view {
    struct store store;
    struct arena arena;
    const char *scenario, *question, *answer, *design; /* answer: a label; or NULL */
    size_t replications;                               /* that were asked for */
    const char **paths;
    size_t n_settings;
    struct view_point *points;
    size_t n_points, n_in_design; /* those of the design come first */
    struct view_outcome *outcomes;
    size_t n_outcomes;
    int *columns; /* [number of an outcome in the store]: its index, or -1 */
    int64_t most_id;
    size_t *at; /* [position of the design]: the point */
    size_t n_positions;
    double *coordinates; /* [position * n_settings + setting], of morris; or NULL */
};

/* Reads all but the results. `metrics` narrows the outcomes: a metric (all its subjects,
 * at the end), or a label, or the same with its kind; none: all. Errors: those of
 * store_open, DIAG_USAGE for a metric that is not there. */
int sweep_view_open(struct sweep_view *view, const char *path, const char *const *metrics,
                    size_t n_metrics, struct diag *d);
/* The same of the store in a sweep's directory, with all its outcomes. */
int sweep_view_open_in(struct sweep_view *view, const char *dir, struct diag *d);
void sweep_view_close(struct sweep_view *view);

/* Narrows an open view in the same way. */
int sweep_view_narrow(struct sweep_view *view, const char *const *metrics,
                      size_t n_metrics, struct diag *d);

/* The label of an outcome: METRIC:[KIND/]SUBJECT[@MARK], the kind only where a bare name
 * would mean another. */
const char *sweep_label(struct arena *arena, const char *metric, const char *kind,
                        const char *subject, const char *at);

/* The first outcome that a metric named as for sweep_view_open means; -1 and DIAG_USAGE.
 */
int sweep_view_meant(struct sweep_view *view, const char *metric, struct diag *d);

/* Appends the value of a setting without the quotes that it has in an assignment. */
void sweep_value_append(struct text *out, const char *value);

/* The outcome of that label, or -1. */
int sweep_view_find(const struct sweep_view *view, const char *label);

/* The results of one point. Missing outcomes are NaN. */
struct view_block {
    size_t n;              /* runs */
    int64_t *replications; /* [run] */
    double *values;        /* [run * n_outcomes + outcome] */
    size_t capacity;
};
int sweep_view_read(struct sweep_view *view, size_t point, struct view_block *block,
                    struct diag *d);
void view_block_release(struct view_block *block);

/* The mean of each outcome of each point: [point * n_outcomes + outcome], NaN without
 * runs; on the heap. NULL on an error. */
double *sweep_view_means(struct sweep_view *view, struct diag *d);

/* How many runs the design asks for, and how many of them are there. */
int sweep_view_count(struct sweep_view *view, size_t *wanted, size_t *stored,
                     struct diag *d);

#endif
