/* The score of a claim moves with its own priority, or with the ratings that stand above
 * it in the council. Each of these levers is tried at both ends of its range with the
 * award itself, so that formulas, ties and what the change does to others all count;
 * where an end brings the full request, the least change that does is found by bisection
 * and then rounded away from where it starts to the fewest digits, four at least. */
#include "base/memory.h"
#include "record/number.h"
#include "scenario/node_path.h"
#include "study/explain_work.h"

#include <math.h>
#include <string.h>

enum { FEWEST_DIGITS = 4, MOST_DIGITS = 15, BISECTIONS = 60 };

static const double slack = 1e-9;

struct lever {
    const char *path;
    int member, rating; /* -1: the claim's own priority */
    double value;
};

/* What a try comes to; nothing where a script or formula fails at it. */
struct outcome_of {
    double score, granted_gpus;
};

static double full(const struct claim *claim)
{
    return claim->requested_gpus * (1 - slack);
}

/* ---- trying ---- */

static void set_priority(struct docket *d, size_t i, double value, struct arena *arena)
{
    struct claim *claims = ARENA_ARRAY(arena, struct claim, d->n_claims);
    memcpy(claims, d->claims, d->n_claims * sizeof *claims);
    for (size_t k = 0; k < d->n_claims; k++)
        if (k == i || (claims[i].project >= 0 && claims[k].project == claims[i].project))
            claims[k].priority = value;
    d->claims = claims;
}

static void set_rating(struct docket *d, const struct lever *lever, double value,
                       struct arena *arena)
{
    struct council *council = ARENA_NEW(arena, struct council);
    *council = *d->council;
    council->members = ARENA_ARRAY(arena, struct member, council->n_members);
    memcpy(council->members, d->council->members,
           council->n_members * sizeof *council->members);
    struct member *member = &council->members[lever->member];
    struct rating *ratings = ARENA_ARRAY(arena, struct rating, member->n_ratings);
    memcpy(ratings, member->ratings, member->n_ratings * sizeof *ratings);
    ratings[lever->rating].rating = value;
    member->ratings = ratings;
    d->council = council;
}

static struct outcome_of try(struct explain_work *w, size_t i, const struct lever *lever,
                             double value)
{
    struct docket d = *w->meeting->docket;
    struct arena_mark mark = arena_get_mark(&w->trial);
    struct award award;
    if (lever->member < 0)
        set_priority(&d, i, value, &w->trial);
    else
        set_rating(&d, lever, value, &w->trial);
    const char *breach =
        award_make(&d, w->meeting->rule, &award, NULL, &w->trial, &w->scratch);
    struct outcome_of outcome = {award.scores[i], breach ? 0 : award.granted_gpus[i]};
    arena_rewind(&w->trial, mark);
    return outcome;
}

static bool is_enough(struct explain_work *w, size_t i, const struct lever *lever,
                      double value)
{
    return try(w, i, lever, value).granted_gpus >= full(&w->meeting->docket->claims[i]);
}

/* The value nearest to the lever's present one that is enough; `good`, an end, is. */
static double nearest(struct explain_work *w, size_t i, const struct lever *lever,
                      double good)
{
    double bad = lever->value;
    bool is_up = good > bad;
    for (int k = 0; k < BISECTIONS; k++) {
        double middle = bad + (good - bad) / 2;
        if (is_enough(w, i, lever, middle))
            good = middle;
        else
            bad = middle;
    }
    for (int digits = FEWEST_DIGITS; digits <= MOST_DIGITS; digits++) {
        double scale = pow(10, digits);
        double value = (is_up ? ceil(good * scale) : floor(good * scale)) / scale;
        if (value >= 0 && value <= 1 && is_enough(w, i, lever, value))
            return value;
    }
    return good;
}

/* ---- levers ---- */

static const char *subject_of(const struct scenario *s, const struct rating *rating)
{
    switch (rating->by) {
    case RATED_PROJECT:
        return s->projects[rating->id].name;
    case RATED_TEAM:
        return s->teams[rating->id].name;
    case RATED_GROUP:
        return s->groups[rating->id].name;
    case RATED_KIND:
        return s->kinds[rating->id];
    case RATED_TOPIC:
        return s->topics[rating->id];
    }
    return "";
}

