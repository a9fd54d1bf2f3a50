/* What was before the first day. A run that is cut in two goes on in the second part as
 * it would have gone on, where what was is put as its opening and the model remembers
 * nothing else. */
#include "base/seconds.h"
#include "support/trials.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { N_TEAMS = 3, N_BEFORE = 6, N_AFTER = 6 };

static const char *const teams[N_TEAMS] = {"A", "B", "C"};
static const char *const months[] = {"01", "02", "03", "04", "05", "06",
                                     "07", "08", "09", "10", "11", "12"};

/* What each wants, by month of the year: it differs, so that the past does. */
static double demand(size_t team, size_t month)
{
    static const double gpus[N_TEAMS][3] = {{90, 60, 20}, {30, 80, 70}, {50, 10, 65}};
    return gpus[team][(month + team * month / 2) % 3];
}

/* The year from a month on. */
static void write_scenario(struct text *out, size_t first, const char *rule,
                           const char *opening)
{
    text_printf(out,
                "start = '2023-%s-01'; months = %zu; pools = ( { name = 'p'; gpus = 100; "
                "} ); rule = { unit_gpus = 0; %s }; organisation = ( { name = 'L'; "
                "teams = (",
                months[first], 12 - first, rule);
    for (size_t t = 0; t < N_TEAMS; t++) {
        text_printf(out,
                    "%s { name = '%s'; share = %zu; people = 5; exploration = ( { "
                    "priority = 0.%zu; gpus = (",
                    t ? "," : "", teams[t], t + 1, 3 * t + 2);
        for (size_t m = first; m < 12; m++)
            text_printf(out, "%s { from = '2023-%s-01'; value = %g; }",
                        m > first ? "," : "", months[m], demand(t, m));
        text_append(out, " ); } ); }");
    }
    text_printf(out, " ); } ); %s", opening);
}

static void run_from(struct trial *t, size_t first, const char *rule, const char *opening)
{
    struct text text;
    text_init(&text);
    write_scenario(&text, first, rule, opening);
    trial_run(t, "%s", text.bytes);
    text_release(&text);
}

static const struct claim_row *claim_of(const struct trial *t, size_t team, size_t month)
{
    return trial_claim(t, teams[team], "p", month);
}

/* Months at whose end the claim had less than it had asked for, without a break. */
static size_t months_unfilled(const struct trial *t, size_t team, size_t until)
{
    size_t n = 0;
    while (n < until && claim_of(t, team, until - 1 - n)->granted_gpus <
                            claim_of(t, team, until - 1 - n)->requested_gpus * (1 - 1e-9))
        n++;
    return n;
}

/* The state after N_BEFORE months, as the opening of what follows. */
static void write_opening(struct text *out, const struct trial *t, bool has_accounts)
{
    text_append(out, "opening = { past = (");
    for (size_t m = 0; m < N_BEFORE; m++)
        for (size_t k = 0; k < N_TEAMS; k++) {
            double hours =
                (t->s->calendar.month_at_s[m + 1] - t->s->calendar.month_at_s[m]) / 3600;
            text_printf(out,
                        "%s { group = '%s'; months_back = %zu; used_gpu_hours = %.17g; "
                        "granted_gpu_hours = %.17g; }",
                        m + k ? "," : "", teams[k], N_BEFORE - m,
                        trial_cell(t, "teams.csv", teams[k], "used_gpu_hours", m),
                        trial_cell(t, "teams.csv", teams[k], "granted_gpus", m) * hours);
        }
    text_append(out, " ); grants = (");
    for (size_t k = 0; k < N_TEAMS; k++)
        text_printf(out, "%s { team = '%s'; gpus = %.17g; months_unfilled = %zu; }",
                    k ? "," : "", teams[k], claim_of(t, k, N_BEFORE - 1)->granted_gpus,
                    months_unfilled(t, k, N_BEFORE));
    text_append(out, " ); ");
    for (size_t k = 0; k < N_TEAMS && has_accounts; k++)
        text_printf(out, "%s { group = '%s'; balance = %.17g; }%s",
                    k ? "," : "accounts = (", teams[k],
                    trial_cell(t, "groups.csv", teams[k], "credits", N_BEFORE - 1),
                    k + 1 == N_TEAMS ? " ); " : "");
    text_append(out, "};");
}

/* The largest difference in what teams were granted, of the year from the cut on. */
static double largest_difference(const struct trial *whole, const struct trial *part)
{
    double most = 0;
    for (size_t m = 0; m < N_AFTER; m++)
        for (size_t k = 0; k < N_TEAMS; k++)
            most = fmax(most, fabs(claim_of(whole, k, N_BEFORE + m)->granted_gpus -
                                   claim_of(part, k, m)->granted_gpus));
    return most;
}

