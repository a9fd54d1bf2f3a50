/* score.h - the score of a claim: a weighted sum of factors in [0, 1].
 *
 * A factor is a pure function of the docket, one strategy a file, one line in the
 * registry in score.c. */
#ifndef ALLOT_RULE_SCORE_H
#define ALLOT_RULE_SCORE_H

#include "base/arena.h"
#include "model/docket.h"
#include "model/setting.h"

/* What of a claim only some factors read, and who files claims fills in for them. */
enum claim_facts {
    FACTS_PROGRESS = 1, /* planned, left, last month's and rivals' GPU-hours */
    FACTS_LEAVING = 2   /* leaving_frac */
};

struct factor_type {
    const char *name;
    const char *summary;
    struct settings settings;

    /* enum claim_facts; NULL: none. */
    unsigned (*facts)(const void *settings);

    /* Writes values[n_claims], each in [0, 1], in the docket's order. */
    void (*evaluate)(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values);
};

extern const struct factor_type score_priority, score_closeness, score_fair_share,
    score_age, score_progress, score_track_record, score_need, score_overlap,
    score_retention;

enum { MOST_FACTORS = 16 };
extern const struct factor_type *const factors[];
extern const size_t n_factors;
int factor_find(const char *name);

/* The index of a member's rating that stands for a claim, the most specific; -1: none, so
 * that the claim's own priority counts. */
int priority_rating(const struct member *member, const struct docket *docket,
                    const struct claim *claim);

/* The classic fair share of Slurm by group: F = 2^(-U / S), U the effective use, a
 * fraction of the capacity (own use, plus a part by share of what the parent used beyond
 * it), S the share of the whole. `use_frac` is each group's own use.
 * Source: Slurm's priority/multifactor, "Fairshare". */
void fair_share_classic(const struct group *groups, size_t n_groups,
                        const double *share_frac, const double *use_frac, double *factor);

/* The fair tree of Slurm by group: a level share is a group's part of its siblings'
 * shares over its part of their use (INFINITY where it used nothing), and the tree is
 * walked depth first from the highest level share down. Teams are ranked in the order in
 * which they are met: factor = rank / number of teams, the first has 1; a group has the
 * factor of its first team. Of equal level shares teams come before groups and share one
 * rank, groups are walked as if they were one, and the first of them has the rank of a
 * team that ties with it. O(n log n). Source: Slurm's "Fair Tree Fairshare Algorithm". */
void fair_share_tree(const struct group *groups, size_t n_groups, const double *use_frac,
                     double *factor, struct arena *scratch);

#endif
