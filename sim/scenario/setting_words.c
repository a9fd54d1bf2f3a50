#include "scenario/setting_words.h"

#include "base/text.h"
#include "record/number.h"

/* An end of a range from here on only keeps sums finite and is not worth a word. */
static const double remote = 1e9;

const char *number_words(struct arena *arena, double number)
{
    char text[NUMBER_ROOM];
    number_format(number, text);
    return arena_string(arena, text);
}

const char *node_words(struct arena *arena, const struct node *node)
{
    switch (node->kind) {
    case NODE_TEXT:
        return arena_printf(arena, "'%s'", node->value.text);
    case NODE_INT:
        return arena_printf(arena, "%lld", (long long)node->value.integer);
    case NODE_FLOAT:
        return number_words(arena, node->value.number);
    case NODE_BOOL:
        return node->value.truth ? "true" : "false";
    case NODE_GROUP:
    case NODE_LIST:
        break;
    }
    return node_kind_name(node->kind);
}

const char **setting_choices(struct arena *arena, const struct setting *setting,
                             size_t *n)
{
    for (*n = 0; setting_choice(setting, *n);)
        ++*n;
    const char **names = ARENA_ARRAY(arena, const char *, *n);
    for (size_t i = 0; i < *n; i++)
        names[i] = setting_choice(setting, i);
    return names;
}

const char *setting_kind_words(struct arena *arena, const struct setting *setting)
{
    static const char *const words[] = {[SETTING_BOOL] = "true or false",
                                        [SETTING_INT] = "an integer",
                                        [SETTING_FLOAT] = "a number",
                                        [SETTING_TEXT] = "a text",
                                        [SETTING_DATE] = "a date such as \"2023-02-24\""};
    if (setting->type == SETTING_CHOICE) {
        size_t n = 0;
        const char **names = setting_choices(arena, setting, &n);
        return words_list(arena, names, n, "or");
    }
    return words[setting->type];
}

const char *setting_range_words(struct arena *arena, const struct setting *setting,
                                double number)
{
    bool is_open_low = setting->flags & SETTING_OPEN_LOW;
    bool is_open_high = setting->flags & SETTING_OPEN_HIGH;
    bool is_low = is_open_low ? number <= setting->low : number < setting->low;
    const char *above = is_open_low ? ">" : ">=", *below = is_open_high ? "<" : "<=";
    const char *low = number_words(arena, setting->low);
    const char *high = number_words(arena, setting->high);
    if (setting->high >= remote)
        return is_low ? arena_printf(arena, "%s %s", above, low)
                      : arena_printf(arena, "%s %s", below, high);
    if (!is_open_low && !is_open_high)
        return arena_printf(arena, "%s to %s", low, high);
    return arena_printf(arena, "%s %s and %s %s", above, low, below, high);
}

const char *words_list(struct arena *arena, const char *const *words, size_t n,
                       const char *conjunction)
{
    struct text list;
    text_init(&list);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && i + 1 == n)
            text_printf(&list, " %s ", conjunction);
        else if (i > 0)
            text_append(&list, ", ");
        text_append(&list, words[i]);
    }
    const char *copy = arena_copy(arena, list.bytes, list.length);
    text_release(&list);
    return copy;
}
