#include "support/promises.h"

#include "support/dockets.h"

#include <math.h>
#include <string.h>

static const double slack = 1e-9;

static double in_units(double gpus, double unit)
{
    return unit > 0 && isfinite(gpus) ? unit * ceil(gpus / unit - slack) : gpus;
}

static const struct divide_type *division_above(const struct scene *s, int group)
{
    const struct group *groups = s->docket->groups;
    int named = group > 0 ? groups[groups[group].parent].division : -1;
    return named >= 0 ? divisions[named] : s->rule->divide;
}

/* What was decided for a group, but at least its floor and what was so for all below. */
static double decided_for(const struct scene *s, int group, int pool)
{
    const struct docket *d = s->docket;
    const struct bounds *b = &d->bounds[(size_t)group * d->n_pools + (size_t)pool];
    double decided = 0;
    for (int c = d->groups[group].first_child; c >= 0; c = d->groups[c].next_sibling)
        decided += decided_for(s, c, pool);
    return fmax(decided, fmax(b->fixed_gpus, b->floor_gpus));
}

static double ceiling_of(const struct scene *s, int group, int pool)
{
    size_t cell = (size_t)group * s->docket->n_pools + (size_t)pool;
    double ceiling = in_units(s->docket->bounds[cell].ceiling_gpus, s->unit);
    if (group > 0 && s->rule->over == OVER_TREE &&
        (division_above(s, group)->reads & READS_DECISIONS))
        ceiling = fmin(ceiling, in_units(decided_for(s, group, pool), s->unit));
    return ceiling;
}

static double got_by(const struct scene *s, int group, int pool)
{
    return s->got[(size_t)group * s->docket->n_pools + (size_t)pool];
}

void scene_play(struct scene *s, struct arena *scratch)
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

/* The most of charged GPU-hours that a group may get; INFINITY: no limit. */
static double most_hours(const struct scene *s, int group)
{
    return is_strict(s) ? s->award.entitled_hours[group] : s->award.limit_hours[group];
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
    for (size_t g = 1; g < d->n_groups; g++) {
        double most = most_hours(s, (int)g), hours = hours_of(s, (int)g, false);
        if (s->rule->over == OVER_PROJECTS && d->groups[g].first_child >= 0)
            continue;
        if (hours > most * (1 + slack) &&
            hours > (most + hours_of(s, 0, true)) * (1 + slack))
            return "a group got more than its entitlement, or its limit";
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
        if (is_entitled && charge > 0)
            room = fmin(room, (most_hours(s, g) - hours_of(s, g, false)) / charge);
    }
    return room;
}

/* Where groups lend what they do not keep, what is left may be kept. */
static bool keeps_any(const struct scene *s)
{
    const struct docket *d = s->docket;
    for (size_t cell = 0; cell < d->n_groups * d->n_pools; cell++)
        if (d->bounds[cell].keep_gpus > 0 && s->rule->over == OVER_TREE &&
            (rule_reads(s->rule, d->groups, d->n_groups) & READS_LENDING))
            return true;
    return false;
}

static const char *refuses_nobody(const struct scene *s)
{
    const struct docket *d = s->docket;
    if (keeps_any(s))
        return NULL;
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
    void *const *settings = s->rule->division_settings;
    unsigned breaks = division_breaks(s->rule->divide, settings[s->rule->division]);
    *grain = s->rule->divide->grain_gpus;
    for (size_t g = 0; g < d->n_groups && s->rule->over == OVER_TREE; g++) {
        int named = d->groups[g].division;
        breaks |= named >= 0 ? division_breaks(divisions[named], settings[named]) : 0;
        *grain += named >= 0 ? divisions[named]->grain_gpus : s->rule->divide->grain_gpus;
    }
    return breaks;
}

static const char *wastes_nothing(const struct scene *s)
{
    const struct docket *d = s->docket;
    double grain;
    unsigned breaks = breaks_of(s, &grain);
    if (has_inertia(s) || is_strict(s) || ledgers[s->rule->ledger]->limit ||
        (breaks & BREAKS_NO_WASTE))
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
            want[cell] = fmin(want[cell], ceiling_of(s, (int)g, (int)p));
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
           a.planned_gpu_hours == b.planned_gpu_hours &&
           a.left_gpu_hours == b.left_gpu_hours &&
           a.last_month_gpu_hours == b.last_month_gpu_hours &&
           a.rival_gpu_hours == b.rival_gpu_hours &&
           a.pool_gpu_hours == b.pool_gpu_hours && a.other_hours == b.other_hours &&
           a.alone_hours == b.alone_hours &&
           (a.months_to_target == b.months_to_target ||
            (isnan(a.months_to_target) && isnan(b.months_to_target)));
}

static const char *treats_equals_equally(const struct scene *s)
{
    const struct docket *d = s->docket;
    double grain;
    if (breaks_of(s, &grain) & BREAKS_EQUALITY)
        return NULL;
    grain = s->rule->divide->grain_gpus;
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

const char *scene_broken_promise(const struct scene *s)
{
    for (size_t k = 0; k < sizeof promises / sizeof *promises; k++) {
        const char *wrong = promises[k](s);
        if (wrong)
            return wrong;
    }
    return NULL;
}

const char *scene_depends_on_order(const struct scene *s, uint64_t seed,
                                   struct arena *scratch)
{
    const struct docket *d = s->docket;
    struct scene other = {.rule = s->rule, .arena = s->arena};
    size_t *from = ARENA_ARRAY(s->arena, size_t, d->n_claims);
    other.docket = docket_shuffled(d, seed, from, s->arena);
    scene_play(&other, scratch);
    for (size_t i = 0; i < d->n_claims; i++)
        if (memcmp(&other.award.granted_gpus[i], &s->award.granted_gpus[from[i]],
                   sizeof(double)) != 0)
            return "the order of the claims matters";
    return NULL;
}
