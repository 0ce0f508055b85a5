/* Efforts in a row, round and round: which of them brings a sum. By counting along. */
#include "check.h"
#include "engine/cells/ring.h"

#define MOST 1000

static double
by_counting(const dd_ring *ring, double rest)
{
    size_t i = 0;
    while (i + 1 < ring->n && ring->by[i + 1] < rest)
        i++;
    return (double) i;
}

/* Sums at, just below and just above each step, and between the steps. */
static void
check_ring(const dd_ring *ring)
{
    for (size_t i = 0; i <= ring->n; i++) {
        const double by = ring->by[i], next = ring->by[i < ring->n ? i + 1 : i];
        const double sums[] = { by, nextafter(by, 0), nextafter(by, (double) INFINITY),
                                0.3 * by + 0.7 * next };
        for (int k = 0; k < 4; k++)
            assert_close((double) dd_ring_place(ring, sums[k]),
                         by_counting(ring, sums[k]), 0);
    }
}

/* Alike, rising by the square, nothing for long, all at the end, all at the beginning, one
 * alone. */
static void
a_sum_falls_to_the_first_effort_that_reaches_it(void **state)
{
    static double by[MOST + 1];
    (void) state;
    for (int shape = 0; shape < 5; shape++)
        for (size_t n = 1; n <= MOST; n = 3 * n + 1) {
            dd_ring ring = { n, by };
            by[0] = 0;
            for (size_t i = 0; i < n; i++) {
                double x = (double) i + 1;
                const double step[] = { 0.3, x * x, i % 97 == 96 || i + 1 == n ? 2.7 : 0,
                                        i + 1 == n ? 5.1 : 1e-9, i == 0 ? 5.1 : 1e-9 };
                by[i + 1] = by[i] + step[shape];
            }
            check_ring(&ring);
        }
}

/* Rounds of 0.2 + 0.5 + 0.1: 2.7 is three of them and 0.3 more. */
static void
rounds_come_before_the_rest(void **state)
{
    static double by[] = { 0, 0.2, 0.7, 0.8 };
    const dd_ring ring = { 3, by };
    (void) state;
    assert_int_equal(dd_ring_find(&ring, 2.7), 3 * 3 + 1);
    assert_close(dd_ring_sum(&ring, 3 * 3 + 1), 2.6, 1e-12);
    assert_int_equal(dd_ring_find(&ring, 0.1), 0);
    assert_true(dd_ring_find(&ring, 1e12) == DD_RING_NEVER);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_falls_to_the_first_effort_that_reaches_it),
        cmocka_unit_test(rounds_come_before_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
