/* reader.h - from nodes to structs, by a table of settings.
 *
 * A form is the reading of one group of the tree. Whoever reads asks for what the group
 * may hold, in the order in which it is printed: form_read for the settings of a table,
 * form_list and form_group for what stands below. form_close reports what nobody asked
 * for. On the way the tree is completed: defaults become nodes, an integer that is meant
 * as a number becomes one, dates are written out, keys stand in the order asked for.
 *
 * Every mistake is reported, and none twice: a wrong value leaves the default in the
 * struct and sets is_bad, so that the caller can keep from judging it further. */
#ifndef ALLOT_SCENARIO_READER_H
#define ALLOT_SCENARIO_READER_H

#include "base/arena.h"
#include "base/diag.h"
#include "model/calendar.h"
#include "model/happening.h"
#include "model/setting.h"
#include "scenario/node.h"

#include <stdbool.h>
#include <stddef.h>

enum { FORM_MOST_KEYS = 96, FORM_MOST_MISSING = 16, LONGEST_NAME = 200 };

/* A happening with where it was written. */
struct planned {
    struct happening happening;
    const char *who;          /* what messages call it */
    const struct node *date;  /* its `at` or `from` */
    const struct node *node;  /* all of it */
    const struct node *value; /* what a `set` stores; NULL for others */
};

struct reader {
    struct arena *arena;
    struct diag *d;
    struct date start; /* dates count from here, once has_start */
    bool has_start;
    struct planned *planned; /* on the heap: reader_release */
    size_t n_planned, capacity;
};

struct form {
    struct reader *reader;
    struct node *group;
    const char *who;          /* "pool 'a100'", or "" for the scenario as a whole */
    struct set_target target; /* what values by date change: home, index and inner are
                                 the caller's, path is that of the group */
    bool is_void; /* nothing is there to be read; reported by whoever noticed */
    bool is_bad;  /* a setting was wrong or missing; reported */
    const char *keys[FORM_MOST_KEYS];
    size_t n_keys;
    struct {
        const char *key, *hint;
    } missing[FORM_MOST_MISSING];
    size_t n_missing;
};

void reader_release(struct reader *r);

/* An error as "who: message". Returns -1. */
int reader_error(struct reader *r, const char *who, const struct place *at,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The hint "did you mean", if one of the names is near. */
void reader_hint(struct reader *r, const char *word, const char *const *names, size_t n);

/* What messages call the i-th element of a list (from 0): "pool 'a100'" by its name, or
 * "pool 1". */
const char *reader_who(struct reader *r, const char *sort, const struct node *element,
                       size_t i);

/* Reads one value of a setting that is a number in the end: all but texts. `label` is
 * what messages call it. May change the node as above. */
int reader_number(struct reader *r, const char *who, const char *label,
                  const struct setting *setting, struct node *node, double *number);

/* Adds to the plan. */
void reader_plan(struct reader *r, struct planned planned);

/* Opens a group; one that is none is reported, and NULL makes a void form. */
void form_open(struct form *f, struct reader *r, struct node *group, const char *who);

/* Reads one setting, or all of a table, into their places in `values`. */
void form_setting(struct form *f, const struct setting *setting, void *values);
void form_read(struct form *f, const struct settings *settings, void *values);

/* Reads the list below a table, which may be left out: form_read does not. */
void form_elements(struct form *f, const struct settings_list *list, void *values);

/* What stands under a key: whatever it is; a list; a group, which is made where it is
 * left out. NULL: absent or of a wrong kind, which is reported. */
struct node *form_node(struct form *f, const char *key);
struct node *form_list(struct form *f, const char *key);
struct node *form_group(struct form *f, const char *key);

/* Says that a key is missing: form_close reports it, unless an unknown key looks like it.
 * The hint lives in the arena or for ever. */
void form_missing(struct form *f, const char *key, const char *hint);

/* "key: what it is for", as such a hint. */
const char *form_help(const struct form *f, const struct setting *setting);

/* Whether a key that nobody asked for yet looks like one of these. */
bool form_is_misspelt(const struct form *f, const char *const *keys, size_t n);

/* Reports unknown and missing keys and puts the keys in order. */
void form_close(struct form *f);

/* An error of the form: "who: message". Sets is_bad and returns -1. */
int form_error(struct form *f, const struct place *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Exactly one of several keys must stand: which of them does, or -1 and a message, in
 * which `what` takes one of them. */
int form_choose(struct form *f, const char *what, const char *const *keys, size_t n);

/* The place of a key's value, or of the group where the key is left out. */
const struct place *form_place(const struct form *f, const char *key);

/* The same for elements of values by date and the like: "from" and "value". */
struct dated_value {
    double at_s; /* -INFINITY without `from` */
    double number;
    struct node *from, *value; /* NULL: not there */
};

/* Reads `from` and `value` of one element; the caller opens and closes. */
void form_dated_value(struct form *f, const struct setting *setting,
                      struct dated_value *dated);

#endif
