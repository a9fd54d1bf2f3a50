/* parse.h - from a path to a tree of nodes.
 *
 * The files are scanned to tokens (scan.h), the tokens are checked (syntax.h) and handed
 * to libconfig one a line, so that the line libconfig names is the token. Its tree is
 * then walked in step with the tokens: values come from libconfig, places from the
 * tokens, and should the two ever disagree a CHECK fails. All mistakes are reported at
 * once, of those that only libconfig sees one for each top-level setting; they come in
 * the order of the passes, for the caller to sort. */
#ifndef ALLOT_SCENARIO_PARSE_H
#define ALLOT_SCENARIO_PARSE_H

#include "base/arena.h"
#include "base/diag.h"
#include "scenario/node.h"
#include "scenario/source.h"

#include <stddef.h>

/* Reads the scenario at `path`. The tree and the sources live in the arena; `options` may
 * be NULL; `sources` is filled even on failure, as far as files were read. Errors:
 * DIAG_DATA, DIAG_NO_INPUT, DIAG_IO. */
int scenario_parse(struct arena *arena, const char *path,
                   const struct parse_options *options, struct source_list *sources,
                   struct node **root, struct diag *d);

/* Reads the single value that a text holds from byte `offset` on; nothing is included.
 * The value's node has no key. DIAG_DATA. */
int parse_value(struct arena *arena, const struct source *source, size_t offset,
                struct node **value, struct diag *d);

#endif
