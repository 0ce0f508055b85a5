#include "answers/backtest/score.h"

#include <math.h>

int64_t
dd_score_quantile(const int64_t *sample, size_t n, double q)
{
    size_t k = (size_t) ceil(q * (double) n - 1e-9);
    return sample[k == 0 ? 0 : (k > n ? n - 1 : k - 1)];
}

/* How many samples lie below `value`. */
static size_t
count_below(const int64_t *sample, size_t n, int64_t value)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sample[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* E|X - y| - E|X - X'|/2; sorted, the second is a sum of ranks. */
static double
crps_of(const int64_t *sample, size_t n, int64_t actual)
{
    double distance = 0.0, spread = 0.0, count = (double) n;
    for (size_t i = 0; i < n; i++) {
        distance += fabs((double) sample[i] - (double) actual);
        spread += (2.0 * (double) i + 1.0 - count)
                  * ((double) sample[i] - (double) sample[n / 2]);
    }
    return distance / count - spread / (count * count);
}

static double
pinball(double quantile, double actual, double q)
{
    return actual >= quantile ? q * (actual - quantile)
                              : (1.0 - q) * (quantile - actual);
}

dd_score
dd_score_make(const int64_t *sample, size_t n, int64_t actual, double u)
{
    dd_score score;
    size_t below = count_below(sample, n, actual);
    size_t upto = actual < INT64_MAX ? count_below(sample, n, actual + 1) : n;
    score.crps = crps_of(sample, n, actual);
    score.pit = ((double) below + u * (double) (upto - below)) / (double) n;
    score.p05 = (double) dd_score_quantile(sample, n, 0.05);
    score.p10 = (double) dd_score_quantile(sample, n, 0.10);
    score.p25 = (double) dd_score_quantile(sample, n, 0.25);
    score.p50 = (double) dd_score_quantile(sample, n, 0.50);
    score.p75 = (double) dd_score_quantile(sample, n, 0.75);
    score.p90 = (double) dd_score_quantile(sample, n, 0.90);
    score.p95 = (double) dd_score_quantile(sample, n, 0.95);
    score.pinball10 = pinball(score.p10, (double) actual, 0.10);
    score.pinball50 = pinball(score.p50, (double) actual, 0.50);
    score.pinball90 = pinball(score.p90, (double) actual, 0.90);
    return score;
}

int
dd_score_covered(const dd_score *self, int64_t actual, double coverage)
{
    double y = (double) actual;
    if (coverage < 0.65)
        return y >= self->p25 && y <= self->p75;
    if (coverage < 0.85)
        return y >= self->p10 && y <= self->p90;
    return y >= self->p05 && y <= self->p95;
}

double
dd_score_brier(const int64_t *sample, size_t n, int64_t actual, int64_t target)
{
    double chance = (double) (n - count_below(sample, n, target)) / (double) n;
    double miss = chance - (actual >= target ? 1.0 : 0.0);
    return miss * miss;
}
