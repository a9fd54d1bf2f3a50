/* trace.h - what an award did, step by step, for `explain`.
 *
 * The award and nothing else writes it; a NULL trace costs nothing. */
#ifndef ALLOT_RULE_TRACE_H
#define ALLOT_RULE_TRACE_H

#include <stddef.h>

enum award_step_kind {
    STEP_BOUNDS,   /* claim: value = the most it may get, other = its floor */
    STEP_ENTITLED, /* claim: value = first-pass limit, other = entitlement of its group,
                      GPUs */
    STEP_CEILING,  /* group and pool: value = the most that it may get, less than what is
                      wanted below it, other */
    STEP_DECIDED,  /* the same, by what was decided for it */
    STEP_KEPT,  /* group 0 and pool: value = GPUs of those who do not lend them, other =
                   of how many */
    STEP_GROUP, /* group and pool: value = GPUs divided below it, other = wanted */
    STEP_LEVEL, /* group and pool: value = GPUs for each unit of weight
                   (score, share ...) at which the pool was spent; INFINITY: every wish
                   was met */
    STEP_ENTITLEMENTS_PASS, /* claim: value = GPUs of the first pass */
    STEP_BEYOND_PASS,       /* claim: value = GPUs after both passes */
    STEP_INERTIA,   /* claim: value = GPUs after inertia, other = the last grant */
    STEP_SET_ASIDE, /* claim: value = what it would have had, other = its minimum */
    STEP_RETURNED,  /* claim: value = GPUs with which it came back */
    STEP_UNITS,     /* claim: value = GPUs in whole units, other = before */
    STEP_PRICE      /* group 0 and pool: value = what a GPU costs */
};

struct award_step {
    enum award_step_kind kind;
    int pool;
    int group; /* -1: a claim's step */
    int claim; /* index in the docket; -1: a group's step */
    double value, other;
};

struct award_trace {
    struct award_step *steps;
    size_t n_steps, capacity;
};

void award_trace_init(struct award_trace *trace);
void award_trace_release(struct award_trace *trace);

/* Does nothing where trace is NULL. */
void award_trace_add(struct award_trace *trace, struct award_step step);

/* The number of steps so far, and the way back to it: a division that is done again
 * replaces its steps. */
size_t award_trace_mark(const struct award_trace *trace);
void award_trace_rewind(struct award_trace *trace, size_t mark);

#endif
