#include "model/hazard.h"

#include <math.h>

#define EXITS_PER_BAND 8 /* fewer do not tell a hazard from its neighbour's */

static void
close_band(dd_bands *self, double edge, int tied)
{
    if (edge > self->start[self->bands] && self->bands < DD_MAX_BANDS) {
        self->tied[self->bands] = tied;
        self->start[++self->bands] = edge;
    }
}

static size_t
ties_at(const double *age, size_t n, size_t i)
{
    size_t j = i;
    while (j < n && age[j] <= age[i])
        j++;
    return j - i;
}

/* One pass at `per_band` exits a band. @return whether it fits DD_MAX_BANDS - 1 */
static int
try_bands(dd_bands *self, const double *age, size_t n, double unit, size_t per_band)
{
    size_t in_band = 0, count;
    self->bands = 0;
    self->start[0] = 0.0;
    for (size_t i = 0; i < n; i += count) {
        count = ties_at(age, n, i);
        double before = i > 0 ? 0.5 * (age[i - 1] + age[i]) : 0.0;
        double after
            = i + count < n ? 0.5 * (age[i] + age[i + count]) : age[i] + 0.5 * unit;
        int tied = count > 1 && count >= per_band;
        if (self->bands + 2 > DD_MAX_BANDS - 1)
            return 0;
        if (tied) {
            close_band(self, fmax(before, age[i] - 0.5 * unit), 0);
            close_band(self, fmin(after, age[i] + 0.5 * unit), 1);
            in_band = 0;
        } else if ((in_band += count) >= per_band) {
            close_band(self, after, 0);
            in_band = 0;
        }
    }
    return 1;
}

void
dd_bands_choose(dd_bands *self, const double *exit_age, size_t n, double unit_days,
                double end, int tail_apart)
{
    size_t per_band = n / (DD_MAX_BANDS - 2) + 1;
    if (per_band < EXITS_PER_BAND)
        per_band = EXITS_PER_BAND;
    while (!try_bands(self, exit_age, n, unit_days, per_band))
        per_band += per_band / 8 + 1;
    if (tail_apart && n > 0)
        close_band(self, exit_age[n - 1] + 0.5 * unit_days, 0);
    close_band(self, end, 0);
    self->start[self->bands] = end;
}
