/* A picture of gnuplot's on its way into a page: only what stands within tags is changed,
 * never a text, so that a name that looks like an attribute stays what it is. */
#include "study/document.h"
#include "study/escape.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The light theme of plots/theme.gp, panels_drawn.gp, rows.gp: what a page replaces.
 * `is_word` are colours of text that are pure hues elsewhere. */
static const struct tint {
    unsigned colour;
    bool is_word;
    const char *variable;
} tints[] = {{0x222222, false, "var(--ink)"},      {0x000000, false, "var(--ink)"},
             {0x6b7280, false, "var(--muted)"},    {0xe5e7eb, false, "var(--grid)"},
             {0x9ca3af, false, "var(--axis)"},     {0xffffff, false, "var(--page)"},
             {0x6a6f77, false, "var(--word-0)"},   {0x0072b2, true, "var(--word-1)"},
             {0x936600, false, "var(--word-2)"},   {0x007e5c, false, "var(--word-3)"},
             {0x995b7d, false, "var(--word-4)"},   {0x387597, false, "var(--word-5)"},
             {0xb75100, false, "var(--word-6)"},   {0x767020, false, "var(--word-7)"},
             {0x7288a6, false, "var(--used)"},     {0xa3c4bc, false, "var(--lent)"},
             {0xe8edf3, false, "var(--idle)"},     {0xd9502b, false, "var(--failed)"},
             {0xc9ced6, false, "var(--reserved)"}, {0x64748b, false, "var(--base)"}};

static const char *variable_of(unsigned colour, bool is_word)
{
    for (size_t i = 0; i < sizeof tints / sizeof *tints; i++)
        if (tints[i].colour == colour && (is_word || !tints[i].is_word))
            return tints[i].variable;
    return NULL;
}

/* Reads "rgb( 34,  34,  34)", "#222222" or "black" as a whole value. */
static bool read_colour(const char *value, size_t length, unsigned *colour)
{
    char copy[32];
    unsigned r, g, b;
    int end = 0;
    if (length >= sizeof copy)
        return false;
    memcpy(copy, value, length);
    copy[length] = '\0';
    if (strcmp(copy, "black") == 0) {
        *colour = 0;
        return true;
    }
    if (sscanf(copy, "rgb( %3u , %3u , %3u )%n", &r, &g, &b, &end) == 3 &&
        (size_t)end == length && r < 256 && g < 256 && b < 256) {
        *colour = r << 16 | g << 8 | b;
        return true;
    }
    return length == 7 && sscanf(copy, "#%6x%n", colour, &end) == 1 && end == 7;
}

struct inlining {
    struct text *out;
    const char *prefix;
    bool is_text; /* the tag sets a font: its colour is that of a text */
};

static bool is_named(const char *name, size_t length, const char *what)
{
    return strlen(what) == length && strncmp(name, what, length) == 0;
}

static void append_attribute(struct inlining *s, const char *name, size_t n,
                             const char *value, size_t length)
{
    struct text *out = s->out;
    unsigned colour;
    if (is_named(name, n, "font-family") || is_named(name, n, "xmlns:xlink"))
        return;
    if (is_named(name, n, "xlink:href")) {
        name += strlen("xlink:");
        n -= strlen("xlink:");
    }
    text_printf(out, " %.*s=\"", (int)n, name);
    const char *variable =
        read_colour(value, length, &colour) ? variable_of(colour, s->is_text) : NULL;
    if (variable) {
        text_append(out, variable);
    } else if (is_named(name, n, "id")) {
        text_printf(out, "%s-%.*s", s->prefix, (int)length, value);
    } else if (is_named(name, n, "href") && length > 0 && *value == '#') {
        text_printf(out, "#%s-%.*s", s->prefix, (int)length - 1, value + 1);
    } else if (length > 5 && strncmp(value, "url(#", 5) == 0) {
        text_printf(out, "url(#%s-%.*s", s->prefix, (int)length - 5, value + 5);
    } else {
        text_append_bytes(out, value, length);
    }
    text_append(out, "\"");
}

/* Copies a tag from '<' to behind '>'; returns what is behind it. */
static const char *append_tag(struct inlining *s, const char *tag)
{
    const char *at = tag + 1 + strcspn(tag + 1, " \t\n\r/>");
    at += at == tag + 1 && *at == '/' ? 1 + strcspn(at + 1, " \t\n\r>") : 0;
    text_append_bytes(s->out, tag, (size_t)(at - tag));
    const char *close = strchr(at, '>');
    const char *font = strstr(at, "font-size");
    s->is_text = font && close && font < close;
    while (*at && *at != '>') {
        at += strspn(at, " \t\n\r");
        if (*at == '/') {
            text_append(s->out, "/");
            at++;
        }
        const char *name = at;
        size_t n = strcspn(at, " \t\n\r=/>");
        at += n;
        at += strspn(at, " \t\n\r");
        if (n == 0 || *at != '=')
            continue;
        at++;
        at += strspn(at, " \t\n\r");
        char quote = *at;
        if (quote != '"' && quote != '\'')
            continue;
        size_t length = strcspn(at + 1, quote == '"' ? "\"" : "'");
        append_attribute(s, name, n, at + 1, length);
        at += 1 + length;
        at += *at != '\0';
    }
    text_append(s->out, *at ? ">" : "");
    return *at ? at + 1 : at;
}

/* Behind an element of that name which begins here, with all that is in it. */
static const char *skip_element(const char *at, const char *open, const char *close)
{
    if (strncmp(at, open, strlen(open)) != 0)
        return at;
    const char *end = strstr(at, close);
    return end ? end + strlen(close) : at + strlen(at);
}

static void append_opening(struct inlining *s, const struct document_figure *figure,
                           const char **at)
{
    const char *width = strstr(*at, "viewBox=\""), *end = strchr(*at, '>');
    text_printf(s->out, "<svg role=\"img\" aria-labelledby=\"%s-title %s-desc\"",
                s->prefix, s->prefix);
    if (width && end && width < end)
        text_printf(s->out, " viewBox=\"%.*s\"", (int)strcspn(width + 9, "\""),
                    width + 9);
    text_printf(s->out, ">\n<title id=\"%s-title\">", s->prefix);
    escape_html(s->out, figure->title);
    text_printf(s->out, "</title>\n<desc id=\"%s-desc\">", s->prefix);
    escape_html(s->out, figure->about);
    text_append(s->out, "</desc>\n");
    *at = end ? end + 1 : *at + strlen(*at);
}

void document_inline_svg(const struct document_figure *figure, struct text *out)
{
    struct inlining s = {.out = out, .prefix = figure->name};
    const char *at = strstr(figure->svg, "<svg");
    if (!at)
        return;
    append_opening(&s, figure, &at);
    while (*at) {
        const char *before = at;
        at = skip_element(at, "<title>", "</title>"); /* "gnuplot_plot_1" */
        at = skip_element(at, "<desc>Produced by", "</desc>");
        at = skip_element(at, "<filter ", "</filter>"); /* of boxes that are not used */
        at = skip_element(at, "<!--", "-->");
        if (at != before)
            continue;
        if (*at == '<') {
            at = append_tag(&s, at);
        } else if (isspace((unsigned char)*at) && at[-1] == '>') {
            size_t blank = strspn(at, " \t\r\n"); /* between tags */
            if (at[blank] == '<' && memchr(at, '\n', blank))
                text_append(out, "\n");
            else
                text_append_bytes(out, at, blank);
            at += blank;
        } else {
            size_t length = strcspn(at, "<");
            text_append_bytes(out, at, length);
            at += length;
        }
    }
    text_append(out, "\n");
}
