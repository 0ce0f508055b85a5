/* Hazards: counting, ties, priors. Expectations are worked by hand beside each test. */
#include "check.h"

#include "base/rng.h"
#include "model/hazard.h"
#include "model/stage.h"

#include <stdlib.h>

#define SECONDS (1.0 / 86400.0)

static dd_spell
spell(double dwell_days, int32_t exit)
{
    return (dd_spell){ .exit = exit, .dwell_days = dwell_days };
}

static dd_hazard
fit(const dd_spell *spells, size_t n, double unit, const dd_hazard_prior *prior)
{
    dd_hazard hazard;
    const dd_spell *pointer[512] = { NULL };
    for (size_t i = 0; i < n; i++)
        pointer[i] = &spells[i];
    assert_int_equal(dd_hazard_fit(&hazard, pointer, n, unit, prior, NULL), DD_OK);
    return hazard;
}

static double
sum_shape(const dd_hazard *hazard, int32_t to)
{
    double sum = 0.0;
    for (size_t j = 0; j < hazard->exits; j++)
        for (size_t b = 0; hazard->to[j] == to && b < hazard->bands; b++)
            sum += hazard->shape[j * hazard->bands + b];
    return sum;
}

/* 3.2 + 9.6 + 12.0 deal-days; the prior of one deal at 2 exits in 24.8 days adds the
 * mean stay of 12.4 days, but for what survives to A = 12 + 400 days, and half an exit
 * to each of the two. */
static void
censored_deals_add_exposure_but_no_exit(void **state)
{
    (void) state;
    dd_spell spells[] = { spell(3.2, 1), spell(9.6, DD_LOST), spell(12.0, DD_STILL) };
    dd_hazard hazard = fit(spells, 3, SECONDS, NULL);
    assert_int_equal(hazard.bands, 1);
    assert_close(hazard.start[1], 412.0, 1e-12);
    assert_close(hazard.exposure[0], 24.8 + 12.4, 1e-9);
    assert_close(sum_shape(&hazard, 1), 1.5, 1e-9);
    assert_close(sum_shape(&hazard, DD_LOST), 1.5, 1e-9);
    assert_close(hazard.observed, 2.0, 0.0);
    dd_hazard_free(&hazard);
}

/* Watched from day 2 only: 5.5 - 2 = 3.5 deal-days; who left on day 1.5 was never seen. */
static void
truncated_deals_count_from_the_age_they_were_watched(void **state)
{
    (void) state;
    dd_spell spells[] = { spell(5.5, 1), spell(1.5, 1) };
    spells[0].from_days = 2.0;
    spells[1].from_days = 2.0;
    dd_hazard hazard = fit(spells, 2, SECONDS, NULL);
    assert_close(hazard.observed, 1.0, 0.0);
    /* 3.5 observed; one deal at 1 exit per 3.5 days adds 3.5; the loss prior no days. */
    assert_close(hazard.exposure[0], 7.0, 1e-9);
    assert_true(hazard.no_loss_seen);
    assert_close(sum_shape(&hazard, DD_LOST), 0.5, 1e-9);
    dd_hazard_free(&hazard);
}

/* 60 of 100 deals cancelled after 30 days exactly: survival over that day must be 40 %
 * (40.5/100.5 with the half that keeps it finite), though the exits share one moment. */
static void
a_deadline_keeps_its_share_in_a_band_of_its_own(void **state)
{
    (void) state;
    dd_spell spells[100];
    double rate[128];
    for (int i = 0; i < 60; i++)
        spells[i] = spell(30.0, DD_LOST);
    for (int i = 60; i < 100; i++)
        spells[i] = spell(41.0 + i, 1);
    dd_hazard hazard = fit(spells, 100, 1.0, NULL);
    dd_hazard_mean(&hazard, rate);
    dd_stage stage = { hazard.bands, hazard.start, hazard.exits, hazard.to, rate };
    double before = dd_stage_survival(&stage, 29.5),
           after = dd_stage_survival(&stage, 30.5);
    assert_close(after / before, 40.5 / 100.5, 0.01); /* the prior moves it a little */
    assert_true(before > 0.99);
    dd_hazard_free(&hazard);
}

