#include "answers/forecast.h"

#include <math.h>

/* Sum of squares about the mean, over n. */
static double
variance_of(const double *value, size_t n, double *mean)
{
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += value[i];
    *mean = sum / (double) n;
    for (size_t i = 0; i < n; i++)
        squares += (value[i] - *mean) * (value[i] - *mean);
    return squares / (double) n;
}

static double
variance_of_bookings(const dd_outcomes *outcomes, size_t n)
{
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (double) outcomes->bookings[i];
    for (size_t i = 0; i < n; i++) {
        double distance = (double) outcomes->bookings[i] - sum / (double) n;
        squares += distance * distance;
    }
    return squares / (double) n;
}

dd_variance
dd_variance_of(const dd_outcomes *outcomes)
{
    dd_variance self = { (double) NAN, (double) NAN, (double) NAN };
    size_t blocks = outcomes->trials / DD_BLOCK;
    double sum = 0.0, squares = 0.0, level = 0.0;
    if (blocks < DD_MIN_BLOCKS || isnan(outcomes->expected[0]))
        return self;
    for (size_t b = 0; b < blocks; b++) {
        double mean;
        level += variance_of(outcomes->expected + b * DD_BLOCK, DD_BLOCK, &mean)
                 / (double) blocks;
        sum += mean;
        squares += mean * mean;
    }
    double n = (double) blocks;
    double rates = fmax(squares / n - sum / n * (sum / n), 0.0) * n / (n - 1.0);
    double luck
        = fmax(variance_of_bookings(outcomes, blocks * DD_BLOCK) - level - rates, 0.0);
    double total = luck + level + rates;
    if (total > 0.0)
        self = (dd_variance){ luck / total, level / total, rates / total };
    return self;
}
