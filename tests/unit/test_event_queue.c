/* The event queue against a list that is searched from end to end. */
#include "des/event_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void nothing(void *owner, uint32_t subject)
{
    (void)owner;
    (void)subject;
}

static struct event_handle push(struct event_queue *q, double at_s, unsigned class,
                                uint32_t subject)
{
    return event_queue_push(q, at_s, class, nothing, NULL, subject);
}

static uint32_t pop_subject(struct event_queue *q)
{
    struct event event = {0};
    assert_true(event_queue_pop(q, &event));
    event_queue_check(q);
    return event.subject;
}

/* A small generator of the test's own: the queue is not to be tested with its sibling. */
static uint64_t random_state;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % n);
}

static void test_empty(void **state)
{
    (void)state;
    struct event_queue q;
    event_queue_init(&q);
    event_queue_check(&q);
    struct event event = {.at_s = 2.385};
    assert_int_equal(event_queue_length(&q), 0);
    assert_false(event_queue_pop(&q, &event));
    assert_true(event.at_s == 2.385); /* untouched */
    assert_true(event_queue_next_at_s(&q) == INFINITY);
    struct event_handle none = {0};
    assert_false(event_queue_is_pending(&q, none));
    assert_false(event_queue_cancel(&q, none));
    assert_false(event_queue_reschedule(&q, none, 1.0));
    assert_true(event_queue_at_s(&q, none) == INFINITY);
    event_queue_release(&q);
    event_queue_release(&q);
}

static void test_carries_everything(void **state)
{
    (void)state;
    struct event_queue q;
    event_queue_init(&q);
    struct event out = {0};
    struct event_handle handle =
        event_queue_push(&q, 2.385, 255, nothing, &q, UINT32_MAX);
    assert_true(event_queue_at_s(&q, handle) == 2.385);
    assert_true(event_queue_next_at_s(&q) == 2.385);
    assert_true(event_queue_pop(&q, &out));
    assert_true(out.at_s == 2.385);
    assert_ptr_equal(out.owner, &q);
    assert_true(out.fire == nothing);
    assert_int_equal(out.subject, UINT32_MAX);
    event_queue_release(&q);
}

static void test_order_of_times(void **state)
{
    (void)state;
    /* in rising order */
    static const double times[] = {-1e300, -2.0,   -1.0, -1e-310,       0.0,
                                   5e-324, 1e-300, 1.0,  1.0 + 0x1p-52, 1e300};
    enum { N = sizeof times / sizeof *times };
    struct event_queue q;
    event_queue_init(&q);
    for (uint32_t i = 0; i < N; i++)
        push(&q, times[7 * i % N], 0, 7 * i % N);
    for (uint32_t i = 0; i < N; i++) {
        assert_true(event_queue_next_at_s(&q) == times[i]);
        assert_int_equal(pop_subject(&q), i);
    }
    event_queue_release(&q);
}

static void test_ties(void **state)
{
    (void)state;
    struct event_queue q;
    event_queue_init(&q);
    /* subjects number the expected order */
    push(&q, 5.0, 6, 6);
    push(&q, 5.0, 0, 1);
    push(&q, 5.0, 3, 4);
    push(&q, 5.0, 0, 2);
    push(&q, 5.0, 3, 5);
    push(&q, 5.0, 0, 3);
    push(&q, 6.0, 0, 7);
    push(&q, 4.0, 255, 0);
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(pop_subject(&q), i);
    /* negative zero is zero */
    push(&q, 0.0, 1, 1);
    push(&q, -0.0, 1, 2);
    push(&q, 0.0, 0, 0);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(pop_subject(&q), i);
    event_queue_release(&q);
}

