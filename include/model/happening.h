/* happening.h - what a scenario lets happen, at dates or at random. */
#ifndef ALLOT_MODEL_HAPPENING_H
#define ALLOT_MODEL_HAPPENING_H

#include "model/setting.h"

enum happening_kind {
    HAPPENING_DELIVER,
    HAPPENING_RETIRE,
    HAPPENING_MAINTAIN,
    HAPPENING_SET,
    HAPPENING_GRANT,
    HAPPENING_START,
    HAPPENING_PAUSE,
    HAPPENING_CANCEL,
    HAPPENING_MERGE,
    HAPPENING_MOVE,
    HAPPENING_LAYOFF,
    HAPPENING_LEAVE,
    HAPPENING_HIRE,
    HAPPENING_MARKET,
    HAPPENING_RETAIN,
    N_HAPPENING_KINDS
};

/* Which struct holds the value that a `set` changes. */
enum setting_home {
    HOME_POOL,        /* index: pool */
    HOME_GROUP,       /* index: group */
    HOME_BOUNDS,      /* index: group, inner: pool, or -1 for every pool */
    HOME_EXPLORATION, /* index: exploration */
    HOME_TEAM,        /* index: team, what concerns its people */
    HOME_PEOPLE,      /* the settings of all people */
    HOME_PROJECT,     /* index: project */
    HOME_COUNCIL,
    HOME_MEMBER,   /* index: member */
    HOME_RATING,   /* index: member, inner: rating */
    HOME_RULE,     /* the rule itself */
    HOME_DIVISION, /* index: division, its own settings */
    HOME_FACTOR,   /* index: factor */
    HOME_LEDGER,   /* index: ledger */
    HOME_WEIGHT    /* index: factor, its weight in the score */
};

struct set_target {
    enum setting_home home;
    int index, inner;
    const struct setting *setting; /* NULL for HOME_WEIGHT */
    const char *path;              /* as written, for the record */
};

struct happening {
    enum happening_kind kind;
    const char *name;        /* NULL: none */
    double at_s;             /* INFINITY: at random */
    double per_year;         /* how often on average, at random; 0: once, at its date */
    int pool, project, team; /* -1: none */
    int from;                /* a team; -1: none */
    int person;              /* in the scenario's persons; -1: none */
    double gpus;
    double days;
    int64_t people;
    double fraction;
    double hours;             /* of leaders */
    double step;              /* of grievance */
    struct set_target target; /* set */
    double value;             /* set, market: the number to store */
};

/* One record a kind: what it does, and which keys it takes. */
enum happening_key {
    KEY_POOL = 1,
    KEY_PROJECT = 2,
    KEY_TEAM = 4,
    KEY_GPUS = 8,
    KEY_DAYS = 16,
    KEY_PATH = 32,
    KEY_VALUE = 64,
    KEY_FROM = 128,
    KEY_PERSON = 256,
    KEY_PEOPLE = 512,
    KEY_FRACTION = 1024,
    KEY_HOURS = 2048,
    KEY_STEP = 4096
};

struct happening_type {
    const char *name;
    const char *summary;
    unsigned needs;  /* keys that it must have */
    unsigned admits; /* keys that it may have besides */
};

extern const struct happening_type happening_types[N_HAPPENING_KINDS];

#endif
