/* world.h - the live state of one run, and the verbs that change it.
 *
 * Only sim/world writes these structs; everyone else reads them and calls verbs. A verb
 * first settles what it is about to change: rates are constant between two events, so an
 * amount is rate * time since the last settling, and nothing is integrated numerically.
 * GPU-seconds are the unit of all amounts inside: whole GPUs times whole seconds are
 * exact.
 *
 * The world does not know the event queue: a verb that changes when a project's stage
 * will end puts it on the list of moved projects, and the run reschedules those. */
#ifndef ALLOT_WORLD_WORLD_H
#define ALLOT_WORLD_WORLD_H

#include "base/arena.h"
#include "base/radix_sort.h"
#include "scenario/scenario.h"

/* What a pool has, GPUs now, and GPU-seconds of this month. */
struct pool_state {
    double installed_gpus;           /* failed ones included */
    double failed_gpus;              /* out of service: failure or maintenance */
    double reserved_gpus;            /* of those in service */
    bool has_loans, has_stale_loans; /* something is lent; is to be worked out anew */
    double since_s;                  /* settled until then */
    double installed_gpu_s, failed_gpu_s, reserved_gpu_s;
};

/* What a claimant holds: rates now, and GPU-seconds of this month and of the whole run.
 */
struct holding_amounts {
    double requested_gpu_s, needed_gpu_s, granted_gpu_s, used_gpu_s;
    double lent_gpu_s;   /* of what was used */
    double filled_gpu_s; /* min(granted, needed) */
};

struct holding {
    double requested_gpus; /* asked for at the last meeting */
    double needed_gpus;    /* could be used now */
    double granted_gpus;
    double lent_gpus; /* beyond that, all at work */
    double used_gpus;
    double score; /* of the last award; what loses first when a pool shrinks */
    double since_s;
    bool has_claimed; /* had a claim at the last meeting */
    /* Three lines of a cache: what changes, the month, the run. */
    struct holding_amounts month;
    double last_month_used_gpu_s; /* in the last closed month */
    double unfilled_months;       /* since the claim was last filled */
    struct holding_amounts run;
    double most_granted_gpus;        /* ever */
    struct former_claims *elsewhere; /* of month and run, for former owners; NULL: none */
};

enum project_phase {
    PROJECT_PLANNED,
    PROJECT_ACTIVE,
    PROJECT_PAUSED,
    PROJECT_RELEASED,
    PROJECT_CANCELLED
};
extern const char *const project_phases[];

struct project_state {
    enum project_phase phase;
    bool may_start;   /* its date has come; an `after` may still hold it back */
    bool trains;      /* is active, at a train stage */
    bool is_moved;    /* stands in the world's list of moved projects */
    bool is_stranded; /* paused because its team stopped: goes on with it */
    size_t n_holds;   /* handovers under way: it keeps its GPUs and stands still */
    size_t stage;     /* n_stages when released */
    double *works;    /* what each stage truly takes: GPU-s, person-s or s */
    double left;      /* of the stage in truth, also before it begins */
    double rate;      /* a second */
    double used_gpus; /* by its train stage, failures and all */
    double since_s;
    /* Over all its train stages: planned, and since the start of the run; what was done
     * before that. */
    double planned_gpu_s, done_gpu_s, used_gpu_s, opened_gpu_s;
    double started_s, released_s, cancelled_s; /* NaN: not yet */
    double slip_s; /* of the release, against the target of that day; NaN: none */
};

