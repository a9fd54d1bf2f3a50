/* import_scenario.h - what was read as the text of a scenario, with comments that say
 * what of it was copied ([P]), derived ([D]) or assumed ([A]). */
#ifndef ALLOT_IMPORT_IMPORT_SCENARIO_H
#define ALLOT_IMPORT_IMPORT_SCENARIO_H

#include "import/importer.h"

#include <stdio.h>

struct import_scenario {
    const struct import *import;
    const char *words;   /* of the command line */
    const double *gpus;  /* by pool */
    const bool *is_told; /* by pool: by --capacity, else derived */
};

/* The month that holds the first period, and how many months there are to the last. */
struct date import_scenario_months(const struct usage *u, size_t *n_months);

/* Needs something to have been imported. A stream that fails is remembered by it. */
void import_scenario_write(const struct import_scenario *s, FILE *out);

#endif
