#include "cli/explain_print.h"

#include "cli/commands.h"
#include "cli/table.h"
#include "record/json.h"

#include <math.h>
#include <string.h>

/* ---- on a terminal ---- */

static void print_visible(const char *text)
{
    struct text visible;
    text_init(&visible);
    text_append_visible(&visible, text, strlen(text));
    fputs(visible.bytes, stdout);
    text_release(&visible);
}

static void print_head(const struct explain_question *q, const struct explanation *e)
{
    const struct scenario *s = q->scenario;
    if (s->question) {
        print_visible(s->question);
        printf("\n");
    }
    printf("Meeting of %s, rule %s over %s, ledger %s", e->date, e->division, e->over,
           e->ledger);
    if (s->alternative) {
        printf(", alternative ");
        print_visible(s->alternative);
    }
    if (q->replication > 0)
        printf(", replication %llu", (unsigned long long)q->replication);
    printf("\n");
    if (e->script) {
        printf("Divided by ");
        print_visible(e->script);
        printf("\n");
    }
    if (e->lag_days > 0)
        printf("Grants come into force %.10g days later\n", e->lag_days);
    if (e->inertia_dropped)
        printf("Inertia did not fit and was dropped on some pool\n");
}

static const char *claim_words(struct arena *arena, const struct explained_claim *c)
{
    return c->is_exploration ? arena_printf(arena, "%s, exploration", c->name) : c->name;
}

static void print_claims(const struct explanation *e, bool has_colour)
{
    static const char *const columns[] = {"Claim", "Team", ">Score",  ">Asked",
                                          ">Last", ">Got", "Because", "Pool"};
    struct table t;
    bool has_pools = e->n_pools > 1;
    table_init(&t, columns, has_pools ? 8 : 7);
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct explained_claim *c = &e->claims[i];
        table_cell(&t, "%s", c->is_exploration ? "(exploration)" : c->name);
        table_cell(&t, "%s", c->team);
        table_cell(&t, "%.4g", c->score);
        table_cell(&t, "%s", table_count(&t.arena, c->requested_gpus));
        table_cell(&t, "%s", c->is_new ? "new" : table_count(&t.arena, c->last_gpus));
        table_cell(&t, "%s", table_count(&t.arena, c->granted_gpus));
        table_cell(&t, "%s", c->verdict);
        if (has_pools)
            table_cell(&t, "%s", c->pool);
    }
    table_print(&t, stdout, has_colour);
    table_release(&t);
}

static bool is_about(const struct explanation *e, const char *pool)
{
    for (size_t i = 0; i < e->n_claims; i++)
        if (strcmp(e->claims[i].pool, pool) == 0)
            return true;
    return false;
}

static void print_teams(const struct explanation *e, bool has_colour)
{
    bool has_ledger = strcmp(e->ledger, "none") != 0;
    const char *const columns[] = {
        "Team",     "Pool",     has_ledger ? ">Entitled" : ">By share", ">Asked", ">Got",
        ">Starved", ">Borrowed"};
    struct table t;
    table_init(&t, columns, 7);
    for (size_t i = 0; i < e->n_teams; i++) {
        const struct explained_team *team = &e->teams[i];
        if (!is_about(e, team->pool))
            continue;
        table_cell(&t, "%s", team->name);
        table_cell(&t, "%s", team->pool);
        table_cell(&t, "%s", table_count(&t.arena, team->due_gpus));
        table_cell(&t, "%s", table_count(&t.arena, team->asked_gpus));
        table_cell(&t, "%s", table_count(&t.arena, team->granted_gpus));
        table_cell(&t, "%s",
                   team->starved_gpus >= 0.5 ? table_count(&t.arena, team->starved_gpus)
                                             : "");
        table_cell(&t, "%s",
                   team->borrowed_gpus >= 0.5 ? table_count(&t.arena, team->borrowed_gpus)
                                              : "");
    }
    printf("\nWho was starved of what is due to them, and who borrowed beyond it, in "
           "GPUs:\n");
    table_print(&t, stdout, has_colour);
    table_release(&t);
}

static void print_pools(const struct explanation *e)
{
    for (size_t p = 0; p < e->n_pools; p++) {
        if (!is_about(e, e->pools[p].name))
            continue;
        struct arena arena;
        arena_init(&arena);
        printf("Pool ");
        print_visible(e->pools[p].name);
        printf(": %s GPUs to divide, %s granted\n",
               table_count(&arena, e->pools[p].capacity_gpus),
               table_count(&arena, e->pools[p].granted_gpus));
        arena_release(&arena);
    }
}

