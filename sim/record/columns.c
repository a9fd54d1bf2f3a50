#include "record/columns.h"

#include "base/check.h"

#include <string.h>

#define MONTH "the calendar month"

static const struct column table[] = {
    {"pools.csv", "month", "YYYY-MM", MONTH},
    {"pools.csv", "pool", "name", "the pool"},
    {"pools.csv", "capacity_gpus", "GPUs", "installed"},
    {"pools.csv", "reserved_gpus", "GPUs", "held for work outside the scenario"},
    {"pools.csv", "failed_gpus", "GPUs", "out of service by failure or maintenance"},
    {"pools.csv", "requested_gpus", "GPUs", "asked for by all claims"},
    {"pools.csv", "granted_gpus", "GPUs", "granted to all claims"},
    {"pools.csv", "used_gpus", "GPUs", "at work for claims"},
    {"pools.csv", "lent_gpus", "GPUs",
     "of these, lent until their owner wants them, or the next meeting"},
    {"pools.csv", "idle_gpus", "GPUs", "capacity - reserved - failed - used"},
    {"pools.csv", "price", "number",
     "of a GPU-month at the last meeting, in parts of what all budgets pay for all GPUs; "
     "NaN unless the rule is market or auction"},

    {"groups.csv", "month", "YYYY-MM", MONTH},
    {"groups.csv", "group", "name", "the group or team"},
    {"groups.csv", "parent", "name", "the group above it; empty at the top"},
    {"groups.csv", "share", "number", "its share, relative to its siblings"},
    {"groups.csv", "floor_gpus", "GPUs",
     "what it is to have at least, of what it asks for"},
    {"groups.csv", "ceiling_gpus", "GPUs", "what it may have at most; NaN: no limit"},
    {"groups.csv", "entitled_gpu_hours", "GPU-hours",
     "the ledger's entitlement at the month's last meeting; NaN without a ledger or a "
     "meeting"},
    {"groups.csv", "used_gpu_hours", "GPU-hours", "used in the month"},
    {"groups.csv", "decayed_gpu_hours", "GPU-hours",
     "all use so far, decayed by the half-life of the ledger, else of the fair_share "
     "factor"},
    {"groups.csv", "balance_gpu_hours", "GPU-hours",
     "entitled - used; NaN where entitled is"},
    {"groups.csv", "credits", "number",
     "credits or, of an auction, money held; NaN under other rules"},

    {"teams.csv", "month", "YYYY-MM", MONTH},
    {"teams.csv", "team", "name", "the team"},
    {"teams.csv", "group", "name", "the group above it; empty at the top"},
    {"teams.csv", "headcount", "people", "employed at the month's end"},
    {"teams.csv", "needed_gpus", "GPUs",
     "needed to meet its targets, and for exploration"},
    {"teams.csv", "requested_gpus", "GPUs", "asked for, honestly or not"},
    {"teams.csv", "granted_gpus", "GPUs", "granted"},
    {"teams.csv", "used_gpus", "GPUs", "used"},
    {"teams.csv", "fill_frac", "fraction",
     "min(granted, needed) / needed over the month; NaN where nothing was needed"},
    {"teams.csv", "used_gpu_hours", "GPU-hours", "used in the month"},
    {"teams.csv", "grievance", "index",
     "mean over its people of the memory of shortfalls, from 0 to 1, as it was through "
     "the month; NaN: nobody"},
    {"teams.csv", "morale", "index",
     "mean over its people at the month's end: 0.5 means that what happens inside makes "
     "them twice as likely to leave; NaN: nobody"},
    {"teams.csv", "departures", "people", "left by choice in the month"},
    {"teams.csv", "hires", "people", "hired in the month"},
    {"teams.csv", "lent_gpus", "GPUs", "lent to it: used beyond its grants"},
    {"teams.csv", "padding_frac", "fraction",
     "asked for beyond the need by its strategy, as a part of it, in the month's "
     "requests; "
     "what hoard claims comes on top"},

    {"projects.csv", "month", "YYYY-MM", MONTH},
    {"projects.csv", "project", "name", "the project"},
    {"projects.csv", "team", "name", "its owner at the month's end"},
    {"projects.csv", "state", "text",
     "planned, active, paused, released or cancelled, at the month's end"},
    {"projects.csv", "stage", "text",
     "the stage that it is in at the month's end; empty outside its stages"},
    {"projects.csv", "done_frac", "fraction",
     "of the planned GPU-hours, done at the month's end, as its team believes"},
    {"projects.csv", "left_gpu_hours", "GPU-hours",
     "left to do at the month's end, as its team believes: an overrun shows late"},
    {"projects.csv", "priority", "fraction", "its priority at the month's end"},
    {"projects.csv", "granted_gpus", "GPUs", "granted, over all pools"},
    {"projects.csv", "used_gpu_hours", "GPU-hours", "used in the month"},

    {"claims.csv", "month", "YYYY-MM", MONTH},
    {"claims.csv", "pool", "name", "the pool"},
    {"claims.csv", "team", "name", "the team that claims"},
    {"claims.csv", "project", "name", "the project claimed for; empty: exploration"},
    {"claims.csv", "needed_gpus", "GPUs", "needed to meet the target"},
    {"claims.csv", "requested_gpus", "GPUs", "asked for, honestly or not"},
    {"claims.csv", "score", "number", "the score that the council gave it"},
    {"claims.csv", "entitled_gpus", "GPUs",
     "what the ledger's first pass lets it have; NaN without a ledger"},
    {"claims.csv", "granted_gpus", "GPUs", "granted"},

    {"factors.csv", "month", "YYYY-MM", MONTH},
    {"factors.csv", "pool", "name", "the pool"},
    {"factors.csv", "team", "name", "the team that claims"},
    {"factors.csv", "project", "name", "the project claimed for; empty: exploration"},
    {"factors.csv", "factor", "name", "the factor of the score"},
    {"factors.csv", "value", "fraction", "what the factor is for this claim"},
    {"factors.csv", "weight", "number",
     "how much it counts; NaN where a formula makes the score"},
    {"factors.csv", "contribution", "number",
     "value * weight, its part of the score; NaN in a formula"},

    {"months.csv", "month", "YYYY-MM", MONTH},
    {"months.csv", "jain_fill", "fraction",
     "Jain's index of the teams' fills: 1 when all are equal"},
    {"months.csv", "gini_fill", "fraction",
     "Gini coefficient of the teams' fills: 0 when all are equal"},
    {"months.csv", "max_envy", "fraction",
     "the largest part of its need that a team would gain with another team's grant, "
     "scaled by their shares"},
    {"months.csv", "disputes_open", "count",
     "appeals at the month's end that the superior has not answered"},
    {"months.csv", "leader_hours", "hours",
     "that leaders spent in the month on disputes and to keep people"},
    {"months.csv", "contested_topics", "count",
     "topics on which two teams or more are at work at the month's end: nobody's own"},

    {"plan.csv", "project", "name", "the project"},
    {"plan.csv", "team", "name", "its owner at the end of the run"},
    {"plan.csv", "kind", "text", "its kind"},
    {"plan.csv", "topic", "text", "its topic"},
    {"plan.csv", "start", "YYYY-MM-DD", "its planned start"},
    {"plan.csv", "target", "YYYY-MM-DD", "its target; empty: none"},
    {"plan.csv", "released", "YYYY-MM-DD", "its release; empty: not released"},
    {"plan.csv", "value", "number", "the value of a release in time"},

    {"events.csv", "at_s", "s", "when, in seconds since the start"},
    {"events.csv", "date", "YYYY-MM-DD", "the day that holds the instant, UTC"},
    {"events.csv", "event", "text", "what happened"},
    {"events.csv", "kind", "text",
     "of the subject: project, team, pool, person, setting, rule"},
    {"events.csv", "subject", "name",
     "the project, team, pool, person, setting or rule that it happened to"},
    {"events.csv", "detail", "text", "more about it"},

    {"outcomes.csv", "replication", "number", "which replication, from 0"},
    {"outcomes.csv", "at", "YYYY-MM-DD", "the mark; empty: the end of the run"},
    {"outcomes.csv", "metric", "name", "what is measured"},
    {"outcomes.csv", "kind", "text",
     "of the subject: all, pool, group, team, project, cohort"},
    {"outcomes.csv", "subject", "name", "whose it is; all where kind is all"},
    {"outcomes.csv", "value", "by metric", "the outcome; NaN: none"},

    {"bands.csv", "file", "text", "the file whose column it is"},
    {"bands.csv", "kind", "text", "of the subject: all, pool, group, team, project"},
    {"bands.csv", "subject", "name", "whose it is; all where kind is all"},
    {"bands.csv", "column", "name", "the column"},
    {"bands.csv", "month", "YYYY-MM", MONTH},
    {"bands.csv", "n", "number", "replications with a value"},
    {"bands.csv", "mean", "by column", "mean over the replications"},
    {"bands.csv", "sd", "by column", "standard deviation over the replications"},
    {"bands.csv", "ci_low", "by column", "lower end of the 95 % interval of the mean"},
    {"bands.csv", "ci_high", "by column", "upper end of the 95 % interval of the mean"},
    {"bands.csv", "p025", "by column", "2.5th percentile over the replications"},
    {"bands.csv", "p05", "by column", "5th percentile"},
    {"bands.csv", "p25", "by column", "25th percentile"},
    {"bands.csv", "p50", "by column", "median"},
    {"bands.csv", "p75", "by column", "75th percentile"},
    {"bands.csv", "p95", "by column", "95th percentile"},
    {"bands.csv", "p975", "by column", "97.5th percentile"},

    {"comparison.csv", "alternative", "name", "the alternative"},
    {"comparison.csv", "against", "name", "the one that it is held against"},
    {"comparison.csv", "metric", "name", "what is measured"},
    {"comparison.csv", "kind", "text",
     "of the subject: all, pool, group, team, project, cohort"},
    {"comparison.csv", "subject", "name", "whose it is; all where kind is all"},
    {"comparison.csv", "at", "YYYY-MM-DD", "the mark; empty: the end of the run"},
    {"comparison.csv", "mean", "by metric", "of the alternative's runs with a value"},
    {"comparison.csv", "mean_against", "by metric", "of the other's runs with a value"},
    {"comparison.csv", "difference", "by metric",
     "mean over the worlds in which both have a value of alternative - against"},
    {"comparison.csv", "ci_low", "by metric",
     "lower end of the 95 % interval of the difference"},
    {"comparison.csv", "ci_high", "by metric",
     "upper end of the 95 % interval of the difference"},
    {"comparison.csv", "p_better", "fraction",
     "of the worlds, in which the alternative's outcome is better; of a metric that is "
     "neither good nor bad, higher. Not released is worse than any release"},
    {"comparison.csv", "p_worse", "fraction", "the same: worse, or lower"},
    {"comparison.csv", "p_value", "fraction",
     "that the true difference is 0: paired t test; of released, McNemar's exact test"},
    {"comparison.csv", "holm", "fraction",
     "p_value after Holm's correction, for all answers, or for all other outcomes that "
     "differ in some world; below 0.05 a difference stands"},
    {"comparison.csv", "unpaired_ratio", "number",
     "width of the interval of two independent samples / ci_high - ci_low"},
    {"comparison.csv", "is_answer", "number", "1: it was asked about, else 0"},
    {"comparison.csv", "n", "number", "the alternative's runs with a value"},
    {"comparison.csv", "n_against", "number", "the other's runs with a value"},
    {"comparison.csv", "n_pairs", "number", "worlds in which both have a value"},

    {"alternatives.csv", "alternative", "name", "the alternative"},
    {"alternatives.csv", "metric", "name", "what is measured"},
    {"alternatives.csv", "kind", "text",
     "of the subject: all, pool, group, team, project, cohort"},
    {"alternatives.csv", "subject", "name", "whose it is; all where kind is all"},
    {"alternatives.csv", "at", "YYYY-MM-DD", "the mark; empty: the end of the run"},
    {"alternatives.csv", "n_runs", "number", "runs"},
    {"alternatives.csv", "n", "number", "runs with a value"},
    {"alternatives.csv", "mean", "by metric", "of those runs"},
    {"alternatives.csv", "sd", "by metric", "standard deviation"},
    {"alternatives.csv", "ci_low", "by metric",
     "lower end of the 95 % interval of the mean; of a share Wilson's"},
    {"alternatives.csv", "ci_high", "by metric", "its upper end"},
    {"alternatives.csv", "p05", "by metric", "5th percentile of the runs with a value"},
    {"alternatives.csv", "p50", "by metric", "median"},
    {"alternatives.csv", "p95", "by metric", "95th percentile"},

    {"answers.csv", "alternative", "name", "the alternative"},
    {"answers.csv", "replication", "number", "the world, from 0"},
    {"answers.csv", "metric", "name", "what is measured"},
    {"answers.csv", "kind", "text",
     "of the subject: all, pool, group, team, project, cohort"},
    {"answers.csv", "subject", "name", "whose it is; all where kind is all"},
    {"answers.csv", "at", "YYYY-MM-DD", "the mark; empty: the end of the run"},
    {"answers.csv", "value", "by metric", "the outcome; NaN: none"},

    {"columns.csv", "file", "text", "the result file"},
    {"columns.csv", "column", "name", "the column"},
    {"columns.csv", "unit", "text", "its unit"},
    {"columns.csv", "meaning", "text", "what it means"},
};

