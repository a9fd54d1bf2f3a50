/* The data of a chart as tables, from the very rows that the picture is drawn from. There
 * are two families of charts (plots/panels.gp, allocation.gp; plots/rows.gp,
 * projects.gp): of the first, whose rows have a low and a high end, the months become
 * rows and the series columns; of the second the names become rows and what stands in
 * them columns. */
#include "base/memory.h"
#include "study/report_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CELLS = 16, VALUE_COLUMNS = DOCUMENT_MOST_COLUMNS - 1 };

struct data_row {
    const char *cells[MOST_CELLS];
};

struct data {
    struct document *doc;
    struct arena arena;
    const char *title;
    int ids[2], from, to, low, high, colour, text; /* columns; -1: none */
    struct data_row *rows;
    size_t n_rows, capacity;
};

/* ---- reading the rows ---- */

/* Undoes glyphs_append_cell. */
static char *unquote(struct arena *arena, const char *cell, size_t length)
{
    char *out = arena_alloc(arena, length + 1, 1), *end = out;
    for (size_t i = 1; i + 1 < length; i++) {
        if (cell[i] != '\\') {
            *end++ = cell[i];
        } else if (cell[i + 1] == '\\') {
            *end++ = '\\';
            i++;
        } else {
            *end++ = strncmp(cell + i, "\\0042", 5) == 0 ? '"' : ',';
            i += 4;
        }
    }
    *end = '\0';
    return out;
}

static void read_row(struct data *data, const char *line, size_t length)
{
    struct data_row row = {{0}};
    size_t n = 0;
    const char *end = line + length;
    for (const char *at = line; at <= end && n < MOST_CELLS; n++) {
        const char *close = *at == '"' ? strchr(at + 1, '"') : NULL;
        bool is_quoted = close && close < end;
        size_t width = is_quoted ? (size_t)(close + 1 - at) : strcspn(at, ",\n");
        row.cells[n] = is_quoted ? unquote(&data->arena, at, width)
                                 : arena_copy(&data->arena, at, width);
        at += width + 1;
    }
    for (; n < MOST_CELLS; n++)
        row.cells[n] = "";
    ARRAY_PUSH(data->rows, data->n_rows, data->capacity) = row;
}

static void read_header(struct data *data, const char *header)
{
    const struct {
        const char *name;
        int *column;
    } known[] = {{"from", &data->from}, {"to", &data->to},         {"low", &data->low},
                 {"high", &data->high}, {"colour", &data->colour}, {"text", &data->text}};
    int column = 0, n_ids = 0;
    data->ids[0] = data->ids[1] = data->from = data->to = data->low = -1;
    data->high = data->colour = data->text = -1;
    for (const char *at = header; *at; column++) {
        size_t length = strcspn(at, ","), k = 0;
        while (k < 6 && (strlen(known[k].name) != length ||
                         strncmp(at, known[k].name, length) != 0))
            k++;
        if (k < 6)
            *known[k].column = column;
        else if (column > 0 && n_ids < 2)
            data->ids[n_ids++] = column;
        at += length + (at[length] == ',');
    }
}

static const char *cell(const struct data_row *row, int column)
{
    return column < 0 ? "" : row->cells[column];
}

static bool is_what(const struct data_row *row, const char *what)
{
    return strcmp(row->cells[0], what) == 0;
}

/* ---- numbers ---- */

static bool read_number(const char *string, double *value)
{
    char *end;
    *value = strtod(string, &end);
    return end != string && *end == '\0';
}

/* A date of a month's first day is that month. */
static void append_date(struct text *out, const char *date)
{
    bool is_month = strlen(date) == 10 && strcmp(date + 7, "-01") == 0;
    text_printf(out, "%.*s", is_month ? 7 : 10, date);
}

static void append_number(struct text *out, double value)
{
    if (isnan(value))
        text_append(out, "\u2013");
    else if (fabs(value) >= 100)
        text_append_count(out, value);
    else
        text_printf(out, "%.3g", value);
}

/* ---- months as rows ---- */

struct column_key {
    const char *what, *first, *second; /* ids */
    const char *title;
};

struct pivot {
    struct column_key *columns;
    const char **months;
    const char **cells; /* [month * n_columns + column] */
    size_t n_columns, n_months;
};

/* The text of the row that names an id. */
static const char *name_of(const struct data *data, const char *what, int column,
                           const char *id, int other, const char *other_id)
{
    for (size_t i = 0; *id && i < data->n_rows; i++) {
        const struct data_row *row = &data->rows[i];
        if ((!what || is_what(row, what)) && *cell(row, data->text) &&
            !*cell(row, data->from) && strcmp(cell(row, column), id) == 0 &&
            (other < 0 || strcmp(cell(row, other), other_id) == 0))
            return cell(row, data->text);
    }
    return NULL;
}

