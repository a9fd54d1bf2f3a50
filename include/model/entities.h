/* entities.h - pools, the organisation and its projects as a scenario states them.
 *
 * Plain data, const after loading. Entities refer to each other by index into the arrays
 * of struct scenario; -1 means none. The live state of a run is in world/, which copies
 * those of these structs that a `set` can change. */
#ifndef ALLOT_MODEL_ENTITIES_H
#define ALLOT_MODEL_ENTITIES_H

#include "model/goodput.h"
#include "model/setting.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One GPU type. */
struct pool {
    const char *name;
    int64_t gpus;         /* at the start */
    int64_t node_gpus;    /* GPUs of one node: the unit in which it is granted */
    double peak_tflops;   /* of one GPU; NaN if not stated */
    double reserved_frac; /* of the GPUs in service, held for work outside the scenario */
    double charge;        /* accounting units a GPU-hour */
    struct reliability reliability; /* of its nodes */
    double repair_hours;  /* a failed node is out of service; 0: it comes back at once */
    double watts;         /* that a GPU at work draws; NaN: not stated */
    double pue;           /* what the site draws for each watt of a GPU */
    double co2_g_per_kwh; /* NaN: not stated */
    double price_per_gpu_hour; /* NaN: not stated */
};

enum { GROUP_MOST_SHARE = 1000000000 };

/* A node of the organisation's tree; its leaves are the teams. Group 0 is the root, which
 * no file names; parents stand before their children; next_sibling follows the names. */
struct group {
    const char *name;
    double share;       /* relative to its siblings */
    int64_t class;      /* of rule quota: higher is served first */
    const char *divide; /* the division among its children or claims; NULL: the rule's */
    int parent, first_child, next_sibling; /* groups; -1: none */
    int team;                              /* of a leaf; -1 for others */
    int division;  /* registry index of `divide`; -1: the rule's */
    double budget; /* of money, relative to its siblings; 0, NaN: its share */
};

/* What holds for one group on one pool: bounds[group * n_pools + pool]. */
struct bounds {
    double floor_gpus;
    double ceiling_gpus; /* INFINITY: none */
    double keep_gpus;    /* of the floor, what division borrow lends to nobody */
    double fixed_gpus;   /* what was decided for it, for division fixed; at least what was
                            decided for all below */
    double gpu_value;    /* what a GPU is worth to it; 0: not stated */
};

/* How what a team asks for differs from what it needs (MODEL section 7). */
enum request_strategy {
    REQUESTS_HONEST,   /* what it needs */
    REQUESTS_INFLATE,  /* so much more, always */
    REQUESTS_REACTIVE, /* more, the less it got */
    REQUESTS_HOARD     /* at least the most that it was ever granted */
};

struct requests {
    int strategy;    /* enum request_strategy */
    double padding;  /* asked for beyond the need, as a part of it */
    double reaction; /* reactive: what of a month's shortfall is added to the padding */
    double relief;   /* reactive: the part of the padding that a month takes away */
};

struct team {
    const char *name;
    int64_t people;       /* at the start, named ones included */
    int group;            /* its leaf */
    double market;        /* outside demand for people of its skill: 0 none, 1 ordinary */
    double site_crunch;   /* added to its crunch */
    double voice;         /* the part of a shortfall that being heard takes away */
    double target_people; /* hires up to it; NaN: never */
    int64_t min_people;   /* with fewer its projects stand still */
    struct requests requests;
};

/* What makes people leave and come, in all teams (MODEL section 8). Each effect is what a
 * unit of its term adds to the logarithm of the rate of leaving. */
enum fill_reference { REFERENCE_OWN, REFERENCE_PEER };

struct people {
    double turnover_per_year; /* where nothing is the matter */
    double grievance;
    double grievance_half_life_months;
    int reference; /* enum fill_reference */
    double crunch;
    double market;
    double leader_pulse;       /* in the second calendar month after a leader left */
    double leader_pulse_after; /* in the third and fourth */
    double layoff, cancelled;
    double memory_days; /* how long these two last */
    double lock_in;     /* the part that a release that is due takes away */
    double closeness_half_life_months;
    double contagion; /* the part that each recent leaver of the team adds */
    double contagion_months;
    int64_t contagion_most;
    double productivity_loss; /* the part of work that is lost at morale 0 */
    double hiring_delay_months, hiring_delay_log_sd; /* lognormal: its mean, its spread */
    double ramp_months; /* a hired person does half the work for so long */
};

