#include "engine/cells/cells_parts.h"
#include "base/elementary.h"
#include "engine/cells/ring.h"

#include <math.h>

/* One week of decided visits in one lane. */
typedef struct {
    const dd_visits *visits;
    size_t day[7]; /* those that see visits */
    double by[8];  /* of the ring */
    dd_ring ring;  /* of them, by the last period's end */
    double level;
    uint64_t n; /* visits */
} week;

/* @return 0 when nobody works, nothing is decided or nothing can come of it */
static int
begin_week(week *self, const dd_visits *visits, size_t w)
{
    const dd_effort_days *days = visits->days;
    size_t last = days->periods - 1, n = 0;

    self->visits = visits;
    self->n = visits->visits[w];
    self->by[0] = 0.0;
    for (size_t d = days->first[w]; d < days->first[w + 1]; d++)
        if (days->weeks[d] > 0.0) {
            self->day[n] = d;
            self->by[n + 1] = self->by[n] + visits->hazard[d * days->periods + last];
            n++;
        }
    self->ring = (dd_ring){ n, self->by };
    return n > 0 && self->n > 0 && self->by[n] > 0.0;
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
    size_t day = self->day[visit % self->ring.n];
    size_t p = period_of(self->visits, day, own, self->level);
    size_t pipeline = dd_visits_pipeline(self->visits, day, p, word[2]);
    double amount = dd_size_law_at(&tables->fresh_size[pipeline], dd_uniform32(word[1]))
                    * dd_tables_size(tables, pipeline, p);

    sums->new_[p * DD_BLOCK + lane] += dd_round_minor(amount);
    sums->wins[p * DD_BLOCK + lane] += 1;
}

static int
is_made(const week *self, uint64_t visit)
{
    return visit < self->visits->made[self->day[visit % self->ring.n]];
}

static void
play_week(const week *self, const dd_tables *tables, const dd_stream *stream,
          size_t lane, dd_block_sums *sums)
{
    double all = self->level * dd_ring_sum(&self->ring, self->n), sum = 0.0;
    uint64_t next = 0;
    uint32_t word[4];

    for (uint32_t k = 0;; k++) {
        dd_stream_words(stream, k, word);
        sum += dd_minus_log(dd_uniform32(word[0]));
        if (!(sum < all))
            return;
        uint64_t visit = dd_ring_find(&self->ring, sum / self->level);
        visit = visit < next ? next : visit; /* rounding never wins one twice */
        if (visit >= self->n)
            return;
        if (is_made(self, visit))
            book(self, tables, visit,
                 sum - self->level * dd_ring_sum(&self->ring, visit), word, lane, sums);
        next = visit + 1;
        sum = self->level * dd_ring_sum(&self->ring, next);
    }
}

void
dd_cells_visits(const dd_tables *tables, uint64_t seed, uint32_t block,
                dd_block_sums *sums)
{
    const dd_visits *visits = &tables->visits;
    week self;

    for (size_t w = 0; w < visits->days->n_weeks; w++) {
        if (!begin_week(&self, visits, w))
            continue;
        for (size_t lane = 0; lane < DD_BLOCK; lane++) {
            dd_stream stream
                = dd_stream_make(seed, DD_RNG_VISIT, (uint64_t) w << 8 | lane, block);
            self.level = tables->level_wins[lane];
            play_week(&self, tables, &stream, lane, sums);
        }
    }
}
