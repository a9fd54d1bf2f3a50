/* Departures and hires over many replications, against exact results.
 *
 * Means are held to three standard errors. Seeds are fixed: a failure is a change of the
 * code. */
#include "base/seconds.h"
#include "des/stream.h"
#include "model/hazard.h"
#include "support/hazard_path.h"
#include "support/trials.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YEAR (12 * SECONDS_PER_MONTH)

enum { N = 20000, MOST = 64 };

static void assert_within(double x, double target, double slack, const char *what)
{
    print_message("%s: %.4f, exactly %.4f, +- %.4f\n", what, x, target, slack);
    if (!(fabs(x - target) <= slack))
        fail_msg("%s: %.6g is not within %.3g of %.6g", what, x, slack, target);
}

/* Of N runs of a text: how often how many left the cohort T by the end. */
struct leavers {
    double mean, sd;
    int counts[MOST];
};

static struct leavers run_many(const char *text)
{
    struct leavers l = {0};
    struct loaded loaded;
    double sum = 0, squares = 0;
    loaded_from(&loaded, text, NULL);
    if (!loaded.is_loaded)
        fail_msg("%s", loaded.messages);
    for (uint64_t r = 0; r < N; r++) {
        struct results results;
        run_simulate(&loaded.s, 1, r, 0, &results);
        for (size_t k = 0; k < results.n_outcomes; k++) {
            const struct outcome *o = &results.outcomes[k];
            if (o->kind != OF_COHORT || o->metric != METRIC_DEPARTURES)
                continue;
            assert_true(o->value >= 0 && o->value < MOST);
            l.counts[(int)o->value]++;
            sum += o->value;
            squares += o->value * o->value;
        }
        results_release(&results);
    }
    loaded_release(&loaded);
    l.mean = sum / N;
    l.sd = sqrt(squares / N - l.mean * l.mean);
    return l;
}

#define PEOPLE(n, more)                                                                  \
    "start = \"2023-01-01\"; months = 12; pools = ( { name = \"p\"; gpus = 8; } );"      \
    "teams = ( { name = \"T\"; people = " #n "; } ); people = { " more " };"

/* 1.848 of 14 in a year of 365.25 days. */
static void test_constant(void **state)
{
    (void)state;
    struct leavers l = run_many(PEOPLE(14, "turnover_per_year = 0.132;"));
    double p = -expm1(log1p(-0.132) * 365 / 365.25), sd = sqrt(14 * p * (1 - p));
    assert_within(l.mean, 14 * p, 3 * sd / sqrt(N), "leavers in 2023");
    assert_within(l.mean, 1.848, 3 * 1.27 / sqrt(N), "leavers in a year");
    assert_within(l.sd, sd, 0.02, "their sd");
}

/* The rate doubles on 16 Jun, after 166 days of 365. */
static void test_doubling(void **state)
{
    (void)state;
    struct leavers l =
        run_many(PEOPLE(14, "turnover_per_year = ( { value = 0.5; }, { from = "
                            "\"2023-06-16\"; value = 0.75; } );"));
    double survival = exp(-log(2) * (166 + 2 * 199) / 365.25);
    double sd = sqrt(14 * survival * (1 - survival));
    assert_within(14 - l.mean, 14 * survival, 3 * sd / sqrt(N), "who is still there");
}

/* ---- contagion: a chain of pure death ---- */

/* P(k of n have left at t) where each leaves at rate h (1 + kappa min(k, most)):
 * uniformisation, exact to 1e-12. */
static void solve_chain(int n, double h, double kappa, int most, double t, double *p)
{
    double q[MOST], rates[MOST], fastest = 0, weight, sum = 0;
    for (int k = 0; k <= n; k++) {
        rates[k] = (n - k) * h * (1 + kappa * fmin(k, most));
        fastest = fmax(fastest, rates[k]);
        q[k] = k == 0;
        p[k] = 0;
    }
    weight = exp(-fastest * t);
    for (int step = 0; sum < 1 - 1e-12; step++) {
        for (int k = 0; k <= n; k++)
            p[k] += weight * q[k];
        sum += weight;
        weight *= fastest * t / (step + 1);
        for (int k = n; k > 0; k--)
            q[k] += (q[k - 1] * rates[k - 1] - q[k] * rates[k]) / fastest;
        q[0] -= q[0] * rates[0] / fastest;
    }
}

