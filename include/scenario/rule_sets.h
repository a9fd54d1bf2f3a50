/* rule_sets.h - a rule made of nothing but assignments, for a table of claims. */
#ifndef ALLOT_SCENARIO_RULE_SETS_H
#define ALLOT_SCENARIO_RULE_SETS_H

#include "base/arena.h"
#include "base/diag.h"
#include "rule/rule.h"

/* Makes the default rule, without whole units, with the settings of all assignments
 * PATH=VALUE. PATH is that of a setting of a division (rule.quota.k, quota.k) or
 * rule.round, or a division's key alone (k, round): then of the division of that index,
 * or for -1 of each one that has it. Nothing else of a rule can be set: a table has no
 * tree, no past and no dates, and scores stand in it. DIAG_DATA, located in the
 * assignment. The rule lives in the arena. */
int rule_of_sets(struct rule *rule, int division, const char *const *sets, size_t n_sets,
                 struct arena *arena, struct diag *d);

#endif
