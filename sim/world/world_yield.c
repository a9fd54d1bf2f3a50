#include "base/seconds.h"
#include "world/world.h"

#include <math.h>

double world_lost_gpu_s(const struct world *world, size_t project)
{
    const struct project_state *p = &world->project_states[project];
    const struct stage *stage = world_stage(world, project);
    double lost = p->used_gpu_s - p->done_gpu_s;
    if (stage && stage->kind == STAGE_TRAIN)
        lost += (p->used_gpus - p->rate) * (world->now_s - p->since_s);
    return fmax(0, lost);
}

double world_value(const struct world *world, size_t project)
{
    const struct project *settings = &world->projects[project];
    const struct project_state *p = &world->project_states[project];
    double late_months = p->slip_s / SECONDS_PER_MONTH;
    if (p->phase != PROJECT_RELEASED)
        return 0;
    if (isnan(settings->value_half_life_months) || !(late_months > 0))
        return settings->value;
    return settings->value * exp2(-late_months / settings->value_half_life_months);
}

/* The stage with the best of the models that a project has trained; NULL: none. */
static const struct stage *best_model(const struct world *world, size_t project)
{
    const struct project *settings = &world->projects[project];
    const struct stage *best = NULL;
    for (size_t k = 0; k < world->project_states[project].stage; k++) {
        const struct stage *s = &settings->stages[k];
        if (s->kind != STAGE_TRAIN || isnan(s->params) || isnan(s->tokens))
            continue;
        if (!best ||
            model_loss(s->params, s->tokens) < model_loss(best->params, best->tokens))
            best = s;
    }
    return best;
}

double world_loss(const struct world *world, size_t project)
{
    const struct stage *model = best_model(world, project);
    return model ? model_loss(model->params, model->tokens) : NAN;
}

double world_serving_gpu_s(const struct world *world, size_t project)
{
    const struct project *settings = &world->projects[project];
    const struct project_state *p = &world->project_states[project];
    const struct stage *model = best_model(world, project);
    if (isnan(settings->serve_tokens_per_month) || !model || isnan(p->released_s))
        return 0;
    double months = (world->now_s - p->released_s) / SECONDS_PER_MONTH;
    double flop = 2 * model->params * settings->serve_tokens_per_month * months;
    double peak = world->pools[model->pool].peak_tflops * 1e12;
    return flop / (peak * settings->serve_mfu);
}
