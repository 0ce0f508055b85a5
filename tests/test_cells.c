#include "engine/cells/cells.h"
#include "engine/exact.h"
#include "engine/cells/guide.h"
#include "base/elementary.h"
#include "hand_made.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics.h>

static dd_block_sums
block_of(const hand_made *hand, uint64_t seed, uint32_t block)
{
    dd_block_sums sums;
    size_t values = hand->ratio.n > hand->size.n ? hand->ratio.n : hand->size.n;

    assert_int_equal(dd_block_sums_init(&sums, hand->tables.periods, values, NULL),
                     DD_OK);
    hand_order(hand);
    dd_cells_block(&hand->rows, &hand->tables, seed, block, &sums);
    return sums;
}

/* Levels from .4 to 2.5 over the lanes. */
static void
spread_levels(hand_made *hand)
{
    for (int lane = 0; lane < DD_BLOCK; lane++)
        hand->tables.level_wins[lane] = exp(0.9 * (lane - 63.5) / 63.5);
}

static void
the_own_logarithm_is_that_of_libm(void **state)
{
    (void) state;
    for (int i = 0; i < 200000; i++) {
        double x = (i + 0.37) / 200000;
        assert_close(dd_minus_log(x) / -log(x), 1, 1e-11);
    }
    for (double u = 0.99; u > 0x1p-33; u *= 0.71) {
        double left = 1 - u; /* and left - 1 is exact where u itself is not */
        assert_close(dd_minus_log(left) / -log1p(left - 1), 1, 1e-11);
    }
    for (double x = 0.9; x > 0x1p-62; x *= 0.87)
        assert_close(dd_minus_log(x) / -log(x), 1, 1e-11);
    assert_close(dd_minus_log(1), 0, 0);
}

/* 3000 values of weights 0, 1, 4, 9, ... mod 7: many empty, many to an entry. */
static void
a_guided_inversion_is_the_laws_own(void **state)
{
    enum { VALUES = 3000 };
    static double value[VALUES], cumulative[VALUES];
    dd_guide guide;
    dd_size_law law = { VALUES, value, cumulative };
    double sum = 0;

    (void) state;
    for (int i = 0; i < VALUES; i++) {
        value[i] = 10 * i;
        cumulative[i] = sum += i * i % 7;
    }
    for (int i = 0; i < VALUES; i++)
        cumulative[i] /= sum;
    assert_int_equal(dd_guide_init(&guide, VALUES, NULL), DD_OK);
    dd_guide_make(&guide, &law);
    for (uint32_t i = 0; i < 200000; i++) {
        uint32_t word = i * UINT32_C(2654435761);
        assert_true(dd_guide_at(&guide, word)
                    == dd_size_law_at(&law, dd_uniform32(word)));
    }
    assert_true(dd_guide_at(&guide, 0) == 10
                && dd_guide_at(&guide, UINT32_MAX) == 29990);
    dd_guide_free(&guide);
}

/* A law's last value takes what rounding has left; values without chance take nothing. */
static void
a_guide_of_few_values_is_the_laws_own(void **state)
{
    static const double value[] = { 4, 9, 25, 49 };
    double cumulative[] = { 0, 0.3, 0.3, 1 };
    dd_size_law law = { 4, value, cumulative };
    dd_guide guide;

    (void) state;
    assert_int_equal(dd_guide_init(&guide, 4, NULL), DD_OK);
    dd_guide_make(&guide, &law);
    assert_true(dd_guide_at(&guide, 0) == 9 && dd_guide_at(&guide, UINT32_MAX) == 49);
    /* .3 2^32 = 1288490188.8: word 1288490188 is at (word + .5) 2^-32 < .3 */
    assert_true(dd_guide_at(&guide, 1288490188) == 9);
    assert_true(dd_guide_at(&guide, 1288490189) == 49);
    dd_guide_free(&guide);
}

static void
rounding_goes_to_the_nearest_minor_unit(void **state)
{
    (void) state;
    assert_int_equal(dd_round_minor(2.5), 3);
    assert_int_equal(dd_round_minor(-2.5), -3);
    assert_int_equal(dd_round_minor(-2.49), -2);
    assert_int_equal(dd_round_minor(1e14 + 0.75), INT64_C(100000000000001));
}

