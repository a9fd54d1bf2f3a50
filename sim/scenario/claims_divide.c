/* What a rule makes of a table of claims: its award, row by row. */
#include "scenario/claims_table.h"

#include "rule/award.h"
#include "rule/lots.h"

#include <string.h>

/* What the division reads and no table says. */
static const char *missing_facts(const struct divide_type *type, struct arena *arena)
{
    if (!(type->reads & ~claims_table_says))
        return NULL;
    return arena_printf(arena,
                        "division '%s' reads what a table of claims does not say: its "
                        "place is a scenario",
                        type->name);
}

static void draw_lots(struct claims_table *table, uint64_t seed)
{
    const struct docket *d = &table->docket;
    for (size_t k = 0; k < d->n_claims; k++) {
        struct claim *c = &table->claims[k];
        c->lot = lots_draw(seed, 0, d->month, d->pools[c->pool].name, c);
    }
}

struct claims_division claims_table_divide(struct claims_table *table,
                                           const struct rule *base, uint64_t seed,
                                           struct arena *arena)
{
    struct rule rule = *base;
    struct award award;
    struct arena scratch;
    size_t n_pools = table->docket.n_pools, n_cells = table->n_rows * n_pools;
    double *grants = ARENA_ARRAY(arena, double, n_cells);
    rule.over = rule.divide->over_projects ? OVER_PROJECTS : OVER_TREE;
    struct claims_division result = {.type = rule.divide, .grants = grants};
    result.refused = rule_clash(&rule, arena);
    if (!result.refused)
        result.refused = missing_facts(rule.divide, arena);
    if (result.refused)
        return result;
    if (rule.divide->reads & READS_LOTS)
        draw_lots(table, seed);
    arena_init(&scratch);
    result.breach = award_make(&table->docket, &rule, &award, NULL, arena, &scratch);
    arena_release(&scratch);
    result.fault = award.fault;
    for (size_t cell = 0; cell < n_cells; cell++)
        if (table->claim[cell] != SIZE_MAX)
            grants[cell] = award.granted_gpus[table->claim[cell]];
    result.prices = award.prices;
    result.residual = award.residual;
    return result;
}
