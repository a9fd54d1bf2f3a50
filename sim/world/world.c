#include "world/world.h"

#include "base/check.h"
#include "world/settle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const project_phases[] = {"planned", "active", "paused", "released",
                                      "cancelled"};

static void *copy_of(struct arena *arena, const void *items, size_t n, size_t size)
{
    void *copy = arena_alloc(arena, n, size);
    if (n)
        memcpy(copy, items, n * size);
    return copy;
}

static void copy_settings(struct world *w, struct arena *arena)
{
    const struct scenario *s = w->scenario;
    w->pools = copy_of(arena, s->pools, s->n_pools, sizeof *w->pools);
    w->groups = copy_of(arena, s->groups, s->n_groups, sizeof *w->groups);
    w->bounds = copy_of(arena, s->bounds, s->n_groups * s->n_pools, sizeof *w->bounds);
    w->explorations =
        copy_of(arena, s->explorations, s->n_explorations, sizeof *w->explorations);
    w->people = s->people;
    w->teams = copy_of(arena, s->teams, s->n_teams, sizeof *w->teams);
    w->claimants = copy_of(arena, s->claimants, s->n_claimants, sizeof *w->claimants);
    w->projects = copy_of(arena, s->projects, s->n_projects, sizeof *w->projects);
    w->council = s->council;
    w->council.members =
        copy_of(arena, s->council.members, s->council.n_members, sizeof(struct member));
    for (size_t m = 0; m < s->council.n_members; m++) {
        struct member *member = &w->council.members[m];
        member->ratings =
            copy_of(arena, member->ratings, member->n_ratings, sizeof(struct rating));
    }
    rule_copy(&w->rule, &s->rule, arena);
}

struct named {
    const char *name;
    size_t index;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

/* Indices in the order of names, so that no sum over projects, and nothing that several
 * teams do at one instant, depends on the file; and the place of each. */
static size_t *sort_names(struct named *all, size_t n, size_t **ranks,
                          struct arena *arena)
{
    size_t *sorted = ARENA_ARRAY(arena, size_t, n);
    *ranks = ARENA_ARRAY(arena, size_t, n);
    qsort(all, n, sizeof *all, by_name);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = all[i].index;
        (*ranks)[all[i].index] = i;
    }
    return sorted;
}

static void sort_entities(struct world *w, struct arena *arena)
{
    const struct scenario *s = w->scenario;
    struct named *projects = ARENA_ARRAY(arena, struct named, s->n_projects);
    struct named *teams = ARENA_ARRAY(arena, struct named, s->n_teams);
    for (size_t i = 0; i < s->n_projects; i++)
        projects[i] = (struct named){s->projects[i].name, i};
    for (size_t t = 0; t < s->n_teams; t++)
        teams[t] = (struct named){s->teams[t].name, t};
    w->projects_by_name = sort_names(projects, s->n_projects, &w->project_ranks, arena);
    w->teams_by_name = sort_names(teams, s->n_teams, &w->team_ranks, arena);
}

