/* A document as one page of HTML5. Tables and pictures that may be wider than the page
 * scroll within a region of their own that the keyboard reaches. */
#include "study/document.h"
#include "study/escape.h"

#include <string.h>

static void append_element(struct text *out, const char *element, const char *text)
{
    text_printf(out, "<%s>", element);
    escape_html(out, text);
    text_printf(out, "</%s>", element);
}

static void open_region(struct text *out, const char *class, const char *what,
                        const char *label)
{
    text_printf(out, "<div class=\"%s\" role=\"region\" tabindex=\"0\" aria-label=\"%s: ",
                class, what);
    escape_html(out, label);
    text_append(out, "\">\n");
}

/* ---- tables ---- */

static const char *const column_classes[] = {"", "", " class=\"number\"",
                                             " class=\"wide\"", " class=\"code\""};
static const char *const tone_classes[] = {"", " class=\"good\"", " class=\"bad\"",
                                           " class=\"soft\""};

static void append_cell(struct text *out, const struct document_column *column,
                        const struct document_cell *cell, bool is_head)
{
    const char *tag = is_head ? "th" : "td";
    text_printf(out, "<%s%s%s>", tag, is_head ? " scope=\"row\"" : "",
                column_classes[column->style]);
    const char *inner = column->style == COLUMN_NAME   ? "bdi"
                        : column->style == COLUMN_CODE ? "code"
                        : cell->tone != TONE_NONE      ? "span"
                                                       : NULL;
    const char *class = cell->swatch ? " class=\"swatched\"" : tone_classes[cell->tone];
    if (inner && *cell->text)
        text_printf(out, "<%s%s>", inner, class);
    if (cell->swatch)
        text_printf(out, "<i class=\"swatch\" style=\"background:%s\"></i>",
                    cell->swatch);
    escape_html(out, cell->text);
    if (inner && *cell->text)
        text_printf(out, "</%s>", inner);
    text_printf(out, "</%s>", tag);
}

/* A short table is not to be torn apart on paper. */
static void append_table(struct text *out, const struct document_table *t)
{
    enum { MOST_SHORT_ROWS = 16 };
    bool is_short = t->n_cells <= MOST_SHORT_ROWS * t->n_columns;
    open_region(out, "scroll", "Table", t->caption);
    text_append(out, is_short ? "<table class=\"short\">\n" : "<table>\n");
    append_element(out, "caption", t->caption);
    text_append(out, "\n<thead><tr>");
    for (size_t c = 0; c < t->n_columns; c++) {
        text_printf(out, "<th scope=\"col\"%s>", column_classes[t->columns[c].style]);
        escape_html(out, t->columns[c].title);
        text_append(out, "</th>");
    }
    text_append(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < t->n_cells; i++) {
        size_t c = i % t->n_columns;
        text_append(out, c == 0 ? "<tr>" : "");
        append_cell(out, &t->columns[c], &t->cells[i], c == 0);
        text_append(out, c + 1 == t->n_columns ? "</tr>\n" : "");
    }
    text_append(out, "</tbody>\n</table>\n</div>\n");
}

/* ---- the rest ---- */

static void append_figure(struct text *out, const struct block *b)
{
    text_printf(out, "<figure id=\"chart-%s\" aria-labelledby=\"%s-title\">\n",
                b->figure.name, b->figure.name);
    open_region(out, "scroll chart", "Chart", b->figure.title);
    document_inline_svg(&b->figure, out);
    text_append(out, "</div>\n<figcaption>");
    prose_append_html(&b->prose, out);
    text_append(out, "</figcaption>\n</figure>\n");
}

static void append_paragraph(struct text *out, const struct block *b)
{
    static const char *const open[] = {"<p>", "<p class=\"answer\">",
                                       "<p class=\"note\">", "<p class=\"warning\">"};
    text_append(out, open[b->style]);
    prose_append_html(&b->prose, out);
    text_append(out, "</p>\n");
}

static void append_item(struct text *out, const struct block *b, const struct block *last)
{
    if (!last || last->kind != BLOCK_ITEM)
        text_printf(out, "<ul%s>\n",
                    b->style == STYLE_WARNING ? " class=\"warnings\"" : "");
    text_append(out, "<li>");
    prose_append_html(&b->prose, out);
    text_append(out, "</li>\n");
    if (!b->next || b->next->kind != BLOCK_ITEM)
        text_append(out, "</ul>\n");
}

static void append_block(struct text *out, const struct block *b,
                         const struct block *last, bool *in_section)
{
    switch (b->kind) {
    case BLOCK_SECTION:
        text_printf(out, "%s<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">",
                    *in_section ? "</section>\n" : "", b->id, b->id);
        escape_html(out, b->text);
        text_append(out, "</h2>\n");
        *in_section = true;
        break;
    case BLOCK_HEADING:
        append_element(out, "h3", b->text);
        text_append(out, "\n");
        break;
    case BLOCK_PARAGRAPH:
        append_paragraph(out, b);
        break;
    case BLOCK_ITEM:
        append_item(out, b, last);
        break;
    case BLOCK_QUOTE:
        text_append(out, "<blockquote>");
        append_element(out, "p", b->text);
        text_append(out, "</blockquote>\n");
        break;
    case BLOCK_CODE:
        open_region(out, "scroll", "Text", b->label);
        text_append(out, "<pre><code>");
        escape_html(out, b->text);
        text_append(out, "</code></pre>\n</div>\n");
        break;
    case BLOCK_TABLE:
        append_table(out, &b->table);
        break;
    case BLOCK_FIGURE:
        append_figure(out, b);
        break;
    case BLOCK_FOLD:
        text_append(out, "<details>\n");
        append_element(out, "summary", b->text);
        text_append(out, "\n");
        break;
    case BLOCK_FOLD_END:
        text_append(out, "</details>\n");
        break;
    }
}

static void append_contents(struct text *out, const struct document *doc)
{
    text_append(out, "<nav aria-label=\"Contents\">\n<ul>\n");
    for (const struct block *b = doc->first; b; b = b->next) {
        if (b->kind != BLOCK_SECTION)
            continue;
        text_printf(out, "<li><a href=\"#%s\">", b->id);
        escape_html(out, b->text);
        text_append(out, "</a></li>\n");
    }
    text_append(out, "</ul>\n</nav>\n");
}

/* An empty icon: else a browser asks the server for one. */
static void append_head(struct text *out, const struct document *doc, const char *css,
                        const char *generator)
{
    text_append(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                     "<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" "
                     "content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n"
                     "<meta name=\"generator\" content=\"");
    escape_html(out, generator);
    text_append(out, "\">\n<link rel=\"icon\" href=\"data:,\">\n");
    append_element(out, "title", doc->title);
    text_printf(out, "\n<style>\n%s</style>\n</head>\n", css);
}

void document_write_html(const struct document *doc, const char *css,
                         const char *generator, struct text *out)
{
    bool in_section = false;
    const struct block *last = NULL;
    append_head(out, doc, css, generator);
    text_append(out, "<body>\n<a class=\"skip\" href=\"#content\">Skip to the content"
                     "</a>\n<header>\n<h1><bdi>");
    escape_html(out, doc->title);
    text_append(out, "</bdi></h1>\n<p class=\"about\">");
    prose_append_html(&doc->about, out);
    text_append(out, "</p>\n</header>\n");
    append_contents(out, doc);
    text_append(out, "<main id=\"content\">\n");
    for (const struct block *b = doc->first; b; last = b, b = b->next)
        append_block(out, b, last, &in_section);
    text_printf(out, "%s</main>\n</body>\n</html>\n", in_section ? "</section>\n" : "");
}
