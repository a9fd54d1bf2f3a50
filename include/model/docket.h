/* docket.h - what a council has on its table: all that a rule sees, const.
 *
 * A rule never sees the world. The run builds a docket at each meeting, `allot divide`
 * builds one from a table, tests build them at random. Claims may stand in any order:
 * the award sorts them itself, so that the order in a file does not matter. */
#ifndef ALLOT_MODEL_DOCKET_H
#define ALLOT_MODEL_DOCKET_H

#include "model/calendar.h"
#include "model/entities.h"

/* One claimant's wish for GPUs of one pool until the next meeting. */
struct claim {
    /* Three lines of a cache: what all awards read, what factors do, and few rules. */
    int pool;
    int group;             /* the leaf of its team */
    const char *name;      /* of the project or team; breaks ties */
    double requested_gpus; /* what it asks for, >= 0 */
    double min_gpus;       /* below this the GPUs would do nothing */
    double floor_gpus;     /* guaranteed to this claim, 0 for none */
    double ceiling_gpus;   /* INFINITY: none */
    double last_gpus;      /* granted now; 0 where is_new */
    int claimant;          /* the caller's number for it */
    bool is_new;           /* had no claim at the last meeting */
    int project, team;     /* what ratings refer to; project -1: exploration */
    int kind_id, topic_id;
    double priority;         /* the project's own, in [0, 1] */
    double months_to_target; /* negative when late; NaN: no target */
    double months_unfilled;  /* since the claim was last filled */
    double needed_gpus;      /* what it could use */
    double task_gpus;        /* of one task; 0: its minimum, else a unit of the pool */
    double lot;              /* for a lottery: lots_draw; 0: none was drawn */
    /* GPU-hours of the project, on all pools together; 0 for exploration, and where no
     * factor reads them (FACTS_PROGRESS, FACTS_LEAVING). */
    double planned_gpu_hours;    /* of all its train stages */
    double left_gpu_hours;       /* of these, still to do */
    double last_month_gpu_hours; /* used in the last closed month */
    double rival_gpu_hours;      /* planned by other active projects, by overlap */
    double leaving_frac;         /* of its team's people, within a year at today's rate */
    /* For finish-time; all 0 where the rule does not read them. Of an exploration the
     * work is what it asks for until the next meeting. */
    double pool_gpu_hours; /* of training on this pool, still to do */
    double other_hours;    /* since the start, and of all other stages still to come */
    double alone_hours; /* from start to end, alone on 1/N of each pool, N the claims */
};

struct docket_pool {
    const char *name;
    double capacity_gpus; /* in service, after the reserve */
    double unit_gpus;     /* of the pool's own node */
    double charge;        /* accounting units a GPU-hour */
};

/* What groups used and were granted: n_past closed months, newest first, in charged
 * GPU-hours. */
struct history {
    size_t n_past;
    const double *used;     /* used[k * n_groups + group], k = 0: the last month */
    const double *capacity; /* capacity[k] */
    const double *granted;  /* as `used`; NULL: not known */
    struct date start;      /* the day on which it begins */
};

struct docket {
    size_t month;
    struct date date;     /* of the meeting; year 0: unknown */
    double hours_to_next; /* to the next meeting */
    const struct docket_pool *pools;
    size_t n_pools;
    const struct group *groups;  /* a tree as struct group says, root 0 */
    const struct bounds *bounds; /* [group * n_pools + pool] */
    size_t n_groups;
    const double *share_frac; /* by group, of the whole: docket_fill_shares */
    const double *usage_frac; /* quota: past use by group, of all capacity; NULL: from the
                                 history */
    const double *age_months; /* by group, for ties of quota; NULL: all equal */
    const double *scores;     /* by claim, in place of the rule's; NULL: none are given */
    struct history history;
    const double *accounts; /* what the division remembers, by [group * n_pools + pool],
                               as its last award left it; NULL: nothing yet, NaN the
                               same of one cell */
    const struct council *council;
    const struct claim *claims;
    size_t n_claims;
};

/* GPUs of all pools, weighted by their charge; and the charged GPU-hours that they offer
 * until the next meeting. */
double docket_charged_gpus(const struct docket *docket);
double docket_capacity_hours(const struct docket *docket);

/* Shares of the whole by group: the product of each one's part among its siblings up to
 * the root. Parents stand before children. O(n_groups). */
void docket_fill_shares(const struct group *groups, size_t n_groups, double *share_frac);

/* The same of budgets. */
void docket_fill_budgets(const struct group *groups, size_t n_groups,
                         double *budget_frac);

/* What a group has to spend relative to its siblings: its budget, else its share. */
double docket_budget(const struct group *group);

/* GPUs of each pool for each one of the claims on it, all of them where there is none:
 * part_gpus[n_pools]. O(n_claims). */
void docket_fill_parts(const struct docket *docket, double *part_gpus);

/* The work of a claim of which no more is known than what it asks for: that, until the
 * next meeting; alone it has such a part of its pool. */
void docket_fill_work(const struct docket *docket, const double *part_gpus,
                      struct claim *claim);

#endif
