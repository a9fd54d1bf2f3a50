/* One table of settings says which columns there are, as for everything that a user
 * writes; a row is read into a struct by it and becomes a team with its claims. */
#include "scenario/claims_table.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "record/csv_reader.h"
#include "scenario/setting_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One row, in the order of the columns. */
struct row {
    const char *name;
    double request, weight, floor, ceiling;
    int64_t class;
    double usage, score, budget, credits, age_months, min;
};

#define AT(field) offsetof(struct row, field)

static const struct setting columns[] = {
    {"name", SETTING_TEXT, SETTING_REQUIRED, AT(name), .high = 200, .unit = "",
     .help = "of the claim; no two have the same"},
    {"request", SETTING_FLOAT, SETTING_REQUIRED, AT(request), .low = 0, .high = 1e12,
     .unit = "GPUs", .help = "what it asks for; with any task:POOL a number of tasks"},
    {"weight", SETTING_FLOAT, SETTING_OPEN_LOW, AT(weight), .fallback = 1, .low = 0,
     .high = 1e9, .unit = "", .help = "its share, relative to the others"},
    {"floor", SETTING_FLOAT, 0, AT(floor), .low = 0, .high = 1e12, .unit = "GPUs",
     .help = "what it has at least, of what it asks for: its deserved quota"},
    {"ceiling", SETTING_FLOAT, SETTING_OPTIONAL, AT(ceiling), .low = 0, .high = 1e12,
     .unit = "GPUs", .help = "what it has at most"},
    {"class", SETTING_INT, 0, AT(class), .low = -1e9, .high = 1e9, .unit = "",
     .help = "of division quota: the higher is served first"},
    {"usage", SETTING_FLOAT, 0, AT(usage), .low = 0, .high = 1e9, .unit = "of the pool",
     .help = "what it has used of late"},
    {"score", SETTING_FLOAT, SETTING_OPTIONAL, AT(score), .low = -1e9, .high = 1e9,
     .unit = "", .help = "what the council thinks of it; left out: its weight"},
    {"budget", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW, AT(budget), .low = 0,
     .high = 1e9, .unit = "",
     .help = "money under market and auction, relative to the others; left out: its "
             "weight"},
    {"credits", SETTING_FLOAT, SETTING_OPTIONAL, AT(credits), .low = -1e12, .high = 1e12,
     .unit = "",
     .help = "credits or money that it holds on each pool; left out: as at "
             "the start of a run"},
    {"age_months", SETTING_FLOAT, 0, AT(age_months), .low = 0, .high = 1e6,
     .unit = "months", .help = "for ties of division quota: the older first"},
    {"min", SETTING_FLOAT, 0, AT(min), .low = 0, .high = 1e12, .unit = "GPUs",
     .help = "below it the GPUs would do nothing: it gets none then"},
};
const struct settings claims_columns = SETTINGS("", columns, struct row);

struct pool_row {
    double task, value;
};

static const struct setting pool_columns[] = {
    {"task:POOL", SETTING_FLOAT, 0, offsetof(struct pool_row, task), .low = 0,
     .high = 1e9, .unit = "GPUs", .help = "what a task takes of the pool"},
    {"value:POOL", SETTING_FLOAT, SETTING_OPTIONAL, offsetof(struct pool_row, value),
     .low = 0, .high = 1e9, .unit = "",
     .help = "what a GPU of the pool is worth to it: to a linear market beside those of "
             "other pools, in an auction the most that it pays; 0: it wants none"},
};
const struct settings claims_pool_columns = SETTINGS("", pool_columns, struct pool_row);

enum { N_COLUMNS = sizeof columns / sizeof *columns, MOST_ERRORS = 50 };
enum { TASK, VALUE, N_POOL_COLUMNS };

const unsigned claims_table_says = READS_SCORES | READS_SHARES | READS_CLASSES |
                                   READS_HISTORY | READS_LOTS | READS_WORK |
                                   READS_LENDING | READS_BUDGETS | READS_VALUES |
                                   READS_TASKS | READS_DOCKET;

