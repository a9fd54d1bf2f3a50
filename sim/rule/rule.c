#include "rule/rule.h"

#include "base/text.h"
#include "rule/script.h"

#include <math.h>
#include <string.h>

static const char *const overs[] = {"projects", "tree"};
static const char *const beyonds[] = {"divide", "none"};

static const char *division_at(size_t index)
{
    return index < n_divisions ? divisions[index]->name : NULL;
}

static const char *ledger_at(size_t index)
{
    return index < n_ledgers ? ledgers[index]->name : NULL;
}

static const struct setting rule_table[] = {
    {"divide", SETTING_CHOICE, SETTING_DATED, offsetof(struct rule, division),
     .fallback = 2, .choice_at = division_at, .unit = "",
     .help = "how a pool is divided; see allot list divisions"},
    {"over", SETTING_CHOICE, SETTING_DATED, offsetof(struct rule, over), .choices = overs,
     .n_choices = 2, .unit = "",
     .help = "all claims at once, or group by group down the organisation's tree"},
    {"ledger", SETTING_CHOICE, SETTING_DATED, offsetof(struct rule, ledger),
     .choice_at = ledger_at, .unit = "",
     .help = "what past use does to a group's entitlement"},
    {"beyond", SETTING_CHOICE, SETTING_DATED, offsetof(struct rule, beyond),
     .choices = beyonds, .n_choices = 2, .unit = "",
     .help = "what is left after the entitlements: divided, or left idle"},
    {"unit_gpus", SETTING_INT, SETTING_OPTIONAL | SETTING_DATED,
     offsetof(struct rule, unit_gpus), .low = 0, .high = 1000000, .unit = "GPUs",
     .help =
         "grants are whole multiples of it; 0: not rounded; left out: the pool's node"},
    {"round", SETTING_CHOICE, SETTING_DATED, offsetof(struct rule, round),
     .choices = units_methods, .n_choices = N_UNITS_METHODS, .unit = "",
     .help = "how grants become whole units"},
    {"lend", SETTING_BOOL, SETTING_DATED, offsetof(struct rule, lends), .unit = "",
     .help = "between meetings, what is granted and not used, or free, is lent to claims "
             "whose need is not met, by score, and taken back at once when it is wanted"},
};

static const struct setting inertia_table[] = {
    {"threshold_frac", SETTING_FLOAT, SETTING_DATED,
     offsetof(struct rule, threshold_frac), .fallback = 0, .low = 0, .high = 1,
     .unit = "of the last grant",
     .help = "a grant that would change by at most this is kept"},
    {"step_frac", SETTING_FLOAT, SETTING_DATED, offsetof(struct rule, step_frac),
     .fallback = 1, .low = 0, .high = 1, .unit = "of the pool",
     .help = "the most by which a grant changes at one meeting"},
};

static const struct setting score_table[] = {
    {"formula", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct rule, formula_text),
     .high = 1000, .unit = "",
     .help = "the score over the factors' names, in place of the weights: "
             "\"0.6*priority + 0.4*closeness^2\""},
};

const struct settings rule_settings = SETTINGS("rule", rule_table, struct rule);
const struct settings rule_inertia_settings =
    SETTINGS("inertia", inertia_table, struct rule);
const struct settings rule_score_settings = SETTINGS("score", score_table, struct rule);
const struct setting rule_weight_setting = {"weight",
                                            SETTING_FLOAT,
                                            SETTING_DATED,
                                            0,
                                            .fallback = 0,
                                            .low = -1000,
                                            .high = 1000,
                                            .unit = "",
                                            .help =
                                                "what the factor weighs in the score"};

void rule_init(struct rule *rule, struct arena *arena)
{
    settings_fill_defaults(&rule_settings, rule);
    rule->division = division_find("weighted");
    rule->ledger = ledger_find("none");
    rule->step_frac = 1;
    for (size_t i = 0; i < n_divisions; i++) {
        const struct settings *s = &divisions[i]->settings;
        rule->division_settings[i] = arena_alloc(arena, 1, s->size + 1);
        settings_fill_defaults(s, rule->division_settings[i]);
    }
    for (size_t i = 0; i < n_factors; i++) {
        const struct settings *s = &factors[i]->settings;
        rule->factor_settings[i] = arena_alloc(arena, 1, s->size + 1);
        settings_fill_defaults(s, rule->factor_settings[i]);
        rule->weights[i] = factors[i] == &score_priority ? 1 : 0;
    }
    for (size_t i = 0; i < n_ledgers; i++) {
        const struct settings *s = &ledgers[i]->settings;
        rule->ledger_settings[i] = arena_alloc(arena, 1, s->size + 1);
        settings_fill_defaults(s, rule->ledger_settings[i]);
    }
    rule_refresh(rule);
}

static void *copy_of(const void *values, size_t size, struct arena *arena)
{
    void *copy = arena_alloc(arena, 1, size + 1);
    memcpy(copy, values, size);
    return copy;
}

void rule_copy(struct rule *copy, const struct rule *rule, struct arena *arena)
{
    *copy = *rule;
    for (size_t i = 0; i < n_divisions; i++)
        copy->division_settings[i] =
            copy_of(rule->division_settings[i], divisions[i]->settings.size, arena);
    for (size_t i = 0; i < n_factors; i++)
        copy->factor_settings[i] =
            copy_of(rule->factor_settings[i], factors[i]->settings.size, arena);
    for (size_t i = 0; i < n_ledgers; i++)
        copy->ledger_settings[i] =
            copy_of(rule->ledger_settings[i], ledgers[i]->settings.size, arena);
}

