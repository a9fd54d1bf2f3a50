#include "study/result_dir.h"

#include "record/json.h"
#include "study/chart.h"
#include "study/report.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *seal_of(const struct result_dir_type *type)
{
    return type->names[type->n_names - 1];
}

static int take_away(const char *dir, const char *name, struct diag *d)
{
    struct text path;
    text_init(&path);
    text_printf(&path, "%s/%s", dir, name);
    int result = file_remove(path.bytes, d);
    text_release(&path);
    return result;
}

bool result_dir_is(const struct result_dir_type *type, const char *dir)
{
    struct text path;
    text_init(&path);
    text_printf(&path, "%s/%s", dir, seal_of(type));
    struct diag ignored;
    diag_init(&ignored);
    json_t *json = json_read_file(path.bytes, &ignored);
    const char *kind = json_string_value(json_object_get(json, "kind"));
    bool is_one = json_is_string(json_object_get(json, "allot")) &&
                  (type->kind ? kind && strcmp(kind, type->kind) == 0
                              : !json_object_get(json, "kind"));
    json_decref(json);
    diag_release(&ignored);
    text_release(&path);
    return is_one;
}

/* ---- what was left there ---- */

/* Removes what killed processes have left. One that died while it renamed has left the
 * temporary run.json, and files in their places without a seal: these go too. */
static void sweep_out(const struct result_dir_type *type, const char *dir)
{
    bool is_half = false;
    DIR *stream = opendir(dir);
    if (!stream)
        return;
    bool has_seal =
        faccessat(dirfd(stream), seal_of(type), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    for (struct dirent *entry; (entry = readdir(stream));)
        for (size_t i = 0; i < type->n_names; i++)
            if (file_is_left(entry->d_name, type->names[i])) {
                is_half |= i + 1 == type->n_names && !has_seal;
                unlinkat(dirfd(stream), entry->d_name, 0);
            }
    for (size_t i = 0; i < type->n_names && is_half; i++)
        unlinkat(dirfd(stream), type->names[i], 0);
    closedir(stream);
}

static bool is_empty(const char *dir)
{
    DIR *stream = opendir(dir);
    bool is_so = stream != NULL;
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        is_so &= strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (stream)
        closedir(stream);
    return is_so;
}

int result_dir_check(const struct result_dir_type *type, const char *dir, struct diag *d)
{
    struct place at = {.file = dir};
    if (!file_exists(dir))
        return 0;
    if (!file_is_directory(dir))
        return diag_error(d, DIAG_CANNOT_CREATE, &at, "is not a directory");
    sweep_out(type, dir);
    if (is_empty(dir) || result_dir_is(type, dir))
        return 0;
    diag_error(d, DIAG_CANNOT_CREATE, &at,
               "is not empty and holds no %s: nothing is overwritten", type->noun);
    diag_hint(d, "name another directory with --out");
    return -1;
}

/* ---- what comes there ---- */

static int take_all_away(const struct result_dir_type *type, const char *dir,
                         struct diag *d)
{
    int result = 0;
    for (size_t i = 0; i < type->n_names && result == 0; i++)
        result = take_away(dir, type->names[i], d);
    return result;
}

static int take_pages_away(const char *dir, struct diag *d)
{
    return chart_remove_stale(dir, d) == 0 ? report_remove_stale(dir, d) : -1;
}

int result_dir_publish(const struct result_dir_type *type, const char *dir,
                       struct out_file *const *files, size_t n, struct diag *d)
{
    struct diag ignored;
    diag_init(&ignored);
    int result = take_pages_away(dir, d);
    if (result == 0)
        result = take_away(dir, seal_of(type), d);
    bool is_touched = result == 0;
    if (is_touched && (result = take_all_away(type, dir, d)) != 0)
        file_leave(files[n - 1]); /* the trace of a half result: see sweep_out */
    for (size_t i = 0; i < n && result == 0; i++)
        result = file_publish(files[i], d);
    if (result != 0 && is_touched)
        take_all_away(type, dir, &ignored);
    for (size_t i = 0; i < n; i++)
        file_discard(files[i]);
    diag_release(&ignored);
    return result;
}
