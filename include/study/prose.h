/* prose.h - sentences whose numbers know where they come from.
 *
 * The captions and answers of a report are written as prose: our words, strangers' names,
 * and figures. A figure keeps its full value and its source, so that a page can be held
 * against the result files by a test: every digit that prose shows is part of a figure.
 */
#ifndef ALLOT_STUDY_PROSE_H
#define ALLOT_STUDY_PROSE_H

#include "base/arena.h"
#include "base/text.h"
#include "study/figure.h"
#include "study/saved_run.h"

/* Where a figure is found. Of outcomes.csv: a statistic over the replications of the
 * values of one outcome, or of its differences to another subject (`less_kind`, ...) or
 * metric in the same replication. Of a monthly file: a cell of bands.csv, or of the
 * series file itself in a single run. */
struct figure_source {
    const char *file; /* "outcomes.csv", or "teams.csv" ... for a monthly figure */
    const char *stat; /* outcomes: mean ci_low ci_high sd p025 p05 p25 p50 p75 p95 p975 n
                         (values that are not NaN), wilson_low wilson_high (of a share);
                         or count: the number of subjects of the kind; replications: their
                         number. Monthly: mean, p05 ...; of a single run "value"; or
                         month: the index of the month `at`; mark: the date `at` */
    const char *metric; /* or the column */
    const char *kind, *subject;
    const char *at;                       /* mark; or the month YYYY-MM */
    const char *less_kind, *less_subject; /* NULL: no difference */
    const char *alternative; /* of comparison.csv and alternatives.csv, whose stat is a
                                column; NULL: there is none */
};

struct figure {
    double value;
    enum figure_format format;
    struct figure_source source;
};

enum prose_kind { PROSE_WORDS, PROSE_NAME, PROSE_FIGURE };
struct prose_part {
    enum prose_kind kind;
    const char *text; /* as shown, not escaped */
    struct figure figure;
};

struct prose {
    struct arena arena;
    struct prose_part *parts;
    size_t n_parts, capacity;
    const char *start; /* of the scenario, for dates; borrowed */
};

void prose_init(struct prose *prose, const char *start);
void prose_release(struct prose *prose);

/* Our own words: no digits but those of unit names, no strangers' text. */
void prose_words(struct prose *prose, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A stranger's name, cut in the middle to 48 characters. */
void prose_name(struct prose *prose, const char *name);
void prose_figure(struct prose *prose, double value, enum figure_format format,
                  struct figure_source source);
/* The same with `finer` more decimals, as figure_finer says. */
void prose_figure_finer(struct prose *prose, double value, enum figure_format format,
                        int finer, struct figure_source source);

/* All of `more`, as it stands there. */
void prose_append(struct prose *prose, const struct prose *more);

/* A statistic of an outcome; NaN is shown as "no value". */
void prose_outcome(struct prose *prose, const struct saved_outcome *outcome,
                   const char *stat, enum figure_format format);

/* Two statistics with words between them, with as many decimals as it takes to tell them
 * apart. */
void prose_range(struct prose *prose, const struct saved_outcome *outcome,
                 const char *low, const char *between, const char *high,
                 enum figure_format format);

/* " (95 % interval LOW to HIGH)", with as many decimals as it takes to tell them apart;
 * nothing where LOW is not below HIGH. Their source is `source` but for the statistic. */
struct prose_ends {
    double low, high;
    const char *low_stat, *high_stat;
};
void prose_interval_of(struct prose *prose, const struct prose_ends *ends,
                       enum figure_format format, struct figure_source source);

/* The same of the outcome's mean; nothing for a single run or where all replications
 * agree. Of a share it is Wilson's, and always there. */
void prose_interval(struct prose *prose, const struct saved_outcome *outcome,
                    enum figure_format format);
void prose_interval_of_share(struct prose *prose, const struct saved_outcome *outcome);

/* A cell of a series; the name of one of its months. */
void prose_cell(struct prose *prose, const struct saved_series *series, size_t subject,
                size_t month, enum figure_format format);
void prose_month(struct prose *prose, const struct saved_series *series, size_t month);

/* Escaped for where it goes. In HTML a figure is <data value="..." data-stat="..." ...>,
 * a name <bdi>. */
void prose_append_plain(const struct prose *prose, struct text *out);
void prose_append_html(const struct prose *prose, struct text *out);
void prose_append_markdown(const struct prose *prose, struct text *out);

#endif