/* levers[n_members + 1]; returns their number. */
static size_t find_levers(struct explain_work *w, const struct claim *c,
                          struct lever *levers)
{
    const struct scenario *s = w->question->scenario;
    const struct docket *d = w->meeting->docket;
    struct arena *arena = &w->e->arena;
    const char *team = s->teams[c->team].name;
    const char *project[] = {"projects", c->name, "priority"};
    const char *explores[] = {"teams", team, "exploration", d->pools[c->pool].name,
                              "priority"};
    const char *own =
        c->project >= 0 ? path_join(arena, project, 3) : path_join(arena, explores, 5);
    size_t n = 0;
    levers[n++] = (struct lever){own, -1, -1, c->priority};
    for (size_t m = 0; m < d->council->n_members; m++) {
        const struct member *member = &d->council->members[m];
        int standing = priority_rating(member, d, c);
        if (standing < 0)
            continue;
        const struct rating *rating = &member->ratings[standing];
        const char *parts[] = {
            "council", "members", member->name, "ratings", subject_of(s, rating),
            "rating"};
        levers[n++] =
            (struct lever){path_join(arena, parts, 6), (int)m, standing, rating->rating};
    }
    return n;
}

/* ---- why none helps ---- */

static const char *gpus_words(struct arena *arena, double gpus)
{
    return arena_printf(arena, "%.10g GPUs", gpus);
}

/* What no score could change; NULL: nothing. */
static const char *obstacle(struct explain_work *w, const struct claim *c)
{
    const struct docket *d = w->meeting->docket;
    const struct rule *rule = w->meeting->rule;
    struct arena *arena = &w->e->arena;
    double capacity = d->pools[c->pool].capacity_gpus;
    const struct explained_group *at =
        &w->e->groups[rule->over == OVER_TREE ? c->group : 0];
    const struct divide_type *type = divisions[division_find(at->division)];
    if (capacity < full(c))
        return arena_printf(arena, "the pool has %s", gpus_words(arena, capacity));
    for (int g = c->group; g >= 0; g = d->groups[g].parent) {
        double ceiling = d->bounds[(size_t)g * d->n_pools + (size_t)c->pool].ceiling_gpus;
        if (ceiling < full(c))
            return arena_printf(arena, "the ceiling of '%s' is %s", w->e->groups[g].name,
                                gpus_words(arena, ceiling));
    }
    if (!(type->reads & (READS_SCORES | READS_DOCKET)))
        return arena_printf(arena, "division '%s' looks at no score", type->name);
    if (!rule_reads_factor(rule, (size_t)factor_find(score_priority.name)))
        return "priority does not count in the score";
    return NULL;
}

/* ---- the --set ---- */

static void append_number(struct text *out, double number)
{
    char digits[NUMBER_ROOM];
    number_format(number, digits);
    text_printf(out, "%s%s", digits, strpbrk(digits, ".e") ? "" : ".0");
}

static void append_element(struct text *out, const char *from, double value)
{
    text_append(out, out->bytes[out->length - 1] == '(' ? " { " : ", { ");
    if (from)
        text_printf(out, "from = \"%s\"; ", from);
    text_append(out, "value = ");
    append_number(out, value);
    text_append(out, "; }");
}

static double number_of(const struct node *node)
{
    return node->kind == NODE_INT ? (double)node->value.integer : node->value.number;
}

/* The setting's values by date as they stand, with another one from this meeting on. */
static const char *dated_set(struct explain_work *w, const struct lever *lever, double to)
{
    const struct scenario *s = w->question->scenario;
    const char *date = w->e->date;
    bool is_start = w->meeting->world->now_s <= 0, is_told = false;
    struct diag d;
    struct text out;
    diag_init(&d);
    const struct node *node =
        node_path_find(&w->e->arena, s->tree, lever->path, NULL, &d);
    diag_release(&d);
    if (!node)
        return NULL;
    text_init(&out);
    text_printf(&out, "%s=(", lever->path);
    size_t n = node->kind == NODE_LIST ? node->n_children : 0;
    if (n == 0 && !is_start)
        append_element(&out, NULL, number_of(node));
    for (size_t i = 0; i <= n; i++) {
        const struct node *element = i < n ? node->children[i] : NULL;
        const struct node *from = element ? node_find(element, "from") : NULL;
        int order = !element ? 1 : from ? strcmp(from->value.text, date) : -1;
        if (order > 0 && !is_told)
            append_element(&out, is_start ? NULL : date, to);
        is_told |= order > 0;
        if (element && order != 0 && !(is_start && order < 0))
            append_element(&out, from ? from->value.text : NULL,
                           number_of(node_find(element, "value")));
    }
    text_append(&out, " )");
    const char *set = arena_string(&w->e->arena, out.bytes);
    text_release(&out);
    return set;
}

/* ---- the search ---- */

