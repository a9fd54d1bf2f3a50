/* promises.h - what MODEL section 5 promises of every award, written anew, independently
 * of award_check. */
#ifndef ALLOT_TESTS_PROMISES_H
#define ALLOT_TESTS_PROMISES_H

#include "rule/award.h"

/* One award and what is known of it. */
struct scene {
    const struct docket *docket;
    const struct rule *rule;
    struct award award;
    const char *message; /* award_make's own */
    double *ask;         /* by claim: request within its ceiling, in whole units */
    double *min;         /* by claim, in whole units */
    double *got;         /* [group * n_pools + pool]: grants below the group */
    double unit;
    struct arena *arena; /* the caller sets it, the docket and the rule */
};

/* Makes the award and fills the rest in; `scratch` is reset. */
void scene_play(struct scene *s, struct arena *scratch);

/* NULL, or what is wrong. What a division's record says that it does not keep is not
 * asked of it. */
const char *scene_broken_promise(const struct scene *s);

/* The order in the file does not matter, to the last bit: NULL, or that it does. */
const char *scene_depends_on_order(const struct scene *s, uint64_t seed,
                                   struct arena *scratch);

#endif
