/* columns.h - the one table of all result files, their columns, units and meanings.
 *
 * The headers of the files, columns.csv, `allot list columns` and the manual are made of
 * it. A row of a file with `month` is the month's time-weighted mean; stocks (headcount,
 * state, work left, credits) are those of the month's end; amounts end in _gpu_hours.
 * NaN and an empty text stand for none. */
#ifndef ALLOT_RECORD_COLUMNS_H
#define ALLOT_RECORD_COLUMNS_H

#include "record/csv.h"

#include <stdbool.h>
#include <stddef.h>

struct column {
    const char *file; /* "pools.csv" */
    const char *column;
    const char *unit; /* "GPUs", "GPU-hours", "fraction" (0 to 1), "name", "YYYY-MM" … */
    const char *meaning;
};

/* The whole table, file by file, each file's columns in their order. */
const struct column *columns_all(size_t *n);

/* The columns of one file, without `replication` where that is added; NULL and 0 for a
 * file that is not in the table. */
const struct column *columns_of(const char *file, size_t *n);

/* The index of a column within its file; -1 if there is none. */
int columns_find(const char *file, const char *column);

/* Writes the header row of a file; with_replication puts `replication` first, unless it
 * is there anyway. The file must be in the table. */
void csv_header(struct csv *csv, const char *file, bool with_replication);

/* Writes columns.csv, header and all. */
void columns_write(struct csv *csv);

#endif
