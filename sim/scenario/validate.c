/* Judges the scenario as a whole. What is bad already is left out of it: a mistake is not
 * to bring forth others. */
#include "scenario/loading.h"
#include "scenario/sections.h"
#include "scenario/setting_words.h"

#include "base/memory.h"
#include "base/seconds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *words_of(struct loading *l, double number)
{
    return number_words(l->reader.arena, number);
}

/* ---- pools and stages ---- */

/* The most GPUs that a pool will ever offer: all deliveries, the smallest reserve. What
 * is delivered at random has no end. */
static double most_gpus(const struct loading *l, int pool)
{
    double gpus = (double)l->pools[pool].gpus, reserved = l->pools[pool].reserved_frac;
    for (size_t i = 0; i < l->reader.n_planned; i++) {
        const struct happening *h = &l->reader.planned[i].happening;
        if (h->kind == HAPPENING_DELIVER && h->pool == pool)
            gpus += h->per_year > 0 ? INFINITY : h->gpus;
        if (h->kind == HAPPENING_SET && h->target.home == HOME_POOL &&
            h->target.index == pool &&
            strcmp(h->target.setting->key, "reserved_frac") == 0)
            reserved = fmin(reserved, h->value);
    }
    return gpus * (1 - reserved);
}

static void check_minimums(struct loading *l)
{
    double *most = ARENA_ARRAY(l->reader.arena, double, l->s->n_pools);
    for (size_t p = 0; p < l->s->n_pools; p++)
        most[p] = l->is_bad_pool[p] ? INFINITY : most_gpus(l, (int)p);
    for (size_t i = 0; i < l->s->n_projects; i++) {
        const struct project *project = &l->projects[i];
        const struct node *stages = node_find(l->project_nodes[i], "stages");
        for (size_t k = 0; k < project->n_stages && !l->is_bad_project[i]; k++) {
            const struct stage *stage = &project->stages[k];
            if (stage->kind != STAGE_TRAIN ||
                stage->min_gpus <= most[stage->pool] * (1 + 1e-12))
                continue;
            reader_error(&l->reader, "",
                         &node_find(stages->children[k], "min_gpus")->value_at,
                         "project '%s', stage %zu: min_gpus is %s, but pool '%s' will "
                         "never offer more than %s",
                         project->name, k + 1, words_of(l, stage->min_gpus),
                         l->pools[stage->pool].name, words_of(l, most[stage->pool]));
        }
    }
}

/* ---- targets ---- */

static const char *date_words(struct loading *l, double at_s)
{
    char text[16];
    struct calendar calendar = {.start = l->reader.start};
    date_format(calendar_date(&calendar, at_s), text);
    return arena_string(l->reader.arena, text);
}

static void check_target(struct loading *l, size_t i, double target_s, const char *who,
                         const struct place *at)
{
    const struct project *project = &l->projects[i];
    if (l->is_bad_project[i] || isnan(target_s) || target_s > project->start_s)
        return;
    reader_error(&l->reader, who, at, "target is %s, must be later than the start, %s",
                 date_words(l, target_s), date_words(l, project->start_s));
}

static void check_targets(struct loading *l)
{
    for (size_t i = 0; i < l->s->n_projects; i++) {
        const struct node *node = node_find(l->project_nodes[i], "target");
        const char *who = reader_who(&l->reader, "project", l->project_nodes[i], i);
        if (node)
            check_target(l, i, l->projects[i].target_s, who, &node->value_at);
    }
    for (size_t i = 0; i < l->reader.n_planned; i++) {
        const struct planned *p = &l->reader.planned[i];
        const struct set_target *target = &p->happening.target;
        if (p->happening.kind == HAPPENING_SET && target->home == HOME_PROJECT &&
            strcmp(target->setting->key, "target") == 0)
            check_target(l, (size_t)target->index, p->happening.value, p->who,
                         &p->value->value_at);
    }
}

/* ---- teams ---- */

/* People are what a build is made of; a team may be there for its GPUs alone. */
static void warn_of_empty_teams(struct loading *l)
{
    const struct scenario *s = l->s;
    for (size_t i = 0; i < s->n_projects; i++) {
        const struct project *project = &l->projects[i];
        bool has_build = false;
        for (size_t k = 0; k < project->n_stages && !l->is_bad_project[i]; k++)
            has_build |= project->stages[k].kind == STAGE_BUILD;
        if (!has_build || project->team < 0 || l->teams[project->team].people > 0)
            continue;
        diag_warning(l->reader.d, &node_find(l->project_nodes[i], "team")->value_at,
                     "project '%s': team '%s' has no people, so its build never ends",
                     project->name, l->teams[project->team].name);
    }
}

/* ---- requests ---- */

/* Whether a `set`, or a value by date, changes a setting of a team. */
static bool is_planned(const struct loading *l, size_t team, const char *key)
{
    for (size_t i = 0; i < l->reader.n_planned; i++) {
        const struct happening *h = &l->reader.planned[i].happening;
        if (h->kind == HAPPENING_SET && h->target.home == HOME_TEAM &&
            h->target.index == (int)team && strcmp(h->target.setting->key, key) == 0)
            return true;
    }
    return false;
}

