#include "naive_w1.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

/* Chance to advance at last, given the age; then the rest of a Weibull dwell beyond it:
 * S(t + age) / S(age) = u. Returns the day of leaving, or HUGE_VAL for a lost deal. */
static double
leave_first(const w1_stage *stage, double age, gsl_rng *r)
{
    double advancing = stage->advance_share
                       * exp(-pow(age / stage->advance_scale, stage->advance_shape));
    double losing = (1.0 - stage->advance_share)
                    * exp(-pow(age / stage->lost_scale, stage->lost_shape));
    double spent = pow(age / stage->advance_scale, stage->advance_shape);

    if (gsl_rng_uniform(r) >= advancing / (advancing + losing))
        return HUGE_VAL;
    return stage->advance_scale
               * pow(spent - log(gsl_rng_uniform_pos(r)), 1.0 / stage->advance_shape)
           - age;
}

static int
is_won(const w1_rates *rates, const dd_book *book, size_t i, gsl_rng *r)
{
    const w1_stage *stage = rates->stage[book->pipeline[i]];
    double day = leave_first(&stage[book->stage[i]], book->age_days[i], r);

    for (int s = book->stage[i] + 1; s < W1_STAGES && day <= rates->horizon_days; s++) {
        if (gsl_rng_uniform(r) >= stage[s].advance_share)
            return 0;
        day += gsl_ran_weibull(r, stage[s].advance_scale, stage[s].advance_shape);
    }
    return day <= rates->horizon_days;
}

void
w1_play_naively(const w1_rates *rates, const dd_book *book, size_t trials,
                unsigned long seed, int64_t *won)
{
    gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);

    gsl_rng_set(r, seed);
    for (size_t trial = 0; trial < trials; trial++) {
        won[trial] = 0;
        for (size_t i = 0; i < book->n; i++)
            if (is_won(rates, book, i, r))
                won[trial] += book->amount[i];
    }
    gsl_rng_free(r);
}
