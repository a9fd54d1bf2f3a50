#include "study/rule_words.h"

#include <string.h>

struct words {
    const struct scenario *s;
    struct text *out;
    const struct setting *divide, *over; /* over NULL: not told */
};

/* The name of what a `set` chooses for a part of the rule; NULL: it sets something else.
 */
static const char *choice_of(const struct happening *h, const struct setting *part)
{
    bool is_part = part && h->kind == HAPPENING_SET && h->target.home == HOME_RULE &&
                   h->target.setting->offset == part->offset;
    return is_part ? setting_choice(part, (size_t)h->value) : NULL;
}

/* The changes from `first` on that come at one time: the last of each part counts.
 * Returns where the next begin. */
static size_t tell_changes(struct words *w, size_t first)
{
    const struct scenario *s = w->s;
    const struct happening *h = &s->happenings[first];
    const char *divide = NULL, *over = NULL;
    char from[32] = "at random";
    size_t next = first;
    do {
        const struct happening *change = &s->happenings[next++];
        const char *division = choice_of(change, w->divide);
        const char *place = choice_of(change, w->over);
        divide = division ? division : divide;
        over = place ? place : over;
    } while (next < s->n_happenings && h->per_year == 0 &&
             s->happenings[next].at_s == h->at_s);
    if (!divide && !over)
        return next;
    if (h->per_year == 0) {
        memcpy(from, "from ", 5);
        date_format(calendar_date(&s->calendar, h->at_s), from + 5);
    }
    text_printf(w->out, ", %s%s%s%s%s", from, divide ? " " : "", divide ? divide : "",
                over ? " over " : "", over ? over : "");
    return next;
}

void rule_words(const struct scenario *s, bool has_over, struct text *out)
{
    struct words w = {s, out, settings_find(&rule_settings, "divide"),
                      has_over ? settings_find(&rule_settings, "over") : NULL};
    text_append(out, divisions[s->rule.division]->name);
    if (has_over)
        text_printf(out, " over %s", setting_choice(w.over, (size_t)s->rule.over));
    for (size_t i = 0; i < s->n_happenings;)
        i = tell_changes(&w, i);
}
