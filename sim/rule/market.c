/* A primal-dual interior point method (Wright, Primal-Dual Interior-Point Methods, 1997).
 *
 * Both utilities become one form: a party has acts, each of which takes so much of each
 * pool and adds its value to the utility, up to a bound. Linear: an act buys on one pool.
 * Bundles: an act raises the level from one floor to the next, for which it takes its
 * part on all pools whose floors are passed; as each takes more than the one before, they
 * are done in order by themselves.
 *
 * Acts stay inside their bounds, and the products of each bound's slack with its
 * multiplier are led to 0 together, those of a party in proportion to its money. Newton's
 * equations of one party are a diagonal and one product of vectors, so that all shrink to
 * one equation a pool. Where the optimum is not unique (a party that values two pools
 * alike) this leads to the middle of all that are best, the same for equal parties.
 *
 * Inside, amounts are parts of the room that a pool has beside floors, a price is that of
 * all of it. */
#include "rule/market.h"

#include "rule/divide.h"
#include "rule/fill.h"

#include <math.h>
#include <string.h>

struct solver {
    const struct market *m;
    size_t n, n_pools, n_acts, n_pairs; /* pairs: products led to 0 */
    /* By act, party * n_pools + k. hi 0: there is none. */
    double *value, *from, *hi; /* from: of bundles, the level at which it begins */
    double *y, *slack;         /* slack = hi - y, kept apart for its digits */
    double *low, *high;        /* multipliers of y >= 0 and slack >= 0 */
    double *pull, *dy, *dlow, *dhigh;
    /* By cell, party * n_pools + pool: parts of the room at level 1, and the level from
     * which on they are taken. */
    double *take, *start;
    double *base, *utility;                       /* by party: of floors alone; of all */
    double *room, *price, *rest, *dprice, *drest; /* by pool; price 0: not sold */
    double *c, *part;                             /* [n_pools], of one party */
    double *system, *inverse, *row;               /* [n_pools * n_pools]; row [n_pools] */
};

/* What a unit of an act takes of a pool. */
static double use_of(const struct solver *s, size_t act, size_t pool)
{
    size_t first = act - act % s->n_pools;
    if (s->m->is_linear)
        return act == first + pool ? 1 : 0;
    return s->start[first + pool] <= s->from[act] ? s->take[first + pool] : 0;
}

/* ---- acts ---- */

static void set_room(struct solver *s)
{
    const struct market *m = s->m;
    for (size_t p = 0; p < s->n_pools; p++) {
        s->room[p] = m->capacity[p];
        for (size_t i = 0; i < s->n; i++)
            s->room[p] -= m->floor[i * s->n_pools + p];
        if (s->room[p] <= 1e-12 * m->capacity[p])
            s->room[p] = 0;
    }
}

/* The largest value of a party counts as 1. A want of all that there is holds nobody
 * back: the price does. */
static void set_linear_acts(struct solver *s, size_t i)
{
    const struct market *m = s->m;
    double most = 0;
    for (size_t p = 0; p < s->n_pools; p++) {
        size_t act = i * s->n_pools + p;
        double want = m->want[act] - m->floor[act];
        s->value[act] = m->value && m->value[act] > 0 ? m->value[act] : 1;
        if (s->room[p] > 0)
            s->hi[act] = want < s->room[p] ? want / s->room[p] : 2;
        most = larger(most, s->hi[act] > 0 ? s->value[act] * s->room[p] : 0);
    }
    for (size_t p = 0; p < s->n_pools; p++) {
        size_t act = i * s->n_pools + p;
        if (most > 0)
            s->base[i] += s->value[act] / most * m->floor[act];
        s->value[act] = s->hi[act] > 0 ? s->value[act] / most * s->room[p] : 0;
    }
}

/* The highest level of a bundle: 1, that of a floor on a pool which has nothing else, or
 * one that cannot be reached where the wants are beyond the pools. */
static double set_takes(struct solver *s, size_t i)
{
    const struct market *m = s->m;
    double cap = 1, beyond = INFINITY;
    for (size_t p = 0; p < s->n_pools; p++) {
        size_t cell = i * s->n_pools + p;
        double want = m->want[cell], floor = m->floor[cell];
        s->start[cell] = INFINITY;
        if (want <= 0 || m->capacity[p] <= 0)
            continue;
        if (s->room[p] <= 0) {
            cap = smaller(cap, floor / want);
            continue;
        }
        s->take[cell] = want / s->room[p];
        s->start[cell] = floor / want;
        if (s->room[p] + floor <= want)
            beyond = smaller(beyond, 2 * ((s->room[p] + floor) / want));
    }
    return cap < 1 ? smaller(cap, beyond) : isfinite(beyond) ? beyond : 1;
}

