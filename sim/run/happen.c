/* What a scenario lets happen, at dates or at random: one function a kind.
 *
 * What comes at random is a Poisson process: the time to the next is exponential. Its
 * stream is named by the happening, so two rules meet it at the same instants, and so
 * does a scenario with other happenings beside it. */
#include "base/seconds.h"
#include "record/number.h"
#include "run/state.h"

#include <math.h>

static const struct happening *happening_at(const struct run *run, uint32_t index)
{
    return &run->scenario->happenings[index];
}

static void deliver(struct run *run, const struct happening *h)
{
    observe_event(run, EVENT_DELIVER, "pool", run->scenario->pools[h->pool].name,
                  "%.10g GPUs", h->gpus);
    world_deliver(&run->world, (size_t)h->pool, h->gpus);
}

static void retire(struct run *run, const struct happening *h)
{
    double taken = world_retire(&run->world, (size_t)h->pool, h->gpus);
    observe_event(run, EVENT_RETIRE, "pool", run->scenario->pools[h->pool].name,
                  "%.10g GPUs", taken);
}

/* Brings back what a maintenance took, which may be less than was asked. */
struct maintenance {
    struct run *run;
    size_t pool;
    double gpus;
};

static void maintenance_ends(void *owner, uint32_t unused)
{
    struct maintenance *m = owner;
    (void)unused;
    run_enter(m->run);
    world_bring_back(&m->run->world, m->pool, m->gpus);
    observe_event(m->run, EVENT_REPAIR, "pool", m->run->scenario->pools[m->pool].name,
                  "%.10g GPUs back from maintenance", m->gpus);
    work_reschedule(m->run);
}

static void maintain(struct run *run, const struct happening *h)
{
    struct maintenance *m = ARENA_NEW(&run->arena, struct maintenance);
    *m = (struct maintenance){run, (size_t)h->pool, 0};
    m->gpus = world_take_out(&run->world, m->pool, h->gpus);
    observe_event(run, EVENT_MAINTAIN, "pool", run->scenario->pools[h->pool].name,
                  "%.10g GPUs for %.10g days", m->gpus, h->days);
    engine_schedule(&run->engine, run->world.now_s + h->days * SECONDS_PER_DAY,
                    CLASS_CAPACITY, maintenance_ends, m, 0);
}

static const char *value_words(const struct happening *h, const struct calendar *calendar,
                               char out[NUMBER_ROOM])
{
    const struct setting *setting = h->target.setting;
    if (setting && setting->type == SETTING_CHOICE)
        return setting_choice(setting, (size_t)h->value);
    if (setting && setting->type == SETTING_DATE)
        date_format(calendar_date(calendar, h->value), out);
    else
        number_format(h->value, out);
    return out;
}

static void set(struct run *run, const struct happening *h)
{
    char value[NUMBER_ROOM];
    observe_event(run, EVENT_SET, "setting", h->target.path, "%s",
                  value_words(h, &run->scenario->calendar, value));
    world_set(&run->world, &h->target, h->value);
}

static int claimant_of(const struct scenario *s, const struct happening *h)
{
    for (size_t c = 0; c < s->n_claimants; c++) {
        const struct claimant *claimant = &s->claimants[c];
        bool is_owner = h->project >= 0
                            ? claimant->project == h->project
                            : claimant->exploration >= 0 && claimant->team == h->team;
        if (is_owner && claimant->pool == h->pool)
            return (int)c;
    }
    return -1;
}

static void grant(struct run *run, const struct happening *h)
{
    const struct scenario *s = run->scenario;
    bool is_project = h->project >= 0;
    const char *name = is_project ? s->projects[h->project].name : s->teams[h->team].name;
    int claimant = claimant_of(s, h);
    double got = claimant < 0 ? 0 : meeting_override(run, (size_t)claimant, h->gpus);
    observe_event(run, EVENT_GRANT, is_project ? "project" : "team", name,
                  "%.10g of %.10g GPUs of pool %s", got, h->gpus, s->pools[h->pool].name);
}

static const char *const over_words[] = {"", "", "", "is released", "is cancelled"};

static void start(struct run *run, const struct happening *h)
{
    const struct project_state *state = &run->world.project_states[h->project];
    const char *name = run->scenario->projects[h->project].name;
    bool can_go =
        !world_is_stopped(&run->world, (size_t)run->world.projects[h->project].team);
    if (!can_go && !project_is_over(state))
        observe_event(run, EVENT_START, "project", name,
                      "no effect: its team has too few people");
    else if (state->phase == PROJECT_PLANNED)
        work_start(run, (size_t)h->project, "by decision");
    else if (state->phase == PROJECT_PAUSED)
        work_start(run, (size_t)h->project, "resumed");
    else
        observe_event(run, EVENT_START, "project", name, "no effect: it %s",
                      state->phase == PROJECT_ACTIVE ? "runs" : over_words[state->phase]);
}

