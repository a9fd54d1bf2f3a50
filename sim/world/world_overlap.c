/* Work that two projects both do. A topic overlaps with itself and, where the scenario
 * says so, with others. */
#include "world/settle.h"

#include "base/check.h"

#include <math.h>
#include <string.h>

/* What the scenario says, whether they cooperate or not. */
static double stated_overlap(const struct world *world, size_t a, size_t b)
{
    int topic = world->projects[a].topic_id, other = world->projects[b].topic_id;
    if (a == b || topic < 0 || other < 0)
        return 0;
    return world->scenario
        ->overlaps[(size_t)topic * world->scenario->n_topics + (size_t)other];
}

static double used_gpu_s(const struct world *world, size_t project)
{
    const struct project_state *p = &world->project_states[project];
    return p->used_gpu_s + p->used_gpus * (world->now_s - p->since_s);
}

/* ---- cooperation ---- */

static struct cooperation *find_cooperation(const struct world *world, size_t a, size_t b)
{
    for (size_t i = 0; i < world->n_cooperations; i++) {
        struct cooperation *c = &world->cooperations[i];
        if ((c->a == a && c->b == b) || (c->a == b && c->b == a))
            return c;
    }
    return NULL;
}

static struct cooperation *add_cooperation(struct world *world, size_t a, size_t b)
{
    if (world->n_cooperations == world->cooperations_capacity) {
        size_t capacity = world->n_cooperations ? 2 * world->n_cooperations : 4;
        struct cooperation *all = ARENA_ARRAY(world->arena, struct cooperation, capacity);
        if (world->n_cooperations)
            memcpy(all, world->cooperations, world->n_cooperations * sizeof *all);
        world->cooperations = all;
        world->cooperations_capacity = capacity;
    }
    struct cooperation *c = &world->cooperations[world->n_cooperations++];
    *c = (struct cooperation){.a = a, .b = b};
    return c;
}

void world_cooperate(struct world *world, size_t a, size_t b)
{
    struct cooperation *c = find_cooperation(world, a, b);
    CHECK(a != b);
    if (!c)
        c = add_cooperation(world, a, b);
    if (c->is_on)
        return;
    c->is_on = true;
    c->from_a_gpu_s = used_gpu_s(world, c->a);
    c->from_b_gpu_s = used_gpu_s(world, c->b);
}

void world_part(struct world *world, size_t a, size_t b)
{
    struct cooperation *c = find_cooperation(world, a, b);
    if (!c || !c->is_on)
        return;
    c->is_on = false;
    c->spared_a_gpu_s += used_gpu_s(world, c->a) - c->from_a_gpu_s;
    c->spared_b_gpu_s += used_gpu_s(world, c->b) - c->from_b_gpu_s;
}

bool world_cooperates(const struct world *world, size_t a, size_t b)
{
    const struct cooperation *c = find_cooperation(world, a, b);
    return c && c->is_on;
}

/* What a project used while it cooperated with another one. */
static double spared_gpu_s(const struct world *world, size_t project, size_t other)
{
    const struct cooperation *c = find_cooperation(world, project, other);
    if (!c)
        return 0;
    bool is_a = c->a == project;
    double since =
        used_gpu_s(world, project) - (is_a ? c->from_a_gpu_s : c->from_b_gpu_s);
    return (is_a ? c->spared_a_gpu_s : c->spared_b_gpu_s) + (c->is_on ? since : 0);
}

/* ---- what overlaps ---- */

double world_overlap(const struct world *world, size_t a, size_t b)
{
    return world_cooperates(world, a, b) ? 0 : stated_overlap(world, a, b);
}

/* Active projects only. By topic, as many projects share one; those that cooperate are
 * taken out again. */
void world_sum_topics(const struct world *world, double *planned_gpu_s)
{
    for (size_t t = 0; t < world->scenario->n_topics; t++)
        for (size_t k = world->topic_first[t]; k < world->topic_first[t + 1]; k++) {
            const struct project_state *p =
                &world->project_states[world->topic_projects[k]];
            if (p->phase == PROJECT_ACTIVE)
                planned_gpu_s[t] += p->planned_gpu_s;
        }
}

