#include "study/design.h"

#include "base/file.h"
#include "des/stream.h"
#include "record/csv_reader.h"
#include "record/number.h"
#include "scenario/node_path.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SOBOL_MOST = 40, MOST_POINTS = 10000000 };

struct making {
    struct arena *arena;
    const struct sweep *sweep;
    const struct scenario *scenario;
    uint64_t seed;
    bool *is_whole; /* by setting */
    struct design *out;
    struct diag *d;
};

/* ---- values ---- */

double design_quantile(const struct sweep_vary *v, double u)
{
    switch (v->spread) {
    case SPREAD_VALUES:
        return floor(u * (double)v->n_values);
    case SPREAD_STEPS:
        return floor(u * (floor((v->b - v->a) / v->c + 1e-9) + 1));
    case SPREAD_UNIFORM:
        return v->a + u * (v->b - v->a);
    case SPREAD_LOG_UNIFORM:
        return v->a * pow(v->b / v->a, u);
    case SPREAD_NORMAL:
        return v->a + gsl_cdf_ugaussian_Pinv(u) * v->b;
    case SPREAD_LOGNORMAL:
        return exp(v->a + gsl_cdf_ugaussian_Pinv(u) * v->b);
    case SPREAD_TRIANGULAR: {
        double all = v->c - v->a, rise = (v->b - v->a) / all;
        return u < rise ? v->a + sqrt(u * all * (v->b - v->a))
                        : v->c - sqrt((1 - u) * all * (v->c - v->b));
    }
    }
    return NAN;
}

/* Of a number that a user means in decimals: 0.1 + 2 * 0.1 is 0.3. */
static double in_decimals(double x)
{
    char text[40];
    snprintf(text, sizeof text, "%.12g", x);
    return strtod(text, NULL);
}

static const char *spell(struct making *m, size_t setting, double x)
{
    char text[NUMBER_ROOM];
    if (m->is_whole[setting] && fabs(x) < 9e15)
        number_format(round(x), text);
    else
        number_format(x, text);
    return arena_string(m->arena, text);
}

/* The i-th of a setting that has only so many. */
static const char *nth_value(struct making *m, size_t setting, size_t i)
{
    const struct sweep_vary *v = &m->sweep->varies[setting];
    char text[NUMBER_ROOM];
    if (v->spread == SPREAD_VALUES)
        return v->values[i < v->n_values ? i : v->n_values - 1];
    number_format(in_decimals(v->a + (double)i * v->c), text);
    return arena_string(m->arena, text);
}

static bool has_ends(const struct sweep_vary *v)
{
    return v->spread != SPREAD_NORMAL && v->spread != SPREAD_LOGNORMAL;
}

/* The value at a coordinate, in [0, 1]. */
static const char *value_at(struct making *m, size_t setting, double u)
{
    const struct sweep_vary *v = &m->sweep->varies[setting];
    if (v->spread == SPREAD_VALUES || v->spread == SPREAD_STEPS)
        return nth_value(m, setting, (size_t)design_quantile(v, fmin(u, 1 - 0x1p-52)));
    /* Each whole number gets an equal part, the ends of a range too. */
    if (v->spread == SPREAD_UNIFORM && m->is_whole[setting])
        return spell(m, setting, fmin(v->b, floor(v->a + u * (v->b - v->a + 1))));
    return spell(m, setting, design_quantile(v, u));
}

/* Whether the setting is a whole number in the scenario; where it does not stand there,
 * whether its range is written so. */
static bool is_whole_setting(const struct making *m, const struct sweep_vary *v)
{
    struct diag quiet;
    diag_init(&quiet);
    const struct node *node =
        node_path_find(m->arena, m->scenario->tree, v->path, NULL, &quiet);
    diag_release(&quiet);
    return node && (node->kind == NODE_INT || node->kind == NODE_FLOAT)
               ? node->kind == NODE_INT
               : v->is_whole;
}

/* ---- comparisons ---- */

static const char *value_of(const struct design *design, size_t point, const char *path)
{
    for (size_t k = 0; k < design->n_settings; k++)
        if (strcmp(design->paths[k], path) == 0)
            return design->values[point * design->n_settings + k];
    return "";
}

static bool is_text_side(const struct design *design, size_t point,
                         const struct sweep_term *terms, size_t n, const char **text,
                         double *sum)
{
    *sum = 0;
    *text = n == 1 ? terms[0].text : NULL;
    bool is_text = false;
    for (size_t i = 0; i < n; i++) {
        double number = terms[i].number;
        const char *value =
            terms[i].path ? value_of(design, point, terms[i].path) : terms[i].text;
        if (n == 1)
            *text = value;
        if (terms[i].path && !number_parse(value, &number))
            number = NAN;
        is_text |= isnan(number);
        *sum += terms[i].sign * number;
    }
    return is_text;
}

