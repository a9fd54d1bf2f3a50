#include "scenario/outcome_path.h"

#include <string.h>

const char *outcome_subject(const struct scenario *s, enum outcome_kind kind,
                            size_t subject)
{
    switch (kind) {
    case OF_POOL:
        return s->pools[subject].name;
    case OF_GROUP:
        return s->groups[subject].name;
    case OF_TEAM:
        return s->teams[subject].name;
    case OF_PROJECT:
        return s->projects[subject].name;
    case OF_COHORT:
        return s->cohorts[subject];
    case OF_ALL:
    case N_OUTCOME_KINDS:
        break;
    }
    return "all";
}

const char *outcome_mark(const struct scenario *s, size_t mark)
{
    return mark < s->n_marks ? s->marks[mark].date : "";
}

/* ---- reading ---- */

/* A path in its parts, unquoted. */
struct parts {
    const char *metric, *kind, *subject, *mark; /* NULL: left out */
};

static int complain(struct diag *d, enum diag_cause cause, const struct place *at,
                    const char *path, const char *what)
{
    diag_error(d, cause, at, "outcome '%s': %s", path, what);
    diag_hint(d, "METRIC:[KIND/]SUBJECT[@MARK], such as released:LLaMA or "
                 "fill_frac:team/LLaMA@2023-08-31; see allot list metrics");
    return -1;
}

/* Reads a name: up to one of `ends`, or within quotes. NULL: a quote is not closed. */
static char *read_name(struct arena *arena, const char **at, const char *ends)
{
    const char *p = *at;
    char *name = arena_alloc(arena, strlen(p) + 1, 1);
    size_t n = 0;
    if (*p != '"') {
        n = strcspn(p, ends);
        memcpy(name, p, n);
        *at = p + n;
        return name;
    }
    for (p++; *p && *p != '"'; p++) {
        p += p[0] == '\\' && p[1];
        name[n++] = *p;
    }
    if (!*p)
        return NULL;
    *at = p + 1;
    return name;
}

static int split(struct arena *arena, const char *path, struct parts *parts,
                 const char **why)
{
    const char *p = path;
    *parts = (struct parts){.metric = read_name(arena, &p, ":@")};
    *why = "a quote is not closed";
    if (!parts->metric)
        return -1;
    if (*p == ':') {
        p++;
        if (!(parts->subject = read_name(arena, &p, "/@")))
            return -1;
        if (*p == '/') {
            p++;
            parts->kind = parts->subject;
            if (!(parts->subject = read_name(arena, &p, "@")))
                return -1;
        }
    }
    if (*p == '@') {
        parts->mark = p + 1;
        p += strlen(p);
    }
    *why = "is not of this form";
    return *p ? -1 : 0;
}

/* The index of a subject of a kind by its name, or -1. */
static int find_subject(const struct scenario *s, enum outcome_kind kind,
                        const char *name)
{
    int group;
    switch (kind) {
    case OF_ALL:
        return strcmp(name, "all") == 0 ? 0 : -1;
    case OF_POOL:
        return scenario_find_pool(s, name);
    case OF_GROUP:
        group = scenario_find_group(s, name);
        return group >= 0 && s->groups[group].team < 0 ? group : -1;
    case OF_TEAM:
        return scenario_find_team(s, name);
    case OF_PROJECT:
        return scenario_find_project(s, name);
    case OF_COHORT:
        return scenario_find_cohort(s, name);
    case N_OUTCOME_KINDS:
        break;
    }
    return -1;
}

static int resolve_metric(const struct parts *parts, const char *path,
                          enum diag_cause cause, const struct place *at, struct diag *d)
{
    int metric = metric_find(parts->metric);
    if (metric >= 0)
        return metric;
    const char *names[N_METRICS];
    for (int m = 0; m < N_METRICS; m++)
        names[m] = metric_types[m].name;
    diag_error(d, cause, at, "outcome '%s': there is no metric '%s'", path,
               parts->metric);
    const char *near = text_suggest(parts->metric, names, N_METRICS);
    if (near)
        diag_hint(d, "did you mean '%s'?", near);
    else
        diag_hint(d, "see allot list metrics");
    return -1;
}

static int resolve_kind(const struct parts *parts, int metric, const char *path,
                        enum diag_cause cause, const struct place *at, struct diag *d)
{
    struct text text;
    int kind = outcome_kind_find(parts->kind);
    if (kind >= 0 && metric_types[metric].kinds >> kind & 1)
        return kind;
    text_init(&text);
    for (int k = 0; k < N_OUTCOME_KINDS; k++)
        if (metric_types[metric].kinds >> k & 1)
            text_printf(&text, "%s%s", text.length ? ", " : "", outcome_kinds[k]);
    diag_error(d, cause, at, "outcome '%s': %s is not measured by '%s'", path,
               parts->metric, parts->kind);
    diag_hint(d, "it is of: %s", text.bytes);
    text_release(&text);
    return -1;
}