static void
bands_are_at_most_sixteen_and_rise(void **state)
{
    (void) state;
    double age[400], weight[400];
    dd_bands bands;
    for (int i = 0; i < 400; i++) {
        age[i] = 0.5 + i / 7; /* dates: seven exits to a day */
        weight[i] = 1.0 + i % 3;
    }
    for (size_t n = 0; n <= 400; n += 13) {
        dd_bands_choose(&bands, age, weight, n, 1.0, 500.0, (int) (n % 2), DD_MAX_BANDS);
        assert_in_range(bands.bands, 1, DD_MAX_BANDS);
        assert_close(bands.start[bands.bands], 500.0, 0.0);
        for (size_t b = 0; b < bands.bands; b++)
            assert_true(bands.start[b] < bands.start[b + 1]);
    }
    assert_true(bands.bands > 10);
}

/* By hand: a band weighs 300/14 = 21.4 at least, which 22 of the first exits do, then 12
 * of them and two of the late ones; after that 8 exits are enough, and 8 must be left. */
static void
exits_that_weigh_more_have_narrower_bands(void **state)
{
    static const double edge[]
        = { 0, 22.5, 44.5, 66.5, 88.5, 102.5, 110.5, 118.5, 126.5, 500 };
    double age[140], weight[140];
    dd_bands bands;
    (void) state;
    for (int i = 0; i < 140; i++) {
        age[i] = i + 1;
        weight[i] = i < 100 ? 1.0 : 5.0;
    }
    dd_bands_choose(&bands, age, weight, 140, 1.0, 500.0, 0, DD_MAX_BANDS);
    assert_int_equal(bands.bands, 9);
    for (int b = 0; b <= 9; b++)
        assert_close(bands.start[b], edge[b], 1e-12);
}

/* Three times eight exits: the survivors of the last eight leave as those did. */
static void
the_last_band_never_stands_without_exits(void **state)
{
    double age[24], weight[24];
    dd_bands bands;
    (void) state;
    for (int i = 0; i < 24; i++) {
        age[i] = i + 1;
        weight[i] = 1.0;
    }
    dd_bands_choose(&bands, age, weight, 24, 1.0, 500.0, 0, DD_MAX_BANDS);
    assert_int_equal(bands.bands, 3);
    assert_close(bands.start[2], 16.5, 0.0);
}

/* Worth 20 deals, 30 % on and 70 % lost with a mean of 45 days, and nothing seen. */
static void
a_belief_alone_is_its_own_posterior(void **state)
{
    (void) state;
    int32_t to[] = { 2, DD_LOST };
    double share[] = { 0.3, 0.7 }, rate[64];
    dd_law law[] = { { DD_LAW_EXPONENTIAL, 45.0, 0 }, { DD_LAW_EXPONENTIAL, 45.0, 0 } };
    dd_hazard_prior prior = { 20.0, 2, to, share, law };
    dd_hazard hazard = fit(NULL, 0, SECONDS, &prior);
    assert_close(sum_shape(&hazard, 2), 6.0, 1e-6);
    assert_close(sum_shape(&hazard, DD_LOST), 14.0, 1e-6);
    dd_hazard_mean(&hazard, rate);
    assert_close(rate[0], 0.3 / 45.0, 1e-5);
    dd_hazard_free(&hazard);
}

/* Weibull 2, 90 days: P(leave by 60) = 1 - exp(-(60/90)^2) = .3588; bands at quantiles. */
static void
stated_laws_survive_the_cut_into_bands(void **state)
{
    (void) state;
    int32_t to[] = { 1 };
    double share[] = { 0.8 }, rate[64];
    dd_law law[] = { { DD_LAW_WEIBULL, 2.0, 90.0 } };
    dd_hazard_prior prior = { 1.0, 1, to, share, law };
    dd_hazard hazard = fit(NULL, 0, SECONDS, &prior);
    dd_hazard_mean(&hazard, rate);
    dd_stage stage = { hazard.bands, hazard.start, hazard.exits, hazard.to, rate };
    assert_close(1.0 - dd_stage_survival(&stage, 60.0), 0.8 * 0.358819, 0.01);
    assert_close(1.0 - dd_stage_survival(&stage, 1000.0), 0.8, 0.01);
    dd_hazard_free(&hazard);
}

