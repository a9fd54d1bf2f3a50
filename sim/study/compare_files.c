#include "study/compare_files.h"

#include "base/file.h"
#include "base/memory.h"
#include "record/columns.h"
#include "record/json.h"
#include "study/outcome_summary.h"
#include "study/result_dir.h"
#include "study/run_record.h"

#include <math.h>
#include <string.h>

enum { N_FILES = 6 };
static const char *const file_names[N_FILES] = {"comparison.csv", "alternatives.csv",
                                                "answers.csv",    "columns.csv",
                                                "summary.json",   "run.json"};
static const struct result_dir_type comparison_dir = {
    .noun = "comparison", .kind = "comparison", .names = file_names, .n_names = N_FILES};

/* ---- the directory ---- */

bool comparison_is_comparison(const char *dir)
{
    return result_dir_is(&comparison_dir, dir);
}

int comparison_check_dir(const char *dir, struct diag *d)
{
    return result_dir_check(&comparison_dir, dir, d);
}

/* ---- the tables ---- */

static void write_name(struct csv *csv, const struct outcome_name *name)
{
    csv_text(csv, metric_types[name->metric].name);
    csv_text(csv, outcome_kinds[name->kind]);
    csv_text(csv, name->subject);
    csv_text(csv, name->at);
}

static void write_differences(const struct comparison *c, const struct difference *rows,
                              size_t n, struct csv *csv)
{
    csv_header(csv, "comparison.csv", false);
    for (size_t i = 0; i < n; i++) {
        const struct difference *row = &rows[i];
        const double numbers[] = {row->mean,
                                  row->mean_other,
                                  row->paired.difference,
                                  row->paired.ci_low,
                                  row->paired.ci_high,
                                  row->wins.better_frac,
                                  row->wins.worse_frac,
                                  row->paired.p_value,
                                  row->holm,
                                  row->paired.unpaired_ratio};
        csv_text(csv, c->variants[row->variant].name);
        csv_text(csv, c->variants[c->base].name);
        write_name(csv, &row->name);
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            csv_number(csv, numbers[k]);
        csv_integer(csv, row->is_answer);
        csv_integer(csv, (int64_t)row->n_own);
        csv_integer(csv, (int64_t)row->n_other);
        csv_integer(csv, (int64_t)row->paired.n);
        csv_end(csv);
    }
}

static void write_alternatives(const struct comparison *c, struct csv *csv)
{
    csv_header(csv, "alternatives.csv", false);
    for (size_t i = 0; i < c->n_variants; i++) {
        const struct variant *v = &c->variants[i];
        double *scratch = MEM_ARRAY(double, v->n + 1);
        for (size_t k = 0; k < v->n_outcomes; k++) {
            const struct outcome *o = &v->outcomes[k];
            struct outcome_name name = {
                outcome_mark(v->scenario, o->mark), o->metric, o->kind,
                outcome_subject(v->scenario, o->kind, o->subject)};
            struct summary s;
            outcome_summary(o->metric, o->kind, v->values + k, v->n_outcomes, v->n,
                            scratch, &s);
            const double numbers[] = {s.mean, s.sd,  s.ci_low, s.ci_high,
                                      s.p05,  s.p50, s.p95};
            csv_text(csv, v->name);
            write_name(csv, &name);
            csv_integer(csv, (int64_t)v->n);
            csv_integer(csv, (int64_t)s.n);
            for (size_t j = 0; j < sizeof numbers / sizeof *numbers; j++)
                csv_number(csv, numbers[j]);
            csv_end(csv);
        }
        mem_free(scratch);
    }
}

