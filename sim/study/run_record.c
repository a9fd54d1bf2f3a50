#include "study/run_record.h"

#include "base/text.h"
#include "record/json.h"
#include "scenario/version.h"
#include "study/rule_words.h"
#include "study/run_files.h"

#include <gsl/gsl_version.h>
#include <lua.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Of the quantiles that are told most. */
static void append_quantile_intervals(const struct ensemble_quantiles *q,
                                      struct text *line)
{
    static const char *const keys[] = {", \"p05_interval\": [", ", \"p50_interval\": [",
                                       ", \"p95_interval\": ["};
    for (int k = 0; k < 3; k++) {
        text_append(line, keys[k]);
        json_append_number(line, q->low[k]);
        text_append(line, ", ");
        json_append_number(line, q->high[k]);
        text_append(line, "]");
    }
}

static void append_outcome(const struct ensemble *e, size_t i, struct text *line)
{
    const struct outcome *o = &e->outcomes[i];
    const struct summary *s = &e->summaries[i];
    const struct {
        const char *key;
        double value;
    } numbers[] = {{"mean", s->mean},       {"sd", s->sd},     {"ci_low", s->ci_low},
                   {"ci_high", s->ci_high}, {"p025", s->p025}, {"p05", s->p05},
                   {"p25", s->p25},         {"p50", s->p50},   {"p75", s->p75},
                   {"p95", s->p95},         {"p975", s->p975}};
    text_append(line, "{\"at\": ");
    json_append_string(line, outcome_mark(e->scenario, o->mark));
    text_append(line, ", \"metric\": \""); /* a word of ours */
    text_append(line, metric_types[o->metric].name);
    text_append(line, "\", \"kind\": \"");
    text_append(line, outcome_kinds[o->kind]);
    text_append(line, "\", \"subject\": ");
    json_append_string(line, outcome_subject(e->scenario, o->kind, o->subject));
    text_printf(line, ", \"n\": %zu", s->n);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        text_append(line, ", \"");
        text_append(line, numbers[k].key);
        text_append(line, "\": ");
        json_append_number(line, numbers[k].value);
    }
    if (e->n > 1)
        append_quantile_intervals(&e->quantiles[i], line);
    text_append(line, "}");
}

/* One outcome a line; an ensemble of many projects has many. */
void run_record_summary(const struct ensemble *e, FILE *stream)
{
    struct text line;
    text_init(&line);
    fprintf(stream, "{\n  \"replications\": %zu,\n  \"level\": %g,\n  \"outcomes\": [",
            e->n, SUMMARY_LEVEL);
    for (size_t i = 0; i < e->n_outcomes; i++) {
        text_clear(&line);
        text_append(&line, i ? ",\n    " : "\n    ");
        append_outcome(e, i, &line);
        fwrite(line.bytes, 1, line.length, stream);
    }
    fputs("\n  ]\n}\n", stream);
    text_release(&line);
}

static json_t *json_of_node(const struct node *node)
{
    json_t *json = NULL;
    switch (node->kind) {
    case NODE_GROUP:
        json = json_object();
        for (size_t i = 0; i < node->n_children; i++)
            json_object_set_new(json, node->children[i]->key,
                                json_of_node(node->children[i]));
        return json;
    case NODE_LIST:
        json = json_array();
        for (size_t i = 0; i < node->n_children; i++)
            json_array_append_new(json, json_of_node(node->children[i]));
        return json;
    case NODE_TEXT:
        return json_string(node->value.text);
    case NODE_INT:
        return json_integer(node->value.integer);
    case NODE_FLOAT:
        return json_number(node->value.number);
    case NODE_BOOL:
        return json_boolean(node->value.truth);
    }
    return json;
}

/* Paths and arguments need not be UTF-8, JSON must: other bytes are written as \xNN. */
json_t *run_record_bytes(const char *bytes)
{
    size_t length = strlen(bytes);
    if (text_is_utf8(bytes, length))
        return json_string(bytes);
    struct text visible;
    text_init(&visible);
    text_append_visible(&visible, bytes, length);
    json_t *json = json_string(visible.bytes);
    text_release(&visible);
    return json;
}

