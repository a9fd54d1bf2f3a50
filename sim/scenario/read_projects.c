#include "scenario/loading.h"
#include "scenario/sections.h"
#include "scenario/setting_words.h"

#include "base/seconds.h"

#include <math.h>
#include <string.h>

/* Keys of another kind of stage are reported as that, and not as unknown. */
static void check_foreign_keys(struct loading *l, struct form *f, int kind)
{
    static const char *const kinds[] = {"build", "train", "wait"};
    for (size_t i = 0; i < f->group->n_children; i++) {
        struct node *child = f->group->children[i];
        if (settings_find(&stage_settings, child->key) ||
            (kind >= 0 && settings_find(&stage_kind_settings[kind], child->key)))
            continue;
        for (int other = 0; other < 3; other++) {
            if (!settings_find(&stage_kind_settings[other], child->key))
                continue;
            child->is_read = true;
            if (kind < 0)
                continue;
            form_error(f, &child->at, "a %s stage takes no '%s'", kinds[kind],
                       child->key);
            diag_hint(l->reader.d, "a %s stage does", kinds[other]);
        }
    }
}

/* The GPU-hours of a model: 6 N D floating-point operations at the pool's peak and the
 * utilisation reached (Kaplan et al. 2020, Scaling laws for neural language models). */
static void compute_gpu_hours(struct loading *l, struct form *f,
                              struct stage_record *record)
{
    const struct pool *pool = &l->pools[record->stage.pool];
    if (l->is_bad_pool[record->stage.pool])
        return;
    if (isnan(pool->peak_tflops)) {
        form_error(f, form_place(f, "params"),
                   "pool '%s' states no peak_tflops, so params, tokens and mfu do not "
                   "tell the GPU-hours",
                   pool->name);
        return;
    }
    double flops = 6 * record->stage.params * record->stage.tokens;
    record->stage.gpu_hours =
        flops / (pool->peak_tflops * 1e12 * record->mfu * SECONDS_PER_HOUR);
    const struct setting *setting =
        settings_find(&stage_kind_settings[STAGE_TRAIN], "gpu_hours");
    if (!setting_admits(setting, record->stage.gpu_hours))
        form_error(
            f, form_place(f, "params"),
            "params, tokens and mfu come to %s GPU-hours, must be %s",
            number_words(l->reader.arena, record->stage.gpu_hours),
            setting_range_words(l->reader.arena, setting, record->stage.gpu_hours));
}

/* Either gpu_hours, beside which a model may be stated for its loss, or a model and its
 * mfu. */
static void check_work(struct loading *l, struct form *f, struct stage_record *record)
{
    const char *const keys[] = {"params", "tokens", "mfu"};
    const char *missing = NULL;
    size_t n_present = 0;
    bool has_hours = node_find(f->group, "gpu_hours") != NULL;
    size_t n_keys = has_hours ? 2 : 3;
    for (size_t i = 0; i < n_keys; i++) {
        if (node_find(f->group, keys[i]))
            n_present++;
        else
            missing = missing ? missing : keys[i];
    }
    if (has_hours && node_find(f->group, "mfu")) {
        form_error(f, form_place(f, "gpu_hours"), "gpu_hours and mfu exclude each other");
        diag_hint(l->reader.d, "params, tokens and mfu tell the GPU-hours");
    } else if (has_hours && n_present == 1) {
        form_missing(f, missing, "params and tokens go together");
    } else if (!has_hours && n_present == 0) {
        form_missing(f, "gpu_hours", "or params, tokens and mfu");
    } else if (!has_hours && missing) {
        form_missing(f, missing, "params, tokens and mfu go together");
    } else if (!has_hours && record->stage.pool >= 0 && !f->is_bad) {
        compute_gpu_hours(l, f, record);
    }
}

static void check_train(struct loading *l, struct form *f, struct stage_record *record)
{
    bool was_bad = f->is_bad;
    check_work(l, f, record);
    if (!was_bad && record->stage.min_gpus > record->stage.max_gpus)
        form_error(f, form_place(f, "min_gpus"), "min_gpus is %s, more than max_gpus, %s",
                   number_words(l->reader.arena, record->stage.min_gpus),
                   number_words(l->reader.arena, record->stage.max_gpus));
}

