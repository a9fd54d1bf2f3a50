/* Slurm's accounting: sacct -P, one file or several, any columns in any order.
 *
 * GPUs are those of AllocTRES: gres/gpu counts all, gres/gpu:TYPE those of a type among
 * them; the two are never added up. Use runs from Start for Elapsed, which knows of
 * suspensions and of clocks that were set; waiting from Eligible, or Submit, until Start.
 * Source: sacct(1) of Slurm 22.05, and its output. */
#include "import/column.h"
#include "import/importer.h"
#include "import/sacct_fields.h"
#include "import/tres.h"

#include <math.h>
#include <string.h>

#define RIGHT_COMMAND                                                                    \
    "sacct -a -X -D -P -S 2025-01-01 -E 2026-01-01 --format=JobIDRaw,Cluster,Account,"   \
    "User,State,Submit,Eligible,Start,End,ElapsedRaw,ReqTRES,AllocTRES"

struct sacct {
    bool has_header, has_first;
    struct slice separator;
    struct sacct_header header;
    char first[LINE_SHOWN_BYTES]; /* of the header, to know it again */
    size_t first_length;
};

struct row {
    struct import *import;
    const struct line *line;
    struct slice fields[N_SACCT_COLUMNS];
    struct import_job job;
    bool is_over;
    int result; /* of a skip */
};

/* ---- the header ---- */

static int refuse(struct import *import, const struct line *line, const char *what)
{
    import_refuse(import, line, "%s", what);
    diag_hint(import->d, "what is read is: %s", RIGHT_COMMAND);
    return -1;
}

/* The separator with which most columns of sacct come out. */
static struct slice find_separator(const struct import *import, struct slice line)
{
    static const char *const tries[] = {"|", "\t", ",", ";", "^", "~", "\x1f", ":"};
    struct slice names[IMPORT_MOST_FIELDS], best = {"|", 1};
    size_t n_best = 0;
    if (import->options->delimiter)
        return slice_of(import->options->delimiter);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        size_t n = slice_split(line, slice_of(tries[i]), names, IMPORT_MOST_FIELDS);
        if (n > IMPORT_MOST_FIELDS)
            continue;
        size_t n_known = sacct_header_n_known(names, n);
        if (n_known > n_best) {
            n_best = n_known;
            best = slice_of(tries[i]);
        }
    }
    return best;
}

static int check_columns(struct import *import, const struct line *line)
{
    const struct sacct *s = import->state;
    const int *at = s->header.at;
    const char *team = import->options->team ? import->options->team : "Account";
    struct text missing;
    text_init(&missing);
    if (at[SACCT_JOB_RAW] < 0 && at[SACCT_JOB] < 0)
        text_append(&missing, ", JobIDRaw");
    if (at[SACCT_TEAM] < 0)
        text_printf(&missing, ", %s", team);
    if (at[SACCT_START] < 0)
        text_append(&missing, ", Start");
    if (at[SACCT_END] < 0 && at[SACCT_ELAPSED] < 0 && at[SACCT_ELAPSED_RAW] < 0)
        text_append(&missing, ", ElapsedRaw");
    if (at[SACCT_GIVEN] < 0)
        text_append(&missing, ", AllocTRES");
    if (missing.length > 0) {
        import_refuse(import, line, "sacct was not asked for %s", missing.bytes + 2);
        diag_hint(import->d, "what is read is: %s", RIGHT_COMMAND);
    } else if (at[SACCT_ASKED] < 0 || (at[SACCT_ELIGIBLE] < 0 && at[SACCT_SUBMIT] < 0)) {
        import_note(import,
                    "there is no ReqTRES, or neither Eligible nor Submit: waiting "
                    "is not known in full, so demand is use");
    }
    int result = missing.length > 0 ? -1 : 0;
    text_release(&missing);
    return result;
}

/* What is no output of sacct -P. */
static int check_sort(struct import *import, const struct line *line)
{
    struct slice all = slice_trim((struct slice){line->bytes, line->length});
    struct slice names[IMPORT_MOST_FIELDS];
    size_t n = slice_split_blanks(all, names, IMPORT_MOST_FIELDS);
    if (slice_begins(all, "{"))
        return refuse(import, line, "this is JSON, which is not read");
    if (n <= IMPORT_MOST_FIELDS && sacct_header_n_known(names, n) >= 3)
        return refuse(import, line,
                      "this table is cut to widths: names that end in + are not whole");
    refuse(import, line, "this is no header of sacct -P");
    diag_hint(import->d,
              "of sacct -n, --columns says which columns it has; what is read "
              "is: %s",
              RIGHT_COMMAND);
    return -1;
}

