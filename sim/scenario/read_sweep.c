/* The group `sweep` is read for its mistakes and for `allot sweep`; no run depends on it.
 * Where it is left out nothing of it is printed. */
#include "scenario/loading.h"
#include "scenario/sweep.h"

#include <string.h>

/* The texts of a list, and where each stands. */
static const char **read_list(struct loading *l, struct form *f, const char *key,
                              struct place **places, size_t *n)
{
    struct node *list = form_list(f, key);
    size_t n_children = list ? list->n_children : 0;
    const char **texts = ARENA_ARRAY(l->reader.arena, const char *, n_children);
    *places = ARENA_ARRAY(l->reader.arena, struct place, n_children);
    *n = 0;
    for (size_t i = 0; i < n_children; i++) {
        const struct node *child = list->children[i];
        if (child->kind != NODE_TEXT) {
            form_error(f, &child->value_at, "element %zu of %s must be a text", i + 1,
                       key);
            continue;
        }
        (*places)[*n] = child->value_at;
        texts[(*n)++] = child->value.text;
    }
    return texts;
}

void read_sweep(struct loading *l, struct form *top)
{
    struct sweep *sweep = ARENA_NEW(l->reader.arena, struct sweep);
    struct node *node = form_node(top, sweep_settings.name);
    settings_fill_defaults(&sweep_settings, sweep);
    l->s->sweep = sweep;
    if (!node)
        return;
    struct form f;
    struct sweep_texts texts = {0};
    struct place *vary_at, *zip_at, *where_at;
    form_open(&f, &l->reader, node, sweep_settings.name);
    form_read(&f, &sweep_settings, sweep);
    texts.vary = read_list(l, &f, "vary", &vary_at, &texts.n_vary);
    texts.zip = read_list(l, &f, "zip", &zip_at, &texts.n_zip);
    texts.where = read_list(l, &f, "where", &where_at, &texts.n_where);
    texts.vary_at = vary_at;
    texts.zip_at = zip_at;
    texts.where_at = where_at;
    form_close(&f);
    if (!f.is_void && !f.is_bad)
        sweep_read_texts(l->reader.arena, &texts, sweep, l->reader.d);
}