static bool holds(const struct design *design, size_t point,
                  const struct sweep_where *where)
{
    const char *left, *right;
    double a, b;
    bool is_text = is_text_side(design, point, where->left, where->n_left, &left, &a);
    is_text |= is_text_side(design, point, where->right, where->n_right, &right, &b);
    int order = is_text && left && right ? strcmp(left, right) : a < b ? -1 : a > b;
    if (is_text && (!left || !right))
        return false;
    switch (where->op) {
    case SWEEP_LT:
        return order < 0;
    case SWEEP_LE:
        return order <= 0;
    case SWEEP_GT:
        return order > 0;
    case SWEEP_GE:
        return order >= 0;
    case SWEEP_EQ:
        return order == 0;
    case SWEEP_NE:
        return order != 0;
    }
    return false;
}

static void keep_where(struct making *m)
{
    struct design *design = m->out;
    size_t n = 0, k = design->n_settings;
    for (size_t i = 0; i < design->n_points; i++) {
        bool is_kept = true;
        for (size_t w = 0; w < m->sweep->n_wheres && is_kept; w++)
            is_kept = holds(design, i, &m->sweep->wheres[w]);
        if (!is_kept)
            continue;
        memmove(design->values + n * k, design->values + i * k,
                k * sizeof *design->values);
        n++;
    }
    design->n_points = n;
}

/* ---- designs ---- */

static int allocate(struct making *m, double n_points)
{
    if (n_points * (double)m->out->n_settings > MOST_POINTS)
        return diag_error(m->d, DIAG_USAGE, NULL,
                          "the sweep has %.0f points, too many to hold", n_points);
    m->out->n_points = (size_t)n_points;
    m->out->values =
        ARENA_ARRAY(m->arena, const char *, m->out->n_points * m->out->n_settings);
    return 0;
}

static size_t n_nth(const struct sweep_vary *v)
{
    return v->spread == SPREAD_VALUES ? v->n_values
                                      : (size_t)((v->b - v->a) / v->c + 1e-9) + 1;
}

/* The first setting of those that move together with this one. */
static size_t leader_of(const struct sweep *sweep, size_t setting)
{
    for (size_t i = 0; i < setting && sweep->varies[setting].zip >= 0; i++)
        if (sweep->varies[i].zip == sweep->varies[setting].zip)
            return i;
    return setting;
}

static int make_grid(struct making *m)
{
    const struct sweep *sweep = m->sweep;
    size_t k = sweep->n_varies;
    double n = 1;
    for (size_t i = 0; i < k; i++) {
        const struct sweep_vary *v = &sweep->varies[i];
        if (v->spread != SPREAD_VALUES && v->spread != SPREAD_STEPS) {
            diag_error(m->d, DIAG_USAGE, NULL, "a grid needs values of %s, not a range",
                       v->path);
            diag_hint(m->d,
                      "write %s=from:to:step or %s=a,b,c, or choose another "
                      "design, such as --design sobol",
                      v->path, v->path);
            return -1;
        }
        if (leader_of(sweep, i) == i)
            n *= (double)n_nth(v);
    }
    if (allocate(m, n) != 0)
        return -1;
    size_t *digits = ARENA_ARRAY(m->arena, size_t, k);
    for (size_t point = 0; point < m->out->n_points; point++) {
        size_t rest = point;
        for (size_t i = k; i-- > 0;) {
            if (leader_of(sweep, i) != i)
                continue;
            digits[i] = rest % n_nth(&sweep->varies[i]);
            rest /= n_nth(&sweep->varies[i]);
        }
        for (size_t i = 0; i < k; i++)
            m->out->values[point * k + i] = nth_value(m, i, digits[leader_of(sweep, i)]);
    }
    return 0;
}

static int make_random(struct making *m)
{
    size_t k = m->out->n_settings;
    if (allocate(m, (double)m->sweep->points) != 0)
        return -1;
    for (size_t i = 0; i < k; i++) {
        struct stream stream;
        stream_init(&stream, m->seed, 0, "sweep", m->out->paths[i]);
        for (size_t point = 0; point < m->out->n_points; point++)
            m->out->values[point * k + i] = value_at(m, i, stream_uniform(&stream));
    }
    return 0;
}

static size_t below(struct stream *stream, size_t n)
{
    return (size_t)(stream_uniform(stream) * (double)n);
}

