#include "engine/cells_parts.h"
#include "engine/kernel.h"
#include "base/elementary.h"
#include "engine/new_winners.h"

/* While a block is played, a sum carries amount + wins << 48 in one word, modulo 2^64:
 * wins are counted for free. It is split after at most DD_CARRIED deals, before the 16
 * bits of wins can overflow. */
#define DD_WIN (UINT64_C(1) << 48)
#define DD_CARRIED 65535

/* What all deals of a block share. */
typedef struct {
    const dd_rows *rows;
    const dd_tables *tables;
    const dd_kernel *kernel;
    uint64_t seed;
    uint32_t block;
    size_t periods;
    double by_level[DD_BLOCK]; /* 1 / level of wins */
    dd_products *products;
    uint16_t *limit; /* periods x DD_BLOCK: of the present row */
    dd_guide *fresh, *ratio;
    uint64_t *sum; /* periods x DD_BLOCK */
} round_of_deals;

/* ---- fate ---- */

static void
set_limits(round_of_deals *self, const double *hazard)
{
    for (size_t p = 0; p < self->periods; p++)
        self->kernel->limits(self->products, hazard[p], self->limit + p * DD_BLOCK);
}

/* The lane's word: its upper half among the first 16 positions, its lower half at the
 * same place of the next 16. */
static uint32_t
fate_word(const dd_stream *stream, uint32_t lane)
{
    uint32_t upper[4], lower[4], position = lane % 64 / 4;
    uint32_t at = lane / 64 * 2 + lane % 4 / 2, shift = lane % 2 * 16;

    dd_stream_words(stream, position, upper);
    dd_stream_words(stream, 16 + position, lower);
    return (upper[at] >> shift) << 16 | (lower[at] >> shift & 0xffff);
}

/* E < level * hazard is asked as E / level < hazard, once for all periods. */
static void
decide_lane(const round_of_deals *self, const dd_stream *stream, const double *hazard,
            uint32_t lane, dd_lane_set *won)
{
    double left = ((double) ~fate_word(stream, lane) + 0.5) * 0x1p-32; /* 1 - u, exact */
    double spent = dd_minus_log(left) * self->by_level[lane];
    uint64_t bit = UINT64_C(1) << lane % 64;

    for (size_t p = 0; p < self->periods; p++) {
        uint64_t *half = &won[p].half[lane / 64];
        *half = spent < hazard[p] ? *half | bit : *half & ~bit;
    }
}

static void
decide_near(const round_of_deals *self, const dd_stream *stream, const double *hazard,
            const dd_lane_set *near, dd_lane_set *won)
{
    for (uint32_t h = 0; h < 2; h++)
        for (uint64_t left = near->half[h]; left; left &= left - 1)
            decide_lane(self, stream, hazard, 64 * h + (uint32_t) __builtin_ctzll(left),
                        won);
}

/* From "won by the end of" to "won in", period by period. */
static void
part_periods(dd_lane_set *won, size_t periods)
{
    for (size_t p = periods - 1; p > 0; p--)
        for (int h = 0; h < 2; h++)
            won[p].half[h] &= ~won[p - 1].half[h];
}

/* ---- gain ---- */

static uint64_t
gain_of(double amount_minor)
{
    return (uint64_t) dd_round_minor(amount_minor) + DD_WIN;
}

static void
add_same(const round_of_deals *self, const dd_lane_set *won, uint64_t gain)
{
    for (size_t p = 0; p < self->periods; p++)
        for (size_t h = 0; h < 2; h++)
            self->kernel->add(self->sum + p * DD_BLOCK + 64 * h, won[p].half[h], gain);
}

static int
more_than_two(uint64_t set)
{
    set &= set - 1;
    return (set & (set - 1)) != 0;
}

/* Words of all lanes in batches; of one or two lanes alone, the same words. */
static void
amount_words(const round_of_deals *self, uint64_t key, const dd_lane_set *any,
             uint32_t word[DD_BLOCK])
{
    dd_stream stream = dd_stream_make(self->seed, DD_RNG_AMOUNT, key, self->block);

    for (uint32_t h = 0; h < 2; h++) {
        if (more_than_two(any->half[h])) {
            self->kernel->words(&stream, 16 * h, word + (size_t) 64 * h);
            continue;
        }
        for (uint64_t left = any->half[h]; left; left &= left - 1) {
            uint32_t at = (uint32_t) __builtin_ctzll(left), four[4];
            dd_stream_words(&stream, 16 * h + at % 32 / 2, four);
            word[64 * h + at] = four[at / 32 * 2 + at % 2];
        }
    }
}

