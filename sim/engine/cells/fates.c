#include "engine/cells/fates.h"

#include "base/elementary.h"

void
dd_fates_start(dd_fates *self, dd_block_sums *sums, uint64_t seed,
               dd_rng_purpose purpose, const double level[DD_BLOCK])
{
    dd_round_keys_make(&self->keys, seed, purpose);
    self->kernel = sums->kernel;
    self->products = sums->products;
    self->limit = sums->limit;
    self->periods = sums->periods;
    self->kernel->products(self->products, level);
    for (int lane = 0; lane < DD_BLOCK; lane++)
        self->by_level[lane] = 1.0 / level[lane];
}

void
dd_fates_limits(dd_fates *self, const double *hazard, size_t periods)
{
    self->periods = periods;
    for (size_t p = 0; p < periods; p++)
        self->kernel->limits(self->products, hazard[p], self->limit + p * DD_BLOCK);
}

static uint32_t
fate_word(const dd_stream *stream, uint32_t lane)
{
    uint32_t upper[4], lower[4], position = lane % 64 / 4;
    uint32_t at = lane / 64 * 2 + lane % 4 / 2, shift = lane % 2 * 16;

    dd_stream_words(stream, position, upper);
    dd_stream_words(stream, 16 + position, lower);
    return (upper[at] >> shift) << 16 | (lower[at] >> shift & 0xffff);
}

/* E < level hazard is asked as E / level < hazard, once for all periods. */
size_t
dd_fates_lane(const dd_fates *self, const dd_stream *stream, const double *hazard,
              uint32_t lane)
{
    double left = ((double) ~fate_word(stream, lane) + 0.5) * 0x1p-32; /* 1 - u, exact */
    double spent = dd_minus_log(left) * self->by_level[lane];
    size_t p = 0;

    while (p < self->periods && !(spent < hazard[p]))
        p++;
    return p;
}

static void
decide_near(const dd_fates *self, const dd_stream *stream, const double *hazard,
            const dd_lane_set *near, dd_lane_set *won)
{
    for (uint32_t h = 0; h < 2; h++)
        for (uint64_t left = near->half[h]; left; left &= left - 1) {
            uint64_t bit = left & -left;
            size_t first = dd_fates_lane(self, stream, hazard,
                                         64 * h + (uint32_t) __builtin_ctzll(left));
            for (size_t p = 0; p < self->periods; p++) {
                uint64_t *half = &won[p].half[h];
                *half = p >= first ? *half | bit : *half & ~bit;
            }
        }
}

/* From "won by the end of" to "won in", period by period. */
static void
part_periods(dd_lane_set *won, size_t periods)
{
    for (size_t p = periods - 1; p > 0; p--)
        for (int h = 0; h < 2; h++)
            won[p].half[h] &= ~won[p - 1].half[h];
}

dd_lane_set
dd_fates_of(const dd_fates *self, const dd_stream *stream, const double *hazard,
            dd_lane_set *won)
{
    dd_lane_set near, any;

    self->kernel->fates(&self->keys, stream, self->limit, self->periods, won, &near);
    decide_near(self, stream, hazard, &near, won);
    any = won[self->periods - 1];
    part_periods(won, self->periods);
    return any;
}