double world_rival_gpu_s(const struct world *world, size_t project,
                         const double *topic_gpu_s)
{
    size_t n = world->scenario->n_topics, topic;
    const struct project_state *p = &world->project_states[project];
    if (world->projects[project].topic_id < 0)
        return 0;
    topic = (size_t)world->projects[project].topic_id;
    const double *overlaps = &world->scenario->overlaps[topic * n];
    double rivals = 0, own = p->phase == PROJECT_ACTIVE ? p->planned_gpu_s : 0;
    for (size_t t = 0; t < n; t++)
        rivals += overlaps[t] * topic_gpu_s[t];
    rivals -= overlaps[topic] * own;
    for (size_t i = 0; i < world->n_cooperations; i++) {
        const struct cooperation *c = &world->cooperations[i];
        size_t other = c->a == project ? c->b : c->a;
        if (c->is_on && (c->a == project || c->b == project) &&
            world->project_states[other].phase == PROJECT_ACTIVE)
            rivals -= stated_overlap(world, project, other) *
                      world->project_states[other].planned_gpu_s;
    }
    return fmax(0, rivals);
}

static size_t n_on(const struct world *world, size_t topic)
{
    return world->topic_first[topic + 1] - world->topic_first[topic];
}

bool world_has_overlaps(const struct world *world)
{
    size_t n = world->scenario->n_topics;
    for (size_t t = 0; t < n; t++)
        for (size_t u = 0; u <= t; u++)
            if (world->scenario->overlaps[t * n + u] > 0 && n_on(world, t) > (t == u) &&
                n_on(world, u) > 0)
                return true;
    return false;
}

static double ended_s(const struct project_state *p)
{
    return !isnan(p->released_s)    ? p->released_s
           : !isnan(p->cancelled_s) ? p->cancelled_s
                                    : INFINITY;
}

/* Whether both were under way at some time: what follows builds on what was there. */
static bool have_met(const struct world *world, size_t a, size_t b)
{
    const struct project_state *p = &world->project_states[a];
    const struct project_state *q = &world->project_states[b];
    return p->started_s < ended_s(q) && q->started_s < ended_s(p);
}

/* Whether a project leads another one: it used more; ties, but for the rounding of their
 * ends, go to the earlier name. */
static bool leads(const struct world *world, size_t a, size_t b)
{
    double used = used_gpu_s(world, a), other = used_gpu_s(world, b);
    if (fabs(used - other) > 1e-9 * fmax(used, other))
        return used > other;
    return strcmp(world->projects[a].name, world->projects[b].name) < 0;
}

/* What of a project's use others of a topic lead in, the most of it. */
static double duplicated_on(const struct world *world, size_t project, size_t topic,
                            double overlap)
{
    double most = 0;
    for (size_t k = world->topic_first[topic]; k < world->topic_first[topic + 1]; k++) {
        size_t i = world->topic_projects[k];
        if (i != project && have_met(world, project, i) && leads(world, i, project))
            most = fmax(most, overlap * (used_gpu_s(world, project) -
                                         spared_gpu_s(world, project, i)));
    }
    return most;
}

double world_duplicated_gpu_s(const struct world *world, size_t project)
{
    double most = 0;
    size_t n = world->scenario->n_topics;
    if (world->projects[project].topic_id < 0)
        return 0;
    const double *overlaps =
        &world->scenario->overlaps[(size_t)world->projects[project].topic_id * n];
    for (size_t t = 0; t < n; t++)
        if (overlaps[t] > 0)
            most = fmax(most, duplicated_on(world, project, t, overlaps[t]));
    return most;
}

static bool is_contested(const struct world *world, size_t topic)
{
    int owner = -1;
    for (size_t k = world->topic_first[topic]; k < world->topic_first[topic + 1]; k++) {
        size_t i = world->topic_projects[k];
        if (world->project_states[i].phase != PROJECT_ACTIVE)
            continue;
        if (owner >= 0 && world->projects[i].team != owner)
            return true;
        owner = world->projects[i].team;
    }
    return false;
}

size_t world_contested_topics(const struct world *world)
{
    size_t n = 0;
    for (size_t t = 0; t < world->scenario->n_topics; t++)
        n += is_contested(world, t);
    return n;
}

void check_overlaps(const struct world *world)
{
    size_t n = world->scenario->n_topics;
    const double *overlaps = world->scenario->overlaps;
    for (size_t i = 0; i < n * n; i++)
        CHECK(overlaps[i] >= 0 && overlaps[i] <= 1 &&
              overlaps[i] == overlaps[i % n * n + i / n]);
    for (size_t i = 0; i < world->n_cooperations; i++) {
        const struct cooperation *c = &world->cooperations[i];
        CHECK(c->a != c->b && find_cooperation(world, c->a, c->b) == c);
        CHECK(c->spared_a_gpu_s >= 0 && c->spared_b_gpu_s >= 0);
    }
}