json_t *run_record_volatile(int argc, char *const *argv, size_t n_jobs, double seconds)
{
    json_t *json = json_object(), *words = json_array();
    char host[256] = "", now[32] = "";
    time_t clock = time(NULL);
    struct tm tm;
    for (int i = 0; i < argc; i++)
        json_array_append_new(words, run_record_bytes(argv[i]));
    gethostname(host, sizeof host - 1);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&clock, &tm));
    json_object_set_new(json, "argv", words);
    json_object_set_new(json, "host", json_string(host));
    json_object_set_new(json, "finished", json_string(now));
    json_object_set_new(json, "seconds", json_real(round(seconds * 1e3) / 1e3));
    json_object_set_new(json, "jobs", json_integer((json_int_t)n_jobs));
    return json;
}

json_t *run_record_files(const struct scenario *s)
{
    json_t *json = json_array();
    for (size_t i = 0; i < s->sources.n_sources; i++) {
        const struct source *source = s->sources.sources[i];
        json_t *file = json_object();
        json_object_set_new(file, "path", run_record_bytes(source->path));
        json_object_set_new(file, "sha256", json_string(source->sha256));
        json_object_set_new(file, "text", json_stringn(source->text, source->length));
        json_array_append_new(json, file);
    }
    return json;
}

/* The outcome that answers the question, as in outcomes.csv. */
static json_t *json_of_answer(const struct scenario *s)
{
    const struct outcome_path *answer = &s->answer;
    if (!s->has_answer)
        return json_null();
    json_t *json = json_object();
    json_object_set_new(json, "at", json_string(outcome_mark(s, answer->mark)));
    json_object_set_new(json, "metric", json_string(metric_types[answer->metric].name));
    json_object_set_new(json, "kind", json_string(outcome_kinds[answer->kind]));
    json_object_set_new(json, "subject",
                        json_string(outcome_subject(s, answer->kind, answer->subject)));
    return json;
}

/* As of all dates, in words. */
static json_t *json_of_rule(const struct scenario *s, bool has_over)
{
    struct text words;
    text_init(&words);
    rule_words(s, has_over, &words);
    json_t *json = json_string(words.bytes);
    text_release(&words);
    return json;
}

json_t *run_record_settings(const struct scenario *s, uint64_t seed)
{
    json_t *settings = json_of_node(s->tree);
    json_object_set_new(settings, "seed", json_integer((json_int_t)seed));
    return settings;
}

json_t *run_record_libraries(void)
{
    json_t *libraries = json_object();
    json_object_set_new(libraries, "gsl", json_string(GSL_VERSION));
    json_object_set_new(libraries, "jansson", json_string(JANSSON_VERSION));
    json_object_set_new(libraries, "libconfig", json_string(libconfig_version));
    json_object_set_new(
        libraries, "lua",
        json_string(LUA_VERSION_MAJOR "." LUA_VERSION_MINOR "." LUA_VERSION_RELEASE));
    return libraries;
}

void run_record_write(const struct replicate_options *options,
                      const struct ensemble *ensemble, double seconds, FILE *stream)
{
    const struct scenario *s = ensemble->scenario;
    json_t *json = json_object();
    json_object_set_new(json, "allot", json_string(ALLOT_VERSION));
    json_object_set_new(json, "scenario", run_record_bytes(s->name));
    json_object_set_new(json, "question",
                        s->question ? json_string(s->question) : json_null());
    json_object_set_new(json, "alternative",
                        s->alternative ? json_string(s->alternative) : json_null());
    json_object_set_new(json, "rule", json_of_rule(s, true));
    json_object_set_new(json, "division", json_of_rule(s, false));
    json_object_set_new(json, "answer", json_of_answer(s));
    json_object_set_new(json, "files", run_record_files(s));
    json_object_set_new(json, "seed", json_integer((json_int_t)options->seed));
    json_object_set_new(json, "first_replication",
                        json_integer((json_int_t)options->first));
    json_object_set_new(json, "replications", json_integer((json_int_t)ensemble->n));
    json_object_set_new(json, "settings", run_record_settings(s, options->seed));
    json_object_set_new(json, "libraries", run_record_libraries());
    json_object_set_new(
        json, "volatile",
        run_record_volatile(options->argc, options->argv, options->n_jobs, seconds));
    json_write(json, stream, JSON_AS_INSERTED);
    json_decref(json);
}
