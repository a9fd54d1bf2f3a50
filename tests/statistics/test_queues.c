/* Queues with known theory through the engine. Numbers: ORACLES section 6, theory.
 *
 * The tolerances are about four standard errors of the time averages. For M/M/1 the
 * asymptotic variance of the number in the system is 2 rho (1 + rho) / (mu (1 - rho)^4)
 * (Whitt, Planning queueing simulations, Management Science 35, 1989): 1,800 at
 * rho = 0.8, so over 4e6 s the error is 0.021. For the others it was taken from 20 runs
 * of other seeds. Seeds are fixed: a failure is a change of the code, not bad luck. */
#include "des/engine.h"
#include "des/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

enum { COMPLETION = 1, ARRIVAL = 4 };

/* M/M/c, or with a source of `n_sources` machines that break at rate lambda each, the
 * repair of machines. */
struct queue {
    struct engine engine;
    struct stream arrivals, services;
    double lambda, mu;
    uint32_t n_servers;
    uint32_t n_sources; /* 0: endless */
    struct event_handle next_arrival;
    uint32_t n_present;
    double since_s;                                   /* n_present changed */
    double present_s, waiting_s, all_busy_s, empty_s; /* integrals over time */
    uint64_t n_arrived, n_had_to_wait;
};

static void complete(void *owner, uint32_t subject);
static void arrive(void *owner, uint32_t subject);

/* Adds the time since the last change to the integrals. */
static void account(struct queue *q)
{
    double s = q->engine.now_s - q->since_s;
    q->since_s = q->engine.now_s;
    q->present_s += s * q->n_present;
    if (q->n_present > q->n_servers)
        q->waiting_s += s * (q->n_present - q->n_servers);
    if (q->n_present >= q->n_servers)
        q->all_busy_s += s;
    if (q->n_present == 0)
        q->empty_s += s;
}

static void start_service(struct queue *q)
{
    double at_s = q->engine.now_s + stream_exponential(&q->services) / q->mu;
    engine_schedule(&q->engine, at_s, COMPLETION, complete, q, 0);
}

/* The time to the next arrival is drawn anew whenever the rate has changed. */
static void plan_arrival(struct queue *q)
{
    engine_cancel(&q->engine, q->next_arrival);
    double rate = q->lambda * (q->n_sources ? q->n_sources - q->n_present : 1);
    if (rate == 0.0)
        return;
    double at_s = q->engine.now_s + stream_exponential(&q->arrivals) / rate;
    q->next_arrival = engine_schedule(&q->engine, at_s, ARRIVAL, arrive, q, 0);
}

static void arrive(void *owner, uint32_t subject)
{
    (void)subject;
    struct queue *q = owner;
    account(q);
    q->n_arrived++;
    if (q->n_present++ < q->n_servers)
        start_service(q);
    else
        q->n_had_to_wait++;
    plan_arrival(q);
}

static void complete(void *owner, uint32_t subject)
{
    (void)subject;
    struct queue *q = owner;
    account(q);
    if (q->n_present-- > q->n_servers)
        start_service(q);
    if (q->n_sources)
        plan_arrival(q);
}

static struct queue run(double lambda, uint32_t n_servers, uint32_t n_sources,
                        double horizon_s)
{
    struct queue q = {
        .lambda = lambda, .mu = 1.0, .n_servers = n_servers, .n_sources = n_sources};
    engine_init(&q.engine);
    stream_init(&q.arrivals, 1, 0, "queue", "arrivals");
    stream_init(&q.services, 1, 0, "queue", "services");
    plan_arrival(&q);
    engine_run_until(&q.engine, horizon_s);
    account(&q);
    engine_release(&q.engine);
    return q;
}

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.6f is not within %g of %.6f", value, tolerance, expected);
}

static void test_one_server(void **state)
{
    (void)state;
    const double horizon_s = 4e6;
    struct queue q = run(0.8, 1, 0, horizon_s);
    assert_near(q.present_s / horizon_s, 4.0, 0.085);
    assert_near(q.present_s / (double)q.n_arrived, 5.0, 0.115);
    assert_near(q.empty_s / horizon_s, 0.2, 0.0027);
}

static void test_four_servers(void **state)
{
    (void)state;
    const double horizon_s = 2e6;
    struct queue q = run(3.2, 4, 0, horizon_s);
    assert_near(q.waiting_s / (double)q.n_arrived, 0.7455405897, 0.013);
    assert_near((double)q.n_had_to_wait / (double)q.n_arrived, 0.59643247, 0.0034);
    /* Poisson arrivals see time averages */
    assert_near(q.all_busy_s / horizon_s, 0.59643247, 0.0034);
}

static void test_machine_repair(void **state)
{
    (void)state;
    const double horizon_s = 2e6;
    struct queue q = run(0.1, 1, 5, horizon_s);
    assert_near(q.empty_s / horizon_s, 0.56395218, 0.0023);
    assert_near(q.present_s / horizon_s, 0.63952177, 0.0053);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_server),
        cmocka_unit_test(test_four_servers),
        cmocka_unit_test(test_machine_repair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
