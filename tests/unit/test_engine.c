/* The engine: its clock, its order, and two of it at once. */
#include "des/engine.h"
#include "des/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Writes down what fires, as "subject@time ". */
struct log {
    struct engine engine;
    char text[512];
    struct event_handle handle;
};

static void note(void *owner, uint32_t subject)
{
    struct log *log = owner;
    size_t length = strlen(log->text);
    snprintf(log->text + length, sizeof log->text - length, "%u@%g ", subject,
             log->engine.now_s);
}

static void note_and_follow(void *owner, uint32_t subject)
{
    struct log *log = owner;
    note(owner, subject);
    engine_schedule(&log->engine, log->engine.now_s, 6, note, log, subject + 10);
    engine_schedule(&log->engine, log->engine.now_s, 0, note, log, subject + 20);
}

static void note_and_cancel(void *owner, uint32_t subject)
{
    struct log *log = owner;
    note(owner, subject);
    assert_true(engine_cancel(&log->engine, log->handle));
    assert_false(engine_cancel(&log->engine, log->handle));
}

static void test_clock(void **state)
{
    (void)state;
    struct log log = {.text = ""};
    struct engine *engine = &log.engine;
    engine_init(engine);
    assert_true(engine->now_s == 0.0);
    assert_false(engine_step(engine));
    engine_schedule(engine, 2.0, 0, note, &log, 2);
    engine_schedule(engine, 1.0, 0, note, &log, 1);
    engine_schedule(engine, 3.0, 0, note, &log, 3);
    engine_schedule(engine, 3.5, 0, note, &log, 4);
    assert_true(engine_step(engine));
    assert_true(engine->now_s == 1.0);
    engine_run_until(engine, 3.0); /* the horizon itself included */
    assert_string_equal(log.text, "1@1 2@2 3@3 ");
    assert_true(engine->now_s == 3.0);
    engine_run_until(engine, 3.25);
    assert_true(engine->now_s == 3.25);
    assert_int_equal(engine->n_fired, 3);
    engine_run_until(engine, 10.0);
    assert_string_equal(log.text, "1@1 2@2 3@3 4@3.5 ");
    assert_true(engine->now_s == 10.0);
    engine_release(engine);
}

static void test_present_instant(void **state)
{
    (void)state;
    struct log log = {.text = ""};
    engine_init(&log.engine);
    engine_schedule(&log.engine, 5.0, 3, note_and_follow, &log, 1);
    engine_schedule(&log.engine, 5.0, 3, note, &log, 2);
    engine_run_until(&log.engine, 5.0);
    /* class 0 comes next although class 3 was there first; class 6 waits */
    assert_string_equal(log.text, "1@5 21@5 2@5 11@5 ");
    engine_release(&log.engine);
}

static void test_cancel_and_reschedule(void **state)
{
    (void)state;
    struct log log = {.text = ""};
    struct engine *engine = &log.engine;
    engine_init(engine);
    log.handle = engine_schedule(engine, 2.0, 0, note, &log, 9);
    engine_schedule(engine, 2.0, 0, note_and_cancel, &log, 1);
    assert_true(engine_reschedule(engine, log.handle, 2.0)); /* now behind 1 */
    struct event_handle moved = engine_schedule(engine, 8.0, 0, note, &log, 2);
    assert_true(engine_reschedule(engine, moved, 3.0));
    engine_run_until(engine, 10.0);
    assert_string_equal(log.text, "1@2 2@3 ");
    assert_false(engine_cancel(engine, moved));
    assert_false(engine_reschedule(engine, moved, 11.0));
    engine_release(engine);
}

static void count(void *owner)
{
    struct log *log = owner;
    log->handle.id++;
    assert_int_equal(log->handle.id, log->engine.n_fired);
}