enum { N_COLUMNS = sizeof table / sizeof table[0] };

const struct column *columns_all(size_t *n)
{
    *n = N_COLUMNS;
    return table;
}

const struct column *columns_of(const char *file, size_t *n)
{
    size_t first = 0;
    *n = 0;
    while (first < N_COLUMNS && strcmp(table[first].file, file) != 0)
        first++;
    while (first + *n < N_COLUMNS && strcmp(table[first + *n].file, file) == 0)
        ++*n;
    return *n ? &table[first] : NULL;
}

int columns_find(const char *file, const char *column)
{
    size_t n;
    const struct column *columns = columns_of(file, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(columns[i].column, column) == 0)
            return (int)i;
    return -1;
}

void csv_header(struct csv *csv, const char *file, bool with_replication)
{
    size_t n;
    const struct column *columns = columns_of(file, &n);
    CHECK(columns);
    if (with_replication && columns_find(file, "replication") < 0)
        csv_text(csv, "replication");
    for (size_t i = 0; i < n; i++)
        csv_text(csv, columns[i].column);
    csv_end(csv);
}

void columns_write(struct csv *csv)
{
    csv_header(csv, "columns.csv", false);
    for (size_t i = 0; i < N_COLUMNS; i++) {
        csv_text(csv, table[i].file);
        csv_text(csv, table[i].column);
        csv_text(csv, table[i].unit);
        csv_text(csv, table[i].meaning);
        csv_end(csv);
    }
}
