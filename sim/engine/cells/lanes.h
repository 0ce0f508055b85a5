/**
 * @file lanes.h
 * As many 64-bit lanes as the instruction set at hand has: the few operations that the
 * kernel needs of them. Each of kernel_baseline.c, kernel_avx2.c and kernel_avx512.c is
 * compiled with flags of its own and finds its width here; without x86, plain C.
 */
#ifndef DD_ENGINE_LANES_H
#define DD_ENGINE_LANES_H

#include "engine/cells/kernel.h"

#include <stdint.h>
#include <string.h>

#if defined(__AVX512BW__)
#include <immintrin.h>
#define DD_LANES64 8
typedef __m512i dd_lanes;
#define dd_lanes_set(x) _mm512_set1_epi64((long long) (x))
#define dd_lanes_add(a, b) _mm512_add_epi64(a, b)
#define dd_lanes_or(a, b) _mm512_or_si512(a, b)
#define dd_lanes_xor(a, b) _mm512_xor_si512(a, b)
#define dd_lanes_xor3(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0x96)
#define dd_lanes_both(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0xea) /* a b or c */
#define dd_lanes_mul32(a, b) _mm512_mul_epu32(a, b) /* of the lower halves */
#define dd_lanes_down32(a) _mm512_srli_epi64(a, 32)
#define dd_lanes_up32(a) _mm512_slli_epi64(a, 32)
#define dd_lanes_load(from) _mm512_loadu_si512(from)
#define dd_lanes_set16(x) _mm512_set1_epi16((short) (x))
#define dd_lanes_high16(a, b) _mm512_mulhi_epu16(a, b) /* of each 32-bit product */
#define dd_lanes_less16(a, b) _mm512_subs_epu16(a, b)  /* a - b, not below 0 */
#define dd_lanes_store(to, a) _mm512_storeu_si512((void *) (to), a)
#define dd_lanes_sub16(a, b) _mm512_sub_epi16(a, b)
#define dd_lanes_least16(a, b) _mm512_min_epu16(a, b)
#define dd_lanes_any_to16(a, most) (_mm512_cmple_epu16_mask(a, most) != 0)
#define dd_lanes_put16(bits, w, l, one) \
    _mm512_mask_add_epi16(bits, _mm512_cmplt_epu16_mask(w, l), bits, one)
#elif defined(__AVX2__)
#include <immintrin.h>
#define DD_LANES64 4
typedef __m256i dd_lanes;
#define dd_lanes_set(x) _mm256_set1_epi64x((long long) (x))
#define dd_lanes_add(a, b) _mm256_add_epi64(a, b)
#define dd_lanes_or(a, b) _mm256_or_si256(a, b)
#define dd_lanes_xor(a, b) _mm256_xor_si256(a, b)
#define dd_lanes_xor3(a, b, c) _mm256_xor_si256(a, _mm256_xor_si256(b, c))
#define dd_lanes_both(a, b, c) _mm256_or_si256(_mm256_and_si256(a, b), c)
#define dd_lanes_mul32(a, b) _mm256_mul_epu32(a, b)
#define dd_lanes_down32(a) _mm256_srli_epi64(a, 32)
#define dd_lanes_up32(a) _mm256_slli_epi64(a, 32)
#define dd_lanes_load(from) _mm256_loadu_si256((const __m256i *) (from))
#define dd_lanes_set16(x) _mm256_set1_epi16((short) (x))
#define dd_lanes_high16(a, b) _mm256_mulhi_epu16(a, b)
#define dd_lanes_less16(a, b) _mm256_subs_epu16(a, b)
#define dd_lanes_store(to, a) _mm256_storeu_si256((__m256i *) (to), a)
#define dd_lanes_sub16(a, b) _mm256_sub_epi16(a, b)
#define dd_lanes_least16(a, b) _mm256_min_epu16(a, b)
#define dd_lanes_is_0_16(a) _mm256_cmpeq_epi16(a, _mm256_setzero_si256())
#define dd_lanes_put16(bits, w, l, one) \
    dd_lanes_or(bits, _mm256_andnot_si256(dd_lanes_is_0_16(dd_lanes_less16(l, w)), one))
