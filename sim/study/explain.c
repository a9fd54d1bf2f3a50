#include "study/explain.h"

#include "base/check.h"
#include "rule/script.h"
#include "study/explain_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double slack = 1e-9;

/* ---- who and what is there ---- */

static void tell_rule(struct explain_work *w)
{
    struct explanation *e = w->e;
    const struct rule *rule = w->meeting->rule;
    const struct scenario *s = w->question->scenario;
    const struct script_settings *script =
        rule->division_settings[division_find(divide_script.name)];
    date_format(calendar_date(&s->calendar, w->meeting->world->now_s), e->date);
    e->lag_days = w->meeting->world->council.lag_days;
    e->division = rule->divide->name;
    e->over = rule->over == OVER_TREE ? "tree" : "projects";
    e->ledger = ledgers[rule->ledger]->name;
    e->formula = rule->formula ? rule->formula->text : NULL;
    e->script = rule->divide == &divide_script ? script->script->path : NULL;
    e->inertia_dropped = w->meeting->award->inertia_dropped;
}

/* The division that stands at a group, as award_divide has it. */
static const struct divide_type *division_at(const struct rule *rule,
                                             const struct group *group)
{
    if (rule->over == OVER_PROJECTS)
        return rule->divide;
    if (group->division >= 0)
        return divisions[group->division];
    return group->first_child < 0 ? &divide_weighted : rule->divide;
}

static void tell_groups(struct explain_work *w)
{
    const struct docket *d = w->meeting->docket;
    struct explanation *e = w->e;
    e->groups = ARENA_ARRAY(&e->arena, struct explained_group, d->n_groups);
    for (size_t g = 0; g < d->n_groups; g++) {
        const struct divide_type *type = division_at(w->meeting->rule, &d->groups[g]);
        const char *name = g > 0 ? d->groups[g].name : "all";
        e->groups[g] = (struct explained_group){arena_string(&e->arena, name), type->name,
                                                type->level_of};
    }
}

static void tell_pools(struct explain_work *w)
{
    const struct docket *d = w->meeting->docket;
    struct explanation *e = w->e;
    int64_t unit = w->meeting->rule->unit_gpus;
    e->n_pools = d->n_pools;
    e->pools = ARENA_ARRAY(&e->arena, struct explained_pool, d->n_pools);
    for (size_t p = 0; p < d->n_pools; p++)
        e->pools[p] = (struct explained_pool){
            .name = d->pools[p].name,
            .capacity_gpus = d->pools[p].capacity_gpus,
            .unit_gpus = unit >= 0 ? (double)unit : d->pools[p].unit_gpus};
    for (size_t i = 0; i < d->n_claims; i++)
        e->pools[d->claims[i].pool].granted_gpus += w->meeting->award->granted_gpus[i];
}

/* ---- teams against what is due to them ---- */

/* Without a ledger a team's share of the pool, with one its entitlement. */
static void tell_team(struct explain_work *w, size_t group, size_t pool)
{
    const struct docket *d = w->meeting->docket;
    const struct award *award = w->meeting->award;
    struct explanation *e = w->e;
    struct explained_team t = {.name = d->groups[group].name,
                               .pool = e->pools[pool].name};
    bool has_ledger = false, has_claim = false;
    for (size_t i = 0; i < d->n_claims; i++) {
        const struct claim *c = &d->claims[i];
        if ((size_t)c->group != group || (size_t)c->pool != pool)
            continue;
        has_claim = true;
        has_ledger |= !isnan(award->entitled_gpus[i]);
        t.due_gpus += has_ledger ? award->entitled_gpus[i] : 0;
        t.asked_gpus += c->requested_gpus;
        t.granted_gpus += award->granted_gpus[i];
    }
    if (!has_claim)
        return;
    if (!has_ledger)
        t.due_gpus = d->share_frac[group] * e->pools[pool].capacity_gpus;
    t.starved_gpus = fmax(0, fmin(t.due_gpus, t.asked_gpus) - t.granted_gpus);
    t.borrowed_gpus = fmax(0, t.granted_gpus - t.due_gpus);
    e->teams[e->n_teams++] = t;
}

