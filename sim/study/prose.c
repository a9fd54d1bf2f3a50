#include "study/prose.h"

#include "base/check.h"
#include "base/memory.h"
#include "base/seconds.h"
#include "model/calendar.h"
#include "record/number.h"
#include "study/escape.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 48 };

/* ---- figures ---- */

/* gcc's printf has no true minus sign. */
static void append_signed(struct text *out, const char *number)
{
    bool is_zero = strspn(number, "-0.,") == strlen(number);
    if (*number == '-' && !is_zero)
        text_append(out, "\u2212");
    text_append(out, number + (*number == '-'));
}

static void append_decimals(struct text *out, double value, int decimals)
{
    char number[400];
    snprintf(number, sizeof number, "%.*f", decimals, value);
    append_signed(out, number);
}

static void append_count(struct text *out, double value)
{
    struct text number;
    text_init(&number);
    text_append_count(&number, value);
    append_signed(out, number.bytes);
    text_release(&number);
}

/* A decimal where a whole percent would say too much: "0 %" and "100 %" mean just that.
 */
static void append_percent(struct text *out, double fraction, int finer)
{
    double percent = 100 * fraction, whole = round(percent);
    bool is_blunt = (whole == 0 || fabs(whole) == 100) && fabs(percent - whole) >= 0.005;
    bool is_finer = is_blunt && round(10 * percent) != 10 * whole;
    append_decimals(out, percent, (is_blunt ? (is_finer ? 1 : 2) : 0) + finer);
    text_append(out, " %");
}

static void append_days(struct text *out, double days, int finer)
{
    bool is_whole = fabs(days - round(days)) < 0.05;
    append_decimals(out, days, (days < 2.95 && !is_whole ? 1 : 0) + finer);
    text_append(out, days >= 0.95 && days < 1.05 ? " day" : " days");
}

static void append_date(struct text *out, double months, const char *start)
{
    struct date first = {1970, 1, 1};
    date_parse(start, &first);
    /* A release at midnight belongs to the day that begins, whatever months lost. */
    double days = floor(months * SECONDS_PER_MONTH / SECONDS_PER_DAY + 1e-6);
    struct date date = date_from_days(date_to_days(first) + (int64_t)days);
    text_printf(out, "%d %s %d", date.day, date_month_names[date.month - 1], date.year);
}

static void append_month(struct text *out, double month, const char *start)
{
    struct calendar calendar = {.start = {1970, 1, 1}};
    date_parse(start, &calendar.start);
    struct date date = calendar_month_date(&calendar, (size_t)month);
    text_printf(out, "%s %d", date_month_names[date.month - 1], date.year);
}

/* With as many more decimals as `finer` says. */
static void append_figure(struct text *out, double value, enum figure_format format,
                          int finer, const char *start)
{
    if (!isfinite(value)) {
        text_append(out, "no value");
        return;
    }
    switch (format) {
    case FIGURE_COUNT:
        append_count(out, value);
        break;
    case FIGURE_PERCENT:
        append_percent(out, value, finer);
        break;
    case FIGURE_POINTS:
        append_decimals(out, 100 * value, (fabs(100 * value) < 9.95 ? 1 : 0) + finer);
        break;
    case FIGURE_INDEX:
        append_decimals(out, value, 2 + finer);
        break;
    case FIGURE_MONTHS:
        append_decimals(out, value, 1 + finer);
        break;
    case FIGURE_SPAN:
        append_decimals(out, fabs(value), 1 + finer);
        text_append(out, " months");
        break;
    case FIGURE_DAYS:
        append_days(out, fabs(value) * SECONDS_PER_MONTH / SECONDS_PER_DAY, finer);
        break;
    case FIGURE_HOURS:
        if (fabs(value) < 999999.5) {
            append_count(out, value);
        } else {
            append_decimals(out, value / 1e6, (fabs(value) < 9.995e6 ? 2 : 1) + finer);
            text_append(out, " million");
        }
        break;
    case FIGURE_DATE:
        append_date(out, value, start);
        break;
    case FIGURE_MONTH:
        append_month(out, value, start);
        break;
    }
}

void figure_append(struct text *out, double value, enum figure_format format,
                   const char *start)
{
    append_figure(out, value, format, 0, start);
}

