#include "study/saved_run.h"

#include "base/check.h"
#include "base/file.h"
#include "base/memory.h"
#include "model/calendar.h"
#include "record/json.h"
#include "run/run.h"
#include "study/outcome_summary.h"

#include <math.h>
#include <string.h>

void saved_next_month(const char *month, char out[16])
{
    struct date date = {1970, 1, 1};
    date_parse(month, &date);
    date.year += date.month == 12;
    date.month = date.month % 12 + 1;
    date_format(date, out);
}

/* ---- run.json ---- */

static const char *text_at(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text ? text : "";
}

static int report_no_run(const char *dir, struct diag *d)
{
    struct place at = {.file = dir};
    diag_error(d, DIAG_NO_INPUT, &at, "%s",
               !file_exists(dir)        ? "does not exist"
               : file_is_directory(dir) ? "holds no run: there is no run.json"
                                        : "is not a directory");
    diag_hint(d, "name the directory that 'allot run' wrote");
    return -1;
}

static void take_settings(struct saved_run *run)
{
    const json_t *settings = json_object_get(run->json, "settings");
    run->name = text_at(run->json, "scenario");
    run->question = text_at(run->json, "question");
    run->alternative = text_at(run->json, "alternative");
    run->rule = text_at(run->json, "rule");
    run->division = text_at(run->json, "division");
    run->start = text_at(settings, "start");
    run->n_months = (size_t)json_integer_value(json_object_get(settings, "months"));
    run->replications =
        (size_t)json_integer_value(json_object_get(run->json, "replications"));
}

static int check_settings(const struct saved_run *run, struct calendar *calendar,
                          const char *path, struct diag *d)
{
    struct place at = {.file = path};
    if (!date_parse(run->start, &calendar->start) || run->n_months == 0 ||
        run->replications == 0)
        return diag_error(d, DIAG_DATA, &at, "is no record of a run");
    if (run->n_months > CALENDAR_MOST_MONTHS)
        return diag_error(d, DIAG_DATA, &at, "has more than %d months",
                          CALENDAR_MOST_MONTHS);
    if (run->replications > RUN_MOST_REPLICATIONS)
        return diag_error(d, DIAG_DATA, &at, "has more than %d replications",
                          RUN_MOST_REPLICATIONS);
    return 0;
}

int saved_run_open(struct saved_run *run, const char *dir, struct diag *d)
{
    struct calendar calendar = {0};
    *run = (struct saved_run){0};
    arena_init(&run->arena);
    run->dir = arena_string(&run->arena, dir);
    const char *path = arena_printf(&run->arena, "%s/run.json", dir);
    int result = file_exists(path) ? 0 : report_no_run(dir, d);
    if (result == 0) {
        run->json = json_read_file(path, d);
        take_settings(run);
        result = run->json ? check_settings(run, &calendar, path, d) : -1;
    }
    if (result != 0) {
        saved_run_close(run);
        return -1;
    }
    date_format(calendar_month_date(&calendar, run->n_months), run->horizon);
    return 0;
}

void saved_run_close(struct saved_run *run)
{
    for (size_t i = 0; i < run->n_files; i++)
        csv_table_free(&run->files[i]);
    json_decref(run->json);
    arena_release(&run->arena);
    *run = (struct saved_run){0};
}

/* ---- files ---- */

const struct csv_table *saved_run_file(struct saved_run *run, const char *name,
                                       struct diag *d)
{
    for (size_t i = 0; i < run->n_files; i++)
        if (strcmp(run->file_names[i], name) == 0)
            return &run->files[i];
    CHECK(run->n_files < SAVED_MOST_FILES);
    const char *path = arena_printf(&run->arena, "%s/%s", run->dir, name);
    if (csv_table_load(path, &run->files[run->n_files], d) != 0)
        return NULL;
    run->file_names[run->n_files] = arena_string(&run->arena, name);
    return &run->files[run->n_files++];
}

int saved_column(const struct csv_table *table, const char *name, struct diag *d)
{
    struct place at = {.file = table->file, .line = 1};
    int column = csv_table_column(table, name);
    if (column < 0)
        return diag_error(d, DIAG_DATA, &at, "has no column '%s'", name);
    return column;
}

/* ---- outcomes.csv ---- */

/* Of outcomes or of a series: more than any file that can be read has in full, so that a
 * file that is not ours does not ask for more memory than it has bytes. */
enum { MOST_VALUES = 1 << 26 };

static int refuse_many(const struct csv_table *t, struct diag *d)
{
    struct place at = {.file = t->file};
    return diag_error(d, DIAG_DATA, &at, "has room for more than %d values", MOST_VALUES);
}

