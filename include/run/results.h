/* results.h - what one replication yields: monthly series, logs and outcomes.
 *
 * A run writes its results and never reads them. The columns of each series are those of
 * the file of the same name (record/columns.h) that hold numbers, in that order. */
#ifndef ALLOT_RUN_RESULTS_H
#define ALLOT_RUN_RESULTS_H

#include "base/arena.h"
#include "base/text.h"
#include "model/metric.h"
#include "rule/fault.h"

#include <stddef.h>
#include <stdint.h>

/* values[(month * n_subjects + subject) * n_columns + column] */
struct series {
    size_t n_subjects, n_columns;
    double *values; /* n_months rows of subjects; NULL: not kept */
};

enum pools_column {
    POOLS_CAPACITY,
    POOLS_RESERVED,
    POOLS_FAILED,
    POOLS_REQUESTED,
    POOLS_GRANTED,
    POOLS_USED,
    POOLS_LENT,
    POOLS_IDLE,
    POOLS_PRICE,
    N_POOLS_COLUMNS
};
enum groups_column {
    GROUPS_SHARE,
    GROUPS_FLOOR,
    GROUPS_CEILING,
    GROUPS_ENTITLED,
    GROUPS_USED,
    GROUPS_DECAYED,
    GROUPS_BALANCE,
    GROUPS_CREDITS,
    N_GROUPS_COLUMNS
};
enum teams_column {
    TEAMS_HEADCOUNT,
    TEAMS_NEEDED,
    TEAMS_REQUESTED,
    TEAMS_GRANTED,
    TEAMS_USED,
    TEAMS_FILL,
    TEAMS_USED_HOURS,
    TEAMS_GRIEVANCE,
    TEAMS_MORALE,
    TEAMS_DEPARTURES,
    TEAMS_HIRES,
    TEAMS_LENT,
    TEAMS_PADDING,
    N_TEAMS_COLUMNS
};
/* team, state and stage are words in the file: here the team's index, the phase, and the
 * stage from 1. */
enum projects_column {
    PROJECTS_TEAM,
    PROJECTS_STATE,
    PROJECTS_STAGE,
    PROJECTS_DONE,
    PROJECTS_LEFT,
    PROJECTS_PRIORITY,
    PROJECTS_GRANTED,
    PROJECTS_USED_HOURS,
    N_PROJECTS_COLUMNS
};
enum months_column {
    MONTHS_JAIN,
    MONTHS_GINI,
    MONTHS_ENVY,
    MONTHS_DISPUTES_OPEN,
    MONTHS_LEADER_HOURS,
    MONTHS_CONTESTED,
    N_MONTHS_COLUMNS
};

enum series_file {
    SERIES_POOLS,
    SERIES_GROUPS,
    SERIES_TEAMS,
    SERIES_PROJECTS,
    SERIES_MONTHS,
    N_SERIES
};
extern const char *const series_files[N_SERIES]; /* "pools.csv", ... */
extern const char *const series_kinds[N_SERIES]; /* "pool", ... */

struct claim_row {
    uint32_t month, claimant, team;
    double needed_gpus, requested_gpus, score, entitled_gpus, granted_gpus;
};

struct factor_row {
    uint32_t month, claimant, team, factor;
    double value, weight;
};

/* Kinds of events, as events.csv names them. */
enum event_kind {
    EVENT_START,
    EVENT_STAGE,
    EVENT_RELEASE,
    EVENT_PAUSE,
    EVENT_CANCEL,
    EVENT_MEETING,
    EVENT_GRANT,
    EVENT_DELIVER,
    EVENT_RETIRE,
    EVENT_MAINTAIN,
    EVENT_FAIL,
    EVENT_REPAIR,
    EVENT_SET,
    EVENT_DEPART,
    EVENT_HIRE,
    EVENT_MERGE,
    EVENT_MOVE,
    EVENT_LAYOFF,
    EVENT_MARKET,
    EVENT_RETAIN,
    EVENT_DISPUTE,
    EVENT_RULING,
    EVENT_UNSETTLED,
    N_EVENT_KINDS
};
struct event_type {
    const char *name;
    const char *summary;
};
extern const struct event_type event_types[N_EVENT_KINDS];

struct event_row {
    double at_s;
    enum event_kind event;
    const char *kind; /* of the subject: pool, team, project, person, setting, rule */
    const char *subject;
    const char *detail;
};

struct outcome {
    uint32_t mark; /* index; n_marks: the end */
    uint32_t subject;
    enum metric metric;
    enum outcome_kind kind;
    double value;
};

struct results {
    struct arena arena;
    uint64_t replication;
    struct rule_fault
        fault; /* a script or formula of the user's went wrong: the run ended
                  there, and the rest is not to be used. Message NULL: no */
    size_t n_months;
    struct series series[N_SERIES];
    struct claim_row *claims;
    size_t n_claims, claims_capacity;
    struct factor_row *factors;
    size_t n_factors, factors_capacity;
    struct event_row *events;
    size_t n_events, events_capacity;
    struct outcome *outcomes; /* n_outcomes: the same in every replication */
    size_t n_outcomes;
    double *released_s; /* by project; NaN: not released */
    double *cancelled_s;
    double residual;  /* the worst of awards that did not settle; 0: all did */
    uint64_t n_fired; /* events of the engine */
};

void results_release(struct results *results);

#endif
