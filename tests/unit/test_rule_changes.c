/* The rule changes in the course of a run: grants by hand before and after, books that
 * rest and are found again, an auction that begins in mid-period; and what is said about
 * it. Happenings at random: their number, their streams. */
#include "study/rule_words.h"
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Two teams that want the whole pool of 100 each, with priorities 0.75 and 0.25 and
 * shares 1 and 3. */
static const char two_teams[] =
    "start = '2024-01-01'; months = 12; pools = ( { name = 'p'; gpus = 100; } );"
    "teams = ( { name = 'A'; people = 20; exploration = "
    "( { gpus = 100.0; priority = 0.75; } ); },"
    "{ name = 'B'; people = 20; share = 3.0; exploration = "
    "( { gpus = 100.0; priority = 0.25; } ); } );"
    "rule = { %s };"
    "happenings = ( %s );";

static double granted(const struct trial *t, const char *team, size_t month)
{
    return trial_claim(t, team, "p", month)->granted_gpus;
}

static double credits(const struct trial *t, const char *team, size_t month)
{
    return trial_cell(t, "groups.csv", team, "credits", month);
}

static void assert_words(const struct trial *t, bool has_over, const char *expected)
{
    struct text words;
    text_init(&words);
    rule_words(t->s, has_over, &words);
    assert_string_equal(words.bytes, expected);
    text_release(&words);
}

/* ---- grants ---- */

static const char changes[] =
    "{ at = '2024-03-01'; do = 'set'; path = 'rule.divide'; value = 'max-min'; },"
    "{ at = '2024-05-10'; do = 'set'; path = 'rule.over'; value = 'tree'; },"
    "{ at = '2024-07-01'; do = 'set'; path = 'rule.divide'; value = 'weighted'; },"
    "{ at = '2024-07-01'; do = 'set'; path = 'rule.over'; value = 'projects'; },"
    "{ at = '2024-08-01'; do = 'set'; path = 'rule.unit_gpus'; value = 8; },"
    "{ at = '2024-09-01'; do = 'set'; path = 'rule.ledger'; value = 'reset'; },"
    "{ at = '2024-09-01'; do = 'set'; path = 'rule.beyond'; value = 'none'; }";

/* The same as values by date. */
static const char by_date[] =
    "divide = ( { value = 'weighted'; }, { from = '2024-03-01'; value = 'max-min'; },"
    "{ from = '2024-07-01'; value = 'weighted'; } );"
    "over = ( { value = 'projects'; }, { from = '2024-05-10'; value = 'tree'; },"
    "{ from = '2024-07-01'; value = 'projects'; } );"
    "unit_gpus = ( { value = 0; }, { from = '2024-08-01'; value = 8; } );"
    "ledger = ( { value = 'none'; }, { from = '2024-09-01'; value = 'reset'; } );"
    "beyond = ( { value = 'divide'; }, { from = '2024-09-01'; value = 'none'; } );";

static void test_grants(void **state)
{
    (void)state;
    struct trial t, dated;
    trial_run(&t, two_teams, "divide = 'weighted'; unit_gpus = 0;", changes);
    assert_near(granted(&t, "A", 1), 75, 1e-9);
    assert_near(granted(&t, "A", 2), 25, 1e-9); /* by the owner's share */
    assert_near(granted(&t, "A", 5), 25, 1e-9);
    assert_near(granted(&t, "A", 6), 75, 1e-9);
    assert_near(granted(&t, "A", 7), 72, 0); /* 12 units of 8, of which A has 9 */
    assert_near(granted(&t, "B", 7), 24, 0);
    assert_same(trial_cell(&t, "groups.csv", "A", "entitled_gpu_hours", 7), NAN);
    /* A quarter of the month's GPU-hours, and nothing beyond. */
    assert_near(trial_cell(&t, "groups.csv", "A", "entitled_gpu_hours", 8), 25 * 720,
                1e-6);
    assert_near(granted(&t, "A", 8), 24, 0);
    assert_words(&t, false,
                 "weighted, from 2024-03-01 max-min, from 2024-07-01 weighted");
    assert_words(&t, true,
                 "weighted over projects, from 2024-03-01 max-min, from 2024-05-10 over "
                 "tree, from 2024-07-01 weighted over projects");
    trial_run(&dated, two_teams, by_date, "");
    for (size_t month = 0; month < 12; month++)
        assert_same(granted(&dated, "A", month), granted(&t, "A", month));
    assert_words(&dated, true,
                 "weighted over projects, from 2024-03-01 max-min, from 2024-05-10 over "
                 "tree, from 2024-07-01 weighted over projects");
    trial_release(&t);
    trial_release(&dated);
}

/* ---- books ---- */

/* B wants little and lends. */
#define MODEST_B                                                                         \
    "{ at = '2024-01-01'; do = 'set'; path = 'teams.B.exploration.gpus'; value = 30; }"

/* Credits rest while another division is in force: the run with a pause goes on after it
 * as the one without went on before it. */
