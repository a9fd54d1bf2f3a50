/* csv_reader.h - a whole CSV file as a table of strings, with the place of every cell.
 *
 * RFC 4180: the first row names the columns, fields with commas, quotes or newlines stand
 * in quotes. Also accepted: CRLF, a byte-order mark, empty lines (skipped), a quote in
 * the middle of a field that does not begin with one. Refused, each with file, line and
 * column: an unclosed quote, text after a closing quote, a row of the wrong number of
 * fields, a NUL byte, what is no UTF-8, a lone CR, a file without a header. O(bytes).
 *
 * The table owns the file's bytes; cells are borrowed from it until csv_table_free. */
#ifndef ALLOT_RECORD_CSV_READER_H
#define ALLOT_RECORD_CSV_READER_H

#include "base/diag.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

enum { CSV_TABLE_MOST_BYTES = 1 << 30 };

struct csv_table {
    char *file; /* its path */
    const char **columns;
    size_t n_columns;
    size_t n_rows;   /* without the header */
    uint32_t *cells; /* where each begins in bytes, row by row, the header first */
    uint32_t *lines; /* where each row begins, from 1, the header first */
    struct text bytes;
};

/* Reads the file at `path`. On an error (causes of file_read, else DIAG_DATA) all
 * mistakes up to 50 are reported and *table is empty; csv_table_free is harmless then. */
int csv_table_load(const char *path, struct csv_table *table, struct diag *d);

/* The same of a file that must lie below the directory `jail`; NULL: anywhere. */
int csv_table_load_within(const char *path, const char *jail, struct csv_table *table,
                          struct diag *d);

/* The same of bytes in memory, which are copied; `path` is what messages call them. */
int csv_table_parse(const char *path, const char *bytes, size_t length,
                    struct csv_table *table, struct diag *d);
void csv_table_free(struct csv_table *table);

/* The index of a column, the first of that name; -1 if there is none. */
int csv_table_column(const struct csv_table *table, const char *name);

/* Rows count from 0 after the header. Never NULL; an empty field is "". */
const char *csv_table_cell(const struct csv_table *table, size_t row, size_t column);

/* Reads a number, NaN among them (record/number.h); an empty cell is none. -1 and a
 * located DIAG_DATA error otherwise. */
int csv_table_number(const struct csv_table *table, size_t row, size_t column,
                     double *out, struct diag *d);

/* Of csv_table_error: the row that names the columns. */
#define CSV_HEADER SIZE_MAX

/* Adds a DIAG_DATA error that points to a cell. Returns -1. O(length of the row). */
int csv_table_error(const struct csv_table *table, size_t row, size_t column,
                    struct diag *d, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
