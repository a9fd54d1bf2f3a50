/* sweep_dir.h - the directory of a sweep: its store, its parts, what is made of them. */
#ifndef ALLOT_STUDY_SWEEP_DIR_H
#define ALLOT_STUDY_SWEEP_DIR_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdbool.h>

/* Where the store of a sweep's directory is. */
const char *sweep_store_path(struct arena *arena, const char *dir);

/* Whether the directory is one of a sweep, or new or empty, so that it may be written:
 * DIAG_CANNOT_CREATE if not. */
int sweep_check_dir(const char *dir, struct diag *d);

/* Whether a sweep wrote a file of that name. */
bool sweep_is_its_file(const char *name);

/* Whether the directory holds the store of a sweep. */
bool sweep_is_sweep(const char *dir);

#endif
