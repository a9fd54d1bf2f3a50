#include "scenario/sweep.h"

#include "base/text.h"
#include "record/number.h"
#include "scenario/node_path.h"
#include "scenario/setting_words.h"

#include <math.h>
#include <string.h>

static const char *const design_names[N_DESIGNS] = {
    "grid", "random", "latin-hypercube", "sobol", "morris", "saltelli", "list"};

/* What is written before the parenthesis, and what stands in it. */
static const struct spread_type {
    const char *name;
    enum sweep_spread spread;
    size_t n;
    const char *parameters;
} spreads[] = {
    {"uniform", SPREAD_UNIFORM, 2, "from,to"},
    {"log-uniform", SPREAD_LOG_UNIFORM, 2, "from,to"},
    {"normal", SPREAD_NORMAL, 2, "mean,sd"},
    {"lognormal", SPREAD_LOGNORMAL, 2, "mean_of_log,sd_of_log"},
    {"triangular", SPREAD_TRIANGULAR, 3, "from,mode,to"},
};
enum { N_SPREADS = sizeof spreads / sizeof *spreads };

const char *sweep_design_name(size_t design)
{
    return design < N_DESIGNS ? design_names[design] : NULL;
}

int sweep_design_find(const char *name)
{
    for (int i = 0; i < N_DESIGNS; i++)
        if (strcmp(design_names[i], name) == 0)
            return i;
    return -1;
}

/* ---- the table ---- */

static const struct setting sweep_table[] = {
    {"design", SETTING_CHOICE, 0, offsetof(struct sweep, design), .fallback = DESIGN_GRID,
     .choice_at = sweep_design_name, .unit = "", .help = "how points are chosen"},
    {"points", SETTING_INT, 0, offsetof(struct sweep, points), .fallback = 64, .low = 1,
     .high = 1e6, .unit = "",
     .help = "how many, of random, latin-hypercube and sobol; base points of saltelli, "
             "each with k + 2 runs of k settings; ways of morris, each with k + 1"},
    {"replications", SETTING_INT, 0, offsetof(struct sweep, replications), .fallback = 1,
     .low = 1, .high = 1e6, .unit = "", .help = "of each point"},
    {"levels", SETTING_INT, 0, offsetof(struct sweep, levels), .fallback = 4, .low = 2,
     .high = 1000, .unit = "", .help = "of morris: into how many a range is cut; even"},
    {"file", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct sweep, file), .high = 1000,
     .unit = "", .help = "of list: a CSV file, a column a setting and a row a point"},
};
const struct settings sweep_settings = SETTINGS("sweep", sweep_table, struct sweep);

static const struct setting text_table[] = {
    {"vary", SETTING_TEXT, SETTING_OPTIONAL, 0, .high = 10000, .unit = "",
     .help = "a list: \"PATH=a,b,c\", \"PATH=from:to:step\", \"PATH=from:to\" or "
             "\"PATH=normal(mean,sd)\", log-uniform, lognormal, triangular"},
    {"zip", SETTING_TEXT, SETTING_OPTIONAL, 0, .high = 10000, .unit = "",
     .help = "a list: \"PATH,PATH\": settings that move together in a grid"},
    {"where", SETTING_TEXT, SETTING_OPTIONAL, 0, .high = 10000, .unit = "",
     .help = "a list: \"PATH <= PATH + 0.5\": which points are kept"},
};
const struct settings sweep_text_settings = SETTINGS("sweep", text_table, const char *);

/* ---- one text ---- */

struct reading {
    struct arena *arena;
    const struct place *at; /* NULL: the command line */
    const char *option, *text;
    struct diag *d;
};

static int wrong(struct reading *r, const char *message, const char *hint)
{
    if (r->at)
        diag_error(r->d, DIAG_DATA, r->at, "sweep.%s: '%s': %s", r->option, r->text,
                   message);
    else
        diag_error(r->d, DIAG_USAGE, NULL, "--%s '%s': %s", r->option, r->text, message);
    if (hint)
        diag_hint(r->d, "%s", hint);
    return -1;
}

static const char *trimmed(struct arena *arena, const char *bytes, size_t length)
{
    static const char blanks[] = " \t\r\n";
    while (length > 0 && strchr(blanks, *bytes))
        bytes++, length--;
    while (length > 0 && strchr(blanks, bytes[length - 1]))
        length--;
    return arena_copy(arena, bytes, length);
}

