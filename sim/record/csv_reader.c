#include "record/csv_reader.h"

#include "base/check.h"
#include "base/file.h"
#include "base/memory.h"
#include "record/number.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

/* The file is read once into one block and cut up where it lies, a row at a time once the
 * row is known to be right: the byte after a cell becomes NUL, doubled quotes move
 * together. A cell is a 32-bit offset, half a pointer, because tables of tens of millions
 * of cells are met. The cutting loses nothing (a cell was quoted if and only if a quote
 * stands before it), so that an error found later, in a number, still shows its line. */

enum { MOST_ERRORS = 50 };

struct span {
    char *begin;
    char *end;
    bool has_doubled; /* quotes inside */
};

struct reader {
    struct csv_table *table;
    struct diag *d;
    char *p;
    char *end;      /* the NUL behind the last byte */
    char *row_from; /* the row that is being read */
    uint32_t row_line;
    struct span *fields; /* of this row */
    size_t n_fields, fields_capacity;
    size_t n_cells, cells_capacity;
    size_t n_lines, lines_capacity;
    size_t n_errors;
};

static size_t n_newlines(const char *from, const char *to)
{
    size_t n = 0;
    while (from < to && (from = memchr(from, '\n', (size_t)(to - from)))) {
        from++;
        n++;
    }
    return n;
}

/* The place of byte `at` in the lines that begin at `from`; `line` keeps its text. */
static struct place place_of(const struct csv_table *table, const char *from,
                             uint32_t from_line, const char *at, struct text *line)
{
    size_t newlines = n_newlines(from, at);
    const char *begin = at;
    while (begin > from && begin[-1] != '\n')
        begin--;
    struct place place = {.file = table->file, .line = (int)(from_line + newlines)};
    text_append_bytes(line, begin, (size_t)(at - begin));
    place.column = (int)text_n_characters(line->bytes) + 1;
    text_append_bytes(line, at, strcspn(at, "\r\n"));
    place.text = line->bytes;
    return place;
}

/* Adds a message and says where. */
static int add_error(const struct place *at, struct diag *d, const char *format,
                     va_list arguments)
{
    return diag_error(d, DIAG_DATA, at, "%s",
                      arena_vprintf(&d->arena, format, arguments));
}

