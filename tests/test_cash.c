/* Cash follows bookings, and adds up to them. */
#include "answers/cash.h"

#include "check.h"
#include "dealdice/simulate.h"

#include <gsl/gsl_errno.h>
#include <string.h>

typedef struct {
    dd_funnel funnel;
    dd_history history;
    dd_past past;
    dd_question question;
    dd_model model;
    dd_book book;
    dd_notes notes;
    dd_error err;
    dd_cash cash;
    dd_outcomes outcomes;
} company;

/* The demo, collected in these instalments, with its bookings and its cash. */
static void
open_demo(company *self, const char *period, long periods, int new_business,
          dd_instalment *collect, size_t n)
{
    dd_question_options options
        = { .period = period, .periods = periods, .trials = 1300 };

    gsl_set_error_handler_off();
    memset(self, 0, sizeof *self);
    assert_int_equal(dd_funnel_read(&self->funnel, "scenarios/demo/funnel.yaml",
                                    &self->notes, &self->err),
                     DD_OK);
    self->funnel.new_business = new_business;
    assert_int_equal(
        dd_history_read(&self->history, &self->funnel, &self->notes, &self->err), DD_OK);
    assert_int_equal(dd_history_as_of(&self->past, &self->history,
                                      self->history.last_day, &self->notes, &self->err),
                     DD_OK);
    assert_int_equal(dd_question_init(&self->question, &self->funnel,
                                      self->history.last_day, &options, &self->notes,
                                      &self->err),
                     DD_OK);
    assert_int_equal(
        dd_model_fit(&self->model, &self->past, &self->funnel, &self->notes, &self->err),
        DD_OK);
    assert_int_equal(dd_book_init(&self->book, &self->past, &self->funnel,
                                  &self->question, &self->err),
                     DD_OK);
    assert_int_equal(dd_simulate(&self->outcomes, &self->model, &self->book,
                                 &self->question, &self->err),
                     DD_OK);
    self->funnel.collect = collect;
    self->funnel.n_collect = n;
    assert_int_equal(dd_cash_make(&self->cash, &self->model, &self->book, &self->past,
                                  &self->funnel, &self->question, &self->err),
                     DD_OK);
    self->funnel.collect = NULL;
    self->funnel.n_collect = 0;
}

static void
close_demo(company *self)
{
    dd_cash_free(&self->cash);
    dd_outcomes_free(&self->outcomes);
    dd_book_free(&self->book);
    dd_model_free(&self->model);
    dd_question_free(&self->question);
    dd_past_free(&self->past);
    dd_history_free(&self->history);
    dd_funnel_free(&self->funnel);
    dd_notes_free(&self->notes);
    dd_error_free(&self->err);
}

static dd_summary
bookings_of(const company *self, size_t period)
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
    company c;
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
    company c;
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
due_from_before(const company *self, const dd_instalment *collect, size_t n)
{
    dd_day start = self->question.periods[0].start;
    double sum = 0.0;
    for (size_t i = 0; i < self->past.n_deals; i++) {
        const dd_past_deal *deal = &self->past.deals[i];
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
    company c;
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
    company c;
    (void) state;

    for (int i = 0; i < 30; i++)
        collect[i] = (dd_instalment){ 1.0 / 30, 1.0 + i };
    open_demo(&c, NULL, 4, 0, collect, 1);
    c.funnel.collect = collect;
    c.funnel.n_collect = 30;
    dd_cash_free(&c.cash);
    assert_int_equal(dd_cash_make(&c.cash, &c.model, &c.book, &c.past, &c.funnel,
                                  &c.question, &c.err),
                     DD_EDATA);
    assert_non_null(
        strstr(c.err.items[0].wrong, "cash by 30 instalments over 4 periods"));
    c.funnel.collect = NULL;
    c.funnel.n_collect = 0;
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
