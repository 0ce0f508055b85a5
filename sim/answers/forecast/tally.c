#include "answers/forecast/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BITS 16
#define EXACT (UINT64_C(1) << (BITS + 1)) /* sizes below have a bucket each */
#define OCTAVES (63 - BITS - 1) /* powers of two above, each of 2^BITS buckets */
#define HALF (EXACT + ((size_t) OCTAVES << BITS)) /* buckets from 0 up; as many below */

/* Place of a size >= 0 among the buckets from 0 up. */
static size_t
place_of(uint64_t size)
{
    int octave;

    if (size < EXACT)
        return size;
    octave = 63 - __builtin_clzll(size) - BITS; /* at least 1 */
    return ((size_t) octave << BITS) + (size_t) (size >> octave);
}

/* Middle of the bucket at that place. */
static uint64_t
size_at(size_t place)
{
    size_t octave;

    if (place < EXACT)
        return place;
    octave = (place >> BITS) - 1;
    return ((uint64_t) (place - (octave << BITS)) << octave)
           + (UINT64_C(1) << (octave - 1));
}

/* Amounts below 0 mirror those above: -1 stands beside 0. */
static size_t
bucket_of(int64_t outcome)
{
    return outcome >= 0 ? HALF + place_of((uint64_t) outcome)
                        : HALF - 1 - place_of(-(uint64_t) (outcome + 1));
}

static int64_t
outcome_at(const dd_tally *self, size_t bucket)
{
    int64_t outcome = bucket >= HALF ? (int64_t) size_at(bucket - HALF)
                                     : -1 - (int64_t) size_at(HALF - 1 - bucket);

    if (outcome < self->least)
        return self->least;
    return outcome > self->most ? self->most : outcome;
}

dd_status
dd_tally_init(dd_tally *self, int64_t target, int independent, dd_error *err)
{
    *self = (dd_tally){ .least = INT64_MAX, .most = INT64_MIN };
    self->running.target = target;
    self->running.independent = independent;
    self->count = calloc(2 * HALF, sizeof *self->count);
    return self->count ? DD_OK : dd_error_no_memory(err);
}

void
dd_tally_free(dd_tally *self)
{
    free(self->count);
    memset(self, 0, sizeof *self);
}

void
dd_tally_add(dd_tally *self, const int64_t *outcome, size_t n)
{
    dd_running_add(&self->running, outcome, n);
    for (size_t i = 0; i < n; i++) {
        self->least = outcome[i] < self->least ? outcome[i] : self->least;
        self->most = outcome[i] > self->most ? outcome[i] : self->most;
        self->count[bucket_of(outcome[i])]++;
    }
}

int64_t
dd_tally_quantile(const dd_tally *self, double q)
{
    size_t bucket = bucket_of(self->least), seen = self->count[bucket];
    /* As in dd_summary_quantile. */
    double rank = ceil(q * self->running.trials.n - 1e-9);

    while ((double) seen < rank && bucket < bucket_of(self->most))
        seen += self->count[++bucket];
    return outcome_at(self, bucket);
}

dd_summary
dd_tally_summary(const dd_tally *self)
{
    return (dd_summary){
        .mean = self->running.trials.mean,
        .mean_mcse = dd_running_mean_mcse(&self->running),
        .sd = dd_running_sd(&self->running),
        .p05 = (double) dd_tally_quantile(self, 0.05),
        .p10 = (double) dd_tally_quantile(self, 0.10),
        .p20 = (double) dd_tally_quantile(self, 0.20),
        .p25 = (double) dd_tally_quantile(self, 0.25),
        .p50 = (double) dd_tally_quantile(self, 0.50),
        .p75 = (double) dd_tally_quantile(self, 0.75),
        .p80 = (double) dd_tally_quantile(self, 0.80),
        .p90 = (double) dd_tally_quantile(self, 0.90),
        .p95 = (double) dd_tally_quantile(self, 0.95),
    };
}

void
dd_tally_each(const dd_tally *self, void (*take)(void *arg, int64_t outcome, size_t n),
              void *arg)
{
    for (size_t b = bucket_of(self->least); b <= bucket_of(self->most); b++)
        if (self->count[b] > 0)
            take(arg, outcome_at(self, b), self->count[b]);
}
