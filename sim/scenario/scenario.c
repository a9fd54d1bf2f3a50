/* One order of steps for the scenario itself and for each of its alternatives: prepare,
 * lay the alternative over, apply --set, take out what is switched off, read, judge. The
 * tree is completed on the way, so what is printed is what was read. */
#include "scenario/scenario.h"

#include "base/memory.h"
#include "base/seconds.h"
#include "scenario/alternatives.h"
#include "scenario/loading.h"
#include "scenario/outcome_path.h"
#include "scenario/node_path.h"
#include "scenario/overlay.h"
#include "scenario/parse.h"
#include "scenario/sections.h"

#include <stdlib.h>
#include <string.h>

/* ---- the settings of the scenario as a whole ---- */

/* All other dates count from the start, so it is read before anything else. */
static void find_start(struct loading *l, const struct node *tree)
{
    const struct node *start = node_find(tree, "start");
    l->reader.start = (struct date){2000, 1, 1};
    l->reader.has_start = start && start->kind == NODE_TEXT &&
                          date_parse(start->value.text, &l->reader.start);
}

static void read_calendar(struct loading *l, struct form *top)
{
    struct scenario *s = l->s;
    struct top_record record;
    enum { LAST_YEAR = 9999 };
    form_read(top, &top_settings, &record);
    s->seed = record.seed;
    l->answer = record.answer;
    l->is_bad_calendar = !l->reader.has_start || record.months < 1;
    if (l->is_bad_calendar)
        return;
    struct calendar *calendar = &s->calendar;
    calendar->start = l->reader.start;
    calendar->n_months = (size_t)record.months;
    double *month_at_s = ARENA_ARRAY(l->reader.arena, double, calendar->n_months + 1);
    calendar_months(calendar->start, calendar->n_months, month_at_s);
    calendar->month_at_s = month_at_s;
    if (calendar_month_date(calendar, calendar->n_months).year > LAST_YEAR) {
        l->is_bad_calendar = true;
        form_error(top, form_place(top, "months"), "the run ends after the year %d",
                   LAST_YEAR);
    }
}

static int by_date(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    return x->at_s < y->at_s ? -1 : x->at_s > y->at_s;
}

static void read_mark(struct loading *l, struct node *node, size_t i, struct mark *marks,
                      size_t *n)
{
    const struct setting *setting = &mark_settings.items[0];
    const char *label = arena_printf(l->reader.arena, "mark %zu", i + 1);
    double at_s = 0;
    if (reader_number(&l->reader, "", label, setting, node, &at_s) != 0 ||
        l->is_bad_calendar)
        return;
    double end_s = at_s + SECONDS_PER_DAY,
           horizon_s = calendar_horizon_s(&l->s->calendar);
    const char *date = node->value.text;
    if (at_s < 0 || end_s > horizon_s) {
        char edge[16];
        date_format(
            calendar_date(&l->s->calendar, at_s < 0 ? 0 : horizon_s - SECONDS_PER_DAY),
            edge);
        reader_error(&l->reader, "", &node->value_at, "mark %s is %s of the run, %s",
                     date, at_s < 0 ? "before the start" : "after the end", edge);
        return;
    }
    for (size_t k = 0; k < *n; k++) {
        if (marks[k].at_s == end_s) {
            reader_error(&l->reader, "", &node->value_at, "mark %s is there twice", date);
            return;
        }
    }
    marks[(*n)++] = (struct mark){end_s, date};
}

static void read_marks(struct loading *l, struct form *top)
{
    struct node *list = form_list(top, mark_settings.items[0].key);
    size_t n_children = list ? list->n_children : 0, n = 0;
    struct mark *marks = ARENA_ARRAY(l->reader.arena, struct mark, n_children);
    for (size_t i = 0; i < n_children; i++)
        read_mark(l, list->children[i], i, marks, &n);
    qsort(marks, n, sizeof *marks, by_date);
    l->s->marks = marks;
    l->s->n_marks = n;
}

/* ---- projects ---- */

/* A run walks through projects, their stages and names over and over: they stand
 * together, not where reading a project left them, among what else it had to keep. */
static void gather_projects(struct loading *l)
{
    size_t n_stages = 0, n_projects = l->s->n_projects;
    for (size_t i = 0; i < n_projects; i++)
        n_stages += l->projects[i].n_stages;
    struct stage *stages = ARENA_ARRAY(l->reader.arena, struct stage, n_stages);
    for (size_t i = 0; i < n_projects; i++) {
        struct project *p = &l->projects[i];
        memcpy(stages, p->stages, p->n_stages * sizeof *stages);
        p->stages = stages;
        stages += p->n_stages;
    }
    for (size_t i = 0; i < n_projects; i++)
        l->projects[i].name = arena_string(l->reader.arena, l->projects[i].name);
}

