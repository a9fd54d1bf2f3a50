/* A table of real use as the demand of an exploration: the rows of its team and pool, by
 * date, where the table tells teams and pools apart. */
#include "scenario/loading.h"
#include "scenario/sections.h"

#include "base/memory.h"
#include "base/seconds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum column {
    COLUMN_MONTH,
    COLUMN_DATE,
    COLUMN_TEAM,
    COLUMN_POOL,
    COLUMN_GPUS,
    N_COLUMNS
};

static const char *const columns[N_COLUMNS] = {"month", "date", "team", "pool", "gpus"};

/* Of what `allot import` writes beside them, for people: what gpus was made of. */
static const char *const unread[] = {"used_gpu_hours", "waiting_gpu_hours", "jobs"};

struct use_row {
    double at_s, gpus;
    size_t row;
};

struct use {
    struct loading *l;
    const struct form *f; /* of the exploration */
    const struct node *node;
    struct csv_table table;
    int at[N_COLUMNS]; /* -1: there is none */
    enum column date;  /* COLUMN_MONTH or COLUMN_DATE */
    bool is_bad;
};

static void wrong_header(struct use *u, const char *format, const char *column)
{
    struct diag *d = u->l->reader.d;
    struct place at = {.file = u->table.file, .line = (int)u->table.lines[0]};
    diag_error(d, DIAG_DATA, &at, "%s '%s'", format, column);
    if (!u->is_bad)
        diag_hint(d, "the columns are month or date, gpus, and at will team and pool");
    u->is_bad = true;
}

static void find_columns(struct use *u)
{
    for (size_t c = 0; c < N_COLUMNS; c++)
        u->at[c] = csv_table_column(&u->table, columns[c]);
    for (size_t i = 0; i < u->table.n_columns; i++) {
        bool is_known = false, is_named = false;
        for (size_t c = 0; c < N_COLUMNS; c++) {
            is_known |= u->at[c] == (int)i;
            is_named |= strcmp(u->table.columns[i], columns[c]) == 0;
        }
        for (size_t c = 0; c < sizeof unread / sizeof *unread; c++)
            is_known |= strcmp(u->table.columns[i], unread[c]) == 0;
        if (!is_known)
            wrong_header(u, is_named ? "repeated column" : "unknown column",
                         u->table.columns[i]);
    }
    if (u->at[COLUMN_GPUS] < 0)
        wrong_header(u, "there is no column", "gpus");
    if (u->at[COLUMN_MONTH] < 0 && u->at[COLUMN_DATE] < 0)
        wrong_header(u, "there is no column", "month' or 'date");
    if (u->at[COLUMN_MONTH] >= 0 && u->at[COLUMN_DATE] >= 0)
        wrong_header(u, "beside the column 'month' there is", "date");
    u->date = u->at[COLUMN_MONTH] >= 0 ? COLUMN_MONTH : COLUMN_DATE;
}

static bool is_of(const struct use *u, size_t row, enum column column, const char *name)
{
    return u->at[column] < 0 ||
           strcmp(csv_table_cell(&u->table, row, (size_t)u->at[column]), name) == 0;
}

static void wrong(struct use *u, size_t row, enum column column, const char *what)
{
    u->is_bad = true;
    csv_table_error(&u->table, row, (size_t)u->at[column], u->l->reader.d, "%s", what);
}

static void read_row(struct use *u, size_t row, struct use_row *out)
{
    struct arena *arena = u->l->reader.arena;
    const struct setting *setting = settings_find(&exploration_settings, "gpus");
    size_t gpus = (size_t)u->at[COLUMN_GPUS];
    const char *cell = csv_table_cell(&u->table, row, (size_t)u->at[u->date]);
    bool is_month = u->date == COLUMN_MONTH;
    struct date date = {0};
    out->row = row;
    if (!date_parse(cell, &date) || (strlen(cell) == strlen("YYYY-MM")) != is_month) {
        wrong(u, row, u->date,
              arena_printf(arena, "%s is '%s', must be %s", columns[u->date], cell,
                           is_month ? "YYYY-MM" : "YYYY-MM-DD"));
        return;
    }
    out->at_s = calendar_at_s(u->l->reader.start, date);
    if (csv_table_number(&u->table, row, gpus, &out->gpus, u->l->reader.d) != 0)
        u->is_bad = true;
    else if (!setting_admits(setting, out->gpus))
        wrong(u, row, COLUMN_GPUS,
              arena_printf(arena, "gpus is %s, must be %g to %g",
                           csv_table_cell(&u->table, row, gpus), setting->low,
                           setting->high));
}

