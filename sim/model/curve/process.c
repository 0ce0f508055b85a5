#include "model/curve/process.h"

#include "model/rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define THIN_EXITS 10
#define CRM_WORTH 30.0 /* deals that a stage's chance as the CRM states it is worth */

/** What process.c carries along while it fits one pipeline. */
typedef struct {
    dd_process *process;
    const dd_past *past;
    int32_t pipeline;
    const dd_funnel *funnel;
    const dd_spell **spells; /* room for all spells of the past */
    dd_notes *notes;
    dd_error *err;
} fitting;

static const dd_stage_belief *
belief_of(const fitting *f, size_t s)
{
    for (size_t i = 0; i < f->funnel->n_stages; i++) {
        const dd_stage_belief *belief = &f->funnel->stages[i];
        if (strcmp(belief->stage, f->process->stage_name[s]) == 0
            && (!belief->pipeline || strcmp(belief->pipeline, f->process->name) == 0))
            return belief;
    }
    return NULL;
}

/* The spells of one stage into f->spells. @return how many */
static size_t
collect(const fitting *f, int32_t s)
{
    size_t n = 0;
    for (size_t i = 0; i < f->past->n_spells; i++) {
        const dd_spell *spell = &f->past->spells[i];
        if (spell->pipeline == f->pipeline && spell->stage == s)
            f->spells[n++] = spell;
    }
    return n;
}

static size_t
count_exits(const fitting *f, size_t n, int32_t exit)
{
    size_t exits = 0;
    for (size_t i = 0; i < n; i++)
        exits += exit == DD_STILL ? f->spells[i]->exit != DD_STILL
                                  : f->spells[i]->exit == exit;
    return exits;
}

static int32_t
named_stage(const fitting *f, const char *name)
{
    const dd_words *won = &f->funnel->won, *lost = &f->funnel->lost;
    for (size_t s = 0; s < f->process->n_stages; s++)
        if (strcmp(f->process->stage_name[s], name) == 0)
            return (int32_t) s;
    for (size_t i = 0; i < won->n; i++)
        if (strcmp(won->items[i], name) == 0)
            return DD_WON;
    for (size_t i = 0; i < lost->n; i++)
        if (strcmp(lost->items[i], name) == 0)
            return DD_LOST;
    return strcmp(name, "Won") == 0    ? DD_WON
           : strcmp(name, "Lost") == 0 ? DD_LOST
                                       : DD_STILL;
}

/* Exits as stated: they become the stage's rates, untouched by history. */
static dd_status
fit_stated(fitting *f, size_t s, const dd_stage_belief *belief)
{
    dd_stage_model *stage = &f->process->stage[s];
    int32_t to[DD_MAX_EXITS];
    double share[DD_MAX_EXITS];
    dd_law law[DD_MAX_EXITS];
    size_t n = belief->n_exits < DD_MAX_EXITS ? belief->n_exits : DD_MAX_EXITS;
    dd_hazard_prior prior = { 1.0, n, to, share, law };

    for (size_t j = 0; j < n; j++) {
        to[j] = named_stage(f, belief->exits[j].to);
        share[j] = belief->exits[j].share;
        law[j] = belief->exits[j].days;
        if (to[j] == DD_STILL)
            return dd_error_add(f->err, DD_EDATA, &belief->place, belief->exits[j].to,
                                "a stage of this pipeline, Won or Lost",
                                "an exit of '%s' leads to no known stage",
                                belief->stage);
    }
    dd_status status
        = dd_hazard_fit(&stage->hazard, NULL, 0, 1.0 / 86400.0, &prior, f->err);
    if (status)
        return status;
    stage->basis = DD_STATED;
    stage->stated = calloc(stage->hazard.exits * stage->hazard.bands, sizeof(double));
    if (!stage->stated)
        return dd_error_no_memory(f->err);
    dd_hazard_mean(&stage->hazard, stage->stated);
    return DD_OK;
}

static dd_status
believed_geometry(fitting *f, size_t s, double mean_days)
{
    dd_hazard *hazard = &f->process->stage[s].hazard;
    hazard->exits = 2;
    hazard->to = malloc(2 * sizeof *hazard->to);
    if (!hazard->to)
        return dd_error_no_memory(f->err);
    hazard->to[0] = s + 1 < f->process->n_stages ? (int32_t) s + 1 : DD_WON;
    hazard->to[1] = DD_LOST;
    if (f->process->stage[s].at_once)
        return DD_OK;
    hazard->bands = 1;
    hazard->start = malloc(2 * sizeof *hazard->start);
    if (!hazard->start)
        return dd_error_no_memory(f->err);
    hazard->start[0] = 0.0;
    hazard->start[1] = 40.0 * mean_days + DD_BEYOND_DAYS; /* exp(-40): nobody is stuck */
    return DD_OK;
}

