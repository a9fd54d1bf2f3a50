/* Division drf: whole tasks by example and by a naive filling, and divisible bundles
 * against a slow filling by levels. */
#include "support/tables.h"

/* 9 CPU and 18 GB, A <1 CPU, 4 GB> and B <3 CPU, 1 GB> a task, many wanted. */
static void open_example(struct table *t, double share_a)
{
    static const double task[] = {1, 4, 3, 1};
    open_table(t, "drf", 2, 9);
    set(t, "whole_tasks", 1);
    t->n_pools = 2;
    t->capacity[1] = 18;
    for (size_t cell = 0; cell < 4; cell++) {
        t->task[cell] = task[cell];
        t->want[cell] = 100 * task[cell];
    }
    t->parties[0].share = share_a;
}

/* A 3 and B 2 tasks, dominant shares of 2/3 [P Ghodsi et al., NSDI 2011, section 4.1];
 * weights 2, 1: A 4, B 1 [C]. */
static void test_whole_tasks(void **state)
{
    (void)state;
    struct table t;
    open_example(&t, 1);
    divide(&t);
    assert_grants(&t, "tasks", (const double[]){3, 12, 6, 2});
    open_example(&t, 2);
    divide(&t);
    assert_grants(&t, "weights", (const double[]){4, 16, 3, 1});
    open_example(&t, 1); /* only whole tasks, of what is wanted too */
    t.want[0] = 2.9, t.want[1] = 11.6;
    divide(&t);
    assert_grants(&t, "wants", (const double[]){2, 8, 6, 2});
    open_example(&t, 1); /* equals differ by a task, the first by name has it */
    memcpy(t.task + 2, t.task, 2 * sizeof *t.task);
    memcpy(t.want + 2, t.want, 2 * sizeof *t.want);
    t.capacity[1] = 12;
    divide(&t);
    assert_grants(&t, "odd", (const double[]){2, 8, 1, 4});
    t.floor[3] = 7; /* a floor is had in any case, and tasks fit into it */
    divide(&t);
    assert_grants(&t, "floor", (const double[]){1, 4, 2, 8});
}

/* A pool of a million million tasks is divided like one of a dozen, not task by task. */
static void test_many_tasks(void **state)
{
    (void)state;
    struct table t;
    open_table(&t, "drf", 3, 1e12);
    set(&t, "whole_tasks", 1);
    for (size_t i = 0; i < 3; i++) {
        t.task[i] = 1;
        t.want[i] = 1e12;
    }
    t.want[2] = 7;
    t.parties[1].share = 3;
    divide(&t);
    /* Four parts of what the third leaves, 999,999,999,993, are 249,999,999,998.25. */
    assert_grants(&t, "many", (const double[]){249999999998, 749999999995, 7});
}

static size_t make_random(struct table *t, uint64_t seed, bool whole_tasks)
{
    struct dice dice = {seed};
    open_table(t, "drf", 1 + dice_below(&dice, 10), 0);
    set(t, "whole_tasks", whole_tasks);
    t->n_pools = 1 + dice_below(&dice, 3);
    bool has_floors = dice_chance(&dice, 0.4);
    for (size_t i = 0; i < t->n; i++) {
        double tasks = 1 + floor(20 * dice_uniform(&dice));
        t->parties[i].share = 0.1 + floor(10 * dice_uniform(&dice)) / 10;
        for (size_t p = 0; p < t->n_pools; p++) {
            size_t cell = i * t->n_pools + p;
            if (dice_chance(&dice, 0.3))
                continue;
            t->task[cell] =
                whole_tasks ? 1 + floor(6 * dice_uniform(&dice)) : dice_uniform(&dice);
            t->want[cell] = tasks * t->task[cell];
            if (has_floors && dice_chance(&dice, 0.3))
                t->floor[cell] = floor(t->want[cell] * dice_uniform(&dice));
        }
    }
    for (size_t p = 0; p < t->n_pools; p++) {
        double wanted = 0, floors = 0;
        for (size_t i = 0; i < t->n; i++) {
            wanted += t->want[i * t->n_pools + p];
            floors += t->floor[i * t->n_pools + p];
        }
        t->capacity[p] = fmax(floors, floor(wanted * dice_uniform(&dice)));
    }
    return t->n * t->n_pools;
}

/* A party's fraction of a pool that one part of its bundle takes, at its largest, over
 * its share. */
static double rise_of(const struct table *t, size_t i, const double *bundle)
{
    double dominant = 0;
    for (size_t p = 0; p < t->n_pools; p++)
        if (t->want[i * t->n_pools + p] > 0 && t->capacity[p] > 0)
            dominant = fmax(dominant, bundle[i * t->n_pools + p] / t->capacity[p]);
    return dominant / t->parties[i].share;
}