/* A lane's word as cells.h says where it stands. */
static uint32_t
word_of_lane(const dd_stream *stream, uint32_t lane)
{
    uint32_t upper[4], lower[4], q = lane % 64 / 4;
    uint32_t w = 2 * (lane / 64) + lane % 4 / 2, half = lane % 2;

    dd_stream_words(stream, q, upper);
    dd_stream_words(stream, 16 + q, lower);
    return (upper[w] >> (16 * half) & 0xffff) << 16 | (lower[w] >> (16 * half) & 0xffff);
}

/* 40 chances up to .97 at levels of .4 to 2.5, by -log(1 - u) < level * hazard. */
static void
a_deal_is_won_where_its_word_says_so(void **state)
{
    enum { DEALS = 40, PERIODS = 3 };
    hand_made hand;
    dd_block_sums sums;

    (void) state;
    hand_make(&hand, DEALS, PERIODS);
    spread_levels(&hand);
    for (size_t i = 0; i < DEALS; i++) {
        hand.book.amount[i] = INT64_C(1) << i;
        for (size_t p = 0; p < PERIODS; p++)
            hand_chance(&hand, i, p, 0.025 * (double) (i + 1) * (double) (p + 1) / 3.1);
    }
    sums = block_of(&hand, 5, 77);
    for (size_t i = 0; i < DEALS; i++)
        for (uint32_t lane = 0; lane < DD_BLOCK; lane++) {
            dd_stream stream = dd_stream_make(5, DD_RNG_OPEN, hand.book.key[i], 77);
            double e = -log1p(-dd_uniform32(word_of_lane(&stream, lane))), before = 0;
            for (size_t p = 0; p < PERIODS; p++) {
                double until
                    = hand.tables.level_wins[lane] * hand.tables.hazard[i * PERIODS + p];
                int won = (int) (sums.open[p * DD_BLOCK + lane] >> i) & 1;
                assert_int_equal(won, e >= before && e < until);
                before = until;
            }
        }
    dd_block_sums_free(&sums);
    hand_free(&hand);
}

/* Chances so small that the upper half of a word hardly ever decides: 2^-16 and less.
 * Binomial, within four standard deviations. */
static void
the_lower_halves_of_words_decide_where_upper_ones_tie(void **state)
{
    enum { DEALS = 3000, BLOCKS = 60 };
    const double chance = 0.7 * 0x1p-16, n = (double) DEALS * BLOCKS * DD_BLOCK;
    double wins = 0;
    hand_made hand;

    (void) state;
    hand_make(&hand, DEALS, 1);
    for (size_t i = 0; i < DEALS; i++)
        hand_chance(&hand, i, 0, chance);
    for (uint32_t block = 0; block < BLOCKS; block++) {
        dd_block_sums sums = block_of(&hand, 21, block);
        for (size_t lane = 0; lane < DD_BLOCK; lane++)
            wins += (double) sums.wins[lane];
        dd_block_sums_free(&sums);
    }
    assert_close(wins, n * chance, 4 * sqrt(n * chance));
    hand_free(&hand);
}

static void
wins_are_counted_with_the_amounts(void **state)
{
    hand_made hand;
    dd_block_sums sums;

    (void) state;
    hand_make(&hand, 12, 2);
    for (size_t i = 0; i < 12; i++) {
        hand.book.amount[i] = INT64_C(1) << i;
        hand_chance(&hand, i, 0, 0.2);
        hand_chance(&hand, i, 1, 0.9);
    }
    sums = block_of(&hand, 2, 0);
    for (size_t i = 0; i < 2 * DD_BLOCK; i++)
        assert_int_equal(sums.wins[i], __builtin_popcountll((uint64_t) sums.open[i]));
    dd_block_sums_free(&sums);
    hand_free(&hand);
}

