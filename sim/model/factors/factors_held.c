/* Would factors have told better who wins? */
#include "model/factors/factors_fit.h"
#include "model/rates.h"

#include <math.h>
#include <stdlib.h>

#define EVIDENCE 1.0  /* that a factor must bring, as a log likelihood ratio */
#define KNOWN_WINS 30 /* by the day of the test */
#define LATER_ENDS 20 /* deals that ended since */

/* What was known on the day of the test, and what was made of it. */
typedef struct {
    dd_past past;
    dd_process process;
    dd_rates rates;
} held;

static int
compare_moments(const void *a, const void *b)
{
    const dd_moment *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The day by which two wins in three had come. @return DD_NO_DAY: too few */
static dd_status
find_day(const dd_past *past, int32_t pipeline, dd_day *day, dd_error *err)
{
    dd_moment *won = malloc((past->n_deals + 1) * sizeof *won);
    size_t n = 0;

    *day = DD_NO_DAY;
    if (!won)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < past->n_deals; i++)
        if (past->deals[i].pipeline == pipeline && past->deals[i].stage == DD_WON
            && past->deals[i].n > 0)
            won[n++] = past->deals[i].closed;
    qsort(won, n, sizeof *won, compare_moments);
    if (2 * n >= 3 * KNOWN_WINS)
        *day = dd_moment_day(won[2 * n / 3]);
    free(won);
    return DD_OK;
}

/* How much better the factors told the end of a deal of this chance. */
static double
gain_of(const held *self, const dd_past_deal *deal, double chance)
{
    dd_levels levels = dd_factors_levels_of(&self->process.factors, deal);
    double theta = dd_rates_theta(&self->rates, &levels);

    return (deal->stage == DD_WON ? log(theta) : 0.0)
           - log(1.0 - chance + theta * chance);
}

/* Over deals open on that day and ended since, and those that came and ended since. */
typedef struct {
    size_t n;
    double sum, squares;
} gains;

static gains
gains_since(const held *self, const dd_past *later, int32_t pipeline)
{
    const dd_past *then = &self->past;
    dd_moment until = dd_day_end(then->as_of);
    gains all = { 0, 0.0, 0.0 };
    size_t at = 0;

    for (size_t i = 0; i < later->n_deals; i++) {
        const dd_past_deal *deal = &later->deals[i], *known = NULL;
        if (at < then->n_deals && then->deals[at].key == deal->key)
            known = &then->deals[at++];
        if (deal->pipeline != pipeline || deal->stage >= 0 || deal->n == 0
            || (known && known->stage < 0) || deal->closed < until)
            continue;
        double age
            = known ? (double) (until - known->entered) / DD_SECONDS_PER_DAY : 0.0;
        int32_t stage = known ? known->stage : deal->first_stage;
        double gain
            = gain_of(self, deal, dd_rates_ever(&self->rates, (size_t) stage, age));
        all.sum += gain;
        all.squares += gain * gain;
        all.n++;
    }
    return all;
}

static dd_status
make_held(held *self, const dd_past *past, int32_t pipeline, const dd_funnel *funnel,
          dd_day day, dd_error *err)
{
    dd_status status = dd_past_earlier(&self->past, past, day, err);

    if (!status)
        status
            = dd_process_fit(&self->process, &self->past, pipeline, funnel, NULL, err);
    if (!status)
        status = dd_factors_learn(&self->process.factors, &self->process, &self->past,
                                  pipeline, EVIDENCE, err);
    if (!status)
        status = dd_rates_init(&self->rates, &self->process, err);
    if (!status)
        dd_rates_mean(&self->rates);
    return status;
}

/* Learnt on the day by which two wins in three had come: did they tell the rest worse, by
 * more than a standard error? Where nobody can tell they did not. */
static dd_status
judge(int *worse, const dd_past *past, int32_t pipeline, const dd_funnel *funnel,
      dd_error *err)
{
    held self = { .past = { 0 } };
    gains since = { 0, 0.0, 0.0 };
    dd_day day;
    dd_status status = find_day(past, pipeline, &day, err);

    *worse = 0;
    if (status || day == DD_NO_DAY || day >= past->as_of)
        return status;
    status = make_held(&self, past, pipeline, funnel, day, NULL);
    if (!status && self.process.factors.n > 0)
        since = gains_since(&self, past, pipeline);
    *worse = since.n >= LATER_ENDS && since.sum < -sqrt(since.squares);
    dd_rates_free(&self.rates);
    dd_process_free(&self.process);
    dd_past_free(&self.past);
    /* Beliefs that do not fit the past of then are no fault. */
    return status == DD_ENOMEM ? dd_error_no_memory(err) : DD_OK;
}

dd_status
dd_factors_fit(dd_factors *self, const dd_process *process, const dd_past *past,
               int32_t pipeline, const dd_funnel *funnel, dd_error *err)
{
    int worse = 0;
    dd_status status = dd_factors_learn(self, process, past, pipeline, EVIDENCE, err);

    if (!status && self->n > 0)
        status = judge(&worse, past, pipeline, funnel, err);
    if (status || worse)
        dd_factors_free(self);
    return status;
}
