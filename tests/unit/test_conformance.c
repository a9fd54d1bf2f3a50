/* Every division under every ledger, over projects and over the tree, against what MODEL
 * section 5 promises of every award. The promises are written here anew, independently of
 * award_check, and two mutants prove that breaking one is noticed by both. */
#include "rule/award.h"
#include "support/dockets.h"
#include "support/scripts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_DOCKETS = 1000 }; /* for each combination of parts, unit and inertia */

static const double slack = 1e-9;

/* One award and what is known of it. */
struct scene {
    const struct docket *docket;
    const struct rule *rule;
    struct award award;
    const char *message; /* award_make's own */
    double *ask;         /* by claim: request within its ceiling, in whole units */
    double *min;         /* by claim, in whole units */
    double *got;         /* [group * n_pools + pool]: grants below the group */
    double unit;
    struct arena *arena;
};

static double in_units(double gpus, double unit)
{
    return unit > 0 && isfinite(gpus) ? unit * ceil(gpus / unit - slack) : gpus;
}

static double ceiling_of(const struct scene *s, int group, int pool)
{
    size_t cell = (size_t)group * s->docket->n_pools + (size_t)pool;
    return in_units(s->docket->bounds[cell].ceiling_gpus, s->unit);
}

static double got_by(const struct scene *s, int group, int pool)
{
    return s->got[(size_t)group * s->docket->n_pools + (size_t)pool];
}

static void play(struct scene *s, struct arena *scratch)
{
    const struct docket *d = s->docket;
    s->message = award_make(d, s->rule, &s->award, NULL, s->arena, scratch);
    s->unit = (double)s->rule->unit_gpus;
    s->ask = ARENA_ARRAY(s->arena, double, d->n_claims);
    s->min = ARENA_ARRAY(s->arena, double, d->n_claims);
    s->got = ARENA_ARRAY(s->arena, double, d->n_groups * d->n_pools);
    for (size_t i = 0; i < d->n_claims; i++) {
        const struct claim *c = &d->claims[i];
        s->ask[i] = fmin(in_units(c->requested_gpus, s->unit),
                         in_units(c->ceiling_gpus, s->unit));
        s->min[i] = in_units(c->min_gpus, s->unit);
        if (s->min[i] > s->ask[i])
            s->ask[i] = 0;
        for (int g = c->group; g >= 0; g = d->groups[g].parent)
            s->got[(size_t)g * d->n_pools + (size_t)c->pool] += s->award.granted_gpus[i];
    }
}

/* ---- the promises; each returns NULL or what is wrong ---- */

static const char *is_within_bounds(const struct scene *s)
{
    const struct docket *d = s->docket;
    for (size_t i = 0; i < d->n_claims; i++) {
        double grant = s->award.granted_gpus[i];
        if (!isfinite(grant) || grant < 0)
            return "a grant is no amount";
        if (grant > s->ask[i] * (1 + slack))
            return "a grant exceeds its request or ceiling";
        if (grant > 0 && grant < s->min[i] * (1 - slack))
            return "a grant is below its minimum";
        if (s->unit > 0 && fabs(remainder(grant, s->unit)) > slack * grant)
            return "a grant is no whole number of units";
    }
    for (size_t p = 0; p < d->n_pools; p++) {
        if (s->got[p] > d->pools[p].capacity_gpus * (1 + slack))
            return "more was granted than the pool has";
        for (size_t g = 0; g < d->n_groups; g++)
            if (got_by(s, (int)g, (int)p) > ceiling_of(s, (int)g, (int)p) * (1 + slack))
                return "a group's ceiling was passed";
    }
    return NULL;
}

static bool is_strict(const struct scene *s)
{
    return ledgers[s->rule->ledger]->entitle && s->rule->beyond == BEYOND_NONE;
}