/* Amounts that are powers of two tell who won. */
static void
another_deal_leaves_the_luck_of_all_others_alone(void **state)
{
    hand_made few, more;
    dd_block_sums of_few, of_more;

    (void) state;
    hand_make(&few, 10, 1);
    hand_make(&more, 11, 1);
    for (size_t i = 0; i < 11; i++) {
        size_t at = i == 4 ? 10 : i > 4 ? i - 1 : i; /* the new one comes fifth */
        more.book.amount[i] = INT64_C(1) << at;
        hand_chance(&more, i, 0, 0.5);
        if (at == 10)
            continue;
        few.book.amount[at] = INT64_C(1) << at;
        few.book.key[at] = more.book.key[i];
        hand_chance(&few, at, 0, 0.5);
    }
    of_few = block_of(&few, 8, 3);
    of_more = block_of(&more, 8, 3);
    for (size_t i = 0; i < DD_BLOCK; i++)
        assert_int_equal(of_few.open[i], of_more.open[i] & 1023);
    dd_block_sums_free(&of_few);
    dd_block_sums_free(&of_more);
    hand_free(&few);
    hand_free(&more);
}

static void
more_wins_than_sixteen_bits_can_count_are_counted(void **state)
{
    enum { DEALS = 140001 };
    hand_made hand;
    dd_block_sums sums;

    (void) state;
    hand_make(&hand, DEALS, 1);
    for (size_t i = 0; i < DEALS; i++) {
        hand.book.amount[i] = 3;
        hand_chance(&hand, i, 0, 1.0);
    }
    sums = block_of(&hand, 1, 0);
    for (size_t lane = 0; lane < DD_BLOCK; lane++) {
        assert_int_equal(sums.wins[lane], DEALS);
        assert_int_equal(sums.open[lane], 3 * DEALS);
    }
    dd_block_sums_free(&sums);
    hand_free(&hand);
}

static void
refunds_do_not_disturb_the_count_of_wins(void **state)
{
    hand_made hand;
    dd_block_sums sums;

    (void) state;
    hand_make(&hand, 2, 1);
    hand.book.amount[0] = -5000000000;
    hand.book.amount[1] = 40;
    hand_chance(&hand, 0, 0, 1.0);
    hand_chance(&hand, 1, 0, 1.0);
    sums = block_of(&hand, 1, 0);
    assert_int_equal(sums.open[17], -4999999960);
    assert_int_equal(sums.wins[17], 2);
    dd_block_sums_free(&sums);
    hand_free(&hand);
}

/* Binomial: share of lanes over 400 blocks within four MCSE of 1 - (1 - W)^level. */
static void
chances_under_a_level_are_those_of_the_powered_curve(void **state)
{
    enum { BLOCKS = 400, HALF = DD_BLOCK / 2 };
    static const double level[] = { 0.45, 1.7 }, chance[] = { 0.12, 0.37, 0.81 };
    double wins[3][2] = { { 0 } };
    hand_made hand;

    (void) state;
    hand_make(&hand, 1, 3);
    hand.book.amount[0] = 1;
    for (size_t p = 0; p < 3; p++)
        hand_chance(&hand, 0, p, chance[p]);
    for (int lane = 0; lane < DD_BLOCK; lane++)
        hand.tables.level_wins[lane] = level[lane / HALF];
    for (uint32_t block = 0; block < BLOCKS; block++) {
        dd_block_sums sums = block_of(&hand, 6, block);
        for (size_t p = 0; p < 3; p++)
            for (size_t q = p; q < 3; q++)
                for (size_t lane = 0; lane < DD_BLOCK; lane++)
                    wins[q][lane / HALF] += (double) sums.open[p * DD_BLOCK + lane];
        dd_block_sums_free(&sums);
    }
    for (size_t p = 0; p < 3; p++)
        for (int l = 0; l < 2; l++) {
            double expected = 1 - pow(1 - chance[p], level[l]), n = BLOCKS * HALF;
            assert_close(wins[p][l] / n, expected,
                         4 * sqrt(expected * (1 - expected) / n));
        }
    hand_free(&hand);
}

