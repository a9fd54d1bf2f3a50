/* outcome_path: what METRIC:[KIND/]SUBJECT[@MARK] means. Its errors stand in tests/bad.
 */
#include "scenario/outcome_path.h"
#include "study/outcome_words.h"
#include "support/scenarios.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* A team and a project are called "a/b", another team and project "twin". */
static const char text[] =
    "start = \"2022-01-01\"; months = 12; marks = ( \"2022-06-30\", \"2022-09-30\" );\n"
    "pools = ( { name = \"a100\"; gpus = 64; } );\n"
    "organisation = ( { name = \"lab\"; teams = ( { name = \"twin\"; people = 1; },\n"
    "    { name = \"all\"; people = 1; }, { name = \"q\\\"@\"; people = 1; } ); } );\n"
    "projects = ( { name = \"twin\"; team = \"twin\";\n"
    "        stages = ( { do = \"wait\"; days = 1.0; } ); },\n"
    "    { name = \"a/b\"; team = \"twin\"; stages = ( { do = \"wait\"; days = 1.0; } ); "
    "} "
    ");\n";

static const struct row {
    const char *path;
    const char *metric, *kind, *subject, *mark;
} rows[] = {
    {"released:a/b", NULL, NULL, NULL, NULL}, /* "a" is no kind */
    {"released:\"a/b\"", "released", "project", "a/b", ""},
    {"released:project/\"a/b\"", "released", "project", "a/b", ""},
    {"released:project/a/b", "released", "project", "a/b", ""},
    {"released:twin", "released", "project", "twin", ""}, /* a release is a project's */
    {"release_months:twin", "release_months", "project", "twin", ""},
    {"released:team/twin", "released", "team", "twin", ""},
    {"fill_frac:twin", NULL, NULL, NULL, NULL}, /* ambiguous */
    {"fill_frac:project/twin@2022-06-30", "fill_frac", "project", "twin", "2022-06-30"},
    {"fill_frac:lab@2022-09-30", "fill_frac", "group", "lab", "2022-09-30"},
    {"gpu_hours_idle:a100", "gpu_hours_idle", "pool", "a100", ""},
    {"jain_fill", "jain_fill", "all", "all", ""},
    {"jain_fill:all", "jain_fill", "all", "all", ""},
    {"jain_fill@2022-06-30", "jain_fill", "all", "all", "2022-06-30"},
    {"fill_frac:all", NULL, NULL, NULL, NULL}, /* a team is called so */
    {"fill_frac:all/all", "fill_frac", "all", "all", ""},
    {"fill_frac:team/all", "fill_frac", "team", "all", ""},
    {"fill_frac:\"q\\\"@\"", "fill_frac", "team", "q\"@", ""},
    {"fill_frac:\"q\\\"@\"@2022-06-30", "fill_frac", "team", "q\"@", "2022-06-30"},
    {"", NULL, NULL, NULL, NULL},
    {":", NULL, NULL, NULL, NULL},
    {"released:", "released", "all", "all", ""},
    {"released:@", NULL, NULL, NULL, NULL},
    {"slip_months:all", NULL, NULL, NULL, NULL},
    {"\"released\":twin", "released", "project", "twin", ""},
};

static void test_meanings(void **state)
{
    struct loaded l;
    (void)state;
    loaded_from(&l, text, NULL);
    assert_true(l.is_loaded);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome_path path;
        struct diag d;
        diag_init(&d);
        int result = outcome_path_parse(rows[i].path, &l.s, DIAG_USAGE, NULL, &path, &d);
        print_message("%s\n", rows[i].path);
        assert_int_equal(result, rows[i].metric ? 0 : -1);
        assert_int_equal(diag_exit_status(&d), rows[i].metric ? 0 : 64);
        if (rows[i].metric) {
            assert_string_equal(metric_types[path.metric].name, rows[i].metric);
            assert_string_equal(outcome_kinds[path.kind], rows[i].kind);
            assert_string_equal(outcome_subject(&l.s, path.kind, path.subject),
                                rows[i].subject);
            assert_string_equal(outcome_mark(&l.s, path.mark), rows[i].mark);
        }
        diag_release(&d);
    }
    loaded_release(&l);
}

static void test_answer_of_a_scenario(void **state)
{
    static const char *const set[] = {"answer=released:team/twin@2022-09-30"};
    struct loaded l;
    (void)state;
    loaded_from(&l, text, NULL);
    assert_false(l.s.has_answer);
    loaded_release(&l);
    loaded_with(&l, text, NULL, set, 1);
    assert_true(l.is_loaded && l.s.has_answer);
    assert_int_equal(l.s.answer.kind, OF_TEAM);
    assert_int_equal(l.s.answer.mark, 1);
    loaded_release(&l);
}

static void test_titles(void **state)
{
    static const struct {
        const char *metric, *kind, *subject, *at, *title;
    } titles[] = {
        {"release_months", "project", "LLaMA", "", "Months to release: LLaMA"},
        {"fill_frac", "team", "LLaMA", "2023-08-31",
         "Need met: team LLaMA at 2023-08-31"},
        {"utilisation_frac", "all", "all", "", "Utilisation"},
        {"of_another_version", "pool", "p", "", "of_another_version: pool p"},
    };
    (void)state;
    for (int m = 0; m < N_METRICS; m++)
        assert_true(metric_types[m].label && *metric_types[m].label);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        struct text title;
        text_init(&title);
        outcome_title(&title, titles[i].metric, titles[i].kind, titles[i].subject,
                      titles[i].at);
        assert_string_equal(title.bytes, titles[i].title);
        text_release(&title);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_meanings),
        cmocka_unit_test(test_answer_of_a_scenario),
        cmocka_unit_test(test_titles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
