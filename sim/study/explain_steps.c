/* Steps in words. */
#include "base/text.h"
#include "study/explain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "1,264", "1,264.3", "0.5": grants are mostly whole. */
static const char *gpus(double number, char out[48])
{
    char digits[40];
    double rounded = round(number * 10) / 10;
    snprintf(digits, sizeof digits, "%.*f", rounded == round(rounded) ? 0 : 1, rounded);
    size_t n = 0, whole = strcspn(digits, ".");
    for (size_t i = 0; digits[i]; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0 && digits[i - 1] != '-')
            out[n++] = ',';
        out[n++] = digits[i];
    }
    out[n] = '\0';
    return out;
}

static void append_bounds(const struct explained_claim *claim,
                          const struct award_step *step, struct text *out)
{
    char most[48], least[48], asked[48];
    text_printf(out, "asked for %s", gpus(claim->requested_gpus, asked));
    if (claim->is_set_aside && step->value == 0)
        text_append(out, ", set aside and left out of the last division");
    else
        text_printf(out, ", may get at most %s", gpus(step->value, most));
    if (step->other > 0)
        text_printf(out, ", at least %s", gpus(step->other, least));
}

static void append_level(const struct explained_group *group,
                         const struct award_step *step, struct text *out)
{
    char level[48];
    text_printf(out, "%s below '%s': ", group->division, group->name);
    if (isinf(step->value))
        text_append(out, "all that weigh anything got what they wanted");
    else if (step->value < 10)
        text_printf(out, "the pool was spent at %.4g GPUs a %s", step->value,
                    group->level_of ? group->level_of : "unit of weight");
    else
        text_printf(out, "the pool was spent at %s GPUs a %s", gpus(step->value, level),
                    group->level_of ? group->level_of : "unit of weight");
}

void explain_step(const struct explanation *e, const struct explained_claim *claim,
                  const struct award_step *step, struct text *out)
{
    char value[48], other[48];
    const struct explained_group *group = &e->groups[step->group < 0 ? 0 : step->group];
    gpus(step->value, value);
    gpus(step->other, other);
    switch (step->kind) {
    case STEP_BOUNDS:
        append_bounds(claim, step, out);
        break;
    case STEP_ENTITLED:
        text_printf(out,
                    "ledger %s: its team is entitled to %s GPUs, so at first at most "
                    "%s",
                    e->ledger, other, value);
        break;
    case STEP_CEILING:
        text_printf(out, "'%s' may get at most %s, its ceiling: %s wanted below it",
                    group->name, value, other);
        break;
    case STEP_DECIDED:
        text_printf(out, "'%s' may get at most %s, as was decided: %s wanted below it",
                    group->name, value, other);
        break;
    case STEP_KEPT:
        text_printf(out, "%s of %s GPUs stay with those who keep them, unused", value,
                    other);
        break;
    case STEP_GROUP:
        text_printf(out, "'%s': %s GPUs to divide, %s wanted", group->name, value, other);
        break;
    case STEP_LEVEL:
        append_level(group, step, out);
        break;
    case STEP_ENTITLEMENTS_PASS:
        text_printf(out, "the division gives %s", value);
        break;
    case STEP_BEYOND_PASS:
        text_printf(out, "with its part of what was left beyond entitlements %s", value);
        break;
    case STEP_INERTIA:
        text_printf(out, "inertia: %s, the last grant was %s", value, other);
        break;
    case STEP_SET_ASIDE:
        text_printf(out, "set aside: %s would be below its minimum, %s", value, other);
        break;
    case STEP_RETURNED:
        text_printf(out, "came back for %s of what was left", value);
        break;
    case STEP_UNITS:
        text_printf(out, "in whole units %s, before them %s", value, other);
        break;
    case STEP_PRICE:
        text_printf(out, "%s: a GPU costs %.4g", e->groups[0].division, step->value);
        break;
    }
}

const char *explain_step_name(enum award_step_kind kind)
{
    static const char *const names[] = {
        [STEP_BOUNDS] = "bounds",       [STEP_ENTITLED] = "entitled",
        [STEP_CEILING] = "ceiling",     [STEP_DECIDED] = "decided",
        [STEP_KEPT] = "kept",           [STEP_GROUP] = "group",
        [STEP_LEVEL] = "level",         [STEP_ENTITLEMENTS_PASS] = "division",
        [STEP_BEYOND_PASS] = "beyond",  [STEP_INERTIA] = "inertia",
        [STEP_SET_ASIDE] = "set_aside", [STEP_RETURNED] = "returned",
        [STEP_UNITS] = "units",         [STEP_PRICE] = "price",
    };
    return names[kind];
}
