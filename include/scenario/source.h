/* source.h - the files of a scenario: found, read once, checked, hashed.
 *
 * A file is read with a cap, must be regular and must be text: UTF-8 without NUL bytes.
 * With a jail only files that really lie below a directory are read. Everything lives in
 * the arena of the reader; the list is the caller's, empty when it is all zero. */
#ifndef ALLOT_SCENARIO_SOURCE_H
#define ALLOT_SCENARIO_SOURCE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/digest.h"

#include <stddef.h>

/* Of longer lines messages show only the beginning: each message copies its line. */
enum {
    SOURCE_MOST_BYTES = 1000000,
    SOURCE_MOST_DATA_BYTES = 1 << 26, /* of a table */
    SOURCE_LONGEST_LINE = 2000
};

struct source {
    const char *path;         /* the main file's as given; an include's as it was found */
    const char *text;         /* without a NUL but the one behind it */
    size_t length;            /* in bytes */
    char sha256[DIGEST_ROOM]; /* of the bytes, in hex */
    const char *identity;     /* the real path: two names of a file are one file */
    const char *lines; /* the text with NULs at the ends of lines, and where a line gets
                          too long: places point here */
};

struct source_list {
    struct source **sources; /* every file that was read, the main file first */
    size_t n_sources;
    size_t n_scenario; /* of them the scenario itself and what it includes; what comes
                          after them is data: tables, scripts */
    size_t capacity;
    const char *question; /* the first comment of the main file; NULL if none */
};

struct parse_options {
    const char *jail;     /* nothing outside this directory is read; NULL: no jail */
    const char *data_dir; /* second place of included files; NULL: none */
};

struct source_reader {
    struct arena *arena;
    const struct parse_options *options;
    struct source_list *list;
};

/* Reads the main file. DIAG_NO_INPUT (missing, a directory, outside the jail), DIAG_DATA
 * (too large, no text), DIAG_IO. */
int source_read_main(struct source_reader *r, const char *path,
                     const struct source **source, struct diag *d);

/* Reads the file that `from` includes as `name`: beside `from`, else in the data
 * directory. The same causes, located at `at`, the place of the @include. */
int source_read_include(struct source_reader *r, const char *name,
                        const struct source *from, const struct place *at,
                        const struct source **source, struct diag *d);

/* The same of a table of data, which may be larger. */
int source_read_data(struct source_reader *r, const char *name, const struct source *from,
                     const struct place *at, const struct source **source,
                     struct diag *d);

/* A text that is no file, such as an argument; it must be UTF-8. `name` stands for its
 * path. */
struct source *source_of_text(struct arena *arena, const char *name, const char *text);

#endif
