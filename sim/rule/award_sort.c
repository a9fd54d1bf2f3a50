/* The canonical order of claims, and lists of them by leaf and by owner. */
#include "rule/award_work.h"

#include "base/check.h"
#include "base/radix_sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_amount(double gpus)
{
    return isfinite(gpus) && gpus >= 0;
}

/* A docket comes from our own code, which has judged the user's numbers before. */
static void check_docket(const struct docket *d)
{
    CHECK(d->n_groups > 0 && is_amount(d->hours_to_next));
    for (size_t p = 0; p < d->n_pools; p++) {
        CHECK(is_amount(d->pools[p].capacity_gpus));
        CHECK(is_amount(d->pools[p].unit_gpus) && is_amount(d->pools[p].charge));
    }
    for (size_t g = 0; g < d->n_groups; g++) {
        const struct group *group = &d->groups[g];
        int next = group->next_sibling;
        CHECK(g == 0 ? group->parent < 0 : (size_t)group->parent < g);
        CHECK(g == 0 || (group->share > 0 && isfinite(group->share)));
        CHECK(next < 0 || strcmp(group->name, d->groups[next].name) <= 0);
        CHECK(d->share_frac[g] >= 0 && d->share_frac[g] <= 1 + AWARD_SLACK);
    }
    for (size_t cell = 0; cell < d->n_groups * d->n_pools; cell++) {
        CHECK(is_amount(d->bounds[cell].floor_gpus) && d->bounds[cell].ceiling_gpus >= 0);
        CHECK(is_amount(d->bounds[cell].keep_gpus));
        CHECK(is_amount(d->bounds[cell].fixed_gpus));
    }
}

static void check_claim(const struct docket *d, const struct claim *c, unsigned reads)
{
    CHECK(c->pool >= 0 && (size_t)c->pool < d->n_pools);
    CHECK(c->group >= 0 && (size_t)c->group < d->n_groups);
    CHECK(d->groups[c->group].first_child < 0);
    CHECK(is_amount(c->requested_gpus) && is_amount(c->min_gpus));
    CHECK(is_amount(c->floor_gpus) && c->ceiling_gpus >= 0);
    CHECK(is_amount(c->last_gpus));
    if (ALLOT_VERIFY || reads & (READS_LOTS | READS_WORK)) {
        CHECK(is_amount(c->lot) && (c->lot > 0 || !(reads & READS_LOTS)));
        CHECK(is_amount(c->pool_gpu_hours) && c->other_hours >= 0 && c->alone_hours >= 0);
    }
}

/* The first bytes of the name, as a number of the same order, decide most comparisons
 * without a look at the claim. */
struct sort_key {
    uint64_t name_head;
    const struct claim *claim;
    size_t index;
};

static uint64_t head_of(const char *name)
{
    uint64_t head = 0;
    for (size_t i = 0; i < sizeof head; i++) {
        head = head << 8 | (unsigned char)*name;
        name += *name != '\0';
    }
    return head;
}

static int compare_names(const struct sort_key *x, const struct sort_key *y)
{
    if (x->name_head != y->name_head)
        return x->name_head < y->name_head ? -1 : 1;
    return strcmp(x->claim->name, y->claim->name);
}

static int compare_numbers(int x, int y)
{
    return x < y ? -1 : x > y;
}

/* By pool, name and kind, a project before an exploration of the same name: of the names
 * only the order matters, as strcmp tells it. */
static int compare_claims(const struct claim *x, const struct claim *y, int names)
{
    int order = compare_numbers(x->pool, y->pool);
    order = order ? order : names;
    order = order ? order : compare_numbers(x->project < 0, y->project < 0);
    return order ? order : compare_numbers(x->claimant, y->claimant);
}

static int compare_keys(const void *a, const void *b)
{
    const struct sort_key *x = a, *y = b;
    return compare_claims(x->claim, y->claim, compare_names(x, y));
}

static bool are_in_order(const struct claim *x, const struct claim *y)
{
    return compare_claims(x, y, strcmp(x->name, y->name)) <= 0;
}

/* By name, then the project or, of explorations, the team. */
static int compare_owners(const struct claim *x, const struct claim *y)
{
    int order = strcmp(x->name, y->name);
    order = order ? order : compare_numbers(x->project < 0, y->project < 0);
    order = order ? order : compare_numbers(x->project, y->project);
    return order ? order : compare_numbers(x->team, y->team);
}

