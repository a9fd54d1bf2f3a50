#include "rule/formula.h"

#include "base/text.h"
#include "rule/sandbox.h"

#include <lauxlib.h>

#include <ctype.h>
#include <math.h>
#include <string.h>

/* ---- what it is made of ---- */

struct reading {
    struct formula *formula;
    struct arena *arena;
    const char **hint;
};

static bool is_word(const char *token, size_t length, const char *word)
{
    return strlen(word) == length && memcmp(token, word, length) == 0;
}

static const char *unknown(struct reading *r, const char *name, size_t length)
{
    const char *names[MOST_FACTORS + 1], *word = arena_copy(r->arena, name, length);
    for (size_t f = 0; f < n_factors; f++)
        names[f] = factors[f]->name;
    names[n_factors] = "math";
    const char *near = text_suggest(word, names, n_factors + 1);
    *r->hint = near ? arena_printf(r->arena, "did you mean '%s'?", near)
                    : "allot list factors names the factors";
    return arena_printf(r->arena, "'%s' is no factor", word);
}

/* A name must be a factor, `math`, or a word of the language that makes no statement. */
static const char *read_name(struct reading *r, const char *name, size_t length)
{
    static const char *const words[] = {"and", "or", "not", "true", "false", "math"};
    for (size_t f = 0; f < n_factors; f++)
        if (is_word(name, length, factors[f]->name)) {
            r->formula->reads[f] = true;
            return NULL;
        }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_word(name, length, words[i]))
            return NULL;
    return unknown(r, name, length);
}

/* The length of the token at `at`: a name, a number, or one character. */
static size_t token_length(const char *at)
{
    size_t n = 1;
    if (isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1]))) {
        while (isalnum((unsigned char)at[n]) || at[n] == '.' ||
               ((at[n] == '+' || at[n] == '-') && strchr("eEpP", at[n - 1])))
            n++;
    } else if (isalpha((unsigned char)*at) || *at == '_') {
        while (isalnum((unsigned char)at[n]) || at[n] == '_')
            n++;
    }
    return n;
}

static const char *read_tokens(struct reading *r, const char *text)
{
    static const char marks[] = "+-*/%^()<>=~,.";
    bool is_math = false, is_field = false;
    for (const char *at = text; *at;) {
        size_t length = token_length(at);
        const char *message = NULL;
        if (isspace((unsigned char)*at)) {
            at++;
            continue;
        }
        bool is_name = isalpha((unsigned char)*at) || *at == '_';
        bool is_number = isdigit((unsigned char)*at) || (*at == '.' && length > 1);
        if (is_name && !is_field)
            message = read_name(r, at, length);
        else if (strncmp(at, "--", 2) == 0)
            message = "a comment has no place in it; write - - apart";
        else if (!is_name && !is_number && !strchr(marks, *at))
            message = arena_printf(r->arena, "'%.*s' has no place in it",
                                   (int)(text_offset_of(at, 1)), at);
        else if (*at == '.' && !is_number && !is_math)
            message = "'.' follows math only";
        if (message)
            return message;
        is_field = is_math && *at == '.';
        is_math = is_name && !is_field && is_word(at, length, "math");
        at += length;
    }
    return NULL;
}

/* ---- using it ---- */

struct evaluation {
    const struct formula *formula;
    double *const *values; /* by factor, then claim */
    size_t n, i;           /* the claim that is at work */
    double *scores;
};

static int evaluate(lua_State *lua)
{
    struct evaluation *e = lua_touserdata(lua, 1);
    luaL_Buffer buffer;
    luaL_buffinit(lua, &buffer);
    luaL_addstring(&buffer, "local ");
    for (size_t f = 0; f < n_factors; f++) {
        luaL_addstring(&buffer, f ? "," : "");
        luaL_addstring(&buffer, factors[f]->name);
    }
    luaL_addstring(&buffer, " = ... return (");
    luaL_addstring(&buffer, e->formula->text);
    luaL_addstring(&buffer, ")");
    luaL_pushresult(&buffer);
    size_t length;
    const char *text = lua_tolstring(lua, 2, &length);
    sandbox_compile(lua, text, length);
    for (e->i = 0; e->i < e->n; e->i++) {
        lua_pushvalue(lua, 3);
        for (size_t f = 0; f < n_factors; f++)
            lua_pushnumber(lua, e->values[f] ? e->values[f][e->i] : NAN);
        lua_call(lua, (int)n_factors, 1);
        if (lua_type(lua, -1) != LUA_TNUMBER)
            return luaL_error(lua, "it comes to a %s, must be a number",
                              luaL_typename(lua, -1));
        e->scores[e->i] = lua_tonumber(lua, -1);
        lua_pop(lua, 1);
    }
    return 0;
}

/* Numbers would take a call of their own to be too many. */
static bool run(struct evaluation *e, struct sandbox_error *error)
{
    struct sandbox sandbox;
    sandbox_init(&sandbox);
    int64_t steps = SANDBOX_MOST_STEPS + 1000 * (int64_t)e->n;
    bool is_done = sandbox_run(&sandbox, evaluate, e, steps, error);
    sandbox_release(&sandbox);
    return is_done;
}

const char *formula_compile(struct formula *formula, const char *text,
                            const struct place *at, struct arena *arena,
                            const char **hint)
{
    struct reading r = {.formula = formula, .arena = arena, .hint = hint};
    double *values[MOST_FACTORS], half = 0.5, score;
    struct sandbox_error error;
    *formula = (struct formula){.text = text, .at = *at};
    *hint = NULL;
    const char *message = read_tokens(&r, text);
    if (message)
        return message;
    for (size_t f = 0; f < n_factors; f++)
        values[f] = &half;
    struct evaluation trial = {
        .formula = formula, .values = values, .n = 1, .scores = &score};
    return run(&trial, &error) ? NULL : arena_string(arena, error.message);
}

void formula_evaluate(const struct formula *formula, const struct docket *docket,
                      double *const *values, double *scores, struct rule_fault *fault,
                      struct arena *arena)
{
    struct evaluation e = {
        .formula = formula, .values = values, .n = docket->n_claims, .scores = scores};
    struct sandbox_error error = {0};
    bool is_done = run(&e, &error);
    size_t i = is_done ? 0 : e.i;
    while (is_done && i < e.n && isfinite(scores[i]))
        i++;
    if (is_done && i == e.n)
        return;
    const char *what =
        is_done ? arena_printf(arena, "it comes to %g, must be finite", scores[i])
                : error.message;
    const char *name = i < e.n ? docket->claims[i].name : "";
    *fault = (struct rule_fault){formula->at,
                                 arena_printf(arena, "formula: for '%s' %s", name, what)};
}