static void check_cut(const char *rule, bool has_accounts)
{
    struct trial whole, part, blank;
    struct text opening;
    run_from(&whole, 0, rule, "");
    text_init(&opening);
    write_opening(&opening, &whole, has_accounts);
    run_from(&part, N_BEFORE, rule, opening.bytes);
    run_from(&blank, N_BEFORE, rule, "");
    if (largest_difference(&whole, &part) > 1e-6)
        fail_msg("%s: goes on otherwise, by %g GPUs", rule,
                 largest_difference(&whole, &part));
    if (largest_difference(&whole, &blank) < 1)
        fail_msg("%s: the past does not matter", rule);
    text_release(&opening);
    trial_release(&whole);
    trial_release(&part);
    trial_release(&blank);
}

static void test_ledger(void **state)
{
    (void)state;
    check_cut("divide = 'max-min'; over = 'tree'; ledger = 'decay';", false);
    check_cut("divide = 'max-min'; over = 'tree'; ledger = 'reset'; reset = { period = "
              "'year'; }; beyond = 'none';",
              false);
    check_cut("divide = 'weighted'; score = { weights = { fair_share = 1.0; priority = "
              "0.0; }; };",
              false);
    /* With a lag some of what was granted is not used, where less is wanted by then. */
    check_cut("divide = 'weighted'; score = { weights = { track_record = 1.0; priority = "
              "0.1; }; }; }; council = { lag_days = 10.0;",
              false);
    check_cut("divide = 'quota'; over = 'tree'; quota = { k = 1.0; };", false);
}

static void test_grants(void **state)
{
    (void)state;
    check_cut("divide = 'weighted'; inertia = { step_frac = 0.05; };", false);
    check_cut("divide = 'ranked'; score = { weights = { age = 0.5; priority = 1.0; }; };",
              false);
}

static void test_accounts(void **state)
{
    (void)state;
    check_cut("divide = 'credits'; over = 'tree'; credits = { initial = 3.0; };", true);
    check_cut("divide = 'auction'; over = 'tree'; auction = { carry_frac = 1.0; };",
              true);
}

/* Grants stand until those of the first meeting come into force: for ten days of January
 * 40 of 50 GPUs, then all that is wanted. Months that are not stated are offered what the
 * pools have: half a year at 50 GPUs, of which group L used 10,000 GPU-hours a month ago,
 * is the entitlement of a year under `reset` less what was used. */
static void test_lag(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t,
              "start = '2024-07-01'; months = 2; pools = ( { name = 'p'; gpus = 50; } "
              "); council = { lag_days = 10.0; }; teams = ( { name = 'L'; people = 1; "
              "exploration = ( { gpus = 50.0; } ); } ); rule = { unit_gpus = 0; "
              "divide = 'max-min'; over = 'tree'; ledger = 'reset'; reset = { period = "
              "'year'; }; }; opening = { past = ( { group = 'L'; months_back = 6; "
              "used_gpu_hours = 0.0; }, { group = 'L'; months_back = 1; "
              "used_gpu_hours = 10000.0; } ); grants = ( { team = 'L'; gpus = 40.0; } "
              "); };");
    assert_near(trial_cell(&t, "teams.csv", "L", "granted_gpus", 0),
                (10 * 40 + 21 * 50) / 31.0, 1e-9);
    assert_near(trial_cell(&t, "groups.csv", "L", "entitled_gpu_hours", 0),
                50.0 * 366 * 24 - 10000, 1e-6);
    trial_release(&t);
}

/* ---- people and projects ---- */

/* Work of one team, whose people build slower the less it got: what is left, how far it
 * is, and what they remember decide when it is released. */
static const char work_text[] =
    "start = '2023-%s-01'; months = 24; pools = ( { name = 'p'; gpus = 100; } );"
    "teams = ( { name = 'A'; people = 4; exploration = ( { gpus = 80.0; } ); },"
    "          { name = 'B'; people = 1; exploration = ( { gpus = 90.0; } ); } );"
    "projects = ( { name = 'x'; team = 'A'; stages = ("
    "    { do = 'build'; person_months = 6.0; },"
    "    { do = 'train'; gpu_hours = 60000.0; max_gpus = 60; },"
    "    { do = 'wait'; days = 60.0; },"
    "    { do = 'build'; person_months = 12.0; } ); } );"
    "people = { grievance = 3.0; layoff = 0.8; productivity_loss = 1.0; };"
    "happenings = ( { at = '2023-02-10'; do = 'layoff'; fraction = 0.0; } );"
    "rule = { unit_gpus = 0; divide = 'max-min'; }; %s";

