/* GPUs granted, a stack of teams a month under the capacity. Of many teams the smallest
 * are summed up as "others". */
#include "base/memory.h"
#include "study/chart.h"
#include "study/glyphs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEAMS = 12 };

struct cell {
    const char *subject, *month;
    double value;
};

/* One column of a monthly file, of a single run or the means of an ensemble. */
struct monthly {
    struct csv_table table;
    struct cell *cells;
    size_t n_cells;
};

static int load_monthly(const struct chart_run *run, const char *file, const char *kind,
                        const char *column, struct monthly *m, struct diag *d)
{
    bool is_single = run->replications == 1;
    *m = (struct monthly){0};
    if (chart_load(run, is_single ? file : "bands.csv", &m->table, d) != 0)
        return -1;
    int subject = chart_column(&m->table, is_single ? kind : "subject", d);
    int month = chart_column(&m->table, "month", d);
    int value = chart_column(&m->table, is_single ? column : "mean", d);
    int of_file = is_single ? 0 : chart_column(&m->table, "file", d);
    int of_column = is_single ? 0 : chart_column(&m->table, "column", d);
    int result = 0;
    if (subject < 0 || month < 0 || value < 0 || of_file < 0 || of_column < 0)
        result = -1;
    m->cells = MEM_ARRAY(struct cell, m->table.n_rows);
    for (size_t i = 0; i < m->table.n_rows && result == 0; i++) {
        const struct csv_table *t = &m->table;
        if (!is_single && (strcmp(csv_table_cell(t, i, (size_t)of_file), file) != 0 ||
                           strcmp(csv_table_cell(t, i, (size_t)of_column), column) != 0))
            continue;
        struct cell *cell = &m->cells[m->n_cells++];
        cell->subject = csv_table_cell(t, i, (size_t)subject);
        cell->month = csv_table_cell(t, i, (size_t)month);
        result = csv_table_number(t, i, (size_t)value, &cell->value, d);
    }
    return result;
}

static void free_monthly(struct monthly *m)
{
    csv_table_free(&m->table);
    mem_free(m->cells);
}

struct team {
    const char *name;
    size_t order; /* in the file */
    double total;
    int colour;
};

struct stack {
    struct team *teams; /* in the order of the file; colours set */
    size_t n_teams;
    const char **months;
    size_t n_months;
    double *granted; /* [month * n_teams + team] */
};

static size_t find_text(const char *const *texts, size_t n, const char *text)
{
    for (size_t i = n; i-- > 0;)
        if (strcmp(texts[i], text) == 0)
            return i;
    return n;
}

static void fill_stack(const struct monthly *m, struct stack *s)
{
    const char **names = MEM_ARRAY(const char *, m->n_cells + 1);
    *s = (struct stack){.months = MEM_ARRAY(const char *, m->n_cells + 1)};
    size_t *team = MEM_ARRAY(size_t, m->n_cells), *month = MEM_ARRAY(size_t, m->n_cells);
    for (size_t i = 0; i < m->n_cells; i++) {
        month[i] = find_text(s->months, s->n_months, m->cells[i].month);
        if (month[i] == s->n_months)
            s->months[s->n_months++] = m->cells[i].month;
        /* Rows come month by month or team by team: the name is often the next one. */
        size_t next = i > 0 ? (team[i - 1] + 1) % (s->n_teams ? s->n_teams : 1) : 0;
        team[i] = next < s->n_teams && strcmp(names[next], m->cells[i].subject) == 0
                      ? next
                      : find_text(names, s->n_teams, m->cells[i].subject);
        if (team[i] == s->n_teams)
            names[s->n_teams++] = m->cells[i].subject;
    }
    s->teams = MEM_ARRAY(struct team, s->n_teams);
    s->granted = MEM_ARRAY(double, s->n_teams * s->n_months);
    for (size_t t = 0; t < s->n_teams; t++)
        s->teams[t] = (struct team){names[t], t, 0, (int)t + 1};
    for (size_t i = 0; i < m->n_cells; i++) {
        double value = m->cells[i].value;
        s->granted[month[i] * s->n_teams + team[i]] = value;
        s->teams[team[i]].total += isnan(value) ? 0 : value;
    }
    mem_free(names);
    mem_free(team);
    mem_free(month);
}

