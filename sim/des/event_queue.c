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
 * A pop leaves a hole at the root, which the next push fills from above: most handlers
 * schedule an event, and one way down the heap then serves both. The key that was popped
 * stays in the hole, before all others. Whoever else needs the heap closes the hole: it
 * sinks to the bottom, and the last key is lifted from there, seldom far, because it came
 * from the bottom. */
#include "des/event_queue.h"

#include "base/check.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

enum {
    FIRST = EVENT_QUEUE_FIRST,
    LINE_BYTES = 64,
    SMALLEST_CAPACITY = 64,
    CLASS_SHIFT = 56
};

/* Slots, heap positions and the children of every position fit 32 bits. */
#define MOST_EVENTS (UINT32_C(1) << 29)
/* The end of the chain of free slots. */
#define NONE UINT32_MAX
/* The long ways, so that the short ones need not save what only these use. */
#define OUT_OF_LINE __attribute__((noinline))

static const struct event_key unreachable = {~(unsigned __int128)0};

/* The bits of positive doubles are ordered like integers; those of negative ones in
 * reverse. Adding zero turns a negative zero into zero. */
static inline struct event_key make_key(double at_s, uint64_t order)
{
    double sum = at_s + 0.0;
    uint64_t bits;
    memcpy(&bits, &sum, sizeof bits);
    bits ^= -(bits >> 63) | EVENT_KEY_SIGN;
    return (struct event_key){(unsigned __int128)bits << 64 | order};
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

/* The position of the smallest of four siblings. The conditional expressions become
 * conditional moves; gcc makes a branch of a third one, hence the mask. */
static inline uint32_t smallest_of(const struct event_key *keys, uint32_t first)
{
    const struct event_key *k = keys + first;
    uint32_t a = k[1].rank < k[0].rank, b = k[3].rank < k[2].rank;
    unsigned __int128 rank_a = a ? k[1].rank : k[0].rank;
    unsigned __int128 rank_b = b ? k[3].rank : k[2].rank;
    uint32_t is_b = -(uint32_t)(rank_b < rank_a); /* all bits or none */
    return first + (((b + 2) & is_b) | (a & ~is_b));
}

/* Moves the smallest child up into the hole, again and again; returns where the hole
 * ends, a position without children. */
static uint32_t sink_hole(struct event_queue *q, uint32_t hole)
{
    for (uint32_t child = first_child_of(hole); child < q->end;
         child = first_child_of(hole)) {
        uint32_t best = smallest_of(q->keys, child);
        place(q, hole, q->keys[best], q->heap_slots[best]);
        hole = best;
    }
    return hole;
}

static inline uint32_t slot_of(struct event_handle handle)
{
    return (uint32_t)handle.id;
}

static inline struct event_handle handle_of(const struct event_queue *q, uint32_t slot)
{
    return (struct event_handle){(uint64_t)q->slots[slot].generation << 32 | slot};
}

/* Puts the key where it belongs below the hole at the root. */
OUT_OF_LINE static struct event_handle sink_from_root(struct event_queue *q,
                                                      struct event_key key, uint32_t slot)
{
    uint32_t hole = FIRST, child;
    while ((child = first_child_of(hole)) < q->end) {
        uint32_t best = smallest_of(q->keys, child);
        if (key.rank < q->keys[best].rank)
            break;
        place(q, hole, q->keys[best], q->heap_slots[best]);
        hole = best;
    }
    place(q, hole, key, slot);
    return handle_of(q, slot);
}

OUT_OF_LINE static struct event_handle lift_from_end(struct event_queue *q,
                                                     struct event_key key, uint32_t slot)
{
    lift(q, q->end++, key, slot);
    return handle_of(q, slot);
}

/* As sink_from_root, beside one other event at most, as in a queue with one server:
 * nothing is sought. */
OUT_OF_LINE static struct event_handle
put_first_or_second(struct event_queue *q, struct event_key key, uint32_t slot)
{
    const uint32_t second = FIRST + 1;
    if (q->end > second && key.rank > q->keys[second].rank) {
        place(q, FIRST, q->keys[second], q->heap_slots[second]);
        place(q, second, key, slot);
    } else {
        place(q, FIRST, key, slot);
    }
    return handle_of(q, slot);
}

static inline struct event_handle insert(struct event_queue *q, struct event_key key,
                                         uint32_t slot)
{
    if (!q->has_hole)
        return lift_from_end(q, key, slot);
    q->has_hole = false;
    return q->end > FIRST + 2 ? sink_from_root(q, key, slot)
                              : put_first_or_second(q, key, slot);
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

void event_queue_drop_hole(struct event_queue *q)
{
    remove_at(q, FIRST);
    q->has_hole = false;
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
        q->slots[slot] = (struct event_slot){.generation = 0};
        q->actions[slot] = (struct event_action){.next_free = q->first_free};
        q->first_free = slot;
    }
    q->capacity = capacity;
}

/* 2^56 events would take a century. */
static uint64_t next_order(struct event_queue *q, unsigned class)
{
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
    event_queue_close_hole(q);
    while (q->end > FIRST) {
        uint32_t last = --q->end;
        q->keys[last] = unreachable;
        event_queue_free_slot(q, q->heap_slots[last]);
    }
}

size_t event_queue_length(const struct event_queue *q)
{
    return q->end - FIRST - q->has_hole;
}

OUT_OF_LINE static struct event_handle grow_and_push(struct event_queue *q, double at_s,
                                                     unsigned class, event_fire_fn *fire,
                                                     void *owner, uint32_t subject)
{
    set_capacity(q, q->capacity ? 2 * q->capacity : SMALLEST_CAPACITY);
    return event_queue_push(q, at_s, class, fire, owner, subject);
}

struct event_handle event_queue_push(struct event_queue *q, double at_s, unsigned class,
                                     event_fire_fn *fire, void *owner, uint32_t subject)
{
    CHECK(isfinite(at_s));
    CHECK(class <= EVENT_LAST_CLASS);
    CHECK(fire);
    uint32_t slot = q->first_free;
    if (slot == NONE)
        return grow_and_push(q, at_s, class, fire, owner, subject);
    struct event_action *action = &q->actions[slot];
    q->first_free = action->next_free;
    action->fire = fire;
    action->owner = owner;
    action->subject = subject;
    q->slots[slot].generation++;
    return insert(q, make_key(at_s, next_order(q, class)), slot);
}

double event_queue_next_at_s(const struct event_queue *q)
{
    if (event_queue_length(q) == 0)
        return INFINITY;
    return event_key_at_s(
        q->keys[q->has_hole ? smallest_of(q->keys, first_child_of(FIRST)) : FIRST]);
}

bool event_queue_is_pending(const struct event_queue *q, struct event_handle handle)
{
    uint32_t generation = (uint32_t)(handle.id >> 32), slot = slot_of(handle);
    return generation % 2 && slot < q->capacity &&
           q->slots[slot].generation == generation;
}

double event_queue_at_s(const struct event_queue *q, struct event_handle handle)
{
    if (!event_queue_is_pending(q, handle))
        return INFINITY;
    return event_key_at_s(q->keys[q->slots[slot_of(handle)].position]);
}

bool event_queue_cancel(struct event_queue *q, struct event_handle handle)
{
    if (!event_queue_is_pending(q, handle))
        return false;
    event_queue_close_hole(q);
    remove_at(q, q->slots[slot_of(handle)].position);
    event_queue_free_slot(q, slot_of(handle));
    return true;
}

bool event_queue_reschedule(struct event_queue *q, struct event_handle handle,
                            double at_s)
{
    CHECK(isfinite(at_s));
    if (!event_queue_is_pending(q, handle))
        return false;
    event_queue_close_hole(q);
    uint32_t position = q->slots[slot_of(handle)].position;
    unsigned class = key_class(q->keys[position]);
    remove_at(q, position);
    lift(q, q->end++, make_key(at_s, next_order(q, class)), slot_of(handle));
    return true;
}

void event_queue_check(const struct event_queue *q)
{
    uint32_t n_free = 0;
    for (uint32_t slot = q->first_free; slot != NONE; slot = q->actions[slot].next_free) {
        CHECK(slot < q->capacity && q->slots[slot].generation % 2 == 0);
        n_free++;
        CHECK(n_free <= q->capacity);
    }
    CHECK(event_queue_length(q) + n_free == q->capacity);
    for (uint32_t p = FIRST + q->has_hole; p < q->end; p++) {
        const struct event_slot *s = &q->slots[q->heap_slots[p]];
        CHECK(isfinite(event_key_at_s(q->keys[p])));
        CHECK(s->position == p && s->generation % 2);
        CHECK(p == FIRST || q->keys[parent_of(p)].rank < q->keys[p].rank);
    }
    for (uint32_t p = q->end; p < q->end + 4 && q->keys; p++)
        CHECK(q->keys[p].rank == unreachable.rank);
}
