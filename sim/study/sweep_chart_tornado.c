/* What each setting alone moves: the mean of the outcome over the points at its lowest
 * and at its highest value, against that of all points. A setting of more than eight
 * values counts by its lowest and highest quarter; words count by those that come out
 * lowest and highest. */
#include "study/chart_rows.h"
#include "study/sweep_chart.h"

#include "base/memory.h"
#include "record/number.h"
#include "study/outcome_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 40, MOST_APART = 8 };

/* The two ends of a setting. */
struct end {
    double change; /* of the outcome, against the mean of all points */
    char words[64];
};
struct swing {
    size_t setting;
    struct end low, high;
    double width;
};

/* The mean over the points where a setting's value is one of some; NaN: none. */
static double mean_at(const struct sweep_chart_data *data, size_t setting,
                      const char *const *values, size_t n_values)
{
    const struct sweep_view *v = data->view;
    double sum = 0;
    size_t n = 0;
    for (size_t p = 0; p < v->n_in_design; p++) {
        double mean = sweep_chart_mean(data, p, data->outcome);
        const char *value = v->points[p].values[setting];
        bool is_one = values == NULL;
        for (size_t i = 0; i < n_values && value && !is_one; i++)
            is_one = strcmp(values[i], value) == 0;
        if (!is_one || isnan(mean))
            continue;
        sum += mean;
        n++;
    }
    return n > 0 ? sum / (double)n : NAN;
}

static void set_words(struct end *end, const char *before, const char *value)
{
    struct text text;
    double number;
    text_init(&text);
    text_append(&text, before);
    if (number_parse(value, &number))
        sweep_chart_append_number(&text, number);
    else
        text_append_cut(&text, value, 24);
    snprintf(end->words, sizeof end->words, "%s", text.bytes);
    text_release(&text);
}

static void swing_of_numbers(const struct sweep_chart_data *data, const char **values,
                             size_t n, double all, struct swing *swing)
{
    size_t quarter = n > MOST_APART ? (n + 3) / 4 : 1;
    bool is_group = quarter > 1;
    swing->low.change = mean_at(data, swing->setting, values, quarter) - all;
    swing->high.change =
        mean_at(data, swing->setting, values + n - quarter, quarter) - all;
    set_words(&swing->low, is_group ? "to " : "", values[quarter - 1]);
    set_words(&swing->high, is_group ? "from " : "", values[n - quarter]);
}

static void swing_of_words(const struct sweep_chart_data *data, const char **values,
                           size_t n, double all, struct swing *swing)
{
    swing->low.change = swing->high.change = NAN;
    for (size_t i = 0; i < n; i++) {
        double change = mean_at(data, swing->setting, values + i, 1) - all;
        if (isnan(change))
            continue;
        if (!(change >= swing->low.change)) {
            swing->low.change = change;
            set_words(&swing->low, "", values[i]);
        }
        if (!(change <= swing->high.change)) {
            swing->high.change = change;
            set_words(&swing->high, "", values[i]);
        }
    }
}

static int by_width(const void *a, const void *b)
{
    const struct swing *x = a, *y = b;
    if (x->width != y->width)
        return x->width > y->width ? -1 : 1;
    return x->setting < y->setting ? -1 : 1;
}

static size_t find_swings(const struct sweep_chart_data *data, struct swing *swings)
{
    const struct sweep_view *v = data->view;
    double all = mean_at(data, 0, NULL, 0);
    size_t n = 0;
    for (size_t i = 0; i < v->n_settings; i++) {
        bool is_numeric;
        size_t n_values;
        const char **values = sweep_chart_values(v, i, &n_values, &is_numeric);
        struct swing swing = {.setting = i};
        if (n_values >= 2 && is_numeric)
            swing_of_numbers(data, values, n_values, all, &swing);
        else if (n_values >= 2)
            swing_of_words(data, values, n_values, all, &swing);
        mem_free(values);
        swing.width = fabs(swing.high.change - swing.low.change);
        if (n_values >= 2 && !isnan(swing.width))
            swings[n++] = swing;
    }
    if (n > 0)
        qsort(swings, n, sizeof *swings, by_width);
    return n < MOST_ROWS ? n : MOST_ROWS;
}

