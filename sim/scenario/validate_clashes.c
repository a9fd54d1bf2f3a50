/* The parts of a rule may change in the course of a run, each on its own, so every
 * combination that will be in force is looked at: the one at the start, that after each
 * instant at which parts change, and what changes at random make of any of them. A clash
 * is reported where it comes about, at the start or at the `set`. */
#include "scenario/loading.h"

#include <stddef.h>

enum part { PART_DIVIDE, PART_OVER, PART_LEDGER, N_PARTS };

static const char *const keys[N_PARTS] = {"divide", "over", "ledger"};
static const size_t offsets[N_PARTS] = {offsetof(struct rule, division),
                                        offsetof(struct rule, over),
                                        offsetof(struct rule, ledger)};

/* Room for the choices of each part. */
enum { MOST_CHOICES = MOST_DIVISIONS + MOST_LEDGERS };

struct clashes {
    struct loading *l;
    struct rule rule; /* its parts as of the instant */
    bool is_clashing; /* reported, and so it stays */
    /* By part and choice: what may set it at random; NULL: nothing. */
    const struct planned *random[N_PARTS][MOST_CHOICES];
    bool is_random_reported;
};

/* The part of the rule that a happening sets, or N_PARTS. */
static enum part part_of(const struct happening *h)
{
    enum part part = PART_DIVIDE;
    if (h->kind != HAPPENING_SET || h->target.home != HOME_RULE)
        return N_PARTS;
    while (part < N_PARTS && h->target.setting->offset != offsets[part])
        part++;
    return part;
}

static void put_part(struct rule *rule, enum part part, int choice)
{
    *(int *)((char *)rule + offsets[part]) = choice;
    rule_refresh(rule);
}

static const char *who_of(struct loading *l, size_t g)
{
    return reader_who(&l->reader, l->groups[g].team >= 0 ? "team" : "group",
                      l->group_nodes[g], g - 1);
}

/* Of several settings of a group the first that somebody wrote, or the group. */
static const struct place *written_place(const struct node *group, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct node *node = node_find(group, keys[i]);
        if (node && node->at.file)
            return &node->at;
    }
    return &group->at;
}

/* What counts by months takes no meetings within one; NULL: it goes together. */
static const char *find_rule_clash(struct loading *l, const struct rule *rule)
{
    const char *clash = rule_clash(rule, l->reader.arena);
    bool has_ledger = rule->ledger != ledger_find(ledger_none.name);
    bool is_auction = rule->division == division_find(divide_auction.name);
    if (clash || l->s->council.every_days == 0 || (!has_ledger && !is_auction))
        return clash;
    return arena_printf(l->reader.arena,
                        "%s '%s' counts by months, which does not go with "
                        "council.every_days",
                        has_ledger ? "ledger" : "division",
                        has_ledger ? ledgers[rule->ledger]->name : divide_auction.name);
}

static void judge_start(struct clashes *c)
{
    struct loading *l = c->l;
    struct arena *arena = l->reader.arena;
    const char *clash = find_rule_clash(l, &c->rule);
    if (clash)
        reader_error(&l->reader, "rule", written_place(l->rule_node, N_PARTS), "%s",
                     clash);
    c->is_clashing = clash != NULL;
    for (size_t g = 1; g < l->s->n_groups; g++) {
        clash = rule_group_clash(&c->rule, &l->groups[g], arena);
        if (clash)
            reader_error(&l->reader, who_of(l, g), written_place(l->group_nodes[g], 1),
                         "%s", clash);
        c->is_clashing |= clash != NULL;
    }
}

/* What does not go together, of the rule or of a group under it; NULL: all does. */
static const char *find_clash(const struct clashes *c, const struct rule *rule)
{
    struct loading *l = c->l;
    struct arena *arena = l->reader.arena;
    const char *clash = find_rule_clash(l, rule);
    for (size_t g = 1; g < l->s->n_groups && !clash; g++) {
        clash = rule_group_clash(rule, &l->groups[g], arena);
        if (clash)
            clash = arena_printf(arena, "%s: %s", who_of(l, g), clash);
    }
    return clash;
}

/* After all of an instant: reported at the last of its changes. */
static void judge_change(struct clashes *c, const struct planned *p)
{
    bool was_clashing = c->is_clashing;
    const char *clash = find_clash(c, &c->rule);
    c->is_clashing = clash != NULL;
    if (clash && !was_clashing)
        reader_error(&c->l->reader, p->who, &p->value->value_at, "from then on: %s",
                     clash);
}

/* The present rule with any of its parts changed at random. */
static void judge_random(struct clashes *c, struct rule rule, int part,
                         const struct planned *last)
{
    if (part == N_PARTS) {
        const char *clash = last && !c->is_random_reported ? find_clash(c, &rule) : NULL;
        c->is_random_reported |= clash != NULL;
        if (clash)
            reader_error(&c->l->reader, last->who, &last->value->value_at,
                         "it may come at any time, and then: %s", clash);
        return;
    }
    judge_random(c, rule, part + 1, last);
    for (int k = 0; k < MOST_CHOICES; k++) {
        if (!c->random[part][k])
            continue;
        put_part(&rule, (enum part)part, k);
        judge_random(c, rule, part + 1, c->random[part][k]);
    }
}

void validate_clashes(struct loading *l, struct planned *const *plan, size_t n)
{
    struct clashes c = {.l = l, .rule = l->s->rule};
    if (l->is_bad_rule)
        return;
    judge_start(&c);
    for (size_t i = 0; i < n; i++) {
        const struct happening *h = &plan[i]->happening;
        if (h->per_year > 0 && part_of(h) < N_PARTS)
            c.random[part_of(h)][(int)h->value] = plan[i];
    }
    if (!c.is_clashing)
        judge_random(&c, c.rule, 0, NULL);
    for (size_t first = 0, last; first < n; first = last) {
        double at_s = plan[first]->happening.at_s;
        const struct planned *changed = NULL;
        for (last = first; last < n && plan[last]->happening.at_s == at_s; last++) {
            const struct happening *h = &plan[last]->happening;
            if (h->per_year > 0 || part_of(h) == N_PARTS)
                continue;
            put_part(&c.rule, part_of(h), (int)h->value);
            changed = plan[last];
        }
        if (!changed)
            continue;
        judge_change(&c, changed);
        if (!c.is_clashing)
            judge_random(&c, c.rule, 0, NULL);
    }
}
