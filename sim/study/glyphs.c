#include "study/glyphs.h"

#include "study/child.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    REPLACEMENT = 0xFFFD,
    MOST_RARE = 256 /* characters that a font is looked for */
};

/* Those of Liberation Sans and DejaVu Sans alike: one of the two is always there. */
static bool is_common(uint32_t code)
{
    static const uint32_t ranges[][2] = {
        {0, 0x17F},       {0x384, 0x3CE},   {0x400, 0x45F},   {0x2013, 0x2015},
        {0x2017, 0x201E}, {0x2020, 0x2022}, {0x2026, 0x2026}, {0x2030, 0x2030},
        {0x2039, 0x203A}, {0x20AC, 0x20AC}, {0x2122, 0x2122}, {0x2190, 0x2195},
        {0x2212, 0x2212}, {0x2264, 0x2265}, {0x25A1, 0x25A1}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (code >= ranges[i][0] && code <= ranges[i][1])
            return true;
    return false;
}

/* The character at s: its code and length. A byte that is no UTF-8 counts as U+FFFD. */
static size_t character_at(const char *s, uint32_t *code)
{
    unsigned char lead = (unsigned char)s[0];
    size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (strnlen(s, n) < n || !text_is_utf8(s, n)) {
        *code = REPLACEMENT;
        return 1;
    }
    *code = n == 1 ? lead : lead & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        *code = *code << 6 | ((unsigned char)s[i] & 0x3F);
    return n;
}

static void append_character(struct text *out, const char *s, size_t n, uint32_t code)
{
    if (code == REPLACEMENT)
        text_append(out, "\uFFFD");
    else
        text_append_bytes(out, s, n);
}

/* Asks fontconfig, which pango brings along. */
static bool has_font(uint32_t code)
{
    char pattern[32];
    snprintf(pattern, sizeof pattern, ":charset=%x", (unsigned)code);
    const char *const argv[] = {"fc-list", pattern, "file", NULL};
    struct child c;
    bool is_found = child_start(&c, argv) == 0 && child_wait(&c, 10) &&
                    child_succeeded(&c) && c.streams[0].text.length > 0;
    child_release(&c);
    return is_found;
}

struct rare {
    size_t n;
    uint32_t codes[MOST_RARE];
    bool has_font[MOST_RARE];
};

static bool is_drawable(struct rare *known, uint32_t code)
{
    if (is_common(code))
        return true;
    for (size_t i = 0; i < known->n; i++)
        if (known->codes[i] == code)
            return known->has_font[i];
    if (known->n == MOST_RARE)
        return false;
    known->codes[known->n] = code;
    known->has_font[known->n] = has_font(code);
    return known->has_font[known->n++];
}

size_t glyphs_append_drawable(struct text *out, const char *string, char first[8])
{
    struct rare known = {0};
    size_t n_squares = 0;
    for (const char *s = string; *s;) {
        uint32_t code;
        size_t n = character_at(s, &code);
        if (is_drawable(&known, code)) {
            append_character(out, s, n, code);
        } else {
            if (n_squares++ == 0)
                snprintf(first, 8, "%.*s", (int)n, s);
            text_append(out, "\u25A1");
        }
        s += n;
    }
    return n_squares;
}

static bool is_shown(uint32_t code)
{
    return !text_is_hidden(code) && code != 0xFFFE && code != 0xFFFF;
}

void glyphs_append_cell(struct text *out, const char *string)
{
    text_append(out, "\"");
    for (const char *s = string; *s;) {
        uint32_t code;
        size_t n = character_at(s, &code);
        if (code == '\\')
            text_append(out, "\\\\");
        else if (code == '"')
            text_append(out, "\\0042");
        else if (code == ',')
            text_append(out, "\\0054");
        else if (!is_shown(code))
            text_append(out, " ");
        else
            append_character(out, s, n, code);
        s += n;
    }
    text_append(out, "\"");
}