static void test_credits_rest(void **state)
{
    (void)state;
    struct trial paused, whole;
    const char *rule = "divide = 'credits'; over = 'tree'; unit_gpus = 0; credits = { "
                       "initial = 20.0; };";
    trial_run(&whole, two_teams, rule, MODEST_B);
    trial_run(
        &paused, two_teams, rule,
        MODEST_B
        ", { at = '2024-04-01'; do = 'set'; path = 'rule.divide'; value = 'max-min'; "
        "}, { at = '2024-06-01'; do = 'set'; path = 'rule.divide'; value = "
        "'auction'; }, { at = '2024-08-01'; do = 'set'; path = 'rule.divide'; "
        "value = 'credits'; }");
    assert_true(credits(&whole, "A", 3) != credits(&whole, "A", 2));
    for (size_t month = 0; month < 3; month++)
        assert_same(credits(&paused, "A", month), credits(&whole, "A", month));
    assert_same(credits(&paused, "A", 3), NAN);
    for (size_t month = 7; month < 12; month++) {
        assert_same(credits(&paused, "A", month), credits(&whole, "A", month - 4));
        assert_same(granted(&paused, "B", month), granted(&whole, "B", month - 4));
    }
    trial_release(&paused);
    trial_release(&whole);
}

/* An auction that comes into force in February has money for the two months that are left
 * of the quarter: 100 GPUs for 2 months, a quarter of it A's, half of it spent at once.
 * Both want all, so the price is 1 and each buys its part. */
static void test_auction_begins(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, two_teams, "divide = 'max-min'; over = 'tree'; unit_gpus = 0;",
              "{ at = '2024-02-01'; do = 'set'; path = 'rule.divide'; value = 'auction'; "
              "}");
    assert_same(credits(&t, "A", 0), NAN);
    assert_near(trial_cell(&t, "pools.csv", "p", "price", 1), 1, 1e-9);
    assert_near(granted(&t, "A", 1), 25, 1e-9);
    assert_near(credits(&t, "A", 1), 25, 1e-9);
    assert_near(credits(&t, "A", 2), 0, 1e-9);
    assert_near(credits(&t, "B", 3), 75 * 2, 1e-9); /* the second quarter's */
    trial_release(&t);
}

/* ---- at random ---- */

static const char at_random[] =
    "start = '2024-01-01'; months = 12; pools = ( { name = 'p'; gpus = 100; } );"
    "teams = ( { name = 'A'; people = 40; exploration = ( { gpus = 100.0; } ); } );"
    "rule = { divide = '%s'; }; happenings = ( %s );";

static size_t count(const struct trial *t, enum event_kind event, const char *subject)
{
    size_t n = 0;
    while (trial_event(t, event, subject, n))
        n++;
    return n;
}

/* In 366 days a happening of 6 a year comes 6.0123 times on average, and the variance of
 * a Poisson number is its mean: over 2000 runs the mean is within 4 standard errors, and
 * so is the variance, whose standard error is about m sqrt(2/n). */
static void test_number(void **state)
{
    (void)state;
    enum { N = 2000 };
    struct trial t;
    double sum = 0, squares = 0, m = 6 * 366 / 365.25;
    trial_run(&t, at_random, "weighted",
              "{ per_year = 6.0; do = 'deliver'; pool = 'p'; gpus = 1; }");
    for (uint64_t r = 0; r < N; r++) {
        trial_repeat(&t, r);
        double n = (double)count(&t, EVENT_DELIVER, "p");
        sum += n;
        squares += n * n;
    }
    double mean = sum / N, variance = squares / N - mean * mean;
    assert_near(mean, m, 4 * sqrt(m / N));
    assert_near(variance, m, 4 * m * sqrt(2.0 / N) + 0.05 * m);
    trial_release(&t);
}

/* A stream of its own: other rules, and other happenings beside it, shift nothing. */
static void test_stream(void **state)
{
    (void)state;
    static const char *const beside[] = {
        "{ per_year = 9.0; do = 'deliver'; pool = 'p'; gpus = 1; }",
        "{ name = 'x'; per_year = 9.0; do = 'retire'; pool = 'p'; gpus = 1; }, "
        "{ per_year = 9.0; do = 'deliver'; pool = 'p'; gpus = 1; }",
    };
    struct trial a, b;
    trial_run(&a, at_random, "weighted", beside[0]);
    trial_run(&b, at_random, "equal", beside[1]);
    size_t n = count(&a, EVENT_DELIVER, "p");
    assert_true(n >= 2 && count(&b, EVENT_RETIRE, "p") >= 2);
    assert_int_equal(count(&b, EVENT_DELIVER, "p"), n);
    for (size_t i = 0; i < n; i++)
        assert_same(trial_event(&a, EVENT_DELIVER, "p", i)->at_s,
                    trial_event(&b, EVENT_DELIVER, "p", i)->at_s);
    assert_true(trial_event(&b, EVENT_RETIRE, "p", 0)->at_s !=
                trial_event(&b, EVENT_DELIVER, "p", 0)->at_s);
    trial_release(&a);
    trial_release(&b);
}

/* Each layoff draws lots anew: were they the same, only the first would cost anybody the
 * job. Of 40 people two layoffs of half leave about 10. */
static void test_lots(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, at_random, "weighted",
              "{ name = 'cuts'; per_year = 5.0; do = 'layoff'; fraction = 0.5; }");
    size_t n_hit = 0;
    for (size_t i = 0; trial_event(&t, EVENT_LAYOFF, "all", i); i++)
        n_hit += strncmp(trial_event(&t, EVENT_LAYOFF, "all", i)->detail, "0 ", 2) != 0;
    assert_true(n_hit >= 2);
    trial_release(&t);
}

static void test_words_at_random(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, at_random, "weighted",
              "{ per_year = 1.0; do = 'set'; path = 'rule.divide'; value = 'equal'; }");
    assert_words(&t, true, "weighted over projects, at random equal");
    trial_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grants),          cmocka_unit_test(test_credits_rest),
        cmocka_unit_test(test_auction_begins),  cmocka_unit_test(test_number),
        cmocka_unit_test(test_stream),          cmocka_unit_test(test_lots),
        cmocka_unit_test(test_words_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