/* One act from each floor, lowest first, to the next. */
static void set_bundle_acts(struct solver *s, size_t i)
{
    size_t first = i * s->n_pools;
    double cap = set_takes(s, i), at = -1;
    for (size_t k = 0; k < s->n_pools; k++) {
        double from = INFINITY, to = cap;
        for (size_t p = 0; p < s->n_pools; p++)
            if (s->start[first + p] > at)
                from = smaller(from, s->start[first + p]);
        if (from >= cap)
            break;
        for (size_t p = 0; p < s->n_pools; p++)
            if (s->start[first + p] > from)
                to = smaller(to, s->start[first + p]);
        s->from[first + k] = at = from;
        s->hi[first + k] = to - from;
        s->value[first + k] = 1;
        s->base[i] = k == 0 ? from : s->base[i];
    }
}

/* Begins in the middle: all pools are at most half sold. */
static void begin(struct solver *s)
{
    const struct market *m = s->m;
    double *wanted = ARENA_ARRAY(m->scratch, double, s->n_pools);
    set_room(s);
    for (size_t i = 0; i < s->n; i++)
        if (m->money[i] > 0 && m->is_linear)
            set_linear_acts(s, i);
        else if (m->money[i] > 0)
            set_bundle_acts(s, i);
    for (size_t act = 0; act < s->n_acts; act++)
        for (size_t p = 0; p < s->n_pools && s->hi[act] > 0; p++)
            wanted[p] += use_of(s, act, p) * s->hi[act];
    for (size_t p = 0; p < s->n_pools; p++) {
        s->rest[p] = 1;
        s->price[p] = wanted[p] > 0 ? 1 : 0;
        s->n_pairs += wanted[p] > 0;
    }
    for (size_t act = 0; act < s->n_acts; act++) {
        double part = 0.5, money = m->money[act / s->n_pools];
        if (s->hi[act] <= 0)
            continue;
        for (size_t p = 0; p < s->n_pools; p++)
            if (use_of(s, act, p) > 0)
                part = smaller(part, 0.5 / wanted[p]);
        s->y[act] = part * s->hi[act];
        s->slack[act] = s->hi[act] - s->y[act];
        s->low[act] = money / s->y[act];
        s->high[act] = money / s->slack[act];
        s->n_pairs += 2;
        for (size_t p = 0; p < s->n_pools; p++)
            s->rest[p] -= use_of(s, act, p) * s->y[act];
    }
}

/* ---- how far it has come ---- */

static double cost_of(const struct solver *s, size_t act)
{
    double cost = 0;
    for (size_t p = 0; p < s->n_pools; p++)
        cost += use_of(s, act, p) * s->price[p];
    return cost;
}

/* How much more an act is worth to its party than it costs: money * value / utility. */
static double gain_of(const struct solver *s, size_t act)
{
    size_t i = act / s->n_pools;
    return s->m->money[i] * (s->value[act] / s->utility[i]) - cost_of(s, act);
}

static double residual_of(const struct solver *s)
{
    double residual = 0;
    for (size_t act = 0; act < s->n_acts; act++) {
        if (s->hi[act] <= 0)
            continue;
        double gain = gain_of(s, act) / cost_of(s, act);
        double beside = (gain > 0 ? s->slack[act] : s->y[act]) / s->hi[act];
        double error = smaller(fabs(gain), beside);
        residual = error <= residual ? residual : error; /* NaN too */
    }
    for (size_t p = 0; p < s->n_pools; p++) {
        double error = s->price[p] > 0 ? smaller(s->rest[p], s->price[p]) : 0;
        residual = error <= residual ? residual : error;
    }
    return isfinite(residual) ? residual : INFINITY;
}

/* Sums utilities; returns the mean product, in parts of the money. */
static double measure(struct solver *s)
{
    double sum = 0;
    memcpy(s->utility, s->base, s->n * sizeof *s->utility);
    for (size_t act = 0; act < s->n_acts; act++) {
        size_t i = act / s->n_pools;
        if (s->hi[act] <= 0)
            continue;
        s->utility[i] += s->value[act] * s->y[act];
        sum += (s->low[act] * s->y[act] + s->high[act] * s->slack[act]) / s->m->money[i];
    }
    for (size_t p = 0; p < s->n_pools; p++)
        sum += s->price[p] * s->rest[p];
    return s->n_pairs > 0 ? sum / (double)s->n_pairs : 0;
}

/* ---- Newton's step ---- */

/* The inverse of a party's matrix, diagonal + c c^T, written without differences of large
 * numbers. Rows and columns of acts that are none are 0. */
