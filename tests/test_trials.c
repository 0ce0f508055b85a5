/* As many trials as are asked for: kept or counted, until precise, until stopped. */
#include "answers/forecast/trials.h"

#include "check.h"
#include "engine/player.h"
#include "small_company.h"

/* Everything uncertain; a target in the second period. */
static void
open_company(small_company *company, size_t trials)
{
    small_init(company, 4.0, trials);
    company->question.level_off = company->question.rates_fixed = 0;
    company->question.threads = 2;
    company->target[1] = 1000000;
}

static dd_results
results_of(const small_company *company, const dd_trials_how *how, dd_notes *notes)
{
    dd_results results;

    assert_int_equal(dd_trials_play(&results, &company->model, &company->book,
                                    &company->question, how, notes, NULL),
                     DD_OK);
    return results;
}

/* ---- kept and counted ---- */

static void
assert_near(const dd_summary *a, const dd_summary *b)
{
    const double *x = &a->p05, *y = &b->p05;

    assert_close(b->mean, a->mean, 1e-12 * fabs(a->mean));
    assert_close(b->sd, a->sd, 1e-9 * a->sd);
    assert_close(b->mean_mcse, a->mean_mcse, 1e-9 * a->mean_mcse);
    for (size_t i = 0; i < 9; i++)
        assert_close(y[i], x[i], 0x1p-17 * fabs(x[i]));
}

static void
assert_same_bins(const dd_bins *a, const dd_bins *b)
{
    double apart = 0.0;

    assert_int_equal(a->n, b->n);
    assert_close(a->low, b->low, 0.0);
    assert_close(a->step, b->step, 0.0);
    for (size_t i = 0; i < a->n; i++)
        apart += fabs(a->share[i] - b->share[i]);
    assert_close(apart, 0.0, 1e-3);
}

/* 20 100 trials are 157 blocks and 4 lanes; kept at a time are 3 x 1024 of them. */
static void
counted_outcomes_say_the_same_as_kept_ones(void **state)
{
    small_company company;
    dd_trials_how few = { .kept = 3 * 3000 + 1000 };
    dd_results kept, counted;

    (void) state;
    open_company(&company, 20100);
    kept = results_of(&company, NULL, NULL);
    counted = results_of(&company, &few, NULL);
    assert_int_equal(kept.trials, 20100);
    assert_int_equal(counted.trials, 20100);
    for (size_t p = 0; p < SMALL_PERIODS; p++) {
        const dd_period_result *a = &kept.periods[p], *b = &counted.periods[p];
        assert_near(&a->bookings, &b->bookings);
        assert_near(&a->open, &b->open);
        assert_near(&a->new_, &b->new_);
        assert_near(&a->wins, &b->wins);
        assert_close(b->sure, a->sure, 0x1p-17 * a->sure);
        assert_int_equal(isnan(a->p_target), p != 1);
        assert_int_equal(isnan(b->p_target), p != 1);
    }
    assert_close(counted.periods[1].p_target, kept.periods[1].p_target, 0.0);
    assert_close(counted.periods[1].p_target_mcse, kept.periods[1].p_target_mcse, 1e-12);
    assert_same_bins(&kept.bins, &counted.bins);
    assert_close(counted.variance.deals, kept.variance.deals, 1e-12);
    assert_close(counted.variance.level, kept.variance.level, 1e-12);
    dd_results_free(&kept);
    dd_results_free(&counted);
    small_free(&company);
}

/* ---- who else wants them ---- */

typedef struct {
    const dd_outcomes *whole;
    size_t next, stretches;
} taker;

static dd_status
take(void *arg, const dd_outcomes *stretch, dd_error *err)
{
    taker *self = arg;

    (void) err;
    assert_int_equal(stretch->first, self->next);
    for (size_t p = 0; p < SMALL_PERIODS; p++)
        assert_memory_equal(stretch->bookings + p * stretch->trials,
                            self->whole->bookings + p * self->whole->trials
                                + stretch->first,
                            stretch->trials * sizeof *stretch->bookings);
    self->next += stretch->trials;
    self->stretches++;
    return DD_OK;
}

static dd_status
refuse(void *arg, const dd_outcomes *stretch, dd_error *err)
{
    (void) arg, (void) stretch, (void) err;
    return DD_EIO;
}

/* Kept all at once, and a few at a time. */
static void
assert_passed_on(const small_company *company, const dd_crew *crew,
                 const dd_outcomes *whole)
{
    static const size_t kept[] = { 0, 3 * 2048 };

    for (int i = 0; i < 2; i++) {
        taker self = { .whole = whole };
        dd_trials_how how = { kept[i], take, &self, crew };
        dd_results results = results_of(company, &how, NULL);
        assert_int_equal(self.next, 9000);
        assert_int_equal(self.stretches, i == 0 ? 1 : 5);
        dd_results_free(&results);
    }
}

