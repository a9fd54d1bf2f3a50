/* sweep.h - which settings a sweep varies, and how: the group `sweep` of a scenario, in
 * the same words as the command line.
 *
 *     sweep = { design = "grid"; replications = 20; vary = ( "rule.quota.k=0.1,0.5,1" );
 * };
 *
 * A setting is varied as PATH=a,b,c (values, as --set takes them), PATH=from:to:step (a
 * grid's), PATH=from:to (evenly spread between them) or PATH=SPREAD(a,b): a distribution.
 * `where` keeps the points for which a comparison holds: sums and differences of varied
 * settings and numbers on both sides, "rule.quota.k + council.lag_days <= 1". `zip` names
 * settings of equally many values that move together: "PATH,PATH". */
#ifndef ALLOT_SCENARIO_SWEEP_H
#define ALLOT_SCENARIO_SWEEP_H

#include "base/arena.h"
#include "base/diag.h"
#include "model/setting.h"

enum sweep_design {
    DESIGN_GRID,
    DESIGN_RANDOM,
    DESIGN_LATIN,
    DESIGN_SOBOL,
    DESIGN_MORRIS,
    DESIGN_SALTELLI,
    DESIGN_LIST,
    N_DESIGNS
};

enum sweep_spread {
    SPREAD_VALUES, /* the values that are named */
    SPREAD_STEPS,  /* from a to b by c */
    SPREAD_UNIFORM,
    SPREAD_LOG_UNIFORM,
    SPREAD_NORMAL,    /* mean a, standard deviation b */
    SPREAD_LOGNORMAL, /* of the logarithm */
    SPREAD_TRIANGULAR /* from a over the mode b to c */
};

struct sweep_vary {
    const char *path; /* as path_join writes it */
    enum sweep_spread spread;
    const char *const *values; /* SPREAD_VALUES: as --set takes them */
    size_t n_values;
    double a, b, c;
    bool is_whole; /* from, to and step are written as whole numbers */
    int zip;       /* those of the same number move together; -1: alone */
};

enum sweep_operator { SWEEP_LT, SWEEP_LE, SWEEP_GT, SWEEP_GE, SWEEP_EQ, SWEEP_NE };

/* One summand of a side of a comparison. */
struct sweep_term {
    const char *path; /* NULL: the number, or the text of a side that is one word */
    double sign, number;
    const char *text;
};

struct sweep_where {
    const char *text; /* as written */
    enum sweep_operator op;
    struct sweep_term *left, *right;
    size_t n_left, n_right;
};

struct sweep {
    int design; /* enum sweep_design */
    int64_t points, replications, levels;
    const char *file; /* of design list; NULL: none */
    struct sweep_vary *varies;
    size_t n_varies;
    struct sweep_where *wheres;
    size_t n_wheres;
};

extern const struct settings sweep_settings, sweep_text_settings;

/* The name of a design, NULL past the last; and which has it, or -1. */
const char *sweep_design_name(size_t design);
int sweep_design_find(const char *name);

/* Sums of what varies, as written in texts: `vary` first, then `zip` and `where`, which
 * refer to it. All three lists are replaced. Mistakes are located at places[i], or if
 * places is NULL by what the option is called. DIAG_DATA, or DIAG_USAGE of an option. */
struct sweep_texts {
    const char *const *vary, *const *zip, *const *where;
    const struct place *vary_at, *zip_at, *where_at; /* NULL: the command line */
    size_t n_vary, n_zip, n_where;
};
int sweep_read_texts(struct arena *arena, const struct sweep_texts *texts,
                     struct sweep *sweep, struct diag *d);

#endif
