#include "study/document.h"

#include "base/check.h"
#include "base/memory.h"

#include <stdarg.h>
#include <string.h>

void document_init(struct document *doc, const char *title, const char *start)
{
    *doc = (struct document){0};
    arena_init(&doc->arena);
    doc->title = arena_string(&doc->arena, title);
    doc->start = arena_string(&doc->arena, start);
    prose_init(&doc->about, doc->start);
}

void document_release(struct document *doc)
{
    for (struct block *b = doc->first; b; b = b->next) {
        prose_release(&b->prose);
        mem_free(b->table.cells);
    }
    prose_release(&doc->about);
    arena_release(&doc->arena);
    *doc = (struct document){0};
}

static struct block *add(struct document *doc, enum block_kind kind, const char *text)
{
    struct block *b = ARENA_NEW(&doc->arena, struct block);
    b->kind = kind;
    b->text = text ? arena_string(&doc->arena, text) : NULL;
    prose_init(&b->prose, doc->start);
    if (doc->last)
        doc->last->next = b;
    else
        doc->first = b;
    doc->last = b;
    return b;
}

void document_section(struct document *doc, const char *id, const char *title)
{
    add(doc, BLOCK_SECTION, title)->id = arena_string(&doc->arena, id);
}

void document_heading(struct document *doc, const char *title)
{
    add(doc, BLOCK_HEADING, title);
}

struct prose *document_paragraph(struct document *doc, enum paragraph_style style)
{
    struct block *b = add(doc, BLOCK_PARAGRAPH, NULL);
    b->style = style;
    return &b->prose;
}

struct prose *document_item(struct document *doc, enum paragraph_style style)
{
    struct block *b = add(doc, BLOCK_ITEM, NULL);
    b->style = style;
    return &b->prose;
}

struct prose *document_figure(struct document *doc, const struct document_figure *figure)
{
    struct block *b = add(doc, BLOCK_FIGURE, NULL);
    b->figure = (struct document_figure){
        arena_string(&doc->arena, figure->name), arena_string(&doc->arena, figure->title),
        arena_string(&doc->arena, figure->about), arena_string(&doc->arena, figure->svg)};
    return &b->prose;
}

void document_quote(struct document *doc, const char *text)
{
    add(doc, BLOCK_QUOTE, text);
}

void document_code(struct document *doc, const char *label, const char *text)
{
    add(doc, BLOCK_CODE, text)->label = arena_string(&doc->arena, label);
}

void document_fold(struct document *doc, const char *title)
{
    add(doc, BLOCK_FOLD, title);
}

void document_fold_end(struct document *doc)
{
    add(doc, BLOCK_FOLD_END, NULL);
}

struct document_table *document_table(struct document *doc, const char *caption,
                                      const struct document_column *columns, size_t n)
{
    CHECK(n > 0 && n <= DOCUMENT_MOST_COLUMNS);
    struct document_table *t = &add(doc, BLOCK_TABLE, NULL)->table;
    t->caption = arena_string(&doc->arena, caption);
    t->n_columns = n;
    for (size_t i = 0; i < n; i++)
        t->columns[i] = (struct document_column){
            arena_string(&doc->arena, columns[i].title), columns[i].style};
    return t;
}

struct document_cell *document_cell(struct document *doc, struct document_table *table,
                                    const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(&doc->arena, format, arguments);
    va_end(arguments);
    ARRAY_PUSH(table->cells, table->n_cells, table->capacity) =
        (struct document_cell){.text = text};
    return &table->cells[table->n_cells - 1];
}
