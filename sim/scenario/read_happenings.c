/* Read last: a `set` may name anything that was read before. */
#include "scenario/loading.h"
#include "scenario/sections.h"
#include "scenario/setting_words.h"

#include <math.h>
#include <string.h>

/* "at, do, name, pool and gpus": what the type takes, for a hint. */
static const char *keys_of(struct loading *l, const struct happening_type *type)
{
    const char *keys[16];
    size_t n = 0;
    for (size_t i = 0; i < happening_key_settings.n_items; i++)
        if ((type->needs | type->admits) & (unsigned)happening_keys[i])
            keys[n++] = happening_key_settings.items[i].key;
    return words_list(l->reader.arena, keys, n, "and");
}

static bool takes(const struct happening_type *type, const char *key)
{
    for (size_t i = 0; i < happening_key_settings.n_items; i++)
        if (strcmp(happening_key_settings.items[i].key, key) == 0)
            return (type->needs | type->admits) & (unsigned)happening_keys[i];
    return true;
}

/* Reads the keys of a type; `value` depends on what is set and is read later. */
static void read_keys(struct loading *l, struct form *f,
                      const struct happening_type *type, struct happening_record *record)
{
    for (size_t i = 0; i < happening_key_settings.n_items; i++) {
        const struct setting *setting = &happening_key_settings.items[i];
        enum happening_key key = happening_keys[i];
        if (!((type->needs | type->admits) & (unsigned)key))
            continue;
        if (key == KEY_VALUE)
            form_node(f, setting->key);
        else
            form_setting(f, setting, record);
        /* A pool may be left out: loading_resolve_pool says when not. */
        if ((type->needs & (unsigned)key) && key != KEY_POOL &&
            !node_find(f->group, setting->key))
            form_missing(f, setting->key, form_help(f, setting));
    }
    for (size_t i = 0; i < f->group->n_children; i++) {
        struct node *child = f->group->children[i];
        if (!settings_find(&happening_key_settings, child->key) ||
            takes(type, child->key))
            continue;
        child->is_read = true;
        form_error(f, &child->at, "%s takes no '%s'", type->name, child->key);
        diag_hint(l->reader.d, "beside at or per_year, do and name it takes %s",
                  keys_of(l, type));
    }
}

/* Without a known kind only what no kind takes is reported. */
static void skip_keys(struct form *f)
{
    for (size_t i = 0; i < happening_key_settings.n_items; i++)
        form_node(f, happening_key_settings.items[i].key);
}

static void check_fleet(struct loading *l, struct form *f,
                        const struct happening_record *record)
{
    if (record->gpus > 0 && record->gpus == floor(record->gpus))
        return;
    if (!isnan(record->gpus))
        form_error(f, form_place(f, "gpus"), "gpus is %s, must be a whole number > 0",
                   number_words(l->reader.arena, record->gpus));
}

static void check_company(struct form *f, const char *key, const char *company)
{
    if (node_find(f->group, key))
        form_error(f, form_place(f, key), "'%s' goes with %s", key, company);
}

/* A project, a person or some people; each with what goes with it. */
static void check_move(struct loading *l, struct form *f, const struct happening *h)
{
    static const char *const keys[] = {"project", "person", "from"};
    int which = form_choose(f, "move", keys, 3);
    if (which == 2 && !node_find(f->group, "people"))
        form_missing(f, "people", "how many move");
    if (which == 0 || which == 1)
        check_company(f, "people", "'from'");
    if (which > 0)
        check_company(f, "days", "'project'");
    if (which == 0)
        check_company(f, "step", "people");
    if (h->from >= 0 && h->from == h->team)
        form_error(f, form_place(f, "from"), "they are in team '%s' already",
                   l->teams[h->team].name);
}

static int find_person(struct loading *l, struct form *f, const char *name)
{
    bool is_known = loading_resolve(l, f, "person", name, &l->person_names, NULL) >= 0;
    return is_known ? scenario_find_person(l->s, name) : -1;
}

static void read_market(struct loading *l, struct form *f, struct happening *h)
{
    const struct setting *setting = settings_find(&team_people_settings, "market");
    struct node *value = node_find(f->group, "value");
    if (!value || reader_number(&l->reader, f->who, "value", setting, value, &h->value))
        f->is_bad = true;
}

