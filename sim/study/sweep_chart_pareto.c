/* Two outcomes of every point, and those points that no other beats in both. */
#include "study/glyphs.h"
#include "study/sweep_chart.h"

#include "base/memory.h"
#include "model/metric.h"
#include "study/outcome_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_POINTS = 60 };

/* A point of the sweep; `across` and `up` grow as it gets better. */
struct candidate {
    size_t point;
    double across, up;
    bool is_best;
};

static double sign_of(const struct sweep_chart_data *data, size_t outcome)
{
    return metric_less_is_better(data->view->outcomes[outcome].metric) ? -1 : 1;
}

static bool is_beaten(const struct candidate *by, const struct candidate *c)
{
    return by->across >= c->across && by->up >= c->up &&
           (by->across > c->across || by->up > c->up);
}

/* The best first, by how far across they are. */
static int by_rank(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->is_best != y->is_best)
        return x->is_best ? -1 : 1;
    if (x->across != y->across)
        return x->across < y->across ? -1 : 1;
    return x->point < y->point ? -1 : 1;
}

static size_t find_candidates(const struct sweep_chart_data *data, struct candidate *all)
{
    size_t n = 0;
    for (size_t p = 0; p < data->view->n_in_design; p++) {
        double across = sweep_chart_mean(data, p, data->outcome);
        double up = sweep_chart_mean(data, p, data->second);
        if (!isnan(across) && !isnan(up))
            all[n++] = (struct candidate){p, sign_of(data, data->outcome) * across,
                                          sign_of(data, data->second) * up, true};
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n && all[i].is_best; k++)
            all[i].is_best = !is_beaten(&all[k], &all[i]);
    if (n > 0)
        qsort(all, n, sizeof *all, by_rank);
    return n;
}

/* The values of the settings that vary, in one line. */
static void append_values(const struct sweep_view *v, size_t point, struct text *out)
{
    for (size_t i = 0; i < v->n_settings; i++)
        if (v->points[point].values[i])
            text_printf(out, "%s%s", out->length ? ", " : "", v->points[point].values[i]);
}

static void append_label(const struct sweep_view *v, size_t point, struct text *out)
{
    struct text label;
    text_init(&label);
    append_values(v, point, &label);
    chart_name_cell(out, label.bytes);
    text_release(&label);
}

/* The corners between two neighbours on the front: level first, then upright. */
static void write_front(const struct sweep_chart_data *data, const struct candidate *all,
                        size_t n_best, struct text *out)
{
    double x_sign = sign_of(data, data->outcome), y_sign = sign_of(data, data->second);
    for (size_t i = 0; i < n_best; i++) {
        if (i > 0)
            text_printf(out, "front,%.17g,%.17g,,,\n", x_sign * all[i - 1].across,
                        y_sign * all[i].up);
        text_printf(out, "front,%.17g,%.17g,,,\n", x_sign * all[i].across,
                    y_sign * all[i].up);
    }
}

static void put_mean(const struct sweep_chart_data *data, size_t point, size_t outcome,
                     struct prose *caption)
{
    const struct view_outcome *o = &data->view->outcomes[outcome];
    prose_figure(caption, sweep_chart_mean(data, point, outcome),
                 outcome_format(o->metric, o->kind),
                 sweep_chart_source(caption, o, point));
}

static void tell_one(const struct sweep_chart_data *data, const struct candidate *c,
                     struct prose *caption)
{
    struct text label;
    text_init(&label);
    append_values(data->view, c->point, &label);
    prose_name(caption, label.bytes);
    text_release(&label);
    prose_words(caption, ": ");
    put_mean(data, c->point, data->outcome, caption);
    prose_words(caption, " across, ");
    put_mean(data, c->point, data->second, caption);
    prose_words(caption, " up");
}

/* The front's ends; one point is both. */
static void tell(const struct sweep_chart_data *data, const struct candidate *all,
                 size_t n_best, struct prose *caption)
{
    if (n_best == 0)
        return;
    prose_words(caption, n_best == 1 ? "One point beats all others in both: "
                                     : "No point is the best in both: from ");
    tell_one(data, &all[0], caption);
    if (n_best > 1) {
        prose_words(caption, " to ");
        tell_one(data, &all[n_best - 1], caption);
    }
    prose_words(caption, ".");
}

static enum chart_outcome write(const struct sweep_chart_data *data,
                                struct chart_sheet *sheet)
{
    const struct sweep_view *v = data->view;
    struct candidate *all = MEM_ARRAY(struct candidate, v->n_in_design);
    size_t n = data->outcome == data->second ? 0 : find_candidates(data, all), n_best = 0;
    struct text *out = &sheet->rows, words;
    text_init(&words);
    n = n < MOST_POINTS ? n : MOST_POINTS;
    while (n_best < n && all[n_best].is_best)
        n_best++;
    const struct view_outcome *first = &v->outcomes[data->outcome],
                              *second = &v->outcomes[data->second];
    outcome_title(&sheet->title, first->metric, first->kind, first->subject, first->at);
    text_append(&sheet->title, " \u2013 ");
    outcome_title(&sheet->title, second->metric, second->kind, second->subject,
                  second->at);
    text_printf(&words, "filled: unbeaten; better: %s, %s",
                sign_of(data, data->outcome) > 0 ? "right" : "left",
                sign_of(data, data->second) > 0 ? "up" : "down");
    sweep_chart_subtitle(data, words.bytes, sheet);
    const char *const axes[] = {"across", "up"};
    for (size_t i = 0; i < 2; i++) {
        text_clear(&words);
        sweep_chart_append_outcome(data, i == 0 ? data->outcome : data->second, &words);
        text_printf(out, "%s,,,,,", axes[i]);
        glyphs_append_cell(out, words.bytes);
        text_append(out, "\n");
    }
    for (size_t i = 0; i < n; i++) {
        text_printf(out, "%s,%.17g,%.17g,NaN,NaN,", all[i].is_best ? "best" : "point",
                    sweep_chart_mean(data, all[i].point, data->outcome),
                    sweep_chart_mean(data, all[i].point, data->second));
        append_label(v, all[i].point, out);
        text_append(out, "\n");
    }
    write_front(data, all, n_best, out);
    tell(data, all, n_best, &sheet->caption);
    text_release(&words);
    mem_free(all);
    if (n >= 2)
        return CHART_WRITTEN;
    text_append(&sheet->none, "shown where two points have two outcomes; name them with "
                              "--metric, twice");
    return CHART_NONE;
}

const struct sweep_chart_type sweep_chart_pareto = {
    .chart = {.name = "pareto",
              .summary = "of a sweep: two outcomes of every point, and the best of them",
              .header = "what,x,y,low,high,text"},
    .write = write,
};
