/* node_path.h - paths of settings: rule.quota.k, pools.a100.gpus, stages by number.
 *
 * A path is a row of parts joined by dots: keys of groups, identities of list elements
 * (node.h), or numbers from 0 on of elements that have no identity. A part with a blank,
 * dot, comma, colon, equals sign, quote or backslash stands in double quotes, where \"
 * and \\ are escapes: projects."Llama 2".priority. At the root, teams.NAME and
 * groups.NAME address a team or group anywhere: in the organisation, at any depth, and in
 * the root's own list of teams. */
#ifndef ALLOT_SCENARIO_NODE_PATH_H
#define ALLOT_SCENARIO_NODE_PATH_H

#include "base/arena.h"
#include "base/diag.h"
#include "scenario/node.h"

#include <stddef.h>

/* Splits a path into its parts, without quotes. `at` is where the path is written (NULL:
 * nowhere): errors point at the mistake where the path can be seen there. DIAG_DATA. */
int path_split(struct arena *arena, const char *path, const struct place *at,
               const char ***parts, size_t *n, struct diag *d);

/* The path of the parts, with quotes where they are needed. */
const char *path_join(struct arena *arena, const char *const *parts, size_t n);

/* The node at the path; NULL and an error, DIAG_DATA, if it is not there. */
struct node *node_path_find(struct arena *arena, const struct node *root,
                            const char *path, const struct place *at, struct diag *d);

/* Carries out "PATH=VALUE": sets the key of a group or replaces an element of a list.
 * Missing groups on the way are made, missing elements are errors. The value is one of
 * libconfig, through the same checks, or else is taken as text: start=2022-01-01. Errors
 * point into the assignment as line 1 of a file "--set": DIAG_DATA; the tree is then as
 * it was. */
int node_set(struct arena *arena, struct node *root, const char *assignment,
             struct diag *d);

/* The team (list_key "teams") or group ("groups") of that name in the root's own list or
 * anywhere in its organisation; NULL if there is none. `list` gets the list that holds
 * it. */
struct node *organisation_find(const struct node *root, const char *list_key,
                               const char *name, struct node **list);

/* Reports that `name` is not a team or group of the organisation. Returns -1. */
int organisation_unknown(const struct node *root, const char *list_key, const char *name,
                         const struct place *at, struct diag *d);

/* Adds the hint "did you mean" with the nearest identity of the list, if any is near. */
void node_hint_identity(const struct node *list, const char *identity, struct diag *d);

#endif
