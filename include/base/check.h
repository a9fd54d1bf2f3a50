/* check.h - assertions about ourselves, on in every build.
 *
 * CHECK(condition) is for mistakes of ours, never for a user's input: it names the place
 * and aborts. The command line turns the abort into exit status 2. */
#ifndef ALLOT_BASE_CHECK_H
#define ALLOT_BASE_CHECK_H

#define CHECK(condition)                                                                 \
    ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition))

_Noreturn void check_failed(const char *file, int line, const char *condition);

#endif
