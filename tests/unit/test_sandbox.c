/* The sandbox by itself: what its library does, that random scripts neither hang nor
 * crash it, formulas, and the script division against one written in C. */
#include "base/text.h"
#include "rule/formula.h"
#include "rule/sandbox.h"
#include "support/awards.h"
#include "support/scripts.h"

#include <lauxlib.h>

#include <stdio.h>
#include <string.h>

/* ---- the library ---- */

struct chunk {
    const char *text;
    size_t length;
};

static int call_chunk(lua_State *lua)
{
    struct chunk *chunk = lua_touserdata(lua, 1);
    sandbox_compile(lua, chunk->text, chunk->length);
    lua_call(lua, 0, 0);
    return 0;
}

static bool run_text(const char *text, size_t length, struct sandbox_error *error)
{
    struct sandbox s;
    struct chunk chunk = {text, length};
    sandbox_init(&s);
    bool is_done = sandbox_run(&s, call_chunk, &chunk, 200000, error);
    sandbox_release(&s);
    return is_done;
}

static void test_library(void **state)
{
    (void)state;
    static const char *const texts[] = {
        /* Sorting is stable and takes any function. */
        "local t = {} for i = 1, 100 do t[i] = { i % 7, i } end\n"
        "table.sort(t, function(a, b) return a[1] < b[1] end)\n"
        "for i = 2, 100 do assert(t[i - 1][1] < t[i][1] or\n"
        "  (t[i - 1][1] == t[i][1] and t[i - 1][2] < t[i][2])) end",
        "local t = { 3, 1, 2 } table.sort(t) assert(t[1] == 1 and t[2] == 2 and t[3] == "
        "3)",
        "local t = { 'b', 'a' } table.sort(t) assert(t[1] == 'a')",
        "table.sort({}) table.sort({ 1 })",
        "local t = { 4, 2, 9, 1 } table.sort(t, function(a, b) return a > b end)\n"
        "assert(t[1] == 9 and t[4] == 1)",
        "local t = {} for i = 1, 64 do t[i] = i end\n"
        "table.sort(t, function() return true end)\n"
        "local sum = 0 for i = 1, 64 do sum = sum + t[i] end assert(sum == 2080)",
        /* Keys in order: numbers, texts, booleans; changes on the way are seen. */
        "local seen = {} for k, v in pairs({ z = 1, a = 2, [true] = 3, [false] = 4, [-1] "
        "= 5,\n"
        "  [2.5] = 6, [1] = 7 }) do seen[#seen + 1] = v end\n"
        "local want = { 5, 7, 6, 2, 1, 4, 3 }\n"
        "assert(#seen == 7) for i = 1, 7 do assert(seen[i] == want[i]) end",
        "local t, n = { 1, 2, 3 }, 0 for k in pairs(t) do n = n + 1 t[k + 1] = nil end\n"
        "assert(n == 2)",
        "local t, k, n = { x = 1, [3] = 1, y = 1 }, nil, ''\n"
        "repeat k = next(t, k) n = n .. (k or '.') until not k assert(n == '3xy.')",
        "assert(next({}) == nil) local k, v = next({ 9 }) assert(k == 1 and v == 9)",
        "local n = 0 for i, v in ipairs({ 1, 2, nil, 4 }) do n = n + v end assert(n == "
        "3)",
        /* Lists. */
        "local t = { 1, 3 } table.insert(t, 2, 2) table.insert(t, 4)\n"
        "for i = 1, 4 do assert(t[i] == i) end",
        "local t = { 1, 2, 3 } assert(table.remove(t, 1) == 1 and t[1] == 2 and #t == "
        "2)\n"
        "assert(table.remove(t) == 3 and table.remove(t) == 2 and table.remove(t) == "
        "nil)",
        "local t = { 1, 2, 3 } assert(table.remove(t, 3) == 3 and #t == 2 and t[3] == "
        "nil)",
        "local a, b, c = table.unpack({ 1, 2 }) assert(a == 1 and b == 2 and c == nil)",
        "assert(select('#', table.unpack({}, 1, 3)) == 3 and select(2, 'a', 'b') == 'b')",
        "assert(select('#', table.unpack({ 1 }, 2)) == 0)",
        "assert(tonumber('0x10') == 16 and tonumber('z', 36) == 35 and type(1) == "
        "'number')",
        "assert(math.fmod(7, 4) == 3 and math.huge > 1 and math.type(1) == 'integer')",
        "assert(math.random == nil and math.randomseed == nil)",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct sandbox_error error;
        if (!run_text(texts[i], strlen(texts[i]), &error))
            fail_msg("%d: %s in\n%s", error.line, error.message, texts[i]);
    }
}

