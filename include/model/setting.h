/* setting.h - one table drives everything that is said about a setting.
 *
 * The loader, its messages, the defaults, the units and ranges, `allot list settings`,
 * `allot check --print` and the manual all read the tables of struct setting. A part of
 * the model or of a rule declares its own table and a struct that holds the values; the
 * table says where in that struct each value goes. */
#ifndef ALLOT_MODEL_SETTING_H
#define ALLOT_MODEL_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_type {
    SETTING_BOOL,  /* bool */
    SETTING_INT,   /* int64_t */
    SETTING_FLOAT, /* double; an integer in the file is accepted */
    SETTING_TEXT,  /* const char *, never empty */
    SETTING_DATE,  /* double, seconds since the scenario's start; NaN if not set */
    SETTING_CHOICE /* int, the index of one of `choices` */
};

enum setting_flag {
    SETTING_REQUIRED = 1, /* no default: leaving it out is an error */
    SETTING_OPTIONAL = 2, /* no default: NaN, NULL or -1 where it is left out */
    SETTING_DATED = 4,    /* a `set` may change it; may be written as values by date */
    SETTING_OPEN_LOW = 8, /* the range does not hold its lower end */
    SETTING_NAME = 16,    /* the element's own name: printed first, never set */
    SETTING_OPEN_HIGH = 32
};

struct setting {
    const char *key;
    enum setting_type type;
    unsigned flags;
    size_t offset;
    double fallback;            /* default of a bool, int, float or choice */
    const char *fallback_text;  /* default of a text */
    double low, high;           /* range of an int or float */
    const char *const *choices; /* of a choice, n_choices of them; or */
    size_t n_choices;
    const char *(*choice_at)(size_t index); /* from a registry, NULL past the last */
    const char *unit;                       /* "" for none */
    const char *help;
};

/* A table with the size of the struct that its offsets refer to. */
struct settings {
    const char *name; /* the group in the scenario, such as "quota" */
    const struct setting *items;
    size_t n_items;
    size_t size;
    const struct settings_list *list; /* NULL: none */
};

/* A list of groups below a table, such as the dates of a schedule: a table of its own
 * reads each element. The struct of values points to the elements, which stay the same
 * for a whole run, and may be left out: there are none then. */
struct settings_list {
    const char *key;
    const char *help;
    struct settings element; /* its size is that of one element */
    size_t offset;           /* of struct setting_elements in the struct of values */
    /* What is wrong with an element whose values are each right; NULL: nothing. */
    const char *(*judge)(const void *element);
};

struct setting_elements {
    const void *items;
    size_t n_items;
};

#define SETTINGS(name, table, type)                                                      \
    {                                                                                    \
        (name), (table), sizeof(table) / sizeof *(table), sizeof(type), NULL             \
    }
#define SETTINGS_WITH_LIST(name, table, type, list)                                      \
    {                                                                                    \
        (name), (table), sizeof(table) / sizeof *(table), sizeof(type), (list)           \
    }

/* Fills a struct of values with the defaults of its table. */
void settings_fill_defaults(const struct settings *settings, void *values);

/* The setting of that key, or NULL. */
const struct setting *settings_find(const struct settings *settings, const char *key);

/* The name of a choice, NULL past the last one. */
const char *setting_choice(const struct setting *setting, size_t index);

/* Numbers of a value that is a bool, an int, a float, a date or a choice. */
double setting_number(const struct setting *setting, const void *values);
void setting_store(const struct setting *setting, void *values, double number);

/* Whether the number lies in the setting's range (NaN never does). */
bool setting_admits(const struct setting *setting, double number);

#endif
