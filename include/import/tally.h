/* tally.h - what was read, what was left out, and why.
 *
 * Two sorts are left out: lines that are wrong, each with a message (the first
 * TALLY_MOST_TOLD of them) and a row of skipped.csv, and lines that rightly count for
 * nothing, such as the steps of a job, which are counted. Strict, the first wrong line is
 * an error. */
#ifndef ALLOT_IMPORT_TALLY_H
#define ALLOT_IMPORT_TALLY_H

#include "import/line_reader.h"
#include "record/csv.h"

enum { TALLY_MOST_TOLD = 20, TALLY_MOST_ROWS = 100000 };

enum skip {
    SKIP_TOO_LONG,
    SKIP_CUT,
    SKIP_NUL,
    SKIP_FIELDS,
    SKIP_TIME,
    SKIP_NUMBER,
    SKIP_NEGATIVE,
    SKIP_ORDER,
    SKIP_NAME,
    SKIP_STEP, /* from here on nothing is wrong */
    SKIP_NO_GPU,
    SKIP_WAITS,
    SKIP_UNKNOWN,
    SKIP_TWICE,
    SKIP_OUTSIDE,
    N_SKIPS
};

struct skip_kind {
    const char *name, *meaning;
    bool is_wrong;
};
extern const struct skip_kind skip_kinds[N_SKIPS];

struct tally {
    bool is_strict;
    uint64_t n_lines; /* that hold something: no comments, headers or empty lines */
    uint64_t n_jobs;  /* or rows of use, that count */
    uint64_t n_skipped[N_SKIPS];
    uint64_t n_wrong;
    struct csv rows; /* of skipped.csv, kept */
};

void tally_init(struct tally *t, bool is_strict);
void tally_release(struct tally *t);

/* Counts a line as left out. 0; -1 and a DIAG_DATA error where it is wrong and the tally
 * is strict. `detail` says more than the kind: "End is '12'". */
int tally_skip(struct tally *t, const char *file, const struct line *line, enum skip kind,
               struct diag *d, const char *detail, ...)
    __attribute__((format(printf, 6, 7)));

uint64_t tally_n_left_out(const struct tally *t);

#endif
