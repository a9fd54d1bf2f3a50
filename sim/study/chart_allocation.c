/* GPUs granted, a stack of teams a month under the capacity. Of many teams the smallest
 * are summed up as "others". */
#include "base/memory.h"
#include "study/chart_kinds.h"
#include "study/chart_teams.h"

#include <math.h>
#include <string.h>

static void write_slice(struct text *out, size_t layer, const char *month, double low,
                        double high, int colour)
{
    char to[16];
    saved_next_month(month, to);
    text_printf(out, "used,%zu,%s-01,%s,%.10g,%.10g,%d,\n", layer, month, to, low, high,
                colour);
}

static void write_stack(const struct chart_teams *s, struct text *out)
{
    size_t layer = 0;
    for (size_t t = 0; t < s->n_teams; t++)
        if (s->teams[t].colour > 0) {
            text_printf(out, "team,%zu,,,,,%d,", ++layer, s->teams[t].colour);
            chart_name_cell(out, s->teams[t].name);
            text_append(out, "\n");
        }
    if (s->n_others > 0)
        text_printf(out, "team,%zu,,,,,0,\"%zu others\"\n", layer + 1, s->n_others);
    for (size_t m = 0; m < s->granted.n_months; m++) {
        const char *month = s->granted.months[m];
        double low = 0, others = 0;
        layer = 0;
        for (size_t t = 0; t < s->n_teams; t++) {
            double granted = s->granted.values[m * s->n_teams + t];
            if (s->teams[t].colour == 0) {
                others += granted;
                continue;
            }
            write_slice(out, ++layer, month, low, low + granted, s->teams[t].colour);
            low += granted;
        }
        if (s->n_others > 0)
            write_slice(out, layer + 1, month, low, low + others, 0);
    }
}

/* A column of the pools, summed up month by month; zeros where the run has none. */
static int sum_pools(struct saved_run *run, const char *column, size_t n_months,
                     double *sums, struct diag *d)
{
    struct saved_series s;
    int result = saved_run_series(run, "pools.csv", "pool", column, "mean", &s, d);
    for (size_t m = 0; result == 0 && m < s.n_months && m < n_months; m++)
        for (size_t p = 0; p < s.n_subjects; p++)
            sums[m] += s.values[m * s.n_subjects + p];
    return result < 0 ? -1 : 0;
}

static void write_capacity(const struct chart_teams *s, const double *capacity,
                           const double *reserved, struct text *out)
{
    for (size_t m = 0; m < s->granted.n_months; m++) {
        const char *month = s->granted.months[m];
        char to[16];
        saved_next_month(month, to);
        text_printf(out, "capacity,,%s-01,%s,,%.10g,,\n", month, to, capacity[m]);
        if (reserved[m] > 0)
            text_printf(out, "reserved,,%s-01,%s,%.10g,%.10g,,\n", month, to,
                        capacity[m] - reserved[m], capacity[m]);
    }
}

/* The cell of the largest grant of any team in any month; false if there is none. */
static bool find_peak(const struct chart_teams *s, size_t *team, size_t *month)
{
    double most = 0;
    for (size_t m = 0; m < s->granted.n_months; m++)
        for (size_t t = 0; t < s->n_teams; t++)
            if (s->granted.values[m * s->n_teams + t] > most) {
                most = s->granted.values[m * s->n_teams + t];
                *team = t;
                *month = m;
            }
    return most > 0;
}

static void write_caption(struct saved_run *run, const struct chart_teams *s,
                          struct prose *caption, struct diag *d)
{
    const struct saved_outcome *fill =
        saved_run_outcome(run, "fill_frac", "all", "all", "", d);
    const struct saved_outcome *use =
        saved_run_outcome(run, "utilisation_frac", "all", "all", "", d);
    size_t team = 0, month = 0;
    if (!find_peak(s, &team, &month)) {
        prose_words(caption, "No team is granted any GPUs.");
        return;
    }
    prose_words(caption, "The largest grant of all goes to ");
    prose_name(caption, s->teams[team].name);
    prose_words(caption, ": ");
    prose_cell(caption, &s->granted, team, month, FIGURE_COUNT);
    prose_words(caption, " GPUs in ");
    prose_month(caption, &s->granted, month);
    prose_words(caption, ".");
    if (!fill || !use || isnan(fill->summary.mean))
        return;
    prose_words(caption, " Over the whole time ");
    prose_outcome(caption, fill, "mean", FIGURE_PERCENT);
    prose_words(caption, " of what the teams need is granted");
    prose_interval(caption, fill, FIGURE_PERCENT);
    prose_words(caption, ", and ");
    prose_outcome(caption, use, "mean", FIGURE_PERCENT);
    prose_words(caption, " of the GPUs that are there are used.");
}

static enum chart_outcome write(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d)
{
    struct chart_teams teams;
    (void)request;
    if (chart_teams_load(run, &teams, d) != 0)
        return CHART_FAILED;
    size_t n = teams.granted.n_months;
    double *capacity = ARENA_ARRAY(&run->arena, double, n);
    double *reserved = ARENA_ARRAY(&run->arena, double, n);
    double *failed = ARENA_ARRAY(&run->arena, double, n);
    if (sum_pools(run, "capacity_gpus", n, capacity, d) != 0 ||
        sum_pools(run, "reserved_gpus", n, reserved, d) != 0 ||
        sum_pools(run, "failed_gpus", n, failed, d) != 0)
        return CHART_FAILED;
    for (size_t m = 0; m < n; m++)
        capacity[m] -= failed[m];
    text_append(&sheet->title, "GPUs granted by team");
    chart_subtitle(sheet, run, "monthly means");
    write_capacity(&teams, capacity, reserved, &sheet->rows);
    write_stack(&teams, &sheet->rows);
    write_caption(run, &teams, &sheet->caption, d);
    return CHART_WRITTEN;
}

const struct chart_type chart_allocation = {
    .name = "allocation",
    .summary = "GPUs granted by team, stacked under the capacity",
    .header = "what,team,from,to,low,high,colour,text",
    .write = write,
};
