/* Factors on odds: what is learnt from whom. */
#include "check.h"

#include "model/factors/factor_odds.h"
#include "model/factors/factors_fit.h"
#include "model/rates.h"
#include "simulated_reps.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>

#define REPS 30

/* ---- one factor from exits ---- */

/* Exits of one level, each before all of the same chance: so many won of so many. */
static size_t
add_exits(dd_seen_exit *exits, size_t n, int32_t level, size_t won, size_t all, double p)
{
    for (size_t i = 0; i < all; i++)
        exits[n++] = (dd_seen_exit){
            .levels = { { level, -1, -1, -1, -1 } },
            .before = p,
            .after = i < won,
            .theta = 1.0,
        };
    return n;
}

/* Among 28 reps of 100 deals whose odds are spread by 0 to 0.6 about a rate of 30 %, one
 * with 60 wins of 150 stands above one with 2 of 4, in the mean and with 19 in 20 sure to
 * be above average; the 2 of 4 are not. */
static void
two_wins_of_four_never_rank_above_sixty_of_150(void **state)
{
    enum { OTHERS = 28, DEALS = 100 };
    static dd_seen_exit exits[OTHERS * DEALS + 154];
    dd_odds_fitter *fitter = dd_odds_fitter_new(OTHERS + 2);
    dd_stream stream = dd_stream_make(41, DD_RNG_TEST, 1, 0);
    gsl_rng *rng = dd_rng_gsl(&stream);

    (void) state;
    assert_non_null(fitter);
    for (int world = 0; world < 40; world++) {
        double spread = world % 4 * 0.2;
        dd_odds level[OTHERS + 2] = { { 0 } };
        dd_factor factor = { .n = OTHERS + 2, .level = level };
        size_t n = add_exits(exits, 0, 0, 2, 4, 0.3);
        n = add_exits(exits, n, 1, 60, 150, 0.3);
        for (int32_t r = 2; r < OTHERS + 2; r++) {
            double p = dd_on_odds(0.3, exp(gsl_ran_gaussian(rng, spread)));
            n = add_exits(exits, n, r, gsl_ran_binomial(rng, p, DEALS), DEALS, 0.3);
        }
        dd_odds_fit(fitter, &factor, DD_BY_OWNER, exits, n, 0.0);
        assert_true(level[1].mean > level[0].mean);
        assert_true(level[0].mean - 1.645 * level[0].sd < 0.0);
        assert_true(spread < 0.5 || level[1].mean - 1.645 * level[1].sd > 0.0);
    }
    gsl_rng_free(rng);
    dd_odds_fitter_free(fitter);
}

/* Against the integral itself: posterior of 7 wins of 20 at chance 0.3 under N(0, 0.5^2),
 * its mean and sd by a sum over 20 000 points. */
static void
the_posterior_is_likelihood_times_prior(void **state)
{
    dd_seen_exit exits[20];
    dd_odds level = { 0 };
    dd_factor factor = { .n = 1, .level = &level };
    dd_odds_fitter *fitter = dd_odds_fitter_new(1);
    double sum = 0, mean = 0, square = 0, below = 0;
    size_t n = add_exits(exits, 0, 0, 7, 20, 0.3);

    (void) state;
    assert_non_null(fitter);
    dd_odds_fit(fitter, &factor, DD_BY_OWNER, exits, n, 0.5);
    for (int i = 0; i < 20000; i++) {
        double x = -3.0 + 6.0 * (i + 0.5) / 20000;
        double f = exp(7 * x - 20 * log(0.7 + 0.3 * exp(x)) - 0.5 * x * x / 0.25);
        sum += f;
        mean += f * x;
        square += f * x * x;
        below += f * (x < level.low + (level.high - level.low) * 0.5);
    }
    mean /= sum;
    assert_close(level.mean, mean, 2e-3);
    assert_close(level.sd, sqrt(square / sum - mean * mean), 2e-3);
    assert_close(level.below[DD_ODDS_NODES / 2], below / sum, 5e-3);
    dd_odds_fitter_free(fitter);
}

/* Simulation-based calibration (Talts et al. 2018): where the truth lies in the posterior
 * is uniform when odds come from the prior, whose spread is held fixed. */
