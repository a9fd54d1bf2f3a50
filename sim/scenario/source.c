#include "scenario/source.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"

#include <string.h>

/* The text with a NUL for each end of a line, \n or \r\n, and in lines that are too long
 * to be copied into every message. */
static const char *split_lines(struct arena *arena, const char *text, size_t length)
{
    char *lines = arena_copy(arena, text, length);
    size_t begin = 0;
    for (size_t i = 0; i < length; i++) {
        if (i - begin == SOURCE_LONGEST_LINE)
            lines[text_boundary(lines, i)] = '\0';
        if (lines[i] != '\n')
            continue;
        begin = i + 1;
        lines[i] = '\0';
        if (i > 0 && lines[i - 1] == '\r')
            lines[i - 1] = '\0';
    }
    return lines;
}

static struct source *source_new(struct arena *arena, const char *path, const char *text,
                                 size_t length)
{
    struct source *source = ARENA_NEW(arena, struct source);
    source->path = arena_string(arena, path);
    source->identity = source->path;
    source->text = arena_copy(arena, text, length);
    source->length = length;
    source->lines = split_lines(arena, text, length);
    digest_of(text, length, source->sha256);
    return source;
}

struct source *source_of_text(struct arena *arena, const char *name, const char *text)
{
    return source_new(arena, name, text, strlen(text));
}

/* Bytes of the UTF-8 character at `s`; 0 if there is none, or a NUL. */
static size_t character_length(const char *s, size_t length)
{
    for (size_t n = 1; n <= 4 && n <= length; n++)
        if (text_is_utf8(s, n))
            return *s ? n : 0;
    return 0;
}

static int validate_text(const struct source *source, struct diag *d)
{
    if (text_is_utf8(source->text, source->length) &&
        !memchr(source->text, '\0', source->length))
        return 0;
    struct place at = {
        .file = source->path, .line = 1, .column = 1, .text = source->lines};
    size_t i = 0, n;
    while ((n = character_length(source->text + i, source->length - i)) > 0) {
        at.column++;
        if (source->text[i] == '\n') {
            at.line++;
            at.column = 1;
            at.text = source->lines + i + 1;
        }
        i += n;
    }
    unsigned char byte = (unsigned char)source->text[i];
    diag_error(d, DIAG_DATA, &at, "is not a text file");
    diag_hint(d, "the byte 0x%02x here is %s", byte,
              byte ? "not UTF-8" : "not for text files");
    return -1;
}

static void append(struct source_reader *r, struct source *source)
{
    struct source_list *list = r->list;
    if (list->n_sources == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 8;
        struct source **sources = ARENA_ARRAY(r->arena, struct source *, capacity);
        for (size_t i = 0; i < list->n_sources; i++)
            sources[i] = list->sources[i];
        list->sources = sources;
        list->capacity = capacity;
    }
    list->sources[list->n_sources++] = source;
}

/* Reads a file, or finds it among those read before. Errors have no place. */
static int obtain(struct source_reader *r, const char *path, size_t most_bytes,
                  struct source **source, struct diag *d)
{
    char real[PATH_MAX];
    const char *jail = r->options ? r->options->jail : NULL;
    if (file_resolve(path, jail, real, d) != 0)
        return -1;
    for (size_t i = 0; i < r->list->n_sources; i++) {
        *source = r->list->sources[i];
        if (strcmp((*source)->identity, real) == 0)
            return 0;
    }
    struct text text;
    text_init(&text);
    int result = jail ? file_read_real(real, most_bytes, &text, d)
                      : file_read(real, most_bytes, &text, d);
    if (result == 0) {
        *source = source_new(r->arena, path, text.bytes, text.length);
        (*source)->identity = arena_string(r->arena, real);
        append(r, *source);
    }
    text_release(&text);
    return result;
}

/* The first line that begins with # or // and says something, without its marks. */
static const char *find_question(struct arena *arena, const struct source *source)
{
    static const char blanks[] = " \t\r";
    const char *line = source->text;
    while (*line) {
        size_t length = strcspn(line, "\n");
        const char *text = line + strspn(line, blanks);
        if (*text == '#' || strncmp(text, "//", 2) == 0) {
            text += strspn(text, "#/");
            text += strspn(text, blanks);
            const char *end = line + length;
            while (end > text && strchr(blanks, end[-1]))
                end--;
            if (end > text)
                return arena_copy(arena, text, (size_t)(end - text));
        }
        line += length + (line[length] == '\n');
    }
    return NULL;
}

int source_read_main(struct source_reader *r, const char *path,
                     const struct source **source, struct diag *d)
{
    struct diag why;
    diag_init(&why);
    struct source *main_source = NULL;
    int result = obtain(r, path, SOURCE_MOST_BYTES, &main_source, &why);
    if (result != 0) {
        struct place at = {.file = path};
        diag_error(d, why.messages[0].cause, &at, "%s", why.messages[0].message);
    }
    diag_release(&why);
    if (result != 0 || validate_text(main_source, d) != 0)
        return -1;
    r->list->question = find_question(r->arena, main_source);
    *source = main_source;
    return 0;
}

/* The path of what `from` includes as `name`; in the data directory if only there. */
static const char *locate(struct source_reader *r, const char *name,
                          const struct source *from)
{
    const char *slash = strrchr(from->path, '/');
    int directory = slash ? (int)(slash - from->path) + 1 : 0;
    if (name[0] == '/')
        return name;
    const char *beside = arena_printf(r->arena, "%.*s%s", directory, from->path, name);
    if (file_exists(beside) || !r->options || !r->options->data_dir)
        return beside;
    const char *shared = arena_printf(r->arena, "%s/%s", r->options->data_dir, name);
    return file_exists(shared) ? shared : beside;
}

static int read_named(struct source_reader *r, const char *name,
                      const struct source *from, const struct place *at,
                      size_t most_bytes, const struct source **source, struct diag *d)
{
    const char *path = locate(r, name, from);
    struct diag why;
    diag_init(&why);
    struct source *found = NULL;
    int result = obtain(r, path, most_bytes, &found, &why);
    if (result != 0) {
        diag_error(d, why.messages[0].cause, at, "'%s' %s", name,
                   why.messages[0].message);
        if (r->options && r->options->data_dir && !r->options->jail && name[0] != '/' &&
            !file_exists(path))
            diag_hint(d, "it is looked up beside this file and in '%s'",
                      r->options->data_dir);
    }
    diag_release(&why);
    if (result != 0 || validate_text(found, d) != 0)
        return -1;
    *source = found;
    return 0;
}

int source_read_include(struct source_reader *r, const char *name,
                        const struct source *from, const struct place *at,
                        const struct source **source, struct diag *d)
{
    return read_named(r, name, from, at, SOURCE_MOST_BYTES, source, d);
}

int source_read_data(struct source_reader *r, const char *name, const struct source *from,
                     const struct place *at, const struct source **source, struct diag *d)
{
    return read_named(r, name, from, at, SOURCE_MOST_DATA_BYTES, source, d);
}