#define dd_lanes_any_to16(a, most) \
    (_mm256_movemask_epi8(dd_lanes_is_0_16(dd_lanes_less16(a, most))) != 0)
#elif defined(__SSE2__)
#include <emmintrin.h>
#define DD_LANES64 2
typedef __m128i dd_lanes;
#define dd_lanes_set(x) _mm_set1_epi64x((long long) (x))
#define dd_lanes_add(a, b) _mm_add_epi64(a, b)
#define dd_lanes_or(a, b) _mm_or_si128(a, b)
#define dd_lanes_xor(a, b) _mm_xor_si128(a, b)
#define dd_lanes_xor3(a, b, c) _mm_xor_si128(a, _mm_xor_si128(b, c))
#define dd_lanes_both(a, b, c) _mm_or_si128(_mm_and_si128(a, b), c)
#define dd_lanes_mul32(a, b) _mm_mul_epu32(a, b)
#define dd_lanes_down32(a) _mm_srli_epi64(a, 32)
#define dd_lanes_up32(a) _mm_slli_epi64(a, 32)
#define dd_lanes_load(from) _mm_loadu_si128((const __m128i *) (from))
#define dd_lanes_set16(x) _mm_set1_epi16((short) (x))
#define dd_lanes_high16(a, b) _mm_mulhi_epu16(a, b)
#define dd_lanes_less16(a, b) _mm_subs_epu16(a, b)
#define dd_lanes_store(to, a) _mm_storeu_si128((__m128i *) (to), a)
#define dd_lanes_sub16(a, b) _mm_sub_epi16(a, b)
#define dd_lanes_least16(a, b) _mm_sub_epi16(a, _mm_subs_epu16(a, b))
#define dd_lanes_is_0_16(a) _mm_cmpeq_epi16(a, _mm_setzero_si128())
#define dd_lanes_put16(bits, w, l, one) \
    dd_lanes_or(bits, _mm_andnot_si128(dd_lanes_is_0_16(dd_lanes_less16(l, w)), one))
#define dd_lanes_any_to16(a, most) \
    (_mm_movemask_epi8(dd_lanes_is_0_16(dd_lanes_less16(a, most))) != 0)
#else
#define DD_LANES64 1
typedef uint64_t dd_lanes;
#define dd_lanes_set(x) ((uint64_t) (x))
#define dd_lanes_add(a, b) ((a) + (b))
#define dd_lanes_or(a, b) ((a) | (b))
#define dd_lanes_xor(a, b) ((a) ^ (b))
#define dd_lanes_xor3(a, b, c) ((a) ^ (b) ^ (c))
#define dd_lanes_both(a, b, c) (((a) & (b)) | (c))
#define dd_lanes_mul32(a, b) (((a) &UINT32_MAX) * ((b) &UINT32_MAX))
#define dd_lanes_down32(a) ((a) >> 32)
#define dd_lanes_up32(a) ((a) << 32)
#define dd_lanes_load(from) (*(const uint64_t *) (from))
#define dd_lanes_store(to, a) (*(to) = (a))
#endif

/** What the chances of one hazard are put together from: two rows and a remainder. */
typedef struct {
    const uint16_t *coarse, *fine; /* DD_BLOCK of each */
    uint16_t rest;
} dd_product;

/** limit = 65530 - coarse fine (65535 - part rest), in units of 2^-16, each product
 * rounded down, never below 0. */
#if DD_LANES64 > 1
static inline dd_lanes
dd_lanes_limits_at(const dd_product *of, const uint16_t *part, size_t i)
{
    dd_lanes both = dd_lanes_high16(dd_lanes_load((const void *) (of->coarse + i)),
                                    dd_lanes_load((const void *) (of->fine + i)));
    dd_lanes lost = dd_lanes_high16(dd_lanes_load((const void *) (part + i)),
                                    dd_lanes_set16(of->rest));
    dd_lanes stays = dd_lanes_high16(both, dd_lanes_less16(dd_lanes_set16(65535), lost));

    return dd_lanes_less16(dd_lanes_set16(65530), stays);
}

