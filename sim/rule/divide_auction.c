/* A clock auction at one price for all (Ausubel and Milgrom, "Ascending auctions with
 * package bidding", 2002; for compute Stokely and others, "Using a market economy to
 * provision compute resources across planet-wide clusters", 2009), with divisible GPUs.
 * The clock starts at the reserve price and rises while more is asked for than there is.
 * A bidder asks for what it wants, as far as its money goes, and for nothing once the
 * price is above what a GPU is worth to it (gpu_value; not stated: any price). Where the
 * clock stops as bidders drop out, they share what those that go on leave.
 *
 * Each group has an account of money on each pool, at each level of the tree. At the
 * start of every period it is paid its budget, which is its part by budgets of the pool,
 * or of what the group above has got, for the whole period at a price of 1; of what it
 * did not spend in the one before a part may carry. At a meeting it spends at most what
 * is left for it when the rest of the period gets as much, or all. A grant of one GPU for
 * a month costs the price.
 *
 * A floor is had in any case: what it guarantees beyond what the group's money buys is
 * free. Below the reserve price nothing is sold, so GPUs may stay idle; at a price of 0
 * those without money share what is left. Cost: O(n log n). */
#include "rule/divide.h"
#include "rule/fill.h"

#include <math.h>
#include <stdlib.h>

enum spend { SPEND_EVENLY, SPEND_ALL };

static const char *const spends[] = {"evenly", "all"};

struct auction_settings {
    double reserve_price;
    int64_t period_months;
    double carry_frac;
    int spend;
};

static const struct setting table[] = {
    {"reserve_price", SETTING_FLOAT, SETTING_DATED,
     offsetof(struct auction_settings, reserve_price), .fallback = 0.25, .low = 0,
     .high = 1000, .unit = "",
     .help = "of a GPU-month, below which none is sold; 1: what all budgets pay for all"},
    {"period_months", SETTING_INT, 0, offsetof(struct auction_settings, period_months),
     .fallback = 3, .low = 1, .high = 120, .unit = "months",
     .help = "budgets are paid at the start of each such period"},
    {"carry_frac", SETTING_FLOAT, SETTING_DATED,
     offsetof(struct auction_settings, carry_frac), .fallback = 0, .low = 0, .high = 1,
     .unit = "of what is unspent", .help = "goes on into the next period"},
    {"spend", SETTING_CHOICE, 0, offsetof(struct auction_settings, spend),
     .choices = spends, .n_choices = 2, .unit = "",
     .help = "at a meeting: what leaves as much for the others of the period, or all"},
};

/* Budgets are paid in at the meetings, that of the first month among them; where an
 * auction comes into force later, what is left of the period is paid then. */
static double account_at_start(const void *settings, double share_frac,
                               double capacity_gpus)
{
    (void)settings;
    (void)share_frac;
    (void)capacity_gpus;
    return NAN;
}

struct bidder {
    double limit; /* what a GPU is worth to it */
    size_t party;
};

struct auction {
    const struct divide_input *in;
    const struct auction_settings *settings;
    double *accounts;       /* by party, after what is paid in */
    double *money;          /* by party: to spend on a GPU until the next meeting */
    struct bidder *bidders; /* by falling limit */
    double *grants;
};

static int by_limit(const void *a, const void *b)
{
    const struct bidder *x = a, *y = b;
    if (x->limit != y->limit)
        return x->limit > y->limit ? -1 : 1;
    return x->party < y->party ? -1 : x->party > y->party;
}

static double budget_of(const struct party *party)
{
    return party->budget > 0 ? party->budget : party->share;
}

/* Pays budgets for the periods that have begun since the last meeting, and sets apart
 * what is to be spent now. The first meeting is that of the first month. */
static void open_accounts(struct auction *a)
{
    const struct divide_input *in = a->in;
    size_t period = (size_t)a->settings->period_months, every = in->every_months;
    size_t now = in->month / period, left = period - in->month % period;
    bool is_first = in->month < every;
    size_t n_paid = is_first ? now + 1 : now - (in->month - every) / period;
    double carry = is_first ? 1 : a->settings->carry_frac, sum = 0;
    size_t n_meetings = a->settings->spend == SPEND_ALL ? 1 : (left + every - 1) / every;
    for (size_t i = 0; i < in->n_parties; i++)
        sum += budget_of(&in->parties[i]);
    for (size_t i = 0; i < in->n_parties; i++) {
        double part = budget_of(&in->parties[i]) / sum;
        bool is_new = isnan(in->accounts[i]), is_late = is_new && !is_first;
        a->accounts[i] = is_late  ? part * in->capacity_gpus[0] * (double)left
                         : is_new ? 0
                                  : in->accounts[i];
        for (size_t k = 0; k < n_paid && !is_late; k++)
            a->accounts[i] =
                a->accounts[i] * carry + part * in->capacity_gpus[0] * (double)period;
        a->money[i] = larger(0, a->accounts[i]) / (double)n_meetings / (double)every;
    }
}

static double asked_at(const struct auction *a, size_t party, double price)
{
    const struct divide_input *in = a->in;
    double most = price > 0 ? a->money[party] / price : INFINITY;
    return larger(in->floor_gpus[party], smaller(in->want_gpus[party], most));
}

