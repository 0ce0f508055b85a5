#include "answers/forecast/results.h"

#include <math.h>

void
dd_variance_add(dd_variance_parts *self, const int64_t *bookings, const double *expected,
                size_t n)
{
    for (; n >= DD_BLOCK; n -= DD_BLOCK, bookings += DD_BLOCK, expected += DD_BLOCK) {
        dd_moments block = { 0 };
        for (size_t i = 0; i < DD_BLOCK; i++) {
            dd_moments_add(&block, expected[i]);
            dd_moments_add(&self->bookings, (double) bookings[i]);
        }
        self->blocks += 1;
        self->level += block.squares / DD_BLOCK;
        dd_moments_add(&self->means, block.mean);
    }
}

dd_variance
dd_variance_shares(const dd_variance_parts *self)
{
    dd_variance shares = { (double) NAN, (double) NAN, (double) NAN };
    double n = self->blocks, level, rates, luck, total;

    if (n < DD_MIN_BLOCKS || isnan(self->means.mean))
        return shares;
    level = self->level / n;
    rates = self->means.squares / (n - 1);
    luck = fmax(self->bookings.squares / self->bookings.n - level - rates, 0.0);
    total = luck + level + rates;
    if (total > 0.0)
        shares = (dd_variance){ luck / total, level / total, rates / total };
    return shares;
}