static void
truth_lies_anywhere_in_the_posterior(void **state)
{
    enum { WORLDS = 150, LEVELS = 8, MOST = 60, BINS = 10 };
    static dd_seen_exit exits[LEVELS * MOST];
    dd_odds_fitter *fitter = dd_odds_fitter_new(LEVELS);
    dd_stream stream = dd_stream_make(43, DD_RNG_TEST, 2, 0);
    gsl_rng *rng = dd_rng_gsl(&stream);
    double bins[BINS] = { 0 }, chi = 0, expected = WORLDS * LEVELS / (double) BINS;

    (void) state;
    assert_non_null(fitter);
    for (int world = 0; world < WORLDS; world++) {
        double truth[LEVELS];
        dd_odds level[LEVELS] = { { 0 } };
        dd_factor factor = { .n = LEVELS, .level = level };
        size_t n = 0;
        for (int32_t g = 0; g < LEVELS; g++) {
            double p = 0.1 + 0.1 * g;
            size_t deals = 3 + (size_t) (g * 37 % (MOST - 3));
            truth[g] = gsl_ran_gaussian(rng, 0.6);
            n = add_exits(
                exits, n, g,
                gsl_ran_binomial(rng, dd_on_odds(p, exp(truth[g])), (unsigned) deals),
                deals, p);
        }
        dd_odds_fit(fitter, &factor, DD_BY_OWNER, exits, n, 0.6);
        for (int g = 0; g < LEVELS; g++) {
            double at = (truth[g] - level[g].low) / (level[g].high - level[g].low);
            double place = fmin(fmax(at, 0.0), 1.0 - 1e-12) * (DD_ODDS_NODES - 1);
            int i = (int) place;
            double below = level[g].below[i]
                           + (place - i) * (level[g].below[i + 1] - level[g].below[i]);
            bins[(int) fmin(below * BINS, BINS - 1)] += 1.0;
        }
    }
    for (int b = 0; b < BINS; b++)
        chi += (bins[b] - expected) * (bins[b] - expected) / expected;
    print_message("chi-squared %.1f of %d bins\n", chi, BINS);
    assert_true(gsl_cdf_chisq_Q(chi, BINS - 1) > 1e-4);
    gsl_rng_free(rng);
    dd_odds_fitter_free(fitter);
}

/* ---- from a past ---- */

typedef struct {
    size_t n[REPS];
    double theta[REPS];
    double slow, p;
} rep_plan;

static rep_plan
plan_of(size_t deals, double odds, double slow, double p)
{
    rep_plan plan = { .slow = slow, .p = p };

    for (int r = 0; r < REPS; r++) {
        plan.n[r] = deals;
        plan.theta[r] = r % 4 < 2 ? odds : 1.0 / odds;
    }
    return plan;
}

static void
learn(const rep_plan *plan, uint64_t seed, dd_process *process)
{
    simulated_reps reps;

    reps_init(&reps, REPS, plan->n, plan->theta, plan->slow, sqrt(plan->p),
              sqrt(plan->p), seed);
    reps_learn(&reps, process);
    reps_free(&reps);
}

static double
odds_of(const dd_process *process, int32_t rep)
{
    dd_levels levels = { { rep, -1, -1, -1, -1 } };
    dd_rates rates;
    double theta;

    assert_int_equal(dd_rates_init(&rates, process, NULL), DD_OK);
    dd_rates_mean(&rates);
    theta = dd_rates_theta(&rates, &levels);
    dd_rates_free(&rates);
    return theta;
}

/* 100 deals each: in one company of a hundred chance alone looks like skill. */
static void
reps_who_do_not_differ_have_odds_of_one(void **state)
{
    const double p[] = { 0.1, 0.3, 0.63, 0.9 };
    int within = 0;

    (void) state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        rep_plan plan = plan_of(100, 1.0, 1.0, p[seed % 4]);
        dd_process process;
        double most = 0;
        learn(&plan, seed, &process);
        for (int32_t r = 0; r < REPS; r++)
            most = fmax(most, fabs(odds_of(&process, r) - 1.0));
        within += most < 0.03;
        dd_process_free(&process);
    }
    print_message("within 3 %%: %d of 20\n", within);
    assert_true(within >= 19);
}

/* Half of the reps take three times as long for everything and win as often. */
static void
slow_reps_are_not_taken_for_losing_ones(void **state)
{
    (void) state;
    for (uint64_t seed = 50; seed < 56; seed++) {
        rep_plan plan = plan_of(100, 1.0, 3.0, 0.4);
        dd_process process;
        learn(&plan, seed, &process);
        for (int32_t r = 0; r < REPS; r++)
            assert_close(odds_of(&process, r), 1.0, 0.05);
        dd_process_free(&process);
    }
}

