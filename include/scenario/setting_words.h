/* setting_words.h - settings and values in the words of a message. */
#ifndef ALLOT_SCENARIO_SETTING_WORDS_H
#define ALLOT_SCENARIO_SETTING_WORDS_H

#include "base/arena.h"
#include "model/setting.h"
#include "scenario/node.h"

/* What stands in the file: 1.5, true, 'text', "a list". */
const char *node_words(struct arena *arena, const struct node *node);

/* A number as it would be written. */
const char *number_words(struct arena *arena, double number);

/* What sort of value the setting takes: "an integer", "projects or tree". */
const char *setting_kind_words(struct arena *arena, const struct setting *setting);

/* The names of a choice. */
const char **setting_choices(struct arena *arena, const struct setting *setting,
                             size_t *n);

/* The range that the number is outside of: "1 to 1200", "> 0", ">= 0 and < 1". An end so
 * far away that nobody reaches it is left out. */
const char *setting_range_words(struct arena *arena, const struct setting *setting,
                                double number);

/* "a, b or c" */
const char *words_list(struct arena *arena, const char *const *words, size_t n,
                       const char *conjunction);

#endif
