#include "scenario/overlay.h"

#include "scenario/node_path.h"

#include <string.h>

struct merge {
    struct arena *arena;
    struct node *root;
    struct diag *d;
    int result;
};

/* Whether a list is of groups, by a key whose elements can have identities. */
static bool is_mergeable(const struct node *list)
{
    if (list->kind != NODE_LIST || !node_has_identities(list->key))
        return false;
    for (size_t i = 0; i < list->n_children; i++)
        if (list->children[i]->kind != NODE_GROUP)
            return false;
    return true;
}

/* Whether an element says `enabled = false`; a wrong type is reported to *result. */
static bool is_switched_off(const struct node *element, struct diag *d, int *result)
{
    const struct node *enabled = node_find(element, "enabled");
    if (!enabled)
        return false;
    if (enabled->kind == NODE_BOOL)
        return !enabled->value.truth;
    *result = diag_error(d, DIAG_DATA, &enabled->value_at,
                         "'enabled' must be true or false, not %s",
                         node_kind_name(enabled->kind));
    return false;
}

static struct node *new_like(struct merge *m, const struct node *node)
{
    struct node *copy = node_new(m->arena, node->kind, node->key);
    copy->at = node->at;
    copy->value_at = node->value_at;
    return copy;
}

static void put(struct merge *m, struct node *group, struct node *child)
{
    for (size_t i = 0; i < group->n_children; i++) {
        if (strcmp(group->children[i]->key, child->key) == 0) {
            group->children[i] = child;
            return;
        }
    }
    node_append(m->arena, group, child);
}

static void merge_group(struct merge *m, struct node *base, const struct node *overlay);

static void remove_element(struct merge *m, struct node *list, const struct node *element)
{
    const char *identity = node_identity(list->key, element);
    struct node *target = node_counterpart(list, element);
    if (target) {
        node_remove(list, target);
    } else if (identity) {
        m->result =
            diag_error(m->d, DIAG_DATA, &element->at,
                       "'%s' cannot be removed: it is not in %s", identity, list->key);
        node_hint_identity(list, identity, m->d);
    } else {
        m->result = diag_error(m->d, DIAG_DATA, &element->at,
                               "what is to be removed from %s needs a name", list->key);
    }
}

static void append_new(struct merge *m, struct node *list, const struct node *element)
{
    struct node *target = new_like(m, element);
    node_append(m->arena, list, target);
    merge_group(m, target, element);
}

static void merge_list(struct merge *m, struct node *list, const struct node *overlay)
{
    for (size_t i = 0; i < overlay->n_children; i++) {
        const struct node *element = overlay->children[i];
        if (is_switched_off(element, m->d, &m->result)) {
            remove_element(m, list, element);
            continue;
        }
        struct node *target = node_counterpart(list, element);
        if (target)
            merge_group(m, target, element);
        else
            append_new(m, list, element);
    }
}

/* The elements of a top-level list `teams` or `groups`, wherever they stand in the base.
 */
static void merge_anywhere(struct merge *m, const struct node *overlay)
{
    for (size_t i = 0; i < overlay->n_children; i++) {
        const struct node *element = overlay->children[i];
        const char *name = node_identity(overlay->key, element);
        struct node *list = NULL;
        struct node *target =
            name ? organisation_find(m->root, overlay->key, name, &list) : NULL;
        if (!name)
            m->result = diag_error(m->d, DIAG_DATA, &element->at,
                                   "an element of %s needs a name here", overlay->key);
        else if (!target && node_find(m->root, overlay->key) &&
                 !is_switched_off(element, m->d, &m->result))
            append_new(m, node_find(m->root, overlay->key), element);
        else if (!target)
            m->result = organisation_unknown(m->root, overlay->key, name,
                                             &node_find(element, "name")->value_at, m->d);
        else if (is_switched_off(element, m->d, &m->result))
            node_remove(list, target);
        else
            merge_group(m, target, element);
    }
}

static void merge_setting(struct merge *m, struct node *base, const struct node *setting)
{
    struct node *old = node_find(base, setting->key);
    if (setting->kind == NODE_GROUP) {
        if (!old || old->kind != NODE_GROUP)
            put(m, base, old = new_like(m, setting));
        merge_group(m, old, setting);
    } else if (setting->n_children > 0 && is_mergeable(setting)) {
        if (!old || !is_mergeable(old))
            put(m, base, old = new_like(m, setting));
        merge_list(m, old, setting);
    } else {
        put(m, base, node_copy(m->arena, setting));
    }
}

static void merge_group(struct merge *m, struct node *base, const struct node *overlay)
{
    for (size_t i = 0; i < overlay->n_children; i++) {
        const struct node *setting = overlay->children[i];
        bool is_anywhere =
            base == m->root && is_mergeable(setting) &&
            (strcmp(setting->key, "teams") == 0 || strcmp(setting->key, "groups") == 0);
        if (is_anywhere)
            merge_anywhere(m, setting);
        else
            merge_setting(m, base, setting);
    }
}

int node_overlay(struct arena *arena, struct node *base, const struct node *overlay,
                 struct diag *d)
{
    struct merge m = {.arena = arena, .root = base, .d = d};
    merge_group(&m, base, overlay);
    return m.result;
}

static void prune_list(struct node *list, struct diag *d, int *result)
{
    size_t n_kept = 0;
    for (size_t i = 0; i < list->n_children; i++) {
        struct node *element = list->children[i];
        int own_result = 0;
        if (is_switched_off(element, d, &own_result))
            continue;
        if (own_result != 0)
            *result = own_result;
        else if (node_find(element, "enabled"))
            node_remove(element, node_find(element, "enabled"));
        list->children[n_kept++] = element;
    }
    list->n_children = n_kept;
}

int node_prune(struct node *root, struct diag *d)
{
    int result = 0;
    if (root->kind == NODE_LIST && node_has_identities(root->key))
        prune_list(root, d, &result);
    if (root->key && strcmp(root->key, "alternatives") == 0)
        return result;
    for (size_t i = 0; i < root->n_children; i++)
        if (node_prune(root->children[i], d) != 0)
            result = -1;
    return result;
}
