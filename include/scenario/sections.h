/* sections.h - the tables of all settings of a scenario, and the structs they fill.
 *
 * A record begins with the struct of the model that it completes, so that an offset into
 * the record is one into that struct as well: a `set` stores by it. */
#ifndef ALLOT_SCENARIO_SECTIONS_H
#define ALLOT_SCENARIO_SECTIONS_H

#include "model/entities.h"
#include "model/happening.h"
#include "scenario/scenario.h"

struct top_record {
    double start_s; /* always 0: dates count from it */
    int64_t months, seed;
    const char *answer;
};

struct delivery_record {
    double at_s;
    int64_t gpus;
};

/* A team's record is that of its leaf, and its people. */
struct group_record {
    struct group group;
    int64_t people;
};

struct person_record {
    const char *name, *team, *also;
    bool is_leader;
    const char *cohort; /* one of the list */
};

struct exploration_record {
    struct exploration exploration;
    const char *pool;
};

struct project_record {
    struct project project;
    const char *team, *after;
};

struct stage_record {
    struct stage stage;
    int kind; /* enum stage_kind */
    const char *pool;
    double mfu;
};

struct topic_record {
    const char *name; /* of the topic, or of another one */
    double overlap;
};

enum { N_RATING_SUBJECTS = 5 };

struct rating_record {
    struct rating rating;
    const char *subjects[N_RATING_SUBJECTS]; /* by enum rating_by */
};

/* Of what was before the start: a group or team by its name. */
struct use_record {
    const char *name;
    int64_t months_back;
    double used_gpu_hours, granted_gpu_hours;
};

struct account_record {
    struct opening_account account;
    const char *name, *pool_name;
};

struct grant_record {
    struct opening_grant grant;
    const char *project, *team, *pool;
};

struct mood_record {
    struct opening_mood mood;
    const char *team, *person;
};

struct departures_record {
    struct opening_departures departures;
    const char *team;
};

struct progress_record {
    struct opening_progress progress;
    const char *project;
};

struct happening_record {
    const char *name;
    int kind; /* enum happening_kind */
    double at_s, per_year;
    const char *pool, *project, *team, *path, *from, *person;
    double gpus, days, fraction, hours, step;
    int64_t people;
    double value; /* not read by the table: its type is that of what is set */
};

extern const struct settings disputes_settings;
extern const struct settings top_settings, mark_settings, pool_settings,
    delivery_settings, group_settings, team_settings, bounds_settings,
    exploration_settings, project_settings, stage_settings, council_settings,
    cull_settings, consolidate_settings, member_settings, rating_settings,
    happening_settings, alternative_settings, people_settings, hiring_settings,
    person_settings, cohort_settings, team_people_settings, team_requests_settings,
    topic_settings, topic_with_settings, opening_use_settings, opening_offer_settings,
    opening_account_settings, opening_grant_settings, opening_mood_settings,
    opening_departures_settings, opening_progress_settings;

/* The settings of one kind of stage, by enum stage_kind, beside stage_settings. */
extern const struct settings stage_kind_settings[3];

/* What a kind of happening may take, beside happening_settings: its last is `value`. */
extern const struct settings happening_key_settings;
/* The enum happening_key of each of them. */
extern const enum happening_key happening_keys[];

/* rule.score.weights: one a factor, in struct rule. */
const struct settings *score_weight_settings(void);

/* Whether one of several sections at `path` holds that key: the setting, or NULL. */
const struct setting *section_find(const char *path, const char *key,
                                   const struct settings **settings);

#endif
