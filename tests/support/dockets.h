/* dockets.h - dockets for tests: from small tables, and at random from a seed.
 *
 * Everything lives in the arena that is passed in. */
#ifndef ALLOT_TESTS_DOCKETS_H
#define ALLOT_TESTS_DOCKETS_H

#include "base/arena.h"
#include "model/docket.h"
#include "rule/rule.h"

#include <stdint.h>

/* A generator of our own (splitmix64, Steele et al. 2014), so that a test's numbers
 * depend on nothing but its seed. */
struct dice {
    uint64_t state;
};
uint64_t dice_next(struct dice *dice);
double dice_uniform(struct dice *dice);           /* in [0, 1) */
size_t dice_below(struct dice *dice, size_t n);   /* in [0, n) */
bool dice_chance(struct dice *dice, double odds); /* true with these odds */

/* One team, a leaf below the root, with one claim of a project. */
struct docket_row {
    const char *name;
    double request;
    double floor;
    double ceiling; /* 0: none */
    double share;   /* 0: 1 */
    int class;
    double usage; /* past use as a fraction of the capacity */
    double age;   /* months, for ties of quota */
    double score; /* the project's priority */
    double min;
    double last;               /* granted now; 0: a new claim */
    double lot;                /* 0: 1 */
    double fixed;              /* what was decided for the team; 0: its request */
    double left, other, alone; /* GPU-hours and hours, for finish-time */
};

/* The docket of one pool "pool" with one claim a row; 720 hours to the next meeting. */
struct docket *docket_of_rows(double capacity, const struct docket_row *rows, size_t n,
                              struct arena *arena);

enum docket_flags {
    DOCKET_EXTREME = 1,  /* numbers from 1e-12 to 1e15 */
    DOCKET_MINIMUMS = 2, /* claims that need a minimum */
    DOCKET_BOUNDS = 4,   /* floors and ceilings of claims and groups */
    DOCKET_TIES = 8      /* many claims that are equal but for their names */
};

/* A random docket of 1 to 3 pools and a tree of depth 1 to 4, with a history of 0 to 5
 * months. Some projects bear their team's name, some claim on several pools. Claims have
 * lots and work; equal claims of DOCKET_TIES equal work. */
struct docket *docket_random(uint64_t seed, size_t n_claims, unsigned flags,
                             struct arena *arena);

/* The same docket with its claims and groups in another order, as if the file had listed
 * them so: from[i] is the old index of the new claim i. */
struct docket *docket_shuffled(const struct docket *docket, uint64_t seed, size_t *from,
                               struct arena *arena);

/* Lets some groups name a division of their own, of those that the rule admits. */
void docket_name_divisions(struct docket *docket, const struct rule *rule, uint64_t seed,
                           struct arena *arena);

#endif
