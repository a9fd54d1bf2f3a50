/* A smaller award of the claims that are not set aside, in the same order, with the
 * groups above them. Where accounts are kept, or groups lend their floors, all groups
 * stay, for who wants nothing lends. */
#include "rule/award_work.h"

#include <string.h>

/* Copies items from[at[k]]. */
static void *pick(const void *from, size_t size, const size_t *at, size_t n,
                  struct arena *scratch)
{
    char *items = arena_alloc_bare(scratch, n, size);
    for (size_t k = 0; k < n; k++)
        memcpy(items + k * size, (const char *)from + at[k] * size, size);
    return items;
}

/* The narrowed docket has no claims of its own: nothing looks at them until the end. */
static struct docket *narrow_groups(const struct award_work *w, const size_t *group_at,
                                    const size_t *group_now, size_t n_groups)
{
    struct docket *d = ARENA_NEW(w->scratch, struct docket);
    const struct group *from = w->docket->groups;
    struct group *groups = pick(from, sizeof *from, group_at, n_groups, w->scratch);
    *d = *w->docket;
    d->n_groups = n_groups;
    d->groups = groups;
    d->bounds =
        pick(d->bounds, d->n_pools * sizeof *d->bounds, group_at, n_groups, w->scratch);
    for (size_t k = 0; k < n_groups; k++) {
        int *link = &groups[k].first_child, child = *link;
        if (k > 0)
            groups[k].parent = (int)group_now[groups[k].parent];
        for (; child >= 0; child = from[child].next_sibling) {
            if (group_now[child] == SIZE_MAX)
                continue;
            *link = (int)group_now[child];
            link = &groups[group_now[child]].next_sibling;
        }
        *link = -1;
    }
    return d;
}

/* A list of claims by leaf, without those that are set aside. */
static size_t *narrow_list(const struct award_work *w, const struct award_work *now,
                           const size_t *list, const size_t *claim_now)
{
    size_t n = 0, *kept = ARENA_ARRAY(w->scratch, size_t, 2 * now->n);
    for (size_t k = 0; k < 2 * w->n; k++)
        if (!w->is_aside[list[k]])
            kept[n++] = claim_now[list[k]];
    return kept;
}

static void narrow_claims(const struct award_work *w, struct award_work *now,
                          const size_t *group_now, const size_t *claim_now)
{
    size_t n_pools = w->docket->n_pools, n_groups = now->docket->n_groups, n = 0;
    struct arena *scratch = w->scratch;
    double **by_claim[] = {&now->ask, &now->assured,  &now->min,   &now->last,
                           &now->hi,  &now->first_hi, &now->floor, &now->grants};
    for (size_t k = 0; k < sizeof by_claim / sizeof *by_claim; k++)
        *by_claim[k] = pick(*by_claim[k], sizeof(double), now->claim_at, now->n, scratch);
    now->is_new = pick(w->is_new, sizeof(bool), now->claim_at, now->n, scratch);
    now->is_aside = ARENA_ARRAY(scratch, bool, now->n);
    now->order = pick(w->order, sizeof(size_t), now->claim_at, now->n, scratch);
    now->cell = pick(w->cell, sizeof(size_t), now->claim_at, now->n, scratch);
    now->claim_parties =
        pick(w->claim_parties, sizeof(struct party), now->claim_at, now->n, scratch);
    now->by_rank = ARENA_ARRAY(scratch, size_t, now->n);
    for (size_t rank = 0; rank < w->n; rank++)
        if (!w->is_aside[w->by_rank[rank]])
            now->by_rank[n++] = claim_now[w->by_rank[rank]];
    now->pool_first = ARENA_ARRAY(scratch, size_t, n_pools + 1);
    now->group_first = ARENA_ARRAY(scratch, size_t, n_groups + 2);
    for (size_t k = 0; k < now->n; k++) {
        size_t g = group_now[now->cell[k] / n_pools], p = now->cell[k] % n_pools;
        now->cell[k] = g * n_pools + p;
        now->pool_first[p + 1]++;
        now->group_first[g + 1]++;
    }
    for (size_t p = 0; p < n_pools; p++)
        now->pool_first[p + 1] += now->pool_first[p];
    for (size_t g = 0; g < n_groups; g++)
        now->group_first[g + 1] += now->group_first[g];
    now->group_first[n_groups + 1] = 2 * now->n;
    now->group_claims = narrow_list(w, now, w->group_claims, claim_now);
    if (w->group_owned) {
        now->owner = pick(w->owner, sizeof(size_t), now->claim_at, now->n, scratch);
        now->group_owned = narrow_list(w, now, w->group_owned, claim_now);
    }
}

