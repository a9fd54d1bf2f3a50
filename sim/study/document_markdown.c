/* A document as Markdown that GitHub, GitLab and most wikis read alike: headings, lists,
 * pipe tables, images beside the file. */
#include "study/document.h"
#include "study/escape.h"

#include <ctype.h>
#include <string.h>

/* A line that begins like a list, a rule or a heading that is underlined is none. */
static void append_line(struct text *out, const char *line)
{
    line += strspn(line, " \t");
    size_t n_digits = strspn(line, "0123456789");
    bool is_number = n_digits > 0 && (line[n_digits] == '.' || line[n_digits] == ')');
    if (is_number && strchr(" \t", line[n_digits + 1])) {
        text_append_bytes(out, line, n_digits);
        line += n_digits;
        text_append(out, "\\");
    } else if (*line && strchr("-+=", *line)) {
        text_append(out, "\\");
    }
    text_append(out, line);
}

static void append_prose(struct text *out, const struct prose *prose)
{
    struct text line;
    text_init(&line);
    prose_append_markdown(prose, &line);
    append_line(out, line.bytes);
    text_release(&line);
}

/* The same of a text. */
static void append_text(struct text *out, const char *string)
{
    struct text line;
    text_init(&line);
    escape_markdown(&line, string);
    append_line(out, line.bytes);
    text_release(&line);
}

/* A path within a link: what is not plain is percent-encoded. */
static void append_path(struct text *out, const char *path)
{
    for (const unsigned char *c = (const unsigned char *)path; *c; c++) {
        if ((*c < 0x80 && isalnum(*c)) || strchr("._-/", *c))
            text_printf(out, "%c", *c);
        else
            text_printf(out, "%%%02X", *c);
    }
}

/* Between fences longer than any row of backticks in it. */
static void append_code(struct text *out, const char *code)
{
    size_t longest = 2, length = strlen(code);
    for (const char *c = code; *c;) {
        size_t n = strspn(c, "`");
        longest = n > longest ? n : longest;
        c += n ? n : strcspn(c, "`");
    }
    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i <= longest; i++)
            text_append(out, "`");
        text_append(out, "\n");
        if (k == 0)
            text_printf(out, "%s%s", code,
                        length > 0 && code[length - 1] == '\n' ? "" : "\n");
    }
}

static void append_table(struct text *out, const struct document_table *t)
{
    text_append(out, "*");
    escape_markdown(out, t->caption);
    text_append(out, "*\n\n|");
    for (size_t c = 0; c < t->n_columns; c++) {
        text_append(out, " ");
        escape_markdown(out, t->columns[c].title);
        text_append(out, " |");
    }
    text_append(out, "\n|");
    for (size_t c = 0; c < t->n_columns; c++)
        text_append(out, t->columns[c].style == COLUMN_NUMBER ? "---:|" : "---|");
    text_append(out, "\n");
    for (size_t i = 0; i < t->n_cells; i++) {
        text_append(out, i % t->n_columns == 0 ? "| " : " ");
        escape_markdown(out, t->cells[i].text);
        text_append(out, (i + 1) % t->n_columns == 0 ? " |\n" : " |");
    }
}

static void append_figure(struct text *out, const struct block *b, const char *folder)
{
    text_append(out, "![");
    escape_markdown(out, b->figure.title);
    text_append(out, ". ");
    escape_markdown(out, b->figure.about);
    text_append(out, "](");
    append_path(out, folder);
    text_append(out, "/");
    append_path(out, b->figure.name);
    text_append(out, ".svg)\n\n");
    append_prose(out, &b->prose);
    text_append(out, "\n");
}

static void append_heading(struct text *out, const char *marks, const char *title)
{
    text_append(out, marks);
    append_text(out, title);
    text_append(out, "\n");
}

static void append_block(struct text *out, const struct block *b, const char *folder)
{
    switch (b->kind) {
    case BLOCK_SECTION:
        append_heading(out, "## ", b->text);
        break;
    case BLOCK_HEADING:
        append_heading(out, "### ", b->text);
        break;
    case BLOCK_FOLD:
        append_heading(out, "#### ", b->text);
        break;
    case BLOCK_PARAGRAPH:
        text_append(out, b->style == STYLE_ANSWER ? "**" : "");
        append_prose(out, &b->prose);
        text_append(out, b->style == STYLE_ANSWER ? "**\n" : "\n");
        break;
    case BLOCK_ITEM:
        text_append(out, "- ");
        append_prose(out, &b->prose);
        text_append(out, "\n");
        break;
    case BLOCK_QUOTE:
        text_append(out, "> ");
        append_text(out, b->text);
        text_append(out, "\n");
        break;
    case BLOCK_CODE:
        append_code(out, b->text);
        break;
    case BLOCK_TABLE:
        append_table(out, &b->table);
        break;
    case BLOCK_FIGURE:
        append_figure(out, b, folder);
        break;
    case BLOCK_FOLD_END:
        break;
    }
}

void document_write_markdown(const struct document *doc, const char *folder,
                             struct text *out)
{
    append_heading(out, "# ", doc->title);
    text_append(out, "\n");
    append_prose(out, &doc->about);
    text_append(out, "\n");
    const struct block *last = NULL;
    for (const struct block *b = doc->first; b; last = b, b = b->next) {
        if (b->kind == BLOCK_FOLD_END)
            continue;
        bool is_in_list = last && last->kind == BLOCK_ITEM && b->kind == BLOCK_ITEM;
        text_append(out, is_in_list ? "" : "\n");
        append_block(out, b, folder);
    }
}
