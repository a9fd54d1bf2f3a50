/* Accounting and traces: read, with lines left out, or refused; what is read becomes a
 * folder whose scenario is accepted. The first character chooses the kind in the order of
 * the registry, and after these a tree of accounts; the second how it is read. Seeds
 * begin with a digit and an '@' (of 64, of which no bit is looked at). */
#include "fuzz/fuzz.h"

#include "import/import_folder.h"
#include "scenario/scenario.h"

static void remove_folder(const char *dir)
{
    static const char *const names[] = {"scenario.cfg", "demand.csv", "skipped.csv",
                                        "grants.csv"};
    char path[160];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
}

static void write_folder(struct import *import)
{
    char dir[96], path[128];
    struct diag d;
    diag_init(&d);
    snprintf(dir, sizeof dir, "%s/out", fuzz_dir());
    snprintf(path, sizeof path, "%s/scenario.cfg", dir);
    struct import_folder folder = {.dir = dir, .words = "allot import"};
    if (import_folder_write(&folder, import, &d) == 0) {
        struct scenario s;
        if (scenario_load(&s, path, &(struct scenario_options){0}, &d) != 0) {
            diag_print(&d, stderr, false);
            FUZZ_PROMISE(!"the scenario is accepted");
        }
        scenario_release(&s);
    }
    remove_folder(dir);
    diag_release(&d);
}

enum { IN_BERLIN = 1, BY_DAY = 2, FITTED = 4, STRICT = 8, OF_MONTHS = 16, TWICE = 32 };

/* What the tree of accounts goes with. */
static const char jobs[] =
    "JobID|Account|State|Submit|Start|End|AllocTRES\n"
    "1|a|COMPLETED|2025-01-01T00:00:00|2025-01-01T01:00:00|2025-01-01T02:00:00|gres/gpu=4"
    "\n"
    "2|b|COMPLETED|2025-02-01T00:00:00|2025-02-01T01:00:00|2025-02-03T02:00:00|gres/gpu=2"
    "\n";

static void read_in(const struct importer *kind, const char *path, const char *accounts,
                    uint8_t how)
{
    const char *const files[] = {path, path};
    struct import import;
    struct diag d;
    struct import_options options = {.files = files,
                                     .n_files = how & TWICE ? 2 : 1,
                                     .accounts = accounts,
                                     .timezone = how & IN_BERLIN ? "Europe/Berlin" : NULL,
                                     .is_daily = how & BY_DAY,
                                     .is_fit = how & FITTED && !(how & BY_DAY),
                                     .is_strict = how & STRICT};
    if (kind == &import_csv)
        options.columns = how & OF_MONTHS
                              ? "team=team,pool=pool,month=month,gpu_hours=used,"
                                "waiting_gpu_hours=waiting"
                              : "team=team,gpus=gpus,submit=submit,start=start,end=end";
    if (kind == &import_itp)
        options.start = "2020-01-01";
    diag_init(&d);
    if (import_read(&import, kind, &options, &d) == 0)
        write_folder(&import);
    import_release(&import);
    diag_release(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 2)
        return 0;
    size_t kind = (bytes[0] - '0') % (n_importers + 1);
    if (kind < n_importers) {
        read_in(importers[kind], fuzz_file("jobs.txt", bytes + 2, n - 2), NULL, bytes[1]);
        return 0;
    }
    char path[128];
    snprintf(path, sizeof path, "%s", fuzz_file("accounts.txt", bytes + 2, n - 2));
    read_in(&import_sacct, fuzz_file("jobs.txt", (const uint8_t *)jobs, sizeof jobs - 1),
            path, bytes[1]);
    return 0;
}