/* What stood at the end of a month is the opening of what follows. A month's grievance is
 * that with which it began. */
static void check_work(size_t cut, int stage)
{
    struct trial whole, part, blank;
    char opening[600];
    trial_run(&whole, work_text, "01", "");
    double cut_s = whole.s->calendar.month_at_s[cut];
    double since_s = 0;
    for (size_t i = 0; i < whole.r.n_events; i++)
        if (whole.r.events[i].event == EVENT_STAGE && whole.r.events[i].at_s < cut_s)
            since_s = whole.r.events[i].at_s;
    double left = trial_cell(&whole, "projects.csv", "x", "left_gpu_hours", cut - 1);
    double done = stage == 2 ? 1 - left / 60000 : (cut_s - since_s) / (60 * 86400.0);
    snprintf(opening, sizeof opening,
             "opening = { people = ( { team = 'A'; grievance = %.17g; layoff_days_ago = "
             "%.17g; } ); projects = ( { project = 'x'; stage = %d; done_frac = %.17g; "
             "started = '2023-01-01'; } ); };",
             trial_cell(&whole, "teams.csv", "A", "grievance", cut),
             (cut_s - 40 * 86400.0) / 86400, stage, done);
    trial_run(&part, work_text, months[cut], opening);
    trial_run(&blank, work_text, months[cut], "");
    double released_s = trial_released_s(&whole, "x");
    assert_near(trial_released_s(&part, "x") + cut_s, released_s, 1);
    assert_true(fabs(trial_released_s(&blank, "x") + cut_s - released_s) > 86400);
    assert_near(trial_outcome(&part, "gpu_hours_used", "project", "x", ""), left, 1e-3);
    assert_string_equal(trial_event(&part, EVENT_START, "x", 0)->detail,
                        "goes on from before");
    trial_release(&whole);
    trial_release(&part);
    trial_release(&blank);
}

static void test_work(void **state)
{
    (void)state;
    check_work(3, 2);
    check_work(5, 3);
}

/* Rates of the first day: three left ten days ago, of whom two are recent; a leader left
 * in the month before last; somebody has no part in it. */
static void test_moods(void **state)
{
    struct loaded loaded;
    struct arena arena;
    struct world w;
    (void)state;
    loaded_from(
        &loaded,
        "start = \"2025-01-01\"; months = 12;\n"
        "pools = ( { name = \"p\"; gpus = 8; } );\n"
        "teams = ( { name = \"A\"; people = 3; }, { name = \"B\"; } );\n"
        "people = { turnover_per_year = 0.1; contagion = 0.2; leader_pulse = 0.7; "
        "cancelled = 0.4; grievance = 1.0; named = ( { name = \"r\"; team = "
        "\"A\"; } ); };\n"
        "opening = {\n"
        "  people = ( { person = \"r\"; grievance = 0.5; },\n"
        "    { team = \"A\"; grievance = 0.25; cancelled_days_ago = 182.0;\n"
        "      leader_left_months_ago = 2; } );\n"
        "  departures = ( { team = \"A\"; days_ago = 10.0; people = 2; },\n"
        "    { team = \"A\"; days_ago = 200.0; } );\n"
        "};\n",
        NULL);
    if (!loaded.is_loaded)
        fail_msg("%s", loaded.messages);
    arena_init(&arena);
    world_init(&w, &loaded.s, &arena);
    world_refresh_people(&w);
    world_check(&w);
    double year_s = 12 * SECONDS_PER_MONTH, base = -log(0.9) * (1 + 2 * 0.2);
    for (size_t i = 0; i < w.n_persons; i++) {
        bool is_r = strcmp(w.persons[i].name, "r") == 0;
        double exponent = is_r ? 0.5 : 0.25 + 0.4 + 0.7;
        assert_near(w.persons[i].rate * year_s, base * exp(exponent), 1e-12);
    }
    assert_same(w.team_states[0].next_expiry_s, SECONDS_PER_DAY);
    assert_int_equal(w.team_states[0].n_left, 0);
    arena_release(&arena);
    loaded_release(&loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ledger),   cmocka_unit_test(test_grants),
        cmocka_unit_test(test_accounts), cmocka_unit_test(test_lag),
        cmocka_unit_test(test_work),     cmocka_unit_test(test_moods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
