#include "study/chart_plan.h"

#include <string.h>

static const char *later_of(const char *a, const char *b)
{
    return strcmp(a, b) < 0 ? b : a; /* ISO dates sort as texts */
}

static int load_file(struct saved_run *run, struct chart_plan *plan, struct diag *d)
{
    static const char *const names[] = {"project", "team", "start", "target"};
    const struct csv_table *t = saved_run_file(run, "plan.csv", d);
    int columns[4];
    for (int k = 0; k < 4; k++)
        if (!t || (columns[k] = saved_column(t, names[k], d)) < 0)
            return -1;
    plan->projects = ARENA_ARRAY(&run->arena, struct chart_project, t->n_rows + 1);
    plan->n_projects = t->n_rows;
    for (size_t i = 0; i < t->n_rows; i++)
        plan->projects[i] = (struct chart_project){
            csv_table_cell(t, i, (size_t)columns[0]),
            csv_table_cell(t, i, (size_t)columns[1]),
            later_of(run->start, csv_table_cell(t, i, (size_t)columns[2])),
            csv_table_cell(t, i, (size_t)columns[3])};
    return 0;
}

static const char *text_of(const json_t *project, const char *key)
{
    const char *text = json_string_value(json_object_get(project, key));
    return text ? text : "";
}

static void load_settings(struct saved_run *run, struct chart_plan *plan)
{
    const json_t *projects =
        json_object_get(json_object_get(run->json, "settings"), "projects");
    size_t n = json_array_size(projects);
    plan->projects = ARENA_ARRAY(&run->arena, struct chart_project, n + 1);
    plan->n_projects = n;
    for (size_t i = 0; i < n; i++) {
        const json_t *project = json_array_get(projects, i);
        plan->projects[i] = (struct chart_project){
            text_of(project, "name"), text_of(project, "team"),
            later_of(run->start, text_of(project, "start")), text_of(project, "target")};
    }
}

int chart_plan_load(struct saved_run *run, struct chart_plan *plan, struct diag *d)
{
    *plan = (struct chart_plan){0};
    if (run->replications == 1)
        return load_file(run, plan, d);
    load_settings(run, plan);
    return 0;
}
