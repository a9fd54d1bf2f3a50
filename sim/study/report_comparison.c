#include "study/report_comparison.h"

#include "base/memory.h"
#include "study/compare_chart.h"
#include "study/compare_prose.h"
#include "study/outcome_words.h"
#include "study/report_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the answers ---- */

static void name_outcome(struct prose *out, const struct saved_effect *e)
{
    prose_words(out, "%s of ", metric_types[e->metric].name);
    if (e->kind == OF_ALL)
        prose_words(out, "all");
    else
        prose_name(out, e->subject);
}

/* What it is without a change: "LLaMA is released in 99 % of the worlds". */
static void write_base(struct prose *out, const struct saved_effect *e)
{
    prose_name(out, e->alternative);
    prose_words(out, ": ");
    if (metric_is_yes_no(e->metric, e->kind)) {
        prose_name(out, e->subject);
        prose_words(out, " is released in ");
    } else if (e->metric == METRIC_RELEASE_MONTHS) {
        prose_name(out, e->subject);
        prose_words(out, " is released, on average, ");
    } else {
        name_outcome(out, e);
        prose_words(out, " is, on average, ");
    }
    effect_put_mean(out, e);
    if (e->metric == METRIC_RELEASE_MONTHS)
        prose_words(out, " after the start");
    effect_put_mean_interval(out, e);
    prose_words(out, ". ");
}

/* "max-min, +4.35 months (95 % interval +4.11 to +4.59), quota, ..." behind some words.
 */
static size_t name_changed(struct saved_comparison *c, struct prose *out,
                           const struct saved_effect *answer, int sign, const char *words)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_alternatives; i++) {
        const struct saved_effect *e = saved_effect_of(c, c->alternatives[i], answer);
        if (!e || !saved_effect_stands(e) || e->difference * sign <= 0)
            continue;
        prose_words(out, "%s", n++ == 0 ? words : ", ");
        prose_name(out, e->alternative);
        prose_words(out, ": ");
        effect_put_change(out, e);
    }
    return n;
}

static void write_answer(struct saved_comparison *c, struct prose *out,
                         const struct saved_effect *answer)
{
    enum metric_better better = metric_types[answer->metric].better;
    int sign = better == BETTER_LESS ? -1 : 1;
    bool has_words = better != BETTER_NEITHER;
    write_base(out, answer);
    size_t n =
        name_changed(c, out, answer, sign, has_words ? "Better under " : "More under ");
    n += name_changed(c, out, answer, -sign,
                      n == 0 ? (has_words ? "Worse under " : "Less under ")
                             : (has_words ? "; worse under " : "; less under "));
    prose_words(out, n > 0 ? "; no other change stands." : "No change stands.");
}

/* Of a selection: what was chosen, and how sure that is. */
static void write_best(const struct saved_comparison *c, struct prose *out)
{
    prose_words(out, "Chosen by ");
    name_outcome(out, c->best);
    prose_words(out, ": ");
    prose_name(out, c->best->alternative);
    prose_words(out, c->best_probability < 1
                         ? ", which is the best with a probability of at least "
                         : ", which is the best with a probability of ");
    prose_figure_finer(
        out, c->best_probability, FIGURE_PERCENT, 1,
        (struct figure_source){.file = "run.json", .stat = "best_probability"});
    prose_words(out, ". Runs were spent where they decide.");
}

