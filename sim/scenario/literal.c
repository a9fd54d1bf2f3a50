#include "scenario/literal.h"

#include "base/check.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words longer than this are cut in messages. */
enum { LONGEST_QUOTE = 40, MOST_BAD_ESCAPES = 10 };

static size_t count_digits(const char *s, size_t length)
{
    size_t n = 0;
    while (n < length && isdigit((unsigned char)s[n]))
        n++;
    return n;
}

static bool is_long_suffix(const char *s, size_t length)
{
    return (length == 1 && s[0] == 'L') || (length == 2 && s[0] == 'L' && s[1] == 'L');
}

static bool begins_hex(const char *s, size_t length)
{
    return length >= 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
}

static enum number_form hex_form(const char *s, size_t length)
{
    size_t i = 2;
    while (i < length && isxdigit((unsigned char)s[i]))
        i++;
    if (i == 2)
        return NUMBER_NONE;
    if (i == length)
        return NUMBER_HEX;
    return is_long_suffix(s + i, length - i) ? NUMBER_HEX_LONG : NUMBER_NONE;
}

enum number_form literal_form(const char *s, size_t length)
{
    if (begins_hex(s, length))
        return hex_form(s, length);
    size_t i = length > 0 && (s[0] == '+' || s[0] == '-');
    size_t n_digits = count_digits(s + i, length - i);
    i += n_digits;
    if (n_digits > 0 && i == length)
        return NUMBER_INT;
    if (n_digits > 0 && is_long_suffix(s + i, length - i))
        return NUMBER_LONG;
    if (i < length && s[i] == '.') {
        i++;
        size_t n_decimals = count_digits(s + i, length - i);
        n_digits += n_decimals;
        i += n_decimals;
    }
    if (i < length && (s[i] == 'e' || s[i] == 'E')) {
        i++;
        i += i < length && (s[i] == '+' || s[i] == '-');
        size_t n_exponent = count_digits(s + i, length - i);
        if (n_exponent == 0)
            return NUMBER_NONE;
        i += n_exponent;
    }
    return n_digits > 0 && i == length ? NUMBER_FLOAT : NUMBER_NONE;
}

static bool looks_like_date(const char *s)
{
    return count_digits(s, strlen(s)) == 4 && s[4] == '-' && isdigit((unsigned char)s[5]);
}

static int not_a_number(const char *s, const struct place *at, struct diag *d)
{
    size_t length = strlen(s);
    diag_error(d, DIAG_DATA, at, "'%.*s' is not a number", LONGEST_QUOTE, s);
    if (looks_like_date(s))
        diag_hint(d, "dates stand in quotes: \"%.*s\"", LONGEST_QUOTE, s);
    else if (strchr(s, '_') && strspn(s, "0123456789_") == length)
        diag_hint(d, "digits stand together, without '_'");
    else if (strspn(s, "0123456789.") + 1 == length && s[length - 1] == '%')
        diag_hint(d, "write a fraction: %g", strtod(s, NULL) / 100.0);
    else if (strspn(s, "0123456789") + 1 == length && s[length - 1] == 'l')
        diag_hint(d, "write a capital L");
    else if (strchr("+-", s[0]) && begins_hex(s + 1, length - 1))
        diag_hint(d, "a hexadecimal number has no sign");
    else if (length > 1)
        diag_hint(d, "text stands in quotes: \"%.*s\"", LONGEST_QUOTE, s);
    return -1;
}

static int check_float(const char *s, const struct place *at, struct diag *d)
{
    double number = strtod(s, NULL);
    if (isinf(number)) {
        diag_error(d, DIAG_DATA, at, "'%.*s' is too large for a number", LONGEST_QUOTE,
                   s);
        diag_hint(d, "the largest is about 1.797e308");
        return -1;
    }
    size_t n_mantissa = strcspn(s, "eE");
    if (number == 0.0 && strcspn(s, "123456789") < n_mantissa) {
        diag_error(d, DIAG_DATA, at, "'%.*s' is too small for a number", LONGEST_QUOTE,
                   s);
        diag_hint(d, "it would be read as 0.0");
        return -1;
    }
    return 0;
}

static int too_long(const char *s, const struct place *at, struct diag *d)
{
    diag_error(d, DIAG_DATA, at, "'%.*s' is beyond 63 bits", LONGEST_QUOTE, s);
    double number = strtod(s, NULL);
    if (isfinite(number))
        diag_hint(d, "a larger number is written as a float: %g", number);
    return -1;
}

static int check_integer(const char *s, enum number_form form, const struct place *at,
                         struct diag *d)
{
    bool is_hex = form == NUMBER_HEX || form == NUMBER_HEX_LONG;
    bool is_long = form == NUMBER_LONG || form == NUMBER_HEX_LONG;
    size_t sign = s[0] == '+' || s[0] == '-';
    if (!is_hex && s[sign] == '0' && isdigit((unsigned char)s[sign + 1])) {
        size_t zeros = strspn(s + sign, "0");
        if (!isdigit((unsigned char)s[sign + zeros]))
            zeros--;
        diag_error(d, DIAG_DATA, at, "'%.*s' begins with a zero", LONGEST_QUOTE, s);
        diag_hint(d, "write %.*s%.*s", (int)sign, s, LONGEST_QUOTE, s + sign + zeros);
        return -1;
    }
    errno = 0;
    long long value = strtoll(s, NULL, is_hex ? 16 : 10);
    if (errno == ERANGE)
        return too_long(s, at, d);
    if (!is_long && (value > INT32_MAX || value < INT32_MIN)) {
        diag_error(d, DIAG_DATA, at, "'%.*s' is beyond 31 bits", LONGEST_QUOTE, s);
        diag_hint(d, "write %.*sL", LONGEST_QUOTE, s);
        return -1;
    }
    return 0;
}

