/* Groups are numbered as they stand in the file, parents before their children, so that a
 * tree of any depth becomes one array. */
#include "scenario/loading.h"
#include "scenario/sections.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void read_exploration(struct loading *l, struct node *node, const char *team_who,
                             const char *team_name, size_t i, int team)
{
    struct scenario *s = l->s;
    struct form f;
    struct exploration_record record = {0};
    const char *identity = node_identity("exploration", node);
    form_open(&f, &l->reader, node,
              arena_printf(l->reader.arena, "%s, exploration %zu", team_who, i + 1));
    const struct name_list *pools = &l->pool_names;
    const char *pool = identity ? identity : pools->n_names == 1 ? pools->names[0] : "?";
    f.target.home = HOME_EXPLORATION;
    f.target.index = (int)s->n_explorations;
    f.target.path =
        loading_path(l, "teams", team_name ? team_name : "?", "exploration", pool, NULL);
    form_read(&f, &exploration_settings, &record);
    record.exploration.team = team;
    record.exploration.pool = loading_resolve_pool(l, &f, record.pool);
    for (size_t k = 0; k < s->n_explorations && record.exploration.pool >= 0; k++) {
        const struct exploration *other = &l->explorations[k];
        if (other->team == team && other->pool == record.exploration.pool)
            form_error(&f, form_place(&f, "pool"),
                       "the team has an exploration on pool '%s' already",
                       l->pools[other->pool].name);
    }
    read_demand(l, &f, &record.exploration);
    form_close(&f);
    l->explorations[s->n_explorations++] = record.exploration;
}

static const char *read_node(struct loading *l, struct form *f,
                             const struct settings *settings, int parent,
                             struct group_record *record)
{
    struct scenario *s = l->s;
    int id = (int)s->n_groups++;
    l->group_nodes[id] = f->group;
    f->target.home = HOME_GROUP;
    f->target.index = id;
    const char *name = node_identity(settings->name, f->group);
    f->target.path = loading_path(l, settings->name, name ? name : "?", NULL);
    form_read(f, settings, record);
    struct group *group = &record->group;
    group->divide = group->division >= 0 ? divisions[group->division]->name : NULL;
    group->parent = parent;
    group->first_child = group->next_sibling = group->team = -1;
    read_bounds(l, f, id);
    return name;
}

static void read_requests(struct loading *l, struct form *team_form, int team)
{
    struct form f;
    struct node *node = form_group(team_form, team_requests_settings.name);
    form_open(&f, &l->reader, node,
              arena_printf(l->reader.arena, "%s, requests", team_form->who));
    f.target = team_form->target;
    f.target.path = arena_printf(l->reader.arena, "%s.%s", team_form->target.path,
                                 team_requests_settings.name);
    form_read(&f, &team_requests_settings, &l->teams[team]);
    form_close(&f);
}

static void read_team(struct loading *l, struct node *node, size_t i, int parent)
{
    struct scenario *s = l->s;
    struct form f;
    struct group_record record;
    int group = (int)s->n_groups, team = (int)s->n_teams++;
    form_open(&f, &l->reader, node, reader_who(&l->reader, "team", node, i));
    const char *name = read_node(l, &f, &team_settings, parent, &record);
    record.group.team = team;
    l->groups[group] = record.group;
    struct set_target target = f.target;
    f.target.home = HOME_TEAM;
    f.target.index = team;
    form_read(&f, &team_people_settings, &l->teams[team]);
    read_requests(l, &f, team);
    f.target = target;
    l->teams[team].name = record.group.name;
    l->teams[team].people = record.people;
    l->teams[team].group = group;
    loading_add_name(l, &l->team_names, record.group.name, team, node);
    struct node *list = form_list(&f, "exploration");
    for (size_t k = 0; list && k < list->n_children; k++)
        read_exploration(l, list->children[k], f.who, name, k, team);
    form_close(&f);
}

static void read_children(struct loading *l, struct form *f, int parent);

/* Whether nothing stands below the group that was numbered last, and no mistake hides it.
 */
static bool is_childless(const struct loading *l, const struct form *f, int group)
{
    const char *const keys[] = {group == 0 ? "organisation" : "groups", "teams"};
    for (size_t i = 0; i < 2; i++) {
        const struct node *list = node_find(f->group, keys[i]);
        if (list && list->kind != NODE_LIST)
            return false;
    }
    return (int)l->s->n_groups == group + 1 && !f->is_void &&
           !form_is_misspelt(f, keys, 2);
}

