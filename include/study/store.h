/* store.h - the results of a sweep in one SQLite file that survives a kill.
 *
 * A store belongs to one scenario and one results version; another is refused, or the
 * store is emptied first, as asked. Points are named by their settings; the scenario that
 * a point amounts to by its identity; a run by identity and replication. So a run is
 * stored once, however many designs ask for it, and nothing is ever mixed.
 *
 * One process writes a store (database.h); shards of a sweep write a file each.
 *
 * Errors have one line each: DIAG_DATA (not a store, damaged, of another scenario or
 * results version), DIAG_CANNOT_CREATE (cannot be created, another process writes it),
 * DIAG_NO_INPUT (missing, where it is to be read), DIAG_IO (disk full, a failing disk).
 */
#ifndef ALLOT_STUDY_STORE_H
#define ALLOT_STUDY_STORE_H

#include "base/arena.h"
#include "base/diag.h"
#include "run/results.h"
#include "scenario/scenario.h"
#include "study/database.h"

enum { STORE_APPLICATION_ID = 0x616c6c6f }; /* "allo", in the file's head */

struct store {
    struct database base;
};

/* Of whom a store is; what stands in it is compared with it. */
struct store_owner {
    const char *base; /* identity of the scenario as it is before anything varies */
    const char *scenario, *question, *answer; /* names; NULL: none */
};

enum store_mode {
    STORE_WRITE, /* made where it is missing */
    STORE_FRESH, /* emptied first */
    STORE_READ   /* must be there; `owner` may be NULL */
};

/* Waits at most wait_s for another process to let go of the file. */
int store_open(struct store *store, const char *path, enum store_mode mode,
               const struct store_owner *owner, double wait_s, struct diag *d);
void store_close(struct store *store);

/* Whether the statements that a query of a schema table gives are those that make a
 * store, and no others: no trigger, view or index of somebody else's is met when rows are
 * read. DIAG_DATA, of the file at `path`. */
int store_check_tables(struct store *store, const char *sql, const char *path,
                       struct diag *d);

/* A word about the sweep as a whole, such as "design"; NULL if it is not there. The
 * result lives in the arena. */
int store_put_word(struct store *store, const char *key, const char *value,
                   struct diag *d);
const char *store_word(struct store *store, const char *key, struct arena *arena);

/* Forgets the order of points of an earlier design, and what failed; the points and their
 * runs stay. Then the new design's settings, from 0 on. */
int store_clear_design(struct store *store, struct diag *d);
int store_put_path(struct store *store, size_t setting, const char *path, struct diag *d);

/* A point: its settings as the lines PATH=VALUE, and its identity, or NULL and the
 * message that says what is wrong with it. Gives the number of the point, and of what it
 * amounts to (0: bad). A point that is there with another identity is refused: a file
 * that it names has changed. */
struct store_point {
    const char *settings, *identity, *message;
    const char *label; /* its settings in messages */
    const char *const *paths, *const *values;
    size_t n_settings;
    int64_t id, scenario_id; /* out */
};
int store_put_point(struct store *store, struct store_point *point, struct diag *d);

/* Puts the point at a position of the design; coordinates of morris, or NULL. */
int store_put_position(struct store *store, size_t position, int64_t point,
                       const double *coordinates, size_t n, struct diag *d);

/* Calls see() for each replication that is stored. */
int store_each_run(struct store *store,
                   void (*see)(void *owner, int64_t scenario_id, int64_t replication),
                   void *owner, struct diag *d);

/* A finished run, in the open transaction. */
struct store_run {
    int64_t scenario_id, replication;
    double seconds;
    const struct outcome *outcomes; /* NULL: it failed, and message says why */
    size_t n_outcomes;
    const struct scenario *scenario; /* whose outcomes they are */
    const char *message;
};
int store_put_run(struct store *store, const struct store_run *run, struct diag *d);

/* The mean seconds of the runs that are stored; NaN if there are none. */
double store_mean_seconds(struct store *store);

/* Takes over all of another store of the same owner and design, which may be a part. */
int store_gather(struct store *store, const char *path, double wait_s, struct diag *d);

/* The number of what has that identity; 0: it is not there. */
int store_scenario_id(struct store *store, const char *identity, int64_t *id,
                      struct diag *d);

/* Whether a store may be at the path: a file is. */
bool store_is_there(const char *path);

#endif
