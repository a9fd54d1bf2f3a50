/* A file that says it is a sweep's store: it is read as far as it can be, gathered into
 * another, or refused. */
#include "fuzz/fuzz.h"

#include "study/sweep_view.h"

static void read_all(const char *path, struct diag *d)
{
    struct sweep_view view;
    if (sweep_view_open(&view, path, NULL, 0, d) != 0)
        return;
    struct view_block block = {0};
    for (size_t i = 0; i < view.n_points; i++)
        if (sweep_view_read(&view, i, &block, d) != 0)
            break;
    view_block_release(&block);
    sweep_view_close(&view);
}

static void gather(const char *path, struct diag *d)
{
    static const struct store_owner owner = {.base = "0", .scenario = "x"};
    char whole[128];
    struct store store;
    snprintf(whole, sizeof whole, "%s/whole.sqlite", fuzz_dir());
    if (store_open(&store, whole, STORE_FRESH, &owner, 0, d) == 0) {
        store_gather(&store, path, 0, d);
        store_close(&store);
    }
    unlink(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct diag d;
    diag_init(&d);
    const char *path = fuzz_file("part.sqlite", bytes, n);
    read_all(path, &d);
    gather(path, &d);
    diag_release(&d);
    return 0;
}