static void read_group(struct loading *l, struct node *node, size_t i, int parent)
{
    struct form f;
    struct group_record record;
    int group = (int)l->s->n_groups;
    form_open(&f, &l->reader, node, reader_who(&l->reader, "group", node, i));
    read_node(l, &f, &group_settings, parent, &record);
    l->groups[group] = record.group;
    loading_add_name(l, &l->group_names, record.group.name, group, node);
    read_children(l, &f, group);
    if (is_childless(l, &f, group)) {
        f.is_bad = true;
        reader_error(&l->reader, "", &node->at, "%s has no team", f.who);
        diag_hint(l->reader.d, "teams = ( { name = \"...\"; } ) makes it one");
    }
    form_close(&f);
}

/* The groups and teams directly below a group; calls read_group for each. */
static void read_children(struct loading *l, struct form *f, int parent)
{
    const char *key = parent == 0 ? "organisation" : "groups";
    struct node *groups = form_list(f, key);
    struct node *teams = form_list(f, "teams");
    bool hides_groups = f->is_void || (!groups && node_find(f->group, key));
    l->group_names.is_open |= hides_groups;
    l->team_names.is_open |= hides_groups || (!teams && node_find(f->group, "teams"));
    for (size_t i = 0; groups && i < groups->n_children; i++)
        read_group(l, groups->children[i], i, parent);
    for (size_t i = 0; teams && i < teams->n_children; i++)
        read_team(l, teams->children[i], i, parent);
}

/* ---- the tree ---- */

struct sibling {
    int parent, group;
    const char *name;
};

static int by_parent_and_name(const void *a, const void *b)
{
    const struct sibling *x = a, *y = b;
    if (x->parent != y->parent)
        return x->parent < y->parent ? -1 : 1;
    int order = strcmp(x->name ? x->name : "", y->name ? y->name : "");
    return order != 0 ? order : x->group < y->group ? -1 : 1;
}

static void link_siblings(struct loading *l)
{
    size_t n = l->s->n_groups;
    struct sibling *siblings = MEM_ARRAY(struct sibling, n);
    for (size_t g = 0; g < n; g++)
        siblings[g] = (struct sibling){l->groups[g].parent, (int)g, l->groups[g].name};
    qsort(siblings, n, sizeof *siblings, by_parent_and_name);
    for (size_t i = n; i-- > 1;) {
        struct group *parent = &l->groups[siblings[i].parent];
        l->groups[siblings[i].group].next_sibling = parent->first_child;
        parent->first_child = siblings[i].group;
    }
    mem_free(siblings);
}

static void check_group_names(struct loading *l)
{
    struct name_list all = {.sort = "group or team"};
    for (size_t g = 1; g < l->s->n_groups; g++)
        if (l->groups[g].name)
            loading_add_name(l, &all, l->groups[g].name, (int)g, l->group_nodes[g]);
    loading_check_names(l, &all);
}

static void allocate(struct loading *l, const struct form *top)
{
    struct arena *arena = l->reader.arena;
    struct scenario *s = l->s;
    const struct node *parts[] = {node_find(top->group, "organisation"),
                                  node_find(top->group, "teams")};
    size_t n_groups = 1, n_teams = 0, n_explorations = 0;
    for (size_t i = 0; i < 2; i++) {
        if (!parts[i])
            continue;
        n_groups += loading_count(parts[i], "organisation");
        n_groups += loading_count(parts[i], "groups");
        n_teams += loading_count(parts[i], "teams");
        n_explorations += loading_count(parts[i], "exploration");
    }
    n_groups += n_teams;
    s->groups = l->groups = ARENA_ARRAY(arena, struct group, n_groups);
    s->bounds = l->bounds = ARENA_ARRAY(arena, struct bounds, n_groups * s->n_pools);
    s->teams = l->teams = ARENA_ARRAY(arena, struct team, n_teams);
    s->explorations = l->explorations =
        ARENA_ARRAY(arena, struct exploration, n_explorations);
    l->group_nodes = ARENA_ARRAY(arena, struct node *, n_groups);
    l->is_bad_bound = ARENA_ARRAY(arena, bool, n_groups);
}

void read_organisation(struct loading *l, struct form *top)
{
    l->group_names.sort = "group";
    l->team_names.sort = "team";
    allocate(l, top);
    l->s->n_groups = 1;
    l->groups[0] = (struct group){.name = "",
                                  .share = 1,
                                  .parent = -1,
                                  .first_child = -1,
                                  .next_sibling = -1,
                                  .team = -1,
                                  .division = -1};
    for (size_t p = 0; p < l->s->n_pools; p++)
        l->bounds[p] = (struct bounds){0, INFINITY};
    read_children(l, top, 0);
    if (is_childless(l, top, 0)) {
        form_error(top, &top->group->at, "the scenario has no team");
        diag_hint(l->reader.d, "teams = ( { name = \"...\"; people = 10; } );");
    }
    if (l->s->n_groups == 1)
        l->team_names.is_open = l->group_names.is_open = true;
    check_group_names(l);
    link_siblings(l);
}
