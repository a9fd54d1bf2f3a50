/* Every scenario of the project and many at random: what holds for all runs holds for
 * theirs (support/invariants.c); the order of teams and projects in a file changes
 * nothing; the same run twice is the same bit by bit. ALLOT_SEED=N starts the random ones
 * there, ALLOT_RANDOM=N takes so many: "make random" takes 500, with every state checked
 * after each event. */
#include "support/invariants.h"
#include "support/random_scenarios.h"
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_file(const char *name)
{
    struct trial t;
    char path[512], what[600];
    snprintf(path, sizeof path, "scenarios/%s", name);
    trial_run_file(&t, path, NULL);
    check_results(t.s, &t.r, path);
    trial_repeat(&t, 5);
    check_results(t.s, &t.r, path);
    for (size_t i = 0; i < t.s->n_alternatives; i++) {
        struct trial other;
        snprintf(what, sizeof what, "%s, '%s'", path, t.s->alternatives[i]);
        trial_run_file(&other, path, t.s->alternatives[i]);
        check_results(other.s, &other.r, what);
        trial_release(&other);
    }
    trial_release(&t);
}

static void test_files(void **state)
{
    (void)state;
    DIR *folder = opendir("scenarios");
    size_t n = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        size_t length = strlen(entry->d_name);
        if (length < 5 || strcmp(entry->d_name + length - 4, ".cfg") != 0)
            continue;
        check_file(entry->d_name);
        n++;
    }
    closedir(folder);
    assert_true(n >= 8);
}

/* ---- at random ---- */

static uint64_t first_seed(void)
{
    const char *seed = getenv("ALLOT_SEED");
    return seed ? strtoull(seed, NULL, 10) : 0;
}

static uint64_t n_random(void)
{
    const char *n = getenv("ALLOT_RANDOM");
    return n ? strtoull(n, NULL, 10) : 120;
}

static void run_random(struct trial *t, uint64_t seed, bool is_reversed)
{
    char *text = random_scenario(seed, is_reversed);
    trial_run_text(t, text);
    free(text);
}

/* Of many there is one at least to which each thing happens. */
static void test_random(void **state)
{
    size_t n_events[N_EVENT_KINDS] = {0};
    (void)state;
    for (uint64_t seed = first_seed(), n = 0; n < n_random(); n++, seed++) {
        struct trial t;
        char what[64];
        snprintf(what, sizeof what, "random scenario %llu", (unsigned long long)seed);
        run_random(&t, seed, false);
        check_results(t.s, &t.r, what);
        for (size_t i = 0; i < t.r.n_events; i++)
            n_events[t.r.events[i].event]++;
        trial_release(&t);
    }
    for (int k = 0; k < N_EVENT_KINDS && n_random() >= 100; k++)
        if (n_events[k] == 0 && k != EVENT_UNSETTLED) /* by rounding alone */
            fail_msg("nothing of the kind '%s' happens at random", event_types[k].name);
}

/* A few with every state checked after each event, in any build. */
static void test_checked(void **state)
{
    enum { N_CHECKED = 20 };
    (void)state;
    for (uint64_t seed = first_seed(), n = 0; n < N_CHECKED; n++, seed++) {
        struct trial t;
        struct results again;
        run_random(&t, seed, false);
        run_simulate(t.s, (uint64_t)t.s->seed, 0, RUN_LOGS | RUN_CHECKED, &again);
        assert_int_equal(again.n_fired, t.r.n_fired);
        results_release(&again);
        trial_release(&t);
    }
}

/* ---- the order of the file ---- */

static size_t same_subject(const struct trial *a, const struct trial *b,
                           enum outcome_kind kind, size_t subject)
{
    int index = 0;
    switch (kind) {
    case OF_POOL:
        index = scenario_find_pool(b->s, a->s->pools[subject].name);
        break;
    case OF_GROUP:
        index = subject ? scenario_find_group(b->s, a->s->groups[subject].name) : 0;
        break;
    case OF_TEAM:
        index = scenario_find_team(b->s, a->s->teams[subject].name);
        break;
    case OF_PROJECT:
        index = scenario_find_project(b->s, a->s->projects[subject].name);
        break;
    case OF_COHORT:
        index = scenario_find_cohort(b->s, a->s->cohorts[subject]);
        break;
    case OF_ALL:
    case N_OUTCOME_KINDS:
        break;
    }
    assert_true(index >= 0);
    return (size_t)index;
}

static bool is_same(double a, double b, double slack)
{
    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= slack * fmax(1, fabs(a));
}

