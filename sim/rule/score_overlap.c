/* What of the topic's work other active projects do: their GPU-hours, as planned and as
 * far as they overlap, over those and the project's own. Projects of one topic overlap as
 * a whole unless the scenario's topics say otherwise. 0 for a project without a topic,
 * for one alone in its topic, and for exploration. */
#include "rule/score.h"

static unsigned facts(const void *settings)
{
    (void)settings;
    return FACTS_PROGRESS;
}

static void evaluate(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values)
{
    (void)settings;
    (void)scratch;
    for (size_t i = 0; i < docket->n_claims; i++) {
        const struct claim *c = &docket->claims[i];
        double all = c->rival_gpu_hours + c->planned_gpu_hours;
        values[i] = all > 0 ? c->rival_gpu_hours / all : 0;
    }
}

const struct factor_type score_overlap = {
    .name = "overlap",
    .summary =
        "the part of its topic's work that other active projects do; its weight is "
        "usually negative",
    .facts = facts,
    .evaluate = evaluate,
};