static inline void
dd_lanes_limits(const dd_product *of, const uint16_t *part, uint16_t *limit)
{
    for (size_t i = 0; i < DD_BLOCK; i += 4 * DD_LANES64)
        dd_lanes_store((void *) (limit + i), dd_lanes_limits_at(of, part, i));
}
#else
static inline void
dd_lanes_limits(const dd_product *of, const uint16_t *part, uint16_t *limit)
{
    for (int i = 0; i < DD_BLOCK; i++) {
        uint32_t both = (uint32_t) of->coarse[i] * of->fine[i] >> 16;
        uint32_t left = 65535 - ((uint32_t) part[i] * of->rest >> 16);
        uint32_t stays = both * left >> 16;
        limit[i] = (uint16_t) (stays < 65530 ? 65530 - stays : 0);
    }
}
#endif

/** Limits of lanes' words: there already, or made of products as words meet them. */
typedef struct {
    uint16_t *limit;        /* periods x DD_BLOCK; where all lanes are alike, periods */
    const dd_product *made; /* per period what they are made of; NULL: they are there */
    const uint16_t *part;   /* of dd_products */
    int keep;               /* those made are asked for again */
} dd_lane_limits;

/** out[i] = table[index[i]], indices 0 to 15; n a multiple of 16. Not by gathers, which
 * cost some processors as much as all else that a spell takes. */
static inline void
dd_lanes_pick16(const float table[16], const int32_t *index, float *out, int n)
{
#if defined(__AVX512BW__)
    const __m512 from = _mm512_loadu_ps(table);
    for (int i = 0; i < n; i += 16)
        _mm512_storeu_ps(out + i,
                         _mm512_permutexvar_ps(_mm512_loadu_si512(index + i), from));
#elif defined(__AVX2__)
    const __m256 low = _mm256_loadu_ps(table), high = _mm256_loadu_ps(table + 8);
    for (int i = 0; i < n; i += 8) {
        __m256i at = _mm256_loadu_si256((const __m256i *) (index + i));
        __m256 upper = _mm256_castsi256_ps(_mm256_slli_epi32(at, 28)); /* bit 3 */
        _mm256_storeu_ps(out + i,
                         _mm256_blendv_ps(_mm256_permutevar8x32_ps(low, at),
                                          _mm256_permutevar8x32_ps(high, at), upper));
    }
#else
    for (int i = 0; i < n; i++)
        out[i] = table[index[i]];
#endif
}

/** band[i]: how many of edge[1] to edge[15], ascending, are at most value[i]; n a multiple
 * of 16. Values are not below 0, so that their bits compare as they do. */
static inline void
dd_lanes_band16(const float edge[16], const float *value, int32_t *band, int n)
{
#if defined(__AVX512BW__)
    const __m512i edges = _mm512_loadu_si512(edge);
    for (int i = 0; i < n; i += 16) {
        const __m512i at = _mm512_loadu_si512(value + i);
        __m512i below = _mm512_setzero_si512();
        for (int half = 8; half > 0; half /= 2) { /* by bisection */
            __m512i next = _mm512_add_epi32(below, _mm512_set1_epi32(half));
            __mmask16 reached
                = _mm512_cmple_epi32_mask(_mm512_permutexvar_epi32(next, edges), at);
            below = _mm512_mask_mov_epi32(below, reached, next);
        }
        _mm512_storeu_si512(band + i, below);
    }
#else
    int32_t bits[16];
    memcpy(bits, edge, sizeof bits);
    for (int i = 0; i < n; i++) {
        int32_t at, b = 0;
        memcpy(&at, value + i, sizeof at);
        for (int k = 1; k < 16; k++)
            b += at >= bits[k];
        band[i] = b;
    }
#endif
}

