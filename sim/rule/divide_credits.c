/* Karma (Vuppalapati et al., OSDI 2023) with divisible GPUs: of a pool C, (1 - alpha) C
 * is guaranteed by share, the rest is common. Each round every group gets free credits,
 * its share of alpha C. Who wants less than its guarantee lends the rest; who wants more
 * borrows, a credit a GPU, as far as its credits go. Enough supply: everyone is served
 * and lenders earn, poorest first, before the common part is used. Not enough: the
 * richest borrowers first. With shares of 1/n and whole numbers this is the published
 * rule; "poorest first" and "richest first" one unit at a time become a common level. */
#include "rule/divide.h"
#include "rule/fill.h"

#include <math.h>
#include <stdlib.h>

struct credits_settings {
    double alpha;
    double initial;
};

static const struct setting table[] = {
    {"alpha", SETTING_FLOAT, SETTING_DATED, offsetof(struct credits_settings, alpha),
     .fallback = 0.5, .low = 0, .high = 1, .unit = "",
     .help = "part of the pool that is common; the rest is guaranteed by share"},
    {"initial", SETTING_FLOAT, 0, offsetof(struct credits_settings, initial),
     .fallback = 1000, .low = 0, .high = 1e6, .unit = "meetings",
     .help = "credits at the start, in meetings' worth of the group's share of the pool"},
};

static double account_at_start(const void *settings, double share_frac,
                               double capacity_gpus)
{
    const struct credits_settings *s = settings;
    return s->initial * share_frac * capacity_gpus;
}

struct vessel {
    double start;
    size_t party;
};

static int by_start(const void *a, const void *b)
{
    const struct vessel *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->party < y->party ? -1 : x->party > y->party;
}

/* Pours `amount` onto the lowest of starts[] up to one level, at most most[i] each.
 * Starts may be huge beside the amount, so heights are counted from the lowest, and a gap
 * above the brim of all that lies below it is closed: whoever is below is full by then.
 */
static void pour(double amount, size_t n, const double *starts, const double *most,
                 double *poured, struct arena *scratch)
{
    struct vessel *vessels = ARENA_ARRAY(scratch, struct vessel, n);
    double *lo = ARENA_ARRAY(scratch, double, n), *hi = ARENA_ARRAY(scratch, double, n);
    double *one = ARENA_ARRAY(scratch, double, n), *out = ARENA_ARRAY(scratch, double, n);
    double brim = 0, base = 0, room = 0, sum = 0;
    size_t n_open = 0;
    for (size_t i = 0; i < n; i++) {
        poured[i] = 0;
        if (most[i] > 0)
            vessels[n_open++] = (struct vessel){starts[i], i};
    }
    qsort(vessels, n_open, sizeof *vessels, by_start);
    for (size_t k = 0; k < n_open; k++) {
        double above = k > 0 ? vessels[k].start - vessels[k - 1].start : 0;
        lo[k] = k > 0 ? smaller(lo[k - 1] + above, brim) : 0;
        hi[k] = lo[k] + smaller(most[vessels[k].party], amount);
        one[k] = 1;
        base += lo[k];
        room += most[vessels[k].party];
        brim = larger(brim, hi[k]);
    }
    double level = fill(base + amount, n_open, lo, hi, one, out);
    for (size_t k = 0; k < n_open; k++) {
        size_t i = vessels[k].party;
        poured[i] = smaller(most[i], larger(0, level - lo[k]));
        sum += poured[i];
    }
    /* What rounding has added to or taken from the whole. */
    double scale = sum > 0 ? smaller(amount, room) / sum : 1;
    for (size_t i = 0; i < n; i++)
        poured[i] = smaller(most[i], poured[i] * scale);
}

static double sum_of_shares(const struct divide_input *in)
{
    double sum = 0;
    for (size_t i = 0; i < in->n_parties; i++)
        sum += in->parties[i].share;
    return sum;
}

/* The guaranteed part by share, where floors do not ask for more of it. */
static void fill_guarantees(const struct divide_input *in, double amount, double *out)
{
    size_t n = in->n_parties;
    double *hi = ARENA_ARRAY(in->scratch, double, n);
    double *weights = ARENA_ARRAY(in->scratch, double, n), floors = 0;
    for (size_t i = 0; i < n; i++) {
        hi[i] = larger(in->capacity_gpus[0], in->floor_gpus[i]);
        weights[i] = in->parties[i].share;
        floors += in->floor_gpus[i];
    }
    fill(larger(amount, floors), n, in->floor_gpus, hi, weights, out);
}

static void divide(const struct divide_input *in, double *grants)
{
    const struct credits_settings *settings = in->settings;
    size_t n = in->n_parties;
    struct arena *scratch = in->scratch;
    double *credits = ARENA_ARRAY(scratch, double, n);
    double *debts = ARENA_ARRAY(scratch, double, n);
    double *lent = ARENA_ARRAY(scratch, double, n);
    double *borrow = ARENA_ARRAY(scratch, double, n);
    double *changed = ARENA_ARRAY(scratch, double, n);
    double *guaranteed = ARENA_ARRAY(scratch, double, n);
    double capacity = in->capacity_gpus[0], shares = sum_of_shares(in);
    double used = 0, lendable = 0, wanted = 0, borrowed = 0;
    fill_guarantees(in, (1 - settings->alpha) * capacity, guaranteed);
    for (size_t i = 0; i < n; i++) {
        double part = in->parties[i].share / shares;
        credits[i] = in->accounts[i] + settings->alpha * capacity * part;
        debts[i] = -credits[i];
        grants[i] = smaller(in->want_gpus[i], guaranteed[i]);
        lent[i] = guaranteed[i] - grants[i];
        borrow[i] = smaller(in->want_gpus[i] - grants[i], larger(0, credits[i]));
        used += grants[i];
        lendable += lent[i];
        wanted += borrow[i];
    }
    double supply = settings->alpha * capacity + lendable;
    supply = smaller(supply, larger(0, capacity - used));
    pour(smaller(wanted, supply), n, debts, borrow, changed, scratch);
    for (size_t i = 0; i < n; i++) {
        grants[i] = smaller(grants[i] + changed[i], in->want_gpus[i]);
        credits[i] -= changed[i];
        borrowed += changed[i];
    }
    if (!in->next_accounts)
        return;
    pour(smaller(borrowed, lendable), n, credits, lent, changed, scratch);
    for (size_t i = 0; i < n; i++)
        in->next_accounts[i] = credits[i] + changed[i];
}

const struct divide_type divide_credits = {
    .name = "credits",
    .summary = "Karma: lending earns credits, borrowing above the guarantee costs them",
    .settings = SETTINGS("credits", table, struct credits_settings),
    .reads = READS_SHARES | READS_HISTORY,
    .breaks = BREAKS_NO_WASTE,
    .over_groups = true,
    .account_at_start = account_at_start,
    .divide = divide,
};
