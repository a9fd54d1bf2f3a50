/* sweep_table.h - a sweep on the terminal: what each point came to. */
#ifndef ALLOT_CLI_SWEEP_TABLE_H
#define ALLOT_CLI_SWEEP_TABLE_H

#include "study/sweep_view.h"

#include <stdbool.h>

/* Narrows a view to these metrics; without any: the scenario's answer, else what all
 * teams' needs are met to. Returns whether anything is left, -1 and DIAG_USAGE for a
 * metric that is not there. */
int sweep_table_narrow(struct sweep_view *view, const char *const *metrics,
                       size_t n_metrics, struct diag *d);

/* Prints the means of some metrics by point, as many as fit, or of morris and saltelli
 * what each setting moves. Errors: the store's. */
int sweep_table_print(struct sweep_view *view, bool has_colour, struct diag *d);

#endif
