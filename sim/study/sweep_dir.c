#include "study/sweep_dir.h"

#include "base/file.h"
#include "study/store.h"

#include <dirent.h>
#include <string.h>

const char *sweep_store_path(struct arena *arena, const char *dir)
{
    return arena_printf(arena, "%s/sweep.sqlite", dir);
}

bool sweep_is_its_file(const char *name)
{
    static const char *const names[] = {"sweep.sqlite",    "shard-",     "slurm-",
                                        "charts",          "runs.csv",   "points.csv",
                                        "sensitivity.csv", "failed.csv", "report"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(name, names[i], strlen(names[i])) == 0)
            return true;
    return *name == '.';
}

int sweep_check_dir(const char *dir, struct diag *d)
{
    struct place at = {.file = dir};
    DIR *stream;
    bool is_foreign = false;
    if (file_open_directory(dir, &stream, d) != 0)
        return -1;
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        is_foreign |= !sweep_is_its_file(entry->d_name);
    if (stream)
        closedir(stream);
    if (!is_foreign)
        return 0;
    diag_error(d, DIAG_CANNOT_CREATE, &at, "is not the directory of a sweep");
    diag_hint(d, "nothing is overwritten: name another one with --out");
    return -1;
}

bool sweep_is_sweep(const char *dir)
{
    struct arena arena;
    arena_init(&arena);
    bool is_there = store_is_there(sweep_store_path(&arena, dir));
    arena_release(&arena);
    return is_there;
}
