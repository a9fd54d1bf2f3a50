#include "study/chart_teams.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEAMS = 12 };

int chart_monthly_load(const struct chart_run *run, const char *file, const char *kind,
                       const char *column, struct chart_monthly *m, struct diag *d)
{
    bool is_single = run->replications == 1;
    *m = (struct chart_monthly){0};
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
    m->cells = MEM_ARRAY(struct chart_cell, m->table.n_rows);
    for (size_t i = 0; i < m->table.n_rows && result == 0; i++) {
        const struct csv_table *t = &m->table;
        if (!is_single && (strcmp(csv_table_cell(t, i, (size_t)of_file), file) != 0 ||
                           strcmp(csv_table_cell(t, i, (size_t)of_column), column) != 0))
            continue;
        struct chart_cell *cell = &m->cells[m->n_cells++];
        cell->subject = csv_table_cell(t, i, (size_t)subject);
        cell->month = csv_table_cell(t, i, (size_t)month);
        result = csv_table_number(t, i, (size_t)value, &cell->value, d);
    }
    return result;
}

void chart_monthly_release(struct chart_monthly *m)
{
    csv_table_free(&m->table);
    mem_free(m->cells);
}

static size_t find_text(const char *const *texts, size_t n, const char *text)
{
    for (size_t i = n; i-- > 0;)
        if (strcmp(texts[i], text) == 0)
            return i;
    return n;
}

static void fill_stack(const struct chart_monthly *m, struct chart_teams *s)
{
    const char **names = MEM_ARRAY(const char *, m->n_cells + 1);
    *s = (struct chart_teams){.months = MEM_ARRAY(const char *, m->n_cells + 1)};
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
    s->teams = MEM_ARRAY(struct chart_team, s->n_teams);
    s->granted = MEM_ARRAY(double, s->n_teams * s->n_months);
    for (size_t t = 0; t < s->n_teams; t++)
        s->teams[t] = (struct chart_team){names[t], t, 0, (int)t + 1};
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
    const struct chart_team *x = *(const struct chart_team *const *)a;
    const struct chart_team *y = *(const struct chart_team *const *)b;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* Keeps the largest teams and their colours; the others get colour 0. */
static void fold(struct chart_teams *s)
{
    if (s->n_teams <= MOST_TEAMS)
        return;
    struct chart_team **ranks = MEM_ARRAY(struct chart_team *, s->n_teams);
    for (size_t t = 0; t < s->n_teams; t++)
        ranks[t] = &s->teams[t];
    qsort(ranks, s->n_teams, sizeof *ranks, by_total);
    for (size_t r = 0; r < s->n_teams; r++)
        ranks[r]->colour = r < MOST_TEAMS - 1 ? (int)r + 1 : 0;
    mem_free(ranks);
    s->n_others = s->n_teams - (MOST_TEAMS - 1);
}

size_t chart_teams_month(const struct chart_teams *teams, const char *month)
{
    return find_text(teams->months, teams->n_months, month);
}

int chart_teams_load(const struct chart_run *run, struct chart_teams *teams,
                     struct diag *d)
{
    struct chart_monthly monthly;
    *teams = (struct chart_teams){0};
    int result =
        chart_monthly_load(run, "teams.csv", "team", "granted_gpus", &monthly, d);
    if (result == 0 && monthly.n_cells == 0) {
        struct place at = {.file = monthly.table.file};
        result = diag_error(d, DIAG_DATA, &at, "holds no team in any month");
    }
    if (result == 0) {
        fill_stack(&monthly, teams);
        fold(teams);
    }
    teams->monthly = monthly;
    return result;
}

void chart_teams_release(struct chart_teams *teams)
{
    mem_free(teams->teams);
    mem_free(teams->months);
    mem_free(teams->granted);
    chart_monthly_release(&teams->monthly);
    *teams = (struct chart_teams){0};
}
