/* literal.h - how numbers and texts are spelled in a scenario: judged, read and written.
 *
 * The spellings are libconfig's, less those that it reads wrong or that its versions read
 * differently: 010 is ten to libconfig 1.5 and eight to 1.7, 5000000000 without L wraps
 * in 1.5, 1e999 is infinite, "\d" is a backslash and a d. */
#ifndef ALLOT_SCENARIO_LITERAL_H
#define ALLOT_SCENARIO_LITERAL_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

enum number_form {
    NUMBER_NONE, /* no number at all */
    NUMBER_INT,
    NUMBER_LONG, /* with L or LL */
    NUMBER_HEX,
    NUMBER_HEX_LONG,
    NUMBER_FLOAT
};

enum number_form literal_form(const char *spelling, size_t length);

/* Judges a word that begins like a number; `at` is its place. DIAG_DATA. */
int literal_check_number(const char *spelling, size_t length, const struct place *at,
                         struct diag *d);

/* Reads the inside of a string, between its quotes. `at` is the place of the opening
 * quote. Bad escapes are reported, up to ten. DIAG_DATA. */
int literal_read_text(struct arena *arena, const char *inside, size_t length,
                      const struct place *at, const char **text, struct diag *d);

/* Append what reads back to an equal value. A number always looks like a float and must
 * be finite; an integer beyond 31 bits ends in L. */
void literal_print_text(struct text *out, const char *string);
void literal_print_number(struct text *out, double number);
void literal_print_integer(struct text *out, int64_t integer);

/* The place `n` bytes behind `at` on the same line, where `from` stands at `at`. */
struct place literal_place(const struct place *at, const char *from, size_t n);

#endif
