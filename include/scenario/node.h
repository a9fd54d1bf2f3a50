/* node.h - a scenario as a tree of nodes, each with the place where it was written.
 *
 * The tree is what libconfig means, without libconfig: a group holds named children in
 * the order of the file, a list holds children without names, arrays are lists. Nodes
 * live in an arena and are never freed one by one. The root is a group without a key.
 *
 * Elements of some lists have an identity, by which overlays and paths address them:
 * - pools, organisation, groups, teams, projects, members, happenings, alternatives: the
 *   text of `name`;
 * - exploration: the text of `pool`;
 * - ratings: the text of the first present of project, team, group, kind, topic.
 * Elements of all other lists (stages, marks, deliveries ...) have none. */
#ifndef ALLOT_SCENARIO_NODE_H
#define ALLOT_SCENARIO_NODE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind { NODE_GROUP, NODE_LIST, NODE_TEXT, NODE_INT, NODE_FLOAT, NODE_BOOL };

struct node {
    enum node_kind kind;
    const char *key;       /* NULL for elements of a list and the root */
    struct place at;       /* of the key; of the value for list elements */
    struct place value_at; /* of the value */
    union {
        int64_t integer;
        double number;
        bool truth;
        const char *text;
    } value;
    struct node **children;
    size_t n_children;
    size_t capacity;
    bool is_read; /* set by the reader of settings: what stays false is an unknown key */
};

/* A node without a place and without children; the key is copied. */
struct node *node_new(struct arena *arena, enum node_kind kind, const char *key);
void node_append(struct arena *arena, struct node *parent, struct node *child);

/* Takes `child` out of its parent; it must be there. */
void node_remove(struct node *parent, const struct node *child);

/* The child of a group with that key, NULL if absent. O(children), as all finds here. */
struct node *node_find(const struct node *group, const char *key);

/* Whether elements of lists with that key have identities; the key may be NULL. */
bool node_has_identities(const char *list_key);

/* The identity of an element of the list with that key, NULL if it has none. */
const char *node_identity(const char *list_key, const struct node *element);

/* The element with that identity, NULL if absent. */
struct node *node_element(const struct node *list, const char *identity);

/* The element that means the same as `like`, an element of a list with the same key: the
 * same identity and, in ratings, of the same sort. NULL if absent or without identity. */
struct node *node_counterpart(const struct node *list, const struct node *like);

/* A deep copy with all places; nothing of it is read yet. */
struct node *node_copy(struct arena *arena, const struct node *node);

/* Equal kinds, keys, values and children in the same order; places do not count. */
bool node_equal(const struct node *a, const struct node *b);

/* "a group", "a list", "a text", "an integer", "a number", "true or false". */
const char *node_kind_name(enum node_kind kind);

/* Appends the children of a group as libconfig text that reads back to an equal tree. */
void node_print(const struct node *root, struct text *out);

#endif