static void test_errors(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
        int line;
    } rows[] = {
        {"x = 1\nerror('mine')", "mine", 2},
        {"error(nil)", "an error that is a nil", 1},
        {"\n\nreturn +", "unexpected symbol", 3},
        {"table.insert({}, 3, 1)", "position out of bounds", 1},
        {"table.insert({})", "wrong number of arguments", 1},
        {"table.remove({ 1 }, 4)", "position out of bounds", 1},
        {"table.sort({ 1, 'x' })", "attempt to compare", 1},
        {"table.sort(1)", "table expected", 1},
        {"table.sort({}, 1)", "function expected", 1},
        {"pairs(nil)", "table expected", 1},
        {"local t = {} while true do t = {} end", "too many steps", 1},
        {"local f\nf = function() return f() .. f() end\nf()", "", 2},
        {"table.sort({ 1, 2 }, function() error('inside') end)", "inside", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sandbox_error error = {0};
        assert_false(run_text(rows[i].text, strlen(rows[i].text), &error));
        if (!strstr(error.message, rows[i].message) || error.line != rows[i].line)
            fail_msg("%s: line %d, %s", rows[i].text, error.line, error.message);
    }
}

/* ---- random scripts ---- */

/* Words of the language in any order: most do not compile, some loop or recurse. */
static void write_random(struct dice *dice, struct text *out)
{
    static const char *const words[] = {"x",
                                        "y",
                                        "t",
                                        "1",
                                        "0",
                                        "2.5",
                                        "'s'",
                                        "nil",
                                        "true",
                                        "{}",
                                        "{ x, y }",
                                        "(",
                                        ")",
                                        "=",
                                        "==",
                                        "<",
                                        "..",
                                        "+",
                                        "-",
                                        "*",
                                        "/",
                                        "//",
                                        "%",
                                        "^",
                                        "#t",
                                        "t[x]",
                                        "t.x",
                                        ",",
                                        ";",
                                        "\n",
                                        "do",
                                        "end",
                                        "while",
                                        "repeat",
                                        "until",
                                        "if",
                                        "then",
                                        "else",
                                        "for i =",
                                        "in pairs(t)",
                                        "local",
                                        "return",
                                        "function f()",
                                        "f()",
                                        "function(a)",
                                        "break",
                                        "goto l",
                                        "::l::",
                                        "and",
                                        "or",
                                        "not",
                                        "table.sort(t, f)",
                                        "table.insert(t, x)",
                                        "table.unpack(t)",
                                        "error(x)",
                                        "select('#', x)",
                                        "math.max(x, y)",
                                        "next(t)",
                                        "t = { x, t }",
                                        "x = x .. x",
                                        "while true do",
                                        "pairs",
                                        "ipairs(t)",
                                        "docket"};
    size_t n = 1 + dice_below(dice, 40);
    text_clear(out);
    text_append(out, "local x, y, t = 1, 2, { 1, 2, x = 3 } local f = function() ");
    for (size_t i = 0; i < n; i++) {
        text_append(out, words[dice_below(dice, sizeof words / sizeof *words)]);
        text_append(out, " ");
    }
    if (dice_chance(dice, 0.8))
        text_append(out, " end f() ");
}