/* All that is asked for at a price by the first n bidders, and the others' floors. */
static double asked_by(const struct auction *a, size_t n, double price)
{
    double sum = 0;
    for (size_t k = 0; k < a->in->n_parties; k++) {
        size_t i = a->bidders[k].party;
        sum += k < n ? asked_at(a, i, price) : a->in->floor_gpus[i];
    }
    return sum;
}

/* Shares out what the others leave among the bidders from first to n, by their money;
 * returns the price at which they ask for just that, 0 where all get what they want. */
static double share(const struct auction *a, size_t first, size_t n, double least_price)
{
    const struct divide_input *in = a->in;
    size_t n_sharing = n - first;
    double *lo = ARENA_ARRAY(in->scratch, double, 4 * n_sharing);
    double *hi = lo + n_sharing, *weight = hi + n_sharing, *out = weight + n_sharing;
    double capacity = in->capacity_gpus[0], floors = 0;
    for (size_t k = 0; k < in->n_parties; k++)
        if (k < first || k >= n)
            capacity -= a->grants[a->bidders[k].party];
    for (size_t k = first; k < n; k++) {
        size_t i = a->bidders[k].party;
        lo[k - first] = in->floor_gpus[i];
        hi[k - first] = asked_at(a, i, least_price);
        weight[k - first] = a->money[i];
        floors += lo[k - first];
    }
    /* Beside a large pool rounding must not cost a small floor. */
    double level = fill(larger(floors, capacity), n_sharing, lo, hi, weight, out);
    for (size_t k = first; k < n; k++)
        a->grants[a->bidders[k].party] = out[k - first];
    return isfinite(level) && level > 0 ? 1 / level : 0;
}

/* Where the bidders whose limit is that of bidder k end. */
static size_t end_of_tie(const struct auction *a, size_t k)
{
    double limit = a->bidders[k].limit;
    while (k < a->in->n_parties && a->bidders[k].limit == limit)
        k++;
    return k;
}

/* The number of bidders that the clock leaves in: it passes the limits of all after them.
 * It does so at each limit at which those above it ask for more than there is. */
static size_t count_bidders(const struct auction *a)
{
    const struct divide_input *in = a->in;
    size_t n = 0, end = in->n_parties; /* the first n are in, those from `end` are not */
    while (end > 0 && a->bidders[end - 1].limit < a->settings->reserve_price)
        end--;
    while (n < end) {
        size_t middle = n + (end - n) / 2;
        double limit = a->bidders[middle].limit;
        size_t first = middle;
        while (first > n && a->bidders[first - 1].limit == limit)
            first--;
        if (isinf(limit) || asked_by(a, first, limit) <= in->capacity_gpus[0])
            n = end_of_tie(a, middle) < end ? end_of_tie(a, middle) : end;
        else
            end = first;
    }
    return n;
}

/* Runs the clock; returns where it stops. */
static double clear(const struct auction *a)
{
    const struct divide_input *in = a->in;
    double reserve = a->settings->reserve_price;
    for (size_t i = 0; i < in->n_parties; i++)
        a->grants[i] = in->floor_gpus[i];
    size_t n = count_bidders(a), first = n;
    if (n == 0)
        return reserve;
    double limit = a->bidders[n - 1].limit;
    double price = larger(reserve, share(a, 0, n, reserve));
    if (price <= limit)
        return price;
    while (first > 0 && a->bidders[first - 1].limit == limit)
        first--;
    for (size_t k = 0; k < first; k++)
        a->grants[a->bidders[k].party] = asked_at(a, a->bidders[k].party, limit);
    share(a, first, n, limit);
    return limit;
}

static void divide(const struct divide_input *in, double *grants)
{
    size_t n = in->n_parties;
    struct auction a = {.in = in,
                        .settings = in->settings,
                        .accounts = ARENA_ARRAY(in->scratch, double, n),
                        .money = ARENA_ARRAY(in->scratch, double, n),
                        .bidders = ARENA_ARRAY(in->scratch, struct bidder, n),
                        .grants = grants};
    open_accounts(&a);
    for (size_t i = 0; i < n; i++) {
        bool is_stated = in->gpu_value && in->gpu_value[i] > 0;
        a.bidders[i] = (struct bidder){is_stated ? in->gpu_value[i] : INFINITY, i};
    }
    qsort(a.bidders, n, sizeof *a.bidders, by_limit);
    double price = clear(&a);
    for (size_t i = 0; i < n && in->next_accounts; i++)
        in->next_accounts[i] = a.accounts[i] - smaller(price * grants[i], a.money[i]) *
                                                   (double)in->every_months;
    if (in->prices)
        in->prices[0] = price;
}

const struct divide_type divide_auction = {
    .name = "auction",
    .summary = "one rising price for all until what is asked for fits; budgets by period",
    .settings = SETTINGS("auction", table, struct auction_settings),
    .reads = READS_SHARES | READS_HISTORY | READS_BUDGETS | READS_VALUES,
    .breaks = BREAKS_NO_WASTE,
    .over_groups = true,
    .account_at_start = account_at_start,
    .divide = divide,
};
