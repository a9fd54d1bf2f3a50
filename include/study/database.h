/* database.h - an SQLite file: opened, asked and written, with one clear line an error.
 *
 * A writer holds its file exclusively until it is closed, also between transactions;
 * without a write-ahead log, because the file may lie on a shared file system. What was
 * committed is on the disk. What a killed process was about to write is undone by whoever
 * opens the file next. */
#ifndef ALLOT_STUDY_DATABASE_H
#define ALLOT_STUDY_DATABASE_H

#include "base/diag.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

enum { DATABASE_MOST_STATEMENTS = 20 };

struct database {
    sqlite3 *db;
    char *path;
    const char *texts[DATABASE_MOST_STATEMENTS]; /* of what is prepared already */
    sqlite3_stmt *statements[DATABASE_MOST_STATEMENTS];
    size_t n_statements;
    bool is_writer, is_in_transaction;
};

/* Opens a file and begins a transaction: to write, making it where it is missing, or to
 * read. Waits at most wait_s for another process to let go of it. Errors:
 * DIAG_CANNOT_CREATE or, of a reader, DIAG_NO_INPUT (cannot be opened),
 * DIAG_CANNOT_CREATE (another process writes it), DIAG_DATA (no database, damaged),
 * DIAG_IO (disk full, a failing disk). To be closed in any case. */
int database_open(struct database *database, const char *path, bool is_writer,
                  double wait_s, struct diag *d);
void database_close(struct database *database);

/* Whether SQLite may be let at a file and what it keeps beside it: regular files, a
 * writer's no link, no journal that names files elsewhere. DIAG_NO_INPUT or, of a writer,
 * DIAG_CANNOT_CREATE; DIAG_DATA. */
int database_check_files(const char *path, bool is_writer, struct diag *d);

/* Begins a transaction where none is open; ends it; undoes it. */
int database_begin(struct database *database, struct diag *d);
int database_commit(struct database *database, struct diag *d);
void database_rollback(struct database *database);

/* Carries out statements without values. */
int database_execute(struct database *database, const char *sql, struct diag *d);

/* The one number that a query gives; 0 if it gives none. */
int database_number(struct database *database, const char *sql, int64_t *out,
                    struct diag *d);

/* A statement that is prepared once for each text, which must be a constant. It is reset
 * by database_finish and database_find. */
sqlite3_stmt *database_prepared(struct database *database, const char *sql);

/* A statement of the caller's, to be stepped by database_next, which finalises it at its
 * end or on an error, or finalised before. NULL and an error. */
sqlite3_stmt *database_query(struct database *database, const char *sql, struct diag *d);
bool database_next(struct database *database, sqlite3_stmt *q, int *result,
                   struct diag *d);

/* Binds a text, NULL as none. */
void database_bind_text(sqlite3_stmt *q, int column, const char *text);

/* Carries out a prepared statement whose values are bound. */
int database_finish(struct database *database, sqlite3_stmt *q, struct diag *d);

/* The number that a prepared statement whose values are bound finds; 0: none. */
int database_find(struct database *database, sqlite3_stmt *q, int64_t *number,
                  struct diag *d);

/* Reports the present error, as if it were of the file at `path`, or of the database's
 * own where that is NULL. Returns -1. */
int database_failed(const struct database *database, const char *path, struct diag *d);

#endif
