#include "engine/cells/cells_parts.h"
#include "engine/cells/new_winners.h"

#include <math.h>

/*
 * A pipeline's unit-rate Poisson process, a lane each, is cut into chunks of mean 16: the
 * points in a chunk are counted by inversion of one word. Only a chunk within which a
 * period ends needs the places of its points, uniform given their number; elsewhere all
 * fall into one period. So a winner costs one word, its amount's.
 */
#define CHUNK 16.0
#define CHUNK_POINTS 64 /* more than any word brings: P(> 52) < 2^-33 */

enum { KIND_COUNT, KIND_PLACE, KIND_AMOUNT };

typedef struct {
    const dd_kernel *kernel;
    dd_round_keys keys;
    uint64_t seed, pipeline;
    uint32_t block;
    uint32_t last[CHUNK_POINTS]; /* last[k]: greatest word of at most k points */
    uint8_t start[256];          /* by a word's upper byte: at least so many points */
} arrivals;

/* One lane's reader of a stream, a batch of words at a time. */
typedef struct {
    dd_stream stream;
    uint32_t word[DD_WORDS];
} reader;

static void
reader_start(reader *self, const arrivals *of, uint64_t kind, size_t lane)
{
    uint64_t item = of->pipeline << 32 | kind << 7 | lane;
    self->stream = dd_stream_make(of->seed, DD_RNG_NEW, item, of->block);
}

static void
reader_batch(reader *self, const arrivals *of, uint64_t batch)
{
    of->kernel->words(&of->keys, &self->stream, (uint32_t) batch * 16, self->word);
}

/* Poisson(16) by its recurrence p_k = p_{k-1} 16 / k. */
static void
tabulate_counts(arrivals *self)
{
    double chance = 1.12535174719259114e-7, sum = chance; /* exp(-16) */

    for (int k = 0; k < CHUNK_POINTS; k++) {
        double words = ceil(sum * 0x1p32 - 0.5);
        self->last[k] = words < 0x1p32 ? (uint32_t) words - 1 : UINT32_MAX;
        chance *= CHUNK / (k + 1);
        sum += chance;
    }
    self->last[CHUNK_POINTS - 1] = UINT32_MAX;
    for (uint32_t byte = 0, k = 0; byte < 256; byte++) {
        while (byte << 24 > self->last[k])
            k++;
        self->start[byte] = (uint8_t) k;
    }
}

static uint32_t
points_of(const arrivals *self, uint32_t word)
{
    uint32_t points = self->start[word >> 24];

    points += word > self->last[points];
    points += word > self->last[points];
    while (word > self->last[points]) /* far out */
        points++;
    return points;
}

/* Points of a chunk before this part of it, place by place. */
static int64_t
points_before(const uint32_t *place, uint32_t points, double part)
{
    double words
        = ceil(part * 0x1p32 - 0.5); /* of places (word + 1/2) 2^-32 below part */
    uint64_t limit = words < 0x1p32 ? (uint64_t) words : UINT64_C(1) << 32;
    int64_t before = 0;

    for (uint32_t i = 0; i < points; i++)
        before += place[i] < limit;
    return before;
}

/* The points of a chunk in which periods end, from the first that ends after it begins:
 * each point to the period it falls into, or to none. */
static void
place_points(const arrivals *self, reader *place, uint64_t chunk, uint32_t points,
             const double *until, size_t first, size_t periods, int64_t *winners)
{
    int64_t before = 0;

    reader_batch(place, self, chunk);
    for (size_t p = first; p < periods && before < points; p++) {
        double part = until[p] / CHUNK - (double) chunk;
        int64_t by_end = points_before(place->word, points, part);
        winners[p] += by_end - before;
        before = by_end;
    }
}

/* winners[p] of one lane, from until[p], what is expected by the end of each period. */
static void
count_winners(const arrivals *self, size_t lane, const double *until, size_t periods,
              int64_t *winners)
{
    reader count, place;
    size_t p = 0;

    reader_start(&count, self, KIND_COUNT, lane);
    reader_start(&place, self, KIND_PLACE, lane);
    for (uint64_t chunk = 0; CHUNK * (double) chunk < until[periods - 1]; chunk++) {
        double begins = CHUNK * (double) chunk;
        if (chunk % DD_WORDS == 0)
            reader_batch(&count, self, chunk / DD_WORDS);
        uint32_t points = points_of(self, count.word[chunk % DD_WORDS]);
        while (until[p] <= begins)
            p++;
        if (until[p] >= begins + CHUNK)
            winners[p] += points;
        else
            place_points(self, &place, chunk, points, until, p, periods, winners);
    }
}

/* Amounts, by `times`, of winners number first, first + 1, ... of a lane. */
static int64_t
add_amounts(const arrivals *self, reader *amount, const dd_guide *size, double times,
            uint64_t first, uint64_t n)
{
    int64_t sum = 0;

    for (uint64_t k = first; k < first + n;) {
        uint64_t in_batch = k % DD_WORDS, end = in_batch + (first + n - k);
        if (in_batch == 0)
            reader_batch(amount, self, k / DD_WORDS);
        end = end < DD_WORDS ? end : DD_WORDS;
        sum += dd_guide_minor_sum(size, amount->word + in_batch, end - in_batch, times);
        k += end - in_batch;
    }
    return sum;
}

static void
play_lane(const arrivals *self, const dd_tables *tables, size_t lane,
          const double *until, dd_block_sums *sums)
{
    int64_t winners[DD_MOST_PERIODS] = { 0 };
    uint64_t first = 0;
    reader amount;

    count_winners(self, lane, until, sums->periods, winners);
    reader_start(&amount, self, KIND_AMOUNT, lane);
    for (size_t p = 0; p < sums->periods; p++) {
        uint64_t n = (uint64_t) winners[p];
        sums->new_[p * DD_BLOCK + lane]
            += add_amounts(self, &amount, &sums->fresh,
                           dd_tables_size(tables, self->pipeline, p), first, n);
        sums->wins[p * DD_BLOCK + lane] += winners[p];
        first += n;
    }
}

/* Cumulative expected winners by period end, whatever the interpolation never falling. */
static void
expect_winners(const dd_tables *tables, size_t pipeline, size_t lane, size_t periods,
               double *until)
{
    double by_end = 0;

    for (size_t p = 0; p < periods; p++) {
        by_end = fmax(by_end, dd_tables_new_winners(tables, pipeline, p,
                                                    tables->level_wins[lane],
                                                    tables->level_arrivals[lane]));
        until[p] = by_end;
    }
}

void
dd_cells_new(const dd_tables *tables, uint64_t seed, uint32_t block, dd_block_sums *sums)
{
    arrivals self = { .kernel = sums->kernel, .seed = seed, .block = block };
    double until[DD_MOST_PERIODS];

    dd_round_keys_make(&self.keys, seed, DD_RNG_NEW);
    tabulate_counts(&self);
    for (size_t i = 0; i < tables->pipelines; i++) {
        self.pipeline = i;
        if (dd_new_winners_none(&tables->fresh[i], sums->periods))
            continue;
        if (sums->fresh.law != &tables->fresh_size[i])
            dd_guide_make(&sums->fresh, &tables->fresh_size[i]);
        for (size_t lane = 0; lane < DD_BLOCK; lane++) {
            expect_winners(tables, i, lane, sums->periods, until);
            if (until[sums->periods - 1] > 0)
                play_lane(&self, tables, lane, until, sums);
        }
    }
}
