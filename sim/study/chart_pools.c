/* What became of each pool's GPUs: used, lent, idle, failed and reserved make up its
 * capacity; over them what was granted and requested. Of many pools the smallest are
 * summed up. */
#include "study/chart_kinds.h"
#include "study/chart_panels.h"

#include <math.h>
#include <string.h>

enum { MOST_POOLS = 6 };

/* The stack from the bottom up, then the lines; the series count from 1 in this order. */
enum part { USED, LENT, IDLE, FAILED, RESERVED, GRANTED, REQUESTED, N_PARTS };

static const struct {
    const char *column, *what, *word;
    int colour;
    bool is_optional; /* smaller models have no such column; left out where it is 0 */
} parts[N_PARTS] = {
    [USED] = {"used_gpus", "slice", "used", PANELS_USED, false},
    [LENT] = {"lent_gpus", "slice", "lent", PANELS_LENT, true},
    [IDLE] = {"idle_gpus", "slice", "idle", PANELS_IDLE, false},
    [FAILED] = {"failed_gpus", "slice", "failed", PANELS_FAILED, true},
    [RESERVED] = {"reserved_gpus", "slice", "reserved", PANELS_RESERVED, true},
    [GRANTED] = {"granted_gpus", "line", "granted", PANELS_INK, false},
    [REQUESTED] = {"requested_gpus", "dashed", "requested", PANELS_INK, false},
};

struct pools {
    struct saved_series capacity, series[N_PARTS];
    bool is_shown[N_PARTS];
    size_t *panel_of; /* by pool, from 1 */
    size_t n_panels, n_others;
};

static double cell_of(const struct saved_series *series, size_t pool, size_t month)
{
    return series->values[month * series->n_subjects + pool];
}

static double total(const struct saved_series *series, size_t pool)
{
    double sum = 0;
    for (size_t m = 0; m < series->n_months; m++)
        sum += cell_of(series, pool, m);
    return sum;
}

/* The pools with a panel of their own are those of the largest capacity. */
static void choose_panels(struct saved_run *run, struct pools *p)
{
    size_t n = p->capacity.n_subjects, most = n <= MOST_POOLS ? n : MOST_POOLS - 1;
    p->panel_of = ARENA_ARRAY(&run->arena, size_t, n);
    p->n_others = n - most;
    for (size_t i = 0; i < n; i++) {
        size_t n_larger = 0;
        for (size_t j = 0; j < n; j++) {
            double more = total(&p->capacity, j) - total(&p->capacity, i);
            n_larger += more > 0 || (more == 0 && j < i);
        }
        bool is_own = n_larger < most;
        p->n_panels += is_own;
        p->panel_of[i] = is_own ? p->n_panels : most + 1;
    }
    p->n_panels += p->n_others > 0;
}

static int load(struct saved_run *run, struct pools *p, struct diag *d)
{
    *p = (struct pools){0};
    if (panels_load(run, "pools.csv", "pool", "capacity_gpus", NULL, &p->capacity, d) !=
        0)
        return -1;
    for (int k = 0; k < N_PARTS; k++) {
        int result = parts[k].is_optional
                         ? panels_load_some(run, "pools.csv", "pool", parts[k].column,
                                            &p->capacity, &p->series[k], d)
                         : panels_load(run, "pools.csv", "pool", parts[k].column,
                                       &p->capacity, &p->series[k], d);
        if (result != 0)
            return -1;
        size_t n = p->capacity.n_subjects * p->capacity.n_months;
        p->is_shown[k] = !parts[k].is_optional;
        for (size_t i = 0; i < n && !p->is_shown[k]; i++)
            p->is_shown[k] = p->series[k].values[i] > 0;
    }
    choose_panels(run, p);
    return 0;
}

/* ---- rows ---- */

/* A part of one panel: of its pool, or summed up. What is lent is at work as well. */
static double *values_of(struct saved_run *run, const struct pools *p, enum part part,
                         size_t panel)
{
    size_t n_months = p->capacity.n_months;
    double *values = ARENA_ARRAY(&run->arena, double, n_months);
    for (size_t i = 0; i < p->capacity.n_subjects; i++)
        for (size_t m = 0; m < n_months && p->panel_of[i] == panel; m++)
            values[m] += cell_of(&p->series[part], i, m) -
                         (part == USED ? cell_of(&p->series[LENT], i, m) : 0);
    return values;
}

