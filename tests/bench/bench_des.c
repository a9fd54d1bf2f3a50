/* What an event and a draw cost. Prints "name value unit" a line, the best of several
 * rounds, so that other work on the machine counts little. The engine's figures are a
 * steady state of 1,000 pending events, each of which draws an exponential and schedules
 * its successor. */
#include "des/engine.h"
#include "des/stream.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include <math.h>
#include <stdio.h>
#include <time.h>

enum { N_PENDING = 1000, N_EVENTS = 1000000, N_DRAWS = 2000000, N_ROUNDS = 9 };

struct load {
    struct engine engine;
    struct stream draws;
};

/* What the compiler must not optimise away. */
static volatile double sink;

static double clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static void again(void *owner, uint32_t subject)
{
    struct load *load = owner;
    double at_s = load->engine.now_s + stream_exponential(&load->draws);
    engine_schedule(&load->engine, at_s, subject & 7, again, load, subject);
}

/* As above, but every other event falls on a whole second. */
static void again_at_ties(void *owner, uint32_t subject)
{
    struct load *load = owner;
    double at_s = load->engine.now_s + stream_exponential(&load->draws);
    if (subject & 1)
        at_s = ceil(at_s);
    engine_schedule(&load->engine, at_s, subject & 7, again_at_ties, load, subject);
}

/* Every event moves the one that waits for its neighbour, then schedules itself. */
struct mover {
    struct load load;
    struct event_handle handles[N_PENDING];
};

static void move(void *owner, uint32_t subject)
{
    struct mover *m = owner;
    struct engine *engine = &m->load.engine;
    uint32_t other = (subject + 1) % N_PENDING;
    double now_s = engine->now_s;
    engine_reschedule(engine, m->handles[other],
                      now_s + stream_exponential(&m->load.draws));
    double at_s = now_s + stream_exponential(&m->load.draws);
    m->handles[subject] = engine_schedule(engine, at_s, 0, move, m, subject);
}

static double event_ns(event_fire_fn *handler)
{
    struct load load;
    engine_init(&load.engine);
    stream_init(&load.draws, 1, 0, "bench", "event");
    for (uint32_t i = 0; i < N_PENDING; i++)
        engine_schedule(&load.engine, stream_exponential(&load.draws), i & 7, handler,
                        &load, i);
    double best = INFINITY;
    for (int round = 0; round < N_ROUNDS; round++) {
        double start = clock_ns();
        for (int i = 0; i < N_EVENTS; i++)
            engine_step(&load.engine);
        best = fmin(best, (clock_ns() - start) / N_EVENTS);
    }
    sink = load.engine.now_s;
    engine_release(&load.engine);
    return best;
}

static double move_ns(void)
{
    static struct mover m;
    engine_init(&m.load.engine);
    stream_init(&m.load.draws, 1, 0, "bench", "move");
    for (uint32_t i = 0; i < N_PENDING; i++)
        m.handles[i] = engine_schedule(&m.load.engine, stream_exponential(&m.load.draws),
                                       0, move, &m, i);
    double best = INFINITY;
    for (int round = 0; round < N_ROUNDS; round++) {
        double start = clock_ns();
        for (int i = 0; i < N_EVENTS; i++)
            engine_step(&m.load.engine);
        best = fmin(best, (clock_ns() - start) / N_EVENTS);
    }
    sink = m.load.engine.now_s;
    engine_release(&m.load.engine);
    return best;
}

static double draw_ns(bool is_normal)
{
    struct stream s;
    stream_init(&s, 1, 0, "bench", "draw");
    double best = INFINITY;
    for (int round = 0; round < N_ROUNDS; round++) {
        double start = clock_ns(), sum = 0.0;
        for (int i = 0; i < N_DRAWS; i++)
            sum += is_normal ? stream_normal(&s) : stream_exponential(&s);
        best = fmin(best, (clock_ns() - start) / N_DRAWS);
        sink = sum;
    }
    return best;
}

static double gsl_ns(void)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double best = INFINITY;
    for (int round = 0; round < N_ROUNDS; round++) {
        double start = clock_ns(), sum = 0.0;
        for (int i = 0; i < N_DRAWS; i++)
            sum += gsl_ran_exponential(rng, 1.0);
        best = fmin(best, (clock_ns() - start) / N_DRAWS);
        sink = sum;
    }
    gsl_rng_free(rng);
    return best;
}

static double init_ns(void)
{
    enum { N_STREAMS = 20000 };
    double best = INFINITY;
    for (int round = 0; round < N_ROUNDS; round++) {
        double start = clock_ns(), sum = 0.0;
        for (int i = 0; i < N_STREAMS; i++) {
            struct stream s;
            stream_init(&s, 1, (uint64_t)i, "leave", "Paris/LLaMA/13");
            sum += stream_uniform(&s);
        }
        best = fmin(best, (clock_ns() - start) / N_STREAMS);
        sink = sum;
    }
    return best;
}

int main(void)
{
    printf("des_event_1000_pending %.1f ns\n", event_ns(again));
    printf("des_event_1000_pending_half_ties %.1f ns\n", event_ns(again_at_ties));
    printf("des_event_1000_pending_with_reschedule %.1f ns\n", move_ns());
    printf("des_exponential_draw %.1f ns\n", draw_ns(false));
    printf("des_normal_draw %.1f ns\n", draw_ns(true));
    printf("des_stream_init_and_draw %.1f ns\n", init_ns());
    printf("gsl_mt19937_exponential_draw %.1f ns\n", gsl_ns());
    return 0;
}
