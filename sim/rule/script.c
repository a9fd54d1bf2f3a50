#include "rule/script.h"

#include "rule/sandbox.h"

#include <string.h>

const struct script_field script_fields[] = {
    {"docket.month", "", "months since the run's first one, which is 0"},
    {"docket.year", "", "of the meeting"},
    {"docket.month_of_year", "", "1 to 12"},
    {"docket.hours", "hours", "to the next meeting"},
    {"docket.pools[p].name", "", "of the pool; pools stand in the scenario's order"},
    {"docket.pools[p].capacity", "GPUs", "that there are to divide"},
    {"docket.pools[p].charge", "", "accounting units that a GPU-hour costs"},
    {"docket.claims[i].name", "", "of the project, or of the team that explores"},
    {"docket.claims[i].kind", "", "\"project\" or \"exploration\""},
    {"docket.claims[i].pool", "", "the name of the pool that it is on"},
    {"docket.claims[i].team", "", "the name of its team"},
    {"docket.claims[i].group", "", "the group above the team; nil at the top"},
    {"docket.claims[i].request", "GPUs", "the most that it may get, in whole units"},
    {"docket.claims[i].floor", "GPUs", "the least that it must get, mostly 0"},
    {"docket.claims[i].min", "GPUs", "below this it is set aside and all divided again"},
    {"docket.claims[i].need", "GPUs", "what it could use"},
    {"docket.claims[i].last", "GPUs", "its grant until now"},
    {"docket.claims[i].is_new", "", "true where it had no claim at the last meeting"},
    {"docket.claims[i].score", "", "by the rule's weights or formula"},
    {"docket.claims[i].factors.NAME", "", "each factor, from 0 to 1: see list factors"},
    {"docket.claims[i].share", "of 1", "of its team in the whole"},
    {"docket.claims[i].priority", "", "its own, before the council's ratings"},
    {"docket.claims[i].months_to_target", "months",
     "below 0 when late; nil without a target"},
    {"docket.claims[i].months_unfilled", "months", "since it last got all it asked for"},
    {"returned: a list of numbers", "GPUs",
     "one for each claim in the same order: floor to request, a pool's no more than its "
     "capacity"},
};
const size_t n_script_fields = sizeof script_fields / sizeof *script_fields;

struct place script_place(const struct script *script, int line)
{
    struct place at = {.file = script->path, .line = line};
    if (at.line <= 0)
        at.line = script->divide_line;
    const char *text = script->text;
    for (int i = 1; i < at.line && text; i++) {
        const char *end = strchr(text, '\n');
        text = end ? end + 1 : NULL;
    }
    if (at.line > 0 && text)
        at.text = script->lines + (text - script->text);
    return at;
}

static int look(lua_State *lua)
{
    struct script *script = lua_touserdata(lua, 1);
    sandbox_compile(lua, script->text, script->length);
    lua_call(lua, 0, 0);
    if (lua_getglobal(lua, "divide") == LUA_TFUNCTION) {
        lua_Debug function;
        lua_getinfo(lua, ">S", &function);
        script->divide_line = function.linedefined;
    }
    return 0;
}

bool script_validate(struct script *script, struct rule_fault *fault, struct arena *arena)
{
    enum { MOST_STEPS = 1000000 }; /* to define a few functions */
    struct sandbox sandbox;
    struct sandbox_error error;
    script->divide_line = 0;
    sandbox_init(&sandbox);
    bool is_good = sandbox_run(&sandbox, look, script, MOST_STEPS, &error);
    sandbox_release(&sandbox);
    if (!is_good)
        *fault = (struct rule_fault){script_place(script, error.line),
                                     arena_string(arena, error.message)};
    else if (script->divide_line == 0)
        *fault = (struct rule_fault){script_place(script, 0),
                                     "defines no function divide(docket)"};
    return is_good && script->divide_line > 0;
}
