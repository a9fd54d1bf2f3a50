/* text.h - growing strings, UTF-8, and the nearest known word to a mistyped one. */
#ifndef ALLOT_BASE_TEXT_H
#define ALLOT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing byte string; bytes is always closed by a NUL that length does not count. */
struct text {
    char *bytes;
    size_t length;
    size_t capacity;
};

void text_init(struct text *t);
void text_release(struct text *t);
void text_clear(struct text *t);
void text_append(struct text *t, const char *string);
void text_append_bytes(struct text *t, const char *bytes, size_t length);
void text_printf(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends a number rounded to a whole one, with a comma each three digits: 1,234,568. */
void text_append_count(struct text *t, double number);

/* Appends a stranger's text for a terminal: control characters, C1 controls,
 * bidirectional overrides and bytes that are no UTF-8 appear as \xNN; a tab becomes a
 * blank. */
void text_append_visible(struct text *t, const char *bytes, size_t length);

/* Appends a word as it can be pasted into a shell: in quotes where it needs them. What a
 * terminal would act upon is made visible. */
void text_append_word(struct text *t, const char *word);

/* Appends a text for a terminal, visible, as lines of at most `width` columns, broken at
 * blanks, each ended; a word that is wider has a line of its own. */
void text_append_wrapped(struct text *t, const char *string, size_t width);

bool text_is_utf8(const char *bytes, size_t length);

/* Whether a character shows nothing of itself and may change how others are shown:
 * controls of both sets, zero-width and invisible ones, those that turn the direction of
 * writing or end a line, tags. */
bool text_is_hidden(uint32_t code);

/* Whether a spreadsheet that opens a table would take a cell that begins with this
 * character for a formula: such names are not accepted from anybody. */
bool text_begins_formula(char first);

/* Characters (code points) of a string: its number, the byte offset of the n-th (at most
 * the end), the start of the character that holds byte `offset`. */
size_t text_n_characters(const char *string);
size_t text_offset_of(const char *string, size_t character);
size_t text_boundary(const char *string, size_t offset);

/* Appends a string, cut in the middle to `most` characters, an ellipsis among them. */
void text_append_cut(struct text *t, const char *string, size_t most);

/* Columns that the string takes on a terminal: 2 for wide East Asian characters, 0 for
 * combining marks. */
size_t text_width(const char *string);

/* The candidate nearest to word by edit distance (transpositions count one), or NULL if
 * none is near enough to be meant. */
const char *text_suggest(const char *word, const char *const *candidates, size_t n);

/* FNV-1a of 64 bits, begun with TEXT_HASH or the hash of what stands before. */
#define TEXT_HASH UINT64_C(0xcbf29ce484222325)
uint64_t text_hash(uint64_t hash, const char *bytes, size_t length);

#endif
