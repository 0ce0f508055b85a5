#include "engine/effort/needed_lane.h"

#include "base/elementary.h"
#include "base/rng.h"
#include "engine/cells/cells.h"

#include <math.h>
#include <stdlib.h>

#define MOST_WINNERS 100000 /* of a trial: a target beyond them is beyond reach */
#define STREAM_AMOUNT UINT64_C(255)
#define STREAM_PIPELINE UINT64_C(254)

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

dd_status
dd_effort_line_init(dd_effort_line *self, const dd_model *model, size_t useful_days,
                    dd_error *err)
{
    size_t pipelines = model->n_pipelines;
    dd_status status = DD_OK;

    self->useful_days = useful_days;
    self->hazard = malloc((2 * pipelines * useful_days + 1) * sizeof *self->hazard);
    self->chance = malloc((useful_days + 1) * sizeof *self->chance);
    self->fresh = calloc(pipelines + 1, sizeof *self->fresh);
    if (!self->hazard || !self->chance || !self->fresh)
        return dd_error_no_memory(err);
    self->pipelines = pipelines;
    for (size_t p = 0; p < pipelines && !status; p++)
        status = dd_guide_init(&self->fresh[p], dd_cells_values(model), err);
    return status;
}

void
dd_effort_line_free(dd_effort_line *self)
{
    for (size_t p = 0; p < self->pipelines; p++)
        dd_guide_free(&self->fresh[p]);
    free(self->fresh);
    free(self->hazard);
    free(self->chance);
}

void
dd_effort_line_begin(dd_effort_line *self, const dd_tables *tables, uint64_t seed,
                     uint32_t block)
{
    dd_stream stream = dd_stream_make(seed, DD_RNG_NEEDED, STREAM_PIPELINE << 8, block);
    uint32_t word[4] = { 0 };

    self->tables = tables;
    self->seed = seed;
    self->block = block;
    for (size_t p = 0; p < self->pipelines; p++)
        dd_guide_make(&self->fresh[p], &tables->fresh_size[p]);
    for (uint32_t i = 0; i < DD_EFFORT_ROUND; i++) {
        if (self->pipelines > 1 && i % 4 == 0)
            dd_stream_words(&stream, i / 4, word);
        self->pipeline[i] = (uint32_t) dd_visits_pipeline(&tables->visits, word[i % 4]);
    }
}

static double *
hazard_of(const dd_effort_line *self, size_t pipeline, size_t day)
{
    return self->hazard + 2 * (pipeline * self->useful_days + day);
}

/* Of an effort of this day, by the end of the period and by its start. */
static void
set_day(dd_effort_line *self, double times, size_t day)
{
    const dd_visits *visits = &self->tables->visits;
    size_t p = self->period;

    for (size_t i = 0; i < self->pipelines; i++) {
        double *hazard = hazard_of(self, i, day);
        hazard[1] = p > 0 ? dd_visits_hazard(visits, i, day, p - 1, times) : 0.0;
        hazard[0] = fmax(dd_visits_hazard(visits, i, day, p, times), hazard[1]);
    }
}

int
dd_effort_line_make(dd_effort_line *self, dd_effort_unit unit)
{
    double times = dd_effort_times(&self->tables->visits.draw, unit);

    self->unit = unit;
    for (size_t d = 0; d < self->useful_days; d++)
        set_day(self, times, d);
    self->by[0] = 0.0;
    for (size_t i = 0; i < DD_EFFORT_ROUND; i++)
        self->by[i + 1]
            = self->by[i] + *hazard_of(self, self->pipeline[i], self->order->day[i]);
    self->ring = (dd_ring){ DD_EFFORT_ROUND, self->by };
    return self->by[DD_EFFORT_ROUND] > 0.0;
}

void
dd_effort_line_chances(dd_effort_line *self)
{
    const dd_visits *visits = &self->tables->visits;
    double times = dd_effort_times(&visits->draw, self->unit);
    size_t p = self->period;

    for (size_t d = 0; d < self->useful_days; d++) {
        double by = dd_visits_hazard_of_any(visits, d, p, times);
        double before = p > 0 ? dd_visits_hazard_of_any(visits, d, p - 1, times) : 0.0;
        self->chance[d] = fmax(exp(-before) - exp(-by), 0.0);
    }
}

/* What the k-th winner that counts brings: the same whatever the unit. */
static int64_t
brings(const dd_effort_line *self, const dd_goal *goal, size_t pipeline, size_t lane,
       uint32_t k)
{
    uint32_t word[4];
    dd_stream stream;
    if (goal->amount == DD_NO_TARGET)
        return 1;
    stream = dd_stream_make(self->seed, DD_RNG_NEEDED, STREAM_AMOUNT << 8 | lane,
                            self->block);
    dd_stream_words(&stream, k, word);
    return dd_guide_minor_at(&self->fresh[pipeline], word[0]);
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
        size_t slot = n % DD_EFFORT_ROUND, pipeline = self->pipeline[slot];
        /* What is over is the winner's own: it may have been won before the period. */
        if (sum - level * dd_ring_sum(&self->ring, n)
            >= level * hazard_of(self, pipeline, self->order->day[slot])[1])
            has += brings(self, goal, pipeline, lane, won++);
        next = n + 1;
        sum = level * dd_ring_sum(&self->ring, next);
    }
    if (deals)
        *deals = has < want ? DD_NEVER : (int64_t) won;
    return has < want ? DD_NEVER : (int64_t) next;
}