static int compare_owned(const void *a, const void *b)
{
    const struct sort_key *x = a, *y = b;
    int order = compare_owners(x->claim, y->claim);
    return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

/* Lists the claims, given in some order or the canonical one, leaf by leaf, and all of
 * them at the end. */
static size_t *list_by_leaf(const struct award_work *w, const struct sort_key *keys)
{
    size_t n_pools = w->docket->n_pools, n_groups = w->docket->n_groups;
    size_t *list = ARENA_BARE(w->scratch, size_t, 2 * w->n);
    struct arena_mark mark = arena_get_mark(w->scratch);
    size_t *next = ARENA_BARE(w->scratch, size_t, n_groups + 1);
    memcpy(next, w->group_first, (n_groups + 1) * sizeof *next);
    for (size_t k = 0; k < w->n; k++) {
        size_t i = keys ? keys[k].index : k;
        list[next[w->cell[i] / n_pools]++] = i;
        list[w->n + k] = i;
    }
    arena_rewind(w->scratch, mark);
    return list;
}

static bool divides_all_pools(const struct award_work *w)
{
    const struct docket *d = w->docket;
    bool is_needed = w->rule->divide->all_pools;
    for (size_t g = 0; g < d->n_groups; g++)
        is_needed |=
            d->groups[g].division >= 0 && divisions[d->groups[g].division]->all_pools;
    return is_needed;
}

/* Numbers the owners. A second claim of an owner on one pool counts as another owner. */
static void number_owners(struct award_work *w, const struct sort_key *keys)
{
    for (size_t k = 0; k < w->n; k++) {
        const struct claim *before = keys[k ? k - 1 : 0].claim, *claim = keys[k].claim;
        bool is_other = before->pool == claim->pool || compare_owners(before, claim) != 0;
        w->owner[keys[k].index] = k ? w->owner[keys[k - 1].index] + is_other : 0;
    }
}

/* The claims in the order of `keys`, or of the docket, to be sorted. */
static struct sort_key *list_keys(const struct award_work *w, bool is_canonical)
{
    struct sort_key *keys = ARENA_BARE(w->scratch, struct sort_key, w->n);
    for (size_t k = 0; k < w->n; k++) {
        const struct claim *c = is_canonical ? award_claim(w, k) : &w->docket->claims[k];
        keys[k] = (struct sort_key){head_of(c->name), c, k};
    }
    return keys;
}

/* The canonical order of the claims, which are checked as they are looked at. A run files
 * them in it: then nothing is sorted. */
static void set_order(struct award_work *w)
{
    const struct docket *d = w->docket;
    unsigned reads = rule_reads(w->rule, d->groups, d->n_groups);
    bool is_sorted = true;
    w->order = ARENA_BARE(w->scratch, size_t, w->n);
    for (size_t i = 0; i < w->n; i++) {
        const struct claim *c = &d->claims[i];
        check_claim(d, c, reads);
        w->order[i] = i;
        is_sorted = is_sorted && (i == 0 || are_in_order(c - 1, c));
    }
    if (is_sorted)
        return;
    struct arena_mark mark = arena_get_mark(w->scratch);
    struct sort_key *keys = list_keys(w, false);
    qsort(keys, w->n, sizeof *keys, compare_keys);
    for (size_t i = 0; i < w->n; i++)
        w->order[i] = keys[i].index;
    arena_rewind(w->scratch, mark);
}

void award_sort(struct award_work *w)
{
    const struct docket *d = w->docket;
    check_docket(d);
    set_order(w);
    w->cell = ARENA_BARE(w->scratch, size_t, w->n);
    w->pool_first = ARENA_ARRAY(w->scratch, size_t, d->n_pools + 1);
    w->group_first = ARENA_ARRAY(w->scratch, size_t, d->n_groups + 2);
    for (size_t i = 0; i < w->n; i++) {
        const struct claim *c = award_claim(w, i);
        size_t pool = (size_t)c->pool, group = (size_t)c->group;
        w->cell[i] = group * d->n_pools + pool;
        w->pool_first[pool + 1]++;
        w->group_first[group + 1]++;
    }
    for (size_t p = 0; p < d->n_pools; p++)
        w->pool_first[p + 1] += w->pool_first[p];
    for (size_t g = 0; g < d->n_groups; g++)
        w->group_first[g + 1] += w->group_first[g];
    w->group_first[d->n_groups + 1] = 2 * w->n;
    w->group_claims = list_by_leaf(w, NULL);
    if (divides_all_pools(w)) {
        w->owner = ARENA_BARE(w->scratch, size_t, w->n);
        struct sort_key *keys = list_keys(w, true);
        qsort(keys, w->n, sizeof *keys, compare_owned);
        number_owners(w, keys);
        w->group_owned = list_by_leaf(w, keys);
    }
}

void award_rank(struct award_work *w)
{
    w->by_rank = ARENA_BARE(w->scratch, size_t, w->n);
    w->tie = ARENA_BARE(w->scratch, size_t, w->n);
    struct arena_mark mark = arena_get_mark(w->scratch);
    struct keyed *ranks = ARENA_BARE(w->scratch, struct keyed, w->n);
    for (size_t i = 0; i < w->n; i++) {
        CHECK(isfinite(w->score[i]));
        ranks[i] = (struct keyed){~radix_key(w->score[i]), i};
    }
    radix_sort(ranks, w->n, w->scratch);
    for (size_t rank = 0; rank < w->n; rank++) {
        w->by_rank[rank] = ranks[rank].index;
        w->tie[ranks[rank].index] = rank;
    }
    arena_rewind(w->scratch, mark);
}
