#include "base/arena.h"

#include "base/check.h"
#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Under the address sanitizer what is not handed out is poisoned, and something is left
 * out behind each piece: who reads or writes past its end is found. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define IS_GUARDED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(IS_GUARDED)
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(at, n)   ((void)(at), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(at, n) ((void)(at), (void)(n))
enum { GAP = 0 };
#endif

struct arena_block {
    struct arena_block *next;
    size_t capacity;
    size_t used;
    size_t n_dirty; /* what was handed out of it ever; the rest is still zero */
    max_align_t bytes[];
};

enum { SMALLEST_BLOCK = 1 << 14, LARGEST_BLOCK = 1 << 22 };
enum { CACHE_LINE = 64 }; /* where what is larger than some of them begins */

void arena_init(struct arena *arena)
{
    arena->first = NULL;
    arena->current = NULL;
}

void arena_release(struct arena *arena)
{
    struct arena_block *block = arena->first;
    while (block) {
        struct arena_block *next = block->next;
        ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->capacity);
        mem_free(block);
        block = next;
    }
    arena_init(arena);
}

void arena_reset(struct arena *arena)
{
    arena_rewind(arena, (struct arena_mark){arena->first, 0});
}

struct arena_mark arena_get_mark(const struct arena *arena)
{
    const struct arena_block *block = arena->current;
    return (struct arena_mark){arena->current, block ? block->used : 0};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    struct arena_block *to = mark.block ? mark.block : arena->first;
    if (!to)
        return;
    for (struct arena_block *block = to;; block = block->next) {
        size_t kept = block == to ? mark.used : 0;
        ASAN_POISON_MEMORY_REGION((char *)block->bytes + kept, block->used - kept);
        if (block == arena->current)
            break;
    }
    arena->current = to;
    to->used = mark.used;
}

/* The next block with room for `bytes`: one that a reset left behind, or a new one. */
static struct arena_block *next_block(struct arena *arena, size_t bytes)
{
    struct arena_block *last = arena->current;
    size_t capacity = last ? 2 * last->capacity : SMALLEST_BLOCK;
    while (last && last->next) {
        last = last->next;
        last->used = 0;
        if (last->capacity >= bytes)
            return arena->current = last;
    }
    if (capacity > LARGEST_BLOCK)
        capacity = LARGEST_BLOCK;
    if (capacity < bytes)
        capacity = bytes;
    struct arena_block *block = mem_new(1, sizeof *block + capacity);
    block->capacity = capacity;
    ASAN_POISON_MEMORY_REGION(block->bytes, capacity);
    if (last)
        last->next = block;
    else
        arena->first = block;
    return arena->current = block;
}

/* Memory as it was left, and how many of its first bytes may not be zero. */
static char *take(struct arena *arena, size_t n, size_t size, size_t *n_dirty)
{
    CHECK(size == 0 || n <= (SIZE_MAX / 2) / size);
    size_t align = sizeof(max_align_t);
    size_t bytes = (n * size + align - 1) / align * align + GAP;
    size_t slack = bytes > 4 * (size_t)CACHE_LINE ? CACHE_LINE : 0;
    struct arena_block *block = arena->current;
    if (!block || block->capacity - block->used < bytes + slack)
        block = next_block(arena, bytes + slack);
    if (slack > 0)
        block->used += -((uintptr_t)block->bytes + block->used) % CACHE_LINE;
    char *memory = (char *)block->bytes + block->used;
    size_t dirty = block->n_dirty > block->used ? block->n_dirty - block->used : 0;
    *n_dirty = dirty < n * size ? dirty : n * size;
    ASAN_UNPOISON_MEMORY_REGION(memory, n * size);
    block->used += bytes;
    if (dirty < bytes)
        block->n_dirty = block->used;
    return memory;
}

void *arena_alloc(struct arena *arena, size_t n, size_t size)
{
    size_t n_dirty;
    char *memory = take(arena, n, size, &n_dirty);
    memset(memory, 0, n_dirty);
    return memory;
}

void *arena_alloc_bare(struct arena *arena, size_t n, size_t size)
{
    size_t n_dirty;
    char *memory = take(arena, n, size, &n_dirty);
    if (ALLOT_VERIFY)
        memset(memory, 0xff, n * size);
    return memory;
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length)
{
    char *copy = arena_alloc(arena, length + 1, 1);
    if (length)
        memcpy(copy, bytes, length);
    return copy;
}

char *arena_string(struct arena *arena, const char *string)
{
    return arena_copy(arena, string, strlen(string));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    CHECK(length >= 0);
    char *string = arena_alloc(arena, (size_t)length + 1, 1);
    vsnprintf(string, (size_t)length + 1, format, arguments);
    return string;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *string = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return string;
}
