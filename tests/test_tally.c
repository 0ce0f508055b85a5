/* Outcomes that are counted say the same as outcomes that are kept. */
#include "answers/forecast/tally.h"

#include "base/rng.h"
#include "check.h"

#include <stdlib.h>

#define TRIALS 20000

/* Log-normal sizes with median `size`, every third one negative when asked. */
static int64_t *
made_up(double size, double spread, int negative)
{
    int64_t *outcome = malloc(TRIALS * sizeof *outcome);
    dd_stream stream = dd_stream_make(11, DD_RNG_TEST, 1, 0);

    assert_non_null(outcome);
    for (uint32_t i = 0; i < TRIALS; i++) {
        uint32_t word[4];
        dd_stream_words(&stream, i, word);
        double u = dd_uniform53(word[0], word[1]);
        outcome[i] = (int64_t) (size * exp(spread * (2.0 * u - 1.0)));
        if (negative && i % 3 == 0)
            outcome[i] = -outcome[i];
    }
    return outcome;
}

static dd_tally
counted(const int64_t *outcome, int64_t target, int independent)
{
    dd_tally tally;

    assert_int_equal(dd_tally_init(&tally, target, independent, NULL), DD_OK);
    dd_tally_add(&tally, outcome, 8 * DD_BLOCK);
    dd_tally_add(&tally, outcome + 8 * DD_BLOCK, TRIALS - 8 * DD_BLOCK);
    return tally;
}

static void
assert_agrees(const int64_t *outcome, int64_t target, int independent, double apart)
{
    dd_tally tally = counted(outcome, target, independent);
    dd_ranking ranking;
    dd_summary a, b = dd_tally_summary(&tally);

    assert_int_equal(dd_ranking_init(&ranking, outcome, TRIALS, independent, NULL),
                     DD_OK);
    a = dd_summary_of(&ranking);
    assert_close(b.mean, a.mean, 1e-12 * fabs(a.mean));
    assert_close(b.sd, a.sd, 1e-12 * a.sd);
    assert_close(b.mean_mcse, a.mean_mcse, 1e-9 * a.mean_mcse);
    assert_close(dd_running_reach(&tally.running), dd_summary_reach(&ranking, target),
                 0.0);
    assert_close(dd_running_reach_mcse(&tally.running),
                 dd_summary_reach_mcse(&ranking, target), 1e-12);
    for (int i = 0; i <= 40; i++) {
        double exact = (double) dd_summary_quantile(&ranking, i / 40.0);
        assert_close((double) dd_tally_quantile(&tally, i / 40.0), exact,
                     apart * fabs(exact));
    }
    dd_ranking_free(&ranking);
    dd_tally_free(&tally);
}

static void
up_to_two_to_the_17th_nothing_is_lost(void **state)
{
    int64_t *outcome = made_up(31000, 1.4, 1);

    (void) state;
    assert_agrees(outcome, 40123, 0, 0.0);
    assert_agrees(outcome, 40123, 1, 0.0);
    free(outcome);
}

static void
above_a_quantile_is_off_by_one_part_in_131072_at_most(void **state)
{
    int64_t *outcome = made_up(7.3e9, 6.0, 1);

    (void) state;
    assert_agrees(outcome, 5123456789, 0, 0x1p-17);
    free(outcome);
}

static void
the_whole_range_has_its_buckets(void **state)
{
    int64_t outcome[TRIALS];

    (void) state;
    for (int i = 0; i < TRIALS; i++) {
        int64_t size = (INT64_C(1) << i % 63) + i % 3 - 1; /* about each power of two */
        outcome[i] = i % 2 ? size : -1 - size;
    }
    outcome[0] = INT64_MAX;
    outcome[1] = INT64_MIN;
    dd_tally tally = counted(outcome, DD_NO_TARGET, 0);
    dd_ranking ranking;
    assert_int_equal(dd_ranking_init(&ranking, outcome, TRIALS, 0, NULL), DD_OK);
    for (int i = 0; i < TRIALS; i += 331) {
        double q = (i + 0.5) / TRIALS, exact = (double) ranking.sorted[i];
        assert_close((double) dd_tally_quantile(&tally, q), exact,
                     0x1p-17 * fabs(exact));
    }
    dd_ranking_free(&ranking);
    dd_tally_free(&tally);
}

typedef struct {
    size_t n;
    int64_t last;
} seen;

static void
see(void *arg, int64_t outcome, size_t n)
{
    seen *self = arg;

    assert_true(self->n == 0 || outcome > self->last);
    self->last = outcome;
    self->n += n;
}

static void
buckets_are_told_in_ascending_order_and_hold_every_trial(void **state)
{
    int64_t *outcome = made_up(2.9e7, 3.0, 1);
    dd_tally tally = counted(outcome, DD_NO_TARGET, 0);
    seen all = { 0 };

    (void) state;
    dd_tally_each(&tally, see, &all);
    assert_int_equal(all.n, TRIALS);
    dd_tally_free(&tally);
    free(outcome);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(up_to_two_to_the_17th_nothing_is_lost),
        cmocka_unit_test(above_a_quantile_is_off_by_one_part_in_131072_at_most),
        cmocka_unit_test(the_whole_range_has_its_buckets),
        cmocka_unit_test(buckets_are_told_in_ascending_order_and_hold_every_trial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
