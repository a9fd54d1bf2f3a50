/* random_parts.h - private to the sources of random_scenarios.h. */
#ifndef ALLOT_TESTS_RANDOM_PARTS_H
#define ALLOT_TESTS_RANDOM_PARTS_H

#include "base/text.h"
#include "model/calendar.h"
#include "rule/rule.h"
#include "support/dockets.h"

enum {
    MOST_TEAMS = 40,
    MOST_PROJECTS = 60,
    MOST_STAGES = 5,
    MOST_ITEMS = 64,
    MOST_NAMED = 6
};

struct made_pool {
    int gpus;
};

struct made_project {
    char name[16];
    int64_t start_day;
    int pool;           /* of some train stage; -1: none */
    bool builds, waits; /* waits for another one */
    size_t n_stages;
};

struct maker {
    struct dice dice;
    bool is_reversed;
    struct date start;
    size_t n_months;
    int64_t n_days;
    struct made_pool pools[3];
    size_t n_pools;
    char teams[MOST_TEAMS][16];
    int explored[MOST_TEAMS]; /* pool of an exploration; -1: none */
    size_t n_teams;
    char groups[MOST_TEAMS][16];
    size_t n_groups;
    struct made_project projects[MOST_PROJECTS];
    size_t n_projects, n_members;
    size_t free_people[MOST_TEAMS]; /* those without a role */
    size_t n_named;
    bool has_tree;          /* rule.over at the start */
    bool has_ledger;        /* some ledger comes into force: all divisions must take it */
    bool changes_over;      /* the rule may go over to the tree, or leave it */
    bool has_own_divisions; /* some group names one */
    const struct divide_type *division;
};

struct items {
    struct text texts[MOST_ITEMS];
    size_t n;
};

/* A new item of a list, to be written. */
struct text *add_item(struct items *items);

/* "key = ( { ... }, { ... } ); ", the items in order or reversed; nothing if there are
 * none. Drops the items. */
void join(struct text *out, const char *key, struct items *items, bool is_reversed);

bool chance(struct maker *m, double odds);
size_t below(struct maker *m, size_t n);
double between(struct maker *m, double low, double high);
/* Over orders of magnitude, and often a round number. */
double spread(struct maker *m, double low, double high);

/* A day of the run from `first` on: a month's first, one of a few, or any; and a day as a
 * date. */
int64_t pick_day(struct maker *m, int64_t first);
const char *date(const struct maker *m, int64_t day, char out[16]);

/* A number, or values by date. */
void put_value(struct maker *m, struct text *out, const char *key, double low,
               double high);

/* random_plans.c: the rule is picked before the organisation is written, whose groups may
 * name divisions that go with it. */
void pick_rule(struct maker *m);
void put_rule(struct maker *m, struct text *out);
void put_council(struct maker *m, struct text *out);
void put_disputes(struct maker *m, struct text *out);
void put_happenings(struct maker *m, struct text *out);
/* A division that may come into force in place of the rule's. */
const struct divide_type *pick_division(struct maker *m);
void put_marks(struct maker *m, struct text *out);

/* random_openings.c: what was before the start. */
void put_opening(struct maker *m, struct text *out);

/* random_people.c: those of a team, after its name; the settings of all, after the teams;
 * what happens to them, without its time. */
void put_team_people(struct maker *m, struct text *out, size_t team);
void put_people(struct maker *m, struct text *out);
void put_people_happening(struct maker *m, struct text *out);

#endif