/* The best that a lever can do where it does not do enough. */
static void note_best(struct explain_work *w, const struct lever *lever, double end,
                      struct outcome_of at_end, const struct claim *c,
                      struct remedy *remedy)
{
    if (remedy->why_none && at_end.granted_gpus <= remedy->granted_gpus)
        return;
    remedy->granted_gpus = at_end.granted_gpus;
    remedy->why_none = arena_printf(
        &w->e->arena,
        "even %s = %.10g, a score of %.4g, would bring %.0f of its %.0f GPUs",
        lever->path, end, at_end.score, at_end.granted_gpus, c->requested_gpus);
}

static void pull(struct explain_work *w, size_t i, const struct lever *lever,
                 double score, struct remedy *remedy)
{
    static const double ends[] = {1, 0};
    const struct claim *c = &w->meeting->docket->claims[i];
    for (int k = 0; k < 2; k++) {
        if (lever->value == ends[k])
            continue;
        struct outcome_of at_end = try(w, i, lever, ends[k]);
        if (at_end.score == score)
            continue; /* it moves nothing */
        if (at_end.granted_gpus < full(c)) {
            if (!remedy->path)
                note_best(w, lever, ends[k], at_end, c, remedy);
            continue;
        }
        double to = nearest(w, i, lever, ends[k]);
        struct outcome_of then = try(w, i, lever, to);
        if (remedy->path && fabs(then.score - score) >= fabs(remedy->score - score))
            continue;
        *remedy = (struct remedy){.set = dated_set(w, lever, to),
                                  .path = lever->path,
                                  .from = lever->value,
                                  .to = to,
                                  .score = then.score,
                                  .granted_gpus = then.granted_gpus};
    }
}

void explain_find_remedy(struct explain_work *w, size_t i, struct explained_claim *claim)
{
    const struct claim *c = &w->meeting->docket->claims[i];
    struct remedy *remedy = &claim->remedy;
    if (claim->granted_gpus >= full(c)) {
        remedy->why_none = "it got all that it asked for";
        return;
    }
    remedy->why_none = obstacle(w, c);
    if (remedy->why_none)
        return;
    struct lever *levers =
        MEM_ARRAY(struct lever, w->meeting->docket->council->n_members + 1);
    size_t n = find_levers(w, c, levers);
    for (size_t k = 0; k < n; k++)
        pull(w, i, &levers[k], claim->score, remedy);
    mem_free(levers);
    if (!remedy->path && !remedy->why_none)
        remedy->why_none = "neither its priority nor a rating of it moves its score";
}

/* ---- the proof ---- */

struct proof {
    const struct explain_question *question;
    const struct explained_claim *claim;
    double granted_gpus;
};

static bool find_grant(void *owner, const struct run_meeting *meeting)
{
    struct proof *proof = owner;
    const struct docket *d = meeting->docket;
    for (size_t i = 0; i < d->n_claims && meeting->month == proof->question->month; i++) {
        const struct claim *c = &d->claims[i];
        if (strcmp(c->name, proof->claim->name) == 0 &&
            c->pool == proof->claim->pool_id &&
            (c->project < 0) == proof->claim->is_exploration)
            proof->granted_gpus = meeting->award->granted_gpus[i];
    }
    return meeting->month < proof->question->month;
}

void explain_verify_remedy(const struct explain_question *question, struct explanation *e,
                           struct explained_claim *claim)
{
    struct remedy *remedy = &claim->remedy;
    if (!remedy->set)
        return;
    struct scenario_options options = *question->options;
    const char **sets = MEM_ARRAY(const char *, options.n_sets + 1);
    for (size_t i = 0; i < options.n_sets; i++)
        sets[i] = options.sets[i];
    sets[options.n_sets++] = remedy->set;
    options.sets = sets;
    struct proof proof = {.question = question, .claim = claim, .granted_gpus = NAN};
    struct run_options how = {.seed = question->seed,
                              .replication = question->replication,
                              .on_meeting = find_grant,
                              .owner = &proof};
    struct scenario s;
    struct diag d;
    diag_init(&d);
    if (scenario_load(&s, question->scenario->path, &options, &d) == 0) {
        struct results results;
        run_simulate_with(&s, &how, &results);
        results_release(&results);
        scenario_release(&s);
    }
    diag_release(&d);
    mem_free(sets);
    if (proof.granted_gpus >= claim->requested_gpus * (1 - slack))
        return;
    remedy->why_none = arena_printf(
        &e->arena, "%s = %.10g would do, but what else happens on that day undoes it",
        remedy->path, remedy->to);
    remedy->set = NULL;
}
