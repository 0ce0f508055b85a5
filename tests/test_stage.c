/* Stages in hazard and mixture form. */
#include "check.h"

#include "model/ever.h"
#include "model/stage.h"

/* DESIGN 8.8: advance 30 % with a mean of 30 days against lost 70 % with 90 days. As
 * hazards: lambda_j(t) = pi_j f_j(t) / S(t), constant within fine bands. */
static dd_stage
worked_example_8(double *start, double *rate)
{
    enum { BANDS = 2000 };
    static const int32_t to[] = { DD_WON, DD_LOST };
    dd_stage stage = { BANDS, start, 2, to, rate };
    for (int b = 0; b <= BANDS; b++)
        start[b] = 0.6 * b;
    for (int b = 0; b < BANDS; b++) {
        double win = 0.3 * (exp(-start[b] / 30) - exp(-start[b + 1] / 30));
        double loss = 0.7 * (exp(-start[b] / 90) - exp(-start[b + 1] / 90));
        double stay = 0.3 * exp(-start[b] / 30) + 0.7 * exp(-start[b] / 90);
        double total = -log1p(-(win + loss) / stay) / 0.6;
        rate[b] = total * win / (win + loss);
        rate[BANDS + b] = total * loss / (win + loss);
    }
    return stage;
}

static void
the_win_share_falls_with_age_when_losing_takes_longer(void **state)
{
    (void) state;
    static double start[2001], rate[4000];
    dd_stage stage = worked_example_8(start, rate);
    const double age[] = { 0, 30, 60, 120 }, expected[] = { 0.300, 0.180, 0.102, 0.029 };
    for (int i = 0; i < 4; i++) {
        double share[2];
        dd_stage_shares(&stage, age[i], share);
        assert_close(share[0], expected[i], 5e-4);
        /* and to many digits: 0.3 e^(-a/30) of what is left */
        double win = 0.3 * exp(-age[i] / 30), loss = 0.7 * exp(-age[i] / 90);
        assert_close(share[0], win / (win + loss), 1e-5);
    }
}

/* DESIGN 8.8: Weibull 2, 90 days: median residual 74.9 days at age 0, 27.1 at age 90:
 * 90 sqrt((a/90)^2 + log 2) - a. */
static void
a_weibull_dwell_has_the_published_residuals(void **state)
{
    (void) state;
    enum { BANDS = 6000 };
    static double start[BANDS + 1], rate[BANDS];
    static const int32_t to[] = { DD_WON };
    const double age[] = { 0, 90 }, expected[] = { 74.9, 27.1 };
    dd_stage stage = { BANDS, start, 1, to, rate };
    for (int b = 0; b <= BANDS; b++)
        start[b] = 0.1 * b;
    for (int b = 0; b < BANDS; b++) /* mean of the hazard 2 t / 90^2 over the band */
        rate[b] = (start[b] + start[b + 1]) / (90.0 * 90.0);
    for (int i = 0; i < 2; i++) {
        double dwell;
        assert_int_equal(dd_stage_play(&stage, age[i], 0.5, 0.5, &dwell), 0);
        assert_close(dwell, expected[i], 0.05);
    }
    assert_close(dd_stage_dwell_quantile(&stage, 0.5), 90.0 * sqrt(log(2.0)), 1e-4);
}

/* DESIGN 8.7: 30 % ever, exponential of mean 90 days: 2.24/18.96/29.48 % by 7/90/365. */
static void
conversion_within_days_is_the_cumulative_incidence(void **state)
{
    (void) state;
    enum { BANDS = 4000 };
    static double start[BANDS + 1], rate[2 * BANDS];
    static const int32_t to[] = { DD_WON, DD_LOST };
    dd_stage stage = { BANDS, start, 2, to, rate };
    for (int b = 0; b <= BANDS; b++)
        start[b] = 0.25 * b;
    for (int b = 0; b < BANDS; b++) {
        double stay = 0.7 + 0.3 * exp(-start[b] / 90);
        double leave = 0.3 * (exp(-start[b] / 90) - exp(-start[b + 1] / 90));
        rate[b] = -log1p(-leave / stay) / 0.25;
    }
    assert_close(dd_stage_incidence(&stage, 0, 7), 0.0224, 5e-5);
    assert_close(dd_stage_incidence(&stage, 0, 90), 0.1896, 5e-5);
    assert_close(dd_stage_incidence(&stage, 0, 365), 0.2948, 5e-5);
    assert_close(dd_stage_survival(&stage, 365), 1 - 0.3 * (1 - exp(-365 / 90.0)), 1e-9);
}

