/* The clusters of SenseTime's Helios: virtual clusters (VCs) with quotas of GPUs.
 *
 * Two kinds of file, told by their headers. A VC's minutes: a row a minute with the GPUs
 * of its quota (total_gpu_num), those that run and those that are waited for; the file's
 * name is the VC's. And the quotas of all VCs, a row a day, a column a VC: demand is not
 * known then, and the quota stands in for it. Source: HeliosData, HeliosArtifact
 * (CC-BY-4.0, MIT); Hu et al., SC'21. */
#include "import/column.h"
#include "import/importer.h"

#include <math.h>
#include <string.h>

enum { MINUTE_S = 60, DAY_S = 86400 };
enum column { TIME, QUOTA, RUNNING, PENDING, N_COLUMNS };

static const char *const columns[N_COLUMNS] = {"time", "total_gpu_num", "running_gpu_num",
                                               "pending_gpu_num"};

struct helios {
    bool has_header, is_daily;
    size_t n_columns;
    int at[N_COLUMNS];
    int team, pool;
    int64_t last_s;
    int teams[IMPORT_MOST_FIELDS]; /* of the quotas' columns; -1: none */
};

/* ---- headers ---- */

static int read_minutes_header(struct import *import, const struct line *line)
{
    struct helios *h = import->state;
    h->team = usage_team(&import->usage, column_file_stem(import->file));
    if (h->team < 0)
        return import_refuse(import, line, "its name is no name of a VC");
    return 0;
}

static int read_quotas_header(struct import *import, const struct line *line,
                              const struct slice *names)
{
    struct helios *h = import->state;
    h->is_daily = true;
    for (size_t i = 1; i < h->n_columns; i++) {
        h->teams[i] =
            slice_is(names[i], "total") ? -1 : usage_team(&import->usage, names[i]);
        if (h->teams[i] < 0 && !slice_is(names[i], "total"))
            return import_refuse(import, line, "column %zu is no name of a VC", i + 1);
    }
    import_note(import, "of these days only quotas are known: demand is what each VC was "
                        "given, as if it had used it all");
    return 0;
}

static int read_header(struct import *import, const struct line *line)
{
    struct helios *h = import->state;
    struct slice names[IMPORT_MOST_FIELDS], all = {line->bytes, line->length};
    h->has_header = true;
    h->pool = usage_pool(&import->usage, slice_of("gpu"));
    h->n_columns = slice_split(all, slice_of(","), names, IMPORT_MOST_FIELDS);
    size_t n_missing = 0;
    for (size_t c = 0; c < N_COLUMNS && h->n_columns <= IMPORT_MOST_FIELDS; c++) {
        h->at[c] = column_find(names, h->n_columns, slice_of(columns[c]));
        n_missing += h->at[c] < 0;
    }
    if (h->n_columns > 1 && h->n_columns <= IMPORT_MOST_FIELDS) {
        if (n_missing == 0)
            return read_minutes_header(import, line);
        if (slice_is(names[0], "date"))
            return read_quotas_header(import, line, names);
    }
    import_refuse(import, line, "this is no file of Helios");
    diag_hint(import->d, "what is read has the columns time, total_gpu_num, "
                         "running_gpu_num, pending_gpu_num; or date, then VCs");
    return -1;
}

/* ---- rows ---- */

/* A count of GPUs; -1 where it is none, with what its skip said in *result. */
static double read_gpus(struct import *import, const struct line *line, struct slice s,
                        int *result)
{
    double gpus;
    if (!slice_number(s, &gpus) || gpus > 1e9) {
        *result =
            IMPORT_SKIP(import, line, SKIP_NUMBER, "'%.*s' is no number of GPUs to 1e9",
                        (int)(s.length < 60 ? s.length : 60), s.at);
        return -1;
    }
    if (gpus < 0)
        *result =
            IMPORT_SKIP(import, line, SKIP_NEGATIVE, "%.*s GPUs", (int)s.length, s.at);
    return gpus < 0 ? -1 : gpus;
}

