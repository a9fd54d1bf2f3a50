#include "import/sacct_fields.h"

#include "import/column.h"

#include <string.h>
#include <strings.h>

const char *const sacct_columns[N_SACCT_COLUMNS] = {
    [SACCT_JOB_RAW] = "JobIDRaw",
    [SACCT_JOB] = "JobID",
    [SACCT_CLUSTER] = "Cluster",
    [SACCT_ACCOUNT] = "Account",
    [SACCT_TEAM] = "",
    [SACCT_STATE] = "State",
    [SACCT_SUBMIT] = "Submit",
    [SACCT_ELIGIBLE] = "Eligible",
    [SACCT_START] = "Start",
    [SACCT_END] = "End",
    [SACCT_ELAPSED_RAW] = "ElapsedRaw",
    [SACCT_ELAPSED] = "Elapsed",
    [SACCT_ASKED] = "ReqTRES",
    [SACCT_GIVEN] = "AllocTRES",
};

/* Columns that users write into. */
static const char *const free_columns[] = {
    "JobName",  "SubmitLine", "Comment",     "AdminComment", "SystemComment",
    "WorkDir",  "Container",  "Constraints", "WCKey",        "Extra",
    "Licenses", "StdIn",      "StdOut",      "StdErr"};

/* Others that tell a header of sacct. */
static const char *const other_columns[] = {"User",      "Partition", "QOS",   "ExitCode",
                                            "Timelimit", "NNodes",    "NCPUS", "NodeList",
                                            "AllocCPUS", "ReqMem"};

static bool is_among(struct slice name, const char *const *list, size_t n)
{
    name = slice_trim(name);
    for (size_t i = 0; i < n; i++)
        if (strlen(list[i]) == name.length && name.length > 0 &&
            strncasecmp(list[i], name.at, name.length) == 0)
            return true;
    return false;
}

#define IS_AMONG(name, list) is_among((name), (list), sizeof(list) / sizeof *(list))

size_t sacct_header_n_known(const struct slice *names, size_t n)
{
    size_t n_known = 0;
    for (size_t i = 0; i < n; i++)
        n_known += IS_AMONG(names[i], sacct_columns) ||
                   IS_AMONG(names[i], free_columns) || IS_AMONG(names[i], other_columns);
    return n_known;
}

void sacct_header_read(struct sacct_header *h, const struct slice *names, size_t n,
                       const char *team)
{
    *h = (struct sacct_header){.n_columns = n};
    h->has_closing = n > 1 && names[n - 1].length == 0;
    h->n_columns -= h->has_closing;
    for (size_t c = 0; c < N_SACCT_COLUMNS; c++)
        h->at[c] = c == SACCT_TEAM
                       ? column_find(names, h->n_columns, slice_of(team ? team : ""))
                       : column_find(names, h->n_columns, slice_of(sacct_columns[c]));
    if (!team)
        h->at[SACCT_TEAM] = h->at[SACCT_ACCOUNT];
    for (size_t i = 0; i < h->n_columns && h->n_free < SACCT_MOST_FREE; i++)
        if (IS_AMONG(names[i], free_columns))
            h->free[h->n_free++] = (int)i;
}

/* ---- lines with more fields than columns ---- */

/* What a field that is looked at says of its column: 1 that it fits, 0 nothing (it is
 * empty, or any text would do), -1 that it is another. */
static int fits(enum sacct_column column, struct slice s, const struct zone *zone)
{
    struct time_read read;
    int64_t seconds;
    switch (column) {
    case SACCT_SUBMIT:
    case SACCT_ELIGIBLE:
    case SACCT_START:
    case SACCT_END: {
        enum time_kind kind = zone_read_time(zone, s, &read);
        return s.length == 0 ? 0 : kind == TIME_WRONG ? -1 : 1;
    }
    case SACCT_ELAPSED:
    case SACCT_ELAPSED_RAW:
        return s.length == 0 ? 0 : zone_read_duration(s, &seconds) ? 1 : -1;
    case SACCT_ASKED:
    case SACCT_GIVEN:
        return s.length == 0 ? 0 : memchr(s.at, '=', s.length) ? 1 : -1;
    case SACCT_STATE:
        return s.length == 0 ? 0 : *s.at >= 'A' && *s.at <= 'Z' ? 1 : -1;
    default:
        return 0;
    }
}

/* How well the columns from..until - 1 fit at `offset` fields further; -1: not. */
static int score_of(const struct sacct_header *h, const struct zone *zone,
                    const struct slice *fields, int from, int until, size_t offset)
{
    int score = 0;
    for (size_t c = 0; c < N_SACCT_COLUMNS; c++) {
        if (h->at[c] < from || h->at[c] >= until)
            continue;
        int fit = fits((enum sacct_column)c, fields[(size_t)h->at[c] + offset], zone);
        if (fit < 0)
            return -1;
        score += fit;
    }
    return score;
}

static bool is_looked_at(const struct sacct_header *h, int from, int until)
{
    for (size_t c = 0; c < N_SACCT_COLUMNS; c++)
        if (h->at[c] >= from && h->at[c] < until)
            return true;
    return false;
}

/* By how many fields the columns between two of free text are moved: the one offset from
 * `least` to `most` that fits best; SIZE_MAX: there is none, or there are two. */
static size_t offset_of(const struct sacct_header *h, const struct zone *zone,
                        const struct slice *fields, int from, int until, size_t least,
                        size_t most)
{
    size_t best = SIZE_MAX;
    int best_score = -1;
    if (!is_looked_at(h, from, until))
        return least;
    for (size_t offset = least; offset <= most; offset++) {
        int score = score_of(h, zone, fields, from, until, offset);
        if (score > best_score) {
            best = offset;
            best_score = score;
        } else if (score >= 0 && score == best_score) {
            best = SIZE_MAX;
        }
    }
    return best;
}

static void put(const struct sacct_header *h, const struct slice *fields, int from,
                int until, size_t offset, struct slice *out)
{
    for (size_t c = 0; c < N_SACCT_COLUMNS; c++)
        if (h->at[c] >= from && h->at[c] < until)
            out[c] = fields[(size_t)h->at[c] + offset];
}

bool sacct_fields_find(const struct sacct_header *h, const struct zone *zone,
                       const struct slice *fields, size_t n,
                       struct slice out[N_SACCT_COLUMNS])
{
    static const struct slice nothing = {"", 0};
    int end = (int)h->n_columns;
    if (h->has_closing && n > 0) {
        if (fields[n - 1].length > 0)
            return false;
        n--;
    }
    if (n < h->n_columns || (n > h->n_columns && h->n_free == 0))
        return false;
    for (size_t c = 0; c < N_SACCT_COLUMNS; c++)
        out[c] = nothing;
    if (n == h->n_columns) {
        put(h, fields, 0, end, 0, out);
        return true;
    }
    size_t surplus = n - h->n_columns, offset = 0;
    put(h, fields, 0, h->free[0] + 1, 0, out);
    for (size_t i = 0; i < h->n_free; i++) {
        bool is_last = i + 1 == h->n_free;
        int from = h->free[i] + 1, until = is_last ? end : h->free[i + 1] + 1;
        offset =
            is_last ? surplus : offset_of(h, zone, fields, from, until, offset, surplus);
        if (offset == SIZE_MAX)
            return false;
        put(h, fields, from, until, offset, out);
    }
    return true;
}
