/* Tables of claims: what the docket holds, what a division may ask of it, and that the
 * bytes of a file, of memory and of a stream are read alike. */
#include "base/file.h"
#include "record/csv_reader.h"
#include "rule/lots.h"
#include "scenario/claims_table.h"
#include "scenario/rule_sets.h"
#include "support/dockets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena arena;
static struct diag d;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    diag_init(&d);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    diag_release(&d);
    return 0;
}

static void load(struct claims_table *t, const char *text, size_t n_pools)
{
    static const struct docket_pool pools[] = {{"cpu", 9, 1, 1}, {"gpu", 18, 1, 1}};
    char path[] = "/tmp/test_claims.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    if (claims_table_load(t, path, pools, n_pools, &d) != 0) {
        diag_print(&d, stderr, false);
        fail_msg("not read: %s", text);
    }
    unlink(path);
}

static const struct claim *claim_of(const struct claims_table *t, size_t row, size_t pool)
{
    size_t k = t->claim[row * t->docket.n_pools + pool];
    return k == SIZE_MAX ? NULL : &t->docket.claims[k];
}

static void test_docket(void **state)
{
    (void)state;
    struct claims_table t;
    load(&t,
         "request,name,task:gpu,value:gpu,floor,ceiling,min,weight,budget,class,usage,"
         "score,credits,age_months,task:cpu\r\n"
         "10,b,2,3.5,1,8,4,2,5,-1,.25,-7,100,6,0.5\r\n"
         "\r\n"
         "3,a,1,0,,,,,,,,,,,\r\n",
         2);
    const struct docket *docket = &t.docket;
    assert_int_equal(t.n_rows, 2);
    assert_int_equal(docket->n_claims, 2);
    assert_int_equal(docket->n_groups, 3);
    const struct group *b = &docket->groups[1], *a = &docket->groups[2];
    const struct claim *gpu = claim_of(&t, 0, 1), *cpu = claim_of(&t, 0, 0);
    assert_string_equal(b->name, "b");
    assert_true(docket->groups[0].first_child == 2 && a->next_sibling == 1);
    assert_true(b->share == 2 && b->budget == 5 && b->class == -1 && a->share == 1);
    assert_true(isnan(a->budget));
    assert_true(docket->share_frac[1] == 2. / 3);
    assert_true(docket->usage_frac[1] == 0.25 && docket->usage_frac[0] == 0.25);
    assert_true(docket->age_months[1] == 6 && docket->age_months[2] == 0);
    assert_true(docket->accounts[2] == 100 && isnan(docket->accounts[4]));
    assert_true(docket->bounds[3].gpu_value == 3.5 && docket->bounds[2].gpu_value == 0);
    assert_true(gpu->requested_gpus == 20 && gpu->task_gpus == 2 && gpu->floor_gpus == 2);
    assert_true(gpu->ceiling_gpus == 16 && gpu->min_gpus == 8 && gpu->group == 1);
    assert_true(cpu->requested_gpus == 5 && cpu->task_gpus == 0.5);
    assert_true(docket->scores[gpu - docket->claims] == -7);
    assert_null(claim_of(&t, 1, 0)); /* no task there, and no value there */
    assert_null(claim_of(&t, 1, 1));
    claims_table_release(&t);
    load(&t, "name,request,weight\na,4,3\nb,20,1\n", 1);
    cpu = claim_of(&t, 0, 0);
    assert_true(t.docket.scores[0] == 3 && isinf(cpu->ceiling_gpus) && !cpu->task_gpus);
    /* Of 9 CPU each has 4.5 alone: a asks for less, b for more. */
    double hours = t.docket.hours_to_next;
    assert_true(cpu->pool_gpu_hours == 4 * hours && cpu->alone_hours == hours);
    assert_true(fabs(claim_of(&t, 1, 0)->alone_hours - hours * 20 / 4.5) < 1e-9);
    claims_table_release(&t);
}

static struct claims_division made_by(struct claims_table *t, const char *division,
                                      const char *set, uint64_t seed)
{
    struct rule rule;
    if (rule_of_sets(&rule, division_find(division), &set, set ? 1 : 0, &arena, &d) != 0)
        fail_msg("%s", d.messages[0].message);
    return claims_table_divide(t, &rule, seed, &arena);
}

static void test_divide(void **state)
{
    (void)state;
    struct claims_table t;
    load(&t, "name,request,task:cpu,task:gpu\nA,100,1,4\nB,100,3,1\n", 2);
    for (int k = 0; k < 2; k++) { /* a table is as it was */
        struct claims_division r = made_by(&t, "drf", "whole_tasks=true", 1);
        static const double grants[] = {3, 12, 6, 2};
        assert_null(r.refused);
        assert_null(r.breach);
        for (size_t cell = 0; cell < 4; cell++)
            assert_true(fabs(r.grants[cell] - grants[cell]) < 1e-9);
        assert_true(isnan(r.prices[0]) && r.residual == 0);
    }
    assert_true(made_by(&t, "market", "rounds=1", 1).residual > 1e-9);
    claims_table_release(&t);
}

