/* scripts.h - a rule in Lua for tests that run every division: max-min above floors, in
 * a few lines. For rules that are made by hand; scenarios name files. */
#ifndef ALLOT_TESTS_SUPPORT_SCRIPTS_H
#define ALLOT_TESTS_SUPPORT_SCRIPTS_H

#include "rule/script.h"
#include "rule/rule.h"

#include <string.h>

static const char max_min_script[] =
    "local function level(claims, rest)\n"
    "  local low, high = 0, rest\n"
    "  for _ = 1, 60 do\n"
    "    local middle, sum = (low + high) / 2, 0\n"
    "    for _, c in ipairs(claims) do\n"
    "      sum = sum + math.max(c.floor, math.min(c.request, middle))\n"
    "    end\n"
    "    if sum <= rest then low = middle else high = middle end\n"
    "  end\n"
    "  return low\n"
    "end\n"
    "function divide(docket)\n"
    "  local grants, of = {}, {}\n"
    "  for i, c in ipairs(docket.claims) do\n"
    "    of[c.pool] = of[c.pool] or {}\n"
    "    table.insert(of[c.pool], c)\n"
    "  end\n"
    "  local levels = {}\n"
    "  for _, p in ipairs(docket.pools) do\n"
    "    levels[p.name] = level(of[p.name] or {}, p.capacity)\n"
    "  end\n"
    "  for i, c in ipairs(docket.claims) do\n"
    "    grants[i] = math.max(c.floor, math.min(c.request, levels[c.pool]))\n"
    "  end\n"
    "  return grants\n"
    "end\n";

/* Gives a rule that script; false where it does not compile. */
static inline bool script_give(struct rule *for_rule, struct script *script,
                               const char *text, struct arena *in)
{
    struct script_settings *settings =
        for_rule->division_settings[division_find(divide_script.name)];
    struct rule_fault fault;
    *script = (struct script){
        .path = "my.lua", .text = text, .lines = text, .length = strlen(text)};
    *settings = (struct script_settings){"my.lua", script};
    return script_validate(script, &fault, in);
}

#endif
