#include "scenario/node_path.h"

#include "base/memory.h"
#include "base/text.h"
#include "scenario/literal.h"
#include "scenario/parse.h"
#include "scenario/scan.h"
#include "scenario/source.h"

#include <stdlib.h>
#include <string.h>

struct part {
    const char *text;
    struct place at;
};

struct path {
    struct part *parts;
    size_t n_parts;
};

/* Where byte `offset` of a path is, if the path can be seen at `at`, bare or in quotes.
 */
static struct place place_in(const struct place *at, const char *path, size_t offset)
{
    if (!at)
        return (struct place){0};
    if (!at->text || at->column < 1)
        return *at;
    struct place place = *at;
    const char *seen = at->text + text_offset_of(at->text, (size_t)at->column - 1);
    if (*seen == '"' && path[0] != '"') {
        seen++;
        place.column++;
    }
    return strncmp(seen, path, offset) == 0 ? literal_place(&place, path, offset) : *at;
}

/* Reads the part in quotes at path[*i], up to the closing quote, into `out`. */
static int read_quoted(const char *path, size_t length, size_t *i, struct text *out,
                       const struct place *at, struct diag *d)
{
    struct place begin = place_in(at, path, *i);
    for (size_t k = *i + 1; k < length; k++) {
        if (path[k] == '"') {
            *i = k + 1;
            return 0;
        }
        if (path[k] == '\\') {
            k++;
            if (k < length && path[k] != '"' && path[k] != '\\') {
                struct place here = place_in(at, path, k - 1);
                diag_error(d, DIAG_DATA, &here,
                           "a '\\' in a path stands before '\"' or '\\'");
                return -1;
            }
        }
        if (k < length)
            text_append_bytes(out, path + k, 1);
    }
    diag_error(d, DIAG_DATA, &begin, "this quote is not closed");
    return -1;
}

static bool is_plain_byte(char c)
{
    return (unsigned char)c > ' ' && c != 0x7F && !strchr(".,:=\"\\", c);
}

/* Reads the part at path[*i], up to the dot behind it or the end, into `out`. */
static int read_part(const char *path, size_t length, size_t *i, struct text *out,
                     const struct place *at, struct diag *d)
{
    size_t begin = *i;
    if (*i < length && path[*i] == '"') {
        if (read_quoted(path, length, i, out, at, d) != 0)
            return -1;
    } else {
        while (*i < length && is_plain_byte(path[*i]))
            text_append_bytes(out, &path[(*i)++], 1);
    }
    struct place here = place_in(at, path, *i);
    if (*i < length && path[*i] != '.') {
        diag_error(d, DIAG_DATA, &here, "'%c' cannot stand here in a path", path[*i]);
        if (path[begin] != '"')
            diag_hint(d, "a name with it stands in double quotes: a.\"b c\".d");
        return -1;
    }
    if (out->length == 0) {
        here = place_in(at, path, begin);
        diag_error(d, DIAG_DATA, &here, "a name is missing in the path");
        return -1;
    }
    return 0;
}

static int read_path(struct arena *arena, const char *path, size_t length,
                     const struct place *at, struct path *out, struct diag *d)
{
    /* No more parts than dots and one. */
    size_t most = 1;
    for (size_t i = 0; i < length; i++)
        most += path[i] == '.';
    out->parts = ARENA_ARRAY(arena, struct part, most);
    out->n_parts = 0;
    struct text text;
    text_init(&text);
    int result = 0;
    for (size_t i = 0; result == 0; i++) {
        struct place begin = place_in(at, path, i);
        text_clear(&text);
        result = read_part(path, length, &i, &text, at, d);
        if (result == 0)
            out->parts[out->n_parts++] =
                (struct part){arena_copy(arena, text.bytes, text.length), begin};
        if (i >= length)
            break;
    }
    text_release(&text);
    return result;
}

int path_split(struct arena *arena, const char *path, const struct place *at,
               const char ***parts, size_t *n, struct diag *d)
{
    struct path split;
    if (read_path(arena, path, strlen(path), at, &split, d) != 0)
        return -1;
    const char **texts = ARENA_ARRAY(arena, const char *, split.n_parts);
    for (size_t i = 0; i < split.n_parts; i++)
        texts[i] = split.parts[i].text;
    *parts = texts;
    *n = split.n_parts;
    return 0;
}

