/* claims_table.h - a table of claims, as `allot divide` reads it, and what a rule makes
 * of it.
 *
 * A row is a claim: its name, what it asks for, and what the divisions read of it. The
 * columns are those of claims_columns(), which `allot list claims` prints, and for each
 * pool task:POOL and value:POOL. With any task:POOL a request counts tasks, and so do
 * floor, ceiling and min; a task takes so much of each pool, nothing where its cell is
 * empty. Without, a row asks for the same of every pool.
 *
 * The table becomes a docket: each row is a team of its own below the root, with a claim
 * on each pool of which it wants anything. There is no past but what the columns say.
 *
 * CSV as csv_reader.h says. All mistakes are reported, up to 50, each with file, line and
 * column. */
#ifndef ALLOT_SCENARIO_CLAIMS_TABLE_H
#define ALLOT_SCENARIO_CLAIMS_TABLE_H

#include "base/arena.h"
#include "base/diag.h"
#include "model/docket.h"
#include "rule/rule.h"

enum { CLAIMS_MOST_BYTES = 1 << 28, CLAIMS_MOST_ROWS = 1000000, CLAIMS_MOST_POOLS = 64 };

struct claims_table {
    struct arena arena;
    struct docket docket;
    struct claim *claims; /* the docket's */
    const char **names;   /* by row of the file */
    size_t n_rows;
    size_t *claim; /* [row * n_pools + pool]: its number in the docket; SIZE_MAX: none */
};

/* The columns, and those of which each pool has its own. */
extern const struct settings claims_columns, claims_pool_columns;

/* What divisions may read of a table: enum divide_reads. */
extern const unsigned claims_table_says;

/* Reads the table at `path`, "-" for standard input, for pools of these capacities; the
 * names live as long as the table. DIAG_DATA, DIAG_NO_INPUT, DIAG_IO; there is then
 * nothing to release. O(n log n). */
int claims_table_load(struct claims_table *table, const char *path,
                      const struct docket_pool *pools, size_t n_pools, struct diag *d);
void claims_table_release(struct claims_table *table);

/* What one rule makes of a table. */
struct claims_division {
    const struct divide_type *type;
    const char *refused;  /* why it cannot divide these claims; NULL: it has */
    const double *grants; /* [row * n_pools + pool], GPUs */
    const double *prices; /* by pool; NaN: it has none */
    double residual;      /* of a result that did not settle; 0: it did */
    const char *breach;   /* of an award's promises, a bug of ours; NULL: none */
    struct rule_fault
        fault; /* a mistake in the user's own part: no grants, and not ours */
};

/* Makes the award of the rule's division, over the claims at once where it can. Draws of
 * chance come from the seed and the claims' names. Results live in `arena`. */
struct claims_division claims_table_divide(struct claims_table *table,
                                           const struct rule *rule, uint64_t seed,
                                           struct arena *arena);

#endif