enum { COLUMN_REPLICATION, COLUMN_AT, COLUMN_METRIC, COLUMN_KIND, COLUMN_SUBJECT, VALUE };

static bool is_outcome(const struct saved_outcome *o, const char *metric,
                       const char *kind, const char *subject, const char *at)
{
    return strcmp(o->subject, subject) == 0 && strcmp(o->metric, metric) == 0 &&
           strcmp(o->kind, kind) == 0 && strcmp(o->at, at) == 0;
}

/* The outcome of a row: replications list theirs in one order, so it is often the next
 * one. Those of the first replication are new, without a search. SIZE_MAX: there are too
 * many. */
static size_t outcome_of(struct saved_run *run, const struct csv_table *t, size_t row,
                         const int columns[], size_t guess, bool is_new)
{
    const char *cells[VALUE];
    for (int k = COLUMN_AT; k < VALUE; k++)
        cells[k] = csv_table_cell(t, row, (size_t)columns[k]);
    for (size_t tried = 0; tried < run->n_outcomes && !is_new; tried++) {
        size_t i = (guess + tried) % run->n_outcomes;
        if (is_outcome(&run->outcomes[i], cells[COLUMN_METRIC], cells[COLUMN_KIND],
                       cells[COLUMN_SUBJECT], cells[COLUMN_AT]))
            return i;
    }
    if ((run->n_outcomes + 1) * run->replications > MOST_VALUES)
        return SIZE_MAX;
    struct saved_outcome *o = &run->outcomes[run->n_outcomes];
    *o = (struct saved_outcome){.at = cells[COLUMN_AT],
                                .metric = cells[COLUMN_METRIC],
                                .kind = cells[COLUMN_KIND],
                                .subject = cells[COLUMN_SUBJECT]};
    double *values = ARENA_ARRAY(&run->arena, double, run->replications);
    for (size_t r = 0; r < run->replications; r++)
        values[r] = NAN;
    o->values = values;
    o->n = run->replications;
    return run->n_outcomes++;
}

static int read_outcomes(struct saved_run *run, const struct csv_table *t, struct diag *d)
{
    static const char *const names[] = {"replication", "at",      "metric",
                                        "kind",        "subject", "value"};
    int columns[VALUE + 1];
    for (int k = 0; k <= VALUE; k++)
        if ((columns[k] = saved_column(t, names[k], d)) < 0)
            return -1;
    double first =
        (double)json_integer_value(json_object_get(run->json, "first_replication"));
    run->outcomes = ARENA_ARRAY(&run->arena, struct saved_outcome, t->n_rows + 1);
    for (size_t row = 0, guess = 0; row < t->n_rows; row++) {
        double replication, value;
        if (csv_table_number(t, row, (size_t)columns[0], &replication, d) != 0 ||
            csv_table_number(t, row, (size_t)columns[VALUE], &value, d) != 0)
            return -1;
        replication -= first;
        if (!(replication >= 0 && replication < (double)run->replications))
            return csv_table_error(t, row, (size_t)columns[0], d,
                                   "is not one of the run's %zu replications",
                                   run->replications);
        size_t i = outcome_of(run, t, row, columns, guess, replication == 0);
        if (i == SIZE_MAX)
            return refuse_many(t, d);
        ((double *)(uintptr_t)run->outcomes[i].values)[(size_t)replication] = value;
        guess = i + 1;
    }
    return 0;
}

const struct saved_outcome *saved_run_outcomes(struct saved_run *run, size_t *n,
                                               struct diag *d)
{
    if (!run->outcomes) {
        const struct csv_table *t = saved_run_file(run, "outcomes.csv", d);
        if (!t || read_outcomes(run, t, d) != 0) {
            run->outcomes = NULL;
            run->n_outcomes = 0;
            return NULL;
        }
        double *scratch = MEM_ARRAY(double, run->replications);
        for (size_t i = 0; i < run->n_outcomes; i++)
            outcome_summary_named(run->outcomes[i].metric, run->outcomes[i].kind,
                                  run->outcomes[i].values, 1, run->replications, scratch,
                                  &run->outcomes[i].summary);
        mem_free(scratch);
    }
    *n = run->n_outcomes;
    return run->outcomes;
}

const struct saved_outcome *saved_run_outcome(struct saved_run *run, const char *metric,
                                              const char *kind, const char *subject,
                                              const char *at, struct diag *d)
{
    size_t n;
    const struct saved_outcome *all = saved_run_outcomes(run, &n, d);
    for (size_t i = 0; all && i < n; i++)
        if (is_outcome(&all[i], metric, kind, subject, at))
            return &all[i];
    return NULL;
}