void rule_refresh(struct rule *rule)
{
    rule->divide = divisions[rule->division];
}

/* What a division must be able to do in its place. */
struct role {
    bool claims, groups; /* divide among these */
    bool team;           /* claims of one team, without accounts */
    bool passes;         /* under a ledger */
};

static bool is_able(const struct divide_type *type, struct role role)
{
    return (!role.claims || type->over_projects) && (!role.groups || type->over_groups) &&
           (!role.team || !type->account_at_start) &&
           (!role.passes || type->takes_passes);
}

/* The names of the divisions that would do, for a message. */
static const char *names_of(struct role role, struct arena *arena)
{
    struct text names;
    text_init(&names);
    for (size_t i = 0; i < n_divisions; i++)
        if (is_able(divisions[i], role))
            text_printf(&names, "%s%s", names.length ? ", " : "", divisions[i]->name);
    char *copy = arena_string(arena, names.bytes);
    text_release(&names);
    return copy;
}

static bool lacks_script(const struct rule *rule, const struct divide_type *type)
{
    const struct script_settings *settings =
        rule->division_settings[division_find(divide_script.name)];
    return type == &divide_script && !settings->file;
}

static const char no_script[] =
    "division 'script' needs a file with a function divide(docket): say "
    "script = { file = \"my.lua\"; } in the rule";

const char *rule_clash(const struct rule *rule, struct arena *arena)
{
    const struct divide_type *type = rule->divide;
    bool is_tree = rule->over == OVER_TREE;
    struct role role = {.claims = !is_tree,
                        .groups = is_tree,
                        .passes = ledgers[rule->ledger]->entitle != NULL};
    if (lacks_script(rule, type))
        return no_script;
    if (is_tree && !type->over_groups)
        return arena_printf(arena,
                            "division '%s' cannot stand over the tree, for it reads "
                            "scores and groups have none; over the tree may stand: %s",
                            type->name, names_of(role, arena));
    if (!is_tree && !type->over_projects)
        return arena_printf(
            arena,
            "division '%s' divides among groups only: say over = \"tree\", "
            "or over projects one of: %s",
            type->name, names_of(role, arena));
    if (!is_able(type, role))
        return arena_printf(arena,
                            "division '%s' keeps its own books and takes no ledger '%s': "
                            "say ledger = \"none\", or with a ledger one of: %s",
                            type->name, ledgers[rule->ledger]->name,
                            names_of(role, arena));
    return NULL;
}

const char *rule_group_clash(const struct rule *rule, const struct group *group,
                             struct arena *arena)
{
    if (group->division < 0)
        return NULL;
    const struct divide_type *type = divisions[group->division];
    bool is_team = group->team >= 0;
    struct role role = {is_team, !is_team, is_team,
                        ledgers[rule->ledger]->entitle != NULL};
    if (lacks_script(rule, type))
        return no_script;
    if (is_able(type, role))
        return NULL;
    if (is_able(type, (struct role){is_team, !is_team, is_team, false}))
        return arena_printf(arena,
                            "division '%s' keeps its own books and takes no ledger '%s'; "
                            "with a ledger may stand: %s",
                            type->name, ledgers[rule->ledger]->name,
                            names_of(role, arena));
    return arena_printf(arena, "division '%s' cannot divide among %s; these can: %s",
                        type->name, is_team ? "a team's claims" : "groups",
                        names_of(role, arena));
}

unsigned rule_reads(const struct rule *rule, const struct group *groups, size_t n_groups)
{
    unsigned reads = rule->divide->reads;
    for (size_t g = 0; g < n_groups && rule->over == OVER_TREE; g++)
        if (groups[g].division >= 0)
            reads |= divisions[groups[g].division]->reads;
    return reads;
}

int rule_division_above(const struct rule *rule, const struct group *groups, size_t group)
{
    int named = group > 0 ? groups[groups[group].parent].division : -1;
    return named >= 0 ? named : rule->division;
}

bool rule_keeps_accounts(const struct rule *rule, const struct group *groups,
                         size_t n_groups)
{
    bool are_kept = rule->divide->account_at_start != NULL;
    for (size_t g = 0; g < n_groups; g++)
        are_kept |=
            groups[g].division >= 0 && divisions[groups[g].division]->account_at_start;
    return are_kept && rule->over == OVER_TREE;
}

bool rule_reads_factor(const struct rule *rule, size_t factor)
{
    return rule->formula ? rule->formula->reads[factor] : rule->weights[factor] != 0;
}

unsigned rule_facts(const struct rule *rule, unsigned reads)
{
    unsigned facts = 0;
    for (size_t f = 0; f < n_factors; f++)
        if (factors[f]->facts && rule_evaluates(rule, reads, f))
            facts |= factors[f]->facts(rule->factor_settings[f]);
    return facts;
}

double rule_half_life_months(const struct rule *rule)
{
    const struct ledger_type *ledger = ledgers[rule->ledger];
    if (ledger->half_life_months)
        return ledger->half_life_months(rule->ledger_settings[rule->ledger]);
    int factor = factor_find("fair_share");
    if (!rule_reads_factor(rule, (size_t)factor))
        return NAN;
    const struct settings *settings = &factors[factor]->settings;
    return setting_number(settings_find(settings, "half_life_months"),
                          rule->factor_settings[factor]);
}
