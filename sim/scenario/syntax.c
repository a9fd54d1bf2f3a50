#include "scenario/syntax.h"

#include "base/check.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Enough is enough: no more messages than are printed, no longer words than fit. */
enum { MOST_ERRORS = 50, LONGEST_QUOTE = 40 };

static char mark_of(const struct token *token)
{
    return token->spelling[0];
}

static bool is_pair(char open, char close)
{
    return (open == '{' && close == '}') || (open == '(' && close == ')') ||
           (open == '[' && close == ']');
}

/* "line 3", with the file where it is another one than that of `from`. */
static void print_line_of(const struct token *token, const struct token *from,
                          struct text *out)
{
    if (strcmp(token->at.file, from->at.file) != 0)
        text_printf(out, "%s, ", token->at.file);
    text_printf(out, "line %d", token->at.line);
}

static int stray_bracket(const struct token *close, struct diag *d)
{
    diag_error(d, DIAG_DATA, &close->at, "this '%c' closes nothing", mark_of(close));
    return -1;
}

static int open_bracket(const struct token *open, const struct token *end, struct diag *d)
{
    diag_error(d, DIAG_DATA, &open->at, "this '%c' is not closed", mark_of(open));
    if (end->kind == TOKEN_END)
        return -1;
    struct text line;
    text_init(&line);
    print_line_of(end, open, &line);
    diag_hint(d, "the '%c' of %s comes first", mark_of(end), line.bytes);
    text_release(&line);
    return -1;
}

/* The nearest open bracket that the closing one fits, TOKEN_NONE if none. */
static size_t find_partner(const struct token_row *row, size_t innermost,
                           const struct token *close)
{
    size_t open = innermost;
    while (open != TOKEN_NONE && !is_pair(mark_of(&row->tokens[open]), mark_of(close)))
        open = row->tokens[open].parent;
    return open;
}

static bool is_value(const struct token *token)
{
    return token->kind == TOKEN_TEXT || token->kind == TOKEN_NUMBER ||
           token->kind == TOKEN_BOOL || token->kind == TOKEN_OPEN;
}

int syntax_check_brackets(struct token_row *row, struct diag *d)
{
    size_t innermost = TOKEN_NONE, depth = 0, n_values = 0, n_errors = diag_n_errors(d);
    int result = 0;
    for (size_t i = 0; i < row->n_tokens; i++) {
        if (diag_n_errors(d) - n_errors >= MOST_ERRORS)
            return -1;
        struct token *token = &row->tokens[i];
        if (token->kind == TOKEN_CLOSE || token->kind == TOKEN_END) {
            size_t partner = token->kind == TOKEN_END
                                 ? TOKEN_NONE
                                 : find_partner(row, innermost, token);
            if (token->kind == TOKEN_CLOSE && partner == TOKEN_NONE) {
                result = stray_bracket(token, d);
                continue;
            }
            for (; innermost != partner;
                 innermost = row->tokens[innermost].parent, depth--)
                result = open_bracket(&row->tokens[innermost], token, d);
            token->parent = partner;
            if (partner != TOKEN_NONE) {
                innermost = row->tokens[partner].parent;
                depth--;
            }
        } else {
            token->parent = innermost;
        }
        if (token->kind == TOKEN_OPEN) {
            innermost = i;
            if (++depth > SYNTAX_MOST_DEPTH)
                return diag_error(d, DIAG_DATA, &token->at,
                                  "brackets are nested more than %d deep",
                                  SYNTAX_MOST_DEPTH);
        }
        n_values += is_value(token);
        if (n_values > SYNTAX_MOST_VALUES)
            return diag_error(d, DIAG_DATA, &token->at, "there are more than %d values",
                              SYNTAX_MOST_VALUES);
    }
    return result;
}

/* A key in its group, to be sorted. */
struct key {
    size_t group; /* the token that opens it */
    size_t token;
    const char *name;
};

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    int order = strcmp(x->name, y->name);
    if (order != 0)
        return order;
    return x->token < y->token ? -1 : x->token > y->token;
}

