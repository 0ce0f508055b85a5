/* The one source of all kernels; the including file defines DD_KERNEL, the kernel's name
 * as an identifier, and DD_KERNEL_NAME. Width: engine/cells/lanes.h. */
#include "engine/cells/kernel.h"
#include "base/elementary.h"
#include "engine/cells/lanes.h"
#include "engine/cells/new_winners.h"

#include <string.h>

/* Philox4x32-10, each instance in 64-bit lanes, a counter word in the lower half of each:
 * the product of two lower halves brings high and low word at once, and upper halves may
 * hold anything until the end. Two groups at a time hide the latency of the products. */
#define GROUPS 2

typedef struct {
    dd_lanes c0, c1, c2, c3;
} counters;

#define PLACE(i) ((i) *UINT64_C(0xD2511F53))
static const uint64_t places[8]
    = { PLACE(0), PLACE(1), PLACE(2), PLACE(3), PLACE(4), PLACE(5), PLACE(6), PLACE(7) };

static inline void
philox_round(counters *c, dd_lanes k0, dd_lanes k1)
{
    dd_lanes p0 = dd_lanes_mul32(c->c0, dd_lanes_set(0xD2511F53));
    dd_lanes p1 = dd_lanes_mul32(c->c2, dd_lanes_set(0xCD9E8D57));

    c->c0 = dd_lanes_xor3(dd_lanes_down32(p1), c->c1, k0);
    c->c2 = dd_lanes_xor3(dd_lanes_down32(p0), c->c3, k1);
    c->c1 = p1;
    c->c3 = p0;
}

static inline dd_lanes
join(dd_lanes lower, dd_lanes upper)
{
    return dd_lanes_both(lower, dd_lanes_set(UINT32_MAX), dd_lanes_up32(upper));
}

/* The first two rounds, of which most is the same in all lanes: only c0, the position,
 * differs. */
static inline counters
first_rounds(const dd_round_keys *keys, const dd_stream *stream, uint32_t position)
{
    uint64_t first = UINT64_C(0xCD9E8D57) * (uint32_t) stream->item;
    uint64_t c0 = (first >> 32 ^ stream->block ^ keys->of[0][0][0]) & UINT32_MAX;
    uint64_t second = c0 * 0xD2511F53, c1 = first & UINT32_MAX;
    dd_lanes p0 = dd_lanes_add(dd_lanes_set(position * UINT64_C(0xD2511F53)),
                               dd_lanes_load((const void *) places));
    dd_lanes p1, c2;
    counters c;

    c2 = dd_lanes_xor(dd_lanes_down32(p0),
                      dd_lanes_set(stream->item >> 32 ^ keys->of[0][1][0]));
    p1 = dd_lanes_mul32(c2, dd_lanes_set(0xCD9E8D57));
    c.c0 = dd_lanes_xor(dd_lanes_down32(p1), dd_lanes_set(c1 ^ keys->of[1][0][0]));
    c.c1 = p1;
    c.c2 = dd_lanes_xor(p0, dd_lanes_set(second >> 32 ^ keys->of[1][1][0]));
    c.c3 = dd_lanes_set(second);
    return c;
}

/* Pairs of words: out[i] words 0 and 1 of a position, out[16 + i] its words 2 and 3. */
static inline void
pairs_of_words(const dd_round_keys *keys, const dd_stream *stream, uint32_t position,
               uint64_t out[DD_WORDS / 2])
{
    for (uint32_t i = 0; i < 16; i += GROUPS * DD_LANES64) {
        counters c[GROUPS];
        for (uint32_t g = 0; g < GROUPS; g++)
            c[g] = first_rounds(keys, stream, position + i + g * DD_LANES64);
        for (int round = 2; round < 10; round++)
            for (int g = 0; g < GROUPS; g++)
                philox_round(&c[g], dd_lanes_load((const void *) keys->of[round][0]),
                             dd_lanes_load((const void *) keys->of[round][1]));
        for (uint32_t g = 0; g < GROUPS; g++) {
            dd_lanes_store(out + i + g * DD_LANES64, join(c[g].c0, c[g].c1));
            dd_lanes_store(out + 16 + i + g * DD_LANES64, join(c[g].c2, c[g].c3));
        }
    }
}

static void
words(const dd_round_keys *keys, const dd_stream *stream, uint32_t position,
      uint32_t word[DD_WORDS])
{
    uint64_t pairs[DD_WORDS / 2];

    pairs_of_words(keys, stream, position, pairs);
    memcpy(word, pairs, sizeof pairs);
}

typedef union {
    int32_t bits;
    float value;
} float_bits;

/* 2^-y, to 2e-6 of 2^-whole: the polynomial through five Chebyshev nodes of (-1, 0]. Only
 * integers are compared, since a branch on a float keeps compilers from vectorising. */
