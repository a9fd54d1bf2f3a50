#include "scenario/scan.h"

#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { MOST_ERRORS = 50, MOST_DEPTH = 16 };

struct cursor {
    const struct source *source;
    const char *at; /* the next byte of source->text */
    int line;
    int column;
    const char *line_text; /* in source->lines */
    const struct cursor *includer;
};

struct scan {
    struct source_reader *reader;
    struct token_row *row;
    struct diag *d;
    size_t n_bytes; /* of all files, each as often as it is included */
    size_t n_errors_before;
    int result;
};

void token_row_release(struct token_row *row)
{
    mem_free(row->tokens);
    *row = (struct token_row){0};
}

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '*';
}

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '*' || c == '-' || c == '_';
}

static bool is_number_start(char c)
{
    return isdigit((unsigned char)c) || c == '.' || c == '+' || c == '-';
}

/* What may stick to a number by mistake belongs to the word: 2022-01-01, 1_000, 50%. */
static bool is_number_byte(char c)
{
    return is_name_byte(c) || c == '.' || c == '+' || c == '%';
}

enum token_kind scan_word(const char *word, size_t length)
{
    if (length == 0 || !is_name_start(word[0]))
        return TOKEN_END;
    for (size_t i = 1; i < length; i++)
        if (!is_name_byte(word[i]))
            return TOKEN_END;
    if ((length == 4 && strncasecmp(word, "true", 4) == 0) ||
        (length == 5 && strncasecmp(word, "false", 5) == 0))
        return TOKEN_BOOL;
    return TOKEN_NAME;
}

/* A character too many of a multi-byte one counts nothing: only its first byte does. */
static void advance(struct cursor *c, size_t n_bytes)
{
    for (; n_bytes > 0; n_bytes--) {
        unsigned char byte = (unsigned char)*c->at++;
        if (byte == '\n') {
            c->line++;
            c->column = 1;
            c->line_text = c->source->lines + (c->at - c->source->text);
        } else if ((byte & 0xC0) != 0x80) {
            c->column++;
        }
    }
}

static struct place place_of(const struct cursor *c)
{
    ptrdiff_t n_before = (c->at - c->source->text) - (c->line_text - c->source->lines);
    return (struct place){.file = c->source->path,
                          .line = c->line,
                          .column = c->column,
                          .text = n_before <= SOURCE_LONGEST_LINE ? c->line_text : NULL};
}

/* Counts a mistake that was reported; `is_fatal` ones leave the tokens in doubt. */
static void failed(struct scan *s, bool is_fatal)
{
    s->result = -1;
    if (is_fatal)
        s->row->is_broken = true;
}

static bool has_too_many_errors(struct scan *s)
{
    if (diag_n_errors(s->d) - s->n_errors_before < MOST_ERRORS)
        return false;
    failed(s, true);
    return true;
}

static struct token *push(struct scan *s, enum token_kind kind, const struct cursor *c,
                          size_t length)
{
    struct token token = {.kind = kind,
                          .at = place_of(c),
                          .spelling = c->at,
                          .length = length,
                          .parent = TOKEN_NONE,
                          .first = TOKEN_NONE};
    struct token_row *row = s->row;
    ARRAY_PUSH(row->tokens, row->n_tokens, row->capacity) = token;
    return &row->tokens[row->n_tokens - 1];
}

static void skip_block_comment(struct scan *s, struct cursor *c)
{
    struct place at = place_of(c);
    const char *end = c->at + 2;
    while (*end && !(end[0] == '*' && end[1] == '/'))
        end++;
    if (!*end) {
        diag_error(s->d, DIAG_DATA, &at, "this comment is not closed");
        diag_hint(s->d, "a '*/' is missing: the rest of the file is not read");
        failed(s, true);
    }
    advance(c, (size_t)(end - c->at) + (*end ? 2 : 0));
}

static void skip_blanks(struct scan *s, struct cursor *c)
{
    for (;;) {
        size_t n = strspn(c->at, " \t\r\n\f");
        if (c->at[n] == '#' || (c->at[n] == '/' && c->at[n + 1] == '/'))
            n += strcspn(c->at + n, "\n");
        advance(c, n);
        if (c->at[0] == '/' && c->at[1] == '*')
            skip_block_comment(s, c);
        else if (n == 0)
            return;
    }
}

/* Bytes of the string at the cursor with both quotes; 0 if its line ends before. */
static size_t string_length(const char *string)
{
    size_t i = 1;
    while (string[i] && string[i] != '\n') {
        if (string[i] == '"')
            return i + 1;
        i += string[i] == '\\' && string[i + 1] && string[i + 1] != '\n' ? 2 : 1;
    }
    return 0;
}

/* Reads the string at the cursor and passes it; its length, 0 if it has no end. */
static size_t read_string(struct scan *s, struct cursor *c, const char **text)
{
    struct place at = place_of(c);
    size_t length = string_length(c->at);
    if (length == 0) {
        diag_error(s->d, DIAG_DATA, &at, "this string is not closed");
        diag_hint(s->d, "a string ends on its line; a longer text is written as several "
                        "strings in a row");
        failed(s, true);
        advance(c, strcspn(c->at, "\n"));
        return 0;
    }
    if (literal_read_text(s->reader->arena, c->at + 1, length - 2, &at, text, s->d) != 0)
        failed(s, false);
    advance(c, length);
    return length;
}