static int read_header(struct import *import, const struct line *line)
{
    struct sacct *s = import->state;
    struct slice all = {line->bytes, line->length}, names[IMPORT_MOST_FIELDS];
    s->separator = find_separator(import, all);
    size_t n = slice_split(all, s->separator, names, IMPORT_MOST_FIELDS);
    if (n > IMPORT_MOST_FIELDS || sacct_header_n_known(names, n) < 2)
        return check_sort(import, line);
    s->has_header = true;
    s->first_length = all.length < sizeof s->first ? all.length : sizeof s->first;
    memcpy(s->first, all.at, s->first_length);
    sacct_header_read(&s->header, names, n, import->options->team);
    return check_columns(import, line);
}

/* Of sacct -n: the names are given. */
static int begin(struct import *import)
{
    struct sacct *s = import->state;
    const char *columns = import->options->columns;
    struct slice names[IMPORT_MOST_FIELDS];
    if (!columns)
        return 0;
    size_t n = slice_split(slice_of(columns), slice_of(","), names, IMPORT_MOST_FIELDS);
    if (n > IMPORT_MOST_FIELDS || sacct_header_n_known(names, n) < 2) {
        diag_error(import->d, DIAG_USAGE, NULL,
                   "--columns '%s' are no columns of sacct, comma-separated", columns);
        diag_hint(import->d, "the list that was sacct's --format");
        return -1;
    }
    s->has_header = true;
    sacct_header_read(&s->header, names, n, import->options->team);
    return check_columns(import, NULL);
}

/* ---- a line ---- */

static void wrong_field(struct row *row, enum sacct_column column, enum skip kind,
                        const char *what)
{
    struct slice s = row->fields[column];
    row->result = IMPORT_SKIP(row->import, row->line, kind, "%s is '%.*s', %s",
                              sacct_columns[column], (int)(s.length < 80 ? s.length : 80),
                              s.at, what);
    row->is_over = true;
}

static void leave_out(struct row *row, enum skip kind, const char *what)
{
    row->result = IMPORT_SKIP(row->import, row->line, kind, "%s", what);
    row->is_over = true;
}

static bool read_time(struct row *row, enum sacct_column column, struct time_read *out)
{
    enum time_kind kind = zone_read_time(&row->import->zone, row->fields[column], out);
    if (kind == TIME_WRONG && !row->is_over)
        wrong_field(row, column, SKIP_TIME,
                    "must be YYYY-MM-DDTHH:MM:SS or seconds, from 1990 on");
    return kind == TIME_GIVEN;
}

/* The seconds that it ran; -1: not said. */
static int64_t read_elapsed(struct row *row)
{
    const int *at = ((const struct sacct *)row->import->state)->header.at;
    enum sacct_column column =
        at[SACCT_ELAPSED_RAW] >= 0 ? SACCT_ELAPSED_RAW : SACCT_ELAPSED;
    int64_t seconds;
    if (at[column] < 0 || row->fields[column].length == 0 || row->is_over)
        return -1;
    if (!zone_read_duration(row->fields[column], &seconds))
        wrong_field(row, column, SKIP_NUMBER, "must be seconds or [D-]HH:MM:SS");
    else if (seconds < 0)
        wrong_field(row, column, SKIP_NEGATIVE, "must not be negative");
    return row->is_over ? -1 : seconds;
}

/* Of local times that there were twice, those between which it ran as long as it says. */
static void agree(struct time_read *start, const struct time_read *end, int64_t elapsed_s)
{
    if (elapsed_s < 0 || end->at_s - start->at_s == elapsed_s)
        return;
    if (end->at_s - start->later_at_s == elapsed_s ||
        end->later_at_s - start->later_at_s == elapsed_s)
        start->at_s = start->later_at_s;
}