/* No history of the stage: its win rate and mean stay are all there is. */
static dd_status
fit_believed(fitting *f, size_t s, const dd_stage_belief *belief)
{
    dd_stage_model *stage = &f->process->stage[s];
    if (!belief->win_rate.given)
        return dd_error_add(
            f->err, DD_EDATA, &belief->place, NULL,
            "win_rate beside days, or history of the stage",
            "stage '%s' has days but no win rate, and no deal ever left it",
            belief->stage);
    stage->basis = DD_BELIEVED;
    stage->at_once = !belief->days.given;
    return believed_geometry(f, s, belief->days.given ? belief->days.high : 0.0);
}

/* With history a range, or figures with `worth`, are a prior on the hazards. */
static size_t
make_prior(const fitting *f, size_t s, size_t n, dd_hazard_prior *prior, int32_t to[2],
           double share[2], dd_law law[2])
{
    const dd_stage_model *stage = &f->process->stage[s];
    double step = dd_belief_centre(&stage->win_rate), days = 0.0, exits = 0.0;
    if (!stage->win_rate.given || dd_belief_is_fixed(&stage->win_rate, stage->worth))
        return 0;
    const dd_stage_belief *next = NULL;
    if (s + 1 < f->process->n_stages && (next = belief_of(f, s + 1))
        && next->win_rate.given)
        step = fmin(step / dd_belief_centre(&next->win_rate), 1.0);
    for (size_t i = 0; i < n; i++) {
        days += f->spells[i]->dwell_days - f->spells[i]->from_days;
        exits += f->spells[i]->exit != DD_STILL;
    }
    days = stage->days.given ? dd_belief_centre(&stage->days) : days / fmax(exits, 1.0);
    to[0] = next ? (int32_t) s + 1
                 : (s + 1 < f->process->n_stages ? (int32_t) s + 1 : DD_WON);
    to[1] = DD_LOST;
    share[0] = step;
    share[1] = 1.0 - step;
    law[0] = law[1] = (dd_law){ DD_LAW_EXPONENTIAL, fmax(days, 1e-5), 0.0 };
    *prior = (dd_hazard_prior){ dd_belief_chance_worth(&stage->win_rate, stage->worth),
                                2, to, share, law };
    return 2;
}

/* A single figure of days is a constant hazard of that mean: one band of all. */
static void
merge_bands(dd_hazard *hazard, double mean_days)
{
    for (size_t j = 0; j < hazard->exits; j++) {
        double sum = 0.0;
        for (size_t b = 0; b < hazard->bands; b++)
            sum += hazard->shape[j * hazard->bands + b];
        hazard->shape[j] = sum;
    }
    for (size_t b = 1; b < hazard->bands; b++)
        hazard->exposure[0] += hazard->exposure[b];
    hazard->bands = 1;
    hazard->beyond = 0;
    hazard->tie[0] = 1.0;
    hazard->start[1] = 40.0 * mean_days + DD_BEYOND_DAYS;
}

static dd_status
fit_learnt(fitting *f, size_t s, size_t n)
{
    dd_stage_model *stage = &f->process->stage[s];
    const char *name = f->process->stage_name[s];
    dd_hazard_prior prior;
    int32_t to[2];
    double share[2];
    dd_law law[2];
    size_t believed = make_prior(f, s, n, &prior, to, share, law);
    dd_status status = dd_hazard_fit(&stage->hazard, f->spells, n,
                                     (double) f->past->recording_unit / 86400.0,
                                     believed ? &prior : NULL, f->err);
    if (status)
        return status;
    stage->basis = DD_LEARNT;
    if (dd_belief_is_fixed(&stage->days, stage->worth))
        merge_bands(&stage->hazard, stage->days.low);
    status = dd_hazard_remember(&stage->hazard, f->spells, n, dd_day_end(f->past->as_of),
                                f->err);
    if (status)
        return status;
    if (n > 0 && stage->hazard.observed == 0)
        status
            = dd_notes_add(f->notes, "thin_stage",
                           "no deal ever left stage '%s': its rates are a guess", name);
    else if (n > 0 && stage->hazard.observed < THIN_EXITS)
        status = dd_notes_add(
            f->notes, "thin_stage",
            "only %.0f deal%s ever left stage '%s': its rates are a guess",
            stage->hazard.observed, stage->hazard.observed == 1.0 ? "" : "s", name);
    else if (stage->hazard.no_loss_seen && n > 0)
        status = dd_notes_add(
            f->notes, "no_loss_seen",
            "no deal was ever lost in stage '%s': half a loss is assumed", name);
    return status;
}

/* Mean of what the CRM states of the deals that are shown in a stage. @return deals */
static size_t
crm_chance(const fitting *f, size_t s, double *mean)
{
    size_t n = 0;
    double sum = 0.0;
    for (size_t i = 0; i < f->past->n_deals; i++) {
        const dd_past_deal *deal = &f->past->deals[i];
        if (deal->pipeline != f->pipeline || deal->stage != (int32_t) s
            || isnan(deal->probability))
            continue;
        sum += deal->probability;
        n++;
    }
    *mean = n > 0 ? sum / (double) n : 0.0;
    return n;
}

/*
 * In layout deals only the whole way is known: a shown stage moves like Open. Where
 * `rates:` says nothing about stages, the CRM's own chances tell them apart.
 */
