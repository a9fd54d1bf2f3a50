/* chart_panels.h - rows of the table of plots/panels.gp, and what the charts that are
 * panels of monthly series have in common. The format stands at the top of that file. */
#ifndef ALLOT_STUDY_CHART_PANELS_H
#define ALLOT_STUDY_CHART_PANELS_H

#include "study/chart.h"
#include "study/chart_teams.h"

#define PANELS_HEADER "what,panel,series,from,to,low,high,colour,text"

enum { PANELS_MOST = 12 };

/* Colours that are no team's. */
enum panels_colour {
    PANELS_INK = -1,
    PANELS_MUTED = -2,
    PANELS_USED = -3,
    PANELS_LENT = -4,
    PANELS_IDLE = -5,
    PANELS_FAILED = -6,
    PANELS_RESERVED = -7,
    PANELS_VARIES = -8 /* of a word of the legend: another in each panel */
};

/* Where the rows go, and the months that they are of. */
struct panels {
    struct text *out;
    const char *start; /* of the run: its first month may begin on any day */
    const char *const *months;
    size_t n_months;
};

/* Begins the rows with the span of the run. */
void panels_begin(struct panels *p, struct chart_sheet *sheet,
                  const struct saved_run *run, const struct saved_series *months);

/* A y axis: from low to high at least, NaN: from 0, and as far as the data; how numbers
 * are written: "count", "percent" or "index". */
void panels_scale(const struct panels *p, size_t scale, double low, double high,
                  const char *format);
void panels_panel(const struct panels *p, size_t panel, size_t scale, const char *title);
void panels_series(const struct panels *p, size_t series, int colour, const char *word);

/* A series of a panel: what is slice, area, band, line or dashed. */
struct panels_line {
    const char *what;
    size_t panel, series;
    int colour;
};

/* Its values, [n_months]; low is NULL for lines, and for surfaces that begin at 0. */
void panels_rows(const struct panels *p, struct panels_line line, const double *low,
                 const double *high);

/* Labels at the ends of lines, any number of panels; `ends` gets sorted as the table asks
 * for: panel by panel, the lowest first. */
struct panels_end {
    size_t panel, series;
    double high; /* NaN: nothing ends there; the label stands with the one before */
    int colour;
    const char *text;
};
void panels_ends(const struct panels *p, struct panels_end *ends, size_t n);

/* A series of an ensemble with its chances: the mean, and between which values half and
 * nearly all of the replications lie. */
struct panels_fan {
    struct saved_series mean, inner_low, inner_high, outer_low, outer_high;
    const char *outer; /* "95 %"; "90 %" of results of an earlier version */
};

/* Loads the rest of fan->mean: 0 or -1. */
int panels_fan_load(struct saved_run *run, struct panels_fan *fan, struct diag *d);

/* The words of the legend, and a panel's rows: series 1 to 3. */
void panels_fan_words(const struct panels *p, const struct panels_fan *fan, int colour);
void panels_fan_rows(const struct panels *p, struct saved_run *run,
                     const struct panels_fan *fan, size_t subject, size_t panel,
                     int colour);

/* ---- what they read ---- */

/* A column of a monthly file that must be there, of the same subjects and months as
 * `like`, unless that is NULL: 0, or -1 and an error. */
int panels_load(struct saved_run *run, const char *file, const char *kind,
                const char *column, const struct saved_series *like,
                struct saved_series *series, struct diag *d);

/* The same of a column that may be missing: then its values are 0. */
int panels_load_some(struct saved_run *run, const char *file, const char *kind,
                     const char *column, const struct saved_series *like,
                     struct saved_series *series, struct diag *d);

/* Another statistic of the same series, such as "p025"; 1 if there is none. */
int panels_load_statistic(struct saved_run *run, const struct saved_series *mean,
                          const char *statistic, struct saved_series *series,
                          struct diag *d);

/* One subject's values over the months, [n_months], from the run's arena. */
double *panels_values(struct saved_run *run, const struct saved_series *series,
                      size_t subject);

/* Those of all teams that are "others", summed up. */
double *panels_others(struct saved_run *run, const struct saved_series *series,
                      const struct chart_teams *teams);

/* The teams that have a panel of their own, at most PANELS_MOST: those of up to 12 in the
 * order of the file, of more the largest. Returns their number. */
size_t panels_teams(const struct chart_teams *teams,
                    const struct chart_team *shown[PANELS_MOST]);

/* The last month in which a series has a value, n_months if there is none. */
size_t panels_last(const struct saved_series *series, size_t subject);

/* A cell as a figure with its unit (" GPUs"), in an ensemble with the 95 % interval of
 * its mean where the replications differ: 0 or -1. */
struct panels_cell {
    const struct saved_series *series;
    size_t subject, month;
    enum figure_format format;
    const char *unit;
};
int panels_say(struct prose *prose, struct saved_run *run, struct panels_cell cell,
               struct diag *d);

#endif
