#include "study/sweep_points.h"

#include "base/memory.h"
#include "study/tasks.h"

#include <stdlib.h>
#include <string.h>

/* ---- points that are unlike each other ---- */

static const char *join_settings(struct arena *arena, const struct design *design,
                                 size_t position, const char *separator)
{
    struct text text;
    text_init(&text);
    for (size_t i = 0; i < design->n_settings; i++)
        text_printf(&text, "%s%s=%s", i ? separator : "", design->paths[i],
                    design->values[position * design->n_settings + i]);
    const char *joined = arena_copy(arena, text.bytes, text.length);
    text_release(&text);
    return joined;
}

struct named {
    const char *settings;
    size_t position;
};

static int by_settings(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->settings, y->settings);
    return order != 0 ? order : x->position < y->position ? -1 : 1;
}

/* Equal settings are one point, numbered by the first of them. */
static void find_points(struct sweep_points *p)
{
    const struct design *design = p->design;
    size_t n = design->n_points;
    struct named *named = MEM_ARRAY(struct named, n);
    size_t *first = MEM_ARRAY(size_t, n);
    for (size_t i = 0; i < n; i++)
        named[i] = (struct named){join_settings(&p->arena, design, i, "\n"), i};
    qsort(named, n, sizeof *named, by_settings);
    for (size_t i = 0; i < n; i++) {
        bool is_same = i > 0 && strcmp(named[i].settings, named[i - 1].settings) == 0;
        first[named[i].position] =
            is_same ? first[named[i - 1].position] : named[i].position;
    }
    p->points = ARENA_ARRAY(&p->arena, struct sweep_point, n);
    p->at = ARENA_ARRAY(&p->arena, size_t, n);
    for (size_t i = 0; i < n; i++) {
        if (first[i] != i) {
            p->at[i] = p->at[first[i]];
            continue;
        }
        p->at[i] = p->n_points;
        p->points[p->n_points++] =
            (struct sweep_point){.values = design->values + i * design->n_settings,
                                 .settings = join_settings(&p->arena, design, i, "\n"),
                                 .label = join_settings(&p->arena, design, i, ", ")};
    }
    mem_free(named);
    mem_free(first);
}

/* ---- loading them ---- */

int sweep_point_load(const struct sweep_points *p, size_t point, struct scenario *out,
                     struct diag *d)
{
    const struct sweep_point *its = &p->points[point];
    const struct design *design = p->design;
    struct scenario_options how = *p->loading;
    size_t n_errors = diag_n_errors(d);
    const char **sets = MEM_ARRAY(const char *, how.n_sets + design->n_settings);
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < how.n_sets; i++)
        sets[i] = how.sets[i];
    for (size_t i = 0; i < design->n_settings; i++)
        sets[how.n_sets + i] =
            arena_printf(&arena, "%s=%s", design->paths[i], its->values[i]);
    how.sets = sets;
    how.n_sets += design->n_settings;
    how.is_variant = true;
    int result = scenario_load(out, p->scenario->path, &how, d);
    mem_free(sets);
    arena_release(&arena);
    return result == 0 && diag_n_errors(d) == n_errors ? 0 : -1;
}

/* What was read now is what was read at the start. */
static const char *changed_file(const struct scenario *then, const struct scenario *now)
{
    for (size_t i = 0; i < then->sources.n_sources; i++)
        for (size_t k = 0; k < now->sources.n_sources; k++) {
            const struct source *a = then->sources.sources[i];
            const struct source *b = now->sources.sources[k];
            if (strcmp(a->identity, b->identity) == 0 &&
                strcmp(a->sha256, b->sha256) != 0)
                return a->path;
        }
    return NULL;
}

struct loaded {
    char identity[DIGEST_ROOM];
    char *message, *hint; /* on the heap; NULL: none */
};

static char *kept(const char *string)
{
    return string ? mem_string(string) : NULL;
}

static const struct diag_message *first_error(const struct diag *d)
{
    for (size_t i = 0; i < d->n_messages; i++)
        if (d->messages[i].cause != DIAG_WARNING)
            return &d->messages[i];
    return NULL;
}

static void *prepare(void *owner, size_t point)
{
    const struct sweep_points *p = owner;
    struct loaded *loaded = MEM_ARRAY(struct loaded, 1);
    struct scenario scenario;
    struct diag d;
    diag_init(&d);
    if (sweep_point_load(p, point, &scenario, &d) == 0) {
        const char *path = changed_file(p->scenario, &scenario);
        identity_of(&scenario, p->seed, loaded->identity);
        if (path) {
            struct text text;
            text_init(&text);
            text_printf(&text, "'%s' changed while the sweep was prepared", path);
            loaded->message = kept(text.bytes);
            text_release(&text);
        }
        scenario_release(&scenario);
    } else {
        const struct diag_message *error = first_error(&d);
        loaded->message = kept(error ? error->message : "it cannot be loaded");
        loaded->hint = kept(error ? error->hint : NULL);
    }
    diag_release(&d);
    return loaded;
}

static void drop(void *owner, void *prepared)
{
    struct loaded *loaded = prepared;
    (void)owner;
    mem_free(loaded->message);
    mem_free(loaded->hint);
    mem_free(loaded);
}

static int take(void *owner, size_t point, void *prepared)
{
    struct sweep_points *p = owner;
    const struct loaded *loaded = prepared;
    struct sweep_point *its = &p->points[point];
    memcpy(its->identity, loaded->identity, sizeof its->identity);
    its->message = loaded->message ? arena_string(&p->arena, loaded->message) : NULL;
    its->hint = loaded->hint ? arena_string(&p->arena, loaded->hint) : NULL;
    drop(owner, prepared);
    return 0;
}

int sweep_points_init(struct sweep_points *p, const struct scenario *scenario,
                      const struct scenario_options *loading, uint64_t seed,
                      const struct design *design, size_t n_jobs, atomic_bool *stop)
{
    *p = (struct sweep_points){
        .scenario = scenario, .loading = loading, .seed = seed, .design = design};
    arena_init(&p->arena);
    find_points(p);
    struct tasks tasks = {.n = p->n_points,
                          .n_jobs = n_jobs,
                          .owner = p,
                          .prepare = prepare,
                          .take = take,
                          .drop = drop,
                          .stop = stop};
    return tasks_run(&tasks) < p->n_points;
}

void sweep_points_release(struct sweep_points *p)
{
    arena_release(&p->arena);
}
