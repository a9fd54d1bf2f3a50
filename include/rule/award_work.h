/* award_work.h - private to the award's source files: one award in the making.
 *
 * All arrays by claim are in the canonical order of pool, name and kind; `order` leads
 * back to the docket. Arrays by cell are [group * n_pools + pool]. */
#ifndef ALLOT_RULE_AWARD_WORK_H
#define ALLOT_RULE_AWARD_WORK_H

#include "rule/award.h"
#include "rule/fill.h"

struct award_work {
    const struct docket *docket;
    const struct rule *rule;
    struct award_trace *trace;
    struct arena *scratch;
    struct arena *arena;        /* of the results */
    const char *breach;         /* the first promise that a division broke; NULL: none */
    struct rule_fault fault;    /* where it was the user's own part that went wrong */
    const struct docket *whole; /* the docket, where this one is narrowed */
    double *const *factor_values; /* the award's: by factor, then claim of the docket */

    /* Who is there. */
    size_t n;
    size_t *order;        /* canonical index -> index in the docket */
    size_t *cell;         /* of the claim's group and pool */
    size_t *pool_first;   /* [n_pools + 1]: a pool's claims stand together */
    size_t *group_first;  /* [n_groups + 2]: where a leaf's claims begin in the lists; */
    size_t *group_claims; /* "leaf" n_groups holds all claims */
    size_t *group_owned;  /* the same, an owner's claims on all pools together */
    size_t *owner;        /* claims of one owner have equal numbers */
    double *score;
    size_t *by_rank, *tie; /* rank: highest score first, then canonical order */
    struct party *claim_parties, *group_parties;
    size_t *claim_at, *group_at; /* of a narrowed award: indices in the first one */

    /* What holds for the whole award. */
    double *unit;    /* [pool]; 0: not rounded */
    double *ask;     /* request within the claim's own ceiling; 0: it can never run */
    double *assured; /* the claim's own floor */
    double *min, *last;
    bool *is_new;
    double *group_ceiling; /* by cell, rounded up to the unit; also what was decided */
    bool has_group_bounds;
    double *entitled_hours; /* by group; NaN without a ledger */
    double *limit_hours;    /* by group, of both passes; INFINITY: none */
    double *accounts;       /* by cell; NULL: none are kept */
    double *next_accounts;  /* NULL: not asked for now */
    double *prices;         /* by pool, of the division at the top */
    double residual;        /* of the last division */

    /* What holds for one division: depends on who is set aside. */
    bool *is_aside;
    size_t n_aside;
    double *hi;       /* the most that the claim may get */
    double *first_hi; /* the same in the first pass; == hi without a ledger */
    double *floor;
    double *group_limit; /* by cell: the most that the claims below may get */
    double *group_floor; /* by cell, over the tree: what they are guaranteed */
    double *kept;        /* by pool: what groups neither use nor lend */
    double *grants;
    double *group_grants; /* by cell: award_sum(grants), kept by who changes them */
};

/* What of an amount counts as arithmetic noise. */
#define AWARD_SLACK 1e-9

static inline const struct claim *award_claim(const struct award_work *w, size_t i)
{
    return &w->docket->claims[w->order[i]];
}

static inline bool award_has_ledger(const struct award_work *w)
{
    return ledgers[w->rule->ledger]->entitle != NULL;
}

/* Nothing is divided beyond the entitlements. */
static inline bool award_is_strict(const struct award_work *w)
{
    return award_has_ledger(w) && w->rule->beyond == BEYOND_NONE;
}

/* Groups may go beyond their entitlements, but not without a limit. */
static inline bool award_has_limits(const struct award_work *w)
{
    return ledgers[w->rule->ledger]->limit != NULL && !award_is_strict(w);
}

/* A division with its settings. */
struct award_division {
    const struct divide_type *type;
    const void *settings;
};

/* The division in which a group takes part. */
static inline struct award_division award_division_above(const struct award_work *w,
                                                         size_t g)
{
    int index = rule_division_above(w->rule, w->docket->groups, g);
    return (struct award_division){index == w->rule->division ? w->rule->divide
                                                              : divisions[index],
                                   w->rule->division_settings[index]};
}

/* The most that a claim may be granted by a division. */
static inline double award_limit(const struct award_work *w, size_t i)
{
    return award_is_strict(w) ? w->first_hi[i] : w->hi[i];
}

