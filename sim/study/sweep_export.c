#include "study/sweep_export.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "record/csv.h"
#include "study/outcome_summary.h"
#include "study/sweep_sensitivity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { RUNS, POINTS, SENSITIVITY, FAILED, N_FILES };
static const char *const names[N_FILES] = {"runs.csv", "points.csv", "sensitivity.csv",
                                           "failed.csv"};

struct exporting {
    struct sweep_view *view;
    const char *dir;
    struct out_file files[N_FILES];
    struct csv csvs[N_FILES];
    bool is_open[N_FILES];
};

static const char *path_of(const struct exporting *e, size_t file)
{
    return arena_printf(&e->view->arena, "%s/%s", e->dir, names[file]);
}

static int create(struct exporting *e, size_t file, struct diag *d)
{
    if (file_create(&e->files[file], path_of(e, file), d) != 0)
        return -1;
    csv_init(&e->csvs[file], e->files[file].stream);
    e->is_open[file] = true;
    return 0;
}

static void write_value(struct csv *csv, const char *value)
{
    struct text plain;
    text_init(&plain);
    if (value)
        sweep_value_append(&plain, value);
    csv_text(csv, plain.bytes);
    text_release(&plain);
}

static void write_point(const struct exporting *e, struct csv *csv, size_t point)
{
    csv_integer(csv, (int64_t)point + 1);
    for (size_t i = 0; i < e->view->n_settings; i++)
        write_value(csv, e->view->points[point].values[i]);
}

static void write_paths(const struct exporting *e, struct csv *csv)
{
    csv_text(csv, "point");
    for (size_t i = 0; i < e->view->n_settings; i++)
        csv_text(csv, e->view->paths[i]);
}

static void write_words(struct csv *csv, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        csv_text(csv, words[i]);
}

static void write_outcome(struct csv *csv, const struct view_outcome *o)
{
    const char *const words[] = {o->at, o->metric, o->kind, o->subject};
    write_words(csv, words, 4);
}

static void write_headers(struct exporting *e)
{
    static const char *const statistics[] = {"at",   "metric", "kind",   "subject", "n",
                                             "mean", "sd",     "ci_low", "ci_high", "p05",
                                             "p25",  "p50",    "p75",    "p95"};
    const struct sweep_view *v = e->view;
    write_paths(e, &e->csvs[RUNS]);
    csv_text(&e->csvs[RUNS], "replication");
    for (size_t i = 0; i < v->n_outcomes; i++)
        csv_text(&e->csvs[RUNS], v->outcomes[i].label);
    csv_end(&e->csvs[RUNS]);
    write_paths(e, &e->csvs[POINTS]);
    write_words(&e->csvs[POINTS], statistics, sizeof statistics / sizeof *statistics);
    csv_end(&e->csvs[POINTS]);
}

static void write_runs(const struct exporting *e, size_t point,
                       const struct view_block *block, struct csv *csv)
{
    size_t n = e->view->n_outcomes;
    for (size_t r = 0; r < block->n; r++) {
        write_point(e, csv, point);
        csv_integer(csv, block->replications[r]);
        for (size_t i = 0; i < n; i++)
            csv_number(csv, block->values[r * n + i]);
        csv_end(csv);
    }
}

static void write_summaries(const struct exporting *e, size_t point,
                            const struct view_block *block, struct csv *csv)
{
    const struct sweep_view *v = e->view;
    double *scratch = MEM_ARRAY(double, block->n);
    for (size_t i = 0; i < v->n_outcomes && block->n > 0; i++) {
        struct summary s;
        outcome_summary_named(v->outcomes[i].metric, v->outcomes[i].kind,
                              block->values + i, v->n_outcomes, block->n, scratch, &s);
        const double numbers[] = {s.mean, s.sd,  s.ci_low, s.ci_high, s.p05,
                                  s.p25,  s.p50, s.p75,    s.p95};
        write_point(e, csv, point);
        write_outcome(csv, &v->outcomes[i]);
        csv_integer(csv, (int64_t)s.n);
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            csv_number(csv, numbers[k]);
        csv_end(csv);
    }
    mem_free(scratch);
}