/* What depends on the date of a meeting, no table asks for. */
static const struct date any_day = {2001, 1, 1};

struct loader {
    struct claims_table *table;
    struct csv_table csv;
    struct diag *d;
    size_t n_pools, n_errors;
    const struct docket_pool *pools;
    int at[N_COLUMNS]; /* the file's column; -1: none */
    int *pool_at;      /* [pool * N_POOL_COLUMNS + column] */
    bool has_tasks;
    struct group *groups;
    struct bounds *bounds;
    double *usage_frac, *age_months, *accounts, *scores;
};

/* ---- the header ---- */

static size_t length_of_prefix(size_t column)
{
    return strcspn(pool_columns[column].key, ":") + 1;
}

static void unknown_column(struct loader *l, size_t c, const char *word)
{
    const char *names[N_COLUMNS + CLAIMS_MOST_POOLS];
    size_t n = 0;
    for (size_t k = 0; k < N_COLUMNS; k++)
        names[n++] = columns[k].key;
    const char *near = text_suggest(word, names, n);
    csv_table_error(&l->csv, CSV_HEADER, c, l->d, "there is no column '%s'", word);
    if (near)
        diag_hint(l->d, "did you mean '%s'?", near);
    else
        diag_hint(l->d, "allot list claims tells the columns");
    l->n_errors++;
}

static void unknown_pool(struct loader *l, size_t c, const char *pool)
{
    const char *names[CLAIMS_MOST_POOLS];
    for (size_t p = 0; p < l->n_pools; p++)
        names[p] = l->pools[p].name;
    csv_table_error(&l->csv, CSV_HEADER, c, l->d, "there is no pool '%s'", pool);
    const char *near = text_suggest(pool, names, l->n_pools);
    if (near)
        diag_hint(l->d, "did you mean '%s'?", near);
    else
        diag_hint(l->d, "say --capacity %s=GPUS", pool);
    l->n_errors++;
}

/* Where a column of the file belongs; NULL, and a message, if nowhere. */
static int *place_of(struct loader *l, size_t c)
{
    const char *word = l->csv.columns[c];
    for (size_t k = 0; k < N_COLUMNS; k++)
        if (strcmp(columns[k].key, word) == 0)
            return &l->at[k];
    for (size_t k = 0; k < N_POOL_COLUMNS; k++) {
        size_t length = length_of_prefix(k);
        if (strncmp(pool_columns[k].key, word, length) != 0)
            continue;
        for (size_t p = 0; p < l->n_pools; p++)
            if (strcmp(l->pools[p].name, word + length) == 0)
                return &l->pool_at[p * N_POOL_COLUMNS + k];
        unknown_pool(l, c, word + length);
        return NULL;
    }
    unknown_column(l, c, word);
    return NULL;
}

static void read_header(struct loader *l)
{
    for (size_t k = 0; k < N_COLUMNS; k++)
        l->at[k] = -1;
    for (size_t k = 0; k < l->n_pools * N_POOL_COLUMNS; k++)
        l->pool_at[k] = -1;
    for (size_t c = 0; c < l->csv.n_columns; c++) {
        int *place = place_of(l, c);
        if (place && *place >= 0) {
            csv_table_error(&l->csv, CSV_HEADER, c, l->d, "column '%s' stands twice",
                            l->csv.columns[c]);
            l->n_errors++;
        } else if (place) {
            *place = (int)c;
        }
    }
    for (size_t k = 0; k < N_COLUMNS && l->n_errors == 0; k++)
        if ((columns[k].flags & SETTING_REQUIRED) && l->at[k] < 0) {
            struct place at = {.file = l->csv.file, .line = 1};
            diag_error(l->d, DIAG_DATA, &at, "column '%s' is missing", columns[k].key);
            diag_hint(l->d, "%s: %s", columns[k].key, columns[k].help);
            l->n_errors++;
        }
    for (size_t p = 0; p < l->n_pools; p++)
        l->has_tasks |= l->pool_at[p * N_POOL_COLUMNS + TASK] >= 0;
}

/* ---- cells ---- */