/* Charged GPU-hours that a group got; or, of its claims' and its own floors, must get. */
static double hours_of(const struct scene *s, int group, bool of_floors)
{
    const struct docket *d = s->docket;
    double hours = 0;
    for (size_t p = 0; p < d->n_pools; p++) {
        double gpus = of_floors ? 0 : got_by(s, group, (int)p);
        for (size_t g = 0; g < d->n_groups && of_floors; g++)
            for (int up = (int)g; up >= 0; up = d->groups[up].parent)
                gpus += up == group ? d->bounds[g * d->n_pools + p].floor_gpus : 0;
        for (size_t i = 0; i < d->n_claims && of_floors; i++)
            for (int up = d->claims[i].group; up >= 0; up = d->groups[up].parent)
                gpus += up == group && (size_t)d->claims[i].pool == p
                            ? d->claims[i].floor_gpus
                            : 0;
        hours += gpus * d->pools[p].charge * d->hours_to_next;
    }
    return hours;
}

/* Where nothing goes beyond the entitlements: over projects a team's, over the tree every
 * group's. Floors are never cut. A floor of a group above may lift a team over projects.
 */
static const char *keeps_entitlements(const struct scene *s)
{
    const struct docket *d = s->docket;
    for (size_t g = 1; g < d->n_groups && is_strict(s); g++) {
        double most = s->award.entitled_hours[g], hours = hours_of(s, (int)g, false);
        if (s->rule->over == OVER_PROJECTS && d->groups[g].first_child >= 0)
            continue;
        if (hours > most * (1 + slack) &&
            hours > (most + hours_of(s, 0, true)) * (1 + slack))
            return "a group got more than its entitlement";
    }
    return NULL;
}

/* What of a pool a claim could still get without harm to another. */
static double room_for(const struct scene *s, size_t i)
{
    const struct docket *d = s->docket;
    const struct claim *c = &d->claims[i];
    double room = d->pools[c->pool].capacity_gpus - s->got[c->pool];
    for (int g = c->group; g >= 0; g = d->groups[g].parent) {
        room = fmin(room, ceiling_of(s, g, c->pool) - got_by(s, g, c->pool));
        bool is_entitled = s->rule->over == OVER_TREE ? g > 0 : g == c->group;
        double charge = d->pools[c->pool].charge * d->hours_to_next;
        if (is_strict(s) && is_entitled && charge > 0)
            room =
                fmin(room, (s->award.entitled_hours[g] - hours_of(s, g, false)) / charge);
    }
    return room;
}

static const char *refuses_nobody(const struct scene *s)
{
    const struct docket *d = s->docket;
    for (size_t i = 0; i < d->n_claims; i++) {
        double noise = slack * d->pools[d->claims[i].pool].capacity_gpus;
        if (s->award.granted_gpus[i] == 0 && s->min[i] > 0 && s->ask[i] > 0 &&
            room_for(s, i) > s->min[i] * (1 + slack) + noise)
            return "a claim was refused whose minimum fits what is left";
    }
    return NULL;
}

static bool has_inertia(const struct scene *s)
{
    return s->rule->threshold_frac > 0 || s->rule->step_frac < 1;
}

/* What the divisions' records say that they do not keep, and their grains together. */
static unsigned breaks_of(const struct scene *s, double *grain)
{
    const struct docket *d = s->docket;
    unsigned breaks = s->rule->divide->breaks;
    *grain = s->rule->divide->grain_gpus;
    for (size_t g = 0; g < d->n_groups && s->rule->over == OVER_TREE; g++) {
        int named = d->groups[g].division;
        breaks |= named >= 0 ? divisions[named]->breaks : 0;
        *grain += named >= 0 ? divisions[named]->grain_gpus : s->rule->divide->grain_gpus;
    }
    return breaks;
}

static const char *wastes_nothing(const struct scene *s)
{
    const struct docket *d = s->docket;
    double grain;
    unsigned breaks = breaks_of(s, &grain);
    if (has_inertia(s) || is_strict(s) || (breaks & BREAKS_NO_WASTE))
        return NULL;
    for (size_t i = 0; i < d->n_claims; i++) {
        double grant = s->award.granted_gpus[i], wants = s->ask[i] - grant;
        double noise = slack * (d->pools[d->claims[i].pool].capacity_gpus + s->ask[i]);
        if (grant == 0 && s->min[i] > 0)
            continue; /* refused: see above */
        if (fmin(wants, room_for(s, i)) > grain + s->unit + noise)
            return "capacity is left that a claim wants";
    }
    return NULL;
}

