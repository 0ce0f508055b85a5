/* The worked examples under scenarios/worked, from their files to the exact law and to
 * the sampled one. What is expected is worked by hand in their funnel files. */
#include "company_files.h"

#include "answers/forecast/forecast.h"
#include "engine/exact.h"
#include "dealdice/simulate.h"

#define WAN 1000000.0 /* minor units of 1万 CNY */

static void
open_company(company *self, const char *path)
{
    const dd_question_options options = { .periods = 1 };
    company_read(self, path);
    company_learn(self, DD_NO_DAY, &options);
}

static void
find_exact(const company *self, dd_exact *exact)
{
    dd_error err = { 0 };
    dd_table_maker *maker = NULL;
    dd_rows rows;

    assert_int_equal(
        dd_rows_init(&rows, &self->model, &self->book, &self->question, &err), DD_OK);
    assert_int_equal(
        dd_table_maker_new(&maker, &self->model, &rows, &self->question, &err), DD_OK);
    assert_int_equal(dd_exact_total(exact, &self->book, &rows,
                                    &dd_table_maker_run(maker, 0)[0], 0, 0, &err),
                     DD_OK);
    dd_table_maker_free(maker);
    dd_rows_free(&rows);
}

/* P(Y = amount), as a difference of two tails. */
static double
chance_of(const dd_exact *exact, double wan)
{
    return dd_exact_reach(exact, (int64_t) (wan * WAN))
           - dd_exact_reach(exact, (int64_t) (wan * WAN) + 1);
}

static void
one_deal_per_stage_has_the_distribution_worked_by_hand(void **state)
{
    static const double chance[] = { .0504, .3044, .4544, .1764, .0144 };
    dd_exact exact;
    company c;
    (void) state;

    open_company(&c, "scenarios/worked/one-deal-per-stage/funnel.yaml");
    find_exact(&c, &exact);
    for (int i = 0; i < 5; i++)
        assert_close(chance_of(&exact, 100.0 * (i + 1)), chance[i], 1e-9);
    assert_close(exact.mean, 280 * WAN, 1e-3);
    assert_close(exact.sd, sqrt(.09 + .21 + .24 + .16) * 100 * WAN, 1e-3);
    assert_close(exact.added_sd, 0, 0);
    dd_exact_free(&exact);
    company_free(&c);
}

static void
ten_deals_per_stage_have_the_same_mean_and_a_third_of_the_spread(void **state)
{
    dd_exact exact;
    company c;
    (void) state;

    open_company(&c, "scenarios/worked/ten-deals-per-stage/funnel.yaml");
    find_exact(&c, &exact);
    assert_close(exact.mean, 280 * WAN, 1e-3);
    assert_close(exact.sd, sqrt(7.0) * 10 * WAN, 1e-3);
    assert_close(dd_exact_quantile(&exact, .05), 240 * WAN, 0);
    assert_close(dd_exact_quantile(&exact, .50), 280 * WAN, 0);
    assert_close(dd_exact_quantile(&exact, .95), 320 * WAN, 0);
    /* every one of forty deals: (.1 x .3 x .6 x .8)^10 = .0144^10 = 3.83e-19 */
    assert_close(dd_exact_reach(&exact, (int64_t) (500 * WAN)), pow(.0144, 10), 1e-24);
    dd_exact_free(&exact);
    company_free(&c);
}

static void
the_forecast_of_one_deal_per_stage_agrees_with_it(void **state)
{
    dd_error err = { 0 };
    dd_outcomes outcomes;
    dd_results results;
    dd_forecast forecast;
    const dd_forecast_period *p;
    company c;
    (void) state;

    open_company(&c, "scenarios/worked/one-deal-per-stage/funnel.yaml");
    assert_int_equal(dd_simulate(&outcomes, &c.model, &c.book, &c.question, &err),
                     DD_OK);
    assert_int_equal(dd_results_of(&results, &outcomes, &c.question, &err), DD_OK);
    assert_int_equal(dd_forecast_make(&forecast, &results, &c.past, &c.book, &c.question,
                                      &c.model, "CNY", &c.notes, &err),
                     DD_OK);
    p = &forecast.periods[0];
    assert_string_equal(p->period.label, "2026Q4");
    assert_int_equal(p->booked, 100 * (int64_t) WAN);
    assert_close(forecast.weighted_pipeline, 180 * WAN, 1e-3);
    assert_close(p->attainment, .56, 1e-12);
    assert_close(p->gap, 220 * WAN, 1e-3);
    assert_string_equal(p->flag, "black");
    /* binomial: sqrt(.0144 x .9856 / 32768) = .00066, and sd 83.7万 / sqrt(32768) */
    assert_close(p->p_target, .0144, 4 * .00066);
    assert_close(p->bookings.mean, 280 * WAN, 4 * .4622 * WAN);
    assert_close(p->bookings.p50, 300 * WAN, 0);
    dd_forecast_free(&forecast);
    dd_results_free(&results);
    dd_outcomes_free(&outcomes);
    company_free(&c);
}

static void
parts_add_up_and_a_stage_at_zero_stays_at_zero(void **state)
{
    dd_error err = { 0 };
    dd_outcomes outcomes;
    dd_results results;
    dd_forecast forecast;
    double weighted = 0, amount = 0;
    company c;
    (void) state;

    open_company(&c, "scenarios/worked/parts-add-up/funnel.yaml");
    assert_int_equal(dd_simulate(&outcomes, &c.model, &c.book, &c.question, &err),
                     DD_OK);
    assert_int_equal(dd_results_of(&results, &outcomes, &c.question, &err), DD_OK);
    assert_int_equal(dd_forecast_make(&forecast, &results, &c.past, &c.book, &c.question,
                                      &c.model, "CNY", &c.notes, &err),
                     DD_OK);
    assert_int_equal(forecast.n_stages, 2);
    assert_close(forecast.stages[0].weighted, 0, 0);
    assert_close(forecast.stages[0].amount, 99999999, 0);
    for (size_t s = 0; s < forecast.n_stages; s++) {
        weighted += forecast.stages[s].weighted;
        amount += forecast.stages[s].amount;
    }
    assert_close(weighted, forecast.weighted_pipeline, 1e-6);
    assert_close(amount, forecast.open_pipeline, 1e-6);
    /* 3 x 333 333.34 x .333333 = 333 333.0066..., in minor units */
    assert_close(forecast.weighted_pipeline, 100000002 * .333333, 1e-3);
    for (size_t t = 0; t < outcomes.trials; t++) {
        int64_t won = outcomes.bookings[t] - 100000001;
        assert_true(won >= 0 && won <= 100000002 && won % 33333334 == 0);
        assert_int_equal(won, outcomes.wins[t] * 33333334);
    }
    dd_forecast_free(&forecast);
    dd_results_free(&results);
    dd_outcomes_free(&outcomes);
    company_free(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_deal_per_stage_has_the_distribution_worked_by_hand),
        cmocka_unit_test(
            ten_deals_per_stage_have_the_same_mean_and_a_third_of_the_spread),
        cmocka_unit_test(the_forecast_of_one_deal_per_stage_agrees_with_it),
        cmocka_unit_test(parts_add_up_and_a_stage_at_zero_stays_at_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
