/* A count hook sees instructions only. What one instruction can make the library or the
 * allocator do is counted where it is done, so that nothing outruns the hook: a long
 * concatenation by the bytes that it takes, a collection of garbage that a full memory
 * brings about by the refusal before it. */
#include "rule/sandbox.h"

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

#include <lauxlib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Seconds of processor time, for machines on which the steps would take longer. */
static const double most_s = 1.5;

enum {
    HOOK_EVERY = 1000,
    BYTES_A_STEP = 16,
    STEPS_A_STRING = 60,       /* it is looked up among all others */
    STEPS_A_REFUSAL = 12500000 /* Lua answers one with a full collection */
};

/* By this name the text of a script is known to Lua's messages. */
static const char chunk_name[] = "=script";
static const char prefix[] = "script:";

static double processor_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static struct sandbox *sandbox_of(lua_State *lua)
{
    return *(struct sandbox **)lua_getextraspace(lua);
}

/* The line of the script that is at work. Takes no memory. */
static int line_now(lua_State *lua)
{
    lua_Debug frame;
    for (int level = 0; lua_getstack(lua, level, &frame); level++)
        if (lua_getinfo(lua, "Sl", &frame) && frame.currentline > 0)
            return frame.currentline;
    return sandbox_of(lua)->reading_line;
}

/* ---- memory ---- */

static const char *reason_to_refuse(const struct sandbox *s, size_t old, size_t bytes,
                                    bool is_string)
{
    if (s->is_host)
        return NULL;
    if (s->steps_left < 0)
        return "the script takes too many steps: does it loop for ever?";
    if (is_string && bytes > SANDBOX_LONGEST_STRING)
        return "the script makes a string of more than 64 KB";
    if (s->bytes - old + bytes > s->most_bytes)
        return "the script takes more than 64 MB of memory";
    return NULL;
}

static void *allocate(void *owner, void *block, size_t old, size_t bytes)
{
    struct sandbox *s = owner;
    bool is_string = !block && old == LUA_TSTRING;
    if (!block)
        old = 0; /* it told the kind of object */
    if (bytes == 0) {
        s->bytes -= old;
        mem_free(block);
        return NULL;
    }
    if (bytes > old) {
        const char *reason = reason_to_refuse(s, old, bytes, is_string);
        if (!s->is_host)
            s->steps_left -= (int64_t)((bytes - old) / BYTES_A_STEP) +
                             (is_string ? STEPS_A_STRING : 0);
        if (reason) {
            s->refused = reason;
            int line = line_now(s->lua);
            s->refused_line = line ? line : s->refused_line; /* 0: it is over already */
            s->steps_left -= STEPS_A_REFUSAL;
            return NULL;
        }
    }
    s->bytes += bytes - old;
    return mem_resize(block, 1, bytes);
}

/* ---- steps ---- */

static void stop(lua_State *lua, const char *why)
{
    struct sandbox *s = sandbox_of(lua);
    s->stopped = why;
    s->error.line = line_now(lua);
    luaL_error(lua, "stopped");
}

void sandbox_work(lua_State *lua, double steps)
{
    struct sandbox *s = sandbox_of(lua);
    if (s->is_host)
        return;
    if (!(steps <= (double)s->steps_left))
        stop(lua, "the script takes too many steps: does it loop for ever?");
    s->steps_left -= (int64_t)steps;
    s->unseen_steps += (int64_t)steps;
    if (s->unseen_steps < HOOK_EVERY)
        return;
    s->unseen_steps = 0;
    if (processor_s() > s->until_s)
        stop(lua, "the script takes more than 1.5 s");
}

static void on_count(lua_State *lua, lua_Debug *frame)
{
    (void)frame;
    sandbox_work(lua, HOOK_EVERY);
}

void sandbox_host(lua_State *lua, bool is_host)
{
    struct sandbox *s = sandbox_of(lua);
    s->is_host = is_host;
    if (!is_host)
        s->most_bytes = s->bytes + SANDBOX_MOST_BYTES;
}

/* ---- errors ---- */

/* Splits "script:12: what" into line and text. */
static const char *split_message(const char *message, int *line)
{
    size_t length = sizeof prefix - 1;
    char *end;
    if (strncmp(message, prefix, length) != 0)
        return message;
    long number = strtol(message + length, &end, 10);
    if (end == message + length || *end != ':')
        return message;
    *line = (int)number;
    return end + 1 + (end[1] == ' ');
}

