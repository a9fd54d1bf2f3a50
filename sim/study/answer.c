#include "study/answer.h"

#include "base/seconds.h"
#include "model/calendar.h"

#include <math.h>
#include <string.h>

/* BEFORE name BETWEEN figure AFTER, where the sentence is no more than that. */
static const struct phrase {
    const char *metric;
    const char *before, *between, *after;
    enum figure_format format;
} phrases[] = {
    {"released", "Of ", ", on average ", " projects are released", FIGURE_MONTHS},
    {"gpu_hours_used", "", " uses ", " GPU-hours", FIGURE_HOURS},
    {"gpu_hours_shipped", "Into releases of ", " go ", " GPU-hours", FIGURE_HOURS},
    {"gpu_hours_sunk", "Sunk into cancelled projects of ", " are ", " GPU-hours",
     FIGURE_HOURS},
    {"gpu_hours_idle", "In ", ", ", " GPU-hours stay idle", FIGURE_HOURS},
    {"utilisation_frac", "Of the GPUs that are there in ", ", ", " are used",
     FIGURE_PERCENT},
    {"fill_frac", "Of what ", " needs, ", " is granted", FIGURE_PERCENT},
    {"jain_fill", "Between the teams of ", ", Jain's index of need met is ", "",
     FIGURE_INDEX},
    {"gini_fill", "Between the teams of ", ", the Gini coefficient of need met is ", "",
     FIGURE_INDEX},
    {"value", "The releases of ", " earn a value of ", "", FIGURE_MONTHS},
    {"gpu_hours_lost", "To checkpoints and failures ", " loses ", " GPU-hours",
     FIGURE_HOURS},
    {"gpu_hours_failed", "In ", ", ", " GPU-hours are out of service", FIGURE_HOURS},
    {"gpu_hours_serving", "", " serves for ", " GPU-hours", FIGURE_HOURS},
    {"loss", "The best model of ", " has a loss of ", "", FIGURE_INDEX},
    {"cost", "", " costs ", "", FIGURE_COUNT},
    {"energy_mwh", "", " takes ", " MWh", FIGURE_COUNT},
    {"co2_tonnes", "", " emits ", " t of CO\u2082", FIGURE_COUNT},
    {"gpu_hours_explored", "By exploration ", " uses ", " GPU-hours", FIGURE_HOURS},
    {"gpu_hours_duplicated", "Done twice by ", " are ", " GPU-hours", FIGURE_HOURS},
    {"departures", "Of ", ", ", " left by choice", FIGURE_MONTHS},
    {"gone", "Of ", ", ", " left or were laid off", FIGURE_MONTHS},
    {"left_team", "Of ", ", ", " left it", FIGURE_MONTHS},
    {"disputes", "Appeals to the superior by ", ": ", "", FIGURE_MONTHS},
    {"leader_hours", "On ", " leaders spend ", " hours", FIGURE_MONTHS},
};
enum { N_PHRASES = sizeof phrases / sizeof *phrases };

static bool is_ensemble(const struct saved_outcome *o)
{
    return o->n > 1;
}

/* "LLaMA", "team LLaMA", or "the whole organisation". */
static void name_subject(struct prose *out, const struct saved_outcome *o)
{
    if (strcmp(o->kind, "all") == 0) {
        prose_words(out, "the whole organisation");
        return;
    }
    if (strcmp(o->kind, "project") != 0)
        prose_words(out, "%s ", o->kind);
    prose_name(out, o->subject);
}

/* " by 31 Aug 2023" of a mark, " by the end of the run". */
static void name_instant(struct prose *out, const struct saved_outcome *o)
{
    struct date start, mark;
    if (!date_parse(o->at, &mark) || !date_parse(out->start, &start)) {
        prose_words(out, " by the end of the run");
        return;
    }
    prose_words(out, " by ");
    prose_figure(
        out, calendar_at_s(start, mark) / SECONDS_PER_MONTH, FIGURE_DATE,
        (struct figure_source){.file = "outcomes.csv", .stat = "mark", .at = o->at});
}

