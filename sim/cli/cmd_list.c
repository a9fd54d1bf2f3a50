#include "cli/commands.h"

#include "base/text.h"
#include "cli/presets.h"
#include "model/happening.h"
#include "record/columns.h"
#include "rule/rule.h"
#include "rule/script.h"
#include "run/results.h"
#include "scenario/claims_table.h"
#include "scenario/sections.h"
#include "study/chart.h"
#include "study/compare_chart.h"
#include "study/sweep_chart.h"

#include <math.h>
#include <string.h>

static void print_default(const struct setting *s)
{
    if (s->flags & SETTING_REQUIRED)
        printf("required");
    else if (s->flags & SETTING_OPTIONAL)
        printf("unset");
    else if (s->type == SETTING_TEXT)
        printf("%s", s->fallback_text ? s->fallback_text : "unset");
    else if (s->type == SETTING_CHOICE)
        printf("%s", setting_choice(s, (size_t)s->fallback));
    else if (s->type == SETTING_BOOL)
        printf("%s", s->fallback != 0 ? "true" : "false");
    else
        printf("%.15g", s->fallback);
}

static const char *type_words(const struct setting *s)
{
    static const char *const words[] = {
        [SETTING_BOOL] = "true or false",   [SETTING_INT] = "integer",
        [SETTING_FLOAT] = "number",         [SETTING_TEXT] = "text",
        [SETTING_DATE] = "date YYYY-MM-DD", [SETTING_CHOICE] = "text"};
    return words[s->type];
}

static void print_setting(const char *path, const struct setting *s)
{
    printf("%s%s%s\n    %s\n    %s; default ", path, *path ? "." : "", s->key, s->help,
           type_words(s));
    print_default(s);
    if (*s->unit)
        printf("; unit %s", s->unit);
    bool has_range = s->type == SETTING_INT || s->type == SETTING_FLOAT;
    if (has_range && s->low < s->high)
        printf("; range %s%.15g to %.15g%s", s->flags & SETTING_OPEN_LOW ? "above " : "",
               s->low, s->high, s->flags & SETTING_OPEN_HIGH ? " (not reached)" : "");
    if (s->type == SETTING_CHOICE) {
        printf("; one of");
        for (size_t i = 0; setting_choice(s, i); i++)
            printf(" %s", setting_choice(s, i));
    }
    if (s->flags & SETTING_DATED)
        printf("; may change by date");
    printf("\n");
}

static void print_items(const char *path, const struct settings *settings)
{
    for (size_t i = 0; i < settings->n_items; i++)
        print_setting(path, &settings->items[i]);
}

/* The settings of a part, and those of an element of its list. */
static void print_settings(const char *path, const struct settings *settings)
{
    print_items(path, settings);
    if (!settings->list)
        return;
    char list_path[96];
    snprintf(list_path, sizeof list_path, "%s.%s", path, settings->list->key);
    printf("%s\n    %s\n", list_path, settings->list->help);
    print_items(list_path, &settings->list->element);
}

static const char *mark(bool is_so)
{
    return is_so ? "yes" : "-";
}

static void list_script(void)
{
    printf("\nWhat a function divide(docket) of rule.script.file sees, and what it "
           "returns; claims\nstand in the order of their names. "
           "docs/rules-in-lua.md has examples.\n\n");
    for (size_t i = 0; i < n_script_fields; i++)
        printf("%-34s %-7s %s\n", script_fields[i].path, script_fields[i].unit,
               script_fields[i].meaning);
}

static void list_divisions(void)
{
    printf("%-13s %-9s %-5s %-7s %-31s %s\n", "division", "projects", "tree", "ledger",
           "reads", "what it does");
    for (size_t i = 0; i < n_divisions; i++) {
        const struct divide_type *t = divisions[i];
        struct text reads;
        static const struct {
            unsigned flag;
            const char *word;
        } words[] = {{READS_SCORES, "scores "},   {READS_SHARES, "shares "},
                     {READS_CLASSES, "classes "}, {READS_HISTORY, "history "},
                     {READS_LOTS, "lots "},       {READS_WORK, "work "},
                     {READS_LENDING, "lending "}, {READS_DECISIONS, "decisions "},
                     {READS_BUDGETS, "budgets "}, {READS_VALUES, "values "},
                     {READS_TASKS, "tasks "},     {READS_DOCKET, "the docket"}};
        text_init(&reads);
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            text_append(&reads, (t->reads & words[k].flag) ? words[k].word : "");
        printf("%-13s %-9s %-5s %-7s %-31s %s\n", t->name, mark(t->over_projects),
               mark(t->over_groups), mark(t->takes_passes),
               reads.length > 0 ? reads.bytes : "requests", t->summary);
        text_release(&reads);
    }
    printf("\nprojects, tree: may stand with rule.over = \"projects\" or \"tree\"\n"
           "ledger: may stand under a ledger other than none; the others keep their own "
           "books\n\n");
    for (size_t i = 0; i < n_divisions; i++) {
        char path[64];
        snprintf(path, sizeof path, "rule.%s", divisions[i]->name);
        print_settings(path, &divisions[i]->settings);
        if (divisions[i]->breaks & BREAKS_NO_WASTE)
            printf("note: %s may leave GPUs idle that a claim wants\n",
                   divisions[i]->name);
        if (divisions[i]->breaks & BREAKS_EQUALITY)
            printf("note: %s treats equal claims equally in the odds alone\n",
                   divisions[i]->name);
        if (divisions[i]->grain_gpus > 0)
            printf("note: %s deals in whole GPUs\n", divisions[i]->name);
    }
    list_script();
}

