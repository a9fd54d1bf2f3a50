/* What a script may call. Functions of Lua's own library are taken where no call of them
 * takes longer than its arguments are long; the others are written anew, and count what
 * they do. */
#include "rule/sandbox.h"

#include <lauxlib.h>
#include <lualib.h>

/* ---- sorting ---- */

/* Whether the value on top belongs before the one below it; pops both. */
typedef bool is_before_fn(lua_State *lua);

/* Merges the sorted from[low..middle) and from[middle..high) into `to`: stack indices. */
static void merge(lua_State *lua, int from, int to, const lua_Integer bounds[3],
                  is_before_fn *is_before)
{
    lua_Integer left = bounds[0], right = bounds[1];
    for (lua_Integer k = bounds[0]; k < bounds[2]; k++) {
        bool takes_right = left >= bounds[1];
        if (!takes_right && right < bounds[2]) {
            lua_rawgeti(lua, from, left);
            lua_rawgeti(lua, from, right);
            takes_right = is_before(lua);
        }
        lua_rawgeti(lua, from, takes_right ? right++ : left++);
        lua_rawseti(lua, to, k);
    }
}

/* Sorts t[1..n], the value at a stack index; stable. However wrong is_before is, this
 * many steps are made and no more. */
static void merge_sort(lua_State *lua, int t, lua_Integer n, is_before_fn *is_before)
{
    enum { STEPS_A_MERGE = 8 };
    lua_createtable(lua, n < 1000 ? (int)n : 1000, 0);
    int from = t, to = lua_gettop(lua);
    for (lua_Integer width = 1; width < n; width *= 2) {
        for (lua_Integer low = 1; low <= n; low += 2 * width) {
            lua_Integer middle = low + width, high = middle + width;
            lua_Integer bounds[3] = {low, middle > n ? n + 1 : middle,
                                     high > n ? n + 1 : high};
            sandbox_work(lua, STEPS_A_MERGE * (double)(bounds[2] - low));
            merge(lua, from, to, bounds, is_before);
        }
        int other = from;
        from = to;
        to = other;
    }
    for (lua_Integer i = 1; i <= n && from != t; i++) {
        lua_rawgeti(lua, from, i);
        lua_rawseti(lua, t, i);
    }
    lua_pop(lua, 1);
}

static bool is_less(lua_State *lua)
{
    bool result = lua_compare(lua, -1, -2, LUA_OPLT);
    lua_pop(lua, 2);
    return result;
}

/* By the function at stack index 2. */
static bool is_before_by_function(lua_State *lua)
{
    lua_pushvalue(lua, 2);
    lua_insert(lua, -3); /* function, left, right */
    lua_insert(lua, -2); /* function, right, left */
    lua_call(lua, 2, 1);
    bool result = lua_toboolean(lua, -1);
    lua_pop(lua, 1);
    return result;
}

static int table_sort(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    bool has_function = !lua_isnoneornil(lua, 2);
    if (has_function)
        luaL_checktype(lua, 2, LUA_TFUNCTION);
    lua_settop(lua, 2);
    merge_sort(lua, 1, (lua_Integer)lua_rawlen(lua, 1),
               has_function ? is_before_by_function : is_less);
    return 0;
}

/* ---- keys in order ---- */

static int key_rank(lua_State *lua, int index)
{
    switch (lua_type(lua, index)) {
    case LUA_TNUMBER:
        return 0;
    case LUA_TSTRING:
        return 1;
    case LUA_TBOOLEAN:
        return 2;
    default:
        return luaL_error(lua, "a key that is a %s has no order",
                          luaL_typename(lua, index));
    }
}

/* Whether the key on top comes before the one below it. */
static bool is_earlier_key(lua_State *lua)
{
    int a = key_rank(lua, -1), b = key_rank(lua, -2);
    if (a == b && a < 2)
        return is_less(lua);
    bool result = a == b ? !lua_toboolean(lua, -1) && lua_toboolean(lua, -2) : a < b;
    lua_pop(lua, 2);
    return result;
}

enum { STEPS_A_KEY = 4 };

/* Upvalues: the sorted keys, how many have been given out. */
static int next_pair(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_Integer i = lua_tointeger(lua, lua_upvalueindex(2));
    for (;;) {
        sandbox_work(lua, 1);
        lua_settop(lua, 1);
        if (lua_rawgeti(lua, lua_upvalueindex(1), ++i) == LUA_TNIL)
            return 1;
        lua_pushvalue(lua, -1);
        if (lua_rawget(lua, 1) == LUA_TNIL)
            continue; /* it has gone meanwhile */
        lua_pushinteger(lua, i);
        lua_replace(lua, lua_upvalueindex(2));
        return 2;
    }
}

static int base_pairs(lua_State *lua)
{
    lua_Integer n = 0;
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 1);
    lua_newtable(lua);
    for (lua_pushnil(lua); lua_next(lua, 1); n++) {
        sandbox_work(lua, STEPS_A_KEY);
        key_rank(lua, -2);
        lua_pop(lua, 1);
        lua_pushvalue(lua, -1);
        lua_rawseti(lua, 2, n + 1);
    }
    merge_sort(lua, 2, n, is_earlier_key);
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, next_pair, 2);
    lua_pushvalue(lua, 1);
    lua_pushnil(lua);
    return 3;
}

