#include "support/random_rules.h"

#include "support/dockets.h"

#include <math.h>

/* A value of each setting, near the low end of its range, where the interesting are. */
static void vary_settings(const struct settings *settings, void *values,
                          struct dice *dice)
{
    for (size_t i = 0; i < settings->n_items; i++) {
        const struct setting *s = &settings->items[i];
        if (s->type == SETTING_TEXT)
            continue;
        bool is_bool = s->type == SETTING_BOOL;
        double width = is_bool                     ? 2
                       : s->type == SETTING_CHOICE ? (double)s->n_choices
                                                   : s->high - s->low;
        if ((s->flags & SETTING_OPTIONAL) && dice_chance(dice, 0.4)) {
            setting_store(s, values, s->type == SETTING_FLOAT ? NAN : -1);
            continue;
        }
        double number = s->low + fmin(width, 10) * dice_uniform(dice);
        if (s->type == SETTING_CHOICE || is_bool)
            number = floor(number);
        else if (dice_chance(dice, 0.2))
            number = dice_chance(dice, 0.5) ? s->high : s->low;
        setting_store(s, values, setting_admits(s, number) ? number : s->high);
    }
}

void rule_vary(struct rule *rule, uint64_t seed, bool is_inert)
{
    struct dice dice = {~seed};
    rule->beyond = dice_chance(&dice, 0.5) ? BEYOND_DIVIDE : BEYOND_NONE;
    rule->round = (int)dice_below(&dice, N_UNITS_METHODS);
    rule->threshold_frac = is_inert ? 0.3 * dice_uniform(&dice) : 0;
    rule->step_frac = is_inert ? 0.2 * dice_uniform(&dice) : 1;
    for (size_t k = 0; k < n_divisions; k++)
        vary_settings(&divisions[k]->settings, rule->division_settings[k], &dice);
    for (size_t k = 0; k < n_ledgers; k++)
        vary_settings(&ledgers[k]->settings, rule->ledger_settings[k], &dice);
    for (size_t f = 0; f < n_factors; f++)
        rule->weights[f] = dice_chance(&dice, 0.6) ? dice_uniform(&dice) - 0.1 : 0;
}
