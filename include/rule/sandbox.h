/* sandbox.h - Lua 5.4 for rules of the user's, shut off from everything else.
 *
 * What a script finds is an allowlist: assert error ipairs next pairs select tonumber
 * type; math without random and randomseed; table.insert remove sort unpack. No files, no
 * clock, no load, no metatables, no coroutines, no pcall; strings have no methods; text
 * only, no bytecode. pairs and next walk the keys in order (numbers, then strings, then
 * false and true), and sort keeps the order of what is equal, so that equal scripts give
 * equal results.
 *
 * Each call has a budget of steps: instructions, and what library functions and memory
 * cost in their stead. It is counted, not timed, so that the same script passes or fails
 * everywhere; a limit of processor time stands behind it. Memory and the length of
 * strings have limits too.
 *
 * Not for two threads; a sandbox keeps nothing for the next one. */
#ifndef ALLOT_RULE_SANDBOX_H
#define ALLOT_RULE_SANDBOX_H

#include <lua.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SANDBOX_MOST_BYTES = 64 << 20,    /* of memory, beside what the host has put in */
    SANDBOX_LONGEST_STRING = 1 << 16, /* bytes */
    SANDBOX_MOST_STEPS = 50000000     /* of one call: well below a second */
};

struct sandbox_error {
    int line; /* of the script; 0: unknown */
    char message[320];
};

struct sandbox {
    lua_State *lua;
    size_t bytes, most_bytes;
    int64_t steps_left;
    int64_t unseen_steps; /* since the clock was looked at */
    double until_s;       /* of this thread's processor time */
    bool is_host;         /* the host is at work, not the script: no limits */
    int reading_line;     /* that the compiler is at; 0: it is not at work */
    const char *stopped;  /* why the script was stopped; NULL: it was not */
    const char *refused;  /* why memory was refused last, and where */
    int refused_line;
    struct sandbox_error error;
};

void sandbox_init(struct sandbox *s);
void sandbox_release(struct sandbox *s);

/* Calls body(lua) with `owner`, a light userdata, as its argument. Whatever goes wrong in
 * it, or in a script that it calls, comes back as false and an error. */
bool sandbox_run(struct sandbox *s, lua_CFunction body, void *owner, int64_t steps,
                 struct sandbox_error *error);

/* For bodies and library functions, which raise Lua errors: */

/* Compiles a text and leaves its function on the stack. */
void sandbox_compile(lua_State *lua, const char *text, size_t length);

/* The host fills tables: until it is called with false nothing is counted, and what is
 * used then comes on top of the script's memory. */
void sandbox_host(lua_State *lua, bool is_host);

/* Counts work as steps; stops the script where it had too many. */
void sandbox_work(lua_State *lua, double steps);

/* sandbox_library.c: makes the allowlist the globals. */
void sandbox_open_library(lua_State *lua);

#endif
