#include "study/sweep_chart.h"

#include "base/memory.h"
#include "record/number.h"
#include "study/outcome_words.h"
#include "study/sweep_dir.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct sweep_chart_type *const sweep_charts[] = {
    &sweep_chart_heatmap,
    &sweep_chart_tornado,
    &sweep_chart_pareto,
};
const size_t n_sweep_charts = sizeof sweep_charts / sizeof *sweep_charts;

/* ---- for the kinds ---- */

double sweep_chart_mean(const struct sweep_chart_data *data, size_t point, size_t outcome)
{
    return data->means[point * data->view->n_outcomes + outcome];
}

void sweep_chart_append_outcome(const struct sweep_chart_data *data, size_t outcome,
                                struct text *out)
{
    const struct view_outcome *o = &data->view->outcomes[outcome];
    outcome_title(out, o->metric, o->kind, o->subject, o->at);
    if (*o->unit)
        text_printf(out, " (%s)", o->unit);
}

void sweep_chart_append_number(struct text *out, double number)
{
    if (fabs(number) >= 1e4)
        text_append_count(out, number);
    else
        text_printf(out, "%.3g", number);
}

void sweep_chart_subtitle(const struct sweep_chart_data *data, const char *words,
                          struct chart_sheet *sheet)
{
    const struct sweep_view *v = data->view;
    text_clear(&sheet->subtitle);
    text_printf(&sheet->subtitle, "%s; %s, %zu points", words, v->scenario,
                v->n_in_design);
    if (v->replications > 1)
        text_printf(&sheet->subtitle, ", mean of %zu replications", v->replications);
}

struct figure_source sweep_chart_source(struct prose *prose,
                                        const struct view_outcome *outcome, size_t point)
{
    return (struct figure_source){.file = "points.csv",
                                  .stat = "mean",
                                  .metric = outcome->metric,
                                  .kind = outcome->kind,
                                  .subject = outcome->subject,
                                  .at = outcome->at,
                                  .alternative =
                                      arena_printf(&prose->arena, "%zu", point + 1)};
}

const char *sweep_chart_path(const struct sweep_view *v, size_t setting)
{
    const char *path = v->paths[setting];
    bool is_quoted = false;
    const char *last = path, *second = path;
    for (const char *c = path; *c; c++) {
        is_quoted ^= *c == '"' && (c == path || c[-1] != '\\');
        if (*c != '.' || is_quoted)
            continue;
        second = last;
        last = c + 1;
    }
    return second;
}

static int by_number(const void *a, const void *b)
{
    double x = NAN, y = NAN;
    number_parse(*(const char *const *)a, &x);
    number_parse(*(const char *const *)b, &y);
    return x < y ? -1 : x > y;
}

const char **sweep_chart_values(const struct sweep_view *v, size_t setting, size_t *n,
                                bool *is_numeric)
{
    const char **values = MEM_ARRAY(const char *, v->n_in_design);
    bool are_numbers = true;
    *n = 0;
    for (size_t p = 0; p < v->n_in_design; p++) {
        const char *value = v->points[p].values[setting];
        double number;
        bool is_known = !value;
        for (size_t i = 0; i < *n && !is_known; i++)
            is_known = strcmp(values[i], value) == 0;
        if (is_known)
            continue;
        are_numbers &= number_parse(value, &number);
        values[(*n)++] = value;
    }
    if (are_numbers && *n > 0)
        qsort(values, *n, sizeof *values, by_number);
    if (is_numeric)
        *is_numeric = are_numbers;
    return values;
}

/* ---- drawing ---- */

/* Tells why there is no such chart; an error where it alone is asked for. */
static int tell_none(const struct chart_options *options, const char *dir,
                     const struct sweep_chart_type *type, const struct chart_sheet *sheet,
                     struct diag *d)
{
    struct place at = {.file = dir};
    struct text text;
    if (options->only)
        return diag_error(d, DIAG_DATA, &at, "gives no chart of %s: %s", type->chart.name,
                          sheet->none.bytes);
    text_init(&text);
    text_printf(&text, "%s: %s", type->chart.name, sheet->none.bytes);
    options->tell(options->owner, NULL, text.bytes);
    text_release(&text);
    return 0;
}

