/* event_queue.h - what is still to happen, in order.
 *
 * Order: by time; at one instant by class (0 first); within a class by insertion. The
 * order is total, so a run never depends on the shape of the heap. Negative zero is the
 * same instant as zero.
 *
 * Handles: event_queue_push returns one, which stands until its event is popped or
 * cancelled. A handle that no longer stands, and the zero handle, which means "none", are
 * harmless: cancelling or rescheduling them does nothing and says so. Only after 2^32
 * events in the same slot would an old handle be mistaken for a new one.
 *
 * The queue is owned by whoever initialised it and is not for two threads. Handlers may
 * push, cancel and reschedule while an event that they got from event_queue_pop fires.
 * Costs: push, pop, cancel and reschedule O(log n), the rest O(1); 52 bytes an event. */
#ifndef ALLOT_DES_EVENT_QUEUE_H
#define ALLOT_DES_EVENT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Classes run from 0 to EVENT_LAST_CLASS; MODEL section 4 names those in use. */
enum { EVENT_LAST_CLASS = 255 };

typedef void event_fire_fn(void *owner, uint32_t subject);

struct event {
    double at_s;         /* finite; CHECKed */
    event_fire_fn *fire; /* called with owner and subject; not NULL */
    void *owner;         /* borrowed, never touched by the queue */
    uint32_t subject;
    unsigned class;
};

struct event_handle {
    uint32_t slot;
    uint32_t generation; /* 0: no event */
};

struct event_key;
struct event_slot;
struct event_action;

struct event_queue {
    struct event_key *keys;       /* the heap, see event_queue.c */
    uint32_t *heap_slots;         /* the slot of each key */
    struct event_slot *slots;     /* where its key is, and which generation it is */
    struct event_action *actions; /* what a slot's event does */
    void *keys_memory;            /* keys before alignment */
    uint32_t end;                 /* heap positions [first, end) are in use */
    uint32_t capacity;            /* slots */
    uint32_t first_free;          /* chain of free slots */
    uint64_t n_inserted;          /* the next insertion number, below 2^56 */
};

void event_queue_init(struct event_queue *q);
void event_queue_release(struct event_queue *q);

/* Drops every event; handles given out before are stale. Keeps the memory. O(n). */
void event_queue_reset(struct event_queue *q);

size_t event_queue_length(const struct event_queue *q);

struct event_handle event_queue_push(struct event_queue *q, const struct event *event);

/* Takes the first event out; false, leaving *event alone, if there is none (up to and
 * including the instant `until_s`). */
bool event_queue_pop(struct event_queue *q, struct event *event);
bool event_queue_pop_until(struct event_queue *q, double until_s, struct event *event);

/* The instant of the first event, infinity if there is none. */
double event_queue_next_at_s(const struct event_queue *q);

/* Whether the handle's event is still to happen. */
bool event_queue_is_pending(const struct event_queue *q, struct event_handle handle);

/* The instant of the handle's event, infinity if it is not pending. */
double event_queue_at_s(const struct event_queue *q, struct event_handle handle);

/* False if the event is not pending. */
bool event_queue_cancel(struct event_queue *q, struct event_handle handle);

/* Moves a pending event to another instant and behind the events of its class that are
 * there already; the handle goes on standing. False if it is not pending. */
bool event_queue_reschedule(struct event_queue *q, struct event_handle handle,
                            double at_s);

/* Aborts unless order, handles and free slots agree. O(n). */
void event_queue_check(const struct event_queue *q);

#endif
