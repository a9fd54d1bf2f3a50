#include "record/number.h"

#include "base/check.h"
#include "base/text.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Why exact integers, and no printf in the common case: "%.17g" takes hundreds of
 * nanoseconds and writes 0.10000000000000001. The obvious cure is to look for the
 * smallest k for which nearbyint(x * 10^k) / 10^k == x: a correctly rounded division of
 * two exact doubles, so what it finds reads back. It is good for 0.25 and bad for a mean
 * of many numbers, which needs 16 or 17 digits: all k are tried in vain, then printf
 * comes anyway.
 *
 * A double is f * 2^-s with f < 2^53. For 1e-6 <= x < 2^53 no more than 22 decimals are
 * ever needed, and f * 10^22 < 2^127: x * 10^k is known exactly in 128 bits, and so is
 * what is lost by rounding it to an integer q. q / 10^k is nearer to x than to any other
 * double if that loss is below half a unit of f, hence reads back. 15 digits are tried,
 * then 16; 17 always do. Other magnitudes are rare in results and left to printf.
 * tests/bench/bench_record.c compares the three. */

__extension__ typedef unsigned __int128 wide;

enum { FRACTION_BITS = 52, SAFE_DIGITS = 15, LARGEST_POWER = 22 };

/* All exact. */
static const double powers[LARGEST_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static const uint64_t integer_powers[] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

enum { N_INTEGER_POWERS = sizeof integer_powers / sizeof integer_powers[0] };

static wide wide_power(int k)
{
    int rest = k < N_INTEGER_POWERS ? 0 : k - (N_INTEGER_POWERS - 1);
    return (wide)integer_powers[k - rest] * integer_powers[rest];
}

/* Writes the last n digits of m and returns the end. */
static char *put_digits(char *out, uint64_t m, int n)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    char *p = out + n;
    while (p - out >= 2) {
        p -= 2;
        memcpy(p, pairs + 2 * (m % 100), 2);
        m /= 100;
    }
    if (p > out)
        *out = (char)('0' + m % 10);
    return out + n;
}

static char *put_integer(char *out, uint64_t m)
{
    int n = 1;
    while (n < N_INTEGER_POWERS && m >= integer_powers[n])
        n++;
    return put_digits(out, m, n);
}

/* Writes q / 10^k without zeros at its end. */
static char *put_decimal(char *out, uint64_t q, int k)
{
    if (k >= 8 && q % 100000000 == 0) {
        q /= 100000000;
        k -= 8;
    }
    if (k >= 4 && q % 10000 == 0) {
        q /= 10000;
        k -= 4;
    }
    for (; k > 0 && q % 10 == 0; k--)
        q /= 10;
    uint64_t whole = k < N_INTEGER_POWERS ? q / integer_powers[k] : 0;
    out = put_integer(out, whole);
    if (k == 0)
        return out;
    *out++ = '.';
    return put_digits(out, whole ? q - whole * integer_powers[k] : q, k);
}

/* For 1e-6 <= x < 2^53 that is no integer. */
static char *put_fraction(char *out, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint64_t leading = UINT64_C(1) << FRACTION_BITS;
    uint64_t f = (bits & (leading - 1)) | leading;
    int s = 1075 - (int)(bits >> FRACTION_BITS);
    /* Below a power of two the doubles lie twice as dense. */
    int twice = f == leading ? 4 : 2;

    /* The place of the first digit: 1 for [1, 10), 0 for [0.1, 1). */
    int place = 1;
    while (x >= powers[place])
        place++;
    for (double scaled = x * 10; scaled < 10; scaled *= 10)
        place--;

    for (int k = place < SAFE_DIGITS ? SAFE_DIGITS - place : 1;; k++) {
        CHECK(k <= LARGEST_POWER);
        wide ten = wide_power(k);
        wide product = f * ten, half = (wide)1 << (s - 1);
        wide loss = product & (2 * half - 1);
        uint64_t q = (uint64_t)(product >> s);
        if (loss > half || (loss == half && q % 2)) {
            loss = 2 * half - loss;
            q++;
        }
        if (loss * (unsigned)twice < ten)
            return put_decimal(out, q, k);
    }
}

