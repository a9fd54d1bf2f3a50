#include "base/text.h"

#include "base/check.h"
#include "base/memory.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void text_init(struct text *t)
{
    t->capacity = 64;
    t->bytes = mem_new(t->capacity, 1);
    t->length = 0;
}

void text_release(struct text *t)
{
    mem_free(t->bytes);
    *t = (struct text){0};
}

void text_clear(struct text *t)
{
    t->length = 0;
    t->bytes[0] = '\0';
}

static void reserve(struct text *t, size_t more)
{
    if (t->length + more + 1 <= t->capacity)
        return;
    if (t->capacity == 0)
        t->capacity = 64;
    while (t->length + more + 1 > t->capacity)
        t->capacity *= 2;
    t->bytes = mem_resize(t->bytes, t->capacity, 1);
}

void text_append_bytes(struct text *t, const char *bytes, size_t length)
{
    reserve(t, length);
    if (length)
        memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
    t->bytes[t->length] = '\0';
}

void text_append_count(struct text *t, double number)
{
    char digits[400];
    snprintf(digits, sizeof digits, "%.0f", fabs(number));
    size_t n = strlen(digits);
    if (number < 0 && strcmp(digits, "0") != 0)
        text_append(t, "-");
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            text_append(t, ",");
        text_append_bytes(t, &digits[i], 1);
    }
}

void text_append(struct text *t, const char *string)
{
    text_append_bytes(t, string, strlen(string));
}

void text_printf(struct text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    CHECK(length >= 0);
    reserve(t, (size_t)length);
    vsnprintf(t->bytes + t->length, (size_t)length + 1, format, arguments);
    t->length += (size_t)length;
    va_end(arguments);
}

/* Decodes one character; 0 if the bytes are no well-formed UTF-8 (RFC 3629). */
static size_t decode(const unsigned char *s, size_t length, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = s[0] < 0x80   ? 1
               : s[0] < 0xC2 ? 0
               : s[0] < 0xE0 ? 2
               : s[0] < 0xF0 ? 3
               : s[0] < 0xF5 ? 4
                             : 0;
    if (n == 0 || n > length)
        return 0;
    *code = n == 1 ? s[0] : s[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | (s[i] & 0x3F);
    }
    if (*code < smallest[n] || *code > 0x10FFFF || (*code >= 0xD800 && *code < 0xE000))
        return 0;
    return n;
}

bool text_is_hidden(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) ||
           (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
           (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE0000 && code <= 0xE007F);
}

void text_append_visible(struct text *t, const char *bytes, size_t length)
{
    const unsigned char *s = (const unsigned char *)bytes;
    for (size_t i = 0; i < length;) {
        uint32_t code = 0;
        size_t n = decode(s + i, length - i, &code);
        if (s[i] == '\t') {
            text_append(t, " ");
        } else if (n > 0 && !text_is_hidden(code)) {
            text_append_bytes(t, bytes + i, n);
        } else {
            for (size_t k = i; k < i + (n ? n : 1); k++)
                text_printf(t, "\\x%02x", s[k]);
        }
        i += n ? n : 1;
    }
}

void text_append_word(struct text *t, const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789_./+,:=@%-";
    if (*word && word[strspn(word, plain)] == '\0') {
        text_append(t, word);
        return;
    }
    text_append(t, "'");
    for (const char *rest = word; *rest;) {
        size_t length = strcspn(rest, "'");
        text_append_visible(t, rest, length);
        rest += length;
        if (*rest) {
            text_append(t, "'\\''");
            rest++;
        }
    }
    text_append(t, "'");
}

bool text_begins_formula(char first)
{
    return first != '\0' && strchr("=+-@\t\r", first);
}

