/* The house: memory, text and files. */
#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/radix_sort.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[64];

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/allot-base-XXXXXX");
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    return rmdir(directory);
}

static const char *in_directory(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

/* ---- memory and arena ---- */

static void test_memory(void **state)
{
    (void)state;
    int *items = NULL;
    size_t n = 0, capacity = 0;
    for (int i = 0; i < 1000; i++)
        ARRAY_PUSH(items, n, capacity) = i;
    assert_int_equal(n, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    mem_free(items);

    char *zeroed = mem_new(0, 8);
    assert_non_null(zeroed);
    mem_free(zeroed);
    zeroed = MEM_ARRAY(char, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(zeroed[i], 0);
    mem_free(zeroed);
}

static void test_arena_is_aligned_and_zeroed(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 3, 8, 17, 100, 5000, 20000, 1 << 20, 5 << 20};
    struct arena arena;
    arena_init(&arena);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            unsigned char *p = arena_alloc(&arena, sizes[i], 1);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t k = 0; k < sizes[i]; k++)
                assert_true(p[k] == 0);
            memset(p, 0xA5, sizes[i]);
        }
        arena_reset(&arena);
    }
    arena_release(&arena);
    arena_release(&arena); /* harmless */
}

/* Nothing handed out overlaps anything else, also after a reset that meets its old blocks
 * with other sizes. */
static void test_arena_keeps_apart(void **state)
{
    (void)state;
    enum { N = 400 };
    struct arena arena;
    arena_init(&arena);
    unsigned seed = 1;
    for (int round = 0; round < 5; round++) {
        unsigned char *parts[N];
        size_t sizes[N];
        for (int i = 0; i < N; i++) {
            seed = seed * 1103515245u + 12345u;
            sizes[i] = (seed >> 16) % (i % 50 == 7 ? 60000 : 300);
            parts[i] = ARENA_ARRAY(&arena, unsigned char, sizes[i]);
            memset(parts[i], i % 251, sizes[i]);
        }
        for (int i = 0; i < N; i++)
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(parts[i][k], i % 251);
        arena_reset(&arena);
    }
    arena_release(&arena);
}

static void test_arena_reuses_after_reset(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    void *first = arena_alloc(&arena, 100, 8);
    arena_alloc(&arena, 100000, 8);
    arena_reset(&arena);
    assert_ptr_equal(arena_alloc(&arena, 100, 8), first);
    arena_release(&arena);
}

/* Bare memory is as it was left, but for builds that verify: there nobody reads it
 * unnoticed. What is handed out later is zeroed all the same. */
static void test_arena_bare(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (int round = 0; round < 3; round++) {
        double *bare = ARENA_BARE(&arena, double, 1000);
        if (ALLOT_VERIFY)
            assert_true(isnan(bare[0]) && isnan(bare[999]));
        for (size_t i = 0; i < 1000; i++)
            bare[i] = 1;
        double *zeroed = ARENA_ARRAY(&arena, double, 1000);
        for (size_t i = 0; i < 1000; i++)
            assert_true(zeroed[i] == 0 && bare[i] == 1);
        arena_reset(&arena);
        zeroed = ARENA_ARRAY(&arena, double, 2000);
        for (size_t i = 0; i < 2000; i++)
            assert_true(zeroed[i] == 0);
        arena_reset(&arena);
    }
    arena_release(&arena);
}

/* What is large begins at a line of the cache, wherever the arena stands. */
static void test_arena_lines(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t n = 1; n < 400; n++) {
        arena_alloc(&arena, n % 7, 16);
        uintptr_t at = (uintptr_t)arena_alloc(&arena, n, 128);
        assert_int_equal(n * 128 > 256 ? at % 64 : 0, 0);
    }
    arena_release(&arena);
}

/* The address sanitizer's own word; NULL where it is not built in. */
extern int __asan_address_is_poisoned(const volatile void *at) __attribute__((weak));

/* Under it nobody reads past the end of a piece, or what was given back. */
static void test_arena_guards(void **state)
{
    (void)state;
    struct arena arena;
    if (!__asan_address_is_poisoned)
        skip();
    arena_init(&arena);
    for (size_t n = 1; n < 2000; n += 37) {
        struct arena_mark mark = arena_get_mark(&arena);
        char *piece = arena_alloc(&arena, n, 1), *next = arena_alloc_bare(&arena, n, 1);
        assert_false(__asan_address_is_poisoned(piece + n - 1));
        assert_true(__asan_address_is_poisoned(piece + n));
        assert_true(__asan_address_is_poisoned(next + n));
        arena_rewind(&arena, mark);
        assert_true(__asan_address_is_poisoned(piece));
        piece = arena_alloc(&arena, n, 1);
        assert_true(piece[n - 1] == 0);
    }
    arena_release(&arena);
}

