/* Ledgers: each against a naive shadow written from its equation over random histories,
 * and what holds for all of them. */
#include "rule/ledger.h"
#include "rule/period.h"
#include "support/dockets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_HISTORIES = 500, MOST_PAST = 40, N_GROUPS = 4 };

static struct arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int release_arena(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void assert_amount(double x, double y, const char *what, uint64_t seed)
{
    if (!(fabs(x - y) <= 1e-9 * (1 + fabs(y))))
        fail_msg("%s, seed %llu: %.17g is not %.17g", what, (unsigned long long)seed, x,
                 y);
}

/* A ledger with its settings, all defaults. */
struct ledger {
    const struct ledger_type *type;
    void *settings;
};

static struct ledger ledger_of(const char *name)
{
    struct ledger l = {ledgers[ledger_find(name)], NULL};
    l.settings = arena_alloc(&arena, 1, l.type->settings.size + 1);
    settings_fill_defaults(&l.type->settings, l.settings);
    return l;
}

static void put(struct ledger l, const char *key, double value)
{
    const struct setting *setting = settings_find(&l.type->settings, key);
    assert_non_null(setting);
    setting_store(setting, l.settings, value);
}

static double get(struct ledger l, const char *key)
{
    return setting_number(settings_find(&l.type->settings, key), l.settings);
}

/* A schedule in the ledger's own form: lines of month, day, below, lose, of. */
static void put_schedule(struct ledger l, const double (*lines)[5], size_t n)
{
    const struct settings_list *list = l.type->settings.list;
    static const char *const keys[] = {"month", "day", "below_frac", "lose_frac", "of"};
    char *items = arena_alloc(&arena, n, list->element.size);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 5; k++)
            setting_store(settings_find(&list->element, keys[k]),
                          items + i * list->element.size, lines[i][k]);
    *(struct setting_elements *)((char *)l.settings + list->offset) =
        (struct setting_elements){items, n};
}

static double *entitle(struct ledger l, const struct docket *d)
{
    double *hours = ARENA_ARRAY(&arena, double, d->n_groups);
    l.type->entitle(d, l.settings, &arena, hours);
    return hours;
}

/* ---- random histories ---- */

/* Months counted from year 0. */
static int64_t month_of(struct date date)
{
    return (int64_t)date.year * 12 + date.month - 1;
}

static struct date first_of(int64_t month)
{
    return (struct date){(int)(month / 12), (int)(month % 12) + 1, 1};
}

/* Three teams below the root; a meeting every one to three months, after a run of up to
 * MOST_PAST months that may have begun within a month. */
static struct docket *random_docket(struct dice *dice)
{
    struct docket_row rows[N_GROUPS - 1] = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
    for (size_t i = 0; i < N_GROUPS - 1; i++)
        rows[i].share = 0.1 + dice_uniform(dice);
    double capacity = dice_chance(dice, 0.05) ? 0 : 1 + 100 * dice_uniform(dice);
    struct docket *d = docket_of_rows(capacity, rows, N_GROUPS - 1, &arena);
    size_t n_past = dice_below(dice, MOST_PAST + 1);
    double *used = ARENA_ARRAY(&arena, double, n_past *N_GROUPS);
    double *offered = ARENA_ARRAY(&arena, double, n_past);
    int64_t month = 2020 * 12 + (int64_t)dice_below(dice, 60) + (int64_t)n_past;
    struct date start = first_of(month - (int64_t)n_past);
    if (dice_chance(dice, 0.3))
        start.day = 1 + (int)dice_below(dice, 28);
    ((struct docket_pool *)d->pools)->charge = 0.5 + dice_uniform(dice);
    d->date = n_past > 0 ? first_of(month) : start;
    int64_t next = month + 1 + (int64_t)dice_below(dice, 3);
    d->hours_to_next =
        24 * (double)(date_to_days(first_of(next)) - date_to_days(d->date));
    bool is_idle = dice_chance(dice, 0.1);
    for (size_t k = 0; k < n_past; k++) {
        offered[k] = 720 * capacity * (0.5 + dice_uniform(dice));
        for (size_t g = N_GROUPS; g-- > 1;) {
            double burst = dice_chance(dice, 0.4) ? 0 : 4 * dice_uniform(dice);
            double hours = is_idle ? 0 : offered[k] * d->share_frac[g] * burst;
            used[k * N_GROUPS + g] = hours;
            used[k * N_GROUPS] += hours;
        }
    }
    d->history = (struct history){n_past, used, offered, NULL, start};
    return d;
}

static double used_in(const struct docket *d, int64_t month, size_t g)
{
    int64_t k = month_of(d->date) - 1 - month;
    return k >= 0 && k < (int64_t)d->history.n_past
               ? d->history.used[(size_t)k * N_GROUPS + g]
               : 0;
}

