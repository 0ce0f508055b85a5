#include "engine/cells/cells.h"
#include "engine/cells/kernel.h"
#include "base/elementary.h"
#include "hand_made.h"

#include <string.h>

/* The kernels that this processor can run. */
static size_t
kernels(const dd_kernel *kernel[3])
{
    static const char *const name[] = { "baseline", "avx2", "avx512" };
    size_t n = 0;

    for (int i = 0; i < 3; i++) {
        if (dd_isa_choose(name[i], NULL) == DD_OK)
            kernel[n++] = dd_kernel_chosen();
        else
            print_message("skipped: %s is not on this processor\n", name[i]);
    }
    assert_int_equal(dd_isa_choose(NULL, NULL), DD_OK);
    return n;
}

static void
every_kernel_reads_the_same_stream(void **state)
{
    const dd_kernel *kernel[3];
    size_t n = kernels(kernel);

    (void) state;
    for (uint32_t block = 0; block < 20; block++) {
        uint32_t position = block * 16 + (block == 19 ? UINT32_MAX - 15 - 19 * 16 : 0);
        uint64_t seed = UINT64_C(0x9e3779b97f4a7c15) * (block + 1);
        dd_stream stream
            = dd_stream_make(seed, DD_RNG_TEST, ~(uint64_t) block << 20, block);
        dd_round_keys keys;
        dd_round_keys_make(&keys, seed, DD_RNG_TEST);
        for (size_t k = 0; k < n; k++) {
            uint32_t word[DD_WORDS], four[4];
            kernel[k]->words(&keys, &stream, position, word);
            for (uint32_t i = 0; i < DD_WORDS; i++) {
                dd_stream_words(&stream, position + i % 32 / 2, four);
                assert_int_equal(word[i], four[2 * (i / 32) + i % 2]);
            }
        }
    }
}

/* Of all words with the upper half u, the least and the greatest decide whether all are
 * won, or none: by the scalar rule of cells_open.c. */
static int
all_won(uint32_t u, double level, double hazard)
{
    return dd_minus_log(((double) ~(u << 16 | 0xffff) + 0.5) * 0x1p-32) / level < hazard;
}

static int
none_won(uint32_t u, double level, double hazard)
{
    return dd_minus_log(((double) ~(u << 16) + 0.5) * 0x1p-32) / level >= hazard;
}

/* Whoever is below the limit is won whatever the lower half; whoever is further above it
 * than DD_NEAR is not. */
static void
assert_sure(const dd_kernel *kernel, const double *level, double hazard)
{
    static dd_products products;
    uint16_t limit[DD_BLOCK];

    kernel->products(&products, level);
    kernel->limits(&products, hazard, limit);
    for (int lane = 0; lane < DD_BLOCK; lane++) {
        uint32_t u = limit[lane];
        assert_true(u == 0 || all_won(u - 1, level[lane], hazard));
        assert_true(u + DD_NEAR >= 65535
                    || none_won(u + DD_NEAR + 1, level[lane], hazard));
    }
}

/* Hazards from 1e-9 to 60 at levels that a spread of 0, .2 and 1 brings. */
static void
limits_sort_out_only_what_is_sure(void **state)
{
    static const double spread[] = { 0, 0.2, 1 };
    const dd_kernel *kernel[3];
    size_t n = kernels(kernel);
    double level[DD_BLOCK];

    (void) state;
    for (int s = 0; s < 3; s++) {
        for (int lane = 0; lane < DD_BLOCK; lane++)
            level[lane] = exp(3.5 * spread[s] * (lane * 37 % DD_BLOCK - 63.7) / 63.5);
        for (double hazard = 1e-9; hazard < 60; hazard *= 1.0083)
            for (size_t k = 0; k < n; k++)
                assert_sure(kernel[k], level, hazard);
    }
}

