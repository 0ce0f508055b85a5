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

/* z of every lane, stratified: a random permutation (Fisher-Yates) of the 128 strata. */
static void
stratified_normals(const dd_stream *stream, uint32_t first_word, double z[DD_BLOCK])
{
    uint32_t word[4];
    int stratum[DD_BLOCK];
    for (int i = 0; i < DD_BLOCK; i++)
        stratum[i] = i;
    for (int i = DD_BLOCK - 1; i > 0; i--) {
        dd_stream_words(stream, first_word + (uint32_t) i, word);
        int k = (int) (((uint64_t) word[0] * ((uint64_t) i + 1)) >> 32);
        int held = stratum[i];
        stratum[i] = stratum[k];
        stratum[k] = held;
    }
    for (int i = 0; i < DD_BLOCK; i++) {
        dd_stream_words(stream, first_word + (uint32_t) i, word);
        z[i] = gsl_cdf_ugaussian_Pinv((stratum[i] + dd_uniform53(word[2], word[3]))
                                      / DD_BLOCK);
    }
}

void
dd_level_block(const dd_spread *spread, uint64_t seed, uint32_t block,
               double wins[DD_BLOCK], double arrivals[DD_BLOCK])
{
    dd_stream stream = dd_stream_make(seed, DD_RNG_LEVEL, 0, block);
    double own[DD_BLOCK], rho = spread->correlation, rest = sqrt(1.0 - rho * rho);
    double w = spread->wins, a = spread->arrivals;

    stratified_normals(&stream, 0, wins);
    stratified_normals(&stream, DD_BLOCK, own);
    for (int i = 0; i < DD_BLOCK; i++) {
        double z = wins[i];
        wins[i] = spread->wins_mean * exp(w * z - 0.5 * w * w);
        arrivals[i] = exp(a * (rho * z + rest * own[i]) - 0.5 * a * a);
    }
}