/* Digits and exponent by printf, shortened to 2.5e-7 and freed of the locale's point. */
static char *put_exponential(char *out, double x)
{
    char text[64];
    /* Below DBL_MIN doubles have fewer bits: the smallest of them is 5e-324. */
    for (int precision = x < DBL_MIN ? 0 : SAFE_DIGITS - 1; precision <= SAFE_DIGITS + 1;
         precision++) {
        snprintf(text, sizeof text, "%.*e", precision, x);
        if (strtod(text, NULL) == x)
            break;
    }
    char *e = strchr(text, 'e');
    long exponent = strtol(e + 1, NULL, 10);
    char *end = e;
    while (end[-1] == '0')
        end--;
    *out++ = text[0];
    bool is_point = true;
    for (const char *p = text + 1; p < end; p++) {
        if (*p < '0' || *p > '9')
            continue;
        if (is_point)
            *out++ = '.';
        is_point = false;
        *out++ = *p;
    }
    *out++ = 'e';
    if (exponent < 0)
        *out++ = '-';
    return put_integer(out, (uint64_t)labs(exponent));
}

static size_t closed(const char *out, char *end)
{
    *end = '\0';
    return (size_t)(end - out);
}

size_t number_format(double x, char out[NUMBER_ROOM])
{
    char *p = out;
    double size = fabs(x);
    if (isnan(x)) {
        memcpy(out, "NaN", 4);
        return 3;
    }
    if (x < 0)
        *p++ = '-';
    if (isinf(x)) {
        memcpy(p, "Inf", 3);
        p += 3;
    } else if (size < 1e17 && size == (double)(uint64_t)size) {
        p = put_integer(p, (uint64_t)size);
    } else if (size >= 1e-6 && size < 1e17) {
        p = put_fraction(p, size);
    } else {
        p = put_exponential(p, size);
    }
    return closed(out, p);
}

size_t number_format_integer(long long i, char out[NUMBER_ROOM])
{
    char *p = out;
    if (i < 0)
        *p++ = '-';
    return closed(out, put_integer(p, i < 0 ? 0 - (uint64_t)i : (uint64_t)i));
}

/* strtod takes the point of the locale: it is put in the place of ours. */
static double by_strtod(const char *string)
{
    const char *point = localeconv()->decimal_point;
    if (strcmp(point, ".") == 0 || !strchr(string, '.'))
        return strtod(string, NULL);
    struct text copy;
    text_init(&copy);
    for (; *string; string++) {
        if (*string == '.')
            text_append(&copy, point);
        else
            text_append_bytes(&copy, string, 1);
    }
    double x = strtod(copy.bytes, NULL);
    text_release(&copy);
    return x;
}

static bool parse_word(const char *p, double sign, double *out)
{
    if (strcasecmp(p, "nan") == 0) {
        *out = NAN;
        return true;
    }
    if (strcasecmp(p, "inf") == 0) {
        *out = sign * INFINITY;
        return true;
    }
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool number_parse(const char *string, double *out)
{
    enum { MOST_EXPONENT = 100000 };
    const char *p = string;
    double sign = *p == '-' ? -1.0 : 1.0;
    p += *p == '-' || *p == '+';
    if (!is_digit(*p) && *p != '.')
        return parse_word(p, sign, out);

    uint64_t m = 0;
    int exponent = 0, n = 0;
    bool is_exact = true, is_after_point = false;
    for (; is_digit(*p) || (*p == '.' && !is_after_point); p++) {
        if (*p == '.') {
            is_after_point = true;
            continue;
        }
        n++;
        is_exact = is_exact && m < UINT64_C(1000000000000000000);
        if (is_exact)
            m = 10 * m + (uint64_t)(*p - '0');
        exponent -= is_after_point;
    }
    if (n == 0)
        return false;
    if (*p == 'e' || *p == 'E') {
        p++;
        bool is_negative = *p == '-';
        p += *p == '-' || *p == '+';
        int value = 0;
        if (!is_digit(*p))
            return false;
        for (; is_digit(*p); p++)
            value = value < MOST_EXPONENT ? 10 * value + (*p - '0') : MOST_EXPONENT;
        exponent += is_negative ? -value : value;
    }
    if (*p != '\0')
        return false;

    /* Both are exact doubles, so one operation rounds once, correctly. */
    double x;
    if (is_exact && m <= UINT64_C(1) << 53 && abs(exponent) <= LARGEST_POWER)
        x = sign *
            (exponent < 0 ? (double)m / powers[-exponent] : (double)m * powers[exponent]);
    else
        x = by_strtod(string);
    if (isinf(x))
        return false;
    *out = x;
    return true;
}
