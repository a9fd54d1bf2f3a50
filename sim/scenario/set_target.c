/* A `set` names what it changes as --set does, but on what was read and not on the tree:
 * a setting that nobody wrote can be named, and teams and groups are found wherever they
 * stand. The tables of settings say what may change. */
#include "scenario/loading.h"
#include "scenario/node_path.h"
#include "scenario/sections.h"
#include "scenario/setting_words.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

struct way {
    struct loading *l;
    struct form *f; /* of the happening */
    const char *path;
    const char **parts;
    size_t n_parts, i; /* i: the next one */
    struct set_target *target;
};

static bool is_part(const struct way *w, size_t i, const char *word)
{
    return i < w->n_parts && strcmp(w->parts[i], word) == 0;
}

/* Appends the keys below a section that can change, as written behind its path. */
static void append_changeable(const char *path, struct text *out)
{
    size_t n = 0, length = strlen(path);
    const struct settings_section *sections = scenario_sections(&n);
    for (size_t i = 0; i < n; i++) {
        const char *below = sections[i].path + length;
        if (strncmp(sections[i].path, path, length) != 0 || (*below && *below != '.'))
            continue;
        below += *below == '.';
        for (size_t k = 0; k < sections[i].settings->n_items; k++) {
            const struct setting *setting = &sections[i].settings->items[k];
            if (setting->flags & SETTING_DATED)
                text_printf(out, "%s%s%s%s", out->length ? ", " : "", below,
                            *below ? "." : "", setting->key);
        }
    }
}

static void hint_changeable(struct way *w, const char *section)
{
    struct text list;
    text_init(&list);
    if (*section)
        append_changeable(section, &list);
    if (list.length)
        diag_hint(w->l->reader.d, "of %s these can change: %s", section, list.bytes);
    else if (!*section)
        diag_hint(w->l->reader.d,
                  "what can: pools.NAME.reserved_frac, projects.NAME.priority ...; see "
                  "allot list settings");
    text_release(&list);
}

static int report(struct way *w, const char *what)
{
    return form_error(w->f, form_place(w->f, "path"), "'%s' %s", w->path, what);
}

/* Reports that the next part names no setting of a section. */
static int unknown_setting(struct way *w, const char *section)
{
    report(w, "is no setting");
    const char *keys[64];
    size_t n = 0, n_sections = 0;
    const struct settings_section *sections = scenario_sections(&n_sections);
    for (size_t i = 0; i < n_sections; i++)
        for (size_t k = 0; strcmp(sections[i].path, section) == 0 &&
                           k < sections[i].settings->n_items && n < 64;
             k++)
            keys[n++] = sections[i].settings->items[k].key;
    const char *word = w->i < w->n_parts ? w->parts[w->i] : "";
    const char *nearest = text_suggest(word, keys, n);
    if (nearest && w->i + 1 == w->n_parts)
        diag_hint(w->l->reader.d, "did you mean '%s'?", nearest);
    else
        hint_changeable(w, section);
    return -1;
}

/* The last part is the key of a setting of the section, which must be one that can
 * change. Floors and ceilings may be followed by a pool. */
static int arrive(struct way *w, const char *section, enum setting_home home, int index,
                  int inner)
{
    const struct settings *table = NULL;
    const char *key = w->i < w->n_parts ? w->parts[w->i] : "";
    const struct setting *setting = section_find(section, key, &table);
    bool is_bound = setting && table == &bounds_settings;
    bool is_people =
        setting && (table == &team_people_settings || table == &team_requests_settings);
    if (!setting || w->i + (is_bound ? 2 : 1) < w->n_parts)
        return unknown_setting(w, section);
    if (!(setting->flags & SETTING_DATED)) {
        report(w, "cannot change during a run");
        hint_changeable(w, section);
        return -1;
    }
    if (is_bound && ++w->i < w->n_parts) {
        inner =
            loading_resolve(w->l, w->f, "path", w->parts[w->i], &w->l->pool_names, NULL);
        if (inner < 0)
            return -1;
    }
    *w->target =
        (struct set_target){.home = is_bound    ? HOME_BOUNDS
                                    : is_people ? HOME_TEAM
                                                : home,
                            .index = is_people ? w->l->groups[index].team : index,
                            .inner = inner,
                            .setting = setting,
                            .path = w->path};
    return 0;
}

/* The entity that the next part names; -1 and a message if there is none. */
static int find_named(struct way *w, const struct name_list *list,
                      const struct name_list *other)
{
    if (w->i >= w->n_parts) {
        report(w, "names no setting");
        return -1;
    }
    return loading_resolve(w->l, w->f, "path", w->parts[w->i++], list, other);
}

