/* Where the uncertainty comes from: conditional means and the three shares. */
#include "check.h"

#include "answers/results.h"
#include "dealdice/book.h"
#include "dealdice/simulate.h"

#include <gsl/gsl_errno.h>
#include <string.h>

/** The demo's fourth quarter from its first day on, where new deals bring a good part. */
typedef struct {
    dd_funnel funnel;
    dd_history history;
    dd_past past;
    dd_question question;
    dd_model model;
    dd_book book;
    dd_outcomes outcomes;
} world;

static void
simulate(world *w, int rates_fixed, int level_off)
{
    dd_question_options options = { .periods = 1, .trials = 16384 };
    dd_error err = { 0 };
    memset(w, 0, sizeof *w);
    assert_int_equal(
        dd_funnel_read(&w->funnel, "scenarios/demo/funnel.yaml", NULL, &err), DD_OK);
    assert_int_equal(dd_history_read(&w->history, &w->funnel, NULL, &err), DD_OK);
    dd_day as_of = dd_day_from_civil(2026, 9, 30);
    assert_int_equal(dd_history_as_of(&w->past, &w->history, as_of, NULL, &err), DD_OK);
    assert_int_equal(
        dd_question_init(&w->question, &w->funnel, as_of, &options, NULL, &err), DD_OK);
    w->question.rates_fixed = rates_fixed;
    w->question.level_off = level_off;
    assert_int_equal(dd_model_fit(&w->model, &w->past, &w->funnel, NULL, &err), DD_OK);
    assert_int_equal(dd_book_init(&w->book, &w->past, &w->funnel, &w->question, &err),
                     DD_OK);
    assert_int_equal(dd_simulate(&w->outcomes, &w->model, &w->book, &w->question, &err),
                     DD_OK);
}

static dd_variance
shares_of(const world *w)
{
    dd_variance_parts parts = { 0 };
    dd_variance_add(&parts, w->outcomes.bookings, w->outcomes.expected,
                    w->outcomes.trials);
    return dd_variance_shares(&parts);
}

static void
release(world *w)
{
    dd_outcomes_free(&w->outcomes);
    dd_book_free(&w->book);
    dd_model_free(&w->model);
    dd_question_free(&w->question);
    dd_past_free(&w->past);
    dd_history_free(&w->history);
    dd_funnel_free(&w->funnel);
}

/* What a trial brings beyond its conditional mean is luck, of mean zero: 4 MCSE. Within
 * each quarter of the trials by conditional mean too. */
static void
trials_scatter_about_their_conditional_means(void **state)
{
    (void) state;
    world w;
    double sum[4] = { 0 }, squares[4] = { 0 }, n[4] = { 0 }, mean = 0;
    simulate(&w, 0, 0);
    for (size_t t = 0; t < w.outcomes.trials; t++)
        mean += w.outcomes.expected[t] / (double) w.outcomes.trials;
    for (size_t t = 0; t < w.outcomes.trials; t++) {
        double m = w.outcomes.expected[t];
        double luck = (double) (w.outcomes.bookings[t] - w.book.booked[0]) - m;
        int part = m < 0.85 * mean ? 0 : m < mean ? 1 : m < 1.15 * mean ? 2 : 3;
        sum[part] += luck;
        squares[part] += luck * luck;
        n[part] += 1;
    }
    for (int part = 0; part < 4; part++) {
        assert_true(n[part] > 200);
        assert_close(sum[part] / n[part], 0.0, 4 * sqrt(squares[part]) / n[part]);
    }
    release(&w);
}

static void
the_three_shares_add_up_to_one(void **state)
{
    (void) state;
    world w;
    simulate(&w, 0, 0);
    dd_variance v = shares_of(&w);
    assert_close(v.deals + v.level + v.rates, 1.0, 1e-12);
    assert_true(v.deals > 0.2 && v.level > 0.02 && v.rates > 0.01);
    release(&w);
}

/* Nothing but luck is left; and only the rates' share goes when they are fixed. */
static void
what_is_switched_off_has_no_share(void **state)
{
    (void) state;
    world w;
    simulate(&w, 1, 1);
    dd_variance v = shares_of(&w);
    assert_close(v.deals, 1.0, 1e-9);
    release(&w);
    simulate(&w, 0, 1);
    v = shares_of(&w);
    assert_close(v.level, 0.0, 1e-9);
    assert_true(v.rates > 0.01);
    release(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trials_scatter_about_their_conditional_means),
        cmocka_unit_test(the_three_shares_add_up_to_one),
        cmocka_unit_test(what_is_switched_off_has_no_share),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
