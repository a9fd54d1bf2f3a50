/* event_queue.h - what is still to happen, in order.
 *
 * Order: by time; at one instant by class (0 first); within a class by insertion. The
 * order is total, so a run never depends on the shape of the heap. Negative zero is the
 * same instant as zero.
 *
 * Handles: event_queue_push returns one, which stands until its event is popped or
 * cancelled. A handle that no longer stands, and the zero handle, which means "none", are
 * harmless: cancelling or rescheduling them does nothing and says so. Only after 2^31
 * events in the same slot would an old handle be mistaken for a new one.
 *
 * The queue is owned by whoever initialised it and is not for two threads. Handlers may
 * push, cancel and reschedule while an event that they got from event_queue_pop fires.
 * Costs: push, pop, cancel and reschedule O(log n), the rest O(1); 52 bytes an event. */
#ifndef ALLOT_DES_EVENT_QUEUE_H
#define ALLOT_DES_EVENT_QUEUE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Classes run from 0 to EVENT_LAST_CLASS; MODEL section 4 names those in use. */
enum { EVENT_LAST_CLASS = 255 };

typedef void event_fire_fn(void *owner, uint32_t subject);

struct event {
    double at_s;
    event_fire_fn *fire; /* called with owner and subject */
    void *owner;         /* borrowed, never touched by the queue */
    uint32_t subject;
};

struct event_handle {
    uint64_t id; /* 0: no event; else its slot in the lower half, odd numbers above */
};

/* What the queue is made of, for the inline functions below; see event_queue.c. */

/* One integer: the instant in the upper half, as bits that are ordered like the numbers;
 * in the lower half the class in the top 8 bits and the insertion number below. */
struct event_key {
    unsigned __int128 rank;
};

struct event_slot {
    uint32_t position;   /* in the heap, of an event that is pending */
    uint32_t generation; /* odd while its event is pending, even while it is free */
};

struct event_action {
    event_fire_fn *fire;
    void *owner;
    uint32_t subject;
    uint32_t next_free; /* while the slot is free */
};

enum { EVENT_QUEUE_FIRST = 3 }; /* the position of the root */

#define EVENT_KEY_SIGN (UINT64_C(1) << 63)

struct event_queue {
    struct event_key *keys;       /* the heap, see event_queue.c */
    uint32_t *heap_slots;         /* the slot of each key */
    struct event_slot *slots;     /* where its key is, and which generation it is */
    struct event_action *actions; /* what a slot's event does */
    void *keys_memory;            /* keys before alignment */
    uint32_t end;                 /* heap positions [first, end) are in use */
    uint32_t capacity;            /* slots */
    uint32_t first_free;          /* chain of free slots */
    bool has_hole;                /* the first position is empty; see event_queue.c */
    uint64_t n_inserted;          /* the next insertion number, below 2^56 */
};

void event_queue_init(struct event_queue *q);
void event_queue_release(struct event_queue *q);

/* Drops every event; handles given out before are stale. Keeps the memory. O(n). */
void event_queue_reset(struct event_queue *q);

size_t event_queue_length(const struct event_queue *q);

/* at_s is finite, fire not NULL, class at most EVENT_LAST_CLASS; all CHECKed. */
struct event_handle event_queue_push(struct event_queue *q, double at_s, unsigned class,
                                     event_fire_fn *fire, void *owner, uint32_t subject);

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

void event_queue_drop_hole(struct event_queue *q);

static inline void event_queue_close_hole(struct event_queue *q)
{
    if (q->has_hole)
        event_queue_drop_hole(q);
}

static inline void event_queue_free_slot(struct event_queue *q, uint32_t slot)
{
    q->slots[slot].generation++;
    q->actions[slot].next_free = q->first_free;
    q->first_free = slot;
}

static inline double event_key_at_s(struct event_key key)
{
    uint64_t bits = (uint64_t)(key.rank >> 64);
    bits ^= ((bits >> 63) - 1) | EVENT_KEY_SIGN;
    double at_s;
    memcpy(&at_s, &bits, sizeof at_s);
    return at_s;
}

/* Takes the first event out; false, leaving *event alone, if there is none up to and
 * including the instant `until_s`. */
static inline bool event_queue_pop_until(struct event_queue *q, double until_s,
                                         struct event *event)
{
    event_queue_close_hole(q);
    if (q->end == EVENT_QUEUE_FIRST)
        return false;
    double at_s = event_key_at_s(q->keys[EVENT_QUEUE_FIRST]);
    if (!(at_s <= until_s))
        return false;
    uint32_t slot = q->heap_slots[EVENT_QUEUE_FIRST];
    const struct event_action *action = &q->actions[slot];
    event->at_s = at_s;
    event->fire = action->fire;
    event->owner = action->owner;
    event->subject = action->subject;
    q->has_hole = true;
    event_queue_free_slot(q, slot);
    return true;
}

/* Takes the first event out, whenever it is; false if there is none. */
static inline bool event_queue_pop(struct event_queue *q, struct event *event)
{
    return event_queue_pop_until(q, INFINITY, event);
}

/* Aborts unless order, handles and free slots agree. O(n). */
void event_queue_check(const struct event_queue *q);

#endif
