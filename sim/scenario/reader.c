/* What the tree lacks is added to it at the same place where the struct gets its default,
 * so that the two cannot differ. */
#include "scenario/reader.h"

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"
#include "scenario/setting_value.h"
#include "scenario/setting_words.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void reader_release(struct reader *r)
{
    mem_free(r->planned);
    r->planned = NULL;
    r->n_planned = r->capacity = 0;
}

static int verror(struct reader *r, const char *who, const struct place *at,
                  const char *format, va_list arguments)
{
    const char *text = arena_vprintf(r->arena, format, arguments);
    return diag_error(r->d, DIAG_DATA, at, "%s%s%s", who, *who ? ": " : "", text);
}

int reader_error(struct reader *r, const char *who, const struct place *at,
                 const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    verror(r, who, at, format, arguments);
    va_end(arguments);
    return -1;
}

int form_error(struct form *f, const struct place *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    verror(f->reader, f->who, at, format, arguments);
    va_end(arguments);
    f->is_bad = true;
    return -1;
}

void reader_hint(struct reader *r, const char *word, const char *const *names, size_t n)
{
    const char *nearest = text_suggest(word, names, n);
    if (nearest)
        diag_hint(r->d, "did you mean '%s'?", nearest);
}

const char *reader_who(struct reader *r, const char *sort, const struct node *element,
                       size_t i)
{
    const struct node *name = node_find(element, "name");
    if (name && name->kind == NODE_TEXT && *name->value.text &&
        strlen(name->value.text) <= LONGEST_NAME)
        return arena_printf(r->arena, "%s '%s'", sort, name->value.text);
    return arena_printf(r->arena, "%s %zu", sort, i + 1);
}

void reader_plan(struct reader *r, struct planned planned)
{
    ARRAY_PUSH(r->planned, r->n_planned, r->capacity) = planned;
}

int reader_number(struct reader *r, const char *who, const char *label,
                  const struct setting *setting, struct node *node, double *number)
{
    struct setting_value value = {0};
    CHECK(setting->type != SETTING_TEXT);
    if (setting_value_read(r, who, label, setting, node, &value) != 0)
        return -1;
    *number = value.number;
    return 0;
}

/* ---- forms ---- */

void form_open(struct form *f, struct reader *r, struct node *group, const char *who)
{
    f->reader = r;
    f->who = who;
    f->group = group;
    f->target = (struct set_target){.index = -1, .inner = -1};
    f->is_void = f->is_bad = !group || group->kind != NODE_GROUP;
    f->n_keys = f->n_missing = 0;
    if (group && group->kind != NODE_GROUP)
        diag_error(r->d, DIAG_DATA, &group->value_at, "%s is %s, must be a group { ... }",
                   who, node_words(r->arena, group));
    if (f->is_void)
        f->group = node_new(r->arena, NODE_GROUP, NULL);
}

const struct place *form_place(const struct form *f, const char *key)
{
    const struct node *node = node_find(f->group, key);
    return node && node->value_at.file ? &node->value_at : &f->group->at;
}

struct node *form_node(struct form *f, const char *key)
{
    CHECK(f->n_keys < FORM_MOST_KEYS);
    f->keys[f->n_keys++] = key;
    struct node *node = node_find(f->group, key);
    if (node)
        node->is_read = true;
    return node;
}

struct node *form_list(struct form *f, const char *key)
{
    struct node *node = form_node(f, key);
    if (!node || node->kind == NODE_LIST)
        return node;
    form_error(f, &node->value_at, "%s is %s, must be a list ( ... )", key,
               node_words(f->reader->arena, node));
    return NULL;
}

struct node *form_group(struct form *f, const char *key)
{
    struct node *node = form_node(f, key);
    if (!node) {
        node = node_new(f->reader->arena, NODE_GROUP, key);
        node->is_read = true;
        node_append(f->reader->arena, f->group, node);
        return f->is_void ? NULL : node;
    }
    if (node->kind == NODE_GROUP)
        return node;
    form_error(f, &node->value_at, "%s is %s, must be a group { ... }", key,
               node_words(f->reader->arena, node));
    return NULL;
}

/* ---- values by date ---- */