/* ---- claimants ---- */

static int by_pool_and_name(const void *a, const void *b)
{
    const struct claimant *x = a, *y = b;
    if (x->pool != y->pool)
        return x->pool < y->pool ? -1 : 1;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->project < 0) - (y->project < 0);
}

/* A project has one claimant for each pool that it trains on. */
static size_t add_claimants(const struct loading *l, int project,
                            struct claimant *claimants, size_t n)
{
    const struct project *p = &l->projects[project];
    size_t first = n;
    for (size_t i = 0; i < p->n_stages; i++) {
        bool is_known = p->stages[i].kind != STAGE_TRAIN;
        for (size_t k = first; k < n && !is_known; k++)
            is_known = claimants[k].pool == p->stages[i].pool;
        if (!is_known)
            claimants[n++] =
                (struct claimant){p->stages[i].pool, p->team, project, -1, p->name};
    }
    return n;
}

static void collect_claimants(struct loading *l)
{
    struct scenario *s = l->s;
    size_t most = s->n_explorations, n = 0;
    for (size_t i = 0; i < s->n_projects; i++)
        most += s->projects[i].n_stages;
    struct claimant *claimants = ARENA_ARRAY(l->reader.arena, struct claimant, most);
    for (size_t i = 0; i < s->n_projects; i++)
        n = add_claimants(l, (int)i, claimants, n);
    for (size_t i = 0; i < s->n_explorations; i++) {
        const struct exploration *e = &s->explorations[i];
        claimants[n++] =
            (struct claimant){e->pool, e->team, -1, (int)i, s->teams[e->team].name};
    }
    qsort(claimants, n, sizeof *claimants, by_pool_and_name);
    s->claimants = claimants;
    s->n_claimants = n;
}

/* ---- loading ---- */

/* Only where all names are right: a mistake is not to bring forth others. */
static void resolve_answer(struct loading *l, struct form *top)
{
    struct scenario *s = l->s;
    s->has_answer = l->answer &&
                    outcome_path_parse(l->answer, s, DIAG_DATA, form_place(top, "answer"),
                                       &s->answer, l->reader.d) == 0;
}

/* False where a name is wrong or missing, so that nothing can be laid over it by name. */
static bool read_tree(struct scenario *s, struct node *tree,
                      const struct scenario_options *options, size_t n_errors,
                      struct diag *d)
{
    struct parse_options files = {.jail = options->jail, .data_dir = options->data_dir};
    struct loading l = {.s = s,
                        .reader = {.arena = &s->arena, .d = d},
                        .options = &files,
                        .n_errors = n_errors};
    struct form top;
    find_start(&l, tree);
    form_open(&top, &l.reader, tree, "");
    read_calendar(&l, &top);
    read_marks(&l, &top);
    read_pools(&l, &top);
    read_organisation(&l, &top);
    read_people(&l, &top);
    read_projects(&l, &top);
    read_topics(&l, &top);
    read_council(&l, &top);
    read_disputes(&l, &top);
    read_rule(&l, &top);
    read_opening(&l, &top);
    read_happenings(&l, &top);
    read_sweep(&l, &top);
    read_alternatives(&l, &top);
    form_close(&top);
    validate_scenario(&l);
    if (diag_n_errors(d) == n_errors)
        resolve_answer(&l, &top);
    if (diag_n_errors(d) == n_errors) {
        gather_projects(&l);
        collect_claimants(&l);
    }
    s->tree = tree;
    csv_table_free(&l.csv);
    reader_release(&l.reader);
    return !l.pool_names.is_open && !l.group_names.is_open && !l.team_names.is_open &&
           !l.project_names.is_open && !l.member_names.is_open;
}

/* From what was parsed, which stays as it is, to a scenario. The result is that of
 * read_tree; false also where it came to no reading. */
static bool load_tree(struct scenario *s, const struct node *parsed,
                      const char *alternative, const struct scenario_options *options,
                      struct diag *d)
{
    size_t n_errors = diag_n_errors(d);
    struct node *tree = node_copy(&s->arena, parsed);
    alternative_prepare(&s->arena, tree);
    if (alternative && alternative_lay(&s->arena, tree, alternative, d) != 0)
        return false;
    for (size_t i = 0; i < options->n_sets; i++)
        node_set(&s->arena, tree, options->sets[i], d);
    if (node_prune(tree, d) != 0)
        return false;
    s->alternative = alternative ? arena_string(&s->arena, alternative) : NULL;
    return read_tree(s, tree, options, n_errors, d);
}

