/**
 * @file simulated_reps.h
 * A past in which each rep wins on odds of their own: two stages, Contact and Needs, a
 * deal's exits by Doob's transform, dwells exponential, the youngest deals still open.
 */
#ifndef DD_TESTS_SIMULATED_REPS_H
#define DD_TESTS_SIMULATED_REPS_H

#include "base/rng.h"
#include "check.h"
#include "dealdice/past.h"
#include "model/curve/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPS_AS_OF 20000
#define REPS_DAYS 700 /* deals come evenly over so many */
#define MOST_REPS 64

typedef struct {
    dd_past past;
    dd_pipeline pipeline;
    char name[MOST_REPS][16];
    const char *names[MOST_REPS];
} simulated_reps;

static const char *reps_stages[] = { "Contact", "Needs" };

/* A deal's fate: its exits on odds theta, against average shares `advance`, `close`. */
static inline void
reps_deal(simulated_reps *self, size_t i, int32_t rep, double theta, double slow,
          double advance, double close, gsl_rng *rng)
{
    dd_past *past = &self->past;
    dd_past_deal *deal = &past->deals[i];
    dd_moment now = dd_day_end(past->as_of), at;
    double p = advance * close, h2 = 1 - close + theta * close, h1 = 1 - p + theta * p;
    double share[2] = { advance * h2 / h1, close * theta / h2 };

    at = dd_day_end(past->as_of - REPS_DAYS)
         + (dd_moment) (gsl_rng_uniform(rng) * REPS_DAYS * DD_SECONDS_PER_DAY);
    *deal = (dd_past_deal){ .id = "deal",
                            .owner = rep,
                            .first_owner = rep,
                            .segment = -1,
                            .kind = -1,
                            .source = -1,
                            .created = at,
                            .closed = DD_NO_MOMENT,
                            .amount = DD_UNKNOWN_AMOUNT,
                            .first_amount = DD_UNKNOWN_AMOUNT,
                            .first = past->n_spells };
    for (int32_t stage = 0; stage >= 0;) {
        double dwell = -30.0 * slow * log(gsl_rng_uniform_pos(rng));
        int goes_on = gsl_rng_uniform(rng) < share[stage];
        dd_spell *spell = &past->spells[past->n_spells++];
        dd_moment end = at + (dd_moment) (dwell * DD_SECONDS_PER_DAY);
        *spell = (dd_spell){ .deal = (uint32_t) i,
                             .stage = stage,
                             .exit = DD_STILL,
                             .dwell_days = dwell,
                             .entered = at,
                             .amount = DD_UNKNOWN_AMOUNT };
        deal->stage = stage;
        deal->entered = at;
        deal->n++;
        if (end >= now) {
            spell->dwell_days = (double) (now - at) / DD_SECONDS_PER_DAY;
            break;
        }
        stage = goes_on ? (stage == 0 ? 1 : DD_WON) : DD_LOST;
        spell->exit = deal->stage = stage;
        at = deal->entered = end;
    }
    if (deal->stage < 0)
        deal->closed = at;
}

/** Reps with n[i] deals each and odds theta[i]; dwells of odd ones are `slow` times as
 * long. */
static inline void
reps_init(simulated_reps *self, size_t reps, const size_t *n, const double *theta,
          double slow, double advance, double close, uint64_t seed)
{
    dd_stream stream = dd_stream_make(seed, DD_RNG_TEST, 77, 0);
    gsl_rng *rng = dd_rng_gsl(&stream);
    size_t deals = 0;

    assert_non_null(rng);
    memset(self, 0, sizeof *self);
    for (size_t r = 0; r < reps; r++) {
        snprintf(self->name[r], sizeof self->name[r], "Rep %zu", r);
        self->names[r] = self->name[r];
        deals += n[r];
    }
    self->pipeline
        = (dd_pipeline){ .name = "Sales", .n_stages = 2, .stages = reps_stages };
    self->past = (dd_past){ .as_of = REPS_AS_OF,
                            .starts = DD_NO_DAY,
                            .first_day = REPS_AS_OF - REPS_DAYS,
                            .recording_unit = 1,
                            .n_pipelines = 1,
                            .pipelines = &self->pipeline,
                            .owners = { reps, self->names } };
    self->past.deals = calloc(deals + 1, sizeof(dd_past_deal));
    self->past.spells = calloc(2 * deals + 1, sizeof(dd_spell));
    assert_non_null(self->past.deals);
    assert_non_null(self->past.spells);
    for (size_t r = 0; r < reps; r++)
        for (size_t k = 0; k < n[r]; k++)
            reps_deal(self, self->past.n_deals++, (int32_t) r, theta[r],
                      r % 2 ? slow : 1.0, advance, close, rng);
    gsl_rng_free(rng);
}

static inline void
reps_free(simulated_reps *self)
{
    free(self->past.deals);
    free(self->past.spells);
}

/** The process as it is learnt, with its factors. */
static inline void
reps_learn(const simulated_reps *self, dd_process *process)
{
    dd_funnel funnel;

    dd_funnel_init(&funnel);
    assert_int_equal(dd_process_fit(process, &self->past, 0, &funnel, NULL, NULL),
                     DD_OK);
    assert_int_equal(
        dd_factors_fit(&process->factors, process, &self->past, 0, &funnel, NULL),
        DD_OK);
}

#endif
