/* arena.h - memory that is given back all at once.
 *
 * Three lifetimes are used: the program (the loaded scenario), a run (one arena a
 * replication) and a meeting (scratch, reset at the start of its next use). What an arena
 * hands out is zeroed, aligned for any type and never moves. Not for two threads.
 *
 * "Bare" memory is not zeroed: for large arrays of each month that are written whole
 * before they are read. Builds that verify fill it with NaNs, which no result survives.
 */
#ifndef ALLOT_BASE_ARENA_H
#define ALLOT_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *first;   /* chain of blocks, kept over a reset */
    struct arena_block *current; /* the one that is being filled */
};

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);

/* Forgets all that was handed out and keeps the memory for the next use. */
void arena_reset(struct arena *arena);

/* Where the arena stands, and the way back to it: what was handed out since is forgotten
 * and its memory used again. */
struct arena_mark {
    struct arena_block *block;
    size_t used;
};
struct arena_mark arena_get_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

void *arena_alloc(struct arena *arena, size_t n, size_t size)
    __attribute__((returns_nonnull));
void *arena_alloc_bare(struct arena *arena, size_t n, size_t size)
    __attribute__((returns_nonnull));
char *arena_copy(struct arena *arena, const char *bytes, size_t length);
char *arena_string(struct arena *arena, const char *string);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments);

#define ARENA_NEW(arena, type)      ((type *)arena_alloc((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, n) ((type *)arena_alloc((arena), (n), sizeof(type)))
#define ARENA_BARE(arena, type, n)  ((type *)arena_alloc_bare((arena), (n), sizeof(type)))

#endif
