/* column.h - the columns of a table by their names. */
#ifndef ALLOT_IMPORT_COLUMN_H
#define ALLOT_IMPORT_COLUMN_H

#include "import/slice.h"

/* The first column of that name, whatever the case of its letters; -1: there is none. */
int column_find(const struct slice *header, size_t n, struct slice name);

/* The name of a file without its folder and what follows the first dot: of
 * "logs/cluster01.csv.gz", "cluster01". */
struct slice column_file_stem(const char *path);

#endif
