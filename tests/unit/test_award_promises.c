/* What every award promises is looked at after it is made: an award that breaks one is
 * found, and so is a division that does. */
#include "rule/award_work.h"
#include "support/awards.h"

#include <string.h>

/* Claims of two teams on 100 GPUs; b needs at least 20. */
static const struct docket_row rows[] = {{.name = "a", .request = 60, .score = .5},
                                         {.name = "b", .request = 60, .min = 20}};

/* ---- the award ---- */

/* An award of the two claims as it stands before it is checked. */
struct made {
    double grants[2], most[2], min, unit, capacity, limit_of_a;
    bool is_aside[2];
    double group_grants[3], group_limit[3], group_ceiling[3], kept[1];
    struct award_work w;
};

static void make_work(struct made *m)
{
    struct docket *d = docket_of_rows(m->capacity, rows, 2, &arena);
    double *ask = ARENA_ARRAY(&arena, double, 2), *min = ARENA_ARRAY(&arena, double, 2);
    m->w = (struct award_work){.docket = d,
                               .whole = d,
                               .rule = &rule,
                               .arena = &arena,
                               .scratch = &scratch,
                               .n = 2,
                               .grants = m->grants,
                               .hi = m->most,
                               .ask = memcpy(ask, m->most, sizeof m->most),
                               .min = min,
                               .unit = &m->unit,
                               .is_aside = m->is_aside,
                               .group_grants = m->group_grants,
                               .group_limit = m->group_limit,
                               .group_ceiling = m->group_ceiling,
                               .kept = m->kept};
    min[1] = m->min;
    for (size_t g = 0; g < 3; g++)
        m->group_limit[g] = m->group_ceiling[g] = INFINITY;
    if (m->limit_of_a > 0)
        m->group_limit[1] = m->limit_of_a;
    award_sort(&m->w);
}

