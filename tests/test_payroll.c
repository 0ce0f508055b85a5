/* Who is on the payroll when: by hand, by a closed form, and against the field. */
#include "check.h"
#include "engine/field/payroll.h"

#include <stdlib.h>

#define AS_OF 20000
#define TRIALS 8000

static dd_period three[] = { { .start = AS_OF - 9, .end = AS_OF + 30 },
                             { .start = AS_OF + 31, .end = AS_OF + 61 },
                             { .start = AS_OF + 62, .end = AS_OF + 91 } };

static dd_payroll
count(const dd_crew *crew, size_t trials)
{
    dd_payroll payroll;
    dd_question question = {
        .as_of = AS_OF, .n_periods = 3, .periods = three, .trials = trials, .seed = 3
    };

    assert_int_equal(dd_payroll_count(&payroll, crew, &question, NULL), DD_OK);
    return payroll;
}

/* Days are counted from the end of as-of: 30, 31 and 30 of them. One was there before and
 * stays: 30 31 30. One leaves on the morning of day 40, and is followed 14 days later: 30,
 * 10 + 7, 30. One comes on day 61, with the third period: 0 0 30; one on the first: 30
 * 31 30. */
static void
days_and_hires_add_up_as_by_hand(void **state)
{
    static const int expected_days[] = { 90, 79, 120 }, expected_hires[] = { 1, 1, 1 };
    const double never = (double) INFINITY;
    dd_crew_rep reps[] = { { .key = 11, .starts = -700, .leaves = never },
                           { .key = 12, .starts = -90, .leaves = 40 },
                           { .key = 13, .starts = 61, .leaves = never },
                           { .key = 14, .starts = 0, .leaves = never } };
    dd_crew crew;
    dd_payroll payroll;

    (void) state;
    dd_crew_init(&crew);
    crew.n = 4;
    crew.rep = reps;
    crew.rules.refill_days = 13.5; /* from that morning on */
    payroll = count(&crew, 2);
    for (size_t p = 0; p < 3; p++)
        for (size_t t = 0; t < 2; t++) {
            assert_int_equal(payroll.days[p * 2 + t], expected_days[p]);
            assert_int_equal(payroll.hires[p * 2 + t], expected_hires[p]);
        }
    dd_payroll_free(&payroll);
}

/* Who leaves at 1/2 a month and is not followed is there for mu (1 - exp(-T/mu)) days of
 * T, and half a day longer where he leaves, since that is in a morning. */
static void
tenure_by_chance_is_paid_for_as_long_as_it_lasts(void **state)
{
    static const double from[] = { 0 }, rate[] = { 0.5 };
    const double mu = 2 * DD_MONTH_DAYS, stays = exp(-91 / mu);
    dd_crew_rep rep = { .key = 29, .starts = -200, .leaves = (double) INFINITY };
    double sum = 0, square = 0, hires = 0;
    dd_crew crew;
    dd_payroll payroll;

    (void) state;
    dd_crew_init(&crew);
    crew.n = crew.rules.n_attrition = 1;
    crew.rep = &rep;
    crew.rules.attrition_from = from;
    crew.rules.attrition = rate;
    payroll = count(&crew, TRIALS);
    for (size_t t = 0; t < TRIALS; t++) {
        double days = 0;
        for (size_t p = 0; p < 3; p++) {
            days += payroll.days[p * TRIALS + t];
            hires += payroll.hires[p * TRIALS + t];
        }
        sum += days / TRIALS;
        square += days * days / TRIALS;
    }
    assert_close(sum, (mu + 0.5) * (1 - stays), 4 * sqrt((square - sum * sum) / TRIALS));
    assert_close(hires, 0, 0);
    dd_payroll_free(&payroll);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_hires_add_up_as_by_hand),
        cmocka_unit_test(tenure_by_chance_is_paid_for_as_long_as_it_lasts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
