#include "study/sweep_view.h"

#include "base/memory.h"
#include "base/text.h"
#include "run/run.h"
#include "scenario/node_path.h"
#include "stats/summary.h"
#include "study/sweep_dir.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A stranger's file may hold anything: what would point outside of the arrays. */
static int refuse(const struct sweep_view *v, struct diag *d, const char *what)
{
    struct place at = {.file = v->store.base.path};
    return diag_error(d, DIAG_DATA, &at, "is no whole store: %s", what);
}

/* "" where there should be a text. */
static const char *words_at(struct arena *arena, sqlite3_stmt *q, int column)
{
    const char *text = (const char *)sqlite3_column_text(q, column);
    return arena_string(arena, text ? text : "");
}

static const char *text_at(struct arena *arena, sqlite3_stmt *q, int column)
{
    const char *text = (const char *)sqlite3_column_text(q, column);
    return text ? arena_string(arena, text) : NULL;
}

/* ---- settings and points ---- */

/* Those of the design in their order, then those of earlier ones by name. */
static int read_paths(struct sweep_view *v, struct diag *d)
{
    int result = -1;
    size_t capacity = 0, n = 0;
    const char **paths = NULL;
    sqlite3_stmt *q = database_query(
        &v->store.base,
        "SELECT path FROM (SELECT path, setting FROM paths UNION ALL SELECT "
        "DISTINCT path,"
        " 1000000 FROM settings WHERE path NOT IN (SELECT path FROM paths))"
        " ORDER BY setting, path",
        d);
    if (!q)
        return -1;
    while (database_next(&v->store.base, q, &result, d))
        ARRAY_PUSH(paths, n, capacity) = words_at(&v->arena, q, 0);
    v->paths = ARENA_ARRAY(&v->arena, const char *, n);
    v->n_settings = n;
    for (size_t i = 0; i < n; i++)
        v->paths[i] = paths[i];
    mem_free(paths);
    return result;
}

/* The value behind "PATH=" in the lines of a point's settings, as it was written. */
static const char *value_in(struct arena *arena, const char *settings, const char *path)
{
    size_t length = strlen(path);
    for (const char *line = settings; line;) {
        if (strncmp(line, path, length) == 0 && line[length] == '=')
            return arena_copy(arena, line + length + 1, strcspn(line + length + 1, "\n"));
        line = strchr(line, '\n');
        line += line != NULL;
    }
    return NULL;
}

static int read_points(struct sweep_view *v, struct diag *d)
{
    int result = 0;
    size_t capacity = 0;
    struct view_point *points = NULL;
    sqlite3_stmt *q = database_query(
        &v->store.base,
        "SELECT p.point, scenario, settings, message, first, (SELECT count(*) FROM"
        " failures f WHERE f.scenario = p.scenario) FROM points p LEFT JOIN (SELECT"
        " point, min(position) AS first FROM design GROUP BY point) g ON g.point = "
        "p.point"
        " WHERE scenario IS NOT NULL OR first IS NOT NULL"
        " ORDER BY first IS NULL, first, p.point",
        d);
    if (!q)
        return -1;
    while (database_next(&v->store.base, q, &result, d)) {
        const char *settings = (const char *)sqlite3_column_text(q, 2);
        const char **values = ARENA_ARRAY(&v->arena, const char *, v->n_settings);
        for (size_t i = 0; i < v->n_settings; i++)
            values[i] = value_in(&v->arena, settings, v->paths[i]);
        v->n_in_design += sqlite3_column_type(q, 4) != SQLITE_NULL;
        ARRAY_PUSH(points, v->n_points, capacity) =
            (struct view_point){.id = sqlite3_column_int64(q, 0),
                                .scenario_id = sqlite3_column_int64(q, 1),
                                .values = values,
                                .message = text_at(&v->arena, q, 3),
                                .n_failed = (size_t)sqlite3_column_int64(q, 5)};
    }
    v->points = ARENA_ARRAY(&v->arena, struct view_point, v->n_points);
    for (size_t i = 0; i < v->n_points; i++)
        v->points[i] = points[i];
    mem_free(points);
    return result;
}

static size_t index_of_point(const struct sweep_view *v, int64_t id)
{
    for (size_t i = 0; i < v->n_in_design; i++)
        if (v->points[i].id == id)
            return i;
    return v->n_in_design;
}

