/* How much the work of projects overlaps, by their topics: wholly within a topic and not
 * at all between two, unless the list of topics says otherwise. */
#include "scenario/loading.h"
#include "scenario/sections.h"
#include "scenario/setting_words.h"

#include <math.h>

/* A topic by its name; -1 and a warning where no project has it. */
static int find_topic(struct loading *l, struct form *f, const char *key,
                      const char *name)
{
    int id = name ? loading_find(&l->topics, name) : -1;
    if (!name || id >= 0 || l->topics.is_open)
        return id;
    diag_warning(l->reader.d, form_place(f, key),
                 "%s: no project has the topic '%s', so this changes nothing", f->who,
                 name);
    reader_hint(&l->reader, name, l->topics.names, l->topics.n_names);
    return -1;
}

static void put_overlap(struct loading *l, int a, int b, double overlap)
{
    size_t n = l->topics.n_names;
    l->overlaps[(size_t)a * n + (size_t)b] = overlap;
    l->overlaps[(size_t)b * n + (size_t)a] = overlap;
}

static void read_with(struct loading *l, const char *topic_who, struct node *node,
                      size_t i, int topic, bool *is_stated)
{
    struct form f;
    struct topic_record record;
    size_t n = l->topics.n_names;
    form_open(&f, &l->reader, node,
              arena_printf(l->reader.arena, "%s, element %zu of with", topic_who, i + 1));
    form_read(&f, &topic_with_settings, &record);
    int other = find_topic(l, &f, "topic", record.name);
    form_close(&f);
    if (f.is_bad || topic < 0 || other < 0)
        return;
    if (other == topic) {
        form_error(&f, form_place(&f, "topic"),
                   "'%s' is the topic itself: its own overlap stands beside its name",
                   record.name);
        return;
    }
    size_t cell = (size_t)topic * n + (size_t)other;
    if (is_stated[cell] && l->overlaps[cell] != record.overlap)
        form_error(&f, form_place(&f, "overlap"),
                   "overlap is %s, but %s was stated for these two topics before",
                   number_words(l->reader.arena, record.overlap),
                   number_words(l->reader.arena, l->overlaps[cell]));
    put_overlap(l, topic, other, record.overlap);
    is_stated[cell] = is_stated[(size_t)other * n + (size_t)topic] = true;
}

static void read_topic(struct loading *l, struct node *node, size_t i,
                       struct name_list *listed, bool *is_stated)
{
    struct form f;
    struct topic_record record;
    form_open(&f, &l->reader, node, reader_who(&l->reader, "topic", node, i));
    form_read(&f, &topic_settings, &record);
    loading_add_name(l, listed, record.name, (int)i, node);
    int topic = find_topic(l, &f, "name", record.name);
    if (topic >= 0 && !f.is_bad)
        put_overlap(l, topic, topic, record.overlap);
    struct node *list = form_list(&f, "with");
    for (size_t k = 0; list && k < list->n_children; k++)
        read_with(l, f.who, list->children[k], k, topic, is_stated);
    form_close(&f);
}

void read_topics(struct loading *l, struct form *top)
{
    struct name_list listed = {.sort = "topic"};
    struct node *list = form_list(top, "topics");
    size_t n = l->topics.n_names;
    bool *is_stated = ARENA_ARRAY(l->reader.arena, bool, n *n);
    l->s->overlaps = l->overlaps = ARENA_ARRAY(l->reader.arena, double, n *n);
    for (size_t t = 0; t < n; t++)
        l->overlaps[t * n + t] = 1;
    for (size_t i = 0; list && i < list->n_children; i++)
        read_topic(l, list->children[i], i, &listed, is_stated);
    loading_check_names(l, &listed);
}
