/* compare_table.h - a comparison on the terminal, in 80 columns. */
#ifndef ALLOT_CLI_COMPARE_TABLE_H
#define ALLOT_CLI_COMPARE_TABLE_H

#include "study/compare.h"

/* For each answer a table of the alternatives with their intervals and differences; then
 * what each changes by team, in GPUs and percent; what else it changes; and what of it
 * all stands, in a sentence. */
void compare_table_print(const struct comparison *c, const struct difference *rows,
                         size_t n, bool has_colour);

#endif