/** A bit for each of at most 64 flags that is -1, and not 0; n a multiple of 16. */
static inline uint64_t
dd_lanes_bits(const int32_t *flag, int n)
{
    uint64_t bits = 0;

#if defined(__AVX512BW__)
    for (int i = 0; i < n; i += 16)
        bits |= (uint64_t) _mm512_movepi32_mask(dd_lanes_load(flag + i)) << i;
#else
    for (int i = 0; i < n; i++)
        bits |= (uint64_t) (uint32_t) -flag[i] << i;
#endif
    return bits;
}

/** Put those of n values side by side whose bits are set; n a multiple of 16, as many may
 * be written beyond the last. */
static inline void
dd_lanes_keep64(const uint64_t *from, uint64_t bits, int n, uint64_t *to)
{
#if defined(__AVX512BW__)
    for (int i = 0; i < n; i += 8, bits >>= 8) {
        dd_lanes_store(
            to, _mm512_maskz_compress_epi64((__mmask8) bits, dd_lanes_load(from + i)));
        to += __builtin_popcount((__mmask8) bits);
    }
#else
    for (int i = 0; i < n; i++, bits >>= 1) {
        *to = from[i];
        to += bits & 1;
    }
#endif
}

static inline void
dd_lanes_keep32(const uint32_t *from, uint64_t bits, int n, uint32_t *to)
{
#if defined(__AVX512BW__)
    for (int i = 0; i < n; i += 16, bits >>= 16) {
        dd_lanes_store(
            to, _mm512_maskz_compress_epi32((__mmask16) bits, dd_lanes_load(from + i)));
        to += __builtin_popcount((__mmask16) bits);
    }
#else
    for (int i = 0; i < n; i++, bits >>= 1) {
        *to = from[i];
        to += bits & 1;
    }
#endif
}

/** The numbers of the bits that are set. */
static inline void
dd_lanes_which(uint64_t bits, int n, uint32_t *to)
{
    uint32_t lane[64];

    for (int i = 0; i < n; i++)
        lane[i] = (uint32_t) i;
    dd_lanes_keep32(lane, bits, n, to);
}

/** Of 64 words, those below their limit, and those that stand at it or up to DD_NEAR
 * above, modulo 2^16: a bit each. */
typedef struct {
    uint64_t below, at;
} dd_side;

#if defined(__AVX512BW__)
static inline dd_side
dd_side_of(const uint16_t word[64], const uint16_t limit[64])
{
    dd_side side = { 0, 0 };

    for (int i = 0; i < 64; i += 32) {
        __m512i w = _mm512_loadu_si512(word + i), l = _mm512_loadu_si512(limit + i);
        __m512i over = _mm512_sub_epi16(w, l);
        side.below |= (uint64_t) _mm512_cmplt_epu16_mask(w, l) << i;
        side.at |= (uint64_t) _mm512_cmple_epu16_mask(over, _mm512_set1_epi16(DD_NEAR))
                   << i;
    }
    return side;
}
#elif defined(__AVX2__)
/* A bit for each of 32 words that is zero. */
static inline uint64_t
zeros32(__m256i low, __m256i high)
{
    const __m256i zero = _mm256_setzero_si256();
    __m256i packed = _mm256_packs_epi16(_mm256_cmpeq_epi16(low, zero),
                                        _mm256_cmpeq_epi16(high, zero));

    return (uint32_t) _mm256_movemask_epi8(_mm256_permute4x64_epi64(packed, 0xd8));
}

