#include "des/engine.h"

#include "base/check.h"

#include <math.h>

void engine_init(struct engine *engine)
{
    *engine = (struct engine){.now_s = 0.0};
    event_queue_init(&engine->queue);
}

void engine_release(struct engine *engine)
{
    event_queue_release(&engine->queue);
}

void engine_after_each(struct engine *engine, void (*after_event)(void *owner),
                       void *owner)
{
    engine->after_event = after_event;
    engine->after_event_owner = owner;
}

struct event_handle engine_schedule(struct engine *engine, double at_s, unsigned class,
                                    event_fire_fn *fire, void *owner, uint32_t subject)
{
    CHECK(at_s >= engine->now_s);
    return event_queue_push(&engine->queue, at_s, class, fire, owner, subject);
}

bool engine_cancel(struct engine *engine, struct event_handle handle)
{
    return event_queue_cancel(&engine->queue, handle);
}

bool engine_reschedule(struct engine *engine, struct event_handle handle, double at_s)
{
    CHECK(at_s >= engine->now_s);
    return event_queue_reschedule(&engine->queue, handle, at_s);
}

static void fire(struct engine *engine, const struct event *event)
{
    engine->now_s = event->at_s;
    event->fire(event->owner, event->subject);
    engine->n_fired++;
    if (engine->after_event)
        engine->after_event(engine->after_event_owner);
}

void engine_stop(struct engine *engine)
{
    engine->is_stopped = true;
}

bool engine_step(struct engine *engine)
{
    struct event event;
    if (engine->is_stopped || !event_queue_pop(&engine->queue, &event))
        return false;
    fire(engine, &event);
    return true;
}

void engine_run_until(struct engine *engine, double horizon_s)
{
    CHECK(isfinite(horizon_s) && horizon_s >= engine->now_s);
    struct event event;
    while (!engine->is_stopped &&
           event_queue_pop_until(&engine->queue, horizon_s, &event))
        fire(engine, &event);
    engine->now_s = horizon_s;
}