static int wrong(struct loader *l, size_t row, size_t c, const char *must)
{
    l->n_errors++;
    return csv_table_error(&l->csv, row, c, l->d, "%s is %s, must be %s",
                           l->csv.columns[c], csv_table_cell(&l->csv, row, c), must);
}

static void read_name(struct loader *l, size_t row, size_t c,
                      const struct setting *setting, const char **name)
{
    *name = csv_table_cell(&l->csv, row, c);
    if (**name == '\0') {
        csv_table_error(&l->csv, row, c, l->d, "the claim has no name");
        l->n_errors++;
    } else if ((double)text_n_characters(*name) > setting->high) {
        csv_table_error(&l->csv, row, c, l->d,
                        "the name has %zu characters, may have at most %.0f",
                        text_n_characters(*name), setting->high);
        l->n_errors++;
    } else if (text_begins_formula(**name)) {
        csv_table_error(&l->csv, row, c, l->d,
                        "the name begins with '%c': a spreadsheet would take it for a "
                        "formula",
                        **name);
        l->n_errors++;
    }
}

/* The number in a cell; false: it is none that the column takes, which is told. */
static bool read_number(struct loader *l, size_t row, size_t c,
                        const struct setting *setting, double *number)
{
    if (csv_table_number(&l->csv, row, c, number, l->d) != 0) {
        l->n_errors++;
        return false;
    }
    bool is_whole = setting->type != SETTING_INT || *number == nearbyint(*number);
    if (setting_admits(setting, *number) && is_whole)
        return true;
    wrong(l, row, c,
          setting_admits(setting, *number)
              ? "a whole number"
              : setting_range_words(&l->table->arena, setting,
                                    isnan(*number) ? setting->low - 1 : *number));
    return false;
}

/* Reads a cell into its place; an empty one, and a column that is not there, is the
 * default, NaN where there is none. */
static void read_cell(struct loader *l, size_t row, int at, const struct setting *setting,
                      void *values)
{
    size_t c = (size_t)at;
    bool is_empty = at < 0 || *csv_table_cell(&l->csv, row, c) == '\0';
    double number = setting->flags & SETTING_OPTIONAL ? NAN : setting->fallback;
    if (setting->type == SETTING_TEXT) {
        read_name(l, row, c, setting, (const char **)((char *)values + setting->offset));
        return;
    }
    bool is_default = is_empty && !(setting->flags & SETTING_REQUIRED);
    if (is_default || read_number(l, row, c, setting, &number))
        setting_store(setting, values, number);
}

/* The file's column of that key. */
static size_t column_of(const struct loader *l, const char *key)
{
    return (size_t)l->at[settings_find(&claims_columns, key) - columns];
}

static void judge_row(struct loader *l, size_t i, const struct row *row)
{
    struct arena *arena = &l->table->arena;
    double most = row->ceiling < row->request ? row->ceiling : row->request;
    if (row->ceiling < row->floor)
        wrong(l, i, column_of(l, "ceiling"),
              arena_printf(arena, "at least the floor, %s",
                           number_words(arena, row->floor)));
    if (row->min > most && most > 0)
        wrong(l, i, column_of(l, "min"),
              arena_printf(arena, "at most what it may get, %s",
                           number_words(arena, most)));
}

/* ---- rows ---- */

static void add_claim(struct loader *l, size_t i, size_t p, const struct row *row,
                      const struct pool_row *own)
{
    struct claims_table *t = l->table;
    double task = l->has_tasks ? own->task : 1;
    size_t *claim = &t->claim[i * l->n_pools + p];
    *claim = SIZE_MAX;
    if (task <= 0 || row->request <= 0 || own->value == 0)
        return;
    *claim = t->docket.n_claims++;
    t->claims[*claim] = (struct claim){
        .claimant = (int)(i * l->n_pools + p),
        .name = row->name,
        .pool = (int)p,
        .group = (int)i + 1,
        .project = (int)i,
        .team = (int)i,
        .kind_id = -1,
        .topic_id = -1,
        .needed_gpus = row->request * task,
        .requested_gpus = row->request * task,
        .min_gpus = row->min * task,
        .floor_gpus = row->floor * task,
        .ceiling_gpus = isnan(row->ceiling) ? INFINITY : row->ceiling * task,
        .task_gpus = l->has_tasks ? task : 0,
        .is_new = true,
        .priority = 0.5,
        .months_to_target = NAN};
    l->scores[*claim] = isnan(row->score) ? row->weight : row->score;
}