/* Word against limit at their closest, modulo 2^16 too. */
static void
fates_part_the_sure_from_the_near(void **state)
{
    const dd_kernel *kernel[3];
    size_t n = kernels(kernel);
    dd_stream stream = dd_stream_make(4, DD_RNG_TEST, 2, 9);
    dd_round_keys keys;
    uint16_t limit[DD_BLOCK], u[DD_BLOCK];
    uint32_t word[DD_WORDS];

    (void) state;
    dd_round_keys_make(&keys, 4, DD_RNG_TEST);
    dd_kernel_baseline.words(&keys, &stream, 0, word);
    for (int lane = 0; lane < DD_BLOCK; lane++)
        u[lane] = (uint16_t) (word[lane / 2] >> (16 * (lane % 2)));
    for (int over = -3; over <= DD_NEAR + 3; over++)
        for (size_t k = 0; k < n; k++) {
            dd_lane_set won, near;
            for (int lane = 0; lane < DD_BLOCK; lane++)
                limit[lane] = (uint16_t) (u[lane] - over);
            kernel[k]->fates(&keys, &stream, limit, 1, &won, &near);
            for (int lane = 0; lane < DD_BLOCK; lane++) {
                int is_won = won.half[lane / 64] >> lane % 64 & 1;
                int is_near = near.half[lane / 64] >> lane % 64 & 1;
                assert_int_equal(is_won, u[lane] < limit[lane]);
                assert_int_equal(is_near, over >= 0 && over <= DD_NEAR);
            }
        }
}

enum { PERIODS = 3, CELLS = PERIODS * DD_BLOCK };

/* DD_MARKS deals of four rows, hazards up to 4.5. */
static void
make_marked(dd_marked *self, double hazard[4][PERIODS])
{
    static uint16_t limit[CELLS];
    static double alike[PERIODS * DD_MARKS];

    *self = (dd_marked){ .n = DD_MARKS, .limit = limit, .alike = alike };
    for (size_t row = 0; row < 4; row++)
        for (size_t p = 0; p < PERIODS; p++)
            hazard[row][p] = 1e-3 + 0.5 * (double) (row * (p + 1));
    for (unsigned d = 0; d < DD_MARKS; d++) {
        self->item[d] = d * UINT64_C(0x1234567890ab);
        self->hazard[d] = hazard[d * 4 / DD_MARKS];
    }
}

/* Does the word stand within 9 x 2^-16 of a threshold? */
static int
stands_near(uint32_t u, double level, const double hazard[PERIODS])
{
    for (size_t p = 0; p < PERIODS; p++)
        if ((u < 9 || all_won(u - 9, level, hazard[p]))
            && (u + 9 > 65535 || none_won(u + 9, level, hazard[p])))
            return 1;
    return 0;
}

/* One deal's marks by the scalar rule; @return lanes that were left to be decided */
static size_t
assert_marks(const dd_marked *marked, unsigned d, int any_near,
             const uint32_t word[DD_WORDS], const double *level, const uint16_t *bits)
{
    size_t left = 0;

    for (size_t lane = 0; lane < DD_BLOCK; lane++) {
        uint32_t u = word[lane / 2] >> (16 * (lane % 2)) & 0xffff;
        const double *hazard = marked->hazard[d];
        if (any_near && (marked->near[d].half[lane / 64] >> lane % 64 & 1)) {
            assert_true(stands_near(u, level[lane], hazard));
            left++;
            continue;
        }
        for (size_t p = 0; p < PERIODS; p++)
            assert_true(bits[p * DD_BLOCK + lane] >> d & 1
                            ? all_won(u, level[lane], hazard[p])
                            : none_won(u, level[lane], hazard[p]));
    }
    return left;
}

static size_t
mark_and_assert(const dd_kernel *kernel, const double *level, uint32_t block)
{
    static dd_products products;
    double hazard[4][PERIODS];
    uint16_t bits[CELLS] = { 0 };
    dd_round_keys keys;
    dd_marked marked;
    unsigned near;
    size_t left = 0;

    dd_round_keys_make(&keys, 8, DD_RNG_TEST);
    make_marked(&marked, hazard);
    kernel->products(&products, level);
    near = kernel->mark(&keys, block, &products, PERIODS, &marked, bits);
    for (unsigned d = 0; d < DD_MARKS; d++) {
        dd_stream stream = dd_stream_make(8, DD_RNG_TEST, marked.item[d], block);
        uint32_t word[DD_WORDS];
        kernel->words(&keys, &stream, 0, word);
        left += assert_marks(&marked, d, near >> d & 1, word, level, bits);
    }
    return left;
}

/* Levels that differ, then one that all have. Of 40 x 16 x 128 lanes at 3 limits, 8 or 2
 * words wide, about 30 and 7.5 are left; no kernel leaves others. */
static void
marks_are_right_wherever_they_are_sure(void **state)
{
    const dd_kernel *kernel[3];
    size_t n = kernels(kernel);

    (void) state;
    for (int alike = 0; alike < 2; alike++) {
        size_t left[3] = { 0 };
        double level[DD_BLOCK];
        for (int lane = 0; lane < DD_BLOCK; lane++)
            level[lane] = alike ? 1.37 : exp(0.02 * (lane * 37 % DD_BLOCK - 63.7));
        for (size_t k = 0; k < n; k++) {
            for (uint32_t block = 0; block < 40; block++)
                left[k] += mark_and_assert(kernel[k], level, block);
            assert_in_range(left[k], alike ? 1 : 10, alike ? 20 : 60);
            assert_int_equal(left[k], left[0]);
        }
    }
}

