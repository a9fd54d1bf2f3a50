/* Karma (Vuppalapati et al., OSDI 2023) with divisible GPUs: of a pool C, (1 - alpha) C
 * is guaranteed by share, the rest is common. Each round every group gets free credits,
 * its share of alpha C. Who wants less than its guarantee lends the rest; who wants more
 * borrows, a credit a GPU, as far as its credits go. Enough supply: everyone is served
 * and lenders earn, poorest first, before the common part is used. Not enough: the
 * richest borrowers first. With shares of 1/n and whole numbers this is the published
 * rule; "poorest first" and "richest first" one unit at a time become a common level. */
#include "rule/divide.h"
#include "rule/fill.h"
#include "rule/pour.h"

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