/* What the pools offer in a month: on record, until the next meeting, or by the present
 * GPUs, day by day. */
static double offered_in(const struct docket *d, int64_t month)
{
    int64_t k = month_of(d->date) - 1 - month;
    if (k >= 0)
        return k < (int64_t)d->history.n_past ? d->history.capacity[k] : 0;
    double a_day = 24 * d->pools->capacity_gpus * d->pools->charge, hours = 0;
    int64_t from = date_to_days(d->date);
    int64_t next = from + (int64_t)llround(d->hours_to_next / 24);
    if (k == -1)
        return a_day * (double)(next - from);
    for (int64_t day = next; day < date_to_days(first_of(month + 1)); day++)
        hours += month_of(date_from_days(day)) == month ? a_day : 0;
    return hours;
}

static const int64_t period_months[] = {1, 3, 6, 12, 100000};

static int64_t period_of(int64_t month, int64_t first_month, int64_t length)
{
    return (month - (first_month - 1) + 12000) / length;
}

static int64_t vary_period(struct ledger l, struct dice *dice, size_t n_lengths)
{
    size_t length = dice_below(dice, n_lengths);
    put(l, "period", (double)length);
    put(l, "first_month", 1 + (double)dice_below(dice, 12));
    return period_months[length];
}

/* The months of the meeting's period from its first on, as far as the run or its future
 * knows them; false past the last one. */
static bool is_in_period(struct ledger l, const struct docket *d, int64_t length,
                         int64_t month)
{
    int64_t first = (int64_t)get(l, "first_month");
    return length > 12 ||
           period_of(month, first, length) == period_of(month_of(d->date), first, length);
}

/* ---- reset ---- */

static void test_reset(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_HISTORIES; seed++) {
        struct dice dice = {seed};
        struct ledger l = ledger_of("reset");
        struct docket *d = random_docket(&dice);
        int64_t length = vary_period(l, &dice, 4), now = month_of(d->date), later = now;
        bool has_carry = dice_chance(&dice, 0.4), has_over = dice_chance(&dice, 0.4);
        bool has_limit = dice_chance(&dice, 0.4);
        if (has_carry)
            put(l, "carry_half_life_days", 1 + 100 * dice_uniform(&dice));
        if (has_over) {
            put(l, "overdraft_frac", dice_uniform(&dice));
            put(l, "overdraft_months", (double)dice_below(&dice, 13));
        }
        double *hours = entitle(l, d), offered = 0, before = 0;
        int64_t first = now;
        while (is_in_period(l, d, length, first - 1))
            first--;
        while (is_in_period(l, d, length, later + 1))
            later++;
        for (int64_t m = first; m <= later; m++)
            offered += offered_in(d, m);
        for (int64_t m = first - length; m < first; m++)
            before += offered_in(d, m);
        double *most = ARENA_ARRAY(&arena, double, N_GROUPS);
        for (size_t g = 0; g < N_GROUPS; g++)
            most[g] = INFINITY;
        if (has_limit)
            put(l, "blocked_frac", 2 * dice_uniform(&dice) + 0.01);
        l.type->limit(d, l.settings, &arena, most);
        for (size_t g = 0; g < N_GROUPS; g++) {
            double part = d->share_frac[g] * offered, old = d->share_frac[g] * before;
            double over = 0, used = 0;
            if (has_over && now - first < (int64_t)get(l, "overdraft_months"))
                over = get(l, "overdraft_frac");
            for (int64_t m = first - length; m < first && has_carry; m++)
                old -= used_in(d, m, g) *
                       pow(2, -30. * (double)length / get(l, "carry_half_life_days"));
            part += has_carry && old > 0 ? old : 0;
            for (int64_t m = first; m < now; m++)
                used += used_in(d, m, g);
            assert_amount(hours[g], fmax(0, (1 + over) * part - used), "reset", seed);
            if (has_limit)
                assert_amount(most[g], fmax(0, get(l, "blocked_frac") * part - used),
                              "reset's limit", seed);
            else
                assert_true(isinf(most[g]));
        }
        arena_reset(&arena);
    }
}

/* ---- decay: by Horner's rule from the oldest month on ---- */

static void test_decay(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_HISTORIES; seed++) {
        struct dice dice = {seed};
        struct ledger l = ledger_of("decay");
        struct docket *d = random_docket(&dice);
        put(l, "half_life_months", 0.1 + 20 * dice_uniform(&dice));
        double step = pow(0.5, 1 / get(l, "half_life_months")), *hours = entitle(l, d);
        int64_t now = month_of(d->date);
        for (size_t g = 0; g < N_GROUPS; g++) {
            double left = 0;
            for (int64_t m = now - (int64_t)d->history.n_past; m < now; m++)
                left = (left + d->share_frac[g] * offered_in(d, m) - used_in(d, m, g)) *
                       step;
            left += d->share_frac[g] * offered_in(d, now);
            assert_amount(hours[g], left > 0 ? left : 0, "decay", seed);
        }
        arena_reset(&arena);
    }
}

