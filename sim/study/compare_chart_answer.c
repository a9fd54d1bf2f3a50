/* What each alternative comes to, and what it changes: a row an alternative. */
#include "study/compare_chart.h"

#include "base/check.h"
#include "study/chart_rows.h"
#include "study/compare_prose.h"
#include "study/outcome_words.h"

#include <math.h>
#include <stdio.h>

enum { MOST_ROWS = 190, COLOUR = 1 };

static double factor_of(const struct saved_effect *e)
{
    return outcome_is_fraction(e->metric, e->kind) ? 100 : 1;
}

static const char *unit_of(const struct saved_effect *e, bool is_difference)
{
    if (metric_is_yes_no(e->metric, e->kind) && !is_difference)
        return "percent of the worlds";
    if (outcome_is_fraction(e->metric, e->kind))
        return is_difference ? "percentage points" : "percent";
    return metric_types[e->metric].unit;
}

static void append_title(const struct saved_effect *e, struct text *out)
{
    outcome_title(out, metric_types[e->metric].name, outcome_kinds[e->kind], e->subject,
                  e->at);
}

/* ---- means ---- */

/* The alternative with the best mean (direction 1) or the worst one (-1); where neither
 * direction is better, the largest and the least. NULL: there is none. */
static const struct saved_effect *extreme_mean(const struct saved_comparison *c,
                                               const struct saved_effect *answer,
                                               int direction)
{
    const struct saved_effect *found = NULL;
    double sign =
        metric_types[answer->metric].better == BETTER_LESS ? -direction : direction;
    for (size_t i = 0; i < c->n_alternatives; i++) {
        const struct saved_effect *e = saved_effect_of(c, c->alternatives[i], answer);
        if (e && !isnan(e->mean) && (!found || sign * e->mean > sign * found->mean))
            found = e;
    }
    return found;
}

static void tell_means(const struct saved_comparison *c,
                       const struct saved_effect *answer, struct prose *caption)
{
    const struct saved_effect *best = extreme_mean(c, answer, 1),
                              *worst = extreme_mean(c, answer, -1);
    bool has_better = metric_types[answer->metric].better != BETTER_NEITHER;
    CHECK(best && worst); /* a mean was drawn */
    if (best->mean == worst->mean) {
        prose_words(caption, "All alternatives come to the same: ");
        effect_put_mean(caption, best);
        effect_put_mean_interval(caption, best);
    } else {
        prose_words(caption, has_better ? "Best is " : "Most is under ");
        prose_name(caption, best->alternative);
        prose_words(caption, ": ");
        effect_put_mean(caption, best);
        effect_put_mean_interval(caption, best);
        prose_words(caption, has_better ? "; worst is " : "; least is under ");
        prose_name(caption, worst->alternative);
        prose_words(caption, ": ");
        effect_put_mean(caption, worst);
        effect_put_mean_interval(caption, worst);
    }
    prose_words(caption, ".");
    if (metric_types[answer->metric].missing_is_worst)
        prose_words(caption, " Worlds without a release are in no mean; how many these "
                             "are stands at the right.");
}

static enum chart_outcome write_means(struct saved_comparison *c,
                                      const struct saved_effect *answer,
                                      struct chart_sheet *sheet)
{
    struct compare_span span = {INFINITY, -INFINITY};
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
        compare_span_widen(&span, factor * e->mean);
        compare_span_widen(&span, factor * e->mean_low);
        compare_span_widen(&span, factor * e->mean_high);
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
        append_title(answer, &sheet->title);
        compare_chart_subtitle(c, "mean by alternative", sheet);
        compare_span_write(&span, &sheet->rows);
        chart_row_unit(&sheet->rows, unit_of(answer, false));
        text_append(&sheet->rows, rows.bytes);
        tell_means(c, answer, &sheet->caption);
    } else {
        text_append(&sheet->none, "no world gives the outcome a value");
    }
    text_release(&rows);
    return span.low <= span.high ? CHART_WRITTEN : CHART_NONE;
}

const struct compare_chart_type compare_chart_means = {
    .chart = {.name = "means",
              .summary = "of a comparison: an answer by alternative, with intervals",
              .header = CHART_ROWS_HEADER},
    .is_of_answer = true,
    .write = write_means,
};