static void test_after_each(void **state)
{
    (void)state;
    struct log log = {.text = ""};
    engine_init(&log.engine);
    engine_after_each(&log.engine, count, &log);
    for (uint32_t i = 0; i < 4; i++)
        engine_schedule(&log.engine, (double)i, 0, note, &log, i);
    engine_run_until(&log.engine, 2.0);
    assert_int_equal(log.handle.id, 3);
    engine_after_each(&log.engine, NULL, NULL);
    assert_true(engine_step(&log.engine));
    assert_int_equal(log.handle.id, 3);
    assert_int_equal(log.engine.n_fired, 4);
    engine_release(&log.engine);
}

/* A process that branches, moves and cancels; its trace is folded into one number. */
struct worker {
    struct engine engine;
    struct stream draws;
    uint64_t replication;
    struct event_handle moved;
    uint64_t trace;
};

static void work(void *owner, uint32_t subject)
{
    struct worker *w = owner;
    double now_s = w->engine.now_s;
    uint64_t bits;
    memcpy(&bits, &now_s, sizeof bits);
    w->trace = (w->trace ^ bits ^ subject) * 0x9e3779b97f4a7c15u;
    engine_schedule(&w->engine, now_s + stream_exponential(&w->draws), subject % 7, work,
                    w, subject);
    if (!engine_reschedule(&w->engine, w->moved, now_s + 2.0))
        w->moved = engine_schedule(&w->engine, now_s + stream_uniform(&w->draws), 1, work,
                                   w, subject + 1);
    if (w->trace % 4 == 0)
        engine_cancel(&w->engine, w->moved);
}

static void *run_worker(void *argument)
{
    struct worker *w = argument;
    engine_init(&w->engine);
    stream_init(&w->draws, 1, w->replication, "test", "worker");
    w->moved = (struct event_handle){0};
    w->trace = 0;
    for (uint32_t i = 0; i < 50; i++)
        engine_schedule(&w->engine, stream_exponential(&w->draws), 0, work, w, i);
    engine_run_until(&w->engine, 200.0);
    event_queue_check(&w->engine.queue);
    engine_release(&w->engine);
    return NULL;
}

static void test_two_threads(void **state)
{
    (void)state;
    struct worker alone[2], together[2];
    pthread_t threads[2];
    for (uint64_t i = 0; i < 2; i++) {
        alone[i].replication = together[i].replication = i;
        run_worker(&alone[i]);
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_worker, &together[i]), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(alone[i].engine.n_fired > 5000);
        assert_int_equal(together[i].engine.n_fired, alone[i].engine.n_fired);
        assert_true(together[i].trace == alone[i].trace);
    }
    assert_true(alone[0].trace != alone[1].trace);
}

static void schedule_in_past(struct engine *engine)
{
    engine_schedule(engine, 4.0, 0, note, NULL, 0);
}

static void schedule_never(struct engine *engine)
{
    engine_schedule(engine, NAN, 0, note, NULL, 0);
}

static void move_to_past(struct engine *engine)
{
    struct log log;
    engine_reschedule(engine, engine_schedule(engine, 6.0, 0, note, &log, 0), 4.0);
}

static void run_backwards(struct engine *engine)
{
    engine_run_until(engine, 4.0);
}

static void run_for_ever(struct engine *engine)
{
    engine_run_until(engine, INFINITY);
}

static void test_refuses(void **state)
{
    (void)state;
    void (*const mistakes[])(struct engine *) = {
        schedule_in_past, schedule_never, move_to_past, run_backwards, run_for_ever};
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        pid_t child = fork();
        if (child == 0) {
            struct rlimit none = {0};
            setrlimit(RLIMIT_CORE, &none);
            signal(SIGABRT, SIG_DFL);
            close(STDERR_FILENO);
            struct engine engine;
            engine_init(&engine);
            engine_run_until(&engine, 5.0);
            mistakes[i](&engine);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_present_instant),
        cmocka_unit_test(test_cancel_and_reschedule),
        cmocka_unit_test(test_after_each),
        cmocka_unit_test(test_two_threads),
        cmocka_unit_test(test_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