static void invert(struct solver *s, size_t i)
{
    size_t n = s->n_pools, first = i * n;
    double scale = sqrt(s->m->money[i]) / s->utility[i], whole = 1;
    double *c = s->c, *part = s->part; /* part: the diagonal's own inverse */
    for (size_t k = 0; k < n; k++) {
        size_t act = first + k;
        double diagonal = s->hi[act] > 0
                              ? s->low[act] / s->y[act] + s->high[act] / s->slack[act]
                              : INFINITY;
        c[k] = scale * s->value[act];
        part[k] = 1 / diagonal;
        whole += c[k] * c[k] * part[k];
    }
    for (size_t k = 0; k < n; k++) {
        double others = 1;
        for (size_t q = 0; q < n; q++) {
            others += q == k ? 0 : c[q] * c[q] * part[q];
            s->inverse[k * n + q] = -(c[k] * part[k]) * (c[q] * part[q]) / whole;
        }
        s->inverse[k * n + k] = part[k] * (others / whole);
    }
}

/* Adds what a party's acts answer to the pools' equations. */
static void add_party(struct solver *s, size_t i)
{
    size_t n = s->n_pools, first = i * n;
    invert(s, i);
    for (size_t p = 0; p < n; p++) {
        memset(s->row, 0, n * sizeof *s->row);
        for (size_t k = 0; k < n; k++) {
            double use = s->hi[first + k] > 0 ? use_of(s, first + k, p) : 0;
            s->dprice[p] += use * s->y[first + k];
            for (size_t q = 0; q < n && use > 0; q++)
                s->row[q] += use * s->inverse[k * n + q];
        }
        for (size_t q = 0; q < n; q++) {
            s->dprice[p] += s->row[q] * s->pull[first + q];
            for (size_t to = 0; to < n && s->row[q] != 0; to++)
                s->system[p * n + to] += s->row[q] * use_of(s, first + q, to);
        }
    }
}

/* Cholesky's factors of the pools' equations, in the lower triangle. Pivots that rounding
 * has eaten count as a little of what was there. */
static void factorise(size_t n, double *a)
{
    for (size_t j = 0; j < n; j++) {
        double whole = a[j * n + j], pivot = whole;
        for (size_t k = 0; k < j; k++)
            pivot -= a[j * n + k] * a[j * n + k];
        pivot = sqrt(larger(pivot, larger(1e-14 * whole, 1e-300)));
        a[j * n + j] = pivot;
        for (size_t i = j + 1; i < n; i++) {
            double x = a[i * n + j];
            for (size_t k = 0; k < j; k++)
                x -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = x / pivot;
        }
    }
}

static void solve(size_t n, double *a, double *b)
{
    factorise(n, a);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
}

/* The prices' step, towards products of `target` parts of the money. */
static void find_prices(struct solver *s, double target)
{
    size_t n = s->n_pools;
    memset(s->system, 0, n * n * sizeof *s->system);
    for (size_t p = 0; p < n; p++) {
        bool is_sold = s->price[p] > 0;
        s->system[p * n + p] = is_sold ? s->rest[p] / s->price[p] : 1;
        s->dprice[p] = is_sold ? target / s->price[p] - 1 : 0;
    }
    for (size_t act = 0; act < s->n_acts; act++) {
        double middle = target * s->m->money[act / n];
        if (s->hi[act] > 0)
            s->pull[act] = gain_of(s, act) + middle / s->y[act] - middle / s->slack[act];
    }
    for (size_t i = 0; i < s->n; i++)
        if (s->m->money[i] > 0)
            add_party(s, i);
    solve(n, s->system, s->dprice);
}

/* What follows from it for one party's acts. */
static void find_acts(struct solver *s, size_t i, double target)
{
    size_t n = s->n_pools, first = i * n;
    double middle = target * s->m->money[i];
    invert(s, i);
    for (size_t k = 0; k < n; k++) {
        s->row[k] = s->pull[first + k];
        for (size_t p = 0; p < n && s->hi[first + k] > 0; p++)
            s->row[k] -= use_of(s, first + k, p) * s->dprice[p];
    }
    for (size_t k = 0; k < n; k++) {
        size_t act = first + k;
        double dy = 0;
        if (s->hi[act] <= 0)
            continue;
        for (size_t q = 0; q < n; q++)
            dy += s->inverse[k * n + q] * s->row[q];
        s->dy[act] = dy;
        s->dlow[act] = (middle - s->low[act] * dy) / s->y[act] - s->low[act];
        s->dhigh[act] = (middle + s->high[act] * dy) / s->slack[act] - s->high[act];
    }
}

static void find_step(struct solver *s, double target)
{
    find_prices(s, target);
    for (size_t i = 0; i < s->n; i++)
        if (s->m->money[i] > 0)
            find_acts(s, i, target);
    for (size_t p = 0; p < s->n_pools; p++)
        if (s->price[p] > 0)
            s->drest[p] = (target - s->rest[p] * s->dprice[p]) / s->price[p] - s->rest[p];
}

static double shorten(double length, double x, double dx)
{
    return dx < 0 ? smaller(length, -0.99 * x / dx) : length;
}

