#include "cli/slurm.h"

#include "base/text.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { SHARDS = 8 };

/* Closes the parts of the script that are handed to sbatch as they are. */
#define MARK "END_OF_JOB"

static int validate(const char *word, struct diag *d)
{
    for (const char *c = word; *c; c++)
        if (iscntrl((unsigned char)*c))
            return diag_error(d, DIAG_USAGE, NULL,
                              "an argument with a line break or control character cannot "
                              "stand in a job script");
    return 0;
}

/* In single quotes, where the shell takes nothing for itself. */
static void append_quoted(struct text *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_./=:,+-@%";
    text_append(out, " ");
    if (*word && word[strspn(word, plain)] == '\0') {
        text_append(out, word);
        return;
    }
    text_append(out, "'");
    for (; *word; word++)
        text_append_bytes(out, *word == '\'' ? "'\\''" : word, *word == '\'' ? 4 : 1);
    text_append(out, "'");
}

/* How many arguments from i on are the script's own business or replaced: 0, 1 or 2. */
static int n_skipped(const char *argument)
{
    static const char *const with_value[] = {"--emit", "--shards", "--sbatch", "--jobs",
                                             "-j",     "--out",    "-o",       "--wait"};
    static const char *const flags[] = {"--fresh", "--quiet", "-q", "--no-color"};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (strcmp(argument, flags[i]) == 0)
            return 1;
    for (size_t i = 0; i < sizeof with_value / sizeof *with_value; i++) {
        size_t length = strlen(with_value[i]);
        bool is_short = with_value[i][1] != '-';
        if (strcmp(argument, with_value[i]) == 0)
            return 2;
        if (strncmp(argument, with_value[i], length) == 0 &&
            (is_short || argument[length] == '='))
            return 1;
    }
    return 0;
}

/* The program by its full path, if it was started by a path. */
static void append_program(struct text *out, const char *program)
{
    char real[PATH_MAX];
    if (strchr(program, '/') && realpath(program, real))
        append_quoted(out, real);
    else
        append_quoted(out, program);
}

static void append_head(const struct options *o, const char *dir, const char *name,
                        const char *what, struct text *out)
{
    text_printf(out, "#!/bin/sh\n#SBATCH --job-name=%s-%s\n", name, what);
    text_printf(out, "#SBATCH --output=%s/slurm-%s-%%%s.log\n", dir, what,
                strcmp(what, "sweep") == 0 ? "a" : "j");
    text_append(out, "#SBATCH --open-mode=append\n");
    for (size_t i = 0; i < o->n_sbatch; i++)
        text_printf(out, "#SBATCH %s%s\n", *o->sbatch[i] == '-' ? "" : "--",
                    o->sbatch[i]);
}

static void append_script(const struct options *o, const char *dir, const char *name,
                          struct text *out)
{
    long long shards = o->shards > 0 ? o->shards : SHARDS;
    text_printf(out,
                "#!/bin/sh\n"
                "# A sweep as a Slurm job array of %lld tasks, and a step that gathers "
                "what they did.\n"
                "# Start it where the sweep's files are named from: sh THIS_FILE. A task "
                "that is\n"
                "# requeued or preempted goes on where it stopped; so does all of it "
                "when this is\n"
                "# started again. Made by allot %s.\n"
                "set -eu\nmkdir -p",
                shards, ALLOT_VERSION);
    append_quoted(out, dir);
    text_append(out, "\narray=$(sbatch --parsable <<'" MARK "'\n");
    append_head(o, dir, name, "sweep", out);
    text_printf(out, "#SBATCH --array=1-%lld\n#SBATCH --requeue\nexec", shards);
    append_program(out, o->argv[0]);
    for (int i = 1; i < o->argc; i++) {
        int skipped = n_skipped(o->argv[i]);
        if (skipped == 0)
            append_quoted(out, o->argv[i]);
        else
            i += skipped - 1;
    }
    text_append(out, " --out");
    append_quoted(out, dir);
    text_printf(out,
                " \\\n    --shard \"$SLURM_ARRAY_TASK_ID/%lld\" --jobs "
                "\"${SLURM_CPUS_PER_TASK:-1}\" --wait 600\n" MARK "\n)\n",
                shards);
    text_append(out, "array=${array%%;*}\n"
                     "gather=$(sbatch --parsable --dependency=\"afterany:$array\" "
                     "<<'" MARK "'\n");
    append_head(o, dir, name, "gather", out);
    text_append(out, "exec");
    append_program(out, o->argv[0]);
    text_append(out, " gather --wait 600");
    append_quoted(out, dir);
    text_append(out, "\n" MARK "\n)\n"
                     "echo \"array $array, gathered by ${gather%%;*}\"\n");
}

int slurm_print(const struct options *o, const char *dir, const char *name, FILE *stream,
                struct diag *d)
{
    struct text out, plain;
    for (int i = 0; i < o->argc; i++)
        if (validate(o->argv[i], d) != 0)
            return -1;
    for (const char *c = dir; *c; c++)
        if (strchr(" %\"'\\", *c))
            return diag_error(d, DIAG_USAGE, NULL,
                              "'%s': a line #SBATCH cannot hold such a path", dir);
    text_init(&out);
    text_init(&plain);
    for (const char *c = name; *c; c++)
        text_append_bytes(&plain, isalnum((unsigned char)*c) ? c : "-", 1);
    append_script(o, dir, plain.bytes, &out);
    fwrite(out.bytes, 1, out.length, stream);
    text_release(&out);
    text_release(&plain);
    return 0;
}
