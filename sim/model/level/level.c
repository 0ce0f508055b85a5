#include "model/level/level.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#define CORRELATION_MEAN 0.3
#define CORRELATION_SD 0.3
#define CORRELATION_MOST 0.9

/* Choose a row and spread of a cumulative table by inversion. */
static double
choose(const double *cumulative, size_t rows, double u, size_t *row)
{
    size_t low = 0, high = rows * DD_SPREADS - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (u < cumulative[middle])
            high = middle;
        else
            low = middle + 1;
    }
    *row = low / DD_SPREADS;
    return ((double) (low % DD_SPREADS) + 0.5) / DD_SPREADS;
}

dd_spread
dd_spread_draw(const dd_level *level, const gsl_rng *r)
{
    dd_spread spread;
    size_t way;
    spread.wins
        = level->scale * choose(level->wins[0], DD_WAYS, gsl_rng_uniform_pos(r), &way);
    spread.arrivals = level->scale
                      * choose(level->arrivals[0], DD_MEMORIES, gsl_rng_uniform_pos(r),
                               &spread.memory);
    spread.wins_mean = level->wins_mean[way];
    spread.moves = way / DD_TRACKS;
    do
        spread.correlation = CORRELATION_MEAN + gsl_ran_gaussian(r, CORRELATION_SD);
    while (fabs(spread.correlation) > CORRELATION_MOST);
    return spread;
}

double
dd_level_tail(size_t i)
{
    static const double tail[DD_TAILS] = {
        2.6944768611523262, 1.7737762975507274, 1.4249972699208078, 1.210301344303401,
        1.0509658433388029, 0.9174130354266503, 0.7910452365529439, 0.6403915746263623,
    };
    return tail[i];
}

double
dd_level_width(double scale, double tail)
{
    return fmin(scale * tail, fmax(scale, 1.0));
}

static void
swap(int *stratum, int i, uint32_t word)
{
    int k = (int) (((uint64_t) word * ((uint64_t) i + 1)) >> 32);
    int held = stratum[i];
    stratum[i] = stratum[k];
    stratum[k] = held;
}

/* Two random permutations (Fisher-Yates) of the 128 strata: of normals and of tails. */
void
dd_level_luck_make(dd_level_luck *self, uint64_t seed, uint32_t block, int of)
{
    dd_stream stream = dd_stream_make(seed, DD_RNG_LEVEL, 0, block);
    uint32_t word[4], first_word = (uint32_t) of * DD_BLOCK;
    int stratum[DD_BLOCK], tail[DD_BLOCK];

    for (int i = 0; i < DD_BLOCK; i++)
        stratum[i] = tail[i] = i;
    for (int i = DD_BLOCK - 1; i > 0; i--) {
        dd_stream_words(&stream, first_word + (uint32_t) i, word);
        swap(stratum, i, word[0]);
        swap(tail, i, word[1]);
    }
    for (int i = 0; i < DD_BLOCK; i++) {
        dd_stream_words(&stream, first_word + (uint32_t) i, word);
        self->z[i] = gsl_cdf_ugaussian_Pinv((stratum[i] + dd_uniform53(word[2], word[3]))
                                            / DD_BLOCK);
        self->tail[i] = dd_level_tail((size_t) tail[i] % DD_TAILS);
    }
}

void
dd_level_block(const dd_spread *spread, uint64_t seed, uint32_t block,
               double wins[DD_BLOCK], double arrivals[DD_BLOCK])
{
    double rho = spread->correlation, rest = sqrt(1.0 - rho * rho);
    dd_level_luck of_wins, own;

    dd_level_luck_make(&of_wins, seed, block, 0);
    dd_level_luck_make(&own, seed, block, 1);
    for (int i = 0; i < DD_BLOCK; i++) {
        double w = dd_level_width(spread->wins, of_wins.tail[i]);
        double a = dd_level_width(spread->arrivals, own.tail[i]);
        double z = of_wins.z[i], z_a = rho * z + rest * own.z[i];
        wins[i] = spread->wins_mean * exp(w * z - 0.5 * w * w);
        arrivals[i] = exp(a * z_a - 0.5 * a * a);
    }
}
