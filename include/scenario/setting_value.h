/* setting_value.h - one value of a setting: read from a node, stored in a struct, or made
 * of the default. */
#ifndef ALLOT_SCENARIO_SETTING_VALUE_H
#define ALLOT_SCENARIO_SETTING_VALUE_H

#include "base/arena.h"
#include "model/setting.h"
#include "scenario/node.h"

struct reader;

struct setting_value {
    double number;    /* of all but texts */
    int64_t integer;  /* of an integer, exactly */
    const char *text; /* of a text */
};

/* Reads and judges a value; messages are those of reader_number. */
int setting_value_read(struct reader *r, const char *who, const char *label,
                       const struct setting *setting, struct node *node,
                       struct setting_value *value);

/* Stores into a struct of values: what was read, or the default. */
void setting_value_store(const struct setting *setting, void *values,
                         const struct setting_value *value);
void setting_value_store_default(const struct setting *setting, void *values);

/* The default as a node, NULL if there is none. */
struct node *setting_value_default(struct arena *arena, const struct setting *setting,
                                   const char *key);

#endif