static void list_factors(void)
{
    for (size_t i = 0; i < n_factors; i++)
        printf("%-13s %s\n", factors[i]->name, factors[i]->summary);
    printf("\nrule.score.weights.FACTOR weighs it; left out as a whole, priority weighs "
           "1.\nrule.score.formula is a score of your own over their names, in place of "
           "the weights.\n\n");
    for (size_t i = 0; i < n_factors; i++) {
        char path[64];
        snprintf(path, sizeof path, "rule.score.%s", factors[i]->name);
        print_settings(path, &factors[i]->settings);
    }
}

static void list_ledgers(void)
{
    for (size_t i = 0; i < n_ledgers; i++)
        printf("%-13s %s\n", ledgers[i]->name, ledgers[i]->summary);
    printf("\n");
    for (size_t i = 0; i < n_ledgers; i++) {
        char path[64];
        snprintf(path, sizeof path, "rule.%s", ledgers[i]->name);
        print_settings(path, &ledgers[i]->settings);
    }
}

static void list_happenings(void)
{
    for (int i = 0; i < N_HAPPENING_KINDS; i++) {
        const struct happening_type *t = &happening_types[i];
        printf("%-10s %s; keys: at or per_year", t->name, t->summary);
        for (size_t k = 0; k < happening_key_settings.n_items; k++)
            if ((t->needs | t->admits) & happening_keys[k])
                printf(", %s%s", happening_key_settings.items[k].key,
                       t->needs & happening_keys[k] ? "" : " (maybe)");
        printf("\n");
    }
}

static void list_charts(void)
{
    for (size_t i = 0; i < n_charts; i++)
        printf("%-13s %s\n", charts[i]->name, charts[i]->summary);
    for (size_t i = 0; i < n_sweep_charts; i++)
        printf("%-13s %s\n", sweep_charts[i]->chart.name, sweep_charts[i]->chart.summary);
    for (size_t i = 0; i < n_compare_charts; i++)
        printf("%-13s %s\n", compare_charts[i]->chart.name,
               compare_charts[i]->chart.summary);
}

static void list_columns(void)
{
    size_t n;
    const struct column *columns = columns_all(&n);
    for (size_t i = 0; i < n; i++)
        printf("%-13s %-20s %-10s %s\n", columns[i].file, columns[i].column,
               columns[i].unit, columns[i].meaning);
}

static void list_claims(void)
{
    printf(
        "The columns of a table of claims, for allot divide. A row is a claim; what is "
        "left out or\nempty is the default.\n\n");
    print_settings("", &claims_columns);
    printf("\nFor each POOL of --capacity there may be\n\n");
    print_settings("", &claims_pool_columns);
    printf("\nTo division finish-time a claim's work is what it asks for, from now until "
           "the next\nmeeting: a table tells of no longer work, and of nobody who "
           "waited.\n");
}

static void list_settings(void)
{
    size_t n;
    const struct settings_section *sections = scenario_sections(&n);
    printf(
        "NAME, POOL and SUBJECT stand for an element of a list: pools.NAME.gpus is gpus "
        "in\npools = ( { name = \"NAME\"; gpus = ... } ). What may change by date may be "
        "written\npriority = ( { value = 0.5; }, { from = \"2025-08-01\"; value = 0.9; } "
        "): the first\nholds from the start.\n\n");
    for (size_t i = 0; i < n; i++) {
        const char *path = sections[i].path;
        if (i == 0 || strcmp(path, sections[i - 1].path) != 0)
            printf("%s# %s\n", i ? "\n" : "", *path ? path : "top");
        if (i == 0 || strcmp(sections[i].summary, sections[i - 1].summary) != 0)
            printf("\n%s\n", sections[i].summary);
        print_items(sections[i].path, sections[i].settings);
    }
}

static void list_events(void)
{
    for (int i = 0; i < N_EVENT_KINDS; i++)
        printf("%-10s %s\n", event_types[i].name, event_types[i].summary);
}

static void list_metrics(void)
{
    for (int i = 0; i < N_METRICS; i++) {
        printf("%-18s %-10s of", metric_types[i].name, metric_types[i].unit);
        for (int k = 0; k < N_OUTCOME_KINDS; k++)
            if (metric_types[i].kinds >> k & 1)
                printf(" %s", outcome_kinds[k]);
        printf(": %s\n", metric_types[i].summary);
    }
}

static const struct {
    const char *name;
    void (*list)(void); /* NULL: presets_list */
} kinds[] = {{"divisions", list_divisions}, {"factors", list_factors},
             {"ledgers", list_ledgers},     {"presets", NULL},
             {"claims", list_claims},       {"happenings", list_happenings},
             {"charts", list_charts},       {"columns", list_columns},
             {"settings", list_settings},   {"events", list_events},
             {"metrics", list_metrics}};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static int run(const struct options *options, struct diag *d)
{
    const char *names[N_KINDS];
    for (size_t i = 0; i < N_KINDS; i++) {
        names[i] = kinds[i].name;
        if (strcmp(names[i], options->arguments[0]) != 0)
            continue;
        if (!kinds[i].list)
            return presets_list(d);
        kinds[i].list();
        return 0;
    }
    diag_error(d, DIAG_USAGE, NULL, "there is nothing to list by the name '%s'",
               options->arguments[0]);
    const char *near = text_suggest(options->arguments[0], names, N_KINDS);
    if (near)
        diag_hint(d, "did you mean '%s'?", near);
    else
        diag_hint(d,
                  "there are: divisions, factors, ledgers, presets, claims, happenings, "
                  "charts, columns, settings, events, metrics");
    return 64;
}

const struct command command_list = {
    .name = "list",
    .arguments = "KIND",
    .summary = "what there is to choose from",
    .details = "KIND: divisions, factors, ledgers, presets, claims, happenings, charts,\n"
               "columns, settings, events, metrics.",
    .example = "allot list divisions",
    .option_names = "",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