const char *path_join(struct arena *arena, const char *const *parts, size_t n)
{
    struct text out;
    text_init(&out);
    for (size_t i = 0; i < n; i++) {
        const char *part = parts[i];
        bool is_plain = *part != '\0';
        for (const char *c = part; *c; c++)
            is_plain = is_plain && is_plain_byte(*c);
        text_append(&out, i > 0 ? "." : "");
        if (is_plain) {
            text_append(&out, part);
            continue;
        }
        text_append(&out, "\"");
        for (const char *c = part; *c; c++) {
            text_append(&out, *c == '"' || *c == '\\' ? "\\" : "");
            text_append_bytes(&out, c, 1);
        }
        text_append(&out, "\"");
    }
    const char *path = arena_copy(arena, out.bytes, out.length);
    text_release(&out);
    return path;
}

/* A walk along a path, as far as it leads. */
struct walk {
    struct arena *arena;
    const struct path *path;
    struct diag *d;
    struct node *here;
    size_t n_done; /* parts */
};

enum walk_result {
    WALK_ARRIVED,
    WALK_MISSING, /* `here` is a group without the next part */
    WALK_FAILED   /* reported */
};

struct names {
    const char **names;
    size_t n_names;
    size_t capacity;
};

static void hint_nearest(const struct names *names, const char *word, struct diag *d)
{
    const char *nearest = text_suggest(word, names->names, names->n_names);
    if (nearest)
        diag_hint(d, "did you mean '%s'?", nearest);
}

void node_hint_identity(const struct node *list, const char *identity, struct diag *d)
{
    struct names known = {0};
    for (size_t i = 0; i < list->n_children; i++) {
        const char *other = node_identity(list->key, list->children[i]);
        if (other)
            ARRAY_PUSH(known.names, known.n_names, known.capacity) = other;
    }
    hint_nearest(&known, identity, d);
    mem_free(known.names);
}

/* The groups below a list of groups, itself included, one after the other: calls itself
 * for each group's own groups. */
static struct node *find_below(struct node *groups, const char *list_key,
                               const char *name, struct node **list)
{
    bool wants_groups = strcmp(list_key, "groups") == 0;
    struct node *found = wants_groups ? node_element(groups, name) : NULL;
    *list = groups;
    for (size_t i = 0; i < groups->n_children && !found; i++) {
        struct node *teams = node_find(groups->children[i], "teams");
        struct node *inner = node_find(groups->children[i], "groups");
        if (!wants_groups && teams && (found = node_element(teams, name)))
            *list = teams;
        if (!found && inner)
            found = find_below(inner, list_key, name, list);
    }
    return found;
}

struct node *organisation_find(const struct node *root, const char *list_key,
                               const char *name, struct node **list)
{
    struct node *own = node_find(root, list_key);
    struct node *organisation = node_find(root, "organisation");
    struct node *found = own ? node_element(own, name) : NULL;
    *list = own;
    if (!found && organisation)
        found = find_below(organisation, list_key, name, list);
    return found;
}

static void collect_below(const struct node *groups, const char *list_key,
                          struct names *names)
{
    const char *key = groups->key ? groups->key : "";
    bool is_wanted = strcmp(key, list_key) == 0 || (strcmp(key, "organisation") == 0 &&
                                                    strcmp(list_key, "groups") == 0);
    for (size_t i = 0; i < groups->n_children; i++) {
        const char *name = is_wanted ? node_identity(key, groups->children[i]) : NULL;
        if (name)
            ARRAY_PUSH(names->names, names->n_names, names->capacity) = name;
        collect_below(groups->children[i], list_key, names);
    }
}

int organisation_unknown(const struct node *root, const char *list_key, const char *name,
                         const struct place *at, struct diag *d)
{
    struct names known = {0};
    struct node *organisation = node_find(root, "organisation");
    bool is_team = strcmp(list_key, "teams") == 0;
    struct node *own = node_find(root, list_key);
    if (own)
        collect_below(own, list_key, &known);
    if (organisation)
        collect_below(organisation, list_key, &known);
    diag_error(d, DIAG_DATA, at, "the organisation has no %s '%s'",
               is_team ? "team" : "group", name);
    hint_nearest(&known, name, d);
    mem_free(known.names);
    return -1;
}

