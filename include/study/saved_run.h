/* saved_run.h - a result directory, read back: what charts and reports know of a run.
 *
 * Files are read when they are first asked for and kept, so that many charts of one run
 * cost one reading. All that is returned is borrowed until saved_run_close. The reader
 * trusts nothing: a file that is missing or is not what a run writes is an error with its
 * place (DIAG_NO_INPUT, DIAG_DATA). */
#ifndef ALLOT_STUDY_SAVED_RUN_H
#define ALLOT_STUDY_SAVED_RUN_H

#include "base/arena.h"
#include "base/diag.h"
#include "record/csv_reader.h"
#include "stats/summary.h"

#include <jansson.h>
#include <stdbool.h>

enum { SAVED_MOST_FILES = 16 };

/* One outcome over all replications. */
struct saved_outcome {
    const char *at; /* "": the end; else a mark's date */
    const char *metric, *kind, *subject;
    const double *values; /* [n], by replication */
    size_t n;
    struct summary summary;
};

struct saved_run {
    const char *dir;
    json_t *json;     /* run.json */
    const char *name; /* of the scenario */
    const char *question;
    const char *alternative; /* "": none */
    const char *rule;        /* "weighted over projects, from 2025-06-01 max-min" */
    const char *division;    /* the same without what it stands over */
    const char *start;       /* YYYY-MM-DD */
    char horizon[16];        /* the first day after the last month */
    size_t n_months;
    size_t
        replications; /* 1: a single run, which has all series files; more: bands.csv */
    struct arena arena;

    /* Private: what was read so far. */
    struct csv_table files[SAVED_MOST_FILES];
    const char *file_names[SAVED_MOST_FILES];
    size_t n_files;
    struct saved_outcome *outcomes;
    size_t n_outcomes;
};

int saved_run_open(struct saved_run *run, const char *dir, struct diag *d);
void saved_run_close(struct saved_run *run);

/* A file of the directory; NULL on an error. */
const struct csv_table *saved_run_file(struct saved_run *run, const char *name,
                                       struct diag *d);

/* The index of a column, or -1 and an error. */
int saved_column(const struct csv_table *table, const char *name, struct diag *d);

/* All outcomes in the order of the file, with their summaries; NULL on an error. An
 * outcome that a replication lacks is NaN there. */
const struct saved_outcome *saved_run_outcomes(struct saved_run *run, size_t *n,
                                               struct diag *d);

/* One of them, NULL if there is none or the file cannot be read. O(n). */
const struct saved_outcome *saved_run_outcome(struct saved_run *run, const char *metric,
                                              const char *kind, const char *subject,
                                              const char *at, struct diag *d);

/* A column of a monthly file, as a matrix: of a single run its values, of an ensemble a
 * statistic of bands.csv ("mean", "p05" ...). Subjects and months in the order of the
 * file. */
struct saved_series {
    const char *file, *kind, *column; /* "teams.csv", "team", "granted_gpus" */
    const char *statistic;            /* "value" in a single run */
    const char **subjects, **months;  /* months as YYYY-MM */
    size_t n_subjects, n_months;
    double *values; /* [month * n_subjects + subject]; NaN: none */
};

/* For months.csv, which has no subject, kind is "all" and the one subject "all". Returns
 * 0, or 1 if the run has no such column (an older or smaller model; nothing is reported),
 * or -1 on an error. */
int saved_run_series(struct saved_run *run, const char *file, const char *kind,
                     const char *column, const char *statistic,
                     struct saved_series *series, struct diag *d);

/* The first day of the month after "2022-12": "2023-01-01". */
void saved_next_month(const char *month, char out[16]);

#endif
