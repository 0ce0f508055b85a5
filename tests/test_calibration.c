/*
 * Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari & Gelman 2018): truth
 * drawn from the prior, data from the truth, posterior draws from the data. The rank of
 * the truth among the draws must be uniform. Bands and priors are fixed beforehand.
 */
#include "check.h"

#include "base/rng.h"
#include "model/level/level.h"
#include "model/rates.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

#define REPLICATIONS 1000
#define DRAWS 99
#define BINS 20

typedef struct {
    const char *name;
    int count[BINS];
} ranks;

/* Ties, as on a grid, are broken at random. */
static void
add_rank(ranks *self, double truth, const double draw[DRAWS], gsl_rng *r)
{
    int below = 0, equal = 0;
    for (int i = 0; i < DRAWS; i++) {
        below += draw[i] < truth;
        equal += draw[i] == truth;
    }
    below += (int) gsl_rng_uniform_int(r, (unsigned long) equal + 1);
    self->count[below * BINS / (DRAWS + 1)]++;
}

static void
assert_uniform(const ranks *self)
{
    double chi2 = 0, expected = (double) REPLICATIONS / BINS;
    for (int b = 0; b < BINS; b++)
        chi2 += (self->count[b] - expected) * (self->count[b] - expected) / expected;
    double p = gsl_cdf_chisq_Q(chi2, BINS - 1);
    if (p <= 1e-4)
        fprintf(stderr, "%s: chi2 %.1f, p %.2g\n", self->name, chi2, p);
    assert_true(p > 1e-4);
}

/* Another seed for `make check-long`. */
static gsl_rng *
random_stream(uint64_t item)
{
    const char *seed = getenv("DEALDICE_SEED");
    dd_stream stream = dd_stream_make(17 + (seed ? strtoull(seed, NULL, 10) : 0),
                                      DD_RNG_TEST, item, 0);
    return dd_rng_gsl(&stream);
}

/** A belief of 40 % on and 60 % lost after 30 days, worth 6 deals. */
static const int32_t to[] = { 1, DD_LOST };
static const double share[] = { 0.4, 0.6 };
static const dd_law law[]
    = { { DD_LAW_EXPONENTIAL, 30.0, 0 }, { DD_LAW_EXPONENTIAL, 30.0, 0 } };
static const dd_hazard_prior prior = { 6.0, 2, to, share, law };

typedef struct {
    double on, lost, share_on, median;
} quantities;

static quantities
quantities_of(const dd_hazard *hazard, const double *rate)
{
    dd_stage stage = { hazard->bands, hazard->start, hazard->exits, hazard->to, rate };
    double shares[2];
    dd_stage_shares(&stage, 0, shares);
    return (quantities){ rate[0], rate[1], shares[0],
                         dd_stage_dwell_quantile(&stage, 0.5) };
}

/* Seven deals, watched for up to 60 days: too few for more bands than one. */
static void
simulate_spells(dd_spell spells[7], const dd_hazard *hazard, const double *rate,
                gsl_rng *r)
{
    dd_stage stage = { hazard->bands, hazard->start, hazard->exits, hazard->to, rate };
    for (int i = 0; i < 7; i++) {
        double dwell, watched = 60 * gsl_rng_uniform_pos(r);
        int exit = dd_stage_play(&stage, 0, gsl_rng_uniform_pos(r),
                                 gsl_rng_uniform_pos(r), &dwell);
        spells[i]
            = (dd_spell){ .dwell_days = fmin(dwell, watched),
                          .exit = exit < 0 || dwell > watched ? DD_STILL : to[exit] };
    }
}