static void write_missing(struct saved_comparison *c, struct document *doc,
                          const struct saved_effect *answer)
{
    bool is_worst = metric_types[answer->metric].missing_is_worst;
    struct prose *out = NULL;
    for (size_t i = 0; i < c->n_alternatives; i++) {
        const struct saved_effect *e = saved_effect_of(c, c->alternatives[i], answer);
        bool is_whole =
            !e || (e->n == e->n_runs && (!e->has_difference || e->n_pairs == e->n_runs));
        if (is_whole)
            continue;
        if (!out) {
            out = document_paragraph(doc, STYLE_WARNING);
            prose_words(out, "Not every world gives ");
            name_outcome(out, answer);
            prose_words(out, " a value%s. Worlds with one, and of them those in which ",
                        is_worst ? "; one without counts as worse, but in no mean" : "");
            prose_name(out, c->against);
            prose_words(out, " has one too, of which the change is: ");
        } else {
            prose_words(out, "; ");
        }
        prose_name(out, e->alternative);
        prose_words(out, " ");
        effect_put(out, e, "alternatives.csv", "n", e->n, FIGURE_COUNT);
        prose_words(out, " of ");
        effect_put(out, e, "alternatives.csv", "n_runs", e->n_runs, FIGURE_COUNT);
        if (!e->has_difference)
            continue;
        prose_words(out, ", ");
        effect_put(out, e, "comparison.csv", "n_pairs", e->n_pairs, FIGURE_COUNT);
    }
    if (out)
        prose_words(out, ".");
}

/* ---- tables ---- */

static const char *shown(struct document *doc, double value, enum figure_format format,
                         bool has_sign)
{
    struct text text;
    text_init(&text);
    if (isnan(value)) {
        text_append(&text, "\u2013");
    } else {
        figure_append(&text, value, format, doc->start);
        if (has_sign && value > 0 && text.bytes[strspn(text.bytes, "0.")] != '\0') {
            struct text with_sign;
            text_init(&with_sign);
            text_printf(&with_sign, "+%s", text.bytes);
            text_release(&text);
            text = with_sign;
        }
    }
    const char *result = arena_string(&doc->arena, text.bytes);
    text_release(&text);
    return result;
}

static void put_interval(struct document *doc, struct document_table *t, double low,
                         double high, enum figure_format format, bool has_sign)
{
    if (isnan(low) || isnan(high))
        document_cell(doc, t, "\u2013");
    else
        document_cell(doc, t, "%s to %s", shown(doc, low, format, has_sign),
                      shown(doc, high, format, has_sign));
}

static void write_table(struct saved_comparison *c, struct document *doc,
                        const struct saved_effect *answer)
{
    static const struct document_column columns[] = {
        {"Alternative", COLUMN_NAME}, {"Mean", COLUMN_NUMBER},
        {"95 %", COLUMN_NUMBER},      {"Change", COLUMN_NUMBER},
        {"95 %", COLUMN_NUMBER},      {"Better in", COLUMN_NUMBER},
        {"Worse in", COLUMN_NUMBER},  {"Stands", COLUMN_TEXT},
        {"Pairing", COLUMN_NUMBER}};
    enum figure_format plain = effect_format(answer, false),
                       change = effect_format(answer, true);
    struct document_table *t =
        document_table(doc, saved_effect_path(c, answer), columns, 9);
    for (size_t i = 0; i < c->n_alternatives; i++) {
        const struct saved_effect *e = saved_effect_of(c, c->alternatives[i], answer);
        document_cell(doc, t, "%s", c->alternatives[i]);
        if (!e) {
            for (int k = 0; k < 8; k++)
                document_cell(doc, t, "\u2013");
            continue;
        }
        document_cell(doc, t, "%s", shown(doc, e->mean, plain, false));
        put_interval(doc, t, e->mean_low, e->mean_high, plain, false);
        if (!e->has_difference) {
            for (int k = 0; k < 6; k++)
                document_cell(doc, t, "%s", "");
            continue;
        }
        bool stands = saved_effect_stands(e);
        int better = metric_types[e->metric].better * (e->difference > 0 ? 1 : -1);
        document_cell(doc, t, "%s", shown(doc, e->difference, change, true))->tone =
            !stands || better == 0 ? TONE_NONE
            : better > 0           ? TONE_GOOD
                                   : TONE_BAD;
        put_interval(doc, t, e->ci_low, e->ci_high, change, true);
        document_cell(doc, t, "%s", shown(doc, e->p_better, FIGURE_PERCENT, false));
        document_cell(doc, t, "%s", shown(doc, e->p_worse, FIGURE_PERCENT, false));
        document_cell(doc, t, "%s", stands ? "yes" : "no");
        document_cell(doc, t, "%s", shown(doc, e->unpaired_ratio, FIGURE_MONTHS, false));
    }
}