struct team_state {
    int64_t people;  /* a person of two teams counts in both */
    double workers;  /* what they do together, in people: half of one of two teams or who
                        is new, less what low morale costs */
    size_t *members; /* whom it counts, at home or as a second team: ascending */
    size_t n_members, members_capacity;
    bool had_people; /* ever: a team that never had any is there for its GPUs alone */
    bool is_stirred; /* stands in the world's list of stirred teams */
    size_t n_builds; /* its projects that are in a build stage */
    double crunch, closeness; /* sampled at month starts and stage changes */
    double month_fill;        /* of the last closed month; NaN: nothing was needed */
    double refreshed_s;       /* rates of its people are those of then */
    double *departed_s;       /* when people left by choice, ascending */
    size_t n_departed, departed_capacity;
    size_t n_departed_before; /* n_departed as the run began */
    size_t n_left;            /* for any reason, also for another team */
    bool is_merged;           /* into another: it explores and hires no more */
    size_t heir;              /* which then has its people and projects */
    int64_t month_departures, month_hires;
    /* As of the last refresh of its people's rates: when a memory of theirs ends next
     * (INFINITY: none does), and means over those at home (NaN: nobody is). */
    double next_expiry_s;
    double grievance, morale;
    double padding; /* of its requests, where the strategy is reactive: today's */
};

enum leaving { STAYS, LEAVES_BY_CHOICE, LEAVES_LAID_OFF };

/* G, R, X, the pulse and the threshold are the person's and move along; the other terms
 * of its rate are those of its home team. A rate is constant between two events, and the
 * person leaves at the instant at which its integral reaches the threshold: exact. */
struct person_state {
    const char *name;
    int person;     /* index in the scenario; -1: hired */
    int team, also; /* now; a second team or -1 */
    int skill;      /* the team whose market is its own: where it started */
    enum leaving leaving;
    uint8_t leader_months; /* see model/hazard.h */
    bool is_leader;
    bool is_restless; /* stands in the world's list of restless persons */
    double morale;
    double grievance;
    double rate; /* a second */
    double since_s;
    double integral;  /* of the rate, up to since_s */
    double threshold; /* a unit exponential; INFINITY until it is drawn */
    double left_s;    /* NaN: it is there */
    double layoff_until_s, cancelled_until_s, ramp_until_s, retained_until_s;
    double retention;
};

/* What a team's claims on a pool amounted to while they were its own, of claims that have
 * left it since: GPU-seconds of this month and of the whole run. */
struct former_claims {
    struct holding_amounts month, run;
};

/* What a project used while it was a team's that it has left since: GPU-seconds of this
 * month and of the whole run. One a pair. */
struct former_use {
    size_t project, team;
    double month_gpu_s, run_gpu_s;
};

/* Two projects that work together for a while: what they use then is not done twice. One
 * a pair, also when it is over. */
struct cooperation {
    size_t a, b;
    bool is_on;
    double from_a_gpu_s, from_b_gpu_s;     /* used by each when it began */
    double spared_a_gpu_s, spared_b_gpu_s; /* used by each while it was on before */
};

/* What was used, granted and offered in the closed months, newest first: struct history
 * points in here. Charged GPU-hours. */
struct world_history {
    size_t n_past;
    size_t n_most;
    double *used;      /* [(n_most - 1 - month) * n_groups + group] */
    double *granted;   /* the same */
    double *capacity;  /* [n_most - 1 - month] */
    struct date start; /* the day on which it begins */
};

/* What the open month comes to, as of the last world_settle: of claims while they were
 * the team's or group's. */
struct month_sums {
    struct holding_amounts *pools;
    struct holding_amounts *teams; /* over all pools */
    /* By group, of all below it: GPU-hours, and charged ones. */
    double *used_hours, *charged_hours, *granted_hours;
};

/* What the balances in the books of a division add up to on a pool. */
struct account_total {
    double sum, largest; /* the largest balance ever, whatever its sign */
};