/* When it wanted, began and ended; what has neither begun nor ended is left out. */
static void read_times(struct row *row)
{
    struct time_read start, end, eligible = {0};
    bool has_start = read_time(row, SACCT_START, &start);
    bool has_end = read_time(row, SACCT_END, &end);
    const struct sacct *s = row->import->state;
    bool has_eligible =
        read_time(row, s->header.at[SACCT_ELIGIBLE] >= 0 ? SACCT_ELIGIBLE : SACCT_SUBMIT,
                  &eligible);
    int64_t elapsed_s = read_elapsed(row);
    if (row->is_over)
        return;
    if (!has_start && !has_end) {
        leave_out(row, SKIP_WAITS, "waits");
        return;
    }
    if (has_start && has_end) {
        if (end.later_at_s < start.at_s) {
            leave_out(row, SKIP_ORDER, "it ends before it starts");
            return;
        }
        agree(&start, &end, elapsed_s);
    }
    if (has_start && !has_end && elapsed_s < 0) {
        leave_out(row, SKIP_UNKNOWN, "unknown");
        return;
    }
    struct import_job *job = &row->job;
    job->begin_s = (double)(has_start ? start.at_s : end.at_s);
    job->end_s = !has_start       ? job->begin_s
                 : elapsed_s >= 0 ? job->begin_s + (double)elapsed_s
                                  : (double)end.at_s;
    job->end_s = fmax(job->end_s, job->begin_s);
    job->eligible_s =
        has_eligible ? fmin((double)eligible.at_s, job->begin_s) : job->begin_s;
    const struct periods *p = &row->import->usage.periods;
    if (job->end_s >= (double)p->day_s[p->n_days])
        leave_out(row, SKIP_TIME, "it runs beyond the year 2099");
}

/* ---- GPUs ---- */

static void read_gpus(struct row *row, enum sacct_column column, struct tres_gpus *gpus)
{
    static const struct {
        enum skip kind;
        const char *what;
    } wrong[] = {
        [TRES_NUMBER] = {SKIP_NUMBER, "counts GPUs by no number to 1e9"},
        [TRES_NEGATIVE] = {SKIP_NEGATIVE, "counts GPUs below 0"},
        [TRES_NAME] = {SKIP_NAME, "names no type of GPU, or one too many"},
        [TRES_CUT] = {SKIP_NUMBER, "is cut to a width: sacct -P is not"},
    };
    enum tres_result result =
        tres_read_gpus(&row->import->usage, row->fields[column], gpus);
    if (result != TRES_READ && !row->is_over)
        wrong_field(row, column, wrong[result].kind, wrong[result].what);
}

/* What was waited for is what was given, where it was given the number that it asked for;
 * else what was asked for. */
static void add_part(struct import_job *job, int pool, double used_gpus,
                     double waited_gpus)
{
    if (job->n_parts == IMPORT_MOST_PARTS)
        return;
    job->parts[job->n_parts].pool = pool;
    job->parts[job->n_parts].used_gpus = used_gpus;
    job->parts[job->n_parts++].waited_gpus = waited_gpus;
}

static void set_parts(struct import_job *job, const struct tres_gpus *asked,
                      const struct tres_gpus *given)
{
    bool is_given = given->all > 0 && (asked->all <= 0 || asked->all == given->all);
    for (size_t i = 0; i < given->n; i++)
        add_part(job, given->types[i].pool, given->types[i].gpus,
                 is_given ? given->types[i].gpus : 0);
    for (size_t i = 0; i < asked->n && !is_given; i++)
        add_part(job, asked->types[i].pool, 0, asked->types[i].gpus);
}

static void read_parts(struct row *row)
{
    struct tres_gpus asked, given;
    read_gpus(row, SACCT_ASKED, &asked);
    read_gpus(row, SACCT_GIVEN, &given);
    if (row->is_over)
        return;
    set_parts(&row->job, &asked, &given);
    if (fmax(asked.all, given.all) <= 0)
        leave_out(row, SKIP_NO_GPU, "no GPU");
}

/* ---- the job ---- */

static struct slice job_id(const struct row *row)
{
    struct slice raw = row->fields[SACCT_JOB_RAW];
    return raw.length > 0 ? raw : row->fields[SACCT_JOB];
}

/* Another file may have the job too, one per month; runs of a requeued job have other
 * starts. */
static void look_for_twin(struct row *row)
{
    struct import_job *job = &row->job;
    double start_s = job->begin_s, until_s;
    struct slice cluster = row->fields[SACCT_CLUSTER], job_name = job_id(row);
    uint64_t key = text_hash(TEXT_HASH, cluster.at, cluster.length);
    key = text_hash(key, job_name.at, job_name.length);
    key = text_hash(key, (const char *)&start_s, sizeof start_s);
    row->result =
        import_seen_until(row->import, key, job->eligible_s, job->end_s, &until_s);
    row->is_over = row->result != 0;
    if (row->is_over || until_s == 0)
        return;
    if (job->end_s <= until_s) {
        leave_out(row, SKIP_TWICE, "twice");
        return;
    }
    job->eligible_s = job->begin_s = until_s;
    job->is_continued = true;
}