/* Odds of 1.4 and 1/1.4, 150 deals each, several worlds at each rate. */
static void
planted_odds_are_found_at_low_and_high_win_rates(void **state)
{
    enum { WORLDS = 8 };
    const double p[] = { 0.1, 0.63, 0.9 };

    (void) state;
    for (int i = 0; i < 3; i++) {
        double inside = 0, slope = 0, sum = 0;
        int found = 0;
        for (uint64_t seed = 1; seed <= WORLDS; seed++) {
            rep_plan plan = plan_of(150, 1.4, 1.0, p[i]);
            dd_process process;
            learn(&plan, 100 + seed, &process);
            const dd_factor *owner = &process.factors.factor[DD_BY_OWNER];
            found += owner->n > 0;
            for (int32_t r = 0; r < REPS && owner->n > 0; r++) {
                double truth = log(plan.theta[r]), got = log(odds_of(&process, r));
                inside += fabs(got - truth) < 1.645 * owner->level[r].sd;
                slope += got * truth;
                sum += truth * truth;
            }
            dd_process_free(&process);
        }
        print_message("at %g: found in %d of %d, %.0f %% in their interval, %.2f of the "
                      "planted odds\n",
                      p[i], found, WORLDS, 100 * inside / (found * REPS), slope / sum);
        assert_true(found >= WORLDS - 2);
        assert_close(inside / (found * REPS), 0.9, 0.08);
        assert_true(slope / sum > 0.4 && slope / sum < 1.0);
    }
}

/* Odds that turn over once two wins in three have come tell the rest worse than none. */
static void
factors_that_would_have_misled_are_left_out(void **state)
{
    rep_plan steady = plan_of(200, 2.0, 1.0, 0.4);
    simulated_reps reps;
    dd_process process;
    dd_funnel funnel;

    (void) state;
    reps_init(&reps, REPS, steady.n, steady.theta, 1.0, sqrt(0.4), sqrt(0.4), 9);
    for (size_t i = 0; i < reps.past.n_deals; i++) {
        dd_past_deal *deal = &reps.past.deals[i];
        if (dd_moment_day(deal->created)
            > REPS_AS_OF - 190) /* r and r + 2 change places */
            deal->first_owner = (deal->first_owner ^ 2) % REPS;
    }
    dd_funnel_init(&funnel);
    assert_int_equal(dd_process_fit(&process, &reps.past, 0, &funnel, NULL, NULL),
                     DD_OK);
    assert_int_equal(
        dd_factors_learn(&process.factors, &process, &reps.past, 0, 1.0, NULL), DD_OK);
    assert_int_equal(process.factors.n, 1);
    dd_factors_free(&process.factors);
    assert_int_equal(
        dd_factors_fit(&process.factors, &process, &reps.past, 0, &funnel, NULL), DD_OK);
    assert_int_equal(process.factors.n, 0);
    dd_process_free(&process);
    reps_free(&reps);
}

/* A source that is filled in when a deal is won would tell the end; one that is filled
 * for some of all is a factor like any other. */
static void
columns_filled_at_the_close_are_no_factors(void **state)
{
    static const char *sources[] = { "Fair", "Web" };
    rep_plan plan = plan_of(150, 2.0, 1.0, 0.4);

    (void) state;
    for (int leak = 0; leak < 2; leak++) {
        simulated_reps reps;
        dd_process process;
        reps_init(&reps, REPS, plan.n, plan.theta, 1.0, sqrt(0.4), sqrt(0.4), 10);
        reps.past.sources = (dd_names){ 2, sources };
        for (size_t i = 0; i < reps.past.n_deals; i++) {
            dd_past_deal *deal = &reps.past.deals[i];
            int filled = leak ? deal->stage == DD_WON || i % 4 > 0 : i % 4 > 0;
            deal->source = filled ? deal->owner % 4 < 2 : -1;
            deal->first_owner = -1;
        }
        reps_learn(&reps, &process);
        assert_int_equal(process.factors.factor[DD_BY_SOURCE].n, leak ? 0 : 2);
        assert_int_equal(process.factors.factor[DD_BY_OWNER].n, 0);
        dd_process_free(&process);
        reps_free(&reps);
    }
}

/* As the deals layout tells it: one stay from creation to end. */
static void
join_spells(dd_past *past)
{
    size_t n = 0;

    for (size_t i = 0; i < past->n_deals; i++) {
        dd_past_deal *deal = &past->deals[i];
        dd_spell one = past->spells[deal->first];
        dd_spell last = past->spells[deal->first + deal->n - 1];
        if (deal->n > 1)
            one.dwell_days += last.dwell_days;
        one.exit = last.exit;
        deal->stage = deal->stage > 0 ? 0 : deal->stage;
        deal->first = n;
        deal->n = 1;
        past->spells[n++] = one;
    }
    past->n_spells = n;
}

