/* Reading accounting: lines at the edges of buffers, times, and files that are damaged in
 * every way: no line is lost between those that count and those that are left out. */
#include "base/memory.h"
#include "import/importer.h"
#include "import/seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/allot-import-XXXXXX";

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_bytes(const char *bytes, size_t length)
{
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, length, stream), length);
    assert_int_equal(fclose(stream), 0);
}

/* ---- lines ---- */

/* A line of each length around the buffer's, then one too long and one after it. */
static void test_lines(void **state)
{
    (void)state;
    static const size_t lengths[] = {0,       1,       262143,  262144, 262145,
                                     1048575, 1048576, 1048577, 5,      4000000,
                                     3,       1048576, 7};
    enum { N = sizeof lengths / sizeof *lengths };
    struct text all;
    struct line_reader reader;
    struct line line;
    struct diag d;
    text_init(&all);
    diag_init(&d);
    for (size_t i = 0; i < N; i++) {
        for (size_t k = 0; k < lengths[i]; k++)
            text_append_bytes(&all, &"abcdefg"[(k + i) % 7], 1);
        text_append(&all, i + 1 < N ? "\n" : "");
    }
    write_bytes(all.bytes, all.length);
    assert_int_equal(line_reader_open(&reader, path, &d), 0);
    const char *at = all.bytes;
    for (size_t i = 0; i < N; i++) {
        bool is_long = lengths[i] > LINE_MOST_BYTES;
        assert_int_equal(line_reader_next(&reader, &line, &d),
                         is_long ? LINE_TOO_LONG : LINE_READ);
        assert_int_equal(line.number, i + 1);
        assert_int_equal(line.length, is_long ? LINE_SHOWN_BYTES : lengths[i]);
        assert_memory_equal(line.bytes, at, line.length);
        assert_int_equal(line.bytes[line.length], 0);
        at += lengths[i] + 1;
    }
    assert_int_equal(line_reader_next(&reader, &line, &d), LINE_END);
    assert_int_equal(line_reader_next(&reader, &line, &d), LINE_END);
    line_reader_close(&reader);
    diag_release(&d);
    text_release(&all);
}

/* ---- times ---- */

static void test_times(void **state)
{
    (void)state;
    struct zone *zone = mem_new(1, sizeof *zone);
    struct diag d;
    struct time_read read;
    diag_init(&d);
    assert_int_equal(zone_load(zone, "Europe/Berlin", &d), 0);
    /* By date -d '... TZ' +%s. Clocks go forward at 02:00 on 30 March 2025 and back at
     * 03:00 on 26 October. */
    static const struct {
        const char *text;
        enum time_kind kind;
        int64_t at_s, later_at_s;
    } rows[] = {
        {"2025-01-01T00:00:00", TIME_GIVEN, 1735686000, 1735686000},
        {"2025-03-30T01:59:59", TIME_GIVEN, 1743296399, 1743296399},
        {"2025-03-30T03:00:00", TIME_GIVEN, 1743296400, 1743296400},
        {"2025-07-01 12:00:00", TIME_GIVEN, 1751364000, 1751364000},
        {"2025-10-26T01:59:59", TIME_GIVEN, 1761436799, 1761436799},
        {"2025-10-26T02:30:00", TIME_GIVEN, 1761438600, 1761442200},
        {"2025-10-26T03:00:00", TIME_GIVEN, 1761444000, 1761444000},
        {"2025-10-26T02:30:00Z", TIME_GIVEN, 1761445800, 1761445800},
        {"2025-10-26T02:30:00+02:00", TIME_GIVEN, 1761438600, 1761438600},
        {"2025-10-26T02:30:00-0130", TIME_GIVEN, 1761451200, 1761451200},
        {"2024-02-29", TIME_GIVEN, 1709161200, 1709161200},
        {"1735686000", TIME_GIVEN, 1735686000, 1735686000},
        {"", TIME_NONE, 0, 0},
        {"Unknown", TIME_NONE, 0, 0},
        {"N/A", TIME_NONE, 0, 0},
        {"2025-02-29", TIME_WRONG, 0, 0},
        {"2025-13-01T00:00:00", TIME_WRONG, 0, 0},
        {"2025-01-01T24:00:00", TIME_WRONG, 0, 0},
        {"2025-01-01T00:00", TIME_WRONG, 0, 0},
        {"2025-01-01T00:00:00+0", TIME_WRONG, 0, 0},
        {"1989-12-31T00:00:00", TIME_WRONG, 0, 0},
        {"2100-01-01T00:00:00", TIME_WRONG, 0, 0},
        {"0", TIME_WRONG, 0, 0},
        {"-1", TIME_WRONG, 0, 0},
        {"9223372036854775808", TIME_WRONG, 0, 0},
        {"yesterday", TIME_WRONG, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (zone_read_time(zone, slice_of(rows[i].text), &read) != rows[i].kind)
            fail_msg("'%s' is read as something else", rows[i].text);
        if (rows[i].kind == TIME_GIVEN &&
            (read.at_s != rows[i].at_s || read.later_at_s != rows[i].later_at_s))
            fail_msg("'%s' is %lld or %lld", rows[i].text, (long long)read.at_s,
                     (long long)read.later_at_s);
    }
    assert_int_equal(zone_load(zone, "../passwd", &d), -1);
    mem_free(zone);
    diag_release(&d);
}

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds; /* INT64_MIN: none */
    } rows[] = {{"0", 0},
                {"3600", 3600},
                {"01:00:16", 3616},
                {"3-00:00:00", 259200},
                {"1-02:03:04", 93784},
                {"02:03", 123},
                {"-5", -5},
                {"", INT64_MIN},
                {"1-", INT64_MIN},
                {"1-2", INT64_MIN},
                {"1:2:3:4", INT64_MIN},
                {"-1-00:00:00", INT64_MIN},
                {"9223372036854775808", INT64_MIN},
                {"99999999999-00:00:00", INT64_MIN},
                {"1:xx:00", INT64_MIN}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seconds = 0;
        bool is_one = zone_read_duration(slice_of(rows[i].text), &seconds);
        if (is_one != (rows[i].seconds != INT64_MIN) ||
            (is_one && seconds != rows[i].seconds))
            fail_msg("'%s' is %d, %lld", rows[i].text, is_one, (long long)seconds);
    }
}

