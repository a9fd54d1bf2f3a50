/* divide.h - a division splits pools among parties; one strategy a file, one line in the
 * registry.
 *
 * A party is a claim, the claims of one project on several pools, or a group with all
 * that is asked below it. The division sees what each party wants, what it is guaranteed
 * and what distinguishes it, and writes grants; everything around it (reserve, ledger,
 * inertia, minimums, units, the checking of promises) is the award's and the same for all
 * divisions. A division keeps nothing between calls: what it must remember comes in
 * `accounts` and goes out in `next_accounts`.
 *
 * To add one: write sim/rule/divide_x.c with a const struct divide_type, declare it here
 * and put it into the registry in divide.c. The loader, `allot list`, `allot check` and
 * the conformance test find it there. */
#ifndef ALLOT_RULE_DIVIDE_H
#define ALLOT_RULE_DIVIDE_H

#include "base/arena.h"
#include "model/docket.h"
#include "model/setting.h"
#include "rule/fault.h"

#include <stdbool.h>
#include <stddef.h>

struct party {
    const char *name;  /* ties of equal parties are broken by it, last of all */
    double score;      /* a group: NaN */
    double share;      /* above 0: of the whole for claims, among siblings for groups */
    double budget;     /* the same, of money; 0: its share */
    double usage_frac; /* past use of the pool, for quota */
    double age_months; /* for ties of quota: the older first */
    int64_t class;     /* quota: higher first */
    double lot;        /* lottery: an exponential of mean 1; of a claim, else 0 */
    /* finish-time: of a claim; a group has none. See struct claim. */
    double pool_gpu_hours, other_hours, alone_hours;
};

/* A party's claim on one pool, for divisions that read the docket. */
struct party_claim {
    const struct claim *claim; /* NULL: the party has none on that pool */
    double score, share;       /* its own: a party's claims need not be alike */
    double *const *factors;    /* by factor, then index; NULL: not evaluated */
    size_t index;              /* of the claim in the docket */
};

struct divide_input {
    size_t n_parties, n_pools;   /* one pool, unless the division takes all at once */
    const struct party *parties; /* in the order of their names */
    const double *capacity_gpus; /* [pool] */
    const double *want_gpus;     /* [party * n_pools + pool]: the most it may get */
    const double *floor_gpus;    /* the same: at most want; their sum fits the pool,
                                    unless the division adds shares on top of floors */
    const double *gpu_value;     /* as want_gpus: what a GPU is worth to it; 0: not
                                    stated; NULL: none is */
    const double *task_gpus;     /* as want_gpus: of one task of a party that comes in
                                    whole ones; NULL unless the division reads tasks */
    size_t month, every_months;  /* of the run, from 0; between two meetings */
    const void *settings;        /* the division's own struct */
    const double *accounts;      /* [party * n_pools + pool]; NULL unless it keeps any */
    double *next_accounts;       /* the same, to be written whole; NULL: not asked for */
    double *prices;   /* [pool]: what a GPU costs; NULL: not asked for. A division without
                         prices leaves them as they are, NaN */
    double *residual; /* raised to the error of a result that did not settle to
                         SETTLED; NULL: not asked for */
    /* With READS_DOCKET: what the parties are made of; NULL for groups. */
    const struct docket *docket;
    const struct party_claim *claims; /* [party * n_pools + pool] */
    /* What a division may tell; NULL: not asked for. */
    double *levels; /* [pool]: GPUs for each unit of weight at which the pool was spent;
                       INFINITY: none of weight above 0 wants more; NaN: the division has
                       none */
    struct rule_fault *fault; /* a mistake in the user's own part of the division; grants
                                 are then not looked at. Never NULL. */
    struct arena *scratch;
};

/* A division that finds its result step by step goes on until its relative error is below
 * this, or says in `residual` that it is not. */
#define SETTLED 1e-9

/* For divisions that fill the pool up to a level (rule/fill.h). */
static inline void divide_tell_level(const struct divide_input *in, double level)
{
    if (in->levels)
        in->levels[0] = level;
}

/* What a division reads of its parties, beside what they want. */
enum divide_reads {
    READS_SCORES = 1,
    READS_SHARES = 2,
    READS_CLASSES = 4,
    READS_HISTORY = 8,
    READS_LOTS = 16,
    READS_WORK = 32,       /* work left and times, for finish-time */
    READS_LENDING = 64,    /* what groups keep: the award holds it back */
    READS_DECISIONS = 128, /* what was decided for groups: the award caps them by it */
    READS_BUDGETS = 256,
    READS_VALUES = 512,
    READS_TASKS = 1024,
    READS_DOCKET = 2048 /* all of it, factors too; sees claims only, never groups */
};

/* Promises that a published definition does not keep; the award says them in `list` and
 * holds the division to the rest. */
enum divide_breaks {
    BREAKS_NO_WASTE = 1, /* capacity may stay idle that a claim wants */
    BREAKS_POOL = 2,     /* grants may exceed the pool; the award scales them back */
    BREAKS_EQUALITY = 4  /* equal parties may differ: in one draw, or by a part that
                            cannot be split */
};

struct divide_type {
    const char *name;
    const char *summary;
    struct settings settings;
    unsigned reads;
    unsigned breaks;
    unsigned (*also_breaks)(const void *settings); /* under these settings; NULL: none */
    bool over_projects;                            /* may divide among claims */
    bool over_groups;                              /* may divide among groups */
    bool takes_passes; /* may stand under a ledger other than `none` */
    bool all_pools;    /* is called once for all pools */
    bool on_floors;    /* adds shares on top of floors, which may exceed the pool */
    bool is_monotone;  /* on one pool: when a party goes, nobody else gets less, and all
                          others together no more than it had */
    const char *level_of; /* what a unit of weight is, for divide_tell_level: "point of
                             score"; NULL: it tells no level */
    double grain_gpus;    /* deals in amounts of this size: less than it may stay idle */
    double (*account_at_start)(const void *settings, double share_frac,
                               double capacity_gpus); /* NULL: keeps no accounts */

    /* Writes all of grants[party * n_pools + pool]: 0 <= grant <= want, finite. Equal
     * parties get equal grants, whatever their order, but for what the record says. Never
     * fails, but for in->fault. */
    void (*divide)(const struct divide_input *in, double *grants);
};

extern const struct divide_type divide_equal, divide_proportional, divide_weighted,
    divide_max_min, divide_ranked, divide_drf, divide_quota, divide_credits,
    divide_borrow, divide_equal_awards, divide_equal_losses, divide_talmud,
    divide_finish_time, divide_lottery, divide_fixed, divide_market, divide_auction,
    divide_script;

/* The registry, in the order in which it is listed. */
enum { MOST_DIVISIONS = 32 };
extern const struct divide_type *const divisions[];
extern const size_t n_divisions;

/* The index in the registry, or -1. */
int division_find(const char *name);

/* All that a division breaks under its settings. */
unsigned division_breaks(const struct divide_type *type, const void *settings);

#endif
