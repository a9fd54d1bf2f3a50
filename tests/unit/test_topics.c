/* Overlap of projects, the work that is done twice, and cooperation: every number is
 * worked out beside it. */
#include "base/seconds.h"
#include "support/trials.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#define START                                                                            \
    "start = '2025-01-01'; months = 12; pools = ( { name = 'p'; gpus = 1000; } );"       \
    "teams = ( { name = 'T'; people = 1; }, { name = 'U'; people = 1; } );"

#define PROJECT(name, team, topic, more, gpu_hours)                                      \
    "{ name = '" name "'; team = '" team "'; topic = '" topic "'; " more                 \
    " stages = ( { do = 'train'; gpu_hours = " gpu_hours "; max_gpus = 250.0; } ); }"

static double duplicated(const struct trial *t, const char *kind, const char *subject)
{
    return trial_outcome(t, "gpu_hours_duplicated", kind, subject, "");
}

/* C leads with 300,000 GPU-hours: what A and B do of it is done twice, 0.8 of it. D comes
 * when all is over: it builds on what was there. Of two equals the later name is second.
 */
static void test_duplicated(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START "topics = ( { name = 'x'; overlap = 0.8; } ); projects = "
                        "(" PROJECT("A", "T", "x", "", "100000.0") "," PROJECT(
                            "B", "U", "x", "",
                            "200000.0") "," PROJECT("C", "U", "x", "",
                                                    "300000.0") "," PROJECT("D", "T", "x",
                                                                            "after = "
                                                                            "'C'; ",
                                                                            "150000."
                                                                            "0") ")"
                                                                                 ";");
    assert_near(duplicated(&t, "project", "A"), 80000, 1e-3);
    assert_near(duplicated(&t, "project", "B"), 160000, 1e-3);
    assert_same(duplicated(&t, "project", "C"), 0);
    assert_same(duplicated(&t, "project", "D"), 0);
    assert_near(duplicated(&t, "team", "T"), 80000, 1e-3);
    assert_near(duplicated(&t, "team", "U"), 160000, 1e-3);
    assert_near(duplicated(&t, "all", "all"), 240000, 1e-3);
    /* A is done after 400 hours, C after 1,200, on 20 February. */
    assert_same(trial_cell(&t, "months.csv", "", "contested_topics", 0), 0);
    trial_release(&t);
    trial_run(&t, START "projects = (" PROJECT("A", "T", "x", "", "100000.0") "," PROJECT(
                      "B", "U", "x", "", "100000.0") ");");
    assert_same(duplicated(&t, "project", "A"), 0);
    assert_near(duplicated(&t, "project", "B"), 100000, 1e-3);
    trial_release(&t);
}

/* Between topics it is what is stated, from whichever side; each repeats what it has most
 * in common with. Without any overlap there is nothing to tell. */
static void test_matrix(void **state)
{
    (void)state;
    struct trial t;
    static const char projects[] =
        "projects = (" PROJECT("A", "T", "x", "", "300000.0") "," PROJECT(
            "B", "U", "y", "",
            "200000.0") "," PROJECT("C", "U", "z", "",
                                    "100000.0") ","
                                                "{ name = 'D'; team = 'U'; stages = ( { "
                                                "do = 'train'; gpu_hours = 50000.0; } ); "
                                                "} );";
    trial_run(&t,
              START
              "topics = ( { name = 'y'; with = ( { topic = 'x'; overlap = 0.3; } ); "
              "}, { name = 'z'; with = ( { topic = 'y'; overlap = 0.5; }, { "
              "topic = 'x'; overlap = 0.2; } ); } ); %s"
              "rule = { score = { weights = { overlap = -0.5; }; }; };",
              projects);
    assert_near(duplicated(&t, "project", "B"), 60000, 1e-3);
    assert_near(duplicated(&t, "project", "C"), 50000, 1e-3);
    assert_near(duplicated(&t, "all", "all"), 110000, 1e-3);
    /* The factor: B's rivals plan 0.3 * 300,000 + 0.5 * 100,000 = 140,000. */
    assert_near(trial_factor(&t, "A", "p", "overlap", 0), 80. / 380, 1e-12);
    assert_near(trial_factor(&t, "B", "p", "overlap", 0), 140. / 340, 1e-12);
    assert_near(trial_factor(&t, "C", "p", "overlap", 0), 160. / 260, 1e-12);
    assert_same(trial_factor(&t, "D", "p", "overlap", 0), 0); /* it has no topic */
    trial_release(&t);
    trial_run(&t, START "%s", projects);
    assert_same(duplicated(&t, "all", "all"), NAN);
    trial_release(&t);
}

/* A topic with two owners at work: in January and February, until T is done on 3 March;
 * a topic of one team is nobody else's. */
static void test_contested(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START "projects = (" PROJECT("A", "T", "x", "", "366000.0") "," PROJECT(
                      "B", "U", "x", "",
                      "600000.0") "," PROJECT("C", "U", "y", "",
                                              "600000.0") "," PROJECT("D", "U", "y", "",
                                                                      "600000.0") ");");
    assert_near(trial_released_s(&t, "A"), 1464 * SECONDS_PER_HOUR, 1e-3);
    for (size_t month = 0; month < 4; month++)
        assert_same(trial_cell(&t, "months.csv", "", "contested_topics", month),
                    month < 2);
    trial_release(&t);
}