/* Before units, and where no minimum comes between. A division that may leave GPUs idle
 * can do so with the floor of a group that it divides. */
static const char *meets_floors(const struct scene *s)
{
    const struct docket *d = s->docket;
    size_t n_cells = d->n_groups * d->n_pools;
    double *want = ARENA_ARRAY(s->arena, double, n_cells);
    double *floor = ARENA_ARRAY(s->arena, double, n_cells), grain;
    bool is_wasteful = breaks_of(s, &grain) & BREAKS_NO_WASTE;
    if (s->unit > 0)
        return NULL;
    for (size_t i = 0; i < d->n_claims; i++) {
        const struct claim *c = &d->claims[i];
        size_t cell = (size_t)c->group * d->n_pools + (size_t)c->pool;
        want[cell] += s->ask[i];
        floor[cell] += fmin(c->floor_gpus, s->ask[i]);
        if (c->min_gpus > 0)
            return NULL;
    }
    for (size_t p = 0; p < d->n_pools; p++) {
        bool can = true;
        for (size_t g = d->n_groups; g-- > 0;) {
            size_t cell = g * d->n_pools + p;
            want[cell] = fmin(want[cell], d->bounds[cell].ceiling_gpus);
            can = can && floor[cell] <= want[cell];
            floor[cell] = fmin(want[cell], fmax(floor[cell], d->bounds[cell].floor_gpus));
            if (g > 0) {
                want[(size_t)d->groups[g].parent * d->n_pools + p] += want[cell];
                floor[(size_t)d->groups[g].parent * d->n_pools + p] += floor[cell];
            }
        }
        if (!can || floor[p] > d->pools[p].capacity_gpus)
            continue;
        for (size_t g = 0; g < d->n_groups; g++) {
            const struct group *group = &d->groups[g];
            if (is_wasteful && (group->first_child >= 0 || group->division >= 0))
                continue;
            if (got_by(s, (int)g, (int)p) <
                floor[g * d->n_pools + p] * (1 - slack) - grain)
                return "a group's floor was not met";
        }
        for (size_t i = 0; i < d->n_claims; i++)
            if ((size_t)d->claims[i].pool == p &&
                s->award.granted_gpus[i] <
                    fmin(d->claims[i].floor_gpus, s->ask[i]) * (1 - slack))
                return "a claim's floor was not met";
    }
    return NULL;
}

/* Claims that differ in nothing but their names, and whose projects claim nothing else.
 */
static bool are_equal(const struct docket *d, size_t i, size_t j)
{
    struct claim a = d->claims[i], b = d->claims[j];
    for (size_t k = 0; k < d->n_claims; k++)
        if (k != i && k != j &&
            (d->claims[k].project == a.project || d->claims[k].project == b.project))
            return false;
    return a.project >= 0 && b.project >= 0 && a.project != b.project &&
           a.pool == b.pool && a.group == b.group && a.min_gpus == 0 && b.min_gpus == 0 &&
           a.requested_gpus == b.requested_gpus && a.floor_gpus == b.floor_gpus &&
           a.ceiling_gpus == b.ceiling_gpus && a.last_gpus == b.last_gpus &&
           a.is_new == b.is_new && a.priority == b.priority &&
           (a.months_to_target == b.months_to_target ||
            (isnan(a.months_to_target) && isnan(b.months_to_target)));
}

static const char *treats_equals_equally(const struct scene *s)
{
    const struct docket *d = s->docket;
    double grain = s->rule->divide->grain_gpus;
    for (size_t g = 0; g < d->n_groups; g++)
        if (s->rule->over == OVER_TREE && d->groups[g].division >= 0)
            grain = fmax(grain, divisions[d->groups[g].division]->grain_gpus);
    if (s->unit > 0 || (grain > 0 && has_inertia(s)))
        return NULL;
    for (size_t i = 0; i + 1 < d->n_claims; i++) {
        double x = s->award.granted_gpus[i], y = s->award.granted_gpus[i + 1];
        if (fabs(x - y) > grain + slack * x && are_equal(d, i, i + 1))
            return "equal claims got unequal grants";
    }
    return NULL;
}

