/* table.h - tables on a terminal: columns as wide as their widest cell, names cut in the
 * middle where the whole would pass 80 columns. */
#ifndef ALLOT_CLI_TABLE_H
#define ALLOT_CLI_TABLE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdio.h>

enum { TABLE_MOST_COLUMNS = 12, TABLE_WIDTH = 80 };

struct table {
    struct arena arena;
    size_t n_columns, n_rows;
    bool is_number[TABLE_MOST_COLUMNS]; /* aligned to the right */
    const char **cells;                 /* the header's first, then row by row */
    size_t n_cells, capacity;
};

/* Columns by name; one that begins with '>' is aligned to the right. */
void table_init(struct table *t, const char *const *columns, size_t n_columns);
void table_release(struct table *t);

/* Adds the next cell, row by row. Control characters of a stranger's text are shown. */
void table_cell(struct table *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void table_print(struct table *t, FILE *stream, bool has_colour);

/* 1234567.8 as "1,234,568". */
const char *table_count(struct arena *arena, double number);

#endif
