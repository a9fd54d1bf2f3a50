#include "study/chart_panels.h"

#include "base/check.h"
#include "record/number.h"
#include "study/glyphs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows ---- */

static void append_number(struct text *out, double value)
{
    char number[NUMBER_ROOM];
    number_format(value, number);
    text_append(out, number);
}

void panels_begin(struct panels *p, struct chart_sheet *sheet,
                  const struct saved_run *run, const struct saved_series *months)
{
    *p = (struct panels){&sheet->rows, run->start, months->months, months->n_months};
    text_printf(p->out, "span,,,%s,%s,,,,\n", run->start, run->horizon);
}

void panels_scale(const struct panels *p, size_t scale, double low, double high,
                  const char *format)
{
    text_printf(p->out, "scale,%zu,,,,", scale);
    if (!isnan(low))
        append_number(p->out, low);
    text_append(p->out, ",");
    if (!isnan(high))
        append_number(p->out, high);
    text_printf(p->out, ",,\"%s\"\n", format);
}

void panels_panel(const struct panels *p, size_t panel, size_t scale, const char *title)
{
    CHECK(panel >= 1 && panel <= PANELS_MOST);
    text_printf(p->out, "panel,%zu,%zu,,,,,,", panel, scale);
    chart_name_cell(p->out, title);
    text_append(p->out, "\n");
}

void panels_series(const struct panels *p, size_t series, int colour, const char *word)
{
    text_printf(p->out, "series,,%zu,,,,,", series);
    if (colour != PANELS_VARIES)
        text_printf(p->out, "%d", colour);
    text_append(p->out, ",");
    glyphs_append_cell(p->out, word);
    text_append(p->out, "\n");
}

void panels_rows(const struct panels *p, struct panels_line line, const double *low,
                 const double *high)
{
    bool is_surface = strcmp(line.what, "line") != 0 && strcmp(line.what, "dashed") != 0;
    for (size_t m = 0; m < p->n_months; m++) {
        char to[16];
        saved_next_month(p->months[m], to);
        text_printf(p->out, "%s,%zu,%zu,", line.what, line.panel, line.series);
        if (m == 0)
            text_append(p->out, p->start);
        else
            text_printf(p->out, "%s-01", p->months[m]);
        text_printf(p->out, ",%s,", to);
        if (is_surface)
            append_number(p->out, low ? low[m] : 0);
        text_append(p->out, ",");
        append_number(p->out, high[m]);
        text_printf(p->out, ",%d,\n", line.colour);
    }
}

/* Those that end nowhere come first; so the lines do not cross. */
static int by_place(const void *a, const void *b)
{
    const struct panels_end *x = a, *y = b;
    double low = isnan(x->high) ? -INFINITY : x->high;
    double high = isnan(y->high) ? -INFINITY : y->high;
    if (x->panel != y->panel)
        return x->panel < y->panel ? -1 : 1;
    if (low != high)
        return low < high ? -1 : 1;
    return x->series < y->series ? 1 : -1; /* as in the legend, from the top down */
}

void panels_ends(const struct panels *p, struct panels_end *ends, size_t n)
{
    qsort(ends, n, sizeof *ends, by_place);
    for (size_t i = 0; i < n; i++) {
        text_printf(p->out, "end,%zu,%zu,,,,", ends[i].panel, ends[i].series);
        append_number(p->out, ends[i].high);
        text_printf(p->out, ",%d,", ends[i].colour);
        chart_name_cell(p->out, ends[i].text);
        text_append(p->out, "\n");
    }
}

/* ---- what they read ---- */

static bool is_like(const struct saved_series *a, const struct saved_series *b)
{
    bool is_same = a->n_subjects == b->n_subjects && a->n_months == b->n_months;
    for (size_t i = 0; is_same && i < a->n_subjects; i++)
        is_same = strcmp(a->subjects[i], b->subjects[i]) == 0;
    for (size_t m = 0; is_same && m < a->n_months; m++)
        is_same = strcmp(a->months[m], b->months[m]) == 0;
    return is_same;
}

/* 0, 1 if there is no such column, -1 on an error. */
static int load_like(struct saved_run *run, const struct saved_series *what,
                     const struct saved_series *like, struct saved_series *series,
                     struct diag *d)
{
    struct place at = {.file = run->dir};
    int result = saved_run_series(run, what->file, what->kind, what->column,
                                  what->statistic, series, d);
    if (result == 0 && like && !is_like(series, like))
        return diag_error(d, DIAG_DATA, &at,
                          "holds other rows of %s in %s than of %s in %s", what->column,
                          what->file, like->column, like->file);
    return result;
}

int panels_load(struct saved_run *run, const char *file, const char *kind,
                const char *column, const struct saved_series *like,
                struct saved_series *series, struct diag *d)
{
    const struct saved_series what = {
        .file = file, .kind = kind, .column = column, .statistic = "mean"};
    struct place at = {.file = run->dir};
    int result = load_like(run, &what, like, series, d);
    if (result == 0 && series->n_subjects == 0)
        return diag_error(d, DIAG_DATA, &at, "holds no rows of %s", file);
    if (result > 0)
        return diag_error(d, DIAG_DATA, &at, "holds no column '%s' of %s", column, file);
    return result;
}

