#include "study/compare_chart.h"

#include "base/memory.h"
#include "base/seconds.h"
#include "model/calendar.h"
#include "study/chart_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 190, COLOUR = 1 };

bool outcome_is_fraction(enum metric metric, enum outcome_kind kind)
{
    const char *name = metric_types[metric].name;
    size_t length = strlen(name);
    return metric_is_yes_no(metric, kind) ||
           (length > 5 && strcmp(name + length - 5, "_frac") == 0);
}

/* ---- what all of them say ---- */

static double factor_of(const struct saved_effect *e)
{
    return outcome_is_fraction(e->metric, e->kind) ? 100 : 1;
}

static const char *unit_of(const struct saved_effect *e, bool is_difference)
{
    if (outcome_is_fraction(e->metric, e->kind))
        return is_difference ? "percentage points" : "percent";
    return metric_types[e->metric].unit;
}

static void set_subtitle(const struct saved_comparison *c, const char *words,
                         struct chart_sheet *sheet)
{
    text_clear(&sheet->subtitle);
    text_printf(&sheet->subtitle, "%s; %s, ", words, c->name);
    if (c->least_runs == c->most_runs)
        text_printf(&sheet->subtitle, "%zu worlds", c->most_runs);
    else
        text_printf(&sheet->subtitle, "%zu to %zu worlds", c->least_runs, c->most_runs);
}

/* The span of rows, with zero in it where it is about differences. */
struct span {
    double low, high;
};

static void widen(struct span *span, double x)
{
    span->low = isnan(x) || x >= span->low ? span->low : x;
    span->high = isnan(x) || x <= span->high ? span->high : x;
}

static void write_span(struct span *span, struct text *out)
{
    double room = 0.04 * (span->high - span->low);
    room = room > 0 ? room : fmax(fabs(span->low) * 0.05, 0.01);
    chart_row_span(out, span->low - room, span->high + room);
}

static const char *signed_words(struct arena *arena, double x)
{
    int decimals = fabs(x) >= 100 ? 0 : fabs(x) >= 10 ? 1 : 2;
    if (fabs(x) < 0.5 * pow(10, -decimals))
        return "0";
    if (fabs(x) < 1e4)
        return arena_printf(arena, "%+.*f", decimals, x);
    bool is_large = fabs(x) >= 1e6;
    return arena_printf(arena, "%+.3g%s", x / (is_large ? 1e6 : 1e3),
                        is_large ? " M" : " k");
}

/* ---- means ---- */

static enum chart_outcome write_means(struct saved_comparison *c,
                                      const struct saved_effect *answer,
                                      struct chart_sheet *sheet)
{
    struct span span = {INFINITY, -INFINITY};
    double factor = factor_of(answer);
    size_t row = 0;
    struct text rows;
    text_init(&rows);
    for (size_t i = 0; i < c->n_alternatives && row < MOST_ROWS; i++) {
        const struct saved_effect *e = saved_effect_of(c, c->alternatives[i], answer);
        chart_row_name(&rows, "name", ++row, c->alternatives[i]);
        if (!e || isnan(e->mean)) {
            chart_row_words_at(&rows, "right", row, NAN, 0, "no value in any world");
            continue;
        }
        widen(&span, factor * e->mean);
        widen(&span, factor * e->mean_low);
        widen(&span, factor * e->mean_high);
        if (e->mean_low < e->mean_high)
            chart_row_numbers(&rows, "interval", row, factor * e->mean_low,
                              factor * e->mean_high, COLOUR);
        chart_row_numbers(&rows, "mean", row, factor * e->mean, NAN, COLOUR);
        if (e->n < e->n_runs) {
            char words[64];
            snprintf(words, sizeof words, "no value in %.0f of %.0f", e->n_runs - e->n,
                     e->n_runs);
            chart_row_words_at(&rows, "right", row, NAN, 0, words);
        }
    }
    if (span.low <= span.high) {
        text_printf(&sheet->title, "%s by alternative", saved_effect_path(c, answer));
        set_subtitle(c, "means", sheet);
        write_span(&span, &sheet->rows);
        chart_row_unit(&sheet->rows, unit_of(answer, false));
        text_append(&sheet->rows, rows.bytes);
    } else {
        text_append(&sheet->none, "no world gives the outcome a value");
    }
    text_release(&rows);
    return span.low <= span.high ? CHART_WRITTEN : CHART_NONE;
}

static const struct compare_chart_type means = {
    .chart = {.name = "means",
              .summary = "of a comparison: an answer by alternative, with intervals",
              .header = CHART_ROWS_HEADER},
    .is_of_answer = true,
    .write = write_means,
};

/* ---- differences ---- */

