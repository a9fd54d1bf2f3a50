/* award.h - one award: a docket in, grants out. The run, `allot divide` and `allot
 * explain` all call it.
 *
 * In this order: scores -> rounding of requests, ceilings and minimums up to the unit ->
 * entitlements -> division in one or two passes -> inertia -> minimums: claims below
 * theirs are set aside one by one, and all is divided again -> whole units -> claims that
 * were set aside return where they fit into what is left -> promises checked. What every
 * award promises is written at award_check.
 *
 * Claims are sorted by pool, name and kind before anything is computed, so that the order
 * in which they are given changes nothing, not even the last bit. */
#ifndef ALLOT_RULE_AWARD_H
#define ALLOT_RULE_AWARD_H

#include "base/arena.h"
#include "model/docket.h"
#include "rule/rule.h"
#include "rule/trace.h"

#include <math.h>

/* Arrays by claim in the docket's order, taken from the arena given to award_make. */
struct award {
    double *granted_gpus;
    double *scores;
    double **factor_values;  /* by factor, then claim; NULL: the rule does not read it */
    double *entitled_gpus;   /* NaN without a ledger */
    double *entitled_hours;  /* by group, charged GPU-hours; NaN without a ledger */
    double *limit_hours;     /* by group, of both passes; INFINITY: none */
    double *next_accounts;   /* [group * n_pools + pool]; NULL: the division keeps none */
    double *prices;          /* by pool, of the division at the top; NaN: it has none */
    double residual;         /* of a division that did not settle; 0: all did */
    bool *is_set_aside;      /* its minimum did not fit */
    bool inertia_dropped;    /* on some pool inertia could not fit */
    struct rule_fault fault; /* a mistake in the user's part of the rule; message NULL */
};

/* Makes the award. Results live in `arena`; `scratch` is reset. Returns NULL, or a
 * message: either that of award->fault, a mistake of the user's in a script or formula;
 * or one that names rule, month and claim of a promise that a division broke, a bug of
 * the division. Grants are then not to be used. Cost: that of the division, times at most
 * one and the number of claims set aside. */
const char *award_make(const struct docket *docket, const struct rule *rule,
                       struct award *award, struct award_trace *trace,
                       struct arena *arena, struct arena *scratch);

static inline double award_factor(const struct award *award, size_t factor, size_t claim)
{
    const double *values = award->factor_values[factor];
    return values ? values[claim] : NAN;
}

#endif