static void name_runs(struct prose *out, const struct saved_outcome *o)
{
    prose_figure(out, (double)o->n, FIGURE_COUNT,
                 (struct figure_source){.file = "outcomes.csv", .stat = "replications"});
}

static void write_released(struct prose *out, const struct saved_outcome *o)
{
    name_subject(out, o);
    if (!is_ensemble(o)) {
        prose_words(out, o->summary.mean > 0 ? " is released" : " is not released");
        name_instant(out, o);
        return;
    }
    prose_words(out, " is released");
    name_instant(out, o);
    prose_words(out, " in ");
    prose_outcome(out, o, "mean", FIGURE_PERCENT);
    prose_words(out, " of ");
    name_runs(out, o);
    prose_words(out, " runs");
    prose_interval_of_share(out, o);
}

/* Runs without a release are told, not dropped. */
static void write_unreleased(struct prose *out, const struct saved_outcome *o)
{
    if (o->summary.n == o->n || !is_ensemble(o))
        return;
    prose_words(out, "; it is released at all in ");
    prose_outcome(out, o, "n", FIGURE_COUNT);
    prose_words(out, " of ");
    name_runs(out, o);
    prose_words(out, " runs");
}

static void write_release_date(struct prose *out, const struct saved_outcome *o)
{
    name_subject(out, o);
    if (o->summary.n == 0) {
        prose_words(out, " is not released");
        name_instant(out, o);
        return;
    }
    prose_words(out, " is released on ");
    prose_outcome(out, o, "p50", FIGURE_DATE);
    if (is_ensemble(o) && o->summary.p025 < o->summary.p975) {
        prose_words(out, " at the median, and in 95 %% of the runs between ");
        prose_outcome(out, o, "p025", FIGURE_DATE);
        prose_words(out, " and ");
        prose_outcome(out, o, "p975", FIGURE_DATE);
    }
    write_unreleased(out, o);
}

static void write_slip(struct prose *out, const struct saved_outcome *o)
{
    name_subject(out, o);
    if (o->summary.n == 0) {
        prose_words(out, " is not released");
        name_instant(out, o);
        return;
    }
    const struct summary *slip = &o->summary;
    bool is_early = slip->mean < 0, has_sign = slip->ci_low < 0 && slip->ci_high > 0;
    bool has_interval = slip->ci_low < slip->ci_high;
    if (!has_interval && fabs(slip->mean) * SECONDS_PER_MONTH < 0.05 * SECONDS_PER_DAY) {
        prose_words(out, " is released on its target day");
        return;
    }
    /* Days where that is not too many. */
    bool in_days = fabs(slip->mean) < 2;
    enum figure_format size = in_days ? FIGURE_DAYS : FIGURE_SPAN;
    prose_words(out, " is released ");
    prose_outcome(out, o, "mean", size);
    prose_words(out, " %s its target%s", is_early ? "before" : "after",
                is_ensemble(o) ? " on average" : "");
    if (has_interval && !has_sign) {
        prose_words(out, " (95 %% interval ");
        prose_range(out, o, is_early ? "ci_high" : "ci_low", " to ",
                    is_early ? "ci_low" : "ci_high", size);
        prose_words(out, ")");
    } else if (has_interval) {
        prose_words(out, " (95 %% interval from ");
        prose_range(out, o, "ci_low", " before to ", "ci_high", size);
        prose_words(out, " after it)");
    }
    write_unreleased(out, o);
}

static void write_phrase(struct prose *out, const struct saved_outcome *o,
                         const struct phrase *phrase)
{
    /* What is counted in one run is a whole number. */
    bool is_count = phrase->format == FIGURE_MONTHS && !is_ensemble(o) &&
                    o->summary.mean == floor(o->summary.mean);
    prose_words(out, "%s", phrase->before);
    name_subject(out, o);
    prose_words(out, "%s", phrase->between);
    prose_outcome(out, o, "mean", is_count ? FIGURE_COUNT : phrase->format);
    prose_words(out, "%s", phrase->after);
    prose_interval(out, o, phrase->format);
    if (*o->at)
        name_instant(out, o);
}