/* A deal of 1000 at ratio .5, .9996 or 2 brings 500, 1000 or 2000. */
static void
ratios_are_drawn_for_winners_and_rounded_to_minor_units(void **state)
{
    enum { BLOCKS = 200 };
    static const double ratio[] = { 0.5, 0.9996, 2.0 };
    double cumulative[] = { 0.2, 0.7, 1.0 }, seen[3] = { 0 }, won = 0;
    hand_made hand;

    (void) state;
    hand_make(&hand, 1, 1);
    hand.ratio = (dd_size_law){ 3, ratio, cumulative };
    hand.book.amount[0] = 1000;
    hand_chance(&hand, 0, 0, 0.4);
    for (uint32_t block = 0; block < BLOCKS; block++) {
        dd_block_sums sums = block_of(&hand, 12, block);
        for (size_t lane = 0; lane < DD_BLOCK; lane++) {
            int64_t got = sums.open[lane];
            assert_true(sums.wins[lane] == (got != 0));
            assert_true(got == 0 || got == 500 || got == 1000 || got == 2000);
            won += got != 0;
            seen[got == 2000 ? 2 : got == 1000 ? 1 : 0] += got != 0;
        }
        dd_block_sums_free(&sums);
    }
    assert_close(won / (BLOCKS * DD_BLOCK), 0.4, 4 * sqrt(0.24 / (BLOCKS * DD_BLOCK)));
    assert_close(seen[0] / won, 0.2, 4 * sqrt(0.16 / won));
    assert_close(seen[1] / won, 0.5, 4 * sqrt(0.25 / won));
    hand_free(&hand);
}

static void
an_unknown_amount_is_drawn_like_a_new_deals(void **state)
{
    static const double size[] = { 300, 70000 };
    double cumulative[] = { 0.75, 1.0 }, sum = 0, won = 0;
    hand_made hand;

    (void) state;
    hand_make(&hand, 1, 1);
    hand.size = (dd_size_law){ 2, size, cumulative };
    hand.book.amount[0] = DD_UNKNOWN_AMOUNT;
    hand_chance(&hand, 0, 0, 0.7);
    for (uint32_t block = 0; block < 100; block++) {
        dd_block_sums sums = block_of(&hand, 3, block);
        for (size_t lane = 0; lane < DD_BLOCK; lane++) {
            sum += sums.open[lane] == 70000;
            won += (double) sums.wins[lane];
        }
        dd_block_sums_free(&sums);
    }
    assert_close(sum / won, 0.25, 4 * sqrt(0.25 * 0.75 / won));
    hand_free(&hand);
}

/* Poisson: mean and variance of each period's winners are its expected number. */
static void
winners_to_come_are_poisson_in_every_period(void **state)
{
    enum { BLOCKS = 300, N = BLOCKS * DD_BLOCK };
    static const double until[] = { 0.8, 7.5, 7.5, 12.0 };
    static double wins[4][N];
    hand_made hand;

    (void) state;
    hand_make(&hand, 0, 4);
    hand.size.value = (const double[]){ 30.0 };
    for (size_t p = 0; p < 4; p++)
        hand_winners(&hand, p, until[p]);
    for (uint32_t block = 0; block < BLOCKS; block++) {
        dd_block_sums sums = block_of(&hand, 9, block);
        for (size_t i = 0; i < 4 * DD_BLOCK; i++) {
            wins[i / DD_BLOCK][block * DD_BLOCK + i % DD_BLOCK] = (double) sums.wins[i];
            assert_int_equal(sums.new_[i], 30 * sums.wins[i]);
        }
        dd_block_sums_free(&sums);
    }
    for (size_t p = 0; p < 4; p++) {
        double mean = until[p] - (p > 0 ? until[p - 1] : 0);
        assert_close(gsl_stats_mean(wins[p], 1, N), mean, 4 * sqrt(mean / N));
        /* var of a Poisson sample variance: (mean + 2 mean^2) / n */
        assert_close(gsl_stats_variance(wins[p], 1, N), mean,
                     4 * sqrt((mean + 2 * mean * mean) / N));
    }
    assert_close(gsl_stats_correlation(wins[0], 1, wins[3], 1, N), 0, 4 / sqrt(N));
    hand_free(&hand);
}

