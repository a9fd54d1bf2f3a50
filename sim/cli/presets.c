#include "cli/presets.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/program.h"
#include "scenario/source.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PRESETS = 256 };

void presets_find(struct text *data_dir)
{
    if (!program_find("/scenarios", "", "presets/slurm.cfg", data_dir))
        text_append(data_dir, ALLOT_DATA_DIR);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the presets, without their ending, in order. */
static size_t find_names(const char *directory, const char **names, struct arena *arena)
{
    size_t n = 0;
    DIR *stream = opendir(directory);
    for (struct dirent *entry; stream && n < MOST_PRESETS && (entry = readdir(stream));) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && strcmp(entry->d_name + length - 4, ".cfg") == 0)
            names[n++] = arena_copy(arena, entry->d_name, length - 4);
    }
    if (stream)
        closedir(stream);
    qsort(names, n, sizeof *names, by_name);
    return n;
}

/* The first line is the summary; other comments are for who opens the file. */
static void print_preset(const char *name, const char *text)
{
    printf("\n%-13s", name);
    for (const char *line = text; *line;) {
        int length = (int)strcspn(line, "\n"), marks = (int)strspn(line, "# ");
        if (line == text)
            printf("%.*s\n", length - marks, line + marks);
        else if (*line != '#' && length > 0)
            printf("    %.*s\n", length, line);
        line += length + (line[length] == '\n');
    }
}

int presets_list(struct diag *d)
{
    const char *names[MOST_PRESETS];
    struct arena arena;
    struct text directory, text;
    int result = 0;
    arena_init(&arena);
    text_init(&directory);
    text_init(&text);
    presets_find(&directory);
    text_append(&directory, "/presets");
    size_t n = find_names(directory.bytes, names, &arena);
    struct place at = {.file = directory.bytes};
    if (n == 0)
        result = diag_error(d, DIAG_NO_INPUT, &at, "holds no presets");
    else
        printf("use one as: rule = { @include \"presets/NAME.cfg\" };\n"
               "but people as: people = { @include \"presets/people.cfg\" };\n");
    for (size_t i = 0; i < n && result == 0; i++) {
        const char *path = arena_printf(&arena, "%s/%s.cfg", directory.bytes, names[i]);
        text_clear(&text);
        result = file_read(path, SOURCE_MOST_BYTES, &text, d);
        if (result == 0)
            print_preset(names[i], text.bytes);
    }
    text_release(&text);
    text_release(&directory);
    arena_release(&arena);
    return result;
}
