#include "scenario/node.h"

#include "base/check.h"
#include "scenario/literal.h"

#include <math.h>
#include <string.h>

enum { INDENT = 4, WIDEST_LINE = 90 };

struct node *node_new(struct arena *arena, enum node_kind kind, const char *key)
{
    struct node *node = ARENA_NEW(arena, struct node);
    node->kind = kind;
    node->key = key ? arena_string(arena, key) : NULL;
    return node;
}

void node_append(struct arena *arena, struct node *parent, struct node *child)
{
    CHECK(parent->kind == NODE_GROUP || parent->kind == NODE_LIST);
    CHECK((child->key != NULL) == (parent->kind == NODE_GROUP));
    if (parent->n_children == parent->capacity) {
        size_t capacity = parent->capacity ? 2 * parent->capacity : 4;
        struct node **children = ARENA_ARRAY(arena, struct node *, capacity);
        for (size_t i = 0; i < parent->n_children; i++)
            children[i] = parent->children[i];
        parent->children = children;
        parent->capacity = capacity;
    }
    parent->children[parent->n_children++] = child;
}

void node_remove(struct node *parent, const struct node *child)
{
    size_t i = 0;
    while (i < parent->n_children && parent->children[i] != child)
        i++;
    CHECK(i < parent->n_children);
    for (; i + 1 < parent->n_children; i++)
        parent->children[i] = parent->children[i + 1];
    parent->n_children--;
}

struct node *node_find(const struct node *group, const char *key)
{
    if (group->kind != NODE_GROUP)
        return NULL;
    for (size_t i = 0; i < group->n_children; i++)
        if (strcmp(group->children[i]->key, key) == 0)
            return group->children[i];
    return NULL;
}

/* The keys whose text is the identity, the first present counts. */
static const struct identity_rule {
    const char *list_key;
    const char *keys[6];
} identity_rules[] = {
    {"pools", {"name"}},
    {"organisation", {"name"}},
    {"groups", {"name"}},
    {"teams", {"name"}},
    {"projects", {"name"}},
    {"members", {"name"}},
    {"happenings", {"name"}},
    {"alternatives", {"name"}},
    {"named", {"name"}},
    {"exploration", {"pool"}},
    {"topics", {"name"}},
    {"with", {"topic"}},
    {"ratings", {"project", "team", "group", "kind", "topic"}},
};

static const struct identity_rule *rule_of(const char *list_key)
{
    for (size_t i = 0; list_key && i < sizeof identity_rules / sizeof *identity_rules;
         i++)
        if (strcmp(identity_rules[i].list_key, list_key) == 0)
            return &identity_rules[i];
    return NULL;
}

bool node_has_identities(const char *list_key)
{
    return rule_of(list_key) != NULL;
}

/* The child that holds the identity. */
static const struct node *identity_node(const char *list_key, const struct node *element)
{
    const struct identity_rule *rule = rule_of(list_key);
    for (size_t i = 0; rule && rule->keys[i]; i++) {
        const struct node *child = node_find(element, rule->keys[i]);
        if (child)
            return child->kind == NODE_TEXT ? child : NULL;
    }
    return NULL;
}

const char *node_identity(const char *list_key, const struct node *element)
{
    const struct node *child = identity_node(list_key, element);
    return child ? child->value.text : NULL;
}

struct node *node_element(const struct node *list, const char *identity)
{
    if (list->kind != NODE_LIST || !node_has_identities(list->key))
        return NULL;
    for (size_t i = 0; i < list->n_children; i++) {
        const char *other = node_identity(list->key, list->children[i]);
        if (other && strcmp(other, identity) == 0)
            return list->children[i];
    }
    return NULL;
}

struct node *node_counterpart(const struct node *list, const struct node *like)
{
    const struct node *wanted = identity_node(list->key, like);
    for (size_t i = 0; wanted && i < list->n_children; i++) {
        const struct node *other = identity_node(list->key, list->children[i]);
        if (other && strcmp(other->key, wanted->key) == 0 &&
            strcmp(other->value.text, wanted->value.text) == 0)
            return list->children[i];
    }
    return NULL;
}

struct node *node_copy(struct arena *arena, const struct node *node)
{
    struct node *copy = node_new(arena, node->kind, node->key);
    copy->at = node->at;
    copy->value_at = node->value_at;
    copy->value = node->value;
    if (node->kind == NODE_TEXT)
        copy->value.text = arena_string(arena, node->value.text);
    for (size_t i = 0; i < node->n_children; i++)
        node_append(arena, copy, node_copy(arena, node->children[i]));
    return copy;
}

