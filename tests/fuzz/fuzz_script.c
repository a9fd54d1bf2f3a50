/* A script in Lua as a rule: compiled and, where it defines divide(docket), called for
 * two claims. It is told what is wrong; it never gives more than there is. */
#include "fuzz/fuzz.h"

#include "rule/script.h"
#include "scenario/claims_table.h"
#include "scenario/rule_sets.h"

static const char claims[] = "name,request,weight\nA,80,2\nB,50,1\n";

static void divide(const struct script *script, struct arena *arena)
{
    static const struct docket_pool pool = {.name = "p", .capacity_gpus = 100.0};
    struct claims_table table;
    struct rule rule;
    struct diag d;
    diag_init(&d);
    const char *path =
        fuzz_file("claims.csv", (const uint8_t *)claims, sizeof claims - 1);
    FUZZ_PROMISE(claims_table_load(&table, path, &pool, 1, &d) == 0);
    rule_init(&rule, arena);
    rule.division = division_find(divide_script.name);
    rule.unit_gpus = 0;
    *(struct script_settings *)rule.division_settings[rule.division] =
        (struct script_settings){"my.lua", script};
    rule_refresh(&rule);
    struct claims_division made = claims_table_divide(&table, &rule, 1, arena);
    FUZZ_PROMISE(made.fault.message || !made.breach);
    if (!made.refused && !made.fault.message)
        FUZZ_PROMISE(made.grants[0] + made.grants[1] <= 100.0 * (1 + 1e-9));
    claims_table_release(&table);
    diag_release(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n > SCRIPT_MOST_BYTES)
        return 0;
    char *text = malloc(n + 1), *lines = malloc(n + 1);
    if (!text || !lines)
        abort();
    for (size_t i = 0; i < n; i++) {
        text[i] = (char)bytes[i];
        lines[i] = bytes[i] == '\n' ? '\0' : (char)bytes[i];
    }
    text[n] = lines[n] = '\0';
    struct arena arena;
    struct rule_fault fault;
    struct script script = {.path = "my.lua", .text = text, .lines = lines, .length = n};
    arena_init(&arena);
    if (script_validate(&script, &fault, &arena))
        divide(&script, &arena);
    arena_release(&arena);
    free(text);
    free(lines);
    return 0;
}
