/* random_scenarios.h - scenarios at random, as text. */
#ifndef ALLOT_TESTS_RANDOM_SCENARIOS_H
#define ALLOT_TESTS_RANDOM_SCENARIOS_H

#include <stdbool.h>
#include <stdint.h>

/* A scenario that depends on nothing but the seed, to be freed: 1 to 3 pools with
 * deliveries and reserves, a tree of 1 to 40 teams, up to 60 projects, exploration, a
 * council with or without members, any rule whose parts go together, disputes, happenings
 * of all kinds, of which many fall on one instant, marks, and what was before. Reversed,
 * teams, groups and projects stand in the opposite order, which must not change anything.
 */
char *random_scenario(uint64_t seed, bool is_reversed);

#endif
