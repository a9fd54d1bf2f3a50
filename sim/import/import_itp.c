/* The trace of Microsoft's ITP clusters: a CSV file a cluster, job_id, submission_time
 * and duration in seconds, num_gpu. It says nothing of waiting: a job counts as begun
 * when it was submitted. Source: github.com/microsoft/elasticflow-traces (MIT). */
#include "import/column.h"
#include "import/importer.h"

#include <math.h>

/* The day on which the trace begins, where --start says no other: its README. */
#define FIRST_DAY "2021-03-04"

enum column { JOB, SUBMIT, DURATION, GPUS, N_COLUMNS };

static const char *const columns[N_COLUMNS] = {"job_id", "submission_time", "duration",
                                               "num_gpu"};

struct itp {
    bool has_header;
    size_t n_columns;
    int at[N_COLUMNS];
    double start_s;
    int team, pool;
};

static int begin(struct import *import)
{
    struct itp *itp = import->state;
    struct time_read start;
    const char *text = import->options->start ? import->options->start : FIRST_DAY;
    if (zone_read_time(&import->zone, slice_of(text), &start) != TIME_GIVEN)
        return diag_error(import->d, DIAG_USAGE, NULL,
                          "--start is '%s', must be YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS",
                          text);
    itp->start_s = (double)start.at_s;
    itp->team = usage_team(&import->usage, column_file_stem(import->file));
    itp->pool = usage_pool(&import->usage, slice_of("gpu"));
    if (itp->team < 0)
        return import_refuse(import, NULL, "its name is no name of a team");
    import_note(import, "a job counts as begun when it was submitted: the trace says "
                        "nothing of waiting");
    return 0;
}

static int read_header(struct import *import, struct line *line)
{
    struct itp *itp = import->state;
    struct slice names[IMPORT_MOST_FIELDS];
    struct slice all = {line->bytes, line->length};
    itp->has_header = true;
    itp->n_columns = slice_split(all, slice_of(","), names, IMPORT_MOST_FIELDS);
    size_t n =
        itp->n_columns < IMPORT_MOST_FIELDS ? itp->n_columns : (size_t)IMPORT_MOST_FIELDS;
    for (size_t c = 0; c < N_COLUMNS; c++) {
        itp->at[c] = column_find(names, n, slice_of(columns[c]));
        if (itp->at[c] < 0)
            return import_refuse(import, line,
                                 "there is no column '%s': this is no file of the trace",
                                 columns[c]);
    }
    return 0;
}

static int take(struct import *import, struct line *line)
{
    struct itp *itp = import->state;
    struct slice fields[IMPORT_MOST_FIELDS], all = {line->bytes, line->length};
    double numbers[N_COLUMNS];
    if (!itp->has_header)
        return read_header(import, line);
    import->tally.n_lines++;
    size_t n = slice_split(all, slice_of(","), fields, IMPORT_MOST_FIELDS);
    if (n != itp->n_columns)
        return IMPORT_SKIP(import, line, SKIP_FIELDS,
                           "%zu field%s where the header names %zu", n, n == 1 ? "" : "s",
                           itp->n_columns);
    for (size_t c = SUBMIT; c < N_COLUMNS; c++) {
        struct slice s = fields[itp->at[c]];
        int length = (int)(s.length < 60 ? s.length : 60);
        if (!slice_number(s, &numbers[c]) || fabs(numbers[c]) > 1e9)
            return IMPORT_SKIP(import, line, SKIP_NUMBER,
                               "%s is '%.*s', must be a number to 1e9", columns[c],
                               length, s.at);
        if (numbers[c] < 0)
            return IMPORT_SKIP(import, line, SKIP_NEGATIVE,
                               "%s is '%.*s', must not be negative", columns[c], length,
                               s.at);
    }
    struct import_job job = {.team = itp->team, .n_parts = 1};
    job.eligible_s = job.begin_s = itp->start_s + numbers[SUBMIT];
    job.end_s = job.begin_s + numbers[DURATION];
    job.parts[0].pool = itp->pool;
    job.parts[0].used_gpus = numbers[GPUS];
    return numbers[GPUS] == 0 ? IMPORT_SKIP(import, line, SKIP_NO_GPU, "no GPU")
                              : import_job(import, line, &job);
}

static int end(struct import *import)
{
    const struct itp *itp = import->state;
    return itp->has_header ? 0
                           : import_refuse(import, NULL,
                                           "is empty: a first row must name the columns");
}

const struct importer import_itp = {
    .name = "itp",
    .summary = "Microsoft's ITP trace, a CSV file a cluster",
    .unit = "GPU",
    .example = "allot import itp cluster*.csv --out itp",
    .option_names = "start",
    .state_size = sizeof(struct itp),
    .begin = begin,
    .line = take,
    .end = end,
};
