/**
 * @file ring.h
 * Efforts in a row that go round and round the same few chances: the sum of the first n
 * hazards, and which effort brings the sum to a value, for any n without a table of n.
 */
#ifndef DD_ENGINE_RING_H
#define DD_ENGINE_RING_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define DD_RING_NEVER UINT64_C(1000000000000) /* efforts nobody will make */

typedef struct {
    size_t n;   /* efforts to a round, at least 1 */
    double *by; /* n + 1, ascending: hazard of the first i of a round; by[n] > 0 */
} dd_ring;

/** Hazard of the first `count` efforts. */
static inline double
dd_ring_sum(const dd_ring *self, uint64_t count)
{
    return (double) (count / self->n) * self->by[self->n] + self->by[count % self->n];
}

/** The first effort of a round whose sum is not below `rest`, the last one if none is. Sums
 * of chances in a good order lie near a straight line: from where that says, out by twice
 * as much each time, then in by halves. */
static inline size_t
dd_ring_place(const dd_ring *self, double rest)
{
    const double *by = self->by + 1;
    double line = rest / self->by[self->n] * (double) self->n;
    size_t last = self->n - 1, low, high;

    low = high = line > 0.0 ? (line < (double) last ? (size_t) line : last) : 0;
    for (size_t step = 1; low > 0 && !(by[low - 1] < rest); step *= 2)
        low = low > step ? low - step : 0;
    for (size_t step = 1; high < last && by[high] < rest; step *= 2)
        high = last - high > step ? high + step : last;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by[middle] < rest)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/** The effort, from 0, that brings the sum of hazards to at least `sum` > 0;
 * DD_RING_NEVER when none that anybody could make does. */
static inline uint64_t
dd_ring_find(const dd_ring *self, double sum)
{
    double rounds = floor(sum / self->by[self->n]);
    double rest = sum - rounds * self->by[self->n];

    if (!(rounds * (double) self->n < (double) DD_RING_NEVER))
        return DD_RING_NEVER;
    return (uint64_t) rounds * self->n + dd_ring_place(self, rest);
}

#endif
