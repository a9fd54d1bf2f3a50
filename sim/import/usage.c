#include "import/usage.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

enum { HOUR_S = 3600 };

void usage_init(struct usage *u, bool is_daily, const struct zone *zone)
{
    *u = (struct usage){0};
    names_init(&u->teams);
    names_init(&u->pools);
    periods_init(&u->periods, is_daily, zone);
    u->first = u->periods.n_periods;
}

void usage_release(struct usage *u)
{
    for (size_t i = 0; i < u->n_rooms * USAGE_MOST_POOLS; i++)
        mem_free(u->series[i].cells);
    for (size_t p = 0; p < USAGE_MOST_POOLS; p++) {
        mem_free(u->hours[p].gpu_s);
        mem_free(u->hours[p].change_gpus);
    }
    mem_free(u->series);
    names_release(&u->teams);
    names_release(&u->pools);
    periods_release(&u->periods);
    *u = (struct usage){0};
}

int usage_team(struct usage *u, struct slice name)
{
    int team = names_add(&u->teams, name, USAGE_MOST_TEAMS);
    if (team >= 0 && (size_t)team >= u->n_rooms) {
        size_t old = u->n_rooms;
        u->n_rooms = old ? 2 * old : 16;
        u->series =
            mem_resize(u->series, u->n_rooms * USAGE_MOST_POOLS, sizeof *u->series);
        memset(u->series + old * USAGE_MOST_POOLS, 0,
               (u->n_rooms - old) * USAGE_MOST_POOLS * sizeof *u->series);
    }
    return team;
}

int usage_pool(struct usage *u, struct slice name)
{
    return names_add(&u->pools, name, USAGE_MOST_POOLS);
}

static struct usage_series *series_of(const struct usage *u, int team, int pool)
{
    return &u->series[(size_t)team * USAGE_MOST_POOLS + (size_t)pool];
}

struct range {
    size_t first, n;
};

/* The range that holds `at` too, half as wide again. */
static struct range stretch(size_t first, size_t n, size_t at)
{
    size_t spare = n / 2 + 1;
    if (n == 0)
        return (struct range){at, 1};
    if (at < first) {
        size_t low = at > spare ? at - spare : 0;
        return (struct range){low, first + n - low};
    }
    return (struct range){first, at + 1 + spare - first};
}

/* The items, n from `first` on, in room for a wider range. */
static void *widen(void *items, size_t first, size_t n, size_t size, struct range range)
{
    char *wider = mem_new(range.n, size);
    if (n > 0)
        memcpy(wider + (first - range.first) * size, items, n * size);
    mem_free(items);
    return wider;
}

struct usage_cell *usage_cell(struct usage *u, int team, int pool, size_t period)
{
    struct usage_series *s = series_of(u, team, pool);
    if (period < s->first || period >= s->first + s->n) {
        struct range r = stretch(s->first, s->n, period);
        s->cells = widen(s->cells, s->first, s->n, sizeof *s->cells, r);
        s->first = r.first;
        s->n = r.n;
    }
    u->first = period < u->first ? period : u->first;
    u->end = period >= u->end ? period + 1 : u->end;
    return &s->cells[period - s->first];
}

const struct usage_cell *usage_find(const struct usage *u, int team, int pool,
                                    size_t period)
{
    const struct usage_series *s = series_of(u, team, pool);
    return period < s->first || period >= s->first + s->n ? NULL
                                                          : &s->cells[period - s->first];
}

bool usage_has(const struct usage *u, int team, int pool)
{
    return series_of(u, team, pool)->n > 0;
}

/* ---- use by hours ---- */

static size_t hour_of(const struct usage *u, double at_s)
{
    return (size_t)((at_s - (double)u->periods.day_s[0]) / HOUR_S);
}

/* Makes room for an hour. */
static void reach_hour(struct usage_hours *h, size_t hour)
{
    if (hour >= h->first && hour < h->first + h->n)
        return;
    struct range r = stretch(h->first, h->n, hour);
    h->gpu_s = widen(h->gpu_s, h->first, h->n, sizeof *h->gpu_s, r);
    h->change_gpus = widen(h->change_gpus, h->first, h->n, sizeof *h->change_gpus, r);
    h->first = r.first;
    h->n = r.n;
}

static void add_hours(struct usage *u, int pool, double gpus, double from_s,
                      double until_s)
{
    struct usage_hours *h = &u->hours[pool];
    double base_s = (double)u->periods.day_s[0];
    size_t first = hour_of(u, from_s), last = hour_of(u, until_s);
    reach_hour(h, first);
    reach_hour(h, last);
    if (first == last) {
        h->gpu_s[first - h->first] += gpus * (until_s - from_s);
        return;
    }
    double begun_s = base_s + (double)(first + 1) * HOUR_S - from_s;
    double ended_s = until_s - (base_s + (double)last * HOUR_S);
    h->gpu_s[first - h->first] += gpus * begun_s;
    h->gpu_s[last - h->first] += gpus * ended_s;
    h->change_gpus[first + 1 - h->first] += gpus;
    h->change_gpus[last - h->first] -= gpus;
}