/* The window is longer than the run: 5 leavers at most count. */
static void test_contagion(void **state)
{
    (void)state;
    enum { PEOPLE_N = 12 };
    double p[MOST], mean = 0, square = 0, chi2 = 0;
    solve_chain(PEOPLE_N, log(2), 0.4, 5, 365 / 365.25, p);
    struct leavers l = run_many(PEOPLE(12, "turnover_per_year = 0.5; contagion = 0.4; "
                                           "contagion_months = 100.0;"));
    int n_cells = 0;
    for (int k = 0; k <= PEOPLE_N; k++) {
        mean += k * p[k];
        square += (double)k * k * p[k];
        if (p[k] * N < 5)
            continue;
        chi2 += pow(l.counts[k] - p[k] * N, 2) / (p[k] * N);
        n_cells++;
    }
    double sd = sqrt(square - mean * mean);
    assert_within(l.mean, mean, 3 * sd / sqrt(N), "leavers who take others along");
    assert_within(l.sd, sd, 0.05, "their sd");
    print_message("chi-square %.1f of %d cells\n", chi2, n_cells);
    assert_true(gsl_cdf_chisq_Q(chi2, n_cells - 1) > 0.001);
}

/* ---- hiring ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Delays are lognormal with the mean that was asked for. */
static void test_delays(void **state)
{
    (void)state;
    enum { HIRES = 4000 };
    struct trial t;
    trial_run(&t, "start = '2023-01-01'; months = 600; pools = ( { name = 'p'; gpus = 8; "
                  "} ); teams = ( { name = 'T'; target_people = 4000.0; } );"
                  "people = { hiring = { delay_months = 6.0; delay_log_sd = 0.5; }; };");
    static double at[HIRES];
    double largest = 0, sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < t.r.n_events; k++)
        if (t.r.events[k].event == EVENT_HIRE)
            at[n++] = t.r.events[k].at_s / SECONDS_PER_MONTH;
    assert_int_equal(n, HIRES);
    qsort(at, HIRES, sizeof *at, ascending);
    for (size_t k = 0; k < HIRES; k++) {
        double z = (log(at[k] / 6) + 0.125) / 0.5, cdf = 0.5 * erfc(-z / M_SQRT2);
        largest =
            fmax(largest, fmax(cdf - (double)k / HIRES, (double)(k + 1) / HIRES - cdf));
        sum += at[k];
    }
    assert_true(largest * sqrt(HIRES) < 1.95);
    assert_within(sum / HIRES, 6, 3 * 6 * sqrt(expm1(0.25) / HIRES), "mean delay");
    trial_release(&t);
}

/* A post is filled for 1/h and vacant for the delay, in turns: by Little's law 1 / (1 +
 * h delay) of them are filled, whatever the delay's spread. */
static void test_steady_state(void **state)
{
    (void)state;
    struct trial t;
    enum { MONTHS = 1200, WARM = 60, POSTS = 200 };
    trial_run(&t,
              "start = '2023-01-01'; months = 1200; pools = ( { name = 'p'; gpus = "
              "8; } ); teams = ( { name = 'T'; people = 200; target_people = 200.0; } );"
              "people = { turnover_per_year = 0.5; hiring = { delay_months = 4.0; "
              "delay_log_sd = 0.8; }; };");
    double sum = 0, filled = 1 / (1 + log(2) * 4 / 12);
    for (size_t m = WARM; m < MONTHS; m++)
        sum += trial_cell(&t, "teams.csv", "T", "headcount", m);
    /* Independent of each other after about a year: no more than 95 looks. */
    double error = sqrt(POSTS * filled * (1 - filled) / 95);
    assert_within(sum / (MONTHS - WARM), POSTS * filled, 3 * error, "posts filled");
    trial_release(&t);
}

/* ---- the prescribed path, in continuous time ---- */

/* The world itself, driven month by month: what it does between, it does as in a run. */
static const char path_text[] =
    "start = \"2022-09-01\"; months = 12; pools = ( { name = \"p\"; gpus = 100; } );"
    "teams = ( { name = \"T\"; people = 14; exploration = ( { gpus = 100.0; } ); } );"
    "projects = ( { name = \"x\"; team = \"T\"; target = \"2500-01-01\"; stages = ( { do "
    "= \"wait\"; days = 0.01; } ); } );";

struct path {
    struct world world;
    struct stream stream;
    int n_left;
};

