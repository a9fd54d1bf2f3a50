/* What the run puts on the docket for some divisions alone: lots and work. */
#include "base/seconds.h"
#include "support/trials.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#define DAY SECONDS_PER_DAY

/* ---- work ---- */

/* A month of building by four people is 730.5 hours. With 10 GPUs of p and 5 of q the
 * training takes 72 and 20 hours, with 100 of p, cut to 64, 11.25, with 2, raised to 8,
 * 90. */
static void test_prospect(void **state)
{
    (void)state;
    struct trial t;
    struct world world;
    struct arena arena;
    trial_run(&t,
              "start = '2025-01-01'; months = 1; "
              "pools = ( { name = 'p'; gpus = 100; }, { name = 'q'; gpus = 10; } ); "
              "teams = ( { name = 'T'; people = 4; }, { name = 'U'; } ); projects = ( "
              "{ name = 'Job'; team = 'T'; stages = ( { do = 'wait'; days = 10.0; }, "
              "{ do = 'build'; person_months = 4.0; }, { do = 'train'; pool = 'p'; "
              "gpu_hours = 720.0; min_gpus = 8; max_gpus = 64; }, "
              "{ do = 'train'; pool = 'q'; gpu_hours = 100.0; } ); }, "
              "{ name = 'Idle'; team = 'U'; stages = ( { do = 'train'; pool = 'p'; "
              "gpu_hours = 720.0; }, { do = 'build'; person_months = 1.0; } ); } );");
    arena_init(&arena);
    world_init(&world, t.s, &arena);
    double part[] = {10, 5};
    struct prospect p = world_prospect(&world, 0, 0, part);
    assert_near(p.pool_gpu_hours, 720, 1e-9);
    assert_near(p.other_hours, 240 + 730.5 + 20, 1e-9);
    assert_near(p.alone_hours, 240 + 730.5 + 20 + 72, 1e-9);
    p = world_prospect(&world, 0, 1, part);
    assert_near(p.pool_gpu_hours, 100, 1e-9);
    assert_near(p.other_hours, 240 + 730.5 + 72, 1e-9);
    part[0] = 100;
    assert_near(world_prospect(&world, 0, 0, part).alone_hours, 990.5 + 11.25, 1e-9);
    part[0] = 2;
    assert_near(world_prospect(&world, 0, 0, part).alone_hours, 990.5 + 90, 1e-9);
    /* Nobody builds without people: that part is left out. */
    p = world_prospect(&world, 1, 0, part);
    assert_near(p.other_hours, 0, 1e-9);
    assert_near(p.alone_hours, 360, 1e-9);
    part[0] = 0;
    assert_true(isinf(world_prospect(&world, 1, 0, part).alone_hours));
    arena_release(&arena);
    trial_release(&t);
}

/* ORACLES section 3 with 744 hours for one: 4 GPUs, A 2 and B 4 GPU-months; split 2/2
 * until A is done at the end of January, then B has 4 for its last 372 hours: rho 1 and
 * .75. */
static void test_shared_and_alone(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "start = '2025-01-01'; months = 3; pools = ( { name = 'p'; gpus = 4; "
                  "node_gpus = 1; } ); teams = ( { name = 'T'; }, { name = 'U'; } ); "
                  "projects = ( { name = 'A'; team = 'T'; "
                  "stages = ( { do = 'train'; gpu_hours = 1488.0; } ); }, "
                  "{ name = 'B'; team = 'U'; "
                  "stages = ( { do = 'train'; gpu_hours = 2976.0; } ); } ); "
                  "rule = { divide = 'finish-time'; };");
    double alone_a = 744 * 3600, alone_b = 2 * alone_a;
    assert_same(trial_claim(&t, "A", "p", 0)->granted_gpus, 2);
    assert_near(trial_released_s(&t, "A") / alone_a, 1, 1e-9);
    assert_near(trial_released_s(&t, "B") / alone_b, 0.75, 1e-9);
    trial_release(&t);
}

