/* Disputes (MODEL section 9). After a meeting a team whose project claim has stayed under
 * the threshold for long enough appeals against a rival claim; after a delay the superior
 * picks one, makes them cooperate, or keeps the split. What a ruling moves holds until
 * the next meeting, like any override. */
#include "base/seconds.h"
#include "rule/award.h"
#include "run/rulings.h"
#include "run/state.h"

#include <math.h>
#include <string.h>

enum { NEVER = -1 };

/* What an appeal is about. */
struct dispute {
    struct run *run;
    size_t appellant, rival; /* claimants */
    size_t team;             /* that appealed */
    size_t number;           /* of the team's appeals: names the draws */
};

struct dispute_book {
    int64_t *under_since;    /* by claimant: the month of the first meeting; NEVER */
    int64_t *appealed_month; /* by team; NEVER */
    bool *has_open;          /* by team */
    size_t *n_begun;         /* by team */
    size_t n_open;
};

void disputes_init(struct run *run)
{
    const struct scenario *s = run->scenario;
    struct dispute_book *book = run->disputes =
        ARENA_NEW(&run->arena, struct dispute_book);
    *book = (struct dispute_book){
        .under_since = ARENA_ARRAY(&run->arena, int64_t, s->n_claimants),
        .appealed_month = ARENA_ARRAY(&run->arena, int64_t, s->n_teams),
        .has_open = ARENA_ARRAY(&run->arena, bool, s->n_teams),
        .n_begun = ARENA_ARRAY(&run->arena, size_t, s->n_teams)};
    for (size_t c = 0; c < s->n_claimants; c++)
        book->under_since[c] = NEVER;
    for (size_t t = 0; t < s->n_teams; t++)
        book->appealed_month[t] = NEVER;
}

size_t disputes_open(const struct run *run)
{
    return run->disputes->n_open;
}

size_t disputes_of(const struct run *run, size_t team)
{
    return run->disputes->n_begun[team];
}

static const char *claim_name(const struct run *run, size_t claimant)
{
    return run->scenario->claimants[claimant].name;
}

/* ---- the appeal ---- */

static double fill_of(const struct docket *docket, const struct award *award, size_t i)
{
    double needed = docket->claims[i].needed_gpus;
    return needed > 0 ? fmin(1, award->granted_gpus[i] / needed) : NAN;
}

/* Whether claim b of the docket is the better rival than a; SIZE_MAX: there is none yet.
 */
static bool is_better(const struct docket *docket, const struct award *award, size_t a,
                      size_t b)
{
    if (a == SIZE_MAX)
        return true;
    double x = fill_of(docket, award, a), y = fill_of(docket, award, b);
    if (x != y)
        return y > x;
    x = award->granted_gpus[a];
    y = award->granted_gpus[b];
    if (x != y)
        return y > x;
    return strcmp(docket->claims[b].name, docket->claims[a].name) < 0;
}

/* The claim of the same topic of another team, else the best filled of the pool;
 * SIZE_MAX: nobody else has any GPUs there. */
static size_t find_rival(const struct docket *docket, const struct award *award, size_t i)
{
    const struct claim *own = &docket->claims[i];
    size_t same = SIZE_MAX, any = SIZE_MAX;
    for (size_t k = 0; k < docket->n_claims; k++) {
        const struct claim *other = &docket->claims[k];
        if (other->pool != own->pool || other->team == own->team ||
            award->granted_gpus[k] <= 0 || isnan(fill_of(docket, award, k)))
            continue;
        if (own->topic_id >= 0 && other->topic_id == own->topic_id &&
            is_better(docket, award, same, k))
            same = k;
        if (is_better(docket, award, any, k))
            any = k;
    }
    return same != SIZE_MAX ? same : any;
}

static void ruling_comes(void *owner, uint32_t unused);

static void appeal(struct run *run, const struct docket *docket, size_t i, size_t rival)
{
    struct dispute_book *book = run->disputes;
    const struct disputes *settings = &run->scenario->disputes;
    const struct claim *own = &docket->claims[i], *other = &docket->claims[rival];
    struct dispute *d = ARENA_NEW(&run->arena, struct dispute);
    size_t team = (size_t)own->team;
    *d = (struct dispute){run, (size_t)own->claimant, (size_t)other->claimant, team,
                          ++book->n_begun[team]};
    book->has_open[team] = true;
    book->appealed_month[team] = (int64_t)run->month;
    book->n_open++;
    acts_note_dispute(run, team, (size_t)other->team);
    run->leader_hours[team] += settings->leader_hours;
    observe_event(run, EVENT_DISPUTE, "project", own->name, "against %s on pool %s",
                  other->name, docket->pools[own->pool].name);
    engine_schedule(&run->engine,
                    run->world.now_s + settings->delay_days * SECONDS_PER_DAY,
                    CLASS_RULING, ruling_comes, d, 0);
}

