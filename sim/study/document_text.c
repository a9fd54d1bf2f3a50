/* What of a document fits a terminal: sentences, broken into lines of 80 columns. */
#include "study/document.h"

#include <string.h>

enum { LINE_WIDTH = 80 };

/* Appends words, with `first` before the first line and as many blanks before others. */
static void append_wrapped(struct text *out, const char *first, const char *words)
{
    size_t indent = strlen(first), column = indent;
    bool is_start = true;
    struct text word, seen;
    text_init(&word);
    text_init(&seen);
    text_append_visible(&seen, words, strlen(words));
    text_append(out, first);
    for (const char *at = seen.bytes + strspn(seen.bytes, " "); *at;) {
        size_t length = strcspn(at, " ");
        text_clear(&word);
        text_append_bytes(&word, at, length);
        size_t width = text_width(word.bytes);
        if (!is_start && column + 1 + width > LINE_WIDTH) {
            text_printf(out, "\n%*s", (int)indent, "");
            column = indent;
            is_start = true;
        }
        text_append(out, is_start ? "" : " ");
        column += (is_start ? 0 : 1) + width;
        text_append(out, word.bytes);
        is_start = false;
        at += length;
        at += strspn(at, " ");
    }
    text_append(out, "\n");
    text_release(&word);
    text_release(&seen);
}

static void append_prose(struct text *out, const char *first, const struct prose *prose)
{
    struct text plain;
    text_init(&plain);
    prose_append_plain(prose, &plain);
    append_wrapped(out, first, plain.bytes);
    text_release(&plain);
}

static void append_code(struct text *out, const char *code)
{
    while (*code) {
        size_t length = strcspn(code, "\n");
        text_append(out, "    ");
        text_append_visible(out, code, length);
        text_append(out, "\n");
        code += length + (code[length] == '\n');
    }
}

void document_write_text(const struct document *doc, struct text *out)
{
    append_wrapped(out, "", doc->title);
    append_prose(out, "", &doc->about);
    const struct block *last = NULL;
    for (const struct block *b = doc->first; b; last = b, b = b->next) {
        bool is_in_list = last && last->kind == BLOCK_ITEM && b->kind == BLOCK_ITEM;
        bool is_shown = b->kind == BLOCK_SECTION || b->kind == BLOCK_HEADING ||
                        b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_ITEM ||
                        b->kind == BLOCK_QUOTE || b->kind == BLOCK_CODE;
        bool is_below_heading = last && last->kind == BLOCK_SECTION;
        text_append(out, is_shown && !is_in_list && !is_below_heading ? "\n" : "");
        if (b->kind == BLOCK_SECTION || b->kind == BLOCK_HEADING)
            append_wrapped(out, "", b->text);
        else if (b->kind == BLOCK_PARAGRAPH)
            append_prose(out, "", &b->prose);
        else if (b->kind == BLOCK_ITEM)
            append_prose(out, "- ", &b->prose);
        else if (b->kind == BLOCK_QUOTE)
            append_wrapped(out, "  ", b->text);
        else if (b->kind == BLOCK_CODE)
            append_code(out, b->text);
    }
}
