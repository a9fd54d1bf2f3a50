#include "study/outcome_words.h"

#include <string.h>

void outcome_title(struct text *out, const char *metric, const char *kind,
                   const char *subject, const char *at)
{
    int m = metric_find(metric), k = outcome_kind_find(kind);
    text_append(out, m >= 0 ? metric_types[m].label : metric);
    if (k != OF_ALL) {
        bool is_usual = m >= 0 && (int)metric_types[m].own == k;
        text_printf(out, ": %s%s%s", is_usual ? "" : kind, is_usual ? "" : " ", subject);
    }
    if (*at)
        text_printf(out, " at %s", at);
}

enum figure_format outcome_format(const char *metric, const char *kind)
{
    int m = metric_find(metric), k = outcome_kind_find(kind);
    if (m < 0 || k < 0)
        return FIGURE_INDEX;
    if (outcome_is_fraction((enum metric)m, (enum outcome_kind)k))
        return FIGURE_PERCENT;
    return strcmp(metric_types[m].unit, "GPU-hours") == 0 ? FIGURE_HOURS : FIGURE_INDEX;
}

bool outcome_is_fraction(enum metric metric, enum outcome_kind kind)
{
    const char *name = metric_types[metric].name;
    size_t length = strlen(name);
    return metric_is_yes_no(metric, kind) ||
           (length > 5 && strcmp(name + length - 5, "_frac") == 0);
}
