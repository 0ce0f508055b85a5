#include "answers/forecast/summary.h"
#include "base/rng.h"
#include "check.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

static int64_t *
filled(size_t n, int64_t value)
{
    int64_t *outcome = malloc(n * sizeof *outcome);

    assert_non_null(outcome);
    for (size_t i = 0; i < n; i++)
        outcome[i] = value;
    return outcome;
}

static dd_ranking
ranked(const int64_t *outcome, size_t n, int independent)
{
    dd_ranking ranking;

    assert_int_equal(dd_ranking_init(&ranking, outcome, n, independent, NULL), DD_OK);
    return ranking;
}

/* By hand: in 3 5 5 8 13 the share at or below 5 is .6, at or below 8 .8. */
static void
a_quantile_is_the_smallest_outcome_whose_share_reaches_q(void **state)
{
    static const int64_t outcome[] = { 13, 5, 8, 3, 5 };
    dd_ranking r = ranked(outcome, 5, 1);

    (void) state;
    assert_int_equal(dd_summary_quantile(&r, 0.0), 3);
    assert_int_equal(dd_summary_quantile(&r, 0.2), 3);
    assert_int_equal(dd_summary_quantile(&r, 0.21), 5);
    assert_int_equal(dd_summary_quantile(&r, 0.6), 5);
    assert_int_equal(dd_summary_quantile(&r, 0.8), 8);
    assert_int_equal(dd_summary_quantile(&r, 0.81), 13);
    assert_int_equal(dd_summary_quantile(&r, 1.0), 13);
    dd_ranking_free(&r);
}

/* 0.07 * 100 is 7.000000000000001 in doubles; the rank must still be 7. */
static void
rounding_of_q_times_n_does_not_move_a_quantile(void **state)
{
    int64_t outcome[100];
    dd_ranking r;

    (void) state;
    for (int i = 0; i < 100; i++)
        outcome[i] = 100 - i;
    r = ranked(outcome, 100, 1);
    for (int i = 1; i <= 100; i++)
        assert_int_equal(dd_summary_quantile(&r, i / 100.0), i);
    dd_ranking_free(&r);
}

/* By hand: mean 6.8, squares 14.44 + 3.24 + 3.24 + 1.44 + 38.44 = 60.8, sd sqrt(15.2). */
static void
mean_sd_and_reach_come_out_as_by_hand(void **state)
{
    static const int64_t outcome[] = { 13, 5, 8, 3, 5 };
    dd_ranking r = ranked(outcome, 5, 1);
    dd_summary s = dd_summary_of(&r);

    (void) state;
    assert_close(s.mean, 6.8, 1e-12);
    assert_close(s.sd, sqrt(15.2), 1e-12);
    assert_close(s.mean_mcse, sqrt(15.2 / 5), 1e-12);
    assert_close(s.p50, 5, 0);
    assert_close(dd_summary_reach(&r, 5), 0.8, 1e-15);
    assert_close(dd_summary_reach(&r, 6), 0.4, 1e-15);
    assert_close(dd_summary_reach(&r, 14), 0.0, 0);
    assert_close(dd_summary_reach_mcse(&r, 6), sqrt(0.4 * 0.6 / 5), 1e-15);
    /* None of five: Laplace's 1 of 7, sqrt(1/7 x 6/7 / 5). */
    assert_close(dd_summary_reach_mcse(&r, 14), sqrt(6.0 / 49 / 5), 1e-15);
    assert_close(dd_summary_reach_mcse(&r, 3), sqrt(6.0 / 49 / 5), 1e-15);
    dd_ranking_free(&r);
}

static int
ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;

    return (x > y) - (x < y);
}

static void
sorting_agrees_with_qsort_for_any_sign_and_size(void **state)
{
    enum { N = 5003 };
    static const uint64_t mask[]
        = { 0, 0xff, 0xfffff, UINT64_C(0xffffffffffff), UINT64_MAX };
    int64_t outcome[N], sorted[N];
    dd_stream stream = dd_stream_make(4, DD_RNG_TEST, 8, 15);

    (void) state;
    for (size_t m = 0; m < sizeof mask / sizeof *mask; m++) {
        dd_ranking r;
        for (uint32_t i = 0; i < N; i++) {
            uint32_t w[4];
            dd_stream_words(&stream, i, w);
            outcome[i] = (int64_t) ((((uint64_t) w[0] << 32) | w[1]) & mask[m]);
            outcome[i] -= m == 2 ? 400000 : 0;
        }
        memcpy(sorted, outcome, sizeof sorted);
        qsort(sorted, N, sizeof *sorted, ascending);
        r = ranked(outcome, N, 1);
        assert_memory_equal(r.sorted, sorted, sizeof sorted);
        dd_ranking_free(&r);
    }
}

