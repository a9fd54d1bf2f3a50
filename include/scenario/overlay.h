/* overlay.h - one tree laid over another: what an alternative is to its scenario.
 *
 * Groups merge key by key. Lists whose elements have identities (node.h) merge element by
 * element: the same identity merges, a new one appends, an element without identity
 * appends, `enabled = false` removes. All other values replace; so does an empty list,
 * which clears. Top-level lists `teams` and `groups` in the overlay address the teams
 * and groups of the base wherever they stand: in its own list of teams, in its
 * organisation at any depth; a new one joins the base's own list, where there is one.
 *
 * Order: overlays, then node_set (node_path.h), then node_prune. */
#ifndef ALLOT_SCENARIO_OVERLAY_H
#define ALLOT_SCENARIO_OVERLAY_H

#include "base/arena.h"
#include "base/diag.h"
#include "scenario/node.h"

/* Lays `overlay` over `base`, a root. What is taken over is copied and keeps its places;
 * the overlay stays as it is. An alternative's own `name` is for the caller to remove
 * before. Removing what is not there, and a team or group that is unknown, are errors:
 * DIAG_DATA; the base is then to be thrown away. */
int node_overlay(struct arena *arena, struct node *base, const struct node *overlay,
                 struct diag *d);

/* Removes the elements with `enabled = false` from all lists whose elements can have
 * identities, and the key `enabled` from the others. Does not look into alternatives:
 * what they switch off is for node_overlay. An `enabled` that is neither true nor false
 * is an error: DIAG_DATA. */
int node_prune(struct node *root, struct diag *d);

#endif
