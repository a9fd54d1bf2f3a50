#include "study/requirement.h"

#include "study/outcome_summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

/* The first character of `set` outside of double quotes, or the end. */
static const char *find_outside(const char *text, const char *set)
{
    bool is_quoted = false;
    for (; *text; text++) {
        if (*text == '\\' && is_quoted && text[1])
            text++;
        else if (*text == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && strchr(set, *text))
            return text;
    }
    return text;
}

/* The part without blanks at its ends. */
static const char *trimmed(struct arena *arena, const char *from, const char *to)
{
    while (from < to && *from == ' ')
        from++;
    while (to > from && to[-1] == ' ')
        to--;
    return arena_printf(arena, "%.*s", (int)(to - from), from);
}

/* A name in double quotes without them. */
static const char *unquoted(struct arena *arena, const char *name)
{
    size_t length = strlen(name);
    if (length < 2 || name[0] != '"' || name[length - 1] != '"')
        return name;
    char *out = arena_alloc(arena, length, 1);
    size_t n = 0;
    for (size_t i = 1; i + 1 < length; i++) {
        i += name[i] == '\\' && i + 2 < length;
        out[n++] = name[i];
    }
    return out;
}

static int complain(struct diag *d, const char *option, const char *text,
                    const char *what)
{
    diag_error(d, DIAG_USAGE, NULL, "--%s '%s': %s", option, text, what);
    if (strcmp(option, "until") == 0)
        diag_hint(d, "METRIC:SUBJECT<=HALF_WIDTH, such as 'released:LLaMA<=0.02'");
    else
        diag_hint(d,
                  "OUTCOME >= NUMBER or OUTCOME <= NUMBER, then @95 for the interval's "
                  "end: 'released:LLaMA >= 0.8 @95'");
    return -1;
}

/* NUMBER, or NUMBER @LEVEL in percent. */
static int read_bound(const char *at, struct requirement *out, const char **why)
{
    char *end;
    out->bound = strtod(at, &end);
    *why = "after <= or >= there is no number";
    if (end == at || !isfinite(out->bound))
        return -1;
    end += strspn(end, " ");
    if (*end == '@') {
        const char *level = end + 1;
        out->level = strtod(level, &end) / 100;
        *why = "the level after @ must be from 50 to 99.99, in percent";
        if (end == level || !(out->level >= 0.5 && out->level <= 0.9999))
            return -1;
        end += strspn(end, " ");
    }
    *why = "something stands after the number";
    return *end ? -1 : 0;
}

int requirement_parse(const char *text, const char *option, struct arena *arena,
                      struct requirement *out, struct diag *d)
{
    const char *sign = find_outside(text, "<>"), *why;
    *out = (struct requirement){.text = text};
    if (*sign == '\0' || sign[1] != '=')
        return complain(d, option, text, "there is no <= or >= in it");
    out->is_at_most = *sign == '<';
    if (read_bound(sign + 2, out, &why) != 0)
        return complain(d, option, text, why);
    /* A slash before any colon ends the name of an alternative; later it is a kind's. */
    const char *slash = find_outside(text, "/:@<>");
    const char *from = text;
    if (*slash == '/') {
        out->alternative = unquoted(arena, trimmed(arena, text, slash));
        from = slash + 1;
        if (*out->alternative == '\0')
            return complain(d, option, text, "before / there is no alternative");
    }
    out->outcome = trimmed(arena, from, sign);
    if (*out->outcome == '\0')
        return complain(d, option, text, "it names no outcome");
    return 0;
}

int requirement_parse_width(const char *text, struct arena *arena,
                            struct requirement *out, struct diag *d)
{
    if (requirement_parse(text, "until", arena, out, d) != 0)
        return -1;
    if (out->alternative || out->level != 0 || !out->is_at_most)
        return complain(d, "until", text, "it is not of this form");
    if (out->bound <= 0)
        return complain(d, "until", text, "the width must be above 0");
    return 0;
}

/* ---- judging ---- */

void requirement_judge(const struct requirement *r, const struct outcome_path *path,
                       const double *values, size_t stride, size_t n, struct verdict *out)
{
    double low, high, sum = 0;
    *out = (struct verdict){.n = n};
    for (size_t i = 0; i < n; i++) {
        bool is_missing = isnan(values[i * stride]);
        out->n_missing += is_missing;
        sum += is_missing ? 0 : values[i * stride];
    }
    out->mean = out->n_missing < n ? sum / (double)(n - out->n_missing) : NAN;
    out->value = out->mean;
    if (r->level > 0) {
        outcome_interval(path->metric, path->kind, values, stride, n, r->level, &low,
                         &high);
        out->value = r->is_at_most ? high : low;
    }
    bool is_spoilt = out->n_missing > 0 && metric_types[path->metric].missing_is_worst;
    out->is_met =
        !is_spoilt && (r->is_at_most ? out->value <= r->bound : out->value >= r->bound);
}

void requirement_tell(const struct requirement *r, const struct verdict *verdict,
                      struct text *out)
{
    text_append_visible(out, r->text, strlen(r->text));
    text_printf(out, ": %s, ", verdict->is_met ? "met" : "not met");
    if (isnan(verdict->mean))
        text_append(out, "there is no value");
    else if (r->level > 0 && isnan(verdict->value))
        text_append(out, "there are too few runs for an interval");
    else if (r->level > 0)
        text_printf(out, "the interval ends at %.4g around %.4g", verdict->value,
                    verdict->mean);
    else
        text_printf(out, "it is %.4g", verdict->mean);
    if (verdict->n_missing > 0 && verdict->n > 1)
        text_printf(out, "; %zu of %zu runs have no value", verdict->n_missing,
                    verdict->n);
    else if (verdict->n > 1)
        text_printf(out, ", over %zu runs", verdict->n);
}
