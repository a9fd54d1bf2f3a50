/* A table of what was decided for teams, by date. Each row becomes what a value by date
 * of the team's fixed_gpus would be, so that from here on there is one mechanism. */
#include "scenario/loading.h"
#include "scenario/sections.h"

#include "base/memory.h"
#include "base/seconds.h"
#include "record/csv_reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum column { COLUMN_FROM, COLUMN_TEAM, COLUMN_POOL, COLUMN_GPUS, N_COLUMNS };

static const char *const columns[N_COLUMNS] = {"from", "team", "pool", "gpus"};

struct decision {
    double at_s; /* -INFINITY: from the start */
    int group, pool;
    double gpus;
    size_t row;
};

struct decisions {
    struct loading *l;
    struct csv_table table;
    const struct node *node; /* rule.fixed.file */
    const struct setting *setting;
    int at[N_COLUMNS]; /* -1: there is none */
    bool is_bad;
};

static int wrong(struct decisions *t, size_t row, enum column column, const char *what)
{
    t->is_bad = true;
    return csv_table_error(&t->table, row, (size_t)t->at[column], t->l->reader.d, "%s",
                           what);
}

static void wrong_header(struct decisions *t, const char *what, const char *column)
{
    struct diag *d = t->l->reader.d;
    struct place at = {.file = t->table.file, .line = (int)t->table.lines[0]};
    diag_error(d, DIAG_DATA, &at, "%s '%s'", what, column);
    if (!t->is_bad)
        diag_hint(d, "the columns are from, team, pool and gpus");
    t->is_bad = true;
}

static void find_columns(struct decisions *t)
{
    for (size_t c = 0; c < N_COLUMNS; c++) {
        bool is_optional = c == COLUMN_POOL && t->l->pool_names.n_names == 1;
        t->at[c] = csv_table_column(&t->table, columns[c]);
        if (t->at[c] < 0 && !is_optional)
            wrong_header(t, "there is no column", columns[c]);
    }
    for (size_t i = 0; i < t->table.n_columns; i++) {
        const char *name = t->table.columns[i];
        bool is_known = false, is_named = false;
        for (size_t c = 0; c < N_COLUMNS; c++) {
            is_known |= t->at[c] == (int)i;
            is_named |= strcmp(name, columns[c]) == 0;
        }
        if (!is_known)
            wrong_header(t, is_named ? "repeated column" : "unknown column", name);
    }
}

/* The date of a row; an empty one is the start. */
static int read_from(struct decisions *t, size_t row, double *at_s)
{
    const char *cell = csv_table_cell(&t->table, row, (size_t)t->at[COLUMN_FROM]);
    struct date date;
    *at_s = -INFINITY;
    if (*cell == '\0')
        return 0;
    if (!date_parse(cell, &date)) {
        wrong(t, row, COLUMN_FROM,
              arena_printf(t->l->reader.arena, "from is '%s', which is no date", cell));
        diag_hint(t->l->reader.d, "a date is written YYYY-MM-DD");
        return -1;
    }
    *at_s = calendar_at_s(t->l->reader.start, date);
    return 0;
}

/* What the cell of a column names; -1 and, unless it may be a name that was wrong, a
 * message. */
static int read_name(struct decisions *t, size_t row, enum column column,
                     const struct name_list *list)
{
    const char *name = csv_table_cell(&t->table, row, (size_t)t->at[column]);
    int id = loading_find(list, name);
    t->is_bad |= id < 0;
    if (id >= 0 || list->is_open)
        return id;
    if (*name == '\0')
        return wrong(t, row, column,
                     arena_printf(t->l->reader.arena, "%s is empty", list->sort));
    wrong(t, row, column,
          arena_printf(t->l->reader.arena, "no %s '%s'", list->sort, name));
    reader_hint(&t->l->reader, name, list->names, list->n_names);
    return -1;
}

/* A pool need not be named where there is one. */
static int read_pool(struct decisions *t, size_t row)
{
    const struct name_list *pools = &t->l->pool_names;
    if (pools->n_names == 1 &&
        (t->at[COLUMN_POOL] < 0 ||
         *csv_table_cell(&t->table, row, (size_t)t->at[COLUMN_POOL]) == '\0'))
        return pools->ids[0];
    return read_name(t, row, COLUMN_POOL, pools);
}

static int read_gpus(struct decisions *t, size_t row, double *gpus)
{
    const struct setting *s = t->setting;
    size_t column = (size_t)t->at[COLUMN_GPUS];
    if (csv_table_number(&t->table, row, column, gpus, t->l->reader.d) != 0) {
        t->is_bad = true;
        return -1;
    }
    if (setting_admits(s, *gpus))
        return 0;
    return wrong(t, row, COLUMN_GPUS,
                 arena_printf(t->l->reader.arena, "gpus is %s, must be %g to %g",
                              csv_table_cell(&t->table, row, column), s->low, s->high));
}

/* What somebody wrote at the team itself would stand against the table. */
static bool has_its_own(const struct decisions *t, int group)
{
    const struct node *node = node_find(t->l->group_nodes[group], t->setting->key);
    return node && node->at.file;
}

