#include "rule/score.h"

#include <string.h>

const struct factor_type *const factors[] = {
    &score_priority, &score_closeness, &score_fair_share,
    &score_age,      &score_progress,  &score_track_record,
    &score_need,     &score_overlap,   &score_retention,
};
const size_t n_factors = sizeof factors / sizeof *factors;
_Static_assert(sizeof factors / sizeof *factors <= MOST_FACTORS, "registry size");

int factor_find(const char *name)
{
    for (size_t i = 0; i < n_factors; i++)
        if (strcmp(factors[i]->name, name) == 0)
            return (int)i;
    return -1;
}
