/* Every open deal: chances against played spells, sums against the forecast. */
#include "answers/deals/deals.h"
#include "answers/deals/deals_chances.h"
#include "answers/deals/deals_ends.h"
#include "answers/forecast/summary.h"
#include "engine/paths/paths.h"
#include "dealdice/simulate.h"
#include "company_files.h"
#include "small_company.h"

#include <unistd.h>

/* Chances of all rows of a small company's first period. */
typedef struct {
    small_company company;
    dd_question question;
    dd_rows rows;
    dd_deals_chances chances[SMALL_DEALS];
    dd_deals_window window[SMALL_DEALS];
} worked_out;

static void
work_out(worked_out *w, int level_off, size_t trials)
{
    small_init(&w->company, 1.0, trials);
    w->company.age_days[7] = (double) NAN; /* unknown */
    w->question = w->company.question;
    w->question.n_periods = 1;
    w->question.level_off = level_off;
    assert_int_equal(
        dd_rows_init(&w->rows, &w->company.model, &w->company.book, &w->question, NULL),
        DD_OK);
    assert_int_equal(dd_deals_chances_make(w->chances, &w->company.model,
                                           &w->company.book, &w->rows, &w->question,
                                           NULL),
                     DD_OK);
    assert_int_equal(dd_deals_windows_make(w->window, &w->company.model,
                                           &w->company.book, &w->question, NULL),
                     DD_OK);
}

static void
free_worked(worked_out *w)
{
    dd_rows_free(&w->rows);
    small_free(&w->company);
}

static double
expected_of(const worked_out *w, size_t i)
{
    const dd_deals_chances *row = &w->chances[w->rows.of_deal[i]];
    int64_t amount = w->company.amount[i];
    return amount == DD_UNKNOWN_AMOUNT ? row->unknown.mean
                                       : (double) amount * row->known.mean;
}

/* The small company steps back and skips. 1e5 paths of four of its deals. */
static void
chances_agree_with_played_spells_over_loops_and_skips(void **state)
{
    enum { N = 100000 };
    static dd_risks risks[3];
    worked_out w;
    dd_rates rates;
    (void) state;
    work_out(&w, 1, DD_BLOCK);
    assert_int_equal(dd_rates_init(&rates, &w.company.model.process[0], NULL), DD_OK);
    dd_rates_mean(&rates);
    for (int32_t s = 0; s < 3; s++)
        dd_risks_make(&risks[s], &rates.stage[s], s);
    for (size_t i = 3; i < 40; i += 10) {
        uint32_t r = w.rows.of_deal[i];
        const dd_deals_chances *row = &w.chances[r];
        double soon = 0, won = 0, lost = 0, early = 0, end;
        for (uint32_t t = 0; t < N; t++) {
            dd_stream stream = dd_stream_make(3, DD_RNG_TEST, i, t);
            size_t n;
            int32_t exit = dd_path_play(risks, w.rows.stage[r], w.rows.age_days[r], 1e5,
                                        &stream, NULL, 0, &n, &end);
            won += exit == DD_WON;
            lost += exit == DD_LOST;
            soon += exit == DD_WON && end <= 31.0;
            early += exit == DD_WON && end <= w.window[r].p50;
        }
        assert_close(soon / N, row->won_period,
                     4 * sqrt(row->won_period * (1 - row->won_period) / N) + 1e-4);
        assert_close(won / N, row->won_ever, 4 * sqrt(0.25 / N));
        assert_close(lost / N, row->lost, 4 * sqrt(0.25 / N));
        /* The window reads its curve at nodes a week apart: straight between them. */
        assert_close(early / won, 0.5, 4 * sqrt(0.25 / won) + 0.01);
    }
    dd_rates_free(&rates);
    free_worked(&w);
}

/* Closed form with known rates and no level: deals are independent, so that the
 * variance is the sum of b^2 (E[R^2] p - (E[R] p)^2). */
static void
without_common_causes_variances_add_up(void **state)
{
    worked_out w;
    double all = 0.0;
    (void) state;
    work_out(&w, 1, DD_BLOCK);
    for (size_t i = 0; i < SMALL_DEALS; i++)
        all += expected_of(&w, i);
    for (size_t i = 0; i < SMALL_DEALS; i++) {
        const dd_deals_chances *row = &w.chances[w.rows.of_deal[i]];
        double b = (double) w.company.amount[i], p = row->won_period;
        if (w.company.amount[i] == DD_UNKNOWN_AMOUNT)
            continue;
        assert_close(dd_deals_covariance(&row->known, b, all) / (b * b), p * (1 - p),
                     1e-9);
    }
    free_worked(&w);
}

/* At a level l the odds are p = 1-(1-c)^l and lost L (1-p)/(1-c): lost/(1-won) does not
 * move, and a spread of levels of mean 1 makes winning a little rarer (Jensen). */
