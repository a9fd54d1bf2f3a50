#include "import/accounts.h"

#include "base/memory.h"
#include "import/column.h"
#include "import/line_reader.h"
#include "model/entities.h"

#include <math.h>
#include <string.h>

enum { MOST_ACCOUNTS = 20000, MOST_COLUMNS = 64, MOST_DEPTH = 64 };

enum column { ACCOUNT, USER, SHARE, PARENT, LIMIT, N_COLUMNS };

struct table {
    struct accounts *a;
    const char *file;
    struct diag *d;
    size_t n_columns;
    int at[N_COLUMNS];         /* -1: there is none */
    int above[MOST_DEPTH + 1]; /* of sshare: the last account of each depth */
};

static int refuse(const struct table *t, const struct line *line, const char *what)
{
    struct place at = {.file = t->file, .line = line ? (int)line->number : 0};
    if (line)
        at.text = line->bytes;
    diag_error(t->d, DIAG_DATA, &at, "%s", what);
    diag_hint(t->d, "what is read is: sacctmgr show assoc -P "
                    "format=Account,ParentName,User,Share,GrpTRES, or sshare -a -P");
    return -1;
}

static int read_header(struct table *t, const struct line *line)
{
    static const char *const names[N_COLUMNS][3] = {{"Account", NULL},
                                                    {"User", NULL},
                                                    {"Share", "RawShares", "Fairshare"},
                                                    {"ParentName", "Par Name", NULL},
                                                    {"GrpTRES", NULL}};
    struct slice fields[MOST_COLUMNS];
    t->n_columns = slice_split((struct slice){line->bytes, line->length}, slice_of("|"),
                               fields, MOST_COLUMNS);
    size_t n = t->n_columns < MOST_COLUMNS ? t->n_columns : MOST_COLUMNS;
    for (size_t c = 0; c < N_COLUMNS; c++) {
        t->at[c] = -1;
        for (size_t k = 0; k < 3 && names[c][k] && t->at[c] < 0; k++)
            t->at[c] = column_find(fields, n, slice_of(names[c][k]));
    }
    if (n < 2 || t->at[ACCOUNT] < 0 || t->at[SHARE] < 0)
        return refuse(t, line, "this is no table of accounts with shares");
    return 0;
}

static int account_of(struct table *t, struct slice name)
{
    int account = names_add(&t->a->names, name, MOST_ACCOUNTS);
    if (account < (int)t->a->n)
        return account;
    struct account item = {.parent = -1, .share = NAN, .limit = ""};
    item.itself = arena_printf(&t->a->names.arena, "%.*s (itself)",
                               (int)(name.length < 180 ? name.length : 180), name.at);
    ARRAY_PUSH(t->a->items, t->a->n, t->a->capacity) = item;
    return account;
}

/* The account that it lies below: -1 at the top, where the root is none. */
static int parent_of(struct table *t, size_t depth, struct slice parent)
{
    if (t->at[PARENT] >= 0)
        return parent.length == 0 || slice_is(parent, "root") ? -1
                                                              : account_of(t, parent);
    return depth > 1 ? t->above[depth - 1] : -1;
}

static struct slice cell(const struct table *t, const struct slice *fields,
                         enum column column)
{
    static const struct slice nothing = {"", 0};
    return t->at[column] < 0 ? nothing : slice_trim(fields[t->at[column]]);
}

static int read_row(struct table *t, const struct line *line)
{
    struct slice fields[MOST_COLUMNS];
    size_t n = slice_split((struct slice){line->bytes, line->length}, slice_of("|"),
                           fields, MOST_COLUMNS);
    if (n != t->n_columns)
        return refuse(t, line, "another number of fields than the header");
    struct slice raw = fields[t->at[ACCOUNT]], name = slice_trim(raw);
    size_t depth = (size_t)(name.at - raw.at);
    if (cell(t, fields, USER).length > 0 || slice_is(name, "root"))
        return 0;
    if (depth > MOST_DEPTH)
        return refuse(t, line, "the account lies deeper than 64 others");
    int account = account_of(t, name);
    if (account < 0)
        return refuse(t, line, "no name of an account, or one too many");
    int parent = parent_of(t, depth, cell(t, fields, PARENT));
    t->above[depth] = account;
    for (int up = parent; up >= 0; up = t->a->items[up].parent)
        if (up == account)
            return refuse(t, line, "the account lies below itself");
    struct account *item = &t->a->items[account];
    struct slice limit = cell(t, fields, LIMIT);
    item->parent = parent;
    item->limit = arena_copy(&t->a->names.arena, limit.at, limit.length);
    if (!slice_number(cell(t, fields, SHARE), &item->share) || item->share < 0)
        item->share = NAN; /* "parent" */
    if (item->share > GROUP_MOST_SHARE)
        return refuse(
            t, line,
            arena_printf(&t->d->arena, "the share is larger than %d", GROUP_MOST_SHARE));
    return 0;
}

int accounts_load(struct accounts *a, const char *path, struct diag *d)
{
    struct line_reader reader;
    struct table t = {.a = a, .d = d};
    struct line line;
    enum line_status status;
    int result = 0;
    *a = (struct accounts){0};
    names_init(&a->names);
    if (line_reader_open(&reader, path, d) != 0)
        return -1;
    t.file = reader.source.name;
    for (size_t i = 0; i <= MOST_DEPTH; i++)
        t.above[i] = -1;
    while (result == 0 && (status = line_reader_next(&reader, &line, d)) != LINE_END) {
        if (status != LINE_READ)
            result = status == LINE_FAILED ? -1 : refuse(&t, &line, "this is no line");
        else if (line.length > 0)
            result = t.n_columns == 0 ? read_header(&t, &line) : read_row(&t, &line);
    }
    if (result == 0 && t.n_columns == 0)
        result = refuse(&t, NULL, "is empty: a first line must name the columns");
    line_reader_close(&reader);
    return result;
}

void accounts_release(struct accounts *a)
{
    names_release(&a->names);
    mem_free(a->items);
    *a = (struct accounts){0};
}

bool accounts_has_children(const struct accounts *a, int account)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->items[i].parent == account)
            return true;
    return false;
}
