/* A queue through the engine, water filling, and a month of 1,000 teams. Prints "name
 * value unit" a line, the best of several rounds. With arguments "mm1 N" only the queue
 * runs, of N customers, for whoever counts its instructions. */
#include "des/engine.h"
#include "des/stream.h"
#include "rule/fill.h"
#include "stats/inequality.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { N_CUSTOMERS = 1000000, MOST_CLAIMS = 100000, N_TEAMS = 1000, N_ROUNDS = 9 };

/* What the compiler must not optimise away. */
static volatile double sink;

static double clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/* ---- M/M/1: arrivals at 0.9 of the rate of service, first come first served ---- */

struct queue {
    struct engine engine;
    struct stream arrivals, services;
    long n_left, n_waiting; /* still to come; waiting or served */
    double people_s;        /* the integral of n_waiting */
    double since_s;
};

static void pass(struct queue *q, int change)
{
    q->people_s += (double)q->n_waiting * (q->engine.now_s - q->since_s);
    q->since_s = q->engine.now_s;
    q->n_waiting += change;
}

static void leave(void *owner, uint32_t subject)
{
    struct queue *q = owner;
    pass(q, -1);
    if (q->n_waiting > 0)
        engine_schedule(&q->engine, q->engine.now_s + stream_exponential(&q->services), 0,
                        leave, q, subject);
}

static void arrive(void *owner, uint32_t subject)
{
    struct queue *q = owner;
    pass(q, 1);
    if (q->n_waiting == 1)
        engine_schedule(&q->engine, q->engine.now_s + stream_exponential(&q->services), 0,
                        leave, q, subject);
    if (--q->n_left > 0)
        engine_schedule(&q->engine,
                        q->engine.now_s + stream_exponential(&q->arrivals) / 0.9, 1,
                        arrive, q, subject);
}

/* Nanoseconds a customer. */
static double mm1_ns(long n)
{
    struct queue q = {.n_left = n};
    double start = clock_ns();
    engine_init(&q.engine);
    stream_init(&q.arrivals, 1, 0, "bench", "arrivals");
    stream_init(&q.services, 1, 0, "bench", "services");
    engine_schedule(&q.engine, stream_exponential(&q.arrivals) / 0.9, 1, arrive, &q, 0);
    engine_run_until(&q.engine, 1e300);
    sink = q.people_s / q.since_s;
    engine_release(&q.engine);
    return (clock_ns() - start) / (double)n;
}

/* ---- division ---- */

struct claims {
    double lo[MOST_CLAIMS], hi[MOST_CLAIMS], w[MOST_CLAIMS], out[MOST_CLAIMS];
};

static double fill_us(struct claims *c, size_t n)
{
    double best = INFINITY, wanted = 0;
    for (size_t i = 0; i < n; i++)
        wanted += c->hi[i];
    for (int round = 0; round < N_ROUNDS; round++) {
        double start = clock_ns();
        sink = fill(0.4 * wanted, n, c->lo, c->hi, c->w, c->out);
        best = fmin(best, (clock_ns() - start) / 1e3);
    }
    return best;
}

/* The usual way: sort the breakpoints, walk along them. */
static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double sorting_us(const struct claims *c, size_t n)
{
    double best = INFINITY, *points = malloc(n * sizeof *points);
    for (int round = 0; round < N_ROUNDS; round++) {
        double start = clock_ns();
        for (size_t i = 0; i < n; i++)
            points[i] = c->hi[i] / c->w[i];
        qsort(points, n, sizeof *points, by_number);
        best = fmin(best, (clock_ns() - start) / 1e3);
        sink = points[n / 2];
    }
    free(points);
    return best;
}

/* A month: what each team wants is drawn, the pool is divided, the division is measured.
 */
static double month_us(struct claims *c, bool by_gsl)
{
    double best = INFINITY, met[N_TEAMS];
    struct stream s;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    stream_init(&s, 1, 0, "bench", "month");
    for (int round = 0; round < 20 * N_ROUNDS; round++) {
        double start = clock_ns(), wanted = 0;
        for (size_t i = 0; i < N_TEAMS; i++) {
            c->hi[i] =
                100 * (by_gsl ? gsl_ran_exponential(rng, 1) : stream_exponential(&s));
            wanted += c->hi[i];
        }
        fill(0.7 * wanted, N_TEAMS, c->lo, c->hi, c->w, c->out);
        for (size_t i = 0; i < N_TEAMS; i++)
            met[i] = c->out[i] / c->hi[i];
        sink = jain(met, N_TEAMS);
        best = fmin(best, (clock_ns() - start) / 1e3);
    }
    gsl_rng_free(rng);
    return best;
}

int main(int argc, char **argv)
{
    static struct claims c;
    struct stream s;
    double best = INFINITY;
    if (argc == 3 && strcmp(argv[1], "mm1") == 0) {
        mm1_ns(strtol(argv[2], NULL, 10));
        return 0;
    }
    for (int round = 0; round < 3; round++)
        best = fmin(best, mm1_ns(N_CUSTOMERS));
    printf("mm1_customer %.1f ns\n", best);
    stream_init(&s, 1, 0, "bench", "claims");
    for (size_t i = 0; i < MOST_CLAIMS; i++) {
        c.hi[i] = 1000 * stream_uniform(&s);
        c.w[i] = 0.01 + stream_uniform(&s);
    }
    printf("fill_1000 %.2f us\n", fill_us(&c, 1000));
    printf("qsort_1000 %.2f us\n", sorting_us(&c, 1000));
    printf("fill_100000 %.0f us\n", fill_us(&c, MOST_CLAIMS));
    printf("qsort_100000 %.0f us\n", sorting_us(&c, MOST_CLAIMS));
    printf("month_of_1000_teams %.2f us\n", month_us(&c, false));
    printf("month_of_1000_teams_drawn_by_gsl %.2f us\n", month_us(&c, true));
    return 0;
}
