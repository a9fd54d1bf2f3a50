#include "scenario/alternatives.h"

#include "scenario/loading.h"
#include "scenario/overlay.h"
#include "scenario/sections.h"
#include "scenario/setting_words.h"

#include "base/text.h"

#include <string.h>

/* ---- before anything is laid over ---- */

/* The group at a key, made where it is left out; NULL if something else is there. */
static struct node *group_at(struct arena *arena, struct node *parent, const char *key)
{
    struct node *node = parent ? node_find(parent, key) : NULL;
    if (parent && !node)
        node_append(arena, parent, node = node_new(arena, NODE_GROUP, key));
    return node && node->kind == NODE_GROUP ? node : NULL;
}

/* Weights that are left out as a whole stand for priority alone. Without this an
 * alternative that adds a weight would take priority's away. */
static void write_weights(struct arena *arena, struct node *tree)
{
    struct node *rule = group_at(arena, tree, "rule");
    struct node *score = group_at(arena, rule, "score");
    if (!score || node_find(score, "weights"))
        return;
    struct node *weight = node_new(arena, NODE_FLOAT, score_priority.name);
    weight->value.number = 1;
    node_append(arena, group_at(arena, score, "weights"), weight);
}

/* The name of the only pool of a tree, NULL if there are several or none. */
static const char *only_pool(const struct node *tree)
{
    const struct node *pools = node_find(tree, "pools");
    if (!pools || pools->kind != NODE_LIST || pools->n_children != 1)
        return NULL;
    return node_identity("pools", pools->children[0]);
}

/* Writes the pool into explorations that leave it out; calls itself for all below. */
static void write_pool(struct arena *arena, struct node *node, const char *pool)
{
    bool is_list =
        node->kind == NODE_LIST && node->key && strcmp(node->key, "exploration") == 0;
    for (size_t i = 0; i < node->n_children; i++) {
        struct node *child = node->children[i];
        if (is_list && child->kind == NODE_GROUP && !node_find(child, "pool")) {
            struct node *name = node_new(arena, NODE_TEXT, "pool");
            name->value.text = pool;
            name->at = name->value_at = child->at;
            node_append(arena, child, name);
        }
        write_pool(arena, child, pool);
    }
}

void alternative_prepare(struct arena *arena, struct node *tree)
{
    const char *pool = only_pool(tree);
    if (pool)
        write_pool(arena, tree, pool);
    write_weights(arena, tree);
}

/* ---- one alternative ---- */

static int report_unknown(struct arena *arena, const struct node *list, const char *name,
                          struct diag *d)
{
    const char **names = ARENA_ARRAY(arena, const char *, list ? list->n_children : 0);
    size_t n = 0;
    for (size_t i = 0; list && i < list->n_children; i++) {
        const char *other = node_identity("alternatives", list->children[i]);
        if (other)
            names[n++] = other;
    }
    diag_error(d, DIAG_USAGE, NULL, "no alternative '%s'", name);
    const char *nearest = text_suggest(name, names, n);
    if (nearest)
        diag_hint(d, "did you mean '%s'?", nearest);
    else
        diag_hint(d, "the scenario has %s",
                  n > 0 ? words_list(arena, names, n, "and") : "none");
    return -1;
}

int alternative_lay(struct arena *arena, struct node *tree, const char *name,
                    struct diag *d)
{
    struct node *list = node_find(tree, "alternatives");
    const struct node *found = list ? node_element(list, name) : NULL;
    if (!found)
        return report_unknown(arena, list, name, d);
    struct node *overlay = node_copy(arena, found);
    overlay->key = NULL;
    node_remove(overlay, node_find(overlay, "name"));
    struct node *inner = node_find(overlay, "alternatives");
    if (inner)
        return diag_error(d, DIAG_DATA, &inner->at, "an alternative has none of its own");
    node_remove(tree, list);
    return node_overlay(arena, tree, overlay, d);
}

static bool is_same(const struct diag_message *a, const struct diag_message *b)
{
    const char *file_a = a->at.file ? a->at.file : "", *file_b = b->at.file;
    return a->at.line == b->at.line && a->at.column == b->at.column &&
           strcmp(file_a, file_b ? file_b : "") == 0 &&
           strcmp(a->message, b->message) == 0;
}

void alternative_report(const char *name, const struct diag *messages, struct diag *d)
{
    size_t n_before = d->n_messages;
    for (size_t i = 0; i < messages->n_messages; i++) {
        const struct diag_message *m = &messages->messages[i];
        bool is_known = false;
        for (size_t k = 0; k < n_before && !is_known; k++)
            is_known = is_same(m, &d->messages[k]);
        if (is_known)
            continue;
        if (m->cause == DIAG_WARNING)
            diag_warning(d, &m->at, "alternative '%s': %s", name, m->message);
        else
            diag_error(d, m->cause, &m->at, "alternative '%s': %s", name, m->message);
        if (m->hint)
            diag_hint(d, "%s", m->hint);
    }
}

/* ---- their names ---- */

void read_alternatives(struct loading *l, struct form *top)
{
    struct name_list names = {.sort = "alternative"};
    struct node *list = form_list(top, "alternatives");
    for (size_t i = 0; list && i < list->n_children; i++) {
        struct form f;
        const char *name = NULL;
        struct node *node = list->children[i];
        form_open(&f, &l->reader, node, reader_who(&l->reader, "alternative", node, i));
        form_read(&f, &alternative_settings, &name);
        loading_add_name(l, &names, name, (int)i, node);
        /* The rest is read when it is laid over. */
        for (size_t k = 0; k < f.group->n_children; k++)
            f.group->children[k]->is_read = true;
        form_close(&f);
    }
    loading_check_names(l, &names);
    l->s->alternatives = names.names;
    l->s->n_alternatives = names.n_names;
}