static void hint_subject(const struct scenario *s, int metric, const char *name,
                         struct diag *d)
{
    size_t n = 0, most = 1 + s->n_pools + s->n_groups + s->n_teams + s->n_projects +
                         s->n_cohorts;
    struct arena arena;
    arena_init(&arena);
    const char **names = ARENA_ARRAY(&arena, const char *, most);
    unsigned kinds = metric_types[metric].kinds;
    const size_t counts[] = {1,          s->n_pools,    s->n_groups,
                             s->n_teams, s->n_projects, s->n_cohorts};
    for (int k = 0; k < N_OUTCOME_KINDS; k++)
        for (size_t i = k == OF_GROUP; i < counts[k] && kinds >> k & 1; i++)
            names[n++] = outcome_subject(s, (enum outcome_kind)k, i);
    const char *near = text_suggest(name, names, n);
    if (near)
        diag_hint(d, "did you mean '%s'?", near);
    arena_release(&arena);
}

/* All kinds in which the name exists and the metric is measured, as text. */
static void hint_meanings(unsigned meanings, const struct parts *parts, struct diag *d)
{
    struct text text;
    text_init(&text);
    for (int k = 0; k < N_OUTCOME_KINDS; k++)
        if (meanings >> k & 1)
            text_printf(&text, "%s%s:%s/%s", text.length ? " or " : "", parts->metric,
                        outcome_kinds[k], parts->subject);
    diag_hint(d, "say %s", text.bytes);
    text_release(&text);
}

static int resolve_subject(const struct scenario *s, const struct parts *parts,
                           const char *path, enum diag_cause cause,
                           const struct place *at, struct outcome_path *out,
                           struct diag *d)
{
    const struct metric_type *type = &metric_types[out->metric];
    unsigned meanings = 0;
    int found = -1, only = parts->kind ? (int)out->kind : -1;
    for (int k = 0; k < N_OUTCOME_KINDS; k++) {
        bool is_asked = type->kinds >> k & 1 && (only < 0 || only == k);
        if (is_asked && find_subject(s, (enum outcome_kind)k, parts->subject) >= 0) {
            meanings |= 1u << k;
            found = k;
        }
    }
    if (meanings == 0) {
        diag_error(d, cause, at, "outcome '%s': there is no %s '%s'", path,
                   only >= 0 ? outcome_kinds[only] : "subject", parts->subject);
        hint_subject(s, (int)out->metric, parts->subject, d);
        return -1;
    }
    bool is_one = (meanings & (meanings - 1)) == 0;
    if (!is_one && type->own != OF_ALL && meanings >> type->own & 1)
        found = type->own;
    else if (!is_one) {
        diag_error(d, cause, at, "outcome '%s': '%s' has more than one meaning", path,
                   parts->subject);
        hint_meanings(meanings, parts, d);
        return -1;
    }
    out->kind = (enum outcome_kind)found;
    out->subject = (size_t)find_subject(s, out->kind, parts->subject);
    return 0;
}

static int resolve_mark(const struct scenario *s, const struct parts *parts,
                        const char *path, enum diag_cause cause, const struct place *at,
                        struct outcome_path *out, struct diag *d)
{
    out->mark = s->n_marks;
    if (!parts->mark)
        return 0;
    for (out->mark = 0; out->mark < s->n_marks; out->mark++)
        if (strcmp(s->marks[out->mark].date, parts->mark) == 0)
            return 0;
    diag_error(d, cause, at, "outcome '%s': '%s' is not one of the scenario's marks",
               path, parts->mark);
    if (s->n_marks > 0)
        diag_hint(d, "marks = ( \"%s\" ...", s->marks[0].date);
    else
        diag_hint(d, "it has none: add marks = ( \"%s\" );", parts->mark);
    return -1;
}

int outcome_path_parse(const char *path, const struct scenario *s, enum diag_cause cause,
                       const struct place *at, struct outcome_path *out, struct diag *d)
{
    struct arena arena;
    struct parts parts;
    const char *why;
    arena_init(&arena);
    int result = split(&arena, path, &parts, &why);
    if (result != 0)
        complain(d, cause, at, path, why);
    int metric = result == 0 ? resolve_metric(&parts, path, cause, at, d) : -1;
    int kind =
        metric >= 0 && parts.kind ? resolve_kind(&parts, metric, path, cause, at, d) : 0;
    result = metric < 0 || kind < 0 ? -1 : 0;
    if (result == 0) {
        *out = (struct outcome_path){(enum metric)metric, (enum outcome_kind)kind, 0, 0};
        bool has_subject = parts.subject && *parts.subject;
        if (!has_subject && !(metric_types[metric].kinds & 1u << OF_ALL))
            result = complain(d, cause, at, path, "whose? There is no subject");
        else if (has_subject)
            result = resolve_subject(s, &parts, path, cause, at, out, d);
    }
    if (result == 0)
        result = resolve_mark(s, &parts, path, cause, at, out, d);
    arena_release(&arena);
    return result;
}
