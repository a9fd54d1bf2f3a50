/* scan.h - the files of a scenario as one row of tokens, each with its exact place.
 *
 * The tokens are libconfig's. @include "x" is replaced by the tokens of x wherever it
 * stands outside strings and comments. All lexical mistakes are reported in one go, most
 * of which libconfig 1.5 swallows: strings and comments without an end, integers that
 * wrap, infinite floats, escapes that are none.
 *
 * One thing is stricter than libconfig: a string ends on its line. With a missing quote
 * every later string of the file would be taken for its opposite. Longer texts are
 * written as adjacent strings. */
#ifndef ALLOT_SCENARIO_SCAN_H
#define ALLOT_SCENARIO_SCAN_H

#include "base/diag.h"
#include "scenario/literal.h"
#include "scenario/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum token_kind {
    TOKEN_NAME,
    TOKEN_TEXT,
    TOKEN_NUMBER,
    TOKEN_BOOL,
    TOKEN_EQUALS, /* = or : */
    TOKEN_SEMICOLON,
    TOKEN_COMMA,
    TOKEN_OPEN,  /* { ( [ */
    TOKEN_CLOSE, /* } ) ] */
    TOKEN_END    /* behind the last token: every row has one */
};

#define TOKEN_NONE SIZE_MAX /* the index of no token */

struct token {
    enum token_kind kind;
    enum number_form form; /* of a number */
    bool is_bad;           /* reported already: its value is not to be used */
    struct place at;
    const char *spelling; /* in the source; not closed by a NUL */
    size_t length;
    const char *text; /* a name; a string without quotes and escapes; else NULL */
    size_t parent; /* the open bracket around it, of a closing one its own; by syntax.h */
    size_t first;  /* of a key that is set twice: the first; by syntax.h */
};

/* Lives on the heap. All zero is an empty row. */
struct token_row {
    struct token *tokens;
    size_t n_tokens; /* with the TOKEN_END */
    size_t capacity;
    bool is_broken; /* tokens are missing or doubtful: brackets and syntax say nothing */
};

void token_row_release(struct token_row *row);

/* Scans a source from byte `offset` on, with all that it includes; names and texts go
 * into the reader's arena. A reader without a list includes nothing. DIAG_DATA, and the
 * causes of source_read_include; the row is then complete but for what is_broken says. */
int scan_source(struct source_reader *reader, const struct source *source, size_t offset,
                struct token_row *row, struct diag *d);

/* The kind of a word: a name, a boolean, or TOKEN_END if it is neither. */
enum token_kind scan_word(const char *word, size_t length);

#endif
