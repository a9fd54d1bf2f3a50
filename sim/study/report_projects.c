/* What ships when: the table of projects, those in trouble first. */
#include "base/memory.h"
#include "base/seconds.h"
#include "model/calendar.h"
#include "study/report_parts.h"

#include <math.h>
#include <stdlib.h>

enum {
    MOST_PROJECTS = 24, /* in the table on the page: the worst */
    MOST_FOLDED = 400   /* in the table that is folded away */
};

/* The latest against its target first; without a target last. */
static int by_trouble(const void *a, const void *b)
{
    const struct report_subject *x = *(const struct report_subject *const *)a;
    const struct report_subject *y = *(const struct report_subject *const *)b;
    double keys[][2] = {
        {isnan(x->on_time_frac), isnan(y->on_time_frac)},
        {x->on_time_frac, y->on_time_frac},
        {report_mean(x->released), report_mean(y->released)},
        {-report_mean(x->slip_months), -report_mean(y->slip_months)},
    };
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (keys[k][0] < keys[k][1] || keys[k][0] > keys[k][1])
            return keys[k][0] < keys[k][1] ? -1 : 1;
    return x < y ? -1 : 1;
}

/* The target that holds at the end, where it changes. */
static const char *target_of(const struct report_subject *project)
{
    const json_t *target = json_object_get(project->settings, "target");
    if (json_is_array(target) && json_array_size(target) > 0)
        target =
            json_object_get(json_array_get(target, json_array_size(target) - 1), "value");
    const char *date = json_string_value(target);
    return date ? date : "\u2013";
}

static void put_target(struct document *doc, struct document_table *t, const char *target)
{
    struct date start, date;
    if (date_parse(target, &date) && date_parse(doc->start, &start))
        report_put_figure(doc, t, calendar_at_s(start, date) / SECONDS_PER_MONTH,
                          FIGURE_DATE);
    else
        document_cell(doc, t, "%s", target);
}

static void put_release(struct document *doc, struct document_table *t,
                        const struct report_subject *project)
{
    double months = report_mean(project->release_months);
    if (!isnan(months))
        report_put_figure(doc, t, months, FIGURE_DATE);
    else
        document_cell(doc, t,
                      report_mean(project->sunk) > 0 ? "cancelled" : "not released");
}

static void put_chances(struct document *doc, struct document_table *t,
                        const struct report_subject *project)
{
    const struct saved_outcome *released = project->released;
    const struct summary *months =
        project->release_months ? &project->release_months->summary : NULL;
    report_put_figure(doc, t, report_mean(released), FIGURE_PERCENT);
    report_put_interval(
        doc, t,
        released ? figure_statistic(released->values, released->n, "wilson_low") : NAN,
        released ? figure_statistic(released->values, released->n, "wilson_high") : NAN,
        false);
    report_put_figure(doc, t, project->on_time_frac, FIGURE_PERCENT);
    report_put_figure(doc, t, months ? months->p05 : NAN, FIGURE_DATE);
    report_put_figure(doc, t, months ? months->p50 : NAN, FIGURE_DATE);
    report_put_figure(doc, t, months ? months->p95 : NAN, FIGURE_DATE);
}

static void add_projects(struct report *report,
                         const struct report_subject *const *projects, size_t n,
                         const char *caption)
{
    static const struct document_column of_many[] = {
        {"Project", COLUMN_NAME},         {"Team", COLUMN_NAME},
        {"Target", COLUMN_NUMBER},        {"Released", COLUMN_NUMBER},
        {"95 % interval", COLUMN_NUMBER}, {"On time", COLUMN_NUMBER},
        {"5 %", COLUMN_NUMBER},           {"Median", COLUMN_NUMBER},
        {"95 %", COLUMN_NUMBER},          {"Slip, months", COLUMN_NUMBER}};
    static const struct document_column of_one[] = {{"Project", COLUMN_NAME},
                                                    {"Team", COLUMN_NAME},
                                                    {"Target", COLUMN_NUMBER},
                                                    {"Released", COLUMN_NUMBER},
                                                    {"Slip, months", COLUMN_NUMBER}};
    bool has_many = report->run->replications > 1;
    struct document *doc = report->doc;
    struct document_table *t =
        document_table(doc, caption, has_many ? of_many : of_one, has_many ? 10 : 5);
    for (size_t i = 0; i < n; i++) {
        const struct report_subject *project = projects[i];
        const char *team = json_string_value(json_object_get(project->settings, "team"));
        document_cell(doc, t, "%s", project->name);
        document_cell(doc, t, "%s", team ? team : "")->swatch =
            team ? report_swatch(report, team) : NULL;
        put_target(doc, t, target_of(project));
        if (has_many)
            put_chances(doc, t, project);
        else
            put_release(doc, t, project);
        report_put_figure(doc, t, report_mean(project->slip_months), FIGURE_MONTHS);
    }
}

void report_projects(struct report *report)
{
    struct document *doc = report->doc;
    size_t n = report->n_projects;
    if (n == 0)
        return;
    const struct report_subject **sorted = MEM_ARRAY(const struct report_subject *, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &report->projects[i];
    qsort(sorted, n, sizeof *sorted, by_trouble);
    if (n <= MOST_PROJECTS) {
        add_projects(report, sorted, n, "Projects");
    } else {
        add_projects(report, sorted, MOST_PROJECTS,
                     "Projects furthest from their target");
        document_fold(doc, "More projects");
        add_projects(report, sorted, n < MOST_FOLDED ? n : MOST_FOLDED,
                     n <= MOST_FOLDED ? "All projects"
                                      : "Projects; the others stand in outcomes.csv");
        document_fold_end(doc);
    }
    mem_free(sorted);
    struct prose *note = document_paragraph(doc, STYLE_NOTE);
    prose_words(note, "On time is a release by the end of the target's day.");
    if (report->run->replications > 1)
        prose_words(note, " A run that does not release a project counts as not on time; "
                          "dates and slip are those of the runs that do.");
}