static void test_seen(void **state)
{
    (void)state;
    struct seen *seen = seen_new(20000);
    for (uint64_t key = 0; key < 20000; key++)
        assert_true(*seen_until(seen, key * key * 2654435761u + 1) == 0);
    for (uint64_t key = 0; key < 20000; key++)
        *seen_until(seen, key * key * 2654435761u + 1) = (double)key + 1;
    for (uint64_t key = 0; key < 20000; key++)
        assert_true(*seen_until(seen, key * key * 2654435761u + 1) == (double)key + 1);
    assert_null(seen_until(seen, 3)); /* one too many; those before stay */
    assert_true(*seen_until(seen, 1) == 1);
    seen_free(seen);
}

/* ---- damage ---- */

static const struct {
    const char *kind, *columns, *text;
} samples[] = {
    {"sacct", NULL,
     "JobIDRaw|JobName|Account|State|Submit|Eligible|Start|End|ElapsedRaw|ReqTRES|"
     "AllocTRES|SubmitLine\n"
     "1|a b|x|COMPLETED|2025-01-30T00:00:00|2025-01-30T12:00:00|2025-01-31T00:00:00|"
     "2025-02-02T00:00:00|172800|gres/gpu=2|gres/gpu:h100=2,gres/gpu=2|sbatch\n"
     "2|c|d|y|CANCELLED by 7|2025-02-01T00:00:00|2025-02-01T00:00:00|Unknown|"
     "2025-02-01T12:00:00|0|gres/gpu:h100=4||sbatch c|d\n"
     "3|e|x|RUNNING|2025-02-03T00:00:00|Unknown|1738540800|Unknown|2-00:00:00|gres/gpu=3|"
     "gres/gpu:a100=1,gres/gpu=3|s\n"
     "3.batch|e|x|RUNNING||||||||\n"},
    {"swf", NULL,
     "; UnixStartTime: 1735689600\n"
     "1 0 3600 7200 30 7200 -1 30 37980 -1 1 1 5 -1 -1 1 -1 -1\n"
     "2 3600 0 -1 8 -1 -1 8 37980 -1 1 2 5 -1 -1 1 -1 -1\n"
     "3 3600 10.5 1800 -1 -1 -1 8 37980 -1 1 2 6 -1 -1 1 -1 -1 x y\n"},
    {"csv", "team=t,start=s,end=e,gpus=g,submit=q",
     "t,q,s,e,g\n\"a \"\"b\"\", c\",2025-01-01,2025-01-02T10:00:00,2025-01-03,8\n"
     "d,,2025-01-02T10:00:00Z,2025-02-03,1e2\n"},
    {"csv", "team=t,month=m,gpu_hours=h",
     "t,m,h\na,2025-01,744\nb,2025-02,1e3\nb,2025-03,\"10\"\n"},
    {"itp", NULL,
     "job_id,submission_time,duration,num_gpu\na,1932025,2429,64\nb,2000581,1532,1\n"},
    {"helios-quota", NULL,
     "time,total_gpu_num,running_gpu_num,pending_gpu_num\n"
     "2020-05-01 00:00:00,64,59,0\n2020-05-01 00:01:00,64,59,1\n"},
    {"helios-quota", NULL,
     "date,vcA,vcB,total\n2020-04-01,8,16,24\n2020-04-02,8,24,32\n"},
};

