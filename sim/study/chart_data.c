#include "study/chart_data.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static void read_row(struct chart_data *rows, const char *line, size_t length)
{
    struct chart_data_row row = {{0}};
    size_t n = 0;
    const char *end = line + length;
    for (const char *at = line; at <= end && n < CHART_DATA_MOST_CELLS; n++) {
        const char *close = *at == '"' ? strchr(at + 1, '"') : NULL;
        bool is_quoted = close && close < end;
        size_t width = is_quoted ? (size_t)(close + 1 - at) : strcspn(at, ",\n");
        row.cells[n] = is_quoted ? unquote(&rows->arena, at, width)
                                 : arena_copy(&rows->arena, at, width);
        at += width + 1;
    }
    for (; n < CHART_DATA_MOST_CELLS; n++)
        row.cells[n] = "";
    ARRAY_PUSH(rows->rows, rows->n_rows, rows->capacity) = row;
}

static void read_header(struct chart_data *rows, const char *header)
{
    const struct {
        const char *name;
        int *column;
    } known[] = {{"from", &rows->from}, {"to", &rows->to},         {"low", &rows->low},
                 {"high", &rows->high}, {"colour", &rows->colour}, {"text", &rows->text}};
    int column = 0, n_ids = 0;
    rows->ids[0] = rows->ids[1] = rows->from = rows->to = rows->low = -1;
    rows->high = rows->colour = rows->text = -1;
    for (const char *at = header; *at; column++) {
        size_t length = strcspn(at, ","), k = 0;
        while (k < 6 && (strlen(known[k].name) != length ||
                         strncmp(at, known[k].name, length) != 0))
            k++;
        if (k < 6)
            *known[k].column = column;
        else if (column > 0 && n_ids < 2)
            rows->ids[n_ids++] = column;
        at += length + (at[length] == ',');
    }
}

const char *chart_data_cell(const struct chart_data_row *row, int column)
{
    return column < 0 ? "" : row->cells[column];
}

bool chart_data_is(const struct chart_data_row *row, const char *what)
{
    return strcmp(row->cells[0], what) == 0;
}

bool chart_data_number(const char *string, double *value)
{
    char *end;
    *value = strtod(string, &end);
    return end != string && *end == '\0';
}

void chart_data_append_number(struct text *out, double value)
{
    if (isnan(value))
        text_append(out, "\u2013");
    else if (fabs(value) >= 100)
        text_append_count(out, value);
    else
        text_printf(out, "%.3g", value);
}

void chart_data_read(struct chart_data *rows, const struct chart_type *type,
                     const struct chart_sheet *sheet)
{
    *rows = (struct chart_data){.capacity = 0};
    arena_init(&rows->arena);
    read_header(rows, type->header);
    for (const char *line = sheet->rows.bytes; *line;) {
        size_t length = strcspn(line, "\n");
        read_row(rows, line, length);
        line += length + (line[length] == '\n');
    }
}

void chart_data_release(struct chart_data *rows)
{
    mem_free(rows->rows);
    arena_release(&rows->arena);
}
