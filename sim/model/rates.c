#include "model/rates.h"

#include "base/rng.h"
#include "model/lever.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t
doubles_of(const dd_stage_model *stage)
{
    return stage->hazard.exits * (stage->hazard.bands ? stage->hazard.bands : 1);
}

static dd_stage
view_of(const dd_stage_model *stage, const double *rate)
{
    dd_stage view = { 0 };
    view.bands = stage->at_once ? 0 : stage->hazard.bands;
    view.start = stage->hazard.start;
    view.exits = stage->hazard.exits;
    view.to = stage->hazard.to;
    view.rate = rate;
    return view;
}

static int
make_edges(dd_rates *self)
{
    size_t n = 1;
    for (size_t s = 0; s < self->process->n_stages; s++)
        n += self->process->stage[s].hazard.bands + 1;
    self->start = calloc(n, sizeof *self->start);
    return self->start == NULL;
}

dd_status
dd_rates_init(dd_rates *self, const dd_process *process, dd_error *err)
{
    size_t n = 1, at = 0;
    dd_stream none = dd_stream_make(0, DD_RNG_DRAW, 0, 0);

    memset(self, 0, sizeof *self);
    for (size_t s = 0; s < process->n_stages; s++)
        n += doubles_of(&process->stage[s]);
    self->process = process;
    self->n = n;
    self->rate = calloc(n, sizeof *self->rate);
    self->stage = calloc(process->n_stages, sizeof *self->stage);
    self->p_ever = calloc(process->n_stages, sizeof *self->p_ever);
    self->rng = dd_rng_gsl(&none);
    self->log_odds
        = calloc(dd_factors_n_levels(&process->factors) + 1, sizeof *self->log_odds);
    self->theta = calloc(process->factors.n_alike + 1, sizeof *self->theta);
    if (!self->rate || !self->stage || !self->p_ever || !self->rng || !self->log_odds
        || !self->theta) {
        dd_rates_free(self);
        return dd_error_no_memory(err);
    }
    if (process->levers && make_edges(self)) {
        dd_rates_free(self);
        return dd_error_no_memory(err);
    }
    for (size_t s = 0; s < process->n_stages; s++) {
        self->stage[s] = view_of(&process->stage[s], self->rate + at);
        at += doubles_of(&process->stage[s]);
    }
    for (size_t s = 0; s < process->n_stages; s++)
        self->stage[s] = self->stage[process->stage[s].follows];
    return DD_OK;
}

void
dd_rates_free(dd_rates *self)
{
    free(self->rate);
    free(self->stage);
    free(self->p_ever);
    free(self->log_odds);
    free(self->theta);
    free(self->start);
    if (self->rng)
        gsl_rng_free(self->rng);
    memset(self, 0, sizeof *self);
}

double *
dd_rates_own(dd_rates *self, size_t stage)
{
    return self->rate + (self->stage[stage].rate - self->rate);
}

/* A constant hazard of this mean stay, the exits' shares as they are. */
static void
set_mean_stay(const dd_stage *stage, double *rate, double mean_days)
{
    double total = 0.0;
    for (size_t j = 0; j < stage->exits; j++)
        total += rate[j];
    for (size_t j = 0; total > 0.0 && j < stage->exits; j++)
        rate[j] /= total * mean_days;
}

/* Chance of winning from where the stage's deals go next. */
static double
chance_of_next(const dd_rates *self, size_t s)
{
    double p[DD_MAX_STAGES];
    int32_t next = self->stage[s].to[0];
    if (next < 0)
        return 1.0;
    dd_stages_ever(self->stage, self->process->n_stages, DD_WON, p);
    return p[next];
}

/* Exits of a stage known by belief: the next stage (or Won), and Lost. */
static void
set_believed(dd_rates *self, size_t s, double win_rate, double mean_days)
{
    double *rate = dd_rates_own(self, s);
    double next = chance_of_next(self, s);
    rate[0] = next > 0.0 ? fmin(win_rate / next, 1.0) : 0.0;
    rate[1] = 1.0 - rate[0];
    if (!self->process->stage[s].at_once)
        set_mean_stay(&self->stage[s], rate, mean_days);
}

static void
set_learnt(dd_rates *self, size_t s, int drawn)
{
    const dd_stage_model *stage = &self->process->stage[s];
    const dd_hazard hazard = dd_hazard_by(&stage->hazard, self->moves);
    double *rate = dd_rates_own(self, s);
    if (drawn)
        dd_hazard_draw(&hazard, self->rng, rate);
    else
        dd_hazard_mean(&hazard, rate);
    if (dd_belief_is_fixed(&stage->days, stage->worth))
        set_mean_stay(&self->stage[s], rate, stage->days.low);
}