/* Writes the table of a kind, if there is one. */
static int write_one(const struct sweep_chart_data *data, const char *dir,
                     const struct chart_look *look, const struct chart_options *options,
                     const struct sweep_chart_type *type, bool *is_written,
                     struct diag *d)
{
    struct chart_sheet sheet;
    struct text path;
    text_init(&path);
    chart_sheet_init(&sheet, NULL);
    text_printf(&path, "%s/%s.csv", look->folder.bytes, type->chart.name);
    *is_written = type->write(data, &sheet) == CHART_WRITTEN;
    int result = *is_written
                     ? chart_sheet_write_table(&sheet, &type->chart, path.bytes, d)
                     : tell_none(options, dir, type, &sheet, d);
    chart_sheet_release(&sheet);
    text_release(&path);
    return result;
}

int sweep_chart_choose(struct sweep_chart_data *data, const char *const *metrics,
                       size_t n_metrics, const char *dir, struct diag *d)
{
    static const char *const usual[] = {"utilisation_frac", "fill_frac", "value"};
    enum { N_USUAL = sizeof usual / sizeof *usual };
    struct sweep_view *v = data->view;
    struct place at = {.file = dir};
    int found[2] = {-1, -1};
    if (v->n_outcomes == 0)
        return diag_error(d, DIAG_DATA, &at, "has no finished runs yet");
    for (size_t i = 0; i < 2 && i < n_metrics; i++)
        if ((found[i] = sweep_view_meant(v, metrics[i], d)) < 0)
            return -1;
    if (found[0] < 0)
        found[0] = sweep_view_find(v, v->answer);
    for (size_t i = 0; i < N_USUAL; i++)
        for (size_t k = 0; k < 2; k++)
            if (found[k] < 0 && found[1 - k] != sweep_view_find(v, usual[i]))
                found[k] = sweep_view_find(v, usual[i]);
    data->outcome = found[0] < 0 ? 0 : (size_t)found[0];
    data->second = found[1] < 0 ? data->outcome : (size_t)found[1];
    return 0;
}

static int draw_all(struct sweep_chart_data *data, const char *dir,
                    const struct chart_options *options, struct diag *d)
{
    struct chart_look look;
    const char *names[MOST_CHARTS];
    bool is_known = !options->only;
    for (size_t i = 0; i < n_sweep_charts; i++) {
        names[i] = sweep_charts[i]->chart.name;
        is_known |= options->only && strcmp(names[i], options->only) == 0;
    }
    if (!is_known) {
        diag_error(d, DIAG_USAGE, NULL, "a sweep has no chart '%s'", options->only);
        diag_hint(d, "there are: heatmap, tornado, pareto");
        return -1;
    }
    if (chart_look_init(&look, dir, options, d) != 0)
        return -1;
    bool is_written[MOST_CHARTS] = {false};
    int result = 0;
    for (size_t i = 0; i < n_sweep_charts && result == 0; i++)
        if (!options->only || strcmp(names[i], options->only) == 0)
            result =
                write_one(data, dir, &look, options, sweep_charts[i], &is_written[i], d);
    for (size_t i = 0; i < n_sweep_charts && result == 0; i++)
        if (is_written[i])
            result = chart_draw_table(&look, names[i], options, d);
    chart_look_release(&look);
    return result;
}

int sweep_chart_draw(const char *dir, const struct chart_options *options,
                     const char *const *metrics, size_t n_metrics, struct diag *d)
{
    struct sweep_view view;
    struct sweep_chart_data data = {.view = &view};
    if (sweep_view_open_in(&view, dir, d) != 0)
        return -1;
    double *means = sweep_view_means(&view, d);
    data.means = means;
    int result = means ? sweep_chart_choose(&data, metrics, n_metrics, dir, d) : -1;
    if (result == 0)
        result = draw_all(&data, dir, options, d);
    mem_free(means);
    sweep_view_close(&view);
    return result;
}
