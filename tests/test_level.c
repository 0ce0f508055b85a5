/* Levels: mean 1, stratified, correlated as drawn. */
#include "check.h"

#include "model/level/level.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

/* z from a level l whose normal has width w: (log l + w^2/2) / w. */
static double
normal_of(double level, double width)
{
    return (log(level) + 0.5 * width * width) / width;
}

static void
a_block_has_one_level_in_every_stratum(void **state)
{
    (void) state;
    dd_spread spread
        = { .wins = 0.23, .arrivals = 0.41, .correlation = 0.3, .wins_mean = 1.0 };
    double wins[DD_BLOCK], arrivals[DD_BLOCK];
    dd_level_luck luck;
    dd_level_block(&spread, 5, 7, wins, arrivals);
    dd_level_luck_make(&luck, 5, 7, 0);
    int seen[DD_BLOCK] = { 0 }, in_order = 1, widest = 0;
    for (int i = 0; i < DD_BLOCK; i++) {
        double z = normal_of(wins[i], 0.23 * luck.tail[i]);
        seen[(int) (gsl_cdf_ugaussian_P(z) * DD_BLOCK)]++;
        in_order &= i == 0 || wins[i] > wins[i - 1];
        widest += luck.tail[i] > 2.0;
    }
    for (int i = 0; i < DD_BLOCK; i++)
        assert_int_equal(seen[i], 1);
    assert_false(in_order);
    assert_int_equal(widest, DD_BLOCK / DD_TAILS);
}

/* sqrt(3 / chi^2) at mid quantiles; never wider than 1, unless the scale itself is. */
static void
tails_are_those_of_student_s_t(void **state)
{
    (void) state;
    for (size_t i = 0; i < DD_TAILS; i++)
        assert_close(dd_level_tail(i),
                     sqrt(3.0 / gsl_cdf_chisq_Pinv((i + 0.5) / DD_TAILS, 3.0)), 1e-12);
    assert_close(dd_level_width(0.2, 1.7), 0.34, 1e-15);
    assert_close(dd_level_width(0.8, 1.7), 1.0, 0.0);
    assert_close(dd_level_width(1.15, 1.7), 1.15, 0.0);
    assert_close(dd_level_width(1.15, 0.6), 0.69, 1e-15);
}

/* Over 400 blocks of 128: means 1, correlation of the logarithms as given; 4 MCSE. */
static void
levels_have_mean_one_and_the_correlation_drawn(void **state)
{
    (void) state;
    dd_spread spread
        = { .wins = 0.21, .arrivals = 0.34, .correlation = -0.45, .wins_mean = 1.0 };
    double sum_w = 0, sum_a = 0, cross = 0, n = 400.0 * DD_BLOCK;
    for (uint32_t block = 0; block < 400; block++) {
        double wins[DD_BLOCK], arrivals[DD_BLOCK];
        dd_level_luck luck[2];
        dd_level_block(&spread, 99, block, wins, arrivals);
        for (int of = 0; of < 2; of++)
            dd_level_luck_make(&luck[of], 99, block, of);
        for (int i = 0; i < DD_BLOCK; i++) {
            sum_w += wins[i];
            sum_a += arrivals[i];
            cross += normal_of(wins[i], dd_level_width(0.21, luck[0].tail[i]))
                     * normal_of(arrivals[i], dd_level_width(0.34, luck[1].tail[i]));
        }
    }
    /* sd of a level: below that at the tails' root mean square, x1.45 */
    assert_close(sum_w / n, 1.0, 4 * 0.33 / sqrt(n));
    assert_close(sum_a / n, 1.0, 4 * 0.6 / sqrt(n));
    assert_close(cross / n, -0.45, 4 * 1.1 / sqrt(n));
}