static int read_design(struct sweep_view *v, struct diag *d)
{
    int result = 0;
    size_t n = 0, capacity = 0, last = 0;
    size_t *at = NULL;
    sqlite3_stmt *q =
        database_query(&v->store.base, "SELECT point FROM design ORDER BY position", d);
    if (!q)
        return -1;
    bool are_there = true;
    while (database_next(&v->store.base, q, &result, d)) {
        /* Nearly always the one behind the last: then no search is needed. */
        int64_t id = sqlite3_column_int64(q, 0);
        size_t next = n == 0 ? 0 : last + 1;
        bool is_next = next < v->n_in_design && v->points[next].id == id;
        size_t point = is_next ? next : index_of_point(v, id);
        are_there &= point < v->n_in_design;
        last = point > last || n == 0 ? point : last;
        ARRAY_PUSH(at, n, capacity) = point;
    }
    v->at = ARENA_ARRAY(&v->arena, size_t, n);
    v->n_positions = n;
    for (size_t i = 0; i < n; i++)
        v->at[i] = at[i];
    mem_free(at);
    if (result == 0 && !are_there)
        result = refuse(v, d, "its design names a point that is not there");
    q = result == 0
            ? database_query(&v->store.base,
                             "SELECT position, setting, coordinate FROM coordinates", d)
            : NULL;
    if (!q)
        return -1;
    while (database_next(&v->store.base, q, &result, d)) {
        size_t position = (size_t)sqlite3_column_int64(q, 0);
        size_t setting = (size_t)sqlite3_column_int64(q, 1);
        if (!v->coordinates)
            v->coordinates = ARENA_ARRAY(&v->arena, double, n * v->n_settings);
        if (position < n && setting < v->n_settings)
            v->coordinates[position * v->n_settings + setting] =
                sqlite3_column_double(q, 2);
    }
    return result;
}

/* ---- outcomes ---- */

/* Numbers of outcomes, and values that are held at once. */
enum { MOST_OUTCOMES = 10000000, MOST_VALUES = 1 << 27 };

static void append_name(struct text *out, const char *name)
{
    if (!strpbrk(name, "/@\"")) {
        text_append(out, name);
        return;
    }
    text_append(out, "\"");
    for (; *name; name++) {
        if (*name == '"' || *name == '\\')
            text_append(out, "\\");
        text_append_bytes(out, name, 1);
    }
    text_append(out, "\"");
}

static const char *label_of(struct arena *arena, const struct view_outcome *o,
                            bool has_kind)
{
    struct text text;
    text_init(&text);
    text_append(&text, o->metric);
    if (strcmp(o->kind, outcome_kinds[OF_ALL]) != 0) {
        text_append(&text, ":");
        if (has_kind)
            text_printf(&text, "%s/", o->kind);
        append_name(&text, o->subject);
    }
    if (*o->at)
        text_printf(&text, "@%s", o->at);
    const char *label = arena_copy(arena, text.bytes, text.length);
    text_release(&text);
    return label;
}

const char *sweep_label(struct arena *arena, const char *metric, const char *kind,
                        const char *subject, const char *at)
{
    const struct view_outcome o = {
        .metric = metric, .kind = kind, .subject = subject, .at = at};
    int id = metric_find(metric);
    bool is_own = id >= 0 && strcmp(outcome_kinds[metric_types[id].own], kind) == 0;
    return label_of(arena, &o, !is_own);
}

/* Whether a metric that a user names means this outcome. */
static bool is_meant(struct arena *arena, const struct view_outcome *o, const char *named)
{
    if (strcmp(o->metric, named) == 0)
        return *o->at == '\0';
    return strcmp(o->label, named) == 0 || strcmp(label_of(arena, o, true), named) == 0 ||
           strcmp(label_of(arena, o, false), named) == 0;
}

static int by_order(const void *a, const void *b)
{
    const struct view_outcome *x = a, *y = b;
    int order = strcmp(x->at, y->at); /* the end is "" */
    if (order == 0)
        order = outcome_kind_find(x->kind) - outcome_kind_find(y->kind);
    if (order == 0)
        order = strcmp(x->subject, y->subject);
    return order != 0 ? order : metric_find(x->metric) - metric_find(y->metric);
}

static void number_columns(struct sweep_view *v)
{
    for (int64_t i = 0; i <= v->most_id; i++)
        v->columns[i] = -1;
    for (size_t i = 0; i < v->n_outcomes; i++)
        v->columns[v->outcomes[i].id] = (int)i;
}

static int report_unknown(struct sweep_view *v, const char *metric, struct diag *d)
{
    const char **labels = ARENA_ARRAY(&v->arena, const char *, v->n_outcomes);
    for (size_t i = 0; i < v->n_outcomes; i++)
        labels[i] = v->outcomes[i].label;
    diag_error(d, DIAG_USAGE, NULL, "the sweep has no outcome '%s'", metric);
    const char *near = text_suggest(metric, labels, v->n_outcomes);
    if (near)
        diag_hint(d, "did you mean '%s'?", near);
    else
        diag_hint(d, "write METRIC or METRIC:[KIND/]SUBJECT[@MARK], such as '%s'",
                  v->n_outcomes > 0 ? labels[0] : "released:LLaMA");
    return -1;
}

