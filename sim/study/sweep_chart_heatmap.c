/* An outcome over the first two settings that vary, of whatever else varies the mean. */
#include "study/glyphs.h"
#include "study/sweep_chart.h"

#include "base/memory.h"
#include "model/metric.h"

#include <math.h>
#include <string.h>

enum { MOST = 24 };

/* One of the two axes. */
struct axis {
    size_t setting;
    const char **values;
    size_t n;
};

static void release_axes(struct axis axes[2])
{
    mem_free(axes[0].values);
    mem_free(axes[1].values);
}

/* The first two settings of two values or more, and not too many. */
static size_t find_axes(const struct sweep_view *v, struct axis axes[2])
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_settings && n < 2; i++) {
        size_t n_values;
        const char **values = sweep_chart_values(v, i, &n_values, NULL);
        if (n_values >= 2 && n_values <= MOST)
            axes[n++] = (struct axis){i, values, n_values};
        else
            mem_free(values);
    }
    return n;
}

/* The mean of the outcome over the points of a cell; NaN: none. */
static double cell_mean(const struct sweep_chart_data *data, const struct axis axes[2],
                        size_t column, size_t row)
{
    const struct sweep_view *v = data->view;
    double sum = 0;
    size_t n = 0;
    for (size_t p = 0; p < v->n_in_design; p++) {
        const char *x = v->points[p].values[axes[0].setting];
        const char *y = v->points[p].values[axes[1].setting];
        double mean = sweep_chart_mean(data, p, data->outcome);
        if (!x || !y || isnan(mean) || strcmp(x, axes[0].values[column]) != 0 ||
            strcmp(y, axes[1].values[row]) != 0)
            continue;
        sum += mean;
        n++;
    }
    return n > 0 ? sum / (double)n : NAN;
}

static void write_head(const struct sweep_view *v, const struct axis axes[2],
                       struct text *out)
{
    text_append(out, "x,,,,");
    glyphs_append_cell(out, sweep_chart_path(v, axes[0].setting));
    text_append(out, "\ny,,,,");
    glyphs_append_cell(out, sweep_chart_path(v, axes[1].setting));
    text_append(out, "\n");
    for (size_t i = 0; i < axes[0].n; i++) {
        text_printf(out, "column,%zu,,,", i + 1);
        chart_name_cell(out, axes[0].values[i]);
        text_append(out, "\n");
    }
    for (size_t i = 0; i < axes[1].n; i++) {
        text_printf(out, "row,,%zu,,", i + 1);
        chart_name_cell(out, axes[1].values[i]);
        text_append(out, "\n");
    }
}

static void write_cells(const struct sweep_chart_data *data, const struct axis axes[2],
                        struct text *out)
{
    const char *metric = data->view->outcomes[data->outcome].metric;
    double best = NAN, sign = metric_less_is_better(metric) ? -1 : 1;
    size_t best_column = 0, best_row = 0;
    struct text number;
    text_init(&number);
    for (size_t c = 0; c < axes[0].n; c++)
        for (size_t r = 0; r < axes[1].n; r++) {
            double mean = cell_mean(data, axes, c, r);
            text_clear(&number);
            if (!isnan(mean))
                sweep_chart_append_number(&number, mean);
            text_printf(out, "cell,%zu,%zu,%.17g,", c + 1, r + 1, mean);
            glyphs_append_cell(out, number.bytes);
            text_append(out, "\n");
            if (!isnan(mean) && !(sign * mean <= sign * best)) {
                best = mean;
                best_column = c + 1;
                best_row = r + 1;
            }
        }
    if (best_column > 0)
        text_printf(out, "best,%zu,%zu,,\n", best_column, best_row);
    text_release(&number);
}

static enum chart_outcome write(const struct sweep_chart_data *data,
                                struct chart_sheet *sheet)
{
    struct axis axes[2] = {{0}};
    if (find_axes(data->view, axes) < 2) {
        text_append(&sheet->none, "shown where two settings take from 2 to 24 values");
        release_axes(axes);
        return CHART_NONE;
    }
    sweep_chart_append_outcome(data, data->outcome, &sheet->title);
    sweep_chart_subtitle(data, "outlined: the best", sheet);
    write_head(data->view, axes, &sheet->rows);
    write_cells(data, axes, &sheet->rows);
    release_axes(axes);
    return CHART_WRITTEN;
}

const struct sweep_chart_type sweep_chart_heatmap = {
    .chart = {.name = "heatmap",
              .summary = "of a sweep: an outcome over two settings",
              .header = "what,column,row,value,text"},
    .write = write,
};