/* Goes to an instant: people leave and memories end on the way. */
static void pass(struct path *p, double until_s)
{
    struct world *w = &p->world;
    for (;;) {
        size_t who = SIZE_MAX;
        double next_s = until_s;
        for (size_t i = 0; i < w->n_persons; i++) {
            double at_s = world_departure_s(w, i);
            if (at_s < next_s) {
                next_s = at_s;
                who = i;
            }
        }
        double expiry_s = w->team_states[0].next_expiry_s;
        if (who == SIZE_MAX && expiry_s >= until_s)
            break;
        if (who == SIZE_MAX || expiry_s < next_s) {
            world_advance(w, expiry_s);
            world_refresh_hazards(w, 0);
        } else {
            world_advance(w, next_s);
            world_leave(w, who, LEAVES_BY_CHOICE);
            p->n_left++;
        }
        if (ALLOT_VERIFY)
            world_check(w);
    }
    world_advance(w, until_s);
}

/* The 14 are those of 1 Mar 2023: a threshold counts from where the integral is then. */
static void draw_thresholds(struct path *p)
{
    struct world *w = &p->world;
    for (size_t i = 0; i < w->n_persons; i++) {
        const struct person_state *person = &w->persons[i];
        double so_far = person->integral + person->rate * (w->now_s - person->since_s);
        world_draw_threshold(w, i, so_far + stream_exponential(&p->stream));
    }
}

static void open_month(struct path *p, int month)
{
    struct world *w = &p->world;
    struct hazard_terms terms = path_terms(month);
    double granted = 100 * (1 - path_shortfall(month));
    w->teams[0].market = terms.market;
    w->teams[0].site_crunch = terms.crunch;
    if (month == 0)
        world_start(w, 0);
    if (month == PATH_FIRST) {
        draw_thresholds(p);
        world_finish_stage(w, 0);
    }
    if (month == 2)
        world_hit_by_layoff(w, 0);
    if (month == PATH_LEADER_LEAVES)
        world_leader_left(w, 0);
    world_refresh_needs(w);
    world_request(w, 0, 100, 1);
    world_grant_pool(w, 0, &granted);
    world_refresh_people(w);
}

static void assert_terms(const struct path *p, int month, double grievance)
{
    struct people people = path_people();
    struct hazard_terms t = path_terms(month);
    t.grievance = grievance;
    for (size_t i = 0; i < p->world.n_persons; i++) {
        const struct person_state *person = &p->world.persons[i];
        if (person->leaving != STAYS)
            continue;
        t.n_leavers = 0;
        for (size_t k = 0; k < p->world.team_states[0].n_departed; k++)
            t.n_leavers += p->world.now_s <
                           p->world.team_states[0].departed_s[k] + 4 * SECONDS_PER_MONTH;
        double rate = hazard_per_year(&people, &t) / YEAR;
        /* K is 1 but for the 477 years to the target, far less than the half-life. */
        if (fabs(person->rate - rate) > 1e-4 * rate)
            fail_msg("month %d: rate %g, must be %g", month, person->rate * YEAR / 12,
                     rate * YEAR / 12);
    }
}

static int run_path(const struct scenario *s, uint64_t replication)
{
    struct path p = {.n_left = 0};
    struct arena arena;
    double grievance = 0;
    arena_init(&arena);
    world_init(&p.world, s, &arena);
    stream_init(&p.stream, 20230301, replication, "path", "");
    p.world.people = path_people();
    p.world.people.memory_days = 400;                /* R from month 2 to 11 */
    p.world.people.closeness_half_life_months = 1e9; /* K is 1 until the release */
    for (int month = 0; month < 12; month++) {
        open_month(&p, month);
        assert_terms(&p, month, grievance);
        pass(&p, s->calendar.month_at_s[month + 1]);
        world_settle(&p.world);
        world_close_month(&p.world);
        grievance =
            grievance_after_month(&p.world.people, grievance, path_shortfall(month));
    }
    arena_release(&arena);
    return p.n_left;
}

static void test_path(void **state)
{
    (void)state;
    struct loaded l;
    double sum = 0, squares = 0;
    loaded_from(&l, path_text, NULL);
    if (!l.is_loaded)
        fail_msg("%s", l.messages);
    for (uint64_t r = 0; r < N; r++) {
        int n = run_path(&l.s, r);
        sum += n;
        squares += n * n;
    }
    double mean = sum / N;
    print_message("standard error %.4f\n", sqrt((squares / N - mean * mean) / N));
    assert_within(mean, 7.235, 0.05, "leavers by 31 Aug 2023");
    loaded_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant),     cmocka_unit_test(test_doubling),
        cmocka_unit_test(test_contagion),    cmocka_unit_test(test_delays),
        cmocka_unit_test(test_steady_state), cmocka_unit_test(test_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