/* What comes of the file: every line counts or is left out, and sums are sums. */
static void import_it(const char *kind, const char *columns, bool is_strict)
{
    const char *files[] = {path};
    struct import_options options = {
        .files = files, .n_files = 1, .columns = columns, .is_strict = is_strict};
    struct import import;
    struct diag d;
    diag_init(&d);
    int result = import_read(&import, importer_find(kind), &options, &d);
    assert_int_equal(result == 0, diag_n_errors(&d) == 0);
    const struct tally *t = &import.tally;
    if (result == 0) {
        struct usage_cell sum = usage_sum(&import.usage, -1, -1);
        assert_int_equal(t->n_lines, t->n_jobs + tally_n_left_out(t));
        assert_true(isfinite(sum.used_gpu_s) && sum.used_gpu_s >= 0);
        assert_true(isfinite(sum.waiting_gpu_s) && sum.waiting_gpu_s >= 0);
        assert_true(!is_strict || t->n_wrong == 0);
        for (size_t p = 0; p < import.usage.pools.n; p++)
            assert_true(isfinite(usage_peak_gpus(&import.usage, (int)p)));
    } else {
        /* Each message says where. */
        for (size_t i = 0; i < d.n_messages; i++)
            assert_non_null(d.messages[i].at.file);
    }
    import_release(&import);
    diag_release(&d);
}

static uint32_t dice(uint32_t *state, uint32_t sides)
{
    *state = *state * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)*state * sides) >> 32);
}

/* Some bytes are changed, taken out, doubled or the rest cut off. */
static void damage(struct text *text, uint32_t *state)
{
    static const char bytes[] = "\0\n\r\t,|\"=:-+.09aZ\xff\xc3;/ \\%s";
    for (uint32_t n = 1 + dice(state, 4); n > 0 && text->length > 0; n--) {
        uint32_t at = dice(state, (uint32_t)text->length);
        char byte = bytes[dice(state, sizeof bytes - 1)];
        switch (dice(state, 5)) {
        case 0:
            text->bytes[at] = byte;
            break;
        case 1:
            memmove(text->bytes + at, text->bytes + at + 1, text->length-- - at);
            break;
        case 2:
            text_append_bytes(text, &byte, 1);
            memmove(text->bytes + at + 1, text->bytes + at, text->length - 1 - at);
            text->bytes[at] = byte;
            break;
        case 3: /* a digit becomes many */
            if (text->bytes[at] >= '0' && text->bytes[at] <= '9')
                text->bytes[at] = (char)('0' + dice(state, 10));
            break;
        default:
            if (dice(state, 8) == 0)
                text->length = at;
        }
    }
}

static void test_damage(void **state)
{
    (void)state;
    enum { ROUNDS = 60 };
    uint32_t seed = 7;
    struct text text;
    text_init(&text);
    for (size_t s = 0; s < sizeof samples / sizeof *samples; s++)
        for (size_t round = 0; round <= ROUNDS; round++) {
            text_clear(&text);
            text_append(&text, samples[s].text);
            for (size_t k = 0; k < round % 4; k++)
                text_append(&text, strchr(samples[s].text, '\n') + 1);
            if (round > 0)
                damage(&text, &seed);
            write_bytes(text.bytes, text.length);
            import_it(samples[s].kind, samples[s].columns, false);
            if (round % 8 == 0)
                import_it(samples[s].kind, samples[s].columns, true);
        }
    text_release(&text);
}

/* Whatever a cell holds alone comes along. */
static void test_move_pool(void **state)
{
    (void)state;
    struct usage u;
    struct zone zone;
    struct diag d;
    const double from_s = 1735689600, until_s = from_s + 86400; /* 2025-01-01 */
    diag_init(&d);
    assert_int_equal(zone_load(&zone, "UTC", &d), 0);
    usage_init(&u, false, &zone);
    int a = usage_pool(&u, slice_of("a")), b = usage_pool(&u, slice_of("b"));
    for (int k = 0; k < 4; k++) {
        char name[] = {(char)('p' + k), '\0'};
        int team = usage_team(&u, slice_of(name));
        if (k == 0)
            usage_add_use(&u, team, a, 2, from_s, until_s);
        else if (k == 1)
            usage_add_waiting(&u, team, a, 3, from_s, until_s);
        else if (k == 2)
            usage_add_grant(&u, team, a, 4, from_s, until_s);
        else
            usage_count_job(&u, team, a, from_s);
    }
    struct usage_cell before = usage_sum(&u, -1, a);
    usage_move_pool(&u, a, b);
    struct usage_cell left = usage_sum(&u, -1, a), after = usage_sum(&u, -1, b);
    const struct usage_cell none = {0};
    assert_memory_equal(&left, &none, sizeof none);
    assert_memory_equal(&after, &before, sizeof before);
    assert_true(after.used_gpu_s == 2 * 86400.0 && after.waiting_gpu_s == 3 * 86400.0);
    assert_true(after.granted_gpu_s == 4 * 86400.0 && after.n_jobs == 1);
    usage_release(&u);
    diag_release(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),     cmocka_unit_test(test_times),
        cmocka_unit_test(test_durations), cmocka_unit_test(test_seen),
        cmocka_unit_test(test_damage),    cmocka_unit_test(test_move_pool)};
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