static inline float
half_to_the(float y)
{
    const int32_t most = 0x41f00000; /* 30, as bits: as many as matter */
    float_bits clamped = { .value = y }, scale;
    int32_t whole;
    float x;

    clamped.bits = clamped.bits < most ? clamped.bits : most;
    whole = (int32_t) clamped.value;
    x = (float) whole - clamped.value;
    scale.bits = (127 - whole) << 23; /* 2^-whole */
    return scale.value
           * (0.99999804f
              + x
                    * (0.69304893f
                       + x * (0.2394306f + x * (0.053213118f + x * 0.0068351547f))));
}

/* What 2^-16 units of exp(-level hazard) are, rounded down; 1 itself does not fit. */
static inline void
put_products(uint16_t to[DD_BLOCK], const float bits[DD_BLOCK], float hazard)
{
    for (int lane = 0; lane < DD_BLOCK; lane++) {
        int32_t whole = (int32_t) (0x1p16f * half_to_the(bits[lane] * hazard));
        to[lane] = (uint16_t) (whole < 65535 ? whole : 65535);
    }
}

#define COARSE (16.0 / DD_PRODUCTS) /* steps of level hazard, up to 16 */
#define FINE (COARSE / DD_PRODUCTS) /* 2^-8 */
#define REST (0x1p16 * FINE)        /* units of 2^-16 in a fine step */

static int
same_levels(const double a[DD_BLOCK], const double b[DD_BLOCK])
{
    int same = 1;

    for (int lane = 0; lane < DD_BLOCK; lane++)
        same &= a[lane] == b[lane];
    return same;
}

static void
products(dd_products *self, const double level[DD_BLOCK])
{
    if (same_levels(self->level, level))
        return; /* without a level all blocks are alike */
    memcpy(self->level, level, sizeof self->level);
    self->alike = 1;
    self->most = 0;
    for (int lane = 1; lane < DD_BLOCK; lane++)
        self->alike &= level[lane] == level[0];
    for (int lane = 0; lane < DD_BLOCK; lane++)
        self->most = level[lane] > self->most ? level[lane] : self->most;
    for (int lane = 0; lane < DD_BLOCK; lane++) {
        self->bits[lane] = (float) (level[lane] * 1.4426950408889634);
        self->part[lane] = (uint16_t) (65535 * (level[lane] / self->most));
    }
    for (int i = 0; i < DD_PRODUCTS; i++) {
        put_products(self->coarse[i], self->bits, (float) (i * COARSE / self->most));
        put_products(self->fine[i], self->bits, (float) (i * FINE / self->most));
    }
}

/* Great hazards one by one. The threshold is t = 2^16 (1 - exp(-level hazard)), to within
 * .15; what is a little below zero is truncated to zero. */
static void
great_limits(const dd_products *self, double hazard, uint16_t limit[DD_BLOCK])
{
    float h = hazard < 1e30 ? (float) hazard : 1e30f;

    for (int lane = 0; lane < DD_BLOCK; lane++)
        limit[lane]
            = (uint16_t) (int32_t) (65535.5f
                                    - 0x1p16f * half_to_the(self->bits[lane] * h));
}

/*
 * exp(-level hazard) = coarse fine (1 - rest), in units of 2^-16. A factor is at most
 * 1.13 too low and .13 too high, each product rounds down by less than 1, and the last
 * factor is between 1.5 too low and 1.01 too high (1 for the 65535, .5 for the square of
 * rest, 2.01 for rest rounded down): the product is less than 5.8 too low and 1.3 too
 * high. So with it the threshold t is within (65536 - product - 5.8, ... + 1.3):
 * u <= 65529 - product is surely below, u >= 65538 - product surely not.
 */
static inline int
find_product(const dd_products *self, double hazard, dd_product *product)
{
    double steps = hazard * self->most / FINE;
    uint32_t whole = (uint32_t) (steps < 1e6 ? steps : 1e6);

    if (whole >= DD_PRODUCTS * DD_PRODUCTS)
        return 0;
    product->coarse = self->coarse[whole / DD_PRODUCTS];
    product->fine = self->fine[whole % DD_PRODUCTS];
    product->rest = (uint16_t) ((steps - whole) * REST);
    return 1;
}

static void
limits(const dd_products *self, double hazard, uint16_t limit[DD_BLOCK])
{
    dd_product product;

    if (find_product(self, hazard, &product))
        dd_lanes_limits(&product, self->part, limit);
    else
        great_limits(self, hazard, limit);
}

