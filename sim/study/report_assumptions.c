/* What the scenario's file says about its own numbers: a comment beside a setting, or
 * above it, is where the setting comes from. Tags say how good a source is. */
#include "base/memory.h"
#include "study/report_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST_SETTING = 100, MOST_ROWS = 400 };

static const struct tag {
    char letter;
    const char *word, *kind;
} tags[] = {{'P', "public", "public and seen"},
            {'D', "derived", "derived from what is public"},
            {'A', "assumed", "assumed"}};
enum { N_TAGS = sizeof tags / sizeof *tags };

struct notes {
    struct document *doc;
    struct document_table *table;
    struct text pending; /* a comment block that waits for its setting */
    struct text head;    /* the first one, which is about the whole */
    bool is_head;
    size_t n_rows, n_tagged[N_TAGS], n_untagged;
};

static const char *trim(const char *text, size_t *length)
{
    while (*length > 0 && isspace((unsigned char)*text)) {
        text++;
        --*length;
    }
    while (*length > 0 && isspace((unsigned char)text[*length - 1]))
        --*length;
    return text;
}

static void append_part(struct text *out, const char *text, size_t length)
{
    text = trim(text, &length);
    if (length == 0)
        return;
    text_append(out, out->length > 0 ? " " : "");
    for (size_t i = 0; i < length; i++) /* a comment may be of more lines */
        text_append_bytes(out, text[i] == '\n' ? " " : text + i, 1);
}

/* Where a mark of a comment begins: "#", two slashes, or what may go on over lines. What
 * stands in quotes is none. The end of the line if there is none. */
static const char *find_comment(const char *line)
{
    bool in_quotes = false;
    const char *at = line;
    for (; *at && *at != '\n'; at++) {
        if (in_quotes && *at == '\\' && at[1] && at[1] != '\n')
            at++;
        else if (*at == '"')
            in_quotes = !in_quotes;
        else if (!in_quotes &&
                 (*at == '#' || (*at == '/' && (at[1] == '/' || at[1] == '*'))))
            break;
    }
    return at;
}

/* Splits a line, and those over which its comments go on, into setting and comment.
 * Returns where the next line begins. */
static const char *split_line(const char *line, struct text *setting,
                              struct text *comment)
{
    for (;;) {
        const char *mark = find_comment(line);
        append_part(setting, line, (size_t)(mark - line));
        if (strncmp(mark, "/*", 2) != 0) {
            size_t length = strcspn(mark, "\n"), marks = strspn(mark, "#/");
            append_part(comment, mark + marks, length - marks);
            return mark + length + (mark[length] == '\n');
        }
        const char *close = strstr(mark + 2, "*/");
        append_part(comment, mark + 2,
                    close ? (size_t)(close - mark) - 2 : strlen(mark + 2));
        if (!close)
            return mark + strlen(mark);
        line = close + 2;
    }
}

/* The tag that begins here, NULL if there is none: "[P]", or with more, "[D from ...]".
 */
static const struct tag *tag_at(const char *text)
{
    if (*text != '[' || text[1] == '\0' || !strchr("] ", text[2]))
        return NULL;
    for (size_t k = 0; k < N_TAGS; k++)
        if (text[1] == tags[k].letter)
            return strchr(text, ']') ? &tags[k] : NULL;
    return NULL;
}

/* A comment with words for tags. */
static char *with_words(struct notes *n, const char *comment)
{
    struct text out;
    text_init(&out);
    for (const char *at = comment; *at;) {
        const struct tag *tag = tag_at(at);
        size_t length = tag ? (size_t)(strchr(at, ']') - at) : 1;
        if (tag)
            text_printf(&out, "(%s%.*s)", tag->word, (int)length - 2, at + 2);
        else
            text_append_bytes(&out, at, 1);
        at += length + (tag != NULL);
    }
    char *kept = arena_string(&n->doc->arena, out.bytes);
    text_release(&out);
    return kept;
}

static void count_tags(struct notes *n, const char *comment)
{
    bool has_tag[N_TAGS] = {false}, is_tagged = false;
    for (const char *at = comment; *at; at++) {
        const struct tag *tag = tag_at(at);
        if (tag)
            has_tag[tag - tags] = is_tagged = true;
    }
    for (size_t k = 0; k < N_TAGS; k++)
        n->n_tagged[k] += has_tag[k];
    n->n_untagged += !is_tagged;
}

