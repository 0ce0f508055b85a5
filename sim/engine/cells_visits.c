#include "engine/cells_parts.h"
#include "engine/logarithm.h"

#include <math.h>

/* One week of decided visits in one lane. */
typedef struct {
    const dd_visits *visits;
    size_t open;   /* days that see visits */
    size_t day[7]; /* which they are */
    double by[8];  /* hazard by the last period's end summed over the first i of them */
    double level;
    uint64_t n; /* visits */
} week;

static void
begin_week(week *self, const dd_visits *visits, size_t w)
{
    const dd_effort_days *days = visits->days;
    size_t last = days->periods - 1;

    *self = (week){ .visits = visits, .n = visits->visits[w] };
    for (size_t d = days->first[w]; d < days->first[w + 1]; d++)
        if (days->weeks[d] > 0.0) {
            double hazard = visits->hazard[d * days->periods + last];
            self->day[self->open] = d;
            self->by[self->open + 1] = self->by[self->open] + hazard;
            self->open++;
        }
}

/* Hazard of the first n visits. */
static double
hazard_of(const week *self, uint64_t n)
{
    return (double) (n / self->open) * self->by[self->open] + self->by[n % self->open];
}

/* The visit at which the week's sum of level x hazard first reaches `sum`; the number of
 * visits when it never does. */
static uint64_t
find_visit(const week *self, double sum)
{
    double hazard = sum / self->level, round = self->by[self->open];
    double rounds = floor(hazard / round), rest = hazard - rounds * round;
    size_t i = 0;

    if (rounds >= (double) self->n)
        return self->n;
    while (i + 1 < self->open && self->by[i + 1] < rest)
        i++;
    return (uint64_t) rounds * self->open + i;
}

static size_t
period_of(const dd_visits *visits, size_t day, double own, double level)
{
    const double *hazard = visits->hazard + day * visits->days->periods;
    size_t p = 0;

    while (p + 1 < visits->days->periods && own >= level * hazard[p])
        p++;
    return p;
}

static void
book(const week *self, const dd_tables *tables, uint64_t visit, double own,
     const uint32_t word[4], size_t lane, dd_block_sums *sums)
{
    size_t day = self->day[visit % self->open];
    size_t p = period_of(self->visits, day, own, self->level);
    size_t pipeline = dd_visits_pipeline(self->visits, day, p, word[2]);
    double amount = dd_size_law_at(&tables->fresh_size[pipeline], dd_uniform32(word[1]));

    sums->new_[p * DD_BLOCK + lane] += dd_round_minor(amount);
    sums->wins[p * DD_BLOCK + lane] += 1;
}

static void
play_week(const week *self, const dd_tables *tables, const dd_stream *stream,
          size_t lane, dd_block_sums *sums)
{
    double all = self->level * hazard_of(self, self->n), sum = 0.0;
    uint32_t word[4];

    for (uint32_t k = 0;; k++) {
        dd_stream_words(stream, k, word);
        sum += dd_minus_log(dd_uniform32(word[0]));
        if (!(sum < all))
            return;
        uint64_t visit = find_visit(self, sum);
        if (visit >= self->n)
            return;
        book(self, tables, visit, sum - self->level * hazard_of(self, visit), word, lane,
             sums);
        sum = self->level * hazard_of(self, visit + 1);
    }
}

void
dd_cells_visits(const dd_tables *tables, uint64_t seed, uint32_t block,
                dd_block_sums *sums)
{
    const dd_visits *visits = &tables->visits;
    week self;

    for (size_t w = 0; w < visits->days->n_weeks; w++) {
        begin_week(&self, visits, w);
        if (self.open == 0 || self.n == 0 || !(self.by[self.open] > 0.0))
            continue;
        for (size_t lane = 0; lane < DD_BLOCK; lane++) {
            dd_stream stream
                = dd_stream_make(seed, DD_RNG_VISIT, (uint64_t) w << 8 | lane, block);
            self.level = tables->level_wins[lane];
            play_week(&self, tables, &stream, lane, sums);
        }
    }
}
