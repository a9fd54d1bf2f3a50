#include "study/sweep_json.h"

#include "base/memory.h"
#include "base/text.h"
#include "record/json.h"
#include "record/number.h"
#include "study/outcome_summary.h"
#include "study/run_record.h"
#include "study/sweep_sensitivity.h"

static json_t *json_of_value(const char *value)
{
    double number;
    if (number_parse(value, &number))
        return json_number(number);
    struct text plain;
    text_init(&plain);
    sweep_value_append(&plain, value);
    json_t *json = run_record_bytes(plain.bytes);
    text_release(&plain);
    return json;
}

static json_t *json_of_outcome(const struct view_outcome *o)
{
    json_t *json = json_object();
    json_object_set_new(json, "at", json_string(o->at));
    json_object_set_new(json, "metric", json_string(o->metric));
    json_object_set_new(json, "kind", json_string(o->kind));
    json_object_set_new(json, "subject", run_record_bytes(o->subject));
    return json;
}

static json_t *json_of_summary(const struct view_outcome *o,
                               const struct view_block *block, size_t outcome,
                               size_t stride, double *scratch)
{
    struct summary s;
    outcome_summary_named(o->metric, o->kind, block->values + outcome, stride, block->n,
                          scratch, &s);
    const struct {
        const char *key;
        double value;
    } numbers[] = {{"mean", s.mean},       {"sd", s.sd},   {"ci_low", s.ci_low},
                   {"ci_high", s.ci_high}, {"p05", s.p05}, {"p25", s.p25},
                   {"p50", s.p50},         {"p75", s.p75}, {"p95", s.p95}};
    json_t *json = json_of_outcome(o);
    json_object_set_new(json, "n", json_integer((json_int_t)s.n));
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        json_object_set_new(json, numbers[k].key, json_number(numbers[k].value));
    return json;
}

static json_t *json_of_point(const struct sweep_view *v, size_t point,
                             const struct view_block *block)
{
    const struct view_point *p = &v->points[point];
    json_t *json = json_object(), *settings = json_object(), *outcomes = json_array();
    double *scratch = MEM_ARRAY(double, block->n + 1);
    json_object_set_new(json, "point", json_integer((json_int_t)point + 1));
    for (size_t i = 0; i < v->n_settings; i++)
        if (p->values[i])
            json_object_set_new(settings, v->paths[i], json_of_value(p->values[i]));
    json_object_set_new(json, "settings", settings);
    if (p->message)
        json_object_set_new(json, "message", run_record_bytes(p->message));
    json_object_set_new(json, "runs", json_integer((json_int_t)block->n));
    json_object_set_new(json, "failed", json_integer((json_int_t)p->n_failed));
    for (size_t i = 0; i < v->n_outcomes && block->n > 0; i++)
        json_array_append_new(
            outcomes, json_of_summary(&v->outcomes[i], block, i, v->n_outcomes, scratch));
    json_object_set_new(json, "outcomes", outcomes);
    mem_free(scratch);
    return json;
}

static json_t *json_of_points(struct sweep_view *v, struct diag *d)
{
    json_t *json = json_array();
    struct view_block block = {0};
    int result = 0;
    for (size_t p = 0; p < v->n_points && result == 0; p++) {
        result = sweep_view_read(v, p, &block, d);
        if (result == 0)
            json_array_append_new(json, json_of_point(v, p, &block));
    }
    view_block_release(&block);
    if (result == 0)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *json_of_measures(const struct view_outcome *o, const char *setting,
                                const struct sensitivity *s)
{
    json_t *json = json_of_outcome(o);
    json_object_set_new(json, "setting", json_string(setting));
    json_object_set_new(json, "n", json_integer((json_int_t)s->n));
    for (size_t m = 0; m < s->n_measures; m++) {
        json_t *measure = json_object();
        json_object_set_new(measure, "value", json_number(s->values[m]));
        json_object_set_new(measure, "ci_low", json_number(s->ci_low[m]));
        json_object_set_new(measure, "ci_high", json_number(s->ci_high[m]));
        json_object_set_new(json, s->measures[m], measure);
    }
    return json;
}

static json_t *json_of_sensitivity(struct sweep_view *v, struct diag *d)
{
    size_t k = sweep_n_varied(v);
    double *means = sweep_view_means(v, d);
    if (!means)
        return NULL;
    json_t *json = json_array();
    struct sensitivity *found = MEM_ARRAY(struct sensitivity, k);
    for (size_t i = 0; i < v->n_outcomes; i++) {
        sweep_sensitivity(v, means, i, found);
        for (size_t s = 0; s < k; s++)
            json_array_append_new(
                json, json_of_measures(&v->outcomes[i], v->paths[s], &found[s]));
    }
    mem_free(found);
    mem_free(means);
    return json;
}

int sweep_print_json(struct sweep_view *view, FILE *stream, struct diag *d)
{
    size_t wanted, stored;
    json_t *points = NULL, *sensitivity = NULL;
    bool has_sensitivity = sweep_has_sensitivity(view);
    if (sweep_view_count(view, &wanted, &stored, d) != 0 ||
        !(points = json_of_points(view, d)) ||
        (has_sensitivity && !(sensitivity = json_of_sensitivity(view, d)))) {
        json_decref(points);
        return -1;
    }
    json_t *json = json_object();
    json_object_set_new(json, "scenario", run_record_bytes(view->scenario));
    json_object_set_new(json, "question",
                        view->question ? run_record_bytes(view->question) : json_null());
    json_object_set_new(json, "design", json_string(view->design));
    json_object_set_new(json, "replications",
                        json_integer((json_int_t)view->replications));
    json_object_set_new(json, "runs_wanted", json_integer((json_int_t)wanted));
    json_object_set_new(json, "runs_stored", json_integer((json_int_t)stored));
    json_object_set_new(json, "level", json_real(SUMMARY_LEVEL));
    json_object_set_new(json, "points", points);
    if (has_sensitivity)
        json_object_set_new(json, "sensitivity", sensitivity);
    json_write(json, stream, JSON_AS_INSERTED);
    json_decref(json);
    return 0;
}