/* What concerns people. */
static void resolve_people(struct loading *l, struct form *f,
                           const struct happening_record *record, struct happening *h)
{
    static const char *const leavers[] = {"person", "team"};
    if (takes(&happening_types[h->kind], "from") && record->from)
        h->from =
            loading_resolve(l, f, "from", record->from, &l->team_names, &l->group_names);
    if (takes(&happening_types[h->kind], "person") && record->person)
        h->person = find_person(l, f, record->person);
    h->people = record->people > 0 ? record->people : 0;
    h->fraction = isnan(record->fraction) ? 0 : record->fraction;
    h->hours = isnan(record->hours) ? 0 : record->hours;
    h->step = isnan(record->step) ? 0 : record->step;
    if (h->kind == HAPPENING_MOVE)
        check_move(l, f, h);
    if (h->kind == HAPPENING_MERGE && h->from >= 0 && h->from == h->team)
        form_error(f, form_place(f, "from"), "a team cannot be merged into itself");
    if (h->kind == HAPPENING_LEAVE)
        form_choose(f, "leave", leavers, 2);
    if (h->kind == HAPPENING_MARKET)
        read_market(l, f, h);
}

static void read_set(struct loading *l, struct form *f, const char *path,
                     struct happening *h)
{
    struct node *value = node_find(f->group, "value");
    if (!path || !value || set_target_resolve(l, f, path, &h->target) != 0) {
        f->is_bad = true;
        return;
    }
    const struct setting *setting =
        h->target.setting ? h->target.setting : &rule_weight_setting;
    if (reader_number(&l->reader, f->who, "value", setting, value, &h->value) != 0)
        f->is_bad = true;
}

static void resolve(struct loading *l, struct form *f,
                    const struct happening_record *record, struct happening *h)
{
    unsigned keys = happening_types[h->kind].needs | happening_types[h->kind].admits;
    if (keys & KEY_POOL)
        h->pool = loading_resolve_pool(l, f, record->pool);
    if ((keys & KEY_PROJECT) && record->project)
        h->project = loading_resolve(l, f, "project", record->project, &l->project_names,
                                     &l->team_names);
    if ((keys & KEY_TEAM) && record->team)
        h->team =
            loading_resolve(l, f, "team", record->team, &l->team_names, &l->group_names);
    resolve_people(l, f, record, h);
    if (h->kind == HAPPENING_GRANT)
        loading_check_holder(l, f, "grant", h->project, h->team, h->pool);
    else if (keys & KEY_GPUS)
        check_fleet(l, f, record);
    if (h->kind == HAPPENING_SET)
        read_set(l, f, record->path, h);
}

/* At a date, or at random. */
static void check_when(struct loading *l, struct form *f)
{
    static const char *const keys[] = {"at", "per_year"};
    bool has_date = node_find(f->group, "at") != NULL;
    bool is_random = node_find(f->group, "per_year") != NULL;
    if (has_date && is_random)
        form_error(f, form_place(f, "per_year"), "takes either at or per_year, not both");
    if (has_date || is_random)
        return;
    f->is_bad = true;
    if (f->is_void || form_is_misspelt(f, keys, 2))
        return;
    form_error(f, &f->group->at, "at is missing");
    diag_hint(l->reader.d, "at: the day on which it happens; or per_year: how often on "
                           "average, at random instants");
}

static void read_happening(struct loading *l, struct node *node, size_t i)
{
    struct form f;
    struct happening_record record = {.per_year = NAN,
                                      .gpus = NAN,
                                      .days = NAN,
                                      .fraction = NAN,
                                      .hours = NAN,
                                      .step = NAN};
    form_open(&f, &l->reader, node, reader_who(&l->reader, "happening", node, i));
    form_read(&f, &happening_settings, &record);
    if (record.name)
        loading_add_name(l, &l->happening_names, record.name, (int)i, node);
    struct happening h = {.name = record.name,
                          .at_s = isnan(record.per_year) ? record.at_s : INFINITY,
                          .per_year = isnan(record.per_year) ? 0 : record.per_year,
                          .pool = -1,
                          .project = -1,
                          .team = -1,
                          .from = -1,
                          .person = -1};
    if (record.kind >= 0) {
        h.kind = (enum happening_kind)record.kind;
        read_keys(l, &f, &happening_types[record.kind], &record);
        resolve(l, &f, &record, &h);
        h.gpus = isnan(record.gpus) ? 0 : record.gpus;
        h.days = isnan(record.days) ? 0 : record.days;
    } else {
        skip_keys(&f);
    }
    check_when(l, &f);
    form_close(&f);
    l->is_bad_plan |= f.is_bad;
    if (f.is_bad)
        return;
    struct planned planned = {.happening = h,
                              .who = f.who,
                              .date = node_find(node, "at"),
                              .node = node,
                              .value = node_find(node, "value")};
    reader_plan(&l->reader, planned);
}

void read_happenings(struct loading *l, struct form *top)
{
    l->happening_names.sort = "happening";
    struct node *list = form_list(top, "happenings");
    l->is_bad_plan |= !list && node_find(top->group, "happenings");
    for (size_t i = 0; list && i < list->n_children; i++)
        read_happening(l, list->children[i], i);
    loading_check_names(l, &l->happening_names);
}
