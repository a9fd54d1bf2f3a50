#include "rule/divide.h"

#include <string.h>

const struct divide_type *const divisions[] = {
    &divide_equal,        &divide_proportional, &divide_weighted,    &divide_max_min,
    &divide_ranked,       &divide_drf,          &divide_quota,       &divide_credits,
    &divide_borrow,       &divide_market,       &divide_auction,     &divide_equal_awards,
    &divide_equal_losses, &divide_talmud,       &divide_finish_time, &divide_lottery,
    &divide_fixed,        &divide_script,
};
const size_t n_divisions = sizeof divisions / sizeof *divisions;
_Static_assert(sizeof divisions / sizeof *divisions <= MOST_DIVISIONS, "registry size");

int division_find(const char *name)
{
    for (size_t i = 0; i < n_divisions; i++)
        if (strcmp(divisions[i]->name, name) == 0)
            return (int)i;
    return -1;
}

unsigned division_breaks(const struct divide_type *type, const void *settings)
{
    return type->breaks | (type->also_breaks ? type->also_breaks(settings) : 0);
}
