/* Accounting and traces: read, with lines left out, or refused; what is read becomes a
 * folder whose scenario is accepted. The first byte chooses the kind. */
#include "fuzz/fuzz.h"

#include "import/import_folder.h"
#include "scenario/scenario.h"

static void remove_folder(const char *dir)
{
    static const char *const names[] = {"scenario.cfg", "demand.csv", "skipped.csv"};
    char path[160];
    for (size_t i = 0; i < 3; i++) {
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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n == 0)
        return 0;
    const struct importer *kind = importers[bytes[0] % n_importers];
    const char *path = fuzz_file("jobs.txt", bytes + 1, n - 1);
    struct import import;
    struct diag d;
    diag_init(&d);
    struct import_options options = {.files = &path, .n_files = 1};
    if (kind == &import_csv)
        options.columns = "team=team,gpus=gpus,start=start,end=end";
    if (import_read(&import, kind, &options, &d) == 0)
        write_folder(&import);
    import_release(&import);
    diag_release(&d);
    return 0;
}
