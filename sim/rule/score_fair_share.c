/* Fair share of the claim's team: what it used lately against its share. Use is decayed
 * by a half-life and counted as a fraction of the capacity, decayed alike. */
#include "rule/score.h"

#include <math.h>
#include <stdlib.h>

enum fair_share_form { FORM_CLASSIC, FORM_TREE };
static const char *const forms[] = {"classic", "tree"};

struct fair_share_settings {
    int form;
    double half_life_months;
};

static const struct setting table[] = {
    {"form", SETTING_CHOICE, 0, offsetof(struct fair_share_settings, form),
     .choices = forms, .n_choices = 2, .unit = "",
     .help = "2^(-use / share), or the team's rank in Slurm's fair tree"},
    {"half_life_months", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct fair_share_settings, half_life_months), .fallback = 2, .low = 0,
     .high = 1200, .unit = "months", .help = "use this many months old counts half"},
};

void fair_share_classic(const struct group *groups, size_t n_groups,
                        const double *share_frac, const double *use_frac, double *factor)
{
    /* factor[] holds the effective use until the last loop; parents come first. */
    if (n_groups > 0)
        factor[0] = use_frac[0];
    for (size_t g = 0; g < n_groups; g++) {
        double siblings = 0;
        for (int c = groups[g].first_child; c >= 0; c = groups[c].next_sibling)
            siblings += groups[c].share;
        for (int c = groups[g].first_child; c >= 0; c = groups[c].next_sibling) {
            double part = siblings > 0 ? groups[c].share / siblings : 0;
            factor[c] = use_frac[c] + (g > 0 ? (factor[g] - use_frac[c]) * part : 0);
        }
    }
    for (size_t g = 0; g < n_groups; g++) {
        double used = fmax(0, factor[g]);
        factor[g] = share_frac[g] > 0 ? exp2(-used / share_frac[g]) : used > 0 ? 0 : 1;
    }
}

/* ---- the fair tree ---- */

struct node {
    int group;
    bool is_team;
    double level_share;
};

struct walk {
    const struct group *groups;
    const double *use_frac;
    double *factor;
    struct arena *scratch;
    size_t n_teams, n_ranked, rank; /* rank: of the last team */
};

static int by_level_share(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    if (x->level_share != y->level_share)
        return x->level_share > y->level_share ? -1 : 1;
    if (x->is_team != y->is_team)
        return x->is_team ? -1 : 1;
    return x->group < y->group ? -1 : x->group > y->group;
}

/* Appends the children of a group with their level shares. */
static void append_children(const struct walk *w, int parent, struct node *nodes,
                            size_t *n)
{
    const struct group *groups = w->groups;
    double shares = 0, uses = 0;
    for (int c = groups[parent].first_child; c >= 0; c = groups[c].next_sibling) {
        shares += groups[c].share;
        uses += fmax(0, w->use_frac[c]);
    }
    for (int c = groups[parent].first_child; c >= 0; c = groups[c].next_sibling) {
        double share = shares > 0 ? groups[c].share / shares : 0;
        double use = uses > 0 ? fmax(0, w->use_frac[c]) / uses : 0;
        nodes[(*n)++] =
            (struct node){c, groups[c].first_child<0, use> 0 ? share / use : INFINITY};
    }
}

static size_t count_children(const struct walk *w, const struct node *nodes, size_t n)
{
    size_t n_children = 0;
    for (size_t k = 0; k < n; k++)
        for (int c = w->groups[nodes[k].group].first_child; c >= 0;
             c = w->groups[c].next_sibling)
            n_children++;
    return n_children;
}

/* Walks siblings, or those of groups that tie; `is_tied`: the first of them has the rank
 * of the team before it. */
static void walk_nodes(struct walk *w, struct node *nodes, size_t n, bool is_tied)
{
    qsort(nodes, n, sizeof *nodes, by_level_share);
    for (size_t i = 0, last; i < n; i = last) {
        is_tied |= i > 0 && nodes[i].level_share == nodes[i - 1].level_share;
        last = i + 1;
        if (nodes[i].is_team) {
            w->rank = is_tied ? w->rank : w->n_teams - w->n_ranked;
            w->n_ranked++;
            w->factor[nodes[i].group] = (double)w->rank / (double)w->n_teams;
        } else {
            while (last < n && nodes[last].level_share == nodes[i].level_share)
                last++;
            size_t n_below = 0, n_children = count_children(w, nodes + i, last - i);
            struct node *below = ARENA_ARRAY(w->scratch, struct node, n_children);
            for (size_t k = i; k < last; k++)
                append_children(w, nodes[k].group, below, &n_below);
            walk_nodes(w, below, n_below, is_tied);
        }
        is_tied = false;
    }
}

void fair_share_tree(const struct group *groups, size_t n_groups, const double *use_frac,
                     double *factor, struct arena *scratch)
{
    struct walk w = {groups, use_frac, factor, scratch, 0, 0, 0};
    for (size_t g = 0; g < n_groups; g++) {
        w.n_teams += groups[g].first_child < 0;
        factor[g] = 0;
    }
    struct node root = {0, n_groups > 0 && groups[0].first_child < 0, INFINITY};
    if (n_groups > 0)
        walk_nodes(&w, &root, 1, false);
    for (size_t g = n_groups; g-- > 1;)
        factor[groups[g].parent] = fmax(factor[groups[g].parent], factor[g]);
}

static void evaluate(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values)
{
    const struct fair_share_settings *s = settings;
    const struct history *past = &docket->history;
    size_t n = docket->n_groups;
    double *use = ARENA_ARRAY(scratch, double, n);
    double *factor = ARENA_ARRAY(scratch, double, n), capacity = 0;
    for (size_t k = 0; k < past->n_past; k++) {
        double decay = exp2(-(double)k / s->half_life_months);
        capacity += decay * past->capacity[k];
        for (size_t g = 0; g < n; g++)
            use[g] += decay * past->used[k * n + g];
    }
    for (size_t g = 0; g < n; g++)
        use[g] = capacity > 0 ? use[g] / capacity : 0;
    if (s->form == FORM_TREE)
        fair_share_tree(docket->groups, n, use, factor, scratch);
    else
        fair_share_classic(docket->groups, n, docket->share_frac, use, factor);
    for (size_t i = 0; i < docket->n_claims; i++)
        values[i] = factor[docket->claims[i].group];
}

const struct factor_type score_fair_share = {
    .name = "fair_share",
    .summary = "how little the team used of its share, use decayed by a half-life",
    .settings = SETTINGS("fair_share", table, struct fair_share_settings),
    .evaluate = evaluate,
};