/* What a party has with that many parts of its bundle. */
static double amount(const struct table *t, size_t cell, const double *bundle,
                     double parts)
{
    double gpus = t->want[cell] > 0 ? parts * bundle[cell] : 0;
    bool is_there = t->capacity[cell % t->n_pools] > 0;
    return is_there ? fmin(t->want[cell], fmax(t->floor[cell], gpus)) : 0;
}

static double sum_of(const struct table *t, size_t pool, const double *bundle,
                     const double *parts)
{
    double sum = 0;
    for (size_t i = 0; i < t->n; i++)
        sum += amount(t, i * t->n_pools + pool, bundle, parts[i]);
    return sum;
}

/* One task after the other. */
static void fill_naively(const struct table *t, double *parts)
{
    bool has_stopped[MOST] = {false};
    for (;;) {
        size_t next = t->n;
        double lowest = INFINITY;
        for (size_t i = 0; i < t->n; i++) {
            double at = parts[i] * rise_of(t, i, t->task);
            if (!has_stopped[i] && at < lowest - 1e-11) {
                lowest = at;
                next = i;
            }
        }
        if (next == t->n)
            return;
        bool fits = rise_of(t, next, t->task) > 0;
        parts[next]++;
        for (size_t p = 0; p < t->n_pools; p++) {
            size_t cell = next * t->n_pools + p;
            if (t->want[cell] <= 0 || t->capacity[p] <= 0)
                continue;
            fits &= parts[next] * t->task[cell] <= t->want[cell] + 1e-9;
            fits &= sum_of(t, p, t->task, parts) <= t->capacity[p] + 1e-9;
        }
        has_stopped[next] = !fits;
        parts[next] -= fits ? 0 : 1;
    }
}

static void test_against_naive_tasks(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct table t;
        double parts[MOST] = {0};
        size_t n_cells = make_random(&t, seed, true);
        divide(&t);
        fill_naively(&t, parts);
        for (size_t cell = 0; cell < n_cells; cell++) {
            double slow = amount(&t, cell, t.task, parts[cell / t.n_pools]);
            if (fabs(t.grants[cell] - slow) > 1e-9 * (1 + slow))
                fail_msg("seed %d: cell %zu has %.17g, by one task after the other %.17g",
                         (int)seed, cell, t.grants[cell], slow);
        }
    }
}

/* Raises all levels together by halving steps until they cannot rise at all; then stops
 * whoever cannot rise alone, and goes on. */
static void fill_by_levels(const struct table *t, double *parts)
{
    bool has_stopped[MOST] = {false};
    for (size_t round = 0; round <= t->n; round++) {
        double now[MOST], trial[MOST], level = 0;
        memcpy(now, parts, sizeof now);
        for (double step = 0x1p20; step > 1e-16; step /= 2) {
            bool fits = true;
            for (size_t i = 0; i < t->n; i++) {
                double rise = rise_of(t, i, t->want);
                trial[i] =
                    has_stopped[i] || rise == 0 ? now[i] : fmin(1, (level + step) / rise);
                trial[i] = fmax(trial[i], now[i]);
            }
            for (size_t p = 0; p < t->n_pools; p++)
                fits &= sum_of(t, p, t->want, trial) <= t->capacity[p] * (1 + 1e-14);
            if (!fits)
                continue;
            level += step;
            memcpy(parts, trial, sizeof now);
        }
        for (size_t i = 0; i < t->n; i++)
            for (size_t p = 0; p < t->n_pools && !has_stopped[i]; p++) {
                size_t cell = i * t->n_pools + p;
                double more = amount(t, cell, t->want, parts[i] + 1e-6);
                double left = t->capacity[p] - sum_of(t, p, t->want, parts);
                has_stopped[i] = more - amount(t, cell, t->want, parts[i]) >
                                 left + 1e-12 * t->capacity[p];
            }
    }
}

static void test_against_levels(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct table t;
        double parts[MOST] = {0};
        size_t n_cells = make_random(&t, seed, false);
        divide(&t);
        fill_by_levels(&t, parts);
        for (size_t cell = 0; cell < n_cells; cell++) {
            double slow = amount(&t, cell, t.want, parts[cell / t.n_pools]);
            if (fabs(t.grants[cell] - slow) > 2e-6 * (1 + slow))
                fail_msg("seed %d: cell %zu has %.17g, by levels %.17g", (int)seed, cell,
                         t.grants[cell], slow);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_tasks),
        cmocka_unit_test(test_many_tasks),
        cmocka_unit_test(test_against_naive_tasks),
        cmocka_unit_test(test_against_levels),
    };
    return cmocka_run_group_tests(tests, make_scratch, release_scratch) != 0;
}
