/* Who owns what. A project may change its team; a claim is its project's. */
#include "base/check.h"
#include "world/settle.h"

#include <math.h>
#include <string.h>

/* What is listed by owner: items[n] in the order in which they are to stand; NULL: as
 * they are numbered. */
struct listing {
    const size_t *items;
    size_t n, n_owners;
    int (*owner)(const struct world *, size_t);
};

/* first[owner] .. first[owner + 1] are the owner's: counting sort, O(n). */
static void list_owned(const struct world *w, struct listing l, size_t *first,
                       size_t *items)
{
    memset(first, 0, (l.n_owners + 1) * sizeof *first);
    for (size_t i = 0; i < l.n; i++)
        if (l.owner(w, i) >= 0)
            first[l.owner(w, i) + 1]++;
    for (size_t o = 0; o < l.n_owners; o++)
        first[o + 1] += first[o];
    for (size_t k = 0; k < l.n; k++) {
        size_t item = l.items ? l.items[k] : k;
        int owner = l.owner(w, item);
        if (owner >= 0)
            items[first[owner]++] = item;
    }
    for (size_t o = l.n_owners; o > 0; o--)
        first[o] = first[o - 1];
    first[0] = 0;
}

static int claimant_team(const struct world *w, size_t claimant)
{
    return w->claimants[claimant].team;
}

static int claimant_project(const struct world *w, size_t claimant)
{
    return w->claimants[claimant].project;
}

static int project_team(const struct world *w, size_t project)
{
    return w->projects[project].team;
}

static int project_after(const struct world *w, size_t project)
{
    return w->projects[project].after;
}

static int project_topic(const struct world *w, size_t project)
{
    return w->projects[project].topic_id;
}

static void list_teams(struct world *w)
{
    const struct scenario *s = w->scenario;
    list_owned(w, (struct listing){NULL, s->n_claimants, s->n_teams, claimant_team},
               w->team_first, w->team_claimants);
    list_owned(
        w, (struct listing){w->projects_by_name, s->n_projects, s->n_teams, project_team},
        w->team_project_first, w->team_projects);
}

void owners_init(struct world *w, struct arena *arena)
{
    const struct scenario *s = w->scenario;
    size_t n = s->n_projects;
    w->team_first = ARENA_ARRAY(arena, size_t, s->n_teams + 1);
    w->team_claimants = ARENA_ARRAY(arena, size_t, s->n_claimants);
    w->team_project_first = ARENA_ARRAY(arena, size_t, s->n_teams + 1);
    w->team_projects = ARENA_ARRAY(arena, size_t, n);
    w->project_first = ARENA_ARRAY(arena, size_t, n + 1);
    w->project_claimants = ARENA_ARRAY(arena, size_t, s->n_claimants);
    w->follower_first = ARENA_ARRAY(arena, size_t, n + 1);
    w->followers = ARENA_ARRAY(arena, size_t, n);
    w->topic_first = ARENA_ARRAY(arena, size_t, s->n_topics + 1);
    w->topic_projects = ARENA_ARRAY(arena, size_t, n);
    list_teams(w);
    list_owned(w, (struct listing){NULL, s->n_claimants, n, claimant_project},
               w->project_first, w->project_claimants);
    list_owned(w, (struct listing){w->projects_by_name, n, n, project_after},
               w->follower_first, w->followers);
    list_owned(w, (struct listing){w->projects_by_name, n, s->n_topics, project_topic},
               w->topic_first, w->topic_projects);
}

void holding_amounts_add(struct holding_amounts *sum, const struct holding_amounts *a)
{
    sum->requested_gpu_s += a->requested_gpu_s;
    sum->needed_gpu_s += a->needed_gpu_s;
    sum->granted_gpu_s += a->granted_gpu_s;
    sum->used_gpu_s += a->used_gpu_s;
    sum->lent_gpu_s += a->lent_gpu_s;
    sum->filled_gpu_s += a->filled_gpu_s;
}

/* Never below 0 by what rounding leaves. */
static double less(double a, double b)
{
    return a > b ? a - b : 0;
}

