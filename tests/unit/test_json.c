/* JSON: numbers that may be none, exact doubles, whole files. */
#include "base/file.h"
#include "record/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *sample(void)
{
    json_t *json = json_object();
    json_object_set_new(json, "used", json_number(0.1));
    json_object_set_new(json, "name", json_string("Zürich \"2\""));
    json_object_set_new(json, "none", json_number(NAN));
    json_object_set_new(json, "seed", json_integer(9007199254740993));
    json_object_set_new(json, "list", json_pack("[f]", -0.5));
    return json;
}

static void test_numbers(void **state)
{
    (void)state;
    static const double rows[] = {0.1, -2.5e300, 5e-324, 1.0 / 3, 6080};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *json = json_number(rows[i]);
        assert_true(json_real_value(json) == rows[i]);
        json_decref(json);
    }
    assert_true(json_is_null(json_number(NAN)));
    assert_true(json_is_null(json_number(INFINITY)));
    assert_true(json_is_null(json_number(-INFINITY)));
    json_t *zero = json_number(-0.0);
    assert_false(signbit(json_real_value(zero)));
    json_decref(zero);
}

static void test_write(void **state)
{
    (void)state;
    static const char *const expected[] = {
        [JSON_AS_INSERTED] = "{\n"
                             "  \"used\": 0.10000000000000001,\n"
                             "  \"name\": \"Zürich \\\"2\\\"\",\n"
                             "  \"none\": null,\n"
                             "  \"seed\": 9007199254740993,\n"
                             "  \"list\": [\n"
                             "    -0.5\n"
                             "  ]\n"
                             "}\n",
        [JSON_BY_NAME] = "{\n"
                         "  \"list\": [\n"
                         "    -0.5\n"
                         "  ],\n"
                         "  \"name\": \"Zürich \\\"2\\\"\",\n"
                         "  \"none\": null,\n"
                         "  \"seed\": 9007199254740993,\n"
                         "  \"used\": 0.10000000000000001\n"
                         "}\n"};
    for (int order = JSON_AS_INSERTED; order <= JSON_BY_NAME; order++) {
        char *bytes = NULL;
        size_t length = 0;
        FILE *stream = open_memstream(&bytes, &length);
        json_t *json = sample();
        assert_int_equal(json_write(json, stream, (enum json_order)order), 0);
        fclose(stream);
        assert_string_equal(bytes, expected[order]);
        json_t *back = json_loads(bytes, 0, NULL);
        assert_true(json_equal(json, back));
        json_decref(back);
        json_decref(json);
        free(bytes);
    }
}

static void test_file(void **state)
{
    (void)state;
    char path[] = "/tmp/allot-json-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct diag d;
    diag_init(&d);
    json_t *json = sample();
    assert_int_equal(json_write_file(json, path, JSON_BY_NAME, &d), 0);
    json_t *back = json_load_file(path, 0, NULL);
    assert_true(json_equal(json, back));
    json_decref(back);
    assert_int_equal(d.n_messages, 0);

    assert_int_equal(json_write_file(json, "/no/such/x.json", JSON_BY_NAME, &d), -1);
    assert_int_equal(diag_exit_status(&d), 73);

    /* What jansson refuses to write leaves the old file in place: here a loop. */
    diag_clear(&d);
    json_t *inner = json_object();
    json_object_set(json, "inner", inner);
    json_object_set(inner, "outer", json);
    assert_int_equal(json_write_file(json, path, JSON_BY_NAME, &d), -1);
    assert_int_equal(diag_exit_status(&d), 74);
    json_object_clear(inner);
    json_decref(inner);
    assert_non_null(back = json_load_file(path, 0, NULL));
    json_decref(back);

    json_decref(json);
    unlink(path);
    diag_release(&d);
}

static void test_failing_stream(void **state)
{
    (void)state;
    FILE *stream = fopen("/dev/full", "w");
    if (!stream)
        skip();
    setvbuf(stream, NULL, _IONBF, 0);
    json_t *json = sample();
    assert_int_equal(json_write(json, stream, JSON_BY_NAME), -1);
    json_decref(json);
    fclose(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_failing_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
