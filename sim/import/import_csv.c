/* Any table of jobs, or of what teams used in a month or day, by the roles that --columns
 * gives to its columns. */
#include "import/column.h"
#include "import/importer.h"

#include <math.h>
#include <string.h>

enum role {
    ROLE_TEAM,
    ROLE_POOL,
    ROLE_SUBMIT,
    ROLE_START,
    ROLE_END,
    ROLE_ELAPSED,
    ROLE_GPUS,
    ROLE_MONTH,
    ROLE_DATE,
    ROLE_USED,
    ROLE_WAITING,
    N_ROLES
};

static const char *const roles[N_ROLES] = {
    "team", "pool",      "submit",           "start", "end", "elapsed_s", "gpus", "month",
    "date", "gpu_hours", "waiting_gpu_hours"};

struct table {
    bool has_header, is_use; /* a sum a row; else a job */
    size_t n_columns;
    int at[N_ROLES]; /* -1: there is none */
};

/* ---- --columns ---- */

/* The next ROLE=COLUMN of the list; false at its end. */
static bool next_pair(const char **at, struct slice *role, struct slice *column)
{
    if (**at == '\0')
        return false;
    size_t length = strcspn(*at, ","), equals = strcspn(*at, "=,");
    *role = slice_trim((struct slice){*at, equals});
    *column = (struct slice){*at + equals, 0};
    if (equals < length)
        *column = slice_trim((struct slice){*at + equals + 1, length - equals - 1});
    *at += length + ((*at)[length] == ',');
    return true;
}

static int find_role(struct slice name)
{
    for (int r = 0; r < N_ROLES; r++)
        if (slice_is(name, roles[r]))
            return r;
    return -1;
}

static int check_sort(const bool *has, struct diag *d)
{
    bool is_use = has[ROLE_MONTH] || has[ROLE_DATE];
    bool is_job =
        has[ROLE_START] && has[ROLE_GPUS] && (has[ROLE_END] || has[ROLE_ELAPSED]);
    if (has[ROLE_TEAM] &&
        (is_use ? has[ROLE_USED] && has[ROLE_MONTH] != has[ROLE_DATE] : is_job))
        return 0;
    diag_error(d, DIAG_USAGE, NULL,
               "--columns says too little, or too much, of what a row is");
    diag_hint(d, "of jobs: team, start, gpus, end or elapsed_s, at will submit and pool; "
                 "of use: team, month or date, gpu_hours, at will waiting_gpu_hours and "
                 "pool");
    return -1;
}

static int check(const struct import_options *options, struct diag *d)
{
    struct slice role, column;
    bool has[N_ROLES] = {false};
    const char *at = options->columns;
    if (!at) {
        diag_error(d, DIAG_USAGE, NULL, "allot import csv needs --columns");
        diag_hint(d, "such as --columns team=Account,start=Start,end=End,gpus=GPUs");
        return -1;
    }
    while (next_pair(&at, &role, &column)) {
        int r = find_role(role);
        if (r < 0) {
            const char *word = arena_copy(&d->arena, role.at, role.length);
            const char *near = text_suggest(word, roles, N_ROLES);
            diag_error(d, DIAG_USAGE, NULL, "--columns: there is no role '%s'", word);
            diag_hint(d,
                      near ? "did you mean '%s'?"
                           : "write ROLE=COLUMN,...; roles are "
                             "team, pool, submit, start, end, "
                             "elapsed_s, gpus, month, date, "
                             "gpu_hours, waiting_gpu_hours",
                      near);
            return -1;
        }
        if (column.length == 0 || has[r])
            return diag_error(d, DIAG_USAGE, NULL, "--columns: '%s' %s", roles[r],
                              has[r] ? "is there twice" : "names no column");
        has[r] = true;
    }
    return check_sort(has, d);
}

/* ---- the table ---- */

/* Cuts a row; the number of fields, or SIZE_MAX: a quote is wrong. */
static size_t split(const struct import *import, struct line *line, struct slice *fields)
{
    const char *delimiter = import->options->delimiter;
    size_t n;
    if (delimiter)
        return slice_split((struct slice){line->bytes, line->length}, slice_of(delimiter),
                           fields, IMPORT_MOST_FIELDS);
    return slice_split_csv(line->bytes, line->length, fields, IMPORT_MOST_FIELDS, &n) == 0
               ? n
               : SIZE_MAX;
}