static void write_panel(struct saved_run *run, const struct pools *p,
                        const struct panels *panels, size_t panel)
{
    double *low = ARENA_ARRAY(&run->arena, double, p->capacity.n_months);
    for (int k = 0; k < N_PARTS; k++) {
        struct panels_line line = {parts[k].what, panel, (size_t)k + 1, parts[k].colour};
        double *high = values_of(run, p, (enum part)k, panel);
        if (!p->is_shown[k])
            continue;
        for (size_t m = 0; m < p->capacity.n_months && k <= RESERVED; m++)
            high[m] += low[m];
        panels_rows(panels, line, low, high);
        if (k <= RESERVED)
            low = high;
    }
}

/* The largest value that a panel shows. */
static double peak_of(struct saved_run *run, const struct pools *p, size_t panel)
{
    double peak = 0;
    for (size_t m = 0; m < p->capacity.n_months; m++) {
        double capacity = 0;
        for (size_t i = 0; i < p->capacity.n_subjects; i++)
            capacity += p->panel_of[i] == panel ? cell_of(&p->capacity, i, m) : 0;
        peak = fmax(peak, capacity);
    }
    for (int k = GRANTED; k <= REQUESTED; k++) {
        const double *values = values_of(run, p, (enum part)k, panel);
        for (size_t m = 0; m < p->capacity.n_months; m++)
            peak = fmax(peak, values[m]);
    }
    return peak;
}

/* Pools of one order of size share an axis; else the small ones would not be seen. */
static bool share_scale(struct saved_run *run, const struct pools *p)
{
    double least = INFINITY, most = 0;
    for (size_t panel = 1; panel <= p->n_panels; panel++) {
        double peak = peak_of(run, p, panel);
        least = fmin(least, peak);
        most = fmax(most, peak);
    }
    return most <= 4 * least;
}

static void write_rows(struct saved_run *run, const struct pools *p,
                       struct chart_sheet *sheet)
{
    struct panels panels;
    bool is_shared = share_scale(run, p);
    panels_begin(&panels, sheet, run, &p->capacity);
    for (size_t scale = 1; scale <= (is_shared ? 1 : p->n_panels); scale++)
        panels_scale(&panels, scale, NAN, NAN, "count");
    size_t n_own = p->n_panels - (p->n_others > 0);
    for (size_t i = 0; i < p->capacity.n_subjects; i++)
        if (p->panel_of[i] <= n_own)
            panels_panel(&panels, p->panel_of[i], is_shared ? 1 : p->panel_of[i],
                         p->capacity.subjects[i]);
    if (p->n_others > 0)
        panels_panel(&panels, p->n_panels, is_shared ? 1 : p->n_panels,
                     arena_printf(&run->arena, "%zu others", p->n_others));
    for (int k = 0; k < N_PARTS; k++)
        if (p->is_shown[k])
            panels_series(&panels, (size_t)k + 1, parts[k].colour, parts[k].word);
    for (size_t panel = 1; panel <= p->n_panels; panel++)
        write_panel(run, p, &panels, panel);
}

/* ---- the finding ---- */

/* How well the pools are used: the one, or the most and the least. */
static void say_use(struct saved_run *run, const struct pools *p, struct prose *caption,
                    struct diag *d)
{
    const struct saved_outcome *least = NULL, *most = NULL;
    for (size_t i = 0; i < p->capacity.n_subjects; i++) {
        const struct saved_outcome *use = saved_run_outcome(
            run, "utilisation_frac", "pool", p->capacity.subjects[i], "", d);
        if (!use || isnan(use->summary.mean))
            continue;
        if (!least || use->summary.mean < least->summary.mean)
            least = use;
        if (!most || use->summary.mean > most->summary.mean)
            most = use;
    }
    if (!least)
        return;
    prose_words(caption, "Of the GPU-hours of ");
    prose_name(caption, most->subject);
    prose_words(caption, " ");
    prose_outcome(caption, most, "mean", FIGURE_PERCENT);
    prose_words(caption, " are used");
    prose_interval(caption, most, FIGURE_PERCENT);
    if (least != most) {
        prose_words(caption, ", the largest part of all pools; of those of ");
        prose_name(caption, least->subject);
        prose_words(caption, " ");
        prose_outcome(caption, least, "mean", FIGURE_PERCENT);
        prose_interval(caption, least, FIGURE_PERCENT);
        prose_words(caption, ", the smallest");
    }
    prose_words(caption, ".");
}

