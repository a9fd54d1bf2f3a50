/* chart_data.h - the rows of a chart's table, read back: what a picture shows, as data.
 *
 * There are two families of charts. Rows of the first (plots/panels.gp, allocation.gp)
 * have a low and a high end over an interval of time; of the second (plots/rows.gp,
 * projects.gp) they are bars and marks in the row of a name. */
#ifndef ALLOT_STUDY_CHART_DATA_H
#define ALLOT_STUDY_CHART_DATA_H

#include "base/arena.h"
#include "study/chart.h"

#include <stdbool.h>

enum { CHART_DATA_MOST_CELLS = 16 };

struct chart_data_row {
    const char *cells[CHART_DATA_MOST_CELLS]; /* unquoted; the first says what it is */
};

struct chart_data {
    struct arena arena;
    int ids[2], from, to, low, high, colour, text; /* columns; -1: none */
    struct chart_data_row *rows;
    size_t n_rows, capacity;
};

void chart_data_read(struct chart_data *rows, const struct chart_type *type,
                     const struct chart_sheet *sheet);
void chart_data_release(struct chart_data *rows);

/* "" where there is no such column. */
const char *chart_data_cell(const struct chart_data_row *row, int column);
bool chart_data_is(const struct chart_data_row *row, const char *what);

/* Whether a cell is a number, NaN among them; and how it is shown: 1,234, 0.123. */
bool chart_data_number(const char *cell, double *value);
void chart_data_append_number(struct text *out, double value);

#endif
