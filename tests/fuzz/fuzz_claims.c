/* A table of claims: read or refused; small ones are divided by every division, whose
 * awards keep their promises. The first byte chooses the pools. */
#include "fuzz/fuzz.h"

#include "scenario/claims_table.h"
#include "scenario/rule_sets.h"

#include <math.h>

enum { MOST_ROWS = 40 };

static void divide_all(struct claims_table *table)
{
    struct arena arena;
    struct diag d;
    arena_init(&arena);
    diag_init(&d);
    for (int i = 0; i < (int)n_divisions; i++) {
        struct rule rule;
        if (rule_of_sets(&rule, i, NULL, 0, &arena, &d) != 0)
            continue;
        rule.division = i;
        rule_refresh(&rule);
        struct claims_division made = claims_table_divide(table, &rule, 1, &arena);
        FUZZ_PROMISE(!made.breach);
        if (made.refused || made.fault.message)
            continue;
        for (size_t k = 0; k < table->n_rows * table->docket.n_pools; k++)
            FUZZ_PROMISE(made.grants[k] >= 0.0 && isfinite(made.grants[k]));
    }
    diag_release(&d);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct docket_pool pools[] = {{.name = "p", .capacity_gpus = 100.0},
                                               {.name = "q", .capacity_gpus = 7.0},
                                               {.name = "cpu", .capacity_gpus = 9.0}};
    if (n == 0)
        return 0;
    struct claims_table table;
    struct diag d;
    diag_init(&d);
    const char *path = fuzz_file("claims.csv", bytes + 1, n - 1);
    if (claims_table_load(&table, path, pools, 1 + bytes[0] % 3, &d) == 0) {
        if (table.n_rows <= MOST_ROWS)
            divide_all(&table);
        claims_table_release(&table);
    }
    diag_release(&d);
    return 0;
}
