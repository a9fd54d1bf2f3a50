/* What was before the first day: past use, books, grants in force, people, projects. */
#include "scenario/loading.h"
#include "scenario/sections.h"
#include "scenario/setting_words.h"

#include <math.h>

/* A group or team. */
static int resolve_group(struct loading *l, struct form *f, const char *name)
{
    int group = name ? loading_find(&l->group_names, name) : -1;
    if (group >= 0 || !name)
        return group;
    int team = loading_resolve(l, f, "group", name, &l->team_names, NULL);
    return team < 0 ? -1 : l->teams[team].group;
}

static void read_use(struct loading *l, struct form *f, void *item)
{
    struct opening_use *use = item;
    struct use_record record;
    form_read(f, &opening_use_settings, &record);
    *use = (struct opening_use){resolve_group(l, f, record.name), record.months_back,
                                record.used_gpu_hours, record.granted_gpu_hours};
}

static void read_offer(struct loading *l, struct form *f, void *item)
{
    (void)l;
    form_read(f, &opening_offer_settings, item);
}

/* Accounts are kept over the tree, where the division above the group keeps any. */
static void read_account(struct loading *l, struct form *f, void *item)
{
    struct opening_account *account = item;
    const struct rule *rule = &l->s->rule;
    struct account_record record;
    form_read(f, &opening_account_settings, &record);
    *account = record.account;
    account->group = resolve_group(l, f, record.name);
    account->pool = loading_resolve_pool(l, f, record.pool_name);
    if (l->is_bad_rule || account->group < 0)
        return;
    int division = rule_division_above(rule, l->groups, (size_t)account->group);
    if (rule->over != OVER_TREE)
        form_error(f, form_place(f, "group"),
                   "accounts are kept over the tree only, and the rule begins over "
                   "projects");
    else if (!divisions[division]->account_at_start)
        form_error(f, form_place(f, "group"),
                   "division '%s', in which '%s' takes part at the start, keeps no "
                   "accounts",
                   divisions[division]->name, record.name);
}

static void read_grant(struct loading *l, struct form *f, void *item)
{
    struct opening_grant *grant = item;
    struct grant_record record;
    form_read(f, &opening_grant_settings, &record);
    *grant = record.grant;
    grant->project = grant->team = -1;
    if (record.project)
        grant->project = loading_resolve(l, f, "project", record.project,
                                         &l->project_names, &l->team_names);
    if (record.team)
        grant->team =
            loading_resolve(l, f, "team", record.team, &l->team_names, &l->group_names);
    grant->pool = loading_resolve_pool(l, f, record.pool);
    loading_check_holder(l, f, "a grant", grant->project, grant->team, grant->pool);
}

static void read_mood(struct loading *l, struct form *f, void *item)
{
    static const char *const keys[] = {"team", "person"};
    struct opening_mood *mood = item;
    struct mood_record record;
    form_read(f, &opening_mood_settings, &record);
    *mood = record.mood;
    mood->team = mood->person = -1;
    int which = form_choose(f, "it", keys, 2);
    if (which == 0 && record.team)
        mood->team =
            loading_resolve(l, f, "team", record.team, &l->team_names, &l->group_names);
    if (which == 1 && record.person &&
        loading_resolve(l, f, "person", record.person, &l->person_names, NULL) >= 0)
        mood->person = scenario_find_person(l->s, record.person);
}

static void read_departures(struct loading *l, struct form *f, void *item)
{
    struct opening_departures *departures = item;
    struct departures_record record;
    form_read(f, &opening_departures_settings, &record);
    *departures = record.departures;
    departures->team = -1;
    if (record.team)
        departures->team =
            loading_resolve(l, f, "team", record.team, &l->team_names, &l->group_names);
}

/* What had begun waits for nothing. */
static void check_begun(struct loading *l, struct form *f,
                        const struct opening_progress *progress)
{
    const struct project *project = &l->projects[progress->project];
    size_t n = project->n_stages;
    if ((size_t)progress->stage > n)
        form_error(f, form_place(f, "stage"), "stage is %lld, but '%s' has %zu",
                   (long long)progress->stage, project->name, n);
    if (project->start_s > 0)
        form_error(f, form_place(f, "project"),
                   "'%s' cannot have begun before the start of the scenario: it starts "
                   "after it",
                   project->name);
    if (project->after >= 0)
        form_error(f, form_place(f, "project"),
                   "'%s' cannot have begun before the start of the scenario: it waits "
                   "for '%s'",
                   project->name, l->projects[project->after].name);
    if (progress->started_s > 0)
        form_error(f, form_place(f, "started"),
                   "started is after the start of the "
                   "scenario");
}

static void read_progress(struct loading *l, struct form *f, void *item)
{
    struct opening_progress *progress = item;
    struct progress_record record;
    form_read(f, &opening_progress_settings, &record);
    *progress = record.progress;
    progress->project = -1;
    if (record.project)
        progress->project = loading_resolve(l, f, "project", record.project,
                                            &l->project_names, &l->team_names);
    if (!f->is_bad && !l->is_bad_project[progress->project])
        check_begun(l, f, progress);
}

