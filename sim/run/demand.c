/* The demand for exploration: draws a month, and series of real use. */
#include "run/state.h"

#include <string.h>

static void plan_next(struct run *run, uint32_t exploration);

static void demand_changes(void *owner, uint32_t exploration)
{
    struct run *run = owner;
    run_enter(run);
    world_refresh_demand(&run->world, exploration);
    work_reschedule(run);
    plan_next(run, exploration);
}

/* No event is told of: a daily series of many teams would bury all others. */
static void plan_next(struct run *run, uint32_t exploration)
{
    double at_s = world_next_demand_s(&run->world, exploration);
    if (at_s < calendar_horizon_s(&run->scenario->calendar))
        engine_schedule(&run->engine, at_s, CLASS_HAPPENING, demand_changes, run,
                        exploration);
}

void demand_plan(struct run *run)
{
    const struct scenario *s = run->scenario;
    run->exploration_streams = ARENA_ARRAY(&run->arena, struct stream, s->n_explorations);
    for (size_t e = 0; e < s->n_explorations; e++) {
        const struct exploration *x = &s->explorations[e];
        const char *team = s->teams[x->team].name;
        const char *entity = arena_printf(&run->arena, "%zu:%s:%s", strlen(team), team,
                                          s->pools[x->pool].name);
        stream_init(&run->exploration_streams[e], run->options->seed,
                    run->options->replication, "exploration", entity);
        plan_next(run, (uint32_t)e);
    }
}

void demand_open_month(struct run *run)
{
    for (size_t e = 0; e < run->scenario->n_explorations; e++)
        world_draw_exploration(&run->world, e,
                               stream_normal(&run->exploration_streams[e]));
}