/* That projects of a topic overlap wholly is the default, and none is needed. */
static void test_neutral(void **state)
{
    (void)state;
    struct trial plain, t;
    static const char text[] =
        START "projects = (" PROJECT("A", "T", "x", "", "300000.0") "," PROJECT(
            "B", "U", "x", "",
            "200000.0") "," PROJECT("C", "U", "z", "",
                                    "100000.0") "); rule = { score = { weights = {"
                                                "priority = 1.0; overlap = -0.7; }; }; "
                                                "unit_gpus = 0; }; %s";
    trial_run(&plain, text, "");
    trial_run(&t, text,
              "topics = ( { name = 'x'; overlap = 1.0; with = ( { topic = 'z'; "
              "overlap = 0.0; } ); } );");
    trial_assert_equal(&plain, &t);
    trial_release(&t);
    trial_run(&t, text, "topics = ( { name = 'x'; overlap = 0.5; } );");
    assert_true(duplicated(&t, "all", "all") < 0.6 * duplicated(&plain, "all", "all"));
    assert_true(trial_factor(&t, "B", "p", "overlap", 0) <
                trial_factor(&plain, "B", "p", "overlap", 0));
    trial_release(&t);
    trial_release(&plain);
}

/* ---- cooperation ---- */

/* A has 500 GPUs and B 250. They cooperate from hour 100 to 300 and from 400 on: of B's
 * 250 * 500 GPU-hours those of 200 hours are its own, half of which A does too. */
static void test_cooperation(void **state)
{
    (void)state;
    struct loaded loaded;
    struct arena arena;
    struct world w;
    enum { A, B, C };
    loaded_from(&loaded,
                "start = \"2025-01-01\"; months = 12; pools = ( { name = \"p\"; gpus = "
                "1000; } ); teams = ( { name = \"T\"; people = 1; } );"
                "topics = ( { name = \"x\"; overlap = 0.5; } ); projects = ("
                "{ name = \"A\"; team = \"T\"; topic = \"x\"; stages = ( { do = "
                "\"train\"; gpu_hours = 1e6; } ); },"
                "{ name = \"B\"; team = \"T\"; topic = \"x\"; stages = ( { do = "
                "\"train\"; gpu_hours = 5e5; } ); },"
                "{ name = \"C\"; team = \"T\"; topic = \"x\"; stages = ( { do = "
                "\"train\"; gpu_hours = 1e5; } ); } );",
                NULL);
    assert_true(loaded.is_loaded);
    arena_init(&arena);
    world_init(&w, &loaded.s, &arena);
    for (size_t i = 0; i < 3; i++)
        world_start(&w, i);
    double planned_gpu_s[1] = {0};
    world_sum_topics(&w, planned_gpu_s);
    world_override_grant(&w, A, 500);
    world_override_grant(&w, B, 250);
    world_advance(&w, 100 * SECONDS_PER_HOUR);
    assert_near(world_duplicated_gpu_s(&w, B), 0.5 * 25000 * SECONDS_PER_HOUR, 1e-3);
    assert_same(world_overlap(&w, A, B), 0.5);
    world_cooperate(&w, A, B);
    world_cooperate(&w, B, A);
    assert_same(world_overlap(&w, B, A), 0);
    assert_same(world_overlap(&w, A, C), 0.5);
    assert_same(world_overlap(&w, A, A), 0);
    assert_near(world_rival_gpu_s(&w, A, planned_gpu_s), 0.5 * 1e5 * SECONDS_PER_HOUR,
                1e-3);
    assert_near(world_rival_gpu_s(&w, C, planned_gpu_s), 0.5 * 1.5e6 * SECONDS_PER_HOUR,
                1e-3);
    world_advance(&w, 250 * SECONDS_PER_HOUR);
    assert_near(world_duplicated_gpu_s(&w, B), 0.5 * 25000 * SECONDS_PER_HOUR, 1e-3);
    world_advance(&w, 300 * SECONDS_PER_HOUR);
    world_part(&w, B, A);
    world_part(&w, A, B);
    assert_same(world_overlap(&w, A, B), 0.5);
    world_advance(&w, 400 * SECONDS_PER_HOUR);
    world_cooperate(&w, B, A);
    world_advance(&w, 500 * SECONDS_PER_HOUR);
    world_settle(&w);
    assert_near(world_duplicated_gpu_s(&w, B), 0.5 * 50000 * SECONDS_PER_HOUR, 1e-3);
    assert_same(world_duplicated_gpu_s(&w, A), 0);
    world_check(&w);
    arena_release(&arena);
    loaded_release(&loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_duplicated),  cmocka_unit_test(test_matrix),
        cmocka_unit_test(test_contested),   cmocka_unit_test(test_neutral),
        cmocka_unit_test(test_cooperation),
    };
    return cmocka_run_group_tests_name("topics", tests, NULL, NULL);
}