static void add_note(struct notes *n, const char *setting, const char *comment)
{
    struct text both, cut;
    text_init(&both);
    text_init(&cut);
    text_append(&both, n->pending.bytes);
    append_part(&both, comment, strlen(comment));
    if (both.length > 0 && n->n_rows++ < MOST_ROWS) {
        count_tags(n, both.bytes);
        text_append_cut(&cut, setting, LONGEST_SETTING);
        document_cell(n->doc, n->table, "%s", cut.bytes);
        document_cell(n->doc, n->table, "%s", with_words(n, both.bytes));
    }
    text_clear(&n->pending);
    text_release(&both);
    text_release(&cut);
}

/* A blank line ends a block: the first is about the whole scenario, another one that no
 * setting follows is about nothing that could be named. Returns where the next begins. */
static const char *take_line(struct notes *n, const char *line)
{
    struct text setting, comment;
    text_init(&setting);
    text_init(&comment);
    const char *next = split_line(line, &setting, &comment);
    size_t length = (size_t)(next - line);
    bool is_blank = *trim(line, &length) == '\0' || length == 0;
    if (setting.length > 0)
        add_note(n, setting.bytes, comment.bytes);
    else if (!is_blank && n->is_head && comment.length == 0)
        text_append(&n->head, "\n"); /* the mark of a comment alone: a paragraph */
    else if (!is_blank)
        append_part(n->is_head ? &n->head : &n->pending, comment.bytes, comment.length);
    else
        text_clear(&n->pending);
    n->is_head &= setting.length == 0 && !(is_blank && n->head.length > 0);
    text_release(&setting);
    text_release(&comment);
    return next;
}

static void read_notes(struct notes *n, const char *text)
{
    n->is_head = true;
    while (*text)
        text = take_line(n, text);
    text_clear(&n->pending);
}

/* The paragraphs of the head but the first, which is the question. */
static void quote_head(struct notes *n, const char *question)
{
    const char *at = n->head.bytes;
    size_t length = strlen(question);
    if (strncmp(at, question, length) == 0)
        at += length;
    while (*at) {
        struct text paragraph;
        length = strcspn(at, "\n");
        text_init(&paragraph);
        append_part(&paragraph, at, length);
        if (paragraph.length > 0)
            document_quote(n->doc, paragraph.bytes);
        text_release(&paragraph);
        at += length + (at[length] == '\n');
    }
}

static void count_sources(const struct notes *n, const char *path, struct arena *arena)
{
    static const struct document_column columns[] = {{"Kind of source", COLUMN_TEXT},
                                                     {"Comments", COLUMN_NUMBER}};
    if (n->n_tagged[0] + n->n_tagged[1] + n->n_tagged[2] == 0)
        return;
    struct document_table *t = document_table(
        n->doc, arena_printf(arena, "How good the sources of %s are", path), columns, 2);
    for (size_t k = 0; k < N_TAGS; k++) {
        document_cell(n->doc, t, "%s", tags[k].kind);
        document_cell(n->doc, t, "%zu", n->n_tagged[k]);
    }
    document_cell(n->doc, t, "comments that do not say");
    document_cell(n->doc, t, "%zu", n->n_untagged);
}

static void add_file(struct report *report, const json_t *file)
{
    static const struct document_column columns[] = {{"Setting", COLUMN_CODE},
                                                     {"Source", COLUMN_WIDE}};
    const char *text = json_string_value(json_object_get(file, "text"));
    const char *path = json_string_value(json_object_get(file, "path"));
    struct notes n = {.doc = report->doc};
    if (!text || !path)
        return;
    text_init(&n.pending);
    text_init(&n.head);
    /* Read twice: what is quoted and counted stands above the table. */
    struct document scratch;
    document_init(&scratch, "", report->run->start);
    n.doc = &scratch;
    n.table = document_table(&scratch, "", columns, 2);
    read_notes(&n, text);
    n.doc = report->doc;
    quote_head(&n, report->run->question);
    count_sources(&n, path, &report->run->arena);
    if (n.n_rows > 0) {
        struct notes again = {.doc = report->doc, .pending = n.pending};
        text_init(&again.head);
        again.table = document_table(
            report->doc,
            arena_printf(&report->run->arena, "Settings of %s%s", path,
                         n.n_rows > MOST_ROWS ? ", the first of them" : ""),
            columns, 2);
        read_notes(&again, text);
        n.pending = again.pending;
        text_release(&again.head);
    }
    document_release(&scratch);
    text_release(&n.pending);
    text_release(&n.head);
}

void report_assumptions(struct report *report)
{
    const json_t *files = json_object_get(report->run->json, "files");
    const struct block *before = report->doc->last;
    size_t i;
    json_t *file;
    json_array_foreach(files, i, file) add_file(report, file);
    if (report->doc->last == before)
        prose_words(document_paragraph(report->doc, STYLE_PLAIN),
                    "The scenario does not say where its numbers come from: no setting "
                    "has a comment.");
}