struct holding_amounts amounts_less(struct holding_amounts a,
                                    const struct holding_amounts *b)
{
    return (struct holding_amounts){
        .requested_gpu_s = less(a.requested_gpu_s, b->requested_gpu_s),
        .needed_gpu_s = less(a.needed_gpu_s, b->needed_gpu_s),
        .granted_gpu_s = less(a.granted_gpu_s, b->granted_gpu_s),
        .used_gpu_s = less(a.used_gpu_s, b->used_gpu_s),
        .lent_gpu_s = less(a.lent_gpu_s, b->lent_gpu_s),
        .filled_gpu_s = less(a.filled_gpu_s, b->filled_gpu_s)};
}

struct holding_amounts world_owned_month(const struct world *world, size_t claimant)
{
    const struct holding *h = &world->holdings[claimant];
    return h->elsewhere ? amounts_less(h->month, &h->elsewhere->month) : h->month;
}

struct holding_amounts world_owned_run(const struct world *world, size_t claimant)
{
    const struct former_claims *elsewhere = world->holdings[claimant].elsewhere;
    struct holding_amounts all = world_run_amounts(world, claimant);
    return elsewhere ? amounts_less(all, &elsewhere->run) : all;
}

/* ---- what projects used under former owners ---- */

static struct former_use *former_use_of(struct world *world, size_t project, size_t team)
{
    for (size_t i = 0; i < world->n_former_uses; i++)
        if (world->former_uses[i].project == project &&
            world->former_uses[i].team == team)
            return &world->former_uses[i];
    if (world->n_former_uses == world->former_uses_capacity) {
        size_t capacity = world->n_former_uses ? 2 * world->n_former_uses : 8;
        struct former_use *all = ARENA_ARRAY(world->arena, struct former_use, capacity);
        if (world->n_former_uses)
            memcpy(all, world->former_uses, world->n_former_uses * sizeof *all);
        world->former_uses = all;
        world->former_uses_capacity = capacity;
    }
    struct former_use *use = &world->former_uses[world->n_former_uses++];
    *use = (struct former_use){project, team, 0, 0};
    return use;
}

double world_former_use(const struct world *world, size_t project)
{
    double sum = 0;
    for (size_t k = world->project_first[project]; k < world->project_first[project + 1];
         k++) {
        const struct holding *h = &world->holdings[world->project_claimants[k]];
        sum += h->elsewhere ? h->elsewhere->run.used_gpu_s : 0;
    }
    return sum;
}

void hand_over_month_use(struct world *world, size_t from, size_t team)
{
    size_t n = world->n_former_uses; /* more may come */
    for (size_t i = 0; i < n; i++) {
        struct former_use *use = &world->former_uses[i];
        double month_gpu_s = use->month_gpu_s;
        if (use->team != from || month_gpu_s == 0)
            continue;
        use->run_gpu_s = fmax(0, use->run_gpu_s - month_gpu_s);
        use->month_gpu_s = 0;
        use = former_use_of(world, use->project, team);
        use->run_gpu_s += month_gpu_s;
        use->month_gpu_s += month_gpu_s;
    }
}

void close_month_of_owners(struct world *world)
{
    for (size_t i = 0; i < world->n_former_uses; i++)
        world->former_uses[i].month_gpu_s = 0;
    for (size_t k = 0; k < world->scenario->n_teams * world->scenario->n_pools; k++)
        world->former_claims[k].month = (struct holding_amounts){0};
}

void leave_behind(struct world *world, size_t claimant)
{
    const struct claimant *c = &world->claimants[claimant];
    size_t cell = (size_t)c->team * world->scenario->n_pools + (size_t)c->pool;
    struct former_claims *former = &world->former_claims[cell];
    struct holding *h = &world->holdings[claimant];
    settle_holding(world, claimant);
    struct holding_amounts month = world_owned_month(world, claimant);
    struct holding_amounts run = world_owned_run(world, claimant);
    holding_amounts_add(&former->month, &month);
    holding_amounts_add(&former->run, &run);
    if (c->project >= 0) {
        struct former_use *use =
            former_use_of(world, (size_t)c->project, (size_t)c->team);
        use->month_gpu_s += month.used_gpu_s;
        use->run_gpu_s += run.used_gpu_s;
    }
    world->has_former_claims = true;
    if (!h->elsewhere)
        h->elsewhere = ARENA_NEW(world->arena, struct former_claims);
    *h->elsewhere = (struct former_claims){.month = h->month, .run = h->run};
}

