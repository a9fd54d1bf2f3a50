/* How evenly the teams' need is met, month by month: three indices, a panel each; of an
 * ensemble the means, and between which values the replications lie. */
#include "study/chart_kinds.h"
#include "study/chart_panels.h"

#include <math.h>

enum index { JAIN, GINI, ENVY, N_INDICES };

static const struct {
    const char *column, *title;
} indices[N_INDICES] = {
    [JAIN] = {"jain_fill", "Jain's index (1: all alike)"},
    [GINI] = {"gini_fill", "Gini coefficient (0: all alike)"},
    [ENVY] = {"max_envy", "Largest envy (0: none)"},
};

static int load(struct saved_run *run, struct panels_fan fans[N_INDICES], struct diag *d)
{
    for (int k = 0; k < N_INDICES; k++) {
        if (panels_load(run, "months.csv", "all", indices[k].column,
                        k > 0 ? &fans[0].mean : NULL, &fans[k].mean, d) != 0)
            return -1;
        if (run->replications > 1 && panels_fan_load(run, &fans[k], d) != 0)
            return -1;
    }
    return 0;
}

static struct panels_end end_of(const struct saved_run *run,
                                const struct saved_series *series, size_t panel,
                                struct text *label)
{
    size_t last = panels_last(series, 0);
    double value = last < series->n_months ? series->values[last] : NAN;
    figure_append(label, value, FIGURE_INDEX, run->start);
    return (struct panels_end){panel, 3, value, PANELS_INK, label->bytes};
}

static void write_rows(struct saved_run *run, const struct panels_fan fans[N_INDICES],
                       struct chart_sheet *sheet)
{
    struct panels p;
    panels_begin(&p, sheet, run, &fans[0].mean);
    panels_scale(&p, 1, 0, 1, "index");
    for (size_t k = 0; k < N_INDICES; k++)
        panels_panel(&p, k + 1, 1, indices[k].title);
    if (run->replications > 1)
        panels_fan_words(&p, &fans[0], PANELS_USED);
    for (size_t k = 0; k < N_INDICES; k++) {
        if (run->replications > 1)
            panels_fan_rows(&p, run, &fans[k], 0, k + 1, PANELS_USED);
        else
            panels_rows(&p, (struct panels_line){"line", k + 1, 3, PANELS_INK}, NULL,
                        panels_values(run, &fans[k].mean, 0));
    }
    for (size_t k = 0; k < N_INDICES; k++) {
        struct text label;
        text_init(&label);
        struct panels_end end = end_of(run, &fans[k].mean, k + 1, &label);
        if (!isnan(end.high))
            panels_ends(&p, &end, 1);
        text_release(&label);
    }
}

/* ---- the finding ---- */

/* The month of the smallest or largest value; false if there is none. */
static bool find_extreme(const struct saved_series *s, bool is_least, size_t *month)
{
    bool is_found = false;
    for (size_t m = 0; m < s->n_months; m++) {
        double value = s->values[m], best = is_found ? s->values[*month] : NAN;
        if (isnan(value) || (is_found && (is_least ? value >= best : value <= best)))
            continue;
        *month = m;
        is_found = true;
    }
    return is_found;
}

/* From here on Jain's index is written as 1.00. */
#define ALIKE 0.995

static int say_least_even(struct saved_run *run, const struct saved_series *jain,
                          size_t month, struct prose *caption, struct diag *d)
{
    const struct saved_outcome *whole =
        saved_run_outcome(run, "jain_fill", "all", "all", "", d);
    prose_words(caption, "Need is met least evenly in ");
    prose_month(caption, jain, month);
    prose_words(caption, ", when Jain's index is ");
    if (panels_say(caption, run, (struct panels_cell){jain, 0, month, FIGURE_INDEX, ""},
                   d) != 0)
        return -1;
    if (whole && !isnan(whole->summary.mean)) {
        prose_words(caption, "; for the whole time it is ");
        prose_outcome(caption, whole, "mean", FIGURE_INDEX);
        prose_interval(caption, whole, FIGURE_INDEX);
    }
    prose_words(caption, ".");
    return 0;
}

static int write_caption(struct saved_run *run, const struct panels_fan fans[N_INDICES],
                         struct prose *caption, struct diag *d)
{
    const struct saved_series *jain = &fans[JAIN].mean, *envy = &fans[ENVY].mean;
    size_t month = 0;
    if (!find_extreme(jain, true, &month)) {
        prose_words(caption, "No team needs any GPUs in any month.");
        return 0;
    }
    if (jain->values[month] >= ALIKE)
        prose_words(caption, "Need is met alike for all teams in every month.");
    else if (say_least_even(run, jain, month, caption, d) != 0)
        return -1;
    if (!find_extreme(envy, false, &month) || !(envy->values[month] > 0)) {
        prose_words(caption, " No team would gain by another team's grant.");
        return 0;
    }
    prose_words(caption, " Envy is largest in ");
    prose_month(caption, envy, month);
    prose_words(caption, ": with another team's grant a team would gain ");
    if (panels_say(caption, run,
                   (struct panels_cell){envy, 0, month, FIGURE_PERCENT, " of its need"},
                   d) != 0)
        return -1;
    prose_words(caption, ".");
    return 0;
}

static enum chart_outcome write(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d)
{
    struct panels_fan fans[N_INDICES];
    (void)request;
    if (load(run, fans, d) != 0 || write_caption(run, fans, &sheet->caption, d) != 0)
        return CHART_FAILED;
    text_append(&sheet->title, "How evenly the teams' need is met");
    chart_subtitle(sheet, run, "indices from 0 to 1");
    write_rows(run, fans, sheet);
    return CHART_WRITTEN;
}

const struct chart_type chart_fairness = {
    .name = "fairness",
    .summary = "Jain's index, Gini coefficient and largest envy over time",
    .header = PANELS_HEADER,
    .write = write,
};