/* award_sort.c: checks that the docket is one, sorts its claims, lists those of each leaf
 * and, for divisions of all pools at once, those of each owner. Ranks need scores. */
void award_sort(struct award_work *w);
void award_rank(struct award_work *w);

/* award_bounds.c: rounds to units and asks the ledger, once; then, for each division,
 * spreads floors, ceilings and entitlements of groups over the claims that take part. */
void award_set_bounds(struct award_work *w);
void award_set_limits(struct award_work *w);

/* Sums a value by claim over each leaf's cells; adds to a group's cell those of its
 * children, in the order of their names; or both, up to the root. */
void award_sum_leaves(const struct award_work *w, const double *by_claim,
                      double *by_cell);
void award_pass_up(const struct award_work *w, size_t g, size_t p, double *by_cell);
void award_sum(const struct award_work *w, const double *by_claim, double *by_cell);

/* Whether grants, summed by cell, exceed what a group may get. */
bool award_breaks_limit(const struct award_work *w, const double *group_grants);

/* GPUs of a pool that are neither granted nor kept. */
double award_left(const struct award_work *w, size_t pool);

/* The most that a claim could get of what is left: of the pool, under its groups'
 * ceilings and, where nothing goes beyond them, entitlements. */
double award_room(const struct award_work *w, size_t i);

/* Counts GPUs of that room as granted. */
void award_take(struct award_work *w, size_t i, double gpus);

/* award_table.c: what one call of a division is about: its parties, and all arrays by
 * cell, party * n_pools + pool. */
struct award_table {
    size_t n, n_pools;
    int group;                   /* below which the parties stand */
    const struct party *parties; /* set by the caller */
    double *want, *floor, *grants;
    double *value, *task;    /* NULL where the division does not read them */
    double *accounts, *next; /* NULL: none are kept, or asked for now */
    double *prices;          /* by pool; NULL: not asked for */
    struct party_claim
        *claims; /* by cell, of divisions that read the docket; else NULL */
};

struct award_table award_table_new(const struct award_work *w,
                                   const struct divide_type *type, size_t n,
                                   size_t n_pools);

/* Fills the grants, and checks what the division did. `pool` is the only one; -1: all are
 * there, capacity[pool]. Floors too large for a pool are scaled to it. What went wrong in
 * the user's own part of a division is kept in w->fault, and nothing is divided any more.
 */
void award_table_divide(struct award_work *w, struct award_division by,
                        const double *capacity, int pool, const struct award_table *t);

/* award_divide.c: divides all pools once among claims or down the tree: the first pass
 * where `given` is NULL, else a second one of what is left beyond `given`, without
 * floors. All by claim but capacity. Updates next_accounts where the division keeps any.
 */
void award_set_parties(struct award_work *w, const double *usage_frac);
void award_divide(struct award_work *w, const double *capacity, const double *want,
                  const double *given, double *grants);

/* award_minimums.c: divides, sets aside who stands under its minimum, divides again; and,
 * once units are whole, lets those return in the order of rank who fit into what is left,
 * rounding's included. */
void award_divide_with_minimums(struct award_work *w, struct award *award);
void award_return(struct award_work *w);

/* award_narrow.c: the same award of the claims that are not set aside, for divisions only
 * and without a trace; and back. */
struct award_work *award_narrow(const struct award_work *w);
void award_widen(struct award_work *w, const struct award_work *now);

/* award_inertia.c: holds grants near the last ones; returns false where it had to be
 * dropped on some pool. */
bool award_has_inertia(const struct award_work *w);
bool award_apply_inertia(struct award_work *w);

/* award_units.c: rounds all grants to whole units, pool by pool, or group by group. */
void award_round(struct award_work *w);

/* award_check.c: what every award promises (MODEL section 5):
 *  - finite, not negative, nothing beyond request, ceiling or pool;
 *  - no capacity left that a claim wants, but for what the division's record says;
 *  - no claim refused whose minimum fits what is left; none below its minimum;
 *  - whole units.
 * Floors met, equal claims equal and the order of no matter are held by the tests.
 * Returns NULL or a message from the arena of the results. */
const char *award_check(struct award_work *w);

/* The contract of every single division, checked after each call: finite, 0 <= grant <=
 * want, no more than the pool. Notes the first breach. */
void award_check_division(struct award_work *w, const struct divide_type *type,
                          const struct divide_input *in, const char *pool,
                          const double *grants);

#endif
