#include "study/escape.h"

#include <string.h>

/* The length of the character at s, 0 if it is to be replaced: no text, or hidden, but
 * for the joiners that some scripts need. */
static size_t sound_character(const char *s)
{
    enum { NON_JOINER = 0x200C, JOINER = 0x200D };
    unsigned char lead = (unsigned char)s[0];
    size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (strnlen(s, n) < n || !text_is_utf8(s, n))
        return 0;
    uint32_t code = n == 1 ? lead : lead & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        code = code << 6 | ((unsigned char)s[i] & 0x3F);
    bool is_wanted = code == '\n' || code == '\t' || code == NON_JOINER || code == JOINER;
    return text_is_hidden(code) && !is_wanted ? 0 : n;
}

static const char *reference(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void escape_html(struct text *out, const char *s)
{
    while (*s) {
        size_t n = sound_character(s);
        const char *safe = n == 0 ? "\uFFFD" : reference(*s);
        if (safe)
            text_append(out, safe);
        else
            text_append_bytes(out, s, n);
        s += n ? n : 1;
    }
}

void escape_markdown(struct text *out, const char *s)
{
    while (*s) {
        size_t n = sound_character(s);
        const char *safe = n == 0 ? "\uFFFD" : strchr("&<>", *s) ? reference(*s) : NULL;
        if (safe)
            text_append(out, safe);
        else if (*s == '\n')
            text_append(out, " ");
        else if (strchr("\\`*_[]#|~$^", *s))
            text_printf(out, "\\%c", *s);
        else
            text_append_bytes(out, s, n);
        s += n ? n : 1;
    }
}
