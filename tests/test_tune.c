/* Which parts earn their place: paired by hand, and honest about what was shared. */
#include "check.h"

#include "answers/backtest/backtest_tune.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>

#define DEMO "scenarios/demo/history.csv"
#define N 12

/* Monthly forecasts of 30 days each that do not overlap, with these CRPS of wins. */
static void
hand_variant(dd_variant *variant, const char *name, dd_parts parts, const double crps[N])
{
    *variant = (dd_variant){ .name = name, .parts = parts };
    variant->backtest.n = N;
    variant->backtest.origin = calloc(N, sizeof(dd_origin));
    assert_non_null(variant->backtest.origin);
    for (int i = 0; i < N; i++) {
        dd_origin *origin = &variant->backtest.origin[i];
        origin->as_of = 100 + 30 * i;
        origin->period
            = (dd_period){ .start = origin->as_of + 1, .end = origin->as_of + 30 };
        origin->scored[DD_SLOT_ALL][DD_WHAT_WINS]
            = (dd_scored){ .known = 1, .score = { .crps = crps[i] } };
    }
    dd_backtest_summarise(&variant->backtest);
}

static const double whole[N] = { 2, 3, 1, 2, 2, 2, 3, 1, 2, 2, 1, 3 }; /* mean 2 */

static void
shifted(double crps[N], double by, double wobble)
{
    for (int i = 0; i < N; i++)
        crps[i] = whole[i] + by + (i % 2 ? wobble : -wobble);
}

/* Differences +0.3 -+ 0.2 of a mean of 2: 15 %, with a standard error of
 * sqrt(12/11) 10 % / sqrt(12) = 3.02 %. */
static void
a_part_is_judged_by_paired_differences(void **state)
{
    (void) state;
    dd_tune tune = { .n = 4 };
    double crps[N];
    hand_variant(&tune.variant[0], NULL, (dd_parts){ 0 }, whole);
    shifted(crps, 0.3, 0.2);
    hand_variant(&tune.variant[1], "level", (dd_parts){ .off = DD_PART_LEVEL }, crps);
    shifted(crps, -0.3, 0.2);
    hand_variant(&tune.variant[2], "clock", (dd_parts){ .off = DD_PART_CLOCK }, crps);
    shifted(crps, -0.1, 0.5);
    hand_variant(&tune.variant[3], "tracking", (dd_parts){ .off = DD_PART_TRACKING },
                 crps);
    dd_tune_judge(&tune);
    assert_close(tune.variant[1].change, 0.15, 1e-12);
    assert_close(tune.variant[1].se, 0.1 * sqrt(12 / 11.) / sqrt(12.), 1e-12);
    assert_true(isnan(tune.variant[1].later));
    assert_int_equal(tune.variant[1].verdict, DD_TUNE_PAYS);
    assert_int_equal(tune.variant[2].verdict, DD_TUNE_HARMS);
    assert_int_equal(tune.variant[3].verdict, DD_TUNE_UNCLEAR); /* -5 % +- 7.5 % */
    dd_tune_conclude(&tune);
    assert_int_equal(tune.found.off, DD_PART_CLOCK);
    assert_close(tune.found.spread, 0.0, 0.0);
    dd_tune_free(&tune);
}

/* The same clear differences, from forecasts that all look at the same month. */
static void
overlapping_forecasts_are_too_few_to_judge_by(void **state)
{
    (void) state;
    dd_tune tune = { .n = 2 };
    double crps[N];
    shifted(crps, -0.3, 0.2);
    hand_variant(&tune.variant[0], NULL, (dd_parts){ 0 }, whole);
    hand_variant(&tune.variant[1], "clock", (dd_parts){ .off = DD_PART_CLOCK }, crps);
    for (int v = 0; v < 2; v++)
        for (int i = 0; i < N; i++) {
            dd_origin *origin = &tune.variant[v].backtest.origin[i];
            origin->as_of = 100 + i;
            origin->period.end = 130;
        }
    dd_tune_judge(&tune);
    assert_close(tune.variant[1].change, -0.15, 1e-12);
    assert_int_equal(tune.variant[1].verdict, DD_TUNE_UNCLEAR);
    dd_tune_free(&tune);
}

/* A spread that was always better pays also when it is chosen by the past alone; one
 * that is better in the second half only could not have been chosen before it. */
