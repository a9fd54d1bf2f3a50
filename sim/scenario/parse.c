#include "scenario/parse.h"

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"
#include "scenario/literal.h"
#include "scenario/scan.h"
#include "scenario/syntax.h"

#include <libconfig.h>

#include <math.h>
#include <string.h>

/* More mistakes of syntax than this are not looked for: each costs a parse. */
enum { LIBCONFIG_BYTES_A_BYTE = 64 };
enum { MOST_SYNTAX_ERRORS = 20 };

/* One token a line, so that libconfig's line n is token n - 1. Bad numbers, which are
 * reported already, become good ones, and repeated keys get a name of their own. */
static void spell_token(const struct token *token, size_t i, struct text *out)
{
    static const char *const stand_in[] = {
        [NUMBER_NONE] = "0", [NUMBER_INT] = "0",       [NUMBER_LONG] = "0L",
        [NUMBER_HEX] = "0",  [NUMBER_HEX_LONG] = "0L", [NUMBER_FLOAT] = "0.0"};
    if (token->kind == TOKEN_TEXT)
        literal_print_text(out, token->text);
    else if (token->kind == TOKEN_NUMBER && token->is_bad)
        text_append(out, stand_in[token->form]);
    else if (token->first != TOKEN_NONE)
        text_printf(out, "%s*%zu", token->text, i);
    else
        text_append_bytes(out, token->spelling, token->length);
}

static void spell_row(const struct token_row *row, const bool *is_dropped,
                      struct text *out)
{
    text_clear(out);
    for (size_t i = 0; i < row->n_tokens; i++) {
        if (!is_dropped[i])
            spell_token(&row->tokens[i], i, out);
        text_append(out, "\n");
    }
}

static bool is_separator(const struct token *token)
{
    return token->parent == TOKEN_NONE &&
           (token->kind == TOKEN_SEMICOLON || token->kind == TOKEN_COMMA);
}

/* Drops the top-level settings around token k, so that the rest can be judged. False if
 * nothing was left to drop. */
static bool drop_around(const struct token_row *row, size_t k, bool *is_dropped)
{
    size_t first = k, last = k;
    while (first > 0 && !is_separator(&row->tokens[first - 1]))
        first--;
    while (last + 1 < row->n_tokens && !is_separator(&row->tokens[last]))
        last++;
    bool is_changed = false;
    for (size_t i = first; i <= last; i++) {
        is_changed |= !is_dropped[i] && row->tokens[i].kind != TOKEN_END;
        is_dropped[i] = true;
    }
    return is_changed;
}

/* Reports what libconfig refused; the index of the token. */
static size_t report_refusal(const struct token_row *row, const config_t *config,
                             struct diag *d)
{
    CHECK(config_error_line(config) >= 1);
    size_t k = (size_t)config_error_line(config) - 1;
    if (k >= row->n_tokens)
        k = row->n_tokens - 1;
    const char *reason = config_error_text(config);
    if (reason && strstr(reason, "mismatched element"))
        syntax_mixed_array(row, k, d);
    else
        syntax_unexpected(row, k, d);
    return k;
}

/* Has libconfig read the row; every refusal is reported. */
static int read_row(const struct token_row *row, config_t *config, struct diag *d)
{
    bool *is_dropped = MEM_ARRAY(bool, row->n_tokens);
    struct text text;
    text_init(&text);
    int result = 0;
    /* libconfig 1.5 does not look whether it got memory: if there is none, say so here.
     */
    spell_row(row, is_dropped, &text);
    mem_free(mem_new(text.length + 1024, LIBCONFIG_BYTES_A_BYTE));
    for (int n_errors = 0; n_errors < MOST_SYNTAX_ERRORS; n_errors++) {
        spell_row(row, is_dropped, &text);
        config_destroy(config);
        config_init(config);
        if (config_read_string(config, text.bytes))
            break;
        result = -1;
        size_t k = report_refusal(row, config, d);
        if (!drop_around(row, k, is_dropped))
            break;
    }
    text_release(&text);
    mem_free(is_dropped);
    return result;
}

struct builder {
    struct arena *arena;
    const struct token_row *row;
    size_t next; /* token */
    struct diag *d;
    int result;
};

static const struct token *take(struct builder *b, enum token_kind kind)
{
    const struct token *token = &b->row->tokens[b->next++];
    CHECK(token->kind == kind);
    return token;
}

static bool is_next(const struct builder *b, enum token_kind kind)
{
    return b->row->tokens[b->next].kind == kind;
}

static struct node *build_value(struct builder *b, config_setting_t *setting,
                                const char *key);

/* The settings of a group up to its end, which is not taken. */
static void build_settings(struct builder *b, config_setting_t *setting,
                           struct node *group)
{
    unsigned n = (unsigned)config_setting_length(setting);
    for (unsigned i = 0; i < n; i++) {
        config_setting_t *member = config_setting_get_elem(setting, i);
        const struct token *name = take(b, TOKEN_NAME);
        CHECK(strcmp(name->text, config_setting_name(member)) == 0);
        take(b, TOKEN_EQUALS);
        struct node *child = build_value(b, member, name->text);
        child->at = name->at;
        node_append(b->arena, group, child);
        if (is_next(b, TOKEN_SEMICOLON) || is_next(b, TOKEN_COMMA))
            b->next++;
    }
}

/* libconfig 1.7 takes ( 1,, 2, ) where 1.5 does not; a file is to be good for both. */
static void refuse_commas(struct builder *b)
{
    for (; is_next(b, TOKEN_COMMA); b->next++)
        b->result = syntax_unexpected(b->row, b->next, b->d);
}

