/* Rows of numbers and names, not blobs: whoever has sqlite3 can ask. Results are one row
 * an outcome, because points of one sweep may differ in teams and projects, and a table
 * of a column each would pass SQLite's limit of columns. */
#include "study/store.h"

#include "base/file.h"
#include "base/text.h"
#include "record/number.h"
#include "run/run.h"
#include "scenario/outcome_path.h"

#include <math.h>
#include <string.h>

enum { FORMAT_VERSION = 1 };

static const char *const schema =
    "CREATE TABLE words(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
    "CREATE TABLE scenarios(scenario INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE);"
    "CREATE TABLE points(point INTEGER PRIMARY KEY, settings TEXT NOT NULL UNIQUE,"
    " scenario INTEGER REFERENCES scenarios, message TEXT);"
    "CREATE TABLE settings(point INTEGER NOT NULL, path TEXT NOT NULL, value,"
    " PRIMARY KEY(point, path)) WITHOUT ROWID;"
    "CREATE TABLE paths(setting INTEGER PRIMARY KEY, path TEXT NOT NULL);"
    "CREATE TABLE design(position INTEGER PRIMARY KEY, point INTEGER NOT NULL);"
    "CREATE TABLE coordinates(position INTEGER, setting INTEGER, coordinate REAL,"
    " PRIMARY KEY(position, setting)) WITHOUT ROWID;"
    "CREATE TABLE names(outcome INTEGER PRIMARY KEY, at TEXT NOT NULL,"
    " metric TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,"
    " UNIQUE(at, metric, kind, subject));"
    "CREATE TABLE runs(scenario INTEGER, replication INTEGER, seconds REAL,"
    " PRIMARY KEY(scenario, replication)) WITHOUT ROWID;"
    "CREATE TABLE results(scenario INTEGER, replication INTEGER, outcome INTEGER,"
    " value REAL, PRIMARY KEY(scenario, replication, outcome)) WITHOUT ROWID;"
    "CREATE TABLE failures(scenario INTEGER, replication INTEGER, message TEXT,"
    " PRIMARY KEY(scenario, replication)) WITHOUT ROWID;"
    "CREATE VIEW outcomes AS SELECT point, replication, at, metric, kind, subject, value"
    " FROM points JOIN results USING(scenario) JOIN names USING(outcome);";

/* ---- whose file it is ---- */

int store_check_tables(struct store *s, const char *sql, const char *path, struct diag *d)
{
    enum { N_MADE = 12 }; /* by the statements of `schema` */
    struct place at = {.file = path};
    int result = 0, n = 0;
    bool are_ours = true;
    sqlite3_stmt *q = database_query(&s->base, sql, d);
    if (!q)
        return -1;
    for (; database_next(&s->base, q, &result, d); n++) {
        const char *made = (const char *)sqlite3_column_text(q, 0);
        const char *same = made && *made ? strstr(schema, made) : NULL;
        are_ours &= same && same[strlen(made)] == ';';
    }
    if (result != 0 || (are_ours && n == N_MADE))
        return result;
    diag_error(d, DIAG_DATA, &at, "holds other tables than those of a sweep's store");
    diag_hint(d, "of a store nothing but rows is read: drop what was added to it, "
                 "indices, views and triggers too");
    return -1;
}