static void
a_spread_is_offered_when_choosing_it_before_would_have_paid(void **state)
{
    (void) state;
    for (int late = 0; late < 2; late++) {
        dd_tune tune = { .n = 2 };
        double crps[N];
        for (int i = 0; i < N; i++)
            crps[i] = whole[i] + (late ? (i < 6 ? 0.3 : -0.4) : i % 2 ? -0.3 : -0.2);
        hand_variant(&tune.variant[0], NULL, (dd_parts){ 0 }, whole);
        hand_variant(&tune.variant[1], "spread", (dd_parts){ .spread = 1.4 }, crps);
        dd_tune_judge(&tune);
        dd_tune_conclude(&tune);
        assert_close(tune.found.spread, late ? 0.0 : 1.4, 0.0);
        if (!late) /* origins 6..11 had six periods behind them */
            assert_close(tune.spread_change, -0.25 / 2, 1e-12);
        dd_tune_free(&tune);
    }
}

static void
the_line_is_ready_for_a_funnel_file(void **state)
{
    (void) state;
    char line[160];
    dd_parts all = { .off = DD_PART_CLOCK | DD_PART_TRACKING, .spread = 1.4 };
    dd_tune_line(&all, line);
    assert_string_equal(line, "model: {tracking: off, clock: off, spread: 1.4}");
    dd_tune_line(&(dd_parts){ 0 }, line);
    assert_string_equal(line, "model: {}");
}

/* Fits are shared between variants; the scores are those of a backtest of its own. */
static void
a_variant_scores_as_a_backtest_with_that_model_would(void **state)
{
    (void) state;
    dd_funnel funnel;
    dd_history history;
    dd_tune tune;
    assert_int_equal(dd_funnel_read(&funnel, DEMO, NULL, NULL), DD_OK);
    assert_int_equal(dd_history_read(&history, &funnel, NULL, NULL), DD_OK);
    dd_backtest_options options = { .kind = DD_MONTH,
                                    .as_of = history.last_day,
                                    .from = dd_day_from_civil(2026, 4, 1),
                                    .to = DD_NO_DAY,
                                    .trials = 512,
                                    .seed = 5 };
    atomic_int pressed = 1;
    dd_watch watch = { .stop = &pressed };
    options.watch = &watch;
    assert_int_equal(dd_tune_make(&tune, &history, &funnel, &options, NULL),
                     DD_ESTOPPED);
    assert_int_equal(tune.n, 0);
    options.watch = NULL;
    funnel.parts.off = DD_PART_LEVEL; /* not looked at */
    assert_int_equal(dd_tune_make(&tune, &history, &funnel, &options, NULL), DD_OK);
    assert_true(tune.n >= 9);
    for (size_t v = 0; v < tune.n; v++) {
        dd_backtest alone;
        funnel.parts = tune.variant[v].parts;
        assert_int_equal(
            dd_backtest_make(&alone, &history, &funnel, &options, NULL, NULL), DD_OK);
        assert_int_equal(alone.n, tune.variant[v].backtest.n);
        for (size_t i = 0; i < alone.n; i++)
            for (int slot = 0; slot < DD_SLOTS; slot++) {
                const dd_scored *a = alone.origin[i].scored[slot];
                const dd_scored *b = tune.variant[v].backtest.origin[i].scored[slot];
                for (int what = 0; slot != DD_SLOT_OPEN && slot != DD_SLOT_NEW
                                   && a->known && what < DD_WHATS;
                     what++)
                    assert_memory_equal(&a[what].score, &b[what].score, sizeof a->score);
            }
        dd_backtest_free(&alone);
    }
    /* and they do differ without a level and with other spreads; a clock's months may have
     * as many working days, and factors vanish where all win alike */
    for (size_t v = 1; v < tune.n; v++)
        if (tune.variant[v].parts.off & DD_PART_LEVEL
            || tune.variant[v].parts.spread > 0.0)
            assert_true(fabs(tune.variant[v].change) > 0.0);
    dd_tune_free(&tune);
    dd_history_free(&history);
    dd_funnel_free(&funnel);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_judged_by_paired_differences),
        cmocka_unit_test(overlapping_forecasts_are_too_few_to_judge_by),
        cmocka_unit_test(a_spread_is_offered_when_choosing_it_before_would_have_paid),
        cmocka_unit_test(the_line_is_ready_for_a_funnel_file),
        cmocka_unit_test(a_variant_scores_as_a_backtest_with_that_model_would),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