static dd_status
fit_shown(fitting *f, size_t s)
{
    dd_stage_model *stage = &f->process->stage[s];
    double mean;
    size_t n = f->funnel->n_stages == 0 ? crm_chance(f, s, &mean) : 0;

    if (n == 0 || f->process->stage[0].basis != DD_LEARNT || mean <= 0.0
        || mean >= 1.0) {
        stage->follows = 0;
        return fit_learnt(f, s, 0);
    }
    /* The same spells give the same bands and exits as Open has. */
    dd_status status
        = dd_hazard_fit(&stage->hazard, f->spells, collect(f, 0),
                        (double) f->past->recording_unit / 86400.0, NULL, f->err);
    if (status)
        return status;
    stage->basis = DD_TILTED;
    stage->win_rate = (dd_belief){ 1, mean, mean };
    stage->worth = CRM_WORTH;
    return dd_notes_add(
        f->notes, "crm_chances",
        "deals shown in '%s' win by the CRM's own chances, %.0f %% in the "
        "mean of %zu, a belief worth %.0f deals (rates: in a funnel file "
        "says otherwise)",
        f->process->stage_name[s], 100.0 * mean, n, CRM_WORTH);
}

static dd_status
fit_stage(fitting *f, size_t s)
{
    dd_stage_model *stage = &f->process->stage[s];
    const dd_stage_belief *belief = belief_of(f, s);
    size_t n = collect(f, (int32_t) s), left = count_exits(f, n, DD_STILL);

    stage->follows = (int32_t) s;
    stage->entered = n;
    stage->won = count_exits(f, n, DD_WON);
    if (belief) {
        stage->win_rate = belief->win_rate;
        stage->days = belief->days;
        stage->worth = f->funnel->worth;
    }
    if (belief && belief->n_exits > 0)
        return fit_stated(f, s, belief);
    if (belief && left == 0)
        return fit_believed(f, s, belief);
    if (f->past->layout == DD_DEALS && s > 0)
        return fit_shown(f, s);
    return fit_learnt(f, s, n);
}

static dd_status
check_beliefs(const fitting *f)
{
    for (size_t i = 0; i < f->funnel->n_stages; i++) {
        const dd_stage_belief *belief = &f->funnel->stages[i];
        if (belief->pipeline && strcmp(belief->pipeline, f->process->name) != 0)
            continue;
        int known = 0;
        for (int32_t p = 0; p < (int32_t) f->past->n_pipelines; p++)
            for (size_t s = 0; s < f->past->pipelines[p].n_stages; s++)
                known |= strcmp(f->past->pipelines[p].stages[s], belief->stage) == 0;
        if (!known)
            return dd_error_add(f->err, DD_EDATA, &belief->place, belief->stage,
                                "a stage of the funnel", "rates for an unknown stage");
    }
    return DD_OK;
}

/* Where deals to come enter when nothing was ever won and beliefs must do. */
static int32_t
believed_entry(const dd_process *process)
{
    size_t won = 0;
    int32_t entry = -1;
    for (size_t s = process->n_stages; s-- > 0;) {
        won += process->stage[s].won;
        if (process->stage[s].basis == DD_BELIEVED
            || process->stage[s].basis == DD_STATED)
            entry = (int32_t) s;
    }
    return won == 0 ? entry : -1;
}

static dd_status
make_room(fitting *f)
{
    dd_process *self = f->process;
    self->stage = calloc(self->n_stages, sizeof *self->stage);
    self->arrivals.share = calloc(self->n_stages, sizeof(double));
    f->spells = malloc((f->past->n_spells + 1) * sizeof *f->spells);
    return self->stage && self->arrivals.share && f->spells ? DD_OK
                                                            : dd_error_no_memory(f->err);
}

dd_status
dd_process_fit(dd_process *self, const dd_past *past, int32_t pipeline,
               const dd_funnel *funnel, dd_notes *notes, dd_error *err)
{
    const dd_pipeline *names = &past->pipelines[pipeline];
    fitting f = { self, past, pipeline, funnel, NULL, notes, err };
    dd_status status;

    *self = (dd_process){ .name = names->name,
                          .n_stages = names->n_stages,
                          .stage_name = names->stages };
    if (self->n_stages > DD_MAX_STAGES)
        return dd_error_add(err, DD_EDATA, NULL, NULL, "a column that holds stages",
                            "pipeline '%s' has %zu stages, more than %d", names->name,
                            self->n_stages, DD_MAX_STAGES);
    status = make_room(&f);
    if (!status)
        status = check_beliefs(&f);
    for (size_t s = 0; !status && s < self->n_stages; s++)
        status = fit_stage(&f, s);
    if (!status)
        dd_arrivals_fit(&self->arrivals, past, pipeline, self->n_stages,
                        believed_entry(self), funnel);
    free(f.spells);
    if (status)
        dd_process_free(self);
    return status;
}

void
dd_process_free(dd_process *self)
{
    for (size_t s = 0; self->stage && s < self->n_stages; s++) {
        dd_hazard_free(&self->stage[s].hazard);
        free(self->stage[s].stated);
    }
    free(self->stage);
    free(self->arrivals.share);
    dd_factors_free(&self->factors);
    memset(self, 0, sizeof *self);
}
