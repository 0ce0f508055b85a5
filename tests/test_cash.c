/* Cash follows bookings, and adds up to them. */
#include "answers/forecast/cash.h"

#include "company_files.h"
#include "dealdice/simulate.h"

typedef struct {
    company of;
    dd_cash cash;
    dd_outcomes outcomes;
} world;

/* The demo, collected in these instalments, with its bookings and its cash. */
static void
open_demo(world *self, const char *period, long periods, int new_business,
          dd_instalment *collect, size_t n)
{
    const dd_question_options options
        = { .period = period, .periods = periods, .trials = 1300 };
    company *of = &self->of;

    company_read(of, "scenarios/demo/funnel.yaml");
    of->funnel.new_business = new_business;
    company_learn(of, DD_NO_DAY, &options);
    assert_int_equal(
        dd_simulate(&self->outcomes, &of->model, &of->book, &of->question, NULL), DD_OK);
    of->funnel.collect = collect;
    of->funnel.n_collect = n;
    assert_int_equal(dd_cash_make(&self->cash, &of->model, &of->book, &of->past,
                                  &of->funnel, &of->question, NULL, NULL),
                     DD_OK);
    of->funnel.collect = NULL;
    of->funnel.n_collect = 0;
}

static void
close_demo(world *self)
{
    dd_cash_free(&self->cash);
    dd_outcomes_free(&self->outcomes);
    company_free(&self->of);
}

static dd_summary
bookings_of(const world *self, size_t period)
{
    dd_ranking ranking;
    dd_summary summary;
    assert_int_equal(
        dd_ranking_init(&ranking,
                        self->outcomes.bookings + period * self->outcomes.trials,
                        self->outcomes.trials, 0, NULL),
        DD_OK);
    summary = dd_summary_of(&ranking);
    dd_ranking_free(&ranking);
    return summary;
}

static void
paid_at_once_cash_is_bookings(void **state)
{
    dd_instalment whole = { 1.0, 0.0 };
    world c;
    (void) state;

    open_demo(&c, NULL, 0, 1, &whole, 1);
    assert_int_equal(c.cash.n_periods, 4);
    for (size_t q = 0; q < 4; q++) {
        dd_summary bookings = bookings_of(&c, q);
        assert_memory_equal(&c.cash.periods[q], &bookings, sizeof bookings);
    }
    close_demo(&c);
}

static void
a_week_late_is_the_bookings_of_the_week_before(void **state)
{
    dd_instalment whole = { 1.0, 7.0 };
    world c;
    (void) state;

    open_demo(&c, "week", 9, 1, &whole, 1);
    for (size_t q = 1; q < 9; q++) {
        dd_summary bookings = bookings_of(&c, q - 1);
        assert_close(c.cash.periods[q].mean, bookings.mean, 1e-6);
        assert_close(c.cash.periods[q].p90, bookings.p90, 0);
        assert_close(c.cash.periods[q].p20, bookings.p20, 0);
    }
    close_demo(&c);
}

/* Instalments of deals won before the first period that fall due from it on. */
static double
due_from_before(const world *self, const dd_instalment *collect, size_t n)
{
    dd_day start = self->of.question.periods[0].start;
    double sum = 0.0;
    for (size_t i = 0; i < self->of.past.n_deals; i++) {
        const dd_past_deal *deal = &self->of.past.deals[i];
        if (deal->stage != DD_WON || dd_moment_day(deal->closed) >= start)
            continue;
        for (size_t k = 0; k < n; k++)
            if (dd_moment_day(deal->closed) + collect[k].days >= start)
                sum += collect[k].share * (double) deal->amount;
    }
    return sum;
}

static void
over_a_long_horizon_cash_adds_up_to_bookings(void **state)
{
    dd_instalment collect[] = { { 0.3, 0.0 }, { 0.5, 47.0 }, { 0.2, 131.0 } };
    world c;
    double cash = 0.0, bookings = 0.0, later;
    (void) state;

    open_demo(&c, NULL, 16, 0, collect, 3);
    for (size_t q = 0; q < 16; q++) {
        cash += c.cash.periods[q].mean;
        bookings += bookings_of(&c, q).mean;
    }
    later = due_from_before(&c, collect, 3);
    assert_true(later > 1e8);
    assert_close(bookings_of(&c, 14).mean + bookings_of(&c, 15).mean, 0, 0);
    /* A rounded instalment may be half a minor unit off the product, per deal of old. */
    assert_close(cash, bookings + later, 100);
    close_demo(&c);
}

static void
instalments_of_a_trial_are_paid_by_their_day_and_to_the_cent(void **state)
{
    dd_instalment collect[] = { { 1.0 / 3, 0.0 }, { 1.0 / 3, 10.0 }, { 1.0 / 3, 20.0 } };
    dd_funnel funnel = { .n_collect = 3, .collect = collect };
    dd_period periods[2]
        = { { .start = 101, .end = 130 }, { .start = 131, .end = 160 } };
    dd_question question = { .as_of = 110, .n_periods = 2, .periods = periods };
    dd_day end[] = { 120, 130, 150 };
    int64_t bookings[] = { 100, 0, 50 }, cash[] = { 7, 0 };
    (void) state;

    dd_cash_pay(&funnel, &question, end, 3, bookings, cash);
    /* 33 on day 120, 34 on 130, 33 on 140; 17 on 150, 16 on 160, 17 too late. */
    assert_int_equal(cash[0], 7 + 33 + 34);
    assert_int_equal(cash[1], 33 + 17 + 16);
}

static void
more_instalments_than_can_be_told_apart_are_refused(void **state)
{
    static dd_instalment collect[30];
    world c;
    dd_error err = { 0 };
    (void) state;

    for (int i = 0; i < 30; i++)
        collect[i] = (dd_instalment){ 1.0 / 30, 1.0 + i };
    open_demo(&c, NULL, 4, 0, collect, 1);
    c.of.funnel.collect = collect;
    c.of.funnel.n_collect = 30;
    dd_cash_free(&c.cash);
    assert_int_equal(dd_cash_make(&c.cash, &c.of.model, &c.of.book, &c.of.past,
                                  &c.of.funnel, &c.of.question, NULL, &err),
                     DD_EDATA);
    assert_non_null(strstr(err.items[0].wrong, "cash by 30 instalments over 4 periods"));
    c.of.funnel.collect = NULL;
    c.of.funnel.n_collect = 0;
    dd_error_free(&err);
    close_demo(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paid_at_once_cash_is_bookings),
        cmocka_unit_test(a_week_late_is_the_bookings_of_the_week_before),
        cmocka_unit_test(over_a_long_horizon_cash_adds_up_to_bookings),
        cmocka_unit_test(instalments_of_a_trial_are_paid_by_their_day_and_to_the_cent),
        cmocka_unit_test(more_instalments_than_can_be_told_apart_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