static bool is_group(const struct token_row *row, size_t parent)
{
    return parent == TOKEN_NONE || mark_of(&row->tokens[parent]) == '{';
}

static bool is_key(const struct token_row *row, size_t i)
{
    const struct token *token = &row->tokens[i];
    return token->kind == TOKEN_NAME && row->tokens[i + 1].kind == TOKEN_EQUALS &&
           is_group(row, token->parent);
}

/* Sets `first` of the repeated ones among sorted keys. */
static int compare_neighbours(struct token_row *row, const struct key *keys,
                              size_t n_keys, struct diag *d)
{
    size_t first = 0, n_in_group = 0;
    for (size_t i = 0; i < n_keys; i++) {
        bool is_new_group = i == 0 || keys[i].group != keys[i - 1].group;
        n_in_group = is_new_group ? 1 : n_in_group + 1;
        if (n_in_group > SYNTAX_MOST_KEYS)
            return diag_error(d, DIAG_DATA, &row->tokens[keys[i].token].at,
                              "a group has more than %d keys", SYNTAX_MOST_KEYS);
        if (is_new_group || strcmp(keys[i].name, keys[first].name) != 0)
            first = i;
        else
            row->tokens[keys[i].token].first = keys[first].token;
    }
    return 0;
}

int syntax_check_keys(struct token_row *row, struct diag *d)
{
    struct key *keys = MEM_ARRAY(struct key, row->n_tokens);
    size_t n_keys = 0;
    for (size_t i = 0; i < row->n_tokens; i++)
        if (is_key(row, i))
            keys[n_keys++] = (struct key){row->tokens[i].parent, i, row->tokens[i].text};
    qsort(keys, n_keys, sizeof *keys, compare_keys);
    int result = compare_neighbours(row, keys, n_keys, d);
    mem_free(keys);
    struct text line;
    text_init(&line);
    size_t n_errors = 0;
    for (size_t i = 0; i < row->n_tokens && result == 0; i++) {
        const struct token *token = &row->tokens[i];
        if (token->first == TOKEN_NONE || n_errors++ >= MOST_ERRORS)
            continue;
        text_clear(&line);
        print_line_of(&row->tokens[token->first], token, &line);
        diag_error(d, DIAG_DATA, &token->at, "'%.*s' is set twice in this group",
                   LONGEST_QUOTE, token->text);
        diag_hint(d, "it is set in %s first", line.bytes);
    }
    text_release(&line);
    return result;
}

/* What is missing or too much around token `k`, in a group. */
static const char *hint_in_group(const struct token_row *row, size_t k)
{
    const struct token *token = &row->tokens[k], *before = k > 0 ? token - 1 : NULL;
    bool is_end_of_setting = token->kind == TOKEN_SEMICOLON ||
                             token->kind == TOKEN_COMMA || token->kind == TOKEN_CLOSE ||
                             token->kind == TOKEN_END;
    if (before && before->kind == TOKEN_EQUALS && token->kind == TOKEN_EQUALS)
        return "one '=' is enough";
    if (before && before->kind == TOKEN_EQUALS &&
        (is_end_of_setting || token->kind == TOKEN_NAME))
        return "a value is missing before it";
    if (before && before->kind == TOKEN_NAME)
        return is_end_of_setting ? "a '=' and a value are missing before it"
                                 : "a '=' is missing before it";
    if (token->kind == TOKEN_SEMICOLON || token->kind == TOKEN_COMMA)
        return "remove it: one ends a setting, and none stands after @include";
    if (token->kind == TOKEN_EQUALS && before && before->kind == TOKEN_NUMBER)
        return "a time of day or another text stands in quotes";
    if (token->kind == TOKEN_EQUALS)
        return "a key is missing before it";
    if (token->kind == TOKEN_BOOL && row->tokens[k + 1].kind == TOKEN_EQUALS)
        return "this word is a value and cannot be a key";
    if (token->kind == TOKEN_NUMBER && before && before->kind == TOKEN_COMMA)
        return "numbers are written without commas between the digits";
    return is_value(token) ? "a key and a '=' are missing before it" : NULL;
}