static void write_end(struct text *out, size_t row, const struct end *end, int colour)
{
    if (end->change < 0)
        chart_row_numbers(out, "change", row, end->change, 0, colour);
    else
        chart_row_numbers(out, "change", row, 0, end->change, colour);
}

static void write_rows(const struct sweep_chart_data *data, const struct swing *swings,
                       size_t n, struct text *out)
{
    double span = 0;
    for (size_t i = 0; i < n; i++)
        span = fmax(span, fmax(fabs(swings[i].low.change), fabs(swings[i].high.change)));
    chart_row_span(out, span > 0 ? -span : 0, span);
    struct text unit;
    text_init(&unit);
    text_append(&unit, "change of ");
    sweep_chart_append_outcome(data, data->outcome, &unit);
    chart_row_unit(out, unit.bytes);
    text_release(&unit);
    chart_row_legend(out, 1, 2, "low value");
    chart_row_legend(out, 1, 1, "high value");
    for (size_t i = 0; i < n; i++) {
        const struct swing *s = &swings[i];
        const struct end *left = s->low.change <= s->high.change ? &s->low : &s->high;
        const struct end *right = left == &s->low ? &s->high : &s->low;
        chart_row_name(out, "name", i + 1, sweep_chart_path(data->view, s->setting));
        write_end(out, i + 1, &s->low, 2);
        write_end(out, i + 1, &s->high, 1);
        chart_row_words_at(out, "before", i + 1, fmin(left->change, 0), CHART_NO_COLOUR,
                           left->words);
        chart_row_words_at(out, "words", i + 1, fmax(right->change, 0), CHART_NO_COLOUR,
                           right->words);
    }
}

/* The change at an end, which the chart's table holds. */
static void put_change(const struct sweep_chart_data *data, const struct swing *s,
                       const struct end *end, struct prose *caption)
{
    const struct view_outcome *o = &data->view->outcomes[data->outcome];
    prose_words(caption, end->change > 0 ? "+" : "");
    prose_figure(caption, end->change, FIGURE_INDEX,
                 (struct figure_source){.file = "tornado.csv",
                                        .stat = "change",
                                        .metric = o->metric,
                                        .kind = o->kind,
                                        .subject = o->subject,
                                        .at = o->at,
                                        .alternative = data->view->paths[s->setting]});
    prose_words(caption, " at ");
    prose_name(caption, end->words);
}

static void tell(const struct sweep_chart_data *data, const struct swing *most,
                 struct prose *caption)
{
    prose_words(caption, "Most is moved by ");
    prose_name(caption, sweep_chart_path(data->view, most->setting));
    prose_words(caption, ": ");
    put_change(data, most, &most->low, caption);
    prose_words(caption, ", ");
    put_change(data, most, &most->high, caption);
    prose_words(caption, ", against the mean of all points.");
}

static enum chart_outcome write(const struct sweep_chart_data *data,
                                struct chart_sheet *sheet)
{
    struct swing *swings = MEM_ARRAY(struct swing, data->view->n_settings);
    size_t n = find_swings(data, swings);
    if (n > 0) {
        const struct view_outcome *o = &data->view->outcomes[data->outcome];
        text_append(&sheet->title, "What moves it. ");
        outcome_title(&sheet->title, o->metric, o->kind, o->subject, o->at);
        sweep_chart_subtitle(data, "each setting at its low and high value", sheet);
        write_rows(data, swings, n, &sheet->rows);
        tell(data, &swings[0], &sheet->caption);
    } else {
        text_append(&sheet->none, "shown where a setting takes several values and the "
                                  "outcome has some");
    }
    mem_free(swings);
    return n > 0 ? CHART_WRITTEN : CHART_NONE;
}

const struct sweep_chart_type sweep_chart_tornado = {
    .chart = {.name = "tornado",
              .summary = "of a sweep: what each setting moves",
              .header = CHART_ROWS_HEADER},
    .write = write,
};
