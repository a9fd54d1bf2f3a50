/* The contract of divide.h for every division, and the registry. */
#include "rule/heap.h"
#include "support/tables.h"

/* ---- the contract, for every division ---- */

static void make_table(struct table *t, const struct divide_type *type, uint64_t seed)
{
    struct dice dice = {seed};
    open_table(t, type->name, dice_below(&dice, 16), 0);
    t->n_pools = type->all_pools ? 1 + dice_below(&dice, 3) : 1;
    bool is_extreme = dice_chance(&dice, 0.3), has_floors = dice_chance(&dice, 0.5);
    bool has_values = dice_chance(&dice, 0.5);
    for (size_t k = 0; k < type->settings.n_items; k++)
        if (type->settings.items[k].type == SETTING_BOOL)
            setting_store(&type->settings.items[k], t->settings, dice_chance(&dice, 0.5));
    for (size_t i = 0; i < t->n; i++) {
        size_t size = t->n_pools * sizeof(double), at = i * t->n_pools;
        const char *name = t->parties[i].name;
        t->parties[i].score = dice_uniform(&dice) - 0.1;
        t->parties[i].share = 0.01 + dice_uniform(&dice);
        t->parties[i].usage_frac = dice_uniform(&dice);
        t->parties[i].age_months = (double)dice_below(&dice, 3);
        t->parties[i].class = (int64_t)dice_below(&dice, 3);
        t->parties[i].lot = 0.01 + dice_uniform(&dice);
        t->parties[i].pool_gpu_hours = dice_chance(&dice, 0.1) ? 0 : dice_uniform(&dice);
        t->parties[i].other_hours = dice_chance(&dice, 0.5) ? 0 : dice_uniform(&dice);
        t->parties[i].alone_hours = dice_chance(&dice, 0.1) ? 0 : dice_uniform(&dice);
        t->parties[i].budget = dice_chance(&dice, 0.3) ? dice_uniform(&dice) : 0;
        t->accounts[i] = 1000 * dice_uniform(&dice) - 100;
        for (size_t p = 0; p < t->n_pools; p++) {
            double gpus = is_extreme ? pow(10, -12 + 27 * dice_uniform(&dice)) : 100;
            t->want[at + p] = dice_chance(&dice, 0.2) ? 0 : gpus * dice_uniform(&dice);
            if (has_floors && dice_chance(&dice, 0.5))
                t->floor[at + p] = t->want[at + p] * dice_uniform(&dice);
            t->value[at + p] = has_values ? 2 * dice_uniform(&dice) : 0;
            t->task[at + p] = gpus * (0.01 + 0.3 * dice_uniform(&dice));
        }
        if (i == 0 || dice_chance(&dice, 0.7))
            continue;
        t->parties[i] = t->parties[i - 1]; /* equal to the one before */
        t->parties[i].name = name;
        t->accounts[i] = t->accounts[i - 1];
        memcpy(t->want + at, t->want + at - t->n_pools, size);
        memcpy(t->floor + at, t->floor + at - t->n_pools, size);
        memcpy(t->value + at, t->value + at - t->n_pools, size);
        memcpy(t->task + at, t->task + at - t->n_pools, size);
    }
    for (size_t p = 0; p < t->n_pools; p++) {
        double wanted = 0, floors = 0;
        for (size_t i = 0; i < t->n; i++) {
            wanted += t->want[i * t->n_pools + p];
            floors += t->floor[i * t->n_pools + p];
        }
        t->capacity[p] = wanted * 1.2 * dice_uniform(&dice);
        for (size_t i = 0; i < t->n && floors > t->capacity[p]; i++) /* as the award */
            t->floor[i * t->n_pools + p] *= t->capacity[p] / floors;
    }
}

static bool are_equal(const struct table *t, size_t i, size_t j)
{
    const struct party *x = &t->parties[i], *y = &t->parties[j];
    size_t size = t->n_pools * sizeof(double);
    return x->score == y->score && x->share == y->share && x->budget == y->budget &&
           x->usage_frac == y->usage_frac && x->class == y->class &&
           x->pool_gpu_hours == y->pool_gpu_hours && x->other_hours == y->other_hours &&
           x->alone_hours == y->alone_hours && t->accounts[i] == t->accounts[j] &&
           memcmp(t->value + i * t->n_pools, t->value + j * t->n_pools, size) == 0 &&
           memcmp(t->want + i * t->n_pools, t->want + j * t->n_pools, size) == 0 &&
           memcmp(t->floor + i * t->n_pools, t->floor + j * t->n_pools, size) == 0;
}

