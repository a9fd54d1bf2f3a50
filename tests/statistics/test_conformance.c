/* Every rule against what MODEL section 5 promises, on enough random dockets to find what
 * happens once in ten thousand awards. */
#include "support/conformance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_all_combinations(void **state)
{
    (void)state;
    check_conformance(1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_combinations)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