static void read_row(struct decisions *t, size_t row, struct decision *decision)
{
    int from = read_from(t, row, &decision->at_s);
    int team = read_name(t, row, COLUMN_TEAM, &t->l->team_names);
    int gpus = read_gpus(t, row, &decision->gpus);
    decision->row = row;
    decision->pool = read_pool(t, row);
    if (from != 0 || team < 0 || gpus != 0 || decision->pool < 0)
        return;
    decision->group = t->l->teams[team].group;
    if (has_its_own(t, decision->group))
        wrong(t, row, COLUMN_TEAM,
              arena_printf(t->l->reader.arena, "team '%s' has %s of its own",
                           t->l->groups[decision->group].name, t->setting->key));
}

/* By group and pool, then by date. */
static int by_date(const void *a, const void *b)
{
    const struct decision *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->pool != y->pool)
        return x->pool < y->pool ? -1 : 1;
    if (x->at_s != y->at_s)
        return x->at_s < y->at_s ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static bool is_same_subject(const struct decision *a, const struct decision *b)
{
    return a->group == b->group && a->pool == b->pool;
}

static void check_twins(struct decisions *t, const struct decision *all, size_t n)
{
    for (size_t i = 1; i < n && !t->is_bad; i++)
        if (is_same_subject(&all[i - 1], &all[i]) && all[i - 1].at_s == all[i].at_s)
            wrong(t, all[i].row, COLUMN_FROM,
                  arena_printf(t->l->reader.arena,
                               "line %u decides for this team, pool and date already",
                               (unsigned)t->table.lines[all[i - 1].row + 1]));
}

/* Whether the council meets at or after an instant, but before another one. */
static bool meets_between(const struct loading *l, double at_s, double until_s)
{
    const struct calendar *calendar = &l->s->calendar;
    double every_s = (double)l->s->council.every_days * SECONDS_PER_DAY;
    size_t month = calendar_month(calendar, fmax(at_s, 0));
    if (every_s > 0 && month < calendar->n_months) {
        double month_s = calendar->month_at_s[month];
        double n_held = ceil((fmax(at_s, 0) - month_s) / every_s);
        double next_s = calendar->month_at_s[month + 1];
        return fmin(month_s + n_held * every_s, next_s) < until_s;
    }
    size_t every = (size_t)l->s->council.every_months;
    for (size_t m = 0; m < calendar->n_months; m += every)
        if (calendar->month_at_s[m] >= at_s)
            return calendar->month_at_s[m] < until_s;
    return false;
}

static void plan(struct decisions *t, const struct decision *decision)
{
    struct loading *l = t->l;
    const char *pool = l->pools[decision->pool].name;
    const char *path =
        arena_printf(l->reader.arena, "%s.%s.%s",
                     loading_path(l, "teams", l->groups[decision->group].name, NULL),
                     t->setting->key, loading_path(l, pool, NULL));
    struct planned planned = {
        .happening = {.kind = HAPPENING_SET,
                      .at_s = decision->at_s,
                      .pool = -1,
                      .project = -1,
                      .team = -1,
                      .value = decision->gpus,
                      .target = {HOME_BOUNDS, decision->group, decision->pool, t->setting,
                                 path}},
        .who = arena_printf(l->reader.arena, "%s, line %u", t->table.file,
                            (unsigned)t->table.lines[decision->row + 1]),
        .date = t->node,
        .node = t->node,
        .value = t->node};
    reader_plan(&l->reader, planned);
}

/* Lays the decisions over the bounds; those that no meeting comes to see are counted. */
static void decide(struct decisions *t, const struct decision *all, size_t n)
{
    struct loading *l = t->l;
    size_t n_unseen = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_last = i + 1 == n || !is_same_subject(&all[i], &all[i + 1]);
        size_t cell = (size_t)all[i].group * l->s->n_pools + (size_t)all[i].pool;
        if (!meets_between(l, all[i].at_s, is_last ? INFINITY : all[i + 1].at_s))
            n_unseen++;
        else if (all[i].at_s > 0)
            plan(t, &all[i]);
        else
            setting_store(t->setting, &l->bounds[cell], all[i].gpus);
    }
    if (n_unseen > 0)
        diag_warning(l->reader.d, &t->node->value_at,
                     "%zu of the %zu rows of '%s' decide nothing: no meeting of the "
                     "council falls on their date or later, before the next row's",
                     n_unseen, n, t->table.file);
}

static void read_table(struct decisions *t)
{
    struct loading *l = t->l;
    size_t n = t->table.n_rows;
    find_columns(t);
    if (t->is_bad || !l->reader.has_start)
        return;
    struct decision *all = MEM_ARRAY(struct decision, n);
    for (size_t row = 0; row < n; row++)
        read_row(t, row, &all[row]);
    if (!t->is_bad) {
        qsort(all, n, sizeof *all, by_date);
        check_twins(t, all, n);
    }
    if (!t->is_bad && !l->is_bad_calendar && !l->is_bad_council)
        decide(t, all, n);
    mem_free(all);
}

void read_decisions(struct loading *l, struct form *rule)
{
    const struct node *fixed = node_find(rule->group, divide_fixed.name);
    const struct node *node = fixed ? node_find(fixed, "file") : NULL;
    struct decisions t = {.l = l, .node = node};
    if (!node || node->kind != NODE_TEXT || *node->value.text == '\0')
        return;
    if (l->s->sources.n_sources == 0) {
        diag_error(l->reader.d, DIAG_DATA, &node->value_at,
                   "rule.fixed: a table of decisions belongs to a scenario's teams");
        return;
    }
    t.setting = settings_find(&bounds_settings, "fixed_gpus");
    if (loading_read_csv(l, node, &t.table) == 0)
        read_table(&t);
}
