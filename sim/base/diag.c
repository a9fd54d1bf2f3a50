#include "base/diag.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

enum { MOST_PRINTED = 50, WIDEST_LINE = 100 };

void diag_init(struct diag *d)
{
    arena_init(&d->arena);
    d->messages = NULL;
    d->n_messages = 0;
    d->capacity = 0;
}

void diag_release(struct diag *d)
{
    arena_release(&d->arena);
    mem_free(d->messages);
    diag_init(d);
}

void diag_clear(struct diag *d)
{
    arena_reset(&d->arena);
    d->n_messages = 0;
}

/* Whether the last message says the same of the same place: a file that several readers
 * ask for is missing once. */
static bool is_said(const struct diag *d, const struct diag_message *m)
{
    const struct diag_message *last =
        d->n_messages ? &d->messages[d->n_messages - 1] : NULL;
    return last && last->at.file && m->at.file && last->cause == m->cause &&
           m->at.line == 0 && last->at.line == m->at.line &&
           last->at.column == m->at.column && strcmp(last->at.file, m->at.file) == 0 &&
           strcmp(last->message, m->message) == 0;
}

static void add(struct diag *d, enum diag_cause cause, const struct place *at,
                const char *format, va_list arguments)
{
    struct diag_message message = {.cause = cause};
    if (at && at->file) {
        message.at = *at;
        message.at.file = arena_string(&d->arena, at->file);
        message.at.text = at->text ? arena_string(&d->arena, at->text) : NULL;
    }
    message.message = arena_vprintf(&d->arena, format, arguments);
    if (!is_said(d, &message))
        ARRAY_PUSH(d->messages, d->n_messages, d->capacity) = message;
}

int diag_error(struct diag *d, enum diag_cause cause, const struct place *at,
               const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(d, cause, at, format, arguments);
    va_end(arguments);
    return -1;
}

void diag_warning(struct diag *d, const struct place *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(d, DIAG_WARNING, at, format, arguments);
    va_end(arguments);
}

void diag_hint(struct diag *d, const char *format, ...)
{
    if (d->n_messages == 0)
        return;
    va_list arguments;
    va_start(arguments, format);
    d->messages[d->n_messages - 1].hint = arena_vprintf(&d->arena, format, arguments);
    va_end(arguments);
}

size_t diag_n_errors(const struct diag *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n_messages; i++)
        n += d->messages[i].cause != DIAG_WARNING;
    return n;
}

int diag_exit_status(const struct diag *d)
{
    static const int status_of[] = {
        [DIAG_WARNING] = 0,   [DIAG_USAGE] = 64,       [DIAG_DATA] = 65,
        [DIAG_NO_INPUT] = 66, [DIAG_UNAVAILABLE] = 69, [DIAG_CANNOT_CREATE] = 73,
        [DIAG_IO] = 74};
    for (size_t i = 0; i < d->n_messages; i++)
        if (d->messages[i].cause != DIAG_WARNING)
            return status_of[d->messages[i].cause];
    return 0;
}

/* The offending line, cut around the column when it is very long, with a caret below. */
static void print_line(const struct place *at, struct text *out)
{
    size_t first = 0, length = strlen(at->text);
    size_t column = at->column > 0 ? text_offset_of(at->text, (size_t)at->column - 1) : 0;
    if (length > WIDEST_LINE && column > WIDEST_LINE / 2)
        first = text_boundary(at->text, column - WIDEST_LINE / 2);
    size_t last = first + WIDEST_LINE < length ? first + WIDEST_LINE : length;
    last = text_boundary(at->text, last);
    text_append(out, "    ");
    size_t before = out->length;
    text_append(out, first ? "..." : "");
    text_append_visible(out, at->text + first, column - first);
    size_t indent = text_width(out->bytes + before);
    text_append_visible(out, at->text + column, last > column ? last - column : 0);
    text_append(out, last < length ? "...\n" : "\n");
    if (at->column > 0) {
        for (size_t i = 0; i < indent + 4; i++)
            text_append(out, " ");
        text_append(out, "^\n");
    }
}

static void print_message(const struct diag_message *m, FILE *stream, bool with_colour)
{
    struct text out;
    text_init(&out);
    if (m->at.file) {
        text_append_visible(&out, m->at.file, strlen(m->at.file));
        if (m->at.line)
            text_printf(&out, ":%d", m->at.line);
        if (m->at.line && m->at.column)
            text_printf(&out, ":%d", m->at.column);
        text_append(&out, ": ");
    } else {
        text_append(&out, "allot: ");
    }
    bool is_error = m->cause != DIAG_WARNING;
    if (with_colour)
        text_append(&out, is_error ? "\033[1;31m" : "\033[1;33m");
    text_append(&out, is_error ? "error: " : "warning: ");
    if (with_colour)
        text_append(&out, "\033[0m");
    text_append_visible(&out, m->message, strlen(m->message));
    text_append(&out, "\n");
    if (m->at.text)
        print_line(&m->at, &out);
    if (m->hint) {
        text_append(&out, "    hint: ");
        text_append_visible(&out, m->hint, strlen(m->hint));
        text_append(&out, "\n");
    }
    fwrite(out.bytes, 1, out.length, stream);
    text_release(&out);
}

void diag_print(const struct diag *d, FILE *stream, bool with_colour)
{
    size_t n = d->n_messages < MOST_PRINTED ? d->n_messages : MOST_PRINTED;
    for (size_t i = 0; i < n; i++)
        print_message(&d->messages[i], stream, with_colour);
    if (n < d->n_messages)
        fprintf(stream, "allot: and %zu more\n", d->n_messages - n);
}