static void compare_series(const struct trial *a, const struct trial *b, uint64_t seed,
                           double slack)
{
    static const enum outcome_kind kinds[N_SERIES] = {OF_POOL, OF_GROUP, OF_TEAM,
                                                      OF_PROJECT, OF_ALL};
    for (int f = 0; f < N_SERIES; f++) {
        const struct series *x = &a->r.series[f], *y = &b->r.series[f];
        assert_int_equal(x->n_subjects, y->n_subjects);
        for (size_t i = 0; i < x->n_subjects; i++) {
            size_t k = same_subject(a, b, kinds[f], i);
            for (size_t m = 0; m < a->r.n_months; m++)
                for (size_t col = 0; col < x->n_columns; col++) {
                    double u = x->values[(m * x->n_subjects + i) * x->n_columns + col];
                    double v = y->values[(m * y->n_subjects + k) * y->n_columns + col];
                    if (f == SERIES_PROJECTS && col == PROJECTS_TEAM)
                        u = (double)same_subject(a, b, OF_TEAM, (size_t)u);
                    if (!is_same(u, v, slack))
                        fail_msg("random scenario %llu reversed: %s, subject %zu, column "
                                 "%zu, month %zu is %.17g, was %.17g",
                                 (unsigned long long)seed, series_files[f], i, col, m, v,
                                 u);
                }
        }
    }
}

static void compare_outcomes(const struct trial *a, const struct trial *b, uint64_t seed,
                             double slack)
{
    size_t n = a->r.n_outcomes;
    assert_int_equal(n, b->r.n_outcomes);
    for (size_t i = 0; i < n; i++) {
        const struct outcome *x = &a->r.outcomes[i], *y = b->r.outcomes;
        size_t subject = same_subject(a, b, x->kind, x->subject);
        while (y < b->r.outcomes + n && !(y->mark == x->mark && y->metric == x->metric &&
                                          y->kind == x->kind && y->subject == subject))
            y++;
        assert_true(y < b->r.outcomes + n);
        if (!is_same(x->value, y->value, slack))
            fail_msg("random scenario %llu reversed: %s of %s %zu is %.17g, was %.17g",
                     (unsigned long long)seed, metric_types[x->metric].name,
                     outcome_kinds[x->kind], (size_t)x->subject, y->value, x->value);
    }
}

static void compare_order(const struct trial *a, const struct trial *b, uint64_t seed)
{
    compare_series(a, b, seed, 0);
    compare_outcomes(a, b, seed, 0);
    for (size_t i = 0; i < a->s->n_projects; i++) {
        size_t k = same_subject(a, b, OF_PROJECT, i);
        assert_same(b->r.released_s[k], a->r.released_s[i]);
        assert_same(b->r.cancelled_s[k], a->r.cancelled_s[i]);
    }
    assert_int_equal(a->r.n_fired, b->r.n_fired);
}

static void test_file_order(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed(), n = 0; n < n_random(); n++, seed++) {
        struct trial a, b;
        run_random(&a, seed, false);
        run_random(&b, seed, true);
        compare_order(&a, &b, seed);
        trial_release(&a);
        trial_release(&b);
    }
}

/* ---- one scenario, run again ---- */

/* Runs the scenario of `t` once more, with other months or marks. */
static struct trial run_variant(const struct trial *t, struct scenario *variant)
{
    struct trial other = {.s = variant};
    run_simulate(variant, (uint64_t)t->s->seed, 0, RUN_SERIES | RUN_LOGS, &other.r);
    return other;
}

static void compare_beginning(const struct trial *a, const struct trial *b, uint64_t seed)
{
    for (int f = 0; f < N_SERIES; f++) {
        const struct series *x = &a->r.series[f], *y = &b->r.series[f];
        size_t n = a->r.n_months * x->n_subjects * x->n_columns;
        for (size_t i = 0; i < n; i++)
            if (!is_same(x->values[i], y->values[i], 0))
                fail_msg("random scenario %llu, a longer run: %s differs",
                         (unsigned long long)seed, series_files[f]);
    }
    assert_true(a->r.n_events <= b->r.n_events && a->r.n_claims <= b->r.n_claims);
    for (size_t i = 0; i < a->r.n_events; i++) {
        assert_same(a->r.events[i].at_s, b->r.events[i].at_s);
        assert_string_equal(a->r.events[i].detail, b->r.events[i].detail);
    }
}

/* The same run twice is the same; marks change nothing but what they add; a longer run
 * begins exactly like a shorter one. */
static void test_run_again(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed(), n = 0; n < n_random(); n++, seed++) {
        struct trial t;
        run_random(&t, seed, false);
        struct scenario variant = *t.s;
        struct trial again = run_variant(&t, &variant);
        compare_series(&t, &again, seed, 0);
        compare_outcomes(&t, &again, seed, 0);
        results_release(&again.r);
        variant.n_marks = 0;
        again = run_variant(&t, &variant);
        compare_series(&t, &again, seed, 0);
        size_t per_mark = again.r.n_outcomes, at_end = t.r.n_outcomes - per_mark;
        for (size_t i = 0; i < per_mark; i++)
            assert_same(again.r.outcomes[i].value, t.r.outcomes[at_end + i].value);
        results_release(&again.r);
        variant.calendar.n_months = (t.r.n_months + 1) / 2;
        again = run_variant(&t, &variant);
        compare_beginning(&again, &t, seed);
        results_release(&again.r);
        trial_release(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),     cmocka_unit_test(test_random),
        cmocka_unit_test(test_checked),   cmocka_unit_test(test_file_order),
        cmocka_unit_test(test_run_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
