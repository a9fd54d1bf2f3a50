/* The parts of a sweep are joined by SQL: each row of a part's tables gets the numbers
 * that the joined store has for the same settings, identity and name. */
#include "study/store.h"

#include <math.h>

static const char *const differs =
    "SELECT count(*) FROM part.words p LEFT JOIN main.words m USING(key)"
    " WHERE key IN ('base', 'results_version', 'plan', 'replications')"
    " AND m.value IS NOT p.value";

static const char *const changed =
    "SELECT count(*) FROM part.points p JOIN part.scenarios ps"
    " ON ps.scenario = p.scenario JOIN main.points m ON m.settings = p.settings"
    " JOIN main.scenarios ms ON ms.scenario = m.scenario"
    " WHERE ps.identity != ms.identity";

static const char *const joining =
    "INSERT OR IGNORE INTO main.scenarios(identity) SELECT identity FROM part.scenarios"
    " ORDER BY scenario;"
    "INSERT OR IGNORE INTO main.points(settings, scenario, message)"
    " SELECT p.settings, m.scenario, p.message FROM part.points p"
    " LEFT JOIN part.scenarios k ON k.scenario = p.scenario"
    " LEFT JOIN main.scenarios m ON m.identity = k.identity ORDER BY p.point;"
    "INSERT OR IGNORE INTO main.settings SELECT m.point, s.path, s.value"
    " FROM part.settings s JOIN part.points p USING(point)"
    " JOIN main.points m ON m.settings = p.settings;"
    "INSERT OR IGNORE INTO main.paths SELECT * FROM part.paths;"
    "INSERT OR IGNORE INTO main.coordinates SELECT * FROM part.coordinates;"
    "INSERT OR IGNORE INTO main.design SELECT g.position, m.point FROM part.design g"
    " JOIN part.points p USING(point) JOIN main.points m ON m.settings = p.settings;"
    "INSERT OR IGNORE INTO main.names(at, metric, kind, subject)"
    " SELECT at, metric, kind, subject FROM part.names ORDER BY outcome;"
    "INSERT OR IGNORE INTO main.runs SELECT m.scenario, r.replication, r.seconds"
    " FROM part.runs r JOIN part.scenarios k USING(scenario)"
    " JOIN main.scenarios m ON m.identity = k.identity;"
    "INSERT OR IGNORE INTO main.results SELECT m.scenario, r.replication, n.outcome,"
    " r.value FROM part.results r JOIN part.scenarios k USING(scenario)"
    " JOIN main.scenarios m ON m.identity = k.identity"
    " JOIN part.names pn ON pn.outcome = r.outcome"
    " JOIN main.names n ON n.at = pn.at AND n.metric = pn.metric AND n.kind = pn.kind"
    " AND n.subject = pn.subject;"
    "INSERT OR IGNORE INTO main.failures SELECT m.scenario, f.replication, f.message"
    " FROM part.failures f JOIN part.scenarios k USING(scenario)"
    " JOIN main.scenarios m ON m.identity = k.identity;"
    "DELETE FROM main.failures WHERE (scenario, replication) IN"
    " (SELECT scenario, replication FROM main.runs)";

/* One number of the part, or an error that is said of its file. */
static int ask(struct store *s, const char *path, const char *sql, int64_t *out,
               struct diag *d)
{
    struct diag ours;
    diag_init(&ours);
    int result = database_number(&s->base, sql, out, &ours);
    if (result != 0)
        database_failed(&s->base, path, d);
    diag_release(&ours);
    return result;
}

/* Only parts of one sweep are joined, all made from the same files. */
static int check_part(struct store *s, const char *path, struct diag *d)
{
    struct place at = {.file = path};
    int64_t id, n_differing = 0, n_changed = 0;
    if (ask(s, path, "PRAGMA part.application_id", &id, d) != 0)
        return -1;
    if (id != STORE_APPLICATION_ID)
        return diag_error(d, DIAG_DATA, &at, "is not the store of a sweep");
    if (store_check_tables(s, "SELECT sql FROM part.sqlite_master WHERE sql IS NOT NULL",
                           path, d) != 0)
        return -1;
    if (ask(s, path, differs, &n_differing, d) != 0 ||
        ask(s, path, changed, &n_changed, d) != 0)
        return -1;
    if (n_differing + n_changed == 0)
        return 0;
    diag_error(d, DIAG_DATA, &at, "is a part of another sweep than '%s': they do not mix",
               s->base.path);
    diag_hint(d, "all parts are made by the same command, but for --shard, from the same "
                 "files");
    return -1;
}

static int attach(struct store *s, const char *path, struct diag *d)
{
    sqlite3_stmt *q = database_query(&s->base, "ATTACH ? AS part", d);
    if (!q)
        return -1;
    database_bind_text(q, 1, path);
    int code = sqlite3_step(q);
    int result = code == SQLITE_DONE ? 0 : database_failed(&s->base, path, d);
    sqlite3_finalize(q);
    return result;
}

int store_gather(struct store *s, const char *path, double wait_s, struct diag *d)
{
    sqlite3_busy_timeout(s->base.db, (int)(fmin(wait_s, 1e6) * 1e3));
    if (database_check_files(path, false, d) != 0)
        return -1;
    if (attach(s, path, d) != 0)
        return -1;
    int result = check_part(s, path, d);
    if (result == 0)
        result = database_begin(&s->base, d);
    if (result == 0)
        result = database_execute(&s->base, joining, d);
    if (result == 0)
        result = database_commit(&s->base, d);
    if (result != 0)
        database_rollback(&s->base);
    sqlite3_exec(s->base.db, "DETACH part", NULL, NULL, NULL);
    return result;
}
