/* script.h - a division that the user wrote in Lua: rule.script.file with a function
 * divide(docket). It runs in a sandbox (rule/sandbox.h), anew in each division, so that
 * it keeps nothing from one meeting to the next, and threads share only its text.
 *
 * What it sees, and what it must return, is the table of script_fields: `allot list
 * divisions` and docs/rules-in-lua.md are made of it. */
#ifndef ALLOT_RULE_SCRIPT_H
#define ALLOT_RULE_SCRIPT_H

#include "base/arena.h"
#include "rule/divide.h"

enum { SCRIPT_MOST_BYTES = 64000 };

struct script {
    const char *path; /* as messages name it */
    const char *text;
    const char *lines; /* the same with NULs at the ends of lines, for messages */
    size_t length;
    int divide_line; /* where `divide` is defined */
};

/* rule.script.X */
struct script_settings {
    const char *file;
    const struct script *script; /* the loader's; NULL: no file is named */
};

/* Compiles the text, runs it once and looks for `divide`; fills divide_line. False where
 * something is wrong: `fault` says so, from the arena. */
bool script_validate(struct script *script, struct rule_fault *fault,
                     struct arena *arena);

/* The place of a line of the script; of `divide` where the line is 0. */
struct place script_place(const struct script *script, int line);

/* What divide(docket) sees and returns, in the order of the manual. */
struct script_field {
    const char *path; /* "docket.claims[i].request" */
    const char *unit; /* "" for none */
    const char *meaning;
};
extern const struct script_field script_fields[];
extern const size_t n_script_fields;

#endif