/* Block means 1 ... 8 have variance 6; trials / 128 = 8: MCSE sqrt(6 / 8). Five of eight
 * blocks reach 4: their shares 0 or 1 have variance 8/7 * 15/64. */
static void
mcse_is_the_spread_of_the_full_blocks(void **state)
{
    enum { N = 8 * DD_BLOCK };
    int64_t *outcome = filled(N, 0);
    dd_ranking r;

    (void) state;
    for (int i = 0; i < N; i++)
        outcome[i] = 1 + i / DD_BLOCK;
    r = ranked(outcome, N, 0);
    assert_close(dd_summary_of(&r).mean_mcse, sqrt(6.0 / 8), 1e-12);
    assert_close(dd_summary_reach_mcse(&r, 4), sqrt(8.0 / 7 * 15 / 64 / 8), 1e-12);
    /* share(Y <= 4) = .5, MCSE sqrt(8/7 / 4 / 8) = .189: from 3 (.311) to 6 (.689). */
    assert_close(dd_summary_quantile_mcse(&r, 0.5), 1.5, 0);
    dd_ranking_free(&r);
    free(outcome);
}

/* A ninth, half block of wild outcomes: its trials count, its result does not. */
static void
surplus_trials_give_no_block_result(void **state)
{
    enum { N = 8 * DD_BLOCK + 64 };
    int64_t *outcome = filled(N, 1000000);
    dd_ranking r;

    (void) state;
    for (int i = 0; i < 8 * DD_BLOCK; i++)
        outcome[i] = 1 + i / DD_BLOCK;
    r = ranked(outcome, N, 0);
    assert_close(dd_summary_of(&r).mean_mcse, sqrt(6.0 / 8.5), 1e-12);
    dd_ranking_free(&r);
    free(outcome);
}

static void
below_eight_full_blocks_mcse_is_unknown(void **state)
{
    enum { N = 8 * DD_BLOCK - 1 };
    int64_t *outcome = filled(N, 7);
    dd_ranking r = ranked(outcome, N, 0);

    (void) state;
    assert_true(isnan(dd_summary_of(&r).mean_mcse));
    assert_true(isnan(dd_summary_reach_mcse(&r, 7)));
    assert_true(isnan(dd_summary_quantile_mcse(&r, 0.5)));
    assert_false(isnan(dd_summary_of(&r).mean));
    dd_ranking_free(&r);
    free(outcome);
}

/* Closed form for independent normals: sqrt(q(1-q)/n) / density, .8: z = .8416212. */
static void
mcse_of_a_quantile_agrees_with_theory(void **state)
{
    enum { N = 32768 };
    int64_t *outcome = filled(N, 0);
    dd_stream stream = dd_stream_make(21, DD_RNG_TEST, 3, 0);
    gsl_rng *rng = dd_rng_gsl(&stream);
    double expected = sqrt(0.8 * 0.2 / N) / gsl_ran_ugaussian_pdf(0.8416212335729143);
    dd_ranking r;

    (void) state;
    for (int i = 0; i < N; i++)
        outcome[i] = (int64_t) (1e6 * gsl_ran_ugaussian(rng));
    for (int independent = 0; independent < 2; independent++) {
        r = ranked(outcome, N, independent);
        assert_close(dd_summary_quantile_mcse(&r, 0.8) / 1e6 / expected, 1, 0.25);
        assert_close((double) dd_summary_quantile(&r, 0.8) / 1e6, 0.8416212335729143,
                     4 * expected);
        dd_ranking_free(&r);
    }
    gsl_rng_free(rng);
    free(outcome);
}

static void
no_trial_is_refused_and_one_has_no_spread(void **state)
{
    static const int64_t one[] = { 42 };
    dd_error err = { 0 };
    dd_ranking r;

    (void) state;
    assert_int_equal(dd_ranking_init(&r, one, 0, 1, &err), DD_EDATA);
    assert_string_equal(err.items[0].wrong, "no trial to summarise");
    dd_error_free(&err);
    r = ranked(one, 1, 1);
    assert_true(isnan(dd_summary_of(&r).sd));
    assert_close(dd_summary_of(&r).p95, 42, 0);
    dd_ranking_free(&r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quantile_is_the_smallest_outcome_whose_share_reaches_q),
        cmocka_unit_test(rounding_of_q_times_n_does_not_move_a_quantile),
        cmocka_unit_test(mean_sd_and_reach_come_out_as_by_hand),
        cmocka_unit_test(sorting_agrees_with_qsort_for_any_sign_and_size),
        cmocka_unit_test(mcse_is_the_spread_of_the_full_blocks),
        cmocka_unit_test(surplus_trials_give_no_block_result),
        cmocka_unit_test(below_eight_full_blocks_mcse_is_unknown),
        cmocka_unit_test(mcse_of_a_quantile_agrees_with_theory),
        cmocka_unit_test(no_trial_is_refused_and_one_has_no_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