/* The same in a list or an array. */
static const char *hint_in_list(const struct token_row *row, size_t k, bool is_array)
{
    const struct token *token = &row->tokens[k], *before = token - 1;
    bool is_first = before->kind == TOKEN_OPEN || before->kind == TOKEN_COMMA;
    if (token->kind == TOKEN_SEMICOLON)
        return "the elements of a list are separated by ','";
    if (token->kind == TOKEN_EQUALS ||
        (token->kind == TOKEN_NAME && row->tokens[k + 1].kind == TOKEN_EQUALS))
        return "a group in a list stands in braces: { name = \"x\"; }";
    if (token->kind == TOKEN_COMMA)
        return "an element is missing before it";
    if (token->kind == TOKEN_CLOSE)
        return "remove the ',' before it";
    if (is_array && is_first && token->kind == TOKEN_OPEN)
        return "an array [ ] holds single values; a list ( ) holds anything";
    return is_value(token) ? "a ',' is missing before it" : NULL;
}

/* A bare word where a value is due is most often a text without its quotes. */
static bool is_bare_text(const struct token_row *row, size_t k)
{
    const struct token *token = &row->tokens[k];
    if (token->kind != TOKEN_NAME || k == 0 || row->tokens[k + 1].kind == TOKEN_EQUALS)
        return false;
    return token[-1].kind == TOKEN_EQUALS || !is_group(row, token->parent);
}

int syntax_unexpected(const struct token_row *row, size_t k, struct diag *d)
{
    const struct token *token = &row->tokens[k];
    if (token->kind == TOKEN_NUMBER && token->form == NUMBER_NONE)
        return -1; /* reported by the scanner: it may be no number but a text */
    bool is_long = token->length > LONGEST_QUOTE;
    int length = is_long ? LONGEST_QUOTE : (int)token->length;
    while (is_long && ((unsigned char)token->spelling[length] & 0xC0) == 0x80)
        length--; /* no half characters */
    if (token->kind == TOKEN_END)
        diag_error(d, DIAG_DATA, &token->at, "unexpected end");
    else if (token->kind == TOKEN_TEXT)
        diag_error(d, DIAG_DATA, &token->at, "unexpected %.*s%s", length, token->spelling,
                   is_long ? "..." : "");
    else
        diag_error(d, DIAG_DATA, &token->at, "unexpected '%.*s%s'", length,
                   token->spelling, is_long ? "..." : "");
    if (is_bare_text(row, k)) {
        diag_hint(d, "text stands in quotes: \"%.*s\"", length, token->spelling);
        return -1;
    }
    size_t parent = token->parent;
    const char *hint = is_group(row, parent)
                           ? hint_in_group(row, k)
                           : hint_in_list(row, k, mark_of(&row->tokens[parent]) == '[');
    if (hint)
        diag_hint(d, "%s", hint);
    return -1;
}

/* Whether libconfig holds two elements of an array for the same kind. */
static bool is_same_kind(const struct token *a, const struct token *b)
{
    static const int class_of[] = {[NUMBER_INT] = 1,
                                   [NUMBER_HEX] = 1,
                                   [NUMBER_LONG] = 2,
                                   [NUMBER_HEX_LONG] = 2,
                                   [NUMBER_FLOAT] = 3};
    if (a->kind != b->kind || a->is_bad || b->is_bad)
        return a->is_bad || b->is_bad;
    return a->kind != TOKEN_NUMBER || class_of[a->form] == class_of[b->form];
}

int syntax_mixed_array(const struct token_row *row, size_t k, struct diag *d)
{
    while (k > 0 &&
           !(row->tokens[k].kind == TOKEN_OPEN && mark_of(&row->tokens[k]) == '['))
        k--;
    const struct token *first = &row->tokens[k + 1], *token = first;
    while (token->kind == TOKEN_COMMA || (is_value(token) && is_same_kind(token, first)))
        token++;
    if (!is_value(token))
        return -1; /* a bad number is to blame, and reported */
    diag_error(d, DIAG_DATA, &token->at,
               "this element is of another kind than the first of its array");
    diag_hint(d, "a list ( ) may mix kinds, and integers with and without L");
    return -1;
}
