/* explain.h - why claims got what they got at one meeting of the council.
 *
 * The scenario is run up to that meeting. There its award is made once more with a trace,
 * which must come to the same grants, and once more for each try of a remedy: the
 * smallest change of a claim's priority, or of a rating that stands above it, with which
 * it would have got all that it asked for. A remedy is told only after the scenario, with
 * its --set laid on, was run up to the meeting again and did so. */
#ifndef ALLOT_STUDY_EXPLAIN_H
#define ALLOT_STUDY_EXPLAIN_H

#include "rule/trace.h"
#include "scenario/scenario.h"

struct explain_question {
    const struct scenario *scenario;
    const struct scenario_options *options; /* with which it was loaded, for remedies */
    uint64_t seed, replication;
    size_t month;
    int project, team; /* whose claims; both -1: all, without remedies */
};

/* A factor's part of a score; weight and contribution are NaN where a formula makes it.
 */
struct explained_factor {
    const char *name;
    double value, weight, contribution;
};

/* The change that would have brought the full request. */
struct remedy {
    const char *set;      /* for --set, from this meeting on; NULL: there is none */
    const char *path;     /* of the setting that it changes */
    double from, to;      /* the setting's value */
    double score;         /* then */
    double granted_gpus;  /* then */
    const char *why_none; /* where there is none: a sentence without its full stop */
};

struct explained_claim {
    const char *name, *team, *group, *pool; /* group: above the team, NULL at the top */
    bool is_exploration;
    int pool_id;
    double requested_gpus, needed_gpus, min_gpus, last_gpus;
    bool is_new, is_set_aside;
    double score;
    struct explained_factor *factors;
    size_t n_factors;
    double entitled_gpus; /* NaN without a ledger */
    double granted_gpus;
    struct award_step *steps; /* its own, and those of its pool and the groups above it */
    size_t n_steps;
    const char *verdict; /* what decided: "pool spent" */
    struct remedy remedy;
};

/* A team on a pool, against what its share or its entitlement gives it. */
struct explained_team {
    const char *name, *pool;
    double due_gpus; /* entitlement, or share of the pool where there is no ledger */
    double asked_gpus, granted_gpus;
    double starved_gpus;  /* due, asked for and not granted */
    double borrowed_gpus; /* granted beyond what is due */
};

/* A group with the division that stands at it; over projects that of group 0 divides. */
struct explained_group {
    const char *name, *division;
    const char *level_of; /* what a level of the division counts; NULL: it tells none */
};

struct explained_pool {
    const char *name;
    double capacity_gpus, unit_gpus, granted_gpus;
};

struct explanation {
    struct arena arena;
    char date[16]; /* of the meeting */
    double lag_days;
    const char *division, *over, *ledger;
    const char *formula; /* NULL: the score is a weighted sum */
    const char *script;  /* file of the division; NULL: it is none */
    bool inertia_dropped;
    struct explained_pool *pools;
    size_t n_pools;
    struct explained_claim *claims; /* by pool, the largest score first */
    size_t n_claims;
    struct explained_team *teams; /* by pool and name */
    size_t n_teams;
    struct explained_group *groups; /* as steps number them */
};

/* DIAG_USAGE where there was no such meeting or claim, with what there was instead;
 * DIAG_DATA where a script or formula of the user's goes wrong on the way. There is
 * nothing to release then. Cost: a run, and two for each remedy. */
int explain_meeting(const struct explain_question *question, struct explanation *e,
                    struct diag *d);
void explanation_release(struct explanation *e);

/* Appends a step as a sentence without its full stop: "whole units: 1,264, before them
 * 1,264.3". */
void explain_step(const struct explanation *e, const struct explained_claim *claim,
                  const struct award_step *step, struct text *out);

/* A short name for each kind of step, for JSON. */
const char *explain_step_name(enum award_step_kind kind);

#endif
