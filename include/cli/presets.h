/* presets.h - the rules of real centres that come with the program. */
#ifndef ALLOT_CLI_PRESETS_H
#define ALLOT_CLI_PRESETS_H

#include "base/diag.h"
#include "base/text.h"

/* Appends the directory in which `presets/NAME.cfg` is looked up when it does not stand
 * beside the including file: where they are, else where they should be. */
void presets_find(struct text *data_dir);

/* Prints each preset's name, first comment line, and what it sets. */
int presets_list(struct diag *d);

#endif
