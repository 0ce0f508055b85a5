#include "base/sort.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

#define MOST 3000

static int
compare(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}

/* qsort is the oracle, which knows nothing of runs and widths. */
static void
assert_sorted_as_by_qsort(const double *given, size_t n)
{
    static double ours[MOST], spare[MOST], theirs[MOST];

    memcpy(ours, given, n * sizeof *given);
    memcpy(theirs, given, n * sizeof *given);
    qsort(theirs, n, sizeof *theirs, compare);
    dd_sort(ours, spare, n);
    assert_memory_equal(ours, theirs, n * sizeof *ours);
}

static void
numbers_of_any_count_come_in_ascending_order(void **state)
{
    static const size_t large[] = { 511, 512, 513, 1729, MOST };
    static double value[MOST];
    uint32_t seed = 7;

    (void) state;
    for (size_t i = 0; i < MOST; i++) {
        seed = seed * 1664525 + 1013904223;
        value[i] = (double) (seed >> 8) * 0x1p-20 - 3.7;
    }
    for (size_t n = 0; n < 70; n++)
        assert_sorted_as_by_qsort(value, n);
    for (size_t i = 0; i < 5; i++)
        assert_sorted_as_by_qsort(value, large[i]);
}

static void
ties_and_orders_that_are_there_already_are_kept(void **state)
{
    static double up[MOST], down[MOST], tied[MOST];

    (void) state;
    for (size_t i = 0; i < MOST; i++) {
        up[i] = 0.31 * (double) i;
        down[i] = -0.31 * (double) i;
        tied[i] = (double) (i * 2654435761 % 5);
    }
    assert_sorted_as_by_qsort(up, MOST);
    assert_sorted_as_by_qsort(down, MOST);
    assert_sorted_as_by_qsort(tied, MOST);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_any_count_come_in_ascending_order),
        cmocka_unit_test(ties_and_orders_that_are_there_already_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
