/* Parts that add up as written. */
#include "show/value.h"

#include <math.h>

static double
remainder_of(double part, double step)
{
    return part / step - floor(part / step);
}

/* How many parts come before `which` when the one that lost most comes first. */
static size_t
rank_of(const double *part, size_t n, size_t which, double step)
{
    double mine = remainder_of(part[which], step);
    size_t rank = 0;
    for (size_t i = 0; i < n; i++) {
        double other = remainder_of(part[i], step);
        rank += other > mine || (other >= mine && i < which);
    }
    return rank;
}

double
dd_value_part(const double *part, size_t n, size_t which, double step)
{
    double sum = 0.0, cut = 0.0, missing;
    for (size_t i = 0; i < n; i++) {
        sum += part[i];
        cut += floor(part[i] / step);
    }
    missing = round(sum / step) - cut;
    return (floor(part[which] / step)
            + ((double) rank_of(part, n, which, step) < missing ? 1.0 : 0.0))
           * step;
}
