/* sweep_json.h - a sweep as one JSON object: what points.csv and sensitivity.csv hold.
 *
 * Settings are numbers where their values are, else texts; one that a point does not name
 * is left out. NaN is null. */
#ifndef ALLOT_STUDY_SWEEP_JSON_H
#define ALLOT_STUDY_SWEEP_JSON_H

#include "study/sweep_view.h"

#include <stdio.h>

/* Prints the outcomes of the view. Errors: those of the store. */
int sweep_print_json(struct sweep_view *view, FILE *stream, struct diag *d);

#endif