static bool equal_strings(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool equal_values(const struct node *a, const struct node *b)
{
    switch (a->kind) {
    case NODE_TEXT:
        return equal_strings(a->value.text, b->value.text);
    case NODE_INT:
        return a->value.integer == b->value.integer;
    case NODE_FLOAT:
        return a->value.number == b->value.number &&
               signbit(a->value.number) == signbit(b->value.number);
    case NODE_BOOL:
        return a->value.truth == b->value.truth;
    case NODE_GROUP:
    case NODE_LIST:
        break;
    }
    return true;
}

bool node_equal(const struct node *a, const struct node *b)
{
    if (a->kind != b->kind || !equal_strings(a->key, b->key) || !equal_values(a, b) ||
        a->n_children != b->n_children)
        return false;
    for (size_t i = 0; i < a->n_children; i++)
        if (!node_equal(a->children[i], b->children[i]))
            return false;
    return true;
}

const char *node_kind_name(enum node_kind kind)
{
    static const char *const names[] = {
        [NODE_GROUP] = "a group",  [NODE_LIST] = "a list",
        [NODE_TEXT] = "a text",    [NODE_INT] = "an integer",
        [NODE_FLOAT] = "a number", [NODE_BOOL] = "true or false",
    };
    return names[kind];
}

static bool is_scalar(const struct node *node)
{
    return node->kind != NODE_GROUP && node->kind != NODE_LIST;
}

static void print_scalar(const struct node *node, struct text *out)
{
    switch (node->kind) {
    case NODE_TEXT:
        literal_print_text(out, node->value.text);
        break;
    case NODE_INT:
        literal_print_integer(out, node->value.integer);
        break;
    case NODE_FLOAT:
        literal_print_number(out, node->value.number);
        break;
    default:
        text_append(out, node->value.truth ? "true" : "false");
        break;
    }
}

/* { a = 1; b = 2; } or ( 1, 2 ), all children being scalars. */
static void print_inline(const struct node *node, struct text *out)
{
    bool is_group = node->kind == NODE_GROUP;
    text_append(out, is_group ? "{ " : "( ");
    for (size_t i = 0; i < node->n_children; i++) {
        const struct node *child = node->children[i];
        if (is_group)
            text_printf(out, "%s = ", child->key);
        print_scalar(child, out);
        if (is_group)
            text_append(out, "; ");
        else
            text_append(out, i + 1 < node->n_children ? ", " : " ");
    }
    text_append(out, is_group ? "}" : ")");
}

/* Prints a short node of scalars at the end of the line that begins at `line`; false, and
 * nothing printed, if it is neither short nor of scalars. */
static bool try_inline(const struct node *node, size_t line, struct text *out)
{
    for (size_t i = 0; i < node->n_children; i++)
        if (!is_scalar(node->children[i]))
            return false;
    size_t before = out->length;
    print_inline(node, out);
    if (text_width(out->bytes + line) + 1 <= WIDEST_LINE)
        return true;
    out->length = before;
    out->bytes[before] = '\0';
    return false;
}

static void print_children(const struct node *node, int depth, struct text *out);

/* The value behind "key = " on the line that begins at `line`. */
static void print_value(const struct node *node, int depth, size_t line, struct text *out)
{
    if (is_scalar(node)) {
        print_scalar(node, out);
        return;
    }
    if (try_inline(node, line, out))
        return;
    bool is_group = node->kind == NODE_GROUP;
    text_append(out, is_group ? "{\n" : "(\n");
    print_children(node, depth + 1, out);
    text_printf(out, "%*s%s", INDENT * depth, "", is_group ? "}" : ")");
}

static void print_children(const struct node *node, int depth, struct text *out)
{
    bool is_group = node->kind == NODE_GROUP;
    for (size_t i = 0; i < node->n_children; i++) {
        const struct node *child = node->children[i];
        size_t line = out->length;
        text_printf(out, "%*s", INDENT * depth, "");
        if (is_group)
            text_printf(out, "%s = ", child->key);
        print_value(child, depth, line, out);
        if (is_group)
            text_append(out, ";\n");
        else
            text_append(out, i + 1 < node->n_children ? ",\n" : "\n");
    }
}

void node_print(const struct node *root, struct text *out)
{
    CHECK(root->kind == NODE_GROUP);
    print_children(root, 0, out);
}
