/* The data of a chart over the months, as tables: months are rows, series columns. */
#include "base/memory.h"
#include "study/chart_data.h"
#include "study/report_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_COLUMNS = DOCUMENT_MOST_COLUMNS - 1 };

struct column_key {
    const char *what, *first, *second; /* ids */
    const char *title;
};

struct pivot {
    struct document *doc;
    const char *title;
    struct column_key *columns;
    const char **months;
    const char **cells; /* [month * n_columns + column] */
    size_t n_columns, n_months;
};

/* The text of the row that names an id. */
static const char *name_of(const struct chart_data *data, const char *what, int column,
                           const char *id, int other, const char *other_id)
{
    for (size_t i = 0; *id && i < data->n_rows; i++) {
        const struct chart_data_row *row = &data->rows[i];
        if ((!what || chart_data_is(row, what)) && *chart_data_cell(row, data->text) &&
            !*chart_data_cell(row, data->from) &&
            strcmp(chart_data_cell(row, column), id) == 0 &&
            (other < 0 || strcmp(chart_data_cell(row, other), other_id) == 0))
            return chart_data_cell(row, data->text);
    }
    return NULL;
}

static const char *title_of(struct chart_data *data, const struct column_key *key)
{
    const char *panel, *series;
    if (data->ids[1] < 0) {
        panel = name_of(data, NULL, data->ids[0], key->first, -1, "");
        return panel ? panel : key->what;
    }
    panel = name_of(data, "panel", data->ids[0], key->first, -1, "");
    series = name_of(data, "series", data->ids[1], key->second, -1, "");
    if (!series) { /* or the label at its end, if that is a word */
        series =
            name_of(data, "end", data->ids[1], key->second, data->ids[0], key->first);
        if (series && *series >= '0' && *series <= '9' && panel)
            return panel;
    }
    if (!series)
        series = key->what;
    return panel ? arena_printf(&data->arena, "%s: %s", panel, series) : series;
}

static size_t column_of(struct chart_data *data, struct pivot *p,
                        const struct chart_data_row *row, size_t guess)
{
    struct column_key key = {row->cells[0], chart_data_cell(row, data->ids[0]),
                             chart_data_cell(row, data->ids[1]), NULL};
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
static const char *value_of(struct chart_data *data, const struct chart_data_row *row)
{
    static const char *const heights[] = {"slice", "used", "reserved"};
    double low = NAN, high = NAN;
    bool has_low = chart_data_number(chart_data_cell(row, data->low), &low),
         is_height = false;
    struct text out;
    if (!chart_data_number(chart_data_cell(row, data->high), &high))
        return chart_data_cell(row, data->high);
    for (size_t k = 0; k < sizeof heights / sizeof *heights; k++)
        is_height |= chart_data_is(row, heights[k]);
    text_init(&out);
    if (has_low && chart_data_is(row, "band") && !isnan(low)) {
        chart_data_append_number(&out, low);
        text_append(&out, " to ");
        chart_data_append_number(&out, high);
    } else {
        chart_data_append_number(&out, has_low && is_height ? high - low : high);
    }
    const char *kept = arena_string(&data->arena, out.bytes);
    text_release(&out);
    return kept;
}

static void list_months(struct chart_data *data, struct pivot *p)
{
    p->months = ARENA_ARRAY(&data->arena, const char *, data->n_rows + 1);
    size_t n = 0;
    for (size_t i = 0; i < data->n_rows; i++)
        if (*chart_data_cell(&data->rows[i], data->from) &&
            !chart_data_is(&data->rows[i], "span"))
            p->months[n++] = chart_data_cell(&data->rows[i], data->from);
    qsort(p->months, n, sizeof *p->months, by_text);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(p->months[i], p->months[p->n_months - 1]) != 0)
            p->months[p->n_months++] = p->months[i];
}

static void fill(struct chart_data *data, struct pivot *p)
{
    p->columns = ARENA_ARRAY(&data->arena, struct column_key, data->n_rows + 1);
    size_t *columns = MEM_ARRAY(size_t, data->n_rows);
    for (size_t i = 0, guess = 0; i < data->n_rows; i++)
        if (*chart_data_cell(&data->rows[i], data->from) &&
            !chart_data_is(&data->rows[i], "span")) {
            columns[i] = column_of(data, p, &data->rows[i], guess);
            guess = columns[i];
        }
    p->cells = ARENA_ARRAY(&data->arena, const char *, p->n_columns * p->n_months + 1);
    for (size_t i = 0; i < data->n_rows; i++) {
        const struct chart_data_row *row = &data->rows[i];
        if (*chart_data_cell(row, data->from) && !chart_data_is(row, "span"))
            p->cells[month_of(p, chart_data_cell(row, data->from)) * p->n_columns +
                     columns[i]] = value_of(data, row);
    }
    mem_free(columns);
}

/* A date of a month's first day is that month. */
static void append_date(struct text *out, const char *date)
{
    bool is_month = strlen(date) == 10 && strcmp(date + 7, "-01") == 0;
    text_printf(out, "%.*s", is_month ? 7 : 10, date);
}

/* Columns first to last - 1. */
static void add_months(struct chart_data *data, const struct pivot *p, size_t first,
                       size_t last)
{
    struct document_column columns[DOCUMENT_MOST_COLUMNS] = {{"Month", COLUMN_TEXT}};
    for (size_t c = first; c < last; c++)
        columns[c - first + 1] =
            (struct document_column){p->columns[c].title, COLUMN_NUMBER};
    const char *caption = first == 0 ? p->title
                                     : arena_printf(&data->arena, "%s, continued from %s",
                                                    p->title, p->columns[first].title);
    struct document_table *t = document_table(p->doc, caption, columns, last - first + 1);
    for (size_t m = 0; m < p->n_months; m++) {
        struct text month;
        text_init(&month);
        append_date(&month, p->months[m]);
        document_cell(p->doc, t, "%s", month.bytes);
        text_release(&month);
        for (size_t c = first; c < last; c++) {
            const char *value = p->cells[m * p->n_columns + c];
            document_cell(p->doc, t, "%s", value ? value : "");
        }
    }
}

void report_months(struct document *doc, const char *title, struct chart_data *data)
{
    struct pivot p = {.doc = doc, .title = title};
    list_months(data, &p);
    fill(data, &p);
    for (size_t c = 0; c < p.n_columns; c += VALUE_COLUMNS)
        add_months(data, &p, c,
                   c + VALUE_COLUMNS < p.n_columns ? c + VALUE_COLUMNS : p.n_columns);
}
