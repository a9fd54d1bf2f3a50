#include "record/csv.h"

#include "base/check.h"
#include "base/memory.h"
#include "record/number.h"

#include <string.h>

/* Every field asks for its room once, at its longest, and is then written in place: no
 * call a byte, no copy. The stream's own buffer is passed by, as writes of PASSED_ON
 * bytes go straight to the file. A number that comes again (quantiles of what does not
 * vary, a project's share of nothing) is copied: two thirds of the numbers of bands are
 * such. */

enum { PASSED_ON = 1 << 16, SMALLEST_ROOM = 1 << 12 };

void csv_init(struct csv *csv, FILE *stream)
{
    *csv = (struct csv){.stream = stream};
    text_init(&csv->text);
}

void csv_release(struct csv *csv)
{
    text_release(&csv->text);
    *csv = (struct csv){0};
}

void csv_reset(struct csv *csv)
{
    text_clear(&csv->text);
    csv->n_fields = 0;
    csv->last_length = 0;
}

static void write_out(struct csv *csv, const struct text *text)
{
    if (!csv->has_failed &&
        fwrite(text->bytes, 1, text->length, csv->stream) != text->length)
        csv->has_failed = true;
}

static void pass_on(struct csv *csv)
{
    write_out(csv, &csv->text);
    text_clear(&csv->text);
    csv->last_length = 0;
}

/* Where the next `most` bytes and a NUL may be written. */
static char *room(struct csv *csv, size_t most)
{
    struct text *text = &csv->text;
    if (text->length + most + 1 > text->capacity) {
        size_t capacity = 2 * text->capacity + SMALLEST_ROOM;
        while (text->length + most + 1 > capacity)
            capacity *= 2;
        text->bytes = mem_resize(text->bytes, capacity, 1);
        text->capacity = capacity;
    }
    return text->bytes + text->length;
}

/* Room for a field, with the comma before it. */
static char *field(struct csv *csv, size_t most)
{
    char *out = room(csv, most + 1);
    if (csv->n_fields++ > 0)
        *out++ = ',';
    return out;
}

static void written_to(struct csv *csv, char *end)
{
    *end = '\0';
    csv->text.length = (size_t)(end - csv->text.bytes);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_number(const char *string)
{
    double number;
    return number_parse(string, &number);
}

void csv_text(struct csv *csv, const char *string)
{
    size_t length = string ? strlen(string) : 0;
    char *out = field(csv, 2 * length + 3);
    if (length == 0) {
        written_to(csv, out);
        return;
    }
    bool is_formula = text_begins_formula(string[0]) && !is_number(string);
    if (!is_formula && string[strcspn(string, ",\"\r\n")] == '\0' &&
        !is_blank(string[0]) && !is_blank(string[length - 1])) {
        memcpy(out, string, length);
        written_to(csv, out + length);
        return;
    }
    *out++ = '"';
    if (is_formula)
        *out++ = '\'';
    for (size_t i = 0; i < length; i++) {
        if (string[i] == '"')
            *out++ = '"';
        *out++ = string[i];
    }
    *out++ = '"';
    written_to(csv, out);
}

void csv_fields(struct csv *csv, const struct csv *fields)
{
    CHECK(fields->n_fields > 0);
    char *out = field(csv, fields->text.length);
    memcpy(out, fields->text.bytes, fields->text.length);
    csv->n_fields += fields->n_fields - 1;
    written_to(csv, out + fields->text.length);
}

void csv_number(struct csv *csv, double number)
{
    char *out = field(csv, NUMBER_ROOM);
    if (number == csv->last && csv->last_length > 0) {
        memcpy(out, csv->text.bytes + csv->last_at, csv->last_length);
    } else {
        csv->last = number;
        csv->last_length = number_format(number, out);
    }
    csv->last_at = (size_t)(out - csv->text.bytes);
    written_to(csv, out + csv->last_length);
}

void csv_integer(struct csv *csv, int64_t integer)
{
    char *out = field(csv, NUMBER_ROOM);
    written_to(csv, out + number_format_integer(integer, out));
}

void csv_month(struct csv *csv, int year, int month)
{
    CHECK(year >= 0 && year <= 9999 && month >= 1 && month <= 12);
    char *out = field(csv, 7);
    for (int i = 3; i >= 0; i--, year /= 10)
        out[i] = (char)('0' + year % 10);
    out[4] = '-';
    out[5] = (char)('0' + month / 10);
    out[6] = (char)('0' + month % 10);
    written_to(csv, out + 7);
}

void csv_end(struct csv *csv)
{
    struct text *text = &csv->text;
    char *out = room(csv, 3);
    bool is_empty = text->length == 0 || out[-1] == '\n';
    CHECK(csv->n_fields > 0);
    if (csv->n_fields == 1 && is_empty) {
        *out++ = '"';
        *out++ = '"';
    }
    *out++ = '\n';
    written_to(csv, out);
    csv->n_fields = 0;
    if (csv->stream && text->length >= PASSED_ON)
        pass_on(csv);
}

void csv_rows(struct csv *csv, const struct text *rows)
{
    CHECK(csv->n_fields == 0);
    if (!csv->stream) {
        text_append_bytes(&csv->text, rows->bytes, rows->length);
        return;
    }
    pass_on(csv);
    write_out(csv, rows);
}

int csv_flush(struct csv *csv)
{
    CHECK(csv->n_fields == 0);
    if (csv->stream)
        pass_on(csv);
    return csv->has_failed ? -1 : 0;
}