static int by_date(const void *a, const void *b)
{
    const struct use_row *x = a, *y = b;
    if (x->at_s != y->at_s)
        return x->at_s < y->at_s ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static void check_twins(struct use *u, const struct use_row *rows, size_t n)
{
    for (size_t i = 1; i < n && !u->is_bad; i++)
        if (rows[i].at_s == rows[i - 1].at_s)
            wrong(u, rows[i].row, u->date,
                  arena_printf(u->l->reader.arena, "line %u is of this %s already",
                               (unsigned)u->table.lines[rows[i - 1].row + 1],
                               columns[u->date]));
}

static const char *cell_of(const struct use *u, const struct use_row *row)
{
    return csv_table_cell(&u->table, row->row, (size_t)u->at[u->date]);
}

/* Where the table leaves a part of the run open. */
static void warn_of_gaps(const struct use *u, const struct use_row *rows, size_t n)
{
    const struct loading *l = u->l;
    double span_s = (u->date == COLUMN_MONTH ? 31 : 1) * SECONDS_PER_DAY;
    double end_s = rows[n - 1].at_s + span_s;
    if (rows[0].at_s > 0)
        diag_warning(l->reader.d, &u->node->value_at,
                     "%s: '%s' begins with %s: until then it says nothing", u->f->who,
                     u->table.file, cell_of(u, &rows[0]));
    if (end_s < calendar_horizon_s(&l->s->calendar))
        diag_warning(l->reader.d, &u->node->value_at,
                     "%s: '%s' ends with %s, whose demand holds to the end of the run",
                     u->f->who, u->table.file, cell_of(u, &rows[n - 1]));
}

static void store(struct use *u, const struct use_row *rows, size_t n,
                  struct exploration *exploration)
{
    struct demand *series = ARENA_ARRAY(u->l->reader.arena, struct demand, n);
    for (size_t i = 0; i < n; i++)
        series[i] = (struct demand){rows[i].at_s, rows[i].gpus};
    exploration->series = series;
    exploration->n_series = n;
    warn_of_gaps(u, rows, n);
}

static void read_table(struct use *u, struct exploration *exploration)
{
    struct loading *l = u->l;
    const char *team = l->teams[exploration->team].name;
    const char *pool = l->pools[exploration->pool].name;
    size_t n = 0;
    find_columns(u);
    if (u->is_bad)
        return;
    struct use_row *rows = MEM_ARRAY(struct use_row, u->table.n_rows);
    for (size_t row = 0; row < u->table.n_rows; row++)
        if (is_of(u, row, COLUMN_TEAM, team) && is_of(u, row, COLUMN_POOL, pool))
            read_row(u, row, &rows[n++]);
    if (!u->is_bad && n == 0)
        diag_error(l->reader.d, DIAG_DATA, &u->node->value_at,
                   "%s: '%s' has no row of team '%s' and pool '%s'", u->f->who,
                   u->table.file, team, pool);
    qsort(rows, n, sizeof *rows, by_date);
    check_twins(u, rows, n);
    if (!u->is_bad && n > 0)
        store(u, rows, n, exploration);
    mem_free(rows);
}

void read_demand(struct loading *l, const struct form *f, struct exploration *exploration)
{
    struct use u = {.l = l, .f = f, .node = node_find(f->group, "file")};
    if (!exploration->file || exploration->pool < 0 ||
        !l->teams[exploration->team].name || l->is_bad_calendar)
        return;
    if (loading_read_csv(l, u.node, &u.table) == 0)
        read_table(&u, exploration);
}