/* Before and after by team, in GPUs at work on average and in percent. */
static void write_teams(struct saved_comparison *c, struct document *doc)
{
    static const struct document_column columns[] = {
        {"Team", COLUMN_NAME},      {"Alternative", COLUMN_NAME},
        {"Before", COLUMN_NUMBER},  {"After", COLUMN_NUMBER},
        {"Change", COLUMN_NUMBER},  {"95 %", COLUMN_NUMBER},
        {"Percent", COLUMN_NUMBER}, {"Stands", COLUMN_TEXT}};
    double hours = comparison_hours(c);
    document_fold(doc, "Before and after by team, in GPUs at work on average");
    struct document_table *t = document_table(
        doc, "Before and after by team, in GPUs at work on average", columns, 8);
    for (size_t i = 0; i < c->n_effects; i++) {
        const struct saved_effect *base = &c->effects[i];
        if (base->metric != METRIC_HOURS_USED || base->kind != OF_TEAM || *base->at ||
            strcmp(base->alternative, c->against) != 0)
            continue;
        for (size_t k = 0; k < c->n_alternatives; k++) {
            const struct saved_effect *e = saved_effect_of(c, c->alternatives[k], base);
            if (!e || !e->has_difference)
                continue;
            double before = base->mean / hours, change = e->difference / hours;
            document_cell(doc, t, "%s", base->subject);
            document_cell(doc, t, "%s", e->alternative);
            document_cell(doc, t, "%s", shown(doc, before, FIGURE_COUNT, false));
            document_cell(doc, t, "%s", shown(doc, e->mean / hours, FIGURE_COUNT, false));
            document_cell(doc, t, "%s", shown(doc, change, FIGURE_MONTHS, true));
            put_interval(doc, t, e->ci_low / hours, e->ci_high / hours, FIGURE_MONTHS,
                         true);
            document_cell(doc, t, "%s",
                          shown(doc, before > 0 ? 100 * change / before : NAN,
                                FIGURE_MONTHS, true));
            document_cell(doc, t, "%s", saved_effect_stands(e) ? "yes" : "no");
        }
    }
    document_fold_end(doc);
}

/* ---- charts ---- */

static int add_chart(struct saved_comparison *c, struct document *doc,
                     const struct compare_chart_type *type, size_t answer,
                     const char *folder, struct diag *d)
{
    struct chart_sheet sheet;
    struct text svg, name;
    int result = 0;
    text_init(&svg);
    text_init(&name);
    chart_sheet_init(&sheet, NULL);
    if (type->write(c, c->answers[answer], &sheet) == CHART_WRITTEN) {
        result = chart_render(&type->chart, &sheet, CHART_SVG, folder, &svg, d);
        text_append(&name, type->chart.name);
        if (answer > 0)
            text_printf(&name, "-%zu", answer + 1);
        struct document_figure figure = {name.bytes, sheet.title.bytes,
                                         sheet.subtitle.bytes, svg.bytes};
        if (result == 0)
            prose_append(document_figure(doc, &figure), &sheet.caption);
    }
    chart_sheet_release(&sheet);
    text_release(&svg);
    text_release(&name);
    return result;
}

static int add_charts(struct saved_comparison *c, struct document *doc, size_t answer,
                      bool of_answer, struct diag *d)
{
    struct text folder;
    int result = report_open_folder(&folder, d);
    for (size_t i = 0; i < n_compare_charts && result == 0; i++)
        if (compare_charts[i]->is_of_answer == of_answer)
            result = add_chart(c, doc, compare_charts[i], answer, folder.bytes, d);
    report_close_folder(&folder);
    return result;
}

/* ---- the page ---- */

