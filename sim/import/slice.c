#include "import/slice.h"

#include "record/number.h"

#include <math.h>
#include <string.h>

static void put(struct slice *out, size_t most, size_t n, const char *at, size_t length)
{
    if (n < most)
        out[n] = (struct slice){at, length};
}

size_t slice_split(struct slice line, struct slice separator, struct slice *out,
                   size_t most)
{
    const char *at = line.at, *end = line.at + line.length;
    size_t n = 0;
    for (;;) {
        size_t left = (size_t)(end - at);
        const char *next = separator.length == 1
                               ? memchr(at, *separator.at, left)
                               : memmem(at, left, separator.at, separator.length);
        put(out, most, n++, at, (size_t)((next ? next : end) - at));
        if (!next)
            return n;
        at = next + separator.length;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

size_t slice_split_blanks(struct slice line, struct slice *out, size_t most)
{
    const char *at = line.at, *end = line.at + line.length;
    size_t n = 0;
    for (;;) {
        while (at < end && is_blank(*at))
            at++;
        const char *begin = at;
        while (at < end && !is_blank(*at))
            at++;
        if (at == begin)
            return n;
        put(out, most, n++, begin, (size_t)(at - begin));
    }
}

/* Takes the quotes off a field that begins at `at` with one; NULL: they are wrong. */
static char *unquote(char *at, const char *end, struct slice *field)
{
    char *to = ++at;
    field->at = at;
    for (; at < end; at++) {
        if (*at == '"' && (at + 1 == end || at[1] != '"')) {
            field->length = (size_t)(to - field->at);
            return at + 1 == end || at[1] == ',' ? at + 1 : NULL;
        }
        at += *at == '"';
        *to++ = *at;
    }
    return NULL;
}

int slice_split_csv(char *line, size_t length, struct slice *out, size_t most, size_t *n)
{
    char *at = line, *end = line + length;
    *n = 0;
    for (;;) {
        struct slice field = {at, 0};
        if (at < end && *at == '"') {
            at = unquote(at, end, &field);
            if (!at)
                return -1;
        } else {
            char *comma = memchr(at, ',', (size_t)(end - at));
            field.length = (size_t)((comma ? comma : end) - at);
            at += field.length;
        }
        put(out, most, (*n)++, field.at, field.length);
        if (at == end)
            return 0;
        at++;
    }
}

struct slice slice_of(const char *string)
{
    return (struct slice){string, strlen(string)};
}

struct slice slice_trim(struct slice s)
{
    while (s.length > 0 && is_blank(*s.at)) {
        s.at++;
        s.length--;
    }
    while (s.length > 0 && is_blank(s.at[s.length - 1]))
        s.length--;
    return s;
}

bool slice_is(struct slice s, const char *string)
{
    return strlen(string) == s.length && memcmp(s.at, string, s.length) == 0;
}

bool slice_begins(struct slice s, const char *string)
{
    size_t length = strlen(string);
    return length <= s.length && memcmp(s.at, string, length) == 0;
}

bool slice_integer(struct slice s, int64_t *out)
{
    size_t i = s.length > 0 && (*s.at == '-' || *s.at == '+');
    int64_t number = 0;
    if (i == s.length)
        return false;
    for (; i < s.length; i++) {
        int digit = s.at[i] - '0';
        if (digit < 0 || digit > 9 || number > (INT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *out = *s.at == '-' ? -number : number;
    return true;
}

bool slice_number(struct slice s, double *out)
{
    char copy[64];
    int64_t integer;
    if (s.length < 18 && slice_integer(s, &integer)) {
        *out = (double)integer;
        return true;
    }
    if (s.length >= sizeof copy || memchr(s.at, '\0', s.length))
        return false;
    memcpy(copy, s.at, s.length);
    copy[s.length] = '\0';
    return number_parse(copy, out) && isfinite(*out);
}