/* Amounts of 60 and 60 asked for, of 100, the minimum 20, where nothing else stands. */
static void test_award(void **state)
{
    (void)state;
    static const struct {
        struct made made;
        const char *found; /* NULL: nothing is wrong */
    } cases[] = {
        {{.grants = {50, 50}}, NULL},
        {{.grants = {60, 40}}, NULL},
        {{.grants = {NAN, 50}}, "'a' on pool 'pool' is no amount"},
        {{.grants = {50, INFINITY}}, "'b' on pool 'pool' is no amount"},
        {{.grants = {-1, 50}}, "'a' on pool 'pool' is no amount"},
        {{.grants = {61, 39}}, "'a' on pool 'pool' got more than it may"},
        {{.grants = {60 * (1 + 2e-9), 40}}, "'a' on pool 'pool' got more than it may"},
        {{.grants = {60 * (1 + 5e-10), 40}}, NULL}, /* noise */
        {{.grants = {0, 120}, .most = {60, 150}}, "'b' on pool 'pool' got more than the"},
        {{.grants = {60, 19}}, "'b' on pool 'pool' got less than its minimum"},
        {{.grants = {60, 20}, .capacity = 80}, NULL},
        {{.grants = {44, 56}, .unit = 8}, "'a' on pool 'pool' got no whole units"},
        {{.grants = {40, 56}, .unit = 8}, NULL},
        {{.grants = {56, 56}, .unit = 8}, "112 GPUs of pool 'pool' were granted, it has"},
        {{.grants = {60, 60}}, "120 GPUs of pool 'pool' were granted, it has 100"},
        {{.grants = {60, 60}, .capacity = 120}, NULL},
        {{.grants = {50, 40}}, "'a' on pool 'pool' went without while GPUs stay idle"},
        {{.grants = {0, 56}, .most = {8 + AWARD_SLACK * 100, 56}, .unit = 8}, NULL},
        {{.grants = {0, 56}, .most = {9, 56}, .unit = 8}, "'a' on pool 'pool' went with"},
        {{.grants = {60, 30}}, "'b' on pool 'pool' went without while GPUs stay idle"},
        {{.grants = {60, 0}, .is_aside = {0, 1}, .min = 35},
         "'b' on pool 'pool' was ref"},
        {{.grants = {60, 0}, .is_aside = {0, 1}, .min = 45}, NULL},
        {{.grants = {60, 0}, .is_aside = {0, 1}, .min = 40}, NULL}, /* not beyond doubt */
        {{.grants = {60, 0}, .is_aside = {0, 1}, .most = {60, -1}},
         NULL}, /* never runs */
        {{.grants = {40, 60}, .limit_of_a = 40}, NULL},
        {{.grants = {40, 60}, .limit_of_a = 39}, "a group got more than its ceiling"},
        {{.grants = {40, 50}, .limit_of_a = 40}, "'b' on pool 'pool' went without"},
        {{.grants = {40, 60}, .limit_of_a = 40, .capacity = 120}, NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct made m = cases[k].made;
        open_rule("equal", OVER_PROJECTS, "none");
        arena_reset(&scratch);
        m.capacity = m.capacity > 0 ? m.capacity : 100;
        m.min = m.min > 0 ? m.min : 20;
        for (size_t i = 0; i < 2; i++)
            m.most[i] = m.most[i] < 0 ? 0 : m.most[i] > 0 ? m.most[i] : 60;
        make_work(&m);
        const char *found = award_check(&m.w);
        if (!found != !cases[k].found || (found && !strstr(found, cases[k].found)))
            fail_msg("case %d: %s", (int)k, found ? found : "nothing was found");
        if (found)
            assert_non_null(strstr(found, "rule 'equal' broke a promise in month 0: "));
    }
}

/* ---- a division ---- */

/* Gives a amounts[0] and b amounts[1], whatever they want. */
static double amounts[2];

static void divide(const struct divide_input *in, double *grants)
{
    for (size_t i = 0; i < in->n_parties; i++)
        grants[i] = amounts[strcmp(in->parties[i].name, "a") == 0 ? 0 : 1];
}

static void test_division(void **state)
{
    (void)state;
    static const struct {
        double amounts[2];
        unsigned breaks;
        const char *breach; /* NULL: none */
    } cases[] = {
        {{50, 50}, 0, NULL},
        {{61, 39}, 0, "'a' on pool 'pool' was given 61 of 60 GPUs"},
        {{39, 61}, 0, "'b' on pool 'pool' was given 61 of 60 GPUs"},
        {{-1, 60}, 0, "'a' on pool 'pool' was given -1 of 60 GPUs"},
        {{NAN, 60}, 0, "'a' on pool 'pool' was given nan of 60 GPUs"},
        {{60, 60}, 0, "'all' on pool 'pool' was given 120 of 100 GPUs"},
        {{60, 60}, BREAKS_POOL, NULL}, /* its record says so: scaled to the pool */
        {{50, 40},
         0,
         "claim 'a' on pool 'pool' went without while GPUs stay idle "
         "(grant 50, request 60, minimum 0)"},
        {{50, 40}, BREAKS_NO_WASTE, NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const struct divide_type broken = {.name = "broken",
                                           .breaks = cases[k].breaks,
                                           .over_projects = true,
                                           .over_groups = true,
                                           .divide = divide};
        for (int over = OVER_PROJECTS; over <= OVER_TREE; over++) {
            open_rule("equal", over, "none");
            rule.divide = &broken;
            memcpy(amounts, cases[k].amounts, sizeof amounts);
            struct docket *d = docket_of_rows(100, rows, 2, &arena);
            const char *breach = award_make(d, &rule, &award, NULL, &arena, &scratch);
            if (!cases[k].breach) {
                assert_null(breach);
                continue;
            }
            char *expected = arena_printf(
                &arena, "rule 'broken' broke a promise in month 0: %s", cases[k].breach);
            assert_string_equal(breach ? breach : "nothing was found", expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_award),
        cmocka_unit_test(test_division),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
