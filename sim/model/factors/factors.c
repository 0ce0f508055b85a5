#include "model/factors/factors.h"

#include "base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
dd_factors_free(dd_factors *self)
{
    for (size_t f = 0; f < DD_FACTORS; f++)
        free(self->factor[f].level);
    free(self->alike);
    memset(self, 0, sizeof *self);
}

const char *
dd_factor_name(dd_factor_kind kind)
{
    static const char *const name[] = { "owner", "segment", "kind", "source", "amount" };

    return name[kind];
}

int32_t
dd_factors_band(const dd_factors *self, int64_t amount)
{
    int32_t band = 0;

    if (amount == DD_UNKNOWN_AMOUNT || amount <= 0)
        return -1;
    while (band < DD_AMOUNT_BANDS - 1 && amount >= self->band[band])
        band++;
    return band;
}

dd_levels
dd_factors_levels_of(const dd_factors *self, const dd_past_deal *deal)
{
    dd_levels levels
        = { { deal->first_owner, deal->segment, deal->kind, deal->source, -1 } };

    if (self->factor[DD_BY_AMOUNT].n > 0)
        levels.of[DD_BY_AMOUNT] = dd_factors_band(self, deal->first_amount);
    for (int f = 0; f < DD_FACTORS; f++)
        if (self->factor[f].n == 0)
            levels.of[f] = -1;
    return levels;
}

dd_levels
dd_factors_levels(const dd_factors *self, const dd_book *book, size_t deal)
{
    dd_past_deal seen = { .first_owner = -1 };

    if (self->n == 0)
        return dd_factors_levels_of(self, &seen);
    seen.first_owner = book->first_owner[deal];
    seen.segment = book->segment[deal];
    seen.kind = book->kind[deal];
    seen.source = book->source[deal];
    seen.first_amount = book->first_amount[deal];
    return dd_factors_levels_of(self, &seen);
}

size_t
dd_factors_n_levels(const dd_factors *self)
{
    size_t n = 0;

    for (size_t f = 0; f < DD_FACTORS; f++)
        n += self->factor[f].n;
    return n;
}

void
dd_factors_mean(const dd_factors *self, double *log_odds)
{
    for (size_t f = 0; f < DD_FACTORS; f++)
        for (size_t i = 0; i < self->factor[f].n; i++)
            *log_odds++ = self->factor[f].level[i].mean;
}

/* By inversion, straight between the points. */
static double
log_odds_at(const dd_odds *self, double u)
{
    size_t i = 1;
    double part;

    while (i < DD_ODDS_NODES - 1 && self->below[i] < u)
        i++;
    part = (u - self->below[i - 1]) / (self->below[i] - self->below[i - 1]);
    return self->low
           + (self->high - self->low) * ((double) (i - 1) + part) / (DD_ODDS_NODES - 1);
}

void
dd_factors_draw(const dd_factors *self, uint64_t seed, uint32_t block, double *log_odds)
{
    for (size_t f = 0; f < DD_FACTORS; f++)
        for (size_t i = 0; i < self->factor[f].n; i++) {
            const dd_odds *level = &self->factor[f].level[i];
            dd_stream stream = dd_stream_make(seed, DD_RNG_ODDS, level->key, block);
            uint32_t word[4];
            dd_stream_words(&stream, 0, word);
            *log_odds++ = log_odds_at(level, dd_uniform53(word[0], word[1]));
        }
}

double
dd_factors_sum(const dd_factors *self, const double *log_odds, const dd_levels *levels)
{
    double sum = 0.0;

    for (size_t f = 0; f < DD_FACTORS; log_odds += self->factor[f++].n)
        if (levels->of[f] >= 0 && (size_t) levels->of[f] < self->factor[f].n)
            sum += log_odds[levels->of[f]];
    return sum;
}

/* One step of Newton's method for the common log odds. */
static double
centre_step(const dd_factors *self, const double *theta, double common)
{
    double excess = 0.0, slope = 0.0, times = exp(common);

    for (size_t i = 0; i < self->n_alike; i++) {
        const dd_alike *alike = &self->alike[i];
        double chance = dd_on_odds(alike->chance, times * theta[i]);
        excess += alike->deals * (chance - alike->chance);
        slope += alike->deals * chance * (1.0 - chance);
    }
    return slope > 0.0 ? fmax(fmin(excess / slope, 1.0), -1.0) : 0.0;
}

double
dd_factors_centre(const dd_factors *self, const double *log_odds, double *theta)
{
    double common = 0.0, step = 1.0;

    for (size_t i = 0; i < self->n_alike; i++)
        theta[i] = exp(dd_factors_sum(self, log_odds, &self->alike[i].levels));
    for (int i = 0; i < 50 && fabs(step) > 1e-12; i++) {
        step = centre_step(self, theta, common);
        common -= step;
    }
    for (size_t i = 0; i < self->n_alike; i++)
        theta[i] *= exp(common);
    return common;
}
