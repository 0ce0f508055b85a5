#include "engine/cells/cells_parts.h"
#include "engine/cells/fates.h"
#include "engine/cells/new_winners.h"

#include <string.h>

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
    dd_round_keys amount_keys;
    uint64_t seed;
    uint32_t block;
    size_t periods;
    dd_fates fates;
    uint32_t row; /* the present one */
    size_t pipeline;
    const double *hazard;   /* its */
    const double *prepared; /* those that fates are prepared for; NULL: none yet */
    const dd_size_law *fresh_law, *ratio_law;
    dd_guide *fresh, *ratio;
    uint64_t *sum;     /* periods x DD_BLOCK: won in the period */
    dd_marked *marked; /* those that wait for their marks */
    uint16_t *marks;   /* periods x DD_BLOCK: won by the period's end, a bit a deal */
    uint64_t *by_end;  /* the same as sums of those settled */
} round_of_deals;

/* ---- fate ---- */

/* Lanes near a limit, of marked deal number d. */
static void
decide_marks(const round_of_deals *self, unsigned d)
{
    const dd_marked *marked = self->marked;
    dd_stream stream
        = dd_stream_make(self->seed, DD_RNG_OPEN, marked->item[d], self->block);
    uint16_t bit = (uint16_t) (1u << d);

    for (uint32_t h = 0; h < 2; h++)
        for (uint64_t left = marked->near[d].half[h]; left; left &= left - 1) {
            uint32_t lane = 64 * h + (uint32_t) __builtin_ctzll(left);
            size_t first = dd_fates_lane(&self->fates, &stream, marked->hazard[d], lane);
            for (size_t p = 0; p < self->periods; p++) {
                uint16_t *marks = &self->marks[p * DD_BLOCK + lane];
                *marks = (uint16_t) (p >= first ? *marks | bit : *marks & ~bit);
            }
        }
}

/* ---- gain ---- */

static uint64_t
gain_of(double amount_minor)
{
    return (uint64_t) dd_round_minor(amount_minor) + DD_WIN;
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
            self->kernel->words(&self->amount_keys, &stream, 16 * h,
                                word + (size_t) 64 * h);
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
    for (size_t p = 0; p < self->periods; p++) {
        double size = dd_tables_size(self->tables, self->pipeline, p);
        for (size_t h = 0; h < 2; h++) {
            uint64_t *sum = self->sum + p * DD_BLOCK + 64 * h;
            const uint32_t *w = word + 64 * h;
            for (uint64_t left = won[p].half[h]; left; left &= left - 1) {
                int lane = __builtin_ctzll(left);
                sum[lane]
                    += gain_of(amount * (dd_guide_at(self->ratio, w[lane]) * size));
            }
        }
    }
}

/* An amount like a new deal's. */
static void
add_amounts(const round_of_deals *self, const dd_lane_set *won,
            const uint32_t word[DD_BLOCK])
{
    for (size_t p = 0; p < self->periods; p++) {
        double size = dd_tables_size(self->tables, self->pipeline, p);
        for (size_t h = 0; h < 2; h++) {
            uint64_t *sum = self->sum + p * DD_BLOCK + 64 * h;
            const uint32_t *w = word + 64 * h;
            for (uint64_t left = won[p].half[h]; left; left &= left - 1) {
                int lane = __builtin_ctzll(left);
                sum[lane] += (uint64_t) dd_guide_minor_times(self->fresh, w[lane], size)
                             + DD_WIN;
            }
        }
    }
}

/* Deals of one stage share their laws. */
static void
turn_to_row(round_of_deals *self, uint32_t row)
{
    const dd_tables *tables = self->tables;
    int32_t pipeline = self->rows->pipeline[row];

    self->pipeline = (size_t) pipeline;
    self->fresh_law = &tables->fresh_size[pipeline];
    self->ratio_law = &tables->ratio[pipeline][self->rows->stage[row]];
    self->hazard = tables->hazard + row * self->periods;
    self->row = row;
}

/* The law that decides what a won deal brings, and what it is multiplied by. */
static const dd_size_law *
law_of(const round_of_deals *self, const dd_row_deal *deal, double *times)
{
    int known = deal->amount != DD_UNKNOWN_AMOUNT;

    *times = known ? (double) deal->amount : 1.0;
    return known ? self->ratio_law : self->fresh_law;
}

