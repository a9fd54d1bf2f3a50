/* state.h - private to run/: one run in progress, and the parts it is made of. */
#ifndef ALLOT_RUN_STATE_H
#define ALLOT_RUN_STATE_H

#include "des/engine.h"
#include "des/stream.h"
#include "run/run.h"
#include "world/world.h"

/* The order of what happens at one instant (MODEL section 4). */
enum event_class {
    CLASS_MONTH,
    CLASS_STAGE,
    CLASS_CAPACITY,
    CLASS_HAPPENING,
    CLASS_PERSON,
    CLASS_RULING,
    CLASS_COUNCIL
};

struct pool_failures;

/* A grant that was overridden, and stands over what was decided until then. */
struct override {
    uint32_t n_meetings; /* that had been held; 0: none, and nothing is overridden */
    double gpus;
};

/* What is planned for the people of a team. */
struct team_plan {
    struct event_handle expiry;             /* of a memory of its people */
    size_t n_pending, n_vacancies, n_hired; /* hires to come; vacancies and hires ever */
    bool was_stopped;                       /* as its projects last followed it */
    size_t n_seen;                          /* handovers by then */
};

/* What comes at random: when, and how often so far. */
struct happening_state {
    struct stream stream;
    size_t n_occurred;
};

struct run {
    const struct scenario *scenario;
    struct engine engine;
    struct world world;
    struct arena arena;            /* of the run */
    struct arena meeting, scratch; /* of one meeting */
    struct stream *exploration_streams;
    struct event_handle *stage_ends;    /* by project */
    struct event_handle *departures;    /* by person */
    size_t n_departures;                /* room for them */
    struct team_plan *team_plans;       /* by team */
    struct pool_failures *failures;     /* by pool */
    struct happening_state *happenings; /* by happening */
    size_t month;                       /* the one that is open */
    /* Grants of the last two meetings, by claimant: where the first month is a short one,
     * both may wait for the lag. */
    double *pending[2];
    uint32_t decided_at[2];     /* meetings held with it */
    uint32_t n_meetings;        /* held */
    struct override *overrides; /* by claimant, the last one */
    double *entitled_hours;     /* by group, of this month's last meeting; NaN: none */
    double *prices;             /* by pool, of the last meeting; NaN: none */
    double *leader_hours;       /* so far, by team that they were spent on */
    double leader_hours_before;
    struct dispute_book *disputes;
    struct acts_book *acts;
    double *pool_offered_gpu_s; /* over the closed months: in service, not reserved */
    double *pool_failed_gpu_s;  /* over the closed months */
    const struct run_options *options;
    bool has_overlaps; /* some of the projects overlap */
    unsigned flags;
    struct results *results;
};

/* simulate.c: enters an event: moves the world's clock to the engine's. */
void run_enter(struct run *run);

/* work.c: what the passing of stages brings about. Call after any verb that may have
 * changed the speed of a project, a team's people or the GPUs in service: reschedules the
 * ends of stages that have moved, failures, and what people.c plans. */
void work_reschedule(struct run *run);
void work_draw_overruns(struct run *run);
void work_plan_starts(struct run *run);
void work_start(struct run *run, size_t project, const char *why);
void work_cancel(struct run *run, size_t project, const char *why);
void work_pause(struct run *run, size_t project);
void work_strand(struct run *run, size_t project); /* until its team goes on */
bool work_can_start(const struct run *run, size_t project);
void work_try_start(struct run *run, size_t project); /* if it can */

/* demand.c: what teams want for exploration. */
void demand_plan(struct run *run);
void demand_open_month(struct run *run);

/* people.c: departures, hires, and the end of what people remember. */
void people_plan(struct run *run);
void people_reschedule(struct run *run); /* work_reschedule calls it */
/* Somebody new comes at once; somebody leaves. Both tell it and reschedule. */
void people_hire(struct run *run, size_t team, const char *why);
void people_leave(struct run *run, size_t person, enum leaving reason, const char *why);
void people_check(const struct run *run); /* all is planned as the world has it */

/* failures.c: nodes that fail and are repaired. */
void failures_plan(struct run *run);
void failures_reschedule(struct run *run);
void failures_check(const struct run *run);

/* meeting.c */
void meeting_plan(struct run *run);
/* Overrides a grant until the next meeting, also where that of the last one is still to
 * come into force. Returns what it got. */
double meeting_override(struct run *run, size_t claimant, double gpus);
/* What was decided for the explorations of a team that ends, and is still to come into
 * force, comes to the other team. */
void meeting_merge(struct run *run, size_t from, size_t team);
/* When the council meets next: also past the horizon. */
double meeting_next_s(const struct run *run);

/* disputes.c: teams appeal after a meeting, the superior answers. */
void disputes_init(struct run *run);
void disputes_appeal(struct run *run, const struct docket *docket,
                     const struct award *award);
/* Those who were made to cooperate part, as the next meeting begins. */
void disputes_part(struct run *run);
size_t disputes_open(const struct run *run);
size_t disputes_of(const struct run *run, size_t team); /* ever begun by it */

/* Hours of leaders so far, of all teams. */
double run_leader_hours(const struct run *run);

/* acts.c: what the council does by itself. */
void acts_init(struct run *run);
/* An appeal of one team against another. */
void acts_note_dispute(struct run *run, size_t team, size_t other);
/* Before claims are filed: merges teams that keep disputing. */
void acts_consolidate(struct run *run);
/* After the award on them: whether it has cancelled a project, so that the GPUs are to be
 * divided anew. */
bool acts_cull(struct run *run, const struct docket *docket, const struct award *award);

/* happen.c */
void happenings_plan(struct run *run);
/* By which its draws are named: its name or, without one, its kind, day and teams; of one
 * that comes at random its name, or its kind and its number among those of the kind
 * without a name, and how often it came. */
const char *happening_identity(struct run *run, const struct happening *h);

/* happen_people.c: one function a kind. */
/* Makes one team part of another: its people feel the step, its projects stand still for
 * days. */
void merge_teams(struct run *run, size_t from, size_t team, double step, double days,
                 const char *why);
void happen_merge(struct run *run, const struct happening *h);
void happen_move(struct run *run, const struct happening *h);
void happen_layoff(struct run *run, const struct happening *h);
void happen_leave(struct run *run, const struct happening *h);
void happen_hire(struct run *run, const struct happening *h);
void happen_market(struct run *run, const struct happening *h);
void happen_retain(struct run *run, const struct happening *h);

/* observe.c: rows of the month that ends. */
void observe_init(struct run *run);
void observe_month(struct run *run);
void observe_event(struct run *run, enum event_kind event, const char *kind,
                   const char *subject, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* outcomes.c: all outcomes as of now. */
void outcomes_init(struct run *run);
void outcomes_take(struct run *run, size_t mark);

#endif
