/* scenario.h - a scenario, read and checked: what every run of it starts from.
 *
 * One arena holds all of it; after scenario_load it is const and shared by all threads.
 * Entities stand in the order of the file; what an order could influence (claimants, the
 * siblings of the tree) is ordered by name. Instants are seconds since the start. */
#ifndef ALLOT_SCENARIO_SCENARIO_H
#define ALLOT_SCENARIO_SCENARIO_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "model/calendar.h"
#include "model/entities.h"
#include "model/happening.h"
#include "model/metric.h"
#include "model/opening.h"
#include "rule/rule.h"
#include "scenario/node.h"
#include "scenario/source.h"
#include "scenario/sweep.h"

/* A date at whose end every outcome is also stated. */
struct mark {
    double at_s;      /* the end of that day */
    const char *date; /* YYYY-MM-DD */
};

struct scenario {
    struct arena arena;
    const char *name;        /* the file's name without folder and ending */
    const char *path;        /* as named on the command line */
    const char *question;    /* the file's first comment line; NULL: none */
    const char *alternative; /* laid over the scenario; NULL: none */
    const char *jail;        /* of its options: no file outside is read; NULL: none */
    struct calendar calendar;
    int64_t seed;
    const struct pool *pools;
    size_t n_pools;
    const struct group *groups;  /* root 0 */
    const struct bounds *bounds; /* [group * n_pools + pool] */
    size_t n_groups;
    const struct team *teams;
    size_t n_teams;
    struct people people;
    const struct person *persons; /* who is there at the start */
    size_t n_persons;
    const char *const *cohorts; /* names; the first are the teams, by their index */
    size_t n_cohorts;
    const struct exploration *explorations;
    size_t n_explorations;
    const struct project *projects;
    size_t n_projects;
    const struct claimant *claimants; /* ordered by pool, name, projects first */
    size_t n_claimants;
    const char *const *topics, *const *kinds; /* by id */
    size_t n_topics, n_kinds;
    const double *overlaps; /* [topic * n_topics + topic]: of their projects' work */
    struct council council;
    struct disputes disputes;
    struct rule rule;
    struct opening opening;             /* what was before the start */
    const struct happening *happenings; /* ordered by instant, then as written; also what
                                           values by date and deliveries amount to */
    size_t n_happenings;
    const struct mark *marks; /* ordered by instant */
    size_t n_marks;
    const char *const *alternatives; /* names */
    size_t n_alternatives;
    const struct sweep *sweep; /* what `allot sweep` varies */
    bool has_answer; /* the outcome that answers the question, if one is named */
    struct outcome_path answer;
    struct source_list sources; /* every file that was read */
    struct node *tree;          /* the whole scenario with all defaults in */
};

struct scenario_options {
    const char *const *sets; /* PATH=VALUE, applied in order, after the alternative */
    size_t n_sets;
    const char *alternative; /* NULL: none */
    const char *jail;        /* files outside this folder are refused; NULL: no limit */
    bool is_variant;         /* of one that was checked: its alternatives are not
                                checked again */
    const char *data_dir;    /* where presets are looked up; NULL: nowhere */
};

/* Reads a scenario and checks all of it. On success the diag holds warnings at most; on
 * failure every mistake of the file, and there is nothing to release. */
int scenario_load(struct scenario *s, const char *path,
                  const struct scenario_options *options, struct diag *d);
void scenario_release(struct scenario *s);

/* The scenario with all defaults in, as text that reads back to the same scenario. */
void scenario_print(const struct scenario *s, struct text *out);

/* The index of an entity by its name, or -1. O(n). */
int scenario_find_pool(const struct scenario *s, const char *name);
int scenario_find_group(const struct scenario *s, const char *name); /* teams too */
int scenario_find_team(const struct scenario *s, const char *name);
int scenario_find_project(const struct scenario *s, const char *name);
int scenario_find_cohort(const struct scenario *s, const char *name);
int scenario_find_person(const struct scenario *s, const char *name);

/* The tables behind the loader, `allot list settings` and the manual: where each stands
 * ("pools.NAME", "rule.quota") and its settings. */
struct settings_section {
    const char *path;
    const char *summary;
    const struct settings *settings;
};
const struct settings_section *scenario_sections(size_t *n);

#endif
