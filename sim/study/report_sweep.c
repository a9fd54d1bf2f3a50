#include "study/report_sweep.h"

#include "base/memory.h"
#include "study/outcome_words.h"
#include "study/report_parts.h"
#include "study/sweep_chart.h"
#include "study/sweep_ranking.h"
#include "study/sweep_sensitivity.h"

#include <math.h>
#include <stdio.h>

enum { MOST_POINTS = 60, MOST_BAD = 10, MOST_SETTINGS = 6 };

struct page {
    struct sweep_view *view;
    struct document *doc;
    struct sweep_ranking ranking;
};

/* ---- sentences ---- */

static enum figure_format format_of(const struct page *p)
{
    return outcome_format(p->ranking.outcome->metric, p->ranking.outcome->kind);
}

/* "max-min, 0.5" by setting: "divide max-min, half_life_months 0.5". */
static void name_point(const struct page *p, const struct ranked *r, struct prose *out)
{
    const struct sweep_view *v = p->view;
    bool is_first = true;
    for (size_t i = 0; i < v->n_settings; i++) {
        const char *value = v->points[r->point].values[i];
        if (!value)
            continue;
        struct text plain;
        text_init(&plain);
        sweep_value_append(&plain, value);
        prose_words(out, is_first ? "" : ", ");
        prose_name(out, sweep_chart_path(v, i));
        prose_words(out, " ");
        prose_name(out, plain.bytes);
        text_release(&plain);
        is_first = false;
    }
}

/* "13.24 months (95 % interval 13.19 to 13.30)". */
static void put_mean(const struct page *p, const struct ranked *r, struct prose *out)
{
    const struct summary *s = &r->summary;
    struct figure_source source = sweep_chart_source(out, p->ranking.outcome, r->point);
    prose_figure(out, s->mean, format_of(p), source);
    if (format_of(p) != FIGURE_PERCENT && *p->ranking.outcome->unit)
        prose_words(out, " %s", p->ranking.outcome->unit);
    struct prose_ends ends = {s->ci_low, s->ci_high, "ci_low", "ci_high"};
    prose_interval_of(out, &ends, format_of(p), source);
}

static void put_extremes(const struct page *p, struct prose *out)
{
    const struct ranked *last = &p->ranking.points[p->ranking.n_ranked - 1];
    bool has_better = p->ranking.better != BETTER_NEITHER;
    if (p->ranking.n_ranked > 1 && last->rank == p->ranking.points[0].rank) {
        prose_words(out, "All points come to the same: ");
        put_mean(p, last, out);
        prose_words(out, ".");
        return;
    }
    prose_words(out, has_better ? "Best is " : "Largest is ");
    name_point(p, &p->ranking.points[0], out);
    prose_words(out, ": ");
    put_mean(p, &p->ranking.points[0], out);
    if (p->ranking.n_ranked > 1) {
        prose_words(out, has_better ? "; worst is " : "; least is ");
        name_point(p, last, out);
        prose_words(out, ": ");
        put_mean(p, last, out);
    }
    prose_words(out, ".");
}

static void write_answer(const struct page *p)
{
    struct prose *out = document_paragraph(p->doc, STYLE_ANSWER);
    size_t n_apart = 0;
    int metric = metric_find(p->ranking.outcome->metric);
    prose_words(out, "%s", metric >= 0 ? metric_types[metric].label : "");
    if (metric < 0)
        prose_name(out, p->ranking.outcome->metric);
    if (outcome_kind_find(p->ranking.outcome->kind) != OF_ALL) {
        prose_words(out, ": ");
        prose_name(out, p->ranking.outcome->subject);
    }
    prose_words(out, ". ");
    put_extremes(p, out);
    for (size_t i = 1; i < p->ranking.n_ranked; i++)
        n_apart += ranked_differs(&p->ranking.points[i]);
    if (p->ranking.n_ranked < 2 ||
        p->ranking.points[p->ranking.n_ranked - 1].rank == p->ranking.points[0].rank)
        return;
    prose_words(out, n_apart + 1 == p->ranking.n_ranked
                         ? " All others differ from the first one"
                     : n_apart == 0 ? " No other can be told from the first one"
                                    : " Some cannot be told from the first one");
    prose_words(out, ", run by run, after Holm's correction.");
}

static void write_about(const struct page *p)
{
    const struct sweep_view *v = p->view;
    struct prose *out = &p->doc->about;
    prose_words(out, "Sweep of the scenario ");
    prose_name(out, v->scenario);
    prose_words(out, ", design %s, ", v->design);
    prose_figure(out, (double)v->n_in_design, FIGURE_COUNT,
                 (struct figure_source){.file = "sweep.sqlite", .stat = "points"});
    prose_words(out, v->n_in_design == 1 ? " point, runs of each: "
                                         : " points, runs of each: ");
    prose_figure(out, (double)v->replications, FIGURE_COUNT,
                 (struct figure_source){.file = "sweep.sqlite", .stat = "replications"});
    prose_words(out, ".");
}