void world_move_project(struct world *world, size_t project, size_t team)
{
    size_t from = (size_t)world->projects[project].team;
    if (from == team)
        return;
    settle_project(world, project);
    for (size_t k = world->project_first[project]; k < world->project_first[project + 1];
         k++) {
        size_t c = world->project_claimants[k];
        leave_behind(world, c);
        world->claimants[c].team = (int)team;
    }
    world->projects[project].team = (int)team;
    world->n_handed_over++;
    list_teams(world);
    refresh_builds(world, from);
    refresh_builds(world, team);
    refresh_project(world, project);
    world_refresh_project_need(world, project);
    sample_team(world, from);
    sample_team(world, team);
}

static void add_cell(double sums[3], const struct holding_amounts *a, double sign)
{
    sums[0] += sign * a->needed_gpu_s;
    sums[1] += sign * a->granted_gpu_s;
    sums[2] += sign * a->used_gpu_s;
}

/* What a project used under all its former owners. */
static void check_former_use(const struct world *world, size_t project)
{
    double used = 0, all = world->project_states[project].used_gpu_s;
    for (size_t i = 0; i < world->n_former_uses; i++)
        if (world->former_uses[i].project == project)
            used += world->former_uses[i].run_gpu_s;
    CHECK(fabs(used - world_former_use(world, project)) <= 1e-9 * fmax(1e3, all));
}

/* What claims amounted to under former owners is what these have in their books. */
static void check_former(const struct world *world)
{
    size_t n_pools = world->scenario->n_pools;
    for (size_t p = 0; p < n_pools; p++) {
        double run[3] = {0}, month[3] = {0}, all[3] = {0};
        for (size_t c = world->pool_claimants[p]; c < world->pool_claimants[p + 1]; c++) {
            const struct holding *h = &world->holdings[c];
            add_cell(all, &h->run, 1);
            if (!h->elsewhere)
                continue;
            add_cell(run, &h->elsewhere->run, 1);
            add_cell(month, &h->elsewhere->month, 1);
        }
        for (size_t t = 0; t < world->scenario->n_teams; t++) {
            add_cell(run, &world->former_claims[t * n_pools + p].run, -1);
            add_cell(month, &world->former_claims[t * n_pools + p].month, -1);
        }
        for (int k = 0; k < 3; k++)
            CHECK(fabs(run[k]) <= 1e-9 * fmax(1, all[k]) &&
                  fabs(month[k]) <= 1e-9 * fmax(1, all[k]));
    }
}

void check_owners(const struct world *world)
{
    const struct scenario *s = world->scenario;
    size_t n_claimants = 0, n_projects = 0;
    for (size_t t = 0; t < s->n_teams; t++) {
        for (size_t k = world->team_first[t]; k < world->team_first[t + 1]; k++) {
            CHECK((size_t)world->claimants[world->team_claimants[k]].team == t);
            n_claimants++;
        }
        for (size_t k = world->team_project_first[t];
             k < world->team_project_first[t + 1]; k++) {
            CHECK((size_t)world->projects[world->team_projects[k]].team == t);
            n_projects++;
        }
    }
    CHECK(n_claimants == s->n_claimants && n_projects == s->n_projects);
    check_former(world);
    for (size_t i = 0; i < s->n_projects; i++)
        check_former_use(world, i);
    for (size_t c = 0; c < s->n_claimants; c++)
        if (world->claimants[c].project >= 0)
            CHECK(world->claimants[c].team ==
                  world->projects[world->claimants[c].project].team);
}
