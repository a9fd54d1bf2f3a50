/* E = s * cap of the whole period - what was used of it - what was lost by the dates of a
 * schedule: a group that by a date has used less than a fraction of its initial part
 * loses a fraction of what is left then, or of the initial part, or so much that all that
 * was lost until then is a fraction of the initial part; at most what is left. Of several
 * lines of one date the largest loss counts.
 *
 * Use is known by month: within a month it counts evenly by days. The initial part is
 * taken from the capacity as it is known at the meeting, the schedule from the first
 * meeting on its day or later, and a period that began before the run loses nothing.
 * O(n_groups * lines * months of the period). */
#include "rule/ledger.h"
#include "rule/period.h"

#include <math.h>
#include <stdlib.h>

enum forfeit_of { OF_REST, OF_INITIAL, OF_TOTAL };
static const char *const ofs[] = {"rest", "initial", "total"};

struct line {
    int64_t month, day;
    double below_frac, lose_frac;
    int of; /* enum forfeit_of */
};

struct forfeit_settings {
    int period; /* enum period_length */
    int64_t first_month;
    struct setting_elements schedule; /* struct line */
};

static const struct setting line_table[] = {
    {"month", SETTING_INT, SETTING_REQUIRED, offsetof(struct line, month), .low = 1,
     .high = 12, .unit = "month of the year", .help = "of the date"},
    {"day", SETTING_INT, 0, offsetof(struct line, day), .fallback = 1, .low = 1,
     .high = 31, .unit = "day of the month", .help = "of the date"},
    {"below_frac", SETTING_FLOAT, SETTING_REQUIRED | SETTING_OPEN_LOW,
     offsetof(struct line, below_frac), .low = 0, .high = 1, .unit = "of the initial",
     .help = "who has used less than this by then loses"},
    {"lose_frac", SETTING_FLOAT, SETTING_REQUIRED | SETTING_OPEN_LOW,
     offsetof(struct line, lose_frac), .low = 0, .high = 1, .unit = "",
     .help = "how much of what `of` says"},
    {"of", SETTING_CHOICE, 0, offsetof(struct line, of), .fallback = OF_REST,
     .choices = ofs, .n_choices = 3, .unit = "",
     .help = "of what is left at the date; of the initial amount; or of the initial "
             "amount, all losses until then in total"},
};

static const char *judge_line(const void *element)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const struct line *line = element;
    return line->day > days[line->month - 1] ? "the date does not exist in every year"
                                             : NULL;
}

static const struct settings_list schedule = {
    .key = "schedule",
    .help = "what is lost by dates of every year: a list",
    .element = SETTINGS("schedule", line_table, struct line),
    .offset = offsetof(struct forfeit_settings, schedule),
    .judge = judge_line,
};

static const struct setting table[] = {
    {"period", SETTING_CHOICE, 0, offsetof(struct forfeit_settings, period),
     .fallback = PERIOD_YEAR, .choices = period_names, .n_choices = N_PERIODS - 1,
     .unit = "", .help = "how long a share can be used until it lapses"},
    {"first_month", SETTING_INT, 0, offsetof(struct forfeit_settings, first_month),
     .fallback = 1, .low = 1, .high = 12, .unit = "month of the year",
     .help = "in which a period begins; the others follow from it"},
};

/* A line whose day has come in this period. */
struct due {
    const struct line *line;
    size_t month; /* of the period, from 0 */
    double frac;  /* of that month, before the day */
};

static int by_date(const void *a, const void *b)
{
    const struct due *x = a, *y = b;
    if (x->month != y->month)
        return x->month < y->month ? -1 : 1;
    return x->frac < y->frac ? -1 : x->frac > y->frac;
}

static struct due *find_due(const struct docket *docket, const struct period *period,
                            const struct setting_elements *lines, struct arena *scratch,
                            size_t *n)
{
    struct due *due = ARENA_ARRAY(scratch, struct due, lines->n_items);
    *n = 0;
    for (size_t i = 0; i < lines->n_items && period->is_whole; i++) {
        const struct line *line = (const struct line *)lines->items + i;
        size_t month = (size_t)(line->month - period->start.month + 12) % 12;
        bool has_come = month < period->n_before ||
                        (month == period->n_before && line->day <= docket->date.day);
        double hours = month_hours(month_from(period->start, (int64_t)month));
        if (has_come)
            due[(*n)++] = (struct due){line, month, (double)(line->day - 1) * 24 / hours};
    }
    qsort(due, *n, sizeof *due, by_date);
    return due;
}

/* What a group used of the period before the day. */
static double used_before(const struct docket *docket, const struct period *period,
                          const struct due *due, size_t g)
{
    double used = 0;
    for (size_t m = 0; m <= due->month && m < period->n_before; m++) {
        size_t k = period->n_before - 1 - m;
        used += docket->history.used[k * docket->n_groups + g] *
                (m < due->month ? 1 : due->frac);
    }
    return used;
}

/* Who has used just enough is not to lose by the rounding of a sum. */
static const double noise = 1e-12;

/* What a line takes from a group that has lost so much and has so much left. A total may
 * be less than what was lost before. */
static double loss_of(const struct line *line, double initial, double left, double lost)
{
    double most = line->lose_frac * (line->of == OF_REST ? left : initial);
    return fmin(left, line->of == OF_TOTAL ? most - lost : most);
}

static double lost_hours(const struct docket *docket, const struct period *period,
                         const struct due *due, size_t n_due, size_t g, double initial)
{
    double lost = 0;
    for (size_t i = 0, end; i < n_due; i = end) {
        double used = used_before(docket, period, &due[i], g);
        double left = fmax(0, initial - used - lost), most = -INFINITY;
        for (end = i; end < n_due && by_date(&due[i], &due[end]) == 0; end++)
            if (used < due[end].line->below_frac * initial * (1 - noise))
                most = fmax(most, loss_of(due[end].line, initial, left, lost));
        lost += isfinite(most) ? most : 0;
    }
    return lost;
}

static void entitle(const struct docket *docket, const void *settings,
                    struct arena *scratch, double *entitled_hours)
{
    const struct forfeit_settings *s = settings;
    struct period period;
    size_t n_due;
    double *used = ARENA_ARRAY(scratch, double, docket->n_groups);
    period_find(docket, (enum period_length)s->period, s->first_month, &period);
    struct due *due = find_due(docket, &period, &s->schedule, scratch, &n_due);
    double capacity = period_capacity_hours(docket, &period);
    period_use(docket, &period, used);
    for (size_t g = 0; g < docket->n_groups; g++) {
        double initial = docket->share_frac[g] * capacity;
        double lost = lost_hours(docket, &period, due, n_due, g, initial);
        entitled_hours[g] = fmax(0, initial - lost - used[g]);
    }
}

const struct ledger_type ledger_forfeit = {
    .name = "forfeit",
    .summary = "as reset, less what is lost where too little is used by given dates",
    .settings = SETTINGS_WITH_LIST("forfeit", table, struct forfeit_settings, &schedule),
    .entitle = entitle,
};
