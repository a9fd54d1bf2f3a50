#include "study/prose.h"

#include "base/memory.h"
#include "record/number.h"
#include "study/escape.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

enum { LONGEST_NAME = 48 };

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
                                  .less_subject = kept(prose, source.less_subject),
                                  .alternative = kept(prose, source.alternative)};
}

void prose_figure_finer(struct prose *prose, double value, enum figure_format format,
                        int finer, struct figure_source source)
{
    struct text shown;
    text_init(&shown);
    figure_append_finer(&shown, value, format, finer, prose->start);
    struct prose_part *part = add_part(prose, PROSE_FIGURE, shown.bytes);
    text_release(&shown);
    part->figure = (struct figure){value, format, kept_source(prose, source)};
}

void prose_figure(struct prose *prose, double value, enum figure_format format,
                  struct figure_source source)
{
    prose_figure_finer(prose, value, format, 0, source);
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

void prose_interval_of(struct prose *prose, const struct prose_ends *ends,
                       enum figure_format format, struct figure_source source)
{
    if (!(ends->low < ends->high))
        return;
    int finer = figure_finer(ends->low, ends->high, format, prose->start);
    prose_words(prose, " (95 %% interval ");
    source.stat = ends->low_stat;
    prose_figure_finer(prose, ends->low, format, finer, source);
    prose_words(prose, " to ");
    source.stat = ends->high_stat;
    prose_figure_finer(prose, ends->high, format, finer, source);
    prose_words(prose, ")");
}

static void add_outcome(struct prose *prose, const struct saved_outcome *o,
                        const char *stat, enum figure_format format, int finer)
{
    prose_figure_finer(prose, figure_statistic(o->values, o->n, stat), format, finer,
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

void prose_range(struct prose *prose, const struct saved_outcome *o, const char *low,
                 const char *between, const char *high, enum figure_format format)
{
    int finer =
        figure_finer(figure_statistic(o->values, o->n, low),
                     figure_statistic(o->values, o->n, high), format, prose->start);
    add_outcome(prose, o, low, format, finer);
    prose_words(prose, "%s", between);
    add_outcome(prose, o, high, format, finer);
}

static void add_interval(struct prose *prose, const struct saved_outcome *o,
                         const char *low, const char *high, enum figure_format format)
{
    prose_words(prose, " (95 %% interval ");
    prose_range(prose, o, low, " to ", high, format);
    prose_words(prose, ")");
}

void prose_interval(struct prose *prose, const struct saved_outcome *o,
                    enum figure_format format)
{
    if (o->summary.ci_low < o->summary.ci_high)
        add_interval(prose, o, "ci_low", "ci_high", format);
}

void prose_interval_of_share(struct prose *prose, const struct saved_outcome *o)
{
    add_interval(prose, o, "wilson_low", "wilson_high", FIGURE_PERCENT);
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
    append_attribute(out, "alternative", source->alternative);
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
