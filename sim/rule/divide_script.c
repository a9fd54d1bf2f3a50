/* A rule of the user's own. The script sees the claims of all pools at once and returns a
 * grant for each. What it returns is judged here, because a wrong grant is a mistake of
 * the user's: the award would take it for one of ours. */
#include "rule/fill.h"
#include "rule/sandbox.h"
#include "rule/score.h"
#include "rule/script.h"

#include "base/check.h"

#include <lauxlib.h>

#include <math.h>
#include <stdio.h>

static const struct setting table[] = {
    {"file", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct script_settings, file),
     .high = 1000, .unit = "",
     .help = "a file of Lua beside the scenario, with a function divide(docket)"},
};

static const double slack = 1e-9;

struct play {
    const struct script *script;
    const struct divide_input *in;
    double *grants;
};

/* ---- the docket as a table ---- */

static void set_number(lua_State *lua, const char *key, double number)
{
    lua_pushnumber(lua, number);
    lua_setfield(lua, -2, key);
}

static void set_integer(lua_State *lua, const char *key, lua_Integer number)
{
    lua_pushinteger(lua, number);
    lua_setfield(lua, -2, key);
}

static void set_text(lua_State *lua, const char *key, const char *text)
{
    lua_pushstring(lua, text);
    lua_setfield(lua, -2, key);
}

static void push_pools(lua_State *lua, const struct divide_input *in)
{
    lua_createtable(lua, (int)in->n_pools, 0);
    for (size_t p = 0; p < in->n_pools; p++) {
        lua_createtable(lua, 0, 4);
        set_text(lua, "name", in->docket->pools[p].name);
        set_number(lua, "capacity", in->capacity_gpus[p]);
        set_number(lua, "charge", in->docket->pools[p].charge);
        lua_rawseti(lua, -2, (lua_Integer)p + 1);
    }
}

static void push_factors(lua_State *lua, const struct party_claim *claim)
{
    lua_createtable(lua, 0, (int)n_factors);
    for (size_t f = 0; f < n_factors; f++)
        if (claim->factors[f])
            set_number(lua, factors[f]->name, claim->factors[f][claim->index]);
}

static void push_claim(lua_State *lua, const struct divide_input *in, size_t cell)
{
    const struct party_claim *shown = &in->claims[cell];
    const struct claim *claim = shown->claim;
    const struct group *groups = in->docket->groups, *team = &groups[claim->group];
    lua_createtable(lua, 0, 20);
    set_text(lua, "name", claim->name);
    set_text(lua, "kind", claim->project >= 0 ? "project" : "exploration");
    set_text(lua, "pool", in->docket->pools[claim->pool].name);
    set_text(lua, "team", team->name);
    if (team->parent > 0)
        set_text(lua, "group", groups[team->parent].name);
    set_number(lua, "request", in->want_gpus[cell]);
    set_number(lua, "floor", in->floor_gpus[cell]);
    set_number(lua, "min", claim->min_gpus);
    set_number(lua, "need", claim->needed_gpus);
    set_number(lua, "last", claim->last_gpus);
    lua_pushboolean(lua, claim->is_new);
    lua_setfield(lua, -2, "is_new");
    set_number(lua, "score", shown->score);
    set_number(lua, "share", shown->share);
    set_number(lua, "priority", claim->priority);
    if (!isnan(claim->months_to_target))
        set_number(lua, "months_to_target", claim->months_to_target);
    set_number(lua, "months_unfilled", claim->months_unfilled);
    push_factors(lua, shown);
    lua_setfield(lua, -2, "factors");
}

static void push_docket(lua_State *lua, const struct divide_input *in)
{
    lua_Integer n = 0;
    lua_createtable(lua, 0, 6);
    set_integer(lua, "month", (lua_Integer)in->docket->month);
    set_integer(lua, "year", in->docket->date.year);
    set_integer(lua, "month_of_year", in->docket->date.month);
    set_number(lua, "hours", in->docket->hours_to_next);
    push_pools(lua, in);
    lua_setfield(lua, -2, "pools");
    lua_newtable(lua);
    for (size_t cell = 0; cell < in->n_parties * in->n_pools; cell++) {
        if (!in->claims[cell].claim)
            continue;
        push_claim(lua, in, cell);
        lua_rawseti(lua, -2, ++n);
    }
    lua_setfield(lua, -2, "claims");
}

/* ---- what it returned ---- */

/* The table on top holds numbers for 1..n and nothing else. */
static void check_keys(lua_State *lua, lua_Integer n)
{
    lua_Integer n_seen = 0;
    for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1), n_seen++) {
        lua_Integer i = lua_isinteger(lua, -2) ? lua_tointeger(lua, -2) : 0;
        if (lua_type(lua, -2) == LUA_TSTRING)
            luaL_error(lua, "divide returned a table with the key '%s', not a list",
                       lua_tostring(lua, -2));
        if (i < 1 || i > n)
            luaL_error(lua, "divide returned more than the %d grants of its claims",
                       (int)n);
    }
    if (n_seen < n)
        luaL_error(lua, "divide returned %d grant%s for %d claims", (int)n_seen,
                   n_seen == 1 ? "" : "s", (int)n);
}

