/* The variants of a comparison: one scenario and its alternatives, or several. */
#include "study/compare.h"

#include "base/memory.h"
#include "scenario/alternatives.h"

#include <string.h>

/* ---- the text of --alt ---- */

/* The first of a character outside of quotes and brackets, or NULL. */
static char *find_outside(char *text, char wanted)
{
    int depth = 0;
    bool is_quoted = false;
    for (; *text; text++) {
        if (is_quoted && *text == '\\' && text[1])
            text++;
        else if (*text == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && depth == 0 && *text == wanted)
            return text;
        else if (!is_quoted && strchr("([{", *text))
            depth++;
        else if (!is_quoted && strchr(")]}", *text) && depth > 0)
            depth--;
    }
    return NULL;
}

/* NAME:PATH=VALUE,... in its parts; `sets` NULL: NAME alone. */
struct alt {
    const char *name;
    const char **sets;
    size_t n_sets;
};

static int read_alt(struct comparison *c, const char *text, struct alt *alt,
                    struct diag *d)
{
    char *copy = (char *)arena_string(&c->arena, text);
    char *colon = find_outside(copy, ':');
    *alt = (struct alt){.name = copy};
    if (colon)
        *colon = '\0';
    size_t length = strlen(copy);
    if (length > 1 && copy[0] == '"' && copy[length - 1] == '"') {
        copy[length - 1] = '\0';
        alt->name = copy + 1;
    }
    if (*alt->name == '\0' || (colon && colon[1] == '\0')) {
        diag_error(d, DIAG_USAGE, NULL, "--alt '%s' has no %s", text,
                   *alt->name ? "settings" : "name");
        diag_hint(d, "NAME:PATH=VALUE[,PATH=VALUE], or the NAME of one of the "
                     "scenario's alternatives");
        return -1;
    }
    if (!colon)
        return 0;
    alt->sets = ARENA_ARRAY(&c->arena, const char *, strlen(colon + 1) + 1);
    for (char *at = colon + 1, *comma; at; at = comma ? comma + 1 : NULL) {
        comma = find_outside(at, ',');
        if (comma)
            *comma = '\0';
        alt->sets[alt->n_sets++] = at;
    }
    return 0;
}

/* ---- loading ---- */

static const char *const *names_of(struct comparison *c, size_t *n)
{
    const char **names = ARENA_ARRAY(&c->arena, const char *, c->n_variants);
    for (size_t i = 0; i < c->n_variants; i++)
        names[i] = c->variants[i].name;
    *n = c->n_variants;
    return names;
}

/* Appends a variant that is named `name`, from a file with what is laid over it. */
static int add(struct comparison *c, const char *name, const char *path,
               const struct scenario_options *options, struct diag *d)
{
    struct variant v = {.name = arena_string(&c->arena, name),
                        .scenario = ARENA_ARRAY(&c->arena, struct scenario, 1)};
    struct diag messages;
    for (size_t i = 0; i < c->n_variants; i++)
        if (strcmp(c->variants[i].name, name) == 0)
            return diag_error(d, DIAG_USAGE, NULL, "two alternatives are named '%s'",
                              name);
    diag_init(&messages);
    v.is_loaded = scenario_load(v.scenario, path, options, &messages) == 0;
    alternative_report(name, &messages, d);
    diag_release(&messages);
    ARRAY_PUSH(c->variants, c->n_variants, c->capacity) = v;
    return v.is_loaded ? 0 : -1;
}

static int add_alt(struct comparison *c, const struct compare_request *r,
                   const char *text, struct diag *d)
{
    struct scenario_options options = r->loading;
    struct alt alt;
    options.is_variant = true;
    if (read_alt(c, text, &alt, d) != 0)
        return -1;
    if (!alt.sets) {
        options.alternative = alt.name;
        return add(c, alt.name, r->files[0], &options, d);
    }
    const char **sets = ARENA_ARRAY(&c->arena, const char *, options.n_sets + alt.n_sets);
    for (size_t i = 0; i < options.n_sets; i++)
        sets[i] = options.sets[i];
    for (size_t i = 0; i < alt.n_sets; i++)
        sets[options.n_sets + i] = alt.sets[i];
    options.sets = sets;
    options.n_sets += alt.n_sets;
    return add(c, alt.name, r->files[0], &options, d);
}

static int add_alternatives(struct comparison *c, const struct compare_request *r,
                            struct diag *d)
{
    const char *const *names = c->variants[0].scenario->alternatives;
    size_t n_names = c->variants[0].scenario->n_alternatives;
    int result = 0;
    size_t n = r->n_alts > 0 ? r->n_alts : n_names;
    if (n == 0) {
        struct place at = {.file = r->files[0]};
        diag_error(d, DIAG_DATA, &at, "has no alternatives to compare");
        diag_hint(d, "--alt 'more:pools.NAME.gpus=1000', alternatives = ( ... ) in the "
                     "file, or several scenarios");
        return -1;
    }
    for (size_t i = 0; i < r->n_alts; i++)
        result |= add_alt(c, r, r->alts[i], d);
    for (size_t i = 0; i < n_names && r->n_alts == 0; i++) {
        struct scenario_options options = r->loading;
        options.alternative = names[i];
        options.is_variant = true;
        result |= add(c, names[i], r->files[0], &options, d);
    }
    return result;
}