static void check_contract(const struct table *t, uint64_t seed)
{
    unsigned breaks = division_breaks(t->type, t->settings);
    for (size_t p = 0; p < t->n_pools; p++) {
        double sum = 0, wanted = 0, noise = 1e-9 * t->capacity[p];
        for (size_t i = 0; i < t->n; i++) {
            size_t cell = i * t->n_pools + p;
            double grant = t->grants[cell];
            if (!(grant >= 0 && grant <= t->want[cell]))
                fail_msg("%s, seed %d: a grant of %.17g, wanted %.17g", t->type->name,
                         (int)seed, grant, t->want[cell]);
            if (grant < t->floor[cell] * (1 - 1e-9))
                fail_msg("%s, seed %d: a grant of %.17g, its floor is %.17g",
                         t->type->name, (int)seed, grant, t->floor[cell]);
            for (size_t j = 0; j < i; j++)
                if (are_equal(t, i, j) && !(breaks & BREAKS_EQUALITY) &&
                    !(fabs(grant - t->grants[j * t->n_pools + p]) <=
                      t->type->grain_gpus + 1e-12 * grant))
                    fail_msg("%s, seed %d: equals got %.17g and %.17g", t->type->name,
                             (int)seed, grant, t->grants[j * t->n_pools + p]);
            sum += grant;
            wanted += t->want[cell];
        }
        assert_true(sum <= t->capacity[p] + noise || (t->type->breaks & BREAKS_POOL));
        if (!(t->type->breaks & BREAKS_NO_WASTE))
            assert_true(sum >= smaller(wanted, t->capacity[p]) - noise -
                                   1.001 * t->type->grain_gpus);
    }
}

/* When a party goes, nobody else gets less, and all no more than it had. */
static void check_monotone(struct table *t, uint64_t seed)
{
    double before[MOST];
    memcpy(before, t->grants, sizeof before);
    if (!t->type->is_monotone || t->n < 2)
        return;
    size_t gone = seed % t->n;
    t->want[gone] = t->floor[gone] = 0;
    divide(t);
    for (size_t i = 0; i < t->n; i++)
        if (i != gone)
            assert_true(t->grants[i] >= before[i] - 1e-12 * t->capacity[0] &&
                        t->grants[i] <=
                            before[i] + before[gone] + 1e-12 * t->capacity[0]);
}

static void test_contract(void **state)
{
    (void)state;
    for (size_t k = 0; k < n_divisions; k++)
        for (uint64_t seed = 0; seed < 2000; seed++) {
            struct table t;
            if (divisions[k]->reads & READS_DOCKET)
                continue; /* no table is one: see test_conformance */
            make_table(&t, divisions[k], seed);
            divide(&t);
            check_contract(&t, seed);
            check_monotone(&t, seed);
        }
}

/* ---- the registry, and the heap under two of them ---- */

static void test_registry(void **state)
{
    (void)state;
    assert_true(n_divisions <= MOST_DIVISIONS);
    for (size_t i = 0; i < n_divisions; i++) {
        assert_int_equal(division_find(divisions[i]->name), i);
        assert_non_null(divisions[i]->summary);
        assert_true(divisions[i]->over_projects || divisions[i]->over_groups);
    }
    assert_int_equal(division_find("no such division"), -1);
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    if (x != y)
        return x < y ? -1 : 1;
    return a < b ? -1 : a > b;
}

static void test_heap(void **state)
{
    (void)state;
    struct dice dice = {3};
    for (size_t n = 0; n < 50; n++) {
        double numbers[50];
        const void *items[50], *last = NULL;
        for (size_t i = 0; i < n; i++) {
            numbers[i] = floor(20 * dice_uniform(&dice));
            items[i] = &numbers[i];
        }
        heap_build(items, n, by_number);
        for (size_t left = n; left > 0; left--) {
            const void *first = heap_pop(items, left, by_number);
            assert_true(!last || by_number(last, first) < 0);
            last = first;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contract),
        cmocka_unit_test(test_registry),
        cmocka_unit_test(test_heap),
    };
    return cmocka_run_group_tests(tests, make_scratch, release_scratch) != 0;
}