/* ---- differences ---- */

/* The largest change, of those that stand if any does. NULL: there is none. */
static const struct saved_effect *largest_change(const struct saved_comparison *c,
                                                 const struct saved_effect *answer)
{
    const struct saved_effect *found = NULL;
    for (size_t i = 0; i < c->n_alternatives; i++) {
        const struct saved_effect *e = saved_effect_of(c, c->alternatives[i], answer);
        if (!e || !e->has_difference || isnan(e->difference))
            continue;
        bool stands = saved_effect_stands(e);
        if (!found || stands > saved_effect_stands(found) ||
            (stands == saved_effect_stands(found) &&
             fabs(e->difference) > fabs(found->difference)))
            found = e;
    }
    return found;
}

/* Where pairing pays most. NULL: nowhere can it be told. */
static const struct saved_effect *widest_unpaired(const struct saved_comparison *c,
                                                  const struct saved_effect *answer)
{
    const struct saved_effect *found = NULL;
    for (size_t i = 0; i < c->n_alternatives; i++) {
        const struct saved_effect *e = saved_effect_of(c, c->alternatives[i], answer);
        if (e && e->has_difference && e->unpaired_ratio > 1 &&
            (!found || e->unpaired_ratio > found->unpaired_ratio))
            found = e;
    }
    return found;
}

static void tell_differences(const struct saved_comparison *c,
                             const struct saved_effect *answer, struct prose *caption)
{
    const struct saved_effect *largest = largest_change(c, answer),
                              *pays = widest_unpaired(c, answer);
    CHECK(largest); /* a change was drawn */
    effect_put_count(caption, c, answer, true);
    prose_words(caption, " of ");
    effect_put_count(caption, c, answer, false);
    prose_words(caption, effect_count(c, answer, false) == 1 ? " change stands"
                                                             : " changes stand");
    prose_words(caption, " after Holm's correction. The largest is that of ");
    prose_name(caption, largest->alternative);
    prose_words(caption, ": ");
    effect_put_change(caption, largest);
    prose_words(caption, ".");
    if (!pays)
        return;
    prose_words(caption, " Pairing pays most for ");
    prose_name(caption, pays->alternative);
    prose_words(caption, ": in worlds of their own the interval would be ");
    effect_put(caption, pays, "comparison.csv", "unpaired_ratio", pays->unpaired_ratio,
               FIGURE_MONTHS);
    prose_words(caption, " times as wide.");
}

static double largest_of(const struct saved_comparison *c,
                         const struct saved_effect *answer)
{
    const struct saved_effect *e = largest_change(c, answer);
    return e ? factor_of(answer) * fabs(e->difference) : 0;
}

static enum chart_outcome write_differences(struct saved_comparison *c,
                                            const struct saved_effect *answer,
                                            struct chart_sheet *sheet)
{
    struct compare_span span = {0, 0};
    size_t row = 0, n = 0;
    int decimals = compare_chart_decimals(largest_of(c, answer));
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
        compare_chart_change(c, e, factor_of(answer), decimals, row, &span, &rows);
        n++;
    }
    if (n > 0) {
        append_title(answer, &sheet->title);
        text_append(&sheet->title, ", change");
        struct text words;
        text_init(&words);
        text_printf(&words, "change against: %s", c->against);
        compare_chart_subtitle(c, words.bytes, sheet);
        text_release(&words);
        compare_span_write(&span, &sheet->rows);
        chart_row_unit(&sheet->rows, unit_of(answer, true));
        text_append(&sheet->rows, rows.bytes);
        tell_differences(c, answer, &sheet->caption);
    } else {
        text_append(&sheet->none, "no world gives both a value");
    }
    text_release(&rows);
    return n > 0 ? CHART_WRITTEN : CHART_NONE;
}

const struct compare_chart_type compare_chart_differences = {
    .chart = {.name = "differences",
              .summary = "of a comparison: paired differences of an answer",
              .header = CHART_ROWS_HEADER},
    .is_of_answer = true,
    .write = write_differences,
};