static void test_reschedule_goes_behind(void **state)
{
    (void)state;
    struct event_queue q;
    event_queue_init(&q);
    struct event_handle first = push(&q, 5.0, 2, 3);
    push(&q, 5.0, 2, 1);
    push(&q, 5.0, 2, 2);
    push(&q, 5.0, 1, 0);
    assert_true(event_queue_reschedule(&q, first, 5.0));
    assert_true(event_queue_is_pending(&q, first));
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(pop_subject(&q), i);
    assert_false(event_queue_is_pending(&q, first));
    event_queue_release(&q);
}

static void test_pop_until(void **state)
{
    (void)state;
    struct event_queue q;
    struct event event = {0};
    event_queue_init(&q);
    push(&q, 1.0, 0, 1);
    push(&q, 2.0, 0, 2);
    assert_false(event_queue_pop_until(&q, 0.999, &event));
    assert_true(event_queue_pop_until(&q, 1.0, &event));
    assert_false(event_queue_pop_until(&q, 1.0, &event));
    assert_false(event_queue_pop_until(&q, NAN, &event));
    assert_int_equal(event_queue_length(&q), 1);
    event_queue_release(&q);
}

static void test_stale_handles(void **state)
{
    (void)state;
    struct event_queue q;
    event_queue_init(&q);
    struct event_handle fired = push(&q, 1.0, 0, 1);
    assert_int_equal(pop_subject(&q), 1);
    struct event_handle cancelled = push(&q, 1.0, 0, 2);
    assert_true((uint32_t)fired.id ==
                (uint32_t)cancelled.id); /* the slot is used again */
    assert_false(event_queue_cancel(&q, fired));
    assert_true(event_queue_cancel(&q, cancelled));
    assert_false(event_queue_cancel(&q, cancelled));
    struct event_handle stands = push(&q, 1.0, 0, 3);
    assert_false(event_queue_cancel(&q, fired));
    assert_false(event_queue_reschedule(&q, cancelled, 9.0));
    struct event_handle outside = {UINT64_C(1) << 32 | 1u << 20};
    assert_false(event_queue_cancel(&q, outside));
    event_queue_reset(&q);
    event_queue_check(&q);
    assert_int_equal(event_queue_length(&q), 0);
    assert_false(event_queue_is_pending(&q, stands));
    push(&q, 1.0, 0, 4);
    assert_false(event_queue_cancel(&q, stands));
    assert_int_equal(pop_subject(&q), 4);
    event_queue_release(&q);
}

/* The shadow: events in a list, found by looking at all of them. */
struct shadow {
    double at_s;
    unsigned class;
    uint64_t order;
    struct event_handle handle;
    bool is_pending;
};

static bool shadow_before(const struct shadow *a, const struct shadow *b)
{
    if (a->at_s != b->at_s)
        return a->at_s < b->at_s;
    return a->class != b->class ? a->class < b->class : a->order < b->order;
}

static struct shadow *shadow_first(struct shadow *all, uint32_t n)
{
    struct shadow *first = NULL;
    for (uint32_t i = 0; i < n; i++)
        if (all[i].is_pending && (!first || shadow_before(&all[i], first)))
            first = &all[i];
    return first;
}

/* One random operation on the queue and on its shadow, which must agree. */
static void random_step(struct event_queue *q, struct shadow *all, uint32_t *n,
                        uint64_t *order, uint32_t push_weight, uint32_t n_times)
{
    uint32_t choice = random_below(push_weight + 40);
    double at_s = (double)random_below(n_times);
    struct shadow *one = *n ? &all[random_below(*n)] : NULL;
    if (choice < push_weight) {
        unsigned class = random_below(7);
        all[*n] =
            (struct shadow){at_s, class, (*order)++, push(q, at_s, class, *n), true};
        (*n)++;
    } else if (choice < push_weight + 20) {
        struct shadow *first = shadow_first(all, *n);
        struct event event = {0};
        assert_int_equal(event_queue_pop(q, &event), first != NULL);
        if (first) {
            assert_ptr_equal(&all[event.subject], first);
            assert_true(event.at_s == first->at_s);
            first->is_pending = false;
        }
    } else if (one && choice < push_weight + 30) {
        assert_int_equal(event_queue_cancel(q, one->handle), one->is_pending);
        one->is_pending = false;
    } else if (one) {
        assert_int_equal(event_queue_reschedule(q, one->handle, at_s), one->is_pending);
        if (one->is_pending) {
            one->at_s = at_s;
            one->order = (*order)++;
        }
    }
}