int literal_check_number(const char *spelling, size_t length, const struct place *at,
                         struct diag *d)
{
    struct text word;
    text_init(&word);
    text_append_bytes(&word, spelling, length);
    enum number_form form = literal_form(spelling, length);
    int result;
    if (form == NUMBER_NONE)
        result = not_a_number(word.bytes, at, d);
    else if (form == NUMBER_FLOAT)
        result = check_float(word.bytes, at, d);
    else
        result = check_integer(word.bytes, form, at, d);
    text_release(&word);
    return result;
}

struct place literal_place(const struct place *at, const char *from, size_t n)
{
    struct place place = *at;
    for (size_t i = 0; i < n; i++)
        place.column += ((unsigned char)from[i] & 0xC0) != 0x80;
    return place;
}

static int hex_value(char digit)
{
    if (isdigit((unsigned char)digit))
        return digit - '0';
    return tolower((unsigned char)digit) - 'a' + 10;
}

static int bad_escape(const char *escape, size_t length, const struct place *at,
                      struct diag *d)
{
    size_t n = 2;
    while (n < length && ((unsigned char)escape[n] & 0xC0) == 0x80)
        n++; /* the rest of a character of several bytes */
    diag_error(d, DIAG_DATA, at, "'%.*s' is not an escape",
               (int)(n < length ? n : length), escape);
    diag_hint(d, "a backslash is written \\\\; escapes are \\n \\r \\t \\f \\\" \\xNN");
    return -1;
}

/* Reads the escape at `s` into *byte; its length, or 0 if it is none. */
static size_t read_escape(const char *s, size_t length, char *byte)
{
    static const char letters[] = "nrtf\\\"", bytes[] = "\n\r\t\f\\\"";
    const char *letter = length > 1 ? memchr(letters, s[1], sizeof letters - 1) : NULL;
    if (letter) {
        *byte = bytes[letter - letters];
        return 2;
    }
    if (length < 4 || (s[1] != 'x' && s[1] != 'X') || !isxdigit((unsigned char)s[2]) ||
        !isxdigit((unsigned char)s[3]))
        return 0;
    *byte = (char)(16 * hex_value(s[2]) + hex_value(s[3]));
    return 4;
}

int literal_read_text(struct arena *arena, const char *inside, size_t length,
                      const struct place *at, const char **text, struct diag *d)
{
    char *out = arena_alloc(arena, length + 1, 1);
    size_t n_out = 0, n_bad = 0;
    int result = 0;
    for (size_t i = 0; i < length;) {
        if (inside[i] != '\\') {
            out[n_out++] = inside[i++];
            continue;
        }
        struct place escape_at = literal_place(at, inside, i);
        escape_at.column++; /* the quote */
        size_t n = read_escape(inside + i, length - i, &out[n_out]);
        if (n == 0) {
            if (n_bad++ == MOST_BAD_ESCAPES)
                break;
            result = bad_escape(inside + i, length - i, &escape_at, d);
            i += i + 1 < length ? 2 : 1;
            continue;
        }
        if (out[n_out] == '\0') {
            if (n_bad++ == MOST_BAD_ESCAPES)
                break;
            result = diag_error(d, DIAG_DATA, &escape_at, "a string cannot hold a \\x00");
        }
        n_out++;
        i += n;
    }
    out[n_out] = '\0';
    *text = out;
    if (result == 0 && !text_is_utf8(out, n_out)) {
        result = diag_error(d, DIAG_DATA, at, "the escapes of this string make no UTF-8");
        diag_hint(d, "letters of all languages may stand in a string as they are");
    }
    return result;
}

void literal_print_text(struct text *out, const char *string)
{
    text_append(out, "\"");
    for (const char *s = string; *s; s++) {
        if (*s == '"' || *s == '\\')
            text_printf(out, "\\%c", *s);
        else if (*s == '\n')
            text_append(out, "\\n");
        else if (*s == '\t')
            text_append(out, "\\t");
        else if ((unsigned char)*s < 0x20 || *s == 0x7F)
            text_printf(out, "\\x%02x", (unsigned char)*s);
        else
            text_append_bytes(out, s, 1);
    }
    text_append(out, "\"");
}

void literal_print_number(struct text *out, double number)
{
    CHECK(isfinite(number));
    char spelling[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(spelling, sizeof spelling, "%.*g", digits, number);
        if (strtod(spelling, NULL) == number)
            break;
    }
    text_append(out, spelling);
    if (!strpbrk(spelling, ".e"))
        text_append(out, ".0");
}

void literal_print_integer(struct text *out, int64_t integer)
{
    bool is_long = integer > INT32_MAX || integer < INT32_MIN;
    text_printf(out, "%lld%s", (long long)integer, is_long ? "L" : "");
}
