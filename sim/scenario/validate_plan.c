/* A `set` is judged on its own when it is read. What holds between several settings must
 * also hold after each instant at which some of them change, so the changes are played
 * through on copies. */
#include "scenario/loading.h"
#include "scenario/setting_words.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

/* How far a group's bounds on a pool may go at random. */
struct extremes {
    double most_floor_gpus, least_floor_gpus, least_ceiling_gpus, most_keep_gpus;
};

struct replay {
    struct loading *l;
    struct bounds *bounds;
    double *member_weights;
    double weights[MOST_FACTORS];
    struct extremes *extremes; /* as bounds: what may come at random */
    bool *may_vanish;          /* by member: its weight, at random */
    bool may_be_zero[MOST_FACTORS];
    bool *is_crossed; /* by group: reported, and so it stays */
    bool has_no_member, has_no_weight;
};

/* Two bounds that may cross: the lower one, its key and the upper one. */
struct crossing {
    int pool; /* -1: none do */
    const char *low, *high;
    double low_gpus, high_gpus;
};

/* Where a group's floor lies above its ceiling, or what it keeps above its floor; or
 * where it may come to. */
static struct crossing find_crossed(const struct replay *r, size_t group)
{
    size_t n = r->l->s->n_pools;
    for (size_t p = 0; p < n && !r->l->is_bad_bound[group]; p++) {
        const struct bounds *b = &r->bounds[group * n + p];
        const struct extremes *x = &r->extremes[group * n + p];
        double floor = fmax(b->floor_gpus, x->most_floor_gpus);
        double ceiling = fmin(b->ceiling_gpus, x->least_ceiling_gpus);
        double keep = fmax(b->keep_gpus, x->most_keep_gpus);
        double least_floor = fmin(b->floor_gpus, x->least_floor_gpus);
        if (floor > ceiling)
            return (struct crossing){(int)p, "floor_gpus", "ceiling_gpus", floor,
                                     ceiling};
        if (keep > least_floor)
            return (struct crossing){(int)p, "keep_gpus", "floor_gpus", keep,
                                     least_floor};
    }
    return (struct crossing){.pool = -1};
}

static bool has_member(const struct replay *r)
{
    size_t n = r->l->s->council.n_members;
    for (size_t i = 0; i < n; i++)
        if (r->member_weights[i] > 0 && !r->may_vanish[i])
            return true;
    return n == 0 || r->l->is_bad_council;
}

static bool has_weight(const struct replay *r)
{
    for (size_t i = 0; i < n_factors; i++)
        if (r->weights[i] != 0 && !r->may_be_zero[i])
            return true;
    return r->l->is_bad_weights || r->l->s->rule.formula_text;
}

/* Each of these reports what has become wrong, and not what still is. */

static void judge_bounds(struct replay *r, size_t group, const char *who,
                         const struct place *at)
{
    struct loading *l = r->l;
    struct crossing crossing = find_crossed(r, group);
    bool was_crossed = r->is_crossed[group];
    r->is_crossed[group] = crossing.pool >= 0;
    if (crossing.pool < 0 || was_crossed)
        return;
    reader_error(&l->reader, who, at, "on pool '%s' %s is %s, more than %s, %s",
                 l->pools[crossing.pool].name, crossing.low,
                 number_words(l->reader.arena, crossing.low_gpus), crossing.high,
                 number_words(l->reader.arena, crossing.high_gpus));
}

static void judge_members(struct replay *r, const char *who, const struct place *at,
                          const char *message)
{
    bool had_none = r->has_no_member;
    r->has_no_member = !has_member(r);
    if (r->has_no_member && !had_none)
        reader_error(&r->l->reader, who, at, "%s", message);
}

static void judge_weights(struct replay *r, const char *who, const struct place *at,
                          const char *message)
{
    bool had_none = r->has_no_weight;
    r->has_no_weight = !has_weight(r);
    if (r->has_no_weight && !had_none)
        reader_error(&r->l->reader, who, at, "%s", message);
}

/* Of what bounds a group the first that somebody wrote, or the group. */
static const struct place *place_of_bounds(const struct node *group)
{
    static const char *const keys[] = {"floor_gpus", "keep_gpus"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct node *node = node_find(group, keys[i]);
        if (node && node->at.file)
            return &node->value_at;
    }
    return &group->at;
}