static void warn(const struct page *p, double count, const char *stat, const char *words)
{
    if (count == 0)
        return;
    struct prose *out = document_item(p->doc, STYLE_WARNING);
    prose_figure(out, count, FIGURE_COUNT,
                 (struct figure_source){.file = "sweep.sqlite", .stat = stat});
    prose_words(out, "%s", words);
}

static int write_warnings(const struct page *p, struct diag *d)
{
    struct sweep_view *v = p->view;
    size_t wanted, stored, n_failed = 0, n_bad = 0, n_missing = 0, n_shown = 0;
    if (sweep_view_count(v, &wanted, &stored, d) != 0)
        return -1;
    for (size_t i = 0; i < v->n_in_design; i++) {
        n_bad += v->points[i].message != NULL;
        n_failed += v->points[i].n_failed;
    }
    for (size_t i = 0; i < p->ranking.n_points; i++)
        n_missing += p->ranking.points[i].n_runs - p->ranking.points[i].summary.n;
    if (n_bad + n_failed + n_missing + (wanted - stored) == 0)
        return 0;
    document_section(p->doc, "warnings", "Warnings");
    warn(p, (double)(wanted - stored), "missing",
         " runs are still to be done: the same allot sweep does them.");
    warn(p, (double)n_failed, "failed",
         " runs failed: failed.csv of allot export says why.");
    warn(p, (double)n_missing, "without",
         " runs have no value of this outcome, such as a date where nothing is released: "
         "they are in no mean.");
    warn(p, (double)n_bad, "bad", " points cannot be run:");
    for (size_t i = 0; i < v->n_in_design && n_shown < MOST_BAD; i++) {
        if (!v->points[i].message)
            continue;
        n_shown++;
        struct ranked bad = {.point = i};
        struct prose *out = document_item(p->doc, STYLE_WARNING);
        name_point(p, &bad, out);
        prose_words(out, ": ");
        prose_name(out, v->points[i].message);
    }
    return 0;
}

/* ---- tables ---- */

static void put_cell(const struct page *p, struct document_table *t, double value)
{
    struct text shown;
    text_init(&shown);
    if (isnan(value))
        text_append(&shown, "\u2013");
    else
        figure_append(&shown, value, format_of(p), "");
    document_cell(p->doc, t, "%s", shown.bytes);
    text_release(&shown);
}

static void put_point(const struct page *p, struct document_table *t, size_t i,
                      size_t n_settings)
{
    const struct ranked *r = &p->ranking.points[i];
    const struct summary *s = &r->summary;
    struct document *doc = p->doc;
    document_cell(doc, t, "%zu", r->point + 1);
    for (size_t k = 0; k < n_settings; k++) {
        const char *value = p->view->points[r->point].values[k];
        struct text plain;
        text_init(&plain);
        if (value)
            sweep_value_append(&plain, value);
        document_cell(doc, t, "%s", plain.bytes);
        text_release(&plain);
    }
    document_cell(doc, t, "%zu", r->n_runs);
    put_cell(p, t, s->mean);
    put_cell(p, t, s->ci_low);
    put_cell(p, t, s->ci_high);
    document_cell(doc, t, "%s",
                  i == 0 || isnan(r->holm) ? ""
                  : ranked_differs(r)      ? "yes"
                                           : "no");
}

static void write_points(const struct page *p)
{
    struct document_column columns[DOCUMENT_MOST_COLUMNS] = {{"Point", COLUMN_NAME}};
    size_t n_settings =
        p->view->n_settings < MOST_SETTINGS ? p->view->n_settings : MOST_SETTINGS;
    size_t n = 1,
           n_rows = p->ranking.n_points < MOST_POINTS ? p->ranking.n_points : MOST_POINTS;
    for (size_t i = 0; i < n_settings; i++)
        columns[n++] =
            (struct document_column){sweep_chart_path(p->view, i), COLUMN_TEXT};
    columns[n++] = (struct document_column){"Runs", COLUMN_NUMBER};
    columns[n++] = (struct document_column){"Mean", COLUMN_NUMBER};
    columns[n++] = (struct document_column){"95 % from", COLUMN_NUMBER};
    columns[n++] = (struct document_column){"to", COLUMN_NUMBER};
    columns[n++] = (struct document_column){"Differs", COLUMN_TEXT};
    document_section(p->doc, "points", "The points, the best first");
    struct document_table *t =
        document_table(p->doc, "The points, the best first", columns, n);
    for (size_t i = 0; i < n_rows; i++)
        put_point(p, t, i, n_settings);
    if (n_rows < p->ranking.n_points)
        prose_words(document_paragraph(p->doc, STYLE_NOTE),
                    "The others stand in points.csv, which allot export writes.");
}