/* Played by inversion over a grid of uniforms, dwell and exit follow the hazards. */
static void
played_spells_follow_the_hazards(void **state)
{
    (void) state;
    const double start[] = { 0, 3, 11, 400 };
    const double rate[] = { 0.05, 0.02, 0.004, 0.01, 0.06, 0.001 };
    const int32_t to[] = { 1, DD_LOST };
    dd_stage stage = { 3, start, 2, to, rate };
    enum { N = 400 };
    double by_ten = 0, first = 0, dwell, age = 1.7;
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++) {
            int exit = dd_stage_play(&stage, age, (i + 0.5) / N, (k + 0.5) / N, &dwell);
            by_ten += age + dwell <= 10.0;
            first += exit == 0 && age + dwell <= 10.0;
        }
    double stay = dd_stage_survival(&stage, age);
    assert_close(by_ten / (N * N), 1 - dd_stage_survival(&stage, 10) / stay, 0.003);
    assert_close(first / (N * N),
                 (dd_stage_incidence(&stage, 0, 10) - dd_stage_incidence(&stage, 0, age))
                     / stay,
                 0.003);
}

/* Two stages with a step back: p0 = .6 p1, p1 = .5 + .2 p0 -> p1 = .5/.88. */
static void
ultimate_chances_solve_loops(void **state)
{
    (void) state;
    const double share0[] = { 0.6, 0.4 }, share1[] = { 0.2, 0.5, 0.3 };
    const int32_t to0[] = { 1, DD_LOST }, to1[] = { 0, DD_WON, DD_LOST };
    dd_stage stages[] = { { 0, NULL, 2, to0, share0 }, { 0, NULL, 3, to1, share1 } };
    double win[2], loss[2];
    dd_stages_ever(stages, 2, DD_WON, win);
    dd_stages_ever(stages, 2, DD_LOST, loss);
    assert_close(win[1], 0.5 / 0.88, 1e-14);
    assert_close(win[0], 0.3 / 0.88, 1e-14);
    assert_close(win[0] + loss[0], 1.0, 1e-14);
}

/* A stage tilted to p wins p, with a loop back to it; exits keep their dwell laws. */
static void
a_tilted_stage_wins_what_was_asked(void **state)
{
    (void) state;
    const double start[] = { 0, 6, 40, 500 };
    double rate[] = { 0.02, 0.03, 0.01, 0.004, 0.01, 0.02 }, before[6];
    const double share1[] = { 0.2, 0.5, 0.3 };
    const int32_t to0[] = { 1, DD_LOST }, to1[] = { 0, DD_WON, DD_LOST };
    dd_stage stages[] = { { 3, start, 2, to0, rate }, { 0, NULL, 3, to1, share1 } };
    dd_stage old = stages[0];
    double p[2];
    for (int i = 0; i < 6; i++)
        before[i] = rate[i];
    old.rate = before;
    dd_stage_tilt(stages, 2, 0, rate, 0.37);
    dd_stages_ever(stages, 2, DD_WON, p);
    assert_close(p[0], 0.37, 1e-9);
    for (size_t j = 0; j < 2; j++) { /* dwell law given the exit, at the band edges */
        double all = dd_stage_incidence(&stages[0], j, 500),
               old_all = dd_stage_incidence(&old, j, 500);
        assert_close(dd_stage_incidence(&stages[0], j, 6) / all,
                     dd_stage_incidence(&old, j, 6) / old_all, 1e-9);
        assert_close(dd_stage_incidence(&stages[0], j, 40) / all,
                     dd_stage_incidence(&old, j, 40) / old_all, 1e-9);
    }
}

static void
laws_agree_with_their_quantiles_and_means(void **state)
{
    (void) state;
    const dd_law laws[] = { { DD_LAW_EXPONENTIAL, 31.0, 0 },
                            { DD_LAW_WEIBULL, 1.7, 43.0 },
                            { DD_LAW_LOGNORMAL, 12.0, 0.6 } };
    for (int i = 0; i < 3; i++) {
        double mean = 0;
        for (int k = 0; k < 20000; k++)
            mean += dd_law_quantile(&laws[i], (k + 0.5) / 20000) / 20000;
        assert_close(mean, dd_law_mean(&laws[i]), 0.01 * mean);
        assert_close(dd_law_survival(&laws[i], dd_law_quantile(&laws[i], 0.237)), 0.763,
                     1e-9);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_win_share_falls_with_age_when_losing_takes_longer),
        cmocka_unit_test(a_weibull_dwell_has_the_published_residuals),
        cmocka_unit_test(conversion_within_days_is_the_cumulative_incidence),
        cmocka_unit_test(played_spells_follow_the_hazards),
        cmocka_unit_test(ultimate_chances_solve_loops),
        cmocka_unit_test(a_tilted_stage_wins_what_was_asked),
        cmocka_unit_test(laws_agree_with_their_quantiles_and_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