static int write_sensitivity(struct exporting *e, struct diag *d)
{
    static const char *const header[] = {"at", "metric",  "kind",  "subject", "setting",
                                         "n",  "measure", "value", "ci_low",  "ci_high"};
    struct sweep_view *v = e->view;
    struct csv *csv = &e->csvs[SENSITIVITY];
    size_t k = sweep_n_varied(v);
    double *means = sweep_view_means(v, d);
    if (!means)
        return -1;
    struct sensitivity *found = MEM_ARRAY(struct sensitivity, k);
    write_words(csv, header, sizeof header / sizeof *header);
    csv_end(csv);
    for (size_t i = 0; i < v->n_outcomes; i++) {
        sweep_sensitivity(v, means, i, found);
        for (size_t s = 0; s < k; s++)
            for (size_t m = 0; m < found[s].n_measures; m++) {
                write_outcome(csv, &v->outcomes[i]);
                csv_text(csv, v->paths[s]);
                csv_integer(csv, (int64_t)found[s].n);
                csv_text(csv, found[s].measures[m]);
                csv_number(csv, found[s].values[m]);
                csv_number(csv, found[s].ci_low[m]);
                csv_number(csv, found[s].ci_high[m]);
                csv_end(csv);
            }
    }
    mem_free(found);
    mem_free(means);
    return 0;
}

static bool has_failed(const struct sweep_view *v)
{
    for (size_t i = 0; i < v->n_points; i++)
        if (v->points[i].message || v->points[i].n_failed > 0)
            return true;
    return false;
}

static int write_failures(struct exporting *e, struct diag *d)
{
    struct sweep_view *v = e->view;
    struct csv *csv = &e->csvs[FAILED];
    sqlite3_stmt *q = database_query(&v->store.base,
                                     "SELECT replication, message FROM failures WHERE"
                                     " scenario = ? ORDER BY replication",
                                     d);
    int code = SQLITE_DONE;
    if (!q)
        return -1;
    write_paths(e, csv);
    csv_text(csv, "replication");
    csv_text(csv, "message");
    csv_end(csv);
    for (size_t i = 0; i < v->n_points && code == SQLITE_DONE; i++) {
        if (v->points[i].message) {
            write_point(e, csv, i);
            csv_text(csv, NULL);
            csv_text(csv, v->points[i].message);
            csv_end(csv);
            continue;
        }
        sqlite3_bind_int64(q, 1, v->points[i].scenario_id);
        while ((code = sqlite3_step(q)) == SQLITE_ROW) {
            write_point(e, csv, i);
            csv_integer(csv, sqlite3_column_int64(q, 0));
            csv_text(csv, (const char *)sqlite3_column_text(q, 1));
            csv_end(csv);
        }
        sqlite3_reset(q);
    }
    int result = code == SQLITE_DONE ? 0 : database_failed(&v->store.base, NULL, d);
    sqlite3_finalize(q);
    return result;
}

static int write_all(struct exporting *e, struct diag *d)
{
    struct sweep_view *v = e->view;
    struct view_block block = {0};
    int result = 0;
    write_headers(e);
    for (size_t i = 0; i < v->n_points && result == 0; i++) {
        result = sweep_view_read(v, i, &block, d);
        write_runs(e, i, &block, &e->csvs[RUNS]);
        write_summaries(e, i, &block, &e->csvs[POINTS]);
    }
    view_block_release(&block);
    if (result == 0 && e->is_open[SENSITIVITY])
        result = write_sensitivity(e, d);
    if (result == 0 && e->is_open[FAILED])
        result = write_failures(e, d);
    return result;
}

int sweep_export(struct sweep_view *view, const char *dir,
                 void (*tell)(void *owner, const char *path), void *owner, struct diag *d)
{
    struct exporting e = {.view = view, .dir = dir};
    const bool is_wanted[N_FILES] = {
        [RUNS] = true,
        [POINTS] = true,
        [SENSITIVITY] = sweep_has_sensitivity(view),
        [FAILED] = has_failed(view),
    };
    int result = file_make_directory(dir, d);
    for (size_t i = 0; i < N_FILES && result == 0; i++)
        if (is_wanted[i])
            result = create(&e, i, d);
    if (result == 0)
        result = write_all(&e, d);
    for (size_t i = 0; i < N_FILES; i++) {
        if (!e.is_open[i])
            continue;
        csv_flush(&e.csvs[i]);
        csv_release(&e.csvs[i]);
        if (result == 0)
            result = file_close(&e.files[i], d);
    }
    for (size_t i = 0; i < N_FILES; i++) {
        if (e.is_open[i] && result == 0)
            result = file_publish(&e.files[i], d);
        else if (e.is_open[i])
            file_discard(&e.files[i]);
        else if (result == 0)
            result = file_remove(path_of(&e, i), d); /* of an earlier export */
        if (e.is_open[i] && result == 0)
            tell(owner, path_of(&e, i));
    }
    return result;
}
