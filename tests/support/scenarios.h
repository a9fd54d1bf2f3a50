/* scenarios.h - scenarios for tests, from texts. */
#ifndef ALLOT_TESTS_SCENARIOS_H
#define ALLOT_TESTS_SCENARIOS_H

#include "scenario/scenario.h"

/* What scenario_load made of a text. */
struct loaded {
    struct scenario s;
    struct diag d;
    bool is_loaded;
    char *messages; /* as diag_print prints them, with "x.cfg" for the path */
};

/* Writes the text to x.cfg in a folder of its own and loads it from there; `options` may
 * be NULL. */
void loaded_from(struct loaded *l, const char *text,
                 const struct scenario_options *options);

/* The same, with settings as --set gives them. */
void loaded_with(struct loaded *l, const char *text, const char *alternative,
                 const char *const *sets, size_t n_sets);

void loaded_release(struct loaded *l);

/* A scenario of one pool, one team and one project, to which a test adds. */
extern const char small_scenario[];

/* Two texts in one; to be freed. */
char *joined(const char *a, const char *b);

#endif
