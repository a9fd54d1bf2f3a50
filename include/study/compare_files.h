/* compare_files.h - the files that a comparison leaves in its directory.
 *
 *   comparison.csv    a row an alternative and outcome: means, paired difference
 *   alternatives.csv  a row an alternative and outcome: mean, interval, quantiles
 *   answers.csv       the outcomes that were asked about, a row a run
 *   summary.json      the answers, as --json prints them
 *   run.json          "kind": "comparison": what it was made of
 *   columns.csv
 *
 * They appear together or not at all; a directory that is not empty and holds no
 * comparison is refused. */
#ifndef ALLOT_STUDY_COMPARE_FILES_H
#define ALLOT_STUDY_COMPARE_FILES_H

#include "study/compare.h"
#include "study/compare_best.h"

#include <stdbool.h>
#include <stdio.h>

/* Whether the directory holds a comparison. */
bool comparison_is_comparison(const char *dir);

/* Whether it may be written: DIAG_CANNOT_CREATE if not. */
int comparison_check_dir(const char *dir, struct diag *d);

struct comparison_record {
    int argc; /* the command line */
    char *const *argv;
    size_t n_jobs;
    double seconds;
    const struct best *best; /* of a selection; else NULL */
};

/* Writes all, in place of an older comparison. DIAG_CANNOT_CREATE, DIAG_IO. */
int comparison_write(const struct comparison *c, const struct difference *rows, size_t n,
                     const char *dir, const struct comparison_record *record,
                     struct diag *d);

/* The answers with their differences, and the best of a selection (NULL: none), as JSON.
 */
void comparison_print_json(const struct comparison *c, const struct difference *rows,
                           size_t n, const struct best *best, FILE *stream);

#endif
