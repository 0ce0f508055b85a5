#include "naive.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

int
naive_rates(w1_rates *rates, const dd_funnel *funnel, double horizon_days)
{
    memset(rates, 0, sizeof *rates);
    rates->horizon_days = horizon_days;
    for (size_t i = 0; i < funnel->n_stages; i++) {
        const dd_stage_belief *belief = &funnel->stages[i];
        int segment = belief->pipeline ? belief->pipeline[0] - 'A' : 0;
        int stage = belief->stage[1] - '1';
        const dd_exit_belief *advance = &belief->exits[0], *lost = &belief->exits[1];

        if (segment < 0 || segment >= W1_SEGMENTS || stage < 0 || stage >= W1_STAGES
            || belief->n_exits != 2)
            return 1;
        rates->stage[segment][stage]
            = (w1_stage){ advance->share, advance->days.a, advance->days.b, lost->days.a,
                          lost->days.b };
    }
    return 0;
}

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
naive_w1(const w1_rates *rates, const dd_book *book, size_t trials, unsigned long seed,
         int64_t *won)
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

/* The day on which a deal that enters the first stage on `day` is won, or HUGE_VAL. */
static double
play_from_start(const w1_stage *stage, double day, double until, gsl_rng *r)
{
    for (int s = 0; s < W1_STAGES && day <= until; s++) {
        if (gsl_rng_uniform(r) >= stage[s].advance_share)
            return HUGE_VAL;
        day += gsl_ran_weibull(r, stage[s].advance_scale, stage[s].advance_shape);
    }
    return day <= until ? day : HUGE_VAL;
}

static void
play_week(const w1_rates *rates, double week, double deals, const double *end_days,
          size_t periods, const double *value, size_t n, gsl_rng *r, int64_t *won)
{
    for (double i = 0; i < deals; i++) {
        double enters = 7 * (week + gsl_rng_uniform(r));
        double day = play_from_start(rates->stage[0], enters, end_days[periods - 1], r);
        size_t p = 0;
        if (day > end_days[periods - 1])
            continue;
        while (day > end_days[p])
            p++;
        won[p] += llround(value[gsl_rng_uniform_int(r, n)]);
    }
}

double
naive_w2(const w1_rates *rates, size_t reps, double per_rep_week, const double *end_days,
         size_t periods, const double *value, size_t n, size_t trials,
         unsigned long seed, int64_t *won)
{
    gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);
    double played = 0, days = end_days[periods - 1];

    gsl_rng_set(r, seed);
    memset(won, 0, trials * periods * sizeof *won);
    for (size_t trial = 0; trial < trials; trial++)
        for (size_t rep = 0; rep < reps; rep++)
            for (double week = 0; 7 * week < days; week++) {
                unsigned deals = gsl_ran_poisson(r, per_rep_week);
                play_week(rates, week, deals, end_days, periods, value, n, r,
                          won + trial * periods);
                played += deals;
            }
    gsl_rng_free(r);
    return played;
}

/* Two waiting times compete in each stage. */
static int
wins_the_race(const w1_stage *stage, double until, gsl_rng *r)
{
    double day = 0;

    for (int s = 0; s < W1_STAGES; s++) {
        double advance
            = gsl_ran_weibull(r, stage[s].advance_scale, stage[s].advance_shape);
        double lost = gsl_ran_weibull(r, stage[s].lost_scale, stage[s].lost_shape);
        day += advance;
        if (lost < advance || day > until)
            return 0;
    }
    return 1;
}

size_t
naive_f1(const w1_rates *rates, size_t segment, size_t deals, unsigned long seed)
{
    gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);
    size_t won = 0;

    gsl_rng_set(r, seed);
    for (size_t i = 0; i < deals; i++)
        won += (size_t) wins_the_race(rates->stage[segment], rates->horizon_days, r);
    gsl_rng_free(r);
    return won;
}
