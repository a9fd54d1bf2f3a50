#include "study/saved_comparison.h"

#include "model/calendar.h"
#include "record/json.h"
#include "stats/summary.h"

#include <math.h>
#include <string.h>

static const char *text_at(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text ? text : "";
}

static int take_record(struct saved_comparison *c, const char *path, struct diag *d)
{
    struct place at = {.file = path};
    c->json = json_read_file(path, d);
    if (!c->json)
        return -1;
    const json_t *all = json_object_get(c->json, "alternatives");
    const json_t *base = NULL, *one;
    size_t i;
    c->name = text_at(c->json, "scenario");
    c->question = text_at(c->json, "question");
    c->against = text_at(c->json, "against");
    c->alternatives = ARENA_ARRAY(&c->arena, const char *, json_array_size(all));
    json_array_foreach(all, i, one)
    {
        size_t n = (size_t)json_integer_value(json_object_get(one, "replications"));
        c->alternatives[c->n_alternatives++] = text_at(one, "name");
        c->least_runs = i == 0 || n < c->least_runs ? n : c->least_runs;
        c->most_runs = n > c->most_runs ? n : c->most_runs;
        if (strcmp(text_at(one, "name"), c->against) == 0)
            base = json_object_get(one, "settings");
    }
    c->start = text_at(base, "start");
    c->n_months = (size_t)json_integer_value(json_object_get(base, "months"));
    struct date start;
    if (base && date_parse(c->start, &start) && c->n_months > 0)
        return 0;
    return diag_error(d, DIAG_DATA, &at, "is no record of a comparison");
}

/* The places of some columns; -1 and an error if one is missing. */
static int find_columns(const struct csv_table *table, const char *const *names, size_t n,
                        size_t *columns, struct diag *d)
{
    for (size_t i = 0; i < n; i++) {
        int column = csv_table_column(table, names[i]);
        if (column < 0) {
            struct place at = {.file = table->file};
            return diag_error(d, DIAG_DATA, &at, "has no column '%s'", names[i]);
        }
        columns[i] = (size_t)column;
    }
    return 0;
}

enum { N_NAMES = 5 };

/* alternative, metric, kind, subject, at. */
static int take_name(const struct csv_table *table, size_t row, const size_t *columns,
                     struct saved_effect *e, struct diag *d)
{
    int metric = metric_find(csv_table_cell(table, row, columns[1]));
    int kind = outcome_kind_find(csv_table_cell(table, row, columns[2]));
    if (metric < 0 || kind < 0)
        return csv_table_error(table, row, columns[metric < 0 ? 1 : 2], d,
                               "is no metric or kind");
    *e = (struct saved_effect){.alternative = csv_table_cell(table, row, columns[0]),
                               .subject = csv_table_cell(table, row, columns[3]),
                               .at = csv_table_cell(table, row, columns[4]),
                               .metric = (enum metric)metric,
                               .kind = (enum outcome_kind)kind};
    return 0;
}

static bool is_like(const struct saved_effect *a, const struct saved_effect *b)
{
    return a->metric == b->metric && a->kind == b->kind &&
           strcmp(a->subject, b->subject) == 0 && strcmp(a->at, b->at) == 0;
}

const struct saved_effect *saved_effect_of(const struct saved_comparison *c,
                                           const char *alternative,
                                           const struct saved_effect *like)
{
    for (size_t i = 0; i < c->n_effects; i++)
        if (is_like(&c->effects[i], like) &&
            strcmp(c->effects[i].alternative, alternative) == 0)
            return &c->effects[i];
    return NULL;
}

static int take_means(struct saved_comparison *c, struct diag *d)
{
    static const char *const names[] = {"alternative", "metric", "kind", "subject",
                                        "at",          "n_runs", "n",    "mean",
                                        "ci_low",      "ci_high"};
    enum { N = sizeof names / sizeof *names };
    const struct csv_table *t = &c->means;
    size_t columns[N];
    if (find_columns(t, names, N, columns, d) != 0)
        return -1;
    c->effects = ARENA_ARRAY(&c->arena, struct saved_effect, t->n_rows);
    for (size_t row = 0; row < t->n_rows; row++) {
        struct saved_effect *e = &c->effects[row];
        if (take_name(t, row, columns, e, d) != 0)
            return -1;
        double *const numbers[] = {&e->n_runs, &e->n, &e->mean, &e->mean_low,
                                   &e->mean_high};
        for (size_t k = N_NAMES; k < N; k++)
            if (csv_table_number(t, row, columns[k], numbers[k - N_NAMES], d) != 0)
                return -1;
    }
    c->n_effects = t->n_rows;
    return 0;
}