/* A division that reads what no table says is refused and not asked; one that needs lots
 * finds them, drawn from the seed and the names alone. */
static const struct claim *seen;
static double lot_of_first;

static void look(const struct divide_input *in, double *grants)
{
    divide_max_min.divide(in, grants);
    lot_of_first = seen->lot;
}

static void test_reads(void **state)
{
    (void)state;
    struct claims_table t;
    struct rule rule;
    load(&t, "name,request\na,4\nb,20\n", 1);
    assert_int_equal(rule_of_sets(&rule, division_find("max-min"), NULL, 0, &arena, &d),
                     0);
    struct divide_type type = divide_max_min;
    type.divide = look;
    rule.divide = &type;
    seen = claim_of(&t, 0, 0);
    assert_null(claims_table_divide(&t, &rule, 1, &arena).refused);
    assert_true(lot_of_first == 0);
    type.reads |= READS_LOTS;
    assert_null(claims_table_divide(&t, &rule, 1, &arena).refused);
    assert_true(lot_of_first == lots_draw(1, 0, 0, "cpu", seen) && lot_of_first > 0);
    assert_null(claims_table_divide(&t, &rule, 2, &arena).refused);
    assert_true(lot_of_first == lots_draw(2, 0, 0, "cpu", seen));
    assert_true(lot_of_first != lots_draw(1, 0, 0, "cpu", seen));
    type.reads |= READS_DECISIONS;
    const char *why = claims_table_divide(&t, &rule, 1, &arena).refused;
    assert_non_null(strstr(why, "division 'max-min' reads what a table of claims"));
    claims_table_release(&t);
}

/* Damaged tables are read or refused with a place, and what is read can be divided. */
static void test_damage(void **state)
{
    (void)state;
    static const char whole[] =
        "name,request,weight,floor,ceiling,class,usage,score,budget,credits,age_months,"
        "min,task:cpu,task:gpu,value:cpu,value:gpu\n"
        "a,10,1,1,8,0,.1,1,2,5,1,1,1,2,1,2\n\"b, "
        "c\",3,2,,,1,,,,,,,3,1,,\nd,4,,,,,,,,,,,,,,\n";
    static const char letters[] = ",\"\n\r\t.-+eE019aN:\xc3\xff =";
    static const struct docket_pool pools[] = {{"cpu", 9, 1, 1}, {"gpu", 18, 1, 1}};
    size_t n_read = 0;
    for (uint64_t seed = 0; seed < 1500; seed++) {
        struct dice dice = {seed};
        char path[] = "/tmp/test_claims.XXXXXX", bytes[sizeof whole];
        struct claims_table t;
        int fd = mkstemp(path);
        memcpy(bytes, whole, sizeof whole);
        for (size_t k = dice_below(&dice, 4); k < 3; k++)
            bytes[dice_below(&dice, sizeof whole - 1)] =
                letters[dice_below(&dice, sizeof letters)];
        size_t length = sizeof whole - 1;
        length -= dice_chance(&dice, 0.2) ? dice_below(&dice, length) : 0;
        assert_true(write(fd, bytes, length) == (ssize_t)length);
        close(fd);
        diag_clear(&d);
        arena_reset(&arena);
        if (claims_table_load(&t, path, pools, 2, &d) == 0) {
            size_t division = dice_below(&dice, n_divisions);
            assert_null(made_by(&t, divisions[division]->name, NULL, seed).breach);
            claims_table_release(&t);
            n_read++;
        } else {
            assert_true(diag_n_errors(&d) > 0 && d.messages[0].at.line >= 1);
        }
        unlink(path);
    }
    if (n_read < 50 || n_read > 1400)
        fail_msg("%zu of 1500 were read", n_read);
}

static void test_bytes(void **state)
{
    (void)state;
    static const char bytes[] = "a,b\n1,2\n";
    struct csv_table table;
    struct text text;
    FILE *stream = tmpfile();
    fputs(bytes, stream);
    rewind(stream);
    text_init(&text);
    assert_int_equal(file_read_stream(stream, "stdin", 8, &text, &d), 0);
    assert_string_equal(text.bytes, bytes);
    assert_int_equal(csv_table_parse("x", text.bytes, text.length, &table, &d), 0);
    assert_string_equal(csv_table_cell(&table, 0, 1), "2");
    csv_table_error(&table, CSV_HEADER, 1, &d, "no");
    const struct place *at = &d.messages[d.n_messages - 1].at;
    assert_string_equal(at->file, "x");
    assert_true(at->line == 1 && at->column == 3);
    csv_table_free(&table);
    rewind(stream);
    text_clear(&text);
    assert_int_equal(file_read_stream(stream, "stdin", 7, &text, &d), -1);
    assert_string_equal(d.messages[d.n_messages - 1].message,
                        "is too large: at most 7 bytes are read");
    fclose(stream);
    text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_docket, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_divide, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bytes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
