/* alternatives.h - the variants of a scenario: trees that are laid over it. */
#ifndef ALLOT_SCENARIO_ALTERNATIVES_H
#define ALLOT_SCENARIO_ALTERNATIVES_H

#include "base/arena.h"
#include "base/diag.h"
#include "scenario/node.h"

/* Writes into a tree what is to be there before anything is laid over it: defaults that
 * hold only where a whole group is left out, and names that may be left out but by which
 * elements of lists meet. */
void alternative_prepare(struct arena *arena, struct node *tree);

/* Lays the alternative of that name over the tree, which has no alternatives afterwards.
 * DIAG_USAGE if there is none of that name, else DIAG_DATA. */
int alternative_lay(struct arena *arena, struct node *tree, const char *name,
                    struct diag *d);

/* Takes over the messages of a scenario with its alternative, but not those that stand in
 * `d` already: what is wrong without it. */
void alternative_report(const char *name, const struct diag *messages, struct diag *d);

#endif
