#include "base/program.h"

#include "base/file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

/* Appends the directory DIRECTORY/NAME if it holds the witness. */
static bool find_in(const char *directory, const char *name, const char *witness,
                    struct text *out)
{
    struct text path;
    text_init(&path);
    text_printf(&path, "%s%s/%s", directory, name, witness);
    bool is_found = file_exists(path.bytes);
    if (is_found)
        text_printf(out, "%s%s", directory, name);
    text_release(&path);
    return is_found;
}

/* The same in PREFIX/share/allot: an installed tree may be moved. */
static bool find_in_share(const char *prefix, const char *name, const char *witness,
                          struct text *out)
{
    struct text share;
    text_init(&share);
    text_printf(&share, "%s/share/allot", prefix);
    bool is_found = find_in(share.bytes, name, witness, out);
    text_release(&share);
    return is_found;
}

/* The real path of the running program; false if the system does not say. */
static bool program_path(char path[PATH_MAX])
{
#ifdef __APPLE__
    char given[PATH_MAX];
    uint32_t size = sizeof given;
    return _NSGetExecutablePath(given, &size) == 0 && realpath(given, path) != NULL;
#else
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (n < 0)
        return false;
    path[n] = '\0';
    return true;
#endif
}

bool program_find(const char *in_source, const char *installed, const char *witness,
                  struct text *out)
{
    char path[PATH_MAX];
    bool is_known = program_path(path);
    for (int up = 0; up <= 3 && is_known; up++) {
        char *slash = strrchr(path, '/');
        if (!slash)
            break;
        *slash = '\0';
        if (find_in(path, in_source, witness, out) ||
            (up == 1 && find_in_share(path, installed, witness, out)))
            return true;
    }
    return find_in(ALLOT_DATA_DIR, installed, witness, out);
}
