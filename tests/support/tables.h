/* tables.h - what the tests of the bare divisions share: a division and its parties.
 * For one test program each: the functions are its own. */
#ifndef ALLOT_TESTS_SUPPORT_TABLES_H
#define ALLOT_TESTS_SUPPORT_TABLES_H

#include "rule/divide.h"
#include "rule/fill.h"
#include "support/dockets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

/* A program need not call all of them. */
#define TABLE_FIXTURE static __attribute__((unused))

enum { MOST = 64 };

static struct arena scratch;

TABLE_FIXTURE int make_scratch(void **state)
{
    (void)state;
    arena_init(&scratch);
    return 0;
}

TABLE_FIXTURE int release_scratch(void **state)
{
    (void)state;
    arena_release(&scratch);
    return 0;
}

/* A division in the making: parties 'a', 'b', ... that want nothing yet. */
struct table {
    const struct divide_type *type;
    size_t n, n_pools;
    double capacity[3];
    struct party parties[MOST];
    double want[MOST * 3], floor[MOST * 3], grants[MOST * 3];
    double value[MOST * 3], task[MOST * 3]; /* 0: not stated; 1 */
    double accounts[MOST], next_accounts[MOST];
    double prices[3], residual; /* what it cost; 0: all has settled */
    char settings[64];
};

TABLE_FIXTURE void open_table(struct table *t, const char *division, size_t n,
                              double capacity)
{
    static const char names[] = "a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p";
    memset(t, 0, sizeof *t);
    t->type = divisions[division_find(division)];
    t->n = n;
    t->n_pools = 1;
    t->capacity[0] = capacity;
    settings_fill_defaults(&t->type->settings, t->settings);
    for (size_t cell = 0; cell < MOST * 3; cell++)
        t->task[cell] = 1;
    for (size_t i = 0; i < n; i++)
        t->parties[i] = (struct party){.name = names + 2 * (i % 16), .share = 1};
}

TABLE_FIXTURE void set(struct table *t, const char *key, double value)
{
    const struct setting *setting = settings_find(&t->type->settings, key);
    assert_non_null(setting);
    setting_store(setting, t->settings, value);
}

TABLE_FIXTURE void divide(struct table *t)
{
    struct divide_input in = {.n_parties = t->n,
                              .n_pools = t->n_pools,
                              .parties = t->parties,
                              .capacity_gpus = t->capacity,
                              .want_gpus = t->want,
                              .floor_gpus = t->floor,
                              .gpu_value = t->value,
                              .task_gpus = t->task,
                              .every_months = 1,
                              .settings = t->settings,
                              .prices = t->prices,
                              .residual = &t->residual,
                              .scratch = &scratch};
    if (t->type->account_at_start) {
        in.accounts = t->accounts;
        in.next_accounts = t->next_accounts;
    }
    arena_reset(&scratch);
    t->residual = 0;
    memset(t->grants, 0x7f, sizeof t->grants); /* what is not written shows */
    t->type->divide(&in, t->grants);
}

TABLE_FIXTURE void assert_grants(const struct table *t, const char *name,
                                 const double *grants)
{
    for (size_t k = 0; k < t->n * t->n_pools; k++)
        if (!(fabs(t->grants[k] - grants[k]) <= 1e-9 * (1 + grants[k])))
            fail_msg("%s, %s: grant %zu is %.17g, not %.17g", t->type->name, name, k,
                     t->grants[k], grants[k]);
}

#endif