static int by_pool_and_team(const void *a, const void *b)
{
    const struct explained_team *x = a, *y = b;
    int order = strcmp(x->pool, y->pool);
    return order != 0 ? order : strcmp(x->name, y->name);
}

static void tell_teams(struct explain_work *w)
{
    const struct docket *d = w->meeting->docket;
    struct explanation *e = w->e;
    e->teams = ARENA_ARRAY(&e->arena, struct explained_team, d->n_groups * d->n_pools);
    for (size_t g = 0; g < d->n_groups; g++)
        for (size_t p = 0; p < d->n_pools && d->groups[g].first_child < 0; p++)
            tell_team(w, g, p);
    qsort(e->teams, e->n_teams, sizeof *e->teams, by_pool_and_team);
}

/* ---- a claim ---- */

static bool is_above(const struct docket *d, int group, int claim_group)
{
    while (claim_group >= 0 && claim_group != group)
        claim_group = d->groups[claim_group].parent;
    return claim_group >= 0;
}

static void tell_steps(struct explain_work *w, size_t i, const struct award_trace *trace,
                       struct explained_claim *claim)
{
    const struct docket *d = w->meeting->docket;
    const struct claim *c = &d->claims[i];
    claim->steps = ARENA_ARRAY(&w->e->arena, struct award_step, trace->n_steps);
    for (size_t s = 0; s < trace->n_steps; s++) {
        const struct award_step *step = &trace->steps[s];
        bool is_limit = step->kind == STEP_CEILING || step->kind == STEP_DECIDED;
        bool is_idle = step->kind == STEP_UNITS
                           ? fabs(step->value - step->other) <= slack * step->value
                           : step->claim < 0 && step->value <= 0 && !is_limit;
        bool is_own = step->claim == (int)i;
        bool is_its_pools = step->claim < 0 && step->pool == c->pool &&
                            is_above(d, step->group, c->group);
        if ((is_own || is_its_pools) && !is_idle)
            claim->steps[claim->n_steps++] = *step;
    }
}

static void tell_factors(struct explain_work *w, size_t i, struct explained_claim *claim)
{
    const struct rule *rule = w->meeting->rule;
    claim->factors = ARENA_ARRAY(&w->e->arena, struct explained_factor, n_factors);
    for (size_t f = 0; f < n_factors; f++) {
        double value = award_factor(w->meeting->award, f, i);
        double weight = rule->formula ? NAN : rule->weights[f];
        if (rule_reads_factor(rule, f))
            claim->factors[claim->n_factors++] = (struct explained_factor){
                factors[f]->name, value, weight, weight * value};
    }
}

/* The last step of a kind that is the claim's own, or NULL. */
static const struct award_step *last_step(const struct explained_claim *claim,
                                          enum award_step_kind kind)
{
    for (size_t s = claim->n_steps; s-- > 0;)
        if (claim->steps[s].kind == kind)
            return &claim->steps[s];
    return NULL;
}

static double granted_below(const struct explain_work *w, int group, int pool)
{
    const struct docket *d = w->meeting->docket;
    double gpus = 0;
    for (size_t i = 0; i < d->n_claims; i++)
        if (d->claims[i].pool == pool && is_above(d, group, d->claims[i].group))
            gpus += w->meeting->award->granted_gpus[i];
    return gpus;
}

/* Whether a group above the claim got all that it may get; NULL: none did. */
static const char *group_verdict(const struct explain_work *w,
                                 const struct explained_claim *claim, double unit)
{
    for (size_t s = 0; s < claim->n_steps; s++) {
        const struct award_step *step = &claim->steps[s];
        if (step->kind != STEP_CEILING && step->kind != STEP_DECIDED)
            continue;
        if (granted_below(w, step->group, step->pool) >= step->value * (1 - slack) - unit)
            return step->kind == STEP_CEILING ? "group's ceiling reached"
                                              : "what was decided is spent";
    }
    return NULL;
}

