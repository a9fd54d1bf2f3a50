#include "study/database.h"

#include "base/check.h"
#include "base/file.h"
#include "base/memory.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- errors ---- */

static int report(const char *path, sqlite3 *db, int code, enum diag_cause cannot,
                  struct diag *d)
{
    struct place at = {.file = path};
    int why = db ? sqlite3_system_errno(db) : 0;
    switch (code & 0xff) {
    case SQLITE_FULL:
        diag_error(d, DIAG_IO, &at, "the disk is full");
        diag_hint(d, "what was stored stays: make room, and the same command goes on");
        return -1;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        diag_error(d, DIAG_CANNOT_CREATE, &at, "another process is writing it");
        diag_hint(d, cannot == DIAG_NO_INPUT
                         ? "it can be read when that has ended, or was interrupted"
                         : "let this one wait for it with --wait SECONDS");
        return -1;
    case SQLITE_NOTADB:
        return diag_error(d, DIAG_DATA, &at, "is not the store of a sweep");
    case SQLITE_CORRUPT:
        diag_error(d, DIAG_DATA, &at, "is damaged: %s", sqlite3_errmsg(db));
        diag_hint(d, "remove it, and the sweep starts afresh");
        return -1;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return diag_error(d, cannot, &at, "cannot be opened: %s",
                          why ? strerror(why) : sqlite3_errstr(code));
    case SQLITE_IOERR:
        return diag_error(d, DIAG_IO, &at, "cannot be read or written: %s",
                          why ? strerror(why) : sqlite3_errstr(code));
    default:
        return diag_error(d, DIAG_IO, &at, "%s", db ? sqlite3_errmsg(db) : "no memory");
    }
}

int database_failed(const struct database *b, const char *path, struct diag *d)
{
    return report(path ? path : b->path, b->db, sqlite3_errcode(b->db),
                  path || !b->is_writer ? DIAG_NO_INPUT : DIAG_CANNOT_CREATE, d);
}

/* ---- opening ---- */

/* Whether the journal beside a file belongs to a transaction over several files. Ours
 * never do; SQLite would remove the file that such a journal names. Format: the last 8
 * bytes are those of every journal's beginning (sqlite.org/fileformat.html, section 3).
 */
static bool names_other_files(const char *journal)
{
    static const char magic[8] = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
    char end[8] = {0};
    int fd = open(journal, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
    bool is_read = size > 8 && pread(fd, end, 8, size - 8) == 8;
    if (fd >= 0)
        close(fd);
    return is_read && memcmp(end, magic, 8) == 0;
}

int database_check_files(const char *path, bool is_writer, struct diag *d)
{
    static const char *const endings[] = {"", "-journal", "-wal", "-shm"};
    struct place at = {.file = path};
    struct text file;
    int result = is_writer ? file_refuse_link(path, d) : 0;
    text_init(&file);
    for (size_t i = 0; i < sizeof endings / sizeof *endings && result == 0; i++) {
        struct stat status;
        text_clear(&file);
        text_printf(&file, "%s%s", path, endings[i]);
        int missing = i == 0 ? stat(file.bytes, &status) : lstat(file.bytes, &status);
        if (missing == 0 && !S_ISREG(status.st_mode))
            result = diag_error(d, is_writer ? DIAG_CANNOT_CREATE : DIAG_NO_INPUT, &at,
                                "cannot be opened: %s%s", i == 0 ? "it is" : endings[i],
                                i == 0 ? " no regular file" : " beside it is none");
    }
    text_clear(&file);
    text_printf(&file, "%s-journal", path);
    if (result == 0 && names_other_files(file.bytes)) {
        result = diag_error(d, DIAG_DATA, &at,
                            "has a journal that names other files, which is not ours");
        diag_hint(d, "if you trust the store, remove '%s'", file.bytes);
    }
    text_release(&file);
    return result;
}

/* What stands in a file that somebody else wrote is data: none of it is carried out. */
static void distrust(sqlite3 *db)
{
    enum { MOST_CELL_BYTES = 1 << 24 };
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, MOST_CELL_BYTES);
}

