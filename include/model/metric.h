/* metric.h - what a run comes to: the metrics, and whom each is about.
 *
 * An outcome is a metric of a subject, at the end of the run or at a mark. One table says
 * names, units and kinds; files, lists, messages and reports read it. */
#ifndef ALLOT_MODEL_METRIC_H
#define ALLOT_MODEL_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum metric {
    METRIC_RELEASED,
    METRIC_RELEASE_MONTHS,
    METRIC_SLIP_MONTHS,
    METRIC_HOURS_USED,
    METRIC_HOURS_SHIPPED,
    METRIC_HOURS_SUNK,
    METRIC_HOURS_EXPLORED,
    METRIC_HOURS_DUPLICATED,
    METRIC_HOURS_IDLE,
    METRIC_UTILISATION,
    METRIC_FILL,
    METRIC_JAIN,
    METRIC_GINI,
    METRIC_VALUE,
    METRIC_HOURS_LOST,
    METRIC_HOURS_FAILED,
    METRIC_LOSS,
    METRIC_HOURS_SERVING,
    METRIC_COST,
    METRIC_ENERGY,
    METRIC_CO2,
    METRIC_DEPARTURES,
    METRIC_GONE,
    METRIC_LEFT_TEAM,
    METRIC_DISPUTES,
    METRIC_LEADER_HOURS,
    N_METRICS
};

/* Whom a metric is about; also the order in outcomes.csv. */
enum outcome_kind {
    OF_ALL,
    OF_POOL,
    OF_GROUP,
    OF_TEAM,
    OF_PROJECT,
    OF_COHORT, /* people by what they belonged to at the start */
    N_OUTCOME_KINDS
};
extern const char *const outcome_kinds[N_OUTCOME_KINDS];

/* Which of two outcomes is the better one; 0: neither as such. */
enum metric_better { BETTER_NEITHER = 0, BETTER_MORE = 1, BETTER_LESS = -1 };

struct metric_type {
    const char *name;
    const char *unit;
    const char *summary;
    unsigned kinds;        /* 1 << enum outcome_kind */
    enum outcome_kind own; /* whom a bare name means where several kinds bear it; OF_ALL:
                              nobody, it is ambiguous then */
    enum metric_better better;
    bool missing_is_worst; /* NaN is worse than any value (never released), else it is no
                              value at all */
    const char *label;     /* a few words, for titles */
};
extern const struct metric_type metric_types[N_METRICS];

/* Which outcome is meant: as METRIC:[KIND/]SUBJECT[@MARK] names it. */
struct outcome_path {
    enum metric metric;
    enum outcome_kind kind;
    size_t subject; /* index in the scenario; 0 of all */
    size_t mark;    /* the number of marks: the end */
};

/* Whether an outcome is 0 or 1 in every run, so that its mean is a share of the runs. */
bool metric_is_yes_no(enum metric metric, enum outcome_kind kind);

/* Whether the smaller value of the metric of that name is the better one. */
bool metric_less_is_better(const char *name);

/* The metric or kind of that name, or -1. */
int metric_find(const char *name);
int outcome_kind_find(const char *name);

#endif
