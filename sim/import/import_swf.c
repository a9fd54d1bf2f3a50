/* The Standard Workload Format: 18 numbers a job, comments with ';' before them, -1 for
 * what is not known; further fields are ignored. Source: D. Feitelson, Parallel Workloads
 * Archive, "The Standard Workload Format", version 2.2. */
#include "import/importer.h"

#include <math.h>

enum { FIELDS = 18 };
enum field { SUBMIT = 1, WAIT, RUN, CPUS, ASKED_CPUS = 7, USER = 11, GROUP, QUEUE = 14 };

struct swf {
    double start_s; /* of the log; NaN: not said */
};

static const struct {
    const char *name;
    enum field field;
} team_fields[] = {{"group", GROUP}, {"user", USER}, {"queue", QUEUE}};
enum { N_TEAM_FIELDS = sizeof team_fields / sizeof *team_fields };

static int find_team(const char *name)
{
    for (int i = 0; i < N_TEAM_FIELDS; i++)
        if (slice_is(slice_of(name), team_fields[i].name))
            return i;
    return -1;
}

static int check(const struct import_options *options, struct diag *d)
{
    if (!options->team || find_team(options->team) >= 0)
        return 0;
    return diag_error(d, DIAG_USAGE, NULL, "--team is '%s', must be group, user or queue",
                      options->team);
}

static int begin(struct import *import)
{
    struct swf *swf = import->state;
    struct time_read start;
    swf->start_s = NAN;
    if (!import->options->start)
        return 0;
    if (zone_read_time(&import->zone, slice_of(import->options->start), &start) !=
        TIME_GIVEN)
        return diag_error(import->d, DIAG_USAGE, NULL,
                          "--start is '%s', must be YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS",
                          import->options->start);
    swf->start_s = (double)start.at_s;
    return 0;
}

/* What of a comment is a header. */
static void read_comment(struct import *import, struct slice comment)
{
    struct swf *swf = import->state;
    static const char unix_start[] = "UnixStartTime:", zone[] = "TimeZoneString:";
    int64_t start_s;
    comment.at++;
    comment.length--;
    comment = slice_trim(comment);
    if (slice_begins(comment, unix_start)) {
        size_t n = sizeof unix_start - 1;
        struct slice value = {comment.at + n, comment.length - n};
        if (slice_integer(slice_trim(value), &start_s) && start_s >= 0 &&
            isnan(swf->start_s))
            swf->start_s = (double)start_s;
    } else if (slice_begins(comment, zone) && !import->options->timezone) {
        size_t n = sizeof zone - 1;
        struct slice name =
            slice_trim((struct slice){comment.at + n, comment.length - n});
        import_note(import,
                    "the log is of the time zone %.*s; months begin as in UTC unless "
                    "--timezone says it",
                    (int)name.length, name.at);
    }
}

/* Times are seconds since the log's start, where that is said; else since 1970. */
static int read_submit(struct import *import, const struct line *line, double submit,
                       double *submit_s)
{
    const struct swf *swf = import->state;
    double first_s = (double)import->usage.periods.day_s[0];
    if (isnan(swf->start_s) && submit < first_s) {
        import_refuse(import, line, "the log does not say when it begins");
        diag_hint(import->d, "--start YYYY-MM-DD, or a comment '; UnixStartTime: N'");
        return -1;
    }
    *submit_s = submit + (isnan(swf->start_s) ? 0 : swf->start_s);
    return 0;
}

static bool is_within(const struct import *import, double from_s, double until_s)
{
    const struct periods *p = &import->usage.periods;
    return from_s >= (double)p->day_s[0] && until_s < (double)p->day_s[p->n_days];
}

static int read_job(struct import *import, const struct line *line,
                    const struct slice *fields, const double *numbers)
{
    static const char *const names[] = {"submit time", "wait time", "run time"};
    double cpus = numbers[CPUS] > 0 ? numbers[CPUS] : numbers[ASKED_CPUS];
    double wait_s = numbers[WAIT] == -1 ? 0 : numbers[WAIT], submit_s;
    int team = import->options->team ? find_team(import->options->team) : 0;
    for (int i = SUBMIT; i <= RUN; i++)
        if (numbers[i] < 0 && (numbers[i] != -1 || i == SUBMIT))
            return IMPORT_SKIP(import, line, SKIP_NEGATIVE, "job %.*s: the %s is %.*s",
                               (int)fields[0].length, fields[0].at, names[i - SUBMIT],
                               (int)fields[i].length, fields[i].at);
    if (numbers[RUN] < 0 || cpus <= 0)
        return IMPORT_SKIP(import, line, SKIP_UNKNOWN, "unknown");
    if (read_submit(import, line, numbers[SUBMIT], &submit_s) != 0)
        return -1;
    struct import_job job = {.n_parts = 1, .eligible_s = submit_s};
    job.begin_s = submit_s + wait_s;
    job.end_s = job.begin_s + numbers[RUN];
    if (!is_within(import, submit_s, job.end_s))
        return IMPORT_SKIP(import, line, SKIP_TIME,
                           "it ends %.0f s after 1970, no year from %d to %d", job.end_s,
                           ZONE_FIRST_YEAR, ZONE_END_YEAR - 1);
    job.team = usage_team(&import->usage, fields[team_fields[team].field]);
    job.parts[0].pool = usage_pool(&import->usage, slice_of("cpu"));
    job.parts[0].used_gpus = job.parts[0].waited_gpus = cpus;
    if (job.team < 0)
        return IMPORT_SKIP(import, line, SKIP_NAME, "no name of a team, or one too many");
    return import_job(import, line, &job);
}

static int take(struct import *import, struct line *line)
{
    struct slice all = {line->bytes, line->length}, fields[FIELDS];
    double numbers[FIELDS];
    size_t n = slice_split_blanks(all, fields, FIELDS);
    if (n == 0)
        return 0;
    if (*fields[0].at == ';') {
        read_comment(import, (struct slice){fields[0].at, (size_t)(all.at + all.length -
                                                                   fields[0].at)});
        return 0;
    }
    import->tally.n_lines++;
    if (n < FIELDS)
        return IMPORT_SKIP(import, line, SKIP_FIELDS, "%zu fields where a job has %d", n,
                           FIELDS);
    for (int i = 0; i < FIELDS; i++)
        if (!slice_number(fields[i], &numbers[i]) || fabs(numbers[i]) > 1e15)
            return IMPORT_SKIP(import, line, SKIP_NUMBER,
                               "field %d is '%.*s', must be a number to 1e15", i + 1,
                               (int)(fields[i].length < 40 ? fields[i].length : 40),
                               fields[i].at);
    return read_job(import, line, fields, numbers);
}

const struct importer import_swf = {
    .name = "swf",
    .summary = "jobs in the Standard Workload Format, CPUs for GPUs",
    .unit = "CPU",
    .example = "allot import swf metacentrum.swf.gz --team user",
    .option_names = "start team",
    .state_size = sizeof(struct swf),
    .check = check,
    .begin = begin,
    .line = take,
};