/* A rep with all the deals and limited visits. */
static void
reps_pass_on_every_trial_too(void **state)
{
    static const dd_crew_rep rep
        = { .key = 31, .starts = -99, .leaves = (double) INFINITY, .heir = -1 };
    static const double visits[] = { 1, 1.25, 2 };
    static const int32_t of_deal[SMALL_DEALS + 1];
    small_company company;
    dd_outcomes whole;
    dd_crew crew;

    (void) state;
    open_company(&company, 9000);
    dd_crew_init(&crew);
    crew.n = 1;
    crew.rep = &rep;
    crew.of_deal = of_deal;
    crew.visits = visits;
    crew.visits_per_week = 7;
    crew.new_per_visit = 0.3;
    assert_int_equal(dd_player_simulate(&whole, &company.model, &company.book,
                                        &company.question, &crew, NULL),
                     DD_OK);
    assert_passed_on(&company, &crew, &whole);
    dd_outcomes_free(&whole);
    small_free(&company);
}

static void
every_trial_is_passed_on_once_and_in_order(void **state)
{
    small_company company;
    dd_outcomes whole;

    (void) state;
    open_company(&company, 9000);
    assert_int_equal(
        dd_simulate(&whole, &company.model, &company.book, &company.question, NULL),
        DD_OK);
    assert_passed_on(&company, NULL, &whole);
    dd_trials_how how = { .kept = 3 * 2048, .take = refuse };
    dd_results none;
    assert_int_equal(dd_trials_play(&none, &company.model, &company.book,
                                    &company.question, &how, NULL, NULL),
                     DD_EIO);
    dd_outcomes_free(&whole);
    small_free(&company);
}

/* ---- precision ---- */

/* A run of as many trials as were needed is the same, and half of them were too few. */
static void
assert_needed(small_company *company, double precision, int of_mean)
{
    dd_trials_how few = { .kept = 3 * 16384 }; /* two looks are kept, then counted */
    dd_results results, plain, half;
    double error[2];

    company->question.precision = precision;
    company->question.trials = 1 << 20;
    results = results_of(company, &few, NULL);
    company->question.precision = 0.0;
    company->question.trials = results.trials;
    plain = results_of(company, NULL, NULL);
    company->question.trials = results.trials / 2;
    half = results_of(company, NULL, NULL);
    assert_true(results.trials >= 4 * 64 * DD_BLOCK);
    assert_true((results.trials & (results.trials - 1)) == 0);
    assert_near(&plain.periods[2].bookings, &results.periods[2].bookings);
    error[0] = of_mean ? results.periods[0].bookings.mean_mcse
                             / results.periods[0].bookings.mean
                       : results.periods[1].p_target_mcse;
    error[1] = of_mean
                   ? half.periods[0].bookings.mean_mcse / half.periods[0].bookings.mean
                   : half.periods[1].p_target_mcse;
    assert_true(error[0] <= precision);
    assert_true(error[1] > precision);
    dd_results_free(&results);
    dd_results_free(&plain);
    dd_results_free(&half);
}

static void
trials_go_on_until_the_chance_of_the_target_is_as_precise_as_asked(void **state)
{
    small_company company;

    (void) state;
    open_company(&company, 0);
    assert_needed(&company, 0.002, 0);
    small_free(&company);
}

static void
without_a_target_the_mean_is_looked_at(void **state)
{
    small_company company;

    (void) state;
    open_company(&company, 0);
    company.target[1] = DD_NO_TARGET;
    assert_needed(&company, 0.0006, 1);
    small_free(&company);
}

/* A target that no trial reaches: its error is 0, but 3 / n is what is known. */
static void
a_chance_of_which_nothing_was_seen_is_bounded_by_the_rule_of_three(void **state)
{
    small_company company;
    dd_results results;

    (void) state;
    open_company(&company, 1 << 20);
    company.target[1] = INT64_C(1) << 46;
    company.question.precision = 2e-4;
    results = results_of(&company, NULL, NULL);
    assert_int_equal(results.trials, 16384); /* 3 / 8192 = 3.7e-4, 3 / 16384 = 1.8e-4 */
    dd_results_free(&results);
    small_free(&company);
}

static void
a_precision_beyond_the_trials_is_told(void **state)
{
    small_company company;
    dd_notes notes = { 0 };
    dd_results results;

    (void) state;
    open_company(&company, 10000);
    company.question.precision = 0.0005;
    results = results_of(&company, NULL, &notes);
    assert_int_equal(results.trials, 10000);
    assert_int_equal(notes.n, 1);
    assert_string_equal(notes.items[0].code, "precision_not_reached");
    assert_non_null(strstr(notes.items[0].text, "by 10000 trials, not to 0.05"));
    dd_results_free(&results);
    dd_notes_free(&notes);
    small_free(&company);
}

