/* What the council does by itself (MODEL section 10). At a meeting it merges teams that
 * overlap and keep disputing; then claims are filed and scored; of two projects that have
 * long done the same work it ends the weaker, and divides the GPUs among the others. */
#include "base/memory.h"
#include "rule/award.h"
#include "run/state.h"

#include <stdlib.h>
#include <string.h>

/* The meetings in a row at which two projects that overlap both asked for GPUs. */
struct rivalry {
    uint32_t last, n; /* the last one, counted from 1; how many up to it */
};

struct feud {
    size_t team, other;
    size_t month;
};

struct acts_book {
    struct rivalry
        *rivalries;     /* by two projects, the lower index first; NULL: none yet */
    struct feud *feuds; /* all disputes, by month */
    size_t n_feuds, capacity;
};

void acts_init(struct run *run)
{
    run->acts = ARENA_NEW(&run->arena, struct acts_book);
    *run->acts = (struct acts_book){0};
}

/* ---- teams that keep disputing ---- */

void acts_note_dispute(struct run *run, size_t team, size_t other)
{
    struct acts_book *book = run->acts;
    if (book->n_feuds == book->capacity) {
        size_t capacity = book->capacity ? 2 * book->capacity : 16;
        struct feud *all = ARENA_ARRAY(&run->arena, struct feud, capacity);
        if (book->n_feuds)
            memcpy(all, book->feuds, book->n_feuds * sizeof *all);
        book->feuds = all;
        book->capacity = capacity;
    }
    book->feuds[book->n_feuds++] = (struct feud){team, other, run->month};
}

/* Two teams of today, that of the earlier name first. */
struct pair {
    size_t a, b;
};

static struct pair pair_of(const struct world *w, const struct feud *feud)
{
    size_t a = world_heir(w, feud->team), b = world_heir(w, feud->other);
    return w->team_ranks[a] < w->team_ranks[b] ? (struct pair){a, b}
                                               : (struct pair){b, a};
}

static bool is_before(const struct world *w, struct pair x, struct pair y)
{
    if (x.a != y.a)
        return w->team_ranks[x.a] < w->team_ranks[y.a];
    return w->team_ranks[x.b] < w->team_ranks[y.b];
}

static bool is_recent(const struct run *run, const struct feud *feud)
{
    return run->month - feud->month <
           (size_t)run->world.council.consolidate.within_months;
}

static int64_t count_feuds(const struct run *run, struct pair pair)
{
    int64_t n = 0;
    for (size_t i = 0; i < run->acts->n_feuds; i++) {
        struct pair other = pair_of(&run->world, &run->acts->feuds[i]);
        n += other.a == pair.a && other.b == pair.b &&
             is_recent(run, &run->acts->feuds[i]);
    }
    return n;
}

static bool is_active(const struct world *w, size_t project)
{
    return w->project_states[project].phase == PROJECT_ACTIVE;
}

static bool do_overlap(const struct world *w, struct pair pair)
{
    for (size_t i = w->team_project_first[pair.a]; i < w->team_project_first[pair.a + 1];
         i++)
        for (size_t k = w->team_project_first[pair.b];
             k < w->team_project_first[pair.b + 1]; k++) {
            size_t x = w->team_projects[i], y = w->team_projects[k];
            if (is_active(w, x) && is_active(w, y) &&
                world_overlap(w, x, y) >= w->council.consolidate.overlap)
                return true;
        }
    return false;
}

/* Of those that are to be merged the first by name; false: there are none. */
static bool find_pair(const struct run *run, struct pair *found)
{
    const struct world *w = &run->world;
    bool has_found = false;
    for (size_t i = 0; i < run->acts->n_feuds; i++) {
        struct pair pair = pair_of(w, &run->acts->feuds[i]);
        if (pair.a == pair.b || !is_recent(run, &run->acts->feuds[i]) ||
            (has_found && !is_before(w, pair, *found)) || !do_overlap(w, pair) ||
            count_feuds(run, pair) < w->council.consolidate.disputes)
            continue;
        *found = pair;
        has_found = true;
    }
    return has_found;
}

/* The smaller team goes into the larger one; of equal ones that of the later name. */
void acts_consolidate(struct run *run)
{
    const struct consolidation *settings = &run->world.council.consolidate;
    const struct team_state *teams = run->world.team_states;
    struct pair pair;
    if (settings->disputes == 0)
        return;
    while (find_pair(run, &pair)) {
        int64_t n = count_feuds(run, pair);
        bool is_a_smaller = teams[pair.a].people < teams[pair.b].people;
        arena_reset(&run->scratch);
        merge_teams(run, is_a_smaller ? pair.a : pair.b, is_a_smaller ? pair.b : pair.a,
                    settings->step, settings->handover_days,
                    arena_printf(&run->scratch, "after %lld dispute%s", (long long)n,
                                 n == 1 ? "" : "s"));
        work_reschedule(run);
    }
}

/* ---- projects that do the same work ---- */

struct contender {
    size_t project;
    const char *name;
    double score; /* of its best claim */
    bool is_cut;
};

static int by_score(const void *a, const void *b)
{
    const struct contender *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* The projects that ask for GPUs, the strongest first; returns how many. */
static size_t list_contenders(struct run *run, const struct docket *docket,
                              const struct award *award, struct contender *list)
{
    size_t n_projects = run->scenario->n_projects, n = 0;
    size_t *at = ARENA_ARRAY(&run->meeting, size_t, n_projects); /* + 1 */
    for (size_t i = 0; i < docket->n_claims; i++) {
        const struct claim *claim = &docket->claims[i];
        if (claim->project < 0)
            continue;
        size_t project = (size_t)claim->project;
        if (at[project] == 0) {
            list[n++] = (struct contender){project, claim->name, award->scores[i], false};
            at[project] = n;
        }
        struct contender *own = &list[at[project] - 1];
        if (award->scores[i] > own->score)
            own->score = award->scores[i];
    }
    qsort(list, n, sizeof *list, by_score);
    return n;
}

/* Counts this meeting for two projects; whether it is time to end one of them. */
static bool is_due(struct run *run, size_t x, size_t y)
{
    const struct cull *cull = &run->world.council.cull;
    struct acts_book *book = run->acts;
    size_t a = x < y ? x : y, b = x < y ? y : x;
    struct rivalry *r = &book->rivalries[a * run->scenario->n_projects + b];
    if (world_overlap(&run->world, a, b) < cull->overlap)
        return false;
    r->n = r->last == run->n_meetings ? r->n + 1 : 1;
    r->last = run->n_meetings + 1;
    return r->n >= (uint32_t)cull->after_meetings;
}

/* The strongest stays, and what it makes superfluous ends before anything else is asked
 * of that; so nothing ends for the sake of a project that ends itself. */
bool acts_cull(struct run *run, const struct docket *docket, const struct award *award)
{
    struct acts_book *book = run->acts;
    size_t n_projects = run->scenario->n_projects;
    bool has_cut = false;
    if (run->world.council.cull.after_meetings == 0)
        return false;
    if (!book->rivalries)
        book->rivalries =
            ARENA_ARRAY(&run->arena, struct rivalry, n_projects * n_projects);
    struct contender *list = ARENA_ARRAY(&run->meeting, struct contender, n_projects);
    size_t n = list_contenders(run, docket, award, list);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n && !list[i].is_cut; k++) {
            if (!is_due(run, list[i].project, list[k].project) || list[k].is_cut)
                continue;
            list[k].is_cut = has_cut = true;
            work_cancel(
                run, list[k].project,
                arena_printf(&run->meeting, "the council keeps %s", list[i].name));
        }
    return has_cut;
}
