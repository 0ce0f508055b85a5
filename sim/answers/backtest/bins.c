/* Bins of a histogram, of a width that people read. */
#include "answers/forecast/results.h"

#include <math.h>
#include <stdlib.h>

#define MOST_BINS 16.0

/* The smallest of 1, 2, 5 x 10^k that covers the range in fewer than MOST_BINS steps. */
static double
round_step(double range)
{
    double unit = pow(10.0, floor(log10(range / MOST_BINS)));
    static const double factor[] = { 1.0, 2.0, 5.0, 10.0, 20.0 };
    size_t i = 0;
    while (i < 4 && range / (factor[i] * unit) > MOST_BINS - 2.0)
        i++;
    return factor[i] * unit;
}

static size_t
bin_of(const dd_bins *self, int64_t outcome)
{
    double place = floor(((double) outcome - self->low) / self->step);
    if (place < 0.0)
        return 0;
    return place >= (double) self->n ? self->n - 1 : (size_t) place;
}

dd_status
dd_bins_init(dd_bins *self, double low, double high, dd_error *err)
{
    self->step = high > low ? round_step(high - low) : 1.0;
    self->low = high > low ? floor(low / self->step) * self->step : low;
    self->n = (size_t) floor((high - self->low) / self->step) + 1;
    self->share = calloc(self->n, sizeof *self->share);
    return self->share ? DD_OK : dd_error_no_memory(err);
}

void
dd_bins_add(dd_bins *self, int64_t outcome, double share)
{
    self->share[bin_of(self, outcome)] += share;
}