static void add_row(struct loader *l, size_t i, struct row *row,
                    const struct pool_row *own)
{
    struct claims_table *t = l->table;
    row->name = t->names[i] = arena_string(&t->arena, row->name);
    l->groups[1 + i] = (struct group){.name = row->name,
                                      .share = row->weight,
                                      .budget = row->budget,
                                      .class = row->class,
                                      .parent = 0,
                                      .first_child = -1,
                                      .next_sibling = -1,
                                      .team = (int)i,
                                      .division = -1};
    l->usage_frac[1 + i] = row->usage;
    l->usage_frac[0] += row->usage;
    l->age_months[1 + i] = row->age_months;
    for (size_t p = 0; p < l->n_pools; p++) {
        size_t cell = (1 + i) * l->n_pools + p;
        l->bounds[cell] = (struct bounds){
            .ceiling_gpus = INFINITY, .gpu_value = own[p].value > 0 ? own[p].value : 0};
        l->accounts[cell] = row->credits;
        add_claim(l, i, p, row, &own[p]);
    }
}

static void read_rows(struct loader *l)
{
    struct pool_row own[CLAIMS_MOST_POOLS];
    for (size_t i = 0; i < l->csv.n_rows && l->n_errors < MOST_ERRORS; i++) {
        struct row row;
        size_t n_errors = l->n_errors;
        for (size_t k = 0; k < N_COLUMNS; k++)
            read_cell(l, i, l->at[k], &columns[k], &row);
        for (size_t p = 0; p < l->n_pools; p++)
            for (size_t k = 0; k < N_POOL_COLUMNS; k++)
                read_cell(l, i, l->pool_at[p * N_POOL_COLUMNS + k], &pool_columns[k],
                          &own[p]);
        if (l->n_errors > n_errors)
            continue;
        judge_row(l, i, &row);
        if (l->n_errors == 0)
            add_row(l, i, &row, own);
    }
}

/* ---- the tree ---- */

struct sibling {
    const char *name;
    size_t row;
};

static int by_name(const void *a, const void *b)
{
    const struct sibling *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : x->row < y->row ? -1 : x->row > y->row;
}

/* Links the teams in the order of their names, which must differ. */
static void link_teams(struct loader *l)
{
    size_t n = l->table->n_rows;
    struct sibling *siblings = MEM_ARRAY(struct sibling, n);
    for (size_t i = 0; i < n; i++)
        siblings[i] = (struct sibling){l->table->names[i], i};
    qsort(siblings, n, sizeof *siblings, by_name);
    l->groups[0].first_child = n > 0 ? (int)siblings[0].row + 1 : -1;
    for (size_t k = 1; k < n && l->n_errors < MOST_ERRORS; k++) {
        const struct sibling *before = &siblings[k - 1];
        l->groups[before->row + 1].next_sibling = (int)siblings[k].row + 1;
        if (strcmp(before->name, siblings[k].name) != 0)
            continue;
        csv_table_error(&l->csv, siblings[k].row, column_of(l, "name"), l->d,
                        "'%s' stands twice: first in line %u", before->name,
                        (unsigned)l->csv.lines[before->row + 1]);
        l->n_errors++;
    }
    mem_free(siblings);
}

/* What finish-time reads. */
static void fill_work(struct claims_table *t)
{
    double *part_gpus = ARENA_ARRAY(&t->arena, double, t->docket.n_pools);
    docket_fill_parts(&t->docket, part_gpus);
    for (size_t k = 0; k < t->docket.n_claims; k++)
        docket_fill_work(&t->docket, part_gpus, &t->claims[k]);
}

/* ---- loading ---- */

