#include "study/run_files.h"

#include "base/check.h"
#include "base/memory.h"
#include "record/columns.h"
#include "study/result_dir.h"

#include <unistd.h>

/* Those of enum run_file first. */
static const char *const names[] = {
    "pools.csv",   "groups.csv",  "teams.csv",    "projects.csv", "months.csv",
    "claims.csv",  "factors.csv", "plan.csv",     "events.csv",   "outcomes.csv",
    "columns.csv", "bands.csv",   "summary.json", "run.json"};
enum { N_NAMES = sizeof names / sizeof *names, MOST_EXTRA = N_NAMES - N_RUN_FILES };

static const struct result_dir_type run_dir = {
    .noun = "run", .names = names, .n_names = N_NAMES};

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

int run_files_open(struct run_files *f, const struct scenario *scenario, const char *dir,
                   bool has_series, bool has_replication, struct diag *d)
{
    *f = (struct run_files){.scenario = scenario,
                            .dir = dir,
                            .has_series = has_series,
                            .has_replication = has_replication};
    if (result_dir_check(&run_dir, dir, d) != 0)
        return -1;
    f->is_new_dir = !file_exists(dir);
    if (file_make_directory(dir, d) != 0)
        return -1;
    for (int i = 0; i < N_RUN_FILES; i++) {
        csv_init(&f->csvs[i], NULL);
        if (!has_series_file(f, i))
            continue;
        char *path = path_in(dir, names[i]);
        int result = file_create(&f->files[i], path, d);
        mem_free(path);
        if (result != 0) {
            run_files_discard(f);
            return -1;
        }
        f->csvs[i].stream = f->files[i].stream;
        csv_header(&f->csvs[i], names[i], has_replication);
    }
    return 0;
}

int run_files_publish(struct run_files *f, struct out_file *extra, size_t n_extra,
                      struct diag *d)
{
    struct out_file *files[N_NAMES];
    size_t n = 0;
    int result = 0;
    CHECK(n_extra <= MOST_EXTRA);
    for (int i = 0; i < N_RUN_FILES; i++) {
        if (!f->files[i].stream)
            continue;
        csv_flush(&f->csvs[i]);
        files[n++] = &f->files[i];
    }
    for (size_t i = 0; i < n_extra; i++)
        files[n++] = &extra[i];
    for (size_t i = 0; i < n && result == 0; i++)
        result = file_close(files[i], d);
    if (result == 0)
        result = result_dir_publish(&run_dir, f->dir, files, n, d);
    for (size_t i = 0; i < n; i++)
        file_discard(files[i]);
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