static void judge_start(struct replay *r)
{
    struct loading *l = r->l;
    for (size_t g = 1; g < l->s->n_groups; g++) {
        const struct node *node = l->group_nodes[g];
        bool is_team = l->groups[g].team >= 0;
        judge_bounds(r, g,
                     reader_who(&l->reader, is_team ? "team" : "group", node, g - 1),
                     place_of_bounds(node));
    }
    const struct node *members = node_find(l->council_node, "members");
    if (members)
        judge_members(r, "council", &members->value_at,
                      "all members weigh 0, one must weigh more");
    if (l->weights_node)
        judge_weights(r, "rule.score.weights", &l->weights_node->at,
                      "all weights are 0, one must be another");
}

static void apply(struct replay *r, const struct happening *h)
{
    const struct set_target *target = &h->target;
    size_t n = r->l->s->n_pools;
    if (h->kind != HAPPENING_SET || h->per_year > 0)
        return;
    if (target->home == HOME_MEMBER)
        r->member_weights[target->index] = h->value;
    if (target->home == HOME_WEIGHT)
        r->weights[target->index] = h->value;
    for (size_t p = 0; target->home == HOME_BOUNDS && p < n; p++)
        if (target->inner < 0 || target->inner == (int)p)
            setting_store(target->setting, &r->bounds[(size_t)target->index * n + p],
                          h->value);
}

static void widen(struct extremes *x, const struct set_target *target, double value)
{
    if (strcmp(target->setting->key, "floor_gpus") == 0) {
        x->most_floor_gpus = fmax(x->most_floor_gpus, value);
        x->least_floor_gpus = fmin(x->least_floor_gpus, value);
    }
    if (strcmp(target->setting->key, "ceiling_gpus") == 0)
        x->least_ceiling_gpus = fmin(x->least_ceiling_gpus, value);
    if (strcmp(target->setting->key, "keep_gpus") == 0)
        x->most_keep_gpus = fmax(x->most_keep_gpus, value);
}

/* What comes at random may come before or after anything else: it is judged by the worst
 * that it may bring about. */
static void allow_for(struct replay *r, const struct happening *h)
{
    const struct set_target *target = &h->target;
    size_t n = r->l->s->n_pools;
    if (h->kind != HAPPENING_SET || !(h->per_year > 0))
        return;
    if (target->home == HOME_MEMBER)
        r->may_vanish[target->index] |= h->value == 0;
    if (target->home == HOME_WEIGHT)
        r->may_be_zero[target->index] |= h->value == 0;
    for (size_t p = 0; target->home == HOME_BOUNDS && p < n; p++)
        if (target->inner < 0 || target->inner == (int)p)
            widen(&r->extremes[(size_t)target->index * n + p], target, h->value);
}

/* Judges what a happening left behind when all of its instant have happened. */
static void judge_change(struct replay *r, const struct planned *p)
{
    const struct set_target *target = &p->happening.target;
    if (p->happening.kind != HAPPENING_SET)
        return;
    const struct place *at = &p->value->value_at;
    if (target->home == HOME_BOUNDS)
        judge_bounds(r, (size_t)target->index, p->who, at);
    if (target->home == HOME_MEMBER)
        judge_members(r, p->who, at, "from then on all members weigh 0");
    if (target->home == HOME_WEIGHT)
        judge_weights(r, p->who, at, "from then on all weights of the score are 0");
}

/* ---- priorities that nobody reads ---- */

static bool is_rated(const struct loading *l, const struct member *member,
                     const struct project *project, int team)
{
    for (size_t i = 0; i < member->n_ratings; i++) {
        const struct rating *r = &member->ratings[i];
        if (r->by == RATED_TEAM && r->id == team)
            return true;
        for (int g = l->teams[team].group; r->by == RATED_GROUP && g >= 0;
             g = l->groups[g].parent)
            if (g == r->id)
                return true;
        if (!project)
            continue;
        if ((r->by == RATED_PROJECT && &l->projects[r->id] == project) ||
            (r->by == RATED_KIND && r->id == project->kind_id) ||
            (r->by == RATED_TOPIC && r->id == project->topic_id))
            return true;
    }
    return false;
}

