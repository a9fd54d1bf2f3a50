#include "study/run_files.h"

#include "base/memory.h"
#include "record/columns.h"
#include "study/chart.h"
#include "study/report.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const run_file_names[N_RUN_FILES] = {
    "pools.csv",  "groups.csv",  "teams.csv", "projects.csv", "months.csv",
    "claims.csv", "factors.csv", "plan.csv",  "events.csv",   "outcomes.csv"};

/* All that a run may have left in its directory, beside charts. */
static const char *const other_names[] = {"bands.csv", "summary.json", "columns.csv",
                                          "run.json"};

static bool has_series_file(const struct run_files *f, int file)
{
    return f->has_series || file == FILE_OUTCOMES;
}

static char *path_in(const char *dir, const char *name)
{
    struct text path;
    text_init(&path);
    text_printf(&path, "%s/%s", dir, name);
    return path.bytes;
}

/* A run.json of ours says which version wrote it; other programs have files of that name
 * too. That of a comparison says that it is one. */
bool run_files_is_run(const char *dir)
{
    char *path = path_in(dir, "run.json");
    json_t *json = json_load_file(path, 0, NULL);
    bool is_run =
        json_is_string(json_object_get(json, "allot")) && !json_object_get(json, "kind");
    json_decref(json);
    mem_free(path);
    return is_run;
}

/* Whether a name is ".FILE.PID.tmp": a result that is being written, or what a program
 * that was killed has left. */
static bool is_temporary(const char *name, long *pid)
{
    const size_t n_others = sizeof other_names / sizeof *other_names;
    for (size_t i = 0; *name == '.' && i < N_RUN_FILES + n_others; i++) {
        const char *file =
            i < N_RUN_FILES ? run_file_names[i] : other_names[i - N_RUN_FILES];
        size_t length = strlen(file);
        char *end;
        if (strncmp(name + 1, file, length) != 0 || name[1 + length] != '.')
            continue;
        *pid = strtol(name + 2 + length, &end, 10);
        if (*pid > 0 && strcmp(end, ".tmp") == 0)
            return true;
    }
    return false;
}

/* What programs that no longer run have left is removed. True if nothing else is there.
 */
static bool is_empty_dir(const char *dir)
{
    DIR *stream = opendir(dir);
    size_t n = 0;
    long pid;
    if (!stream)
        return false;
    for (struct dirent *entry; (entry = readdir(stream));) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (is_temporary(name, &pid) && kill((pid_t)pid, 0) != 0 && errno == ESRCH)
            unlinkat(dirfd(stream), name, 0);
        else
            n++;
    }
    closedir(stream);
    return n == 0;
}

static int check_dir(const char *dir, struct diag *d)
{
    struct place at = {.file = dir};
    if (!file_exists(dir))
        return 0;
    if (!file_is_directory(dir))
        return diag_error(d, DIAG_CANNOT_CREATE, &at, "is not a directory");
    if (!is_empty_dir(dir) && !run_files_is_run(dir)) {
        diag_error(d, DIAG_CANNOT_CREATE, &at,
                   "is not empty and holds no run: nothing is overwritten");
        diag_hint(d, "name another directory with --out");
        return -1;
    }
    return 0;
}

int run_files_open(struct run_files *f, const struct scenario *scenario, const char *dir,
                   bool has_series, bool has_replication, struct diag *d)
{
    *f = (struct run_files){.scenario = scenario,
                            .dir = dir,
                            .has_series = has_series,
                            .has_replication = has_replication};
    if (check_dir(dir, d) != 0)
        return -1;
    f->is_new_dir = !file_exists(dir);
    if (file_make_directory(dir, d) != 0)
        return -1;
    for (int i = 0; i < N_RUN_FILES; i++) {
        csv_init(&f->csvs[i], NULL);
        if (!has_series_file(f, i))
            continue;
        char *path = path_in(dir, run_file_names[i]);
        int result = file_create(&f->files[i], path, d);
        mem_free(path);
        if (result != 0) {
            run_files_discard(f);
            return -1;
        }
        f->csvs[i].stream = f->files[i].stream;
        csv_header(&f->csvs[i], run_file_names[i], has_replication);
    }
    return 0;
}

/* Old results that the new ones do not replace would contradict them. */
static void remove_stale(const struct run_files *f, const struct out_file *extra,
                         size_t n_extra)
{
    for (int i = 0; i < N_RUN_FILES; i++)
        if (!has_series_file(f, i)) {
            char *path = path_in(f->dir, run_file_names[i]);
            unlink(path);
            mem_free(path);
        }
    for (size_t k = 0; k < sizeof other_names / sizeof *other_names; k++) {
        char *path = path_in(f->dir, other_names[k]);
        bool is_kept = false;
        for (size_t i = 0; i < n_extra; i++)
            is_kept |= strcmp(extra[i].path, path) == 0;
        if (!is_kept)
            unlink(path);
        mem_free(path);
    }
    chart_remove_stale(f->dir);
    report_remove_stale(f->dir);
}

int run_files_publish(struct run_files *f, struct out_file *extra, size_t n_extra,
                      struct diag *d)
{
    int result = 0;
    for (int i = 0; i < N_RUN_FILES; i++) {
        if (!f->files[i].stream)
            continue;
        csv_flush(&f->csvs[i]);
        if (result == 0)
            result = file_close(&f->files[i], d);
    }
    for (size_t i = 0; i < n_extra && result == 0; i++)
        result = file_close(&extra[i], d);
    if (result == 0)
        remove_stale(f, extra, n_extra);
    for (int i = 0; i < N_RUN_FILES && result == 0; i++)
        if (f->files[i].temporary)
            result = file_publish(&f->files[i], d);
    for (size_t i = 0; i < n_extra && result == 0; i++)
        result = file_publish(&extra[i], d);
    for (size_t i = 0; i < n_extra; i++)
        file_discard(&extra[i]);
    if (result == 0)
        f->is_new_dir = false;
    run_files_discard(f);
    return result;
}

void run_files_discard(struct run_files *f)
{
    for (int i = 0; i < N_RUN_FILES; i++) {
        file_discard(&f->files[i]);
        csv_release(&f->csvs[i]);
    }
    if (f->is_new_dir)
        rmdir(f->dir);
    f->is_new_dir = false;
}
