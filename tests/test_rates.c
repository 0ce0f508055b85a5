/* What a stage's rates rest on: history, beliefs, or both. A past is built by hand. */
#include "check.h"

#include "base/rng.h"
#include "model/amounts.h"
#include "model/rates.h"

#include <string.h>

static const char *names[] = { "Contact", "Needs", "Proposal", "Negotiation" };
static dd_pipeline pipeline = { .name = "Sales", .n_stages = 4, .stages = names };

static dd_funnel
believing(dd_stage_belief *stages, size_t n, double worth)
{
    dd_funnel funnel;
    dd_funnel_init(&funnel);
    funnel.stages = stages;
    funnel.n_stages = n;
    funnel.worth = worth;
    funnel.new_business = 0;
    return funnel;
}

static dd_past
nothing_known(void)
{
    return (dd_past){ .as_of = 20000,
                      .starts = DD_NO_DAY,
                      .first_day = 19000,
                      .recording_unit = 86400,
                      .n_pipelines = 1,
                      .pipelines = &pipeline };
}

static dd_stage_belief
belief(int s, double low, double high)
{
    return (dd_stage_belief){ .stage = (char *) (uintptr_t) names[s],
                              .win_rate = { 1, low, high } };
}

/* DESIGN 1: with win rates 10/30/60/80 % Contact's step rate is 10/30. */
static void
fixed_win_rates_become_step_rates(void **state)
{
    (void) state;
    dd_stage_belief stages[]
        = { belief(0, .1, .1), belief(1, .3, .3), belief(2, .6, .6), belief(3, .8, .8) };
    const double win[] = { .1, .3, .6, .8 }, step[] = { .1 / .3, .5, .75, .8 };
    dd_funnel funnel = believing(stages, 4, 0);
    dd_past past = nothing_known();
    dd_process process;
    dd_rates rates;
    assert_int_equal(dd_process_fit(&process, &past, 0, &funnel, NULL, NULL), DD_OK);
    assert_int_equal(dd_rates_init(&rates, &process, NULL), DD_OK);
    for (uint32_t block = 0; block < 3; block++) {
        dd_rates_draw(&rates, 1, block, 0); /* fixed figures: every draw is the same */
        for (size_t s = 0; s < 4; s++) {
            assert_close(rates.p_ever[s], win[s], 1e-12);
            assert_close(rates.stage[s].rate[0], step[s], 1e-12);
        }
    }
    dd_rates_free(&rates);
    dd_process_free(&process);
}

