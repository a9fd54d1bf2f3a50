/* GPUs granted, a stack of teams a month under the capacity. Of many teams the smallest
 * are summed up as "others". */
#include "base/memory.h"
#include "study/chart_teams.h"
#include "study/glyphs.h"

static void write_slice(struct text *out, size_t layer, const char *month, double low,
                        double high, int colour)
{
    char to[16];
    chart_next_month(month, to);
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
    for (size_t m = 0; m < s->n_months; m++) {
        double low = 0, others = 0;
        layer = 0;
        for (size_t t = 0; t < s->n_teams; t++) {
            double granted = s->granted[m * s->n_teams + t];
            if (s->teams[t].colour == 0) {
                others += granted;
                continue;
            }
            write_slice(out, ++layer, s->months[m], low, low + granted,
                        s->teams[t].colour);
            low += granted;
        }
        if (s->n_others > 0)
            write_slice(out, layer + 1, s->months[m], low, low + others, 0);
    }
}

/* Pools are summed up, month by month. */
static void sum_pools(const struct chart_monthly *m, const struct chart_teams *s,
                      double *sums)
{
    for (size_t i = 0; i < m->n_cells; i++) {
        size_t month = chart_teams_month(s, m->cells[i].month);
        if (month < s->n_months)
            sums[month] += m->cells[i].value;
    }
}

static void write_capacity(const struct chart_teams *s, const double *capacity,
                           const double *reserved, struct text *out)
{
    for (size_t m = 0; m < s->n_months; m++) {
        char to[16];
        chart_next_month(s->months[m], to);
        text_printf(out, "capacity,,%s-01,%s,,%.10g,,\n", s->months[m], to, capacity[m]);
        if (reserved[m] > 0)
            text_printf(out, "reserved,,%s-01,%s,%.10g,%.10g,,\n", s->months[m], to,
                        capacity[m] - reserved[m], capacity[m]);
    }
}

static enum chart_outcome write(const struct chart_run *run, struct text *out,
                                struct diag *d)
{
    struct chart_monthly capacity = {0}, failed = {0}, reserved = {0};
    struct chart_teams teams = {0};
    enum chart_outcome outcome = CHART_FAILED;
    if (chart_teams_load(run, &teams, d) == 0 &&
        chart_monthly_load(run, "pools.csv", "pool", "capacity_gpus", &capacity, d) ==
            0 &&
        chart_monthly_load(run, "pools.csv", "pool", "failed_gpus", &failed, d) == 0 &&
        chart_monthly_load(run, "pools.csv", "pool", "reserved_gpus", &reserved, d) ==
            0) {
        double *sums = MEM_ARRAY(double, 3 * teams.n_months);
        double *reserves = sums + teams.n_months, *losses = reserves + teams.n_months;
        sum_pools(&capacity, &teams, sums);
        sum_pools(&reserved, &teams, reserves);
        sum_pools(&failed, &teams, losses);
        for (size_t m = 0; m < teams.n_months; m++)
            sums[m] -= losses[m];
        text_append(out, "what,team,from,to,low,high,colour,text\n");
        text_append(out, "title,,,,,,,\"GPUs granted by team\"\n");
        text_append(out, "subtitle,,,,,,,");
        struct text subtitle;
        text_init(&subtitle);
        text_printf(&subtitle, "monthly means; %s", run->subtitle.bytes);
        glyphs_append_cell(out, subtitle.bytes);
        text_release(&subtitle);
        text_append(out, "\n");
        write_capacity(&teams, sums, reserves, out);
        write_stack(&teams, out);
        mem_free(sums);
        outcome = CHART_WRITTEN;
    }
    chart_teams_release(&teams);
    chart_monthly_release(&capacity);
    chart_monthly_release(&failed);
    chart_monthly_release(&reserved);
    return outcome;
}

const struct chart_type chart_allocation = {
    .name = "allocation",
    .summary = "GPUs granted by team, stacked under the capacity",
    .write = write,
};
