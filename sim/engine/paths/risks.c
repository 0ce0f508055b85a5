#include "engine/paths/risks.h"

#include <math.h>
#include <string.h>

/* A stage that resolves at once takes so long: a hundredth of a second, thousands of times
 * what doubles tell apart of days to come, lest winning and losing seem to be tied. */
#define AT_ONCE_DAYS 1e-7

int
dd_risks_advances(int32_t to, int32_t place)
{
    return to == DD_WON || to > place;
}

static void
start(dd_risk *self)
{
    memset(self, 0, sizeof *self);
    self->to[0] = DD_STILL;
    for (int b = 0; b < DD_MAX_BANDS; b++)
        self->hazard[b] = (float) INFINITY;
    self->hazard[0] = 0;
}

/* Take an exit in, its rates over the bands yet unscaled in below[]. */
static void
add_exit(dd_risk *self, int32_t to, const double *rate, size_t bands)
{
    for (size_t b = 0; b < bands; b++)
        self->below[self->exits][b]
            = (float) rate[b] + (self->exits > 0 ? self->below[self->exits - 1][b] : 0);
    self->to[self->exits++] = to;
}

static void
set_band(dd_risk *self, size_t b, float from_days, float width_days)
{
    float rate = self->exits > 0 ? self->below[self->exits - 1][b] : 0;

    self->age[b] = from_days;
    self->days[b] = rate > 0 ? 1 / rate : 0;
    self->total = self->hazard[b] + (rate > 0 ? rate * width_days : 0);
    if (b + 1 < DD_MAX_BANDS)
        self->hazard[b + 1] = self->total;
    for (uint32_t j = 0; rate > 0 && j < self->exits; j++)
        self->below[j][b] /= rate;
}

static void
finish(dd_risk *self, size_t bands)
{
    for (size_t b = bands; b < DD_MAX_BANDS; b++)
        self->hazard[b] = (float) INFINITY;
}

/* Shares of a moment are rates of it; who never leaves does so to DD_STILL. */
static void
resolve_at_once(dd_risks *self, const dd_stage *stage, int32_t place)
{
    double never = 1;

    for (size_t j = 0; j < stage->exits; j++) {
        double rate = stage->rate[j] / AT_ONCE_DAYS;
        add_exit(dd_risks_advances(stage->to[j], place) ? &self->advance : &self->leave,
                 stage->to[j], &rate, 1);
        never -= stage->rate[j];
    }
    if (never > 1e-12) {
        double rate = never / AT_ONCE_DAYS;
        add_exit(&self->leave, DD_STILL, &rate, 1);
    }
    set_band(&self->advance, 0, 0, (float) INFINITY);
    set_band(&self->leave, 0, 0, (float) INFINITY);
}

void
dd_risks_make(dd_risks *self, const dd_stage *stage, int32_t place)
{
    start(&self->advance);
    start(&self->leave);
    if (stage->bands == 0) {
        resolve_at_once(self, stage, place);
    } else {
        for (size_t j = 0; j < stage->exits; j++)
            add_exit(dd_risks_advances(stage->to[j], place) ? &self->advance
                                                            : &self->leave,
                     stage->to[j], stage->rate + j * stage->bands, stage->bands);
        for (size_t b = 0; b < stage->bands; b++) {
            float from = (float) stage->start[b];
            float width = (float) (stage->start[b + 1] - stage->start[b]);
            set_band(&self->advance, b, from, width);
            set_band(&self->leave, b, from, width);
        }
    }
    finish(&self->advance, stage->bands > 0 ? stage->bands : 1);
    finish(&self->leave, stage->bands > 0 ? stage->bands : 1);
}

float
dd_risk_spent(const dd_risk *self, float age_days)
{
    int b = 0;
    float spent;

    if (age_days <= 0 || self->total == 0)
        return 0;
    while (b + 1 < DD_MAX_BANDS && self->hazard[b + 1] < (float) INFINITY
           && self->age[b + 1] <= age_days)
        b++;
    if (self->days[b] == 0)
        return self->hazard[b];
    spent = self->hazard[b] + (age_days - self->age[b]) / self->days[b];
    return spent < self->total ? spent : self->total;
}