/* ---- lists ---- */

/* Whether two elements are about the same, which may stand only once. */
static bool is_same_use(const void *a, const void *b)
{
    const struct opening_use *x = a, *y = b;
    return x->group == y->group && x->months_back == y->months_back;
}

static bool is_same_offer(const void *a, const void *b)
{
    const struct opening_offer *x = a, *y = b;
    return x->months_back == y->months_back;
}

static bool is_same_account(const void *a, const void *b)
{
    const struct opening_account *x = a, *y = b;
    return x->group == y->group && x->pool == y->pool;
}

static bool is_same_grant(const void *a, const void *b)
{
    const struct opening_grant *x = a, *y = b;
    return x->project == y->project && x->team == y->team && x->pool == y->pool;
}

static bool is_same_mood(const void *a, const void *b)
{
    const struct opening_mood *x = a, *y = b;
    return x->team == y->team && x->person == y->person;
}

static bool is_same_departures(const void *a, const void *b)
{
    const struct opening_departures *x = a, *y = b;
    return x->team == y->team && x->days_ago == y->days_ago;
}

static bool is_same_progress(const void *a, const void *b)
{
    const struct opening_progress *x = a, *y = b;
    return x->project == y->project;
}

struct list {
    const char *key;
    size_t size;
    void (*read)(struct loading *, struct form *, void *item);
    bool (*is_same)(const void *, const void *);
};

static void *read_list(struct loading *l, struct form *f, struct list list, size_t *n)
{
    struct node *node = form_list(f, list.key);
    char *items = arena_alloc(l->reader.arena, node ? node->n_children : 0, list.size);
    *n = 0;
    for (size_t i = 0; node && i < node->n_children; i++) {
        struct form element;
        char *item = items + *n * list.size;
        form_open(&element, &l->reader, node->children[i],
                  arena_printf(l->reader.arena, "opening.%s %zu", list.key, i + 1));
        list.read(l, &element, item);
        form_close(&element);
        f->is_bad |= element.is_bad;
        if (element.is_bad)
            continue;
        for (size_t k = 0; k < *n; k++)
            if (list.is_same(items + k * list.size, item))
                form_error(&element, &node->children[i]->at, "is stated twice");
        f->is_bad |= element.is_bad;
        ++*n;
    }
    return items;
}

/* The list under a key, of structs `type`. */
#define READ_LIST(key, type, noun, n)                                                    \
    read_list(l, &f, (struct list){#key, sizeof(type), read_##noun, is_same_##noun}, (n))

/* ---- the whole ---- */

static void check_months(struct loading *l, struct form *f, struct opening *o)
{
    for (size_t i = 0; i < o->n_uses; i++)
        if ((size_t)o->uses[i].months_back > o->n_months)
            o->n_months = (size_t)o->uses[i].months_back;
    for (size_t i = 0; i < o->n_offers; i++)
        if ((size_t)o->offers[i].months_back > o->n_months)
            o->n_months = (size_t)o->offers[i].months_back;
    if (o->n_months > 0 && l->reader.has_start && l->reader.start.day != 1)
        form_error(f, &f->group->at,
                   "the past is told by whole months, so the run must start on the first "
                   "of one");
}

static void check_fit(struct loading *l, struct form *f, const struct opening *o)
{
    for (size_t p = 0; p < l->s->n_pools; p++) {
        const struct pool *pool = &l->pools[p];
        double granted = 0, room = (double)pool->gpus * (1 - pool->reserved_frac);
        for (size_t i = 0; i < o->n_grants; i++)
            granted += o->grants[i].pool == (int)p ? o->grants[i].gpus : 0;
        if (!l->is_bad_pool[p] && granted > room * (1 + 1e-9))
            form_error(f, form_place(f, "grants"),
                       "%s GPUs of pool '%s' are granted, but it offers %s at the start",
                       number_words(l->reader.arena, granted), pool->name,
                       number_words(l->reader.arena, room));
    }
}

void read_opening(struct loading *l, struct form *top)
{
    struct node *node = form_node(top, "opening");
    struct opening *o = &l->s->opening;
    struct form f;
    if (!node)
        return;
    form_open(&f, &l->reader, node, "opening");
    o->uses = READ_LIST(past, struct opening_use, use, &o->n_uses);
    o->offers = READ_LIST(offered, struct opening_offer, offer, &o->n_offers);
    o->accounts = READ_LIST(accounts, struct opening_account, account, &o->n_accounts);
    o->grants = READ_LIST(grants, struct opening_grant, grant, &o->n_grants);
    o->moods = READ_LIST(people, struct opening_mood, mood, &o->n_moods);
    o->departures =
        READ_LIST(departures, struct opening_departures, departures, &o->n_departures);
    o->progresses =
        READ_LIST(projects, struct opening_progress, progress, &o->n_progresses);
    form_close(&f);
    if (f.is_bad)
        return;
    check_months(l, &f, o);
    check_fit(l, &f, o);
}