int sweep_view_meant(struct sweep_view *v, const char *metric, struct diag *d)
{
    for (size_t i = 0; i < v->n_outcomes; i++)
        if (is_meant(&v->arena, &v->outcomes[i], metric))
            return (int)i;
    return report_unknown(v, metric, d);
}

int sweep_view_narrow(struct sweep_view *v, const char *const *metrics, size_t n_metrics,
                      struct diag *d)
{
    size_t n = 0;
    for (size_t m = 0; m < n_metrics; m++)
        if (sweep_view_meant(v, metrics[m], d) < 0)
            return -1;
    for (size_t i = 0; i < v->n_outcomes; i++) {
        bool is_kept = false;
        for (size_t m = 0; m < n_metrics; m++)
            is_kept |= is_meant(&v->arena, &v->outcomes[i], metrics[m]);
        if (is_kept)
            v->outcomes[n++] = v->outcomes[i];
    }
    v->n_outcomes = n;
    number_columns(v);
    return 0;
}

static int read_outcomes(struct sweep_view *v, const char *const *metrics,
                         size_t n_metrics, struct diag *d)
{
    int result = 0;
    size_t n = 0, capacity = 0;
    struct view_outcome *all = NULL;
    bool are_numbers = true;
    sqlite3_stmt *q = database_query(
        &v->store.base, "SELECT outcome, at, metric, kind, subject FROM names", d);
    if (!q)
        return -1;
    while (database_next(&v->store.base, q, &result, d)) {
        struct view_outcome o = {.id = sqlite3_column_int64(q, 0),
                                 .at = words_at(&v->arena, q, 1),
                                 .metric = words_at(&v->arena, q, 2),
                                 .kind = words_at(&v->arena, q, 3),
                                 .subject = words_at(&v->arena, q, 4)};
        are_numbers &= o.id > 0 && o.id <= MOST_OUTCOMES;
        v->most_id = o.id > v->most_id ? o.id : v->most_id;
        int metric = metric_find(o.metric);
        o.unit = metric >= 0 ? metric_types[metric].unit : "";
        o.label = sweep_label(&v->arena, o.metric, o.kind, o.subject, o.at);
        ARRAY_PUSH(all, n, capacity) = o;
    }
    if (n > 0)
        qsort(all, n, sizeof *all, by_order);
    v->outcomes = ARENA_ARRAY(&v->arena, struct view_outcome, n);
    v->n_outcomes = n;
    for (size_t i = 0; i < n; i++)
        v->outcomes[i] = all[i];
    mem_free(all);
    if (result == 0 && !are_numbers)
        result = refuse(v, d, "it numbers an outcome by what is no number of one");
    if (result != 0)
        return -1;
    v->columns = ARENA_ARRAY(&v->arena, int, (size_t)v->most_id + 1);
    number_columns(v);
    if (n_metrics > 0)
        result = sweep_view_narrow(v, metrics, n_metrics, d);
    return result;
}

void sweep_value_append(struct text *out, const char *value)
{
    size_t length = strlen(value);
    if (length < 2 || *value != '"' || value[length - 1] != '"') {
        text_append(out, value);
        return;
    }
    for (size_t i = 1; i + 1 < length; i++) {
        i += value[i] == '\\' && i + 2 < length;
        text_append_bytes(out, value + i, 1);
    }
}

int sweep_view_find(const struct sweep_view *v, const char *label)
{
    for (size_t i = 0; label && i < v->n_outcomes; i++)
        if (strcmp(v->outcomes[i].label, label) == 0)
            return (int)i;
    return -1;
}

/* ---- all ---- */

int sweep_view_open(struct sweep_view *v, const char *path, const char *const *metrics,
                    size_t n_metrics, struct diag *d)
{
    *v = (struct sweep_view){0};
    arena_init(&v->arena);
    int result = store_open(&v->store, path, STORE_READ, NULL, 2, d);
    if (result == 0) {
        const char *replications = store_word(&v->store, "replications", &v->arena);
        v->scenario = store_word(&v->store, "scenario", &v->arena);
        v->question = store_word(&v->store, "question", &v->arena);
        v->answer = store_word(&v->store, "answer", &v->arena);
        v->design = store_word(&v->store, "design", &v->arena);
        v->replications = replications ? strtoul(replications, NULL, 10) : 1;
        if (v->replications > RUN_MOST_REPLICATIONS)
            v->replications = RUN_MOST_REPLICATIONS;
        v->design = v->design ? v->design : "grid";
        v->scenario = v->scenario ? v->scenario : "";
        result = read_paths(v, d);
    }
    if (result == 0)
        result = read_points(v, d);
    if (result == 0)
        result = read_design(v, d);
    if (result == 0)
        result = read_outcomes(v, metrics, n_metrics, d);
    if (result != 0)
        sweep_view_close(v);
    return result;
}

