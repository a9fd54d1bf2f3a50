/* slice.h - pieces of a line that are looked at where they lie, and the numbers in them.
 *
 * Nothing is copied and no memory is taken. */
#ifndef ALLOT_IMPORT_SLICE_H
#define ALLOT_IMPORT_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
    const char *at;
    size_t length;
};

/* Cuts a line at a separator of one or more characters into at most `most` slices; the
 * number of fields that it has, which may be more. */
size_t slice_split(struct slice line, struct slice separator, struct slice *out,
                   size_t most);

/* Cuts at runs of blanks and tabs, those at the ends dropped. */
size_t slice_split_blanks(struct slice line, struct slice *out, size_t most);

/* Cuts a line of RFC 4180 at its commas. A field in quotes loses them in place, so the
 * line is written to. -1: a quote is not closed, or text follows a closing one. */
int slice_split_csv(char *line, size_t length, struct slice *out, size_t most, size_t *n);

struct slice slice_of(const char *string);
struct slice slice_trim(struct slice s);
bool slice_is(struct slice s, const char *string);
bool slice_begins(struct slice s, const char *string);

/* Whole decimal numbers with an optional sign. False for anything else, also beyond 63
 * bits. */
bool slice_integer(struct slice s, int64_t *out);

/* The same with a fraction and an exponent (record/number.h); finite. */
bool slice_number(struct slice s, double *out);

#endif
