/* What an organisation once decided, by date: the fixed_gpus of its teams, which stand in
 * the scenario or in a file. To a group below, a decision is a ceiling that the award
 * puts over it, so what is left here is to give all that is wanted below the ceilings.
 * Where the decisions exceed the pool, they are cut in proportion; floors are met first.
 * A team's amount goes to its claims by score, as over any tree. A few passes of O(n). */
#include "rule/divide.h"
#include "rule/fill.h"

struct fixed_settings {
    const char *file;
};

static const struct setting table[] = {
    {"file", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct fixed_settings, file),
     .high = 4000, .unit = "",
     .help = "a CSV table of what was decided, columns from, team, pool and gpus, beside "
             "the scenario: as if it stood in the teams' fixed_gpus"},
};

static void divide(const struct divide_input *in, double *grants)
{
    fill(in->capacity_gpus[0], in->n_parties, in->floor_gpus, in->want_gpus,
         in->want_gpus, grants);
}

const struct divide_type divide_fixed = {
    .name = "fixed",
    .summary = "what was decided by date, teams' fixed_gpus, up to the request",
    .settings = SETTINGS("fixed", table, struct fixed_settings),
    .reads = READS_DECISIONS,
    .breaks = BREAKS_NO_WASTE,
    .over_groups = true,
    .divide = divide,
};