static const char *title_of(struct data *data, const struct column_key *key)
{
    const char *panel, *series;
    if (data->ids[1] < 0) {
        panel = name_of(data, NULL, data->ids[0], key->first, -1, "");
        return panel ? panel : key->what;
    }
    panel = name_of(data, "panel", data->ids[0], key->first, -1, "");
    series = name_of(data, "series", data->ids[1], key->second, -1, "");
    if (!series)
        series =
            name_of(data, "end", data->ids[1], key->second, data->ids[0], key->first);
    if (!series)
        series = key->what;
    return panel ? arena_printf(&data->arena, "%s: %s", panel, series) : series;
}

static size_t column_of(struct data *data, struct pivot *p, const struct data_row *row,
                        size_t guess)
{
    struct column_key key = {row->cells[0], cell(row, data->ids[0]),
                             cell(row, data->ids[1]), NULL};
    for (size_t tried = 0; tried < p->n_columns; tried++) {
        size_t i = (guess + tried) % p->n_columns;
        if (strcmp(p->columns[i].what, key.what) == 0 &&
            strcmp(p->columns[i].first, key.first) == 0 &&
            strcmp(p->columns[i].second, key.second) == 0)
            return i;
    }
    key.title = title_of(data, &key);
    p->columns[p->n_columns] = key;
    return p->n_columns++;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t month_of(const struct pivot *p, const char *month)
{
    const char **found =
        bsearch(&month, p->months, p->n_months, sizeof *p->months, by_text);
    return (size_t)(found - p->months);
}

/* A slice of a stack is as much as it adds; a band is an interval. */
static const char *value_of(struct data *data, const struct data_row *row)
{
    static const char *const heights[] = {"slice", "used", "reserved"};
    double low = NAN, high = NAN;
    bool has_low = read_number(cell(row, data->low), &low), is_height = false;
    struct text out;
    if (!read_number(cell(row, data->high), &high))
        return cell(row, data->high);
    for (size_t k = 0; k < sizeof heights / sizeof *heights; k++)
        is_height |= is_what(row, heights[k]);
    text_init(&out);
    if (has_low && is_what(row, "band")) {
        append_number(&out, low);
        text_append(&out, " to ");
        append_number(&out, high);
    } else {
        append_number(&out, has_low && is_height ? high - low : high);
    }
    const char *kept = arena_string(&data->arena, out.bytes);
    text_release(&out);
    return kept;
}

static void list_months(struct data *data, struct pivot *p)
{
    p->months = ARENA_ARRAY(&data->arena, const char *, data->n_rows + 1);
    size_t n = 0;
    for (size_t i = 0; i < data->n_rows; i++)
        if (*cell(&data->rows[i], data->from) && !is_what(&data->rows[i], "span"))
            p->months[n++] = cell(&data->rows[i], data->from);
    qsort(p->months, n, sizeof *p->months, by_text);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(p->months[i], p->months[p->n_months - 1]) != 0)
            p->months[p->n_months++] = p->months[i];
}

static void fill(struct data *data, struct pivot *p)
{
    p->columns = ARENA_ARRAY(&data->arena, struct column_key, data->n_rows + 1);
    size_t *columns = MEM_ARRAY(size_t, data->n_rows);
    for (size_t i = 0, guess = 0; i < data->n_rows; i++)
        if (*cell(&data->rows[i], data->from) && !is_what(&data->rows[i], "span")) {
            columns[i] = column_of(data, p, &data->rows[i], guess);
            guess = columns[i];
        }
    p->cells = ARENA_ARRAY(&data->arena, const char *, p->n_columns * p->n_months + 1);
    for (size_t i = 0; i < data->n_rows; i++) {
        const struct data_row *row = &data->rows[i];
        if (*cell(row, data->from) && !is_what(row, "span"))
            p->cells[month_of(p, cell(row, data->from)) * p->n_columns + columns[i]] =
                value_of(data, row);
    }
    mem_free(columns);
}

/* Columns first to last - 1. */
static void add_months(struct data *data, const struct pivot *p, size_t first,
                       size_t last)
{
    struct document_column columns[DOCUMENT_MOST_COLUMNS] = {{"Month", COLUMN_TEXT}};
    for (size_t c = first; c < last; c++)
        columns[c - first + 1] =
            (struct document_column){p->columns[c].title, COLUMN_NUMBER};
    const char *caption = first == 0 ? data->title
                                     : arena_printf(&data->arena, "%s, continued from %s",
                                                    data->title, p->columns[first].title);
    struct document_table *t =
        document_table(data->doc, caption, columns, last - first + 1);
    for (size_t m = 0; m < p->n_months; m++) {
        struct text month;
        text_init(&month);
        append_date(&month, p->months[m]);
        document_cell(data->doc, t, "%s", month.bytes);
        text_release(&month);
        for (size_t c = first; c < last; c++) {
            const char *value = p->cells[m * p->n_columns + c];
            document_cell(data->doc, t, "%s", value ? value : "");
        }
    }
}