static const char *verdict_of(struct explain_work *w, const struct explained_claim *claim)
{
    const struct explained_pool *pool = &w->e->pools[claim->pool_id];
    const struct award_step *bounds = last_step(claim, STEP_BOUNDS);
    const struct award_step *entitled = last_step(claim, STEP_ENTITLED);
    const struct award_step *inertia = last_step(claim, STEP_INERTIA);
    double got = claim->granted_gpus, unit = pool->unit_gpus;
    bool is_strict = w->meeting->rule->beyond == BEYOND_NONE;
    if (got >= claim->requested_gpus * (1 - slack))
        return "in full";
    if (claim->is_set_aside)
        return "set aside under its minimum";
    if (bounds && bounds->value < claim->requested_gpus * (1 - slack) &&
        got >= bounds->value * (1 - slack) - unit)
        return "ceiling reached";
    const char *of_group = group_verdict(w, claim, unit);
    if (of_group)
        return of_group;
    if (entitled && is_strict && got >= entitled->value * (1 - slack) - unit)
        return "entitlement spent";
    if (inertia && inertia->value < claim->requested_gpus * (1 - slack) &&
        pool->granted_gpus < pool->capacity_gpus * (1 - slack) - unit)
        return "held by inertia";
    return pool->granted_gpus >= pool->capacity_gpus * (1 - slack) - unit
               ? "pool spent"
               : "division gave no more";
}

static void tell_claim(struct explain_work *w, size_t i, const struct award_trace *trace,
                       struct explained_claim *claim)
{
    const struct docket *d = w->meeting->docket;
    const struct award *award = w->meeting->award;
    const struct claim *c = &d->claims[i];
    int above = d->groups[c->group].parent;
    *claim = (struct explained_claim){
        .name = c->name,
        .team = d->groups[c->group].name,
        .group = above > 0 ? d->groups[above].name : NULL,
        .pool = d->pools[c->pool].name,
        .is_exploration = c->project < 0,
        .pool_id = c->pool,
        .requested_gpus = c->requested_gpus,
        .needed_gpus = c->needed_gpus,
        .min_gpus = c->min_gpus,
        .last_gpus = c->last_gpus,
        .is_new = c->is_new,
        .is_set_aside = award->is_set_aside[i],
        .score = award->scores[i],
        .entitled_gpus = award->entitled_gpus[i],
        .granted_gpus = award->granted_gpus[i],
    };
    tell_factors(w, i, claim);
    tell_steps(w, i, trace, claim);
    claim->verdict = verdict_of(w, claim);
}

static int by_pool_and_score(const void *a, const void *b)
{
    const struct explained_claim *x = a, *y = b;
    if (x->pool_id != y->pool_id)
        return x->pool_id < y->pool_id ? -1 : 1;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : x->is_exploration - y->is_exploration;
}

static bool is_asked_about(const struct explain_question *q, const struct claim *c)
{
    return (q->project < 0 || c->project == q->project) &&
           (q->team < 0 || c->team == q->team);
}

static void tell_claims(struct explain_work *w)
{
    const struct explain_question *q = w->question;
    const struct docket *d = w->meeting->docket;
    struct explanation *e = w->e;
    struct award award;
    struct award_trace trace;
    award_trace_init(&trace);
    const char *breach =
        award_make(d, w->meeting->rule, &award, &trace, &w->trial, &w->scratch);
    CHECK(!breach && memcmp(award.granted_gpus, w->meeting->award->granted_gpus,
                            d->n_claims * sizeof(double)) == 0);
    e->claims = ARENA_ARRAY(&e->arena, struct explained_claim, d->n_claims);
    for (size_t i = 0; i < d->n_claims; i++) {
        if (!is_asked_about(q, &d->claims[i]))
            continue;
        struct explained_claim *claim = &e->claims[e->n_claims++];
        tell_claim(w, i, &trace, claim);
        if (q->project >= 0 || q->team >= 0)
            explain_find_remedy(w, i, claim);
    }
    award_trace_release(&trace);
    qsort(e->claims, e->n_claims, sizeof *e->claims, by_pool_and_score);
}

