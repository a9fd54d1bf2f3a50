#include "support/conformance.h"

#include "support/dockets.h"
#include "support/promises.h"
#include "support/random_rules.h"
#include "support/scripts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct docket *docket_of_seed(uint64_t seed, const struct rule *rule,
                                     struct arena *arena)
{
    static const size_t sizes[] = {0, 1, 2, 3, 5, 9, 14, 40};
    struct dice dice = {seed};
    size_t n = sizes[dice_below(&dice, dice_chance(&dice, 0.2) ? 8 : 7)];
    struct docket *d =
        docket_random(dice_next(&dice), n, (unsigned)dice_below(&dice, 16), arena);
    if (rule->over == OVER_TREE && dice_chance(&dice, 0.3))
        docket_name_divisions(d, rule, dice_next(&dice), arena);
    return d;
}

static void conform(struct rule *rule, bool is_inert, uint64_t first_seed,
                    uint64_t n_dockets)
{
    struct arena arena, scratch;
    arena_init(&arena);
    arena_init(&scratch);
    bool is_slow = rule->divide->reads & READS_DOCKET; /* a script */
    uint64_t n = is_slow ? n_dockets / 4 : n_dockets;
    for (uint64_t seed = first_seed; seed < first_seed + n; seed++) {
        arena_reset(&arena);
        rule_vary(rule, seed, is_inert);
        struct scene scene = {.rule = rule, .arena = &arena};
        scene.docket = docket_of_seed(seed, rule, &arena);
        scene_play(&scene, &scratch);
        const char *wrong = scene.message ? scene.message : scene_broken_promise(&scene);
        if (!wrong)
            wrong = scene_depends_on_order(&scene, seed, &scratch);
        if (wrong)
            fail_msg("%s over %s, ledger %s, unit %d, inertia %d, seed %llu: %s",
                     rule->divide->name, rule->over == OVER_TREE ? "tree" : "projects",
                     ledgers[rule->ledger]->name, (int)rule->unit_gpus, is_inert,
                     (unsigned long long)seed, wrong);
    }
    arena_release(&arena);
    arena_release(&scratch);
}

void check_conformance(uint64_t n_dockets)
{
    static const int units[] = {0, 1, 8};
    struct arena arena;
    struct rule rule;
    arena_init(&arena);
    rule_init(&rule, &arena);
    struct script script;
    assert_true(script_give(&rule, &script, max_min_script, &arena));
    size_t n_run = 0;
    for (rule.division = 0; rule.division < (int)n_divisions; rule.division++)
        for (rule.over = OVER_PROJECTS; rule.over <= OVER_TREE; rule.over++)
            for (rule.ledger = 0; rule.ledger < (int)n_ledgers; rule.ledger++) {
                rule_refresh(&rule);
                if (rule_clash(&rule, &arena)) /* its words: test_award_parts.c */
                    continue;
                for (int k = 0; k < 6; k++) {
                    rule.unit_gpus = units[k / 2];
                    conform(&rule, k % 2, 1000000 * n_run++, n_dockets);
                }
            }
    assert_true(n_run > 100);
    arena_release(&arena);
}