static int load_variants(struct comparison *c, const struct compare_request *r,
                         struct diag *d)
{
    int result = 0;
    if (r->n_files > 1) {
        if (r->n_alts > 0)
            return diag_error(d, DIAG_USAGE, NULL,
                              "--alt is of one scenario, here are several");
        for (size_t i = 0; i < r->n_files; i++) {
            const char *slash = strrchr(r->files[i], '/');
            const char *name = slash ? slash + 1 : r->files[i];
            size_t length = strlen(name);
            if (length > 4 && strcmp(name + length - 4, ".cfg") == 0)
                length -= 4;
            name = arena_printf(&c->arena, "%.*s", (int)length, name);
            for (size_t k = 0; k < c->n_variants; k++)
                if (strcmp(c->variants[k].name, name) == 0)
                    name = r->files[i]; /* the same name in two folders */
            result |= add(c, name, r->files[i], &r->loading, d);
        }
        return result;
    }
    /* The scenario's own mistakes, and those of its alternatives, carry no name. */
    struct variant v = {.name = COMPARE_AS_IT_IS,
                        .scenario = ARENA_ARRAY(&c->arena, struct scenario, 1)};
    v.is_loaded = scenario_load(v.scenario, r->files[0], &r->loading, d) == 0;
    ARRAY_PUSH(c->variants, c->n_variants, c->capacity) = v;
    return v.is_loaded ? add_alternatives(c, r, d) : -1;
}

/* ---- what is asked ---- */

static int resolve_against(struct comparison *c, const char *against, struct diag *d)
{
    size_t n;
    const char *const *names = names_of(c, &n);
    for (size_t i = 0; against && i < n; i++)
        if (strcmp(names[i], against) == 0) {
            c->base = i;
            return 0;
        }
    if (!against)
        return 0;
    diag_error(d, DIAG_USAGE, NULL, "--against: there is no alternative '%s'", against);
    const char *near = text_suggest(against, names, n);
    if (near)
        diag_hint(d, "did you mean '%s'?", near);
    else
        diag_hint(d, "the scenario itself is '%s'", names[0]);
    return -1;
}

static void add_answer(struct comparison *c, const struct scenario *s,
                       const struct outcome_path *path)
{
    const struct outcome_name name = {outcome_mark(s, path->mark), path->metric,
                                      path->kind,
                                      outcome_subject(s, path->kind, path->subject)};
    bool is_plain = path->kind == OF_PROJECT || path->kind == OF_ALL;
    for (size_t i = 0; i < c->n_answers; i++)
        if (outcome_name_equal(&c->answers[i], &name))
            return;
    c->answers[c->n_answers] = name;
    c->answer_paths[c->n_answers++] =
        arena_printf(&c->arena, "%s:%s%s%s%s%s", metric_types[path->metric].name,
                     is_plain ? "" : outcome_kinds[path->kind], is_plain ? "" : "/",
                     name.subject, *name.at ? "@" : "", name.at);
}

/* When something is released says nothing of the worlds in which it is not: whether it is
 * stands beside it. */
static int resolve_answers(struct comparison *c, const struct compare_request *r,
                           struct diag *d)
{
    const struct scenario *s = c->variants[c->base].scenario;
    size_t n_asked = (r->best != NULL) + r->n_metrics, n = n_asked > 0 ? n_asked : 1;
    int result = 0;
    c->answers = ARENA_ARRAY(&c->arena, struct outcome_name, 2 * n);
    c->answer_paths = ARENA_ARRAY(&c->arena, const char *, 2 * n);
    for (size_t i = 0; i < n; i++) {
        struct outcome_path path = s->answer;
        const char *text = "fill_frac:all";
        if (n_asked > 0)
            text = r->best && i == 0 ? r->best : r->metrics[i - (r->best != NULL)];
        if ((n_asked > 0 || !s->has_answer) &&
            outcome_path_parse(text, s, DIAG_USAGE, NULL, &path, d) != 0) {
            result = -1;
            continue;
        }
        add_answer(c, s, &path);
        if (path.metric != METRIC_RELEASE_MONTHS && path.metric != METRIC_SLIP_MONTHS)
            continue;
        path.metric = METRIC_RELEASED;
        add_answer(c, s, &path);
    }
    return result;
}

int comparison_load(struct comparison *c, const struct compare_request *request,
                    struct diag *d)
{
    size_t n_errors = diag_n_errors(d);
    *c = (struct comparison){0};
    arena_init(&c->arena);
    int result = load_variants(c, request, d);
    if (result == 0)
        result = resolve_against(c, request->against, d);
    if (result == 0)
        result = resolve_answers(c, request, d);
    if (result == 0 && diag_n_errors(d) == n_errors) {
        int64_t own = c->variants[0].scenario->seed;
        c->seed = (uint64_t)(request->seed >= 0 ? request->seed : own);
        return 0;
    }
    comparison_release(c);
    return -1;
}

void comparison_release(struct comparison *c)
{
    for (size_t i = 0; i < c->n_variants; i++) {
        struct variant *v = &c->variants[i];
        if (v->is_loaded)
            scenario_release(v->scenario);
        mem_free(v->outcomes);
        mem_free(v->values);
    }
    mem_free(c->variants);
    arena_release(&c->arena);
    *c = (struct comparison){0};
}
