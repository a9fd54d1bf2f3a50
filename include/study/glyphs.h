/* glyphs.h - strangers' text on its way into a picture: as a cell of a chart's table, and
 * what to do where no font has its characters. */
#ifndef ALLOT_STUDY_GLYPHS_H
#define ALLOT_STUDY_GLYPHS_H

#include "base/text.h"

/* Appends a text as a cell of a chart's table: in double quotes, with \\ for a backslash,
 * \0042 for a double quote and \0054 for a comma, which gnuplot undoes. Bytes that are no
 * UTF-8 become U+FFFD; control, invisible and bidirectional characters become blanks. */
void glyphs_append_cell(struct text *out, const char *string);

/* Appends a text with a small square for each character that no font of this machine has,
 * as fontconfig says. Returns the number of squares; *first is the first that one stands
 * for, as a string of its own (up to 8 bytes). */
size_t glyphs_append_drawable(struct text *out, const char *string, char first[8]);

#endif
