#include "engine/paths.h"

#include "base/rng.h"

#include <math.h>

/* A loop of stages that resolve at once and never end is left after so many spells. */
#define MOST_SPELLS 100000

/* One spell, by the stream's four words at its number. @return the exit, -1 when stuck */
static int
play_spell(const dd_stage *stage, double age_days, const dd_stream *stream,
           uint32_t number, double *dwell_days)
{
    uint32_t word[4];

    dd_stream_words(stream, number, word);
    return dd_stage_play(stage, age_days, dd_uniform53(word[0], word[1]),
                         dd_uniform53(word[2], word[3]), dwell_days);
}

int32_t
dd_path_play(const dd_stage *stages, int32_t stage, double age_days, double horizon_days,
             const dd_stream *stream, dd_step *steps, size_t capacity, size_t *n_steps,
             double *end_day)
{
    double day = 0;

    *n_steps = 0;
    *end_day = (double) INFINITY;
    for (uint32_t number = 0; number < MOST_SPELLS; number++) {
        double dwell;
        int exit = play_spell(&stages[stage], age_days, stream, number, &dwell);
        if (exit < 0 || !(day + dwell <= horizon_days))
            return DD_STILL;
        day += dwell;
        stage = stages[stage].to[exit];
        if (*n_steps < capacity)
            steps[*n_steps] = (dd_step){ day, stage };
        ++*n_steps;
        if (stage < 0) {
            *end_day = day;
            return stage;
        }
        age_days = 0; /* only the first spell had begun before */
    }
    return DD_STILL;
}