static void test_random_operations(void **state)
{
    (void)state;
    enum { N_STEPS = 2000 };
    static struct shadow all[N_STEPS];
    for (uint64_t seed = 1; seed <= 40; seed++) {
        random_state = seed;
        struct event_queue q;
        event_queue_init(&q);
        uint32_t n = 0;
        uint64_t order = 0;
        uint32_t push_weight = 10 + random_below(60);
        uint32_t n_times = 1 + random_below(seed % 2 ? 5 : 100000);
        for (int step = 0; step < N_STEPS; step++) {
            random_step(&q, all, &n, &order, push_weight, n_times);
            if (step % 16 == 0)
                event_queue_check(&q);
        }
        size_t n_pending = 0;
        for (uint32_t i = 0; i < n; i++) {
            n_pending += all[i].is_pending;
            double at_s = all[i].is_pending ? all[i].at_s : INFINITY;
            assert_true(event_queue_at_s(&q, all[i].handle) == at_s);
        }
        assert_int_equal(event_queue_length(&q), n_pending);
        event_queue_release(&q);
    }
}

static void test_many_events(void **state)
{
    (void)state;
    enum { N = 100000 };
    struct event_handle *handles = calloc(N, sizeof *handles);
    struct event_queue q;
    event_queue_init(&q);
    random_state = 2385;
    static uint8_t classes[N];
    for (uint32_t i = 0; i < N; i++) {
        classes[i] = (uint8_t)random_below(7);
        handles[i] = push(&q, (double)random_below(N / 2), classes[i], i);
    }
    event_queue_check(&q);
    size_t n = N;
    for (uint32_t i = 0; i < N; i += 3)
        n -= event_queue_cancel(&q, handles[i]);
    event_queue_check(&q);
    assert_int_equal(event_queue_length(&q), n);
    struct event last = {.at_s = -1.0}, event;
    while (event_queue_pop(&q, &event)) {
        assert_true(event.subject % 3 != 0);
        unsigned class = classes[event.subject], last_class = classes[last.subject];
        assert_true(event.at_s > last.at_s ||
                    (event.at_s == last.at_s &&
                     (class > last_class ||
                      (class == last_class && event.subject > last.subject))));
        last = event;
        n--;
    }
    assert_int_equal(n, 0);
    event_queue_check(&q);
    event_queue_release(&q);
    free(handles);
}

/* Whether pushing the event (or, with fire NULL, rescheduling to its time) aborts, tried
 * in a child that leaves neither a core nor a word. */
static bool aborts(double at_s, unsigned class, event_fire_fn *fire)
{
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        struct event_queue q;
        event_queue_init(&q);
        struct event_handle handle = push(&q, 1.0, 0, 0);
        if (fire)
            event_queue_push(&q, at_s, class, fire, NULL, 0);
        else
            event_queue_reschedule(&q, handle, at_s);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_refuses(void **state)
{
    (void)state;
    static const double wrong[] = {NAN, INFINITY, -INFINITY};
    assert_false(aborts(2.385, 255, nothing));
    for (int i = 0; i < 3; i++) {
        assert_true(aborts(wrong[i], 0, nothing));
        assert_true(aborts(wrong[i], 0, NULL));
    }
    assert_true(aborts(1.0, 256, nothing));
    assert_false(aborts(2.385, 0, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_carries_everything),
        cmocka_unit_test(test_order_of_times),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_reschedule_goes_behind),
        cmocka_unit_test(test_pop_until),
        cmocka_unit_test(test_stale_handles),
        cmocka_unit_test(test_random_operations),
        cmocka_unit_test(test_many_events),
        cmocka_unit_test(test_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