/* Statements that are right: these all run, into whatever limit. */
static void write_statements(struct dice *dice, struct text *out, int depth)
{
    static const char *const simple[] = {"t[#t + 1] = x ",
                                         "x = x + 1 ",
                                         "s = s .. 'ab' ",
                                         "s = s .. s ",
                                         "t = { t } ",
                                         "table.sort(t, f) ",
                                         "for k in pairs(t) do x = k end ",
                                         "f(x, s) ",
                                         "table.insert(t, 1, x) ",
                                         "table.remove(t) ",
                                         "x = #t ",
                                         "u[x] = s ",
                                         "u[s] = x ",
                                         "x = math.floor(x / 2) ",
                                         "t = {} ",
                                         "x = select('#', table.unpack(t)) ",
                                         "g = function() return g() end ",
                                         "if x == 7 then g() end "};
    size_t n = 1 + dice_below(dice, 4);
    for (size_t i = 0; i < n; i++) {
        bool is_loop = depth > 0 && dice_chance(dice, 0.5);
        if (!is_loop) {
            text_append(out, simple[dice_below(dice, sizeof simple / sizeof *simple)]);
            continue;
        }
        text_append(out, dice_chance(dice, 0.3) ? "while true do " : "for i = 1, 50 do ");
        write_statements(dice, out, depth - 1);
        text_append(out, "end ");
    }
}

static void test_random_scripts(void **state)
{
    (void)state;
    enum { N = 1500 };
    struct dice dice = {11};
    struct text text;
    size_t n_done = 0, n_stopped = 0, n_wrong = 0;
    text_init(&text);
    for (size_t i = 0; i < N; i++) {
        struct sandbox_error first = {0}, second = {0};
        if (i % 3) {
            write_random(&dice, &text);
        } else {
            text_clear(&text);
            text_append(&text, "local x, s, t, u, g = 1, '', {}, {} \n"
                               "local function f(a, b) x = x + 1 return a == b end\n");
            write_statements(&dice, &text, 3);
        }
        bool is_done = run_text(text.bytes, text.length, &first);
        /* Again it comes to the same. */
        assert_int_equal(run_text(text.bytes, text.length, &second), is_done);
        assert_string_equal(first.message, second.message);
        assert_int_equal(first.line, second.line);
        n_done += is_done;
        n_stopped += !is_done && strstr(first.message, "the script ");
        n_wrong += !is_done;
        if (!is_done && (!first.message[0] || first.line <= 0))
            fail_msg("line %d, '%s' in\n%s", first.line, first.message, text.bytes);
    }
    assert_true(n_done > 150 && n_stopped > 100 && n_wrong > 500);
    text_release(&text);
}

/* Bytes of any kind are refused, not followed. */
static void test_random_bytes(void **state)
{
    (void)state;
    struct dice dice = {12};
    for (size_t i = 0; i < 2000; i++) {
        char bytes[64];
        size_t n = dice_below(&dice, sizeof bytes);
        struct sandbox_error error;
        for (size_t k = 0; k < n; k++)
            bytes[k] = (char)dice_below(&dice, 256);
        if (dice_chance(&dice, 0.3))
            memcpy(bytes, "\033Lua", n < 4 ? n : 4);
        run_text(bytes, n, &error);
    }
}

/* ---- formulas ---- */

static void test_formulas(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value; /* at 0.5 of all factors; NaN: refused */
        const char *reads;
    } rows[] = {
        {"0.6*priority + 0.4*closeness^2", 0.4, "priority closeness"},
        {"math.max(priority, 2*age)", 1, "priority age"},
        {"priority > 0.4 and 3 or need", 3, "priority need"},
        {"-priority // 0.2", -3, "priority"},
        {"7", 7, ""},
        {"1e-3 + 0x10 + .5", 16.501, ""},
        {" priority\n+ 1 ", 1.5, "priority"},
        {"1-priority+2+need-1e+1", -7, "priority need"}, /* numbers end where Lua's do */
        {"not priority", NAN, ""},
        {"priority == 1", NAN, ""},
        {"priority +", NAN, ""},
        {"Priority", NAN, ""},
        {"priority; closeness", NAN, ""},
        {"priority, closeness) or (", NAN, ""},
        {"function() end", NAN, ""},
        {"math.random()", NAN, ""},
        {"math.huge.x", NAN, ""},
        {"'priority'", NAN, ""},
        {"priority[1]", NAN, ""},
        {"priority{}", NAN, ""},
        {"error", NAN, ""},
        {"pairs", NAN, ""},
        {"priority --[[x]]", NAN, ""},
        {"(((", NAN, ""},
        {"pr\xc3\xafority", NAN, ""},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct formula formula;
        struct place at = {.file = "x.cfg", .line = 1};
        const char *hint;
        const char *message = formula_compile(&formula, rows[k].text, &at, &arena, &hint);
        if (isnan(rows[k].value) != (message != NULL))
            fail_msg("%s: %s", rows[k].text, message ? message : "was taken");
        if (message)
            continue;
        double *values[MOST_FACTORS], half = 0.5, score;
        struct claim claim = {.name = "a"};
        struct docket docket = {.claims = &claim, .n_claims = 1};
        struct rule_fault fault = {.message = NULL};
        for (size_t f = 0; f < n_factors; f++) {
            values[f] = &half;
            assert_int_equal(formula.reads[f],
                             strstr(rows[k].reads, factors[f]->name) != NULL);
        }
        formula_evaluate(&formula, &docket, values, &score, &fault, &arena);
        assert_null(fault.message);
        assert_near(score, rows[k].value);
    }
}