/* Goes as far as all stays above 0; returns the part of the step. */
static double take_step(struct solver *s)
{
    double length = 1;
    for (size_t act = 0; act < s->n_acts; act++) {
        if (s->hi[act] <= 0)
            continue;
        length = shorten(length, s->y[act], s->dy[act]);
        length = shorten(length, s->slack[act], -s->dy[act]);
        length = shorten(length, s->low[act], s->dlow[act]);
        length = shorten(length, s->high[act], s->dhigh[act]);
    }
    for (size_t p = 0; p < s->n_pools; p++) {
        length = shorten(length, s->price[p], s->dprice[p]);
        length = shorten(length, s->rest[p], s->drest[p]);
    }
    for (size_t act = 0; act < s->n_acts; act++) {
        s->y[act] += length * s->dy[act];
        s->slack[act] -= length * s->dy[act];
        s->low[act] += length * s->dlow[act];
        s->high[act] += length * s->dhigh[act];
    }
    for (size_t p = 0; p < s->n_pools; p++) {
        s->price[p] += length * s->dprice[p];
        s->rest[p] += length * s->drest[p];
    }
    return length;
}

/* ---- the result ---- */

/* Less than all by no more than rounding is all. */
static double up_to(double want, double bought)
{
    return bought < want * (1 - 1e-12) ? bought : want;
}

/* What is next to a bound, nearer than its gain is to 0, belongs on it. */
static double settle(const struct solver *s, size_t act)
{
    if (s->hi[act] <= 0)
        return 0;
    double gain = gain_of(s, act) / cost_of(s, act), hi = s->hi[act];
    if (gain > 0 && s->slack[act] / hi < gain)
        return hi;
    return gain < 0 && s->y[act] / hi < -gain ? 0 : s->y[act];
}

static void tell(const struct solver *s, double *x, double *prices)
{
    const struct market *m = s->m;
    for (size_t i = 0; i < s->n; i++) {
        double level = s->base[i];
        for (size_t p = 0; p < s->n_pools; p++)
            level += settle(s, i * s->n_pools + p);
        for (size_t p = 0; p < s->n_pools; p++) {
            size_t cell = i * s->n_pools + p;
            double want = m->capacity[p] > 0 ? m->want[cell] : 0, floor = m->floor[cell];
            double bought =
                m->is_linear ? floor + settle(s, cell) * s->room[p] : level * want;
            x[cell] = larger(floor, up_to(want, bought));
        }
    }
    for (size_t p = 0; p < s->n_pools; p++) {
        bool is_taken = s->room[p] <= 0 && m->capacity[p] > 0;
        bool is_free = s->room[p] <= 0 || s->rest[p] > s->price[p];
        prices[p] = is_taken ? NAN : is_free ? 0 : s->price[p] / s->room[p];
    }
}

static struct solver new_solver(const struct market *m)
{
    size_t n = m->n_pools, n_acts = m->n * n;
    struct arena *scratch = m->scratch;
    struct solver s = {.m = m, .n = m->n, .n_pools = n, .n_acts = n_acts};
    double **by_act[] = {&s.value, &s.from, &s.hi,   &s.y,     &s.slack, &s.low,  &s.high,
                         &s.pull,  &s.dy,   &s.dlow, &s.dhigh, &s.take,  &s.start};
    double **by_pool[] = {&s.room,  &s.price, &s.rest, &s.dprice,
                          &s.drest, &s.c,     &s.part, &s.row};
    for (size_t k = 0; k < sizeof by_act / sizeof *by_act; k++)
        *by_act[k] = ARENA_ARRAY(scratch, double, n_acts);
    for (size_t k = 0; k < sizeof by_pool / sizeof *by_pool; k++)
        *by_pool[k] = ARENA_ARRAY(scratch, double, n);
    s.base = ARENA_ARRAY(scratch, double, m->n);
    s.utility = ARENA_ARRAY(scratch, double, m->n);
    s.system = ARENA_ARRAY(scratch, double, n *n);
    s.inverse = ARENA_ARRAY(scratch, double, n *n);
    return s;
}

double market_solve(const struct market *m, double *x, double *prices)
{
    /* Below what is asked for, as long as rounding lets it come nearer. */
    const double enough = 1e-13, too_far = 100;
    struct solver s = new_solver(m);
    double best = INFINITY, length = 0;
    begin(&s);
    for (size_t round = 0; round < m->most_rounds; round++) {
        double mean = measure(&s), residual = residual_of(&s);
        if (residual < best || round == 0)
            tell(&s, x, prices);
        best = smaller(best, residual);
        if (best <= enough || !isfinite(mean) ||
            (best <= SETTLED && residual > too_far * best))
            break;
        find_step(&s, mean * (length > 0.9 ? 0.05 : length > 0.5 ? 0.2 : 0.6));
        length = take_step(&s);
    }
    return best;
}
