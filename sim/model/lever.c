#include "model/lever.h"

#include <math.h>
#include <stdlib.h>

dd_levers *
dd_levers_new(size_t n_stages, size_t n_layers)
{
    dd_levers *self = calloc(1, sizeof *self);
    if (self == NULL)
        return NULL;
    self->n_stages = n_stages;
    self->n_layers = n_layers;
    self->stage = calloc(n_stages * n_layers + 1, sizeof *self->stage);
    self->win_rate = calloc(n_layers + 1, sizeof *self->win_rate);
    if (self->stage == NULL || self->win_rate == NULL) {
        dd_levers_free(self);
        return NULL;
    }
    for (size_t i = 0; i < n_stages * n_layers; i++)
        self->stage[i].cycle = 1.0;
    return self;
}

void
dd_levers_free(dd_levers *self)
{
    if (self == NULL)
        return;
    free(self->stage);
    free(self->win_rate);
    free(self);
}

double
dd_levers_cycle(const dd_levers *self, size_t stage)
{
    double cycle = 1.0;
    for (size_t l = 0; l < self->n_layers; l++)
        cycle *= self->stage[l * self->n_stages + stage].cycle;
    return cycle;
}

static int
is_forward(int32_t to, size_t at)
{
    return to == DD_WON || to > (int32_t) at;
}

double
dd_step_rate(const dd_stage *stage, size_t at)
{
    double share[DD_MAX_EXITS], forward = 0.0;
    dd_stage_shares(stage, 0.0, share);
    for (size_t j = 0; j < stage->exits; j++)
        forward += is_forward(stage->to[j], at) ? share[j] : 0.0;
    return forward;
}

double
dd_stage_mean_stay(const dd_stage *self)
{
    double sum = 0.0, stay = 1.0, left = 0.0;
    for (size_t b = 0; b < self->bands; b++) {
        double width = self->start[b + 1] - self->start[b], total = 0.0;
        for (size_t j = 0; j < self->exits; j++)
            total += self->rate[j * self->bands + b];
        if (total <= 0.0)
            continue;
        /* int_0^w (start + u) total e^(-total u) du */
        double go = -expm1(-total * width);
        sum += stay
               * (go * (self->start[b] + 1.0 / total) - width * exp(-total * width));
        left += stay * go;
        stay *= 1.0 - go;
    }
    return left > 0.0 ? sum / left : 0.0;
}

/* Odds without end, either way: exits are taken as often as they win, or as they do not. */
static double
chance_at_end(const dd_stage *self, const double *share, const double *ever,
              const double *without, const double *back, int winning)
{
    double win = 0.0, again = 0.0, all = 0.0, left = 0.0;
    for (size_t j = 0; j < self->exits; j++) {
        int32_t to = self->to[j];
        double p = to >= 0 ? ever[to] : to == DD_WON;
        double taken = share[j] * (winning ? p : 1.0 - p);
        win += taken * (to >= 0 ? without[to] : to == DD_WON);
        again += taken * (to >= 0 ? back[to] : 0.0);
        all += taken;
        left += share[j];
    }
    all += winning ? 0.0 : fmax(1.0 - left, 0.0);
    return all > again ? win / (all - again) : 0.0;
}

dd_stage_reach
dd_stage_reach_of(const dd_stage *stages, size_t n_stages, size_t stage)
{
    double without[DD_MAX_STAGES], back[DD_MAX_STAGES], ever[DD_MAX_STAGES];
    double share[DD_MAX_EXITS];
    const dd_stage *self = &stages[stage];
    dd_stage_shares(self, 0.0, share);
    dd_stages_ever(stages, n_stages, DD_WON, ever);
    dd_stages_ever_holding(stages, n_stages, DD_WON, stage, 0.0, without);
    dd_stages_ever_holding(stages, n_stages, DD_STILL, stage, 1.0, back);
    return (dd_stage_reach){ chance_at_end(self, share, ever, without, back, 0),
                             chance_at_end(self, share, ever, without, back, 1) };
}

double
dd_chance_from_creation(const dd_rates *rates)
{
    double sum = 0.0;
    for (size_t s = 0; s < rates->process->n_stages; s++) {
        double share = rates->process->arrivals.share[s];
        if (share > 0.0)
            sum += share * rates->p_ever[s] * dd_rates_fresh(rates, s);
    }
    return sum;
}

static double
clamp(double p)
{
    return fmin(fmax(p, 0.0), 1.0);
}

void
dd_move_step_rate(dd_rates *rates, size_t s, const dd_change *change)
{
    const dd_stage *stage = &rates->stage[s];
    double k[DD_MAX_EXITS], now = dd_step_rate(stage, s);
    double wanted = clamp(dd_change_apply(change, now));
    if (now <= 0.0 || now >= 1.0)
        return;
    for (size_t j = 0; j < stage->exits; j++)
        k[j] = is_forward(stage->to[j], s) ? wanted / now : (1.0 - wanted) / (1.0 - now);
    dd_stage_reweigh(stage, dd_rates_own(rates, s), k);
}

void
dd_move_win_rate(dd_rates *rates, size_t s, const dd_change *change)
{
    size_t n = rates->process->n_stages;
    dd_stages_ever(rates->stage, n, DD_WON, rates->p_ever);
    dd_stage_tilt(rates->stage, n, s, dd_rates_own(rates, s),
                  clamp(dd_change_apply(change, rates->p_ever[s])));
}

/* One multiplier of all odds, by bisection of its logarithm. */
static void
move_odds(dd_rates *rates, const dd_change *change)
{
    double wanted = dd_change_apply(change, dd_chance_from_creation(rates));
    double low = -40.0, high = 40.0;
    for (int i = 0; i < 80; i++) {
        double middle = 0.5 * (low + high);
        rates->odds = exp(middle);
        if (dd_chance_from_creation(rates) < wanted)
            low = middle;
        else
            high = middle;
    }
    rates->odds = exp(0.5 * (low + high));
}

void
dd_levers_move(const dd_levers *self, size_t layer, dd_rates *rates)
{
    const dd_stage_lever *lever = self->stage + layer * self->n_stages;
    const dd_stage_model *model = rates->process->stage;
    for (size_t s = self->n_stages; s-- > 0;)
        if (lever[s].step_rate.kind && model[s].follows == (int32_t) s)
            dd_move_step_rate(rates, s, &lever[s].step_rate);
    for (size_t s = self->n_stages; s-- > 0;)
        if (lever[s].win_rate.kind && model[s].follows == (int32_t) s)
            dd_move_win_rate(rates, s, &lever[s].win_rate);
    dd_stages_ever(rates->stage, self->n_stages, DD_WON, rates->p_ever);
    if (self->win_rate[layer].kind)
        move_odds(rates, &self->win_rate[layer]);
}
