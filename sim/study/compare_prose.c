#include "study/compare_prose.h"

#include "base/seconds.h"
#include "model/calendar.h"
#include "study/outcome_words.h"

#include <math.h>
#include <string.h>

enum figure_format effect_format(const struct saved_effect *e, bool is_difference)
{
    enum figure_format format =
        outcome_format(metric_types[e->metric].name, outcome_kinds[e->kind]);
    return is_difference && format == FIGURE_PERCENT ? FIGURE_POINTS : format;
}

static struct figure_source source_of(const struct saved_effect *e, const char *file,
                                      const char *column)
{
    return (struct figure_source){.file = file,
                                  .stat = column,
                                  .metric = metric_types[e->metric].name,
                                  .kind = outcome_kinds[e->kind],
                                  .subject = e->subject,
                                  .at = e->at,
                                  .alternative = e->alternative};
}

void effect_put(struct prose *out, const struct saved_effect *e, const char *file,
                const char *column, double value, enum figure_format format)
{
    prose_figure(out, value, format, source_of(e, file, column));
}

/* A change has its sign. */
static void put_change(struct prose *out, const struct saved_effect *e,
                       const char *column, double value, enum figure_format format,
                       int finer)
{
    prose_words(out, value > 0 ? "+" : "");
    prose_figure_finer(out, value, format, finer, source_of(e, "comparison.csv", column));
}

/* Behind a mean, or behind a change of it. */
static void put_unit(struct prose *out, const struct saved_effect *e, bool is_difference)
{
    if (metric_is_yes_no(e->metric, e->kind))
        prose_words(out, is_difference ? " percentage points" : " of the worlds");
    else if (outcome_is_fraction(e->metric, e->kind))
        prose_words(out, is_difference ? " percentage points" : "");
    else if (*metric_types[e->metric].unit)
        prose_words(out, " %s", metric_types[e->metric].unit);
}

void effect_put_mean(struct prose *out, const struct saved_effect *e)
{
    effect_put(out, e, "alternatives.csv", "mean", e->mean, effect_format(e, false));
    put_unit(out, e, false);
}

void effect_put_mean_interval(struct prose *out, const struct saved_effect *e)
{
    struct prose_ends ends = {e->mean_low, e->mean_high, "ci_low", "ci_high"};
    prose_interval_of(out, &ends, effect_format(e, false),
                      source_of(e, "alternatives.csv", ""));
}

/* As many more decimals as tell the interval's ends apart, and both from none where the
 * change stands. */
static int finer_of_change(const struct prose *out, const struct saved_effect *e,
                           enum figure_format format)
{
    if (!(e->ci_low < e->ci_high))
        return 0;
    int finer = figure_finer(e->ci_low, e->ci_high, format, out->start);
    double nearest = fmin(fabs(e->ci_low), fabs(e->ci_high));
    int other = saved_effect_stands(e) ? figure_finer(0, nearest, format, out->start) : 0;
    return finer > other ? finer : other;
}

void effect_put_change(struct prose *out, const struct saved_effect *e)
{
    enum figure_format format = effect_format(e, true);
    int finer = finer_of_change(out, e, format);
    put_change(out, e, "difference", e->difference, format, finer);
    put_unit(out, e, true);
    if (!(e->ci_low < e->ci_high))
        return;
    prose_words(out, " (95 %% interval ");
    put_change(out, e, "ci_low", e->ci_low, format, finer);
    prose_words(out, " to ");
    put_change(out, e, "ci_high", e->ci_high, format, finer);
    prose_words(out, ")");
}

size_t effect_count(const struct saved_comparison *c, const struct saved_effect *answer,
                    bool that_stand)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_alternatives; i++) {
        const struct saved_effect *e = saved_effect_of(c, c->alternatives[i], answer);
        n += e && e->has_difference && !isnan(e->difference) &&
             (!that_stand || saved_effect_stands(e));
    }
    return n;
}

void effect_put_count(struct prose *out, const struct saved_comparison *c,
                      const struct saved_effect *answer, bool that_stand)
{
    struct figure_source source =
        source_of(answer, "comparison.csv", that_stand ? "stand" : "count");
    source.alternative = NULL;
    prose_figure(out, (double)effect_count(c, answer, that_stand), FIGURE_COUNT, source);
}

double comparison_hours(const struct saved_comparison *c)
{
    struct calendar calendar = {.n_months = c->n_months};
    date_parse(c->start, &calendar.start);
    return calendar_at_s(calendar.start, calendar_month_date(&calendar, c->n_months)) /
           SECONDS_PER_HOUR;
}

void effect_put_gpus(struct prose *out, const struct saved_comparison *c,
                     const struct saved_effect *e)
{
    double gpus = e->difference / comparison_hours(c);
    put_change(out, e, "difference_gpus", gpus,
               fabs(gpus) < 10 ? FIGURE_MONTHS : FIGURE_COUNT, 0);
    prose_words(out, " GPUs");
}