static int read_header(struct import *import, struct line *line)
{
    struct table *t = import->state;
    struct slice header[IMPORT_MOST_FIELDS], role, column;
    const char *at = import->options->columns;
    t->n_columns = split(import, line, header);
    t->has_header = true;
    if (t->n_columns > IMPORT_MOST_FIELDS)
        return import_refuse(import, line,
                             "this is no header of a table, or one of more "
                             "than %d columns",
                             IMPORT_MOST_FIELDS);
    for (int r = 0; r < N_ROLES; r++)
        t->at[r] = -1;
    while (next_pair(&at, &role, &column)) {
        int found = column_find(header, t->n_columns, column);
        if (found < 0) {
            import_refuse(import, line, "there is no column '%.*s'", (int)column.length,
                          column.at);
            diag_hint(import->d, "the first row names the columns");
            return -1;
        }
        t->at[find_role(role)] = found;
    }
    t->is_use = t->at[ROLE_MONTH] >= 0 || t->at[ROLE_DATE] >= 0;
    return 0;
}

struct row {
    struct import *import;
    const struct line *line;
    const struct slice *fields;
    int result; /* of a skip */
    bool is_over;
};

static bool has(const struct row *row, enum role role)
{
    const struct table *t = row->import->state;
    return t->at[role] >= 0;
}

static struct slice cell(const struct row *row, enum role role)
{
    const struct table *t = row->import->state;
    return slice_trim(row->fields[t->at[role]]);
}

#define SKIP_ROW(row, kind, ...)                                                         \
    do {                                                                                 \
        (row)->result = IMPORT_SKIP((row)->import, (row)->line, (kind), __VA_ARGS__);    \
        (row)->is_over = true;                                                           \
    } while (0)

static void wrong_cell(struct row *row, enum role role, enum skip kind, const char *what)
{
    struct slice s = cell(row, role);
    SKIP_ROW(row, kind, "%s is '%.*s', %s", roles[role],
             (int)(s.length < 60 ? s.length : 60), s.at, what);
}

static double read_amount(struct row *row, enum role role)
{
    double amount = 0;
    if (row->is_over || !has(row, role))
        return 0;
    if (!slice_number(cell(row, role), &amount) || amount > 1e15)
        wrong_cell(row, role, SKIP_NUMBER, "must be a number to 1e15");
    else if (amount < 0)
        wrong_cell(row, role, SKIP_NEGATIVE, "must not be negative");
    return amount;
}

/* NaN: the time has not come, or there is no such column. */
static double read_time(struct row *row, enum role role)
{
    struct time_read read;
    if (row->is_over || !has(row, role))
        return NAN;
    switch (zone_read_time(&row->import->zone, cell(row, role), &read)) {
    case TIME_GIVEN:
        return (double)read.at_s;
    case TIME_WRONG:
        wrong_cell(row, role, SKIP_TIME, "must be YYYY-MM-DD[THH:MM:SS] from 1990 on");
        return NAN;
    case TIME_NONE:
        return NAN;
    }
    return NAN;
}

static double read_elapsed(struct row *row)
{
    int64_t seconds = 0;
    double number;
    if (row->is_over)
        return 0;
    if (slice_number(cell(row, ROLE_ELAPSED), &number)) {
        seconds = (int64_t)fmin(number, 1e12);
        if (number < 0)
            wrong_cell(row, ROLE_ELAPSED, SKIP_NEGATIVE, "must not be negative");
    } else if (!zone_read_duration(cell(row, ROLE_ELAPSED), &seconds)) {
        wrong_cell(row, ROLE_ELAPSED, SKIP_NUMBER, "must be seconds or [D-]HH:MM:SS");
    }
    return (double)seconds;
}

static void read_names(struct row *row, int *team, int *pool)
{
    struct import *import = row->import;
    *team = *pool = -1;
    if (row->is_over)
        return;
    *team = usage_team(&import->usage, cell(row, ROLE_TEAM));
    if (*team < 0) {
        wrong_cell(row, ROLE_TEAM, SKIP_NAME, "no name of a team, or one too many");
        return;
    }
    *pool = usage_pool(&import->usage,
                       has(row, ROLE_POOL) ? cell(row, ROLE_POOL) : slice_of("gpu"));
    if (*pool < 0)
        wrong_cell(row, ROLE_POOL, SKIP_NAME, "no name of a pool, or one too many");
}