/* ---- sorting ---- */

static void check_sorted(const struct keyed *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        assert_true(items[i - 1].key <= items[i].key);
        if (items[i - 1].key == items[i].key)
            assert_true(items[i - 1].index < items[i].index); /* as they came */
    }
}

static void test_radix_sort(void **state)
{
    (void)state;
    enum { MOST = 3000 };
    static const size_t sizes[] = {0, 1, 2, 3, 47, 48, 49, 50, 255, 256, 257, 1000, MOST};
    static const uint64_t masks[] = {0, 1, 0xff, 0xff00, 0xf0f0f0f0f0f0f0f0u, UINT64_MAX};
    struct arena arena;
    arena_init(&arena);
    uint64_t seed = 1;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t m = 0; m < sizeof masks / sizeof *masks; m++) {
            struct keyed items[MOST];
            uint64_t sum = 0, sorted_sum = 0;
            for (size_t i = 0; i < sizes[s]; i++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                items[i] = (struct keyed){(seed ^ seed >> 31) & masks[m], i};
                sum += items[i].key * (i + 1);
            }
            radix_sort(items, sizes[s], &arena);
            check_sorted(items, sizes[s]);
            for (size_t i = 0; i < sizes[s]; i++)
                sorted_sum += items[i].key * (items[i].index + 1);
            assert_true(sum == sorted_sum); /* each key still has its index */
        }
    arena_release(&arena);
}

static void test_radix_key(void **state)
{
    (void)state;
    static const double rising[] = {
        -INFINITY, -DBL_MAX, -2,  -1, -DBL_MIN,        -5e-324, 0,
        5e-324,    DBL_MIN,  0.1, 1,  nextafter(1, 2), DBL_MAX, INFINITY};
    for (size_t i = 1; i < sizeof rising / sizeof *rising; i++)
        assert_true(radix_key(rising[i - 1]) < radix_key(rising[i]));
    assert_true(radix_key(-0.0) == radix_key(0.0));
}

static void test_arena_rewinds(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct arena_mark start = arena_get_mark(&arena);
    char *kept = arena_string(&arena, "kept");
    struct arena_mark mark = arena_get_mark(&arena);
    void *first = arena_alloc(&arena, 10, 8);
    arena_alloc(&arena, 100000, 8);
    arena_rewind(&arena, mark);
    assert_ptr_equal(arena_alloc(&arena, 10, 8), first);
    assert_string_equal(kept, "kept");
    arena_rewind(&arena, start);
    assert_ptr_equal(arena_alloc(&arena, 1, 1), kept);
    arena_release(&arena);
}

static void test_arena_strings(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    assert_string_equal(arena_string(&arena, "a100"), "a100");
    assert_string_equal(arena_copy(&arena, "a100,h100", 4), "a100");
    assert_string_equal(arena_copy(&arena, NULL, 0), "");
    assert_string_equal(arena_printf(&arena, "%s %d", "team", 7), "team 7");
    arena_release(&arena);
}

/* ---- text ---- */

static void assert_file(const char *path, const char *expected)
{
    struct diag d;
    struct text t;
    diag_init(&d);
    text_init(&t);
    assert_int_equal(file_read(path, 1000, &t, &d), 0);
    assert_string_equal(t.bytes, expected);
    text_release(&t);
    diag_release(&d);
}

static void write_file(const char *path, const char *content)
{
    struct diag d;
    struct out_file f;
    diag_init(&d);
    assert_int_equal(file_create(&f, path, &d), 0);
    fputs(content, f.stream);
    assert_int_equal(file_commit(&f, &d), 0);
    assert_int_equal(d.n_messages, 0);
    diag_release(&d);
}

static void test_file_commit_and_discard(void **state)
{
    (void)state;
    const char *path = in_directory("result.csv");
    struct diag d;
    struct out_file f;
    diag_init(&d);

    assert_int_equal(file_create(&f, path, &d), 0);
    fputs("half a file", f.stream);
    fflush(f.stream);
    assert_false(file_exists(path));
    assert_true(file_exists(f.temporary));
    file_discard(&f);
    assert_false(file_exists(path));
    file_discard(&f); /* harmless */

    write_file(path, "old\n");
    assert_int_equal(file_create(&f, path, &d), 0);
    fputs("new\n", f.stream);
    assert_int_equal(file_close(&f, &d), 0);
    assert_file(path, "old\n");
    assert_int_equal(file_publish(&f, &d), 0);
    assert_file(path, "new\n");
    file_discard(&f);
    assert_file(path, "new\n");
    assert_int_equal(d.n_messages, 0);
    unlink(path);
    diag_release(&d);
}

