/* number.h - doubles as decimal text and back, exactly.
 *
 * What number_format writes, number_parse and every correct strtod read back to the same
 * double. The text does not depend on the locale. Every number in a CSV file passes here,
 * so both ways are fast: a few nanoseconds for an integer, some tens for 17 digits. */
#ifndef ALLOT_RECORD_NUMBER_H
#define ALLOT_RECORD_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum { NUMBER_ROOM = 32 };

/* Writes the shortest decimal that reads back to x (at a power of two sometimes one digit
 * more; an integer below 1e17 whole), closed by a NUL, and returns its length: "0.1",
 * "6080", "1e300", "2.5e-7". Any NaN is "NaN", infinities are "Inf" and "-Inf", -0 is
 * "0". */
size_t number_format(double x, char out[NUMBER_ROOM]);

/* The same for an integer. */
size_t number_format_integer(long long i, char out[NUMBER_ROOM]);

/* Reads a whole string: [+-]digits[.digits][(e|E)[+-]digits], with digits on at least one
 * side of the point, or NaN, Inf, -Inf in any case. False, and *out untouched, for
 * anything else: blanks, hexadecimal, a number beyond the range of a double. */
bool number_parse(const char *string, double *out);

#endif
