/* sacct_fields.h - the fields of a line of sacct -P, which escapes nothing.
 *
 * A job's name may hold the separator, so a line may have more fields than the header
 * names. They belong to columns of free text; those that are looked at are found from the
 * line's begin and end, and between two columns of free text by what they must look like.
 * Where two ways to read a line are as good, it is left out. */
#ifndef ALLOT_IMPORT_SACCT_FIELDS_H
#define ALLOT_IMPORT_SACCT_FIELDS_H

#include "import/zone.h"

enum sacct_column {
    SACCT_JOB_RAW,
    SACCT_JOB,
    SACCT_CLUSTER,
    SACCT_ACCOUNT,
    SACCT_TEAM, /* what --team names */
    SACCT_STATE,
    SACCT_SUBMIT,
    SACCT_ELIGIBLE,
    SACCT_START,
    SACCT_END,
    SACCT_ELAPSED_RAW,
    SACCT_ELAPSED,
    SACCT_ASKED, /* ReqTRES */
    SACCT_GIVEN, /* AllocTRES */
    N_SACCT_COLUMNS
};
extern const char *const sacct_columns[N_SACCT_COLUMNS];

enum { SACCT_MOST_FREE = 16 };

struct sacct_header {
    size_t n_columns;
    bool has_closing;        /* -p: a separator at the end of each line */
    int at[N_SACCT_COLUMNS]; /* -1: there is none */
    int free[SACCT_MOST_FREE + 1];
    size_t n_free; /* columns of free text, in order */
};

/* Finds the columns among the names of a header; --team names a column, or NULL. */
void sacct_header_read(struct sacct_header *h, const struct slice *names, size_t n,
                       const char *team);

/* How many of the names are such as sacct's columns have. */
size_t sacct_header_n_known(const struct slice *names, size_t n);

/* Puts the fields that are looked at into `out`, by column; those without a column are
 * empty. False: the number of fields is wrong, or there are two ways to read them. */
bool sacct_fields_find(const struct sacct_header *h, const struct zone *zone,
                       const struct slice *fields, size_t n,
                       struct slice out[N_SACCT_COLUMNS]);

#endif
