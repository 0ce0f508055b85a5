#include "base/rng.h"
#include "engine/cells_parts.h"
#include "engine/guide.h"
#include "engine/logarithm.h"

#include <math.h>

/* While a block is played, a sum carries amount + wins << 48 in one word, modulo 2^64:
 * wins are counted for free. It is split after at most DD_CARRIED deals, before the 16
 * bits of wins can overflow. */
#define DD_WIN (UINT64_C(1) << 48)
#define DD_CARRIED 65535
#define GUIDES 8

/* What all deals of a block share. */
typedef struct {
    const dd_book *book;
    const dd_tables *tables;
    uint64_t seed;
    uint32_t block;
    uint32_t place[DD_BLOCK / 4]; /* 0, 1, 2, ...: positions in a stream */
    double by_level[DD_BLOCK];    /* 1 / level of wins */
    double level_most;
    dd_guide guide[GUIDES]; /* by law; the first that comes keeps a place */
} round_of_deals;

/* The lanes in which one deal is won, and when. */
typedef struct {
    size_t n;
    uint32_t lane[DD_BLOCK + 1]; /* one to spare: see keep_likely */
    uint32_t word[DD_BLOCK + 1];
    double spent[DD_BLOCK]; /* of the hazard of a normal market: E / level */
    size_t period[DD_BLOCK];
} winners;

/* Words from here on lose in every lane. The slack covers rounding here and in
 * dd_minus_log, so that this only saves work and decides nothing. */
static uint32_t
least_losing_word(double hazard, double level_most)
{
    double least = -expm1(-hazard * level_most) * (1 + 1e-9) * 0x1p32 + 2;

    return least < 0x1p32 ? (uint32_t) least : UINT32_MAX;
}

static void
keep_likely(const uint32_t word[DD_BLOCK], uint32_t losing, winners *self)
{
    size_t n = 0;

    for (uint32_t lane = 0; lane < DD_BLOCK; lane++) {
        self->lane[n] = lane;
        self->word[n] = word[lane];
        n += word[lane] <= losing;
    }
    self->n = n;
}

/* E < level * hazard is asked as E / level < hazard, once for all periods. */
static void
spend_hazard(const double by_level[DD_BLOCK], winners *self)
{
    for (size_t i = 0; i < self->n; i++) {
        double left = ((double) ~self->word[i] + 0.5) * 0x1p-32; /* 1 - u, exact */
        self->spent[i] = dd_minus_log(left) * by_level[self->lane[i]];
    }
}

/* The first period whose hazard is not yet spent; those without one are no winners. */
static void
keep_winners(const double *hazard, size_t periods, winners *self)
{
    size_t n = 0;

    for (size_t i = 0; i < self->n; i++) {
        size_t period = 0;
        for (size_t p = 0; p < periods; p++)
            period += self->spent[i] >= hazard[p];
        self->lane[n] = self->lane[i];
        self->period[n] = period;
        n += period < periods;
    }
    self->n = n;
}

static uint64_t
gain_of(double amount_minor)
{
    return (uint64_t) dd_round_minor(amount_minor) + DD_WIN;
}

/* The guide of a law; NULL where another law has the place. */
static const dd_guide *
guide_of(round_of_deals *self, const dd_size_law *law, size_t place)
{
    dd_guide *guide = &self->guide[place % GUIDES];

    if (!guide->law)
        dd_guide_make(guide, law);
    return guide->law == law ? guide : NULL;
}

/* Amount or ratio by its law, for winners only. */
static void
add_drawn(const winners *won, const dd_size_law *law, const dd_guide *guide,
          const uint32_t word[DD_BLOCK], double times, uint64_t *sum)
{
    for (size_t i = 0; i < won->n; i++) {
        uint32_t lane = won->lane[i];
        double value = guide ? dd_guide_at(guide, word[lane])
                             : dd_size_law_at(law, dd_uniform32(word[lane]));
        sum[won->period[i] * DD_BLOCK + lane] += gain_of(times * value);
    }
}

static void
add_gains(round_of_deals *self, size_t deal, const winners *won, uint64_t *sum)
{
    const dd_book *book = self->book;
    int32_t pipeline = book->pipeline[deal];
    int known = book->amount[deal] != DD_UNKNOWN_AMOUNT;
    const dd_size_law *law = known ? &self->tables->ratio[pipeline][book->stage[deal]]
                                   : &self->tables->fresh_size[pipeline];
    double times = known ? (double) book->amount[deal] : 1.0;

    if (law->n == 1) {
        uint64_t gain = gain_of(times * law->value[0]);
        for (size_t i = 0; i < won->n; i++)
            sum[won->period[i] * DD_BLOCK + won->lane[i]] += gain;
    } else if (won->n > 0) {
        size_t stage = known ? (size_t) book->stage[deal] + 1 : 0;
        dd_stream stream
            = dd_stream_make(self->seed, DD_RNG_AMOUNT, book->key[deal], self->block);
        uint32_t word[DD_BLOCK];
        dd_stream_words32(&stream, self->place, word);
        add_drawn(won, law, guide_of(self, law, (size_t) pipeline * 7 + stage), word,
                  times, sum);
    }
}

static void
play_deal(round_of_deals *self, size_t deal, const double *hazard, size_t periods,
          uint64_t *sum)
{
    dd_stream stream
        = dd_stream_make(self->seed, DD_RNG_OPEN, self->book->key[deal], self->block);
    uint32_t word[DD_BLOCK];
    winners won;

    dd_stream_words32(&stream, self->place, word);
    keep_likely(word, least_losing_word(hazard[periods - 1], self->level_most), &won);
    spend_hazard(self->by_level, &won);
    keep_winners(hazard, periods, &won);
    add_gains(self, deal, &won, sum);
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
round_start(round_of_deals *self, const dd_tables *tables)
{
    self->tables = tables;
    self->level_most = 0;
    for (uint32_t w = 0; w < DD_BLOCK / 4; w++)
        self->place[w] = w;
    for (int lane = 0; lane < DD_BLOCK; lane++) {
        self->by_level[lane] = 1.0 / tables->level_wins[lane];
        self->level_most = fmax(self->level_most, tables->level_wins[lane]);
    }
    for (int i = 0; i < GUIDES; i++)
        self->guide[i].law = NULL;
}

void
dd_cells_open(const dd_book *book, const dd_rows *rows, const dd_tables *tables,
              uint64_t seed, uint32_t block, dd_block_sums *sums)
{
    size_t periods = sums->periods, cells = periods * DD_BLOCK;
    uint64_t *sum = (uint64_t *) sums->open;
    round_of_deals round;

    round.book = book;
    round.seed = seed;
    round.block = block;
    round_start(&round, tables);
    for (size_t deal = 0; deal < book->n; deal++) {
        const double *hazard = tables->hazard + rows->of_deal[deal] * periods;
        if (hazard[periods - 1] > 0)
            play_deal(&round, deal, hazard, periods, sum);
        if ((deal + 1) % DD_CARRIED == 0)
            split_sums(sum, sums->wins, cells);
    }
    split_sums(sum, sums->wins, cells);
}
