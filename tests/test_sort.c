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
        tied[i] = (double) (i * 2654435761 % 5) - 1.5;
    }
    assert_sorted_as_by_qsort(up, MOST);
    assert_sorted_as_by_qsort(down, MOST);
    assert_sorted_as_by_qsort(tied, MOST);
}

static int
compare_integers(const void *a, const void *b)
{
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;

    return (x > y) - (x < y);
}

static void
assert_integers_sorted(int64_t *value, size_t n)
{
    static int64_t ours[MOST], spare[MOST];
    int64_t *sorted;

    memcpy(ours, value, n * sizeof *value);
    sorted = dd_sort_integers(ours, spare, n);
    qsort(value, n, sizeof *value, compare_integers);
    assert_memory_equal(sorted, value, n * sizeof *value);
}

/* Amounts may be refunds, and may span all 64 bits; digits that are alike are passed over. */
static void
integers_of_either_sign_come_in_ascending_order(void **state)
{
    static int64_t value[MOST];
    uint64_t seed = 11;

    (void) state;
    for (int shift = 0; shift < 64; shift += 9) {
        for (size_t i = 0; i < MOST; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
            value[i] = (int64_t) seed >> shift;
        }
        assert_integers_sorted(value, MOST);
        for (size_t i = 0; i < MOST; i++)
            value[i] = (int64_t) ((uint64_t) (i * 2654435761 % 3) << shift);
        assert_integers_sorted(value, 777);
    }
    value[0] = INT64_MAX;
    value[1] = INT64_MIN;
    assert_integers_sorted(value, 2);
    assert_integers_sorted(value, 1);
    assert_integers_sorted(value, 0);
}

static void
keys_that_use_the_highest_bit_come_in_ascending_order(void **state)
{
    static uint64_t key[MOST], copy[MOST], spare[MOST];
    const uint64_t *sorted;

    (void) state;
    for (size_t i = 0; i < MOST; i++)
        key[i] = copy[i] = i * UINT64_C(0x9e3779b97f4a7c15) | 0xff00;
    sorted = dd_sort_keys(copy, spare, MOST);
    qsort(key, MOST, sizeof *key, dd_by_key);
    assert_memory_equal(sorted, key, sizeof key);
    assert_true(sorted[MOST - 1] >> 63 == 1 && sorted[0] >> 63 == 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_any_count_come_in_ascending_order),
        cmocka_unit_test(ties_and_orders_that_are_there_already_are_kept),
        cmocka_unit_test(integers_of_either_sign_come_in_ascending_order),
        cmocka_unit_test(keys_that_use_the_highest_bit_come_in_ascending_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