static void read_team(struct row *row)
{
    struct slice s = row->fields[SACCT_TEAM];
    if (row->is_over)
        return;
    row->job.team = usage_team(&row->import->usage, s);
    if (row->job.team >= 0)
        return;
    row->result = IMPORT_SKIP(row->import, row->line, SKIP_NAME,
                              "%s is '%.*s', no name of a team, or one too many",
                              row->import->options->team ? row->import->options->team
                                                         : sacct_columns[SACCT_ACCOUNT],
                              (int)(s.length < 80 ? s.length : 80), s.at);
    row->is_over = true;
}

static int read_job(struct row *row)
{
    struct slice id = job_id(row), state = row->fields[SACCT_STATE];
    if (memchr(id.at, '.', id.length)) {
        leave_out(row, SKIP_STEP, "a step");
        return row->result;
    }
    if (state.length > 0 && state.at[state.length - 1] == '+')
        return refuse(row->import, row->line,
                      "this table is cut to widths: the state ends in +");
    read_times(row);
    if (!row->is_over)
        read_parts(row);
    if (!row->is_over)
        look_for_twin(row);
    read_team(row);
    if (row->is_over)
        return row->result;
    if (slice_begins(state, "REQUEUED"))
        row->import->has_requeued = true;
    return import_job(row->import, row->line, &row->job);
}

static bool is_header_again(const struct sacct *s, const struct line *line)
{
    return s->first_length > 0 && line->length >= s->first_length &&
           memcmp(line->bytes, s->first, s->first_length) == 0;
}

static int take(struct import *import, struct line *line)
{
    struct sacct *s = import->state;
    struct slice fields[IMPORT_MOST_FIELDS], all = {line->bytes, line->length};
    if (!s->has_header)
        return read_header(import, line);
    if (is_header_again(s, line)) {
        import_refuse(import, line, "a second header: these are several files in one");
        diag_hint(import->d, "name each of them, so that a job that is in two of them "
                             "counts once");
        return -1;
    }
    if (!s->separator.at)
        s->separator = import->options->delimiter ? slice_of(import->options->delimiter)
                                                  : slice_of("|");
    import->tally.n_lines++;
    size_t n = slice_split(all, s->separator, fields, IMPORT_MOST_FIELDS);
    struct row row = {.import = import, .line = line};
    if (n > IMPORT_MOST_FIELDS ||
        !sacct_fields_find(&s->header, &import->zone, fields, n, row.fields))
        return IMPORT_SKIP(
            import, line, SKIP_FIELDS, "%zu fields where the header names %zu%s", n,
            s->header.n_columns,
            n > s->header.n_columns
                ? ": a name holds the separator; sacct --delimiter changes "
                  "it"
                : "");
    return read_job(&row);
}

static int end(struct import *import)
{
    const struct sacct *s = import->state;
    if (s->has_header)
        return 0;
    return refuse(import, NULL, "is empty: a first line must name the columns");
}

/* ---- after all files ---- */

/* Waiting for GPUs of no type, where all that ran had one, goes to the pool of most use.
 */
static void place_untyped(struct import *import)
{
    struct usage *u = &import->usage;
    int untyped = names_find(&u->pools, slice_of("gpu")), most = -1;
    double most_gpu_s = 0;
    if (untyped < 0 || usage_sum(u, -1, untyped).used_gpu_s > 0)
        return;
    for (size_t p = 0; p < u->pools.n; p++) {
        double used_gpu_s = usage_sum(u, -1, (int)p).used_gpu_s;
        if (used_gpu_s > most_gpu_s) {
            most_gpu_s = used_gpu_s;
            most = (int)p;
        }
    }
    if (most < 0)
        return;
    double hours = usage_sum(u, -1, untyped).waiting_gpu_s / 3600.0;
    usage_move_pool(u, untyped, most);
    if (hours > 0)
        import_note(import,
                    "%.1f GPU-hours were waited for by jobs that asked for no type and "
                    "never ran: they count as of %s, the pool of most use",
                    hours, u->pools.items[most]);
}

static int finish(struct import *import)
{
    place_untyped(import);
    if (!import->has_requeued)
        import_note(import, "no line is of a requeued run: without sacct -D the use of "
                            "earlier runs is missing");
    return 0;
}

const struct importer import_sacct = {
    .name = "sacct",
    .summary = "Slurm's accounting, sacct -P with any columns",
    .unit = "GPU",
    .example = "allot import sacct 2025-*.txt --timezone Europe/Berlin --out ours",
    .option_names = "columns delimiter team accounts",
    .state_size = sizeof(struct sacct),
    .begin = begin,
    .line = take,
    .end = end,
    .finish = finish,
};
