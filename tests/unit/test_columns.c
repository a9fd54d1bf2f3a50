/* The table of all result files: complete, without doubles, units as the names say. */
#include "record/columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static void test_headers(void **state)
{
    (void)state;
    /* DESIGN section 5. */
    static const struct {
        const char *file, *header;
    } rows[] = {
        {"pools.csv", "month,pool,capacity_gpus,reserved_gpus,failed_gpus,requested_gpus,"
                      "granted_gpus,used_gpus,lent_gpus,idle_gpus,price\n"},
        {"groups.csv", "month,group,parent,share,floor_gpus,ceiling_gpus,"
                       "entitled_gpu_hours,used_gpu_hours,decayed_gpu_hours,"
                       "balance_gpu_hours,credits\n"},
        {"teams.csv", "month,team,group,headcount,needed_gpus,requested_gpus,"
                      "granted_gpus,used_gpus,fill_frac,used_gpu_hours,grievance,"
                      "morale,departures,hires,lent_gpus,padding_frac\n"},
        {"projects.csv", "month,project,team,state,stage,done_frac,left_gpu_hours,"
                         "priority,granted_gpus,used_gpu_hours\n"},
        {"claims.csv", "month,pool,team,project,needed_gpus,requested_gpus,score,"
                       "entitled_gpus,granted_gpus\n"},
        {"factors.csv", "month,pool,team,project,factor,value,weight,contribution\n"},
        {"months.csv", "month,jain_fill,gini_fill,max_envy,disputes_open,leader_hours,"
                       "contested_topics\n"},
        {"plan.csv", "project,team,kind,topic,start,target,released,value\n"},
        {"events.csv", "at_s,date,event,kind,subject,detail\n"},
        {"outcomes.csv", "replication,at,metric,kind,subject,value\n"},
        {"bands.csv", "file,kind,subject,column,month,n,mean,sd,ci_low,ci_high,p025,"
                      "p05,p25,p50,p75,p95,p975\n"},
        {"comparison.csv", "alternative,against,metric,kind,subject,at,mean,mean_against,"
                           "difference,ci_low,ci_high,p_better,p_worse,p_value,holm,"
                           "unpaired_ratio,is_answer,n,n_against,n_pairs\n"},
        {"alternatives.csv", "alternative,metric,kind,subject,at,n_runs,n,mean,sd,ci_low,"
                             "ci_high,p05,p50,p95\n"},
        {"answers.csv", "alternative,replication,metric,kind,subject,at,value\n"},
        {"columns.csv", "file,column,unit,meaning\n"},
    };
    size_t n_all, n_seen = 0;
    columns_all(&n_all);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n;
        struct csv csv;
        assert_non_null(columns_of(rows[i].file, &n));
        n_seen += n;
        csv_init(&csv, NULL);
        csv_header(&csv, rows[i].file, false);
        assert_string_equal(csv.text.bytes, rows[i].header);
        csv_reset(&csv);
        csv_header(&csv, rows[i].file, true);
        bool has_it = strstr(rows[i].header, "replication,") != NULL;
        assert_string_equal(csv.text.bytes + (has_it ? 0 : strlen("replication,")),
                            rows[i].header);
        if (!has_it)
            assert_memory_equal(csv.text.bytes, "replication,", 12);
        csv_release(&csv);
    }
    assert_int_equal(n_seen, n_all);
}

static bool ends_in(const char *string, const char *end)
{
    size_t length = strlen(string), end_length = strlen(end);
    return length >= end_length && strcmp(string + length - end_length, end) == 0;
}

static void test_units(void **state)
{
    (void)state;
    static const struct {
        const char *end, *unit;
    } rules[] = {{"_gpus", "GPUs"},
                 {"_gpu_hours", "GPU-hours"},
                 {"_frac", "fraction"},
                 {"_s", "s"},
                 {"month", "YYYY-MM"}};
    size_t n;
    const struct column *columns = columns_all(&n);
    for (size_t i = 0; i < n; i++) {
        const struct column *c = &columns[i];
        for (size_t k = 0; k < sizeof rules / sizeof rules[0]; k++)
            if (ends_in(c->column, rules[k].end) && strcmp(c->unit, rules[k].unit) != 0)
                fail_msg("%s: %s in %s", c->file, c->column, c->unit);
        assert_true(c->meaning[0] != '\0' && c->unit[0] != '\0');
        assert_false(ends_in(c->meaning, "."));
    }
}

static void test_find(void **state)
{
    (void)state;
    size_t n = 99, n_all;
    assert_null(columns_of("nothing.csv", &n));
    assert_int_equal(n, 0);
    assert_int_equal(columns_find("nothing.csv", "month"), -1);
    assert_int_equal(columns_find("pools.csv", "score"), -1);
    const struct column *columns = columns_all(&n_all);
    for (size_t i = 0; i < n_all; i++) {
        /* No column twice in a file, no file in two parts of the table. */
        int at = columns_find(columns[i].file, columns[i].column);
        assert_ptr_equal(columns_of(columns[i].file, &n) + at, &columns[i]);
    }
}

static void test_write(void **state)
{
    (void)state;
    struct csv csv;
    csv_init(&csv, NULL);
    columns_write(&csv);
    size_t n_lines = 0, n;
    for (const char *p = csv.text.bytes; *p; p++)
        n_lines += *p == '\n';
    columns_all(&n);
    assert_int_equal(n_lines, n + 1);
    assert_memory_equal(csv.text.bytes,
                        "file,column,unit,meaning\n"
                        "pools.csv,month,YYYY-MM,the calendar month\n",
                        68);
    csv_release(&csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