static int make_tables(struct store *s, struct diag *d)
{
    char versions[128];
    snprintf(versions, sizeof versions,
             "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             STORE_APPLICATION_ID, FORMAT_VERSION);
    if (database_execute(&s->base, versions, d) != 0)
        return -1;
    return database_execute(&s->base, schema, d);
}

/* Ours, nobody's yet (then the tables are made), or another's. */
static int look_at_file(struct store *s, enum store_mode mode, struct diag *d)
{
    struct place at = {.file = s->base.path};
    int64_t id, version, n_tables;
    if (database_number(&s->base, "PRAGMA application_id", &id, d) != 0 ||
        database_number(&s->base, "PRAGMA user_version", &version, d) != 0 ||
        database_number(&s->base, "SELECT count(*) FROM sqlite_master", &n_tables, d) !=
            0)
        return -1;
    if (id == 0 && n_tables == 0 && mode != STORE_READ)
        return make_tables(s, d);
    if (id != STORE_APPLICATION_ID) {
        diag_error(d, DIAG_DATA, &at, "is not the store of a sweep");
        if (mode != STORE_READ)
            diag_hint(d, "nothing is overwritten: name another place with --out");
        return -1;
    }
    if (version == FORMAT_VERSION || mode == STORE_FRESH)
        return 0;
    diag_error(d, DIAG_DATA, &at, "is the store of another version of allot");
    if (mode != STORE_READ)
        diag_hint(d, "--fresh starts it afresh");
    return -1;
}

/* Drops all tables and views, of whatever version, and makes ours. */
static int empty(struct store *s, struct diag *d)
{
    struct text drops;
    int result = -1;
    sqlite3_stmt *q = database_query(
        &s->base,
        "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') AND name"
        " NOT LIKE 'sqlite%'",
        d);
    if (!q)
        return -1;
    text_init(&drops);
    while (database_next(&s->base, q, &result, d)) {
        char *drop = sqlite3_mprintf("DROP %s \"%w\";", sqlite3_column_text(q, 0),
                                     sqlite3_column_text(q, 1));
        text_append(&drops, drop ? drop : "");
        sqlite3_free(drop);
    }
    if (result == 0)
        result = database_execute(&s->base, drops.bytes, d);
    text_release(&drops);
    return result == 0 ? make_tables(s, d) : -1;
}

static int write_owner(struct store *s, const struct store_owner *owner, struct diag *d)
{
    char version[NUMBER_ROOM];
    number_format(RESULTS_VERSION, version);
    const char *const words[][2] = {
        {"base", owner->base},         {"results_version", version},
        {"scenario", owner->scenario}, {"question", owner->question},
        {"answer", owner->answer},     {"allot", ALLOT_VERSION},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (store_put_word(s, words[i][0], words[i][1], d) != 0)
            return -1;
    return 0;
}

/* Refuses a store of another scenario or results version; a new one gets its owner. */
static int check_owner(struct store *s, enum store_mode mode,
                       const struct store_owner *owner, struct diag *d)
{
    struct place at = {.file = s->base.path};
    struct arena arena;
    char version[NUMBER_ROOM];
    number_format(RESULTS_VERSION, version);
    arena_init(&arena);
    const char *base = store_word(s, "base", &arena);
    const char *its_version = store_word(s, "results_version", &arena);
    int result = 0;
    if (its_version && strcmp(its_version, version) != 0)
        result = diag_error(d, DIAG_DATA, &at,
                            "holds results of version %s, this program's are of version "
                            "%s: they do not mix",
                            its_version, version);
    else if (owner && base && strcmp(base, owner->base) != 0)
        result = diag_error(d, DIAG_DATA, &at,
                            "holds runs of another scenario, or of this one before it, a "
                            "file that it names, a --set or the seed changed");
    if (result != 0 && mode != STORE_READ)
        diag_hint(d, "--fresh starts it afresh, --out names another place");
    if (result == 0 && owner && mode != STORE_READ)
        result = write_owner(s, owner, d);
    arena_release(&arena);
    return result;
}

int store_open(struct store *s, const char *path, enum store_mode mode,
               const struct store_owner *owner, double wait_s, struct diag *d)
{
    int result = database_open(&s->base, path, mode != STORE_READ, wait_s, d);
    if (result == 0)
        result = look_at_file(s, mode, d);
    if (result == 0 && mode == STORE_FRESH)
        result = empty(s, d);
    if (result == 0)
        result = store_check_tables(
            s, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL", path, d);
    if (result == 0)
        result = check_owner(s, mode, owner, d);
    if (result == 0 && mode != STORE_READ)
        result = database_commit(&s->base, d);
    if (result != 0)
        store_close(s);
    return result;
}

void store_close(struct store *s)
{
    database_close(&s->base);
}

bool store_is_there(const char *path)
{
    return file_exists(path) && !file_is_directory(path);
}

int store_put_word(struct store *s, const char *key, const char *value, struct diag *d)
{
    static const char sql[] = "INSERT OR REPLACE INTO words VALUES(?, ?)";
    sqlite3_stmt *q = database_prepared(&s->base, sql);
    database_bind_text(q, 1, key);
    database_bind_text(q, 2, value);
    return database_finish(&s->base, q, d);
}

const char *store_word(struct store *s, const char *key, struct arena *arena)
{
    static const char sql[] = "SELECT value FROM words WHERE key = ?";
    sqlite3_stmt *q = database_prepared(&s->base, sql);
    const char *word = NULL;
    database_bind_text(q, 1, key);
    if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_text(q, 0))
        word = arena_string(arena, (const char *)sqlite3_column_text(q, 0));
    sqlite3_reset(q);
    return word;
}

/* ---- the design ---- */

int store_clear_design(struct store *s, struct diag *d)
{
    return database_execute(&s->base,
                            "DELETE FROM design; DELETE FROM paths;"
                            "DELETE FROM coordinates; DELETE FROM failures",
                            d);
}

int store_put_path(struct store *s, size_t setting, const char *path, struct diag *d)
{
    static const char sql[] = "INSERT INTO paths VALUES(?, ?)";
    sqlite3_stmt *q = database_prepared(&s->base, sql);
    sqlite3_bind_int64(q, 1, (int64_t)setting);
    database_bind_text(q, 2, path);
    return database_finish(&s->base, q, d);
}

/* The number of what has that identity, made where it is new. */
static int find_scenario(struct store *s, const char *identity, int64_t *id,
                         struct diag *d)
{
    static const char put[] = "INSERT OR IGNORE INTO scenarios(identity) VALUES(?)";
    sqlite3_stmt *q = database_prepared(&s->base, put);
    database_bind_text(q, 1, identity);
    if (database_finish(&s->base, q, d) != 0)
        return -1;
    return store_scenario_id(s, identity, id, d);
}

int store_scenario_id(struct store *s, const char *identity, int64_t *id, struct diag *d)
{
    static const char sql[] = "SELECT scenario FROM scenarios WHERE identity = ?";
    sqlite3_stmt *q = database_prepared(&s->base, sql);
    database_bind_text(q, 1, identity);
    return database_find(&s->base, q, id, d);
}

/* A value as a number where it is one, so that SQL compares it as one. */
static int put_setting(struct store *s, int64_t point, const char *path,
                       const char *value, struct diag *d)
{
    static const char sql[] = "INSERT OR REPLACE INTO settings VALUES(?, ?, ?)";
    sqlite3_stmt *q = database_prepared(&s->base, sql);
    double number;
    sqlite3_bind_int64(q, 1, point);
    database_bind_text(q, 2, path);
    if (number_parse(value, &number) && isfinite(number))
        sqlite3_bind_double(q, 3, number);
    else
        database_bind_text(q, 3, value);
    return database_finish(&s->base, q, d);
}

static int add_point(struct store *s, struct store_point *p, struct diag *d)
{
    static const char sql[] =
        "INSERT INTO points(settings, scenario, message) VALUES(?, ?, ?)";
    sqlite3_stmt *q = database_prepared(&s->base, sql);
    database_bind_text(q, 1, p->settings);
    if (p->scenario_id)
        sqlite3_bind_int64(q, 2, p->scenario_id);
    database_bind_text(q, 3, p->message);
    if (database_finish(&s->base, q, d) != 0)
        return -1;
    p->id = sqlite3_last_insert_rowid(s->base.db);
    for (size_t i = 0; i < p->n_settings; i++)
        if (put_setting(s, p->id, p->paths[i], p->values[i], d) != 0)
            return -1;
    return 0;
}

/* One that was bad when it was last tried. */
static int change_point(struct store *s, const struct store_point *p, struct diag *d)
{
    static const char sql[] =
        "UPDATE points SET scenario = ?, message = ? WHERE point = ?";
    sqlite3_stmt *q = database_prepared(&s->base, sql);
    if (p->scenario_id)
        sqlite3_bind_int64(q, 1, p->scenario_id);
    database_bind_text(q, 2, p->message);
    sqlite3_bind_int64(q, 3, p->id);
    return database_finish(&s->base, q, d);
}

int store_put_point(struct store *s, struct store_point *p, struct diag *d)
{
    static const char sql[] = "SELECT point, identity FROM points LEFT JOIN scenarios"
                              " USING(scenario) WHERE settings = ?";
    struct place at = {.file = s->base.path};
    p->scenario_id = 0;
    if (p->identity && find_scenario(s, p->identity, &p->scenario_id, d) != 0)
        return -1;
    sqlite3_stmt *q = database_prepared(&s->base, sql);
    database_bind_text(q, 1, p->settings);
    bool is_there = sqlite3_step(q) == SQLITE_ROW;
    p->id = is_there ? sqlite3_column_int64(q, 0) : 0;
    const char *old = is_there ? (const char *)sqlite3_column_text(q, 1) : NULL;
    bool was_good = old != NULL;
    bool is_same = was_good && p->identity && strcmp(old, p->identity) == 0;
    sqlite3_reset(q);
    if (!is_there)
        return add_point(s, p, d);
    if (!was_good || is_same)
        return is_same ? 0 : change_point(s, p, d);
    diag_error(d, DIAG_DATA, &at,
               "holds runs of the point %s from before a file that it names changed",
               p->label);
    diag_hint(d, "--fresh starts it afresh, --out names another place");
    return -1;
}

int store_put_position(struct store *s, size_t position, int64_t point,
                       const double *coordinates, size_t n, struct diag *d)
{
    static const char put[] = "INSERT INTO design VALUES(?, ?)";
    static const char put_coordinate[] = "INSERT INTO coordinates VALUES(?, ?, ?)";
    sqlite3_stmt *q = database_prepared(&s->base, put);
    sqlite3_bind_int64(q, 1, (int64_t)position);
    sqlite3_bind_int64(q, 2, point);
    if (database_finish(&s->base, q, d) != 0)
        return -1;
    for (size_t i = 0; coordinates && i < n; i++) {
        q = database_prepared(&s->base, put_coordinate);
        sqlite3_bind_int64(q, 1, (int64_t)position);
        sqlite3_bind_int64(q, 2, (int64_t)i);
        sqlite3_bind_double(q, 3, coordinates[i]);
        if (database_finish(&s->base, q, d) != 0)
            return -1;
    }
    return 0;
}

/* ---- runs ---- */

int store_each_run(struct store *s,
                   void (*see)(void *owner, int64_t scenario_id, int64_t replication),
                   void *owner, struct diag *d)
{
    sqlite3_stmt *q =
        database_query(&s->base, "SELECT scenario, replication FROM runs", d);
    int result = -1;
    if (!q)
        return -1;
    while (database_next(&s->base, q, &result, d))
        see(owner, sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1));
    return result;
}

static void bind_name(sqlite3_stmt *q, const struct scenario *s, const struct outcome *o)
{
    database_bind_text(q, 1, outcome_mark(s, o->mark));
    database_bind_text(q, 2, metric_types[o->metric].name);
    database_bind_text(q, 3, outcome_kinds[o->kind]);
    database_bind_text(q, 4, outcome_subject(s, o->kind, o->subject));
}

static int find_name(struct store *s, const struct scenario *scenario,
                     const struct outcome *o, int64_t *id, struct diag *d)
{
    static const char find[] = "SELECT outcome FROM names WHERE at = ? AND metric = ? AND"
                               " kind = ? AND subject = ?";
    static const char put[] =
        "INSERT INTO names(at, metric, kind, subject) VALUES(?, ?, ?, ?)";
    sqlite3_stmt *q = database_prepared(&s->base, find);
    bind_name(q, scenario, o);
    if (database_find(&s->base, q, id, d) != 0 || *id != 0)
        return *id != 0 ? 0 : -1;
    q = database_prepared(&s->base, put);
    bind_name(q, scenario, o);
    if (database_finish(&s->base, q, d) != 0)
        return -1;
    *id = sqlite3_last_insert_rowid(s->base.db);
    return 0;
}

static int put_result(struct store *s, const struct store_run *run,
                      const struct outcome *o, struct diag *d)
{
    static const char sql[] = "INSERT OR IGNORE INTO results VALUES(?, ?, ?, ?)";
    int64_t name;
    if (find_name(s, run->scenario, o, &name, d) != 0)
        return -1;
    sqlite3_stmt *q = database_prepared(&s->base, sql);
    sqlite3_bind_int64(q, 1, run->scenario_id);
    sqlite3_bind_int64(q, 2, run->replication);
    sqlite3_bind_int64(q, 3, name);
    sqlite3_bind_double(q, 4, o->value); /* NaN becomes NULL */
    return database_finish(&s->base, q, d);
}

int store_put_run(struct store *s, const struct store_run *run, struct diag *d)
{
    static const char put[] = "INSERT OR IGNORE INTO runs VALUES(?, ?, ?)";
    static const char put_failure[] = "INSERT OR REPLACE INTO failures VALUES(?, ?, ?)";
    sqlite3_stmt *q = database_prepared(&s->base, run->outcomes ? put : put_failure);
    sqlite3_bind_int64(q, 1, run->scenario_id);
    sqlite3_bind_int64(q, 2, run->replication);
    if (run->outcomes)
        sqlite3_bind_double(q, 3, run->seconds);
    else
        database_bind_text(q, 3, run->message);
    if (database_finish(&s->base, q, d) != 0)
        return -1;
    for (size_t i = 0; run->outcomes && i < run->n_outcomes; i++)
        if (put_result(s, run, &run->outcomes[i], d) != 0)
            return -1;
    return 0;
}

double store_mean_seconds(struct store *s)
{
    static const char sql[] = "SELECT avg(seconds) FROM runs";
    sqlite3_stmt *q = database_prepared(&s->base, sql);
    double seconds = NAN;
    if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL)
        seconds = sqlite3_column_double(q, 0);
    sqlite3_reset(q);
    return seconds;
}