static double sum_of(const double *values, size_t n, double *n_values)
{
    double sum = 0;
    *n_values = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i])) {
            sum += values[i];
            ++*n_values;
        }
    return sum;
}

static double share_bound(const double *values, size_t n, bool is_low)
{
    double n_values, n_yes = sum_of(values, n, &n_values), low = NAN, high = NAN;
    if (n_values > 0)
        summary_wilson(n_yes, (size_t)n_values, &low, &high);
    return is_low ? low : high;
}

double figure_statistic(const double *values, size_t n, const char *stat)
{
    struct summary s;
    double *scratch = MEM_ARRAY(double, n + 1);
    summary_of(values, 1, n, scratch, &s);
    mem_free(scratch);
    const struct {
        const char *name;
        double value;
    } known[] = {{"mean", s.mean},       {"sd", s.sd},     {"ci_low", s.ci_low},
                 {"ci_high", s.ci_high}, {"p025", s.p025}, {"p05", s.p05},
                 {"p25", s.p25},         {"p50", s.p50},   {"p75", s.p75},
                 {"p95", s.p95},         {"p975", s.p975}, {"n", (double)s.n}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, stat) == 0)
            return known[i].value;
    if (strcmp(stat, "wilson_low") == 0 || strcmp(stat, "wilson_high") == 0)
        return share_bound(values, n, strcmp(stat, "wilson_low") == 0);
    return NAN;
}

/* ---- writing ---- */

void prose_init(struct prose *prose, const char *start)
{
    *prose = (struct prose){.start = start};
    arena_init(&prose->arena);
}

void prose_release(struct prose *prose)
{
    mem_free(prose->parts);
    arena_release(&prose->arena);
    *prose = (struct prose){0};
}

static struct prose_part *add_part(struct prose *prose, enum prose_kind kind,
                                   const char *text)
{
    ARRAY_PUSH(prose->parts, prose->n_parts, prose->capacity) =
        (struct prose_part){.kind = kind, .text = arena_string(&prose->arena, text)};
    return &prose->parts[prose->n_parts - 1];
}

void prose_words(struct prose *prose, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *words = arena_vprintf(&prose->arena, format, arguments);
    va_end(arguments);
    add_part(prose, PROSE_WORDS, words);
}

void prose_name(struct prose *prose, const char *name)
{
    struct text cut;
    text_init(&cut);
    text_append_cut(&cut, name, LONGEST_NAME);
    add_part(prose, PROSE_NAME, cut.bytes);
    text_release(&cut);
}

static const char *kept(struct prose *prose, const char *string)
{
    return string ? arena_string(&prose->arena, string) : NULL;
}

static struct figure_source kept_source(struct prose *prose, struct figure_source source)
{
    return (struct figure_source){.file = kept(prose, source.file),
                                  .stat = kept(prose, source.stat),
                                  .metric = kept(prose, source.metric),
                                  .kind = kept(prose, source.kind),
                                  .subject = kept(prose, source.subject),
                                  .at = kept(prose, source.at),
                                  .less_kind = kept(prose, source.less_kind),
                                  .less_subject = kept(prose, source.less_subject)};
}

static void add_figure(struct prose *prose, double value, enum figure_format format,
                       int finer, struct figure_source source)
{
    struct text shown;
    text_init(&shown);
    append_figure(&shown, value, format, finer, prose->start);
    struct prose_part *part = add_part(prose, PROSE_FIGURE, shown.bytes);
    text_release(&shown);
    part->figure = (struct figure){value, format, kept_source(prose, source)};
}

void prose_figure(struct prose *prose, double value, enum figure_format format,
                  struct figure_source source)
{
    add_figure(prose, value, format, 0, source);
}

void prose_append(struct prose *prose, const struct prose *more)
{
    for (size_t i = 0; i < more->n_parts; i++) {
        const struct prose_part *from = &more->parts[i];
        struct prose_part *part = add_part(prose, from->kind, from->text);
        part->figure = from->figure;
        part->figure.source = kept_source(prose, from->figure.source);
    }
}

static void add_outcome(struct prose *prose, const struct saved_outcome *o,
                        const char *stat, enum figure_format format, int finer)
{
    add_figure(prose, figure_statistic(o->values, o->n, stat), format, finer,
               (struct figure_source){.file = "outcomes.csv",
                                      .stat = stat,
                                      .metric = o->metric,
                                      .kind = o->kind,
                                      .subject = o->subject,
                                      .at = o->at});
}