static void
hazards_are_calibrated(void **state)
{
    (void) state;
    ranks on = { .name = "on" }, lost = { .name = "lost" }, won = { .name = "share" },
          median = { .name = "median" };
    gsl_rng *r = random_stream(1);
    dd_hazard before;
    assert_int_equal(dd_hazard_fit(&before, NULL, 0, 1e-5, &prior, NULL), DD_OK);
    assert_int_equal(before.bands, 1);
    for (int n = 0; n < REPLICATIONS; n++) {
        double rate[8], draw[4][DRAWS];
        dd_spell spells[7];
        const dd_spell *pointers[7];
        dd_hazard after;
        dd_hazard_draw(&before, r, rate);
        quantities truth = quantities_of(&before, rate);
        simulate_spells(spells, &before, rate, r);
        for (int i = 0; i < 7; i++)
            pointers[i] = &spells[i];
        assert_int_equal(dd_hazard_fit(&after, pointers, 7, 1e-5, &prior, NULL), DD_OK);
        assert_int_equal(after.bands, 1);
        for (int i = 0; i < DRAWS; i++) {
            dd_hazard_draw(&after, r, rate);
            quantities q = quantities_of(&after, rate);
            draw[0][i] = q.on;
            draw[1][i] = q.lost;
            draw[2][i] = q.share_on;
            draw[3][i] = q.median;
        }
        add_rank(&on, truth.on, draw[0], r);
        add_rank(&lost, truth.lost, draw[1], r);
        add_rank(&won, truth.share_on, draw[2], r);
        add_rank(&median, truth.median, draw[3], r);
        dd_hazard_free(&after);
    }
    assert_uniform(&on);
    assert_uniform(&lost);
    assert_uniform(&won);
    assert_uniform(&median);
    dd_hazard_free(&before);
    gsl_rng_free(r);
}

static double
width_of(double scale, gsl_rng *r)
{
    return dd_level_width(scale, dd_level_tail(gsl_rng_uniform_int(r, DD_TAILS)));
}

/* Ten windows of some 300 expected wins and 500 arrivals, from fits on 36 wins and 700
 * arrivals; the way of tracking is drawn too, and each window's level stands about what
 * was tracked by then. Wins respond to it by a half to all of it, and are as lucky. */
static void
simulate_windows(dd_level_windows *past, const dd_spread *truth, size_t way, gsl_rng *r)
{
    for (past->n = 0; past->n < 10; past->n++) {
        dd_level_window *w = &past->window[past->n];
        double s2 = gsl_pow_2(width_of(truth->wins, r));
        double a2 = gsl_pow_2(width_of(truth->arrivals, r));
        dd_day from = 31 * (dd_day) past->n;
        double response = 0.5 + 0.5 * gsl_rng_uniform(r);
        double luck = response * gsl_ran_gaussian(r, sqrt(s2 + 1.0 / 36));
        double wins = 300 * pow(dd_level_track(past, way, from), response)
                      * exp(luck - response * response * s2 / 2);
        luck = gsl_ran_gaussian(r, sqrt(a2 + 1.0 / 700.5));
        *w = (dd_level_window){ .from = from, .days = 31, .known_wins = 36 };
        w->wins = response * gsl_ran_poisson(r, wins / response);
        w->arrivals = gsl_ran_poisson(r, 500 * exp(luck - a2 / 2));
        for (size_t m = 0; m < DD_MOVE_MEMORIES; m++)
            w->expected_wins[m] = 300, w->response[m] = w->luck[m] = response;
        for (size_t m = 0; m < DD_MEMORIES; m++) {
            w->expected_arrivals[m] = 500;
            w->counted[m] = 700;
        }
    }
}

/* Which way of tracking the prior draws: the row of its cumulative table. */
static size_t
draw_way(const dd_level *level, gsl_rng *r)
{
    double u = gsl_rng_uniform_pos(r);
    size_t way = 0;
    while (way + 1 < DD_WAYS && u >= level->wins[way][DD_SPREADS - 1])
        way++;
    return way;
}

static void
spreads_of_the_market_are_calibrated(void **state)
{
    (void) state;
    ranks wins = { .name = "spread of wins" }, arrivals = { .name = "of arrivals" };
    gsl_rng *r = random_stream(2);
    dd_level before, after;
    dd_level_prior(&before);
    for (int n = 0; n < REPLICATIONS; n++) {
        double draw[2][DRAWS];
        dd_level_windows past;
        size_t way = draw_way(&before, r);
        dd_spread truth = dd_spread_draw(&before, r);
        simulate_windows(&past, &truth, way, r);
        dd_level_fit(&after, past.window, past.n);
        for (int i = 0; i < DRAWS; i++) {
            dd_spread spread = dd_spread_draw(&after, r);
            draw[0][i] = spread.wins;
            draw[1][i] = spread.arrivals;
        }
        add_rank(&wins, truth.wins, draw[0], r);
        add_rank(&arrivals, truth.arrivals, draw[1], r);
    }
    assert_uniform(&wins);
    assert_uniform(&arrivals);
    gsl_rng_free(r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hazards_are_calibrated),
        cmocka_unit_test(spreads_of_the_market_are_calibrated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