static void warn_of_requests(struct loading *l, size_t team)
{
    enum {
        ASKS_MORE = 1 << REQUESTS_INFLATE | 1 << REQUESTS_REACTIVE | 1 << REQUESTS_HOARD
    };
    static const struct {
        const char *key;
        unsigned readers; /* 1 << enum request_strategy */
    } read[] = {{"padding", ASKS_MORE},
                {"reaction", 1 << REQUESTS_REACTIVE},
                {"relief", 1 << REQUESTS_REACTIVE}};
    const struct team *t = &l->teams[team];
    const struct node *node = node_find(l->group_nodes[t->group], "requests");
    const struct setting *strategy = settings_find(&team_requests_settings, "strategy");
    if (is_planned(l, team, "strategy"))
        return;
    for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
        const struct setting *setting =
            settings_find(&team_requests_settings, read[i].key);
        if (setting_number(setting, t) != setting->fallback &&
            !(read[i].readers >> t->requests.strategy & 1))
            diag_warning(l->reader.d, &node_find(node, read[i].key)->at,
                         "team '%s': requests.%s changes nothing: the strategy is %s",
                         t->name, read[i].key,
                         setting_choice(strategy, (size_t)t->requests.strategy));
    }
    if (t->requests.strategy == REQUESTS_INFLATE && t->requests.padding == 0 &&
        !is_planned(l, team, "padding"))
        diag_warning(l->reader.d, &node_find(node, "strategy")->value_at,
                     "team '%s': the strategy is inflate, but padding is 0: it asks for "
                     "what it needs",
                     t->name);
}

/* ---- the council's acts ---- */

/* Whether two projects overlap by so much. */
static bool do_overlap(const struct loading *l, double overlap)
{
    size_t n = l->topics.n_names;
    for (size_t a = 0; a < l->s->n_projects; a++)
        for (size_t b = 0; b < a; b++) {
            int x = l->projects[a].topic_id, y = l->projects[b].topic_id;
            if (x >= 0 && y >= 0 && l->overlaps[(size_t)x * n + (size_t)y] >= overlap)
                return true;
        }
    return false;
}

/* What the council is to do and never will. */
static void warn_of_acts(struct loading *l)
{
    const struct council *council = &l->s->council;
    const struct node *cull = node_find(l->council_node, "cull");
    const struct node *consolidate = node_find(l->council_node, "consolidate");
    if (l->topics.is_open)
        return;
    if (council->cull.after_meetings > 0 && !do_overlap(l, council->cull.overlap))
        diag_warning(l->reader.d, &cull->at,
                     "council.cull changes nothing: no two projects overlap by so much");
    if (council->consolidate.disputes == 0)
        return;
    if (isnan(l->s->disputes.threshold))
        diag_warning(l->reader.d, &consolidate->at,
                     "council.consolidate changes nothing: without disputes.threshold "
                     "nobody appeals");
    else if (!do_overlap(l, council->consolidate.overlap))
        diag_warning(l->reader.d, &consolidate->at,
                     "council.consolidate changes nothing: no two projects overlap by so "
                     "much");
}

/* ---- the plan ---- */

static int by_instant(const void *a, const void *b)
{
    const struct planned *const *x = a, *const *y = b;
    double s = (*x)->happening.at_s, t = (*y)->happening.at_s;
    if (s != t)
        return s < t ? -1 : 1;
    return *x < *y ? -1 : *x > *y;
}

/* What lies outside the run is warned about and left out; what has no date, at INFINITY,
 * comes last. */
static size_t select_inside(struct loading *l, struct planned **plan)
{
    double horizon_s = calendar_horizon_s(&l->s->calendar);
    size_t n = 0;
    for (size_t i = 0; i < l->reader.n_planned; i++) {
        struct planned *p = &l->reader.planned[i];
        double at_s = p->happening.at_s;
        if ((at_s >= 0 && at_s < horizon_s) || p->happening.per_year > 0) {
            plan[n++] = p;
            continue;
        }
        diag_warning(l->reader.d, &p->date->value_at,
                     "%s: %s is %s of the run, %s: it will not happen", p->who,
                     p->date->value.text, at_s < 0 ? "before the start" : "after the end",
                     date_words(l, at_s < 0 ? 0 : horizon_s - SECONDS_PER_DAY));
    }
    return n;
}

static void put_in_order(struct loading *l)
{
    struct planned **plan = MEM_ARRAY(struct planned *, l->reader.n_planned);
    size_t n = select_inside(l, plan);
    /* The addresses are in the order of reading. */
    qsort(plan, n, sizeof *plan, by_instant);
    struct happening *happenings = ARENA_ARRAY(l->reader.arena, struct happening, n);
    for (size_t i = 0; i < n; i++)
        happenings[i] = plan[i]->happening;
    l->s->happenings = happenings;
    l->s->n_happenings = n;
    validate_clashes(l, plan, n);
    validate_plan(l, plan, n);
    mem_free(plan);
}

void validate_scenario(struct loading *l)
{
    if (!l->is_bad_plan)
        check_minimums(l);
    if (l->reader.has_start)
        check_targets(l);
    warn_of_empty_teams(l);
    if (!l->is_bad_calendar)
        put_in_order(l);
    for (size_t t = 0; diag_n_errors(l->reader.d) == l->n_errors && t < l->s->n_teams;
         t++)
        warn_of_requests(l, t);
    warn_of_acts(l);
}
