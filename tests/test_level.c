/* Levels: mean 1, stratified, correlated as drawn. */
#include "check.h"

#include "model/level.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>

/* z from a level l of spread s: (log l + s^2/2) / s. */
static double
normal_of(double level, double spread)
{
    return (log(level) + 0.5 * spread * spread) / spread;
}

static void
a_block_has_one_level_in_every_stratum(void **state)
{
    (void)state;
    dd_spread spread = { 0.23, 0.41, 0.3 };
    double wins[DD_BLOCK], arrivals[DD_BLOCK];
    dd_level_block(&spread, 5, 7, wins, arrivals);
    int seen[DD_BLOCK] = { 0 }, in_order = 1;
    for (int i = 0; i < DD_BLOCK; i++) {
        seen[(int)(gsl_cdf_ugaussian_P(normal_of(wins[i], 0.23)) * DD_BLOCK)]++;
        in_order &= i == 0 || wins[i] > wins[i - 1];
    }
    for (int i = 0; i < DD_BLOCK; i++)
        assert_int_equal(seen[i], 1);
    assert_false(in_order);
}

/* Over 400 blocks of 128: means 1, correlation of the logarithms as given; 4 MCSE. */
static void
levels_have_mean_one_and_the_correlation_drawn(void **state)
{
    (void)state;
    dd_spread spread = { 0.35, 0.6, -0.45 };
    double sum_w = 0, sum_a = 0, cross = 0, n = 400.0 * DD_BLOCK;
    for (uint32_t block = 0; block < 400; block++) {
        double wins[DD_BLOCK], arrivals[DD_BLOCK];
        dd_level_block(&spread, 99, block, wins, arrivals);
        for (int i = 0; i < DD_BLOCK; i++) {
            sum_w += wins[i];
            sum_a += arrivals[i];
            cross += normal_of(wins[i], 0.35) * normal_of(arrivals[i], 0.6);
        }
    }
    assert_close(sum_w / n, 1.0, 4 * 0.36 / sqrt(n));
    assert_close(sum_a / n, 1.0, 4 * 0.66 / sqrt(n));
    assert_close(cross / n, -0.45, 4 * 1.1 / sqrt(n));
}

/* Half-t3(0.2) cut to [0, 1]: its median solves F(m) = F(1)/2, F(x) = 2 T3(x/.2) - 1. */
static void
spreads_are_half_t_and_cut(void **state)
{
    (void)state;
    dd_stream stream = dd_stream_make(3, DD_RNG_TEST, 0, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    enum { N = 20000 };
    double half = 0.5 * (2 * gsl_cdf_tdist_P(5.0, 3.0) - 1);
    double median = 0.2 * gsl_cdf_tdist_Pinv(0.5 + 0.5 * half, 3.0), below = 0, rho = 0;
    for (int i = 0; i < N; i++) {
        dd_spread spread = dd_spread_draw(r);
        assert_true(spread.wins >= 0 && spread.wins <= 1 && spread.arrivals <= 1);
        assert_true(fabs(spread.correlation) <= 0.9);
        below += spread.wins < median;
        rho += spread.correlation;
    }
    assert_close(below / N, 0.5, 4 * 0.5 / sqrt(N));
    assert_close(rho / N, 0.3, 0.02);
    gsl_rng_free(r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_has_one_level_in_every_stratum),
        cmocka_unit_test(levels_have_mean_one_and_the_correlation_drawn),
        cmocka_unit_test(spreads_are_half_t_and_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