struct world {
    const struct scenario *scenario;
    double now_s;
    /* The settings in force: copies, for a `set` changes them. */
    struct pool *pools;
    struct group *groups;
    struct bounds *bounds;
    struct exploration *explorations;
    struct people people;
    struct team *teams;
    struct claimant *claimants; /* their team changes with that of the project */
    struct project *projects;   /* the same */
    struct council council;
    struct rule rule;
    /* The state. */
    struct pool_state *pool_states;
    struct team_state *team_states;
    struct former_claims *former_claims; /* [team * n_pools + pool] */
    struct former_use *former_uses;      /* grows, in the order of the moves */
    size_t n_former_uses, former_uses_capacity;
    struct project_state *project_states;
    struct holding *holdings; /* by claimant */
    double needs_at_s; /* all are as sampled then; NaN: what they follow has changed */
    bool defers_needs; /* all are about to be sampled, before anything reads them */
    /* Projects whose stage's end has changed, the last one to be dealt with first. */
    struct keyed *moved;
    size_t n_moved, n_sorted;     /* so many stand in the order of their names */
    size_t n_handed_over;         /* projects that came to another team */
    bool has_former_claims;       /* some claim came to another owner */
    struct person_state *persons; /* those at the start in their order, then the hired */
    size_t n_persons, persons_capacity;
    size_t *restless, n_restless;     /* persons whose rate has changed */
    size_t *stirred, n_stirred;       /* teams whose people or their rates have changed */
    struct cooperation *cooperations; /* grows */
    size_t n_cooperations, cooperations_capacity;
    struct arena *arena;       /* of the run: for people to come */
    double *exploration_draws; /* this month's standard normal, by exploration */
    double **accounts; /* what each division remembers, by division and cell; NULL: none
                          yet; NaN: not opened */
    struct account_total *account_totals; /* by [division * n_pools + pool] */
    struct world_history history;
    struct month_sums month;
    /* Who owns what: changes when a project changes its team. */
    size_t *team_first, *team_claimants; /* claimants by team */
    size_t *team_project_first, *team_projects;
    /* Indices, const. */
    size_t *pool_claimants; /* [n_pools + 1]: claimants of a pool stand together */
    size_t *project_first, *project_claimants;          /* claimants by project */
    size_t *teams_by_name, *team_ranks, *project_ranks; /* what several teams or projects
                                                            do at one instant, they do in
                                                            the order of their names */
    size_t *projects_by_name; /* sums over them do not depend on the file's order */
    size_t *follower_first, *followers;   /* projects that wait for a project's release */
    size_t *topic_first, *topic_projects; /* projects by topic */
    int *exploration_claimant;            /* by exploration */
};

/* All that the run needs is taken from the arena. */
void world_init(struct world *world, const struct scenario *scenario,
                struct arena *arena);

/* Re-derives every total from scratch and aborts where one differs. */
void world_check(const struct world *world);

/* Moves the clock; never back. */
void world_advance(struct world *world, double now_s);

/* world_time.c */
void world_settle(struct world *world);      /* everything, up to now; sums the month */
void world_close_month(struct world *world); /* history and ages; clears the month */
void world_draw_exploration(struct world *world, size_t exploration, double normal);
/* Amounts up to now of the whole run, and GPU-seconds of the open month that a pool had
 * in service and not reserved, or out of service. Nothing is settled: a look changes not
 * even a last bit. */
struct holding_amounts world_run_amounts(const struct world *world, size_t claimant);
/* What a claim amounts to under its present owner: of this month, settled before, or up
 * to now of the whole run. */
struct holding_amounts world_owned_month(const struct world *world, size_t claimant);
struct holding_amounts world_owned_run(const struct world *world, size_t claimant);
/* GPU-seconds that a project used before its present owner had it, up to now. */
double world_former_use(const struct world *world, size_t project);
void holding_amounts_add(struct holding_amounts *sum, const struct holding_amounts *a);
double world_offered_gpu_s(const struct world *world, size_t pool);
double world_failed_gpu_s(const struct world *world, size_t pool);

/* world_pools.c: `gpus` more, fewer, out of service, back in service. Retiring takes at
 * most what is in service; returns what it took. Where grants no longer fit, the claims
 * of lowest score lose first (ties: the later name); `lost` may be NULL. */
