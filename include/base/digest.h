/* digest.h - what tells one content from another. */
#ifndef ALLOT_BASE_DIGEST_H
#define ALLOT_BASE_DIGEST_H

#include <stddef.h>

enum { DIGEST_ROOM = 65 }; /* 64 digits and the NUL */

/* SHA-256 of some bytes, in hexadecimal digits. */
void digest_of(const char *bytes, size_t length, char hex[DIGEST_ROOM]);

#endif
