/* SHA-256 by the processor's own instructions; compiled without them, none. */
#include "base/sha256.h"

#ifdef __SHA__
#include <cpuid.h>
#include <immintrin.h>

/* FIPS 180-4, 6.2.2, on the halves that the instructions take: A, B, E, F and C, D, G, H.
 * Two rounds to an instruction; message words in a ring of four vectors. */
static void
work_in(uint32_t state[8], const unsigned char block[64], const uint32_t constant[64])
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i *in = (__m128i *) (void *) state, w[4];
    __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(in), 0xb1);
    __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(in + 1), 0x1b);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), abef_before = abef;
    __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xf0), cdgh_before = cdgh;

    for (int i = 0; i < 4; i++)
        w[i] = _mm_shuffle_epi8(
            _mm_loadu_si128((const __m128i *) (const void *) (block + 16 * i)), swap);
    for (int i = 0; i < 16; i++) {
        __m128i *now = &w[i % 4], last = w[(i + 3) % 4], added;
        if (i >= 4)
            *now = _mm_sha256msg2_epu32(
                _mm_add_epi32(_mm_sha256msg1_epu32(*now, w[(i + 1) % 4]),
                              _mm_alignr_epi8(last, w[(i + 2) % 4], 4)),
                last);
        added = _mm_add_epi32(
            *now, _mm_loadu_si128((const __m128i *) (const void *) (constant + 4 * i)));
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, added);
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(added, 0x0e));
    }
    abef = _mm_shuffle_epi32(_mm_add_epi32(abef, abef_before), 0x1b); /* to F, E, B, A */
    cdgh = _mm_shuffle_epi32(_mm_add_epi32(cdgh, cdgh_before), 0xb1); /* to D, C, H, G */
    _mm_storeu_si128(in, _mm_blend_epi16(abef, cdgh, 0xf0));
    _mm_storeu_si128(in + 1, _mm_alignr_epi8(cdgh, abef, 8));
}

dd_sha256_worker *
dd_sha256_own_instructions(void)
{
    unsigned a, b, c, d;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)
        || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & bit_SHA))
        return NULL;
    return work_in;
}
#else
dd_sha256_worker *
dd_sha256_own_instructions(void)
{
    return NULL;
}
#endif