void world_deliver(struct world *world, size_t pool, double gpus);
double world_retire(struct world *world, size_t pool, double gpus);
double world_take_out(struct world *world, size_t pool, double gpus);
void world_bring_back(struct world *world, size_t pool, double gpus);
/* Failures of nodes a second that take GPUs out of service: of those that are in it. */
double world_failures_per_s(const struct world *world, size_t pool);

/* GPUs that may be granted now: in service, after the reserve. */
double world_available_gpus(const struct world *world, size_t pool);

/* world_grants.c */
void world_request(struct world *world, size_t claimant, double gpus, double score);
void world_forget_request(struct world *world, size_t claimant);
/* Sets all grants of a pool at once: grants[] by claimant. What no longer fits is taken
 * from the claims of lowest score; a claim that has vanished since it was filed, be it
 * only for a while, loses its grant. */
void world_grant_pool(struct world *world, size_t pool, const double *grants);
/* Overrides one grant; others lose by lowest score. Returns what it got. */
double world_override_grant(struct world *world, size_t claimant, double gpus);
/* Whether the claimant can hold GPUs: exploration, or a project planned or active. */
bool world_can_hold(const struct world *world, size_t claimant);
/* The accounts of the divisions in force, by [group * n_pools + pool], and their
 * keeping. Each division has books of its own, in its own currency: where another comes
 * into force they rest, and are found again as they were left. NaN: not opened yet. */
double world_account(const struct world *world, size_t group, size_t pool);
void world_keep_accounts(struct world *world, const double *accounts);

/* world_lending.c: where the rule lends, GPUs that are granted and not used, or free, are
 * lent to claims whose need is not met: the highest score first, equal scores max-min,
 * and none so little that it stays under its minimum. They are counted as used by whoever
 * has them; a fill is of grants alone. Call after any verb that may have changed a grant,
 * a need, a stage, a claim or what is in service. O(n log n) of the claimants of pools
 * where something has. */
void world_lend(struct world *world);

/* world_projects.c */
void world_start(struct world *world, size_t project); /* planned or paused -> active */
void world_allow_start(struct world *world, size_t project);
void world_pause(struct world *world, size_t project);  /* active -> paused */
void world_cancel(struct world *world, size_t project); /* planned, active or paused */
/* Ends the present stage; true when that was the last one: the project is released. */
bool world_finish_stage(struct world *world, size_t project);
/* The instant at which the present stage ends at the present rate, rounded to the
 * microsecond so that arithmetic noise does not order events; INFINITY: never. */
double world_stage_end_s(const struct world *world, size_t project);
/* Takes a project from the list of those whose stage's end has changed; false: empty. */
bool world_next_moved(struct world *world, size_t *project);
bool project_is_over(const struct project_state *project);
/* The true amount of a stage comes to `factor` times the planned one, unless it is over;
 * before the start. */
void world_overrun(struct world *world, size_t project, size_t stage, double factor);
/* What its team believes to be left of the present stage, as of now, where the true
 * amount may differ from the plan: the plan less what is done, and 5 % of it at least. */
double world_believed_left(const struct world *world, size_t project);
/* GPU-seconds that are left of all train stages, as believed. */
double world_left_gpu_s(const struct world *world, size_t project);
static inline const struct stage *world_stage(const struct world *world,
                                              size_t project) /* or NULL */
{
    const struct project_state *p = &world->project_states[project];
    return p->phase == PROJECT_ACTIVE ? &world->projects[project].stages[p->stage] : NULL;
}

/* world_builds.c: people of a team on the builds of its projects. A project's `staff` are
 * its own, fewer where all of a team's staff are more than its people; the other builds
 * share the rest evenly. */
/* Person-seconds a second that a project has for a build: of one that builds not yet, if
 * it came to those that do. */
double world_build_speed(const struct world *world, size_t project);

/* world_yield.c: what a project's work has come to, as of now. */
/* GPU-seconds used that brought its stages no further: checkpoints, restarts and what was
 * done twice. */