/* Whether a member weighs anything at any time. */
static bool is_weighing(const struct loading *l, size_t member,
                        struct planned *const *plan, size_t n)
{
    bool weighs = l->members[member].weight > 0;
    for (size_t i = 0; i < n; i++) {
        const struct set_target *target = &plan[i]->happening.target;
        weighs |= plan[i]->happening.kind == HAPPENING_SET &&
                  target->home == HOME_MEMBER && target->index == (int)member &&
                  plan[i]->happening.value > 0;
    }
    return weighs;
}

static void warn_masked(struct loading *l, struct planned *const *plan, size_t n)
{
    size_t n_members = l->s->council.n_members;
    bool *weighs = ARENA_ARRAY(l->reader.arena, bool, n_members);
    for (size_t m = 0; m < n_members; m++)
        weighs[m] = is_weighing(l, m, plan, n);
    for (size_t i = 0; i < n && n_members > 0; i++) {
        const struct set_target *target = &plan[i]->happening.target;
        bool is_project = target->home == HOME_PROJECT;
        if (plan[i]->happening.kind != HAPPENING_SET ||
            (!is_project && target->home != HOME_EXPLORATION) ||
            strcmp(target->setting->key, "priority") != 0)
            continue;
        const struct project *project = is_project ? &l->projects[target->index] : NULL;
        int team = project ? project->team : l->explorations[target->index].team;
        bool is_masked = true;
        for (size_t m = 0; m < n_members; m++)
            is_masked &= !weighs[m] || is_rated(l, &l->members[m], project, team);
        if (is_masked)
            diag_warning(l->reader.d, &plan[i]->value->value_at,
                         "%s: '%s' changes nothing: every member of the council rates %s",
                         plan[i]->who, target->path,
                         project ? "the project, its team, group, kind or topic"
                                 : "the team or its group");
    }
}

/* At one instant happenings come before the council. */
static void warn_overruled(struct loading *l, struct planned *const *plan, size_t n)
{
    const struct scenario *s = l->s;
    for (size_t i = 0; i < n && s->council.lag_days == 0; i++) {
        const struct happening *h = &plan[i]->happening;
        if (h->per_year > 0)
            continue;
        size_t month = calendar_month(&s->calendar, h->at_s);
        if (h->kind == HAPPENING_GRANT && s->calendar.month_at_s[month] == h->at_s &&
            month % (size_t)s->council.every_months == 0)
            diag_warning(l->reader.d, &plan[i]->date->value_at,
                         "%s: the council's meeting of the same day overrules the grant",
                         plan[i]->who);
    }
}

void validate_plan(struct loading *l, struct planned *const *plan, size_t n)
{
    size_t n_bounds = l->s->n_groups * l->s->n_pools, n_members = l->s->council.n_members;
    struct replay r = {.l = l,
                       .bounds = MEM_ARRAY(struct bounds, n_bounds),
                       .member_weights = MEM_ARRAY(double, n_members),
                       .extremes = MEM_ARRAY(struct extremes, n_bounds),
                       .may_vanish = MEM_ARRAY(bool, n_members),
                       .is_crossed = MEM_ARRAY(bool, l->s->n_groups)};
    memcpy(r.bounds, l->bounds, n_bounds * sizeof *r.bounds);
    for (size_t i = 0; i < n_members; i++)
        r.member_weights[i] = l->members[i].weight;
    memcpy(r.weights, l->s->rule.weights, sizeof r.weights);
    for (size_t i = 0; i < n_bounds; i++)
        r.extremes[i] = (struct extremes){0, INFINITY, INFINITY, 0};
    judge_start(&r);
    for (size_t i = 0; i < n; i++)
        allow_for(&r, &plan[i]->happening);
    for (size_t i = 0; i < n; i++)
        if (plan[i]->happening.per_year > 0)
            judge_change(&r, plan[i]);
    for (size_t first = 0, last; first < n; first = last) {
        double at_s = plan[first]->happening.at_s;
        for (last = first; last < n && plan[last]->happening.at_s == at_s; last++)
            apply(&r, &plan[last]->happening);
        for (size_t i = first; i < last; i++)
            judge_change(&r, plan[i]);
    }
    mem_free(r.bounds);
    mem_free(r.member_weights);
    mem_free(r.extremes);
    mem_free(r.may_vanish);
    mem_free(r.is_crossed);
    if (diag_n_errors(l->reader.d) == l->n_errors) {
        warn_masked(l, plan, n);
        warn_overruled(l, plan, n);
    }
}
