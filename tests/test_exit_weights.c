/* How much each seen exit weighs when age bands are chosen. */
#include "check.h"

#include "model/exit_weights.h"

static void
weights(double *weight, const double *age, size_t exits, const dd_spell *spells,
        size_t n)
{
    const dd_spell *pointer[8];
    for (size_t i = 0; i < n; i++)
        pointer[i] = &spells[i];
    assert_int_equal(dd_exit_weights(weight, age, exits, pointer, n, NULL), DD_OK);
}

/* By hand: 1 of 3.5 leaves at day 1, 1 of 1.5 at day 2: .2857 and .6667, in shares .3
 * and .7; half of these and half of 1/2 each. */
static void
an_exit_after_open_deals_were_lost_from_sight_weighs_more(void **state)
{
    const dd_spell spells[] = { { .exit = DD_WON, .dwell_days = 2 },
                                { .exit = DD_STILL, .dwell_days = 1.5 },
                                { .exit = DD_LOST, .dwell_days = 1 } };
    const double age[] = { 1, 2 };
    double weight[2];
    (void) state;

    weights(weight, age, 2, spells, 3);
    assert_close(weight[0], 0.4, 1e-12);
    assert_close(weight[1], 0.6, 1e-12);
}

/* The first exit has one deal at risk, since the others were watched from day 3 on: by
 * the hazard alone it would weigh 7/13, and the half by count bounds it. By hand: 1/1.5,
 * then 1/3.5 for each of the two that leave at day 5 of three: shares 7/13, 3/13, 3/13. */
static void
an_early_exit_watched_alone_does_not_weigh_all(void **state)
{
    const dd_spell spells[] = { { .exit = DD_WON, .dwell_days = 1 },
                                { .exit = DD_WON, .from_days = 3, .dwell_days = 5 },
                                { .exit = DD_WON, .from_days = 3, .dwell_days = 5 },
                                { .exit = DD_STILL, .from_days = 3, .dwell_days = 9 } };
    const double age[] = { 1, 5, 5 };
    double weight[3];
    (void) state;

    weights(weight, age, 3, spells, 4);
    assert_close(weight[0], 7.0 / 26 + 1.0 / 6, 1e-12);
    assert_close(weight[1], 3.0 / 26 + 1.0 / 6, 1e-12);
    assert_close(weight[2], weight[1], 0.0);
}

static void
without_exits_there_is_nothing_to_weigh(void **state)
{
    const dd_spell spell = { .exit = DD_STILL, .dwell_days = 4 };
    double none = 7;
    (void) state;

    weights(&none, NULL, 0, &spell, 1);
    assert_close(none, 7, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exit_after_open_deals_were_lost_from_sight_weighs_more),
        cmocka_unit_test(an_early_exit_watched_alone_does_not_weigh_all),
        cmocka_unit_test(without_exits_there_is_nothing_to_weigh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