/* In layout DD_DEALS owners are final: on an earlier day nobody knew them. */
static void
the_deals_layout_has_no_factors_before_the_present(void **state)
{
    rep_plan plan = plan_of(150, 2.0, 1.0, 0.4);

    (void) state;
    for (int present = 0; present < 2; present++) {
        simulated_reps reps;
        dd_process process;
        reps_init(&reps, REPS, plan.n, plan.theta, 1.0, sqrt(0.4), sqrt(0.4), 11);
        reps.past.layout = DD_DEALS;
        reps.past.present = present;
        reps.pipeline.n_stages = 1;
        join_spells(&reps.past);
        reps_learn(&reps, &process);
        assert_int_equal(process.factors.n, (size_t) present);
        dd_process_free(&process);
        reps_free(&reps);
    }
}

/* That owners differ is told; switched off, all win on the odds of all. */
static void
a_model_without_factors_has_odds_of_one(void **state)
{
    rep_plan plan = plan_of(150, 2.0, 1.0, 0.4);
    simulated_reps reps;
    dd_funnel funnel;
    dd_model model;
    dd_notes notes = { 0 };

    (void) state;
    reps_init(&reps, REPS, plan.n, plan.theta, 1.0, sqrt(0.4), sqrt(0.4), 13);
    dd_funnel_init(&funnel);
    assert_int_equal(dd_model_fit(&model, &reps.past, &funnel, &notes, NULL), DD_OK);
    assert_true(odds_of(&model.process[0], 0) > 1.2);
    assert_true(notes.n > 0); /* that there are no amounts is told too */
    assert_string_equal(notes.items[0].code, "odds_differ");
    assert_non_null(strstr(notes.items[0].text,
                           "deals of 'Sales' win on different odds by "
                           "owner: from 0."));
    dd_notes_free(&notes);
    dd_model_free(&model);
    funnel.parts.off = DD_PART_FACTORS;
    assert_int_equal(dd_model_fit(&model, &reps.past, &funnel, NULL, NULL), DD_OK);
    assert_true(odds_of(&model.process[0], 0) == 1.0);
    dd_model_free(&model);
    reps_free(&reps);
}

/* Small deals win on 1.8 times the odds, large ones on 1/1.8: bands are quarters of what
 * deals were first thought to be worth. */
static void
amount_bands_are_quarters_of_first_amounts(void **state)
{
    rep_plan plan = plan_of(150, 1.8, 1.0, 0.4);
    simulated_reps reps;
    dd_process process;

    (void) state;
    reps_init(&reps, REPS, plan.n, plan.theta, 1.0, sqrt(0.4), sqrt(0.4), 12);
    for (size_t i = 0; i < reps.past.n_deals; i++) {
        dd_past_deal *deal = &reps.past.deals[i];
        deal->first_amount
            = (deal->owner % 4 < 2 ? 1000 : 3000) + (int64_t) (i * 7 % 1000);
        deal->first_owner = -1;
    }
    reps_learn(&reps, &process);
    const dd_factor *amount = &process.factors.factor[DD_BY_AMOUNT];
    assert_int_equal(amount->n, DD_AMOUNT_BANDS);
    assert_close((double) process.factors.band[0], 1000 + 1000 * 30 / 64.0, 30);
    assert_close((double) process.factors.band[2], 4000 - 1000 * 30 / 56.0, 30);
    assert_int_equal(dd_factors_band(&process.factors, 1), 0);
    assert_int_equal(dd_factors_band(&process.factors, 3999), 3);
    assert_int_equal(dd_factors_band(&process.factors, 0), -1);
    assert_int_equal(dd_factors_band(&process.factors, DD_UNKNOWN_AMOUNT), -1);
    assert_close(amount->level[0].mean - amount->level[3].mean, 2 * log(1.8), 0.3);
    dd_process_free(&process);
    reps_free(&reps);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_wins_of_four_never_rank_above_sixty_of_150),
        cmocka_unit_test(the_posterior_is_likelihood_times_prior),
        cmocka_unit_test(truth_lies_anywhere_in_the_posterior),
        cmocka_unit_test(reps_who_do_not_differ_have_odds_of_one),
        cmocka_unit_test(slow_reps_are_not_taken_for_losing_ones),
        cmocka_unit_test(planted_odds_are_found_at_low_and_high_win_rates),
        cmocka_unit_test(factors_that_would_have_misled_are_left_out),
        cmocka_unit_test(columns_filled_at_the_close_are_no_factors),
        cmocka_unit_test(the_deals_layout_has_no_factors_before_the_present),
        cmocka_unit_test(a_model_without_factors_has_odds_of_one),
        cmocka_unit_test(amount_bands_are_quarters_of_first_amounts),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