static void
sums_grow_by_the_gains_that_are_marked(void **state)
{
    const dd_kernel *kernel[3];
    size_t n = kernels(kernel);
    uint64_t gain[DD_MARKS], sum[DD_BLOCK];
    uint16_t bits[DD_BLOCK];

    (void) state;
    for (uint64_t i = 0; i < DD_MARKS; i++)
        gain[i] = (UINT64_C(1) << 48) - 17 + i * i * 1000003;
    for (size_t k = 0; k < n; k++) {
        for (uint64_t i = 0; i < DD_BLOCK; i++) {
            bits[i] = (uint16_t) (i * 40503u);
            sum[i] = i * 1000;
        }
        kernel[k]->settle(sum, bits, DD_BLOCK, gain);
        for (uint64_t i = 0; i < DD_BLOCK; i++) {
            uint64_t expected = i * 1000;
            for (int d = 0; d < DD_MARKS; d++)
                expected += ((i * 40503u) >> d & 1) * gain[d];
            assert_true(sum[i] == expected);
            assert_int_equal(bits[i], 0);
        }
    }
}

static void
every_kernel_plays_the_same_block(void **state)
{
    static const double ratio[] = { 0.7, 1.0, 1.3 }, size[] = { 100, 250, 900, 4000 };
    double ratio_chance[] = { 0.3, 0.6, 1.0 }, size_chance[] = { 0.4, 0.7, 0.95, 1.0 };
    enum { DEALS = 700, BYTES = PERIODS * DD_BLOCK * sizeof(int64_t) };
    const dd_kernel *kernel[3];
    size_t n = kernels(kernel);
    dd_block_sums sums[3];
    hand_made hand;

    (void) state;
    hand_make(&hand, DEALS, PERIODS);
    hand.ratio = (dd_size_law){ 3, ratio, ratio_chance };
    hand.size = (dd_size_law){ 4, size, size_chance };
    for (size_t p = 0; p < PERIODS; p++)
        hand_winners(&hand, p, 17.0 * (double) (p + 1));
    for (size_t i = 0; i < DEALS; i++) {
        hand.book.amount[i] = i % 7 == 3 ? DD_UNKNOWN_AMOUNT : 100 + 10 * (int64_t) i;
        for (size_t p = 0; p < PERIODS; p++)
            hand_chance(&hand, i, p, 0.33 * (double) (i * (p + 1)) / DEALS);
    }
    for (int lane = 0; lane < DD_BLOCK; lane++)
        hand.tables.level_wins[lane] = exp(0.9 * (lane - 63.5) / 63.5);
    hand_order(&hand);
    for (size_t k = 0; k < n; k++) {
        assert_int_equal(dd_block_sums_init(&sums[k], PERIODS, 4, NULL), DD_OK);
        sums[k].kernel = kernel[k];
        dd_cells_block(&hand.rows, &hand.tables, 11, 5, &sums[k]);
        assert_memory_equal(sums[0].open, sums[k].open, BYTES);
        assert_memory_equal(sums[0].new_, sums[k].new_, BYTES);
        assert_memory_equal(sums[0].wins, sums[k].wins, BYTES);
    }
    for (size_t k = 0; k < n; k++)
        dd_block_sums_free(&sums[k]);
    hand_free(&hand);
}

static void
an_unknown_instruction_set_is_refused(void **state)
{
    dd_error err = { 0 };

    (void) state;
    assert_int_equal(dd_isa_choose("mmx", &err), DD_EUSAGE);
    assert_int_equal(err.n, 1);
    assert_string_equal(err.items[0].read, "mmx");
    assert_string_equal(err.items[0].right, dd_isa_name(dd_isa_chosen()));
    dd_error_free(&err);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_reads_the_same_stream),
        cmocka_unit_test(limits_sort_out_only_what_is_sure),
        cmocka_unit_test(fates_part_the_sure_from_the_near),
        cmocka_unit_test(marks_are_right_wherever_they_are_sure),
        cmocka_unit_test(sums_grow_by_the_gains_that_are_marked),
        cmocka_unit_test(every_kernel_plays_the_same_block),
        cmocka_unit_test(an_unknown_instruction_set_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