/* All leave on day 50, or 60 % do: nobody before, and nobody is left who should not be. */
static void
a_belief_of_one_day_lets_nobody_pass(void **state)
{
    (void) state;
    int32_t to[] = { 1 };
    dd_law law[] = { { DD_LAW_FIXED, 50.0, 0 } };
    for (double share = 0.6; share < 1.1; share += 0.4) {
        double rate[64];
        dd_hazard_prior prior = { 1.0, 1, to, &share, law };
        dd_hazard hazard = fit(NULL, 0, SECONDS, &prior);
        dd_hazard_mean(&hazard, rate);
        dd_stage stage = { hazard.bands, hazard.start, hazard.exits, hazard.to, rate };
        assert_close(dd_stage_survival(&stage, 49.0), 1.0, 1e-6);
        assert_close(dd_stage_survival(&stage, 51.0), 1.0 - share, 1e-6);
        dd_hazard_free(&hazard);
    }
}

static void
a_negative_dwell_is_refused(void **state)
{
    (void) state;
    dd_spell bad = spell(-1.0, 1);
    const dd_spell *pointer = &bad;
    dd_hazard hazard;
    dd_error err = { 0 };
    assert_int_equal(dd_hazard_fit(&hazard, &pointer, 1, 1.0, NULL, &err), DD_EDATA);
    assert_string_equal(err.items[0].wrong, "a dwell of -1 days in spell 0");
    dd_error_free(&err);
}

/* Worked by hand: an exit 183 days ago weighs one half by the memory of that half-life;
 * its ten days weigh (183/ln 2) (2^-1 - 2^-(193/183)) = 4.906; the posterior of all time,
 * of less than three exits, is added in full. */
static void
a_shorter_memory_weighs_by_days_ago(void **state)
{
    (void) state;
    dd_moment now = (dd_moment) 1000 * DD_SECONDS_PER_DAY;
    dd_spell spell = { .exit = DD_WON,
                       .dwell_days = 10,
                       .entered = (dd_moment) (1000 - 193) * DD_SECONDS_PER_DAY };
    const dd_spell *pointer = &spell;
    dd_hazard all;

    assert_int_equal(dd_hazard_fit(&all, &pointer, 1, 1.0, NULL, NULL), DD_OK);
    assert_int_equal(dd_hazard_remember(&all, &pointer, 1, now, NULL), DD_OK);
    dd_hazard recent = dd_hazard_by(&all, 2);
    assert_int_equal(all.bands, 1);
    assert_int_equal(all.to[0], DD_WON);
    assert_close(recent.shape[0] - all.shape[0], 0.5, 1e-12);
    assert_close(recent.exposure[0] - all.exposure[0], 4.906, 1e-3);
    assert_ptr_equal(dd_hazard_by(&all, 0).shape, all.shape);
    dd_hazard_free(&all);
}

/* Forty exits at 3 days long ago and forty at 12 lately: shorter memories know
 * slow deals; a band without news keeps the hazard of all time. */
static void
a_shorter_memory_follows_what_came_lately(void **state)
{
    (void) state;
    dd_moment now = (dd_moment) 9000 * DD_SECONDS_PER_DAY;
    dd_spell spells[80];
    const dd_spell *pointer[80];
    dd_hazard all;
    double stay[DD_MOVE_MEMORIES];

    for (int i = 0; i < 80; i++) {
        dd_day ago = i < 40 ? 4000 : 60;
        spells[i] = (dd_spell){ .exit = DD_WON,
                                .dwell_days = (i < 40 ? 3 : 12) + 0.03 * (i % 40),
                                .entered = now - ago * DD_SECONDS_PER_DAY };
        pointer[i] = &spells[i];
    }
    assert_int_equal(dd_hazard_fit(&all, pointer, 80, 0.001, NULL, NULL), DD_OK);
    assert_int_equal(dd_hazard_remember(&all, pointer, 80, now, NULL), DD_OK);
    for (size_t m = 0; m < DD_MOVE_MEMORIES; m++) {
        double rate[3 * DD_MAX_BANDS];
        dd_hazard by = dd_hazard_by(&all, m);
        dd_hazard_mean(&by, rate);
        dd_stage stage = { by.bands, by.start, by.exits, by.to, rate };
        stay[m] = dd_stage_survival(&stage, 8.0);
    }
    assert_close(stay[0], 0.5, 0.06);
    assert_true(stay[1] > 0.65 && stay[2] > 0.65);
    /* long ago altogether: what is left is the prior, the hazards of all time */
    for (int i = 0; i < 80; i++)
        spells[i].entered = 0;
    dd_hazard_free(&all);
    assert_int_equal(dd_hazard_fit(&all, pointer, 80, 0.001, NULL, NULL), DD_OK);
    assert_int_equal(dd_hazard_remember(&all, pointer, 80, now, NULL), DD_OK);
    double rate[3 * DD_MAX_BANDS], recent[3 * DD_MAX_BANDS];
    dd_hazard by = dd_hazard_by(&all, 2);
    dd_hazard_mean(&all, rate);
    dd_hazard_mean(&by, recent);
    for (size_t i = 0; i < all.exits * all.bands; i++)
        assert_close(recent[i], rate[i], 1e-9 * rate[i]);
    dd_hazard_free(&all);
}

