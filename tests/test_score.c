/* Scores of sampled forecasts: against closed forms, and calibrated where they should be. */
#include "check.h"

#include "answers/backtest/backtest.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

/* CRPS of N(0, s^2) at y = 0: s (2 phi(0) - 1/sqrt(pi)) = 0.2336950 s (Gneiting & Raftery
 * 2007, eq. 21); at y = s: s (2 Phi(1) - 1 + 2 phi(1) - 1/sqrt(pi)) = 0.6024414 s. */
static void
crps_is_that_of_the_normal_law(void **state)
{
    (void) state;
    enum { N = 20001 };
    static int64_t sample[N];
    for (int i = 0; i < N; i++)
        sample[i] = (int64_t) llround(1e6 * gsl_cdf_ugaussian_Pinv((i + 0.5) / N));
    assert_close(dd_score_make(sample, N, 0, 0.5).crps, 0.2336950e6, 100);
    assert_close(dd_score_make(sample, N, 1000000, 0.5).crps, 0.6024414e6, 100);
    assert_close(dd_score_make(sample, N, 1000000, 0.5).pit, 0.8413447, 1e-4);
    assert_close(dd_score_make(sample, N, 0, 0.5).p90, 1.2815516e6, 200);
}

/* By hand, of 2 5 5 9 at 7: mean distance (5+2+2+2)/4 = 2.75; mean pair distance
 * 2(3+3+7+0+4+4)/16 = 2.625; CRPS = 2.75 - 1.3125. */
static void
crps_of_four_samples_is_worked_by_hand(void **state)
{
    (void) state;
    const int64_t sample[] = { 2, 5, 5, 9 };
    dd_score score = dd_score_make(sample, 4, 7, 0.3);
    assert_close(score.crps, 1.4375, 1e-12);
    assert_close(score.pit, 0.75, 1e-12);
    assert_close(score.p50, 5, 0);
    assert_close(score.pinball90, 0.1 * (9 - 7), 1e-12);
    assert_close(score.pinball50, 0.5 * (7 - 5), 1e-12);
    /* a tie: one below, two equal, u of them counted */
    assert_close(dd_score_make(sample, 4, 5, 0.3).pit, (1 + 0.3 * 2) / 4, 1e-12);
    /* P(>= 6) = 1/4, and it came: (1/4 - 1)^2 */
    assert_close(dd_score_brier(sample, 4, 7, 6), 0.5625, 1e-12);
}

static void
intervals_hold_what_lies_between_their_quantiles(void **state)
{
    (void) state;
    int64_t sample[100];
    for (int i = 0; i < 100; i++)
        sample[i] = i + 1; /* quantile q is 100 q */
    const int64_t actual[] = { 5, 10, 25, 60, 75, 90, 95, 96 };
    const int in50[] = { 0, 0, 1, 1, 1, 0, 0, 0 }, in80[] = { 0, 1, 1, 1, 1, 1, 0, 0 },
              in90[] = { 1, 1, 1, 1, 1, 1, 1, 0 };
    for (int i = 0; i < 8; i++) {
        dd_score score = dd_score_make(sample, 100, actual[i], 0.5);
        assert_int_equal(dd_score_covered(&score, actual[i], 0.5), in50[i]);
        assert_int_equal(dd_score_covered(&score, actual[i], 0.8), in80[i]);
        assert_int_equal(dd_score_covered(&score, actual[i], 0.9), in90[i]);
    }
}

/* Three forecasts of one quarter from its start, its 31st and 61st day, and a later one
 * alone: days are shared, so that the first three are worth one between them. */
static void
overlapping_forecasts_count_for_less(void **state)
{
    (void) state;
    dd_origin origin[4]
        = { { .as_of = 99 }, { .as_of = 129 }, { .as_of = 159 }, { .as_of = 189 } };
    dd_backtest backtest = { .n = 4, .origin = origin };
    for (int i = 0; i < 4; i++) {
        origin[i].period = (dd_period){ .start = 100, .end = i < 3 ? 189 : 279 };
        for (int what = 0; what < DD_WHATS; what++)
            origin[i].scored[DD_SLOT_ALL][what]
                = (dd_scored){ .known = 1, .score = { .pit = 0.25 * i } };
    }
    dd_backtest_summarise(&backtest);
    /* (30 + 15 + 10)/90 + (15 + 10)/60 + 10/30 + 1 */
    assert_close(backtest.summary[DD_SLOT_ALL][0].n_effective,
                 55 / 90. + 25 / 60. + 1 / 3. + 1, 1e-12);
    assert_int_equal(backtest.summary[DD_SLOT_ALL][0].pit[2], 1);
    assert_int_equal(backtest.summary[DD_SLOT_ALL][0].pit[7], 1);
}

