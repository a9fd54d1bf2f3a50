#include "import/importer.h"

#include "base/memory.h"
#include "import/accounts.h"
#include "import/seen.h"
#include "model/calendar.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

enum { HOUR_S = 3600 };

const struct importer *const importers[] = {&import_sacct, &import_swf, &import_csv,
                                            &import_itp, &import_helios};
const size_t n_importers = sizeof importers / sizeof *importers;

const struct importer *importer_find(const char *name)
{
    for (size_t i = 0; i < n_importers; i++)
        if (strcmp(importers[i]->name, name) == 0)
            return importers[i];
    return NULL;
}

/* ---- reading ---- */

/* The instant of a date that an option names. */
static int read_date(struct import *import, const char *option, const char *text,
                     double *at_s)
{
    struct date date;
    if (!text)
        return 0;
    if (!date_parse(text, &date) || date.year < ZONE_FIRST_YEAR ||
        date.year >= ZONE_END_YEAR)
        return diag_error(import->d, DIAG_USAGE, NULL,
                          "%s is '%s', must be a date from %d to %d, YYYY-MM-DD", option,
                          text, ZONE_FIRST_YEAR, ZONE_END_YEAR - 1);
    *at_s = (double)zone_instant_s(&import->zone, date_to_days(date) * 24 * HOUR_S);
    return 0;
}

static int open_import(struct import *import)
{
    const struct import_options *o = import->options;
    import->zone_name = o->timezone ? o->timezone : "UTC";
    if ((import->kind->check && import->kind->check(o, import->d) != 0) ||
        zone_load(&import->zone, import->zone_name, import->d) != 0 ||
        read_date(import, "--from", o->from, &import->from_s) != 0 ||
        read_date(import, "--until", o->until, &import->until_s) != 0)
        return -1;
    if (import->from_s >= import->until_s)
        return diag_error(import->d, DIAG_USAGE, NULL,
                          "--until is %s, must be later than --from", o->until);
    usage_init(&import->usage, o->is_daily, &import->zone);
    if (o->accounts) {
        import->accounts = mem_new(1, sizeof *import->accounts);
        if (accounts_load(import->accounts, o->accounts, import->d) != 0)
            return -1;
    }
    if (o->n_files > 1)
        import->seen = seen_new(IMPORT_MOST_SEEN);
    return 0;
}

static int take_line(struct import *import, enum line_status status, struct line *line)
{
    if (status == LINE_TOO_LONG || status == LINE_CUT) {
        import->tally.n_lines++;
        return status == LINE_TOO_LONG
                   ? IMPORT_SKIP(import, line, SKIP_TOO_LONG,
                                 "the line is longer than %d bytes", LINE_MOST_BYTES)
                   : IMPORT_SKIP(import, line, SKIP_CUT,
                                 "the packed file is cut short here: what follows "
                                 "is lost");
    }
    if (line->length == 0)
        return 0;
    if (memchr(line->bytes, '\0', line->length)) {
        import->tally.n_lines++;
        return IMPORT_SKIP(import, line, SKIP_NUL, "the line holds a NUL byte");
    }
    return import->kind->line(import, line);
}

static int read_lines(struct import *import, struct line_reader *reader)
{
    struct line line;
    enum line_status status;
    while ((status = line_reader_next(reader, &line, import->d)) != LINE_END)
        if (status == LINE_FAILED || take_line(import, status, &line) != 0)
            return -1;
    return 0;
}

static int read_file(struct import *import, const char *path)
{
    struct line_reader reader;
    const struct importer *kind = import->kind;
    if (line_reader_open(&reader, path, import->d) != 0)
        return -1;
    import->file = reader.source.name;
    import->state = mem_new(kind->state_size ? kind->state_size : 1, 1);
    int result = kind->begin ? kind->begin(import) : 0;
    if (result == 0)
        result = read_lines(import, &reader);
    if (result == 0 && kind->end)
        result = kind->end(import);
    mem_free(import->state);
    import->state = NULL;
    line_reader_close(&reader);
    return result;
}

int import_read(struct import *import, const struct importer *kind,
                const struct import_options *options, struct diag *d)
{
    *import = (struct import){.kind = kind,
                              .options = options,
                              .d = d,
                              .from_s = -INFINITY,
                              .until_s = INFINITY};
    arena_init(&import->arena);
    tally_init(&import->tally, options->is_strict);
    if (open_import(import) != 0)
        return -1;
    for (size_t i = 0; i < options->n_files; i++)
        if (read_file(import, options->files[i]) != 0)
            return -1;
    return kind->finish ? kind->finish(import) : 0;
}

void import_release(struct import *import)
{
    usage_release(&import->usage);
    tally_release(&import->tally);
    arena_release(&import->arena);
    mem_free(import->notes);
    seen_free(import->seen);
    if (import->accounts)
        accounts_release(import->accounts);
    mem_free(import->accounts);
    *import = (struct import){0};
}

