#include "base/file.h"
#include "cli/commands.h"
#include "study/sweep_dir.h"
#include "study/sweep_view.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_SOME_MISSING = 1 };

struct gathering {
    const struct options *options;
    const char *dir;
    struct arena arena;
    const char **shards; /* paths, by name */
    size_t n_shards;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_shard(const char *name)
{
    size_t length = strlen(name), ending = strlen(".sqlite");
    return strncmp(name, "shard-", 6) == 0 && length > ending &&
           strcmp(name + length - ending, ".sqlite") == 0;
}

static int find_shards(struct gathering *g, struct diag *d)
{
    struct place at = {.file = g->dir};
    size_t n = 0;
    for (int pass = 0; pass < 2; pass++) {
        DIR *stream = opendir(g->dir);
        n = 0;
        for (struct dirent *entry; stream && (entry = readdir(stream));) {
            if (!is_shard(entry->d_name))
                continue;
            if (pass == 1 && n < g->n_shards)
                g->shards[n] = arena_printf(&g->arena, "%s/%s", g->dir, entry->d_name);
            n++;
        }
        if (stream)
            closedir(stream);
        if (pass == 0) {
            g->n_shards = n;
            g->shards = ARENA_ARRAY(&g->arena, const char *, n);
        }
    }
    if (n == 0 || n != g->n_shards) {
        diag_error(d, DIAG_NO_INPUT, &at, "holds no parts of a sweep");
        diag_hint(d, "allot sweep --shard K/N writes them: shard-K-of-N.sqlite");
        return -1;
    }
    qsort(g->shards, n, sizeof *g->shards, by_name);
    return 0;
}

/* The joined store belongs to whom the first part belongs. */
static int open_joined(struct gathering *g, struct store *joined, struct diag *d)
{
    static const char *const copied[] = {"design", "plan", "replications", "levels"};
    enum { N_COPIED = sizeof copied / sizeof *copied };
    const struct options *o = g->options;
    double wait_s = o->wait >= 0 ? (double)o->wait : 2;
    const char *values[N_COPIED];
    struct store part;
    if (store_open(&part, g->shards[0], STORE_READ, NULL, wait_s, d) != 0)
        return -1;
    const struct store_owner owner = {
        .base = store_word(&part, "base", &g->arena),
        .scenario = store_word(&part, "scenario", &g->arena),
        .question = store_word(&part, "question", &g->arena),
        .answer = store_word(&part, "answer", &g->arena)};
    for (size_t i = 0; i < N_COPIED; i++)
        values[i] = store_word(&part, copied[i], &g->arena);
    store_close(&part);
    struct place at = {.file = g->shards[0]};
    if (!owner.base || !values[1]) {
        diag_error(d, DIAG_DATA, &at, "was not yet begun");
        diag_hint(d, "run this part again, or remove the file");
        return -1;
    }
    if (store_open(joined, sweep_store_path(&g->arena, g->dir),
                   o->fresh ? STORE_FRESH : STORE_WRITE, &owner, wait_s, d) != 0)
        return -1;
    int result = database_begin(&joined->base, d);
    if (result == 0)
        result = store_clear_design(joined, d);
    for (size_t i = 0; i < N_COPIED && result == 0; i++)
        result = store_put_word(joined, copied[i], values[i], d);
    if (result == 0)
        result = database_commit(&joined->base, d);
    if (result != 0)
        store_close(joined);
    return result;
}

static int tell(struct gathering *g, struct diag *d)
{
    struct sweep_view view;
    struct text word;
    size_t wanted, stored, n_bad = 0, n_failed = 0;
    if (sweep_view_open(&view, sweep_store_path(&g->arena, g->dir), NULL, 0, d) != 0)
        return diag_exit_status(d);
    int result = sweep_view_count(&view, &wanted, &stored, d);
    for (size_t i = 0; i < view.n_in_design; i++) {
        n_bad += view.points[i].message != NULL;
        n_failed += view.points[i].n_failed;
    }
    sweep_view_close(&view);
    if (result != 0)
        return diag_exit_status(d);
    printf("%zu parts, %zu of %zu runs\n", g->n_shards, stored, wanted);
    fflush(stdout);
    if (n_bad > 0)
        fprintf(stderr,
                "allot: %zu points cannot be run: see failed.csv of allot export\n",
                n_bad);
    if (n_failed > 0)
        fprintf(stderr, "allot: %zu runs failed: see failed.csv of allot export\n",
                n_failed);
    if (stored + n_failed < wanted)
        fprintf(stderr,
                "allot: %zu runs are missing: run the parts again, or the sweep without "
                "--shard\n",
                wanted - stored - n_failed);
    text_init(&word);
    text_append_word(&word, g->dir);
    if (!g->options->quiet)
        fprintf(stderr, "next: allot export %s\n", word.bytes);
    text_release(&word);
    return n_bad > 0 || stored < wanted ? EXIT_SOME_MISSING : 0;
}

static int gather(struct gathering *g, struct diag *d)
{
    struct store joined;
    if (find_shards(g, d) != 0 || open_joined(g, &joined, d) != 0)
        return diag_exit_status(d);
    int result = 0;
    for (size_t i = 0; i < g->n_shards && result == 0; i++)
        result = store_gather(&joined, g->shards[i],
                              g->options->wait >= 0 ? (double)g->options->wait : 2, d);
    store_close(&joined);
    return result == 0 ? tell(g, d) : diag_exit_status(d);
}

static int run(const struct options *options, struct diag *d)
{
    struct gathering g = {.options = options};
    struct text dir;
    arena_init(&g.arena);
    text_init(&dir);
    command_append_dir(&dir, options->arguments[0]);
    g.dir = dir.bytes;
    int status = gather(&g, d);
    text_release(&dir);
    arena_release(&g.arena);
    return status;
}

const struct command command_gather = {
    .name = "gather",
    .arguments = "SWEEP",
    .summary = "joins the parts of a sweep that ran on several machines",
    .details =
        "SWEEP is the directory into which allot sweep --shard K/N wrote its "
        "parts.\nThey "
        "are joined in its sweep.sqlite; parts that are still missing may follow\nlater. "
        "Exit status 1 if runs are missing.",
    .example = "allot gather out/llama-vs-opt-sweep",
    .option_names = "fresh wait",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
