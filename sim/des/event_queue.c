/* A heap of four children a node: half as deep as a binary one, and four keys of 16 bytes
 * are one cache line. Positions begin at FIRST = 3, so that the children of p stand at
 * 4p - 8 to 4p - 5 and every group of siblings begins at a multiple of four. Behind the
 * last key its group is filled up with keys that no event can have, so the smallest of
 * four is found without asking how many there are. Keys are apart from what they stand
 * for: a pop reads some five lines of keys and one event.
 *
 * Time and order are one integer of 128 bits, and the smallest of four is chosen without
 * a branch, because a branch on times that are as good as random is mispredicted every
 * other time: that took an event of 1,000 pending from 92 to 68 ns.
 *
 * A pop lets the hole sink to the bottom and lifts the last key from there: the last key
 * came from the bottom, so it seldom rises far, and the loop has no other exit. */
#include "des/event_queue.h"

#include "base/check.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

enum { FIRST = 3, LINE_BYTES = 64, SMALLEST_CAPACITY = 64, CLASS_SHIFT = 56 };

/* Slots, heap positions and the children of every position fit 32 bits. */
#define MOST_EVENTS (UINT32_C(1) << 29)
/* The end of the chain of free slots; the position of a slot that is free. */
#define NONE UINT32_MAX
#define SIGN (UINT64_C(1) << 63)

/* One integer: the instant in the upper half, as bits that are ordered like the numbers;
 * in the lower half the class in the top 8 bits and the insertion number below. */
struct event_key {
    unsigned __int128 rank;
};

struct event_slot {
    uint32_t position;   /* in the heap; NONE: free */
    uint32_t generation; /* of its event, or of the one that it will get; never 0 */
};

struct event_action {
    event_fire_fn *fire;
    void *owner;
    uint32_t subject;
    uint32_t next_free; /* while the slot is free */
};

static const struct event_key unreachable = {~(unsigned __int128)0};

/* The bits of positive doubles are ordered like integers; those of negative ones in
 * reverse. Adding zero turns a negative zero into zero. */
static inline struct event_key make_key(double at_s, uint64_t order)
{
    double sum = at_s + 0.0;
    uint64_t bits;
    memcpy(&bits, &sum, sizeof bits);
    bits = (bits & SIGN) ? ~bits : bits | SIGN;
    return (struct event_key){(unsigned __int128)bits << 64 | order};
}

static inline double key_at_s(struct event_key key)
{
    uint64_t bits = (uint64_t)(key.rank >> 64);
    bits = (bits & SIGN) ? bits & ~SIGN : ~bits;
    double at_s;
    memcpy(&at_s, &bits, sizeof at_s);
    return at_s;
}

static inline unsigned key_class(struct event_key key)
{
    return (unsigned)((uint64_t)key.rank >> CLASS_SHIFT);
}

static inline uint32_t parent_of(uint32_t position)
{
    return position / 4 + 2;
}

static inline uint32_t first_child_of(uint32_t position)
{
    return 4 * position - 8;
}

static inline void place(struct event_queue *q, uint32_t position, struct event_key key,
                         uint32_t slot)
{
    q->keys[position] = key;
    q->heap_slots[position] = slot;
    q->slots[slot].position = position;
}

/* Puts the key where it belongs between the root and the hole at `position`. */
static void lift(struct event_queue *q, uint32_t position, struct event_key key,
                 uint32_t slot)
{
    while (position > FIRST) {
        uint32_t parent = parent_of(position);
        if (key.rank > q->keys[parent].rank)
            break;
        place(q, position, q->keys[parent], q->heap_slots[parent]);
        position = parent;
    }
    place(q, position, key, slot);
}

/* Moves the smallest child up into the hole, again and again; returns where the hole
 * ends, a position without children. The conditional expressions become conditional
 * moves; gcc makes a branch of a third one, hence the mask. */
static uint32_t sink_hole(struct event_queue *q, uint32_t hole)
{
    struct event_key *keys = q->keys;
    uint32_t end = q->end;
    for (uint32_t child = first_child_of(hole); child < end;
         child = first_child_of(hole)) {
        const struct event_key *k = keys + child;
        uint32_t a = k[1].rank < k[0].rank, b = k[3].rank < k[2].rank;
        unsigned __int128 rank_a = a ? k[1].rank : k[0].rank;
        unsigned __int128 rank_b = b ? k[3].rank : k[2].rank;
        uint32_t is_b = -(uint32_t)(rank_b < rank_a); /* all bits or none */
        uint32_t best = child + (((b + 2) & is_b) | (a & ~is_b));
        place(q, hole, keys[best], q->heap_slots[best]);
        hole = best;
    }
    return hole;
}

/* Takes the key at a position out of the heap. */
static void remove_at(struct event_queue *q, uint32_t position)
{
    uint32_t last = --q->end;
    struct event_key key = q->keys[last];
    uint32_t slot = q->heap_slots[last];
    q->keys[last] = unreachable;
    if (position == last)
        return;
    lift(q, sink_hole(q, position), key, slot);
}

