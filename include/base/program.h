/* program.h - where the files are that come with the program. */
#ifndef ALLOT_BASE_PROGRAM_H
#define ALLOT_BASE_PROGRAM_H

#include "base/text.h"

#include <stdbool.h>

/* Appends a directory that holds the file `witness`: `in_source` in the directory of the
 * running program or up to three above it, which is the source tree, else `installed` in
 * the data directory. Both begin with / or are empty. False: there is none. */
bool program_find(const char *in_source, const char *installed, const char *witness,
                  struct text *out);

#endif