#define RIVALS                                                                           \
    "start = '2025-01-01'; months = 3; pools = ( { name = 'p'; gpus = 100; } ); "        \
    "teams = ( { name = 'T'; }, { name = 'U'; } ); "                                     \
    "projects = ( { name = 'A'; team = 'T'; stages = ( %s"                               \
    "{ do = 'train'; gpu_hours = 72000.0; } ); }, "                                      \
    "{ name = 'B'; team = 'U'; start = '2025-02-01'; "                                   \
    "stages = ( { do = 'train'; gpu_hours = 72000.0; } ); } ); "                         \
    "rule = { divide = 'finish-time'; unit_gpus = 0; }; %s"

/* A month of waiting that A planned itself is no delay: both would take 1,440 hours of
 * training alone. One in which it was held is, and is made good. */
static void test_delays(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, RIVALS, "{ do = 'wait'; days = 31.0; }, ", "");
    assert_near(trial_claim(&t, "A", "p", 1)->granted_gpus, 50, 1e-9);
    trial_release(&t);
    trial_run(&t, RIVALS, "",
              "happenings = ( { at = '2025-01-02'; do = 'grant'; project = 'A'; "
              "gpus = 0; } );");
    double a = trial_claim(&t, "A", "p", 1)->granted_gpus;
    double b = trial_claim(&t, "B", "p", 1)->granted_gpus;
    assert_near(a + b, 100, 1e-9);
    assert_near(744 + (72000 - 2400) / a, 72000 / b, 1e-6);
    assert_true(a > 60);
    trial_release(&t);
}

/* What an exploration has to do is what it asks for until the next meeting. */
static void test_exploration_work(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t,
              "start = '2025-01-01'; months = 1; pools = ( { name = 'p'; gpus = 60; } "
              "); teams = ( { name = 'C'; exploration = ( { gpus = 50.0; } ); }, "
              "{ name = 'D'; exploration = ( { gpus = 20.0; } ); } ); "
              "rule = { divide = 'finish-time'; unit_gpus = 0; };");
    /* On 1/N, 30 GPUs, C would take 5/3 of that time for it and D, which asks for fewer,
     * all of it: at one rho they get 30 : 20, D no more than it asks. */
    double c = trial_claim(&t, "C", "p", 0)->granted_gpus;
    double d = trial_claim(&t, "D", "p", 0)->granted_gpus;
    assert_near(c, 40, 1e-9);
    assert_near(d, 20, 1e-9);
    trial_release(&t);
}

/* ---- lots ---- */

#define LOTTERY                                                                          \
    "start = '2025-01-01'; months = 48; pools = ( { name = 'p'; gpus = 100; "            \
    "node_gpus = 1; } ); teams = ( %s{ name = 'A'; exploration = ( { gpus = 60.0; } ); " \
    "}, { name = 'B'; exploration = ( { gpus = 60.0; } ); } ); "                         \
    "rule = { divide = 'lottery'; };"

static double lead_of(const struct trial *t, size_t month)
{
    return trial_claim(t, "A", "p", month)->granted_gpus -
           trial_claim(t, "B", "p", month)->granted_gpus;
}

/* Another claim shifts nobody's lot: who of A and B comes first stays so in every month,
 * whoever comes between. Other replications draw anew, the same one the same again. */
static void test_lottery(void **state)
{
    (void)state;
    struct trial two, three;
    size_t n_first = 0, n_changed = 0;
    trial_run(&two, LOTTERY, "");
    trial_run(&three, LOTTERY, "{ name = '0'; exploration = ( { gpus = 60.0; } ); }, ");
    double leads[48];
    for (size_t month = 0; month < 48; month++) {
        leads[month] = lead_of(&two, month);
        assert_true(fabs(leads[month]) == 20);
        assert_true((lead_of(&three, month) > 0) == (leads[month] > 0));
        n_first += leads[month] > 0;
    }
    assert_true(n_first > 10 && n_first < 38);
    trial_repeat(&two, 1);
    for (size_t month = 0; month < 48; month++)
        n_changed += lead_of(&two, month) != leads[month];
    assert_true(n_changed > 10);
    trial_repeat(&two, 0);
    for (size_t month = 0; month < 48; month++)
        assert_same(lead_of(&two, month), leads[month]);
    trial_release(&two);
    trial_release(&three);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prospect), cmocka_unit_test(test_shared_and_alone),
        cmocka_unit_test(test_delays),   cmocka_unit_test(test_exploration_work),
        cmocka_unit_test(test_lottery),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
