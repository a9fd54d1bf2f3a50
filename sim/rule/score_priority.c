/* The council's view: the weighted mean over its members of their ratings of the claim.
 * Of a member's ratings the most specific stands: by project, team, group (the nearest
 * above the team), kind, topic. Where a member rates none of these, and where there are
 * no members, the project's own priority counts. */
#include "rule/score.h"

int priority_rating(const struct member *member, const struct docket *docket,
                    const struct claim *claim)
{
    int best = -1, best_rank = -1;
    for (size_t i = 0; i < member->n_ratings; i++) {
        const struct rating *r = &member->ratings[i];
        int rank = -1;
        if (r->by == RATED_PROJECT && claim->project >= 0 && r->id == claim->project)
            rank = 1000000;
        else if (r->by == RATED_TEAM && r->id == claim->team)
            rank = 999999;
        else if (r->by == RATED_KIND && claim->kind_id >= 0 && r->id == claim->kind_id)
            rank = 1;
        else if (r->by == RATED_TOPIC && claim->topic_id >= 0 && r->id == claim->topic_id)
            rank = 0;
        else if (r->by == RATED_GROUP) {
            int distance = 0;
            for (int g = claim->group; g >= 0; g = docket->groups[g].parent, distance++)
                if (g == r->id)
                    rank = 999998 - distance;
        }
        if (rank > best_rank) {
            best_rank = rank;
            best = (int)i;
        }
    }
    return best;
}

static double rating_of(const struct member *member, const struct docket *docket,
                        const struct claim *claim)
{
    int standing = priority_rating(member, docket, claim);
    return standing >= 0 ? member->ratings[standing].rating : claim->priority;
}

static void evaluate(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values)
{
    (void)settings;
    (void)scratch;
    const struct council *council = docket->council;
    double total = 0;
    size_t n_members = council ? council->n_members : 0;
    for (size_t m = 0; m < n_members; m++)
        total += council->members[m].weight;
    for (size_t i = 0; i < docket->n_claims; i++) {
        const struct claim *claim = &docket->claims[i];
        double sum = 0;
        for (size_t m = 0; m < n_members; m++)
            sum += council->members[m].weight *
                   rating_of(&council->members[m], docket, claim);
        values[i] = total > 0 ? sum / total : claim->priority;
    }
}

const struct factor_type score_priority = {
    .name = "priority",
    .summary = "the council members' weighted ratings, else the project's own priority",
    .evaluate = evaluate,
};