/* The first key after one, by looking at all. */
static int base_next(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 2);
    bool is_first = lua_isnil(lua, 2);
    lua_pushnil(lua); /* 3: the best so far */
    for (lua_pushnil(lua); lua_next(lua, 1); lua_settop(lua, 4)) {
        sandbox_work(lua, STEPS_A_KEY);
        if (!is_first) {
            lua_pushvalue(lua, 4);
            lua_pushvalue(lua, 2);
            if (!is_earlier_key(lua))
                continue;
        }
        lua_pushvalue(lua, 3);
        lua_pushvalue(lua, 4);
        if (lua_isnil(lua, 3) ? key_rank(lua, 4) >= 0 : is_earlier_key(lua)) {
            lua_pushvalue(lua, 4);
            lua_replace(lua, 3);
        }
    }
    lua_settop(lua, 3);
    if (lua_isnil(lua, 3))
        return 1;
    lua_pushvalue(lua, 3);
    lua_rawget(lua, 1);
    return 2;
}

/* ---- tables as lists ---- */

/* Moves the elements from `first` to n by one, up or down. */
static void shift(lua_State *lua, lua_Integer first, lua_Integer n, int by)
{
    sandbox_work(lua, 1 + (double)n - (double)first);
    for (lua_Integer i = by > 0 ? n : first; i >= first && i <= n; i -= by) {
        lua_rawgeti(lua, 1, i);
        lua_rawseti(lua, 1, i + by);
    }
}

static int table_insert(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_Integer n = (lua_Integer)lua_rawlen(lua, 1), at = n + 1;
    int n_arguments = lua_gettop(lua);
    if (n_arguments != 2 && n_arguments != 3)
        return luaL_error(lua, "wrong number of arguments to 'insert'");
    if (n_arguments == 3) {
        at = luaL_checkinteger(lua, 2);
        luaL_argcheck(lua, at >= 1 && at <= n + 1, 2, "position out of bounds");
        shift(lua, at, n, 1);
    }
    lua_rawseti(lua, 1, at);
    return 0;
}

static int table_remove(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_Integer n = (lua_Integer)lua_rawlen(lua, 1), at = luaL_optinteger(lua, 2, n);
    if (n == 0 && (at == 0 || at == 1)) {
        lua_pushnil(lua);
        return 1;
    }
    luaL_argcheck(lua, at >= 1 && at <= n + 1, 2, "position out of bounds");
    lua_rawgeti(lua, 1, at);
    if (at <= n) {
        shift(lua, at + 1, n, -1);
        lua_pushnil(lua);
        lua_rawseti(lua, 1, n);
    }
    return 1;
}

static int table_unpack(lua_State *lua)
{
    enum { MOST_RESULTS = 100000 };
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_Integer first = luaL_optinteger(lua, 2, 1);
    lua_Integer last =
        luaL_opt(lua, luaL_checkinteger, 3, (lua_Integer)lua_rawlen(lua, 1));
    double n = 1 + (double)last - (double)first;
    if (n < 1)
        return 0;
    sandbox_work(lua, n);
    if (n > MOST_RESULTS || !lua_checkstack(lua, (int)n))
        return luaL_error(lua, "too many results to unpack");
    for (lua_Integer i = 0; i < (lua_Integer)n; i++)
        lua_rawgeti(lua, 1, first + i);
    return (int)n;
}

/* ---- the allowlist ---- */

static const luaL_Reg base_functions[] = {
    {"next", base_next}, {"pairs", base_pairs}, {NULL, NULL}};
static const luaL_Reg table_functions[] = {{"insert", table_insert},
                                           {"remove", table_remove},
                                           {"sort", table_sort},
                                           {"unpack", table_unpack},
                                           {NULL, NULL}};

void sandbox_open_library(lua_State *lua)
{
    static const char *const names[] = {"assert", "error",    "ipairs",
                                        "select", "tonumber", "type"};
    lua_newtable(lua); /* 2: the globals to be */
    lua_replace(lua, 1);
    lua_settop(lua, 1);
    luaL_setfuncs(lua, base_functions, 0);
    lua_pushcfunction(lua, luaopen_base);
    lua_call(lua, 0, 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lua_getfield(lua, 2, names[i]);
        lua_setfield(lua, 1, names[i]);
    }
    lua_pushcfunction(lua, luaopen_math);
    lua_call(lua, 0, 1);
    lua_pushnil(lua);
    lua_setfield(lua, -2, "random");
    lua_pushnil(lua);
    lua_setfield(lua, -2, "randomseed");
    lua_setfield(lua, 1, "math");
    luaL_newlib(lua, table_functions);
    lua_setfield(lua, 1, "table");
    /* What is not on the list goes with the table that Lua has filled. */
    lua_settop(lua, 1);
    lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}