/* Whether the team may appeal in this month. */
static bool may_appeal(const struct run *run, size_t team)
{
    const struct dispute_book *book = run->disputes;
    int64_t last = book->appealed_month[team];
    return !book->has_open[team] &&
           (last == NEVER ||
            (int64_t)run->month - last >= run->scenario->disputes.cooling_months);
}

/* Notes since when a claim has been under the threshold; whoever files none is not. */
static void note_fills(struct run *run, const struct docket *docket,
                       const struct award *award)
{
    struct dispute_book *book = run->disputes;
    size_t next = 0, n = run->scenario->n_claimants;
    for (size_t i = 0; i < docket->n_claims; i++) {
        size_t c = (size_t)docket->claims[i].claimant;
        double fill = fill_of(docket, award, i);
        for (; next < c; next++)
            book->under_since[next] = NEVER;
        if (isnan(fill) || fill >= run->scenario->disputes.threshold)
            book->under_since[c] = NEVER;
        else if (book->under_since[c] == NEVER)
            book->under_since[c] = (int64_t)run->month;
        next = c + 1;
    }
    for (; next < n; next++)
        book->under_since[next] = NEVER;
}

/* A team appeals for the project that is worst off (ties: the first by name). Teams do
 * so, and are answered, in the order of their names. */
void disputes_appeal(struct run *run, const struct docket *docket,
                     const struct award *award)
{
    const struct disputes *settings = &run->scenario->disputes;
    const struct dispute_book *book = run->disputes;
    if (isnan(settings->threshold))
        return;
    note_fills(run, docket, award);
    for (size_t k = 0; k < run->scenario->n_teams; k++) {
        size_t t = run->world.teams_by_name[k], worst = SIZE_MAX;
        if (!may_appeal(run, t))
            continue;
        for (size_t i = 0; i < docket->n_claims; i++) {
            const struct claim *c = &docket->claims[i];
            int64_t since = book->under_since[c->claimant];
            if ((size_t)c->team != t || c->project < 0 || since == NEVER ||
                (int64_t)run->month - since < settings->patience_months)
                continue;
            if (worst == SIZE_MAX ||
                fill_of(docket, award, i) < fill_of(docket, award, worst))
                worst = i;
        }
        if (worst == SIZE_MAX)
            continue;
        size_t rival = find_rival(docket, award, worst);
        if (rival != SIZE_MAX)
            appeal(run, docket, worst, rival);
    }
}

/* ---- the answer ---- */

static double draw(const struct dispute *d, const char *purpose)
{
    struct stream stream;
    struct run *run = d->run;
    arena_reset(&run->scratch);
    stream_init(&stream, run->options->seed, run->options->replication, purpose,
                arena_printf(&run->scratch, "%s/%zu", run->scenario->teams[d->team].name,
                             d->number));
    return stream_uniform(&stream);
}

/* A claim as it would be filed now, for the time until the next meeting. */
static struct stake stake_of(const struct run *run, size_t claimant)
{
    const struct world *w = &run->world;
    const struct holding *h = &w->holdings[claimant];
    const struct claimant *c = &w->claimants[claimant];
    if (c->project < 0)
        return (struct stake){h->granted_gpus, h->needed_gpus, 0};
    struct outlook outlook =
        world_outlook(w, (size_t)c->project, (size_t)c->pool, meeting_next_s(run));
    return (struct stake){h->granted_gpus, outlook.needed_gpus, outlook.min_gpus};
}

static double unit_of(const struct run *run, size_t claimant)
{
    size_t pool = (size_t)run->world.claimants[claimant].pool;
    return rule_unit(&run->world.rule, (double)run->world.pools[pool].node_gpus);
}

/* Whoever gives does so first: the pool may be full. */
static void put_split(struct run *run, const struct dispute *d, struct split split)
{
    const struct holding *own = &run->world.holdings[d->appellant];
    bool gives = split.appellant_gpus < own->granted_gpus;
    if (split.appellant_gpus == own->granted_gpus)
        return;
    if (gives)
        meeting_override(run, d->appellant, split.appellant_gpus);
    meeting_override(run, d->rival, split.rival_gpus);
    if (!gives)
        meeting_override(run, d->appellant, split.appellant_gpus);
}

