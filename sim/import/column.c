#include "import/column.h"

#include <string.h>
#include <strings.h>

int column_find(const struct slice *header, size_t n, struct slice name)
{
    for (size_t i = 0; i < n; i++) {
        struct slice s = slice_trim(header[i]);
        if (s.length == name.length && strncasecmp(s.at, name.at, s.length) == 0)
            return (int)i;
    }
    return -1;
}

struct slice column_file_stem(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return (struct slice){name, strcspn(name, ".")};
}