int panels_load_some(struct saved_run *run, const char *file, const char *kind,
                     const char *column, const struct saved_series *like,
                     struct saved_series *series, struct diag *d)
{
    const struct saved_series what = {
        .file = file, .kind = kind, .column = column, .statistic = "mean"};
    int result = load_like(run, &what, like, series, d);
    if (result <= 0)
        return result;
    *series = *like;
    series->column = column;
    series->values =
        ARENA_ARRAY(&run->arena, double, like->n_subjects * like->n_months + 1);
    return 0;
}

int panels_load_statistic(struct saved_run *run, const struct saved_series *mean,
                          const char *statistic, struct saved_series *series,
                          struct diag *d)
{
    struct saved_series what = *mean;
    what.statistic = statistic;
    return load_like(run, &what, mean, series, d);
}

double *panels_values(struct saved_run *run, const struct saved_series *series,
                      size_t subject)
{
    double *values = ARENA_ARRAY(&run->arena, double, series->n_months + 1);
    for (size_t m = 0; m < series->n_months; m++)
        values[m] = series->values[m * series->n_subjects + subject];
    return values;
}

double *panels_others(struct saved_run *run, const struct saved_series *series,
                      const struct chart_teams *teams)
{
    double *sums = ARENA_ARRAY(&run->arena, double, series->n_months + 1);
    for (size_t t = 0; t < teams->n_teams; t++)
        for (size_t m = 0; m < series->n_months && teams->teams[t].colour == 0; m++)
            sums[m] += series->values[m * series->n_subjects + teams->teams[t].order];
    return sums;
}

size_t panels_teams(const struct chart_teams *teams,
                    const struct chart_team *shown[PANELS_MOST])
{
    size_t n = 0;
    for (size_t t = 0; t < teams->n_teams; t++) {
        const struct chart_team *team = &teams->teams[t];
        if (team->colour == 0)
            continue;
        CHECK(n < PANELS_MOST && team->colour <= PANELS_MOST);
        shown[team->colour - 1] = team;
        n++;
    }
    return n;
}

size_t panels_last(const struct saved_series *series, size_t subject)
{
    for (size_t m = series->n_months; m-- > 0;)
        if (!isnan(series->values[m * series->n_subjects + subject]))
            return m;
    return series->n_months;
}

int panels_say(struct prose *prose, struct saved_run *run, struct panels_cell cell,
               struct diag *d)
{
    const struct saved_series *series = cell.series;
    struct saved_series low, high;
    prose_cell(prose, series, cell.subject, cell.month, cell.format);
    prose_words(prose, "%s", cell.unit);
    if (run->replications == 1)
        return 0;
    int has_low = panels_load_statistic(run, series, "ci_low", &low, d);
    int has_high = panels_load_statistic(run, series, "ci_high", &high, d);
    if (has_low < 0 || has_high < 0)
        return -1;
    size_t i = cell.month * series->n_subjects + cell.subject;
    if (has_low > 0 || has_high > 0 || !(low.values[i] < high.values[i]))
        return 0;
    prose_words(prose, " (95 %% interval ");
    prose_cell(prose, &low, cell.subject, cell.month, cell.format);
    prose_words(prose, " to ");
    prose_cell(prose, &high, cell.subject, cell.month, cell.format);
    prose_words(prose, ")");
    return 0;
}

/* ---- chances ---- */

int panels_fan_load(struct saved_run *run, struct panels_fan *fan, struct diag *d)
{
    const struct saved_series *mean = &fan->mean;
    fan->outer = "95 %";
    int low = panels_load_statistic(run, mean, "p025", &fan->outer_low, d);
    int high = panels_load_statistic(run, mean, "p975", &fan->outer_high, d);
    if (low > 0 || high > 0) {
        fan->outer = "90 %";
        low = panels_load_statistic(run, mean, "p05", &fan->outer_low, d);
        high = panels_load_statistic(run, mean, "p95", &fan->outer_high, d);
    }
    int first = panels_load_statistic(run, mean, "p25", &fan->inner_low, d);
    int third = panels_load_statistic(run, mean, "p75", &fan->inner_high, d);
    if (low < 0 || high < 0 || first < 0 || third < 0)
        return -1;
    struct place at = {.file = saved_run_file(run, "bands.csv", d)->file};
    if (low > 0 || high > 0 || first > 0 || third > 0)
        return diag_error(d, DIAG_DATA, &at, "holds no quantiles");
    return 0;
}

void panels_fan_words(const struct panels *p, const struct panels_fan *fan, int colour)
{
    char outer[64];
    snprintf(outer, sizeof outer, "%s of runs", fan->outer);
    panels_series(p, 1, colour, outer);
    panels_series(p, 2, colour, "50 %");
    panels_series(p, 3, colour == PANELS_USED ? PANELS_INK : colour, "mean");
}

void panels_fan_rows(const struct panels *p, struct saved_run *run,
                     const struct panels_fan *fan, size_t subject, size_t panel,
                     int colour)
{
    int line = colour == PANELS_USED ? PANELS_INK : colour;
    panels_rows(p, (struct panels_line){"band", panel, 1, colour},
                panels_values(run, &fan->outer_low, subject),
                panels_values(run, &fan->outer_high, subject));
    panels_rows(p, (struct panels_line){"band", panel, 2, colour},
                panels_values(run, &fan->inner_low, subject),
                panels_values(run, &fan->inner_high, subject));
    panels_rows(p, (struct panels_line){"line", panel, 3, line}, NULL,
                panels_values(run, &fan->mean, subject));
}