/* ---- monthly series ---- */

/* The index of a text among those seen so far; often the one after `before`. */
static size_t place_of(const char **texts, size_t *n, const char *text, size_t before)
{
    size_t next = *n > 0 ? (before + 1) % *n : 0;
    if (next < *n && strcmp(texts[next], text) == 0)
        return next;
    for (size_t i = *n; i-- > 0;)
        if (strcmp(texts[i], text) == 0)
            return i;
    texts[*n] = text;
    return (*n)++;
}

struct series_columns {
    const struct csv_table *table;
    int subject, month, value, file, column; /* file, column: -1 in a single run */
};

/* 0, 1 if there is no such column, -1 on an error. */
static int find_columns(struct saved_run *run, const struct saved_series *s,
                        const char *statistic, struct series_columns *c, struct diag *d)
{
    bool is_single = run->replications == 1, has_subject = strcmp(s->kind, "all") != 0;
    *c = (struct series_columns){.subject = -1, .file = -1, .column = -1};
    c->table = saved_run_file(run, is_single ? s->file : "bands.csv", d);
    if (!c->table)
        return -1;
    c->month = saved_column(c->table, "month", d);
    if (c->month < 0)
        return -1;
    if (is_single) {
        c->value = csv_table_column(c->table, s->column);
        if (has_subject && (c->subject = saved_column(c->table, s->kind, d)) < 0)
            return -1;
        return c->value < 0 ? 1 : 0;
    }
    c->subject = saved_column(c->table, "subject", d);
    c->file = saved_column(c->table, "file", d);
    c->column = saved_column(c->table, "column", d);
    c->value = csv_table_column(c->table, statistic);
    if (c->subject < 0 || c->file < 0 || c->column < 0)
        return -1;
    return c->value < 0 ? 1 : 0;
}

static bool is_row_of(const struct series_columns *c, const struct saved_series *s,
                      size_t row)
{
    return c->file < 0 ||
           (strcmp(csv_table_cell(c->table, row, (size_t)c->column), s->column) == 0 &&
            strcmp(csv_table_cell(c->table, row, (size_t)c->file), s->file) == 0);
}

int saved_run_series(struct saved_run *run, const char *file, const char *kind,
                     const char *column, const char *statistic,
                     struct saved_series *series, struct diag *d)
{
    struct series_columns c;
    *series = (struct saved_series){.file = file, .kind = kind, .column = column};
    series->statistic = run->replications == 1 ? "value" : statistic;
    int result = find_columns(run, series, statistic, &c, d);
    if (result != 0)
        return result;
    size_t n_rows = c.table->n_rows, n_cells = 0;
    size_t *subject = MEM_ARRAY(size_t, n_rows), *month = MEM_ARRAY(size_t, n_rows);
    double *value = MEM_ARRAY(double, n_rows);
    series->subjects = ARENA_ARRAY(&run->arena, const char *, n_rows + 1);
    series->months = ARENA_ARRAY(&run->arena, const char *, n_rows + 1);
    for (size_t row = 0; row < n_rows && result == 0; row++) {
        if (!is_row_of(&c, series, row))
            continue;
        size_t i = n_cells++, before = i > 0 ? i - 1 : 0;
        subject[i] = place_of(
            series->subjects, &series->n_subjects,
            c.subject < 0 ? "all" : csv_table_cell(c.table, row, (size_t)c.subject),
            i > 0 ? subject[before] : 0);
        month[i] = place_of(series->months, &series->n_months,
                            csv_table_cell(c.table, row, (size_t)c.month),
                            i > 0 ? month[before] : 0);
        result = csv_table_number(c.table, row, (size_t)c.value, &value[i], d);
    }
    size_t n_values = series->n_subjects * series->n_months;
    if (result == 0 && n_values > MOST_VALUES)
        result = refuse_many(c.table, d);
    n_values = result == 0 ? n_values : 0;
    series->values = ARENA_ARRAY(&run->arena, double, n_values + 1);
    for (size_t i = 0; i < n_values; i++)
        series->values[i] = NAN;
    for (size_t i = 0; i < n_cells && result == 0; i++)
        series->values[month[i] * series->n_subjects + subject[i]] = value[i];
    mem_free(subject);
    mem_free(month);
    mem_free(value);
    return result != 0 ? -1 : n_cells == 0 && c.file >= 0 ? 1 : 0;
}