static void
set_stage(dd_rates *self, size_t s, int drawn)
{
    const dd_stage_model *stage = &self->process->stage[s];
    double win = dd_belief_centre(&stage->win_rate),
           days = dd_belief_centre(&stage->days);
    switch (stage->basis) {
    case DD_STATED:
        memcpy(dd_rates_own(self, s), stage->stated, doubles_of(stage) * sizeof(double));
        return;
    case DD_LEARNT:
        set_learnt(self, s, drawn);
        return;
    case DD_TILTED: /* once Open's are set */
        return;
    case DD_BELIEVED:
        break;
    }
    if (drawn) {
        win = dd_belief_draw_chance(&stage->win_rate, stage->worth, self->rng);
        if (stage->days.given)
            days = dd_belief_draw_mean(&stage->days, stage->worth, self->rng);
    }
    set_believed(self, s, win, days);
}

/* Open's rates on other odds; the stage's stream must have been sought. */
static void
set_tilted(dd_rates *self, size_t s, int drawn)
{
    const dd_stage_model *stage = &self->process->stage[s];
    double win = dd_belief_centre(&stage->win_rate);
    if (drawn)
        win = dd_belief_draw_chance(&stage->win_rate, stage->worth, self->rng);
    memcpy(dd_rates_own(self, s), dd_rates_own(self, 0),
           doubles_of(stage) * sizeof(double));
    dd_stage_tilt(self->stage, self->process->n_stages, s, dd_rates_own(self, s), win);
}

/* Win rates stated for stages whose hazards were learnt hold exactly. */
static void
hold_win_rates(dd_rates *self)
{
    size_t n = self->process->n_stages;
    for (size_t s = n; s-- > 0;) {
        const dd_stage_model *stage = &self->process->stage[s];
        if (stage->basis == DD_LEARNT && stage->follows == (int32_t) s
            && dd_belief_is_fixed(&stage->win_rate, stage->worth))
            dd_stage_tilt(self->stage, n, s, dd_rates_own(self, s), stage->win_rate.low);
    }
}

/* Once the log odds are set, the common ones that keep all deals' chance. */
static void
centre_odds(dd_rates *self)
{
    const dd_factors *factors = &self->process->factors;
    if (factors->n > 0)
        self->log_odds[dd_factors_n_levels(factors)]
            = dd_factors_centre(factors, self->log_odds, self->theta);
}

/* Every stay `cycle` times as long: rates the lower, edges stretched by set_edges. */
static void
slow_down(dd_rates *self, size_t s, double cycle)
{
    const dd_hazard *hazard = &self->process->stage[s].hazard;
    double *rate = dd_rates_own(self, s);
    for (size_t i = 0; i < hazard->exits * hazard->bands; i++)
        rate[i] /= cycle;
}

/* Views of the edges as they were fitted, or as levers stretch them. */
static void
set_edges(dd_rates *self, int stretched)
{
    const dd_process *process = self->process;
    double *start = self->start;
    for (size_t s = 0; s < process->n_stages; s++) {
        double cycle = dd_levers_cycle(process->levers, s);
        self->stage[s].start = process->stage[process->stage[s].follows].hazard.start;
        if (process->stage[s].follows != (int32_t) s || self->stage[s].bands == 0)
            continue;
        for (size_t b = 0; b <= self->stage[s].bands; b++)
            start[b] = self->stage[s].start[b] * cycle;
        if (stretched)
            self->stage[s].start = start;
        start += self->stage[s].bands + 1;
    }
    for (size_t s = 0; s < process->n_stages; s++)
        self->stage[s].start = self->stage[process->stage[s].follows].start;
}

void
dd_rates_copy(dd_rates *self, const dd_rates *from)
{
    const dd_factors *factors = &self->process->factors;

    memcpy(self->rate, from->rate, self->n * sizeof *self->rate);
    memcpy(self->p_ever, from->p_ever, self->process->n_stages * sizeof *self->p_ever);
    memcpy(self->log_odds, from->log_odds,
           (dd_factors_n_levels(factors) + 1) * sizeof *self->log_odds);
    memcpy(self->theta, from->theta, (factors->n_alike + 1) * sizeof *self->theta);
    self->memory = from->memory;
    self->per_day = from->per_day;
    self->odds = from->odds;
    if (self->process->levers)
        set_edges(self, 1);
}

static void
pull_levers(dd_rates *self)
{
    const dd_process *process = self->process;
    for (size_t l = 0; l < process->levers->n_layers; l++)
        dd_levers_move(process->levers, l, self);
    for (size_t s = 0; s < process->n_stages; s++)
        if (process->stage[s].follows == (int32_t) s)
            slow_down(self, s, dd_levers_cycle(process->levers, s));
    set_edges(self, 1);
}