/* Chi-squared of the counts of one period with 37.3 expected, over the cells k = 20..60
 * and what lies beyond: the whole law, across two and a third chunks of the process. */
static void
the_number_of_winners_follows_poissons_law(void **state)
{
    enum { BLOCKS = 400, N = BLOCKS * DD_BLOCK, LOW = 20, HIGH = 60 };
    double count[HIGH - LOW + 1] = { 0 }, chi2 = 0;
    hand_made hand;

    (void) state;
    hand_make(&hand, 0, 2);
    hand_winners(&hand, 0, 11.9);
    hand_winners(&hand, 1, 11.9 + 37.3);
    for (uint32_t block = 0; block < BLOCKS; block++) {
        dd_block_sums sums = block_of(&hand, 17, block);
        for (size_t lane = 0; lane < DD_BLOCK; lane++) {
            int64_t k = sums.wins[DD_BLOCK + lane];
            count[k < LOW ? 0 : k > HIGH ? HIGH - LOW : k - LOW]++;
        }
        dd_block_sums_free(&sums);
    }
    for (unsigned k = LOW; k <= HIGH; k++) {
        double chance = k == LOW    ? gsl_cdf_poisson_P(LOW, 37.3)
                        : k == HIGH ? gsl_cdf_poisson_Q(HIGH - 1, 37.3)
                                    : gsl_ran_poisson_pdf(k, 37.3);
        double off = count[k - LOW] - N * chance;
        chi2 += off * off / (N * chance);
    }
    assert_close(gsl_cdf_chisq_Q(chi2, HIGH - LOW), 0.5, 0.4995);
    hand_free(&hand);
}

