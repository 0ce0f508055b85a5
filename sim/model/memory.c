#include "model/memory.h"

#include <math.h>

#define PLAIN_DAYS (26.0 * 7.0)

double
dd_memory_weight(size_t memory, double days_ago)
{
    static const double half_life[DD_MEMORIES] = { 0, 14, 30, 61, 183, 730 };
    if (memory == 0)
        return days_ago < PLAIN_DAYS;
    return exp2(-days_ago / half_life[memory]);
}

double
dd_memory_track(size_t track, const double *log_ratio, size_t n)
{
    static const double half_life[DD_TRACKS] = { 0, 0.7, 2, 6 }; /* in windows */
    double sum = 0.0, weight = 1.0;
    for (size_t i = 0; track > 0 && i < n; i++) {
        double w = exp2(-(double) (n - 1 - i) / half_life[track]);
        sum += w * log_ratio[i];
        weight += w;
    }
    return sum / weight;
}