static void error_at(struct reader *r, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void error_at(struct reader *r, const char *at, const char *format, ...)
{
    struct text line;
    text_init(&line);
    struct place place = place_of(r->table, r->row_from, r->row_line, at, &line);
    va_list arguments;
    va_start(arguments, format);
    add_error(&place, r->d, format, arguments);
    va_end(arguments);
    text_release(&line);
    r->n_errors++;
}

/* What no row may hold; one message for all of its kind. */
static bool is_text(struct reader *r)
{
    const char *nul = memchr(r->p, '\0', (size_t)(r->end - r->p));
    if (nul) {
        error_at(r, nul, "a NUL byte: this is no text file, or one in UTF-16");
        return false;
    }
    if (text_is_utf8(r->p, (size_t)(r->end - r->p)))
        return true;
    const char *line = r->p, *next = NULL;
    while ((next = memchr(line, '\n', (size_t)(r->end - line))) &&
           text_is_utf8(line, (size_t)(next - line)))
        line = next + 1;
    const char *at = line;
    for (size_t n = 1; n <= 4 && at < r->end;) {
        if (n <= (size_t)(r->end - at) && text_is_utf8(at, n)) {
            at += n;
            n = 1;
        } else {
            n++;
        }
    }
    error_at(r, at, "byte 0x%02x is not UTF-8", (unsigned)(unsigned char)*at);
    return false;
}

static bool ends_field(char c)
{
    return c == ',' || c == '\n' || c == '\r' || c == '\0';
}

/* Reads one field and leaves p behind it; false if the rest cannot be made sense of. */
static bool read_field(struct reader *r)
{
    struct span field = {.begin = r->p};
    if (*r->p != '"') {
        while (!ends_field(*r->p))
            r->p++;
        field.end = r->p;
        ARRAY_PUSH(r->fields, r->n_fields, r->fields_capacity) = field;
        return true;
    }
    char *quote = r->p;
    field.begin = r->p + 1;
    for (;;) {
        r->p = memchr(r->p + 1, '"', (size_t)(r->end - r->p - 1));
        if (!r->p) {
            error_at(r, quote, "this quote is not closed");
            return false;
        }
        if (r->p[1] != '"')
            break;
        field.has_doubled = true;
        r->p++;
    }
    field.end = r->p++;
    ARRAY_PUSH(r->fields, r->n_fields, r->fields_capacity) = field;
    if (!ends_field(*r->p)) {
        error_at(r, r->p, "text after a closing quote, a comma was expected");
        while (!ends_field(*r->p))
            r->p++;
    }
    return true;
}

/* Reads the fields of a row and leaves p at the next line. */
static bool read_row(struct reader *r)
{
    r->n_fields = 0;
    for (;;) {
        if (!read_field(r))
            return false;
        if (*r->p != ',')
            break;
        r->p++;
    }
    if (*r->p == '\r' && r->p[1] != '\n') {
        error_at(r, r->p, "a carriage return without a line feed");
        return false;
    }
    return true;
}

/* The row is right: its cells become strings. */
static void cut_row(struct reader *r)
{
    for (size_t i = 0; i < r->n_fields; i++) {
        struct span *field = &r->fields[i];
        char *to = field->end;
        if (field->has_doubled) {
            to = field->begin;
            for (const char *from = field->begin; from < field->end; from++) {
                from += *from == '"';
                *to++ = *from;
            }
        }
        *to = '\0';
        ARRAY_PUSH(r->table->cells, r->n_cells, r->cells_capacity) =
            (uint32_t)(field->begin - r->table->bytes.bytes);
    }
    ARRAY_PUSH(r->table->lines, r->n_lines, r->lines_capacity) = r->row_line;
}

static void take_row(struct reader *r, size_t n_errors_before)
{
    size_t expected = r->table->n_columns;
    if (r->n_errors > n_errors_before)
        return;
    if (expected == 0) {
        r->table->n_columns = r->n_fields;
    } else if (r->n_fields != expected) {
        bool is_long = r->n_fields > expected;
        error_at(r, is_long ? r->fields[expected].begin : r->p,
                 "%zu field%s where the header names %zu", r->n_fields,
                 r->n_fields == 1 ? "" : "s", expected);
        return;
    }
    cut_row(r);
}

static void read_rows(struct reader *r)
{
    while (r->p < r->end && r->n_errors < MOST_ERRORS) {
        size_t n_errors = r->n_errors;
        bool is_empty = *r->p == '\n' || (*r->p == '\r' && r->p[1] == '\n');
        r->row_from = r->p;
        if (!is_empty && !read_row(r))
            return;
        /* Before the end of the row is cut. */
        char *next = r->p + (*r->p == '\r' ? 2 : *r->p == '\n' ? 1 : 0);
        uint32_t newlines = (uint32_t)n_newlines(r->row_from, next);
        if (!is_empty)
            take_row(r, n_errors);
        r->row_line += newlines;
        r->p = next;
    }
}

static void name_columns(struct csv_table *table)
{
    table->columns = MEM_ARRAY(const char *, table->n_columns);
    for (size_t i = 0; i < table->n_columns; i++)
        table->columns[i] = table->bytes.bytes + table->cells[i];
}

/* Cuts up the bytes that the table holds. */
static int parse(const char *path, struct csv_table *table, struct diag *d)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    table->file = mem_string(path);

    char *begin = table->bytes.bytes;
    struct reader r = {.table = table, .d = d, .p = begin, .row_line = 1};
    r.end = begin + table->bytes.length;
    r.p += strncmp(begin, byte_order_mark, 3) == 0 ? 3 : 0;
    r.row_from = r.p;
    if (is_text(&r))
        read_rows(&r);
    if (r.n_errors == 0 && r.n_lines == 0) {
        struct place at = {.file = path};
        diag_error(d, DIAG_DATA, &at, "is empty: a first row must name the columns");
        r.n_errors++;
    }
    mem_free(r.fields);
    if (r.n_errors > 0) {
        csv_table_free(table);
        return -1;
    }
    table->n_rows = r.n_lines - 1;
    name_columns(table);
    return 0;
}