static void
the_level_acts_on_winning_and_leaves_the_rest_in_proportion(void **state)
{
    worked_out w, off;
    (void) state;
    work_out(&w, 0, 64 * DD_BLOCK);
    work_out(&off, 1, DD_BLOCK);
    for (size_t r = 0; r < w.rows.n; r++) {
        const dd_deals_chances *at = &w.chances[r], *normal = &off.chances[r];
        assert_close(at->lost / (1 - at->won_ever),
                     normal->lost / (1 - normal->won_ever), 1e-9);
        /* rare wins hardly bend: there the mean of the levels drawn shows, near 1 */
        assert_true(at->won_ever
                    < normal->won_ever * (normal->won_ever > 0.05 ? 1 : 1.002));
        assert_true(at->won_ever > at->won_period);
        assert_true(at->lost + at->won_ever <= 1.0);
    }
    free_worked(&off);
    free_worked(&w);
}

/* One stage, exponential: given that it is won, the day is Exp(1/20) whatever the age,
 * 20 ln(1/(1-q)) days: 2.11, 13.86, 46.05. */
static void
the_window_is_that_of_winning_given_that_it_is_won(void **state)
{
    static char name[] = "Only", won[] = "Won", lost[] = "Lost";
    static const char *names[] = { name };
    static dd_pipeline pipeline = { .name = "", .n_stages = 1, .stages = names };
    dd_exit_belief exits[] = { { won, 0.3, { DD_LAW_EXPONENTIAL, 20, 0 } },
                               { lost, 0.7, { DD_LAW_EXPONENTIAL, 20, 0 } } };
    dd_stage_belief stage = { .stage = name, .n_exits = 2, .exits = exits };
    dd_funnel funnel;
    small_company c;
    dd_deals_window window[SMALL_DEALS];
    (void) state;
    small_init(&c, 1.0, DD_BLOCK);
    small_free(&c);
    dd_funnel_init(&funnel);
    funnel.stages = &stage;
    funnel.n_stages = 1;
    funnel.deal_size = (dd_belief){ 1, 80000, 300000 };
    c.past.pipelines = &pipeline;
    assert_int_equal(dd_model_fit(&c.model, &c.past, &funnel, NULL, NULL), DD_OK);
    memset(c.stage, 0, sizeof c.stage);
    c.book.n = 3;
    assert_int_equal(dd_deals_windows_make(window, &c.model, &c.book, &c.question, NULL),
                     DD_OK);
    for (int r = 0; r < 3; r++) {
        assert_close(window[r].p10, 20 * log(1 / 0.9), 0.15);
        assert_close(window[r].p50, 20 * log(2.0), 0.3);
        assert_close(window[r].p90, 20 * log(10.0), 0.8);
    }
    small_free(&c);
}

/* DESIGN's example 8: advance 30 % with mean 30 days against lost 70 % with mean 90: the
 * win share falls 30.0/18.0/10.2/2.9 % at ages 0/30/60/120. Older than 1 - S = 60 % of
 * its stage at 60 days, 81 % at 120: below half of 30 % both, but stuck only then. */
static void
a_deal_is_stuck_when_it_is_old_and_its_chance_has_faded(void **state)
{
    static char name[] = "Only", won[] = "Won", lost[] = "Lost";
    static const char *names[] = { name };
    static dd_pipeline pipeline = { .name = "", .n_stages = 1, .stages = names };
    static const double age[] = { 0.5, 30.5, 60.5, 120.5 };
    dd_exit_belief exits[] = { { won, 0.3, { DD_LAW_WEIBULL, 1, 30 } },
                               { lost, 0.7, { DD_LAW_WEIBULL, 1, 90 } } };
    dd_stage_belief stage = { .stage = name, .n_exits = 2, .exits = exits };
    dd_past_deal deals[5] = { { 0 } };
    dd_funnel funnel;
    small_company c;
    dd_deals answer;
    (void) state;
    small_init(&c, 1.0, DD_BLOCK);
    small_free(&c);
    dd_funnel_init(&funnel);
    funnel.stages = &stage;
    funnel.n_stages = 1;
    funnel.deal_size = (dd_belief){ 1, 80000, 300000 };
    c.past.pipelines = &pipeline;
    assert_int_equal(dd_model_fit(&c.model, &c.past, &funnel, NULL, NULL), DD_OK);
    for (int i = 0; i < 5; i++) {
        c.stage[i] = 0;
        c.age_days[i] = i < 4 ? age[i] : (double) NAN;
        deals[i] = (dd_past_deal){ .id = "x",
                                   .owner = -1,
                                   .segment = -1,
                                   .close_expected = DD_NO_MOMENT,
                                   .probability = (double) NAN };
    }
    c.past.deals = deals;
    c.past.n_deals = c.book.n = 5;
    assert_int_equal(
        dd_deals_make(&answer, &c.past, &c.book, &c.model, &c.question, "CNY", NULL),
        DD_OK);
    for (int i = 0; i < 4; i++) {
        double a = exp(-age[i] / 30), b = exp(-age[i] / 90);
        double left = 0.3 * a + 0.7 * b;
        /* Stated laws are cut into 16 bands of constant hazard. */
        assert_close(answer.line[i].p_won_ever, 0.3 * a / left, 0.02);
        assert_close(answer.line[i].age_percentile, 1 - left, 0.02);
        assert_int_equal(answer.line[i].stuck, i == 3);
    }
    assert_int_equal(answer.line[4].stuck, -1);
    assert_true(isnan(answer.line[4].age_percentile));
    assert_int_equal(answer.stuck, 1);
    dd_deals_free(&answer);
    small_free(&c);
}