/* Of 10 000 draws of "20 % to 40 %", 5 % fall below and 5 % above, nearly (a Beta). */
static void
a_range_is_a_ninety_percent_range(void **state)
{
    (void) state;
    dd_belief range = { 1, 0.2, 0.4 };
    dd_stream stream = dd_stream_make(8, DD_RNG_TEST, 0, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    enum { N = 10000 };
    double below = 0, above = 0, days_below = 0;
    dd_belief days = { 1, 20, 60 };
    for (int i = 0; i < N; i++) {
        double p = dd_belief_draw_chance(&range, 0, r);
        below += p < 0.2;
        above += p > 0.4;
        days_below += dd_belief_draw_mean(&days, 0, r) < 20;
    }
    assert_close(below / N, 0.05, 0.012);
    assert_close(above / N, 0.05, 0.012);
    assert_close(days_below / N, 0.05, 4 * sqrt(.05 * .95 / N));
    gsl_rng_free(r);
}

/** 40 deals: 12 won and 28 lost in Negotiation, after 10 days each. */
static dd_past
forty_deals(dd_spell spells[40], dd_past_deal deals[40])
{
    dd_past past = nothing_known();
    for (uint32_t i = 0; i < 40; i++) {
        spells[i] = (dd_spell){ .deal = i,
                                .stage = 3,
                                .dwell_days = 10,
                                .exit = i < 12 ? DD_WON : DD_LOST,
                                .amount = DD_UNKNOWN_AMOUNT };
        deals[i] = (dd_past_deal){ .stage = spells[i].exit,
                                   .first_stage = 3,
                                   .created = 1,
                                   .closed = 2,
                                   .amount = 100 + i };
    }
    past.n_spells = past.n_deals = 40;
    past.spells = spells;
    past.deals = deals;
    return past;
}

/* History says 12 of 40. A belief of 60 % worth 60 deals: (12 + 36)/(40 + 60) = .48. */
static void
a_belief_with_worth_is_as_strong_as_so_many_deals(void **state)
{
    (void) state;
    dd_spell spells[40];
    dd_past_deal deals[40];
    dd_past past = forty_deals(spells, deals);
    dd_stage_belief stages[] = { belief(3, .6, .6) };
    stages[0].days = (dd_belief){ 1, 10, 10 };
    dd_funnel funnel = believing(stages, 1, 60);
    dd_process process;
    dd_rates rates;
    assert_int_equal(dd_process_fit(&process, &past, 0, &funnel, NULL, NULL), DD_OK);
    assert_int_equal(dd_rates_init(&rates, &process, NULL), DD_OK);
    dd_rates_mean(&rates);
    assert_close(rates.p_ever[3], 0.48,
                 0.02); /* the shape over ages moves it a little */
    dd_rates_free(&rates);
    dd_process_free(&process);
}

/* A single figure is fixed: history does not move it, in the mean nor in any draw. */
static void
a_single_win_rate_is_not_moved_by_history(void **state)
{
    (void) state;
    dd_spell spells[40];
    dd_past_deal deals[40];
    dd_past past = forty_deals(spells, deals);
    dd_stage_belief stages[] = { belief(3, .55, .55) };
    dd_funnel funnel = believing(stages, 1, 0);
    dd_process process;
    dd_rates rates;
    assert_int_equal(dd_process_fit(&process, &past, 0, &funnel, NULL, NULL), DD_OK);
    assert_int_equal(dd_rates_init(&rates, &process, NULL), DD_OK);
    dd_rates_mean(&rates);
    assert_close(rates.p_ever[3], 0.55, 1e-9);
    dd_rates_draw(&rates, 4, 9, 0);
    assert_close(rates.p_ever[3], 0.55, 1e-9);
    dd_rates_free(&rates);
    dd_process_free(&process);
}

/* A draw is a function of its address: what was drawn before does not matter. */
static void
draws_depend_on_their_block_alone(void **state)
{
    (void) state;
    dd_spell spells[40];
    dd_past_deal deals[40];
    dd_past past = forty_deals(spells, deals);
    dd_stage_belief stages[] = { belief(0, .1, .3), belief(1, .3, .5) };
    dd_funnel funnel = believing(stages, 2, 0);
    dd_process process;
    dd_rates rates;
    assert_int_equal(dd_process_fit(&process, &past, 0, &funnel, NULL, NULL), DD_OK);
    assert_int_equal(dd_rates_init(&rates, &process, NULL), DD_OK);
    dd_rates_draw(&rates, 4, 9, 0);
    double first[4], again[4];
    memcpy(first, rates.p_ever, sizeof first);
    dd_rates_draw(&rates, 4, 10, 0);
    assert_true(rates.p_ever[3] != first[3]);
    dd_rates_draw(&rates, 4, 9, 0);
    memcpy(again, rates.p_ever, sizeof again);
    assert_memory_equal(first, again, sizeof first);
    dd_rates_free(&rates);
    dd_process_free(&process);
}

/* Sizes are those of won deals only: 100...111, mean 105.5; their bootstrap has that
 * mean and the sd of 12 values' mean, 3.452/sqrt(13) (Rubin 1981: variance / (n + 1)). */
static void
sizes_of_new_winners_are_those_of_won_deals(void **state)
{
    (void) state;
    dd_spell spells[40];
    dd_past_deal deals[40];
    dd_past past = forty_deals(spells, deals);
    dd_funnel funnel = believing(NULL, 0, 0);
    dd_amounts amounts;
    dd_size_law law;
    assert_int_equal(dd_amounts_fit(&amounts, &past, 0, &funnel, NULL, NULL), DD_OK);
    assert_int_equal(amounts.fresh.n, 12);
    assert_int_equal(dd_size_law_init(&law, &amounts.fresh, NULL), DD_OK);
    dd_size_law_mean(&law, &amounts.fresh);
    assert_close(dd_size_law_expect(&law), 105.5, 1e-9);
    assert_close(dd_size_law_at(&law, 1e-9), 100, 0);
    assert_close(dd_size_law_at(&law, 0.999999), 111, 0);
    assert_close(dd_size_law_at(&law, 1 / 12.0 + 1e-9), 101, 0);
    dd_stream stream = dd_stream_make(8, DD_RNG_TEST, 0, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    enum { N = 4000 };
    double sum = 0, squares = 0, sd = sqrt(143 / 12.0 / 13.0);
    for (int i = 0; i < N; i++) {
        dd_size_law_draw(&law, &amounts.fresh, r);
        double mean = dd_size_law_expect(&law);
        sum += mean;
        squares += (mean - 105.5) * (mean - 105.5);
    }
    assert_close(sum / N, 105.5, 4 * sd / sqrt(N));
    assert_close(sqrt(squares / N), sd, 4 * sd / sqrt(2 * N));
    gsl_rng_free(r);
    dd_size_law_free(&law);
    dd_amounts_free(&amounts);
}

/* 60 deals in the last 26 weeks, 3 in 4 into Contact: Gamma(60.5, 26) a week. */
static void
arrivals_are_counted_over_twenty_six_weeks(void **state)
{
    (void) state;
    dd_past_deal deals[100];
    dd_past past = nothing_known();
    double share[4];
    dd_arrivals arrivals = { .share = share };
    dd_funnel funnel = believing(NULL, 0, 0);
    funnel.new_business = 1;
    for (int i = 0; i < 100; i++)
        deals[i]
            = (dd_past_deal){ .first_stage = i % 4 == 0,
                              .created
                              = (dd_moment) (20000 - (i < 60 ? i : 182 + i)) * 86400 };
    past.deals = deals;
    past.n_deals = 100;
    dd_arrivals_fit(&arrivals, &past, 0, 4, -1, &funnel);
    assert_close(arrivals.shape[0], 60.5, 0);
    assert_close(arrivals.weeks[0], 26, 0);
    assert_close(share[0], 0.75, 1e-12);
    assert_close(share[1], 0.25, 1e-12);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_win_rates_become_step_rates),
        cmocka_unit_test(a_range_is_a_ninety_percent_range),
        cmocka_unit_test(a_belief_with_worth_is_as_strong_as_so_many_deals),
        cmocka_unit_test(a_single_win_rate_is_not_moved_by_history),
        cmocka_unit_test(draws_depend_on_their_block_alone),
        cmocka_unit_test(sizes_of_new_winners_are_those_of_won_deals),
        cmocka_unit_test(arrivals_are_counted_over_twenty_six_weeks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
