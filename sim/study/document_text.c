/* What of a document fits a terminal: sentences, broken into lines of 80 columns. */
#include "study/document.h"

#include <string.h>

enum { LINE_WIDTH = 80 };

/* Appends words, with `first` before the first line and as many blanks before others. */
static void append_wrapped(struct text *out, const char *first, const char *words)
{
    size_t indent = strlen(first);
    struct text lines;
    text_init(&lines);
    text_append_wrapped(&lines, words, LINE_WIDTH - indent);
    for (const char *line = lines.bytes; *line;) {
        size_t length = strcspn(line, "\n");
        text_printf(out, "%*s", (int)indent, line == lines.bytes ? first : "");
        text_append_bytes(out, line, length);
        text_append(out, "\n");
        line += length + (line[length] == '\n');
    }
    text_release(&lines);
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