/* exploration.KEY where the team has one, or exploration.POOL.KEY */
static int walk_exploration(struct way *w, int team)
{
    struct loading *l = w->l;
    size_t n_left = w->n_parts - w->i;
    int found = -1, n_found = 0, pool = -1;
    if (loading_hides_exploration(l, team))
        return -1;
    if (n_left == 2 && (pool = find_named(w, &l->pool_names, NULL)) < 0)
        return -1;
    for (size_t i = 0; i < l->s->n_explorations; i++) {
        const struct exploration *e = &l->explorations[i];
        if (e->team != team || (pool >= 0 && e->pool != pool))
            continue;
        found = (int)i;
        n_found++;
    }
    const char *name = l->teams[team].name;
    if (n_found == 0)
        return form_error(w->f, form_place(w->f, "path"),
                          "team '%s' has no exploration%s", name,
                          pool >= 0 ? " on that pool" : "");
    if (n_found > 1) {
        form_error(w->f, form_place(w->f, "path"),
                   "team '%s' explores on several pools, and '%s' names none", name,
                   w->path);
        diag_hint(l->reader.d, "write teams.NAME.exploration.POOL.KEY");
        return -1;
    }
    return arrive(w, "teams.NAME.exploration.POOL", HOME_EXPLORATION, found, -1);
}

static int walk_team(struct way *w, int team)
{
    if (team < 0)
        return -1;
    if (is_part(w, w->i, "exploration") && w->i + 1 < w->n_parts) {
        w->i++;
        return walk_exploration(w, team);
    }
    if (is_part(w, w->i, team_requests_settings.name) && w->i + 1 < w->n_parts) {
        w->i++;
        return arrive(w, "teams.NAME.requests", HOME_GROUP, w->l->teams[team].group, -1);
    }
    return arrive(w, "teams.NAME", HOME_GROUP, w->l->teams[team].group, -1);
}

/* Behind groups.NAME or organisation.NAME: further down, or a setting of the group. */
static int walk_group(struct way *w, int group)
{
    struct loading *l = w->l;
    while (group >= 0 && w->i + 1 < w->n_parts) {
        bool is_team = is_part(w, w->i, "teams");
        if (!is_team && !is_part(w, w->i, "groups"))
            break;
        w->i++;
        int id = is_team ? find_named(w, &l->team_names, &l->group_names)
                         : find_named(w, &l->group_names, &l->team_names);
        int below = id < 0 ? -1 : is_team ? l->teams[id].group : id;
        if (below >= 0 && l->groups[below].parent != group)
            return form_error(w->f, form_place(w->f, "path"),
                              "'%s' does not stand directly below '%s'",
                              l->groups[below].name, l->groups[group].name);
        if (is_team)
            return walk_team(w, id);
        group = below;
    }
    return group < 0 ? -1 : arrive(w, "groups.NAME", HOME_GROUP, group, -1);
}

static int walk_organisation(struct way *w)
{
    struct loading *l = w->l;
    int group = find_named(w, &l->group_names, &l->team_names);
    if (group >= 0 && l->groups[group].parent != 0)
        return form_error(w->f, form_place(w->f, "path"),
                          "'%s' does not stand at the top of the organisation",
                          l->groups[group].name);
    return walk_group(w, group);
}

static const char *subject_name(const struct loading *l, const struct rating *rating)
{
    switch (rating->by) {
    case RATED_PROJECT:
        return l->projects[rating->id].name;
    case RATED_TEAM:
        return l->teams[rating->id].name;
    case RATED_GROUP:
        return l->groups[rating->id].name;
    case RATED_KIND:
        return l->kinds.names[rating->id];
    case RATED_TOPIC:
        return l->topics.names[rating->id];
    }
    return "";
}

static int walk_rating(struct way *w, int m)
{
    struct loading *l = w->l;
    const struct member *member = &l->members[m];
    const char *word = w->parts[w->i++];
    const char **names = ARENA_ARRAY(l->reader.arena, const char *, member->n_ratings);
    int found = -1, n_found = 0;
    for (size_t i = 0; i < member->n_ratings; i++) {
        if (member->ratings[i].id < 0)
            return -1; /* reported: it may be the one */
        names[i] = subject_name(l, &member->ratings[i]);
        if (strcmp(names[i], word) == 0) {
            found = (int)i;
            n_found++;
        }
    }
    if (n_found == 0) {
        form_error(w->f, form_place(w->f, "path"), "member '%s' has no rating of '%s'",
                   member->name, word);
        reader_hint(&l->reader, word, names, member->n_ratings);
        return -1;
    }
    if (n_found > 1) {
        form_error(w->f, form_place(w->f, "path"),
                   "member '%s' rates several things called '%s'", member->name, word);
        diag_hint(l->reader.d, "write the rating as values by date instead");
        return -1;
    }
    return arrive(w, "council.members.NAME.ratings.SUBJECT", HOME_RATING, m, found);
}

static int walk_people(struct way *w)
{
    if (!is_part(w, w->i, "hiring"))
        return arrive(w, "people", HOME_PEOPLE, -1, -1);
    w->i++;
    return arrive(w, "people.hiring", HOME_PEOPLE, -1, -1);
}

