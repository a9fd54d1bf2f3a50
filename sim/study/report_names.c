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

static bool is_name(const struct chart_data_row *row)
{
    return chart_data_is(row, "name") || chart_data_is(row, "project");
}

/* What a legend says of a colour, where the rows are told apart by it. */
static const char *kind_of(const struct chart_data *data,
                           const struct chart_data_row *row)
{
    static const char *const words[] = {"words", "before", "right", "open"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (chart_data_is(row, words[k]) && *chart_data_cell(row, data->text))
            return "note";
    if (chart_data_is(row, "team"))
        return "group";
    for (size_t i = 0; i < data->n_rows; i++)
        if (chart_data_is(&data->rows[i], "legend") &&
            strcmp(chart_data_cell(&data->rows[i], data->colour),
                   chart_data_cell(row, data->colour)) == 0)
            return chart_data_cell(&data->rows[i], data->text);
    return row->cells[0];
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
    if (id == 0 || id > n->n_rows)
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

static void add_names(const struct names *n)
{
    struct document_column columns[DOCUMENT_MOST_COLUMNS] = {{"Name", COLUMN_NAME}};
    for (size_t k = 0; k < n->n_kinds; k++)
        columns[k + 1] = (struct document_column){n->kinds[k], COLUMN_TEXT};
    struct document_table *t = document_table(n->doc, n->title, columns, n->n_kinds + 1);
    for (size_t row = 1; row <= n->n_rows; row++) {
        if (!n->names[row])
            continue;
        document_cell(n->doc, t, "%s", n->names[row]);
        for (size_t k = 0; k < n->n_kinds; k++)
            document_cell(n->doc, t, "%s", n->cells[row * VALUE_COLUMNS + k].bytes);
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
    add_names(&n);
    for (size_t i = 0; i < n_cells; i++)
        text_release(&n.cells[i]);
    mem_free(n.cells);
}