/* 300 deals leave evenly over 60 days, 20 more over the next 40, 20 are still there:
 * the last band's hazard is far below the one before, so that few of those who got so
 * far will ever leave, and draws differ in how many. */
static void
a_hazard_that_fell_falls_on_beyond_the_oldest_age(void **state)
{
    (void) state;
    dd_spell spells[340];
    const dd_spell *pointer[340];
    dd_hazard hazard;
    dd_stream stream = dd_stream_make(3, DD_RNG_TEST, 0, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    double rate[3 * DD_MAX_BANDS], least = 1, most = 0;
    for (int i = 0; i < 340; i++) {
        spells[i] = (dd_spell){ .exit = i % 8 == 0 ? DD_WON : DD_LOST,
                                .dwell_days = 0.2 * (i + 1) };
        if (i >= 300)
            spells[i] = (dd_spell){ .exit = i < 320 ? DD_LOST : DD_STILL,
                                    .dwell_days = i < 320 ? 62 + 2 * (i - 300) : 102 };
        pointer[i] = &spells[i];
    }
    assert_int_equal(dd_hazard_fit(&hazard, pointer, 340, 0.01, NULL, NULL), DD_OK);
    assert_true(hazard.beyond > 1 && hazard.beyond + 3 == hazard.bands);
    assert_in_range((int) (100 * hazard.held), 20, 60);
    assert_close(hazard.start[hazard.beyond], 102, 1e-9);
    assert_close(hazard.start[hazard.bands], 102 + DD_BEYOND_DAYS, 1e-9);
    dd_stage stage = { hazard.bands, hazard.start, hazard.exits, hazard.to, rate };
    for (int i = 0; i < 200; i++) {
        dd_hazard_draw(&hazard, r, rate);
        double stay = dd_stage_survival(&stage, 502) / dd_stage_survival(&stage, 102);
        least = fmin(least, stay);
        most = fmax(most, stay);
        for (size_t b = hazard.beyond; b < hazard.bands; b++)
            for (size_t j = 0; j < hazard.exits; j++)
                assert_true(rate[j * hazard.bands + b]
                            <= rate[j * hazard.bands + b - 1] + 1e-9);
    }
    assert_true(least < 0.1);
    assert_true(most > 0.8);
    gsl_rng_free(r);
    dd_hazard_free(&hazard);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hazard_that_fell_falls_on_beyond_the_oldest_age),
        cmocka_unit_test(a_shorter_memory_weighs_by_days_ago),
        cmocka_unit_test(a_shorter_memory_follows_what_came_lately),
        cmocka_unit_test(censored_deals_add_exposure_but_no_exit),
        cmocka_unit_test(truncated_deals_count_from_the_age_they_were_watched),
        cmocka_unit_test(a_deadline_keeps_its_share_in_a_band_of_its_own),
        cmocka_unit_test(bands_are_at_most_sixteen_and_rise),
        cmocka_unit_test(exits_that_weigh_more_have_narrower_bands),
        cmocka_unit_test(the_last_band_never_stands_without_exits),
        cmocka_unit_test(a_belief_alone_is_its_own_posterior),
        cmocka_unit_test(stated_laws_survive_the_cut_into_bands),
        cmocka_unit_test(a_belief_of_one_day_lets_nobody_pass),
        cmocka_unit_test(a_negative_dwell_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