static void scan_string(struct scan *s, struct cursor *c)
{
    struct cursor before = *c;
    int result = s->result;
    const char *text = NULL;
    s->result = 0;
    size_t length = read_string(s, c, &text);
    if (length > 0) {
        struct token *token = push(s, TOKEN_TEXT, &before, length);
        token->text = text;
        token->is_bad = s->result != 0;
    }
    if (s->result == 0)
        s->result = result;
}

/* A word that begins like a number but stands where only a key can. */
static bool is_bad_key(const char *word, size_t length)
{
    const char *behind = word + length + strspn(word + length, " \t");
    return isdigit((unsigned char)*word) && (*behind == '=' || *behind == ':') &&
           literal_form(word, length) == NUMBER_NONE;
}

static void scan_number(struct scan *s, struct cursor *c)
{
    size_t length = 1;
    while (is_number_byte(c->at[length]))
        length++;
    struct token *token = push(s, TOKEN_NUMBER, c, length);
    token->form = literal_form(c->at, length);
    if (is_bad_key(c->at, length)) {
        diag_error(s->d, DIAG_DATA, &token->at, "'%.*s' cannot be a key",
                   length < 40 ? (int)length : 40, c->at);
        diag_hint(s->d, "a key begins with a letter");
        token->is_bad = true;
        failed(s, false);
    } else if (literal_check_number(c->at, length, &token->at, s->d) != 0) {
        token->is_bad = true;
        failed(s, false);
    }
    advance(c, length);
}

static void scan_name(struct scan *s, struct cursor *c)
{
    size_t length = 1;
    while (is_name_byte(c->at[length]))
        length++;
    struct token *token = push(s, scan_word(c->at, length), c, length);
    token->text = arena_copy(s->reader->arena, c->at, length);
    advance(c, length);
}

/* The code point at `s` and its bytes. The source is known to be UTF-8. */
static size_t decode(const char *s, unsigned *code)
{
    unsigned char byte = (unsigned char)s[0];
    size_t n = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    *code = n == 1 ? byte : byte & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        *code = *code << 6 | ((unsigned char)s[i] & 0x3F);
    return n;
}

static bool is_foreign_quote(unsigned code)
{
    return code == '\'' || code == '`' || code == 0xB4 || code == 0xAB || code == 0xBB ||
           (code >= 0x2018 && code <= 0x201F) || (code >= 0x2039 && code <= 0x203A) ||
           (code >= 0x300C && code <= 0x300F);
}

static bool is_foreign_blank(unsigned code)
{
    return code == 0xA0 || (code >= 0x2000 && code <= 0x200D) || code == 0x202F ||
           code == 0x205F || code == 0x3000 || code == 0xFEFF || code == '\v';
}

/* Bytes of a text in foreign quotes up to its end on this line, so that what it holds is
 * not reported as well; only those of the quote if there is no end. */
static size_t foreign_string_length(const char *s, size_t n)
{
    for (size_t i = n; s[i] && s[i] != '\n' && s[i] != '"';) {
        unsigned code;
        size_t step = decode(s + i, &code);
        if (is_foreign_quote(code))
            return i + step;
        i += step;
    }
    return n;
}

static void report_unknown(struct scan *s, struct cursor *c)
{
    struct place at = place_of(c);
    unsigned code;
    size_t n = decode(c->at, &code);
    if (n == 1)
        diag_error(s->d, DIAG_DATA, &at, "unknown character '%.1s'", c->at);
    else
        diag_error(s->d, DIAG_DATA, &at, "unknown character '%.*s' (U+%04X)", (int)n,
                   c->at, code);
    if (is_foreign_quote(code)) {
        diag_hint(s->d, "text stands in straight double quotes: \"text\"");
        n = foreign_string_length(c->at, n);
    } else if (is_foreign_blank(code)) {
        diag_hint(s->d, "it looks like a blank; write a plain one");
    } else if ((code >= 0x2010 && code <= 0x2015) || code == 0x2212) {
        diag_hint(s->d, "write a plain '-'");
    } else {
        diag_hint(s->d, "keys are made of the letters a to z, digits, '-' and '_'; text "
                        "stands in double quotes");
        unsigned next;
        while (c->at[n] & 0x80) { /* one message for a word of foreign letters */
            size_t step = decode(c->at + n, &next);
            if (is_foreign_quote(next) || is_foreign_blank(next))
                break;
            n += step;
        }
    }
    advance(c, n);
    failed(s, true);
}

static void scan_text(struct scan *s, struct cursor *c);

/* "a.cfg -> b.cfg -> a.cfg": the files from the first one that is `source` on. */
static void append_chain(const struct cursor *c, const struct source *source,
                         struct text *out)
{
    if (c->source != source)
        append_chain(c->includer, source, out);
    text_printf(out, "%s -> ", c->source->path);
}

