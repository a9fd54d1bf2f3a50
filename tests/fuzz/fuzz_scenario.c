/* A scenario file: it is read or refused; what is read prints to text that reads back to
 * the same scenario; a small one is run, with the world checked after each event. */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "run/run.h"
#include "scenario/scenario.h"

/* Of these a few bytes make millions of events. */
static bool is_small(const struct scenario *s, const char *text)
{
    return s->calendar.n_months <= 6 && s->n_teams <= 6 && s->n_projects <= 12 &&
           s->n_claimants <= 24 && s->n_persons <= 50 && !strstr(text, "per_year") &&
           !strstr(text, "failures_per_node_day");
}

static bool load(struct scenario *s, const char *path, struct diag *d)
{
    struct scenario_options options = {.jail = fuzz_dir()};
    return scenario_load(s, path, &options, d) == 0;
}

static void print_again(const struct text *printed, struct diag *d)
{
    struct scenario again;
    struct text text;
    text_init(&text);
    const char *path =
        fuzz_file("again.cfg", (const uint8_t *)printed->bytes, printed->length);
    FUZZ_PROMISE(load(&again, path, d));
    scenario_print(&again, &text);
    /* The name is the file's. */
    FUZZ_PROMISE(strcmp(text.bytes, printed->bytes) == 0);
    scenario_release(&again);
    text_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct scenario s;
    struct diag d;
    struct text text;
    diag_init(&d);
    text_init(&text);
    if (load(&s, fuzz_file("x.cfg", bytes, n), &d)) {
        scenario_print(&s, &text);
        print_again(&text, &d);
        if (is_small(&s, text.bytes)) {
            struct results results;
            run_simulate(&s, 1, 0, RUN_SERIES | RUN_LOGS | RUN_CHECKED, &results);
            results_release(&results);
        }
        scenario_release(&s);
    }
    text_release(&text);
    diag_release(&d);
    return 0;
}