struct award_work *award_narrow(const struct award_work *w)
{
    const struct docket *d = w->docket;
    struct arena *scratch = w->scratch;
    struct award_work *now = ARENA_NEW(scratch, struct award_work);
    size_t *claim_now = ARENA_ARRAY(scratch, size_t, w->n);
    size_t *group_now = ARENA_ARRAY(scratch, size_t, d->n_groups), n_groups = 0;
    bool *is_kept = ARENA_ARRAY(scratch, bool, d->n_groups);
    bool all_count =
        w->accounts || rule_reads(w->rule, d->groups, d->n_groups) & READS_LENDING;
    *now = *w;
    now->n = now->n_aside = 0;
    now->claim_at = ARENA_ARRAY(scratch, size_t, w->n);
    now->group_at = ARENA_ARRAY(scratch, size_t, d->n_groups);
    is_kept[0] = true;
    for (size_t i = 0; i < w->n; i++) {
        if (w->is_aside[i])
            continue;
        claim_now[i] = now->n;
        now->claim_at[now->n++] = i;
        is_kept[w->cell[i] / d->n_pools] = true;
    }
    for (size_t g = d->n_groups; g-- > 1;) {
        is_kept[g] |= all_count;
        is_kept[d->groups[g].parent] |= is_kept[g];
    }
    for (size_t g = 0; g < d->n_groups; g++) {
        group_now[g] = is_kept[g] ? n_groups : SIZE_MAX;
        if (is_kept[g])
            now->group_at[n_groups++] = g;
    }
    size_t row = d->n_pools * sizeof(double);
    double **by_cell[] = {&now->group_ceiling, &now->group_limit, &now->group_floor,
                          &now->group_grants};
    for (size_t k = 0; k < sizeof by_cell / sizeof *by_cell; k++)
        *by_cell[k] = pick(*by_cell[k], row, now->group_at, n_groups, scratch);
    now->entitled_hours =
        pick(w->entitled_hours, sizeof(double), now->group_at, n_groups, scratch);
    now->limit_hours =
        pick(w->limit_hours, sizeof(double), now->group_at, n_groups, scratch);
    now->group_parties =
        pick(w->group_parties, sizeof(struct party), now->group_at, n_groups, scratch);
    now->docket = narrow_groups(w, now->group_at, group_now, n_groups);
    narrow_claims(w, now, group_now, claim_now);
    /* From now on indices of the award that was narrowed first. */
    for (size_t k = 0; k < now->n && w->claim_at; k++)
        now->claim_at[k] = w->claim_at[now->claim_at[k]];
    for (size_t k = 0; k < n_groups && w->group_at; k++)
        now->group_at[k] = w->group_at[now->group_at[k]];
    return now;
}

void award_widen(struct award_work *w, const struct award_work *now)
{
    size_t n_pools = w->docket->n_pools, n_cells = w->docket->n_groups * n_pools;
    w->breach = now->breach;
    w->residual = now->residual;
    w->fault = now->fault;
    memset(w->grants, 0, w->n * sizeof *w->grants);
    memset(w->hi, 0, w->n * sizeof *w->hi);
    memset(w->first_hi, 0, w->n * sizeof *w->first_hi);
    for (size_t i = 0; i < w->n; i++)
        w->is_aside[i] = true;
    for (size_t k = 0; k < now->n; k++) {
        size_t i = now->claim_at[k];
        w->is_aside[i] = now->is_aside[k];
        w->grants[i] = now->grants[k];
        w->hi[i] = now->hi[k];
        w->first_hi[i] = now->first_hi[k];
    }
    memcpy(w->group_limit, w->group_ceiling, n_cells * sizeof *w->group_limit);
    for (size_t k = 0; k < now->docket->n_groups; k++)
        memcpy(w->group_limit + now->group_at[k] * n_pools,
               now->group_limit + k * n_pools, n_pools * sizeof *w->group_limit);
}