/* Whether `source` may be read in here: no cycle, not too deep, not too much. */
static int check_include(struct scan *s, const struct cursor *c,
                         const struct source *source, const struct place *at)
{
    int depth = 1;
    for (const struct cursor *i = c; i; i = i->includer, depth++) {
        if (i->source != source)
            continue;
        struct text chain;
        text_init(&chain);
        append_chain(c, source, &chain);
        diag_error(s->d, DIAG_DATA, at, "this file includes itself: %s%s", chain.bytes,
                   source->path);
        text_release(&chain);
        return -1;
    }
    if (depth > MOST_DEPTH)
        return diag_error(s->d, DIAG_DATA, at,
                          "files include each other more than %d deep", MOST_DEPTH);
    if (s->n_bytes + source->length > SOURCE_MOST_BYTES)
        return diag_error(s->d, DIAG_DATA, at,
                          "all files together are too large: at most %d bytes are read",
                          SOURCE_MOST_BYTES);
    return 0;
}

static void include(struct scan *s, const struct cursor *c, const char *name,
                    const struct place *at)
{
    const struct source *source = NULL;
    if (name[0] == '\0') {
        diag_error(s->d, DIAG_DATA, at, "@include needs the name of a file");
        failed(s, true);
    } else if (!s->reader->list) {
        diag_error(s->d, DIAG_DATA, at, "@include cannot stand here");
        failed(s, true);
    } else if (source_read_include(s->reader, name, c->source, at, &source, s->d) != 0 ||
               check_include(s, c, source, at) != 0) {
        failed(s, true);
    } else {
        s->n_bytes += source->length;
        struct cursor inner = {.source = source,
                               .at = source->text,
                               .line = 1,
                               .column = 1,
                               .line_text = source->lines,
                               .includer = c};
        scan_text(s, &inner);
    }
}

/* @include "x", or a mistake that begins with @. */
static void scan_directive(struct scan *s, struct cursor *c)
{
    static const char word[] = "@include";
    struct place at = place_of(c);
    size_t length = 1;
    while (is_name_byte(c->at[length]))
        length++;
    if (length != strlen(word) || strncmp(c->at, word, length) != 0) {
        diag_error(s->d, DIAG_DATA, &at, "unknown directive '%.*s'",
                   length < 40 ? (int)length : 40, c->at);
        diag_hint(s->d, "the only one is @include \"FILE\"");
        failed(s, true);
        advance(c, length);
        return;
    }
    advance(c, length);
    advance(c, strspn(c->at, " \t"));
    if (*c->at != '"') {
        diag_error(s->d, DIAG_DATA, &at, "@include needs the name of a file in quotes");
        diag_hint(s->d, "write @include \"FILE\"");
        failed(s, true);
        advance(c, strcspn(c->at, "\n"));
        return;
    }
    const char *name = NULL;
    if (read_string(s, c, &name) > 0)
        include(s, c, name, &at);
}

static void scan_token(struct scan *s, struct cursor *c)
{
    static const char marks[] = "=:;,{([})]";
    static const enum token_kind kinds[] = {
        TOKEN_EQUALS, TOKEN_EQUALS, TOKEN_SEMICOLON, TOKEN_COMMA, TOKEN_OPEN,
        TOKEN_OPEN,   TOKEN_OPEN,   TOKEN_CLOSE,     TOKEN_CLOSE, TOKEN_CLOSE};
    const char *mark = strchr(marks, *c->at);
    if (mark) {
        push(s, kinds[mark - marks], c, 1);
        advance(c, 1);
    } else if (*c->at == '"') {
        scan_string(s, c);
    } else if (*c->at == '@') {
        scan_directive(s, c);
    } else if (is_number_start(*c->at)) {
        scan_number(s, c);
    } else if (is_name_start(*c->at)) {
        scan_name(s, c);
    } else {
        report_unknown(s, c);
    }
}

/* The rest of a source. */
static void scan_text(struct scan *s, struct cursor *c)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    if (c->at == c->source->text && strncmp(c->at, byte_order_mark, 3) == 0) {
        c->at += 3;
        c->line_text += 3;
    }
    skip_blanks(s, c);
    while (*c->at && !has_too_many_errors(s)) {
        scan_token(s, c);
        skip_blanks(s, c);
    }
}

/* The end is where the last token ends, in whatever file that is. */
static void push_end(struct scan *s, const struct cursor *c)
{
    struct token *end = push(s, TOKEN_END, c, 0);
    end->spelling = "";
    if (s->row->n_tokens < 2)
        return;
    const struct token *last = end - 1;
    end->at = literal_place(&last->at, last->spelling, last->length);
}

int scan_source(struct source_reader *reader, const struct source *source, size_t offset,
                struct token_row *row, struct diag *d)
{
    struct scan s = {.reader = reader,
                     .row = row,
                     .d = d,
                     .n_bytes = source->length,
                     .n_errors_before = diag_n_errors(d)};
    struct cursor c = {.source = source,
                       .at = source->text,
                       .line = 1,
                       .column = 1,
                       .line_text = source->lines};
    advance(&c, offset);
    scan_text(&s, &c);
    push_end(&s, &c);
    return s.result;
}