void prose_outcome(struct prose *prose, const struct saved_outcome *o, const char *stat,
                   enum figure_format format)
{
    add_outcome(prose, o, stat, format, 0);
}

/* The decimals that the ends of an interval need to differ, up to 3 more. */
static int decimals_between(double low, double high, enum figure_format format,
                            const char *start)
{
    struct text a, b;
    int finer = -1;
    bool differ = false;
    text_init(&a);
    text_init(&b);
    while (!differ && ++finer < 3) {
        text_clear(&a);
        text_clear(&b);
        append_figure(&a, low, format, finer, start);
        append_figure(&b, high, format, finer, start);
        differ = strcmp(a.bytes, b.bytes) != 0;
    }
    text_release(&a);
    text_release(&b);
    return finer;
}

void prose_range(struct prose *prose, const struct saved_outcome *o, const char *low,
                 const char *between, const char *high, enum figure_format format)
{
    int finer =
        decimals_between(figure_statistic(o->values, o->n, low),
                         figure_statistic(o->values, o->n, high), format, prose->start);
    add_outcome(prose, o, low, format, finer);
    prose_words(prose, "%s", between);
    add_outcome(prose, o, high, format, finer);
}

void prose_interval(struct prose *prose, const struct saved_outcome *o,
                    enum figure_format format)
{
    if (!(o->summary.ci_low < o->summary.ci_high))
        return;
    prose_words(prose, " (95 %% interval ");
    prose_range(prose, o, "ci_low", " to ", "ci_high", format);
    prose_words(prose, ")");
}

void prose_cell(struct prose *prose, const struct saved_series *series, size_t subject,
                size_t month, enum figure_format format)
{
    prose_figure(prose, series->values[month * series->n_subjects + subject], format,
                 (struct figure_source){.file = series->file,
                                        .stat = series->statistic,
                                        .metric = series->column,
                                        .kind = series->kind,
                                        .subject = series->subjects[subject],
                                        .at = series->months[month]});
}

void prose_month(struct prose *prose, const struct saved_series *series, size_t month)
{
    prose_figure(prose, (double)month, FIGURE_MONTH,
                 (struct figure_source){.file = series->file,
                                        .stat = "month",
                                        .metric = series->column,
                                        .kind = series->kind,
                                        .at = series->months[month]});
}

/* ---- rendering ---- */

void prose_append_plain(const struct prose *prose, struct text *out)
{
    for (size_t i = 0; i < prose->n_parts; i++)
        text_append(out, prose->parts[i].text);
}

static void append_attribute(struct text *out, const char *name, const char *value)
{
    if (!value)
        return;
    text_printf(out, " data-%s=\"", name);
    escape_html(out, value);
    text_append(out, "\"");
}

static void append_figure_html(struct text *out, const struct prose_part *part)
{
    const struct figure_source *source = &part->figure.source;
    char value[NUMBER_ROOM];
    number_format(part->figure.value, value);
    text_printf(out, "<data value=\"%s\"", value);
    append_attribute(out, "file", source->file);
    append_attribute(out, "stat", source->stat);
    append_attribute(out, "metric", source->metric);
    append_attribute(out, "kind", source->kind);
    append_attribute(out, "subject", source->subject);
    append_attribute(out, "at", source->at);
    append_attribute(out, "less-kind", source->less_kind);
    append_attribute(out, "less-subject", source->less_subject);
    text_append(out, ">");
    escape_html(out, part->text);
    text_append(out, "</data>");
}

void prose_append_html(const struct prose *prose, struct text *out)
{
    for (size_t i = 0; i < prose->n_parts; i++) {
        const struct prose_part *part = &prose->parts[i];
        if (part->kind == PROSE_FIGURE) {
            append_figure_html(out, part);
            continue;
        }
        bool is_name = part->kind == PROSE_NAME;
        text_append(out, is_name ? "<bdi>" : "");
        escape_html(out, part->text);
        text_append(out, is_name ? "</bdi>" : "");
    }
}

void prose_append_markdown(const struct prose *prose, struct text *out)
{
    for (size_t i = 0; i < prose->n_parts; i++)
        escape_markdown(out, prose->parts[i].text);
}