int sweep_view_open_in(struct sweep_view *v, const char *dir, struct diag *d)
{
    struct arena arena;
    arena_init(&arena);
    int result = sweep_view_open(v, sweep_store_path(&arena, dir), NULL, 0, d);
    arena_release(&arena);
    return result;
}

void sweep_view_close(struct sweep_view *v)
{
    store_close(&v->store);
    arena_release(&v->arena);
    *v = (struct sweep_view){0};
}

void view_block_release(struct view_block *block)
{
    mem_free(block->replications);
    mem_free(block->values);
    *block = (struct view_block){0};
}

static void add_run(struct view_block *block, size_t n_outcomes, int64_t replication)
{
    if (block->n == block->capacity) {
        block->capacity = block->capacity ? 2 * block->capacity : 32;
        block->replications =
            mem_resize(block->replications, block->capacity, sizeof *block->replications);
        block->values = mem_resize(block->values, block->capacity * (n_outcomes + 1),
                                   sizeof *block->values);
    }
    for (size_t i = 0; i < n_outcomes; i++)
        block->values[block->n * n_outcomes + i] = NAN;
    block->replications[block->n++] = replication;
}

int sweep_view_read(struct sweep_view *v, size_t point, struct view_block *block,
                    struct diag *d)
{
    int result = 0;
    sqlite3_stmt *q =
        database_query(&v->store.base,
                       "SELECT replication, outcome, value FROM runs LEFT JOIN"
                       " results USING(scenario, replication) WHERE scenario ="
                       " ? ORDER BY replication, outcome",
                       d);
    block->n = 0;
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, v->points[point].scenario_id);
    while (database_next(&v->store.base, q, &result, d)) {
        int64_t replication = sqlite3_column_int64(q, 0);
        if (block->n == 0 || block->replications[block->n - 1] != replication) {
            if ((block->n + 1) * v->n_outcomes > MOST_VALUES) {
                sqlite3_finalize(q);
                return refuse(v, d, "a point has too many runs");
            }
            add_run(block, v->n_outcomes, replication);
        }
        int64_t id = sqlite3_column_int64(q, 1);
        int column = id > 0 && id <= v->most_id ? v->columns[id] : -1;
        if (column >= 0 && sqlite3_column_type(q, 2) != SQLITE_NULL)
            block->values[(block->n - 1) * v->n_outcomes + (size_t)column] =
                sqlite3_column_double(q, 2);
    }
    return result;
}

static double mean_of(const struct view_block *block, size_t n_outcomes, size_t outcome)
{
    double sum = 0;
    size_t n = 0;
    for (size_t r = 0; r < block->n; r++) {
        double value = block->values[r * n_outcomes + outcome];
        if (isnan(value))
            continue;
        sum += value;
        n++;
    }
    return n > 0 ? sum / (double)n : NAN;
}

double *sweep_view_means(struct sweep_view *v, struct diag *d)
{
    if (v->n_points * v->n_outcomes > MOST_VALUES) {
        refuse(v, d, "it has too many points and outcomes");
        return NULL;
    }
    double *means = MEM_ARRAY(double, v->n_points * v->n_outcomes);
    struct view_block block = {0};
    int result = 0;
    for (size_t p = 0; p < v->n_points && result == 0; p++) {
        result = sweep_view_read(v, p, &block, d);
        for (size_t i = 0; i < v->n_outcomes; i++)
            means[p * v->n_outcomes + i] = mean_of(&block, v->n_outcomes, i);
    }
    view_block_release(&block);
    if (result == 0)
        return means;
    mem_free(means);
    return NULL;
}

int sweep_view_count(struct sweep_view *v, size_t *wanted, size_t *stored, struct diag *d)
{
    int result = 0;
    *wanted = *stored = 0;
    sqlite3_stmt *q = database_query(
        &v->store.base,
        "WITH asked AS (SELECT DISTINCT scenario FROM design JOIN points USING(point)"
        " WHERE scenario IS NOT NULL) SELECT (SELECT count(*) FROM asked), count(*) FROM"
        " runs WHERE replication < ? AND scenario IN (SELECT scenario FROM asked)",
        d);
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, (int64_t)v->replications);
    while (database_next(&v->store.base, q, &result, d)) {
        *wanted = (size_t)sqlite3_column_int64(q, 0) * v->replications;
        *stored = (size_t)sqlite3_column_int64(q, 1);
    }
    return result;
}
