/* The superior's answers in 20,000 worlds against their odds, each within four standard
 * errors (chances of fixed seeds: a failure is a change of the code, not bad luck). */
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

enum { N = 20000 };

static const struct answer {
    const char *words;
    double chance;
} answers[] = {
    {"picked: ", 0.5}, /* the appellant, by its bias, where one is picked */
    {"cooperates", 0.3},
    {"the split stays", 0.2},
};

/* One appeal a world, answered by the odds of `disputes`. */
static void start(struct trial *t, const char *disputes)
{
    trial_run(t,
              "start = '2025-01-01'; months = 1;"
              "pools = ( { name = 'p'; gpus = 80; node_gpus = 1; } );"
              "teams = ( { name = 'A'; }, { name = 'B'; } );"
              "projects = ("
              "  { name = 'a'; team = 'A'; priority = 0.75; stages = ("
              "    { do = 'train'; gpu_hours = 1.0e9; max_gpus = 80; } ); },"
              "  { name = 'b'; team = 'B'; priority = 0.25; stages = ("
              "    { do = 'train'; gpu_hours = 1.0e9; max_gpus = 80; } ); } );"
              "rule = { divide = 'weighted'; };"
              "disputes = { threshold = 0.5; patience_months = 0; %s };",
              disputes);
}

static void expect(const char *what, size_t n, double chance)
{
    double slack = 4 * sqrt(chance * (1 - chance) / N);
    print_message("%s: %.4f, exactly %.4f, +- %.4f\n", what, (double)n / N, chance,
                  slack);
    assert_near((double)n / N, chance, slack);
}

static void test_three_answers(void **state)
{
    size_t n[3] = {0};
    struct trial t;
    (void)state;
    start(&t, "bias = 1000.0; pick = 5.0; cooperate = 3.0; keep = 2.0;");
    for (uint64_t replication = 0; replication < N; replication++) {
        trial_repeat(&t, replication);
        const struct event_row *ruling = trial_event(&t, EVENT_RULING, "b", 0);
        assert_non_null(ruling);
        for (int k = 0; k < 3; k++)
            n[k] += strstr(ruling->detail, answers[k].words) != NULL;
    }
    assert_int_equal(n[0] + n[1] + n[2], N);
    for (int k = 0; k < 3; k++)
        expect(answers[k].words, n[k], answers[k].chance);
    trial_release(&t);
}

/* Scores are 0.25 and 0.75: logistic(4 (0.25 - 0.75) + 1) = logistic(-1). */
static void test_who_is_picked(void **state)
{
    size_t n = 0;
    struct trial t;
    (void)state;
    start(&t, "k = 4.0; bias = 1.0;");
    for (uint64_t replication = 0; replication < N; replication++) {
        trial_repeat(&t, replication);
        n += strstr(trial_event(&t, EVENT_RULING, "b", 0)->detail, "picked: ") != NULL;
    }
    expect("the appellant wins", n, 1 / (1 + exp(1.0)));
    trial_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_answers),
        cmocka_unit_test(test_who_is_picked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