/* Somebody who is there at the start. Ordered by home team, then named ones by name, then
 * the others by number; the order in the file does not matter. */
struct person {
    const char *name; /* a role, or TEAM/1 ... */
    int team, also;   /* home; a second team or -1 */
    const int *cohorts;
    size_t n_cohorts;
    bool is_leader; /* its leaving unsettles the home team */
};

/* What was wanted from an instant on. */
struct demand {
    double at_s;
    double gpus;
};

/* A team's demand for GPUs beside its projects, on one pool: each month (gpus +
 * gpus_per_person * people + the series), with a lognormal spread of mean 1. */
struct exploration {
    int team, pool;
    const char *file;            /* of real use; NULL: none */
    const struct demand *series; /* what it says, by instant */
    size_t n_series;
    double gpus;
    double gpus_per_person;
    double log_sd;
    double priority;
};

enum stage_kind { STAGE_BUILD, STAGE_TRAIN, STAGE_WAIT };

struct stage {
    enum stage_kind kind;
    double person_months; /* build */
    int pool;             /* train: the rest too */
    double gpu_hours;
    double min_gpus, max_gpus; /* max NaN: as many as the pool has */
    double overrun_log_sd;     /* of the true GPU-hours over the planned ones */
    bool has_failures;         /* of nodes: false, its run is spared of them */
    double params, tokens;     /* of the model that it trains; NaN: not stated */
    double days;               /* wait */
};

struct project {
    const struct stage *stages;
    size_t n_stages;
    int team;
    int after;             /* the project whose release it waits for; -1: none */
    int topic_id, kind_id; /* equal texts have equal ids; -1: none */
    double priority;
    double start_s;  /* earliest start */
    double target_s; /* NaN: none */
    double staff;    /* people on its builds; NaN: an even part of those not stated */
    const char *name;
    const char *topic, *kind; /* NULL: none */
    double value;
    double value_half_life_months; /* of a late release; NaN: its value stays */
    double serve_tokens_per_month; /* once released; NaN: none */
    double serve_mfu;              /* model FLOP/s utilisation while serving */
};

/* What may hold GPUs: a project or a team's exploration, on one pool. A grant belongs to
 * a claimant, not to a stage. Claimants are in the order of pool, name, kind. */
struct claimant {
    int pool, team;
    int project;      /* -1: exploration */
    int exploration;  /* -1: a project */
    const char *name; /* of the project or team: breaks ties */
};

enum answer_by { ANSWER_BY_ODDS, ANSWER_BY_SCORE };

/* When a team appeals to the superior, and what comes of it (MODEL section 9). */
struct disputes {
    double threshold; /* of fill; NaN: nobody appeals */
    int64_t patience_months, cooling_months;
    double delay_days;
    int by;                       /* enum answer_by */
    double pick, cooperate, keep; /* odds */
    double k, bias;               /* of the logistic chance that the appellant wins */
    double transfer;              /* of the rival's grant */
    double step;                  /* of grievance, up for who loses, down for who wins */
    double leader_hours;          /* of a dispute */
};

enum rating_by { RATED_PROJECT, RATED_TEAM, RATED_GROUP, RATED_KIND, RATED_TOPIC };

struct rating {
    enum rating_by by;
    int id; /* project, team, group, kind or topic */
    double rating;
};

struct member {
    const char *name;
    double weight;
    struct rating *ratings;
    size_t n_ratings;
};

/* Of two projects that overlap the council ends the weaker, once both have asked for GPUs
 * at so many meetings in a row (MODEL section 10). */
struct cull {
    int64_t after_meetings; /* 0: never */
    double overlap;         /* at least so much of their work is the same */
};

/* Teams that overlap and keep disputing become one. */
struct consolidation {
    int64_t disputes; /* between the two; 0: never */
    int64_t within_months;
    double overlap; /* of some two of their projects, at least */
    double handover_days, step;
};

struct council {
    int64_t every_months;
    int64_t every_days; /* within each month, from its start on; 0: once a month */
    double lag_days;
    struct cull cull;
    struct consolidation consolidate;
    struct member *members;
    size_t n_members; /* 0: one mind, which takes the projects' own priorities */
};

#endif
