#include "study/chart_teams.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEAMS = 12 };

static int by_total(const void *a, const void *b)
{
    const struct chart_team *x = *(const struct chart_team *const *)a;
    const struct chart_team *y = *(const struct chart_team *const *)b;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* Keeps the largest teams and their colours; the others get colour 0. */
static void fold(struct chart_teams *s)
{
    if (s->n_teams <= MOST_TEAMS)
        return;
    struct chart_team **ranks = MEM_ARRAY(struct chart_team *, s->n_teams);
    for (size_t t = 0; t < s->n_teams; t++)
        ranks[t] = &s->teams[t];
    qsort(ranks, s->n_teams, sizeof *ranks, by_total);
    for (size_t r = 0; r < s->n_teams; r++)
        ranks[r]->colour = r < MOST_TEAMS - 1 ? (int)r + 1 : 0;
    mem_free(ranks);
    s->n_others = s->n_teams - (MOST_TEAMS - 1);
}

int chart_teams_load(struct saved_run *run, struct chart_teams *s, struct diag *d)
{
    *s = (struct chart_teams){0};
    int result = saved_run_series(run, "teams.csv", "team", "granted_gpus", "mean",
                                  &s->granted, d);
    if (result < 0)
        return -1;
    if (result > 0 && run->replications == 1)
        return saved_column(saved_run_file(run, "teams.csv", d), "granted_gpus", d);
    if (result > 0 || s->granted.n_subjects == 0) {
        struct place at = {
            .file = arena_printf(&run->arena, "%s/%s", run->dir,
                                 run->replications == 1 ? "teams.csv" : "bands.csv")};
        return diag_error(d, DIAG_DATA, &at, "holds no team in any month");
    }
    s->n_teams = s->granted.n_subjects;
    s->teams = ARENA_ARRAY(&run->arena, struct chart_team, s->n_teams);
    for (size_t t = 0; t < s->n_teams; t++) {
        s->teams[t] = (struct chart_team){s->granted.subjects[t], t, 0, (int)t + 1};
        for (size_t m = 0; m < s->granted.n_months; m++) {
            double value = s->granted.values[m * s->n_teams + t];
            s->teams[t].total += isnan(value) ? 0 : value;
        }
    }
    fold(s);
    return 0;
}

const struct chart_team *chart_teams_find(const struct chart_teams *teams,
                                          const char *name)
{
    for (size_t t = 0; t < teams->n_teams; t++)
        if (strcmp(teams->teams[t].name, name) == 0)
            return &teams->teams[t];
    return NULL;
}
