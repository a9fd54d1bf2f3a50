#include "cli/table.h"

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

enum { GAP = 2, NARROWEST = 8 };

void table_init(struct table *t, const char *const *columns, size_t n_columns)
{
    CHECK(n_columns <= TABLE_MOST_COLUMNS);
    *t = (struct table){.n_columns = n_columns};
    arena_init(&t->arena);
    for (size_t i = 0; i < n_columns; i++) {
        t->is_number[i] = columns[i][0] == '>';
        table_cell(t, "%s", columns[i] + t->is_number[i]);
    }
}

void table_release(struct table *t)
{
    arena_release(&t->arena);
    mem_free(t->cells);
}

void table_cell(struct table *t, const char *format, ...)
{
    struct text visible;
    va_list arguments;
    va_start(arguments, format);
    const char *raw = arena_vprintf(&t->arena, format, arguments);
    va_end(arguments);
    text_init(&visible);
    text_append_visible(&visible, raw, strlen(raw));
    ARRAY_PUSH(t->cells, t->n_cells, t->capacity) =
        arena_string(&t->arena, visible.bytes);
    text_release(&visible);
}

/* Appends a cell of at most `width` columns: what is too long loses its middle. */
static void append_cut(struct text *out, const char *cell, size_t width)
{
    size_t full = text_width(cell);
    if (full <= width) {
        text_append(out, cell);
        return;
    }
    size_t n = text_n_characters(cell), head = 0, tail = n, used = 3;
    struct text part;
    text_init(&part);
    while (head < tail) {
        bool is_head = head <= n - tail;
        size_t at = is_head ? head : tail - 1;
        size_t from = text_offset_of(cell, at), to = text_offset_of(cell, at + 1);
        text_clear(&part);
        text_append_bytes(&part, cell + from, to - from);
        used += text_width(part.bytes);
        if (used > width)
            break;
        if (is_head)
            head++;
        else
            tail--;
    }
    text_release(&part);
    text_append_bytes(out, cell, text_offset_of(cell, head));
    text_append(out, "...");
    text_append(out, cell + text_offset_of(cell, tail));
}

/* Narrows the widest texts until the whole fits. */
static void fit(const struct table *t, size_t *widths)
{
    for (;;) {
        size_t total = GAP * (t->n_columns - 1), widest = t->n_columns;
        for (size_t i = 0; i < t->n_columns; i++) {
            total += widths[i];
            if (!t->is_number[i] &&
                (widest == t->n_columns || widths[i] > widths[widest]))
                widest = i;
        }
        if (total <= TABLE_WIDTH || widest == t->n_columns || widths[widest] <= NARROWEST)
            return;
        widths[widest]--;
    }
}

void table_print(struct table *t, FILE *stream, bool has_colour)
{
    size_t widths[TABLE_MOST_COLUMNS] = {0};
    for (size_t i = 0; i < t->n_cells; i++) {
        size_t width = text_width(t->cells[i]);
        if (width > widths[i % t->n_columns])
            widths[i % t->n_columns] = width;
    }
    fit(t, widths);
    struct text line, cell;
    text_init(&line);
    text_init(&cell);
    for (size_t i = 0; i < t->n_cells; i++) {
        size_t column = i % t->n_columns;
        bool is_last = column + 1 == t->n_columns;
        text_clear(&cell);
        append_cut(&cell, t->cells[i], widths[column]);
        size_t pad = widths[column] - text_width(cell.bytes);
        for (size_t k = 0; k < pad && t->is_number[column]; k++)
            text_append(&line, " ");
        text_append(&line, cell.bytes);
        for (size_t k = 0; k < pad + GAP && !t->is_number[column] && !is_last; k++)
            text_append(&line, " ");
        for (size_t k = 0; k < GAP && t->is_number[column] && !is_last; k++)
            text_append(&line, " ");
        if (!is_last)
            continue;
        while (line.length && line.bytes[line.length - 1] == ' ')
            line.bytes[--line.length] = '\0';
        bool is_header = i < t->n_columns;
        fprintf(stream, "%s%s%s\n", is_header && has_colour ? "\033[1m" : "", line.bytes,
                is_header && has_colour ? "\033[0m" : "");
        text_clear(&line);
    }
    text_release(&line);
    text_release(&cell);
}

const char *table_count(struct arena *arena, double number)
{
    if (isnan(number))
        return "-";
    struct text out;
    text_init(&out);
    text_append_count(&out, number);
    const char *result = arena_string(arena, out.bytes);
    text_release(&out);
    return result;
}
