/* csv.h - writes CSV tables: UTF-8, commas, LF, RFC 4180 quoting.
 *
 *     struct csv csv;
 *     csv_init(&csv, stream);
 *     csv_text(&csv, team->name);
 *     csv_number(&csv, used_gpus);
 *     csv_end(&csv);
 *     ...
 *     int result = csv_flush(&csv);
 *     csv_release(&csv);
 *
 * The writer collects what it is given in `text`. With a stream it passes it on whenever
 * 64 KiB have come together; without one (NULL) it keeps all, so that a worker can format
 * rows that another thread writes later, in order, with csv_rows. A stream that fails is
 * remembered: csv_flush says so, and so does file_close of the stream's file. */
#ifndef ALLOT_RECORD_CSV_H
#define ALLOT_RECORD_CSV_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct csv {
    FILE *stream;                /* borrowed; NULL: the rows stay in text */
    struct text text;            /* not yet passed on */
    size_t n_fields;             /* in the row that is being written */
    double last;                 /* the last number, whose digits are in text still, */
    size_t last_at, last_length; /* here; no digits: none is remembered */
    bool has_failed;
};

void csv_init(struct csv *csv, FILE *stream);
void csv_release(struct csv *csv);

/* Forgets what is kept, and a row that was begun, and keeps the memory. */
void csv_reset(struct csv *csv);

/* A name, as it is; NULL writes an empty field. Quoted where it holds a comma, a quote, a
 * CR or LF, or begins or ends with a blank or tab. What a spreadsheet would take for a
 * formula (text_begins_formula, and is no number) gets a ' before it: no name of a
 * scenario's begins so, but what strangers' files hold may. */
void csv_text(struct csv *csv, const char *string);

/* Fields that another writer, one without a stream, holds as its open row. For what many
 * rows begin with. */
void csv_fields(struct csv *csv, const struct csv *fields);

/* A number that reads back exactly; NaN for none (record/number.h). */
void csv_number(struct csv *csv, double number);
void csv_integer(struct csv *csv, int64_t integer);

/* A calendar month as YYYY-MM; month counts from 1, January. */
void csv_month(struct csv *csv, int year, int month);

/* Ends the row. A row of one empty field is written as "", lest it look like no row. */
void csv_end(struct csv *csv);

/* Appends whole rows that another writer has kept in its text. */
void csv_rows(struct csv *csv, const struct text *rows);

/* Passes all on to the stream. -1 if this or an earlier write failed. Does not flush the
 * stream itself. */
int csv_flush(struct csv *csv);

#endif