void put_ranked(size_t *items, size_t *n, const size_t *ranks, size_t item)
{
    size_t at = (*n)++;
    while (at > 0 && ranks[items[(at - 1) / 2]] > ranks[item]) {
        items[at] = items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    items[at] = item;
}

size_t take_first(size_t *items, size_t *n, const size_t *ranks)
{
    size_t first = items[0], item = items[--*n], at = 0;
    for (size_t child; (child = 2 * at + 1) < *n; at = child) {
        if (child + 1 < *n && ranks[items[child + 1]] < ranks[items[child]])
            child++;
        if (ranks[items[child]] >= ranks[item])
            break;
        items[at] = items[child];
    }
    items[at] = item;
    return first;
}

static void make_indices(struct world *w, struct arena *arena)
{
    const struct scenario *s = w->scenario;
    w->pool_claimants = ARENA_ARRAY(arena, size_t, s->n_pools + 1);
    w->exploration_claimant = ARENA_ARRAY(arena, int, s->n_explorations);
    for (size_t c = 0; c < s->n_claimants; c++) {
        CHECK(c == 0 || s->claimants[c - 1].pool <= s->claimants[c].pool);
        w->pool_claimants[s->claimants[c].pool + 1] = c + 1;
        if (s->claimants[c].exploration >= 0)
            w->exploration_claimant[s->claimants[c].exploration] = (int)c;
    }
    for (size_t p = 0; p < s->n_pools; p++)
        if (w->pool_claimants[p + 1] < w->pool_claimants[p])
            w->pool_claimants[p + 1] = w->pool_claimants[p];
    sort_entities(w, arena);
    owners_init(w, arena);
}

static void init_states(struct world *w, struct arena *arena)
{
    const struct scenario *s = w->scenario;
    w->pool_states = ARENA_ARRAY(arena, struct pool_state, s->n_pools);
    w->team_states = ARENA_ARRAY(arena, struct team_state, s->n_teams);
    w->former_claims = ARENA_ARRAY(arena, struct former_claims, s->n_teams * s->n_pools);
    w->project_states = ARENA_ARRAY(arena, struct project_state, s->n_projects);
    w->holdings = ARENA_ARRAY(arena, struct holding, s->n_claimants);
    w->moved = ARENA_ARRAY(arena, struct keyed, s->n_projects);
    w->exploration_draws = ARENA_ARRAY(arena, double, s->n_explorations);
    for (size_t p = 0; p < s->n_pools; p++) {
        w->pool_states[p].installed_gpus = (double)s->pools[p].gpus;
        w->pool_states[p].reserved_gpus =
            (double)s->pools[p].gpus * s->pools[p].reserved_frac;
    }
    for (size_t i = 0; i < s->n_projects; i++) {
        struct project_state *project = &w->project_states[i];
        project->started_s = project->released_s = project->cancelled_s = NAN;
        project->slip_s = NAN;
        project->works = ARENA_ARRAY(arena, double, s->projects[i].n_stages);
        for (size_t k = 0; k < s->projects[i].n_stages; k++) {
            project->works[k] = stage_work(&s->projects[i].stages[k]);
            if (s->projects[i].stages[k].kind == STAGE_TRAIN)
                project->planned_gpu_s += project->works[k];
        }
        project->left = project->works[0];
    }
}

void world_init(struct world *world, const struct scenario *scenario, struct arena *arena)
{
    *world = (struct world){.scenario = scenario, .needs_at_s = NAN};
    copy_settings(world, arena);
    world->accounts = ARENA_ARRAY(arena, double *, n_divisions);
    world->account_totals =
        ARENA_ARRAY(arena, struct account_total, n_divisions * scenario->n_pools);
    make_indices(world, arena);
    init_states(world, arena);
    people_init(world, arena);
    for (size_t t = 0; t < scenario->n_teams; t++)
        world->team_states[t].padding = scenario->teams[t].requests.padding;
    month_init(world, arena);
    history_init(world, arena);
    opening_init(world);
    for (size_t t = 0; t < scenario->n_teams; t++)
        refresh_feelings(world, t);
}

void world_advance(struct world *world, double now_s)
{
    CHECK(now_s >= world->now_s);
    world->now_s = now_s;
}

static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

static void check_pools(const struct world *w)
{
    for (size_t p = 0; p < w->scenario->n_pools; p++) {
        const struct pool_state *pool = &w->pool_states[p];
        double granted = 0, in_service = pool->installed_gpus - pool->failed_gpus;
        CHECK(pool->failed_gpus >= 0 && pool->installed_gpus >= pool->failed_gpus);
        CHECK(is_near(pool->reserved_gpus, in_service * w->pools[p].reserved_frac));
        for (size_t c = w->pool_claimants[p]; c < w->pool_claimants[p + 1]; c++) {
            const struct holding *h = &w->holdings[c];
            CHECK((size_t)w->scenario->claimants[c].pool == p);
            CHECK(isfinite(h->granted_gpus) && h->granted_gpus >= 0);
            CHECK(h->used_gpus >= 0 && h->used_gpus <= h->granted_gpus + h->lent_gpus);
            CHECK(h->used_gpus == gpus_at_work(w, c, h->granted_gpus + h->lent_gpus));
            CHECK(h->needed_gpus >= 0 && h->requested_gpus >= 0);
            CHECK(h->granted_gpus == 0 || world_can_hold(w, c));
            granted += h->granted_gpus;
        }
        double available = world_available_gpus(w, p);
        CHECK(granted <= available + 1e-9 * fmax(1, available));
    }
}

/* People of a team are on one build at a time: their work adds up to what they do. */
static void check_builds(const struct world *w)
{
    for (size_t t = 0; t < w->scenario->n_teams; t++) {
        size_t n_builds = 0;
        double people = 0;
        for (size_t k = w->team_project_first[t]; k < w->team_project_first[t + 1]; k++) {
            const struct stage *stage = world_stage(w, w->team_projects[k]);
            if (!stage || stage->kind != STAGE_BUILD)
                continue;
            n_builds++;
            people += w->project_states[w->team_projects[k]].rate;
        }
        CHECK(n_builds == w->team_states[t].n_builds);
        CHECK(people <= w->team_states[t].workers * (1 + 1e-9));
    }
}

/* What was done is what the stages take that are over, and the part of the present one:
 * but for the microsecond to which the end of a stage is rounded. */
static void check_done(const struct world *w, size_t project)
{
    const struct project_state *p = &w->project_states[project];
    const struct project *settings = &w->projects[project];
    double done = 0;
    for (size_t k = 0; k <= p->stage && k < settings->n_stages; k++)
        if (settings->stages[k].kind == STAGE_TRAIN)
            done += p->works[k] - (k == p->stage ? p->left : 0);
    CHECK(fabs(done - p->opened_gpu_s - p->done_gpu_s) <= 1e-6 * fmax(1e6, done));
    CHECK(p->done_gpu_s <= p->used_gpu_s * (1 + 1e-9));
}

static void check_projects(const struct world *w)
{
    for (size_t i = 0; i < w->scenario->n_projects; i++) {
        const struct project_state *p = &w->project_states[i];
        const struct stage *stage = world_stage(w, i);
        double used = 0, gpus = 0;
        for (size_t k = w->project_first[i]; k < w->project_first[i + 1]; k++) {
            const struct holding *h = &w->holdings[w->project_claimants[k]];
            used += h->run.used_gpu_s;
            gpus += h->used_gpus;
        }
        CHECK(p->left >= 0 && p->rate >= 0 && p->stage <= w->projects[i].n_stages);
        CHECK((p->phase == PROJECT_RELEASED) == (p->stage == w->projects[i].n_stages));
        CHECK((p->phase == PROJECT_RELEASED) == !isnan(p->released_s));
        CHECK((p->phase == PROJECT_CANCELLED) == !isnan(p->cancelled_s));
        CHECK(stage || p->rate == 0);
        CHECK(p->trains == (stage && stage->kind == STAGE_TRAIN));
        CHECK(is_near(p->used_gpus, gpus));
        if (stage && stage->kind == STAGE_TRAIN) {
            CHECK(p->rate <= gpus * (1 + 1e-9));
        } else {
            CHECK(gpus == 0);
        }
        check_done(w, i);
        if (p->since_s == w->now_s)
            CHECK(fabs(used - p->used_gpu_s) <= 1e-6 * fmax(1, used));
    }
}

void world_check(const struct world *world)
{
    check_pools(world);
    check_loans(world);
    check_owners(world);
    check_builds(world);
    check_projects(world);
    check_accounts(world);
    check_overlaps(world);
    check_people(world);
}
