/* Blocks of many seeds, by every kernel of this processor, against the exact law: mean, sd,
 * shares below the exact P10, P50 and P90, P(hit). Their z-scores must be standard normal:
 * of SEEDS of them the mean and the mean square, bounds that one sample in a hundred
 * thousand misses. Printed, so that they can be read beside the bounds. */
#include "base/isa.h"
#include "engine/cells/cells.h"
#include "engine/exact.h"
#include "hand_made.h"

#include <math.h>

#define SEEDS 2000
#define BLOCKS 16
#define TRIALS (BLOCKS * DD_BLOCK)
#define DEALS 30
#define SCORES 6

static const char *const score_name[SCORES]
    = { "mean", "sd", "P10", "P50", "P90", "P(hit)" };

/* What is known exactly of the amount won over both periods. */
typedef struct {
    double mean, sd, fourth; /* central moment */
    int64_t at[4];           /* P10, P50, P90, a target */
    double below[4];         /* P(Y < at), of the target 1 - P(hit) */
} law;

static void
make_company(hand_made *hand, int drawn, double level)
{
    static const double ratio[] = { 0.7, 1.0, 1.3 }, size[] = { 100, 250, 900, 4000 };
    static double ratio_chance[] = { 0.3, 0.6, 1.0 };
    static double size_chance[] = { 0.4, 0.7, 0.95, 1.0 };

    hand_make(hand, DEALS, 2);
    if (drawn)
        hand->ratio = (dd_size_law){ 3, ratio, ratio_chance };
    hand->size = (dd_size_law){ 4, size, size_chance };
    hand_winners(hand, 0, 1.5);
    hand_winners(hand, 1, 6.0);
    for (size_t i = 0; i < DEALS; i++) {
        hand->book.amount[i] = i % 7 == 3 ? DD_UNKNOWN_AMOUNT : 100 + 10 * (int64_t) i;
        hand_chance(hand, i, 0, 0.01 * (double) (i + 1));
        hand_chance(hand, i, 1, 0.03 * (double) (i + 1));
    }
    hand_order(hand);
    for (int lane = 0; lane < DD_BLOCK; lane++)
        hand->tables.level_wins[lane] = level;
}

/* Exact is at level 1: the level acts as a factor on hazards. */
static void
scale_hazards(hand_made *hand, double times)
{
    for (size_t i = 0; i < 2 * DEALS; i++)
        hand->tables.hazard[i] *= times;
}

static law
exact_law(hand_made *hand, double level)
{
    static const double q[] = { 0.1, 0.5, 0.9, 0.7 };
    dd_exact exact;
    law of = { 0 };

    scale_hazards(hand, level);
    assert_int_equal(
        dd_exact_total(&exact, &hand->book, &hand->rows, &hand->tables, 0, 1, NULL),
        DD_OK);
    scale_hazards(hand, 1 / level);
    assert_close(exact.added_sd, 0, 0);
    of.mean = exact.mean;
    of.sd = exact.sd;
    for (size_t i = 0; i < exact.n; i++)
        of.fourth += exact.chance[i]
                     * pow(exact.origin + (double) i * exact.step - of.mean, 4);
    for (int i = 0; i < 4; i++) {
        of.at[i] = (int64_t) dd_exact_quantile(&exact, q[i]) + (i < 3);
        of.below[i] = 1 - dd_exact_reach(&exact, of.at[i]);
    }
    dd_exact_free(&exact);
    return of;
}

static void
play(const hand_made *hand, dd_block_sums *sums, uint64_t seed, int64_t won[TRIALS])
{
    for (uint32_t block = 0; block < BLOCKS; block++) {
        dd_cells_block(&hand->rows, &hand->tables, seed, block, sums);
        for (size_t lane = 0; lane < DD_BLOCK; lane++)
            won[block * DD_BLOCK + lane] = sums->open[lane] + sums->open[DD_BLOCK + lane]
                                           + sums->new_[lane]
                                           + sums->new_[DD_BLOCK + lane];
    }
}

/* The variance of a sample variance is (mu4 - sigma^4 (n - 3)/(n - 1)) / n. */
static void
score(const int64_t won[TRIALS], const law *of, double z[SCORES])
{
    const double n = TRIALS, variance = of->sd * of->sd;
    double sum = 0, squares = 0, below[4] = { 0 };

    for (int i = 0; i < TRIALS; i++) {
        double off = (double) won[i] - of->mean;
        sum += off;
        squares += off * off;
        for (int k = 0; k < 4; k++)
            below[k] += won[i] < of->at[k];
    }
    z[0] = sum / sqrt(n) / of->sd;
    z[1] = ((squares - sum * sum / n) / (n - 1) - variance)
           / sqrt((of->fourth - variance * variance * (n - 3) / (n - 1)) / n);
    for (int k = 0; k < 4; k++)
        z[2 + k] = (below[k] / n - of->below[k])
                   / sqrt(of->below[k] * (1 - of->below[k]) / n);
}

static void
assert_standard_normal(const char *isa, const char *what, double level)
{
    double sum[SCORES] = { 0 }, squares[SCORES] = { 0 }, worst[SCORES] = { 0 };
    static int64_t won[TRIALS];
    dd_block_sums sums;
    hand_made hand;
    law of;

    make_company(&hand, what[0] == 'd', level);
    of = exact_law(&hand, level);
    assert_int_equal(dd_block_sums_init(&sums, 2, 4, NULL), DD_OK);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        double z[SCORES];
        play(&hand, &sums, seed, won);
        score(won, &of, z);
        for (int i = 0; i < SCORES; i++) {
            sum[i] += z[i];
            squares[i] += z[i] * z[i];
            worst[i] = fmax(worst[i], fabs(z[i]));
        }
    }
    for (int i = 0; i < SCORES; i++) {
        print_message(
            "%-8s %-6s level %.1f %-6s mean z %+.3f, mean z^2 %.3f, worst %.2f\n", isa,
            what, level, score_name[i], sum[i] / SEEDS, squares[i] / SEEDS, worst[i]);
        assert_close(sum[i] / SEEDS, 0, 4.42 / sqrt(SEEDS));
        assert_close(squares[i] / SEEDS, 1, 4.42 * sqrt(2.0 / SEEDS));
        assert_true(worst[i] < 6);
    }
    dd_block_sums_free(&sums);
    hand_free(&hand);
}

static void
every_kernel_samples_the_exact_law(void **state)
{
    static const char *const isa[] = { "baseline", "avx2", "avx512" };
    int played = 0;

    (void) state;
    for (int i = 0; i < 3; i++) {
        if (dd_isa_choose(isa[i], NULL))
            continue;
        assert_standard_normal(isa[i], "known", 1.0);
        assert_standard_normal(isa[i], "drawn", 1.0);
        assert_standard_normal(isa[i], "known", 1.7); /* a factor on hazards */
        played++;
    }
    assert_int_equal(dd_isa_choose(NULL, NULL), DD_OK);
    assert_true(played > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_samples_the_exact_law),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