static void allocate(struct loader *l)
{
    struct claims_table *t = l->table;
    struct arena *arena = &t->arena;
    size_t n = t->n_rows = l->csv.n_rows, n_groups = n + 1, n_pools = l->n_pools;
    struct docket_pool *pools = ARENA_ARRAY(arena, struct docket_pool, n_pools);
    for (size_t p = 0; p < n_pools; p++) {
        pools[p] = l->pools[p];
        pools[p].name = arena_string(arena, l->pools[p].name);
    }
    l->groups = ARENA_ARRAY(arena, struct group, n_groups);
    l->bounds = ARENA_ARRAY(arena, struct bounds, n_groups * n_pools);
    l->accounts = ARENA_ARRAY(arena, double, n_groups *n_pools);
    l->usage_frac = ARENA_ARRAY(arena, double, n_groups);
    l->age_months = ARENA_ARRAY(arena, double, n_groups);
    l->scores = ARENA_ARRAY(arena, double, n *n_pools);
    t->claims = ARENA_ARRAY(arena, struct claim, n * n_pools);
    t->claim = ARENA_ARRAY(arena, size_t, n * n_pools);
    t->names = ARENA_ARRAY(arena, const char *, n);
    l->groups[0] = (struct group){"", 1, 0, NULL, -1, -1, -1, -1, -1, 0};
    for (size_t p = 0; p < n_pools; p++) {
        l->bounds[p] = (struct bounds){.ceiling_gpus = INFINITY};
        l->accounts[p] = NAN;
    }
    t->docket = (struct docket){.date = any_day,
                                .hours_to_next = 730.5,
                                .history = {.start = any_day},
                                .pools = pools,
                                .n_pools = n_pools,
                                .groups = l->groups,
                                .bounds = l->bounds,
                                .n_groups = n_groups,
                                .usage_frac = l->usage_frac,
                                .age_months = l->age_months,
                                .scores = l->scores,
                                .accounts = l->accounts,
                                .claims = t->claims};
}

static void read_table(struct loader *l)
{
    struct claims_table *t = l->table;
    read_header(l);
    if (l->csv.n_rows > CLAIMS_MOST_ROWS) {
        struct place at = {.file = l->csv.file};
        diag_error(l->d, DIAG_DATA, &at, "has %zu claims, at most %d are read",
                   l->csv.n_rows, CLAIMS_MOST_ROWS);
        l->n_errors++;
    }
    if (l->n_errors > 0)
        return;
    allocate(l);
    read_rows(l);
    if (l->n_errors > 0)
        return;
    link_teams(l);
    fill_work(t);
    double *share_frac = ARENA_ARRAY(&t->arena, double, t->n_rows + 1);
    docket_fill_shares(l->groups, t->n_rows + 1, share_frac);
    t->docket.share_frac = share_frac;
}

static int read_bytes(const char *path, struct csv_table *csv, struct diag *d)
{
    struct text bytes;
    bool is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "standard input" : path;
    text_init(&bytes);
    int result = is_stdin ? file_read_stream(stdin, name, CLAIMS_MOST_BYTES, &bytes, d)
                          : file_read(path, CLAIMS_MOST_BYTES, &bytes, d);
    if (result == 0)
        result = csv_table_parse(name, bytes.bytes, bytes.length, csv, d);
    text_release(&bytes);
    return result;
}

int claims_table_load(struct claims_table *table, const char *path,
                      const struct docket_pool *pools, size_t n_pools, struct diag *d)
{
    struct loader l = {.table = table, .d = d, .pools = pools, .n_pools = n_pools};
    *table = (struct claims_table){0};
    if (read_bytes(path, &l.csv, d) != 0)
        return -1;
    arena_init(&table->arena);
    l.pool_at = ARENA_ARRAY(&table->arena, int, n_pools *N_POOL_COLUMNS);
    read_table(&l);
    csv_table_free(&l.csv);
    if (l.n_errors == 0)
        return 0;
    claims_table_release(table);
    return -1;
}

void claims_table_release(struct claims_table *table)
{
    arena_release(&table->arena);
    *table = (struct claims_table){0};
}