/* Fisher and Yates: 0 to n - 1 in an order by lot. */
static void shuffle(struct stream *stream, size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t other = below(stream, i), swap = order[i - 1];
        order[i - 1] = order[other];
        order[other] = swap;
    }
}

static int make_latin(struct making *m)
{
    size_t k = m->out->n_settings, n = (size_t)m->sweep->points;
    size_t *parts = ARENA_ARRAY(m->arena, size_t, n);
    if (allocate(m, (double)n) != 0)
        return -1;
    for (size_t i = 0; i < k; i++) {
        struct stream stream;
        stream_init(&stream, m->seed, 0, "sweep latin-hypercube", m->out->paths[i]);
        shuffle(&stream, parts, n);
        for (size_t p = 0; p < n; p++)
            m->out->values[p * k + i] =
                value_at(m, i, ((double)parts[p] + stream_uniform(&stream)) / (double)n);
    }
    return 0;
}

static int refuse_dimensions(struct making *m, size_t n_dimensions)
{
    diag_error(m->d, DIAG_USAGE, NULL,
               "Sobol points stop at %d dimensions (GSL), this sweep has %zu", SOBOL_MOST,
               n_dimensions);
    diag_hint(m->d, m->sweep->design == DESIGN_SALTELLI
                        ? "saltelli takes two dimensions a setting: vary at most 20, or "
                          "choose --design morris"
                        : "choose --design latin-hypercube or random");
    return -1;
}

static int make_sobol(struct making *m)
{
    size_t k = m->out->n_settings;
    double at[SOBOL_MOST];
    if (k > SOBOL_MOST)
        return refuse_dimensions(m, k);
    if (allocate(m, (double)m->sweep->points) != 0)
        return -1;
    gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)k);
    for (size_t point = 0; point < m->out->n_points; point++) {
        gsl_qrng_get(sobol, at);
        for (size_t i = 0; i < k; i++)
            m->out->values[point * k + i] = value_at(m, i, at[i]);
    }
    gsl_qrng_free(sobol);
    return 0;
}

static int make_saltelli(struct making *m)
{
    size_t k = m->out->n_settings, n = (size_t)m->sweep->points;
    double at[SOBOL_MOST];
    if (2 * k > SOBOL_MOST)
        return refuse_dimensions(m, 2 * k);
    if (allocate(m, (double)n * (double)(k + 2)) != 0)
        return -1;
    gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)(2 * k));
    for (size_t base = 0; base < n; base++) {
        gsl_qrng_get(sobol, at);
        const char **row = m->out->values + base * (k + 2) * k;
        for (size_t mix = 0; mix < k + 2; mix++)
            for (size_t i = 0; i < k; i++) {
                bool is_of_b = mix == k + 1 || (mix > 0 && mix - 1 == i);
                row[mix * k + i] = value_at(m, i, at[is_of_b ? k + i : i]);
            }
    }
    gsl_qrng_free(sobol);
    return 0;
}

/* One way: a start on the levels' lower half moved up, or the upper half moved down. */
static void make_way(struct making *m, size_t way, size_t *order)
{
    struct design *out = m->out;
    size_t k = out->n_settings, half = (size_t)m->sweep->levels / 2,
           first = way * (k + 1);
    double step = 1.0 / (double)(m->sweep->levels - 1);
    struct stream stream;
    char name[32];
    snprintf(name, sizeof name, "%zu", way);
    stream_init(&stream, m->seed, 0, "sweep morris", name);
    shuffle(&stream, order, k);
    for (size_t i = 0; i < k; i++) {
        size_t level = below(&stream, half);
        bool is_up = stream_uniform(&stream) < 0.5;
        double low = (double)level * step, high = (double)(level + half) * step;
        size_t moved_at = 0; /* the step that moves setting i */
        while (order[moved_at] != i)
            moved_at++;
        for (size_t s = 0; s <= k; s++) {
            bool is_high = (s > moved_at) == is_up;
            double at = is_high ? high : low;
            bool is_bounded = has_ends(&m->sweep->varies[i]);
            size_t cell = (first + s) * k + i;
            out->coordinates[cell] = at;
            out->values[cell] = value_at(m, i, is_bounded ? at : 0.005 + 0.99 * at);
        }
    }
}