bool text_is_utf8(const char *bytes, size_t length)
{
    const unsigned char *s = (const unsigned char *)bytes;
    uint32_t code;
    for (size_t i = 0; i < length;) {
        size_t n = decode(s + i, length - i, &code);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

static bool is_start(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

size_t text_n_characters(const char *string)
{
    size_t n = 0;
    for (; *string; string++)
        n += is_start(*string);
    return n;
}

size_t text_offset_of(const char *string, size_t character)
{
    size_t i = 0;
    for (; string[i]; i++)
        if (is_start(string[i]) && character-- == 0)
            return i;
    return i;
}

size_t text_boundary(const char *string, size_t offset)
{
    while (offset > 0 && !is_start(string[offset]))
        offset--;
    return offset;
}

void text_append_cut(struct text *t, const char *string, size_t most)
{
    size_t n = text_n_characters(string);
    if (n <= most) {
        text_append(t, string);
        return;
    }
    size_t head = most / 2, tail = most - 1 - head;
    text_append_bytes(t, string, text_offset_of(string, head));
    text_append(t, "\u2026");
    text_append(t, string + text_offset_of(string, n - tail));
}

/* Ranges of Unicode's East Asian Width W and F that are met in names, and of combining
 * marks. Not the whole table: an error here shifts a column on a screen, no more. */
static size_t width_of(uint32_t code)
{
    if ((code >= 0x300 && code <= 0x36F) || (code >= 0x20D0 && code <= 0x20FF))
        return 0;
    bool is_wide =
        (code >= 0x1100 && code <= 0x115F) ||
        (code >= 0x2E80 && code <= 0xA4CF && code != 0x303F) ||
        (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
        (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
        (code >= 0xFFE0 && code <= 0xFFE6) || (code >= 0x1F300 && code <= 0x1FAFF) ||
        (code >= 0x20000 && code <= 0x3FFFD);
    return is_wide ? 2 : 1;
}

size_t text_width(const char *string)
{
    const unsigned char *s = (const unsigned char *)string;
    size_t width = 0, length = strlen(string);
    for (size_t i = 0; i < length;) {
        uint32_t code = 0;
        size_t n = decode(s + i, length - i, &code);
        width += n ? width_of(code) : 1;
        i += n ? n : 1;
    }
    return width;
}

enum { LONGEST_WORD = 63 };

/* Optimal string alignment distance, case folded; both words at most LONGEST_WORD. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST_WORD + 1];
    size_t length_a = strlen(a), length_b = strlen(b);
    for (size_t j = 0; j <= length_b; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= length_a; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *top = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            int x = tolower((unsigned char)a[i - 1]),
                y = tolower((unsigned char)b[j - 1]);
            size_t best = above[j - 1] + (x != y);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
                tolower((unsigned char)a[i - 2]) == y && top[j - 2] + 1 < best)
                best = top[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[length_a % 3][length_b];
}

const char *text_suggest(const char *word, const char *const *candidates, size_t n)
{
    const char *nearest = NULL;
    size_t length = strlen(word), least = length / 3 + 1;
    if (length == 0 || length > LONGEST_WORD)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (strlen(candidates[i]) > LONGEST_WORD)
            continue;
        size_t d = distance(word, candidates[i]);
        /* A word that the other begins with is near, whatever its length. */
        if (length >= 3 && strncmp(word, candidates[i], length) == 0)
            d = d < least ? d : least;
        /* At least one letter is to be right. */
        if (d < length && d <= least && (!nearest || d < least)) {
            nearest = candidates[i];
            least = d;
        }
    }
    return nearest;
}

void text_append_wrapped(struct text *t, const char *string, size_t width)
{
    struct text word;
    size_t used = 0;
    text_init(&word);
    for (const char *p = string + strspn(string, " "); *p; p += strspn(p, " ")) {
        size_t length = strcspn(p, " ");
        text_clear(&word);
        text_append_visible(&word, p, length);
        size_t wide = text_width(word.bytes);
        bool fits = used > 0 && used + 1 + wide <= width;
        text_append(t, used == 0 ? "" : fits ? " " : "\n");
        text_append(t, word.bytes);
        used = fits ? used + 1 + wide : wide;
        p += length;
    }
    text_append(t, used > 0 ? "\n" : "");
    text_release(&word);
}

uint64_t text_hash(uint64_t hash, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}
