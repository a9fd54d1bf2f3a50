/* Assignments get their whole path and are then read like a scenario's rule. */
#include "scenario/rule_sets.h"

#include "base/text.h"
#include "scenario/loading.h"
#include "scenario/node_path.h"

#include <string.h>

struct sets {
    struct arena *arena;
    struct node *tree;
    int division;
    struct diag *d;
};

static bool begins(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

/* Where a mistake in the path of an assignment is shown. */
static int refuse(struct sets *s, const char *assignment, const char *why,
                  const char *hint)
{
    struct place at = {.file = "--set", .line = 1, .column = 1, .text = assignment};
    diag_error(s->d, DIAG_DATA, &at, "%s", why);
    if (hint)
        diag_hint(s->d, "%s", hint);
    return -1;
}

/* The key up to a dot or the equals sign, without blanks. */
static const char *first_word(struct sets *s, const char *assignment)
{
    const char *begin = assignment + strspn(assignment, " \t");
    return arena_copy(s->arena, begin, strcspn(begin, " \t.="));
}

static int set(struct sets *s, const char *prefix, const char *assignment)
{
    return node_set(
        s->arena, s->tree,
        arena_printf(s->arena, "%s%s", prefix, assignment + strspn(assignment, " \t")),
        s->d);
}

static int unknown_key(struct sets *s, const char *assignment, const char *key)
{
    const char *names[FORM_MOST_KEYS], *near;
    size_t n = 0;
    names[n++] = "round";
    for (size_t k = 0; k < n_divisions; k++) {
        const struct settings *settings = &divisions[k]->settings;
        bool counts = s->division < 0 || k == (size_t)s->division;
        for (size_t i = 0; i < settings->n_items && counts && n < FORM_MOST_KEYS; i++)
            names[n++] = settings->items[i].key;
    }
    near = text_suggest(key, names, n);
    return refuse(s, assignment,
                  s->division < 0
                      ? arena_printf(s->arena, "no division has a setting '%s'", key)
                      : arena_printf(s->arena, "division '%s' has no setting '%s'",
                                     divisions[s->division]->name, key),
                  near ? arena_printf(s->arena, "did you mean '%s'?", near)
                       : "allot list divisions tells the settings");
}

/* A key alone, of the division or of each one that has it. */
static int set_key(struct sets *s, const char *assignment, const char *key)
{
    int result = 0;
    bool is_known = false;
    for (size_t k = 0; k < n_divisions; k++) {
        bool counts = s->division < 0 || k == (size_t)s->division;
        if (!counts || !settings_find(&divisions[k]->settings, key))
            continue;
        is_known = true;
        result |=
            set(s, arena_printf(s->arena, "rule.%s.", divisions[k]->name), assignment);
    }
    if (is_known)
        return result;
    if (strcmp(key, "round") == 0)
        return set(s, "rule.", assignment);
    return unknown_key(s, assignment, key);
}

/* Of a rule's own settings only `round` says something about a table. */
static int set_path(struct sets *s, const char *assignment)
{
    const char *path = assignment + strspn(assignment, " \t");
    if (begins(path, "rule."))
        path += strlen("rule.");
    const char *word = first_word(s, path);
    bool is_key = path[strspn(path, " \t") + strlen(word)] != '.';
    if (is_key && path == assignment + strspn(assignment, " \t"))
        return set_key(s, assignment, word);
    if (division_find(word) >= 0 || strcmp(word, "round") == 0)
        return set(s, "rule.", path);
    return refuse(s, assignment,
                  arena_printf(s->arena, "'%s' is no setting of a division", word),
                  "a table of claims has its scores in it, and no tree, past or dates: "
                  "what can be set are the settings of divisions, and round");
}

int rule_of_sets(struct rule *rule, int division, const char *const *sets, size_t n_sets,
                 struct arena *arena, struct diag *d)
{
    struct sets s = {arena, node_new(arena, NODE_GROUP, NULL), division, d};
    struct scenario scenario = {.path = "rule"}; /* files stand in the present folder */
    struct parse_options files = {.jail = NULL};
    struct loading l = {
        .s = &scenario, .reader = {.arena = arena, .d = d}, .options = &files};
    struct form top;
    size_t n_errors = diag_n_errors(d);
    for (size_t i = 0; i < n_sets; i++)
        set_path(&s, sets[i]);
    form_open(&top, &l.reader, s.tree, "");
    read_rule(&l, &top);
    form_close(&top);
    if (l.reader.n_planned > 0 && diag_n_errors(d) == n_errors)
        refuse(&s, l.reader.planned[0].who, "a table of claims has no dates", NULL);
    csv_table_free(&l.csv);
    reader_release(&l.reader);
    *rule = scenario.rule;
    rule->unit_gpus = 0;
    if (division >= 0)
        rule->division = division;
    rule_refresh(rule);
    return diag_n_errors(d) == n_errors ? 0 : -1;
}