static void
add_gains(round_of_deals *self, const dd_row_deal *deal, const dd_lane_set *won,
          const dd_lane_set *any)
{
    double times;
    const dd_size_law *law = law_of(self, deal, &times);
    int known = deal->amount != DD_UNKNOWN_AMOUNT;
    dd_guide *guide = known ? self->ratio : self->fresh;
    uint32_t word[DD_BLOCK];

    if (guide->law != law)
        dd_guide_make(guide, law);
    amount_words(self, deal->key, any, word);
    if (known)
        add_ratios(self, won, word, times);
    else
        add_amounts(self, won, word);
}

/* ---- a block ---- */

/* Mark those who wait, add what they bring, and on with none. */
static void
settle(round_of_deals *self)
{
    dd_marked *marked = self->marked;
    unsigned near
        = self->kernel->mark(&self->fates.keys, self->block, self->fates.products,
                             self->periods, marked, self->marks);

    for (; near; near &= near - 1)
        decide_marks(self, (unsigned) __builtin_ctz(near));
    for (unsigned i = marked->n; i < DD_MARKS; i++)
        marked->gain[i] = 0;
    self->kernel->settle(self->by_end, self->marks, self->periods * DD_BLOCK,
                         marked->gain);
    marked->n = 0;
}

static void
mark_deal(round_of_deals *self, const dd_row_deal *deal, uint64_t gain)
{
    dd_marked *marked = self->marked;

    marked->item[marked->n] = deal->key;
    marked->hazard[marked->n] = self->hazard;
    marked->gain[marked->n++] = gain;
    if (marked->n == DD_MARKS)
        settle(self);
}

/* What a deal brings is drawn for its winners only. */
static void
draw_deal(round_of_deals *self, const dd_row_deal *deal)
{
    dd_stream stream = dd_stream_make(self->seed, DD_RNG_OPEN, deal->key, self->block);
    dd_lane_set won[DD_MOST_PERIODS], any;

    if (self->prepared != self->hazard)
        dd_fates_limits(&self->fates, self->hazard, self->periods);
    self->prepared = self->hazard;
    any = dd_fates_of(&self->fates, &stream, self->hazard, won);
    if (any.half[0] | any.half[1])
        add_gains(self, deal, won, &any);
}

static void
play_deal(round_of_deals *self, const dd_row_deal *deal)
{
    double times;
    const dd_size_law *law = law_of(self, deal, &times);

    if (law->n == 1 && !self->tables->size)
        mark_deal(self, deal, gain_of(times * law->value[0]));
    else
        draw_deal(self, deal);
}

/* From sums of what is won by each period's end to those of what is won in it. */
static void
add_marked(round_of_deals *self)
{
    settle(self);
    for (size_t i = self->periods * DD_BLOCK; i-- > 0;) {
        uint64_t before = i < DD_BLOCK ? 0 : self->by_end[i - DD_BLOCK];
        self->sum[i] += self->by_end[i] - before;
    }
    memset(self->by_end, 0, self->periods * DD_BLOCK * sizeof *self->by_end);
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
    self->marks = sums->marks;
    self->marked = &sums->marked;
    self->marked->n = 0;
    self->by_end = sums->by_end;
    self->row = UINT32_MAX;
    self->prepared = NULL;
    self->fresh = &sums->fresh;
    self->ratio = &sums->ratio;
    dd_fates_start(&self->fates, sums, self->seed, DD_RNG_OPEN, tables->level_wins);
    dd_round_keys_make(&self->amount_keys, self->seed, DD_RNG_AMOUNT);
}

void
dd_cells_open(const dd_rows *rows, const dd_tables *tables, uint64_t seed,
              uint32_t block, dd_block_sums *sums)
{
    size_t periods = sums->periods, cells = periods * DD_BLOCK;
    round_of_deals round;

    round.rows = rows;
    round.seed = seed;
    round.block = block;
    round_start(&round, tables, sums);
    for (size_t i = 0; i < rows->n_deals; i++) {
        const dd_row_deal *deal = &rows->deal[i];
        if (deal->row != round.row)
            turn_to_row(&round, deal->row);
        if (round.hazard[periods - 1] > 0)
            play_deal(&round, deal);
        if ((i + 1) % DD_CARRIED == 0) {
            add_marked(&round);
            split_sums(round.sum, sums->wins, cells);
        }
    }
    add_marked(&round);
    split_sums(round.sum, sums->wins, cells);
}