/* ---- carry: a jar for each month, filled once and emptied in the order of time ---- */

struct jar {
    int64_t month;
    double left;
};

static double carry_of(struct ledger l, const struct docket *d, int64_t length, size_t g)
{
    struct jar jars[MOST_PAST + 200];
    int64_t now = month_of(d->date), back = (int64_t)get(l, "back_months");
    int64_t ahead = (int64_t)get(l, "ahead_months");
    /* The present month's jar lasts until the next meeting. */
    int64_t next =
        month_of(date_from_days(date_to_days(d->date) + llround(d->hours_to_next / 24)));
    size_t n = 0;
    for (int64_t m = now - (int64_t)d->history.n_past; n < MOST_PAST + 199; m++) {
        int64_t calendar = m > now ? next + (m - now - 1) : m;
        if (m > now + ahead)
            break;
        if (is_in_period(l, d, length, calendar))
            jars[n++] = (struct jar){m, d->share_frac[g] * offered_in(d, calendar)};
    }
    for (int64_t m = now - (int64_t)d->history.n_past; m < now; m++) {
        double used = is_in_period(l, d, length, m) ? used_in(d, m, g) : 0;
        for (size_t k = 0; k < n; k++)
            if (jars[k].month >= m - back && jars[k].month <= m + ahead) {
                double taken = used < jars[k].left ? used : jars[k].left;
                jars[k].left -= taken;
                used -= taken;
            }
    }
    double left = 0, most = get(l, "most_months");
    for (size_t k = 0; k < n; k++)
        left += jars[k].month >= now - back ? jars[k].left : 0;
    return isnan(most) ? left : fmin(left, most * d->share_frac[g] * offered_in(d, now));
}

static void test_carry(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_HISTORIES; seed++) {
        struct dice dice = {seed};
        struct ledger l = ledger_of("carry");
        struct docket *d = random_docket(&dice);
        int64_t length = vary_period(l, &dice, 5);
        put(l, "back_months", (double)dice_below(&dice, 5));
        put(l, "ahead_months", (double)dice_below(&dice, 4));
        if (dice_chance(&dice, 0.4))
            put(l, "most_months", 0.1 + 4 * dice_uniform(&dice));
        double *hours = entitle(l, d);
        for (size_t g = 0; g < N_GROUPS; g++)
            assert_amount(hours[g], carry_of(l, d, length, g), "carry", seed);
        double most[N_GROUPS], a_month = offered_in(d, month_of(d->date));
        put(l, "blocked_months", 0.1 + 9 * dice_uniform(&dice));
        l.type->limit(d, l.settings, &arena, most);
        for (size_t g = 0; g < N_GROUPS; g++)
            assert_amount(most[g], get(l, "blocked_months") * d->share_frac[g] * a_month,
                          "carry's limit", seed);
        arena_reset(&arena);
    }
}

/* ---- forfeit: day by day through the period ---- */

static double forfeit_of(struct ledger l, const struct docket *d, int64_t length,
                         const double (*lines)[5], size_t n_lines, size_t g)
{
    int64_t now = month_of(d->date), first = now, last = now;
    double initial = 0, used = 0, lost = 0;
    while (is_in_period(l, d, length, first - 1))
        first--;
    while (is_in_period(l, d, length, last + 1))
        last++;
    for (int64_t m = first; m <= last; m++)
        initial += d->share_frac[g] * offered_in(d, m);
    int64_t begin = date_to_days(first_of(first)), today = date_to_days(d->date);
    bool is_whole = date_to_days(d->history.start) <= begin;
    for (int64_t day = begin; day <= today; day++) {
        struct date date = date_from_days(day);
        double most = -1, left = fmax(0, initial - used - lost), total = lost;
        for (size_t i = 0; i < n_lines && is_whole; i++) {
            double part = lines[i][3] * (lines[i][4] == 0 ? left : initial);
            double after = fmin(lost + left, lines[i][4] == 2 ? part : lost + part);
            if (lines[i][0] == date.month && lines[i][1] == date.day &&
                used < lines[i][2] * initial && after > most)
                most = total = after;
        }
        lost = total;
        int64_t m = month_of(date);
        used += used_in(d, m, g) /
                (double)(date_to_days(first_of(m + 1)) - date_to_days(first_of(m)));
    }
    return fmax(0, initial - used - lost);
}

