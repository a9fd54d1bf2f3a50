/* Who gains and who loses: the table of teams, the rows first that matter most. */
#include "base/memory.h"
#include "study/report_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_TEAMS = 16,    /* in the table on the page */
    MOST_OF_A_SIDE = 6, /* of more: the furthest ahead and behind */
    MOST_FOLDED = 400   /* in the table that is folded away */
};

static const struct {
    const char *word;
    enum cell_tone tone;
} verdicts[] = {[VERDICT_GAINS] = {"gains", TONE_GOOD},
                [VERDICT_LOSES] = {"loses", TONE_BAD},
                [VERDICT_UNCLEAR] = {"no clear difference", TONE_SOFT},
                [VERDICT_NONE] = {"needs nothing", TONE_SOFT}};

/* Who gains, the most first; who loses, the most first; the others. */
static int by_verdict(const void *a, const void *b)
{
    const struct report_subject *x = *(const struct report_subject *const *)a;
    const struct report_subject *y = *(const struct report_subject *const *)b;
    enum verdict u = report_verdict(x), v = report_verdict(y);
    if (u != v)
        return u < v ? -1 : 1;
    double p = fabs(x->against.mean), q = fabs(y->against.mean);
    if (p > q || q > p)
        return p > q ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void add_teams(struct report *report, const struct report_subject *const *teams,
                      size_t n, const char *caption)
{
    static const struct document_column columns[] = {
        {"Team", COLUMN_NAME},
        {"People", COLUMN_NUMBER},
        {"GPU-hours used", COLUMN_NUMBER},
        {"Of all use", COLUMN_NUMBER},
        {"Need met, %", COLUMN_NUMBER},
        {"95 % interval", COLUMN_NUMBER},
        {"Against all, points", COLUMN_NUMBER},
        {"95 % interval", COLUMN_NUMBER},
        {"Verdict", COLUMN_TEXT}};
    static const int of_one_run[] = {0, 1, 2, 3, 4, 6, 8};
    struct document_column shown[9];
    bool has_many = report->run->replications > 1;
    size_t n_columns = has_many ? 9 : 7;
    for (size_t c = 0; c < n_columns; c++)
        shown[c] = columns[has_many ? c : (size_t)of_one_run[c]];
    struct document *doc = report->doc;
    struct document_table *t = document_table(doc, caption, shown, n_columns);
    for (size_t i = 0; i < n; i++) {
        const struct report_subject *team = teams[i];
        const struct summary *against = &team->against;
        const json_t *people = json_object_get(team->settings, "people");
        double used = report_mean(team->used), all = report_mean(report->used);
        enum verdict verdict = report_verdict(team);
        document_cell(doc, t, "%s", team->name)->swatch =
            report_swatch(report, team->name);
        report_put_figure(doc, t, people ? (double)json_integer_value(people) : NAN,
                          FIGURE_COUNT);
        report_put_figure(doc, t, used, FIGURE_COUNT);
        report_put_figure(doc, t, all > 0 ? used / all : NAN, FIGURE_PERCENT);
        report_put_tenths(doc, t, report_mean(team->fill), false);
        if (has_many && team->fill)
            report_put_interval(doc, t, team->fill->summary.ci_low,
                                team->fill->summary.ci_high, false);
        else if (has_many)
            document_cell(doc, t, "\u2013");
        report_put_tenths(doc, t, against->mean, true);
        if (has_many)
            report_put_interval(doc, t, against->ci_low, against->ci_high, true);
        document_cell(doc, t, "%s", verdicts[verdict].word)->tone =
            verdicts[verdict].tone;
    }
}

/* Of many teams those that are furthest from the rest. */
static size_t pick_ends(const struct report_subject *const *all, size_t n,
                        const struct report_subject **ends)
{
    size_t n_ends = 0, n_of[VERDICT_NONE + 1] = {0};
    for (size_t i = 0; i < n; i++)
        if (report_verdict(all[i]) <= VERDICT_LOSES &&
            n_of[report_verdict(all[i])]++ < MOST_OF_A_SIDE)
            ends[n_ends++] = all[i];
    return n_ends;
}

void report_teams(struct report *report)
{
    struct document *doc = report->doc;
    size_t n = report->n_teams;
    const struct report_subject **sorted = MEM_ARRAY(const struct report_subject *, n);
    const struct report_subject **ends = MEM_ARRAY(const struct report_subject *, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &report->teams[i];
    qsort(sorted, n, sizeof *sorted, by_verdict);
    if (n <= MOST_TEAMS) {
        add_teams(report, sorted, n, "Teams");
    } else {
        size_t n_ends = pick_ends(sorted, n, ends);
        if (n_ends > 0)
            add_teams(report, ends, n_ends, "Teams that gain most and lose most");
        document_fold(doc, "All teams");
        add_teams(report, sorted, n < MOST_FOLDED ? n : MOST_FOLDED,
                  n <= MOST_FOLDED ? "All teams"
                                   : "Teams; the others stand in outcomes.csv");
        document_fold_end(doc);
    }
    mem_free(sorted);
    mem_free(ends);
    prose_words(document_paragraph(doc, STYLE_NOTE),
                "Need met is the part of what a team needs that it is granted. A team "
                "gains or loses against all teams together, in percentage points%s",
                report->run->replications > 1 && report->is_random
                    ? " within the same run; a word stands where the interval does not "
                      "span zero."
                    : ". There is no interval here, so a word stands only where the "
                      "difference is five points or more.");
}
