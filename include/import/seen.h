/* seen.h - until when a job was read before: a table from a job's hash to an instant.
 *
 * 16 bytes a job and what open hashing leaves free. Two jobs of one 64-bit hash are taken
 * for one: of ten million, with a chance of 3 in a million. */
#ifndef ALLOT_IMPORT_SEEN_H
#define ALLOT_IMPORT_SEEN_H

#include <stddef.h>
#include <stdint.h>

struct seen;

struct seen *seen_new(size_t most); /* jobs */
void seen_free(struct seen *s);

/* The instant of a key, 0 where it is new; borrowed until the next call. NULL: it is new,
 * and one too many. */
double *seen_until(struct seen *s, uint64_t key);

#endif
