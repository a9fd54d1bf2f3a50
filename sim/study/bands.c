/* Quantiles are exact, so all values are kept: one block a replication. Rows are summed
 * up in parallel, a stretch of rows at a time, and written in order. Of projects only
 * what charts show is kept, for they are many. */
#include "study/bands.h"

#include "base/memory.h"
#include "record/columns.h"
#include "stats/summary.h"
#include "study/tasks.h"

#include <math.h>
#include <string.h>

/* Numbers of each file that get bands, as offsets into its series and columns by name. */
struct band_column {
    enum series_file file;
    int column;
    const char *name;
};

static const struct band_column band_columns[] = {
    {SERIES_POOLS, POOLS_CAPACITY, "capacity_gpus"},
    {SERIES_POOLS, POOLS_RESERVED, "reserved_gpus"},
    {SERIES_POOLS, POOLS_FAILED, "failed_gpus"},
    {SERIES_POOLS, POOLS_REQUESTED, "requested_gpus"},
    {SERIES_POOLS, POOLS_GRANTED, "granted_gpus"},
    {SERIES_POOLS, POOLS_USED, "used_gpus"},
    {SERIES_POOLS, POOLS_IDLE, "idle_gpus"},
    {SERIES_GROUPS, GROUPS_ENTITLED, "entitled_gpu_hours"},
    {SERIES_GROUPS, GROUPS_USED, "used_gpu_hours"},
    {SERIES_GROUPS, GROUPS_BALANCE, "balance_gpu_hours"},
    {SERIES_GROUPS, GROUPS_CREDITS, "credits"},
    {SERIES_TEAMS, TEAMS_HEADCOUNT, "headcount"},
    {SERIES_TEAMS, TEAMS_NEEDED, "needed_gpus"},
    {SERIES_TEAMS, TEAMS_REQUESTED, "requested_gpus"},
    {SERIES_TEAMS, TEAMS_GRANTED, "granted_gpus"},
    {SERIES_TEAMS, TEAMS_USED, "used_gpus"},
    {SERIES_TEAMS, TEAMS_FILL, "fill_frac"},
    {SERIES_TEAMS, TEAMS_USED_HOURS, "used_gpu_hours"},
    {SERIES_TEAMS, TEAMS_GRIEVANCE, "grievance"},
    {SERIES_TEAMS, TEAMS_MORALE, "morale"},
    {SERIES_TEAMS, TEAMS_DEPARTURES, "departures"},
    {SERIES_TEAMS, TEAMS_HIRES, "hires"},
    {SERIES_PROJECTS, PROJECTS_DONE, "done_frac"},
    {SERIES_PROJECTS, PROJECTS_GRANTED, "granted_gpus"},
    {SERIES_MONTHS, MONTHS_JAIN, "jain_fill"},
    {SERIES_MONTHS, MONTHS_GINI, "gini_fill"},
    {SERIES_MONTHS, MONTHS_ENVY, "max_envy"},
    {SERIES_MONTHS, MONTHS_CONTESTED, "contested_topics"},
};
enum { N_BAND_COLUMNS = sizeof band_columns / sizeof *band_columns };

static size_t first_subject(enum series_file file)
{
    return file == SERIES_GROUPS ? 1 : 0; /* the root is in no file */
}

static size_t n_subjects(const struct scenario *s, enum series_file file)
{
    const size_t n[N_SERIES] = {s->n_pools, s->n_groups, s->n_teams, s->n_projects, 1};
    return n[file];
}

static const char *subject_name(const struct scenario *s, enum series_file file, size_t i)
{
    switch (file) {
    case SERIES_POOLS:
        return s->pools[i].name;
    case SERIES_GROUPS:
        return s->groups[i].name;
    case SERIES_TEAMS:
        return s->teams[i].name;
    case SERIES_PROJECTS:
        return s->projects[i].name;
    case SERIES_MONTHS:
    case N_SERIES:
        break;
    }
    return "all";
}

void bands_init(struct bands *bands, const struct scenario *scenario, size_t n_most)
{
    *bands = (struct bands){.scenario = scenario};
    for (size_t k = 0; k < N_BAND_COLUMNS; k++) {
        enum series_file file = band_columns[k].file;
        bands->n_rows += (n_subjects(scenario, file) - first_subject(file)) *
                         scenario->calendar.n_months;
    }
    bands->blocks = MEM_ARRAY(double *, n_most);
}

