/* For each family of divisions a shipped scenario in which it clearly differs from
 * `weighted`: the difference, beside the golden results. */
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

static double granted(const struct trial *t, const char *name, size_t month)
{
    return trial_claim(t, name, t->s->pools[0].name, month)->granted_gpus;
}

static void assert_released(const struct trial *t, const char *project, const char *from,
                            const char *until)
{
    double at_s = trial_released_s(t, project);
    assert_true(at_s >= trial_at_s(t, from) && at_s < trial_at_s(t, until));
}

/* The Talmud's 50, 75, 75 of 200; losses serve the large first, weights the small. */
static void test_claims_on_scarcity(void **state)
{
    (void)state;
    static const struct {
        const char *alternative;
        double small, medium, large;
    } rows[] = {{NULL, 50, 75, 75},
                {"equal losses", 0, 50, 150},
                {"equal awards", 66, 67, 67},
                {"proportional", 33, 67, 100},
                {"weighted", 66, 67, 67}};
    double small_s[5], large_s[5];
    for (size_t k = 0; k < 5; k++) {
        struct trial t;
        trial_run_file(&t, "scenarios/claims-on-scarcity.cfg", rows[k].alternative);
        assert_same(granted(&t, "Small", 0), rows[k].small);
        assert_same(granted(&t, "Medium", 0), rows[k].medium);
        assert_same(granted(&t, "Large", 0), rows[k].large);
        small_s[k] = trial_released_s(&t, "Small");
        large_s[k] = trial_released_s(&t, "Large");
        trial_release(&t);
    }
    assert_true(small_s[4] < small_s[0] && small_s[0] < small_s[1]);
    assert_true(large_s[1] < large_s[0] && large_s[1] < large_s[4]);
}

/* Weights always refuse the same two; lots all of them alike. */
static void test_lots_for_the_many(void **state)
{
    (void)state;
    static const char *const names[] = {"Alloys", "Backs", "Cultures", "Doses"};
    enum { N = 100 };
    size_t n_served[4] = {0};
    struct trial t;
    trial_run_file(&t, "scenarios/lots-for-the-many.cfg", NULL);
    for (uint64_t r = 0; r < N; r++) {
        double sum = 0;
        trial_repeat(&t, r);
        for (size_t i = 0; i < 4; i++) {
            n_served[i] += granted(&t, names[i], 0) == 64;
            sum += granted(&t, names[i], 0);
        }
        assert_same(sum, 128);
    }
    trial_release(&t);
    for (size_t i = 0; i < 4; i++)
        assert_true(n_served[i] > 0.3 * N && n_served[i] < 0.7 * N);
    trial_run_file(&t, "scenarios/lots-for-the-many.cfg", "weighted");
    for (uint64_t r = 0; r < 10; r++) {
        trial_repeat(&t, r);
        for (size_t i = 0; i < 4; i++)
            assert_same(granted(&t, names[i], 0), i < 2 ? 64 : 0);
    }
    trial_release(&t);
}

/* Early gets twice what Late gets, and its rho becomes level with Late's. */
static void test_catching_up(void **state)
{
    (void)state;
    struct trial t;
    trial_run_file(&t, "scenarios/catching-up.cfg", NULL);
    double early = granted(&t, "Early", 4), late = granted(&t, "Late", 4);
    assert_same(early + late, 512);
    assert_true(early > 2 * late);
    /* 2,880 hours on 64 GPUs before; the same time alone for both. In whole nodes. */
    assert_near(2880 + (800000 - 64 * 2880) / early, 800000 / late, 150);
    assert_released(&t, "Early", "2025-07-14", "2025-07-15");
    trial_release(&t);
    trial_run_file(&t, "scenarios/catching-up.cfg", "weighted");
    assert_same(granted(&t, "Early", 4), 256);
    assert_same(granted(&t, "Late", 4), 256);
    assert_released(&t, "Early", "2025-08-09", "2025-08-10");
    trial_release(&t);
}

/* Till June 32 of the 64 GPUs that Physics keeps are idle, Biology borrows its 64 and
 * Language the rest; in June everyone has the quota. By weights Physics has what its low
 * score is worth, and nothing is idle. */
static void test_lend_and_borrow(void **state)
{
    (void)state;
    struct trial t;
    trial_run_file(&t, "scenarios/lend-and-borrow.cfg", NULL);
    static const double before[] = {32, 192, 256}, after[] = {256, 128, 128};
    static const char *const names[] = {"Plasma", "Atlas", "Babel"};
    for (size_t i = 0; i < 3; i++) {
        assert_same(granted(&t, names[i], 4), before[i]);
        assert_same(granted(&t, names[i], 5), after[i]);
    }
    trial_release(&t);
    trial_run_file(&t, "scenarios/lend-and-borrow.cfg", "all is lent");
    assert_same(granted(&t, "Babel", 4), 288);
    trial_release(&t);
    trial_run_file(&t, "scenarios/lend-and-borrow.cfg", "weighted");
    assert_same(granted(&t, "Babel", 4), 288);
    assert_same(granted(&t, "Plasma", 5), 88);
    assert_true(granted(&t, "Atlas", 5) > 128 && granted(&t, "Babel", 5) > 128);
    trial_release(&t);
}

/* From March on 320 GPUs stand idle that were decided for a project that is done, while
 * Read works on with a fifth of what it asks. */
static void test_as_decided(void **state)
{
    (void)state;
    struct trial t;
    trial_run_file(&t, "scenarios/as-decided.cfg", NULL);
    assert_same(granted(&t, "See", 0), 320);
    for (size_t month = 3; month < 6; month++) {
        assert_same(trial_cell(&t, "pools.csv", "a100", "granted_gpus", month), 192);
        assert_same(granted(&t, "Read", month), 88); /* by score 2 : 1 */
        assert_same(granted(&t, "Write", month), 40);
    }
    assert_same(granted(&t, "Read", 6) + granted(&t, "Write", 6), 256);
    assert_same(granted(&t, "Robots", 9), 96);
    assert_released(&t, "Read", "2024-10-14", "2024-10-15");
    trial_release(&t);
    trial_run_file(&t, "scenarios/as-decided.cfg", "weighted");
    assert_same(trial_cell(&t, "pools.csv", "a100", "granted_gpus", 3), 512);
    assert_released(&t, "Read", "2024-06-25", "2024-06-26");
    trial_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims_on_scarcity),
        cmocka_unit_test(test_lots_for_the_many),
        cmocka_unit_test(test_catching_up),
        cmocka_unit_test(test_lend_and_borrow),
        cmocka_unit_test(test_as_decided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