static void write_difference(struct saved_comparison *c, const struct saved_effect *e,
                             double factor, size_t row, struct span *span,
                             struct text *rows)
{
    double low = factor * e->ci_low, high = factor * e->ci_high;
    widen(span, factor * e->difference);
    widen(span, low);
    widen(span, high);
    if (low < high)
        chart_row_numbers(rows, "interval", row, low, high, COLOUR);
    chart_row_numbers(rows, saved_effect_stands(e) ? "stands" : "open", row,
                      factor * e->difference, NAN, COLOUR);
    chart_row_words_at(rows, "right", row, NAN, CHART_NO_COLOUR,
                       signed_words(&c->arena, factor * e->difference));
}

static enum chart_outcome write_differences(struct saved_comparison *c,
                                            const struct saved_effect *answer,
                                            struct chart_sheet *sheet)
{
    struct span span = {0, 0};
    size_t row = 0, n = 0;
    struct text rows;
    text_init(&rows);
    for (size_t i = 0; i < c->n_alternatives && row < MOST_ROWS; i++) {
        const struct saved_effect *e = saved_effect_of(c, c->alternatives[i], answer);
        if (!e || !e->has_difference)
            continue;
        chart_row_name(&rows, "name", ++row, c->alternatives[i]);
        if (isnan(e->difference)) {
            chart_row_words_at(&rows, "right", row, NAN, 0, "no pair");
            continue;
        }
        write_difference(c, e, factor_of(answer), row, &span, &rows);
        n++;
    }
    if (n > 0) {
        text_printf(&sheet->title, "Change of %s", saved_effect_path(c, answer));
        struct text words;
        text_init(&words);
        text_printf(&words, "paired differences to: %s", c->against);
        set_subtitle(c, words.bytes, sheet);
        text_release(&words);
        write_span(&span, &sheet->rows);
        chart_row_unit(&sheet->rows, unit_of(answer, true));
        text_append(&sheet->rows, rows.bytes);
    } else {
        text_append(&sheet->none, "no world gives both a value");
    }
    text_release(&rows);
    return n > 0 ? CHART_WRITTEN : CHART_NONE;
}

static const struct compare_chart_type differences = {
    .chart = {.name = "differences",
              .summary = "of a comparison: paired differences of an answer",
              .header = CHART_ROWS_HEADER},
    .is_of_answer = true,
    .write = write_differences,
};

/* ---- shifts ---- */

struct shift {
    const struct saved_effect *team; /* of the base */
    double largest;                  /* change under any alternative */
};

static int by_largest(const void *a, const void *b)
{
    const struct shift *x = a, *y = b;
    if (x->largest != y->largest)
        return x->largest > y->largest ? -1 : 1;
    return strcmp(x->team->subject, y->team->subject);
}

/* The teams of the base, those with the largest changes first. */
static struct shift *find_shifts(const struct saved_comparison *c, size_t *n)
{
    struct shift *shifts = MEM_ARRAY(struct shift, c->n_effects);
    *n = 0;
    for (size_t i = 0; i < c->n_effects; i++) {
        const struct saved_effect *e = &c->effects[i];
        if (e->metric != METRIC_HOURS_USED || e->kind != OF_TEAM || *e->at ||
            strcmp(e->alternative, c->against) != 0)
            continue;
        struct shift shift = {e, 0};
        for (size_t k = 0; k < c->n_alternatives; k++) {
            const struct saved_effect *other = saved_effect_of(c, c->alternatives[k], e);
            if (other && other->has_difference && !isnan(other->difference))
                shift.largest = fmax(shift.largest, fabs(other->difference));
        }
        shifts[(*n)++] = shift;
    }
    if (*n > 0)
        qsort(shifts, *n, sizeof *shifts, by_largest);
    return shifts;
}

static double run_hours(const struct saved_comparison *c)
{
    struct date start = {1970, 1, 1};
    struct calendar calendar = {.n_months = c->n_months};
    date_parse(c->start, &start);
    calendar.start = start;
    double seconds = calendar_at_s(start, calendar_month_date(&calendar, c->n_months));
    return seconds / SECONDS_PER_HOUR;
}

static enum chart_outcome write_shifts(struct saved_comparison *c,
                                       const struct saved_effect *answer,
                                       struct chart_sheet *sheet)
{
    struct span span = {0, 0};
    size_t n_teams, row = 0, n_others = c->n_alternatives > 1 ? c->n_alternatives - 1 : 1;
    struct shift *shifts = find_shifts(c, &n_teams);
    size_t most = MOST_ROWS / n_others > 0 ? MOST_ROWS / n_others : 1;
    size_t n_shown = n_teams < most ? n_teams : most;
    double factor = 1 / run_hours(c);
    struct text rows;
    (void)answer;
    text_init(&rows);
    for (size_t i = 0; i < c->n_alternatives && row + n_shown <= MOST_ROWS; i++) {
        bool is_first = true;
        for (size_t k = 0; k < n_shown; k++) {
            const struct saved_effect *e =
                saved_effect_of(c, c->alternatives[i], shifts[k].team);
            if (!e || !e->has_difference || isnan(e->difference))
                continue;
            row++;
            if (is_first)
                chart_row_name(&rows, "group", row, c->alternatives[i]);
            is_first = false;
            chart_row_name(&rows, "name", row, shifts[k].team->subject);
            write_difference(c, e, factor, row, &span, &rows);
        }
    }
    if (row > 0) {
        text_append(&sheet->title, "Who gains and who loses GPUs");
        struct text words;
        text_init(&words);
        text_printf(&words, "GPUs at work on average, change to: %s", c->against);
        if (n_shown < n_teams)
            text_printf(&words, ", %zu of %zu teams", n_shown, n_teams);
        set_subtitle(c, words.bytes, sheet);
        text_release(&words);
        write_span(&span, &sheet->rows);
        chart_row_unit(&sheet->rows, "GPUs");
        text_append(&sheet->rows, rows.bytes);
    } else {
        text_append(&sheet->none, "the alternatives have no team in common");
    }
    text_release(&rows);
    mem_free(shifts);
    return row > 0 ? CHART_WRITTEN : CHART_NONE;
}

