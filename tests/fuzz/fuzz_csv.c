/* A CSV file of ours or a user's: read or refused; every cell is asked for as a number.
 */
#include "fuzz/fuzz.h"

#include "record/csv_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct csv_table table;
    struct diag d;
    diag_init(&d);
    if (csv_table_parse("x.csv", (const char *)bytes, n, &table, &d) == 0) {
        for (size_t row = 0; row < table.n_rows; row++)
            for (size_t k = 0; k < table.n_columns; k++) {
                double number;
                FUZZ_PROMISE(csv_table_cell(&table, row, k) != NULL);
                csv_table_number(&table, row, k, &number, &d);
            }
        csv_table_free(&table);
    }
    diag_release(&d);
    return 0;
}
