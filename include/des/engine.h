/* engine.h - the clock of a run and the loop that fires its events.
 *
 * An engine is a clock and an event queue, nothing else: no globals, no threads, no
 * random numbers. Two engines may run in two threads. The clock moves only forward, only
 * in engine_step and engine_run_until, and stands at an event's instant while the event
 * fires. A handler gets its owner (from which it reaches the engine) and a subject, and
 * may schedule, cancel and reschedule, also at the present instant; it must not run the
 * engine. Order of events, handles and costs: event_queue.h. Owned by the run. */
#ifndef ALLOT_DES_ENGINE_H
#define ALLOT_DES_ENGINE_H

#include "des/event_queue.h"

#include <stdbool.h>
#include <stdint.h>

struct engine {
    double now_s; /* read by everyone, written by the engine alone */
    struct event_queue queue;
    uint64_t n_fired;
    bool is_stopped;
    void (*after_event)(void *owner); /* NULL: none */
    void *after_event_owner;
};

/* The clock starts at 0. */
void engine_init(struct engine *engine);
void engine_release(struct engine *engine);

/* Calls `after_event` after each event, for builds that check the world at every step;
 * NULL takes it away. It must not schedule, cancel or reschedule. */
void engine_after_each(struct engine *engine, void (*after_event)(void *owner),
                       void *owner);

/* Fires fire(owner, subject) at an instant that is finite and not in the past, both
 * CHECKed. Past the horizon is allowed: it never fires. */
struct event_handle engine_schedule(struct engine *engine, double at_s, unsigned class,
                                    event_fire_fn *fire, void *owner, uint32_t subject);

/* False if the handle's event is not pending any more; see event_queue.h. */
bool engine_cancel(struct engine *engine, struct event_handle handle);
bool engine_reschedule(struct engine *engine, struct event_handle handle, double at_s);

/* Lets no further event fire. Handlers may call it. */
void engine_stop(struct engine *engine);

/* Fires the next event, whenever it is; false if there is none. */
bool engine_step(struct engine *engine);

/* Fires all events up to and including the horizon, also those that they schedule, and
 * sets the clock to it. CHECKs that the horizon is finite and not in the past. */
void engine_run_until(struct engine *engine, double horizon_s);

#endif
