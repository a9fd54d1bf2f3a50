/* allot import: accounting and traces become a scenario. */
#include "import/import_folder.h"

#include "base/text.h"
#include "cli/commands.h"
#include "cli/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600, MOST_SHOWN_TEAMS = 20 };

/* ---- what was asked for ---- */

static const struct importer *find_kind(const char *name, struct diag *d)
{
    const struct importer *kind = importer_find(name);
    const char *names[16], *near;
    if (kind)
        return kind;
    for (size_t i = 0; i < n_importers; i++)
        names[i] = importers[i]->name;
    near = text_suggest(name, names, n_importers);
    diag_error(d, DIAG_USAGE, NULL, "there is no kind of import '%s'", name);
    if (near)
        diag_hint(d, "did you mean '%s'?", near);
    else
        diag_hint(d, "allot import --help lists the kinds");
    return NULL;
}

static bool takes(const struct importer *kind, const char *option)
{
    size_t length = strlen(option);
    for (const char *at = kind->option_names; (at = strstr(at, option)); at += length)
        if ((at == kind->option_names || at[-1] == ' ') &&
            (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

/* Options that mean nothing to this kind are no options of it. */
static int check_options(const struct importer *kind, const struct options *options,
                         struct diag *d)
{
    const struct {
        const char *name, *value;
    } own[] = {{"columns", options->columns},
               {"delimiter", options->delimiter},
               {"team", options->team},
               {"start", options->start},
               {"accounts", options->accounts}};
    int result = 0;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (own[i].value && !takes(kind, own[i].name))
            result = diag_error(d, DIAG_USAGE, NULL, "allot import %s takes no --%s",
                                kind->name, own[i].name);
    if (options->by && strcmp(options->by, "month") != 0 &&
        strcmp(options->by, "day") != 0)
        result = diag_error(d, DIAG_USAGE, NULL, "--by is '%s', must be month or day",
                            options->by);
    if (options->fit && options->by && strcmp(options->by, "day") == 0)
        result = diag_error(d, DIAG_USAGE, NULL, "--fit is of months, not of --by day");
    for (size_t i = 1; i < options->n_arguments; i++)
        for (size_t k = 1; k < i; k++)
            if (strcmp(options->arguments[i], options->arguments[k]) == 0)
                result = diag_error(d, DIAG_USAGE, NULL, "'%s' is named twice",
                                    options->arguments[i]);
    return result;
}

static void append_words(struct text *words, const struct options *options)
{
    text_append(words, "allot");
    for (int i = 1; i < options->argc; i++) {
        text_append(words, " ");
        text_append_word(words, options->argv[i]);
    }
}

/* ---- what is said ---- */

static void print_counts(struct import *import, struct table *t)
{
    const struct tally *tally = &import->tally;
    static const char *const columns[] = {">lines", "what became of them"};
    table_init(t, columns, 2);
    table_cell(t, "%s", table_count(&t->arena, (double)tally->n_lines));
    table_cell(t, "read");
    table_cell(t, "%s", table_count(&t->arena, (double)tally->n_jobs));
    table_cell(t, "imported");
    for (size_t k = 0; k < N_SKIPS; k++) {
        if (tally->n_skipped[k] == 0)
            continue;
        table_cell(t, "%s", table_count(&t->arena, (double)tally->n_skipped[k]));
        table_cell(t, "left out%s: %s", skip_kinds[k].is_wrong ? ", wrong" : "",
                   skip_kinds[k].meaning);
    }
}

struct ranked {
    int team;
    struct usage_cell sum;
};

static int by_use(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->sum.used_gpu_s != y->sum.used_gpu_s)
        return x->sum.used_gpu_s > y->sum.used_gpu_s ? -1 : 1;
    return x->team - y->team;
}

/* Where grants are known, they and what of them stood idle take the place of jobs. */
static void add_team(struct table *t, const char *name, const struct usage_cell *sum,
                     bool has_grants)
{
    table_cell(t, "%s", name);
    if (has_grants)
        table_cell(t, "%.1f", sum->granted_gpu_s / HOUR_S);
    else
        table_cell(t, "%s", table_count(&t->arena, sum->n_jobs));
    table_cell(t, "%.1f", sum->used_gpu_s / HOUR_S);
    table_cell(t, "%.1f", sum->waiting_gpu_s / HOUR_S);
    if (has_grants)
        table_cell(t, "%.1f", (sum->granted_gpu_s - sum->used_gpu_s) / HOUR_S);
}

/* Teams by what they used; the smallest of many are summed up. */
static void print_teams(struct import *import, struct table *t)
{
    const struct usage *u = &import->usage;
    struct arena *arena = &import->arena;
    const char *unit = import->kind->unit;
    bool has_grants = import->has_grants;
    const char *columns[] = {
        "team", has_grants ? arena_printf(arena, ">granted %s-h", unit) : ">jobs",
        arena_printf(arena, ">used %s-h", unit),
        arena_printf(arena, ">waiting %s-h", unit),
        arena_printf(arena, ">idle %s-h", unit)};
    struct ranked *all = ARENA_ARRAY(&import->arena, struct ranked, u->teams.n);
    struct usage_cell rest = {0}, sum = usage_sum(u, -1, -1);
    for (size_t i = 0; i < u->teams.n; i++)
        all[i] = (struct ranked){(int)i, usage_sum(u, (int)i, -1)};
    qsort(all, u->teams.n, sizeof *all, by_use);
    table_init(t, columns, has_grants ? 5 : 4);
    size_t n_shown = u->teams.n <= MOST_SHOWN_TEAMS ? u->teams.n : MOST_SHOWN_TEAMS - 1;
    for (size_t i = 0; i < u->teams.n; i++) {
        if (i < n_shown) {
            add_team(t, u->teams.items[all[i].team], &all[i].sum, has_grants);
            continue;
        }
        usage_cell_add(&rest, &all[i].sum);
    }
    if (n_shown < u->teams.n)
        add_team(t, arena_printf(&import->arena, "%zu others", u->teams.n - n_shown),
                 &rest, has_grants);
    add_team(t, "all", &sum, has_grants);
}

static const char *digits_of(struct arena *arena, double number)
{
    return isnan(number) ? "-" : arena_printf(arena, "%.2f", number);
}

/* How good the fits are, a line a team and pool. */
static void print_fits(struct import *import, struct table *t)
{
    static const char *const columns[] = {"team",    "pool",  ">months", ">GPUs",
                                          ">low",    ">high", ">log sd", ">r2",
                                          ">normal", ">lag 1"};
    const struct usage *u = &import->usage;
    table_init(t, columns, sizeof columns / sizeof *columns);
    for (size_t team = 0; team < u->teams.n; team++)
        for (size_t pool = 0; pool < u->pools.n; pool++) {
            if (!usage_has(u, (int)team, (int)pool))
                continue;
            struct demand_fit fit = import_fit(import, (int)team, (int)pool);
            double sum = 0, low = INFINITY, high = 0;
            for (size_t m = 0; m < 12; m++) {
                double gpus = demand_fit_mean(&fit, m);
                sum += gpus;
                low = fmin(low, gpus);
                high = fmax(high, gpus);
            }
            table_cell(t, "%s", import_team_name(import, (int)team));
            table_cell(t, "%s", u->pools.items[pool]);
            table_cell(t, "%zu/%zu", fit.n_any, fit.n_months);
            table_cell(t, "%.1f", sum / 12);
            table_cell(t, "%.1f", low);
            table_cell(t, "%.1f", high);
            table_cell(t, "%s", fit.is_fitted ? digits_of(&t->arena, fit.sd) : "-");
            table_cell(t, "%s", digits_of(&t->arena, fit.r2));
            table_cell(t, "%s", digits_of(&t->arena, fit.normal));
            table_cell(t, "%s", digits_of(&t->arena, fit.lag1));
        }
}

static void print_goodness(struct import *import, bool has_colour)
{
    struct table t;
    printf(
        "\nThe fit: months with demand of all; mean GPUs, of the lowest and the highest "
        "month\nof the year; spread of the logarithm; what the season explains of it; "
        "distance\nfrom lognormal, above %.2f it is hardly so (5 %%, Stephens 1974); "
        "correlation of a\nmonth with the next, which the scenario takes to be 0.\n\n",
        DEMAND_FIT_LIMIT);
    print_fits(import, &t);
    table_print(&t, stdout, has_colour);
    table_release(&t);
}

static void print_result(struct import *import, const struct options *options)
{
    void (*const prints[])(struct import *, struct table *) = {print_counts, print_teams};
    bool has_colour = command_has_colour(options, stdout);
    for (size_t i = 0; i < sizeof prints / sizeof *prints; i++) {
        struct table t;
        prints[i](import, &t);
        table_print(&t, stdout, has_colour);
        table_release(&t);
        if (i == 0)
            putchar('\n');
    }
    struct usage_cell sum = usage_sum(&import->usage, -1, -1);
    if (import->has_grants && sum.granted_gpu_s > 0)
        printf("\nused: %.1f %% of what was granted\n",
               100 * sum.used_gpu_s / sum.granted_gpu_s);
    if (import->options->is_fit)
        print_goodness(import, has_colour);
    fflush(stdout);
}

static void tell_rest(const struct import *import, const char *dir,
                      const struct options *options)
{
    const struct tally *t = &import->tally;
    struct text word;
    if (options->quiet)
        return;
    for (size_t i = 0; i < import->n_notes; i++)
        fprintf(stderr, "note: %s\n", import->notes[i]);
    if (t->n_wrong > TALLY_MOST_TOLD)
        fprintf(stderr,
                "%llu lines are wrong, of which the first %d are named here and %s"
                "in skipped.csv\n",
                (unsigned long long)t->n_wrong, TALLY_MOST_TOLD,
                t->n_wrong > TALLY_MOST_ROWS ? "the first 100,000 " : "");
    text_init(&word);
    text_append_word(&word, dir);
    fprintf(stderr, "wrote %s; next: allot run %s/scenario.cfg\n", word.bytes,
            word.bytes);
    text_release(&word);
}

/* ---- the command ---- */

static int import(const struct options *options, const struct importer *kind,
                  const struct import_folder *folder, struct diag *d)
{
    struct import read;
    struct import_options how = {
        .files = options->arguments + 1,
        .n_files = options->n_arguments - 1,
        .columns = options->columns,
        .delimiter = options->delimiter && strcmp(options->delimiter, "TAB") == 0
                         ? "\t"
                         : options->delimiter,
        .timezone = options->timezone,
        .team = options->team,
        .start = options->start,
        .from = options->from,
        .until = options->until,
        .accounts = options->accounts,
        .is_strict = options->strict,
        .is_fit = options->fit,
        .is_daily = options->by && strcmp(options->by, "day") == 0,
    };
    int result = import_read(&read, kind, &how, d);
    if (result == 0)
        result = import_folder_write(folder, &read, d);
    if (result == 0) {
        print_result(&read, options);
        command_warn(options, d);
        tell_rest(&read, folder->dir, options);
    }
    import_release(&read);
    return result;
}

static int run(const struct options *options, struct diag *d)
{
    const struct importer *kind = find_kind(options->arguments[0], d);
    struct text words, dir;
    text_init(&words);
    text_init(&dir);
    append_words(&words, options);
    command_append_dir(&dir, options->out ? options->out : "out/import");
    struct import_folder folder = {.dir = dir.bytes,
                                   .capacities = options->capacities,
                                   .n_capacities = options->n_capacities,
                                   .words = words.bytes};
    if (kind && check_options(kind, options, d) == 0 &&
        import_folder_check(&folder, d) == 0)
        import(options, kind, &folder, d);
    text_release(&words);
    text_release(&dir);
    return diag_exit_status(d);
}

const struct command command_import = {
    .name = "import",
    .arguments = "KIND FILE...",
    .summary = "a scenario from real accounting or a trace",
    .details =
        "KIND is sacct (Slurm's accounting), swf (Standard Workload Format), csv (any "
        "table\n"
        "of jobs or of use), itp (Microsoft's trace) or helios-quota (quotas and use of\n"
        "Helios). FILE may be packed by gzip, or - for standard input. Writes a folder "
        "with\n"
        "scenario.cfg, demand.csv and skipped.csv, and prints what was read and left "
        "out.",
    .example = "allot import sacct sacct.txt --timezone Europe/Berlin --out ours",
    .option_names =
        "out columns delimiter timezone team capacity from until start accounts "
        "by fit strict",
    .least_arguments = 2,
    .most_arguments = 100000,
    .run = run,
};