static const char *(*const promises[])(const struct scene *) = {
    is_within_bounds, keeps_entitlements, refuses_nobody,
    wastes_nothing,   meets_floors,       treats_equals_equally};

static const char *broken_promise(const struct scene *s)
{
    for (size_t k = 0; k < sizeof promises / sizeof *promises; k++) {
        const char *wrong = promises[k](s);
        if (wrong)
            return wrong;
    }
    return NULL;
}

/* The order in the file does not matter, to the last bit. */
static const char *depends_on_order(const struct scene *s, uint64_t seed,
                                    struct arena *scratch)
{
    const struct docket *d = s->docket;
    struct scene other = {.rule = s->rule, .arena = s->arena};
    size_t *from = ARENA_ARRAY(s->arena, size_t, d->n_claims);
    other.docket = docket_shuffled(d, seed, from, s->arena);
    play(&other, scratch);
    for (size_t i = 0; i < d->n_claims; i++)
        if (memcmp(&other.award.granted_gpus[i], &s->award.granted_gpus[from[i]],
                   sizeof(double)) != 0)
            return "the order of the claims matters";
    return NULL;
}

/* ---- all combinations ---- */

static struct docket *docket_of_seed(uint64_t seed, const struct rule *rule,
                                     struct arena *arena)
{
    static const size_t sizes[] = {0, 1, 2, 3, 5, 9, 14, 40};
    struct dice dice = {seed};
    size_t n = sizes[dice_below(&dice, dice_chance(&dice, 0.2) ? 8 : 7)];
    struct docket *d =
        docket_random(dice_next(&dice), n, (unsigned)dice_below(&dice, 16), arena);
    if (rule->over == OVER_TREE && dice_chance(&dice, 0.3))
        docket_name_divisions(d, rule, dice_next(&dice), arena);
    return d;
}

/* A value of each setting, near the low end of its range, where the interesting are. */
static void vary_settings(const struct settings *settings, void *values,
                          struct dice *dice)
{
    for (size_t i = 0; i < settings->n_items; i++) {
        const struct setting *s = &settings->items[i];
        if (s->type == SETTING_TEXT)
            continue;
        double width =
            s->type == SETTING_CHOICE ? (double)s->n_choices : s->high - s->low;
        double number = s->low + fmin(width, 10) * dice_uniform(dice);
        if (s->type == SETTING_CHOICE)
            number = floor(number);
        else if (dice_chance(dice, 0.2))
            number = dice_chance(dice, 0.5) ? s->high : s->low;
        setting_store(s, values, setting_admits(s, number) ? number : s->high);
    }
}

static void vary_rule(struct rule *rule, uint64_t seed, bool is_inert)
{
    struct dice dice = {~seed};
    rule->beyond = dice_chance(&dice, 0.5) ? BEYOND_DIVIDE : BEYOND_NONE;
    rule->round = (int)dice_below(&dice, N_UNITS_METHODS);
    rule->threshold_frac = is_inert ? 0.3 * dice_uniform(&dice) : 0;
    rule->step_frac = is_inert ? 0.2 * dice_uniform(&dice) : 1;
    for (size_t k = 0; k < n_divisions; k++)
        vary_settings(&divisions[k]->settings, rule->division_settings[k], &dice);
    for (size_t k = 0; k < n_ledgers; k++)
        vary_settings(&ledgers[k]->settings, rule->ledger_settings[k], &dice);
    for (size_t f = 0; f < n_factors; f++)
        rule->weights[f] = dice_chance(&dice, 0.6) ? dice_uniform(&dice) - 0.1 : 0;
}

