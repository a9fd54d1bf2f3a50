/* explain_print.h - an explanation on a terminal, and as JSON. */
#ifndef ALLOT_CLI_EXPLAIN_PRINT_H
#define ALLOT_CLI_EXPLAIN_PRINT_H

#include "study/explain.h"

#include <stdbool.h>
#include <stdio.h>

/* On standard output: claims in detail, or a table of all where nobody was asked about.
 */
void explain_print(const struct explain_question *question, const struct explanation *e,
                   bool has_colour);

/* All of it; what is not a number is null. */
void explain_print_json(const struct explain_question *question,
                        const struct explanation *e, FILE *stream);

#endif