static double peak_of_hours(const struct usage_hours *h)
{
    double running_gpus = 0, peak_gpus = 0;
    for (size_t i = 0; i < h->n; i++) {
        running_gpus += h->change_gpus[i];
        peak_gpus = fmax(peak_gpus, running_gpus + h->gpu_s[i] / HOUR_S);
    }
    return peak_gpus;
}

/* The largest mean of a period of one of its sums, in GPUs. */
static double peak_of_periods(const struct usage *u, int pool, size_t sum)
{
    double peak_gpus = 0;
    for (size_t p = u->first; p < u->end; p++) {
        double gpu_s = 0;
        for (size_t team = 0; team < u->teams.n; team++) {
            const struct usage_cell *cell = usage_find(u, (int)team, pool, p);
            gpu_s += cell ? *(const double *)((const char *)cell + sum) : 0;
        }
        peak_gpus = fmax(peak_gpus, gpu_s / HOUR_S / periods_hours(&u->periods, p));
    }
    return peak_gpus;
}

double usage_peak_gpus(const struct usage *u, int pool)
{
    double peak_gpus = fmax(peak_of_hours(&u->hours[pool]), u->largest_gpus[pool]);
    return peak_gpus > 0
               ? peak_gpus
               : peak_of_periods(u, pool, offsetof(struct usage_cell, used_gpu_s));
}

double usage_granted_gpus(const struct usage *u, int team, int pool, size_t period)
{
    const struct usage_cell *cell = usage_find(u, team, pool, period);
    return cell ? cell->granted_gpu_s / HOUR_S / periods_hours(&u->periods, period) : 0;
}

double usage_peak_granted_gpus(const struct usage *u, int pool)
{
    return peak_of_periods(u, pool, offsetof(struct usage_cell, granted_gpu_s));
}

/* ---- sums by period ---- */

/* Adds to one of the sums of each period; `sum` is its place in a cell. */
static void spread(struct usage *u, int team, int pool, double gpus, double from_s,
                   double until_s, size_t sum)
{
    size_t period = periods_of(&u->periods, (int64_t)from_s);
    while (from_s < until_s) {
        double end_s = fmin(until_s, (double)u->periods.start_s[period + 1]);
        struct usage_cell *cell = usage_cell(u, team, pool, period++);
        *(double *)((char *)cell + sum) += gpus * (end_s - from_s);
        from_s = end_s;
    }
}

void usage_add_use(struct usage *u, int team, int pool, double gpus, double from_s,
                   double until_s)
{
    spread(u, team, pool, gpus, from_s, until_s, offsetof(struct usage_cell, used_gpu_s));
    if (until_s <= from_s)
        return;
    add_hours(u, pool, gpus, from_s, until_s);
    u->largest_gpus[pool] = fmax(u->largest_gpus[pool], gpus);
}

void usage_add_waiting(struct usage *u, int team, int pool, double gpus, double from_s,
                       double until_s)
{
    spread(u, team, pool, gpus, from_s, until_s,
           offsetof(struct usage_cell, waiting_gpu_s));
}

void usage_add_grant(struct usage *u, int team, int pool, double gpus, double from_s,
                     double until_s)
{
    spread(u, team, pool, gpus, from_s, until_s,
           offsetof(struct usage_cell, granted_gpu_s));
}

void usage_count_job(struct usage *u, int team, int pool, double at_s)
{
    usage_cell(u, team, pool, periods_of(&u->periods, (int64_t)at_s))->n_jobs++;
}

void usage_cell_add(struct usage_cell *sum, const struct usage_cell *cell)
{
    sum->used_gpu_s += cell->used_gpu_s;
    sum->waiting_gpu_s += cell->waiting_gpu_s;
    sum->granted_gpu_s += cell->granted_gpu_s;
    sum->n_jobs += cell->n_jobs;
}

struct usage_cell usage_sum(const struct usage *u, int team, int pool)
{
    struct usage_cell sum = {0};
    for (size_t t = 0; t < u->teams.n; t++)
        for (size_t p = 0; p < u->pools.n; p++) {
            const struct usage_series *s = series_of(u, (int)t, (int)p);
            if ((team >= 0 && (size_t)team != t) || (pool >= 0 && (size_t)pool != p))
                continue;
            for (size_t i = 0; i < s->n; i++)
                usage_cell_add(&sum, &s->cells[i]);
        }
    return sum;
}

void usage_move_pool(struct usage *u, int from, int to)
{
    for (size_t t = 0; t < u->teams.n; t++) {
        struct usage_series *s = series_of(u, (int)t, from);
        for (size_t i = 0; i < s->n; i++) {
            const struct usage_cell *old = &s->cells[i];
            if (old->used_gpu_s == 0 && old->waiting_gpu_s == 0 &&
                old->granted_gpu_s == 0 && old->n_jobs == 0)
                continue;
            usage_cell_add(usage_cell(u, (int)t, to, s->first + i), old);
        }
        mem_free(s->cells);
        *s = (struct usage_series){0};
    }
}