/* Rows of comparison.csv stand in the order of alternatives.csv but for the base's. */
static int take_differences(struct saved_comparison *c, struct diag *d)
{
    static const char *const names[] = {
        "alternative", "metric",         "kind",    "subject",  "at",
        "difference",  "ci_low",         "ci_high", "p_better", "p_worse",
        "holm",        "unpaired_ratio", "n_pairs", "is_answer"};
    enum { N = sizeof names / sizeof *names };
    const struct csv_table *t = &c->comparison;
    size_t columns[N], next = 0;
    if (find_columns(t, names, N, columns, d) != 0)
        return -1;
    for (size_t row = 0; row < t->n_rows; row++) {
        struct saved_effect name;
        double is_answer = 0;
        if (take_name(t, row, columns, &name, d) != 0)
            return -1;
        size_t tried = 0;
        while (tried < c->n_effects &&
               !(is_like(&c->effects[next], &name) &&
                 strcmp(c->effects[next].alternative, name.alternative) == 0)) {
            next = next + 1 < c->n_effects ? next + 1 : 0;
            tried++;
        }
        if (tried == c->n_effects)
            continue; /* only the base has it */
        struct saved_effect *e = &c->effects[next];
        double *const numbers[] = {&e->difference,     &e->ci_low,  &e->ci_high,
                                   &e->p_better,       &e->p_worse, &e->holm,
                                   &e->unpaired_ratio, &e->n_pairs, &is_answer};
        for (size_t k = N_NAMES; k < N; k++)
            if (csv_table_number(t, row, columns[k], numbers[k - N_NAMES], d) != 0)
                return -1;
        e->has_difference = true;
        e->is_answer = is_answer == 1;
    }
    return 0;
}

/* In the order of run.json, which is that of the asking. */
static void find_answers(struct saved_comparison *c)
{
    const json_t *paths = json_object_get(c->json, "answers"), *path;
    size_t k;
    c->answers =
        ARENA_ARRAY(&c->arena, const struct saved_effect *, json_array_size(paths));
    json_array_foreach(paths, k, path)
    {
        const char *text = json_string_value(path);
        for (size_t i = 0; i < c->n_effects && text; i++) {
            const struct saved_effect *e = &c->effects[i];
            if (strcmp(e->alternative, c->against) != 0 ||
                strcmp(saved_effect_path(c, e), text) != 0)
                continue;
            c->answers[c->n_answers++] = e;
            break;
        }
    }
}

static void find_best(struct saved_comparison *c)
{
    const json_t *best = json_object_get(c->json, "best");
    const char *name = json_string_value(json_object_get(best, "alternative"));
    if (!name || c->n_answers == 0)
        return;
    c->best = saved_effect_of(c, name, c->answers[0]);
    c->best_probability = json_number_value(json_object_get(best, "probability"));
}

int saved_comparison_open(struct saved_comparison *c, const char *dir, struct diag *d)
{
    *c = (struct saved_comparison){0};
    arena_init(&c->arena);
    c->dir = arena_string(&c->arena, dir);
    int result = take_record(c, arena_printf(&c->arena, "%s/run.json", dir), d);
    if (result == 0)
        result = csv_table_load(arena_printf(&c->arena, "%s/comparison.csv", dir),
                                &c->comparison, d);
    if (result == 0)
        result = csv_table_load(arena_printf(&c->arena, "%s/alternatives.csv", dir),
                                &c->means, d);
    if (result == 0)
        result = take_means(c, d);
    if (result == 0)
        result = take_differences(c, d);
    if (result == 0) {
        find_answers(c);
        find_best(c);
        return 0;
    }
    saved_comparison_close(c);
    return -1;
}

void saved_comparison_close(struct saved_comparison *c)
{
    csv_table_free(&c->comparison);
    csv_table_free(&c->means);
    json_decref(c->json);
    arena_release(&c->arena);
    *c = (struct saved_comparison){0};
}

bool saved_effect_stands(const struct saved_effect *e)
{
    return e->has_difference && e->holm < 1 - SUMMARY_LEVEL;
}

const char *saved_effect_path(struct saved_comparison *c, const struct saved_effect *e)
{
    bool is_plain = e->kind == OF_PROJECT || e->kind == OF_ALL;
    return arena_printf(&c->arena, "%s:%s%s%s%s%s", metric_types[e->metric].name,
                        is_plain ? "" : outcome_kinds[e->kind], is_plain ? "" : "/",
                        e->subject, *e->at ? "@" : "", e->at);
}
