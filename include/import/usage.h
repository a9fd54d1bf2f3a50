/* usage.h - what teams used and waited for, by team, pool and period.
 *
 * Jobs go in one at a time and are forgotten; what is kept are sums. Memory: a few words
 * per team, pool and period of a team, and per pool and hour, whatever the number of
 * jobs. Sums of whole GPU-seconds are exact up to 2^53. */
#ifndef ALLOT_IMPORT_USAGE_H
#define ALLOT_IMPORT_USAGE_H

#include "import/names.h"
#include "import/periods.h"

enum { USAGE_MOST_TEAMS = 20000, USAGE_MOST_POOLS = 64 };

struct usage_cell {
    double used_gpu_s, waiting_gpu_s, granted_gpu_s;
    double n_jobs; /* that began in the period */
};

/* Of a team on a pool: the periods first to first + n - 1. */
struct usage_series {
    size_t first, n;
    struct usage_cell *cells;
};

/* Use of a pool by hours since ZONE_FIRST_YEAR: in each hour, the sum of what is in it
 * only and what has run since an earlier one. */
struct usage_hours {
    size_t first, n;
    double *gpu_s;       /* of jobs that begin or end in the hour */
    double *change_gpus; /* of those that fill it */
};

struct usage {
    struct names teams, pools;
    struct periods periods;
    struct usage_series *series; /* [team * USAGE_MOST_POOLS + pool] */
    size_t n_rooms;              /* teams that series has room for */
    struct usage_hours hours[USAGE_MOST_POOLS];
    double largest_gpus[USAGE_MOST_POOLS]; /* that ran from one instant on */
    size_t first, end; /* periods with anything in them; first == end: none */
};

void usage_init(struct usage *u, bool is_daily, const struct zone *zone);
void usage_release(struct usage *u);

/* The number of a team or pool; -1 where the name is none (names.h) or one too many. */
int usage_team(struct usage *u, struct slice name);
int usage_pool(struct usage *u, struct slice name);

/* GPUs that ran, that were waited for, or that were granted, from an instant until a
 * later one. */
void usage_add_use(struct usage *u, int team, int pool, double gpus, double from_s,
                   double until_s);
void usage_add_waiting(struct usage *u, int team, int pool, double gpus, double from_s,
                       double until_s);
void usage_add_grant(struct usage *u, int team, int pool, double gpus, double from_s,
                     double until_s);
void usage_count_job(struct usage *u, int team, int pool, double at_s);

/* The cell of a period, made where there is none. */
struct usage_cell *usage_cell(struct usage *u, int team, int pool, size_t period);

/* The same, NULL where there is none. */
const struct usage_cell *usage_find(const struct usage *u, int team, int pool,
                                    size_t period);
void usage_cell_add(struct usage_cell *sum, const struct usage_cell *cell);
bool usage_has(const struct usage *u, int team, int pool);

/* Sums over teams (-1: all), pools (-1: all) and periods. */
struct usage_cell usage_sum(const struct usage *u, int team, int pool);

/* The largest mean use of an hour, in GPUs, or the largest job; where no hours are known,
 * the largest mean of a period. */
double usage_peak_gpus(const struct usage *u, int pool);

/* What a team was granted on a pool in the mean of a period, in GPUs. */
double usage_granted_gpus(const struct usage *u, int team, int pool, size_t period);

/* The largest sum of a period's grants on a pool, in GPUs. */
double usage_peak_granted_gpus(const struct usage *u, int pool);

/* Lays use, waiting and grants of one pool onto another and leaves it empty. */
void usage_move_pool(struct usage *u, int from, int to);

#endif
