/* Trials of many seeds, by every kernel of this processor, against the exact law: mean, sd,
 * shares below the exact P10, P50 and P90, P(hit). Their z-scores must have mean 0 and mean
 * square 1: of SEEDS of them both are held to bounds that one sample in a hundred thousand
 * misses. Printed, so that they can be read beside the bounds. */
#include "base/isa.h"
#include "engine/cells/cells.h"
#include "engine/exact.h"
#include "hand_made.h"

#include <math.h>

#define SEEDS 2000
#define MOST_TRIALS 10007
#define DEALS 30
#define SCORES 6

static const char *const score_name[SCORES]
    = { "mean", "sd", "P10", "P50", "P90", "P(hit)" };

/* What is known exactly of the amount won over both periods. */
typedef struct {
    double mean, sd, fourth, eighth; /* central moments */
    int64_t at[4];                   /* P10, P50, P90, a target */
    double below[4];                 /* P(Y < at), of the target 1 - P(hit) */
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
    for (size_t i = 0; i < exact.n; i++) {
        double off = exact.origin + (double) i * exact.step - of.mean;
        of.fourth += exact.chance[i] * pow(off, 4);
        of.eighth += exact.chance[i] * pow(off, 8);
    }
    for (int i = 0; i < 4; i++) {
        of.at[i] = (int64_t) dd_exact_quantile(&exact, q[i]) + (i < 3);
        of.below[i] = 1 - dd_exact_reach(&exact, of.at[i]);
    }
    dd_exact_free(&exact);
    return of;
}

/* Whole blocks are played; surplus lanes of the last are dropped. */
static void
play(const hand_made *hand, dd_block_sums *sums, uint64_t seed, size_t trials,
     int64_t *won)
{
    for (size_t first = 0; first < trials; first += DD_BLOCK) {
        dd_cells_block(&hand->rows, &hand->tables, seed, (uint32_t) (first / DD_BLOCK),
                       sums);
        for (size_t lane = 0; lane < DD_BLOCK && first + lane < trials; lane++)
            won[first + lane] = sums->open[lane] + sums->open[DD_BLOCK + lane]
                                + sums->new_[lane] + sums->new_[DD_BLOCK + lane];
    }
}

/* The variance of a sample variance is (mu4 - sigma^4 (n - 3)/(n - 1)) / n; one trial has
 * none, which is told as 0. */
static void
score(const int64_t *won, size_t trials, const law *of, double z[SCORES])
{
    const double n = (double) trials, variance = of->sd * of->sd;
    double sum = 0, squares = 0, below[4] = { 0 };

    for (size_t i = 0; i < trials; i++) {
        double off = (double) won[i] - of->mean;
        sum += off;
        squares += off * off;
        for (int k = 0; k < 4; k++)
            below[k] += won[i] < of->at[k];
    }
    z[0] = sum / sqrt(n) / of->sd;
    z[1] = trials < 2
               ? 0
               : ((squares - sum * sum / n) / (n - 1) - variance)
                     / sqrt((of->fourth - variance * variance * (n - 3) / (n - 1)) / n);
    for (int k = 0; k < 4; k++)
        z[2 + k] = (below[k] / n - of->below[k])
                   / sqrt(of->below[k] * (1 - of->below[k]) / n);
}

/* The variance of z^2 is 2 + k / n, k the excess kurtosis of what each trial adds: the
 * amount, its squared distance from the mean, whether it lies below. */
static double
variance_of_square(const law *of, int which, double n)
{
    double variance = of->sd * of->sd, p;

    if (which == 0)
        return 2 + (of->fourth / (variance * variance) - 3) / n;
    if (which == 1) /* bounded from above: (x - 1)^4 <= x^4 for the x that matter */
        return 2 + of->eighth / pow(of->fourth - variance * variance, 2) / n;
    p = of->below[which - 2];
    return 2 + (1 / (p * (1 - p)) - 6) / n;
}

typedef struct {
    const char *isa, *amounts;
    double level;
    size_t trials;
} sample;

static void
assert_scores(const sample *of, const law *exact, const double sum[SCORES],
              const double squares[SCORES])
{
    for (int i = 0; i < SCORES; i++) {
        double spread = variance_of_square(exact, i, (double) of->trials);
        if (of->trials < 2 && i == 1)
            continue;
        print_message(
            "%-8s %-6s level %.1f %5zu trials %-6s mean z %+.3f, mean z^2 %.3f "
            "(within %.3f, %.3f)\n",
            of->isa, of->amounts, of->level, of->trials, score_name[i], sum[i] / SEEDS,
            squares[i] / SEEDS, 4.42 / sqrt(SEEDS), 4.42 * sqrt(spread / SEEDS));
        assert_close(sum[i] / SEEDS, 0, 4.42 / sqrt(SEEDS));
        assert_close(squares[i] / SEEDS, 1, 4.42 * sqrt(spread / SEEDS) + 1e-9);
    }
}

static void
assert_exact_law(const sample *of)
{
    double sum[SCORES] = { 0 }, squares[SCORES] = { 0 };
    static int64_t won[MOST_TRIALS];
    dd_block_sums sums;
    hand_made hand;
    law exact;

    make_company(&hand, of->amounts[0] == 'd', of->level);
    exact = exact_law(&hand, of->level);
    assert_int_equal(dd_block_sums_init(&sums, 2, 4, NULL), DD_OK);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        double z[SCORES];
        play(&hand, &sums, seed, of->trials, won);
        score(won, of->trials, &exact, z);
        for (int i = 0; i < SCORES; i++) {
            sum[i] += z[i];
            squares[i] += z[i] * z[i];
        }
    }
    assert_scores(of, &exact, sum, squares);
    dd_block_sums_free(&sums);
    hand_free(&hand);
}

static void
every_kernel_samples_the_exact_law(void **state)
{
    static const char *const isa[] = { "baseline", "avx2", "avx512" };
    static const size_t trials[] = { 1, 127, 128, 129, MOST_TRIALS };
    int played = 0;

    (void) state;
    for (int i = 0; i < 3; i++) {
        if (dd_isa_choose(isa[i], NULL))
            continue;
        for (int k = 0; k < 5; k++)
            assert_exact_law(&(sample){ isa[i], "known", 1.0, trials[k] });
        assert_exact_law(&(sample){ isa[i], "drawn", 1.0, 2048 });
        assert_exact_law(&(sample){ isa[i], "known", 1.7, 2048 }); /* times hazards */
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
