/* opening.h - what was before the first day: with it a run goes on from today.
 *
 * A run without one begins with nothing used, nothing granted and books at their start.
 */
#ifndef ALLOT_MODEL_OPENING_H
#define ALLOT_MODEL_OPENING_H

#include <stddef.h>
#include <stdint.h>

/* Use of a group or team in a month before the start: charged GPU-hours. What is stated
 * for a group comes on top of what is stated below it. */
struct opening_use {
    int group;
    int64_t months_back; /* 1: the month before the start */
    double used_gpu_hours;
    double granted_gpu_hours; /* NaN: as much as was used */
};

/* What all pools offered in such a month, charged; where it is not stated, what the pools
 * have at the start. */
struct opening_offer {
    int64_t months_back;
    double gpu_hours;
};

/* A balance in the books of the division in which the group takes part. */
struct opening_account {
    int group, pool;
    double balance;
};

/* A grant in force until the first meeting's come into force. */
struct opening_grant {
    int project, team; /* of a project, or of a team's exploration: the other is -1 */
    int pool;
    double gpus;
    double months_unfilled;      /* since the claim was last filled */
    double last_month_gpu_hours; /* used in the month before the start */
};

/* What people remember: those at home in a team, or one person. */
struct opening_mood {
    int team, person; /* the other is -1 */
    double grievance;
    double layoff_days_ago, cancelled_days_ago; /* NaN: not */
    int64_t leader_left_months_ago;             /* -1: none did */
};

/* People who left a team by choice. */
struct opening_departures {
    int team;
    double days_ago;
    int64_t people;
};

/* How far a project is that had begun. */
struct opening_progress {
    int project;
    int64_t stage;    /* from 1 */
    double done_frac; /* of that stage's true work */
    double started_s; /* NaN: at the start */
};

struct opening {
    const struct opening_use *uses;
    size_t n_uses;
    const struct opening_offer *offers;
    size_t n_offers;
    const struct opening_account *accounts;
    size_t n_accounts;
    const struct opening_grant *grants;
    size_t n_grants;
    const struct opening_mood *moods; /* those of teams first */
    size_t n_moods;
    const struct opening_departures *departures;
    size_t n_departures;
    const struct opening_progress *progresses;
    size_t n_progresses;
    size_t n_months; /* that are known: the largest months_back */
};

#endif