/* A limit on the size of files stands for the full disk. */
static void test_file_full_disk(void **state)
{
    (void)state;
    const char *path = in_directory("result.csv");
    write_file(path, "old\n");
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 10000;
    signal(SIGXFSZ, SIG_IGN);
    for (size_t n_bytes = 9999; n_bytes < 1000000; n_bytes = n_bytes * 3 + 5) {
        struct diag d;
        struct out_file f;
        diag_init(&d);
        assert_int_equal(file_create(&f, path, &d), 0);
        setrlimit(RLIMIT_FSIZE, &small);
        for (size_t i = 0; i < n_bytes; i++)
            putc('x', f.stream);
        int result = file_commit(&f, &d);
        setrlimit(RLIMIT_FSIZE, &before);
        if (n_bytes <= 10000) {
            assert_int_equal(result, 0);
            write_file(path, "old\n");
        } else {
            assert_int_equal(result, -1);
            assert_int_equal(diag_exit_status(&d), 74);
            assert_non_null(strstr(d.messages[0].message, "cannot be written: "));
            assert_file(path, "old\n");
        }
        diag_release(&d);
    }
    signal(SIGXFSZ, SIG_DFL);
    unlink(path); /* remove_directory finds what else was left behind */
}

static void test_file_errors(void **state)
{
    (void)state;
    struct diag d;
    struct text t;
    struct out_file f;
    diag_init(&d);
    text_init(&t);

    assert_int_equal(file_read(in_directory("missing"), 10, &t, &d), -1);
    assert_int_equal(diag_exit_status(&d), 66);
    diag_clear(&d);
    assert_int_equal(file_read(directory, 10, &t, &d), -1);
    assert_string_equal(d.messages[0].message, "cannot be read: it is a directory");
    diag_clear(&d);
    assert_int_equal(file_read("/dev/null", 10, &t, &d), -1);
    assert_string_equal(d.messages[0].message, "cannot be read: it is no regular file");
    diag_clear(&d);

    const char *path = in_directory("eleven");
    write_file(path, "12345678901");
    assert_int_equal(file_read(path, 10, &t, &d), -1);
    assert_int_equal(diag_exit_status(&d), 65);
    diag_clear(&d);
    text_clear(&t);
    assert_int_equal(file_read(path, 11, &t, &d), 0);
    assert_int_equal(t.length, 11);

    assert_int_equal(file_make_directory(path, &d), -1);
    assert_int_equal(diag_exit_status(&d), 73);
    diag_clear(&d);
    unlink(path);

    assert_int_equal(file_create(&f, in_directory("no/such/file"), &d), -1);
    assert_int_equal(diag_exit_status(&d), 73);
    diag_clear(&d);

    /* A directory stands where the file is to be. */
    const char *taken = in_directory("taken");
    assert_int_equal(mkdir(taken, 0777), 0);
    assert_int_equal(file_create(&f, taken, &d), 0);
    assert_int_equal(file_commit(&f, &d), -1);
    assert_int_equal(diag_exit_status(&d), 74);
    assert_int_equal(rmdir(taken), 0);

    text_release(&t);
    diag_release(&d);
}

static void test_file_make_directory(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    assert_int_equal(file_make_directory(in_directory("a//b/c/"), &d), 0);
    assert_int_equal(file_make_directory(in_directory("a/b"), &d), 0);
    assert_int_equal(file_make_directory("/", &d), 0);
    assert_true(file_is_directory(in_directory("a/b/c")));
    assert_false(file_is_directory(in_directory("a/x")));
    assert_int_equal(d.n_messages, 0);
    assert_int_equal(file_make_directory("", &d), -1);
    assert_int_equal(rmdir(in_directory("a/b/c")), 0);
    assert_int_equal(rmdir(in_directory("a/b")), 0);
    assert_int_equal(rmdir(in_directory("a")), 0);
    diag_release(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_arena_is_aligned_and_zeroed),
        cmocka_unit_test(test_arena_keeps_apart),
        cmocka_unit_test(test_arena_reuses_after_reset),
        cmocka_unit_test(test_arena_rewinds),
        cmocka_unit_test(test_arena_bare),
        cmocka_unit_test(test_arena_lines),
        cmocka_unit_test(test_arena_guards),
        cmocka_unit_test(test_radix_sort),
        cmocka_unit_test(test_radix_key),
        cmocka_unit_test(test_arena_strings),
        cmocka_unit_test_setup_teardown(test_file_commit_and_discard, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(test_file_full_disk, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(test_file_errors, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(test_file_make_directory, make_directory,
                                        remove_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
