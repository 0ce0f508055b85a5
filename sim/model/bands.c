#include "model/hazard.h"

#include <math.h>

#define EXITS_PER_BAND 8 /* fewer do not tell a hazard from its neighbour's */

static void
close_band(dd_bands *self, double edge, int tied)
{
    if (edge > self->start[self->bands] && self->bands < self->most) {
        self->tied[self->bands] = tied;
        self->start[++self->bands] = edge;
    }
}

/* How many exits share age i, and what they weigh together. */
static size_t
ties_at(const double *age, const double *weight, size_t n, size_t i, double *together)
{
    size_t j = i;
    *together = 0.0;
    while (j < n && age[j] <= age[i])
        *together += weight[j++];
    return j - i;
}

/* One pass at `share` of the weight a band, none of few exits.
 * @return whether it fits self->most - 1 */
static int
try_bands(dd_bands *self, const double *age, const double *weight, size_t n, double unit,
          double share)
{
    size_t exits = 0, count;
    double weighs = 0.0, here;
    self->bands = 0;
    self->start[0] = 0.0;
    for (size_t i = 0; i < n; i += count) {
        count = ties_at(age, weight, n, i, &here);
        double before = i > 0 ? 0.5 * (age[i - 1] + age[i]) : 0.0;
        double after
            = i + count < n ? 0.5 * (age[i] + age[i + count]) : age[i] + 0.5 * unit;
        if (self->bands + 2 > self->most - 1)
            return 0;
        exits += count;
        weighs += here;
        if (count >= EXITS_PER_BAND && here >= share) {
            close_band(self, fmax(before, age[i] - 0.5 * unit), 0);
            close_band(self, fmin(after, age[i] + 0.5 * unit), 1);
        } else if (exits >= EXITS_PER_BAND && weighs >= share
                   && n - i - count >= EXITS_PER_BAND) {
            close_band(self, after, 0);
        } else {
            continue;
        }
        exits = 0;
        weighs = 0.0;
    }
    return 1;
}

void
dd_bands_choose(dd_bands *self, const double *exit_age, const double *weight, size_t n,
                double unit_days, double end, int tail_apart, size_t most)
{
    double share = 0.0;
    self->most = most;
    for (size_t i = 0; i < n; i++)
        share += weight[i] / (double) (self->most - 2);
    while (!try_bands(self, exit_age, weight, n, unit_days, share))
        share *= 1.125;
    if (tail_apart && n > 0)
        close_band(self, exit_age[n - 1] + 0.5 * unit_days, 0);
    close_band(self, end, 0);
    self->start[self->bands] = end;
}