/* "rule.quota": the first n parts, "the scenario" for none. */
static const char *print_way(struct arena *arena, const struct path *path, size_t n)
{
    const char **parts = ARENA_ARRAY(arena, const char *, n);
    for (size_t i = 0; i < n; i++)
        parts[i] = path->parts[i].text;
    return n > 0 ? path_join(arena, parts, n) : "the scenario";
}

/* The element at a number, if `word` is one and the element has no identity. */
static struct node *element_at(const struct node *list, const char *word)
{
    if (strspn(word, "0123456789") != strlen(word) || strlen(word) > 9)
        return NULL;
    size_t i = strtoul(word, NULL, 10);
    if (i >= list->n_children || node_identity(list->key, list->children[i]))
        return NULL;
    return list->children[i];
}

static void unknown_element(struct walk *w, const struct node *list)
{
    const struct part *part = &w->path->parts[w->n_done];
    diag_error(w->d, DIAG_DATA, &part->at, "there is no '%s' in %s", part->text,
               print_way(w->arena, w->path, w->n_done));
    if (node_has_identities(list->key))
        node_hint_identity(list, part->text, w->d);
    else if (list->n_children > 0)
        diag_hint(w->d, "its elements are numbered from 0 to %zu", list->n_children - 1);
    else
        diag_hint(w->d, "it is empty");
}

/* One step down from w->here; WALK_MISSING if the group there lacks the key. */
static enum walk_result step(struct walk *w)
{
    const struct part *part = &w->path->parts[w->n_done];
    bool is_anywhere =
        w->n_done == 0 && w->path->n_parts > 1 &&
        (strcmp(part->text, "teams") == 0 || strcmp(part->text, "groups") == 0);
    struct node *next = NULL;
    if (is_anywhere) {
        const struct part *name = part + 1;
        struct node *list = NULL;
        next = organisation_find(w->here, part->text, name->text, &list);
        if (!next) {
            organisation_unknown(w->here, part->text, name->text, &name->at, w->d);
            return WALK_FAILED;
        }
        w->n_done++;
    } else if (w->here->kind == NODE_GROUP) {
        next = node_find(w->here, part->text);
        if (!next)
            return WALK_MISSING;
    } else if (w->here->kind == NODE_LIST) {
        next = node_element(w->here, part->text);
        if (!next)
            next = element_at(w->here, part->text);
        if (!next) {
            unknown_element(w, w->here);
            return WALK_FAILED;
        }
    } else {
        diag_error(w->d, DIAG_DATA, &part->at, "there is no '%s' in %s: it is %s",
                   part->text, print_way(w->arena, w->path, w->n_done),
                   node_kind_name(w->here->kind));
        return WALK_FAILED;
    }
    w->here = next;
    w->n_done++;
    return WALK_ARRIVED;
}

static enum walk_result walk(struct walk *w)
{
    enum walk_result result = WALK_ARRIVED;
    while (w->n_done < w->path->n_parts && result == WALK_ARRIVED)
        result = step(w);
    return result;
}

static void unknown_key(struct walk *w)
{
    const struct part *part = &w->path->parts[w->n_done];
    struct names known = {0};
    for (size_t i = 0; i < w->here->n_children; i++)
        ARRAY_PUSH(known.names, known.n_names, known.capacity) =
            w->here->children[i]->key;
    diag_error(w->d, DIAG_DATA, &part->at, "there is no '%s' in %s", part->text,
               print_way(w->arena, w->path, w->n_done));
    hint_nearest(&known, part->text, w->d);
    mem_free(known.names);
}

struct node *node_path_find(struct arena *arena, const struct node *root,
                            const char *path, const struct place *at, struct diag *d)
{
    struct path parts;
    if (read_path(arena, path, strlen(path), at, &parts, d) != 0)
        return NULL;
    /* The root is handed back only as what stands below it, which is not const. */
    struct walk w = {.arena = arena, .path = &parts, .d = d, .here = (struct node *)root};
    enum walk_result result = walk(&w);
    if (result == WALK_MISSING)
        unknown_key(&w);
    return result == WALK_ARRIVED ? w.here : NULL;
}