/* ---- stopped ---- */

static void
stop_after_5000(void *listener, size_t done)
{
    if (done >= 5000)
        atomic_store((atomic_int *) listener, 1);
}

static void
a_stopped_run_answers_with_what_was_played_and_says_so(void **state)
{
    static const size_t kept[] = { 0, 3 * 2048 };
    small_company company;

    (void) state;
    open_company(&company, 100000);
    company.question.threads = 1;
    for (int i = 0; i < 2; i++) {
        atomic_int stop = 0;
        dd_watch watch = { &stop, stop_after_5000, &stop };
        dd_trials_how how = { .kept = kept[i] };
        dd_notes notes = { 0 };
        dd_results results;
        company.question.watch = &watch;
        results = results_of(&company, &how, &notes);
        assert_int_equal(results.trials, 5 * 1024);
        assert_int_equal(notes.n, 1);
        assert_string_equal(notes.items[0].code, "interrupted");
        assert_non_null(strstr(notes.items[0].text, "first 5120 trials of 100000"));
        dd_results_free(&results);
        dd_notes_free(&notes);
    }
    small_free(&company);
}

static void
a_run_stopped_at_once_has_no_answer(void **state)
{
    small_company company;
    atomic_int stop = 1;
    dd_watch watch = { .stop = &stop };
    dd_results results;

    (void) state;
    open_company(&company, 5000);
    company.question.watch = &watch;
    results = results_of(&company, NULL, NULL);
    assert_int_equal(results.trials, 0);
    assert_null(results.periods);
    small_free(&company);
}

/* Outcomes that are known beforehand: each from 0 on once, in any order, times p + 1. */
static void
set_outcomes(dd_outcomes *outcomes, size_t periods, size_t trials)
{
    assert_int_equal(dd_outcomes_init(outcomes, periods, trials, NULL), DD_OK);
    for (size_t p = 0; p < periods; p++)
        for (size_t i = 0; i < trials; i++) {
            int64_t one = (int64_t) (i * 40503 % trials * (p + 1));
            outcomes->bookings[p * trials + i] = one;
            outcomes->open[p * trials + i] = 2 * one;
            outcomes->new_[p * trials + i] = 3 * one;
            outcomes->wins[p * trials + i] = 5 * one;
        }
    for (size_t i = 0; i < trials; i++)
        outcomes->expected[i] = 0;
}

/* 2^18 outcomes are many enough for threads; 40503 is odd, so that none comes twice, and
 * the median of 0 to n - 1 is the n/2-th of them. */
static void
periods_are_summed_up_by_any_threads_alike(void **state)
{
    enum { PERIODS = 3, TRIALS = 1 << 17 };
    int64_t target[PERIODS] = { TRIALS / 4, DD_NO_TARGET, DD_NO_TARGET };
    dd_question question = { .n_periods = PERIODS, .target = target, .confidence = 0.8 };
    dd_outcomes outcomes;

    (void) state;
    set_outcomes(&outcomes, PERIODS, TRIALS);
    for (question.threads = 1; question.threads < 4; question.threads++) {
        dd_results results;
        assert_int_equal(dd_results_of(&results, &outcomes, &question, NULL), DD_OK);
        assert_close(results.periods[0].p_target, 0.75, 0);
        for (size_t p = 0; p < PERIODS; p++) {
            const dd_period_result *period = &results.periods[p];
            double median = (TRIALS / 2 - 1) * ((double) p + 1);
            assert_close(period->bookings.p50, median, 0);
            assert_close(period->open.p50, 2 * median, 0);
            assert_close(period->new_.p50, 3 * median, 0);
            assert_close(period->wins.p50, 5 * median, 0);
            assert_close(period->bookings.mean, ((double) p + 1) * (TRIALS - 1) / 2,
                         1e-6);
        }
        dd_results_free(&results);
    }
    dd_outcomes_free(&outcomes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counted_outcomes_say_the_same_as_kept_ones),
        cmocka_unit_test(every_trial_is_passed_on_once_and_in_order),
        cmocka_unit_test(reps_pass_on_every_trial_too),
        cmocka_unit_test(
            trials_go_on_until_the_chance_of_the_target_is_as_precise_as_asked),
        cmocka_unit_test(without_a_target_the_mean_is_looked_at),
        cmocka_unit_test(
            a_chance_of_which_nothing_was_seen_is_bounded_by_the_rule_of_three),
        cmocka_unit_test(a_precision_beyond_the_trials_is_told),
        cmocka_unit_test(a_stopped_run_answers_with_what_was_played_and_says_so),
        cmocka_unit_test(a_run_stopped_at_once_has_no_answer),
        cmocka_unit_test(periods_are_summed_up_by_any_threads_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