int database_open(struct database *b, const char *path, bool is_writer, double wait_s,
                  struct diag *d)
{
    static const char *const writing = "PRAGMA temp_store = MEMORY;"
                                       "PRAGMA locking_mode = EXCLUSIVE;"
                                       "PRAGMA journal_mode = DELETE;"
                                       "PRAGMA synchronous = FULL; BEGIN EXCLUSIVE";
    static const char *const reading = "PRAGMA temp_store = MEMORY; BEGIN";
    enum diag_cause cannot = is_writer ? DIAG_CANNOT_CREATE : DIAG_NO_INPUT;
    /* A reader too may have to undo what a killed writer left, if the disk lets it. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                (is_writer ? SQLITE_OPEN_CREATE : 0);
    *b = (struct database){.path = mem_string(path), .is_writer = is_writer};
    if (database_check_files(path, is_writer, d) != 0)
        return -1;
    int code = sqlite3_open_v2(path, &b->db, flags, NULL);
    if (code != SQLITE_OK)
        return report(path, b->db, code, cannot, d);
    distrust(b->db);
    sqlite3_extended_result_codes(b->db, 1);
    sqlite3_busy_timeout(b->db, (int)(fmin(wait_s, 1e6) * 1e3));
    if (sqlite3_exec(b->db, is_writer ? writing : reading, NULL, NULL, NULL) != SQLITE_OK)
        return report(path, b->db, sqlite3_errcode(b->db), cannot, d);
    b->is_in_transaction = true;
    return 0;
}

void database_close(struct database *b)
{
    for (size_t i = 0; i < b->n_statements; i++)
        sqlite3_finalize(b->statements[i]);
    if (b->db)
        database_rollback(b);
    sqlite3_close(b->db);
    mem_free(b->path);
    *b = (struct database){0};
}

/* ---- transactions ---- */

int database_execute(struct database *b, const char *sql, struct diag *d)
{
    return sqlite3_exec(b->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : database_failed(b, NULL, d);
}

int database_begin(struct database *b, struct diag *d)
{
    if (!b->is_in_transaction && database_execute(b, "BEGIN", d) != 0)
        return -1;
    b->is_in_transaction = true;
    return 0;
}

int database_commit(struct database *b, struct diag *d)
{
    if (b->is_in_transaction && database_execute(b, "COMMIT", d) != 0)
        return -1;
    b->is_in_transaction = false;
    return 0;
}

void database_rollback(struct database *b)
{
    if (b->is_in_transaction)
        sqlite3_exec(b->db, "ROLLBACK", NULL, NULL, NULL);
    b->is_in_transaction = false;
}

/* ---- statements ---- */

sqlite3_stmt *database_prepared(struct database *b, const char *sql)
{
    for (size_t i = 0; i < b->n_statements; i++)
        if (b->texts[i] == sql)
            return b->statements[i];
    CHECK(b->n_statements < DATABASE_MOST_STATEMENTS);
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v3(b->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL) !=
        SQLITE_OK)
        return NULL; /* SQLite takes it, and the finish reports it */
    b->texts[b->n_statements] = sql;
    return b->statements[b->n_statements++] = q;
}

sqlite3_stmt *database_query(struct database *b, const char *sql, struct diag *d)
{
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(b->db, sql, -1, &q, NULL) == SQLITE_OK)
        return q;
    database_failed(b, NULL, d);
    return NULL;
}

bool database_next(struct database *b, sqlite3_stmt *q, int *result, struct diag *d)
{
    int code = sqlite3_step(q);
    if (code == SQLITE_ROW)
        return true;
    *result = code == SQLITE_DONE ? 0 : database_failed(b, NULL, d);
    sqlite3_finalize(q);
    return false;
}

int database_number(struct database *b, const char *sql, int64_t *out, struct diag *d)
{
    sqlite3_stmt *q = database_query(b, sql, d);
    int result = -1;
    *out = 0;
    if (!q)
        return -1;
    while (database_next(b, q, &result, d))
        *out = sqlite3_column_int64(q, 0);
    return result;
}

void database_bind_text(sqlite3_stmt *q, int column, const char *text)
{
    if (text)
        sqlite3_bind_text(q, column, text, -1, SQLITE_TRANSIENT);
    else
        sqlite3_bind_null(q, column);
}

int database_finish(struct database *b, sqlite3_stmt *q, struct diag *d)
{
    int code = q ? sqlite3_step(q) : SQLITE_ERROR;
    int result = code == SQLITE_DONE ? 0 : database_failed(b, NULL, d);
    if (q) {
        sqlite3_reset(q);
        sqlite3_clear_bindings(q);
    }
    return result;
}

int database_find(struct database *b, sqlite3_stmt *q, int64_t *number, struct diag *d)
{
    int code = q ? sqlite3_step(q) : SQLITE_ERROR;
    *number = code == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
    int result =
        code == SQLITE_ROW || code == SQLITE_DONE ? 0 : database_failed(b, NULL, d);
    if (q) {
        sqlite3_reset(q);
        sqlite3_clear_bindings(q);
    }
    return result;
}
