/* run_files.h - the files that a run leaves in its directory (DESIGN section 5).
 *
 * The directory is replaced as a whole (result_dir.h). One that is not empty and not a
 * run's is refused. */
#ifndef ALLOT_STUDY_RUN_FILES_H
#define ALLOT_STUDY_RUN_FILES_H

#include "base/diag.h"
#include "base/file.h"
#include "record/csv.h"
#include "run/results.h"
#include "scenario/outcome_path.h"

#include <stdbool.h>

/* The CSV files that hold rows of single replications, in the order of writing. */
enum run_file {
    FILE_POOLS,
    FILE_GROUPS,
    FILE_TEAMS,
    FILE_PROJECTS,
    FILE_MONTHS,
    FILE_CLAIMS,
    FILE_FACTORS,
    FILE_PLAN,
    FILE_EVENTS,
    FILE_OUTCOMES,
    N_RUN_FILES
};

struct run_files {
    const struct scenario *scenario;
    const char *dir;
    bool has_series;      /* all files, not only outcomes.csv */
    bool has_replication; /* a first column `replication` */
    bool is_new_dir;
    struct out_file files[N_RUN_FILES];
    struct csv csvs[N_RUN_FILES];
};

/* Looks whether the directory may be written, makes it and opens the files. Errors:
 * DIAG_CANNOT_CREATE. */
int run_files_open(struct run_files *f, const struct scenario *scenario, const char *dir,
                   bool has_series, bool has_replication, struct diag *d);

/* Appends the rows of one replication to csvs[N_RUN_FILES], which are those of the files
 * or others that keep rows in memory. */
void run_files_format(const struct run_files *f, const struct results *results,
                      struct csv *csvs);

/* Closes all and puts them in their places; `extra` are further files, created and
 * written by the caller in the same directory, run.json last. DIAG_IO: see result_dir.h;
 * if a file could not be written nothing has changed. */
int run_files_publish(struct run_files *f, struct out_file *extra, size_t n_extra,
                      struct diag *d);

/* Drops all that was written. */
void run_files_discard(struct run_files *f);

#endif