static int by_total(const void *a, const void *b)
{
    const struct team *x = *(const struct team *const *)a;
    const struct team *y = *(const struct team *const *)b;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* Keeps the largest teams and their colours; the others get colour 0. */
static size_t fold(struct stack *s)
{
    if (s->n_teams <= MOST_TEAMS)
        return 0;
    struct team **ranks = MEM_ARRAY(struct team *, s->n_teams);
    for (size_t t = 0; t < s->n_teams; t++)
        ranks[t] = &s->teams[t];
    qsort(ranks, s->n_teams, sizeof *ranks, by_total);
    for (size_t r = 0; r < s->n_teams; r++)
        ranks[r]->colour = r < MOST_TEAMS - 1 ? (int)r + 1 : 0;
    mem_free(ranks);
    return s->n_teams - (MOST_TEAMS - 1);
}

static void write_slice(struct text *out, size_t layer, const char *month, double low,
                        double high, int colour)
{
    char to[16];
    chart_next_month(month, to);
    text_printf(out, "used,%zu,%s-01,%s,%.10g,%.10g,%d,\n", layer, month, to, low, high,
                colour);
}

static void write_stack(const struct stack *s, size_t n_others, struct text *out)
{
    size_t layer = 0;
    for (size_t t = 0; t < s->n_teams; t++)
        if (s->teams[t].colour > 0) {
            text_printf(out, "team,%zu,,,,,%d,", ++layer, s->teams[t].colour);
            chart_name_cell(out, s->teams[t].name);
            text_append(out, "\n");
        }
    if (n_others > 0)
        text_printf(out, "team,%zu,,,,,0,\"%zu others\"\n", layer + 1, n_others);
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
        if (n_others > 0)
            write_slice(out, layer + 1, s->months[m], low, low + others, 0);
    }
}

/* Pools are summed up, month by month. */
static void sum_pools(const struct monthly *m, const struct stack *s, double *sums)
{
    for (size_t i = 0; i < m->n_cells; i++) {
        size_t month = find_text(s->months, s->n_months, m->cells[i].month);
        if (month < s->n_months)
            sums[month] += m->cells[i].value;
    }
}

static void write_capacity(const struct stack *s, const double *capacity,
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
    struct monthly teams = {0}, capacity = {0}, failed = {0}, reserved = {0};
    enum chart_outcome outcome = CHART_FAILED;
    if (load_monthly(run, "teams.csv", "team", "granted_gpus", &teams, d) == 0 &&
        load_monthly(run, "pools.csv", "pool", "capacity_gpus", &capacity, d) == 0 &&
        load_monthly(run, "pools.csv", "pool", "failed_gpus", &failed, d) == 0 &&
        load_monthly(run, "pools.csv", "pool", "reserved_gpus", &reserved, d) == 0) {
        struct stack stack;
        fill_stack(&teams, &stack);
        double *sums = MEM_ARRAY(double, 3 * stack.n_months);
        double *reserves = sums + stack.n_months, *losses = reserves + stack.n_months;
        sum_pools(&capacity, &stack, sums);
        sum_pools(&reserved, &stack, reserves);
        sum_pools(&failed, &stack, losses);
        for (size_t m = 0; m < stack.n_months; m++)
            sums[m] -= losses[m];
        size_t n_others = fold(&stack);
        text_append(out, "what,team,from,to,low,high,colour,text\n");
        text_append(out, "title,,,,,,,\"GPUs granted by team\"\n");
        text_append(out, "subtitle,,,,,,,");
        struct text subtitle;
        text_init(&subtitle);
        text_printf(&subtitle, "monthly means; %s", run->subtitle.bytes);
        glyphs_append_cell(out, subtitle.bytes);
        text_release(&subtitle);
        text_append(out, "\n");
        write_capacity(&stack, sums, reserves, out);
        write_stack(&stack, n_others, out);
        mem_free(sums);
        mem_free(stack.teams);
        mem_free(stack.months);
        mem_free(stack.granted);
        outcome = CHART_WRITTEN;
    }
    free_monthly(&teams);
    free_monthly(&capacity);
    free_monthly(&failed);
    free_monthly(&reserved);
    return outcome;
}

const struct chart_type chart_allocation = {
    .name = "allocation",
    .summary = "GPUs granted by team, stacked under the capacity",
    .write = write,
};
