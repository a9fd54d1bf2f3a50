/* rule.h - a rule: score x divide x ledger, and what stands around any division. */
#ifndef ALLOT_RULE_RULE_H
#define ALLOT_RULE_RULE_H

#include "base/arena.h"
#include "base/diag.h"
#include "model/setting.h"
#include "rule/divide.h"
#include "rule/formula.h"
#include "rule/ledger.h"
#include "rule/score.h"
#include "rule/units.h"

enum rule_over { OVER_PROJECTS, OVER_TREE };
enum rule_beyond { BEYOND_DIVIDE, BEYOND_NONE };

struct rule {
    int division, ledger; /* registry indices */
    int over;
    int beyond;        /* what is left after the entitlements: divided, or not */
    int64_t unit_gpus; /* -1: the pool's node size; 0: grants are not rounded */
    int round;         /* enum units_method */
    bool lends;        /* between meetings, what is granted and not used */
    double threshold_frac, step_frac; /* inertia */
    double weights[MOST_FACTORS];
    const char *formula_text;      /* NULL: the weights make the score */
    const struct formula *formula; /* what the loader made of the text */
    /* Every part's settings, in use or not, so that a sweep can vary the division. */
    void *division_settings[MOST_DIVISIONS];
    void *factor_settings[MOST_FACTORS];
    void *ledger_settings[MOST_LEDGERS];
    /* Follows `division`; a test may put its own here. */
    const struct divide_type *divide;
};

/* rule.X, rule.inertia.X, rule.score.X */
extern const struct settings rule_settings, rule_inertia_settings, rule_score_settings;

/* The range of a factor's weight, rule.score.weights.FACTOR. */
extern const struct setting rule_weight_setting;

/* The default rule: weighted by priority over projects, no ledger, no inertia. */
void rule_init(struct rule *rule, struct arena *arena);

/* A copy whose settings can be changed without touching the original. */
void rule_copy(struct rule *copy, const struct rule *rule, struct arena *arena);

/* Follows registry indices after a change of `division`. */
void rule_refresh(struct rule *rule);

/* Whether the parts go together. Otherwise a message that names those that do: the text
 * is taken from the arena; NULL when they do. */
const char *rule_clash(const struct rule *rule, struct arena *arena);

/* The same for the division that a group names for itself. */
const char *rule_group_clash(const struct rule *rule, const struct group *group,
                             struct arena *arena);

/* What the rule's division and those that groups name for themselves read of parties:
 * enum divide_reads. O(n_groups). */
unsigned rule_reads(const struct rule *rule, const struct group *groups, size_t n_groups);
/* The division in which a group takes part: that of its parent, else the rule's. */
int rule_division_above(const struct rule *rule, const struct group *groups,
                        size_t group);
/* Whether some division keeps accounts: over the tree only. O(n_groups). */
bool rule_keeps_accounts(const struct rule *rule, const struct group *groups,
                         size_t n_groups);
/* Whether a factor counts in the score: it has a weight, or the formula names it. */
bool rule_reads_factor(const struct rule *rule, size_t factor);
/* Whether a factor is worked out: it counts, or a division reads them all. */
static inline bool rule_evaluates(const struct rule *rule, unsigned reads, size_t factor)
{
    return reads & READS_DOCKET || rule_reads_factor(rule, factor);
}
/* What the factors that are worked out read of claims: enum claim_facts. */
unsigned rule_facts(const struct rule *rule, unsigned reads);

/* GPUs of which grants are whole multiples on a pool with nodes of that size; 0: not
 * rounded. */
static inline double rule_unit(const struct rule *rule, double node_gpus)
{
    return rule->unit_gpus >= 0 ? (double)rule->unit_gpus : node_gpus;
}

/* Half-life of what the rule remembers of use: the ledger's, else the fair_share
 * factor's where it has a weight; NaN where nothing decays. */
double rule_half_life_months(const struct rule *rule);

#endif
