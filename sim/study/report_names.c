/* The data of a chart of rows, as a table: names are rows, and what stands in the picture
 * beside a name is columns. */
#include "base/memory.h"
#include "study/chart_data.h"
#include "study/report_parts.h"

#include <stdlib.h>
#include <string.h>

enum { VALUE_COLUMNS = DOCUMENT_MOST_COLUMNS - 1 };

struct names {
    struct document *doc;
    const char *title;
    const char **kinds; /* of the columns */
    size_t n_kinds, n_rows;
    const char **names; /* [row]; rows count from 1 */
    struct text *cells; /* [row * VALUE_COLUMNS + kind] */
};

/* What rows hold, by the words of plots/rows.gp and projects.gp, in the order of the
 * columns; what a legend names stands before the words. */
static const struct {
    const char *kind, *title;
} known[] = {{"group", "Group"},      {"build", "build"},       {"train", "train"},
             {"wait", "wait"},        {"target", "target"},     {"release", "release"},
             {"cancel", "cancelled"}, {"median", "median"},     {"half", "middle 50 %"},
             {"most", "middle 95 %"}, {"open", "not released"}, {"note", "in words"}};
enum { N_KNOWN = sizeof known / sizeof *known };

/* Its place in the table above; of others the last but one. */
static size_t rank_of(const char *kind)
{
    size_t k = 0;
    while (k < N_KNOWN && strcmp(known[k].kind, kind) != 0)
        k++;
    return k == N_KNOWN ? 2 * (N_KNOWN - 1) - 1 : 2 * k;
}

static const char *title_of(const char *kind)
{
    size_t rank = rank_of(kind);
    return rank % 2 == 0 ? known[rank / 2].title : kind;
}

static bool is_name(const struct chart_data_row *row)
{
    return chart_data_is(row, "name") || chart_data_is(row, "project");
}

static bool is_legend_of(const struct chart_data *data,
                         const struct chart_data_row *legend,
                         const struct chart_data_row *row, size_t number)
{
    size_t of = (size_t)strtoul(chart_data_cell(legend, data->ids[0]), NULL, 10);
    return chart_data_is(legend, "legend") && of == number &&
           strcmp(chart_data_cell(legend, data->colour),
                  chart_data_cell(row, data->colour)) == 0;
}

/* What a legend says of a colour, where bars are told apart by it. A legend has the
 * number of its kind of bars; they come in this order. */
static const char *legend_of(const struct chart_data *data,
                             const struct chart_data_row *row)
{
    size_t number = 0;
    const char *last = "";
    for (size_t i = 0; i < data->n_rows; i++) {
        const struct chart_data_row *other = &data->rows[i];
        bool is_bar = *chart_data_cell(other, data->to) &&
                      !chart_data_is(other, "span") && strcmp(other->cells[0], last) != 0;
        number += is_bar;
        last = is_bar ? other->cells[0] : last;
        if (chart_data_is(other, row->cells[0]))
            break;
    }
    for (size_t i = 0; i < data->n_rows; i++)
        if (is_legend_of(data, &data->rows[i], row, number))
            return chart_data_cell(&data->rows[i], data->text);
    return NULL;
}

