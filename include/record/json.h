/* json.h - what results need above jansson: numbers that may be none, whole files, and
 * the parts of long lists of equal rows, which are written without a tree.
 *
 * Jansson keeps its own memory; a json_t is given back with json_decref. */
#ifndef ALLOT_RECORD_JSON_H
#define ALLOT_RECORD_JSON_H

#include "base/diag.h"
#include "base/text.h"

#include <jansson.h>
#include <stdio.h>

enum json_order {
    JSON_AS_INSERTED, /* keys in the order in which they were set */
    JSON_BY_NAME      /* keys sorted by their bytes */
};

/* A new number; NaN and infinities, which JSON does not know, become null. */
json_t *json_number(double x);

/* Appends a string with its quotes; it has to be UTF-8, as all names are. */
void json_append_string(struct text *line, const char *string);

/* Appends a number that reads back exactly, with a point or an exponent (6.0), null for
 * one that is none. About a fortieth of what jansson takes for it. */
void json_append_number(struct text *line, double x);

/* Reads a regular file of at most JSON_MOST_BYTES. NULL and DIAG_NO_INPUT, DIAG_IO, or
 * DIAG_DATA, located, where it is no JSON. */
enum { JSON_MOST_BYTES = 1 << 26 };
json_t *json_read_file(const char *path, struct diag *d);

/* Writes with 2 blanks of indentation, numbers that read back exactly and a newline at
 * the end. -1 if the stream failed; the caller's file_close says why. */
int json_write(const json_t *json, FILE *stream, enum json_order order);

/* The same as a file that appears whole or not at all (base/file.h). */
int json_write_file(const json_t *json, const char *path, enum json_order order,
                    struct diag *d);

#endif
