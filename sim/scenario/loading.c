#include "scenario/loading.h"

#include "base/memory.h"
#include "base/text.h"
#include "scenario/node_path.h"
#include "scenario/setting_words.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

size_t loading_count(const struct node *node, const char *list_key)
{
    bool is_list = node->kind == NODE_LIST && node->key;
    size_t n = is_list && strcmp(node->key, list_key) == 0 ? node->n_children : 0;
    for (size_t i = 0; i < node->n_children; i++)
        n += loading_count(node->children[i], list_key);
    return n;
}

void loading_add_name(struct loading *l, struct name_list *list, const char *name, int id,
                      struct node *node)
{
    struct arena *arena = l->reader.arena;
    if (!name) {
        list->is_open = true;
        return;
    }
    if (list->n_names == list->capacity) {
        size_t n = list->n_names, capacity = n ? 2 * n : 16;
        const char **names = ARENA_ARRAY(arena, const char *, capacity);
        struct node **nodes = ARENA_ARRAY(arena, struct node *, capacity);
        int *ids = ARENA_ARRAY(arena, int, capacity);
        for (size_t i = 0; i < n; i++) {
            names[i] = list->names[i];
            nodes[i] = list->nodes[i];
            ids[i] = list->ids[i];
        }
        list->names = names;
        list->nodes = nodes;
        list->ids = ids;
        list->capacity = capacity;
    }
    list->names[list->n_names] = name;
    list->nodes[list->n_names] = node;
    list->ids[list->n_names] = id;
    text_index_add(&list->index, arena, list->names, list->n_names++);
}

int loading_find(const struct name_list *list, const char *name)
{
    int found = text_index_find(&list->index, list->names, name, strlen(name));
    return found >= 0 ? list->ids[found] : -1;
}

int loading_resolve(struct loading *l, struct form *f, const char *key, const char *name,
                    const struct name_list *list, const struct name_list *other)
{
    int id = loading_find(list, name);
    if (id >= 0)
        return id;
    f->is_bad = true;
    if (list->is_open)
        return -1;
    form_error(f, form_place(f, key), "no %s '%s'", list->sort, name);
    if (other && loading_find(other, name) >= 0)
        diag_hint(l->reader.d, "'%s' is a %s", name, other->sort);
    else if (list->n_names == 0)
        diag_hint(l->reader.d, "the scenario has no %ss", list->sort);
    else
        reader_hint(&l->reader, name, list->names, list->n_names);
    return -1;
}

int loading_resolve_pool(struct loading *l, struct form *f, const char *name)
{
    const struct name_list *pools = &l->pool_names;
    if (name)
        return loading_resolve(l, f, "pool", name, pools, NULL);
    if (f->is_void || node_find(f->group, "pool"))
        return -1;
    if (pools->n_names == 1 && !pools->is_open) {
        struct node *node = node_new(l->reader.arena, NODE_TEXT, "pool");
        node->value.text = pools->names[0];
        node->is_read = true;
        node_append(l->reader.arena, f->group, node);
        return pools->ids[0];
    }
    f->is_bad = true;
    if (pools->is_open || pools->n_names == 0)
        return -1;
    form_missing(
        f, "pool",
        arena_printf(l->reader.arena,
                     "it may be left out only where there is one; here are %s",
                     words_list(l->reader.arena, pools->names, pools->n_names, "and")));
    return -1;
}

/* ---- names that stand twice ---- */

struct bearer {
    const char *name;
    size_t i;
};

static int by_name(const void *a, const void *b)
{
    const struct bearer *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : x->i < y->i ? -1 : 1;
}

static void report_twin(struct loading *l, const struct name_list *list, size_t first,
                        size_t second)
{
    const struct node *a = node_find(list->nodes[first], "name");
    const struct node *b = node_find(list->nodes[second], "name");
    const struct place *at = &a->value_at;
    reader_error(&l->reader, "", &b->value_at, "%s '%s' is there twice", list->sort,
                 list->names[second]);
    if (at->file && b->value_at.file && strcmp(at->file, b->value_at.file) != 0)
        diag_hint(l->reader.d, "the other is at %s:%d", at->file, at->line);
    else if (at->file)
        diag_hint(l->reader.d, "the other is on line %d", at->line);
}

