/* settle.h - private to world/: bringing amounts up to now before a rate changes, and
 * what its source files share. */
#ifndef ALLOT_WORLD_SETTLE_H
#define ALLOT_WORLD_SETTLE_H

#include "world/world.h"

void settle_pool(struct world *world, size_t pool);
void settle_holding(struct world *world, size_t claimant);
void settle_project(struct world *world, size_t project);

/* Follows a change of grant, stage or phase: what the claimant uses, and how fast its
 * project goes. Settled before. */
void refresh_use(struct world *world, size_t claimant);
void refresh_project(struct world *world, size_t project);
/* The same where only a loan has changed. */
void refresh_speed(struct world *world, size_t project);
/* The same for all that train on a pool, after its failures have changed. */
void refresh_pool(struct world *world, size_t pool);

/* A change of a team's builds changes the speed of them all, and with it the time that is
 * left for training: needs are sampled anew, or they would depend on the order of what
 * happens at one instant. */
void refresh_builds(struct world *world, size_t team);

/* People. */
void people_init(struct world *world, struct arena *arena);
void check_people(const struct world *world);
void settle_person(struct world *world, size_t person);
/* Grievance, and a month more since leaders left. */
void close_month_of_people(struct world *world);
/* Samples crunch and closeness of a team; its rates follow. */
void sample_team(struct world *world, size_t team);
/* Re-adds what a team's people do: where that has changed, builds go at another speed,
 * and needs are sampled anew, also for builds to come. */
void refresh_workers(struct world *world, size_t team);
/* The needs of a team change with its people. */
void refresh_team_needs(struct world *world, size_t team);
/* What a team's people feel, in the mean, and when something is next forgotten. */
void refresh_feelings(struct world *world, size_t team);
/* A team takes over who has left another one, for what it still does to those who stay.
 */
void join_leavers(struct world *world, size_t from, size_t team);
/* Puts a team on the list of stirred ones, a person on that of restless ones. */
void stir(struct world *world, size_t team);
void unrest(struct world *world, size_t person);

/* A list of what has changed, as a binary heap by rank: those that change at one instant
 * are dealt with in the order of their names. Puts an item that is not there yet; takes
 * the one of the lowest rank from n > 0. O(log n). */
void put_ranked(size_t *items, size_t *n, const size_t *ranks, size_t item);
size_t take_first(size_t *items, size_t *n, const size_t *ranks);

/* world_time.c */
void month_init(struct world *world, struct arena *arena);

/* world_opening.c: what was before the start. */
void history_init(struct world *world, struct arena *arena);
void opening_init(struct world *world);
void put_account(struct world *world, size_t group, size_t pool, double balance);
void check_accounts(const struct world *world);

/* What of so many GPUs a claimant puts to work: a train stage takes between its minimum
 * and maximum, exploration up to what it needs. */
double gpus_at_work(const struct world *world, size_t claimant, double gpus);

/* What is lent of a pool is to be worked out anew: after a change of a grant, a need, a
 * stage, a claim or what is in service. */
void unsettle_loans(struct world *world, size_t pool);
void check_loans(const struct world *world);

/* What a project's staff does together, in people: as much each as its team's people on
 * average; NaN: none is stated. */
double staff_workers(const struct world *world, size_t project);

/* The work of a whole stage as planned: GPU-s, person-s or s. */
double stage_work(const struct stage *stage);

/* An instant rounded to the microsecond, so that arithmetic noise does not order events.
 */
double to_microsecond(double at_s);

/* world_owners.c: what a claim amounted to stays with the team that it leaves, or goes to
 * another one. */
void leave_behind(struct world *world, size_t claimant);
struct holding_amounts amounts_less(struct holding_amounts a,
                                    const struct holding_amounts *b);

/* What projects used in the open month while they were a team's that ends is told as
 * another's. */
void hand_over_month_use(struct world *world, size_t from, size_t team);
void close_month_of_owners(struct world *world);

/* Lists who owns what, and re-derives those lists. */
void owners_init(struct world *world, struct arena *arena);
void check_owners(const struct world *world);

/* What teams make of the fill of the month that ends: after close_month_of_people. */
void close_month_of_requests(struct world *world);

void check_overlaps(const struct world *world);

/* Samples what an exploration needs. */
void refresh_exploration_need(struct world *world, size_t exploration);

/* Sets a grant, settled and with all that follows. */
void put_grant(struct world *world, size_t claimant, double gpus);

/* Takes grants back where they no longer fit, lowest score first; `kept` is spared, -1
 * for none. */
void shrink_grants(struct world *world, size_t pool, int kept);

#endif