static inline dd_side
dd_side_of(const uint16_t word[64], const uint16_t limit[64])
{
    const __m256i reach = _mm256_set1_epi16(DD_NEAR);
    dd_side side = { 0, 0 };

    for (int i = 0; i < 64; i += 32) {
        __m256i w0 = _mm256_loadu_si256((const __m256i *) (word + i));
        __m256i w1 = _mm256_loadu_si256((const __m256i *) (word + i + 16));
        __m256i l0 = _mm256_loadu_si256((const __m256i *) (limit + i));
        __m256i l1 = _mm256_loadu_si256((const __m256i *) (limit + i + 16));
        uint64_t not_below
            = zeros32(_mm256_subs_epu16(l0, w0), _mm256_subs_epu16(l1, w1));
        side.below |= (not_below ^ UINT32_MAX) << i;
        side.at |= zeros32(_mm256_subs_epu16(_mm256_sub_epi16(w0, l0), reach),
                           _mm256_subs_epu16(_mm256_sub_epi16(w1, l1), reach))
                   << i;
    }
    return side;
}
#elif defined(__SSE2__)
/* A bit for each of 16 words that is zero. */
static inline uint64_t
zeros16(__m128i low, __m128i high)
{
    const __m128i zero = _mm_setzero_si128();

    return (uint32_t) _mm_movemask_epi8(
        _mm_packs_epi16(_mm_cmpeq_epi16(low, zero), _mm_cmpeq_epi16(high, zero)));
}

static inline dd_side
dd_side_of(const uint16_t word[64], const uint16_t limit[64])
{
    const __m128i reach = _mm_set1_epi16(DD_NEAR);
    dd_side side = { 0, 0 };

    for (int i = 0; i < 64; i += 16) {
        __m128i w0 = _mm_loadu_si128((const __m128i *) (word + i));
        __m128i w1 = _mm_loadu_si128((const __m128i *) (word + i + 8));
        __m128i l0 = _mm_loadu_si128((const __m128i *) (limit + i));
        __m128i l1 = _mm_loadu_si128((const __m128i *) (limit + i + 8));
        uint64_t not_below = zeros16(_mm_subs_epu16(l0, w0), _mm_subs_epu16(l1, w1));
        side.below |= (not_below ^ 0xffff) << i;
        side.at |= zeros16(_mm_subs_epu16(_mm_sub_epi16(w0, l0), reach),
                           _mm_subs_epu16(_mm_sub_epi16(w1, l1), reach))
                   << i;
    }
    return side;
}
#else
static inline dd_side
dd_side_of(const uint16_t word[64], const uint16_t limit[64])
{
    dd_side side = { 0, 0 };

    for (int i = 0; i < 64; i++) {
        side.below |= (uint64_t) (word[i] < limit[i]) << i;
        side.at |= (uint64_t) ((uint16_t) (word[i] - limit[i]) <= DD_NEAR) << i;
    }
    return side;
}
#endif

/** table[m]: the sum of those of n gains whose bits are set in m. */
static inline void
dd_gains_table(const uint64_t *gain, int n, uint64_t *table)
{
    table[0] = 0;
    for (int i = 0; i < n; i++)
        for (int m = 0; m < 1 << i; m++)
            table[m + (1 << i)] = table[m] + gain[i];
}

#if DD_LANES64 > 1
#define DD_BESIDE 4 /* vectors of words at a time, so that none is waited for */

/* Limits in period p of the lanes from the i-th on; those made are kept where asked. */
static inline dd_lanes
dd_lanes_limit(const dd_lane_limits *of, int alike, size_t p, size_t i)
{
    uint16_t *kept = of->limit + p * DD_BLOCK + i;
    dd_lanes limit;

    if (alike)
        return dd_lanes_set16(of->limit[p]);
    if (!of->made)
        return dd_lanes_load((const void *) kept);
    limit = dd_lanes_limits_at(&of->made[p], of->part, i);
    if (of->keep)
        dd_lanes_store((void *) kept, limit);
    return limit;
}
#endif

/** Put `bit` where a word is below its limit in a period, whose marks are `periods` rows
 * of DD_BLOCK: by all lanes' own limits, or alike, by one for all of them. nearest: how far each
 * lane's word stands above the closest of its limits, modulo 2^16.
 * @return whether any does so by no more than `within` */
