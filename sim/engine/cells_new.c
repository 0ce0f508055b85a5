#include "base/rng.h"
#include "engine/cells_parts.h"
#include "engine/guide.h"
#include "engine/logarithm.h"

#include <math.h>

#define DD_MAX_STEPS (UINT32_C(1) << 25) /* positions are 25 bits of step, 7 of lane */

/* One pipeline's unit-rate Poisson processes, a lane each. A step takes all lanes two
 * points further; it ends when every lane has passed its expected number of winners. */
typedef struct {
    dd_guide size;
    dd_stream stream;
    double spent[DD_BLOCK]; /* E_k, the last point */
    double most[DD_BLOCK];  /* expected winners by the end of the last period */
    double *expected;       /* [period * DD_BLOCK + lane], never falling */
} arrivals;

/* Cumulative expected winners by period end, whatever the interpolation never falling. */
static double
expect_winners(arrivals *self, const dd_tables *tables, size_t pipeline, size_t periods)
{
    double most = 0;

    for (size_t lane = 0; lane < DD_BLOCK; lane++) {
        double by_end = 0;
        for (size_t p = 0; p < periods; p++) {
            by_end = fmax(by_end, dd_tables_new_winners(tables, pipeline, p,
                                                        tables->level_wins[lane],
                                                        tables->level_arrivals[lane]));
            self->expected[p * DD_BLOCK + lane] = by_end;
        }
        self->spent[lane] = 0;
        self->most[lane] = by_end;
        most = fmax(most, by_end);
    }
    return most;
}

/* Words of two points for every lane: gap, amount, gap, amount. */
static void
step_words(const arrivals *self, uint32_t step, uint32_t word[4 * DD_BLOCK])
{
    uint32_t position[32];

    for (uint32_t from = 0; from < DD_BLOCK; from += 32) {
        for (uint32_t i = 0; i < 32; i++)
            position[i] = step << 7 | (from + i);
        dd_stream_words32(&self->stream, position, word + (size_t) from * 4);
    }
}

/* Advance every lane to its next point. @return the lowest of them */
static double
next_point(arrivals *self, const uint32_t *word)
{
    double least = (double) INFINITY;

    for (size_t lane = 0; lane < DD_BLOCK; lane++) {
        double u = ((double) word[4 * lane] + 0.5) * 0x1p-32;
        self->spent[lane] += dd_minus_log(u);
    }
    for (size_t lane = 0; lane < DD_BLOCK; lane++)
        if (self->spent[lane] - self->most[lane] < least)
            least = self->spent[lane] - self->most[lane];
    return least;
}

static void
add_winners(const arrivals *self, const uint32_t *word, dd_block_sums *sums)
{
    for (size_t lane = 0; lane < DD_BLOCK; lane++) {
        size_t cell = lane;
        if (self->spent[lane] >= self->most[lane])
            continue;
        while (self->spent[lane] >= self->expected[cell])
            cell += DD_BLOCK;
        sums->new_[cell] += dd_round_minor(dd_guide_at(&self->size, word[4 * lane + 1]));
        sums->wins[cell]++;
    }
}

static void
play_pipeline(arrivals *self, dd_block_sums *sums)
{
    uint32_t word[4 * DD_BLOCK];

    for (uint32_t step = 0; step < DD_MAX_STEPS; step++) {
        step_words(self, step, word);
        for (int point = 0; point < 2; point++) {
            if (next_point(self, word + 2 * point) >= 0)
                return;
            add_winners(self, word + 2 * point, sums);
        }
    }
}

void
dd_cells_new(const dd_tables *tables, uint64_t seed, uint32_t block, dd_block_sums *sums)
{
    arrivals self;

    self.expected = sums->expected;
    for (size_t i = 0; i < tables->pipelines; i++) {
        if (!(expect_winners(&self, tables, i, sums->periods) > 0))
            continue;
        dd_guide_make(&self.size, &tables->fresh_size[i]);
        self.stream = dd_stream_make(seed, DD_RNG_NEW, i, block);
        play_pipeline(&self, sums);
    }
}