static const struct setting from_setting = {
    "from",
    SETTING_DATE,
    SETTING_OPTIONAL,
    0,
    .unit = "",
    .help = "the day from which the value holds; left out: from the start"};

void form_dated_value(struct form *f, const struct setting *setting,
                      struct dated_value *dated)
{
    *dated = (struct dated_value){.at_s = NAN, .number = NAN};
    form_setting(f, &from_setting, &dated->at_s);
    dated->from = node_find(f->group, "from");
    dated->value = form_node(f, "value");
    if (!dated->value)
        form_missing(f, "value", NULL);
    if (dated->value && reader_number(f->reader, f->who, "value", setting, dated->value,
                                      &dated->number) != 0)
        f->is_bad = true;
    if (!dated->from)
        dated->at_s = -INFINITY;
}

static void plan_value(struct form *f, const struct setting *setting,
                       const struct form *element, const struct dated_value *dated)
{
    struct planned planned = {.happening = {.kind = HAPPENING_SET,
                                            .at_s = dated->at_s,
                                            .pool = -1,
                                            .project = -1,
                                            .team = -1,
                                            .value = dated->number,
                                            .target = f->target},
                              .who = element->who,
                              .date = dated->from,
                              .node = element->group,
                              .value = dated->value};
    struct set_target *target = &planned.happening.target;
    CHECK(target->path);
    target->path = arena_printf(f->reader->arena, "%s.%s", target->path, setting->key);
    target->setting = target->home == HOME_WEIGHT ? NULL : setting;
    reader_plan(f->reader, planned);
}

/* Puts { value = default; } in front. */
static void prepend_default(struct reader *r, const struct setting *setting,
                            struct node *list)
{
    struct node *value = setting_value_default(r->arena, setting, "value");
    if (!value)
        return;
    struct node *element = node_new(r->arena, NODE_GROUP, NULL);
    node_append(r->arena, element, value);
    node_append(r->arena, list, element);
    for (size_t i = list->n_children - 1; i > 0; i--)
        list->children[i] = list->children[i - 1];
    list->children[0] = element;
}

/* Checks that dates ascend; `last` is the date of the value before. */
static void check_order(struct form *element, size_t i, const struct dated_value *dated,
                        double last)
{
    if (element->is_bad || i == 0)
        return;
    if (!dated->from)
        form_missing(element, "from", "only the first value may be without it");
    else if (dated->at_s <= last)
        form_error(element, &dated->from->value_at,
                   "from is %s, must be later than that of the value before",
                   dated->from->value.text);
}

static void read_dated(struct form *f, const struct setting *setting, struct node *list,
                       void *values)
{
    struct reader *r = f->reader;
    double last = -INFINITY;
    bool has_start_value = false;
    if (list->n_children == 0)
        form_error(f, &list->value_at, "%s is an empty list", setting->key);
    for (size_t i = 0; i < list->n_children; i++) {
        struct form element;
        struct dated_value dated;
        form_open(
            &element, r, list->children[i],
            arena_printf(r->arena, "%s, value %zu of %s", f->who, i + 1, setting->key));
        form_dated_value(&element, setting, &dated);
        check_order(&element, i, &dated, last);
        form_close(&element);
        f->is_bad |= element.is_bad;
        last = isnan(dated.at_s) ? last : dated.at_s;
        if (dated.at_s > 0) {
            if (!element.is_bad)
                plan_value(f, setting, &element, &dated);
            continue;
        }
        has_start_value = true;
        struct setting_value value = {.number = dated.number,
                                      .integer = (int64_t)dated.number};
        if (!element.is_bad)
            setting_value_store(setting, values, &value);
    }
    if (!has_start_value && !f->is_bad && (setting->flags & SETTING_REQUIRED))
        form_error(f, &list->value_at, "%s has no value at the start", setting->key);
    if (!has_start_value && !f->is_bad)
        prepend_default(r, setting, list);
}

/* ---- settings ---- */

void form_missing(struct form *f, const char *key, const char *hint)
{
    if (f->is_void)
        return;
    CHECK(f->n_missing < FORM_MOST_MISSING);
    f->is_bad = true;
    f->missing[f->n_missing].key = key;
    f->missing[f->n_missing++].hint = hint;
}

