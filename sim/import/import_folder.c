#include "import/import_folder.h"

#include "base/file.h"
#include "base/memory.h"
#include "import/import_scenario.h"
#include "model/calendar.h"
#include "record/number.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* What a scenario may have. */
enum { HOUR_S = 3600, MOST_GPUS = 1000000000, MOST_BYTES = 1000000 };

struct writer {
    const struct import_folder *folder;
    struct import *import;
    const struct usage *usage;
    struct diag *d;
    double gpus[USAGE_MOST_POOLS]; /* of a pool */
    bool is_told[USAGE_MOST_POOLS];
};

/* ---- the folder ---- */

enum { SCENARIO, DEMAND, SKIPPED, GRANTS, N_FILES };
static const char *const names[N_FILES] = {"scenario.cfg", "demand.csv", "skipped.csv",
                                           "grants.csv"};

/* Whether it is what an import that was killed has left. */
static bool is_left(const char *entry)
{
    bool is_so = false;
    for (int i = 0; i < N_FILES; i++)
        is_so |= file_is_left(entry, names[i]);
    return is_so;
}

int import_folder_check(const struct import_folder *folder, struct diag *d)
{
    struct place at = {.file = folder->dir};
    DIR *dir = opendir(folder->dir);
    if (!dir && errno == ENOENT)
        return 0;
    if (!dir)
        return diag_error(d, DIAG_CANNOT_CREATE, &at, "cannot be created: %s",
                          strerror(errno));
    size_t n = 0;
    for (struct dirent *entry; (entry = readdir(dir));)
        if (is_left(entry->d_name))
            unlinkat(dirfd(dir), entry->d_name, 0);
        else
            n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    if (n == 0)
        return 0;
    diag_error(d, DIAG_CANNOT_CREATE, &at, "is not empty: nothing is overwritten");
    diag_hint(d, "another one: --out DIR");
    return -1;
}

/* ---- pools ---- */

static int read_capacity(struct writer *w, const char *word)
{
    const char *equals = strrchr(word, '='), *digits = equals ? equals + 1 : word;
    const struct names *pools = &w->usage->pools;
    double gpus;
    if (!number_parse(digits, &gpus) || !(gpus >= 0 && gpus <= 1e9) ||
        gpus != floor(gpus))
        return diag_error(w->d, DIAG_USAGE, NULL,
                          "--capacity is '%s', must be a whole number from 0 to 1e9",
                          digits);
    int pool = equals ? names_find(pools, (struct slice){word, (size_t)(equals - word)})
               : pools->n == 1 ? 0
                               : -1;
    if (pool < 0) {
        struct text list;
        text_init(&list);
        for (size_t p = 0; p < pools->n; p++)
            text_printf(&list, "%s%s", p ? ", " : "", pools->items[p]);
        diag_error(w->d, DIAG_USAGE, NULL, "--capacity %s: there is no such pool", word);
        diag_hint(w->d, "pools are %s; write POOL=GPUS", list.bytes);
        text_release(&list);
        return -1;
    }
    w->gpus[pool] = gpus;
    w->is_told[pool] = true;
    return 0;
}

static int find_capacities(struct writer *w)
{
    for (size_t p = 0; p < w->usage->pools.n; p++)
        w->gpus[p] =
            ceil((w->import->has_grants ? usage_peak_granted_gpus(w->usage, (int)p)
                                        : usage_peak_gpus(w->usage, (int)p)) -
                 1e-6);
    for (size_t i = 0; i < w->folder->n_capacities; i++)
        if (read_capacity(w, w->folder->capacities[i]) != 0)
            return -1;
    return 0;
}

/* ---- demand.csv, skipped.csv ---- */

static void write_period(struct csv *csv, const struct usage *u, size_t period)
{
    struct date date = periods_date(&u->periods, period);
    char text[16];
    date_format(date, text);
    if (!u->periods.is_daily)
        text[strlen("YYYY-MM")] = '\0';
    csv_text(csv, text);
}