static void pivot_months(struct data *data)
{
    struct pivot p = {0};
    list_months(data, &p);
    fill(data, &p);
    for (size_t c = 0; c < p.n_columns; c += VALUE_COLUMNS)
        add_months(data, &p, c,
                   c + VALUE_COLUMNS < p.n_columns ? c + VALUE_COLUMNS : p.n_columns);
}

/* ---- names as rows ---- */

struct names {
    const char **kinds; /* of the columns */
    size_t n_kinds, n_rows;
    const char **names; /* [row]; rows count from 1 */
    struct text *cells; /* [row * VALUE_COLUMNS + kind] */
};

static bool is_name(const struct data_row *row)
{
    return is_what(row, "name") || is_what(row, "project");
}

/* What a legend says of a colour, where the rows are told apart by it. */
static const char *kind_of(const struct data *data, const struct data_row *row)
{
    static const char *const words[] = {"words", "before", "right", "open"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (is_what(row, words[k]) && *cell(row, data->text))
            return "note";
    if (is_what(row, "team"))
        return "group";
    for (size_t i = 0; i < data->n_rows; i++)
        if (is_what(&data->rows[i], "legend") &&
            strcmp(cell(&data->rows[i], data->colour), cell(row, data->colour)) == 0)
            return cell(&data->rows[i], data->text);
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
static void append_extent(struct text *out, const struct data *data,
                          const struct data_row *row)
{
    double from, to;
    const char *ends[] = {cell(row, data->from), cell(row, data->to)};
    text_append(out, out->length > 0 ? "; " : "");
    if (read_number(ends[0], &from)) {
        append_number(out, read_number(ends[1], &to) ? to - from : from);
        return;
    }
    for (int k = 0; k < 2; k++) {
        text_append(out, k && *ends[k] ? " to " : "");
        text_append(out, ends[k]);
    }
}

static void take_row(struct names *n, const struct data *data, const struct data_row *row)
{
    size_t id = (size_t)strtoul(cell(row, data->ids[0]), NULL, 10);
    if (id == 0 || id > n->n_rows)
        return;
    if (is_name(row)) {
        n->names[id] = cell(row, data->text);
        return;
    }
    struct text *out = cell_of(n, id, kind_of(data, row));
    if (!out)
        return;
    if (*cell(row, data->text))
        text_printf(out, "%s%s", out->length > 0 ? "; " : "", cell(row, data->text));
    else if (*cell(row, data->from))
        append_extent(out, data, row);
}

static void add_names(struct data *data, const struct names *n)
{
    struct document_column columns[DOCUMENT_MOST_COLUMNS] = {{"Name", COLUMN_NAME}};
    for (size_t k = 0; k < n->n_kinds; k++)
        columns[k + 1] = (struct document_column){n->kinds[k], COLUMN_TEXT};
    struct document_table *t =
        document_table(data->doc, data->title, columns, n->n_kinds + 1);
    for (size_t row = 1; row <= n->n_rows; row++) {
        if (!n->names[row])
            continue;
        document_cell(data->doc, t, "%s", n->names[row]);
        for (size_t k = 0; k < n->n_kinds; k++)
            document_cell(data->doc, t, "%s", n->cells[row * VALUE_COLUMNS + k].bytes);
    }
}

static void pivot_names(struct data *data)
{
    struct names n = {0};
    for (size_t i = 0; i < data->n_rows; i++) {
        size_t row = (size_t)strtoul(cell(&data->rows[i], data->ids[0]), NULL, 10);
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
    add_names(data, &n);
    for (size_t i = 0; i < n_cells; i++)
        text_release(&n.cells[i]);
    mem_free(n.cells);
}

/* ---- */

void report_chart_data(struct document *doc, const struct chart_type *type,
                       const struct chart_sheet *sheet)
{
    struct data data = {.doc = doc, .title = sheet->title.bytes};
    arena_init(&data.arena);
    read_header(&data, type->header);
    for (const char *line = sheet->rows.bytes; *line;) {
        size_t length = strcspn(line, "\n");
        read_row(&data, line, length);
        line += length + (line[length] == '\n');
    }
    struct text summary;
    text_init(&summary);
    text_printf(&summary, "Data: %s", sheet->title.bytes);
    document_fold(doc, summary.bytes);
    if (data.high >= 0)
        pivot_months(&data);
    else
        pivot_names(&data);
    document_fold_end(doc);
    text_release(&summary);
    mem_free(data.rows);
    arena_release(&data.arena);
}
