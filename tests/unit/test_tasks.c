/* The pool: each task is done and handed on once, in its turn, on any number of threads.
 */
#include "study/tasks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"

#include <string.h>

enum { N = 500 };

struct seen {
    atomic_size_t n_prepared, n_dropped;
    size_t n_taken, n_unsettled, n_settled;
    size_t order[N];
    size_t fails_at; /* N: never */
    size_t stops_at; /* sets stop when so many are taken; N: never */
    atomic_bool stop;
    bool is_taking;
};

static void *prepare(void *owner, size_t index)
{
    struct seen *seen = owner;
    size_t *made = MEM_ARRAY(size_t, 1);
    volatile size_t idle = 0;
    for (size_t i = 0; i < (index * 7919) % 5000; i++)
        idle += i; /* tasks of unequal length */
    atomic_fetch_add(&seen->n_prepared, 1);
    *made = index;
    return made;
}

static int take(void *owner, size_t index, void *prepared)
{
    struct seen *seen = owner;
    assert_false(seen->is_taking);
    seen->is_taking = true;
    assert_int_equal(*(size_t *)prepared, index);
    seen->order[seen->n_taken++] = index;
    seen->n_unsettled++;
    mem_free(prepared);
    if (seen->n_taken == seen->stops_at)
        atomic_store(&seen->stop, true);
    seen->is_taking = false;
    return seen->n_taken > seen->fails_at ? -1 : 0;
}

static int settle(void *owner)
{
    struct seen *seen = owner;
    assert_false(seen->is_taking);
    assert_true(seen->n_unsettled > 0);
    seen->n_unsettled = 0;
    seen->n_settled++;
    return 0;
}

static void drop(void *owner, void *prepared)
{
    struct seen *seen = owner;
    atomic_fetch_add(&seen->n_dropped, 1);
    mem_free(prepared);
}

static size_t run(struct seen *seen, size_t n_jobs, bool in_any_order)
{
    struct tasks tasks = {.n = N,
                          .n_jobs = n_jobs,
                          .in_any_order = in_any_order,
                          .owner = seen,
                          .prepare = prepare,
                          .take = take,
                          .settle = in_any_order ? settle : NULL,
                          .drop = drop,
                          .stop = &seen->stop};
    return tasks_run(&tasks);
}

static void assert_each_once(const struct seen *seen)
{
    static bool is_met[N];
    memset(is_met, 0, sizeof is_met);
    for (size_t i = 0; i < seen->n_taken; i++) {
        assert_false(is_met[seen->order[i]]);
        is_met[seen->order[i]] = true;
    }
}

static void test_in_order(void **state)
{
    (void)state;
    for (size_t n_jobs = 1; n_jobs <= 8; n_jobs *= 2) {
        struct seen seen = {.fails_at = N, .stops_at = N + 1};
        assert_int_equal(run(&seen, n_jobs, false), N);
        for (size_t i = 0; i < N; i++)
            assert_int_equal(seen.order[i], i);
        assert_int_equal(seen.n_dropped, 0);
    }
}

static void test_in_any_order(void **state)
{
    (void)state;
    for (size_t n_jobs = 1; n_jobs <= 8; n_jobs *= 2) {
        struct seen seen = {.fails_at = N, .stops_at = N + 1};
        assert_int_equal(run(&seen, n_jobs, true), N);
        assert_int_equal(seen.n_taken, N);
        assert_each_once(&seen);
        assert_int_equal(seen.n_unsettled, 0);
        assert_true(seen.n_settled >= 1 && seen.n_settled <= N);
        if (n_jobs == 1)
            assert_int_equal(seen.n_settled, N);
    }
}

/* What is prepared is taken or dropped, also where a take fails. */
static void test_failure(void **state)
{
    (void)state;
    for (int any = 0; any <= 1; any++)
        for (size_t n_jobs = 1; n_jobs <= 8; n_jobs *= 2) {
            struct seen seen = {.fails_at = 100, .stops_at = N + 1};
            run(&seen, n_jobs, any);
            assert_int_equal(seen.n_taken, 101);
            assert_each_once(&seen);
            assert_int_equal(seen.n_prepared, seen.n_taken + seen.n_dropped);
        }
}

/* After a stop what is in flight is finished, handed on and settled. */
static void test_stop(void **state)
{
    (void)state;
    for (int any = 0; any <= 1; any++)
        for (size_t n_jobs = 1; n_jobs <= 8; n_jobs *= 2) {
            struct seen seen = {.fails_at = N, .stops_at = 50};
            size_t n = run(&seen, n_jobs, any);
            assert_true(n >= 50 && n <= 50 + 5 * n_jobs);
            assert_int_equal(n, seen.n_taken);
            assert_int_equal(seen.n_prepared, seen.n_taken);
            assert_int_equal(seen.n_dropped, 0);
            if (any)
                assert_int_equal(seen.n_unsettled, 0);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_in_any_order),
        cmocka_unit_test(test_failure),
        cmocka_unit_test(test_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
