#include "cli/sweep_table.h"

#include "base/memory.h"
#include "cli/table.h"
#include "study/sweep_sensitivity.h"

#include <math.h>
#include <string.h>

enum { MOST_ROWS = 40, MOST_SETTINGS = 5, MOST_METRICS = 4 };

/* What is shown where no metric is asked for. */
static const char *default_metric(const struct sweep_view *view)
{
    static const char *const choices[] = {"utilisation_frac", "fill_frac", "value"};
    if (view->answer && sweep_view_find(view, view->answer) >= 0)
        return view->answer;
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        if (sweep_view_find(view, choices[i]) >= 0)
            return choices[i];
    return view->n_outcomes > 0 ? view->outcomes[0].label : NULL;
}

static void number_cell(struct table *t, double number)
{
    if (isnan(number))
        table_cell(t, "-");
    else if (fabs(number) >= 1e4)
        table_cell(t, "%s", table_count(&t->arena, number));
    else
        table_cell(t, "%.4g", number);
}

/* The last part of a path names a column well enough. */
static const char *short_path(const char *path)
{
    const char *last = path;
    for (const char *c = path; *c; c++)
        if (*c == '.' && c[1] && c[1] != '"')
            last = c + 1;
    return last;
}

static int print_points(struct sweep_view *view, bool has_colour, struct diag *d)
{
    const char *columns[2 + MOST_SETTINGS + MOST_METRICS] = {">Point"};
    size_t n_settings =
        view->n_settings < MOST_SETTINGS ? view->n_settings : MOST_SETTINGS;
    size_t n_metrics = view->n_outcomes < MOST_METRICS ? view->n_outcomes : MOST_METRICS;
    size_t n = 1, n_rows = view->n_points < MOST_ROWS ? view->n_points : MOST_ROWS;
    for (size_t i = 0; i < n_settings; i++)
        columns[n++] = arena_printf(&view->arena, ">%s", short_path(view->paths[i]));
    columns[n++] = ">Runs";
    for (size_t i = 0; i < n_metrics; i++)
        columns[n++] = arena_printf(&view->arena, ">%s", view->outcomes[i].label);
    double *means = sweep_view_means(view, d);
    struct view_block block = {0};
    struct table t;
    if (!means)
        return -1;
    int result = 0;
    table_init(&t, columns, n);
    for (size_t p = 0; p < n_rows && result == 0; p++) {
        result = sweep_view_read(view, p, &block, d);
        table_cell(&t, "%zu", p + 1);
        for (size_t i = 0; i < n_settings; i++)
            table_cell(&t, "%s",
                       view->points[p].values[i] ? view->points[p].values[i] : "");
        table_cell(&t, "%zu", block.n);
        for (size_t i = 0; i < n_metrics; i++)
            number_cell(&t, means[p * view->n_outcomes + i]);
    }
    printf("\n");
    table_print(&t, stdout, has_colour);
    if (n_rows < view->n_points)
        printf("... and %zu more points\n", view->n_points - n_rows);
    table_release(&t);
    view_block_release(&block);
    mem_free(means);
    return result;
}

/* Of the first metric, what each setting moves. */
static int print_sensitivity(struct sweep_view *view, bool has_colour, struct diag *d)
{
    bool is_morris = strcmp(view->design, "morris") == 0;
    static const char *const morris[] = {"Setting", ">mu*", ">95 %", "", ">mu", ">sigma"};
    static const char *const sobol[] = {"Setting", ">First",      ">95 %", "",
                                        ">Total",  ">95 % of it", ""};
    size_t k = sweep_n_varied(view);
    double *means = sweep_view_means(view, d);
    if (!means)
        return -1;
    struct sensitivity *all = MEM_ARRAY(struct sensitivity, k);
    struct table t;
    sweep_sensitivity(view, means, 0, all);
    table_init(&t, is_morris ? morris : sobol, is_morris ? 6 : 7);
    for (size_t i = 0; i < k; i++) {
        const struct sensitivity *s = &all[i];
        table_cell(&t, "%s", view->paths[i]);
        for (size_t m = is_morris; m < 2; m++) {
            number_cell(&t, s->values[m]);
            number_cell(&t, s->ci_low[m]);
            number_cell(&t, s->ci_high[m]);
        }
        if (is_morris) {
            number_cell(&t, s->values[0]);
            number_cell(&t, s->values[2]);
        }
    }
    printf("\nWhat moves %s:\n", view->outcomes[0].label);
    table_print(&t, stdout, has_colour);
    table_release(&t);
    mem_free(all);
    mem_free(means);
    return 0;
}

int sweep_table_narrow(struct sweep_view *view, const char *const *metrics,
                       size_t n_metrics, struct diag *d)
{
    const char *usual = default_metric(view);
    if (!usual)
        return 0; /* nothing is stored */
    if (n_metrics == 0)
        metrics = &usual, n_metrics = 1;
    return sweep_view_narrow(view, metrics, n_metrics, d) == 0 ? 1 : -1;
}

int sweep_table_print(struct sweep_view *view, bool has_colour, struct diag *d)
{
    return sweep_has_sensitivity(view) ? print_sensitivity(view, has_colour, d)
                                       : print_points(view, has_colour, d);
}