static void print_factors(const struct explanation *e, const struct explained_claim *c,
                          bool has_colour)
{
    static const char *const columns[] = {"Factor", ">Value", ">Weight", ">Contribution"};
    struct table t;
    table_init(&t, columns, e->formula ? 2 : 4);
    for (size_t i = 0; i < c->n_factors; i++) {
        table_cell(&t, "%s", c->factors[i].name);
        table_cell(&t, "%.6g", c->factors[i].value);
        if (!e->formula) {
            table_cell(&t, "%.6g", c->factors[i].weight);
            table_cell(&t, "%.6g", c->factors[i].contribution);
        }
    }
    table_print(&t, stdout, has_colour);
    table_release(&t);
    if (e->formula)
        printf("Score: %.6g = %s\n", c->score, e->formula);
    else
        printf("Score: %.6g, the sum of the contributions\n", c->score);
}

static void print_remedy(const struct remedy *r)
{
    if (!r->set) {
        printf("\nNo change of its score alone would have brought it all: ");
        print_visible(r->why_none);
        printf("\n");
        return;
    }
    struct text word;
    text_init(&word);
    text_append_word(&word, r->set);
    printf("\nA score of %.4g would have brought all that it asked for, with\n  ",
           r->score);
    print_visible(r->path);
    printf(" %.10g in place of %.10g:\n  -s %s\n", r->to, r->from, word.bytes);
    text_release(&word);
}

static void print_claim(const struct explanation *e, const struct explained_claim *c,
                        bool has_colour)
{
    struct arena arena;
    struct text step;
    arena_init(&arena);
    text_init(&step);
    printf("\n");
    print_visible(claim_words(&arena, c));
    printf(" (team ");
    print_visible(c->team);
    if (c->group) {
        printf(", ");
        print_visible(c->group);
    }
    printf(") on ");
    print_visible(c->pool);
    printf(": asked for %s GPUs, got %s: %s\n\n", table_count(&arena, c->requested_gpus),
           table_count(&arena, c->granted_gpus), c->verdict);
    print_factors(e, c, has_colour);
    printf("\n");
    for (size_t s = 0; s < c->n_steps; s++) {
        text_clear(&step);
        explain_step(e, c, &c->steps[s], &step);
        printf("%2zu. ", s + 1);
        print_visible(step.bytes);
        printf("\n");
    }
    if (c->granted_gpus < c->requested_gpus * (1 - 1e-9))
        print_remedy(&c->remedy);
    text_release(&step);
    arena_release(&arena);
}

void explain_print(const struct explain_question *question, const struct explanation *e,
                   bool has_colour)
{
    bool is_detailed = question->project >= 0 || question->team >= 0;
    print_head(question, e);
    print_pools(e);
    for (size_t i = 0; i < e->n_claims && is_detailed; i++)
        print_claim(e, &e->claims[i], has_colour);
    if (!is_detailed) {
        printf("\n");
        print_claims(e, has_colour);
    }
    print_teams(e, has_colour);
}

/* ---- as JSON ---- */

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *json_of_factors(const struct explained_claim *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->n_factors; i++) {
        const struct explained_factor *f = &c->factors[i];
        json_t *json = json_object();
        json_object_set_new(json, "factor", json_string(f->name));
        json_object_set_new(json, "value", json_number(f->value));
        json_object_set_new(json, "weight", json_number(f->weight));
        json_object_set_new(json, "contribution", json_number(f->contribution));
        json_array_append_new(list, json);
    }
    return list;
}

static json_t *json_of_steps(const struct explanation *e, const struct explained_claim *c)
{
    json_t *list = json_array();
    struct text words;
    text_init(&words);
    for (size_t i = 0; i < c->n_steps; i++) {
        const struct award_step *s = &c->steps[i];
        json_t *json = json_object();
        text_clear(&words);
        explain_step(e, c, s, &words);
        json_object_set_new(json, "step", json_string(explain_step_name(s->kind)));
        json_object_set_new(json, "group",
                            s->group < 0 ? json_null()
                                         : json_string(e->groups[s->group].name));
        json_object_set_new(json, "value", json_number(s->value));
        json_object_set_new(json, "other", json_number(s->other));
        json_object_set_new(json, "words", json_string(words.bytes));
        json_array_append_new(list, json);
    }
    text_release(&words);
    return list;
}