/* ---- the division ---- */

/* keep-half.lua without a last grant is weighted: two programs, one rule. */
static const char weighted_script[] =
    "function divide(docket)\n"
    "  local grants = {}\n"
    "  for _, pool in ipairs(docket.pools) do\n"
    "    local low, high = 0, 1e9\n"
    "    for _ = 1, 120 do\n"
    "      local level, sum = (low + high) / 2, 0\n"
    "      for i, c in ipairs(docket.claims) do\n"
    "        if c.pool == pool.name then\n"
    "          grants[i] = math.max(c.floor, math.min(c.request, level * c.score))\n"
    "          sum = sum + grants[i]\n"
    "        end\n"
    "      end\n"
    "      if sum <= pool.capacity then low = level else high = level end\n"
    "    end\n"
    "    for i, c in ipairs(docket.claims) do\n"
    "      if c.pool == pool.name then\n"
    "        grants[i] = math.max(c.floor, math.min(c.request, low * c.score))\n"
    "      end\n"
    "    end\n"
    "  end\n"
    "  return grants\n"
    "end\n";

static void test_against_weighted(void **state)
{
    (void)state;
    struct script script;
    for (uint64_t seed = 0; seed < 200; seed++) {
        open_rule("weighted", OVER_PROJECTS, seed % 2 ? "decay" : "none");
        assert_true(script_give(&rule, &script, weighted_script, &arena));
        struct docket *d = docket_random(seed, 1 + seed % 30, DOCKET_MINIMUMS, &arena);
        struct claim *claims = (struct claim *)d->claims;
        for (size_t i = 0; i < d->n_claims; i++)
            claims[i].priority = 0.1 + 0.9 * claims[i].priority;
        d->council = NULL;
        struct award by_script;
        make(d);
        rule.division = division_find("script");
        rule_refresh(&rule);
        const char *message = award_make(d, &rule, &by_script, NULL, &arena, &scratch);
        if (message)
            fail_msg("seed %d: %s", (int)seed, message);
        for (size_t i = 0; i < d->n_claims; i++)
            if (fabs(by_script.granted_gpus[i] - award.granted_gpus[i]) >
                1e-7 * (1 + award.granted_gpus[i]))
                fail_msg("seed %d, %s: %g, not %g", (int)seed, d->claims[i].name,
                         by_script.granted_gpus[i], award.granted_gpus[i]);
    }
}

/* A fault is the user's, told with its place, and not a broken promise. */
static void test_fault(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 9, .score = .5}};
    struct script script;
    open_rule("weighted", OVER_PROJECTS, "none");
    assert_true(script_give(&rule, &script, "\nfunction divide(d)\n return { 10 }\nend\n",
                            &arena));
    rule.division = division_find("script");
    rule_refresh(&rule);
    const char *message = award_make(docket_of_rows(90, rows, 1, &arena), &rule, &award,
                                     NULL, &arena, &scratch);
    assert_string_equal(message, "divide gave 'a' on pool 'pool' 10 GPUs, more than it "
                                 "may get, 9");
    assert_string_equal(message, award.fault.message);
    assert_string_equal(award.fault.at.file, "my.lua");
    assert_int_equal(award.fault.at.line, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_library),        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_random_scripts), cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_formulas),       cmocka_unit_test(test_against_weighted),
        cmocka_unit_test(test_fault),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