static void read_stage(struct loading *l, struct node *node, const char *project,
                       size_t i, struct stage *stage, bool *is_bad)
{
    struct form f;
    struct stage_record record = {.stage = {.pool = -1, .params = NAN, .tokens = NAN}};
    form_open(&f, &l->reader, node,
              arena_printf(l->reader.arena, "%s, stage %zu", project, i + 1));
    form_read(&f, &stage_settings, &record);
    if (record.kind >= 0) {
        form_read(&f, &stage_kind_settings[record.kind], &record);
        record.stage.kind = (enum stage_kind)record.kind;
    }
    if (record.kind == STAGE_TRAIN) {
        record.stage.pool = loading_resolve_pool(l, &f, record.pool);
        check_train(l, &f, &record);
    }
    check_foreign_keys(l, &f, record.kind);
    form_close(&f);
    *stage = record.stage;
    *is_bad |= f.is_bad;
}

static void read_stages(struct loading *l, struct form *f, struct project *project)
{
    struct node *list = form_list(f, "stages");
    size_t n = list ? list->n_children : 0;
    struct stage *stages = ARENA_ARRAY(l->reader.arena, struct stage, n);
    project->stages = stages;
    project->n_stages = n;
    const char *hint = "stages = ( { do = \"train\"; gpu_hours = 1000.0; } );";
    if (!node_find(f->group, "stages"))
        form_missing(f, "stages", hint);
    if (list && n == 0) {
        form_error(f, &list->value_at, "stages is an empty list");
        diag_hint(l->reader.d, "%s", hint);
    }
    bool is_bad = false;
    for (size_t i = 0; i < n; i++)
        read_stage(l, list->children[i], f->who, i, &stages[i], &is_bad);
    f->is_bad |= is_bad;
}

/* The id of a topic or kind: equal texts have equal ids, numbered as they appear. */
static int intern(struct loading *l, struct name_list *list, const char *text,
                  const struct form *f)
{
    if (!text) {
        list->is_open |= f->is_void || node_find(f->group, list->sort);
        return -1;
    }
    int id = loading_find(list, text);
    if (id < 0) {
        id = (int)list->n_names;
        loading_add_name(l, list, text, id, f->group);
    }
    return id;
}

static void read_start(struct loading *l, struct form *f, struct project *project)
{
    bool is_given = !isnan(project->start_s);
    if (is_given && project->start_s < 0 && l->reader.has_start) {
        char start[16];
        date_format(l->reader.start, start);
        form_error(f, form_place(f, "start"),
                   "start is %s, before that of the scenario, %s",
                   node_find(f->group, "start")->value.text, start);
    }
    if (!is_given)
        project->start_s = 0;
}

static void check_staff(struct form *f, const struct project *project)
{
    if (f->is_bad || !node_find(f->group, "staff"))
        return;
    for (size_t k = 0; k < project->n_stages; k++)
        if (project->stages[k].kind == STAGE_BUILD)
            return;
    form_error(f, form_place(f, "staff"), "staff has no build stage to work on");
}

/* What it takes to serve: a model, its pool's peak and the utilisation. */
static void check_serving(struct loading *l, struct form *f, const struct project *p)
{
    const struct stage *model = NULL;
    if (f->is_bad || isnan(p->serve_tokens_per_month))
        return;
    for (size_t k = 0; k < p->n_stages; k++)
        if (p->stages[k].kind == STAGE_TRAIN && !isnan(p->stages[k].params)) {
            model = &p->stages[k];
            if (!l->is_bad_pool[model->pool] && isnan(l->pools[model->pool].peak_tflops))
                form_error(f, form_place(f, "serve_tokens_per_month"),
                           "pool '%s' states no peak_tflops, so serve_mfu does not tell "
                           "the GPU-hours of serving",
                           l->pools[model->pool].name);
        }
    if (!model)
        form_error(f, form_place(f, "serve_tokens_per_month"),
                   "no train stage states the params of the model that is to serve");
    else if (isnan(p->serve_mfu))
        form_missing(f, "serve_mfu", "with serve_tokens_per_month");
}

