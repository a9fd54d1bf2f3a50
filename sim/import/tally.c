#include "import/tally.h"

#include <stdarg.h>
#include <string.h>

const struct skip_kind skip_kinds[N_SKIPS] = {
    [SKIP_TOO_LONG] = {"too-long", "longer than 1 MiB", true},
    [SKIP_CUT] = {"cut", "where a packed file is cut short", true},
    [SKIP_NUL] = {"nul", "a NUL byte in it", true},
    [SKIP_FIELDS] = {"fields", "another number of fields than the header", true},
    [SKIP_TIME] = {"time", "a time that is none, or of no year from 1990 to 2099", true},
    [SKIP_NUMBER] = {"number", "a number that is none, or too large", true},
    [SKIP_NEGATIVE] = {"negative", "a negative time or amount", true},
    [SKIP_ORDER] = {"order", "an end before its start", true},
    [SKIP_NAME] = {"name", "no name of a team or pool", true},
    [SKIP_STEP] = {"step", "a step: its job has a line of its own", false},
    [SKIP_NO_GPU] = {"no-gpu", "a job without a GPU", false},
    [SKIP_WAITS] = {"waits", "has neither begun nor ended", false},
    [SKIP_UNKNOWN] = {"unknown", "its size or run time is not known (-1)", false},
    [SKIP_TWICE] = {"twice", "a job that was read before", false},
    [SKIP_OUTSIDE] = {"outside", "nothing of it between --from and --until", false},
};

void tally_init(struct tally *t, bool is_strict)
{
    *t = (struct tally){.is_strict = is_strict};
    csv_init(&t->rows, NULL);
}

void tally_release(struct tally *t)
{
    csv_release(&t->rows);
}

uint64_t tally_n_left_out(const struct tally *t)
{
    uint64_t n = 0;
    for (size_t k = 0; k < N_SKIPS; k++)
        n += t->n_skipped[k];
    return n;
}

static void add_row(struct tally *t, const char *file, const struct line *line,
                    const char *reason, const char *detail)
{
    csv_text(&t->rows, file);
    csv_integer(&t->rows, (int64_t)line->number);
    csv_text(&t->rows, reason);
    csv_text(&t->rows, detail);
    csv_end(&t->rows);
}

/* The beginning of the line, as much as a message shows. */
static const char *beginning(const struct line *line, struct diag *d)
{
    size_t length = line->length < LINE_SHOWN_BYTES ? line->length : LINE_SHOWN_BYTES;
    const char *nul = memchr(line->bytes, '\0', length);
    return arena_copy(&d->arena, line->bytes, nul ? (size_t)(nul - line->bytes) : length);
}

int tally_skip(struct tally *t, const char *file, const struct line *line, enum skip kind,
               struct diag *d, const char *detail, ...)
{
    t->n_skipped[kind]++;
    if (!skip_kinds[kind].is_wrong)
        return 0;
    t->n_wrong++;
    if (!t->is_strict && t->n_wrong > TALLY_MOST_ROWS && kind != SKIP_CUT)
        return 0;
    struct arena_mark mark = arena_get_mark(&d->arena);
    va_list arguments;
    va_start(arguments, detail);
    const char *what = arena_vprintf(&d->arena, detail, arguments);
    va_end(arguments);
    add_row(t, file, line, skip_kinds[kind].name, what);
    struct place at = {.file = file, .line = (int)line->number};
    if (t->is_strict) {
        at.text = beginning(line, d);
        return diag_error(d, DIAG_DATA, &at, "%s", what);
    }
    if (t->n_wrong <= TALLY_MOST_TOLD || kind == SKIP_CUT) {
        at.text = beginning(line, d);
        diag_warning(d, &at, "left out: %s", what);
    } else {
        arena_rewind(&d->arena, mark);
    }
    return 0;
}
