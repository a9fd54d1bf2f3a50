/* Water filling with the scores as weights: max(0, score), those of weight 0 last and
 * equally. Weights count GPUs, so a small claim of low score can be filled, and splitting
 * a claim doubles its weight; weight = "score*request" removes both. A few passes
 * of O(n). */
#include "rule/divide.h"
#include "rule/fill.h"

#include <math.h>

enum weight { WEIGHT_SCORE, WEIGHT_SCORE_REQUEST };

static const char *const weights_by[] = {"score", "score*request"};

struct weighted_settings {
    int weight;
};

static const struct setting table[] = {
    {"weight", SETTING_CHOICE, 0, offsetof(struct weighted_settings, weight),
     .choices = weights_by, .n_choices = 2, .unit = "",
     .help = "what a claim weighs: its score, or its score times its request"},
};

static void divide(const struct divide_input *in, double *grants)
{
    const struct weighted_settings *settings = in->settings;
    double *weights = ARENA_BARE(in->scratch, double, in->n_parties);
    for (size_t i = 0; i < in->n_parties; i++) {
        weights[i] = larger(0, in->parties[i].score);
        if (settings->weight == WEIGHT_SCORE_REQUEST)
            weights[i] *= in->want_gpus[i];
    }
    double level = fill(in->capacity_gpus[0], in->n_parties, in->floor_gpus,
                        in->want_gpus, weights, grants);
    if (settings->weight == WEIGHT_SCORE)
        divide_tell_level(in, level);
}

const struct divide_type divide_weighted = {
    .name = "weighted",
    .summary = "by score: water filling, a claim of twice the score gets twice the GPUs",
    .settings = SETTINGS("weighted", table, struct weighted_settings),
    .reads = READS_SCORES,
    .over_projects = true,
    .takes_passes = true,
    .is_monotone = true,
    .level_of = "point of score",
    .divide = divide,
};