/* Each alternative is loaded as if it were chosen, for its mistakes alone. */
static void check_alternatives(const struct scenario *s, const struct node *parsed,
                               const struct scenario_options *options, struct diag *d)
{
    for (size_t i = 0; i < s->n_alternatives; i++) {
        const char *name = s->alternatives[i];
        bool is_twin = false;
        for (size_t k = 0; k < i && !is_twin; k++)
            is_twin = strcmp(s->alternatives[k], name) == 0;
        if (is_twin)
            continue;
        struct scenario trial = {.path = s->path, .sources = s->sources};
        struct diag messages;
        trial.sources.capacity = trial.sources.n_sources; /* it may not append there */
        arena_init(&trial.arena);
        diag_init(&messages);
        load_tree(&trial, parsed, name, options, &messages);
        alternative_report(name, &messages, d);
        diag_release(&messages);
        arena_release(&trial.arena);
    }
}

/* ---- messages in the order of the files ---- */

struct ranked {
    struct diag_message message;
    size_t file, i;
};

static int by_place(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    if (x->file == 0)
        return x->i < y->i ? -1 : 1;
    if (x->message.at.line != y->message.at.line)
        return x->message.at.line < y->message.at.line ? -1 : 1;
    if (x->message.at.column != y->message.at.column)
        return x->message.at.column < y->message.at.column ? -1 : 1;
    return x->i < y->i ? -1 : 1;
}

/* Sections are read in the order in which they need each other; whoever mends the file
 * goes from its top. What has no place in a file comes first. */
static void sort_messages(const struct source_list *sources, struct diag *d, size_t first)
{
    size_t n = d->n_messages - first;
    struct ranked *ranked = MEM_ARRAY(struct ranked, n);
    for (size_t i = 0; i < n; i++) {
        const struct diag_message *message = &d->messages[first + i];
        size_t file = 0;
        for (size_t k = 0; k < sources->n_sources && message->at.file; k++)
            if (strcmp(sources->sources[k]->path, message->at.file) == 0)
                file = k + 1;
        ranked[i] = (struct ranked){*message, file, i};
    }
    qsort(ranked, n, sizeof *ranked, by_place);
    for (size_t i = 0; i < n; i++)
        d->messages[first + i] = ranked[i].message;
    mem_free(ranked);
}

/* The file's name without folder and ending. */
static const char *name_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *begin = slash ? slash + 1 : path;
    const char *dot = strrchr(begin, '.');
    return arena_copy(arena, begin,
                      dot && dot > begin ? (size_t)(dot - begin) : strlen(begin));
}

int scenario_load(struct scenario *s, const char *path,
                  const struct scenario_options *options, struct diag *d)
{
    static const struct scenario_options none;
    options = options ? options : &none;
    struct parse_options parse = {.jail = options->jail, .data_dir = options->data_dir};
    size_t n_errors = diag_n_errors(d), n_messages = d->n_messages;
    *s = (struct scenario){0};
    arena_init(&s->arena);
    struct node *parsed = NULL;
    if (scenario_parse(&s->arena, path, &parse, &s->sources, &parsed, d) == 0 &&
        node_prune(parsed, d) == 0) {
        s->sources.n_scenario = s->sources.n_sources;
        s->path = arena_string(&s->arena, path);
        s->jail = options->jail ? arena_string(&s->arena, options->jail) : NULL;
        s->name = name_of(&s->arena, path);
        s->question = s->sources.question;
        bool has_names = load_tree(s, parsed, options->alternative, options, d);
        if (has_names && !options->alternative && !options->is_variant)
            check_alternatives(s, parsed, options, d);
    }
    sort_messages(&s->sources, d, n_messages);
    if (diag_n_errors(d) == n_errors)
        return 0;
    scenario_release(s);
    return -1;
}

void scenario_release(struct scenario *s)
{
    arena_release(&s->arena);
    *s = (struct scenario){0};
}

void scenario_print(const struct scenario *s, struct text *out)
{
    if (s->question)
        text_printf(out, "# %s\n", s->question);
    node_print(s->tree, out);
}

/* ---- finding ---- */

int scenario_find_pool(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->n_pools; i++)
        if (strcmp(s->pools[i].name, name) == 0)
            return (int)i;
    return -1;
}

int scenario_find_group(const struct scenario *s, const char *name)
{
    for (size_t i = 1; i < s->n_groups; i++)
        if (strcmp(s->groups[i].name, name) == 0)
            return (int)i;
    return -1;
}

int scenario_find_team(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->n_teams; i++)
        if (strcmp(s->teams[i].name, name) == 0)
            return (int)i;
    return -1;
}

int scenario_find_project(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->n_projects; i++)
        if (strcmp(s->projects[i].name, name) == 0)
            return (int)i;
    return -1;
}

int scenario_find_cohort(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->n_cohorts; i++)
        if (strcmp(s->cohorts[i], name) == 0)
            return (int)i;
    return -1;
}

int scenario_find_person(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->n_persons; i++)
        if (strcmp(s->persons[i].name, name) == 0)
            return (int)i;
    return -1;
}