/* The length up to one of `ends` outside of quotes and brackets. */
static size_t part_length(const char *text, const char *ends)
{
    bool is_quoted = false;
    int depth = 0;
    size_t i = 0;
    for (; text[i]; i++) {
        if (text[i] == '"')
            is_quoted = !is_quoted;
        else if (is_quoted && text[i] == '\\' && text[i + 1])
            i++;
        else if (!is_quoted && strchr("([{", text[i]))
            depth++;
        else if (!is_quoted && strchr(")]}", text[i]))
            depth--;
        else if (!is_quoted && depth <= 0 && strchr(ends, text[i]))
            break;
    }
    return i;
}

/* Cuts a text at a separator: the parts, without blanks around them. */
static const char **split(struct arena *arena, const char *text, char separator,
                          size_t *n)
{
    const char ends[] = {separator, '\0'};
    *n = 1;
    for (const char *c = text; *(c += part_length(c, ends)); c++)
        ++*n;
    const char **parts = ARENA_ARRAY(arena, const char *, *n);
    for (size_t i = 0; i < *n; i++) {
        size_t length = part_length(text, ends);
        parts[i] = trimmed(arena, text, length);
        text += length + (text[length] != '\0');
    }
    return parts;
}

/* The path in the one spelling that it has; NULL and a message if it is none. */
static const char *read_path(struct reading *r, const char *path)
{
    struct diag why;
    const char **parts = NULL;
    size_t n = 0;
    diag_init(&why);
    int result = path_split(r->arena, path, NULL, &parts, &n, &why);
    if (result != 0)
        wrong(r, why.messages[0].message, NULL);
    diag_release(&why);
    return result == 0 ? path_join(r->arena, parts, n) : NULL;
}

static bool is_whole(const char *number)
{
    return !strpbrk(number, ".eEnN");
}

static const struct spread_type *find_spread(const char *spec)
{
    size_t length = strcspn(spec, "(");
    for (size_t i = 0; spec[length] && i < N_SPREADS; i++)
        if (strlen(spreads[i].name) == length &&
            strncmp(spreads[i].name, spec, length) == 0)
            return &spreads[i];
    return NULL;
}

static int read_numbers(struct reading *r, const char **parts, size_t n,
                        struct sweep_vary *vary)
{
    double *numbers[] = {&vary->a, &vary->b, &vary->c};
    vary->is_whole = true;
    for (size_t i = 0; i < n; i++) {
        if (!number_parse(parts[i], numbers[i]) || !isfinite(*numbers[i]))
            return wrong(r, arena_printf(r->arena, "'%s' is no number", parts[i]), NULL);
        vary->is_whole &= is_whole(parts[i]);
    }
    return 0;
}

/* What is wrong with the numbers of a spread, or NULL. */
static const char *judge_spread(const struct sweep_vary *v)
{
    switch (v->spread) {
    case SPREAD_VALUES:
        return NULL;
    case SPREAD_STEPS:
        if (v->c == 0 || (v->b - v->a) / v->c < 0)
            return "the step does not lead from the first number to the second";
        return (v->b - v->a) / v->c > 1e6 ? "more than a million steps" : NULL;
    case SPREAD_UNIFORM:
        return v->a < v->b ? NULL : "the first number must be < the second";
    case SPREAD_LOG_UNIFORM:
        return 0 < v->a && v->a < v->b ? NULL : "must be 0 < from < to";
    case SPREAD_NORMAL:
    case SPREAD_LOGNORMAL:
        return v->b > 0 ? NULL : "sd must be > 0";
    case SPREAD_TRIANGULAR:
        return v->a <= v->b && v->b <= v->c && v->a < v->c
                   ? NULL
                   : "must be from <= mode <= to, from < to";
    }
    return NULL;
}

static int read_distribution(struct reading *r, const struct spread_type *type,
                             const char *spec, struct sweep_vary *vary)
{
    size_t begin = strlen(type->name) + 1, length = strlen(spec), n = 0;
    if (spec[length - 1] != ')')
        return wrong(r, "a ')' is missing", NULL);
    const char **parts =
        split(r->arena, arena_copy(r->arena, spec + begin, length - begin - 1), ',', &n);
    if (n != type->n)
        return wrong(
            r, arena_printf(r->arena, "%s takes %s", type->name, type->parameters), NULL);
    vary->spread = type->spread;
    return read_numbers(r, parts, n, vary);
}