struct demand_fit import_fit(const struct import *import, int team, int pool)
{
    const struct usage *u = &import->usage;
    size_t n = u->end - u->first;
    double *gpus = MEM_ARRAY(double, n);
    for (size_t m = 0; m < n; m++) {
        const struct usage_cell *cell = usage_find(u, team, pool, u->first + m);
        double hours = periods_hours(&u->periods, u->first + m);
        gpus[m] = cell ? (cell->used_gpu_s + cell->waiting_gpu_s) / HOUR_S / hours : 0;
    }
    size_t first = (size_t)periods_date(&u->periods, u->first).month - 1;
    struct demand_fit fit = demand_fit(gpus, n, first);
    mem_free(gpus);
    return fit;
}

const char *import_team_name(const struct import *import, int team)
{
    const char *name = import->usage.teams.items[team];
    const struct accounts *accounts = import->accounts;
    int account = accounts ? names_find(&accounts->names, slice_of(name)) : -1;
    if (account < 0 || !accounts_has_children(accounts, account))
        return name;
    return accounts->items[account].itself;
}

/* ---- for importers ---- */

int import_job(struct import *import, const struct line *line,
               const struct import_job *job)
{
    double from_s = fmax(job->eligible_s, import->from_s);
    double begin_s = fmax(job->begin_s, import->from_s);
    double until_s = fmin(job->end_s, import->until_s);
    double wait_until_s = fmin(job->begin_s, import->until_s);
    if (job->end_s < import->from_s || job->eligible_s >= import->until_s)
        return IMPORT_SKIP(import, line, SKIP_OUTSIDE, "outside");
    import->tally.n_jobs++;
    for (size_t i = 0; i < job->n_parts; i++) {
        int pool = job->parts[i].pool;
        if (i == 0 && !job->is_continued)
            usage_count_job(&import->usage, job->team, pool, fmin(begin_s, until_s));
        if (wait_until_s > from_s && job->parts[i].waited_gpus > 0)
            usage_add_waiting(&import->usage, job->team, pool, job->parts[i].waited_gpus,
                              from_s, wait_until_s);
        if (until_s > begin_s && job->parts[i].used_gpus > 0)
            usage_add_use(&import->usage, job->team, pool, job->parts[i].used_gpus,
                          begin_s, until_s);
    }
    return 0;
}

int import_sum(struct import *import, const struct line *line, int team, int pool,
               struct date date, double used_gpu_hours, double waiting_gpu_hours)
{
    struct usage *u = &import->usage;
    size_t period = periods_of_date(&u->periods, date);
    if (period == u->periods.n_periods)
        return IMPORT_SKIP(import, line, SKIP_TIME, "the year is %d", date.year);
    if ((double)u->periods.start_s[period] < import->from_s ||
        (double)u->periods.start_s[period] >= import->until_s)
        return IMPORT_SKIP(import, line, SKIP_OUTSIDE, "outside");
    struct usage_cell *cell = usage_cell(u, team, pool, period);
    cell->used_gpu_s += used_gpu_hours * HOUR_S;
    cell->waiting_gpu_s += waiting_gpu_hours * HOUR_S;
    import->tally.n_jobs++;
    return 0;
}

bool import_rate(struct import *import, int team, int pool, double from_s, double seconds,
                 struct import_rate rate)
{
    struct usage *u = &import->usage;
    double until_s = fmin(from_s + seconds, import->until_s);
    from_s = fmax(from_s, import->from_s);
    if (until_s <= from_s)
        return false;
    import->has_grants = true;
    usage_add_use(u, team, pool, rate.used_gpus, from_s, until_s);
    usage_add_waiting(u, team, pool, rate.waiting_gpus, from_s, until_s);
    usage_add_grant(u, team, pool, rate.granted_gpus, from_s, until_s);
    return true;
}

static size_t day_of(const struct import *import, double at_s)
{
    return (size_t)floor((at_s + (double)zone_offset_s(&import->zone, (int64_t)at_s)) /
                         (24.0 * HOUR_S));
}

int import_seen_until(struct import *import, uint64_t key, double eligible_s,
                      double end_s, double *until_s)
{
    *until_s = 0;
    if (!import->seen || day_of(import, eligible_s) == day_of(import, end_s))
        return 0;
    double *seen_s = seen_until(import->seen, key);
    if (!seen_s) {
        import_refuse(import, NULL, "more than %d jobs here span a midnight",
                      IMPORT_MOST_SEEN);
        diag_hint(import->d, "of several files each such job is kept in mind, as it may "
                             "be in two of them; import fewer files at once");
        return -1;
    }
    *until_s = *seen_s;
    *seen_s = fmax(*seen_s, end_s);
    return 0;
}

void import_note(struct import *import, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *note = arena_vprintf(&import->arena, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < import->n_notes; i++)
        if (strcmp(import->notes[i], note) == 0)
            return;
    ARRAY_PUSH(import->notes, import->n_notes, import->notes_capacity) = note;
}

int import_refuse(struct import *import, const struct line *line, const char *format, ...)
{
    struct place at = {.file = import->file};
    va_list arguments;
    va_start(arguments, format);
    const char *what = arena_vprintf(&import->d->arena, format, arguments);
    va_end(arguments);
    if (line) {
        size_t length = line->length < LINE_SHOWN_BYTES ? line->length : LINE_SHOWN_BYTES;
        at.line = (int)line->number;
        at.text = arena_copy(&import->d->arena, line->bytes, length);
    }
    return diag_error(import->d, DIAG_DATA, &at, "%s", what);
}