static void read_project(struct loading *l, struct node *node, size_t i)
{
    struct form f;
    struct project_record record;
    form_open(&f, &l->reader, node, reader_who(&l->reader, "project", node, i));
    const char *name = node_identity("projects", node);
    f.target.home = HOME_PROJECT;
    f.target.index = (int)i;
    f.target.path = loading_path(l, "projects", name ? name : "?", NULL);
    form_read(&f, &project_settings, &record);
    struct project *project = &record.project;
    project->team = project->after = -1;
    if (record.team)
        project->team =
            loading_resolve(l, &f, "team", record.team, &l->team_names, &l->group_names);
    project->topic_id = intern(l, &l->topics, project->topic, &f);
    project->kind_id = intern(l, &l->kinds, project->kind, &f);
    read_start(l, &f, project);
    loading_add_name(l, &l->project_names, project->name, (int)i, node);
    read_stages(l, &f, project);
    check_staff(&f, project);
    check_serving(l, &f, project);
    form_close(&f);
    l->projects[i] = *project;
    l->project_nodes[i] = node;
    l->is_bad_project[i] = f.is_bad;
}

/* ---- who waits for whom ---- */

static void resolve_after(struct loading *l, size_t i)
{
    const struct node *after = node_find(l->project_nodes[i], "after");
    if (!after || after->kind != NODE_TEXT || !*after->value.text)
        return;
    struct form f;
    form_open(&f, &l->reader, l->project_nodes[i],
              reader_who(&l->reader, "project", l->project_nodes[i], i));
    l->projects[i].after =
        loading_resolve(l, &f, "after", after->value.text, &l->project_names, NULL);
    if (l->projects[i].after == (int)i) {
        f.is_bad = true;
        reader_error(&l->reader, "", &after->value_at, "%s cannot wait for itself",
                     f.who);
    }
    l->is_bad_project[i] |= f.is_bad;
}

static void report_cycle(struct loading *l, size_t first)
{
    struct arena *arena = l->reader.arena;
    const char *way = arena_printf(arena, "'%s'", l->projects[first].name);
    size_t i = first;
    do {
        i = (size_t)l->projects[i].after;
        way = arena_printf(arena, "%s after '%s'", way, l->projects[i].name);
    } while (i != first);
    reader_error(&l->reader, "", &node_find(l->project_nodes[first], "after")->value_at,
                 "projects wait for each other: %s", way);
}

/* Each project leads to one other at most: a walk that meets its own mark is a cycle. */
static void check_cycles(struct loading *l)
{
    size_t n = l->s->n_projects;
    size_t *mark = ARENA_ARRAY(l->reader.arena, size_t, n);
    for (size_t i = 0; i < n; i++) {
        int k = (int)i;
        for (; k >= 0 && mark[k] == 0 && l->projects[k].after != k;
             k = l->projects[k].after)
            mark[k] = i + 1;
        if (k < 0 || l->projects[k].after == k || mark[k] != i + 1)
            continue;
        /* It is told from its first project in the file on. */
        size_t first = (size_t)k;
        for (int m = l->projects[k].after; m != k; m = l->projects[m].after)
            first = (size_t)m < first ? (size_t)m : first;
        report_cycle(l, first);
    }
}

void read_projects(struct loading *l, struct form *top)
{
    struct arena *arena = l->reader.arena;
    struct scenario *s = l->s;
    struct node *list = form_list(top, "projects");
    size_t n = list ? list->n_children : 0;
    l->project_names.sort = "project";
    l->topics.sort = "topic";
    l->kinds.sort = "kind";
    l->project_names.is_open = !list && node_find(top->group, "projects");
    s->n_projects = n;
    s->projects = l->projects = ARENA_ARRAY(arena, struct project, n);
    l->project_nodes = ARENA_ARRAY(arena, struct node *, n);
    l->is_bad_project = ARENA_ARRAY(arena, bool, n);
    for (size_t i = 0; i < n; i++)
        read_project(l, list->children[i], i);
    for (size_t i = 0; i < n; i++)
        resolve_after(l, i);
    check_cycles(l);
    loading_check_names(l, &l->project_names);
    l->topics.is_open |= l->project_names.is_open;
    l->kinds.is_open |= l->project_names.is_open;
    s->topics = l->topics.names;
    s->n_topics = l->topics.n_names;
    s->kinds = l->kinds.names;
    s->n_kinds = l->kinds.n_names;
}