int csv_table_load(const char *path, struct csv_table *table, struct diag *d)
{
    *table = (struct csv_table){0};
    text_init(&table->bytes);
    if (file_read(path, CSV_TABLE_MOST_BYTES, &table->bytes, d) != 0) {
        csv_table_free(table);
        return -1;
    }
    return parse(path, table, d);
}

int csv_table_load_within(const char *path, const char *jail, struct csv_table *table,
                          struct diag *d)
{
    char real[PATH_MAX];
    struct diag why;
    struct text text;
    if (!jail)
        return csv_table_load(path, table, d);
    diag_init(&why);
    text_init(&text);
    int result = file_resolve(path, jail, real, &why);
    if (result == 0)
        result = file_read_real(real, CSV_TABLE_MOST_BYTES, &text, &why);
    if (result == 0)
        result = csv_table_parse(path, text.bytes, text.length, table, d);
    else
        diag_error(d, why.messages[0].cause, &(struct place){.file = path}, "%s",
                   why.messages[0].message);
    text_release(&text);
    diag_release(&why);
    return result;
}

int csv_table_parse(const char *path, const char *bytes, size_t length,
                    struct csv_table *table, struct diag *d)
{
    *table = (struct csv_table){0};
    text_init(&table->bytes);
    text_append_bytes(&table->bytes, bytes, length);
    return parse(path, table, d);
}

void csv_table_free(struct csv_table *table)
{
    mem_free(table->file);
    mem_free(table->columns);
    mem_free(table->cells);
    mem_free(table->lines);
    text_release(&table->bytes);
    *table = (struct csv_table){0};
}

int csv_table_column(const struct csv_table *table, const char *name)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i], name) == 0)
            return (int)i;
    return -1;
}

/* Row 0 is the header here. */
static const char *cell_of(const struct csv_table *table, size_t row, size_t column)
{
    CHECK(row <= table->n_rows && column < table->n_columns);
    return table->bytes.bytes + table->cells[row * table->n_columns + column];
}

const char *csv_table_cell(const struct csv_table *table, size_t row, size_t column)
{
    return cell_of(table, row + 1, column);
}

/* The row as it stood in the file, and where the field of a column begins in it. */
static size_t original_row(const struct csv_table *table, size_t row, size_t column,
                           struct text *out)
{
    size_t begin = 0;
    for (size_t i = 0; i < table->n_columns; i++) {
        const char *cell = cell_of(table, row, i);
        bool is_quoted = cell > table->bytes.bytes && cell[-1] == '"';
        if (i > 0)
            text_append(out, ",");
        if (i == column)
            begin = out->length;
        if (is_quoted)
            text_append(out, "\"");
        for (; *cell; cell++)
            text_append_bytes(out, is_quoted && *cell == '"' ? "\"\"" : cell,
                              is_quoted && *cell == '"' ? 2 : 1);
        if (is_quoted)
            text_append(out, "\"");
    }
    return begin;
}

int csv_table_error(const struct csv_table *table, size_t row, size_t column,
                    struct diag *d, const char *format, ...)
{
    struct text original, line;
    text_init(&original);
    text_init(&line);
    size_t begin = original_row(table, row + 1, column, &original);
    struct place at = place_of(table, original.bytes, table->lines[row + 1],
                               original.bytes + begin, &line);
    va_list arguments;
    va_start(arguments, format);
    add_error(&at, d, format, arguments);
    va_end(arguments);
    text_release(&line);
    text_release(&original);
    return -1;
}

int csv_table_number(const struct csv_table *table, size_t row, size_t column,
                     double *out, struct diag *d)
{
    const char *cell = csv_table_cell(table, row, column);
    if (number_parse(cell, out))
        return 0;
    const char *name = table->columns[column];
    if (*cell == '\0')
        return csv_table_error(table, row, column, d,
                               "column '%s' is empty, must be a number", name);
    return csv_table_error(table, row, column, d, "column '%s': '%s' is not a number",
                           name, cell);
}