/* The run is of whole months, and so is its demand: the first period, and the end. */
static size_t first_period(const struct usage *u, size_t *end)
{
    struct date first = periods_date(&u->periods, u->first);
    struct date last = periods_date(&u->periods, u->end - 1);
    first.day = last.day = 1;
    last.month = last.month % 12 + 1;
    last.year += last.month == 1;
    *end = periods_of_date(&u->periods, last);
    return periods_of_date(&u->periods, first);
}

static void write_series(struct writer *w, struct csv *csv, size_t team, size_t pool)
{
    const struct usage *u = w->usage;
    static const struct usage_cell none;
    size_t end, period = first_period(u, &end);
    for (; period < end; period++) {
        const struct usage_cell *cell = usage_find(u, (int)team, (int)pool, period);
        double hours = periods_hours(&u->periods, period);
        cell = cell ? cell : &none;
        write_period(csv, u, period);
        csv_text(csv, import_team_name(w->import, (int)team));
        csv_text(csv, u->pools.items[pool]);
        csv_number(csv, (cell->used_gpu_s + cell->waiting_gpu_s) / HOUR_S / hours);
        csv_number(csv, cell->used_gpu_s / HOUR_S);
        csv_number(csv, cell->waiting_gpu_s / HOUR_S);
        csv_number(csv, cell->n_jobs);
        csv_end(csv);
    }
}