void bands_release(struct bands *bands)
{
    for (size_t r = 0; r < bands->n_blocks; r++)
        mem_free(bands->blocks[r]);
    mem_free(bands->blocks);
    *bands = (struct bands){0};
}

/* How many of the columns from `first` on are of one file. */
static size_t n_of_file(size_t first)
{
    size_t k = first;
    while (k < N_BAND_COLUMNS && band_columns[k].file == band_columns[first].file)
        k++;
    return k - first;
}

/* The rows of a file are many and far apart: each is read once, for all its columns. */
static size_t pick_file(const struct results *results, size_t first, size_t n_columns,
                        double *block)
{
    enum series_file file = band_columns[first].file;
    const struct series *series = &results->series[file];
    size_t n_months = results->n_months, from = first_subject(file);
    size_t n_rows = (series->n_subjects - from) * n_months;
    for (size_t j = from; j < series->n_subjects; j++)
        for (size_t m = 0; m < n_months; m++) {
            const double *x =
                &series->values[(m * series->n_subjects + j) * series->n_columns];
            for (size_t k = 0; k < n_columns; k++)
                block[k * n_rows + (j - from) * n_months + m] =
                    x[band_columns[first + k].column];
        }
    return n_columns * n_rows;
}

double *bands_pick(const struct bands *bands, const struct results *results)
{
    double *block = MEM_ARRAY(double, bands->n_rows), *next = block;
    for (size_t k = 0, n; k < N_BAND_COLUMNS; k += n) {
        n = n_of_file(k);
        next += pick_file(results, k, n, next);
    }
    return block;
}

void bands_add(struct bands *bands, double *block)
{
    bands->blocks[bands->n_blocks++] = block;
}

struct summing {
    const struct bands *bands;
    size_t first; /* row of summaries[0] */
    struct summary *summaries;
};

static void sum_rows(void *owner, size_t first, size_t last)
{
    const struct summing *sum = owner;
    const struct bands *bands = sum->bands;
    double *values = MEM_ARRAY(double, 2 * bands->n_blocks);
    for (size_t i = first; i < last; i++) {
        for (size_t r = 0; r < bands->n_blocks; r++)
            values[r] = bands->blocks[r][sum->first + i];
        summary_of(values, 1, bands->n_blocks, values + bands->n_blocks,
                   &sum->summaries[i]);
    }
    mem_free(values);
}

/* What all rows of a band begin with. */
static void begin_rows(const struct band_column *column, const char *subject,
                       struct csv *begin)
{
    csv_reset(begin);
    csv_text(begin, series_files[column->file]);
    csv_text(begin, series_kinds[column->file]);
    csv_text(begin, subject);
    csv_text(begin, column->name);
}

static void write_row(const struct csv *begin, struct date date,
                      const struct summary *sum, struct csv *csv)
{
    const double x[] = {sum->mean, sum->sd,  sum->ci_low, sum->ci_high,
                        sum->p025, sum->p05, sum->p25,    sum->p50,
                        sum->p75,  sum->p95, sum->p975};
    csv_fields(csv, begin);
    csv_month(csv, date.year, date.month);
    csv_integer(csv, (int64_t)sum->n);
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        csv_number(csv, x[i]);
    csv_end(csv);
}

enum { ROWS_AT_ONCE = 1 << 14 };

void bands_write(const struct bands *bands, size_t n_jobs, struct csv *csv)
{
    const struct scenario *s = bands->scenario;
    size_t n_months = s->calendar.n_months, row = 0;
    struct summing sum = {bands, 0, MEM_ARRAY(struct summary, ROWS_AT_ONCE)};
    struct csv begin;
    csv_init(&begin, NULL);
    csv_header(csv, "bands.csv", false);
    for (size_t k = 0; k < N_BAND_COLUMNS; k++) {
        enum series_file file = band_columns[k].file;
        for (size_t j = first_subject(file); j < n_subjects(s, file); j++) {
            begin_rows(&band_columns[k], subject_name(s, file, j), &begin);
            for (size_t m = 0; m < n_months; m++, row++) {
                if (row % ROWS_AT_ONCE == 0) {
                    size_t left = bands->n_rows - row;
                    sum.first = row;
                    parallel_ranges(left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE, n_jobs,
                                    &sum, sum_rows);
                }
                write_row(&begin, calendar_month_date(&s->calendar, m),
                          &sum.summaries[row - sum.first], csv);
            }
        }
    }
    csv_release(&begin);
    mem_free(sum.summaries);
}