/* Amount times ratio, by the law of ratios, for winners only. */
static void
add_ratios(const round_of_deals *self, const dd_lane_set *won,
           const uint32_t word[DD_BLOCK], double amount)
{
    for (size_t p = 0; p < self->periods; p++)
        for (size_t h = 0; h < 2; h++) {
            uint64_t *sum = self->sum + p * DD_BLOCK + 64 * h;
            const uint32_t *w = word + 64 * h;
            for (uint64_t left = won[p].half[h]; left; left &= left - 1) {
                int lane = __builtin_ctzll(left);
                sum[lane] += gain_of(amount * dd_guide_at(self->ratio, w[lane]));
            }
        }
}

/* An amount like a new deal's. */
static void
add_amounts(const round_of_deals *self, const dd_lane_set *won,
            const uint32_t word[DD_BLOCK])
{
    for (size_t p = 0; p < self->periods; p++)
        for (size_t h = 0; h < 2; h++) {
            uint64_t *sum = self->sum + p * DD_BLOCK + 64 * h;
            const uint32_t *w = word + 64 * h;
            for (uint64_t left = won[p].half[h]; left; left &= left - 1) {
                int lane = __builtin_ctzll(left);
                sum[lane] += (uint64_t) dd_guide_minor_at(self->fresh, w[lane]) + DD_WIN;
            }
        }
}

static void
add_gains(round_of_deals *self, const dd_row_deal *deal, const dd_lane_set *won,
          const dd_lane_set *any)
{
    int32_t pipeline = self->rows->pipeline[deal->row];
    int known = deal->amount != DD_UNKNOWN_AMOUNT;
    const dd_size_law *law
        = known ? &self->tables->ratio[pipeline][self->rows->stage[deal->row]]
                : &self->tables->fresh_size[pipeline];
    double times = known ? (double) deal->amount : 1.0;
    dd_guide *guide = known ? self->ratio : self->fresh;
    uint32_t word[DD_BLOCK];

    if (law->n == 1) {
        add_same(self, won, gain_of(times * law->value[0]));
        return;
    }
    if (guide->law != law)
        dd_guide_make(guide, law);
    amount_words(self, deal->key, any, word);
    if (known)
        add_ratios(self, won, word, times);
    else
        add_amounts(self, won, word);
}

/* ---- a block ---- */

static void
play_deal(round_of_deals *self, const dd_row_deal *deal, const double *hazard)
{
    dd_stream stream = dd_stream_make(self->seed, DD_RNG_OPEN, deal->key, self->block);
    dd_lane_set won[DD_MOST_PERIODS], near, any;

    self->kernel->fates(&stream, self->limit, self->periods, won, &near);
    decide_near(self, &stream, hazard, &near, won);
    any = won[self->periods - 1];
    part_periods(won, self->periods);
    if (any.half[0] | any.half[1])
        add_gains(self, deal, won, &any);
}

/* Move the wins out of the upper bits; what stays is the amount, sign extended. */
static void
split_sums(uint64_t *sum, int64_t *wins, size_t cells)
{
    for (size_t i = 0; i < cells; i++) {
        int64_t amount = (int64_t) (sum[i] << 16) >> 16;
        wins[i] += (int64_t) ((sum[i] - (uint64_t) amount) >> 48);
        sum[i] = (uint64_t) amount;
    }
}

static void
round_start(round_of_deals *self, const dd_tables *tables, dd_block_sums *sums)
{
    self->tables = tables;
    self->kernel = sums->kernel;
    self->periods = sums->periods;
    self->sum = (uint64_t *) sums->open;
    self->limit = sums->limit;
    self->fresh = &sums->fresh;
    self->ratio = &sums->ratio;
    self->products = sums->products;
    self->kernel->products(self->products, tables->level_wins);
    for (int lane = 0; lane < DD_BLOCK; lane++)
        self->by_level[lane] = 1.0 / tables->level_wins[lane];
}

void
dd_cells_open(const dd_rows *rows, const dd_tables *tables, uint64_t seed,
              uint32_t block, dd_block_sums *sums)
{
    size_t periods = sums->periods, cells = periods * DD_BLOCK;
    uint32_t row = UINT32_MAX;
    round_of_deals round;

    round.rows = rows;
    round.seed = seed;
    round.block = block;
    round_start(&round, tables, sums);
    for (size_t i = 0; i < rows->n_deals; i++) {
        const dd_row_deal *deal = &rows->deal[i];
        const double *hazard = tables->hazard + deal->row * periods;
        if (hazard[periods - 1] > 0) {
            if (deal->row != row)
                set_limits(&round, hazard);
            row = deal->row;
            play_deal(&round, deal, hazard);
        }
        if ((i + 1) % DD_CARRIED == 0)
            split_sums(round.sum, sums->wins, cells);
    }
    split_sums(round.sum, sums->wins, cells);
}