#if DD_LANES64 > 1
static inline int
dd_lanes_mark(const uint16_t word[DD_BLOCK], const dd_lane_limits *of, int alike,
              size_t periods, uint16_t bit, uint16_t within, uint16_t *bits,
              uint16_t nearest[DD_BLOCK])
{
    enum { WIDTH = 4 * DD_LANES64 };
    const dd_lanes one = dd_lanes_set16(bit);
    dd_lanes least_of_all = dd_lanes_set16(-1);

    for (size_t i = 0; i < DD_BLOCK; i += DD_BESIDE * WIDTH) {
        dd_lanes w[DD_BESIDE], least[DD_BESIDE];
        for (size_t k = 0; k < DD_BESIDE; k++) {
            w[k] = dd_lanes_load((const void *) (word + i + k * WIDTH));
            least[k] = dd_lanes_set16(-1);
        }
        for (size_t p = 0; p < periods; p++)
            for (size_t k = 0; k < DD_BESIDE; k++) {
                size_t at = p * DD_BLOCK + i + k * WIDTH;
                dd_lanes l = dd_lanes_limit(of, alike, p, i + k * WIDTH);
                dd_lanes before = dd_lanes_load((const void *) (bits + at));
                dd_lanes_store((void *) (bits + at),
                               dd_lanes_put16(before, w[k], l, one));
                least[k] = dd_lanes_least16(least[k], dd_lanes_sub16(w[k], l));
            }
        for (size_t k = 0; k < DD_BESIDE; k++) {
            dd_lanes_store((void *) (nearest + i + k * WIDTH), least[k]);
            least_of_all = dd_lanes_least16(least_of_all, least[k]);
        }
    }
    return dd_lanes_any_to16(least_of_all, dd_lanes_set16(within));
}
#else
static inline int
dd_lanes_mark(const uint16_t word[DD_BLOCK], const dd_lane_limits *of, int alike,
              size_t periods, uint16_t bit, uint16_t within, uint16_t *bits,
              uint16_t nearest[DD_BLOCK])
{
    int any = 0;

    for (size_t p = 0; of->made && p < periods; p++)
        dd_lanes_limits(&of->made[p], of->part, of->limit + p * DD_BLOCK);
    for (size_t i = 0; i < DD_BLOCK; i++) {
        nearest[i] = UINT16_MAX;
        for (size_t p = 0; p < periods; p++) {
            uint16_t l = of->limit[alike ? p : p * DD_BLOCK + i];
            uint16_t over = (uint16_t) (word[i] - l);
            bits[p * DD_BLOCK + i] |= word[i] < l ? bit : 0;
            nearest[i] = over < nearest[i] ? over : nearest[i];
        }
        any |= nearest[i] <= within;
    }
    return any;
}
#endif

/** Add to each sum the gains whose bits are set, by tables of what groups of bits bring
 * together (the method of four Russians); bits are cleared. */
#if defined(__AVX512BW__)
static inline void
dd_lanes_settle(uint64_t *sum, uint16_t *bits, size_t n, const uint64_t gain[DD_MARKS])
{
    __m512i low[4], high[4];

    for (int g = 0; g < 4; g++) {
        uint64_t table[16];
        dd_gains_table(gain + 4 * g, 4, table);
        low[g] = dd_lanes_load(table);
        high[g] = dd_lanes_load(table + 8);
    }
    for (size_t i = 0; i < n; i += 8) {
        __m128i packed = _mm_loadu_si128((const __m128i *) (const void *) (bits + i));
        __m512i which = _mm512_cvtepu16_epi64(packed), all = dd_lanes_load(sum + i);
        for (int g = 0; g < 4; g++) { /* by the four lowest bits of which */
            all = dd_lanes_add(all, _mm512_permutex2var_epi64(low[g], which, high[g]));
            which = _mm512_srli_epi64(which, 4);
        }
        dd_lanes_store(sum + i, all);
        _mm_storeu_si128((__m128i *) (void *) (bits + i), _mm_setzero_si128());
    }
}
#else
static inline void
dd_lanes_settle(uint64_t *sum, uint16_t *bits, size_t n, const uint64_t gain[DD_MARKS])
{
    uint64_t low[256], high[256];

    dd_gains_table(gain, 8, low);
    dd_gains_table(gain + 8, 8, high);
    for (size_t i = 0; i < n; i++) {
        sum[i] += low[bits[i] & 255] + high[bits[i] >> 8];
        bits[i] = 0;
    }
}
#endif

#endif
