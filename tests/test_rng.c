#include "base/rng.h"
#include "check.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

/* Random123's kat_vectors, philox4x32 with 10 rounds: all zero; all ones; digits of pi. */
static void
words_are_the_published_known_answers(void **state)
{
    static const struct {
        dd_stream stream;
        uint32_t word, answer[4];
    } known[] = {
        { { { 0, 0 }, 0, 0 }, 0, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
        { { { 0xffffffff, 0xffffffff }, UINT64_C(0xffffffffffffffff), 0xffffffff },
          0xffffffff,
          { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
        { { { 0xa4093822, 0x299f31d0 }, UINT64_C(0x0370734413198a2e), 0x85a308d3 },
          0x243f6a88,
          { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
    };

    (void) state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        dd_stream_words(&known[i].stream, known[i].word, out);
        assert_memory_equal(out, known[i].answer, sizeof out);
    }
}

static void
a_stream_is_addressed_by_seed_purpose_item_and_block(void **state)
{
    uint64_t seed = UINT64_C(0x8a91c40000000b57);
    dd_stream stream = dd_stream_make(seed, DD_RNG_PATH, 77, 12);

    (void) state;
    assert_int_equal(stream.key[0], 0x0b57);
    assert_int_equal(stream.key[1], 0x8a91c400u ^ DD_RNG_PATH);
    assert_int_equal(stream.item, 77);
    assert_int_equal(stream.block, 12);
}

static void
uniforms_are_never_zero_or_one(void **state)
{
    (void) state;
    assert_close(dd_uniform32(0), 0x1p-33, 0.0);
    assert_close(dd_uniform32(UINT32_MAX), 1.0 - 0x1p-33, 0.0);
    assert_close(dd_uniform53(0, 0), 0x1p-53, 0.0);
    assert_close(dd_uniform53(UINT32_MAX, UINT32_MAX), 1.0 - 0x1p-53, 0.0);
    assert_close(dd_uniform53(0x80000000, 0), 0.5, 0x1p-52);
}

static void
gsl_reads_the_stream_word_after_word(void **state)
{
    dd_stream stream = dd_stream_make(31, DD_RNG_TEST, 5, 2);
    gsl_rng *r = dd_rng_gsl(&stream);
    uint32_t first[4], second[4];

    (void) state;
    assert_non_null(r);
    dd_stream_words(&stream, 0, first);
    dd_stream_words(&stream, 1, second);
    for (int i = 0; i < 3; i++)
        assert_int_equal(gsl_rng_get(r), first[i]);
    assert_close(gsl_rng_uniform(r), dd_uniform53(first[3], second[0]), 0.0);
    dd_rng_gsl_seek(r, &stream);
    assert_int_equal(gsl_rng_get(r), first[0]);
    gsl_rng_free(r);
}

/* Closed form: mean k theta = 7.5, variance k theta^2 = 22.5; within four MCSE. */
static void
gsl_samplers_run_on_a_stream(void **state)
{
    enum { N = 40000 };
    dd_stream stream = dd_stream_make(9, DD_RNG_TEST, 1, 0);
    gsl_rng *r = dd_rng_gsl(&stream);
    double sum = 0;

    (void) state;
    for (int i = 0; i < N; i++)
        sum += gsl_ran_gamma(r, 2.5, 3.0);
    assert_close(sum / N, 7.5, 4 * sqrt(22.5 / N));
    gsl_rng_free(r);
}

/* Chi-squared over 256 cells of the top byte, of words of neighbouring items and blocks. */
static void
neighbouring_streams_are_uniform_together(void **state)
{
    enum { CELLS = 256, ITEMS = 64, BLOCKS = 64 };
    double count[CELLS] = { 0 }, chi2 = 0, expected = ITEMS * BLOCKS * 4.0 / CELLS;

    (void) state;
    for (uint32_t item = 0; item < ITEMS; item++)
        for (uint32_t block = 0; block < BLOCKS; block++) {
            dd_stream stream = dd_stream_make(3, DD_RNG_TEST, item, block);
            uint32_t out[4];
            dd_stream_words(&stream, 0, out);
            for (int i = 0; i < 4; i++)
                count[out[i] >> 24]++;
        }
    for (int i = 0; i < CELLS; i++)
        chi2 += (count[i] - expected) * (count[i] - expected) / expected;
    assert_close(gsl_cdf_chisq_Q(chi2, CELLS - 1), 0.5, 0.499);
}

static void
hashes_tell_near_identical_ids_apart_in_high_and_low_bits(void **state)
{
    uint64_t a = dd_hash("OPP-17", 6), b = dd_hash("OPP-18", 6);

    (void) state;
    assert_true(a != b);
    assert_true((uint32_t) a != (uint32_t) b && a >> 48 != b >> 48);
    assert_true(a == dd_hash("OPP-17, renewed", 6));
    assert_true(dd_hash("", 0) != dd_hash("\0", 1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_the_published_known_answers),
        cmocka_unit_test(a_stream_is_addressed_by_seed_purpose_item_and_block),
        cmocka_unit_test(uniforms_are_never_zero_or_one),
        cmocka_unit_test(gsl_reads_the_stream_word_after_word),
        cmocka_unit_test(gsl_samplers_run_on_a_stream),
        cmocka_unit_test(neighbouring_streams_are_uniform_together),
        cmocka_unit_test(hashes_tell_near_identical_ids_apart_in_high_and_low_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
