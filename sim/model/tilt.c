#include "model/ever.h"

#include <math.h>

void
dd_stage_reweigh(const dd_stage *stage, double *rate, const double *k)
{
    double stay = 1.0, new_stay = 1.0;
    if (stage->bands == 0)
        for (size_t j = 0; j < stage->exits; j++)
            rate[j] *= k[j];
    for (size_t b = 0; b < stage->bands; b++) {
        double width = stage->start[b + 1] - stage->start[b], total = 0.0, moved = 0.0;
        for (size_t j = 0; j < stage->exits; j++) {
            total += rate[j * stage->bands + b];
            moved += rate[j * stage->bands + b] * k[j];
        }
        if (total <= 0.0)
            continue;
        double leave = -stay * expm1(-total * width);
        double new_leave = leave * moved / total;
        double left = fmax(1.0 - new_leave / new_stay, 1e-15);
        double scale = moved > 0.0 ? -log(left) / (width * moved) : 0.0;
        for (size_t j = 0; j < stage->exits; j++)
            rate[j * stage->bands + b] *= k[j] * scale;
        stay -= leave;
        new_stay = fmax(new_stay - new_leave, 1e-300);
    }
}

/* k_j = 1 - p_j + theta p_j, divided by the sum that makes shares add up again. */
static void
weights(const dd_stage *stage, const double *share, const double *p, double theta,
        double *k)
{
    double sum = 0.0, all = 0.0;
    for (size_t j = 0; j < stage->exits; j++) {
        double chance = stage->to[j] >= 0 ? p[stage->to[j]] : stage->to[j] == DD_WON;
        k[j] = 1.0 - chance + theta * chance;
        sum += share[j] * k[j];
        all += share[j];
    }
    sum += fmax(1.0 - all, 0.0);
    for (size_t j = 0; j < stage->exits; j++)
        k[j] /= sum;
}

/* The stage's own chance once its shares are multiplied by k: with `without` the others'
 * chances that never come back here and `back` the chances to come back. */
static double
chance_with(const dd_stage *stage, const double *share, const double *k,
            const double *without, const double *back)
{
    double win = 0.0, again = 0.0;
    for (size_t j = 0; j < stage->exits; j++) {
        int32_t to = stage->to[j];
        win += share[j] * k[j] * (to >= 0 ? without[to] : to == DD_WON);
        again += share[j] * k[j] * (to >= 0 ? back[to] : 0.0);
    }
    return again < 1.0 ? win / (1.0 - again) : 0.0;
}

void
dd_stage_tilt(const dd_stage *stages, size_t n_stages, size_t stage, double *rate,
              double p)
{
    const dd_stage *self = &stages[stage];
    double share[DD_MAX_EXITS], k[DD_MAX_EXITS];
    double ever[DD_MAX_STAGES], without[DD_MAX_STAGES], back[DD_MAX_STAGES];
    double low = -40.0, high = 40.0; /* log theta */

    dd_stage_shares(self, 0.0, share);
    dd_stages_ever(stages, n_stages, DD_WON, ever);
    dd_stages_ever_holding(stages, n_stages, DD_WON, stage, 0.0, without);
    dd_stages_ever_holding(stages, n_stages, DD_STILL, stage, 1.0, back);
    for (int i = 0; i < 80; i++) {
        double middle = 0.5 * (low + high);
        weights(self, share, ever, exp(middle), k);
        if (chance_with(self, share, k, without, back) < p)
            low = middle;
        else
            high = middle;
    }
    dd_stage_reweigh(self, rate, k);
}