static double
mean_of(const int64_t *column, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (double) column[i] / (double) n;
    return sum;
}

static double
variance_of(const int64_t *column, size_t n)
{
    double mean = mean_of(column, n), sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += ((double) column[i] - mean) * ((double) column[i] - mean);
    return sum / (double) (n - 1);
}

/* A company read from files, with everything uncertain. */
static void
read_demo(company *c)
{
    company_read(c, "scenarios/demo/funnel.yaml");
    company_learn(c, DD_NO_DAY, NULL);
    assert_int_equal(dd_model_fit_level(&c->model, &c->past, &c->funnel,
                                        &c->question.periods[0], NULL),
                     DD_OK);
}

/* The same draws and levels: only the luck of the trials is between them. */
static void
expected_amounts_add_up_to_the_forecasts_open_deals(void **state)
{
    company c;
    dd_outcomes outcomes;
    dd_deals deals;
    double sum = 0.0, wins = 0.0, shares = 0.0;
    (void) state;
    if (access("scenarios/demo/funnel.yaml", R_OK) != 0) {
        print_message("skipped: scenarios/demo is not here\n");
        skip();
    }
    read_demo(&c);
    assert_int_equal(dd_simulate(&outcomes, &c.model, &c.book, &c.question, NULL),
                     DD_OK);
    assert_int_equal(
        dd_deals_make(&deals, &c.past, &c.book, &c.model, &c.question, NULL, NULL),
        DD_OK);
    assert_int_equal(deals.n, c.book.n);
    for (size_t i = 0; i < deals.n; i++) {
        assert_string_equal(deals.line[i].id, c.book.id[i]);
        sum += deals.line[i].expected;
        wins += deals.line[i].p_won_period;
        shares += deals.line[i].variance_share;
    }
    double variance = variance_of(outcomes.open, outcomes.trials);
    assert_close(sum, mean_of(outcomes.open, outcomes.trials),
                 4 * sqrt(variance / (double) outcomes.trials));
    assert_close(sum, deals.expected, 1e-6 * sum);
    assert_close(wins, deals.wins, 1e-9 * wins);
    assert_close(shares, 1.0, 1e-9);
    dd_deals_free(&deals);
    dd_outcomes_free(&outcomes);
    company_free(&c);
}

/* Cov(X, sum) over all deals is the variance of the sum, draws and levels included. */
static void
covariances_add_up_to_the_variance_of_open_deals(void **state)
{
    worked_out w;
    dd_outcomes outcomes;
    double all = 0.0, variance = 0.0, simulated;
    (void) state;
    work_out(&w, 0, 256 * DD_BLOCK);
    assert_int_equal(
        dd_simulate(&outcomes, &w.company.model, &w.company.book, &w.question, NULL),
        DD_OK);
    for (size_t i = 0; i < SMALL_DEALS; i++)
        all += expected_of(&w, i);
    for (size_t i = 0; i < SMALL_DEALS; i++) {
        const dd_deals_chances *row = &w.chances[w.rows.of_deal[i]];
        int known = w.company.amount[i] != DD_UNKNOWN_AMOUNT;
        variance += dd_deals_covariance(known ? &row->known : &row->unknown,
                                        known ? (double) w.company.amount[i] : 1.0, all);
    }
    simulated = variance_of(outcomes.open, outcomes.trials);
    assert_close(all, mean_of(outcomes.open, outcomes.trials),
                 4 * sqrt(variance / (double) outcomes.trials));
    /* Standard error of a variance of a near-normal sum: sqrt(2/n); blocks share draws. */
    assert_close(simulated / variance, 1.0,
                 4 * 2 * sqrt(2.0 / (double) outcomes.trials));
    dd_outcomes_free(&outcomes);
    free_worked(&w);
}

static void
the_number_of_threads_changes_no_bit(void **state)
{
    worked_out w;
    dd_deals_chances again[SMALL_DEALS];
    (void) state;
    work_out(&w, 0, 20 * DD_BLOCK);
    w.question.threads = 3;
    assert_int_equal(dd_deals_chances_make(again, &w.company.model, &w.company.book,
                                           &w.rows, &w.question, NULL),
                     DD_OK);
    assert_memory_equal(again, w.chances, w.rows.n * sizeof *again);
    free_worked(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chances_agree_with_played_spells_over_loops_and_skips),
        cmocka_unit_test(without_common_causes_variances_add_up),
        cmocka_unit_test(the_level_acts_on_winning_and_leaves_the_rest_in_proportion),
        cmocka_unit_test(the_window_is_that_of_winning_given_that_it_is_won),
        cmocka_unit_test(a_deal_is_stuck_when_it_is_old_and_its_chance_has_faded),
        cmocka_unit_test(expected_amounts_add_up_to_the_forecasts_open_deals),
        cmocka_unit_test(covariances_add_up_to_the_variance_of_open_deals),
        cmocka_unit_test(the_number_of_threads_changes_no_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