/* Raises "divide gave 'A' on pool 'h100' 12 GPUs, ...". */
static void refuse(lua_State *lua, const struct party_claim *c,
                   const struct docket *docket, double gpus, const char *why, double than)
{
    char number[32], other[32];
    snprintf(number, sizeof number, "%.14g", gpus);
    snprintf(other, sizeof other, "%.14g", than);
    luaL_error(lua, "divide gave '%s' on pool '%s' %s GPUs%s%s", c->claim->name,
               docket->pools[c->claim->pool].name, isnan(gpus) ? "NaN" : number, why,
               isnan(than) ? "" : other);
}

static double read_grant(lua_State *lua, const struct divide_input *in, size_t cell,
                         lua_Integer i)
{
    const struct party_claim *c = &in->claims[cell];
    double want = in->want_gpus[cell], floor = in->floor_gpus[cell];
    if (lua_rawgeti(lua, -1, i) != LUA_TNUMBER)
        luaL_error(lua, "divide gave '%s' on pool '%s' a %s, must be a number",
                   c->claim->name, in->docket->pools[c->claim->pool].name,
                   luaL_typename(lua, -1));
    double gpus = lua_tonumber(lua, -1);
    lua_pop(lua, 1);
    if (!isfinite(gpus) || gpus < 0)
        refuse(lua, c, in->docket, gpus, ", must be finite and not negative", NAN);
    if (gpus > want + slack * want)
        refuse(lua, c, in->docket, gpus, ", more than it may get, ", want);
    if (gpus < floor - slack * floor)
        refuse(lua, c, in->docket, gpus, ", less than its floor, ", floor);
    return larger(floor, smaller(want, gpus));
}

static void read_grants(lua_State *lua, struct play *play)
{
    const struct divide_input *in = play->in;
    size_t n_cells = in->n_parties * in->n_pools;
    lua_Integer n = 0;
    for (size_t cell = 0; cell < n_cells; cell++)
        n += in->claims[cell].claim != NULL;
    if (lua_type(lua, -1) != LUA_TTABLE)
        luaL_error(lua, "divide returned %s %s, must return a list of %d grants",
                   lua_isnil(lua, -1) ? "only" : "a", luaL_typename(lua, -1), (int)n);
    check_keys(lua, n);
    n = 0;
    for (size_t cell = 0; cell < n_cells; cell++)
        play->grants[cell] = in->claims[cell].claim ? read_grant(lua, in, cell, ++n) : 0;
    for (size_t p = 0; p < in->n_pools; p++) {
        double sum = 0, capacity = in->capacity_gpus[p];
        for (size_t i = 0; i < in->n_parties; i++)
            sum += play->grants[i * in->n_pools + p];
        char given[32], had[32];
        snprintf(given, sizeof given, "%.14g", sum);
        snprintf(had, sizeof had, "%.14g", capacity);
        if (sum > capacity * (1 + slack))
            luaL_error(lua, "divide gave %s GPUs of pool '%s', which has %s", given,
                       in->docket->pools[p].name, had);
    }
}

static int play(lua_State *lua)
{
    struct play *play = lua_touserdata(lua, 1);
    sandbox_compile(lua, play->script->text, play->script->length);
    lua_call(lua, 0, 0);
    lua_getglobal(lua, "divide");
    sandbox_host(lua, true);
    push_docket(lua, play->in);
    sandbox_host(lua, false);
    lua_call(lua, 1, 1);
    sandbox_host(lua, true);
    read_grants(lua, play);
    return 0;
}

static void divide(const struct divide_input *in, double *grants)
{
    const struct script_settings *settings = in->settings;
    struct play p = {settings->script, in, grants};
    struct sandbox sandbox;
    struct sandbox_error error;
    CHECK(p.script && in->claims);
    sandbox_init(&sandbox);
    bool is_done = sandbox_run(&sandbox, play, &p, SANDBOX_MOST_STEPS, &error);
    sandbox_release(&sandbox);
    if (!is_done)
        *in->fault = (struct rule_fault){script_place(p.script, error.line),
                                         arena_string(in->scratch, error.message)};
}

const struct divide_type divide_script = {
    .name = "script",
    .summary = "as a function divide(docket) of your own says, in Lua",
    .settings = SETTINGS("script", table, struct script_settings),
    .reads = READS_DOCKET,
    .breaks = BREAKS_NO_WASTE,
    .over_projects = true,
    .takes_passes = true,
    .all_pools = true,
    .divide = divide,
};