/* Of designs morris and saltelli: what each setting moves. */
static void write_sensitivity(const struct page *p, const double *means, size_t outcome)
{
    struct document_column columns[1 + 2 * SENSITIVITY_MOST_MEASURES] = {
        {"Setting", COLUMN_NAME}};
    size_t k = sweep_n_varied(p->view), n = 1;
    struct sensitivity *all = MEM_ARRAY(struct sensitivity, k + 1);
    sweep_sensitivity(p->view, means, outcome, all);
    for (size_t m = 0; k > 0 && m < all[0].n_measures; m++) {
        columns[n++] = (struct document_column){all[0].measures[m], COLUMN_NUMBER};
        columns[n++] = (struct document_column){"95 %", COLUMN_NUMBER};
    }
    document_section(p->doc, "sensitivity", "What each setting moves");
    struct document_table *t =
        document_table(p->doc, "What each setting moves", columns, n);
    for (size_t i = 0; i < k; i++) {
        document_cell(p->doc, t, "%s", p->view->paths[i]);
        for (size_t m = 0; m < all[i].n_measures; m++) {
            document_cell(p->doc, t, "%.4g", all[i].values[m]);
            document_cell(p->doc, t, "%.3g to %.3g", all[i].ci_low[m], all[i].ci_high[m]);
        }
    }
    mem_free(all);
}

/* ---- charts ---- */

static int add_chart(const struct page *p, const struct sweep_chart_data *data,
                     const struct sweep_chart_type *type, const char *folder,
                     struct diag *d)
{
    struct chart_sheet sheet;
    struct text svg;
    int result = 0;
    text_init(&svg);
    chart_sheet_init(&sheet, NULL);
    if (type->write(data, &sheet) == CHART_WRITTEN) {
        result = chart_render(&type->chart, &sheet, CHART_SVG, folder, &svg, d);
        struct document_figure figure = {type->chart.name, sheet.title.bytes,
                                         sheet.subtitle.bytes, svg.bytes};
        if (result == 0) {
            struct prose *caption = document_figure(p->doc, &figure);
            if (sheet.caption.n_parts > 0)
                prose_append(caption, &sheet.caption);
            else
                put_extremes(p, caption);
        }
    }
    chart_sheet_release(&sheet);
    text_release(&svg);
    return result;
}

static int write_charts(const struct page *p, const struct sweep_chart_data *data,
                        struct diag *d)
{
    struct text folder;
    document_section(p->doc, "charts", "Charts");
    int result = report_open_folder(&folder, d);
    for (size_t i = 0; i < n_sweep_charts && result == 0; i++)
        result = add_chart(p, data, sweep_charts[i], folder.bytes, d);
    report_close_folder(&folder);
    return result;
}

/* ---- the page ---- */

static void write_method(const struct page *p)
{
    document_section(p->doc, "method", "How it was computed");
    prose_words(
        document_paragraph(p->doc, STYLE_PLAIN),
        "Every point meets the same random worlds. A point differs from the first "
        "one where a paired t test of the runs that both have, corrected by Holm "
        "for all points, leaves a p-value below five percent. Intervals of means "
        "are Student's, of shares Wilson's with continuity correction.");
}

/* The best point as one command. */
static void write_reproduction(const struct page *p)
{
    const struct sweep_view *v = p->view;
    const struct ranked *best = &p->ranking.points[0];
    struct text command, word;
    text_init(&command);
    text_init(&word);
    text_printf(&word, "%s.cfg", v->scenario);
    document_section(p->doc, "reproduce", "How to reproduce this");
    text_append(&command, "allot run ");
    text_append_word(&command, word.bytes);
    for (size_t i = 0; i < v->n_settings; i++) {
        if (!v->points[best->point].values[i])
            continue;
        text_clear(&word);
        text_printf(&word, "%s=%s", v->paths[i], v->points[best->point].values[i]);
        text_append(&command, " -s ");
        text_append_word(&command, word.bytes);
    }
    text_printf(&command, " -n %zu", v->replications);
    prose_words(document_paragraph(p->doc, STYLE_PLAIN),
                "The first point, with the seed of the sweep; allot export writes all "
                "runs as CSV, and sweep.sqlite holds them:");
    document_code(p->doc, "The command", command.bytes);
    text_release(&command);
    text_release(&word);
}

static int write_page(struct page *p, const struct sweep_chart_data *data, bool is_short,
                      struct diag *d)
{
    write_about(p);
    document_section(p->doc, "answer", "Answer");
    write_answer(p);
    if (write_warnings(p, d) != 0)
        return -1;
    if (is_short)
        return 0;
    write_points(p);
    if (sweep_has_sensitivity(p->view))
        write_sensitivity(p, data->means, data->outcome);
    if (write_charts(p, data, d) != 0)
        return -1;
    write_method(p);
    write_reproduction(p);
    return 0;
}

int report_sweep(struct sweep_view *view, const char *dir, struct document *doc,
                 bool is_short, struct diag *d)
{
    struct sweep_chart_data data = {.view = view};
    double *means = sweep_view_means(view, d);
    data.means = means;
    int result = means ? sweep_chart_choose(&data, NULL, 0, dir, d) : -1;
    if (result == 0) {
        struct page p = {.view = view, .doc = doc};
        struct place at = {.file = dir};
        result = sweep_rank(view, data.outcome, &p.ranking, d);
        if (result == 0 && p.ranking.n_ranked == 0)
            result = diag_error(d, DIAG_DATA, &at, "has no run with a value of %s",
                                p.ranking.outcome->label);
        if (result == 0)
            result = write_page(&p, &data, is_short, d);
        sweep_ranking_release(&p.ranking);
    }
    mem_free(means);
    return result;
}