static void conform(struct rule *rule, bool is_inert, uint64_t first_seed)
{
    struct arena arena, scratch;
    arena_init(&arena);
    arena_init(&scratch);
    bool is_slow = rule->divide->reads & READS_DOCKET; /* a script */
    uint64_t n = is_slow ? N_DOCKETS / 4 : N_DOCKETS;
    for (uint64_t seed = first_seed; seed < first_seed + n; seed++) {
        arena_reset(&arena);
        vary_rule(rule, seed, is_inert);
        struct scene scene = {.rule = rule, .arena = &arena};
        scene.docket = docket_of_seed(seed, rule, &arena);
        play(&scene, &scratch);
        const char *wrong = scene.message ? scene.message : broken_promise(&scene);
        if (!wrong)
            wrong = depends_on_order(&scene, seed, &scratch);
        if (wrong)
            fail_msg("%s over %s, ledger %s, unit %d, inertia %d, seed %llu: %s",
                     rule->divide->name, rule->over == OVER_TREE ? "tree" : "projects",
                     ledgers[rule->ledger]->name, (int)rule->unit_gpus, is_inert,
                     (unsigned long long)seed, wrong);
    }
    arena_release(&arena);
    arena_release(&scratch);
}

static void test_all_combinations(void **state)
{
    (void)state;
    static const int units[] = {0, 1, 8};
    struct arena arena;
    struct rule rule;
    arena_init(&arena);
    rule_init(&rule, &arena);
    struct script script;
    assert_true(script_give(&rule, &script, max_min_script, &arena));
    size_t n_run = 0;
    for (rule.division = 0; rule.division < (int)n_divisions; rule.division++)
        for (rule.over = OVER_PROJECTS; rule.over <= OVER_TREE; rule.over++)
            for (rule.ledger = 0; rule.ledger < (int)n_ledgers; rule.ledger++) {
                rule_refresh(&rule);
                if (rule_clash(&rule, &arena))
                    continue;
                for (int k = 0; k < 6; k++) {
                    rule.unit_gpus = units[k / 2];
                    conform(&rule, k % 2, 1000000 * n_run++);
                }
            }
    assert_true(n_run > 100);
    arena_release(&arena);
}

/* ---- the test of the test ---- */

static void give_too_much(const struct divide_input *in, double *grants)
{
    divide_max_min.divide(in, grants);
    for (size_t i = 0; i < in->n_parties * in->n_pools; i++)
        grants[i] *= 1.001;
}

static void lose_the_last(const struct divide_input *in, double *grants)
{
    divide_max_min.divide(in, grants);
    if (in->n_parties > 0)
        grants[in->n_parties - 1] = 0;
}

static void test_mutants(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 300},
                                             {.name = "b", .request = 400},
                                             {.name = "c", .request = 500}};
    struct arena arena, scratch;
    struct rule rule;
    arena_init(&arena);
    arena_init(&scratch);
    rule_init(&rule, &arena);
    rule.division = division_find("max-min");
    rule.unit_gpus = 0;
    rule_refresh(&rule);
    struct divide_type mutants[] = {*rule.divide, *rule.divide};
    mutants[0].divide = give_too_much;
    mutants[1].divide = lose_the_last;
    for (int over = OVER_PROJECTS; over <= OVER_TREE; over++)
        for (int k = 0; k < 6; k++) {
            struct scene scene = {.rule = &rule, .arena = &arena};
            /* Over the tree a team with too much has no claim that could show it. */
            double capacity = over == OVER_TREE ? 300 * (1 + k / 2) : 600 * (1 + k / 2);
            scene.docket = docket_of_rows(capacity, rows, 3, &arena);
            rule.over = over;
            rule.divide = &divide_max_min;
            play(&scene, &scratch);
            assert_null(scene.message);
            assert_null(broken_promise(&scene));
            rule.divide = &mutants[k % 2];
            play(&scene, &scratch);
            assert_non_null(scene.message);
            assert_non_null(strstr(scene.message, "'max-min'"));
            assert_non_null(strstr(scene.message, "month 0"));
            assert_non_null(broken_promise(&scene));
        }
    /* Rounding would hide what goes beyond a request; the division is caught before. */
    struct scene scene = {.rule = &rule, .arena = &arena};
    scene.docket = docket_of_rows(2000, rows, 3, &arena);
    rule.over = OVER_PROJECTS;
    rule.unit_gpus = 8;
    rule.divide = &mutants[0];
    play(&scene, &scratch);
    assert_non_null(scene.message);
    arena_release(&arena);
    arena_release(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutants),
        cmocka_unit_test(test_all_combinations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