/* from:to or from:to:step; false if it is neither. */
static bool is_range(struct arena *arena, const char *spec, const char ***parts,
                     size_t *n)
{
    double number;
    *parts = split(arena, spec, ':', n);
    return (*n == 2 || *n == 3) && number_parse((*parts)[0], &number);
}

static int read_vary(struct reading *r, struct sweep_vary *vary)
{
    size_t equals = part_length(r->text, "="), n = 0;
    const char **parts = NULL;
    *vary = (struct sweep_vary){.zip = -1};
    if (r->text[equals] != '=')
        return wrong(
            r, "a '=' is missing",
            "write PATH=a,b,c or PATH=from:to:step, such as rule.quota.k=0:1:0.25");
    vary->path = read_path(r, trimmed(r->arena, r->text, equals));
    if (!vary->path)
        return -1;
    const char *spec =
        trimmed(r->arena, r->text + equals + 1, strlen(r->text + equals + 1));
    const struct spread_type *type = find_spread(spec);
    if (*spec == '\0')
        return wrong(r, "it has no values", NULL);
    if (type) {
        if (read_distribution(r, type, spec, vary) != 0)
            return -1;
    } else if (is_range(r->arena, spec, &parts, &n)) {
        vary->spread = n == 3 ? SPREAD_STEPS : SPREAD_UNIFORM;
        if (read_numbers(r, parts, n, vary) != 0)
            return -1;
    } else {
        vary->values = split(r->arena, spec, ',', &vary->n_values);
        for (size_t i = 0; i < vary->n_values; i++)
            if (*vary->values[i] == '\0')
                return wrong(r, "a value is empty", NULL);
    }
    const char *why = judge_spread(vary);
    return why ? wrong(r, why, NULL) : 0;
}

static int find_vary(const struct sweep *sweep, const char *path)
{
    for (size_t i = 0; i < sweep->n_varies; i++)
        if (strcmp(sweep->varies[i].path, path) == 0)
            return (int)i;
    return -1;
}

/* How many values a setting has in a grid; 0: no end of them. */
static size_t n_values_of(const struct sweep_vary *v)
{
    if (v->spread == SPREAD_VALUES)
        return v->n_values;
    return v->spread == SPREAD_STEPS ? (size_t)((v->b - v->a) / v->c + 1e-9) + 1 : 0;
}

static int unknown_path(struct reading *r, const struct sweep *sweep, const char *path)
{
    const char **paths = ARENA_ARRAY(r->arena, const char *, sweep->n_varies);
    for (size_t i = 0; i < sweep->n_varies; i++)
        paths[i] = sweep->varies[i].path;
    const char *near = text_suggest(path, paths, sweep->n_varies);
    return wrong(r, arena_printf(r->arena, "'%s' is not varied", path),
                 near ? arena_printf(r->arena, "did you mean '%s'?", near) : NULL);
}

static int read_zip(struct reading *r, int number, struct sweep *sweep)
{
    size_t n = 0, n_values = 0;
    const char **parts = split(r->arena, r->text, ',', &n);
    if (n < 2)
        return wrong(r, "takes at least two settings: PATH,PATH", NULL);
    for (size_t i = 0; i < n; i++) {
        const char *path = read_path(r, parts[i]);
        int found = path ? find_vary(sweep, path) : -1;
        if (found < 0)
            return path ? unknown_path(r, sweep, path) : -1;
        struct sweep_vary *vary = &sweep->varies[found];
        size_t n_its = n_values_of(vary);
        if (vary->zip >= 0)
            return wrong(r, arena_printf(r->arena, "'%s' is there twice", path), NULL);
        if (n_its == 0 || (i > 0 && n_its != n_values))
            return wrong(r, "the settings must have equally many values", NULL);
        n_values = n_its;
        vary->zip = number;
    }
    return 0;
}

/* ---- comparisons ---- */

static const char *const operators[] = {"<", "<=", ">", ">=", "=", "!="};

