/* award_work.h - private to the award's source files: one award in the making.
 *
 * All arrays by claim are in the canonical order of pool, name and kind; `order` leads
 * back to the docket. */
#ifndef ALLOT_RULE_AWARD_WORK_H
#define ALLOT_RULE_AWARD_WORK_H

#include "rule/award.h"

struct award_work {
    const struct docket *docket;
    const struct rule *rule;
    struct award_trace *trace;
    struct arena *scratch;
    size_t n;
    size_t *order;      /* canonical index -> index in the docket */
    size_t *pool_first; /* [n_pools + 1]: a pool's claims stand together */
    size_t *group_first, *group_claims; /* a leaf's claims, in canonical order */
    size_t *tie;        /* rank: highest score first, then canonical order */
    double *unit;       /* [pool]; 0: not rounded */
    double *score;
    double *hi;         /* the most that the claim may get */
    double *first_hi;   /* the same in the first pass; == hi without a ledger */
    double *floor, *min, *last;
    bool *is_new;
    bool *is_aside;
    double *group_ceiling; /* [group * n_pools + pool], rounded up to the unit */
    bool has_group_ceilings;
    double *entitled_hours; /* by group */
    double *accounts, *next_accounts; /* [group * n_pools + pool] */
    const double *usage_frac; /* by group: past use, for quota; NULL: none */
    double *grants;
};

/* What of a pool's capacity counts as arithmetic noise. */
#define AWARD_SLACK 1e-9

static inline const struct claim *award_claim(const struct award_work *w, size_t i)
{
    return &w->docket->claims[w->order[i]];
}

/* award_bounds.c: sorts, rounds to units, spreads the floors and ceilings of groups. */
void award_sort(struct award_work *w);
void award_set_bounds(struct award_work *w);
void award_set_entitlements(struct award_work *w);

/* award_divide.c: divides all pools once among claims or down the tree: the first pass
 * where `given` is NULL, else a second one of what is left beyond `given`, without floors.
 * All by claim but capacity. Updates next_accounts where the division keeps any. */
void award_divide(struct award_work *w, const double *capacity, const double *want,
                  const double *given, double *grants);

/* award_inertia.c: holds grants near the last ones; returns false where it had to be
 * dropped on some pool. */
bool award_apply_inertia(struct award_work *w, double *grants);

/* award_units.c: rounds all grants to whole units, pool by pool, or group by group. */
void award_round(struct award_work *w);

/* award_check.c: what every award promises (MODEL section 5):
 *  - finite, not negative, nothing beyond request, ceiling or pool;
 *  - no capacity left that a claim wants, but for what the division's record says;
 *  - no claim refused whose minimum fits what is left; none below its minimum;
 *  - whole units.
 * Floors met, equal claims equal and the order of no matter are held by the tests.
 * Returns NULL or a message from the scratch arena. */
const char *award_check(const struct award_work *w);

/* The most that a claim may be granted at all: without what lies beyond its entitlement
 * where the rule says beyond = "none". */
double award_limit(const struct award_work *w, size_t i);

/* Whether the rule may move grants less than the division would. */
bool award_has_inertia(const struct award_work *w);

/* Whether grants exceed a group's ceiling on a pool. */
bool award_breaks_ceiling(const struct award_work *w, const double *grants, size_t pool);

/* GPUs of a pool that are not granted. */
double award_left(const struct award_work *w, size_t pool);

/* The most that a claim could get of what is left, under the ceilings of its groups. */
double award_room(const struct award_work *w, size_t i);

#endif