static void
more_arrivals_keep_every_winner_there_was(void **state)
{
    static const double size[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    double cumulative[] = { 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.9, 1.0 };
    hand_made hand;
    dd_block_sums normal, busy;

    (void) state;
    hand_make(&hand, 0, 2);
    hand.size = (dd_size_law){ 8, size, cumulative };
    hand_winners(&hand, 0, 3.0);
    hand_winners(&hand, 1, 5.5);
    normal = block_of(&hand, 4, 2);
    for (int lane = 0; lane < DD_BLOCK; lane++)
        hand.tables.level_arrivals[lane] = 1.4;
    busy = block_of(&hand, 4, 2);
    for (size_t lane = 0; lane < DD_BLOCK; lane++) {
        assert_true(busy.wins[lane] >= normal.wins[lane]);
        assert_true(busy.new_[lane] >= normal.new_[lane]);
        assert_true(busy.new_[lane] + busy.new_[DD_BLOCK + lane]
                    >= normal.new_[lane] + normal.new_[DD_BLOCK + lane]);
    }
    dd_block_sums_free(&normal);
    dd_block_sums_free(&busy);
    hand_free(&hand);
}

static void
blocks_and_seeds_differ_and_repeat(void **state)
{
    enum { BYTES = DD_BLOCK * sizeof(int64_t) };
    hand_made hand;
    dd_block_sums a, again, block, seed;

    (void) state;
    hand_make(&hand, 20, 1);
    hand_winners(&hand, 0, 4.0);
    for (size_t i = 0; i < 20; i++) {
        hand.book.amount[i] = INT64_C(1) << i;
        hand_chance(&hand, i, 0, 0.5);
    }
    a = block_of(&hand, 1, 0);
    again = block_of(&hand, 1, 0);
    block = block_of(&hand, 1, 1);
    seed = block_of(&hand, 2, 0);
    assert_memory_equal(a.open, again.open, BYTES);
    assert_memory_equal(a.new_, again.new_, BYTES);
    assert_memory_not_equal(a.open, block.open, BYTES);
    assert_memory_not_equal(a.new_, block.new_, BYTES);
    assert_memory_not_equal(a.open, seed.open, BYTES);
    assert_memory_not_equal(a.new_, seed.new_, BYTES);
    dd_block_sums_free(&a);
    dd_block_sums_free(&again);
    dd_block_sums_free(&block);
    dd_block_sums_free(&seed);
    hand_free(&hand);
}

/* Sampled mean and P(>= amount) against exact, within four MCSE. */
static void
cells_agree_with_exact(void **state)
{
    enum { BLOCKS = 256, N = BLOCKS * DD_BLOCK };
    static const double ratio[] = { 0.7, 1.0, 1.3 }, size[] = { 100, 250, 900, 4000 };
    static const int64_t asked[] = { 4000, 6000, 8000, 10000, 14000 };
    double ratio_chance[] = { 0.3, 0.6, 1.0 }, size_chance[] = { 0.4, 0.7, 0.95, 1.0 };
    double mean = 0, reached[5] = { 0 };
    hand_made hand;
    dd_exact exact;

    (void) state;
    hand_make(&hand, 30, 2);
    hand.ratio = (dd_size_law){ 3, ratio, ratio_chance };
    hand.size = (dd_size_law){ 4, size, size_chance };
    hand_winners(&hand, 0, 1.5);
    hand_winners(&hand, 1, 6.0);
    for (size_t i = 0; i < 30; i++) {
        hand.book.amount[i] = i % 7 == 3 ? DD_UNKNOWN_AMOUNT : 100 + 10 * (int64_t) i;
        hand_chance(&hand, i, 0, 0.01 * (double) (i + 1));
        hand_chance(&hand, i, 1, 0.03 * (double) (i + 1));
    }
    assert_int_equal(
        dd_exact_total(&exact, &hand.book, &hand.rows, &hand.tables, 0, 1, NULL), DD_OK);
    for (uint32_t block = 0; block < BLOCKS; block++) {
        dd_block_sums sums = block_of(&hand, 14, block);
        for (size_t lane = 0; lane < DD_BLOCK; lane++) {
            int64_t both = sums.open[lane] + sums.open[DD_BLOCK + lane] + sums.new_[lane]
                           + sums.new_[DD_BLOCK + lane];
            mean += (double) both / N;
            for (int i = 0; i < 5; i++)
                reached[i] += both >= asked[i] ? 1.0 / N : 0;
        }
        dd_block_sums_free(&sums);
    }
    assert_close(mean, exact.mean, 4 * exact.sd / sqrt(N));
    for (int i = 0; i < 5; i++) {
        double p = dd_exact_reach(&exact, asked[i]);
        assert_true(p > 0.001 && p < 0.999);
        assert_close(reached[i], p, 4 * sqrt(p * (1 - p) / N));
    }
    dd_exact_free(&exact);
    hand_free(&hand);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_own_logarithm_is_that_of_libm),
        cmocka_unit_test(a_guided_inversion_is_the_laws_own),
        cmocka_unit_test(a_guide_of_few_values_is_the_laws_own),
        cmocka_unit_test(rounding_goes_to_the_nearest_minor_unit),
        cmocka_unit_test(a_deal_is_won_where_its_word_says_so),
        cmocka_unit_test(the_lower_halves_of_words_decide_where_upper_ones_tie),
        cmocka_unit_test(wins_are_counted_with_the_amounts),
        cmocka_unit_test(another_deal_leaves_the_luck_of_all_others_alone),
        cmocka_unit_test(more_wins_than_sixteen_bits_can_count_are_counted),
        cmocka_unit_test(refunds_do_not_disturb_the_count_of_wins),
        cmocka_unit_test(chances_under_a_level_are_those_of_the_powered_curve),
        cmocka_unit_test(ratios_are_drawn_for_winners_and_rounded_to_minor_units),
        cmocka_unit_test(an_unknown_amount_is_drawn_like_a_new_deals),
        cmocka_unit_test(winners_to_come_are_poisson_in_every_period),
        cmocka_unit_test(the_number_of_winners_follows_poissons_law),
        cmocka_unit_test(more_arrivals_keep_every_winner_there_was),
        cmocka_unit_test(blocks_and_seeds_differ_and_repeat),
        cmocka_unit_test(cells_agree_with_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