static int walk_council(struct way *w)
{
    static const char *const acts[] = {"cull", "consolidate"};
    for (size_t k = 0; k < sizeof acts / sizeof *acts; k++)
        if (is_part(w, w->i, acts[k])) {
            w->i++;
            return arrive(w, arena_printf(w->l->reader.arena, "council.%s", acts[k]),
                          HOME_COUNCIL, -1, -1);
        }
    if (!is_part(w, w->i, "members") || w->i + 1 == w->n_parts)
        return arrive(w, "council", HOME_COUNCIL, -1, -1);
    w->i++;
    int member = find_named(w, &w->l->member_names, NULL);
    if (member < 0)
        return -1;
    if (!is_part(w, w->i, "ratings") || w->i + 1 == w->n_parts)
        return arrive(w, "council.members.NAME", HOME_MEMBER, member, -1);
    w->i++;
    return walk_rating(w, member);
}

/* The part of a rule that the next part names, with settings below it. */
static int walk_part(struct way *w, const char *prefix, enum setting_home home, int index)
{
    const char *part = w->parts[w->i++];
    return arrive(w, arena_printf(w->l->reader.arena, "%s.%s", prefix, part), home, index,
                  -1);
}

static int walk_score(struct way *w)
{
    const char *part = w->i < w->n_parts ? w->parts[w->i] : "";
    int factor = factor_find(part);
    if (strcmp(part, "weights") == 0) {
        w->i++;
        int weight = w->i < w->n_parts ? factor_find(w->parts[w->i]) : -1;
        int result = arrive(w, "rule.score.weights", HOME_WEIGHT, weight, -1);
        if (result == 0)
            w->target->setting = NULL;
        return result;
    }
    if (settings_find(&rule_score_settings, part))
        return arrive(w, "rule.score", HOME_RULE, -1, -1);
    if (factor >= 0 && factors[factor]->settings.n_items > 0)
        return walk_part(w, "rule.score", HOME_FACTOR, factor);
    return unknown_setting(w, "rule.score");
}

static int walk_rule(struct way *w)
{
    const char *part = w->i < w->n_parts ? w->parts[w->i] : "";
    int division = division_find(part), ledger = ledger_find(part);
    if (strcmp(part, "inertia") == 0)
        return walk_part(w, "rule", HOME_RULE, -1);
    if (strcmp(part, "score") == 0) {
        w->i++;
        return walk_score(w);
    }
    if (division >= 0 && divisions[division]->settings.n_items > 0)
        return walk_part(w, "rule", HOME_DIVISION, division);
    if (ledger >= 0 && ledgers[ledger]->settings.n_items > 0)
        return walk_part(w, "rule", HOME_LEDGER, ledger);
    return arrive(w, "rule", HOME_RULE, -1, -1);
}

static int walk_named(struct way *w, const char *section, enum setting_home home,
                      const struct name_list *list)
{
    int id = find_named(w, list, NULL);
    return id < 0 ? -1 : arrive(w, section, home, id, -1);
}

static int walk(struct way *w)
{
    static const char *const heads[] = {"pools",  "organisation", "groups",  "teams",
                                        "people", "projects",     "council", "rule"};
    struct loading *l = w->l;
    const char *head = w->parts[w->i++];
    if (strcmp(head, "pools") == 0)
        return walk_named(w, "pools.NAME", HOME_POOL, &l->pool_names);
    if (strcmp(head, "organisation") == 0)
        return walk_organisation(w);
    if (strcmp(head, "groups") == 0)
        return walk_group(w, find_named(w, &l->group_names, &l->team_names));
    if (strcmp(head, "teams") == 0)
        return walk_team(w, find_named(w, &l->team_names, &l->group_names));
    if (strcmp(head, "projects") == 0)
        return walk_named(w, "projects.NAME", HOME_PROJECT, &l->project_names);
    if (strcmp(head, "people") == 0)
        return walk_people(w);
    if (strcmp(head, "council") == 0)
        return walk_council(w);
    if (strcmp(head, "rule") == 0)
        return walk_rule(w);
    const struct settings *table = NULL;
    if (section_find("", head, &table)) {
        w->i--;
        return arrive(w, "", HOME_RULE, -1, -1);
    }
    report(w, "is no setting");
    reader_hint(&l->reader, head, heads, sizeof heads / sizeof *heads);
    return -1;
}

int set_target_resolve(struct loading *l, struct form *f, const char *path,
                       struct set_target *target)
{
    struct way w = {.l = l, .f = f, .path = path, .target = target};
    if (path_split(l->reader.arena, path, form_place(f, "path"), &w.parts, &w.n_parts,
                   l->reader.d) != 0) {
        f->is_bad = true;
        return -1;
    }
    return walk(&w);
}