/* The handler of errors: notes text and line while the stack still stands. */
static int note_error(lua_State *lua)
{
    struct sandbox *s = sandbox_of(lua);
    struct sandbox_error *e = &s->error;
    if (s->stopped)
        return 1;
    e->line = line_now(lua);
    if (lua_type(lua, 1) == LUA_TSTRING) {
        const char *text = split_message(lua_tostring(lua, 1), &e->line);
        size_t length = strlen(text), most = sizeof e->message - 1;
        length = length > most ? text_boundary(text, most) : length;
        memcpy(e->message, text, length);
        e->message[length] = '\0';
    } else if (lua_type(lua, 1) == LUA_TNUMBER) {
        snprintf(e->message, sizeof e->message, "error %.14g", lua_tonumber(lua, 1));
    } else {
        snprintf(e->message, sizeof e->message, "an error that is a %s",
                 luaL_typename(lua, 1));
    }
    return 1;
}

static int on_panic(lua_State *lua)
{
    (void)lua;
    CHECK(!"errors of Lua are caught");
    return 0;
}

bool sandbox_run(struct sandbox *s, lua_CFunction body, void *owner, int64_t steps,
                 struct sandbox_error *error)
{
    lua_State *lua = s->lua;
    s->steps_left = steps;
    s->unseen_steps = 0;
    s->until_s = processor_s() + most_s;
    s->is_host = false;
    s->reading_line = 0;
    s->stopped = s->refused = NULL;
    s->refused_line = 0;
    s->error = (struct sandbox_error){0};
    lua_settop(lua, 0);
    lua_pushcfunction(lua, note_error);
    lua_pushcfunction(lua, body);
    lua_pushlightuserdata(lua, owner);
    int status = lua_pcall(lua, 1, 0, 1);
    if (status == LUA_OK)
        return true;
    *error = s->error;
    const char *why = s->stopped;
    if (!why && status == LUA_ERRMEM) {
        why = s->refused;
        error->line = s->refused_line;
    }
    if (why || !error->message[0])
        snprintf(error->message, sizeof error->message, "%s", why ? why : "fails");
    return false;
}

/* ---- compiling ---- */

struct text_reader {
    struct sandbox *sandbox;
    const char *rest;
    size_t length;
};

/* Line by line, so that an error for which Lua knows no line has one too. */
static const char *read_line(lua_State *lua, void *owner, size_t *length)
{
    struct text_reader *r = owner;
    (void)lua;
    const char *line = r->rest, *end = memchr(line, '\n', r->length);
    *length = end ? (size_t)(end - line) + 1 : r->length;
    r->rest += *length;
    r->length -= *length;
    r->sandbox->reading_line++;
    return line;
}

void sandbox_compile(lua_State *lua, const char *text, size_t length)
{
    struct text_reader reader = {sandbox_of(lua), text, length};
    reader.sandbox->reading_line = 0;
    if (lua_load(lua, read_line, &reader, chunk_name, "t") != LUA_OK)
        lua_error(lua);
    reader.sandbox->reading_line = 0;
}

/* ---- life ---- */

static int open_library(lua_State *lua)
{
    sandbox_host(lua, true);
    sandbox_open_library(lua);
    sandbox_host(lua, false);
    return 0;
}

void sandbox_init(struct sandbox *s)
{
    struct sandbox_error error;
    *s = (struct sandbox){.is_host = true};
    s->lua = lua_newstate(allocate, s);
    CHECK(s->lua);
    *(struct sandbox **)lua_getextraspace(s->lua) = s;
    lua_atpanic(s->lua, on_panic);
    lua_sethook(s->lua, on_count, LUA_MASKCOUNT, HOOK_EVERY);
    s->most_bytes = s->bytes + SANDBOX_MOST_BYTES;
    bool is_open = sandbox_run(s, open_library, NULL, SANDBOX_MOST_STEPS, &error);
    CHECK(is_open);
}

void sandbox_release(struct sandbox *s)
{
    lua_close(s->lua);
    CHECK(s->bytes == 0);
    s->lua = NULL;
}