static int make_morris(struct making *m)
{
    size_t k = m->out->n_settings, n = (size_t)m->sweep->points;
    if (m->sweep->levels % 2 != 0)
        return diag_error(m->d, DIAG_USAGE, NULL,
                          "morris takes an even number of levels, not %lld",
                          (long long)m->sweep->levels);
    if (allocate(m, (double)n * (double)(k + 1)) != 0)
        return -1;
    m->out->coordinates = ARENA_ARRAY(m->arena, double, m->out->n_points *k);
    size_t *order = ARENA_ARRAY(m->arena, size_t, k);
    for (size_t way = 0; way < n; way++)
        make_way(m, way, order);
    return 0;
}

/* ---- a list ---- */

/* Beside the scenario, as the files that it names; else where the program was started. */
static const char *find_list(struct making *m)
{
    const char *file = m->sweep->file, *slash = strrchr(m->scenario->path, '/');
    int length = slash ? (int)(slash - m->scenario->path) + 1 : 0;
    const char *beside =
        arena_printf(m->arena, "%.*s%s", length, m->scenario->path, file);
    return *file != '/' && file_exists(beside) ? beside : file;
}

static int make_list(struct making *m)
{
    struct csv_table table;
    struct design *out = m->out;
    if (!m->sweep->file) {
        diag_error(m->d, DIAG_USAGE, NULL, "design list needs a file of points");
        diag_hint(m->d, "name one with --points-file FILE, or as `file` of the "
                        "scenario's group sweep");
        return -1;
    }
    if (csv_table_load_within(find_list(m), m->scenario->jail, &table, m->d) != 0)
        return -1;
    out->n_settings = table.n_columns;
    out->paths = ARENA_ARRAY(m->arena, const char *, table.n_columns);
    for (size_t i = 0; i < table.n_columns; i++)
        out->paths[i] = arena_string(m->arena, table.columns[i]);
    int result = allocate(m, (double)table.n_rows);
    for (size_t row = 0; row < table.n_rows && result == 0; row++)
        for (size_t i = 0; i < table.n_columns; i++)
            out->values[row * table.n_columns + i] =
                arena_string(m->arena, csv_table_cell(&table, row, i));
    csv_table_free(&table);
    return result;
}

/* ---- all ---- */

static int refuse_unfit(struct making *m)
{
    const struct sweep *sweep = m->sweep;
    bool is_sensitivity =
        sweep->design == DESIGN_MORRIS || sweep->design == DESIGN_SALTELLI;
    const char *name = sweep_design_name((size_t)sweep->design);
    if (sweep->design != DESIGN_LIST && sweep->n_varies == 0) {
        diag_error(m->d, DIAG_USAGE, NULL, "nothing varies in this sweep");
        diag_hint(m->d, "name a setting, such as --vary rule.divide=weighted,max-min, or "
                        "write a group `sweep` in the scenario");
        return -1;
    }
    if (is_sensitivity && sweep->n_wheres > 0)
        return diag_error(m->d, DIAG_USAGE, NULL,
                          "design %s needs all of its points: it takes no `where`", name);
    for (size_t i = 0; i < sweep->n_varies && sweep->design != DESIGN_GRID; i++)
        if (sweep->varies[i].zip >= 0)
            return diag_error(m->d, DIAG_USAGE, NULL,
                              "`zip` is for grids, not for design %s", name);
    return 0;
}

int design_make(struct arena *arena, const struct sweep *sweep,
                const struct scenario *scenario, uint64_t seed, struct design *out,
                struct diag *d)
{
    static int (*const makers[N_DESIGNS])(struct making *) = {
        [DESIGN_GRID] = make_grid,     [DESIGN_RANDOM] = make_random,
        [DESIGN_LATIN] = make_latin,   [DESIGN_SOBOL] = make_sobol,
        [DESIGN_MORRIS] = make_morris, [DESIGN_SALTELLI] = make_saltelli,
        [DESIGN_LIST] = make_list,
    };
    size_t k = sweep->n_varies;
    struct making m = {arena, sweep, scenario, seed, ARENA_ARRAY(arena, bool, k), out, d};
    *out = (struct design){.n_settings = k, .paths = ARENA_ARRAY(arena, const char *, k)};
    if (refuse_unfit(&m) != 0)
        return -1;
    for (size_t i = 0; i < k; i++) {
        out->paths[i] = sweep->varies[i].path;
        m.is_whole[i] = is_whole_setting(&m, &sweep->varies[i]);
    }
    if (makers[sweep->design](&m) != 0)
        return -1;
    keep_where(&m);
    if (out->n_points > 0)
        return 0;
    diag_error(d, DIAG_USAGE, NULL, "the sweep has no points");
    if (sweep->n_wheres > 0)
        diag_hint(d, "`where` leaves none");
    return -1;
}