static void build_elements(struct builder *b, config_setting_t *setting,
                           struct node *list)
{
    unsigned n = (unsigned)config_setting_length(setting);
    for (unsigned i = 0; i < n; i++) {
        if (i > 0)
            take(b, TOKEN_COMMA);
        refuse_commas(b);
        config_setting_t *element = config_setting_get_elem(setting, i);
        node_append(b->arena, list, build_value(b, element, NULL));
    }
    if (is_next(b, TOKEN_COMMA)) {
        b->next++;
        refuse_commas(b);
        b->result = syntax_unexpected(b->row, b->next, b->d);
    }
}

static void build_scalar(struct builder *b, config_setting_t *setting, struct node *node)
{
    const struct token *token = &b->row->tokens[b->next++];
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        CHECK(token->kind == TOKEN_NUMBER && token->form != NUMBER_FLOAT);
        node->kind = NODE_INT;
        node->value.integer = config_setting_get_int64(setting);
        break;
    case CONFIG_TYPE_FLOAT:
        CHECK(token->kind == TOKEN_NUMBER && token->form == NUMBER_FLOAT);
        node->kind = NODE_FLOAT;
        node->value.number = config_setting_get_float(setting);
        CHECK(isfinite(node->value.number));
        break;
    case CONFIG_TYPE_BOOL:
        CHECK(token->kind == TOKEN_BOOL);
        node->kind = NODE_BOOL;
        node->value.truth = config_setting_get_bool(setting) == CONFIG_TRUE;
        break;
    default:
        CHECK(config_setting_type(setting) == CONFIG_TYPE_STRING);
        CHECK(token->kind == TOKEN_TEXT);
        node->kind = NODE_TEXT;
        node->value.text = arena_string(b->arena, config_setting_get_string(setting));
        while (is_next(b, TOKEN_TEXT))
            b->next++; /* adjacent strings are one */
        break;
    }
}

static struct node *build_value(struct builder *b, config_setting_t *setting,
                                const char *key)
{
    struct node *node = node_new(b->arena, NODE_GROUP, key);
    node->at = node->value_at = b->row->tokens[b->next].at;
    if (config_setting_is_scalar(setting)) {
        build_scalar(b, setting, node);
        return node;
    }
    take(b, TOKEN_OPEN);
    if (config_setting_is_group(setting)) {
        build_settings(b, setting, node);
    } else {
        node->kind = NODE_LIST;
        build_elements(b, setting, node);
    }
    take(b, TOKEN_CLOSE);
    return node;
}

/* From checked tokens to a tree. `result` is that of the checks before: with mistakes
 * there the syntax is judged all the same, but no tree is built. */
static int build_tree(struct arena *arena, struct token_row *row, int result,
                      struct node **root, struct diag *d)
{
    if (row->is_broken || syntax_check_brackets(row, d) != 0)
        return -1;
    size_t n_errors = diag_n_errors(d);
    if (syntax_check_keys(row, d) != 0)
        return -1;
    config_t config;
    config_init(&config);
    if (read_row(row, &config, d) != 0 || diag_n_errors(d) > n_errors)
        result = -1;
    if (result == 0) {
        struct builder b = {.arena = arena, .row = row, .d = d};
        struct node *tree = node_new(arena, NODE_GROUP, NULL);
        build_settings(&b, config_root_setting(&config), tree);
        take(&b, TOKEN_END);
        result = b.result;
        *root = result == 0 ? tree : *root;
    }
    config_destroy(&config);
    return result;
}

int scenario_parse(struct arena *arena, const char *path,
                   const struct parse_options *options, struct source_list *sources,
                   struct node **root, struct diag *d)
{
    struct source_reader reader = {.arena = arena, .options = options, .list = sources};
    const struct source *source = NULL;
    *sources = (struct source_list){0};
    if (source_read_main(&reader, path, &source, d) != 0)
        return -1;
    struct token_row row = {0};
    int result = scan_source(&reader, source, 0, &row, d);
    struct place at = {.file = source->path};
    if (result == 0 && row.n_tokens == 1) {
        result = diag_error(d, DIAG_DATA, &at, "is empty");
        diag_hint(d, "'allot init' writes a scenario to start from");
    } else {
        result = build_tree(arena, &row, result, root, d);
    }
    token_row_release(&row);
    if (result == 0)
        (*root)->at = (*root)->value_at = at;
    return result;
}

int parse_value(struct arena *arena, const struct source *source, size_t offset,
                struct node **value, struct diag *d)
{
    struct source_reader reader = {.arena = arena};
    /* libconfig reads settings, no bare values: two tokens make one of it. */
    struct token key[2] = {
        {TOKEN_NAME, .spelling = "value", .length = 5, .text = "value"},
        {TOKEN_EQUALS, .spelling = "=", .length = 1}};
    struct token_row row = {0};
    for (int i = 0; i < 2; i++) {
        key[i].at.file = source->path;
        key[i].parent = key[i].first = TOKEN_NONE;
        ARRAY_PUSH(row.tokens, row.n_tokens, row.capacity) = key[i];
    }
    int result = scan_source(&reader, source, offset, &row, d);
    struct node *root = NULL;
    result = build_tree(arena, &row, result, &root, d);
    token_row_release(&row);
    if (result == 0 && root->n_children != 1)
        result = diag_error(d, DIAG_DATA, &root->children[1]->at,
                            "there is more than one value");
    if (result != 0)
        return -1;
    *value = root->children[0];
    (*value)->key = NULL;
    (*value)->at = (*value)->value_at;
    return 0;
}