static void write_outcome(struct prose *out, const struct saved_outcome *o)
{
    bool is_project = strcmp(o->kind, "project") == 0;
    if (strcmp(o->metric, "released") == 0 && is_project) {
        write_released(out, o);
    } else if (strcmp(o->metric, "release_months") == 0) {
        write_release_date(out, o);
    } else if (strcmp(o->metric, "slip_months") == 0) {
        write_slip(out, o);
    } else {
        static const struct phrase plain = {
            NULL, "", ": ", "", FIGURE_INDEX}; /* a metric that has no words yet */
        const struct phrase *phrase = &plain;
        for (size_t i = 0; i < N_PHRASES; i++)
            if (strcmp(phrases[i].metric, o->metric) == 0)
                phrase = &phrases[i];
        if (phrase == &plain)
            prose_words(out, "%s of ", o->metric);
        write_phrase(out, o, phrase);
    }
    prose_words(out, ".");
}

/* ---- without a named answer ---- */

static size_t n_projects(const struct saved_outcome *all, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        found += strcmp(all[i].kind, "project") == 0 && *all[i].at == '\0' &&
                 strcmp(all[i].metric, "released") == 0;
    return found;
}

static int write_general(struct saved_run *run, struct prose *out, struct diag *d)
{
    size_t n;
    const struct saved_outcome *all = saved_run_outcomes(run, &n, d);
    const struct saved_outcome *released =
        saved_run_outcome(run, "released", "all", "all", "", d);
    const struct saved_outcome *fill =
        saved_run_outcome(run, "fill_frac", "all", "all", "", d);
    if (!all || !released || !fill)
        return -1;
    size_t n_all = n_projects(all, n);
    prose_words(out, "Under the rule ");
    prose_name(out, run->division);
    prose_words(out, ", ");
    if (n_all > 0) {
        bool is_whole = released->summary.mean == floor(released->summary.mean);
        enum figure_format format = is_whole ? FIGURE_COUNT : FIGURE_MONTHS;
        prose_outcome(out, released, "mean", format);
        prose_words(out, " of ");
        prose_figure(out, (double)n_all, FIGURE_COUNT,
                     (struct figure_source){.file = "outcomes.csv",
                                            .stat = "count",
                                            .metric = "released",
                                            .kind = "project",
                                            .at = ""});
        prose_words(out, " %s released%s", n_all == 1 ? "project is" : "projects are",
                    is_ensemble(released) ? " on average" : "");
        prose_interval(out, released, FIGURE_MONTHS);
    }
    if (n_all > 0 && fill->summary.n > 0)
        prose_words(out, ", and ");
    if (fill->summary.n > 0) {
        prose_outcome(out, fill, "mean", FIGURE_PERCENT);
        prose_words(out, " of what the teams need is granted");
        prose_interval(out, fill, FIGURE_PERCENT);
    } else if (n_all == 0) {
        prose_words(out, "nobody needs any GPUs");
    }
    prose_words(out, ".");
    return 0;
}

int answer_write(struct saved_run *run, struct prose *out, struct diag *d)
{
    const json_t *answer = json_object_get(run->json, "answer");
    const char *keys[] = {"metric", "kind", "subject", "at"}, *values[4];
    for (int k = 0; k < 4; k++)
        values[k] = json_string_value(json_object_get(answer, keys[k]));
    if (!values[0] || !values[1] || !values[2] || !values[3])
        return write_general(run, out, d);
    const struct saved_outcome *o =
        saved_run_outcome(run, values[0], values[1], values[2], values[3], d);
    struct place at = {.file = run->dir};
    if (!o && diag_n_errors(d) == 0)
        diag_error(d, DIAG_DATA, &at, "holds no outcome %s of '%s'", values[0],
                   values[2]);
    if (!o)
        return -1;
    write_outcome(out, o);
    return 0;
}
