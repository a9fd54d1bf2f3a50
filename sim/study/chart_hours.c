/* Where the GPU-hours went: the whole fleet's capacity, part by part, then each team's
 * own use, each row as shares of its sum. The parts of the fleet add up to its capacity.
 */
#include "study/chart_kinds.h"
#include "study/chart_rows.h"
#include "study/chart_teams.h"

#include <math.h>
#include <string.h>

/* What became of an hour. Those of a team end with its exploration. */
enum fate {
    FATE_SHIPPED,
    FATE_OPEN,
    FATE_SUNK,
    FATE_EXPLORATION,
    FATE_IDLE,
    FATE_FAILED,
    FATE_RESERVED,
    N_FATES
};

static const struct {
    const char *words, *what;
    size_t kind; /* of plots/hours.gp */
    int colour;
} fates[N_FATES] = {
    [FATE_SHIPPED] = {"shipped", "hours", 1, 3},
    [FATE_OPEN] = {"in open projects", "hours", 1, 5},
    [FATE_SUNK] = {"sunk", "hours", 1, 6},
    [FATE_EXPLORATION] = {"exploration", "hours", 1, 1},
    [FATE_IDLE] = {"idle", "hours", 1, 0},
    [FATE_FAILED] = {"failed", "hours", 1, 4},
    [FATE_RESERVED] = {"reserved", "reserved", 2, 0},
};

/* GPU-hours; means of an ensemble. */
struct hours {
    double of[N_FATES];
    double duplicated, lost; /* parts of the others */
};

struct sources {
    struct saved_run *run;
    struct diag *d;
};

/* The mean of an outcome at the end; 0 where the run has none. */
static double outcome(const struct sources *s, const char *metric, const char *kind,
                      const char *subject)
{
    const struct saved_outcome *o =
        saved_run_outcome(s->run, metric, kind, subject, "", s->d);
    return o && !isnan(o->summary.mean) ? o->summary.mean : 0;
}

/* Differences of sums leave less than a billionth where nothing is left. */
static double without_dust(double part, double whole)
{
    return part > 1e-9 * whole ? part : 0;
}

static struct hours use_of(const struct sources *s, const char *kind, const char *subject)
{
    struct hours h = {{0},
                      outcome(s, "gpu_hours_duplicated", kind, subject),
                      outcome(s, "gpu_hours_lost", kind, subject)};
    double used = outcome(s, "gpu_hours_used", kind, subject);
    h.of[FATE_SHIPPED] = outcome(s, "gpu_hours_shipped", kind, subject);
    h.of[FATE_SUNK] = outcome(s, "gpu_hours_sunk", kind, subject);
    h.of[FATE_EXPLORATION] = outcome(s, "gpu_hours_explored", kind, subject);
    h.of[FATE_OPEN] = without_dust(
        used - h.of[FATE_SHIPPED] - h.of[FATE_SUNK] - h.of[FATE_EXPLORATION], used);
    return h;
}

/* A column of pools.csv, summed over pools and months. */
static int pool_hours(struct sources *s, const char *column, double *sum)
{
    struct saved_series series;
    int result =
        saved_run_series(s->run, "pools.csv", "pool", column, "mean", &series, s->d);
    *sum = 0;
    for (size_t m = 0; result == 0 && m < series.n_months; m++)
        for (size_t p = 0; p < series.n_subjects; p++) {
            double gpus = series.values[m * series.n_subjects + p];
            if (!isnan(gpus))
                *sum += gpus * chart_month_hours(s->run, series.months[m]);
        }
    return result < 0 ? -1 : 0;
}

static void append_hours(struct text *out, double hours)
{
    figure_append(out, hours, FIGURE_HOURS, "");
}

/* Some of the hours of a row, in words. */
static void append_part(struct text *out, double part, double whole, const char *what)
{
    if (without_dust(part, whole) == 0)
        return;
    text_append(out, ", ");
    append_hours(out, part);
    text_printf(out, " %s", what);
}

/* A row's parts as shares of its own sum, so that small teams can be read beside the
 * fleet; the sum in words. */
static void write_bars(struct text *out, size_t row, const struct hours *h)
{
    struct text words;
    double sum = 0, at = 0;
    text_init(&words);
    for (int f = 0; f < N_FATES; f++)
        sum += h->of[f];
    for (int f = 0; f < N_FATES; f++) {
        if (!(h->of[f] > 0))
            continue;
        chart_row_numbers(out, fates[f].what, row, 100 * at / sum,
                          100 * (at + h->of[f]) / sum, fates[f].colour);
        at += h->of[f];
    }
    append_hours(&words, sum);
    append_part(&words, h->duplicated, sum, "duplicated");
    append_part(&words, h->lost, sum, "lost");
    chart_row_words(out, "right", row, "", CHART_NO_COLOUR, words.bytes);
    text_release(&words);
}