static void set_capacity(struct event_queue *q, uint32_t capacity)
{
    CHECK(capacity <= MOST_EVENTS);
    size_t n_positions = (size_t)capacity + FIRST + 4;
    void *memory = mem_new(n_positions * sizeof *q->keys + LINE_BYTES, 1);
    uintptr_t aligned = ((uintptr_t)memory + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    struct event_key *keys = (struct event_key *)aligned;
    if (q->end > FIRST)
        memcpy(keys + FIRST, q->keys + FIRST, (q->end - FIRST) * sizeof *keys);
    for (size_t i = q->end; i < n_positions; i++)
        keys[i] = unreachable;
    mem_free(q->keys_memory);
    q->keys_memory = memory;
    q->keys = keys;
    q->heap_slots = mem_resize(q->heap_slots, n_positions, sizeof *q->heap_slots);
    q->slots = mem_resize(q->slots, capacity, sizeof *q->slots);
    q->actions = mem_resize(q->actions, capacity, sizeof *q->actions);
    for (uint32_t slot = capacity; slot-- > q->capacity;) {
        q->slots[slot] = (struct event_slot){.position = NONE, .generation = 1};
        q->actions[slot] = (struct event_action){.next_free = q->first_free};
        q->first_free = slot;
    }
    q->capacity = capacity;
}

static void free_slot(struct event_queue *q, uint32_t slot)
{
    struct event_slot *s = &q->slots[slot];
    s->position = NONE;
    s->generation += s->generation == UINT32_MAX ? 2 : 1;
    q->actions[slot].next_free = q->first_free;
    q->first_free = slot;
}

static uint64_t next_order(struct event_queue *q, unsigned class)
{
    CHECK(q->n_inserted >> CLASS_SHIFT == 0);
    return (uint64_t) class << CLASS_SHIFT | q->n_inserted++;
}

void event_queue_init(struct event_queue *q)
{
    *q = (struct event_queue){.end = FIRST, .first_free = NONE};
}

void event_queue_release(struct event_queue *q)
{
    mem_free(q->keys_memory);
    mem_free(q->heap_slots);
    mem_free(q->slots);
    mem_free(q->actions);
    event_queue_init(q);
}

void event_queue_reset(struct event_queue *q)
{
    while (q->end > FIRST) {
        uint32_t last = --q->end;
        q->keys[last] = unreachable;
        free_slot(q, q->heap_slots[last]);
    }
}

size_t event_queue_length(const struct event_queue *q)
{
    return q->end - FIRST;
}

struct event_handle event_queue_push(struct event_queue *q, const struct event *event)
{
    CHECK(isfinite(event->at_s));
    CHECK(event->class <= EVENT_LAST_CLASS);
    CHECK(event->fire);
    if (q->first_free == NONE)
        set_capacity(q, q->capacity ? 2 * q->capacity : SMALLEST_CAPACITY);
    uint32_t slot = q->first_free;
    struct event_action *action = &q->actions[slot];
    q->first_free = action->next_free;
    action->fire = event->fire;
    action->owner = event->owner;
    action->subject = event->subject;
    lift(q, q->end++, make_key(event->at_s, next_order(q, event->class)), slot);
    return (struct event_handle){slot, q->slots[slot].generation};
}

bool event_queue_pop_until(struct event_queue *q, double until_s, struct event *event)
{
    if (q->end == FIRST)
        return false;
    struct event_key key = q->keys[FIRST];
    double at_s = key_at_s(key);
    if (!(at_s <= until_s))
        return false;
    uint32_t slot = q->heap_slots[FIRST];
    const struct event_action *action = &q->actions[slot];
    event->at_s = at_s;
    event->fire = action->fire;
    event->owner = action->owner;
    event->subject = action->subject;
    event->class = key_class(key);
    remove_at(q, FIRST);
    free_slot(q, slot);
    return true;
}

bool event_queue_pop(struct event_queue *q, struct event *event)
{
    return event_queue_pop_until(q, INFINITY, event);
}

double event_queue_next_at_s(const struct event_queue *q)
{
    return q->end > FIRST ? key_at_s(q->keys[FIRST]) : INFINITY;
}

bool event_queue_is_pending(const struct event_queue *q, struct event_handle handle)
{
    return handle.generation && handle.slot < q->capacity &&
           q->slots[handle.slot].generation == handle.generation &&
           q->slots[handle.slot].position != NONE;
}

double event_queue_at_s(const struct event_queue *q, struct event_handle handle)
{
    if (!event_queue_is_pending(q, handle))
        return INFINITY;
    return key_at_s(q->keys[q->slots[handle.slot].position]);
}

bool event_queue_cancel(struct event_queue *q, struct event_handle handle)
{
    if (!event_queue_is_pending(q, handle))
        return false;
    remove_at(q, q->slots[handle.slot].position);
    free_slot(q, handle.slot);
    return true;
}

bool event_queue_reschedule(struct event_queue *q, struct event_handle handle,
                            double at_s)
{
    CHECK(isfinite(at_s));
    if (!event_queue_is_pending(q, handle))
        return false;
    uint32_t position = q->slots[handle.slot].position;
    unsigned class = key_class(q->keys[position]);
    remove_at(q, position);
    lift(q, q->end++, make_key(at_s, next_order(q, class)), handle.slot);
    return true;
}

void event_queue_check(const struct event_queue *q)
{
    uint32_t n_free = 0;
    for (uint32_t slot = q->first_free; slot != NONE; slot = q->actions[slot].next_free) {
        CHECK(slot < q->capacity && q->slots[slot].position == NONE);
        n_free++;
        CHECK(n_free <= q->capacity);
    }
    CHECK(q->end - FIRST + n_free == q->capacity);
    for (uint32_t p = FIRST; p < q->end; p++) {
        CHECK(isfinite(key_at_s(q->keys[p])));
        CHECK(q->slots[q->heap_slots[p]].position == p);
        CHECK(p == FIRST || q->keys[parent_of(p)].rank < q->keys[p].rank);
    }
    for (uint32_t p = q->end; p < q->end + 4 && q->keys; p++)
        CHECK(q->keys[p].rank == unreachable.rank);
}
