#include "engine/effort/needed_lane.h"

#include "base/elementary.h"
#include "base/rng.h"
#include "engine/cells/guide.h"

#include <math.h>
#include <string.h>

#define MOST_WINNERS 100000 /* of a trial: a target beyond them is beyond reach */
#define STREAM_AMOUNT UINT64_C(255)

/* i with its 12 bits reversed, over 4096: van der Corput's sequence. */
static double
corput(uint32_t i)
{
    double u = 0.0, part = 0.5;
    for (; i > 0; i >>= 1, part *= 0.5)
        u += part * (i & 1);
    return u + 0.5 / DD_EFFORT_ROUND;
}

int
dd_effort_order_make(dd_effort_order *self, const dd_effort_days *days,
                     size_t useful_days)
{
    double all = 0.0;
    for (size_t d = 0; d < useful_days; d++)
        all += days->weeks[d];
    for (uint32_t i = 0; i < DD_EFFORT_ROUND; i++) {
        double want = all * corput(i), sum = 0.0;
        size_t d = 0;
        while (d + 1 < useful_days && (sum += days->weeks[d]) <= want)
            d++;
        self->day[i] = (uint32_t) d;
    }
    return all > 0.0;
}

double
dd_effort_times(const dd_effort_draw *draw, dd_effort_unit unit)
{
    switch (unit) {
    case DD_IN_VISITS:
        return draw->opportunity_of_visit;
    case DD_IN_LEADS:
        return draw->visit_of_lead * draw->opportunity_of_visit;
    default:
        return 1.0;
    }
}

int
dd_effort_line_make(dd_effort_line *self, size_t useful_days)
{
    const dd_visits *visits = &self->tables->visits;
    double times = dd_effort_times(&visits->draw, self->unit);
    size_t p = self->period;

    for (size_t d = 0; d < useful_days; d++) {
        double before = p > 0 ? dd_visits_hazard(visits, d, p - 1, times) : 0.0;
        self->hazard[2 * d + 1] = before;
        self->hazard[2 * d] = fmax(dd_visits_hazard(visits, d, p, times), before);
    }
    self->by[0] = 0.0;
    for (size_t i = 0; i < DD_EFFORT_ROUND; i++)
        self->by[i + 1] = self->by[i] + self->hazard[2 * self->order->day[i]];
    self->ring = (dd_ring){ DD_EFFORT_ROUND, self->by };
    return self->by[DD_EFFORT_ROUND] > 0.0;
}

/* What the k-th winner that counts brings: the same whatever the unit. */
static int64_t
brings(const dd_effort_line *self, const dd_goal *goal, size_t day, size_t lane,
       uint32_t k)
{
    uint32_t word[4];
    dd_stream stream;
    if (goal->amount == DD_NO_TARGET)
        return 1;
    stream = dd_stream_make(self->seed, DD_RNG_NEEDED, STREAM_AMOUNT << 8 | lane,
                            self->block);
    dd_stream_words(&stream, k, word);
    size_t pipeline
        = dd_visits_pipeline(&self->tables->visits, day, self->period, word[1]);
    return dd_round_minor(
        dd_size_law_at(&self->tables->fresh_size[pipeline], dd_uniform32(word[0])));
}

int64_t
dd_effort_line_need(const dd_effort_line *self, const dd_goal *goal, size_t lane,
                    int64_t has, int64_t *deals)
{
    int64_t want = goal->amount == DD_NO_TARGET ? goal->deals : goal->amount;
    double level = self->tables->level_wins[lane], sum = 0.0;
    dd_stream stream = dd_stream_make(self->seed, DD_RNG_NEEDED,
                                      (uint64_t) self->unit << 8 | lane, self->block);
    uint32_t word[4], won = 0;
    uint64_t next = 0;

    for (uint32_t k = 0; has < want && won < MOST_WINNERS; k++) {
        dd_stream_words(&stream, k, word);
        sum += dd_minus_log(dd_uniform32(word[0]));
        uint64_t n = dd_ring_find(&self->ring, sum / level);
        if (n >= DD_RING_NEVER)
            break;
        n = n < next ? next : n; /* rounding never wins one twice */
        size_t day = self->order->day[n % DD_EFFORT_ROUND];
        /* What is over is the winner's own: it may have been won before the period. */
        if (sum - level * dd_ring_sum(&self->ring, n)
            >= level * self->hazard[2 * day + 1])
            has += brings(self, goal, day, lane, won++);
        next = n + 1;
        sum = level * dd_ring_sum(&self->ring, next);
    }
    if (deals)
        *deals = has < want ? DD_NEVER : (int64_t) won;
    return has < want ? DD_NEVER : (int64_t) next;
}
