#include "study/compare_chart.h"

#include "base/memory.h"
#include "study/chart_rows.h"

#include <math.h>
#include <string.h>

const struct compare_chart_type *const compare_charts[] = {
    &compare_chart_means, &compare_chart_differences, &compare_chart_shifts,
    &compare_chart_shiftmap};
const size_t n_compare_charts = sizeof compare_charts / sizeof *compare_charts;

/* ---- for the kinds ---- */

void compare_span_widen(struct compare_span *span, double x)
{
    span->low = isnan(x) || x >= span->low ? span->low : x;
    span->high = isnan(x) || x <= span->high ? span->high : x;
}

void compare_span_write(const struct compare_span *span, struct text *rows)
{
    double room = 0.04 * (span->high - span->low);
    room = room > 0 ? room : fmax(fabs(span->low) * 0.05, 0.01);
    chart_row_span(rows, span->low - room, span->high + room);
}

void compare_chart_subtitle(const struct saved_comparison *c, const char *words,
                            struct chart_sheet *sheet)
{
    text_clear(&sheet->subtitle);
    text_printf(&sheet->subtitle, "%s; %s, ", words, c->name);
    if (c->least_runs == c->most_runs)
        text_printf(&sheet->subtitle, "%zu world%s", c->most_runs,
                    c->most_runs == 1 ? "" : "s");
    else
        text_printf(&sheet->subtitle, "%zu to %zu worlds", c->least_runs, c->most_runs);
}

int compare_chart_decimals(double largest)
{
    return largest >= 100 ? 0 : largest >= 10 ? 1 : 2;
}

const char *compare_chart_signed(struct saved_comparison *c, double x, int decimals,
                                 bool stands)
{
    while (stands && decimals < 4 && fabs(x) < 0.5 * pow(10, -decimals))
        decimals++;
    if (fabs(x) < 0.5 * pow(10, -decimals))
        return "0";
    struct text number;
    text_init(&number);
    if (fabs(x) >= 999999.5)
        text_printf(&number, "%.2f million", fabs(x) / 1e6);
    else if (decimals == 0)
        text_append_count(&number, fabs(x));
    else
        text_printf(&number, "%.*f", decimals, fabs(x));
    const char *sign = x > 0 ? "+" : "\u2212";
    const char *result = arena_printf(&c->arena, "%s%s", sign, number.bytes);
    text_release(&number);
    return result;
}

enum { COLOUR = 1 };

void compare_chart_change(struct saved_comparison *c, const struct saved_effect *e,
                          double factor, int decimals, size_t row,
                          struct compare_span *span, struct text *rows)
{
    double low = factor * e->ci_low, high = factor * e->ci_high;
    bool stands = saved_effect_stands(e);
    compare_span_widen(span, factor * e->difference);
    compare_span_widen(span, low);
    compare_span_widen(span, high);
    if (low < high)
        chart_row_numbers(rows, "interval", row, low, high, COLOUR);
    chart_row_numbers(rows, stands ? "stands" : "open", row, factor * e->difference, NAN,
                      COLOUR);
    chart_row_words_at(rows, "right", row, NAN, CHART_NO_COLOUR,
                       compare_chart_signed(c, factor * e->difference, decimals, stands));
}

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
    bool is_found = !metric;
    if (c->n_answers == 0)
        return diag_error(d, DIAG_DATA, &at, "has no answer");
    *answer = c->answers[0];
    text_init(&all);
    for (size_t i = 0; !is_found && i < c->n_answers; i++) {
        const char *path = saved_effect_path(c, c->answers[i]);
        text_printf(&all, "%s%s", i ? ", " : "", path);
        is_found = strcmp(path, metric) == 0;
        if (is_found)
            *answer = c->answers[i];
    }
    if (!is_found) {
        diag_error(d, DIAG_USAGE, NULL, "the comparison did not ask about '%s'", metric);
        diag_hint(d, "it asked about: %s; allot compare -m asks", all.bytes);
    }
    text_release(&all);
    return is_found ? 0 : -1;
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
        diag_hint(d, "there are: means, differences, shifts, shiftmap");
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