static int read_use(struct row *row)
{
    enum role role = has(row, ROLE_MONTH) ? ROLE_MONTH : ROLE_DATE;
    char copy[16] = "";
    struct date date;
    struct slice text = cell(row, role);
    if (text.length < sizeof copy)
        memcpy(copy, text.at, text.length);
    if (!date_parse(copy, &date) || date.year < ZONE_FIRST_YEAR ||
        date.year >= ZONE_END_YEAR)
        wrong_cell(row, role, SKIP_TIME,
                   role == ROLE_MONTH ? "must be YYYY-MM from 1990 on"
                                      : "must be YYYY-MM-DD from 1990 on");
    double used = read_amount(row, ROLE_USED), waiting = read_amount(row, ROLE_WAITING);
    int team, pool;
    read_names(row, &team, &pool);
    return row->is_over
               ? row->result
               : import_sum(row->import, row->line, team, pool, date, used, waiting);
}

static bool is_within(const struct import *import, double from_s, double until_s)
{
    const struct periods *p = &import->usage.periods;
    return from_s >= (double)p->day_s[0] && until_s < (double)p->day_s[p->n_days];
}

static int read_job(struct row *row)
{
    struct import_job job = {.n_parts = 1, .begin_s = read_time(row, ROLE_START)};
    double submit_s = read_time(row, ROLE_SUBMIT), end_s = read_time(row, ROLE_END);
    double gpus = read_amount(row, ROLE_GPUS);
    if (!row->is_over && isnan(job.begin_s))
        SKIP_ROW(row, SKIP_WAITS, "waits");
    if (has(row, ROLE_ELAPSED))
        end_s = job.begin_s + read_elapsed(row);
    if (!row->is_over && isnan(end_s))
        SKIP_ROW(row, SKIP_WAITS, "runs");
    if (!row->is_over && (end_s < job.begin_s || submit_s > job.begin_s))
        SKIP_ROW(row, SKIP_ORDER, "%s",
                 end_s < job.begin_s ? "it ends before it starts"
                                     : "it starts before it is submitted");
    job.eligible_s = isnan(submit_s) ? job.begin_s : submit_s;
    job.end_s = end_s;
    if (!row->is_over && !is_within(row->import, job.eligible_s, job.end_s))
        SKIP_ROW(row, SKIP_TIME, "it ends after %d", ZONE_END_YEAR - 1);
    if (!row->is_over && gpus == 0)
        SKIP_ROW(row, SKIP_NO_GPU, "no GPU");
    read_names(row, &job.team, &job.parts[0].pool);
    job.parts[0].used_gpus = job.parts[0].waited_gpus = gpus;
    return row->is_over ? row->result : import_job(row->import, row->line, &job);
}

static int take(struct import *import, struct line *line)
{
    const struct table *t = import->state;
    struct slice fields[IMPORT_MOST_FIELDS];
    if (!t->has_header)
        return read_header(import, line);
    import->tally.n_lines++;
    size_t n = split(import, line, fields);
    if (n == SIZE_MAX)
        return IMPORT_SKIP(import, line, SKIP_FIELDS,
                           "a quote is not closed, or text follows a closing one");
    if (n != t->n_columns)
        return IMPORT_SKIP(import, line, SKIP_FIELDS,
                           "%zu field%s where the header names %zu", n, n == 1 ? "" : "s",
                           t->n_columns);
    struct row row = {.import = import, .line = line, .fields = fields};
    return t->is_use ? read_use(&row) : read_job(&row);
}

static int end(struct import *import)
{
    const struct table *t = import->state;
    return t->has_header ? 0
                         : import_refuse(import, NULL,
                                         "is empty: a first row must "
                                         "name the columns");
}

const struct importer import_csv = {
    .name = "csv",
    .summary =
        "any table of jobs, or of use by month or day; --columns says which is what",
    .unit = "GPU",
    .example = "allot import csv jobs.csv --columns "
               "team=lab,start=begin,end=finish,gpus=n",
    .option_names = "columns delimiter",
    .state_size = sizeof(struct table),
    .check = check,
    .line = take,
    .end = end,
};
