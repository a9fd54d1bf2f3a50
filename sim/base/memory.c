#include "base/memory.h"

#include "base/check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__ /* known from here on */
#include <malloc.h>
#endif

static memory_exhausted_fn *exhausted_handler;

void mem_on_exhausted(memory_exhausted_fn *handler)
{
    exhausted_handler = handler;
}

void mem_keep_freed(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    mallopt(M_MXFAST, 0);
#endif
}

static _Noreturn void exhausted(size_t bytes)
{
    if (exhausted_handler)
        exhausted_handler(bytes);
    check_failed(__FILE__, __LINE__, "memory is available");
}

static size_t product(size_t n, size_t size)
{
    if (size && n > SIZE_MAX / 2 / size)
        exhausted(SIZE_MAX);
    size_t bytes = n * size;
    return bytes ? bytes : 1;
}

void *mem_new(size_t n, size_t size)
{
    size_t bytes = product(n, size);
    void *memory = calloc(1, bytes);
    if (!memory)
        exhausted(bytes);
    return memory;
}

void *mem_resize(void *old, size_t n, size_t size)
{
    size_t bytes = product(n, size);
    void *memory = realloc(old, bytes);
    if (!memory)
        exhausted(bytes);
    return memory;
}

char *mem_string(const char *string)
{
    size_t bytes = strlen(string) + 1;
    return memcpy(mem_new(bytes, 1), string, bytes);
}

void mem_free(void *memory)
{
    free(memory);
}

void *mem_grow(void *items, size_t *capacity, size_t size)
{
    size_t larger = *capacity ? 2 * *capacity : 8;
    void *grown = mem_resize(items, larger, size);
    *capacity = larger;
    return grown;
}