const char *form_help(const struct form *f, const struct setting *setting)
{
    return arena_printf(f->reader->arena, "%s: %s", setting->key, setting->help);
}

bool form_is_misspelt(const struct form *f, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < f->group->n_children; i++)
        if (!f->group->children[i]->is_read &&
            text_suggest(f->group->children[i]->key, keys, n))
            return true;
    return false;
}

static void read_missing(struct form *f, const struct setting *setting)
{
    struct reader *r = f->reader;
    struct node *node = setting_value_default(r->arena, setting, setting->key);
    if (node)
        node_append(r->arena, f->group, node);
    if (setting->flags & SETTING_REQUIRED)
        form_missing(f, setting->key, form_help(f, setting));
}

void form_setting(struct form *f, const struct setting *setting, void *values)
{
    struct setting_value value = {0};
    struct node *node = form_node(f, setting->key);
    setting_value_store_default(setting, values);
    if (!node)
        read_missing(f, setting);
    else if (node->kind == NODE_LIST && (setting->flags & SETTING_DATED))
        read_dated(f, setting, node, values);
    else if (setting_value_read(f->reader, f->who, setting->key, setting, node, &value) ==
             0)
        setting_value_store(setting, values, &value);
    else
        f->is_bad = true;
}

void form_read(struct form *f, const struct settings *settings, void *values)
{
    for (size_t i = 0; i < settings->n_items; i++)
        form_setting(f, &settings->items[i], values);
}

void form_elements(struct form *f, const struct settings_list *list, void *values)
{
    struct reader *r = f->reader;
    struct node *node = form_list(f, list->key);
    size_t n = node ? node->n_children : 0, size = list->element.size;
    char *items = arena_alloc(r->arena, n, size);
    for (size_t i = 0; i < n; i++) {
        struct form element;
        form_open(
            &element, r, node->children[i],
            arena_printf(r->arena, "%s, element %zu of %s", f->who, i + 1, list->key));
        form_read(&element, &list->element, items + i * size);
        form_close(&element);
        const char *wrong =
            list->judge && !element.is_bad ? list->judge(items + i * size) : NULL;
        if (wrong)
            form_error(&element, &node->children[i]->value_at, "%s", wrong);
        f->is_bad |= element.is_bad;
    }
    *(struct setting_elements *)((char *)values + list->offset) =
        (struct setting_elements){items, n};
}

static size_t rank_of(const struct form *f, const struct node *node)
{
    size_t i = 0;
    while (i < f->n_keys && strcmp(f->keys[i], node->key) != 0)
        i++;
    return i;
}

void form_close(struct form *f)
{
    struct node **children = f->group->children;
    for (size_t i = 0; i < f->n_missing; i++) {
        if (form_is_misspelt(f, &f->missing[i].key, 1))
            continue;
        form_error(f, &f->group->at, "%s is missing", f->missing[i].key);
        if (f->missing[i].hint)
            diag_hint(f->reader->d, "%s", f->missing[i].hint);
    }
    for (size_t i = 0; i < f->group->n_children; i++) {
        struct node *child = children[i];
        if (child->is_read)
            continue;
        form_error(f, &child->at, "unknown key '%s'", child->key);
        reader_hint(f->reader, child->key, f->keys, f->n_keys);
    }
    /* Sorted by insertion: few keys, most of them in order. */
    for (size_t i = 1; i < f->group->n_children; i++) {
        struct node *child = children[i];
        size_t k = i, rank = rank_of(f, child);
        for (; k > 0 && rank_of(f, children[k - 1]) > rank; k--)
            children[k] = children[k - 1];
        children[k] = child;
    }
}

int form_choose(struct form *f, const char *what, const char *const *keys, size_t n)
{
    int found = -1, n_found = 0;
    for (size_t i = 0; i < n; i++)
        if (node_find(f->group, keys[i])) {
            found = (int)i;
            n_found++;
        }
    if (n_found == 1)
        return found;
    f->is_bad = true;
    if (!f->is_void && (n_found > 0 || !form_is_misspelt(f, keys, n)))
        form_error(f, &f->group->at, "%s takes one of %s", what,
                   words_list(f->reader->arena, keys, n, "and"));
    return -1;
}