static json_t *json_of_remedy(const struct remedy *r)
{
    json_t *json = json_object();
    json_object_set_new(json, "set", text_or_null(r->set));
    if (r->set) {
        json_object_set_new(json, "path", json_string(r->path));
        json_object_set_new(json, "from", json_number(r->from));
        json_object_set_new(json, "to", json_number(r->to));
        json_object_set_new(json, "score", json_number(r->score));
        json_object_set_new(json, "granted_gpus", json_number(r->granted_gpus));
    } else {
        json_object_set_new(json, "why_none", text_or_null(r->why_none));
    }
    return json;
}

static json_t *json_of_claim(const struct explanation *e, const struct explained_claim *c,
                             bool is_detailed)
{
    json_t *json = json_object();
    json_object_set_new(json, "pool", json_string(c->pool));
    json_object_set_new(json, "team", json_string(c->team));
    json_object_set_new(json, "group", text_or_null(c->group));
    json_object_set_new(json, "project",
                        text_or_null(c->is_exploration ? NULL : c->name));
    json_object_set_new(json, "requested_gpus", json_number(c->requested_gpus));
    json_object_set_new(json, "needed_gpus", json_number(c->needed_gpus));
    json_object_set_new(json, "min_gpus", json_number(c->min_gpus));
    json_object_set_new(json, "last_gpus", json_number(c->is_new ? NAN : c->last_gpus));
    json_object_set_new(json, "score", json_number(c->score));
    json_object_set_new(json, "factors", json_of_factors(c));
    json_object_set_new(json, "entitled_gpus", json_number(c->entitled_gpus));
    json_object_set_new(json, "granted_gpus", json_number(c->granted_gpus));
    json_object_set_new(json, "is_set_aside", json_boolean(c->is_set_aside));
    json_object_set_new(json, "because", json_string(c->verdict));
    json_object_set_new(json, "steps", json_of_steps(e, c));
    if (is_detailed)
        json_object_set_new(json, "remedy", json_of_remedy(&c->remedy));
    return json;
}

static json_t *json_of_pools(const struct explanation *e)
{
    json_t *list = json_array();
    for (size_t p = 0; p < e->n_pools; p++) {
        json_t *json = json_object();
        json_object_set_new(json, "pool", json_string(e->pools[p].name));
        json_object_set_new(json, "capacity_gpus",
                            json_number(e->pools[p].capacity_gpus));
        json_object_set_new(json, "granted_gpus", json_number(e->pools[p].granted_gpus));
        json_array_append_new(list, json);
    }
    return list;
}

static json_t *json_of_teams(const struct explanation *e)
{
    json_t *list = json_array();
    for (size_t i = 0; i < e->n_teams; i++) {
        const struct explained_team *t = &e->teams[i];
        json_t *json = json_object();
        json_object_set_new(json, "team", json_string(t->name));
        json_object_set_new(json, "pool", json_string(t->pool));
        json_object_set_new(json, "due_gpus", json_number(t->due_gpus));
        json_object_set_new(json, "asked_gpus", json_number(t->asked_gpus));
        json_object_set_new(json, "granted_gpus", json_number(t->granted_gpus));
        json_object_set_new(json, "starved_gpus", json_number(t->starved_gpus));
        json_object_set_new(json, "borrowed_gpus", json_number(t->borrowed_gpus));
        json_array_append_new(list, json);
    }
    return list;
}

void explain_print_json(const struct explain_question *question,
                        const struct explanation *e, FILE *stream)
{
    bool is_detailed = question->project >= 0 || question->team >= 0;
    json_t *json = json_object(), *rule = json_object(), *claims = json_array();
    json_object_set_new(rule, "divide", json_string(e->division));
    json_object_set_new(rule, "over", json_string(e->over));
    json_object_set_new(rule, "ledger", json_string(e->ledger));
    json_object_set_new(rule, "formula", text_or_null(e->formula));
    json_object_set_new(rule, "script", text_or_null(e->script));
    for (size_t i = 0; i < e->n_claims; i++)
        json_array_append_new(claims, json_of_claim(e, &e->claims[i], is_detailed));
    json_object_set_new(json, "scenario", json_string(question->scenario->name));
    json_object_set_new(json, "alternative",
                        text_or_null(question->scenario->alternative));
    json_object_set_new(json, "replication",
                        json_integer((json_int_t)question->replication));
    json_object_set_new(json, "meeting", json_string(e->date));
    json_object_set_new(json, "rule", rule);
    json_object_set_new(json, "pools", json_of_pools(e));
    json_object_set_new(json, "claims", claims);
    json_object_set_new(json, "teams", json_of_teams(e));
    json_write(json, stream, JSON_AS_INSERTED);
    json_decref(json);
}
