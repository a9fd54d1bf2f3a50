/* invariants.h - what holds for the results of every run, whatever the scenario. */
#ifndef ALLOT_TESTS_INVARIANTS_H
#define ALLOT_TESTS_INVARIANTS_H

#include "run/results.h"
#include "scenario/scenario.h"

/* Fails the test at the first thing that does not hold; `what` names the run. Results
 * with series and logs. */
void check_results(const struct scenario *s, const struct results *r, const char *what);

#endif