static void write_answers(const struct comparison *c, struct csv *csv)
{
    csv_header(csv, "answers.csv", false);
    for (size_t a = 0; a < c->n_answers; a++)
        for (size_t i = 0; i < c->n_variants; i++) {
            const struct variant *v = &c->variants[i];
            int outcome = variant_find(v, &c->answers[a]);
            for (size_t r = 0; r < v->n && outcome >= 0; r++) {
                csv_text(csv, v->name);
                csv_integer(csv, (int64_t)r);
                write_name(csv, &c->answers[a]);
                csv_number(csv, v->values[r * v->n_outcomes + (size_t)outcome]);
                csv_end(csv);
            }
        }
}

/* ---- JSON ---- */

static json_t *json_of_difference(const struct difference *row)
{
    json_t *json = json_object();
    const struct {
        const char *key;
        double value;
    } numbers[] = {{"difference", row->paired.difference},
                   {"ci_low", row->paired.ci_low},
                   {"ci_high", row->paired.ci_high},
                   {"p_better", row->wins.better_frac},
                   {"p_worse", row->wins.worse_frac},
                   {"p_value", row->paired.p_value},
                   {"holm", row->holm},
                   {"unpaired_ratio", row->paired.unpaired_ratio}};
    json_object_set_new(json, "n_pairs", json_integer((json_int_t)row->paired.n));
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        json_object_set_new(json, numbers[k].key, json_number(numbers[k].value));
    json_object_set_new(json, "stands", json_boolean(difference_stands(row)));
    return json;
}

static json_t *json_of_answer(const struct comparison *c, const struct difference *rows,
                              size_t n, size_t answer)
{
    const struct outcome_name *name = &c->answers[answer];
    json_t *json = json_object(), *all = json_array();
    json_object_set_new(json, "metric", json_string(metric_types[name->metric].name));
    json_object_set_new(json, "kind", json_string(outcome_kinds[name->kind]));
    json_object_set_new(json, "subject", json_string(name->subject));
    json_object_set_new(json, "at", json_string(name->at));
    for (size_t i = 0; i < c->n_variants; i++) {
        const struct variant *v = &c->variants[i];
        const struct difference *row = difference_find(rows, n, i, name);
        int outcome = variant_find(v, name);
        json_t *one = json_object();
        json_object_set_new(one, "alternative", run_record_bytes(v->name));
        if (outcome >= 0) {
            struct estimate e;
            variant_estimate(v, outcome, &e);
            json_object_set_new(one, "n_runs", json_integer((json_int_t)e.n));
            json_object_set_new(one, "n", json_integer((json_int_t)(e.n - e.n_missing)));
            json_object_set_new(one, "mean", json_number(e.mean));
            json_object_set_new(one, "ci_low", json_number(e.ci_low));
            json_object_set_new(one, "ci_high", json_number(e.ci_high));
        }
        json_object_set_new(one, "against", row ? json_of_difference(row) : json_null());
        json_array_append_new(all, one);
    }
    json_object_set_new(json, "alternatives", all);
    return json;
}

static json_t *json_of_best(const struct comparison *c, const struct best *best)
{
    static const char *const ways[] = {[MISSING_NOTHING] = "nothing",
                                       [MISSING_AT_END] = "end",
                                       [MISSING_WORST] = "worst"};
    json_t *json = json_object();
    json_object_set_new(json, "outcome", json_string(c->answer_paths[0]));
    json_object_set_new(json, "alternative",
                        run_record_bytes(c->variants[best->variant].name));
    json_object_set_new(json, "probability", json_real(best->probability));
    json_object_set_new(json, "n_equal", json_integer((json_int_t)best->n_equal));
    json_object_set_new(json, "n_missing", json_integer((json_int_t)best->n_missing));
    json_object_set_new(json, "missing_counts_as", json_string(ways[best->missing]));
    return json;
}

void comparison_print_json(const struct comparison *c, const struct difference *rows,
                           size_t n, const struct best *best, FILE *stream)
{
    json_t *json = json_object(), *answers = json_array();
    json_object_set_new(json, "against", run_record_bytes(c->variants[c->base].name));
    json_object_set_new(json, "level", json_real(SUMMARY_LEVEL));
    for (size_t i = 0; i < c->n_answers; i++)
        json_array_append_new(answers, json_of_answer(c, rows, n, i));
    json_object_set_new(json, "answers", answers);
    if (best)
        json_object_set_new(json, "best", json_of_best(c, best));
    json_write(json, stream, JSON_AS_INSERTED);
    json_decref(json);
}

