#include "record/json.h"

#include "base/file.h"

#include <math.h>

/* 17 digits always read back exactly. They are asked for by name, because what jansson
 * does by default has changed between its versions and results are to be byte-equal. */
enum { DIGITS = 17, INDENTATION = 2 };

json_t *json_number(double x)
{
    /* Adding 0 makes 0 of -0. */
    return isfinite(x) ? json_real(x + 0.0) : json_null();
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
