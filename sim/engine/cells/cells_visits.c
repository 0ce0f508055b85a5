#include "engine/cells/cells_parts.h"
#include "engine/cells/fates.h"
#include "engine/cells/new_winners.h"

/* What the visits of a pipeline share in a block. */
typedef struct {
    const dd_tables *tables;
    const dd_visits *visits;
    uint64_t seed;
    uint32_t block;
    size_t pipeline;
    dd_fates fates;
    dd_block_sums *sums;
} pipeline_visits;

/* The lanes of one half that win in a period, each with an amount of its own. */
static void
book(const pipeline_visits *self, const dd_stream *stream, size_t period, size_t half,
     uint64_t won)
{
    dd_block_sums *sums = self->sums;
    double times = dd_tables_size(self->tables, self->pipeline, period);
    uint32_t word[4];

    for (; won; won &= won - 1) {
        size_t lane = 64 * half + (size_t) __builtin_ctzll(won);
        dd_stream_words(stream, DD_FATE_POSITIONS + (uint32_t) lane, word);
        sums->new_[period * DD_BLOCK + lane]
            += dd_guide_minor_times(&sums->fresh, word[0], times);
        sums->wins[period * DD_BLOCK + lane] += 1;
    }
}

static int
is_of_pipeline(const pipeline_visits *self, const dd_stream *stream)
{
    uint32_t word[4];

    if (self->visits->pipelines == 1)
        return 1;
    dd_stream_words(stream, DD_FATE_POSITIONS + DD_BLOCK, word);
    return dd_visits_pipeline(self->visits, word[0]) == self->pipeline;
}

/* By the hazards of its day, from the first period on that can win it. */
static void
play_visit(const pipeline_visits *self, const dd_stream *stream, const double *hazard,
           size_t first)
{
    dd_lane_set won[DD_MOST_PERIODS];
    dd_lane_set any = dd_fates_of(&self->fates, stream, hazard, won);

    for (size_t h = 0; h < 2; h++)
        for (size_t p = 0; any.half[h] && p < self->fates.periods; p++)
            book(self, stream, first + p, h, won[p].half[h]);
}

/* Every n-th visit of a week, from the i-th, is made on this day. */
static void
play_day(pipeline_visits *self, size_t day, size_t week, size_t i, size_t n)
{
    size_t periods = self->sums->periods, first = 0;
    const double *hazard = self->visits->hazard
                           + (self->pipeline * self->visits->days->days + day) * periods;

    while (first < periods && !(hazard[first] > 0.0))
        first++;
    if (first == periods)
        return;
    dd_fates_limits(&self->fates, hazard + first, periods - first);
    for (uint64_t k = i; k < self->visits->made[day]; k += n) {
        dd_stream stream = dd_stream_make(self->seed, DD_RNG_VISIT,
                                          (uint64_t) week << 32 | k, self->block);
        if (is_of_pipeline(self, &stream))
            play_visit(self, &stream, hazard + first, first);
    }
}

void
dd_cells_visits(const dd_tables *tables, uint64_t seed, uint32_t block,
                dd_block_sums *sums)
{
    pipeline_visits self = { .tables = tables,
                             .visits = &tables->visits,
                             .seed = seed,
                             .block = block,
                             .sums = sums };
    size_t day[7];

    dd_fates_start(&self.fates, sums, seed, DD_RNG_VISIT, tables->level_wins);
    for (size_t p = 0; p < tables->pipelines; p++) {
        self.pipeline = p;
        if (sums->fresh.law != &tables->fresh_size[p])
            dd_guide_make(&sums->fresh, &tables->fresh_size[p]);
        for (size_t w = 0; w < self.visits->days->n_weeks; w++) {
            size_t n = dd_visits_week(self.visits->days, w, day);
            for (size_t i = 0; i < n; i++)
                play_day(&self, day[i], w, i, n);
        }
    }
}
