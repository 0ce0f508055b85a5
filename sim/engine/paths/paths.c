#include "engine/paths/paths.h"

#include <math.h>

/* One spell: the first lane of many. @return where it leads, DD_STILL when nowhere */
static int32_t
play_spell(const dd_risks *risks, float age_days, const dd_stream *stream,
           uint32_t number, double *dwell_days)
{
    uint64_t item[DD_SPELLS] = { stream->item };
    uint64_t place[DD_SPELLS] = { (uint64_t) stream->block << 32 | number };
    float age[DD_SPELLS] = { age_days };
    float advance_spent[DD_SPELLS] = { dd_risk_spent(&risks->advance, age_days) };
    float leave_spent[DD_SPELLS] = { dd_risk_spent(&risks->leave, age_days) };
    dd_spells spells = { .n = 1,
                         .key = { stream->key[0], stream->key[1] },
                         .item = item,
                         .place = place,
                         .age = age,
                         .advance_spent = advance_spent,
                         .leave_spent = leave_spent };
    dd_spell_ends ends;

    dd_kernel_chosen()->spells(risks, &spells, &ends);
    *dwell_days = (double) ends.days[0];
    return ends.to[0];
}

int32_t
dd_path_play(const dd_risks *risks, int32_t stage, double age_days, double horizon_days,
             const dd_stream *stream, dd_step *steps, size_t capacity, size_t *n_steps,
             double *end_day)
{
    double day = 0;
    float age = (float) age_days;

    *n_steps = 0;
    *end_day = (double) INFINITY;
    for (uint32_t number = 0; number < DD_MOST_SPELLS; number++) {
        double dwell;
        int32_t to = play_spell(&risks[stage], age, stream, number, &dwell);
        if (to == DD_STILL || !(day + dwell <= horizon_days))
            return DD_STILL;
        day += dwell;
        stage = to;
        if (*n_steps < capacity)
            steps[*n_steps] = (dd_step){ day, stage };
        ++*n_steps;
        if (stage < 0) {
            *end_day = day;
            return stage;
        }
        age = 0; /* only the first spell had begun before */
    }
    return DD_STILL;
}
