/* Where the uncertainty comes from: conditional means and the three shares. */
#include "company_files.h"

#include "answers/forecast/results.h"
#include "dealdice/simulate.h"

/** The demo's fourth quarter from its first day on, where new deals bring a good part. */
typedef struct {
    company of;
    dd_outcomes outcomes;
} world;

static void
simulate(world *w, int rates_fixed, int level_off)
{
    const dd_question_options options = { .periods = 1, .trials = 16384 };
    company *of = &w->of;
    company_read(of, "scenarios/demo/funnel.yaml");
    company_learn(of, dd_day_from_civil(2026, 9, 30), &options);
    of->question.rates_fixed = rates_fixed;
    of->question.level_off = level_off;
    assert_int_equal(
        dd_simulate(&w->outcomes, &of->model, &of->book, &of->question, NULL), DD_OK);
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
    company_free(&w->of);
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
        double luck = (double) (w.outcomes.bookings[t] - w.of.book.booked[0]) - m;
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
    assert_true(v.deals > 0.1 && v.level > 0.02 && v.rates > 0.01);
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
