/* The numbers behind a report, and how to make it again. */
#include "study/child.h"
#include "study/report_parts.h"

#include <math.h>
#include <string.h>

enum { MOST_OUTCOMES = 600, MOST_SETTINGS = 3000 };

/* ---- settings ---- */

struct listing {
    struct text out, path;
    size_t n_lines;
};

static int append_piece(const char *piece, size_t length, void *out)
{
    text_append_bytes(out, piece, length);
    return 0;
}

static void append_value(struct text *out, const json_t *value)
{
    json_dump_callback(value, append_piece, out,
                       JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));
}

static void list_value(struct listing *l, const json_t *value);

/* Lists `value` at the path with a part more. */
static void list_below(struct listing *l, const char *part, const json_t *value)
{
    size_t length = l->path.length;
    bool is_plain = part[strcspn(part, " .,:=\"")] == '\0' && *part;
    text_printf(&l->path, "%s%s%s%s", length > 0 ? "." : "", is_plain ? "" : "\"", part,
                is_plain ? "" : "\"");
    list_value(l, value);
    l->path.length = length;
    l->path.bytes[length] = '\0';
}

static void list_elements(struct listing *l, const json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        char number[24];
        const char *name = json_string_value(json_object_get(item, "name"));
        snprintf(number, sizeof number, "%zu", i);
        list_below(l, name ? name : number, item);
    }
}

static void list_value(struct listing *l, const json_t *value)
{
    const char *key;
    json_t *item;
    if (json_is_array(value)) {
        list_elements(l, value);
        return;
    }
    if (json_is_object(value)) {
        json_object_foreach((json_t *)(uintptr_t)value, key, item)
        {
            if (strcmp(key, "name") != 0)
                list_below(l, key, item);
        }
        return;
    }
    if (l->n_lines++ >= MOST_SETTINGS)
        return;
    text_printf(&l->out, "%s = ", l->path.bytes);
    append_value(&l->out, value);
    text_append(&l->out, "\n");
}

void report_settings(struct report *report)
{
    struct listing l = {.n_lines = 0};
    text_init(&l.out);
    text_init(&l.path);
    list_value(&l, json_object_get(report->run->json, "settings"));
    if (l.n_lines > MOST_SETTINGS)
        text_append(&l.out, "(the rest stands in run.json)\n");
    document_fold(report->doc, "All settings, with defaults");
    document_code(report->doc, "all settings", l.out.bytes);
    document_fold_end(report->doc);
    text_release(&l.out);
    text_release(&l.path);
}

/* ---- outcomes ---- */

static void put_number(struct document *doc, struct document_table *t, double value)
{
    struct text shown;
    text_init(&shown);
    if (isnan(value))
        text_append(&shown, "\u2013");
    else if (fabs(value) >= 1000)
        text_append_count(&shown, value);
    else
        text_printf(&shown, "%.4g", value);
    document_cell(doc, t, "%s", shown.bytes);
    text_release(&shown);
}

static void add_outcome(struct report *report, struct document_table *t,
                        const struct saved_outcome *o, bool has_marks)
{
    struct document *doc = report->doc;
    const struct summary *s = &o->summary;
    document_cell(doc, t, "%s", o->subject);
    document_cell(doc, t, "%s", o->kind);
    document_cell(doc, t, "%s", o->metric);
    if (has_marks)
        document_cell(doc, t, "%s", *o->at ? o->at : "end");
    const double numbers[] = {s->mean, s->ci_low, s->ci_high, s->p05, s->p50, s->p95};
    for (size_t k = 0; k < (o->n > 1 ? 6 : 1); k++)
        put_number(doc, t, numbers[k]);
}

/* With many projects theirs would be most of the page. */
static bool is_left_out(const struct saved_outcome *o, bool is_long)
{
    return is_long && (*o->at || strcmp(o->kind, "project") == 0);
}