/* One side: words joined by + and -, which stand between blanks. */
static int read_side(struct reading *r, const struct sweep *sweep, const char *side,
                     struct sweep_term **terms, size_t *n)
{
    struct sweep_term *all = ARENA_ARRAY(r->arena, struct sweep_term, strlen(side) + 1);
    double sign = 1;
    *n = 0;
    for (const char *at = side; *at;) {
        size_t length = part_length(at, " ");
        const char *word = trimmed(r->arena, at, length);
        at += length + (at[length] != '\0');
        bool is_sign = strcmp(word, "+") == 0 || strcmp(word, "-") == 0;
        if (*word == '\0' || is_sign) {
            sign = is_sign ? (*word == '-' ? -1 : 1) : sign;
            continue;
        }
        struct sweep_term *term = &all[(*n)++];
        *term = (struct sweep_term){.sign = sign, .text = word};
        sign = 1;
        if (number_parse(word, &term->number))
            continue;
        const char *path = read_path(r, word);
        if (!path)
            return -1;
        if (find_vary(sweep, path) >= 0)
            term->path = path;
        else if (strchr(path, '.') || sweep->n_varies == 0)
            return unknown_path(r, sweep, path);
        else
            term->number = NAN; /* a word, such as max-min */
    }
    *terms = all;
    return *n > 0 ? 0 : wrong(r, "a side of it is empty", NULL);
}

static int read_where(struct reading *r, const struct sweep *sweep,
                      struct sweep_where *where)
{
    size_t at = part_length(r->text, "<>=!"), width = r->text[at + 0] ? 1 : 0;
    if (width && r->text[at + 1] == '=')
        width = 2;
    const char *op = arena_copy(r->arena, r->text + at, width);
    op = strcmp(op, "==") == 0 ? "=" : op;
    int found = -1;
    for (int i = 0; i <= SWEEP_NE; i++)
        if (strcmp(operators[i], op) == 0)
            found = i;
    if (found < 0)
        return wrong(r, "there is no comparison in it",
                     "write PATH <= NUMBER or PATH < PATH; the signs are <, <=, >, >=, = "
                     "and !=");
    where->text = r->text;
    where->op = (enum sweep_operator)found;
    if (read_side(r, sweep, trimmed(r->arena, r->text, at), &where->left,
                  &where->n_left) != 0)
        return -1;
    const char *rest = r->text + at + width;
    return read_side(r, sweep, trimmed(r->arena, rest, strlen(rest)), &where->right,
                     &where->n_right);
}

/* ---- all of them ---- */

static struct reading reading_of(struct arena *arena, const char *option,
                                 const char *text, const struct place *places, size_t i,
                                 struct diag *d)
{
    return (struct reading){arena, places ? &places[i] : NULL, option, text, d};
}

int sweep_read_texts(struct arena *arena, const struct sweep_texts *texts,
                     struct sweep *sweep, struct diag *d)
{
    size_t n_errors = diag_n_errors(d);
    sweep->varies = ARENA_ARRAY(arena, struct sweep_vary, texts->n_vary);
    sweep->wheres = ARENA_ARRAY(arena, struct sweep_where, texts->n_where);
    sweep->n_varies = sweep->n_wheres = 0;
    for (size_t i = 0; i < texts->n_vary; i++) {
        struct sweep_vary vary;
        struct reading r =
            reading_of(arena, "vary", texts->vary[i], texts->vary_at, i, d);
        if (read_vary(&r, &vary) != 0)
            continue;
        if (find_vary(sweep, vary.path) >= 0)
            wrong(&r, "the setting is varied already", NULL);
        else
            sweep->varies[sweep->n_varies++] = vary;
    }
    if (diag_n_errors(d) > n_errors)
        return -1;
    for (size_t i = 0; i < texts->n_zip; i++) {
        struct reading r = reading_of(arena, "zip", texts->zip[i], texts->zip_at, i, d);
        read_zip(&r, (int)i, sweep);
    }
    for (size_t i = 0; i < texts->n_where; i++) {
        struct reading r =
            reading_of(arena, "where", texts->where[i], texts->where_at, i, d);
        if (read_where(&r, sweep, &sweep->wheres[sweep->n_wheres]) == 0)
            sweep->n_wheres++;
    }
    return diag_n_errors(d) > n_errors ? -1 : 0;
}
