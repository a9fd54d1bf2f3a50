/* Times writing and reading numbers, beside what the C library does in the same run.
 * Prints lines of "name value unit". */
#include "record/csv.h"
#include "record/csv_reader.h"
#include "record/number.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { N = 200000, N_ROUNDS = 7, N_TABLE = 12000000, N_REFERENCE = 2000000 };

static double data[N];
static volatile size_t sink;

static double clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static uint64_t next(void)
{
    static uint64_t s = 1;
    s ^= s << 13;
    s ^= s >> 7;
    s ^= s << 17;
    return s * UINT64_C(0x2545F4914F6CDD1D);
}

static double uniform(void)
{
    return (double)(next() >> 11) * 0x1p-53;
}

/* GPUs in whole nodes. */
static double whole(void)
{
    return (double)(next() % 760 * 8);
}

/* A priority, a share. */
static double decimal(void)
{
    return (double)(next() % 100000) / 100;
}

/* A time-weighted mean: all its digits count. */
static double mean(void)
{
    return 6080 * uniform();
}

static double any(void)
{
    uint64_t bits = next();
    double x;
    memcpy(&x, &bits, sizeof x);
    return isfinite(x) ? x : 0;
}

/* A row of pools.csv or teams.csv: half of it whole or 0. */
static double typical(void)
{
    switch (next() % 4) {
    case 0:
        return whole();
    case 1:
        return next() % 2 ? 0 : (double)(next() % 100);
    case 2:
        return mean();
    default:
        return uniform();
    }
}

static size_t by_printf(double x, char *out)
{
    return (size_t)snprintf(out, NUMBER_ROOM, "%.17g", x);
}

/* The alternative that number.c argues against, as fast as it can be. */
static size_t by_search(double x, char *out)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    double size = fabs(x);
    if (size < 0x1p53 && size == floor(size))
        return number_format_integer((long long)x, out);
    for (int k = 1; k <= 22; k++) {
        double m = nearbyint(size * powers[k]);
        if (m >= 0x1p53)
            break;
        if (m / powers[k] == size) {
            size_t length = number_format_integer((long long)m, out);
            out[length++] = '.'; /* moving the digits is not even counted */
            return length;
        }
    }
    int length = snprintf(out, NUMBER_ROOM, "%.16g", x);
    if (strtod(out, NULL) != x)
        length = snprintf(out, NUMBER_ROOM, "%.17g", x);
    return (size_t)length;
}

static double best_ns(size_t format(double, char *))
{
    double best = INFINITY;
    for (int round = 0; round < N_ROUNDS; round++) {
        size_t bytes = 0;
        double start = clock_ns();
        for (int i = 0; i < N; i++) {
            char out[NUMBER_ROOM];
            bytes += format(data[i], out);
        }
        best = fmin(best, (clock_ns() - start) / N);
        sink = bytes;
    }
    return best;
}

static double parse_ns(void)
{
    static char texts[N][NUMBER_ROOM];
    for (int i = 0; i < N; i++)
        number_format(data[i], texts[i]);
    double best = INFINITY;
    for (int round = 0; round < N_ROUNDS; round++) {
        double start = clock_ns(), x = 0, sum = 0;
        for (int i = 0; i < N; i++) {
            number_parse(texts[i], &x);
            sum += x;
        }
        best = fmin(best, (clock_ns() - start) / N);
        sink = (size_t)(sum != 0);
    }
    return best;
}

static double printf_table_ns(const char *path)
{
    FILE *stream = fopen(path, "w");
    double start = clock_ns();
    for (int i = 0; i < N_REFERENCE; i++)
        fprintf(stream, i % 10 == 9 ? "%.17g\n" : "%.17g,", data[i % N]);
    fclose(stream);
    return (clock_ns() - start) / N_REFERENCE;
}

static double csv_table_ns(const char *path)
{
    FILE *stream = fopen(path, "w");
    struct csv csv;
    double start = clock_ns();
    csv_init(&csv, stream);
    for (int i = 0; i < N_TABLE; i++) {
        csv_number(&csv, data[i % N]);
        if (i % 10 == 9)
            csv_end(&csv);
    }
    csv_flush(&csv);
    csv_release(&csv);
    fclose(stream);
    return (clock_ns() - start) / N_TABLE;
}

static void table_reading(const char *path)
{
    struct diag d;
    struct csv_table table;
    diag_init(&d);
    double start = clock_ns();
    if (csv_table_load(path, &table, &d) != 0)
        exit(1);
    double loaded = clock_ns(), sum = 0, x = 0;
    for (size_t r = 0; r < table.n_rows; r++)
        for (size_t c = 0; c < table.n_columns; c++)
            sum += csv_table_number(&table, r, c, &x, &d) == 0 ? x : 0;
    sink = (size_t)(sum != 0);
    double n = (double)(table.n_rows * table.n_columns);
    printf("csv_table_load %.1f ns/number\n", (loaded - start) / n);
    printf("csv_table_number %.1f ns/number\n", (clock_ns() - loaded) / n);
    csv_table_free(&table);
    diag_release(&d);
}

int main(void)
{
    static const struct {
        const char *name;
        double (*draw)(void);
    } kinds[] = {{"whole", whole},
                 {"decimal", decimal},
                 {"mean", mean},
                 {"any_bits", any},
                 {"typical", typical}};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        const char *name = kinds[k].name;
        for (int i = 0; i < N; i++)
            data[i] = kinds[k].draw();
        printf("number_format_%s %.1f ns\n", name, best_ns(number_format));
        printf("printf_17g_%s %.1f ns\n", name, best_ns(by_printf));
        printf("search_then_printf_%s %.1f ns\n", name, best_ns(by_search));
        printf("number_parse_%s %.1f ns\n", name, parse_ns());
    }
    char path[] = "/tmp/allot-bench-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    close(fd);
    printf("fprintf_17g_table %.1f ns/number\n", printf_table_ns(path));
    double ns = csv_table_ns(path);
    printf("csv_number_table %.1f ns/number\n", ns);
    printf("csv_12_million_numbers %.2f s\n", ns * N_TABLE / 1e9);
    table_reading(path);
    unlink(path);
    return 0;
}
