/* Two teams become one, and nothing is counted twice or lost. */
#include "world/settle.h"

#include "base/check.h"

#include <math.h>

/* The open month of a team that ends is told as the other's, and so it is over the run.
 */
static void move_month(struct former_claims *from, struct former_claims *to)
{
    from->run = amounts_less(from->run, &from->month);
    holding_amounts_add(&to->run, &from->month);
    holding_amounts_add(&to->month, &from->month);
    from->month = (struct holding_amounts){0};
}

int world_exploration_on(const struct world *world, size_t team, size_t pool)
{
    for (size_t e = 0; e < world->scenario->n_explorations; e++)
        if (world->explorations[e].team == (int)team &&
            world->explorations[e].pool == (int)pool)
            return (int)e;
    return -1;
}

/* Where the team was merged, its series is part of that of the other team. */
void world_refresh_demand(struct world *world, size_t exploration)
{
    const struct exploration *x = &world->explorations[exploration];
    size_t team = world_heir(world, (size_t)x->team);
    int heir = world_exploration_on(world, team, (size_t)x->pool);
    if (heir >= 0)
        refresh_exploration_need(world, (size_t)heir);
}

/* What both series want together, from each row of either on. */
static void join_series(struct world *w, struct exploration *to,
                        const struct exploration *from)
{
    size_t n = to->n_series + from->n_series, i = 0, k = 0, n_rows = 0;
    if (from->n_series == 0)
        return;
    struct demand *rows = ARENA_ARRAY(w->arena, struct demand, n);
    while (i < to->n_series || k < from->n_series) {
        double a_s = i < to->n_series ? to->series[i].at_s : INFINITY;
        double b_s = k < from->n_series ? from->series[k].at_s : INFINITY;
        i += a_s <= b_s;
        k += b_s <= a_s;
        double gpus =
            (i > 0 ? to->series[i - 1].gpus : 0) + (k > 0 ? from->series[k - 1].gpus : 0);
        rows[n_rows++] = (struct demand){fmin(a_s, b_s), gpus};
    }
    to->series = rows;
    to->n_series = n_rows;
}

/* The demand that does not hang on people is added to that of the other team, and so is
 * what was asked for and granted; where the other explores nothing on the pool all end.
 */
static void hand_over_exploration(struct world *w, size_t exploration, size_t team)
{
    struct exploration *x = &w->explorations[exploration];
    size_t claimant = (size_t)w->exploration_claimant[exploration];
    struct holding had = w->holdings[claimant];
    int other = world_exploration_on(w, team, (size_t)x->pool);
    leave_behind(w, claimant);
    world_forget_request(w, claimant);
    put_grant(w, claimant, 0);
    refresh_exploration_need(w, exploration);
    if (other < 0)
        return;
    size_t heir = (size_t)w->exploration_claimant[other];
    w->explorations[other].gpus += x->gpus;
    x->gpus = 0;
    join_series(w, &w->explorations[other], x);
    const struct holding *has = &w->holdings[heir];
    if (had.has_claimed)
        world_request(w, heir, has->requested_gpus + had.requested_gpus,
                      has->has_claimed ? has->score : had.score);
    put_grant(w, heir, has->granted_gpus + had.granted_gpus);
    refresh_exploration_need(w, (size_t)other);
}

static bool is_above(const struct world *w, int group, int below)
{
    for (; below >= 0; below = w->groups[below].parent)
        if (below == group)
            return true;
    return false;
}

/* Past use moves from one leaf to the other, and so it does for the groups above them,
 * but for those above both. */
static void move_history(struct world *w, double *amounts, int from, int to)
{
    struct world_history *h = &w->history;
    size_t n = w->scenario->n_groups;
    for (size_t row = h->n_most - h->n_past; row < h->n_most; row++) {
        double moved = amounts[row * n + (size_t)from];
        for (int g = from; g >= 0 && !is_above(w, g, to); g = w->groups[g].parent)
            amounts[row * n + (size_t)g] = fmax(0, amounts[row * n + (size_t)g] - moved);
        for (int g = to; g >= 0 && !is_above(w, g, from); g = w->groups[g].parent)
            amounts[row * n + (size_t)g] += moved;
    }
}

/* One that was never opened holds nothing yet. */
static void move_account(double *from, double *to)
{
    if (isnan(*from) || isnan(*to))
        return;
    *to += *from;
    *from = 0;
}

static void move_books(struct world *w, size_t from, size_t team)
{
    size_t n_pools = w->scenario->n_pools;
    int a = w->teams[from].group, b = w->teams[team].group;
    for (size_t p = 0; p < n_pools; p++) {
        struct bounds *x = &w->bounds[(size_t)a * n_pools + p];
        struct bounds *y = &w->bounds[(size_t)b * n_pools + p];
        y->floor_gpus += x->floor_gpus;
        y->ceiling_gpus += x->ceiling_gpus;
        y->keep_gpus += x->keep_gpus;
        y->fixed_gpus += x->fixed_gpus;
        x->floor_gpus = x->keep_gpus = x->fixed_gpus = 0;
        move_month(&w->former_claims[from * n_pools + p],
                   &w->former_claims[team * n_pools + p]);
        for (size_t k = 0; k < n_divisions; k++)
            if (w->accounts[k])
                move_account(&w->accounts[k][(size_t)a * n_pools + p],
                             &w->accounts[k][(size_t)b * n_pools + p]);
    }
    move_history(w, w->history.used, a, b);
    move_history(w, w->history.granted, a, b);
    if (w->groups[a].parent == w->groups[b].parent) {
        double left = w->groups[a].share * 1e-9; /* a share is never 0 */
        w->groups[b].share += w->groups[a].share - left;
        w->groups[a].share = left;
    }
}

size_t world_heir(const struct world *world, size_t team)
{
    while (world->team_states[team].is_merged)
        team = world->team_states[team].heir;
    return team;
}

void world_merge_teams(struct world *world, size_t from, size_t team)
{
    CHECK(from != team && !world->team_states[from].is_merged &&
          !world->team_states[team].is_merged);
    world->needs_at_s = NAN;
    while (world->team_project_first[from] < world->team_project_first[from + 1])
        world_move_project(world, world->team_projects[world->team_project_first[from]],
                           team);
    world->team_states[from].is_merged = true;
    world->team_states[from].heir = team;
    if (world->teams[from].target_people > 0)
        world->teams[team].target_people += world->teams[from].target_people;
    for (size_t e = 0; e < world->scenario->n_explorations; e++)
        if (world->explorations[e].team == (int)from)
            hand_over_exploration(world, e, team);
    move_books(world, from, team);
    hand_over_month_use(world, from, team);
    join_leavers(world, from, team);
    for (size_t i = 0; i < world->n_persons; i++) {
        if (!world_is_employed(world, i))
            continue;
        if (world->persons[i].team == (int)from)
            world_move_person(world, i, team);
        else if (world->persons[i].also == (int)from)
            world_move_second(world, i, team);
    }
}