bool loading_check_names(struct loading *l, const struct name_list *list)
{
    size_t n = list->n_names;
    struct bearer *bearers = MEM_ARRAY(struct bearer, n);
    size_t *first = MEM_ARRAY(size_t, n);
    for (size_t i = 0; i < n; i++)
        bearers[i] = (struct bearer){list->names[i], i};
    qsort(bearers, n, sizeof *bearers, by_name);
    for (size_t i = 0; i < n; i++) {
        bool is_twin = i > 0 && strcmp(bearers[i].name, bearers[i - 1].name) == 0;
        first[bearers[i].i] = is_twin ? first[bearers[i - 1].i] : bearers[i].i;
    }
    bool are_unique = true;
    for (size_t i = 0; i < n; i++) {
        if (first[i] == i)
            continue;
        report_twin(l, list, first[i], i);
        are_unique = false;
    }
    mem_free(first);
    mem_free(bearers);
    return are_unique;
}

bool loading_hides_exploration(const struct loading *l, int team)
{
    const struct node *node =
        node_find(l->group_nodes[l->teams[team].group], "exploration");
    bool hides = node && node->kind != NODE_LIST;
    for (size_t i = 0; i < l->s->n_explorations; i++)
        hides |= l->explorations[i].team == team && l->explorations[i].pool < 0;
    return hides;
}

void loading_check_holder(struct loading *l, struct form *f, const char *what,
                          int project, int team, int pool)
{
    static const char *const keys[] = {"project", "team"};
    bool has_project = node_find(f->group, "project") != NULL;
    if (has_project == (node_find(f->group, "team") != NULL)) {
        f->is_bad = true;
        if (!f->is_void && (has_project || !form_is_misspelt(f, keys, 2)))
            form_error(f, &f->group->at, "%s takes either a project or a team%s", what,
                       has_project ? ", not both" : "");
        return;
    }
    if (f->is_bad || pool < 0 || (project >= 0 && l->is_bad_project[project]) ||
        (team >= 0 && loading_hides_exploration(l, team)))
        return;
    const struct project *p = project >= 0 ? &l->projects[project] : NULL;
    for (size_t i = 0; p && i < p->n_stages; i++)
        if (p->stages[i].kind == STAGE_TRAIN && p->stages[i].pool == pool)
            return;
    for (size_t i = 0; team >= 0 && i < l->s->n_explorations; i++)
        if (l->explorations[i].team == team && l->explorations[i].pool == pool)
            return;
    const char *key = keys[p == NULL];
    form_error(f, form_place(f, key), "'%s' has no %s on pool '%s'",
               p ? p->name : l->teams[team].name, p ? "train stage" : "exploration",
               l->pools[pool].name);
}

const char *loading_path(struct loading *l, const char *first, ...)
{
    const char *parts[16] = {first};
    size_t n = 1;
    va_list arguments;
    va_start(arguments, first);
    for (const char *part; n < 16 && (part = va_arg(arguments, const char *)); n++)
        parts[n] = part;
    va_end(arguments);
    return path_join(l->reader.arena, parts, n);
}

static const struct source *source_of(const struct source_list *list,
                                      const struct place *at)
{
    for (size_t i = 0; i < list->n_sources; i++)
        if (at->file && strcmp(list->sources[i]->path, at->file) == 0)
            return list->sources[i];
    return list->sources[0];
}

int loading_read_csv(struct loading *l, const struct node *node, struct csv_table *table)
{
    struct source_reader reader = {l->reader.arena, l->options, &l->s->sources};
    const struct source *source = NULL;
    if (source_read_data(&reader, node->value.text,
                         source_of(reader.list, &node->value_at), &node->value_at,
                         &source, l->reader.d) != 0)
        return -1;
    if (source != l->csv_source) {
        csv_table_free(&l->csv);
        l->csv_source = NULL;
        if (csv_table_parse(source->path, source->text, source->length, &l->csv,
                            l->reader.d) != 0)
            return -1;
        l->csv_source = source;
    }
    *table = l->csv;
    return 0;
}
