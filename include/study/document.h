/* document.h - a page as data: what a report says, before it is HTML, Markdown or text.
 *
 * A document is a row of blocks that is written once, in the order of reading, and
 * rendered by one of three writers. Its words are strangers' and ours alike: plain text,
 * which each writer escapes for where it goes. Sentences are prose, so that their figures
 * keep their sources. Everything that is added is copied. */
#ifndef ALLOT_STUDY_DOCUMENT_H
#define ALLOT_STUDY_DOCUMENT_H

#include "base/arena.h"
#include "study/prose.h"

#include <stdbool.h>
#include <stddef.h>

enum block_kind {
    BLOCK_SECTION,   /* a heading, listed in the contents */
    BLOCK_HEADING,   /* one below it */
    BLOCK_PARAGRAPH, /* prose */
    BLOCK_ITEM,      /* prose; items that follow one another are one list */
    BLOCK_QUOTE,     /* somebody else's words */
    BLOCK_CODE,
    BLOCK_TABLE,
    BLOCK_FIGURE,
    BLOCK_FOLD, /* what follows until the end is folded away where a writer can */
    BLOCK_FOLD_END
};

enum paragraph_style { STYLE_PLAIN, STYLE_ANSWER, STYLE_NOTE, STYLE_WARNING };

enum column_style { COLUMN_TEXT, COLUMN_NAME, COLUMN_NUMBER, COLUMN_WIDE, COLUMN_CODE };
struct document_column {
    const char *title;
    enum column_style style;
};

/* What a cell says beside its text. */
enum cell_tone { TONE_NONE, TONE_GOOD, TONE_BAD, TONE_SOFT };
struct document_cell {
    const char *text;
    enum cell_tone tone;
    const char *swatch; /* a colour "#rrggbb" before the text; NULL: none */
};

enum { DOCUMENT_MOST_COLUMNS = 12 };

/* The first column names the rows. */
struct document_table {
    const char *caption;
    struct document_column columns[DOCUMENT_MOST_COLUMNS];
    size_t n_columns;
    struct document_cell *cells; /* row by row */
    size_t n_cells, capacity;
};

struct document_figure {
    const char *name;  /* of a file: letters, digits, dashes */
    const char *title; /* what is shown */
    const char *about; /* unit, rule, sample */
    const char *svg;   /* the picture, as gnuplot writes it */
};

struct block {
    struct block *next;
    enum block_kind kind;
    enum paragraph_style style;
    const char *id;     /* of a section or heading */
    const char *text;   /* heading, quote, code, what a fold is called */
    const char *label;  /* of code */
    struct prose prose; /* paragraph, item, a figure's caption */
    struct document_table table;
    struct document_figure figure;
};

struct document {
    struct arena arena;
    const char *start; /* of the scenario, for dates */
    const char *title;
    struct prose about; /* one line below the title */
    struct block *first, *last;
};

void document_init(struct document *doc, const char *title, const char *start);
void document_release(struct document *doc);

void document_section(struct document *doc, const char *id, const char *title);
void document_heading(struct document *doc, const char *title);

/* What is returned is to be written; it stays the document's. */
struct prose *document_paragraph(struct document *doc, enum paragraph_style style);
struct prose *document_item(struct document *doc, enum paragraph_style style);
struct prose *document_figure(struct document *doc, const struct document_figure *figure);

void document_quote(struct document *doc, const char *text);
/* What is typed or stored, and what it is, for those who do not see it. */
void document_code(struct document *doc, const char *label, const char *text);
void document_fold(struct document *doc, const char *title);
void document_fold_end(struct document *doc);

struct document_table *document_table(struct document *doc, const char *caption,
                                      const struct document_column *columns, size_t n);
/* The next cell, formatted; its tone and swatch may be set. Borrowed until the next. */
struct document_cell *document_cell(struct document *doc, struct document_table *table,
                                    const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- the writers ---- */

/* One page without script, network or font; `css` is its style, `generator` the program's
 * name and version. */
void document_write_html(const struct document *doc, const char *css,
                         const char *generator, struct text *out);

/* Headings, pipe tables and images; the picture of a figure is FOLDER/NAME.svg, which
 * document_write_picture gives. Folds become headings. */
void document_write_markdown(const struct document *doc, const char *folder,
                             struct text *out);

/* Lines of at most 80 columns for a terminal: title, sections, sentences and code,
 * without tables and figures. */
void document_write_text(const struct document *doc, struct text *out);

/* ---- pictures ---- */

/* A picture for a page: no prolog, ids with the figure's name before them, the page's
 * font, and the colours of plots/theme.gp that belong to the theme as CSS variables
 * (--ink, --muted, --grid, --axis, --page, the words' --word-N, and what becomes of GPUs:
 * --used, --lent, --idle, --failed, --reserved). */
void document_inline_svg(const struct document_figure *figure, struct text *out);

#endif
