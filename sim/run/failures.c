/* Nodes fail: each of those in service at the rate of its pool, and is away until it is
 * repaired. What a failure costs the run that loses the node is in its goodput; here are
 * the GPUs that are away.
 *
 * A pool's next failure comes when the integral of its rate reaches an exponential of
 * mean 1: exact, since the rate is constant from one event to the next. Its stream is the
 * pool's own, and capacity does not depend on the rule: two rules meet the same failures.
 */
#include "base/check.h"
#include "base/seconds.h"
#include "run/state.h"

#include <math.h>

struct pool_failures {
    struct stream stream;
    double left;       /* of the integral */
    double rate_per_s; /* since then */
    double since_s;
    struct event_handle next;
    double away_gpus; /* of failed nodes, until they are repaired */
};

struct repair {
    struct run *run;
    size_t pool;
    double gpus;
};

static void repair_ends(void *owner, uint32_t unused)
{
    struct repair *repair = owner;
    struct run *run = repair->run;
    (void)unused;
    run_enter(run);
    world_bring_back(&run->world, repair->pool, repair->gpus);
    run->failures[repair->pool].away_gpus -= repair->gpus;
    observe_event(run, EVENT_REPAIR, "pool", run->scenario->pools[repair->pool].name,
                  "%.10g GPUs back from repair", repair->gpus);
    work_reschedule(run);
}

static void node_fails(void *owner, uint32_t pool)
{
    struct run *run = owner;
    struct pool_failures *failures = &run->failures[pool];
    const struct pool *settings = &run->world.pools[pool];
    struct repair *repair = ARENA_NEW(&run->arena, struct repair);
    run_enter(run);
    failures->left = stream_exponential(&failures->stream);
    failures->since_s = run->world.now_s;
    failures->rate_per_s = 0;
    failures->next = (struct event_handle){0};
    double gpus = world_take_out(&run->world, pool, (double)settings->node_gpus);
    failures->away_gpus += gpus;
    *repair = (struct repair){run, pool, gpus};
    observe_event(run, EVENT_FAIL, "pool", settings->name, "%.10g GPUs for %.10g hours",
                  gpus, settings->repair_hours);
    engine_schedule(&run->engine,
                    run->world.now_s + settings->repair_hours * SECONDS_PER_HOUR,
                    CLASS_CAPACITY, repair_ends, repair, 0);
    work_reschedule(run);
}

static void reschedule(struct run *run, size_t pool)
{
    struct pool_failures *failures = &run->failures[pool];
    double rate_per_s = world_failures_per_s(&run->world, pool), now_s = run->world.now_s;
    if (rate_per_s == failures->rate_per_s)
        return;
    failures->left -= failures->rate_per_s * (now_s - failures->since_s);
    failures->left = fmax(0, failures->left);
    failures->since_s = now_s;
    failures->rate_per_s = rate_per_s;
    double at_s = now_s + failures->left / rate_per_s;
    if (isfinite(at_s) && engine_reschedule(&run->engine, failures->next, at_s))
        return;
    engine_cancel(&run->engine, failures->next);
    failures->next = (struct event_handle){0};
    if (isfinite(at_s))
        failures->next = engine_schedule(&run->engine, at_s, CLASS_CAPACITY, node_fails,
                                         run, (uint32_t)pool);
}

void failures_reschedule(struct run *run)
{
    for (size_t p = 0; p < run->scenario->n_pools; p++)
        reschedule(run, p);
}

void failures_plan(struct run *run)
{
    const struct scenario *s = run->scenario;
    run->failures = ARENA_ARRAY(&run->arena, struct pool_failures, s->n_pools);
    for (size_t p = 0; p < s->n_pools; p++) {
        struct pool_failures *failures = &run->failures[p];
        stream_init(&failures->stream, run->options->seed, run->options->replication,
                    "failure", s->pools[p].name);
        failures->left = stream_exponential(&failures->stream);
    }
    failures_reschedule(run);
}

void failures_check(const struct run *run)
{
    for (size_t p = 0; p < run->scenario->n_pools; p++) {
        const struct pool_failures *failures = &run->failures[p];
        double planned_s = event_queue_at_s(&run->engine.queue, failures->next);
        double at_s = failures->since_s + failures->left / failures->rate_per_s;
        CHECK(failures->rate_per_s == world_failures_per_s(&run->world, p));
        CHECK(failures->away_gpus <= run->world.pool_states[p].failed_gpus);
        CHECK(failures->rate_per_s > 0 ? planned_s == at_s : isinf(planned_s));
    }
}