/* Half-t3(0.35) cut to [0, 1]: its median solves F(m) = F(1)/2, F(x) = 2 T3(x/.35) - 1. */
static void
without_windows_spreads_are_half_t_and_cut(void **state)
{
    (void) state;
    dd_stream stream = dd_stream_make(3, DD_RNG_TEST, 0, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    dd_level level;
    enum { N = 20000 };
    double half = 0.5 * (2 * gsl_cdf_tdist_P(1 / 0.35, 3.0) - 1);
    double median = 0.35 * gsl_cdf_tdist_Pinv(0.5 + 0.5 * half, 3.0), below = 0, rho = 0;
    dd_level_prior(&level);
    for (int i = 0; i < N; i++) {
        dd_spread spread = dd_spread_draw(&level, r);
        assert_true(spread.wins >= 0 && spread.wins <= 1 && spread.arrivals <= 1);
        assert_true(fabs(spread.correlation) <= 0.9);
        assert_close(spread.wins_mean, 1.0, 0.0);
        below += spread.wins < median;
        rho += spread.correlation;
    }
    assert_close(below / N, 0.5, 0.03); /* a grid of 64 */
    /* the mean of N(0.3, 0.3^2) cut at 0.9: 0.3 - 0.3 phi(2) / Phi(2) */
    assert_close(rho / N, 0.3 - 0.3 * 0.053991 / 0.97725, 0.01);
    gsl_rng_free(r);
}

/* Against a sum over a fine grid of log levels. */
static void
the_poisson_lognormal_is_the_integral_that_it_names(void **state)
{
    (void) state;
    const double count[] = { 0, 3, 47, 812 }, expected[] = { 1.7, 5.1, 31, 640 },
                 spread[] = { 0.9, 0.25, 0.41, 0.07 };
    for (int i = 0; i < 4; i++) {
        double sum = 0, s = spread[i], step = 1e-4;
        for (double x = -6; x < 4; x += step) {
            double z = (x + 0.5 * s * s) / s, mean = expected[i] * exp(x);
            sum += step * exp(-0.5 * z * z) / (s * sqrt(2 * M_PI))
                   * exp(count[i] * log(mean) - mean - lgamma(count[i] + 1));
        }
        assert_close(dd_poisson_lognormal(count[i], expected[i], s), log(sum), 1e-4);
    }
}

static dd_level_window
window_of(int k, double ratio, double arrivals)
{
    dd_level_window window = { .from = 31 * k, .days = 31, .known_wins = 100000 };
    for (size_t m = 0; m < DD_MOVE_MEMORIES; m++)
        window.expected_wins[m] = 400, window.response[m] = window.luck[m] = 1;
    window.wins = floor(400 * ratio);
    window.arrivals = floor(300 * arrivals);
    for (size_t m = 0; m < DD_MEMORIES; m++) {
        window.expected_arrivals[m] = 300;
        window.counted[m] = 300000;
    }
    return window;
}

/* A calm market (ratios within Poisson luck) and a wild one (log ratios +-0.4). */
static void
past_windows_tell_the_spread(void **state)
{
    (void) state;
    dd_level calm, wild;
    dd_level_window window[16];
    for (int k = 0; k < 16; k++)
        window[k] = window_of(k, 1 + 0.03 * (k % 3 - 1), 1 - 0.04 * (k % 3 - 1));
    dd_level_fit(&calm, window, 16);
    for (int k = 0; k < 16; k++)
        window[k] = window_of(k, exp(k % 2 ? 0.4 : -0.4), 1);
    dd_level_fit(&wild, window, 16);
    assert_int_equal(wild.windows, 16);
    assert_true(calm.wins_spread < 0.05);
    assert_in_range((int) (100 * wild.wins_spread), 33, 55);
    assert_true(wild.arrivals_spread < 0.05);
}

/* Eleven windows within 5 %, one at three times: a jump that happens, and no wild market.
 * Normal levels would take it for a spread of 0.3. */
static void
one_jump_makes_no_wild_market(void **state)
{
    (void) state;
    dd_level level;
    dd_level_window window[12];
    for (int k = 0; k < 12; k++)
        window[k] = window_of(k, 1, k == 5 ? 3 : 1 + 0.05 * (k % 3 - 1));
    dd_level_fit(&level, window, 12);
    assert_true(level.arrivals_spread > 0.04);
    assert_true(level.arrivals_spread < 0.2);
}

/* Half of what was expected, window after window: the present level is near one half. */
static void
a_lasting_shift_is_tracked(void **state)
{
    (void) state;
    dd_level level;
    dd_level_window window[10];
    dd_stream stream = dd_stream_make(3, DD_RNG_TEST, 0, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    double mean = 0;
    for (int k = 0; k < 10; k++)
        window[k] = window_of(k, k < 3 ? 1 : 0.5, 1);
    dd_level_fit(&level, window, 10);
    for (int i = 0; i < 1000; i++)
        mean += dd_spread_draw(&level, r).wins_mean / 1000;
    assert_true(mean > 0.45 && mean < 0.65);
    gsl_rng_free(r);
}

/* Monthly windows of some 200 expected wins, spread 0.1: three windows at 60 % after nine
 * at 100 % raise the alarm in nine of ten, a stable market in under 5 %. */
static double
alarms(double last, uint64_t item)
{
    enum { COMPANIES = 400 };
    dd_stream stream = dd_stream_make(3, DD_RNG_TEST, item, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    double n = 0;
    for (int i = 0; i < COMPANIES; i++) {
        dd_level level;
        dd_level_window window[12];
        for (int k = 0; k < 12; k++) {
            window[k] = window_of(k, 1, 1);
            for (size_t m = 0; m < DD_MOVE_MEMORIES; m++)
                window[k].expected_wins[m] = 200;
            window[k].wins = gsl_ran_poisson(r, 200 * (k < 9 ? 1.0 : last)
                                                    * exp(gsl_ran_gaussian(r, 0.1)));
        }
        dd_level_fit(&level, window, 12);
        n += dd_level_has_shifted(&level);
    }
    gsl_rng_free(r);
    return n / COMPANIES;
}

static void
a_jump_is_announced_within_a_quarter_and_calm_is_not(void **state)
{
    (void) state;
    assert_true(alarms(0.6, 21) > 0.85); /* .91 seen */
    assert_true(alarms(1.7, 22) > 0.9);
    assert_true(alarms(1.0, 23) < 0.05);
}

/* Ratios that a fit on so few wins explains are no straying of the market. */
static void
errors_of_the_fit_are_not_the_markets(void **state)
{
    (void) state;
    dd_level sure, unsure;
    dd_level_window window[12];
    for (int k = 0; k < 12; k++)
        window[k] = window_of(k, exp(k % 2 ? 0.17 : -0.17), exp(k % 3 ? 0.1 : -0.2));
    dd_level_fit(&sure, window, 12);
    for (int k = 0; k < 12; k++) {
        window[k].known_wins = 36;
        for (size_t m = 0; m < DD_MEMORIES; m++)
            window[k].counted[m] = 45;
    }
    dd_level_fit(&unsure, window, 12);
    assert_in_range((int) (100 * sure.wins_spread), 14, 24);
    assert_true(unsure.wins_spread < 0.6 * sure.wins_spread);
    assert_true(unsure.arrivals_spread < 0.6 * sure.arrivals_spread);
}

#define SURE_RESPONSE (-0.3 * log(0.3) / 0.7)
#define SURE_LUCK 0.3

/* Of 300 deals 70 % are won within a window, whatever the rest of the world does: a level
 * takes that to 1 - 0.3^l, and the count is binomial. */
static dd_level_window
window_of_sure_deals(int k, double level, gsl_rng *r)
{
    dd_level_window window = window_of(k, 1, 1);
    window.wins = gsl_ran_binomial(r, 1 - pow(0.3, level), 300);
    for (size_t m = 0; m < DD_MOVE_MEMORIES; m++) {
        window.expected_wins[m] = 0.7 * 300;
        window.response[m] = SURE_RESPONSE;
        window.luck[m] = SURE_LUCK;
    }
    return window;
}

/* The spread that 16 windows tell on average, of a market whose level strays by `scale`. */
static double
told_of_sure_deals(double scale, double response, double luck)
{
    enum { COMPANIES = 60, WINDOWS = 16 };
    dd_stream stream = dd_stream_make(3, DD_RNG_TEST, 31, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    double told = 0;
    for (int i = 0; i < COMPANIES; i++) {
        dd_level level;
        dd_level_window window[WINDOWS];
        for (int k = 0; k < WINDOWS; k++) {
            double tail = dd_level_tail(gsl_rng_uniform_int(r, DD_TAILS));
            double w = dd_level_width(scale, tail);
            window[k]
                = window_of_sure_deals(k, exp(gsl_ran_gaussian(r, w) - 0.5 * w * w), r);
            for (size_t m = 0; m < DD_MOVE_MEMORIES; m++) {
                window[k].response[m] = response;
                window[k].luck[m] = luck;
            }
        }
        dd_level_fit(&level, window, WINDOWS);
        told += level.wins_spread / COMPANIES;
    }
    gsl_rng_free(r);
    return told;
}

/* Levels by the exact law: told as they are, the mean of the tails, 1.275, times the scale
 * (a skewed posterior's mean lies above); half as wide, were they taken for the wins'. */
static void
a_level_shows_less_where_deals_are_won_soon_anyhow(void **state)
{
    (void) state;
    double told = told_of_sure_deals(0.3, SURE_RESPONSE, SURE_LUCK);
    assert_close(told, 1.275 * 0.3, 0.08);
    assert_true(told_of_sure_deals(0.3, 1, SURE_LUCK) < 0.6 * told);
}

/* log of wins strays by 0.06 under a level of 0.12, by 0.04 as binomial counts do, and
 * would by 0.07 as Poisson ones: those would leave nothing for the level. */
static void
sure_wins_are_less_lucky_than_poisson(void **state)
{
    (void) state;
    double told = told_of_sure_deals(0.12, SURE_RESPONSE, SURE_LUCK);
    assert_close(told, 1.275 * 0.12, 0.05);
    assert_true(told_of_sure_deals(0.12, SURE_RESPONSE, 1) < 0.8 * told);
}

/* Worked by hand: 154 wins where 210 were expected, of which half follow the level; the
 * regression's slope 31 x 0.5 log(154.5 / 210.5) / (31 x 0.5^2 + 30) on the window's end. */
static void
the_level_is_tracked_by_how_wins_respond_to_it(void **state)
{
    dd_level_windows past = { .n = 1 };
    (void) state;
    past.window[0] = window_of(0, 1, 1);
    past.window[0].wins = 154;
    past.window[0].expected_wins[0] = 210;
    past.window[0].response[0] = 0.5;
    assert_close(dd_level_track(&past, 1, 31), exp(-0.1269939), 1e-6);
    assert_close(dd_level_track(&past, 0, 31), 1.0, 0.0);
}

/* Only the memory of half a year foretold the wins, and was 1.5 x off when it did not. */
static void
the_memory_of_moves_that_foretold_is_trusted(void **state)
{
    (void) state;
    dd_level level;
    dd_level_window window[10];
    dd_stream stream = dd_stream_make(3, DD_RNG_TEST, 0, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    double recent = 0;
    for (int k = 0; k < 10; k++) {
        window[k] = window_of(k, k % 2 ? 1.5 : 0.66, 1);
        window[k].expected_wins[2] = 400 * (k % 2 ? 1.5 : 0.66);
    }
    dd_level_fit(&level, window, 10);
    for (int i = 0; i < 1000; i++)
        recent += dd_spread_draw(&level, r).moves == 2;
    assert_true(recent > 900);
    assert_true(level.wins_spread < 0.1);
    gsl_rng_free(r);
}

/* Arrivals doubled two months ago: no quarter tells yet which memory follows, months do. */
static void
short_windows_tell_which_memory_follows(void **state)
{
    (void) state;
    dd_level level;
    const dd_parts all = { 0 };
    level.near.n = 0;
    level.far.n = 2;
    for (int k = 0; k < 2; k++)
        level.far.window[k] = window_of(3 * k, 1, k == 0 ? 1 : 1.7);
    dd_level_fit_parts(&level, &all);
    assert_true(level.memory_chance[1] < 0.3);
    level.near.n = 6;
    for (int k = 0; k < 6; k++) {
        level.near.window[k] = window_of(k, 1, k < 4 ? 1 : 2);
        level.near.window[k].known_wins = 0; /* of no weight for arrivals */
        level.near.window[k].expected_arrivals[1] = k < 5 ? 300 : 590;
    }
    dd_level_fit_parts(&level, &all);
    assert_true(level.memory_chance[1] > 0.5);
}

/* Fits on fewer than 30 wins carry no weight: one of them alone made intervals 40 times
 * too wide. */
static void
windows_fitted_on_few_wins_say_nothing(void **state)
{
    (void) state;
    dd_level prior, level;
    dd_level_window window = window_of(0, 0.01, 9);
    window.known_wins = 29;
    dd_level_prior(&prior);
    dd_level_fit(&level, &window, 1);
    assert_int_equal(level.windows, 0);
    assert_close(level.wins_spread, prior.wins_spread, 0.0);
    assert_close(level.arrivals_spread, prior.arrivals_spread, 0.0);
}

/* A quarter of 92 days from day 100 on: at its start the window is all of it, on its
 * last days half of it; a week, for what is left of one. */
static void
windows_are_as_long_as_the_rest_of_the_period_or_half_of_it(void **state)
{
    dd_period period = { .start = 100, .end = 191 };
    (void) state;

    assert_int_equal(dd_level_days(&period, 99), 92);
    assert_int_equal(dd_level_days(&period, 131), 60);
    assert_int_equal(dd_level_days(&period, 190), 46);
    period.start = 185;
    assert_int_equal(dd_level_days(&period, 190), 7);
}

static void
expect_starts(dd_period_kind kind, int fiscal_start, dd_day as_of, dd_day first,
              int parts, const dd_day *expected, size_t n)
{
    dd_period period = dd_period_of(as_of + 1, kind, fiscal_start);
    dd_day start[DD_MOST_WINDOWS + 1];
    assert_int_equal(dd_level_starts(&period, as_of, fiscal_start, first, parts, start),
                     n);
    for (size_t k = 0; k <= n; k++)
        assert_int_equal(start[k], expected[k]);
}

/* By the calendar: months begin with months, from a day within one to that day of the
 * next, and a day that a month does not have is its last. */
static void
windows_lie_in_the_periods_before_as_the_days_ahead_do_in_theirs(void **state)
{
    (void) state;
#define DAY(m, d) dd_day_from_civil(2023, m, d)
    expect_starts(
        DD_MONTH, 1, DAY(5, 31), DAY(1, 30), 1,
        (dd_day[]){ DAY(1, 31), DAY(2, 28), DAY(3, 31), DAY(4, 30), DAY(5, 31) }, 4);
    expect_starts(DD_MONTH, 1, DAY(5, 30), DAY(1, 31), 1,
                  (dd_day[]){ DAY(2, 28), DAY(3, 30), DAY(4, 30), DAY(5, 30) }, 3);
    expect_starts(
        DD_QUARTER, 1, DAY(9, 30), DAY(3, 31), 2,
        (dd_day[]){ DAY(3, 31), DAY(5, 15), DAY(6, 30), DAY(8, 15), DAY(9, 30) }, 4);
    expect_starts(DD_QUARTER, 2, DAY(8, 11), DAY(1, 1), 1,
                  (dd_day[]){ DAY(2, 11), DAY(5, 11), DAY(8, 11) }, 2);
    expect_starts(DD_WEEK, 1, DAY(5, 7), DAY(4, 24), 1,
                  (dd_day[]){ DAY(4, 30), DAY(5, 7) }, 1);
    expect_starts(DD_MONTH, 1, DAY(5, 31), DAY(5, 31), 1, (dd_day[]){ DAY(5, 31) }, 0);
#undef DAY
}

static void
the_latest_windows_are_used(void **state)
{
    dd_period period = dd_period_of(dd_day_from_civil(2023, 6, 1), DD_MONTH, 1);
    dd_day start[DD_MOST_WINDOWS + 1];
    (void) state;

    assert_int_equal(dd_level_starts(&period, period.start - 1, 1, 0, 1, start),
                     DD_MOST_WINDOWS);
    assert_int_equal(start[0], dd_day_from_civil(2021, 5, 31));
    assert_int_equal(start[DD_MOST_WINDOWS], period.start - 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_has_one_level_in_every_stratum),
        cmocka_unit_test(tails_are_those_of_student_s_t),
        cmocka_unit_test(levels_have_mean_one_and_the_correlation_drawn),
        cmocka_unit_test(without_windows_spreads_are_half_t_and_cut),
        cmocka_unit_test(the_poisson_lognormal_is_the_integral_that_it_names),
        cmocka_unit_test(past_windows_tell_the_spread),
        cmocka_unit_test(one_jump_makes_no_wild_market),
        cmocka_unit_test(a_lasting_shift_is_tracked),
        cmocka_unit_test(a_jump_is_announced_within_a_quarter_and_calm_is_not),
        cmocka_unit_test(errors_of_the_fit_are_not_the_markets),
        cmocka_unit_test(a_level_shows_less_where_deals_are_won_soon_anyhow),
        cmocka_unit_test(sure_wins_are_less_lucky_than_poisson),
        cmocka_unit_test(the_level_is_tracked_by_how_wins_respond_to_it),
        cmocka_unit_test(the_memory_of_moves_that_foretold_is_trusted),
        cmocka_unit_test(short_windows_tell_which_memory_follows),
        cmocka_unit_test(windows_fitted_on_few_wins_say_nothing),
        cmocka_unit_test(windows_are_as_long_as_the_rest_of_the_period_or_half_of_it),
        cmocka_unit_test(
            windows_lie_in_the_periods_before_as_the_days_ahead_do_in_theirs),
        cmocka_unit_test(the_latest_windows_are_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
