/* syntax.h - what is wrong with a row of tokens: brackets, repeated keys, and in words
 * what libconfig only calls a syntax error.
 *
 * libconfig stays the judge of the grammar. What is checked here is what it reports one
 * at a time or at the wrong place, and what would cost it too much: it compares every key
 * of a group with all others. */
#ifndef ALLOT_SCENARIO_SYNTAX_H
#define ALLOT_SCENARIO_SYNTAX_H

#include "base/diag.h"
#include "scenario/scan.h"

#include <stddef.h>

enum { SYNTAX_MOST_DEPTH = 64, SYNTAX_MOST_VALUES = 200000, SYNTAX_MOST_KEYS = 10000 };

/* Pairs the brackets and sets `parent` of every token. Errors, each located at the
 * bracket that is left open or closes nothing: DIAG_DATA. Also refuses nesting beyond
 * SYNTAX_MOST_DEPTH and more than SYNTAX_MOST_VALUES values. */
int syntax_check_brackets(struct token_row *row, struct diag *d);

/* Reports every key that is set again in its group and sets its `first`. Refuses groups
 * of more than SYNTAX_MOST_KEYS keys. The brackets must be paired. DIAG_DATA. */
int syntax_check_keys(struct token_row *row, struct diag *d);

/* Reports that token `k` cannot stand where it stands, with a hint. Returns -1. */
int syntax_unexpected(const struct token_row *row, size_t k, struct diag *d);

/* Reports that the array that holds or ends at token `k` mixes kinds. Returns -1. */
int syntax_mixed_array(const struct token_row *row, size_t k, struct diag *d);

#endif
