/* Numbers as text: what is written reads back to the same bits, and is short. */
#include "record/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_typical(void **state)
{
    (void)state;
    static const struct {
        double x;
        const char *expected;
    } rows[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-1, "-1"},
        {6080, "6080"},
        {1770394, "1770394"},
        {0.1, "0.1"},
        {0.5, "0.5"},
        {-0.25, "-0.25"},
        {2.385, "2.385"},
        {1.0 / 3, "0.3333333333333333"},
        {2.0 / 3, "0.6666666666666666"},
        {0.1 + 0.2, "0.30000000000000004"}, /* needs all 17 */
        {100.0 / 7, "14.285714285714286"},
        {5e-324, "5e-324"}, /* the smallest */
        {DBL_MIN, "2.2250738585072014e-308"},
        {DBL_MAX, "1.7976931348623157e308"},
        {1e300, "1e300"},
        {1e-12, "1e-12"},
        {1e23, "1e23"}, /* which %.16g makes 9.999999999999999e+22 */
        {2.5e-7, "2.5e-7"},
        {1e-6, "0.000001"},
        {-0.000123, "-0.000123"},
        {1e15, "1000000000000000"},
        {9007199254740991.0, "9007199254740991"}, /* 2^53 - 1 */
        {9007199254740992.0, "9007199254740992"},
        {4503599627370495.5, "4503599627370495.5"}, /* the last half */
        {1125899906842623.9, "1125899906842623.9"}, /* of eighths: .875 */
        {1e17, "1e17"},
        {123456789012345678.0, "1.2345678901234568e17"},
        {0.99999999999999989, "0.9999999999999999"},
        {999999999999999.9, "999999999999999.9"},
        {INFINITY, "Inf"},
        {-INFINITY, "-Inf"},
        {NAN, "NaN"},
        {-NAN, "NaN"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[NUMBER_ROOM];
        assert_int_equal(number_format(rows[i].x, out), strlen(rows[i].expected));
        assert_string_equal(out, rows[i].expected);
    }
}

static void test_integers(void **state)
{
    (void)state;
    static const struct {
        long long i;
        const char *expected;
    } rows[] = {
        {0, "0"},
        {-7, "-7"},
        {10, "10"},
        {99, "99"},
        {100, "100"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    char out[NUMBER_ROOM];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(number_format_integer(rows[i].i, out), strlen(rows[i].expected));
        assert_string_equal(out, rows[i].expected);
    }
    for (double power = 1; power < 1e16; power *= 10) {
        for (double x = power - 1; x <= power + 1; x++) {
            char expected[NUMBER_ROOM];
            snprintf(expected, sizeof expected, "%.0f", x);
            number_format(x, out);
            assert_string_equal(out, expected);
        }
    }
}

/* xorshift*, so that a failure comes again. */
static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s * UINT64_C(0x2545F4914F6CDD1D);
}

static int n_significant(const char *decimal)
{
    int n = 0, zeros = 0;
    for (; *decimal && *decimal != 'e'; decimal++) {
        if (*decimal < '0' || *decimal > '9' || (n == 0 && *decimal == '0'))
            continue;
        n++;
        zeros = *decimal == '0' ? zeros + 1 : 0;
    }
    return n - zeros;
}

static void check_exact(double x)
{
    char out[NUMBER_ROOM];
    double back = 0, parsed = 0;
    size_t length = number_format(x, out);
    back = strtod(out, NULL);
    if (length != strlen(out) || length >= NUMBER_ROOM ||
        memcmp(&back, &x, sizeof x) != 0)
        fail_msg("%a is written %s", x, out);
    if (!number_parse(out, &parsed) || memcmp(&parsed, &x, sizeof x) != 0)
        fail_msg("%s is read %a, not %a", out, parsed, x);
}

/* No more digits than printf finds to be enough; an integer below 1e17 is written whole,
 * and below a power of two one digit more is allowed. */
static void check_short(double x)
{
    char out[NUMBER_ROOM], printed[64];
    int enough = 15, exponent;
    for (; enough < 17; enough++) {
        snprintf(printed, sizeof printed, "%.*e", enough - 1, x);
        if (strtod(printed, NULL) == x)
            break;
    }
    enough += frexp(fabs(x), &exponent) == 0.5;
    number_format(x, out);
    if (n_significant(out) > enough && !(fabs(x) < 1e17 && x == floor(x)))
        fail_msg("%s has more than %d digits", out, enough);
}

static void test_random_bits(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 1000000; i++) {
        uint64_t bits = next(&seed);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x))
            check_exact(x);
        if (isfinite(x) && i % 16 == 0)
            check_short(x);
    }
}

/* Where number_format does not ask printf: 1e-7 to 1e18. */
static void test_random_magnitudes(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int i = 0; i < 1500000; i++) {
        double uniform = (double)(next(&seed) >> 11) * 0x1p-53;
        double x = (uniform + 1) * pow(2, (double)(next(&seed) % 84) - 24);
        check_exact(i % 2 ? x : -x);
        if (i % 16 == 0)
            check_short(x);
    }
}