static void
start_over(dd_rates *self)
{
    self->odds = 1.0;
    if (self->process->levers)
        set_edges(self, 0);
}

static void
finish(dd_rates *self)
{
    centre_odds(self);
    hold_win_rates(self);
    dd_stages_ever(self->stage, self->process->n_stages, DD_WON, self->p_ever);
    if (self->process->levers)
        pull_levers(self);
}

void
dd_rates_mean(dd_rates *self)
{
    const dd_arrivals *arrivals = &self->process->arrivals;
    start_over(self);
    memset(self->rate, 0, self->n * sizeof *self->rate);
    for (size_t s = self->process->n_stages; s-- > 0;)
        if (self->process->stage[s].follows == (int32_t) s)
            set_stage(self, s, 0);
    for (size_t s = 1; s < self->process->n_stages; s++)
        if (self->process->stage[s].basis == DD_TILTED)
            set_tilted(self, s, 0);
    self->per_day = 0.0;
    for (size_t m = 0; m < DD_MEMORIES; m++)
        if (arrivals->memory_chance[m] > 0.0 && arrivals->weeks[m] > 0.0)
            self->per_day += arrivals->memory_chance[m] * arrivals->shape[m]
                             / arrivals->weeks[m] / 7.0;
    if (isfinite(arrivals->fixed_per_week))
        self->per_day = arrivals->fixed_per_week / 7.0;
    dd_factors_mean(&self->process->factors, self->log_odds);
    finish(self);
}

static void
seek(dd_rates *self, uint64_t seed, uint32_t block, uint32_t pipeline, uint32_t item)
{
    dd_stream stream
        = dd_stream_make(seed, DD_RNG_DRAW, (uint64_t) pipeline << 32 | item, block);
    dd_rng_gsl_seek(self->rng, &stream);
}

void
dd_rates_draw(dd_rates *self, uint64_t seed, uint32_t block, uint32_t pipeline)
{
    const dd_arrivals *arrivals = &self->process->arrivals;
    /* Nothing of an earlier block may be left: draws depend on their address alone. */
    start_over(self);
    memset(self->rate, 0, self->n * sizeof *self->rate);
    for (size_t s = self->process->n_stages; s-- > 0;) {
        if (self->process->stage[s].follows != (int32_t) s)
            continue;
        seek(self, seed, block, pipeline, (uint32_t) s + 1);
        set_stage(self, s, 1);
    }
    for (size_t s = 1; s < self->process->n_stages; s++) {
        if (self->process->stage[s].basis != DD_TILTED)
            continue;
        seek(self, seed, block, pipeline, (uint32_t) s + 1);
        set_tilted(self, s, 1);
    }
    seek(self, seed, block, pipeline, 0);
    self->per_day = 0.0;
    if (isfinite(arrivals->fixed_per_week))
        self->per_day = arrivals->fixed_per_week / 7.0;
    else if (arrivals->shape[self->memory] > 0.0)
        self->per_day = gsl_ran_gamma(self->rng, arrivals->shape[self->memory],
                                      1.0 / arrivals->weeks[self->memory])
                        / 7.0;
    dd_factors_draw(&self->process->factors, seed, block, self->log_odds);
    finish(self);
}

double
dd_rates_age(const dd_rates *self, size_t stage, double age_days)
{
    const dd_process *process = self->process;
    if (!process->levers)
        return age_days;
    return age_days
           * dd_levers_cycle(process->levers, (size_t) process->stage[stage].follows);
}

double
dd_rates_ever(const dd_rates *self, size_t stage, double age_days)
{
    const dd_stage *view = &self->stage[stage];
    double share[DD_MAX_EXITS], p = 0.0;
    dd_stage_shares(view, dd_rates_age(self, stage, age_days), share);
    for (size_t j = 0; j < view->exits; j++)
        p += share[j]
             * (view->to[j] >= 0 ? self->p_ever[view->to[j]] : view->to[j] == DD_WON);
    return p;
}

double
dd_rates_theta(const dd_rates *self, const dd_levels *levels)
{
    const dd_factors *factors = &self->process->factors;
    if (factors->n == 0)
        return self->odds;
    return self->odds
           * exp(self->log_odds[dd_factors_n_levels(factors)]
                 + dd_factors_sum(factors, self->log_odds, levels));
}

double
dd_rates_fresh(const dd_rates *self, size_t stage)
{
    const dd_factors *factors = &self->process->factors;
    double p = self->p_ever[stage], sum = 0.0;
    if (factors->n == 0)
        return self->odds == 1.0 ? 1.0 : self->odds / (1.0 - p + self->odds * p);
    for (size_t i = 0; i < factors->n_alike; i++) {
        double theta = self->odds * self->theta[i];
        sum += factors->alike[i].arrived * theta / (1.0 - p + theta * p);
    }
    return sum;
}