static void write_demand(struct writer *w, struct csv *csv)
{
    const struct usage *u = w->usage;
    const char *const columns[] = {u->periods.is_daily ? "date" : "month",
                                   "team",
                                   "pool",
                                   "gpus",
                                   "used_gpu_hours",
                                   "waiting_gpu_hours",
                                   "jobs"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        csv_text(csv, columns[i]);
    csv_end(csv);
    for (size_t t = 0; t < u->teams.n; t++)
        for (size_t p = 0; p < u->pools.n; p++)
            if (usage_has(u, (int)t, (int)p))
                write_series(w, csv, t, p);
}

/* The grants as decisions of the rule fixed: a row where they change. */
static void write_decisions(struct writer *w, struct csv *csv, size_t team, size_t pool)
{
    const struct usage *u = w->usage;
    double last_gpus = NAN;
    for (size_t period = u->first; period < u->end; period++) {
        double gpus = usage_granted_gpus(u, (int)team, (int)pool, period);
        char date[16];
        if (gpus == last_gpus)
            continue;
        date_format(periods_date(&u->periods, period), date);
        csv_text(csv, period == u->first ? "" : date);
        csv_text(csv, import_team_name(w->import, (int)team));
        csv_text(csv, u->pools.items[pool]);
        csv_number(csv, gpus);
        csv_end(csv);
        last_gpus = gpus;
    }
}

static void write_grants(struct writer *w, struct csv *csv)
{
    const char *const columns[] = {"from", "team", "pool", "gpus"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        csv_text(csv, columns[i]);
    csv_end(csv);
    for (size_t t = 0; t < w->usage->teams.n; t++)
        for (size_t p = 0; p < w->usage->pools.n; p++)
            if (usage_has(w->usage, (int)t, (int)p))
                write_decisions(w, csv, t, p);
}

static void write_skipped(struct writer *w, struct csv *csv)
{
    const char *const columns[] = {"file", "line", "reason", "what"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        csv_text(csv, columns[i]);
    csv_end(csv);
    csv_rows(csv, &w->import->tally.rows.text);
}

/* ---- all of it ---- */

static int write_scenario(const struct writer *w, struct out_file *file)
{
    struct import_scenario scenario = {w->import, w->folder->words, w->gpus, w->is_told};
    struct place at = {.file = file->path};
    import_scenario_write(&scenario, file->stream);
    if (ftell(file->stream) <= MOST_BYTES)
        return 0;
    diag_error(
        w->d, DIAG_DATA, &at,
        "would be longer than the %d bytes that a scenario may have: there are %zu "
        "teams",
        MOST_BYTES, w->usage->teams.n);
    diag_hint(w->d, "--team names another column; --from and --until narrow the window");
    return -1;
}

/* All of them on the disk before the first appears, the scenario last; none is left where
 * that fails. */
static int publish(struct out_file *files, int n, int result, struct diag *d)
{
    for (int i = 0; i < n && result == 0; i++)
        result = file_close(&files[i], d);
    for (int i = n; i-- > 0 && result == 0;)
        result = file_publish(&files[i], d);
    for (int i = 0; i < n && result != 0; i++)
        file_discard(&files[i]);
    return result;
}

static int write_files(struct writer *w)
{
    struct out_file files[N_FILES];
    struct text path;
    int result = 0, n = 0;
    text_init(&path);
    int n_files = w->import->has_grants ? N_FILES : GRANTS;
    for (; n < n_files && result == 0; n++) {
        text_clear(&path);
        text_printf(&path, "%s/%s", w->folder->dir, names[n]);
        result = file_create(&files[n], path.bytes, w->d);
        if (result != 0)
            break;
        struct csv csv;
        csv_init(&csv, files[n].stream);
        if (n == SCENARIO)
            result = write_scenario(w, &files[n]);
        else if (n == DEMAND)
            write_demand(w, &csv);
        else if (n == SKIPPED)
            write_skipped(w, &csv);
        else
            write_grants(w, &csv);
        csv_flush(&csv);
        csv_release(&csv);
    }
    result = publish(files, n, result, w->d);
    /* The folder was empty: after a failure it is again, and the same command goes on. */
    for (int i = 0; i < n && result != 0; i++) {
        text_clear(&path);
        text_printf(&path, "%s/%s", w->folder->dir, names[i]);
        unlink(path.bytes);
    }
    text_release(&path);
    return result;
}

/* Whether a period's demand, and that of a pool, is a number of GPUs that can be. */
static int check_amounts(const struct import *import, struct diag *d)
{
    const struct usage *u = &import->usage;
    struct place at = {.file = import->file};
    for (size_t t = 0; t < u->teams.n; t++)
        for (size_t p = 0; p < u->pools.n; p++)
            for (size_t period = u->first; period < u->end; period++) {
                const struct usage_cell *cell = usage_find(u, (int)t, (int)p, period);
                double gpu_s = cell ? cell->used_gpu_s + cell->waiting_gpu_s : 0;
                double gpus = gpu_s / HOUR_S / periods_hours(&u->periods, period);
                char date[16];
                date_format(periods_date(&u->periods, period), date);
                if (gpus > MOST_GPUS)
                    return diag_error(d, DIAG_DATA, &at,
                                      "team '%s' has used and waited for %g GPUs in the "
                                      "mean of %.7s: a scenario may have %d",
                                      u->teams.items[t], gpus, date, MOST_GPUS);
            }
    for (size_t p = 0; p < u->pools.n; p++)
        if (usage_peak_gpus(u, (int)p) > MOST_GPUS)
            return diag_error(d, DIAG_DATA, &at,
                              "%g GPUs of pool '%s' ran at once: a scenario may have %d",
                              usage_peak_gpus(u, (int)p), u->pools.items[p], MOST_GPUS);
    return 0;
}

static int check_something(struct import *import, struct diag *d)
{
    const struct usage *u = &import->usage;
    struct place at = {.file = import->file};
    size_t n_months;
    if (u->first >= u->end) {
        diag_error(d, DIAG_DATA, &at,
                   "nothing of it could be imported: of %llu lines "
                   "%llu are wrong, %llu count for nothing",
                   (unsigned long long)import->tally.n_lines,
                   (unsigned long long)import->tally.n_wrong,
                   (unsigned long long)(tally_n_left_out(&import->tally) -
                                        import->tally.n_wrong));
        return -1;
    }
    import_scenario_months(u, &n_months);
    if (n_months > CALENDAR_MOST_MONTHS) {
        diag_error(d, DIAG_DATA, &at,
                   "there are %zu months from its first use to its "
                   "last: a scenario may have %d",
                   n_months, CALENDAR_MOST_MONTHS);
        diag_hint(d, "--from DATE and --until DATE narrow it");
        return -1;
    }
    return 0;
}

int import_folder_write(const struct import_folder *folder, struct import *import,
                        struct diag *d)
{
    struct writer w = {
        .folder = folder, .import = import, .usage = &import->usage, .d = d};
    if (check_something(import, d) != 0 || check_amounts(import, d) != 0 ||
        find_capacities(&w) != 0 || file_make_directory(folder->dir, d) != 0)
        return -1;
    return write_files(&w);
}