double world_lost_gpu_s(const struct world *world, size_t project);
/* Of its release: its value, halved with each half-life of lateness; 0: not released. */
double world_value(const struct world *world, size_t project);
/* The loss of the best of the models that it has trained, NaN: none; and GPU-seconds, of
 * the type of its pool, that this model has served since the release. A token takes 2
 * floating-point operations a parameter to answer (Kaplan et al. 2020, Scaling laws for
 * neural language models). */
double world_loss(const struct world *world, size_t project);
double world_serving_gpu_s(const struct world *world, size_t project);

/* world_owners.c */
/* Gives a project to another team. What its claims amounted to until now stays with the
 * old one; grants, priority and work go along. */
void world_move_project(struct world *world, size_t project, size_t team);
/* A handover begins and ends: in between the project does nothing. */
void world_hold(struct world *world, size_t project);
void world_unhold(struct world *world, size_t project);
/* Makes two teams one. What `from` has goes to `team`: projects, people with their
 * grievances, exploration and what was granted for it, guarantees and limits, the books
 * of the division and of the ledger, those of the open month too; and its share, where
 * both stand below the same group. What `from` used in earlier months stays its own in
 * outcomes. */
void world_merge_teams(struct world *world, size_t from, size_t team);
/* The exploration of a team on a pool; -1: none. O(explorations) */
int world_exploration_on(const struct world *world, size_t team, size_t pool);
/* The team itself or, where it was merged, the one that it is part of now. */
size_t world_heir(const struct world *world, size_t team);

/* world_overlap.c: the part of their work that two projects both do, from 0 to 1; 0 while
 * they cooperate. O(cooperations ever). */
double world_overlap(const struct world *world, size_t a, size_t b);
/* Two projects work together until they part again: their overlap counts as 0. No effect
 * where they do, or do not, already. */
void world_cooperate(struct world *world, size_t a, size_t b);
void world_part(struct world *world, size_t a, size_t b);
bool world_cooperates(const struct world *world, size_t a, size_t b);
/* GPU-seconds that active projects plan: by topic, planned_gpu_s[n_topics] being 0; and
 * of these what other projects do of a project's own work, by their overlap. */
void world_sum_topics(const struct world *world, double *planned_gpu_s);
double world_rival_gpu_s(const struct world *world, size_t project,
                         const double *topic_gpu_s);
/* GPU-seconds that a project used up to now on what a leading one does too: of those that
 * were under way at the same time, overlap with it and used more (ties: the earlier
 * name), the one that overlaps most. What was used in cooperation with that one is not
 * counted. O(topics + projects of those that overlap). */
double world_duplicated_gpu_s(const struct world *world, size_t project);
/* Whether any two projects overlap. O(topics^2) */
bool world_has_overlaps(const struct world *world);
/* Topics on which two teams or more are at work: nobody's own. */
size_t world_contested_topics(const struct world *world);

/* world_people.c: who comes, goes and changes teams. */
/* Sets the threshold at which a person leaves: a unit exponential, drawn once. */
void world_draw_threshold(struct world *world, size_t person, double threshold);
/* Somebody new, who has no cohort and ramps up; returns the index. The name lives as
 * long as the run. */
size_t world_add_person(struct world *world, size_t team, const char *name,
                        double threshold);
/* Of who is there. The leaving of a leader unsettles its home team; whoever leaves by
 * choice counts for those who stay. */
void world_leave(struct world *world, size_t person, enum leaving reason);
/* To another home team, with its grievance and memories; it gives up the old one, and its
 * second team where that is the new one. No effect where it is at home there already. */
void world_move_person(struct world *world, size_t person, size_t team);
/* The same for a person's second team. */
void world_move_second(struct world *world, size_t person, size_t team);
bool world_is_employed(const struct world *world, size_t person);
/* Whether a team stands still: fewer people than min_people, or none of those it had. */
bool world_is_stopped(const struct world *world, size_t team);
/* Stops a project whose team stopped, until world_start; and makes such a stop one of
 * another reason, so that it does not go on with the team. */