/** Two pasts of four deals, to be forecast by hand. */
static dd_past
hand_past(dd_past_deal *deals, dd_spell *spells)
{
    static const char *stages[] = { "Offer" };
    static dd_pipeline pipeline = { .name = "", .n_stages = 1, .stages = stages };
    const int64_t day = 86400, amount[] = { 100, 300, 500, 800 };
    const int64_t closed[] = { 187, 191, 192 };
    dd_past past = { .as_of = 200,
                     .starts = DD_NO_DAY,
                     .n_pipelines = 1,
                     .pipelines = &pipeline,
                     .n_deals = 4,
                     .deals = deals,
                     .n_spells = 4,
                     .spells = spells };
    for (int i = 0; i < 4; i++) {
        deals[i] = (dd_past_deal){ .stage = i < 2    ? DD_WON
                                            : i == 2 ? DD_LOST
                                                     : 0,
                                   .created = 100 * day,
                                   .amount = amount[i],
                                   .closed = i < 3 ? closed[i] * day : DD_NO_MOMENT,
                                   .first = (size_t) i,
                                   .n = 1 };
        spells[i] = (dd_spell){ .deal = (uint32_t) i, .exit = deals[i].stage };
    }
    spells[3].exit = DD_STILL;
    return past;
}

/* Won 100 on day 187 and 300 on day 191, in the period; open 800 at the stage's win rate
 * of 2/3. */
static void
the_weighted_pipeline_is_the_spreadsheets(void **state)
{
    (void) state;
    dd_past_deal deals[4];
    dd_spell spells[4];
    dd_past past = hand_past(deals, spells);
    dd_period period = { .start = 191, .end = 280, .kind = DD_QUARTER };
    static dd_reference reference;
    dd_reference_make(&reference, DD_REFERENCE_WEIGHTED, &past, &period, 1,
                      DD_WHAT_BOOKINGS, 1);
    assert_int_equal(reference.n, 1);
    assert_int_equal(reference.sample[0], 300 + 533);
    assert_int_equal(dd_reference_won(&past, DD_WHAT_WINS, 187, 191), 2);
    assert_int_equal(dd_reference_won(&past, DD_WHAT_WINS, 188, 191), 1);
    assert_int_equal(dd_reference_won(&past, DD_WHAT_BOOKINGS, 191, 200), 300);
}

/* Eight weeks back from day 200: two wins, both in the week of days 187 to 193, one on
 * its first. Over 80 days, 11.43 weeks, one in eight weeks brings both: 300 booked +
 * 11.43/8 x 400. */
static void
the_run_rate_draws_from_the_last_eight_weeks(void **state)
{
    (void) state;
    dd_past_deal deals[4];
    dd_spell spells[4];
    dd_past past = hand_past(deals, spells);
    dd_period period = { .start = 191, .end = 280, .kind = DD_QUARTER };
    static dd_reference reference;
    double mean = 0;
    dd_reference_make(&reference, DD_REFERENCE_RUN_RATE, &past, &period, 1,
                      DD_WHAT_BOOKINGS, 1);
    assert_int_equal(reference.n, DD_REFERENCE_DRAWS);
    for (size_t i = 0; i < reference.n; i++)
        mean += (double) reference.sample[i] / DD_REFERENCE_DRAWS;
    /* sd of a sum: 400 sqrt(11.2 x 7/64) = 443 */
    assert_close(mean, 300 + 80 / 7. / 8 * 400, 4 * 443 / sqrt(DD_REFERENCE_DRAWS));
    assert_int_equal(reference.sample[0], 300);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crps_is_that_of_the_normal_law),
        cmocka_unit_test(crps_of_four_samples_is_worked_by_hand),
        cmocka_unit_test(intervals_hold_what_lies_between_their_quantiles),
        cmocka_unit_test(overlapping_forecasts_count_for_less),
        cmocka_unit_test(the_weighted_pipeline_is_the_spreadsheets),
        cmocka_unit_test(the_run_rate_draws_from_the_last_eight_weeks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
