/* Feeds files to a fuzzer's LLVMFuzzerTestOneInput, without libFuzzer: what it has found
 * stays found, with every compiler (tests/cli/corpus.bats).
 *
 *   replay_NAME FILE...    the name of a file is said before it is read, so that the last
 *                          one said is the one that did not end well
 */
#include "fuzz/fuzz.h"

enum { MOST_BYTES = 1 << 20 };

int main(int argc, char **argv)
{
    static uint8_t bytes[MOST_BYTES];
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file) {
            perror(argv[i]);
            return 66;
        }
        size_t n = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        printf("%s\n", argv[i]);
        fflush(stdout);
        /* A block of its own length, so that a read past its end is seen. */
        uint8_t *copy = malloc(n ? n : 1);
        if (!copy)
            abort();
        memcpy(copy, bytes, n);
        LLVMFuzzerTestOneInput(copy, n);
        free(copy);
    }
    fuzz_remove_dir();
    return 0;
}