void world_strand(struct world *world, size_t project);
void world_unstrand(struct world *world, size_t project);

/* world_hazards.c: how likely people are to leave. */
/* Everybody at home in the team feels it: grievance by a step, kept within 0 and 1; a
 * layoff; a cancelled project; a leader's leaving; efforts to keep people, which take a
 * part of the rate away until an instant. */
void world_step_grievance(struct world *world, size_t team, double step);
void world_step_person(struct world *world, size_t person, double step);
void world_hit_by_layoff(struct world *world, size_t team);
void world_hit_by_cancel(struct world *world, size_t team);
void world_leader_left(struct world *world, size_t team);
void world_retain(struct world *world, size_t team, double retention, double until_s);
/* Outside demand for those who began in the team, wherever they are. */
void world_set_market(struct world *world, size_t team, double market);
/* Takes over what the terms of a team's rates are now. Verbs do so themselves; whoever
 * plans events calls it when the team's next_expiry_s has come. */
void world_refresh_hazards(struct world *world, size_t team);
/* Samples crunch and closeness of all teams and refreshes everybody: at a month's start,
 * before world_refresh_needs, which has to follow. */
void world_refresh_people(struct world *world);
/* When somebody leaves at the present rate, rounded to the microsecond; INFINITY: never.
 */
double world_departure_s(const struct world *world, size_t person);
/* Takes one from the list of those whose time of leaving, or whose people, have changed;
 * false: empty. */
bool world_next_restless(struct world *world, size_t *person);
bool world_next_stirred(struct world *world, size_t *team);
/* The probability that somebody at home in a team leaves within a year at today's rate,
 * the mean; 0: nobody is. O(people of the team) */
double world_leaving_frac(const struct world *world, size_t team);

/* world_needs.c: what claimants could use. */
/* Fills needed_gpus of all claimants with what they can use in their present stage; at
 * once where they are as of now and nothing that they follow has changed. */
void world_refresh_needs(struct world *world);
void world_refresh_project_need(struct world *world, size_t project);
/* The next instant at which the series of an exploration's demand changes, INFINITY:
 * never; and what it needs from now on. O(log rows). */
double world_next_demand_s(const struct world *world, size_t exploration);
void world_refresh_demand(struct world *world, size_t exploration);
/* What a project will ask for on a pool until an instant: the largest need among the
 * train stages that it is in, or would enter by its own plan before then; and the
 * minimum of the first of them. 0 where there is none. */
struct outlook {
    double needed_gpus, min_gpus;
};
struct outlook world_outlook(const struct world *world, size_t project, size_t pool,
                             double until_s);

/* world_requests.c: what a claimant asks for that needs so much until the next meeting,
 * by its team's strategy. More than the need never goes beyond what the pool has; 0: it
 * files no claim. */
double world_wanted_gpus(const struct world *world, size_t claimant, double needed_gpus);
/* What a team asks for beyond its need, as a part of it. */
double world_padding(const struct world *world, size_t team);

/* How long a project's stages to come take at full speed: all people of its team on the
 * builds, max_gpus on the training; INFINITY: for ever. */
double world_rest_s(const struct world *world, size_t project);

/* What finish-time asks of a project on a pool; part_gpus[pool] is 1/N of each pool, N
 * the claims there. Stages that the project trains alone get that much within its own
 * bounds; builds take all people of its team. */
struct prospect {
    double pool_gpu_hours; /* of its train stages on the pool, still to do */
    double other_hours;    /* since its start, and of all other stages to come, alone */
    double alone_hours;    /* of all its stages, alone */
};
struct prospect world_prospect(const struct world *world, size_t project, size_t pool,
                               const double *part_gpus);

/* world_settings.c: a `set`. */
void world_set(struct world *world, const struct set_target *target, double value);

#endif