/* The cell in which a - b is largest; false where it is nowhere a GPU. */
static bool find_most(const struct saved_series *a, const struct saved_series *b,
                      size_t *pool, size_t *month)
{
    double most = 0;
    for (size_t m = 0; m < a->n_months; m++)
        for (size_t i = 0; i < a->n_subjects; i++) {
            double value = cell_of(a, i, m) - (b ? cell_of(b, i, m) : 0);
            if (value >= 0.5 && value > most * (1 + 1e-9)) {
                most = value;
                *pool = i;
                *month = m;
            }
        }
    return most > 0;
}

static int say_idle(struct saved_run *run, const struct pools *p, struct prose *caption,
                    struct diag *d)
{
    size_t pool = 0, month = 0;
    if (!find_most(&p->series[IDLE], NULL, &pool, &month)) {
        prose_words(caption, " No GPU is idle in any month.");
        return 0;
    }
    prose_words(caption, " Most GPUs are idle in ");
    prose_month(caption, &p->capacity, month);
    prose_words(caption, ": ");
    if (panels_say(caption, run,
                   (struct panels_cell){&p->series[IDLE], pool, month, FIGURE_COUNT, ""},
                   d) != 0)
        return -1;
    prose_words(caption, " of the ");
    prose_cell(caption, &p->capacity, pool, month, FIGURE_COUNT);
    if (p->capacity.n_subjects > 1) {
        prose_words(caption, " of ");
        prose_name(caption, p->capacity.subjects[pool]);
    }
    prose_words(caption, ".");
    return 0;
}

/* Where claims are farthest above what there is. */
static int say_demand(struct saved_run *run, const struct pools *p, struct prose *caption,
                      struct diag *d)
{
    size_t pool = 0, month = 0;
    if (!find_most(&p->series[REQUESTED], &p->capacity, &pool, &month)) {
        prose_words(caption, " Never is more requested than there is.");
        return 0;
    }
    prose_words(caption, " Requests are farthest above the capacity");
    if (p->capacity.n_subjects > 1) {
        prose_words(caption, " of ");
        prose_name(caption, p->capacity.subjects[pool]);
    }
    prose_words(caption, " in ");
    prose_month(caption, &p->capacity, month);
    prose_words(caption, ": ");
    if (panels_say(caption, run,
                   (struct panels_cell){&p->series[REQUESTED], pool, month, FIGURE_COUNT,
                                        " GPUs"},
                   d) != 0)
        return -1;
    prose_words(caption, " for ");
    prose_cell(caption, &p->capacity, pool, month, FIGURE_COUNT);
    prose_words(caption, ".");
    return 0;
}

static enum chart_outcome write(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d)
{
    struct pools p;
    (void)request;
    if (load(run, &p, d) != 0)
        return CHART_FAILED;
    text_append(&sheet->title, "GPUs of each pool: used, idle, requested");
    chart_subtitle(sheet, run,
                   p.n_others > 0 ? "GPUs, the smallest pools as others" : "GPUs");
    write_rows(run, &p, sheet);
    say_use(run, &p, &sheet->caption, d);
    if (say_idle(run, &p, &sheet->caption, d) != 0 ||
        say_demand(run, &p, &sheet->caption, d) != 0)
        return CHART_FAILED;
    return CHART_WRITTEN;
}

const struct chart_type chart_pools = {
    .name = "pools",
    .summary = "used, idle, failed and reserved GPUs of each pool, and the demand",
    .header = PANELS_HEADER,
    .write = write,
};