void report_data(struct report *report)
{
    static const struct document_column all[] = {
        {"Subject", COLUMN_NAME}, {"Kind", COLUMN_TEXT},   {"Metric", COLUMN_TEXT},
        {"At", COLUMN_TEXT},      {"Mean", COLUMN_NUMBER}, {"95 % from", COLUMN_NUMBER},
        {"to", COLUMN_NUMBER},    {"5 %", COLUMN_NUMBER},  {"Median", COLUMN_NUMBER},
        {"95 %", COLUMN_NUMBER}};
    struct document_column columns[10];
    const struct saved_outcome *outcomes = report->run->outcomes;
    size_t n = report->run->n_outcomes, n_columns = 0, n_rows = 0;
    bool has_many = report->run->replications > 1, has_marks = false;
    bool is_long = n > MOST_OUTCOMES;
    for (size_t i = 0; i < n; i++)
        has_marks |= *outcomes[i].at != '\0' && !is_long;
    for (size_t c = 0; c < (has_many ? 10 : 5); c++)
        if (c != 3 || has_marks)
            columns[n_columns++] = all[c];
    if (!has_many)
        columns[n_columns - 1].title = "Value";
    prose_words(document_paragraph(report->doc, STYLE_PLAIN),
                "Every number here comes from the files of the result: outcomes.csv has "
                "what each run came to, %s; columns.csv says what their columns mean.",
                has_many ? "bands.csv the months" : "teams.csv and others the months");
    document_fold(report->doc, "Outcomes");
    struct document_table *t =
        document_table(report->doc, "Outcomes", columns, n_columns);
    for (size_t i = 0; i < n; i++)
        if (!is_left_out(&outcomes[i], is_long) && n_rows++ < MOST_OUTCOMES)
            add_outcome(report, t, &outcomes[i], has_marks);
    document_fold_end(report->doc);
    if (is_long)
        prose_words(document_paragraph(report->doc, STYLE_NOTE),
                    "There are many: those of the projects, and at dates before the end, "
                    "stand in outcomes.csv alone.");
}

/* ---- how to reproduce ---- */

static void add_commands(struct report *report)
{
    const json_t *argv =
        json_object_get(json_object_get(report->run->json, "volatile"), "argv");
    struct text commands;
    size_t i;
    json_t *word;
    text_init(&commands);
    json_array_foreach(argv, i, word)
    {
        text_append(&commands, i ? " " : "");
        text_append_word(&commands,
                         json_string_value(word) ? json_string_value(word) : "");
    }
    text_append(&commands, "\nallot report ");
    text_append_word(&commands, report->run->dir);
    document_code(report->doc, "the commands", commands.bytes);
    text_release(&commands);
}

static void put_fact(struct document *doc, struct document_table *t, const char *what,
                     const char *value)
{
    document_cell(doc, t, "%s", what);
    document_cell(doc, t, "%s", value);
}

static void put_integer(struct document *doc, struct document_table *t, const char *what,
                        const json_t *value)
{
    document_cell(doc, t, "%s", what);
    document_cell(doc, t, "%lld", (long long)json_integer_value(value));
}

/* The first line of "gnuplot --version". */
static void put_gnuplot(struct document *doc, struct document_table *t)
{
    static const char *const argv[] = {"gnuplot", "--version", NULL};
    struct child c;
    if (child_start(&c, argv) == 0 && child_wait(&c, 10) && child_succeeded(&c)) {
        const char *said = c.streams[0].text.bytes;
        document_cell(doc, t, "gnuplot");
        said += strncmp(said, "gnuplot ", 8) == 0 ? 8 : 0;
        document_cell(doc, t, "%.*s", (int)strcspn(said, "\n"), said);
    }
    child_release(&c);
}

void report_reproduction(struct report *report)
{
    static const struct document_column columns[] = {{"What", COLUMN_TEXT},
                                                     {"Value", COLUMN_CODE}};
    struct document *doc = report->doc;
    json_t *json = report->run->json, *item;
    const char *key;
    size_t i;
    add_commands(report);
    struct document_table *t = document_table(doc, "What it was made of", columns, 2);
    put_fact(doc, t, "scenario", report->run->name);
    if (*report->run->alternative)
        put_fact(doc, t, "alternative", report->run->alternative);
    json_array_foreach(json_object_get(json, "files"), i, item)
    {
        const char *path = json_string_value(json_object_get(item, "path"));
        const char *hash = json_string_value(json_object_get(item, "sha256"));
        document_cell(doc, t, "SHA-256 of %s", path ? path : "");
        document_cell(doc, t, "%s", hash ? hash : "");
    }
    put_integer(doc, t, "seed", json_object_get(json, "seed"));
    put_integer(doc, t, "replications", json_object_get(json, "replications"));
    put_integer(doc, t, "first replication", json_object_get(json, "first_replication"));
    const char *version = json_string_value(json_object_get(json, "allot"));
    put_fact(doc, t, "allot, which ran it", version ? version : "");
    put_fact(doc, t, "allot, which wrote this", ALLOT_VERSION);
    json_object_foreach(json_object_get(json, "libraries"), key, item)
        put_fact(doc, t, key, json_string_value(item) ? json_string_value(item) : "");
    put_gnuplot(doc, t);
}