static void write_about(struct saved_comparison *c, struct document *doc)
{
    struct prose *out = &doc->about;
    prose_words(out, "Scenario ");
    prose_name(out, c->name);
    prose_words(out, "; alternatives in the same ");
    prose_figure(out, (double)c->most_runs, FIGURE_COUNT,
                 (struct figure_source){.file = "answers.csv", .stat = "replications"});
    prose_words(out, " worlds, held against: ");
    prose_name(out, c->against);
    prose_words(out, ".");
}

static void write_method(struct document *doc)
{
    document_section(doc, "method", "How it was computed");
    prose_words(
        document_paragraph(doc, STYLE_PLAIN),
        "Every alternative meets the same random worlds, so a change is taken "
        "world by world, and what the worlds have in common cancels. Pairing says "
        "how many times as wide the interval would be if each alternative had "
        "worlds of its own. Intervals of means and of their changes are Student's, "
        "of a share of the worlds Wilson's with continuity correction, of its change "
        "that of Bonett and Price. A change stands where Holm's correction for all "
        "answers leaves its "
        "p-value below five percent: a paired t test, for shares McNemar's. What "
        "is not released has no date: it counts as worse than any release, but in "
        "no mean.");
}

static void write_reproduction(struct saved_comparison *c, struct document *doc)
{
    static const struct document_column columns[] = {{"What", COLUMN_TEXT},
                                                     {"Value", COLUMN_CODE}};
    const json_t *item,
        *argv = json_object_get(json_object_get(c->json, "volatile"), "argv");
    struct text command;
    size_t i;
    text_init(&command);
    document_section(doc, "reproduce", "How to reproduce this");
    json_array_foreach(argv, i, item)
    {
        const char *word = json_string_value(item);
        text_append(&command, i ? " " : "");
        text_append_word(&command, i == 0 ? "allot" : word ? word : "");
    }
    document_code(doc, "The command", command.bytes);
    struct document_table *t = document_table(doc, "What it was made of", columns, 2);
    json_array_foreach(json_object_get(c->json, "files"), i, item)
    {
        const char *path = json_string_value(json_object_get(item, "path"));
        const char *hash = json_string_value(json_object_get(item, "sha256"));
        document_cell(doc, t, "SHA-256 of %s", path ? path : "");
        document_cell(doc, t, "%s", hash ? hash : "");
    }
    document_cell(doc, t, "seed");
    document_cell(doc, t, "%lld",
                  (long long)json_integer_value(json_object_get(c->json, "seed")));
    const char *version = json_string_value(json_object_get(c->json, "allot"));
    document_cell(doc, t, "allot, which ran it");
    document_cell(doc, t, "%s", version ? version : "");
    text_release(&command);
}

static void write_heading(struct document *doc, const struct saved_effect *answer)
{
    struct text title;
    text_init(&title);
    outcome_title(&title, metric_types[answer->metric].name, outcome_kinds[answer->kind],
                  answer->subject, answer->at);
    document_heading(doc, title.bytes);
    text_release(&title);
}

int report_comparison(struct saved_comparison *c, struct document *doc, bool is_short,
                      struct diag *d)
{
    int result = 0;
    write_about(c, doc);
    document_section(doc, "answer", "Answer");
    for (size_t i = 0; i < c->n_answers; i++)
        write_answer(c, document_paragraph(doc, i == 0 ? STYLE_ANSWER : STYLE_PLAIN),
                     c->answers[i]);
    if (c->best)
        write_best(c, document_paragraph(doc, STYLE_PLAIN));
    for (size_t i = 0; i < c->n_answers; i++)
        write_missing(c, doc, c->answers[i]);
    if (is_short)
        return 0;
    for (size_t i = 0; i < c->n_answers && result == 0; i++) {
        write_heading(doc, c->answers[i]);
        write_table(c, doc, c->answers[i]);
        result = add_charts(c, doc, i, true, d);
    }
    document_section(doc, "teams", "Who gains, who loses");
    if (result == 0)
        result = add_charts(c, doc, 0, false, d);
    write_teams(c, doc);
    write_method(doc);
    write_reproduction(c, doc);
    return result;
}
