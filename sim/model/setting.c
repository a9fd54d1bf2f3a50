#include "model/setting.h"

#include "base/check.h"

#include <math.h>
#include <string.h>

static void *value_of(const struct setting *setting, void *values)
{
    return (char *)values + setting->offset;
}

void settings_fill_defaults(const struct settings *settings, void *values)
{
    memset(values, 0, settings->size);
    for (size_t i = 0; i < settings->n_items; i++) {
        const struct setting *s = &settings->items[i];
        bool is_unset = s->flags & (SETTING_OPTIONAL | SETTING_REQUIRED);
        if (s->type == SETTING_TEXT)
            *(const char **)value_of(s, values) = s->fallback_text;
        else if (is_unset && (s->type == SETTING_FLOAT || s->type == SETTING_DATE))
            setting_store(s, values, NAN);
        else if (is_unset)
            setting_store(s, values, -1);
        else
            setting_store(s, values, s->fallback);
    }
}

const struct setting *settings_find(const struct settings *settings, const char *key)
{
    for (size_t i = 0; i < settings->n_items; i++)
        if (strcmp(settings->items[i].key, key) == 0)
            return &settings->items[i];
    return NULL;
}

const char *setting_choice(const struct setting *setting, size_t index)
{
    if (setting->choice_at)
        return setting->choice_at(index);
    return index < setting->n_choices ? setting->choices[index] : NULL;
}

double setting_number(const struct setting *setting, const void *values)
{
    const void *value = (const char *)values + setting->offset;
    switch (setting->type) {
    case SETTING_BOOL:
        return *(const bool *)value;
    case SETTING_INT:
        return (double)*(const int64_t *)value;
    case SETTING_FLOAT:
    case SETTING_DATE:
        return *(const double *)value;
    case SETTING_CHOICE:
        return *(const int *)value;
    case SETTING_TEXT:
        break;
    }
    CHECK(!"a text has no number");
    return NAN;
}

void setting_store(const struct setting *setting, void *values, double number)
{
    void *value = value_of(setting, values);
    switch (setting->type) {
    case SETTING_BOOL:
        *(bool *)value = number != 0;
        return;
    case SETTING_INT:
        *(int64_t *)value = (int64_t)number;
        return;
    case SETTING_FLOAT:
    case SETTING_DATE:
        *(double *)value = number;
        return;
    case SETTING_CHOICE:
        *(int *)value = (int)number;
        return;
    case SETTING_TEXT:
        break;
    }
    CHECK(!"a text has no number");
}

bool setting_admits(const struct setting *setting, double number)
{
    bool above = setting->flags & SETTING_OPEN_LOW ? number > setting->low
                                                   : number >= setting->low;
    bool below = setting->flags & SETTING_OPEN_HIGH ? number < setting->high
                                                    : number <= setting->high;
    return isfinite(number) && above && below;
}