/* Until when the row holds; the time that it has, one step after the last. */
static bool read_row_time(struct import *import, const struct line *line, struct slice s,
                          int64_t *at_s, int *result)
{
    struct helios *h = import->state;
    struct time_read read;
    if (zone_read_time(&import->zone, s, &read) != TIME_GIVEN) {
        *result = IMPORT_SKIP(import, line, SKIP_TIME, "'%.*s' is no time",
                              (int)(s.length < 60 ? s.length : 60), s.at);
        return false;
    }
    *at_s = read.at_s;
    if (*at_s <= h->last_s) {
        *result =
            IMPORT_SKIP(import, line, SKIP_ORDER, "the row before it is no earlier");
        return false;
    }
    h->last_s = *at_s;
    return true;
}

static int count(struct import *import, const struct line *line, bool is_inside)
{
    if (!is_inside)
        return IMPORT_SKIP(import, line, SKIP_OUTSIDE, "outside");
    import->tally.n_jobs++;
    return 0;
}

static int take_minute(struct import *import, const struct line *line,
                       const struct slice *fields, int64_t at_s)
{
    const struct helios *h = import->state;
    double gpus[N_COLUMNS] = {0};
    int result = 0;
    for (size_t c = QUOTA; c < N_COLUMNS; c++)
        if ((gpus[c] = read_gpus(import, line, fields[h->at[c]], &result)) < 0)
            return result;
    struct import_rate rate = {gpus[RUNNING], gpus[PENDING], gpus[QUOTA]};
    return count(import, line,
                 import_rate(import, h->team, h->pool, (double)at_s, MINUTE_S, rate));
}

static int take_day(struct import *import, const struct line *line,
                    const struct slice *fields, int64_t at_s)
{
    const struct helios *h = import->state;
    double gpus[IMPORT_MOST_FIELDS];
    int result = 0;
    for (size_t i = 1; i < h->n_columns; i++)
        if ((gpus[i] = read_gpus(import, line, fields[i], &result)) < 0)
            return result;
    bool is_inside = false;
    for (size_t i = 1; i < h->n_columns; i++) {
        struct import_rate rate = {gpus[i], 0, gpus[i]};
        if (h->teams[i] >= 0)
            is_inside |=
                import_rate(import, h->teams[i], h->pool, (double)at_s, DAY_S, rate);
    }
    return count(import, line, is_inside);
}

static int take(struct import *import, struct line *line)
{
    struct helios *h = import->state;
    struct slice fields[IMPORT_MOST_FIELDS], all = {line->bytes, line->length};
    int64_t at_s;
    int result = 0;
    if (!h->has_header)
        return read_header(import, line);
    import->tally.n_lines++;
    size_t n = slice_split(all, slice_of(","), fields, IMPORT_MOST_FIELDS);
    if (n != h->n_columns)
        return IMPORT_SKIP(import, line, SKIP_FIELDS,
                           "%zu field%s where the header names %zu", n, n == 1 ? "" : "s",
                           h->n_columns);
    struct slice time = fields[h->is_daily ? 0 : h->at[TIME]];
    if (!read_row_time(import, line, time, &at_s, &result))
        return result;
    return h->is_daily ? take_day(import, line, fields, at_s)
                       : take_minute(import, line, fields, at_s);
}

static int end(struct import *import)
{
    const struct helios *h = import->state;
    return h->has_header ? 0
                         : import_refuse(import, NULL,
                                         "is empty: a first row must name the columns");
}

const struct importer import_helios = {
    .name = "helios-quota",
    .summary = "quotas, use and waiting in the clusters of Helios",
    .unit = "GPU",
    .example = "allot import helios-quota vc*.csv --by day --out earth",
    .option_names = "",
    .state_size = sizeof(struct helios),
    .line = take,
    .end = end,
};