static void write_legend(struct text *out, const struct hours *fleet)
{
    struct text words;
    text_init(&words);
    for (int f = 0; f < N_FATES; f++) {
        if (!(fleet->of[f] > 0))
            continue;
        text_clear(&words);
        text_printf(&words, "%s ", fates[f].words);
        append_hours(&words, fleet->of[f]);
        chart_row_legend(out, fates[f].kind, fates[f].colour, words.bytes);
    }
    text_release(&words);
}

/* Teams in the order of the file, the smallest of many as one. */
static void write_teams(const struct sources *s, const struct chart_teams *teams,
                        struct text *out)
{
    struct hours others = {{0}};
    struct text words;
    size_t row = 1;
    for (size_t t = 0; t < teams->n_teams; t++) {
        struct hours h = use_of(s, "team", teams->teams[t].name);
        if (teams->teams[t].colour == 0) {
            for (int f = 0; f < N_FATES; f++)
                others.of[f] += h.of[f];
            others.duplicated += h.duplicated;
            others.lost += h.lost;
            continue;
        }
        if (++row == 2)
            chart_row_name(out, "group", row, "teams");
        chart_row_name(out, "name", row, teams->teams[t].name);
        write_bars(out, row, &h);
    }
    if (teams->n_others == 0)
        return;
    text_init(&words);
    text_printf(&words, "%zu others", teams->n_others);
    chart_row_name(out, "name", ++row, words.bytes);
    write_bars(out, row, &others);
    text_release(&words);
}

static const struct saved_outcome *hours_of_all(const struct sources *s,
                                                const char *metric)
{
    const struct saved_outcome *o =
        saved_run_outcome(s->run, metric, "all", "all", "", s->d);
    return o && !isnan(o->summary.mean) ? o : NULL;
}

static void write_caption(const struct sources *s, struct prose *caption)
{
    static const struct {
        const char *words, *metric;
        bool is_seldom; /* told only where it is more than 0 */
    } told[] = {
        {"of projects that were released", "gpu_hours_shipped"},
        {"of projects that were cancelled, and so sunk", "gpu_hours_sunk"},
        {"spent twice on the same topic", "gpu_hours_duplicated"},
        {"lost to checkpoints and failures", "gpu_hours_lost", true},
        {"idle", "gpu_hours_idle"},
    };
    const struct saved_outcome *used = hours_of_all(s, "gpu_hours_used");
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const struct saved_outcome *o = hours_of_all(s, told[i].metric);
        if (!o || (told[i].is_seldom && o->summary.mean == 0))
            continue;
        prose_words(caption, "%s%s: ", caption->n_parts == 0 ? "GPU-hours " : "; ",
                    told[i].words);
        prose_outcome(caption, o, "mean", FIGURE_HOURS);
        prose_interval(caption, o, FIGURE_HOURS);
    }
    if (used) {
        prose_words(caption, "%sAll use together: ", caption->n_parts == 0 ? "" : ". ");
        prose_outcome(caption, used, "mean", FIGURE_HOURS);
        prose_interval(caption, used, FIGURE_HOURS);
    }
    prose_words(caption,
                ". A team's row is what it used itself, whoever has the projects now.");
}

static enum chart_outcome write(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d)
{
    struct sources sources = {.run = run, .d = d};
    struct chart_teams teams;
    size_t n;
    (void)request;
    if (!saved_run_outcomes(run, &n, d) || chart_teams_load(run, &teams, d) != 0)
        return CHART_FAILED;
    struct hours fleet = use_of(&sources, "all", "all");
    fleet.of[FATE_IDLE] = outcome(&sources, "gpu_hours_idle", "all", "all");
    if (pool_hours(&sources, "failed_gpus", &fleet.of[FATE_FAILED]) != 0 ||
        pool_hours(&sources, "reserved_gpus", &fleet.of[FATE_RESERVED]) != 0)
        return CHART_FAILED;
    text_append(&sheet->title, "Where the GPU-hours went");
    chart_subtitle(sheet, run, "GPU-hours");
    chart_row_span(&sheet->rows, 0, 100);
    chart_row_unit(&sheet->rows, "percent of the row's GPU-hours");
    write_legend(&sheet->rows, &fleet);
    chart_row_name(&sheet->rows, "name", 1, "Whole fleet");
    write_bars(&sheet->rows, 1, &fleet);
    write_teams(&sources, &teams, &sheet->rows);
    write_caption(&sources, &sheet->caption);
    return CHART_WRITTEN;
}

const struct chart_type chart_hours = {
    .name = "hours",
    .summary = "what became of the GPU-hours: shipped, sunk, idle and the like",
    .header = CHART_ROWS_HEADER,
    .write = write,
};