static void step(struct run *run, size_t winner, size_t loser)
{
    double step = run->scenario->disputes.step;
    if (step == 0)
        return;
    world_step_grievance(&run->world, (size_t)run->world.claimants[winner].team, -step);
    world_step_grievance(&run->world, (size_t)run->world.claimants[loser].team, step);
}

static void pick_one(struct run *run, const struct dispute *d)
{
    const struct disputes *settings = &run->scenario->disputes;
    const struct world *w = &run->world;
    double better = w->holdings[d->appellant].score - w->holdings[d->rival].score;
    double chance = 1 / (1 + exp(-(settings->k * better + settings->bias)));
    const char *name = claim_name(run, d->appellant);
    if (draw(d, "ruling") < chance) {
        struct stake own = stake_of(run, d->appellant);
        struct split split = ruling_pick(own, stake_of(run, d->rival), settings->transfer,
                                         unit_of(run, d->appellant));
        double moved = split.appellant_gpus - own.granted_gpus;
        put_split(run, d, split);
        observe_event(run, EVENT_RULING, "project", name, "picked: %.10g GPUs from %s",
                      moved, claim_name(run, d->rival));
        step(run, d->appellant, d->rival);
    } else {
        observe_event(run, EVENT_RULING, "project", name, "%s is picked",
                      claim_name(run, d->rival));
        step(run, d->rival, d->appellant);
    }
}

static void cooperate(struct run *run, const struct dispute *d)
{
    const struct world *w = &run->world;
    struct split split = ruling_share(
        stake_of(run, d->appellant), stake_of(run, d->rival), unit_of(run, d->appellant));
    observe_event(run, EVENT_RULING, "project", claim_name(run, d->appellant),
                  "cooperates with %s: %.10g and %.10g GPUs", claim_name(run, d->rival),
                  split.appellant_gpus, split.rival_gpus);
    put_split(run, d, split);
    int x = w->claimants[d->appellant].project, y = w->claimants[d->rival].project;
    if (x >= 0 && y >= 0)
        world_cooperate(&run->world, (size_t)x, (size_t)y);
}

/* A team that has ended, a claim that holds or needs nothing any more: no answer. */
static bool is_moot(const struct run *run, const struct dispute *d)
{
    const struct world *w = &run->world;
    return w->claimants[d->appellant].team == w->claimants[d->rival].team ||
           stake_of(run, d->appellant).needed_gpus <= 0 ||
           w->holdings[d->rival].granted_gpus <= 0 || !world_can_hold(w, d->appellant);
}

/* Whom the answer lifts over the threshold has not stayed under it: its patience begins
 * anew. */
static void note_relief(struct run *run, const struct dispute *d)
{
    struct stake own = stake_of(run, d->appellant);
    if (own.granted_gpus >= run->scenario->disputes.threshold * own.needed_gpus)
        run->disputes->under_since[d->appellant] = NEVER;
}

static void ruling_comes(void *owner, uint32_t unused)
{
    struct dispute *d = owner;
    struct run *run = d->run;
    const struct disputes *settings = &run->scenario->disputes;
    double odds = settings->pick + settings->cooperate + settings->keep;
    (void)unused;
    run_enter(run);
    run->disputes->has_open[d->team] = false;
    run->disputes->n_open--;
    double lot = settings->by == ANSWER_BY_SCORE ? 0 : draw(d, "answer") * odds;
    const char *name = claim_name(run, d->appellant);
    if (is_moot(run, d)) {
        observe_event(run, EVENT_RULING, "project", name, "no effect: it is settled");
    } else if (settings->by == ANSWER_BY_SCORE || lot < settings->pick) {
        pick_one(run, d);
    } else if (lot < settings->pick + settings->cooperate) {
        cooperate(run, d);
    } else {
        observe_event(run, EVENT_RULING, "project", name, "the split stays");
        step(run, d->rival, d->appellant);
    }
    note_relief(run, d);
    work_reschedule(run);
}

void disputes_part(struct run *run)
{
    const struct world *w = &run->world;
    for (size_t i = 0; i < w->n_cooperations; i++)
        world_part(&run->world, w->cooperations[i].a, w->cooperations[i].b);
}