static void
fates(const dd_round_keys *keys, const dd_stream *stream, const uint16_t *limit,
      size_t periods, dd_lane_set *won, dd_lane_set *near)
{
    uint64_t pairs[DD_WORDS / 2];
    uint16_t word[DD_BLOCK];

    pairs_of_words(keys, stream, 0, pairs);
    memcpy(word, pairs, sizeof word);
    near->half[0] = near->half[1] = 0;
    for (size_t p = 0; p < periods; p++)
        for (int h = 0; h < 2; h++) {
            dd_side side = dd_side_of(word + 64 * h, limit + p * DD_BLOCK + 64 * h);
            won[p].half[h] = side.below;
            near->half[h] |= side.at;
        }
}

/* One limit for all lanes: u < limit is surely won, u > limit + DD_NEAR_ALIKE surely not.
 * All at once, since one by one each would be waited for. */
static inline void
set_alike(const dd_products *self, const dd_marked *of, size_t periods)
{
    const double most = self->most;

    for (unsigned d = 0; d < of->n; d++)
        for (size_t p = 0; p < periods; p++)
            of->alike[d * periods + p] = of->hazard[d][p];
    for (size_t i = 0; i < of->n * periods; i++) {
        const dd_double_bits greatest = { 700.0 };
        dd_double_bits x = { most * of->alike[i] };
        x.bits = x.bits < greatest.bits ? x.bits : greatest.bits;
        of->limit[i] = (uint16_t) (int32_t) (0x1p16 * dd_decay_of(x.value).leave - 1e-6);
    }
}

static inline dd_lane_set
lanes_near(const uint16_t nearest[DD_BLOCK])
{
    static const uint16_t none[64] = { 0 };

    return (dd_lane_set){ { dd_side_of(nearest, none).at,
                            dd_side_of(nearest + 64, none).at } };
}

static inline void
fate_words(const dd_round_keys *keys, uint64_t item, uint32_t block,
           uint16_t word[DD_BLOCK])
{
    const dd_stream stream = { .item = item, .block = block };
    uint64_t pairs[DD_WORDS / 2];

    pairs_of_words(keys, &stream, 0, pairs);
    memcpy(word, pairs, sizeof pairs);
}

static unsigned
mark_alike(const dd_round_keys *keys, uint32_t block, const dd_products *products,
           size_t periods, dd_marked *of, uint16_t *bits)
{
    unsigned near = 0;

    set_alike(products, of, periods);
    for (unsigned d = 0; d < of->n; d++) {
        const dd_lane_limits limits = { .limit = of->limit + d * periods };
        uint16_t word[DD_BLOCK], nearest[DD_BLOCK];
        fate_words(keys, of->item[d], block, word);
        if (!dd_lanes_mark(word, &limits, 1, periods, (uint16_t) (1u << d),
                           DD_NEAR_ALIKE, bits, nearest))
            continue;
        of->near[d] = lanes_near(nearest);
        near |= 1u << d;
    }
    return near;
}

/* Products of a row's hazards; if one is too great for them, its limits.
 * @return the products, or NULL */
static inline const dd_product *
find_products(const dd_products *self, const double *hazard, size_t periods,
              dd_product *product, uint16_t *limit)
{
    size_t p = 0;

    while (p < periods && find_product(self, hazard[p], &product[p]))
        p++;
    if (p == periods)
        return product;
    for (p = 0; p < periods; p++)
        limits(self, hazard[p], limit + p * DD_BLOCK);
    return NULL;
}

static unsigned
mark(const dd_round_keys *keys, uint32_t block, const dd_products *products,
     size_t periods, dd_marked *of, uint16_t *bits)
{
    dd_product product[DD_MOST_PERIODS];
    dd_lane_limits own = { .limit = of->limit, .part = products->part };
    unsigned near = 0;

    if (products->alike)
        return mark_alike(keys, block, products, periods, of, bits);
    for (unsigned d = 0; d < of->n; d++) {
        const double *hazard = of->hazard[d];
        uint16_t word[DD_BLOCK], nearest[DD_BLOCK];
        fate_words(keys, of->item[d], block, word);
        own.made = NULL;
        if (d == 0 || hazard != of->hazard[d - 1])
            own.made = find_products(products, hazard, periods, product, of->limit);
        own.keep = own.made && d + 1 < of->n && hazard == of->hazard[d + 1];
        if (!dd_lanes_mark(word, &own, 0, periods, (uint16_t) (1u << d), DD_NEAR, bits,
                           nearest))
            continue;
        of->near[d] = lanes_near(nearest);
        near |= 1u << d;
    }
    return near;
}

static void
settle(uint64_t *sum, uint16_t *bits, size_t n, const uint64_t gain[DD_MARKS])
{
    dd_lanes_settle(sum, bits, n, gain);
}

#include "engine/paths/risks_body.h"

const dd_kernel DD_KERNEL = { DD_KERNEL_NAME, words, products, limits,  fates, spells,
                              moves,          dates, mornings, chances, mark,  settle };
