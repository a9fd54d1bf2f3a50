/* memory.h - the only door to the heap; every other module takes memory from here or
 * from an arena.
 *
 * Running out of memory has one answer for the whole program: the handler that the
 * command line has set says so and ends the process. Nothing below it could go on, so no
 * caller tests for NULL. */
#ifndef ALLOT_BASE_MEMORY_H
#define ALLOT_BASE_MEMORY_H

#include <stddef.h>

/* Called with the number of bytes that could not be had; must not return. */
typedef void memory_exhausted_fn(size_t bytes);
void mem_on_exhausted(memory_exhausted_fn *handler);

/* Has what is freed kept for the next allocation instead of given to the system, as far
 * as 256 MiB: one replication after another takes the same memory. Small pieces are
 * joined as they are freed, not all together by the next large one. With glibc only. */
void mem_keep_freed(void);

/* Zeroed memory for n items; n * size may be 0. */
void *mem_new(size_t n, size_t size) __attribute__((returns_nonnull));
void *mem_resize(void *old, size_t n, size_t size) __attribute__((returns_nonnull));
char *mem_string(const char *string) __attribute__((returns_nonnull)); /* a copy */
void mem_free(void *memory);

/* Room for at least one more item behind a growing array: doubles *capacity. */
void *mem_grow(void *items, size_t *capacity, size_t size)
    __attribute__((returns_nonnull));

#define MEM_ARRAY(type, n) ((type *)mem_new((n), sizeof(type)))

/* ARRAY_PUSH(items, n, capacity) = value appends to a growing array of the heap. */
#define ARRAY_PUSH(items, n, capacity)                                                   \
    (*((n) < (capacity) ? &(items)[(n)++]                                                \
                        : ((items) = mem_grow((items), &(capacity), sizeof *(items)),    \
                           &(items)[(n)++])))

#endif