/* Decimals of few digits come out as they went in. */
static void test_decimals(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int i = 0; i < 500000; i++) {
        char decimal[NUMBER_ROOM], out[NUMBER_ROOM];
        int decimals = 1 + (int)(next(&seed) % 6);
        uint64_t m = next(&seed) % 1000000000 * 10 + 1 + next(&seed) % 9;
        double scale = pow(10, decimals);
        snprintf(decimal, sizeof decimal, "%.*f", decimals, (double)m / scale);
        number_format((double)m / scale, out);
        assert_string_equal(out, decimal);
    }
}

/* Around powers of two and of ten, where neighbours lie at unequal distances. */
static void test_borders(void **state)
{
    (void)state;
    for (int e = -1074; e < 1024; e++) {
        double x = ldexp(1, e);
        check_exact(x);
        check_exact(nextafter(x, 0) > 0 ? nextafter(x, 0) : x);
        check_exact(nextafter(x, 2 * x));
        check_short(nextafter(x, 2 * x));
    }
    for (int e = -300; e <= 300; e++) {
        char power[16];
        snprintf(power, sizeof power, "1e%d", e);
        double x = strtod(power, NULL);
        check_exact(x);
        check_short(x);
        for (int i = 0; i < 20; i++) {
            double lower = x, upper = x;
            for (int k = 0; k <= i; k++) {
                lower = nextafter(lower, 0);
                upper = nextafter(upper, INFINITY);
            }
            check_exact(lower);
            check_exact(upper);
        }
    }
}

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double expected;
    } good[] = {
        {"0", 0},
        {"-0", -0.0},
        {"+7", 7},
        {".5", 0.5},
        {"5.", 5},
        {"007.50", 7.5},
        {"1e3", 1000},
        {"1E+3", 1000},
        {"1.5e-3", 0.0015},
        {"9007199254740993", 9007199254740992.0}, /* halfway: to even */
        {"9007199254740992.9999999999999999999999999999", 9007199254740992.0},
        {"0.1000000000000000055511151231257827021181583404541015625", 0.1},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
        {"1e-400", 0},
        {"0e999999999999", 0},
        {"2.2250738585072011e-308", 2.2250738585072011e-308},
        {"1.7976931348623157e308", DBL_MAX},
        {"Inf", INFINITY},
        {"-inf", -INFINITY},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double x = 99;
        if (!number_parse(good[i].text, &x) ||
            memcmp(&x, &good[i].expected, sizeof x) != 0)
            fail_msg("%s is read %a", good[i].text, x);
    }
    double x = 99;
    assert_true(number_parse("NaN", &x) && isnan(x));
    assert_true(number_parse("nan", &x) && isnan(x));

    static const char *const bad[] = {"",         " ",    "1 ",  " 1",    "-",   ".",
                                      "e5",       "1e",   "1e+", "0x10",  "1,5", "1..2",
                                      "--",       "1e5x", "1_",  "1e999", "1d",  "NaN(1)",
                                      "infinity", "-e",   "½"};
    x = 99;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (number_parse(bad[i], &x) || x != 99)
            fail_msg("'%s' is read as %g", bad[i], x);
}

/* A locale with a comma, made for the test: few machines have one installed. */
static void test_locale(void **state)
{
    (void)state;
    char directory[] = "/tmp/allot-locale-XXXXXX", command[512];
    assert_non_null(mkdtemp(directory));
    snprintf(command, sizeof command,
             "cd %s && printf 'escape_char /\\nLC_NUMERIC\\ndecimal_point \",\"\\n"
             "thousands_sep \"\"\\ngrouping -1\\nEND LC_NUMERIC\\n' >source;"
             "localedef -c -i source -f ANSI_X3.4-1968 ./xx_XX >log 2>&1; test -d xx_XX",
             directory);
    int made = system(command);
    setenv("LOCPATH", directory, 1);
    const char *found = made == 0 ? setlocale(LC_NUMERIC, "xx_XX") : NULL;
    snprintf(command, sizeof command, "rm -r %s", directory);
    assert_int_equal(system(command), 0);
    if (!found || strcmp(localeconv()->decimal_point, ",") != 0)
        skip();

    char out[NUMBER_ROOM];
    double x = 0;
    number_format(0.5, out);
    assert_string_equal(out, "0.5");
    number_format(1.25e-300, out);
    assert_string_equal(out, "1.25e-300");
    assert_true(number_parse("1.25e-300", &x) && x == 125e-302);
    assert_true(number_parse("0.12345678901234567", &x) && x == 0.12345678901234567);
    assert_false(number_parse("1,25", &x));
    setlocale(LC_NUMERIC, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typical),     cmocka_unit_test(test_integers),
        cmocka_unit_test(test_random_bits), cmocka_unit_test(test_random_magnitudes),
        cmocka_unit_test(test_decimals),    cmocka_unit_test(test_borders),
        cmocka_unit_test(test_parse),       cmocka_unit_test(test_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