static const struct compare_chart_type shifts = {
    .chart = {.name = "shifts",
              .summary = "of a comparison: who gains and who loses GPUs",
              .header = CHART_ROWS_HEADER},
    .write = write_shifts,
};

const struct compare_chart_type *const compare_charts[] = {&means, &differences, &shifts};
const size_t n_compare_charts = sizeof compare_charts / sizeof *compare_charts;

/* ---- drawing ---- */

static int write_one(struct saved_comparison *c, const struct saved_effect *answer,
                     const struct chart_look *look, const struct chart_options *options,
                     const struct compare_chart_type *type, bool *is_written,
                     struct diag *d)
{
    struct place at = {.file = c->dir};
    struct chart_sheet sheet;
    struct text text;
    text_init(&text);
    chart_sheet_init(&sheet, NULL);
    *is_written = type->write(c, answer, &sheet) == CHART_WRITTEN;
    int result = 0;
    if (*is_written) {
        text_printf(&text, "%s/%s.csv", look->folder.bytes, type->chart.name);
        result = chart_sheet_write_table(&sheet, &type->chart, text.bytes, d);
    } else if (options->only) {
        result = diag_error(d, DIAG_DATA, &at, "gives no chart of %s: %s",
                            type->chart.name, sheet.none.bytes);
    } else {
        text_printf(&text, "%s: %s", type->chart.name, sheet.none.bytes);
        options->tell(options->owner, NULL, text.bytes);
    }
    chart_sheet_release(&sheet);
    text_release(&text);
    return result;
}

static int choose(struct saved_comparison *c, const char *metric,
                  const struct saved_effect **answer, struct diag *d)
{
    struct place at = {.file = c->dir};
    struct text all;
    if (c->n_answers == 0)
        return diag_error(d, DIAG_DATA, &at, "has no answer");
    *answer = c->answers[0];
    text_init(&all);
    for (size_t i = 0; metric && i < c->n_answers; i++) {
        const char *path = saved_effect_path(c, c->answers[i]);
        text_printf(&all, "%s%s", i ? ", " : "", path);
        if (strcmp(path, metric) != 0)
            continue;
        *answer = c->answers[i];
        metric = NULL;
    }
    if (metric) {
        diag_error(d, DIAG_USAGE, NULL, "the comparison did not ask about '%s'", metric);
        diag_hint(d, "it asked about: %s; allot compare -m asks", all.bytes);
    }
    text_release(&all);
    return metric ? -1 : 0;
}

static int draw_all(struct saved_comparison *c, const struct saved_effect *answer,
                    const struct chart_options *options, struct diag *d)
{
    bool is_known = !options->only, is_written[MOST_CHARTS] = {false};
    struct chart_look look;
    for (size_t i = 0; i < n_compare_charts; i++)
        is_known |=
            options->only && strcmp(compare_charts[i]->chart.name, options->only) == 0;
    if (!is_known) {
        diag_error(d, DIAG_USAGE, NULL, "a comparison has no chart '%s'", options->only);
        diag_hint(d, "there are: means, differences, shifts");
        return -1;
    }
    if (chart_look_init(&look, c->dir, options, d) != 0)
        return -1;
    int result = 0;
    for (size_t i = 0; i < n_compare_charts && result == 0; i++)
        if (!options->only || strcmp(compare_charts[i]->chart.name, options->only) == 0)
            result = write_one(c, answer, &look, options, compare_charts[i],
                               &is_written[i], d);
    for (size_t i = 0; i < n_compare_charts && result == 0; i++)
        if (is_written[i])
            result = chart_draw_table(&look, compare_charts[i]->chart.name, options, d);
    chart_look_release(&look);
    return result;
}

int compare_chart_draw(const char *dir, const struct chart_options *options,
                       const char *metric, struct diag *d)
{
    struct saved_comparison c;
    const struct saved_effect *answer = NULL;
    if (saved_comparison_open(&c, dir, d) != 0)
        return -1;
    int result = choose(&c, metric, &answer, d);
    if (result == 0)
        result = draw_all(&c, answer, options, d);
    saved_comparison_close(&c);
    return result;
}