/* ---- the meeting ---- */

static bool look_on(void *owner, const struct run_meeting *meeting)
{
    struct explain_work *w = owner;
    if (meeting->month < w->question->month)
        return true;
    if (meeting->month > w->question->month)
        return false;
    w->meeting = meeting;
    w->is_found = true;
    tell_rule(w);
    tell_groups(w);
    tell_pools(w);
    tell_teams(w);
    tell_claims(w);
    if (w->e->n_claims == 0)
        w->no_claim = explain_absence(w->question, meeting, &w->e->arena);
    return false;
}

static const char *month_words(const struct scenario *s, size_t month, char out[16])
{
    date_format(calendar_month_date(&s->calendar, month), out);
    out[7] = '\0';
    return out;
}

static int no_meeting(const struct explain_question *q, struct diag *d)
{
    const struct scenario *s = q->scenario;
    char month[16], before[16], after[16];
    size_t every = (size_t)s->council.every_months;
    size_t last = q->month / every * every, next = last + every;
    diag_error(d, DIAG_USAGE, NULL, "the council did not meet in %s",
               month_words(s, q->month, month));
    if (next < s->calendar.n_months)
        diag_hint(d, "it met in %s and in %s", month_words(s, last, before),
                  month_words(s, next, after));
    else
        diag_hint(d, "it met in %s last", month_words(s, last, before));
    return -1;
}

/* The months in which whom the question is about filed a claim. */
struct filed {
    const struct explain_question *question;
    size_t n, first, last;
};

static bool count_filed(void *owner, const struct run_meeting *meeting)
{
    struct filed *f = owner;
    bool has = false;
    for (size_t i = 0; i < meeting->docket->n_claims && !has; i++)
        has = is_asked_about(f->question, &meeting->docket->claims[i]);
    if (!has)
        return true;
    f->first = f->n++ == 0 ? meeting->month : f->first;
    f->last = meeting->month;
    return true;
}

static int no_claim(const struct explain_question *q, const char *why, struct diag *d)
{
    const struct scenario *s = q->scenario;
    struct filed filed = {.question = q};
    struct run_options options = {.seed = q->seed,
                                  .replication = q->replication,
                                  .on_meeting = count_filed,
                                  .owner = &filed};
    struct results results;
    run_simulate_with(s, &options, &results);
    results_release(&results);
    char first[16], last[16];
    month_words(s, filed.first, first);
    month_words(s, filed.last, last);
    diag_error(d, DIAG_USAGE, NULL, "%s", why);
    if (filed.n == 0)
        diag_hint(d, "nor did it file one in any other month");
    else if (filed.n == 1)
        diag_hint(d, "it filed a claim in %s only", first);
    else
        diag_hint(d, "it filed claims at %zu meetings, from %s to %s", filed.n, first,
                  last);
    return -1;
}

int explain_meeting(const struct explain_question *question, struct explanation *e,
                    struct diag *d)
{
    struct explain_work w = {.question = question, .e = e};
    struct run_options options = {.seed = question->seed,
                                  .replication = question->replication,
                                  .on_meeting = look_on,
                                  .owner = &w};
    struct results results;
    *e = (struct explanation){.claims = NULL};
    arena_init(&e->arena);
    arena_init(&w.scratch);
    arena_init(&w.trial);
    run_simulate_with(question->scenario, &options, &results);
    int result = 0;
    if (results.fault.message)
        result = diag_error(d, DIAG_DATA, &results.fault.at, "%s", results.fault.message);
    else if (!w.is_found)
        result = no_meeting(question, d);
    else if (w.no_claim)
        result = no_claim(question, w.no_claim, d);
    results_release(&results);
    arena_release(&w.scratch);
    arena_release(&w.trial);
    for (size_t i = 0; i < e->n_claims; i++)
        explain_verify_remedy(question, e, &e->claims[i]);
    if (result != 0)
        explanation_release(e);
    return result;
}

void explanation_release(struct explanation *e)
{
    arena_release(&e->arena);
    *e = (struct explanation){.claims = NULL};
}
