/* importer.h - accounting and traces, read line by line into sums of use.
 *
 * One line's way: line_reader gives it, the importer of its kind (import_*.c) cuts it
 * into slices and fills a struct import_job, import_job() clips it to the window and adds
 * it to the sums of usage.h; or tally_skip() counts it as left out. When all files are
 * read, import_folder.h writes the sums as a scenario with its table of demand.
 *
 * A new kind is a file import_X.c with a const struct importer, and a line in the
 * registry of importer.c. */
#ifndef ALLOT_IMPORT_IMPORTER_H
#define ALLOT_IMPORT_IMPORTER_H

#include "import/tally.h"
#include "import/usage.h"
#include "stats/demand_fit.h"

enum { IMPORT_MOST_PARTS = 16, IMPORT_MOST_FIELDS = 256, IMPORT_MOST_SEEN = 50000000 };

/* What was asked for; texts are NULL where nothing was said. */
struct import_options {
    const char *const *files; /* "-": standard input */
    size_t n_files;
    const char *columns, *delimiter, *timezone, *team, *start, *from, *until;
    const char *accounts;
    bool is_strict, is_daily, is_fit;
};

struct importer;

struct import {
    const struct importer *kind;
    const struct import_options *options;
    struct diag *d;
    struct zone zone;
    const char *zone_name;
    struct usage usage;
    struct tally tally;
    double from_s, until_s; /* the window; +-INFINITY */
    const char *file;       /* that is being read, as messages call it */
    void *state;            /* the importer's, of this file */
    struct arena arena;     /* of notes */
    const char **notes;     /* sentences about what the figures mean */
    size_t n_notes, notes_capacity;
    bool has_grants;           /* what was granted is known too */
    bool has_requeued;         /* of sacct: a run of a requeued job was seen */
    struct accounts *accounts; /* their tree; NULL: not given */
    struct seen *seen;         /* jobs that another file may have too; NULL: one file */
};

struct importer {
    const char *name, *summary;
    const char *unit; /* of what is used: GPU or CPU */
    const char *example;
    const char *option_names; /* of import's own options, those that it takes */
    size_t state_size;        /* zeroed for each file */

    /* Before the first file: looks at the options. NULL: nothing to look at. */
    int (*check)(const struct import_options *options, struct diag *d);
    /* Begins a file, takes a line of it, ends it. A line may be written to. -1 and a
     * message end the reading. begin and end may be NULL. */
    int (*begin)(struct import *import);
    int (*line)(struct import *import, struct line *line);
    int (*end)(struct import *import);
    /* After all files; may be NULL. */
    int (*finish)(struct import *import);
};

extern const struct importer import_csv, import_helios, import_itp, import_sacct,
    import_swf;
extern const struct importer *const importers[];
extern const size_t n_importers;
const struct importer *importer_find(const char *name);

/* Reads all files. -1 and messages; import_release is due in either case. */
int import_read(struct import *import, const struct importer *kind,
                const struct import_options *options, struct diag *d);
void import_release(struct import *import);

/* What was read of a team on a pool as level, season and spread, over the months from the
 * first to the last with anything of anybody in them. */
struct demand_fit import_fit(const struct import *import, int team, int pool);

/* What the scenario calls a team: its name, or for an account with others below it, of
 * which it becomes the group, NAME (itself). Borrowed. */
const char *import_team_name(const struct import *import, int team);

/* ---- for importers ---- */

/* What of a job counts: GPUs of pools, wanted from eligible_s, running from begin_s until
 * end_s. One that never began ends with its waiting: begin_s == end_s. */
struct import_job {
    int team;
    size_t n_parts;
    struct {
        int pool;
        double used_gpus, waited_gpus;
    } parts[IMPORT_MOST_PARTS];
    double eligible_s, begin_s, end_s;
    bool is_continued; /* the begin of the job was counted before */
};

/* Adds a job that lies within the years, ordered in time. */
int import_job(struct import *import, const struct line *line,
               const struct import_job *job);

/* Adds what is known of a period as a sum, in GPU-hours. */
int import_sum(struct import *import, const struct line *line, int team, int pool,
               struct date date, double used_gpu_hours, double waiting_gpu_hours);

/* Adds what is known of some seconds as GPUs, those that were granted too; false where
 * nothing of them lies in the window. The import has grants from then on, and its rule is
 * what they were. */
struct import_rate {
    double used_gpus, waiting_gpus, granted_gpus;
};
bool import_rate(struct import *import, int team, int pool, double from_s, double seconds,
                 struct import_rate rate);

/* Until when a job of this key, which ends at end_s, was read before, in another file: 0,
 * it is new. Jobs that do not span a local midnight are in one file only. O(1); memory:
 * 16 bytes a job that spans one, with several files. -1: IMPORT_MOST_SEEN are kept. */
int import_seen_until(struct import *import, uint64_t key, double eligible_s,
                      double end_s, double *until_s);

/* A note, once. */
void import_note(struct import *import, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* An error about the file as it is, located at a line, or without one. -1. */
int import_refuse(struct import *import, const struct line *line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define IMPORT_SKIP(import, line, kind, ...)                                             \
    tally_skip(&(import)->tally, (import)->file, (line), (kind), (import)->d, __VA_ARGS__)

#endif
