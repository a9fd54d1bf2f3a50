/* loading.h - private to the loader's source files: one scenario in the making.
 *
 * Sections are read in the order in which they refer to each other: pools, organisation,
 * projects, council, rule, happenings. An index is -1 where a name led nowhere, which was
 * reported; whoever judges the whole skips what is bad. */
#ifndef ALLOT_SCENARIO_LOADING_H
#define ALLOT_SCENARIO_LOADING_H

#include "base/text_index.h"
#include "record/csv_reader.h"
#include "scenario/reader.h"
#include "scenario/scenario.h"

/* Names of one sort and what they stand for. */
struct name_list {
    const char *sort; /* "pool" */
    const char **names;
    int *ids;
    struct node **nodes; /* the groups that bear the names */
    size_t n_names, capacity;
    struct text_index index;
    bool is_open; /* some name is missing or wrong: one that is not found may be it */
};

struct loading {
    struct scenario *s;
    struct reader reader;
    const struct parse_options *options; /* where files may lie */
    struct pool *pools;
    struct group *groups;
    struct bounds *bounds;
    struct team *teams;
    struct exploration *explorations;
    struct project *projects;
    struct member *members;
    double *overlaps;     /* [topic * n_topics + topic] */
    bool *is_bad_pool;    /* [pool] */
    bool *is_bad_bound;   /* [group]: its floors or ceilings */
    bool *is_bad_project; /* [project] */
    bool is_bad_calendar; /* start or months */
    bool is_bad_council;  /* weights of members */
    bool is_bad_rule;     /* divide, over or ledger */
    bool is_bad_weights;  /* of the score */
    bool is_bad_plan;     /* some happening */
    const char *answer;   /* as written; NULL: none */
    size_t n_errors;      /* that were there before */
    struct csv_table csv; /* that was read last, for whoever names it next */
    const struct source *csv_source;
    struct node **group_nodes, **project_nodes, **member_nodes; /* by index */
    struct node *council_node, *rule_node, *weights_node;
    struct name_list pool_names, group_names, team_names, project_names, member_names,
        happening_names, person_names, cohort_names, topics, kinds;
};

/* The elements of all lists with that key below a node: room for what will be read. */
size_t loading_count(const struct node *node, const char *list_key);

/* Adds a name, which may be NULL: wrong. `node` is the group that bears it. */
void loading_add_name(struct loading *l, struct name_list *list, const char *name, int id,
                      struct node *node);

/* What a name stands for, or -1 without a message. */
int loading_find(const struct name_list *list, const char *name);

/* What the name under `key` of the form stands for; -1 and a message if it is unknown,
 * with a hint if one of `other` (may be NULL) has it. */
int loading_resolve(struct loading *l, struct form *f, const char *key, const char *name,
                    const struct name_list *list, const struct name_list *other);

/* The pool named under `pool`; NULL means the only one, whose name is then written into
 * the tree. -1 and a message if it is unknown or left out among several. */
int loading_resolve_pool(struct loading *l, struct form *f, const char *name);

/* Reports unless the form names either a project with a train stage on the pool or a team
 * with an exploration there: who may have a grant. */
void loading_check_holder(struct loading *l, struct form *f, const char *what,
                          int project, int team, int pool);

/* Reports names that stand twice; true if none does. O(n log n) */
bool loading_check_names(struct loading *l, const struct name_list *list);

/* The CSV table that the text of a node names: beside the file in which it is written,
 * the main one for an argument, else in the data directory. 0, or -1 and messages. The
 * table is borrowed until the next call: one that many name one after another is parsed
 * once. */
int loading_read_csv(struct loading *l, const struct node *node, struct csv_table *table);

/* Whether a mistake hides some exploration of a team. */
bool loading_hides_exploration(const struct loading *l, int team);

/* The path of some parts, with quotes where they are needed; NULL ends the parts. */
const char *loading_path(struct loading *l, const char *first, ...);

/* One file each: reads its part of the top-level form. */
void read_pools(struct loading *l, struct form *top);
void read_organisation(struct loading *l, struct form *top);
void read_people(struct loading *l, struct form *top);
void read_projects(struct loading *l, struct form *top);
void read_topics(struct loading *l, struct form *top);
void read_council(struct loading *l, struct form *top);
void read_disputes(struct loading *l, struct form *top);
void read_rule(struct loading *l, struct form *top);
void read_opening(struct loading *l, struct form *top);
void read_happenings(struct loading *l, struct form *top);

/* read_script.c: the file that rule.script.file names. */
void read_script(struct loading *l);

/* read_bounds.c: floor_gpus and ceiling_gpus of a group or team. */
void read_bounds(struct loading *l, struct form *f, int group);

/* read_demand.c: the table of real use that an exploration's file names, if it names one.
 */
void read_demand(struct loading *l, const struct form *f,
                 struct exploration *exploration);

/* read_decisions.c: the table that rule.fixed.file names, if it names one. */
void read_decisions(struct loading *l, struct form *rule);

/* set_target.c: finds what a path names, which must be something that can change during
 * a run. -1 and a message, or none where names are open. */
int set_target_resolve(struct loading *l, struct form *f, const char *path,
                       struct set_target *target);

/* read_sweep.c: what `allot sweep` varies. */
void read_sweep(struct loading *l, struct form *top);

/* alternatives.c: the names of the alternatives. */
void read_alternatives(struct loading *l, struct form *top);

/* validate.c: what one part of the scenario asks of another; drops what is planned
 * outside the run and puts the rest in order. */
void validate_scenario(struct loading *l);

/* validate_clashes.c: whether the parts of the rule go together at the start, after each
 * change and whenever one at random may come. `plan` is ordered by instant; what comes at
 * random stands last. */
void validate_clashes(struct loading *l, struct planned *const *plan, size_t n);

/* validate_plan.c: what the settings come to as they change in the course of the run.
 * `plan` as above. */
void validate_plan(struct loading *l, struct planned *const *plan, size_t n);

#endif
