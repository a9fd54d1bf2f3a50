/* diag.h - messages about wrong input and a failing world, located and collected.
 *
 * The caller owns the list and passes it as the last parameter; a function that succeeds
 * leaves it untouched, so calls chain, and a reader goes on after an error to report
 * every mistake of a file in one go. A message has a cause, which becomes the exit status
 * of the program, and where it can a place: file, line, column and the line's text. */
#ifndef ALLOT_BASE_DIAG_H
#define ALLOT_BASE_DIAG_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdio.h>

enum diag_cause {
    DIAG_WARNING,       /* nothing failed */
    DIAG_USAGE,         /* the command line is wrong: 64 */
    DIAG_DATA,          /* a scenario or a table is wrong: 65 */
    DIAG_NO_INPUT,      /* an input cannot be read: 66 */
    DIAG_UNAVAILABLE,   /* a needed program is missing: 69 */
    DIAG_CANNOT_CREATE, /* an output cannot be created: 73 */
    DIAG_IO             /* writing or reading failed on the way: 74 */
};

/* Where a message points to. Lines and columns count from 1; columns count characters. */
struct place {
    const char *file; /* NULL: no place at all */
    int line;         /* 0: the file as a whole */
    int column;       /* 0: the line as a whole */
    const char *text; /* the line, without its newline; NULL: not shown */
};

struct diag_message {
    enum diag_cause cause;
    struct place at;
    const char *message;
    const char *hint; /* NULL: none */
};

struct diag {
    struct arena arena;
    struct diag_message *messages;
    size_t n_messages;
    size_t capacity;
};

void diag_init(struct diag *d);
void diag_release(struct diag *d);
void diag_clear(struct diag *d);

/* Adds a message; `at` may be NULL. Returns -1, so that "return diag_error(...)" reads
 * well. Of warnings the result is to be ignored. */
int diag_error(struct diag *d, enum diag_cause cause, const struct place *at,
               const char *format, ...) __attribute__((format(printf, 4, 5)));
void diag_warning(struct diag *d, const struct place *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a hint to the last message. */
void diag_hint(struct diag *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

size_t diag_n_errors(const struct diag *d);

/* The exit status that the first error asks for; 0 without errors. */
int diag_exit_status(const struct diag *d);

/* Prints all messages: file:line:col: error: text, the line, a caret, the hint. Control
 * characters of strangers' text are shown as \xNN. At most 50 messages are printed and
 * the rest counted. */
void diag_print(const struct diag *d, FILE *stream, bool with_colour);

#endif