static void write_record(const struct comparison *c,
                         const struct comparison_record *record, FILE *stream)
{
    const struct scenario *base = c->variants[c->base].scenario;
    json_t *json = json_object(), *all = json_array(), *answers = json_array();
    json_object_set_new(json, "allot", json_string(ALLOT_VERSION));
    json_object_set_new(json, "kind", json_string("comparison"));
    json_object_set_new(json, "scenario", run_record_bytes(base->name));
    json_object_set_new(json, "question",
                        base->question ? json_string(base->question) : json_null());
    json_object_set_new(json, "against", run_record_bytes(c->variants[c->base].name));
    json_object_set_new(json, "seed", json_integer((json_int_t)c->seed));
    for (size_t i = 0; i < c->n_answers; i++)
        json_array_append_new(answers, json_string(c->answer_paths[i]));
    json_object_set_new(json, "answers", answers);
    json_object_set_new(json, "files", run_record_files(base));
    for (size_t i = 0; i < c->n_variants; i++) {
        const struct variant *v = &c->variants[i];
        json_t *one = json_object();
        json_object_set_new(one, "name", run_record_bytes(v->name));
        json_object_set_new(one, "scenario", run_record_bytes(v->scenario->name));
        json_object_set_new(one, "replications", json_integer((json_int_t)v->n));
        json_object_set_new(one, "settings", run_record_settings(v->scenario, c->seed));
        json_array_append_new(all, one);
    }
    json_object_set_new(json, "alternatives", all);
    if (record->best)
        json_object_set_new(json, "best", json_of_best(c, record->best));
    json_object_set_new(json, "libraries", run_record_libraries());
    json_object_set_new(
        json, "volatile",
        run_record_volatile(record->argc, record->argv, record->n_jobs, record->seconds));
    json_write(json, stream, JSON_AS_INSERTED);
    json_decref(json);
}

/* ---- all of them ---- */

static void fill(const struct comparison *c, const struct difference *rows, size_t n,
                 const struct comparison_record *record, int file, FILE *stream)
{
    struct csv csv;
    csv_init(&csv, stream);
    switch (file) {
    case 0:
        write_differences(c, rows, n, &csv);
        break;
    case 1:
        write_alternatives(c, &csv);
        break;
    case 2:
        write_answers(c, &csv);
        break;
    case 3:
        columns_write(&csv);
        break;
    case 4:
        comparison_print_json(c, rows, n, record->best, stream);
        break;
    case 5:
        write_record(c, record, stream);
        break;
    }
    csv_flush(&csv);
    csv_release(&csv);
}

int comparison_write(const struct comparison *c, const struct difference *rows, size_t n,
                     const char *dir, const struct comparison_record *record,
                     struct diag *d)
{
    struct out_file files[N_FILES] = {0}, *places[N_FILES];
    struct text path;
    int result = comparison_check_dir(dir, d);
    if (result == 0)
        result = file_make_directory(dir, d);
    text_init(&path);
    for (int i = 0; i < N_FILES && result == 0; i++) {
        text_clear(&path);
        text_printf(&path, "%s/%s", dir, file_names[i]);
        if ((result = file_create(&files[i], path.bytes, d)) != 0)
            break;
        fill(c, rows, n, record, i, files[i].stream);
        result = file_close(&files[i], d);
    }
    for (int i = 0; i < N_FILES; i++)
        places[i] = &files[i];
    if (result == 0)
        result = result_dir_publish(&comparison_dir, dir, places, N_FILES, d);
    for (int i = 0; i < N_FILES; i++)
        file_discard(&files[i]);
    text_release(&path);
    return result;
}