static void test_forfeit(void **state)
{
    (void)state;
    size_t n_lost = 0;
    for (uint64_t seed = 0; seed < N_HISTORIES; seed++) {
        struct dice dice = {seed};
        struct ledger l = ledger_of("forfeit");
        struct docket *d = random_docket(&dice);
        int64_t length = vary_period(l, &dice, 4);
        double lines[6][5];
        size_t n = dice_below(&dice, 7);
        for (size_t i = 0; i < n; i++) {
            lines[i][0] = 1 + (double)dice_below(&dice, 12);
            lines[i][1] = dice_chance(&dice, 0.3) ? 1 : 1 + (double)dice_below(&dice, 28);
            lines[i][2] = 0.01 + 0.99 * dice_uniform(&dice);
            lines[i][3] = 0.01 + 0.99 * dice_uniform(&dice);
            lines[i][4] = (double)dice_below(&dice, 3);
            if (i > 0 && dice_chance(&dice, 0.4))
                memcpy(lines[i], lines[i - 1], 2 * sizeof(double));
        }
        double *without = entitle(l, d);
        put_schedule(l, lines, n);
        double *hours = entitle(l, d);
        for (size_t g = 0; g < N_GROUPS; g++) {
            assert_amount(hours[g], forfeit_of(l, d, length, lines, n, g), "forfeit",
                          seed);
            assert_true(hours[g] <= without[g]);
            n_lost += hours[g] < without[g];
        }
        arena_reset(&arena);
    }
    assert_true(n_lost > N_HISTORIES / 4); /* the dates did come */
}

/* ---- all ledgers ---- */

/* Never negative, finite, and nothing that a ledger entitles to depends on the GPU-hours'
 * unit. Where nothing was used the teams' parts sum to the whole's, by their shares. */
static void test_properties(void **state)
{
    (void)state;
    static const double lines[][5] = {
        {5, 1, 0.5, 0.5, 0}, {9, 10, 0.9, 0.7, 1}, {10, 1, 1, 0.9, 2}};
    for (size_t i = 0; i < n_ledgers; i++)
        for (uint64_t seed = 0; seed < N_HISTORIES && ledgers[i]->entitle; seed++) {
            struct dice dice = {seed};
            struct ledger l = ledger_of(ledgers[i]->name);
            struct docket *d = random_docket(&dice);
            if (ledgers[i]->settings.list)
                put_schedule(l, lines, 3);
            double *hours = entitle(l, d), sum = 0, scale = 1e6;
            bool is_idle = true;
            for (size_t g = 0; g < N_GROUPS; g++) {
                assert_true(isfinite(hours[g]) && hours[g] >= 0);
                sum += g > 0 ? hours[g] : 0;
            }
            for (size_t k = 0; k < d->history.n_past; k++)
                is_idle &= d->history.used[k * N_GROUPS] == 0;
            for (size_t g = 1; g < N_GROUPS && is_idle; g++)
                assert_amount(hours[g], d->share_frac[g] * hours[0], l.type->name, seed);
            if (is_idle)
                assert_amount(sum, hours[0], l.type->name, seed);
            ((struct docket_pool *)d->pools)->charge *= scale;
            for (size_t k = 0; k < d->history.n_past; k++) {
                ((double *)d->history.capacity)[k] *= scale;
                for (size_t g = 0; g < N_GROUPS; g++)
                    ((double *)d->history.used)[k * N_GROUPS + g] *= scale;
            }
            double *scaled = entitle(l, d);
            for (size_t g = 0; g < N_GROUPS; g++)
                if (!(fabs(scaled[g] - scale * hours[g]) <=
                      1e-9 * scale * (1 + hours[0])))
                    fail_msg("%s, seed %llu: scaled", l.type->name,
                             (unsigned long long)seed);
            arena_reset(&arena);
        }
}

/* What all ledgers build on: in any tree the teams' shares of the whole sum to 1, and
 * those of a group's children to its own. */
static void test_shares(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_HISTORIES; seed++) {
        struct docket *d = docket_random(seed, seed % 40, (unsigned)seed % 16, &arena);
        double teams = 0;
        for (size_t g = 0; g < d->n_groups; g++) {
            double below = 0;
            for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling)
                below += d->share_frac[c];
            if (d->groups[g].first_child >= 0)
                assert_amount(below, d->share_frac[g], "children", seed);
            else
                teams += d->share_frac[g];
        }
        assert_amount(teams, 1, "teams", seed);
        arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reset),      cmocka_unit_test(test_decay),
        cmocka_unit_test(test_carry),      cmocka_unit_test(test_forfeit),
        cmocka_unit_test(test_properties), cmocka_unit_test(test_shares),
    };
    return cmocka_run_group_tests(tests, make_arena, release_arena) != 0;
}
