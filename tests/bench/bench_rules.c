/* What a division of one pool among 100,000 claims costs, by division: the bare call,
 * then a whole award over projects. Prints "name value unit" a line, the best of several
 * rounds. */
#include "rule/award.h"
#include "support/dockets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { N_CLAIMS = 100000, N_ROUNDS = 3 };

static double clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

struct load {
    struct party *parties;
    double *want, *floor, *value, *task, *accounts, *next_accounts, *grants;
    double wanted;
    struct arena arena, scratch;
};

static void load_init(struct load *l)
{
    struct dice dice = {7};
    arena_init(&l->arena);
    arena_init(&l->scratch);
    l->parties = ARENA_ARRAY(&l->arena, struct party, N_CLAIMS);
    double **columns[] = {&l->want,     &l->floor,         &l->value, &l->task,
                          &l->accounts, &l->next_accounts, &l->grants};
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        *columns[k] = ARENA_ARRAY(&l->arena, double, N_CLAIMS);
    l->wanted = 0;
    for (size_t i = 0; i < N_CLAIMS; i++) {
        l->parties[i] = (struct party){.name = arena_printf(&l->arena, "p%06zu", i),
                                       .score = dice_uniform(&dice),
                                       .share = 0.01 + dice_uniform(&dice),
                                       .budget = 0.01 + dice_uniform(&dice),
                                       .usage_frac = dice_uniform(&dice) / N_CLAIMS,
                                       .class = (int64_t)dice_below(&dice, 3),
                                       .lot = 0.01 + dice_uniform(&dice),
                                       .pool_gpu_hours = 1e5 * dice_uniform(&dice),
                                       .other_hours = 1e4 * dice_uniform(&dice),
                                       .alone_hours = 1 + 1e4 * dice_uniform(&dice)};
        l->accounts[i] = 1000 * dice_uniform(&dice);
        l->want[i] = 1000 * dice_uniform(&dice);
        l->value[i] = 0.1 + dice_uniform(&dice);
        l->task[i] = 1 + (double)dice_below(&dice, 8);
        l->wanted += l->want[i];
    }
}

static double division_ms(struct load *l, const struct divide_type *type,
                          const void *settings)
{
    double best = INFINITY, capacity = 0.4 * l->wanted, price, residual = 0;
    struct rule_fault fault = {.message = NULL};
    struct divide_input in = {.n_parties = N_CLAIMS,
                              .n_pools = 1,
                              .parties = l->parties,
                              .capacity_gpus = &capacity,
                              .want_gpus = l->want,
                              .floor_gpus = l->floor,
                              .gpu_value = l->value,
                              .task_gpus = l->task,
                              .every_months = 1,
                              .prices = &price,
                              .residual = &residual,
                              .fault = &fault,
                              .settings = settings,
                              .accounts = type->account_at_start ? l->accounts : NULL,
                              .next_accounts =
                                  type->account_at_start ? l->next_accounts : NULL,
                              .scratch = &l->scratch};
    for (int round = 0; round < N_ROUNDS; round++) {
        arena_reset(&l->scratch);
        double start = clock_ms();
        type->divide(&in, l->grants);
        best = fmin(best, clock_ms() - start);
    }
    return best;
}

static double award_ms(struct load *l, const struct docket *docket,
                       const struct rule *rule)
{
    double best = INFINITY;
    struct arena results;
    struct award award;
    arena_init(&results);
    for (int round = 0; round < N_ROUNDS; round++) {
        arena_reset(&results);
        double start = clock_ms();
        award_make(docket, rule, &award, NULL, &results, &l->scratch);
        best = fmin(best, clock_ms() - start);
    }
    arena_release(&results);
    return best;
}

int main(void)
{
    struct load load;
    struct rule rule;
    load_init(&load);
    rule_init(&rule, &load.arena);
    const struct docket *docket = docket_random(5, N_CLAIMS, 0, &load.arena);
    for (rule.division = 0; rule.division < (int)n_divisions; rule.division++) {
        rule_refresh(&rule);
        if (rule.divide->reads & READS_DOCKET) /* a script: what it costs is the user's */
            continue;
        double ms =
            division_ms(&load, rule.divide, rule.division_settings[rule.division]);
        printf("divide_%s_among_100000 %.1f ms\n", rule.divide->name, ms);
        if (rule.divide->over_projects)
            printf("award_%s_among_100000 %.1f ms\n", rule.divide->name,
                   award_ms(&load, docket, &rule));
    }
    arena_release(&load.arena);
    arena_release(&load.scratch);
    return 0;
}
