#include "record/json.h"

#include "base/check.h"
#include "base/file.h"
#include "record/number.h"

#include <math.h>
#include <string.h>

/* 17 digits always read back exactly. They are asked for by name, because what jansson
 * does by default has changed between its versions and results are to be byte-equal. */
enum { DIGITS = 17, INDENTATION = 2 };

json_t *json_number(double x)
{
    /* Adding 0 makes 0 of -0. */
    return isfinite(x) ? json_real(x + 0.0) : json_null();
}

static int append(const char *bytes, size_t length, void *line)
{
    text_append_bytes(line, bytes, length);
    return 0;
}

void json_append_string(struct text *line, const char *string)
{
    json_t *json = json_string(string);
    CHECK(json && json_dump_callback(json, append, line, JSON_ENCODE_ANY) == 0);
    json_decref(json);
}

void json_append_number(struct text *line, double x)
{
    char digits[NUMBER_ROOM];
    if (!isfinite(x)) {
        text_append(line, "null");
        return;
    }
    size_t length = number_format(x, digits);
    text_append_bytes(line, digits, length);
    if (digits[strcspn(digits, ".e")] == '\0')
        text_append(line, ".0");
}

json_t *json_read_file(const char *path, struct diag *d)
{
    struct text text;
    json_error_t error;
    json_t *json = NULL;
    text_init(&text);
    if (file_read(path, JSON_MOST_BYTES, &text, d) == 0) {
        json = json_loadb(text.bytes, text.length, 0, &error);
        struct place at = {.file = path, .line = json || error.line < 0 ? 0 : error.line};
        if (!json)
            diag_error(d, DIAG_DATA, &at, "is no JSON: %s", error.text);
    }
    text_release(&text);
    return json;
}

int json_write(const json_t *json, FILE *stream, enum json_order order)
{
    size_t flags = JSON_INDENT(INDENTATION) | JSON_REAL_PRECISION(DIGITS) |
                   JSON_ENCODE_ANY | (order == JSON_BY_NAME ? JSON_SORT_KEYS : 0);
    if (json_dumpf(json, stream, flags) != 0 || fputc('\n', stream) == EOF)
        return -1;
    return 0;
}

int json_write_file(const json_t *json, const char *path, enum json_order order,
                    struct diag *d)
{
    struct out_file file;
    if (file_create(&file, path, d) != 0)
        return -1;
    if (json_write(json, file.stream, order) != 0 && !ferror(file.stream)) {
        struct place at = {.file = path};
        file_discard(&file);
        return diag_error(d, DIAG_IO, &at, "cannot be written as JSON");
    }
    return file_commit(&file, d);
}