/* Whether all that is missing can be made: keys, and no elements of lists. */
static int check_new_keys(const struct walk *w)
{
    for (size_t i = w->n_done; i < w->path->n_parts; i++) {
        const struct part *part = &w->path->parts[i];
        bool is_last = i + 1 == w->path->n_parts;
        if (scan_word(part->text, strlen(part->text)) != TOKEN_NAME)
            return diag_error(w->d, DIAG_DATA, &part->at, "'%s' cannot be a key",
                              part->text);
        if (!is_last && node_has_identities(part->text))
            return diag_error(w->d, DIAG_DATA, &part[1].at,
                              "there is no '%s': %s is not set", part[1].text,
                              print_way(w->arena, w->path, i + 1));
    }
    return 0;
}

/* Sets the node at the end of the walk, making the groups that lead to it. */
static void assign(struct walk *w, struct node *value)
{
    const struct part *last = &w->path->parts[w->path->n_parts - 1];
    for (; w->n_done < w->path->n_parts; w->n_done++) {
        const struct part *part = &w->path->parts[w->n_done];
        struct node *made = node_new(w->arena, NODE_GROUP, part->text);
        made->at = made->value_at = part->at;
        node_append(w->arena, w->here, made);
        w->here = made;
    }
    value->key = w->here->key;
    if (value->key)
        value->at = last->at;
    *w->here = *value;
}

/* The byte of the equals sign behind the path, or the length if there is none. */
static size_t find_equals(const char *assignment)
{
    bool is_quoted = false;
    size_t i = 0;
    for (; assignment[i] && (is_quoted || assignment[i] != '='); i++) {
        if (assignment[i] == '"')
            is_quoted = !is_quoted;
        if (is_quoted && assignment[i] == '\\' && assignment[i + 1])
            i++;
    }
    return i;
}

/* The value behind the equals sign: one of libconfig if it looks like one, else text. */
static int read_value(struct arena *arena, const struct source *source, size_t offset,
                      const struct place *line, struct node **value, struct diag *d)
{
    static const char blanks[] = " \t\r\n";
    const char *begin = source->text + offset;
    begin += strspn(begin, blanks);
    size_t length = strlen(begin);
    while (length > 0 && strchr(blanks, begin[length - 1]))
        length--;
    size_t n_before = (size_t)(begin - source->text);
    struct place at = literal_place(line, source->text, n_before);
    if (length == 0) {
        diag_error(d, DIAG_DATA, &at, "a value is missing");
        diag_hint(d, "an empty text is written \"\"");
        return -1;
    }
    if (strchr("\"([{", *begin) || literal_form(begin, length) != NUMBER_NONE ||
        scan_word(begin, length) == TOKEN_BOOL)
        return parse_value(arena, source, n_before, value, d);
    *value = node_new(arena, NODE_TEXT, NULL);
    (*value)->at = (*value)->value_at = at;
    (*value)->value.text = arena_copy(arena, begin, length);
    return 0;
}

int node_set(struct arena *arena, struct node *root, const char *assignment,
             struct diag *d)
{
    const struct source *source = source_of_text(arena, "--set", assignment);
    struct place at = {
        .file = source->path, .line = 1, .column = 1, .text = source->lines};
    if (!text_is_utf8(assignment, strlen(assignment)))
        return diag_error(d, DIAG_DATA, &at, "this is not UTF-8 text");
    struct path path;
    size_t equals = find_equals(assignment);
    size_t length = equals;
    while (length > 0 && strchr(" \t", assignment[length - 1]))
        length--;
    int result = read_path(arena, assignment, length, &at, &path, d);
    if (assignment[equals] != '=') {
        if (result != 0)
            return -1;
        diag_error(d, DIAG_DATA, &at, "a '=' is missing");
        diag_hint(d, "write PATH=VALUE, such as rule.quota.k=0.5");
        return -1;
    }
    struct node *value = NULL;
    if (read_value(arena, source, equals + 1, &at, &value, d) != 0 || result != 0)
        return -1;
    struct walk w = {.arena = arena, .path = &path, .d = d, .here = root};
    enum walk_result end = walk(&w);
    if (end == WALK_FAILED || (end == WALK_MISSING && check_new_keys(&w) != 0))
        return -1;
    assign(&w, value);
    return 0;
}
