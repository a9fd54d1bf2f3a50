#include "study/escape.h"

#include <string.h>

/* The length of the character at s, and whether it may be shown: what is no text, a byte
 * at a time, or is hidden may not, but for the joiners that some scripts need. */
static size_t character(const char *s, bool *is_shown)
{
    enum { NON_JOINER = 0x200C, JOINER = 0x200D };
    unsigned char lead = (unsigned char)s[0];
    size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    *is_shown = strnlen(s, n) == n && text_is_utf8(s, n);
    if (!*is_shown)
        return 1;
    uint32_t code = n == 1 ? lead : lead & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        code = code << 6 | ((unsigned char)s[i] & 0x3F);
    bool is_wanted = code == '\n' || code == '\t' || code == NON_JOINER || code == JOINER;
    *is_shown = is_wanted || !text_is_hidden(code);
    return n;
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
        bool is_shown;
        size_t n = character(s, &is_shown);
        const char *safe = !is_shown ? "\uFFFD" : reference(*s);
        if (safe)
            text_append(out, safe);
        else
            text_append_bytes(out, s, n);
        s += n;
    }
}

void escape_markdown(struct text *out, const char *s)
{
    while (*s) {
        bool is_shown;
        size_t n = character(s, &is_shown);
        const char *safe = !is_shown           ? "\uFFFD"
                           : strchr("&<>", *s) ? reference(*s)
                                               : NULL;
        if (safe)
            text_append(out, safe);
        else if (*s == '\n')
            text_append(out, " ");
        else if (strchr("\\`*_[]#|~$^", *s))
            text_printf(out, "\\%c", *s);
        else
            text_append_bytes(out, s, n);
        s += n;
    }
}
