#include "scenario/loading.h"
#include "scenario/sections.h"

static void read_weights(struct loading *l, struct node *node)
{
    struct form f;
    const struct settings *settings = score_weight_settings();
    form_open(&f, &l->reader, node, "rule.score.weights");
    f.target.home = HOME_WEIGHT;
    f.target.path = "rule.score.weights";
    for (size_t i = 0; i < settings->n_items; i++) {
        f.target.index = (int)i;
        form_setting(&f, &settings->items[i], &l->s->rule);
    }
    form_close(&f);
    l->weights_node = node;
    l->is_bad_weights = f.is_bad;
}

/* The settings of one part, in a group of its own; an empty group is legal. Where a part
 * has no settings its group is not added. */
static void read_part(struct loading *l, struct form *parent, const char *prefix,
                      const char *name, const struct settings *settings,
                      enum setting_home home, int index, void *values)
{
    struct form f;
    bool is_silent = settings->n_items == 0 && !settings->list;
    struct node *node = is_silent ? form_node(parent, name) : form_group(parent, name);
    if (is_silent && !node)
        return;
    const char *path = arena_printf(l->reader.arena, "%s.%s", prefix, name);
    form_open(&f, &l->reader, node, path);
    f.target.home = home;
    f.target.index = index;
    f.target.path = path;
    form_read(&f, settings, values);
    if (settings->list)
        form_elements(&f, settings->list, values);
    form_close(&f);
}

/* The formula is tried at once, so that a mistake in it shows where it stands. */
static void read_formula(struct loading *l, struct form *f)
{
    struct rule *rule = &l->s->rule;
    form_read(f, &rule_score_settings, rule);
    if (!rule->formula_text)
        return;
    struct formula *formula = ARENA_NEW(l->reader.arena, struct formula);
    const struct place *at = form_place(f, "formula");
    const char *hint, *message = formula_compile(formula, rule->formula_text, at,
                                                 l->reader.arena, &hint);
    rule->formula = formula;
    if (!message)
        return;
    form_error(f, at, "formula: %s", message);
    if (hint)
        diag_hint(l->reader.d, "%s", hint);
}

static void read_score(struct loading *l, struct form *rule)
{
    struct form f;
    form_open(&f, &l->reader, form_group(rule, "score"), "rule.score");
    read_formula(l, &f);
    read_weights(l, form_group(&f, "weights"));
    for (size_t i = 0; i < n_factors; i++)
        read_part(l, &f, "rule.score", factors[i]->name, &factors[i]->settings,
                  HOME_FACTOR, (int)i, l->s->rule.factor_settings[i]);
    form_close(&f);
}

void read_rule(struct loading *l, struct form *top)
{
    struct rule *rule = &l->s->rule;
    struct form f;
    rule_init(rule, l->reader.arena);
    form_open(&f, &l->reader, form_group(top, "rule"), "rule");
    f.target.home = HOME_RULE;
    f.target.path = "rule";
    form_read(&f, &rule_settings, rule);
    l->is_bad_rule = f.is_bad;
    l->rule_node = f.group;
    read_part(l, &f, "rule", "inertia", &rule_inertia_settings, HOME_RULE, -1, rule);
    read_score(l, &f);
    for (size_t i = 0; i < n_divisions; i++)
        read_part(l, &f, "rule", divisions[i]->name, &divisions[i]->settings,
                  HOME_DIVISION, (int)i, rule->division_settings[i]);
    read_decisions(l, &f);
    for (size_t i = 0; i < n_ledgers; i++)
        read_part(l, &f, "rule", ledgers[i]->name, &ledgers[i]->settings, HOME_LEDGER,
                  (int)i, rule->ledger_settings[i]);
    form_close(&f);
    read_script(l);
    if (!l->is_bad_rule)
        rule_refresh(rule);
}