static void pause(struct run *run, const struct happening *h)
{
    const struct project_state *state = &run->world.project_states[h->project];
    world_unstrand(&run->world, (size_t)h->project);
    if (state->phase == PROJECT_ACTIVE)
        work_pause(run, (size_t)h->project);
    else
        observe_event(run, EVENT_PAUSE, "project",
                      run->scenario->projects[h->project].name, "no effect: it is %s",
                      project_phases[state->phase]);
}

static void cancel(struct run *run, const struct happening *h)
{
    const struct project_state *state = &run->world.project_states[h->project];
    if (!project_is_over(state))
        work_cancel(run, (size_t)h->project, "");
    else
        observe_event(run, EVENT_CANCEL, "project",
                      run->scenario->projects[h->project].name, "no effect: it is %s",
                      project_phases[state->phase]);
}

static void (*const happen[N_HAPPENING_KINDS])(struct run *, const struct happening *) = {
    [HAPPENING_DELIVER] = deliver,      [HAPPENING_RETIRE] = retire,
    [HAPPENING_MAINTAIN] = maintain,    [HAPPENING_SET] = set,
    [HAPPENING_GRANT] = grant,          [HAPPENING_START] = start,
    [HAPPENING_PAUSE] = pause,          [HAPPENING_CANCEL] = cancel,
    [HAPPENING_MERGE] = happen_merge,   [HAPPENING_MOVE] = happen_move,
    [HAPPENING_LAYOFF] = happen_layoff, [HAPPENING_LEAVE] = happen_leave,
    [HAPPENING_HIRE] = happen_hire,     [HAPPENING_MARKET] = happen_market,
    [HAPPENING_RETAIN] = happen_retain,
};

/* To the next one, in seconds. */
static double draw_gap(struct happening_state *state, const struct happening *h)
{
    return stream_exponential(&state->stream) / h->per_year * SECONDS_PER_YEAR;
}

const char *happening_identity(struct run *run, const struct happening *h)
{
    const struct scenario *s = run->scenario;
    const char *kind = happening_types[h->kind].name;
    struct happening_state *state = &run->happenings[h - s->happenings];
    size_t number = 1;
    char day[16];
    if (h->per_year > 0) {
        for (const struct happening *other = s->happenings; other < h; other++)
            number += !other->name && other->per_year > 0 && other->kind == h->kind;
        const char *name =
            h->name ? h->name : arena_printf(&run->scratch, "%s %zu", kind, number);
        return arena_printf(&run->scratch, "%s#%zu", name, state->n_occurred);
    }
    if (h->name)
        return h->name;
    date_format(calendar_date(&s->calendar, h->at_s), day);
    return arena_printf(&run->scratch, "%s %s %s %s", kind, day,
                        h->from < 0 ? "" : s->teams[h->from].name,
                        h->team < 0 ? "" : s->teams[h->team].name);
}

static void plan_at(struct run *run, uint32_t index, double at_s);

static void happening_comes(void *owner, uint32_t index)
{
    struct run *run = owner;
    const struct happening *h = happening_at(run, index);
    struct happening_state *state = &run->happenings[index];
    run_enter(run);
    state->n_occurred++;
    happen[h->kind](run, h);
    work_reschedule(run);
    if (h->per_year > 0)
        plan_at(run, index, run->world.now_s + draw_gap(state, h));
}

static void plan_at(struct run *run, uint32_t index, double at_s)
{
    const struct happening *h = happening_at(run, index);
    bool is_capacity = h->kind == HAPPENING_DELIVER || h->kind == HAPPENING_RETIRE ||
                       h->kind == HAPPENING_MAINTAIN;
    if (at_s >= 0 && at_s < calendar_horizon_s(&run->scenario->calendar))
        engine_schedule(&run->engine, at_s,
                        is_capacity ? CLASS_CAPACITY : CLASS_HAPPENING, happening_comes,
                        run, index);
}

void happenings_plan(struct run *run)
{
    const struct scenario *s = run->scenario;
    run->happenings = ARENA_ARRAY(&run->arena, struct happening_state, s->n_happenings);
    for (size_t i = 0; i < s->n_happenings; i++) {
        const struct happening *h = happening_at(run, (uint32_t)i);
        struct happening_state *state = &run->happenings[i];
        if (h->per_year > 0)
            stream_init(&state->stream, run->options->seed, run->options->replication,
                        "happening", happening_identity(run, h));
        plan_at(run, (uint32_t)i, h->per_year > 0 ? draw_gap(state, h) : h->at_s);
    }
}