static const char *kind_of(const struct chart_data *data,
                           const struct chart_data_row *row)
{
    static const char *const words[] = {"words", "before", "right", "open"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (chart_data_is(row, words[k]) && *chart_data_cell(row, data->text))
            return "note";
    if (chart_data_is(row, "team") || chart_data_is(row, "group"))
        return "group";
    const char *legend = legend_of(data, row);
    return legend ? legend : row->cells[0];
}

static struct text *cell_of(struct names *n, size_t row, const char *kind)
{
    size_t k = 0;
    while (k < n->n_kinds && strcmp(n->kinds[k], kind) != 0)
        k++;
    if (k == VALUE_COLUMNS)
        return NULL; /* no chart has as many */
    n->kinds[k] = kind;
    n->n_kinds += k == n->n_kinds;
    return &n->cells[row * VALUE_COLUMNS + k];
}

/* A date or a number; of a bar both ends, of an amount, which is a number, how much. */
static void append_extent(struct text *out, const struct chart_data *data,
                          const struct chart_data_row *row)
{
    double from, to;
    const char *ends[] = {chart_data_cell(row, data->from),
                          chart_data_cell(row, data->to)};
    text_append(out, out->length > 0 ? "; " : "");
    if (chart_data_number(ends[0], &from)) {
        chart_data_append_number(out, chart_data_number(ends[1], &to) ? to - from : from);
        return;
    }
    for (int k = 0; k < 2; k++) {
        text_append(out, k && *ends[k] ? " to " : "");
        text_append(out, ends[k]);
    }
}

static void take_row(struct names *n, const struct chart_data *data,
                     const struct chart_data_row *row)
{
    size_t id = (size_t)strtoul(chart_data_cell(row, data->ids[0]), NULL, 10);
    if (id == 0 || id > n->n_rows || chart_data_is(row, "legend"))
        return;
    if (is_name(row)) {
        n->names[id] = chart_data_cell(row, data->text);
        return;
    }
    struct text *out = cell_of(n, id, kind_of(data, row));
    if (!out)
        return;
    if (*chart_data_cell(row, data->text))
        text_printf(out, "%s%s", out->length > 0 ? "; " : "",
                    chart_data_cell(row, data->text));
    else if (*chart_data_cell(row, data->from))
        append_extent(out, data, row);
}

/* A group's name stands at the first of its rows alone. */
static void fill_groups(struct names *n)
{
    size_t k = 0;
    while (k < n->n_kinds && strcmp(n->kinds[k], "group") != 0)
        k++;
    for (size_t row = 2; row <= n->n_rows && k < n->n_kinds; row++) {
        struct text *cell = &n->cells[row * VALUE_COLUMNS + k];
        if (cell->length == 0)
            text_append(cell, n->cells[(row - 1) * VALUE_COLUMNS + k].bytes);
    }
}

static void add_names(const struct names *n)
{
    struct document_column columns[DOCUMENT_MOST_COLUMNS] = {{"Name", COLUMN_NAME}};
    size_t order[VALUE_COLUMNS];
    for (size_t k = 0; k < n->n_kinds; k++) {
        size_t at = k;
        for (; at > 0 && rank_of(n->kinds[order[at - 1]]) > rank_of(n->kinds[k]); at--)
            order[at] = order[at - 1];
        order[at] = k;
    }
    for (size_t k = 0; k < n->n_kinds; k++)
        columns[k + 1] =
            (struct document_column){title_of(n->kinds[order[k]]), COLUMN_TEXT};
    struct document_table *t = document_table(n->doc, n->title, columns, n->n_kinds + 1);
    for (size_t row = 1; row <= n->n_rows; row++) {
        if (!n->names[row])
            continue;
        document_cell(n->doc, t, "%s", n->names[row]);
        for (size_t k = 0; k < n->n_kinds; k++)
            document_cell(n->doc, t, "%s",
                          n->cells[row * VALUE_COLUMNS + order[k]].bytes);
    }
}

void report_names(struct document *doc, const char *title, struct chart_data *data)
{
    struct names n = {.doc = doc, .title = title};
    for (size_t i = 0; i < data->n_rows; i++) {
        size_t row =
            (size_t)strtoul(chart_data_cell(&data->rows[i], data->ids[0]), NULL, 10);
        if (is_name(&data->rows[i]) && row > n.n_rows && row <= data->n_rows)
            n.n_rows = row;
    }
    size_t n_cells = (n.n_rows + 1) * VALUE_COLUMNS;
    n.kinds = ARENA_ARRAY(&data->arena, const char *, VALUE_COLUMNS);
    n.names = ARENA_ARRAY(&data->arena, const char *, n.n_rows + 1);
    n.cells = MEM_ARRAY(struct text, n_cells);
    for (size_t i = 0; i < n_cells; i++)
        text_init(&n.cells[i]);
    for (size_t i = 0; i < data->n_rows; i++)
        take_row(&n, data, &data->rows[i]);
    fill_groups(&n);
    add_names(&n);
    for (size_t i = 0; i < n_cells; i++)
        text_release(&n.cells[i]);
    mem_free(n.cells);
}
