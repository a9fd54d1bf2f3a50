/* random_rules.h - the settings of a rule at random from a seed. */
#ifndef ALLOT_TESTS_RANDOM_RULES_H
#define ALLOT_TESTS_RANDOM_RULES_H

#include "rule/rule.h"

#include <stdbool.h>
#include <stdint.h>

/* Changes everything but division, over, ledger and unit; with inertia or without. */
void rule_vary(struct rule *rule, uint64_t seed, bool is_inert);

#endif
