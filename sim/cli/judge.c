#include "cli/judge.h"

#include "base/memory.h"

#include <string.h>

static int check_alternative(const struct requirement *r, const char *const *alternatives,
                             size_t n, struct diag *d)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(alternatives[i], r->alternative) == 0)
            return 0;
    diag_error(d, DIAG_USAGE, NULL, "--require '%s': there is no alternative '%s'",
               r->text, r->alternative);
    const char *near = text_suggest(r->alternative, alternatives, n);
    if (near)
        diag_hint(d, "did you mean '%s'?", near);
    else if (n == 0)
        diag_hint(d, "alternatives are what allot compare knows");
    return -1;
}

int judge_init(struct judge *judge, const struct options *options,
               const struct scenario *s, const char *const *alternatives,
               size_t n_alternatives, struct diag *d)
{
    size_t n = options->n_requirements;
    int result = 0;
    *judge = (struct judge){.n = n};
    arena_init(&judge->arena);
    judge->requirements = ARENA_ARRAY(&judge->arena, struct requirement, n);
    judge->paths = ARENA_ARRAY(&judge->arena, struct outcome_path, n);
    for (size_t i = 0; i < n; i++) {
        struct requirement *r = &judge->requirements[i];
        if (requirement_parse(options->requirements[i], "require", &judge->arena, r, d) !=
            0) {
            result = -1;
            continue;
        }
        if (r->alternative)
            result |= check_alternative(r, alternatives, n_alternatives, d);
        result |=
            outcome_path_parse(r->outcome, s, DIAG_USAGE, NULL, &judge->paths[i], d);
    }
    return result;
}

void judge_release(struct judge *judge)
{
    arena_release(&judge->arena);
    *judge = (struct judge){0};
}

void judge_one(struct judge *judge, size_t i, const char *whose, const double *values,
               size_t stride, size_t n, bool is_json)
{
    struct verdict verdict;
    struct text line;
    text_init(&line);
    requirement_judge(&judge->requirements[i], &judge->paths[i], values, stride, n,
                      &verdict);
    if (whose) {
        text_append_visible(&line, whose, strlen(whose));
        text_append(&line, ": ");
    }
    requirement_tell(&judge->requirements[i], &verdict, &line);
    if (!is_json)
        printf("Required: %s\n", line.bytes);
    else if (!verdict.is_met)
        fprintf(stderr, "allot: required: %s\n", line.bytes);
    judge->n_failed += !verdict.is_met;
    judge->n_judged++;
    text_release(&line);
}

int judge_end(const struct judge *judge)
{
    if (judge->n_failed == 0)
        return 0;
    fflush(stdout);
    fprintf(stderr, "allot: %zu of %zu requirements %s not met\n", judge->n_failed,
            judge->n_judged, judge->n_failed == 1 ? "is" : "are");
    return 1;
}
