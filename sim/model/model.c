#include "dealdice/model.h"

#include "input/model_section.h"
#include "model/amounts.h"
#include "model/apply.h"
#include "model/clock/clock.h"
#include "model/effort.h"
#include "model/level/level.h"
#include "model/curve/process.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define THIN_WINS 30

static size_t
count_wins(const dd_past *past)
{
    size_t wins = 0;
    for (size_t i = 0; i < past->n_deals; i++)
        wins += past->deals[i].stage == DD_WON;
    return wins;
}

static dd_status
check_enough(const dd_model *self, const dd_past *past, const dd_funnel *funnel,
             dd_notes *notes, dd_error *err)
{
    char day[16];
    dd_day_format(past->as_of, day);
    if (self->wins == 0 && funnel->n_stages == 0)
        return dd_error_add(
            err, DD_EDATA, NULL, NULL,
            "history with won deals, or `rates:` in a funnel file",
            "no deal was ever won by %s, so that win rates cannot be learnt", day);
    if (past->n_spells == 0 && funnel->n_stages == 0)
        return dd_error_add(
            err, DD_EDATA, NULL, NULL,
            "creation dates (created_at), stages before the end, or `rates:`",
            "of no deal more than its end is known by %s, so that nothing tells how "
            "deals move",
            day);
    if (self->wins < THIN_WINS && self->wins > 0 && funnel->n_stages == 0)
        return dd_notes_add(notes, "thin_history",
                            "only %zu deal%s ever won by %s: expect wide intervals",
                            self->wins, self->wins == 1 ? " was" : "s were", day);
    return DD_OK;
}

/* What is off is told, never done in silence. */
static dd_status
tell_parts(const dd_parts *parts, dd_notes *notes)
{
    dd_status status = DD_OK;
    for (size_t i = 0; !status && i < DD_PART_NAMES; i++)
        if (parts->off & dd_part_names[i].bit)
            status = dd_notes_add(notes, "part_off", "%s is off (model:): %s",
                                  dd_part_names[i].key, dd_part_names[i].without);
    if (!status && parts->spread > 0.0 && fabs(parts->spread - 1.0) > 1e-9)
        status = dd_notes_add(notes, "spread_scaled",
                              "how far markets stray is taken times %g (model:)",
                              parts->spread);
    return status;
}

/* The file knows who comes and goes; a number is for those who have none. */
static dd_status
tell_team(const dd_past *past, const dd_funnel *funnel, dd_notes *notes)
{
    double heads = dd_arrivals_heads(past, funnel);
    if (past->n_reps == 0 || funnel->team == 0 || heads == (double) funnel->team)
        return DD_OK;
    return dd_notes_add(notes, "team_and_reps",
                        "team: says %lld reps, the file of reps has %.0f for as-of: the "
                        "file holds",
                        (long long) funnel->team, heads);
}

/* Opportunities a week, all pipelines together. */
static double
arrivals_per_week(const dd_model *self)
{
    double sum = 0.0;
    for (size_t p = 0; p < self->n_pipelines; p++) {
        const dd_arrivals *arrivals = &self->process[p].arrivals;
        if (isfinite(arrivals->fixed_per_week))
            sum += arrivals->fixed_per_week;
        else if (arrivals->weeks[0] > 0.0)
            sum += arrivals->shape[0] / arrivals->weeks[0];
    }
    return sum;
}

dd_status
dd_model_fit(dd_model *self, const dd_past *past, const dd_funnel *funnel,
             dd_notes *notes, dd_error *err)
{
    dd_status status;

    memset(self, 0, sizeof *self);
    self->rates_fixed = !funnel->rates_estimated;
    self->level_off = !funnel->level_estimated;
    self->wins = count_wins(past);
    self->market = 1.0;
    status = check_enough(self, past, funnel, notes, err);
    if (!status)
        status = tell_parts(&funnel->parts, notes);
    if (!status)
        status = tell_team(past, funnel, notes);
    if (status)
        return status;
    self->process = calloc(past->n_pipelines, sizeof *self->process);
    self->amounts = calloc(past->n_pipelines, sizeof *self->amounts);
    self->level = calloc(1, sizeof *self->level);
    self->clock = malloc(sizeof *self->clock);
    self->effort = calloc(1, sizeof *self->effort);
    if (self->level)
        dd_level_fit_parts(self->level, &funnel->parts);
    if (self->clock)
        dd_clock_init(self->clock);
    if (!self->process || !self->amounts || !self->level || !self->clock
        || !self->effort)
        status = dd_error_no_memory(err);
    for (size_t p = 0; !status && p < past->n_pipelines; p++) {
        self->n_pipelines = p + 1;
        status
            = dd_process_fit(&self->process[p], past, (int32_t) p, funnel, notes, err);
        if (!status && !(funnel->parts.off & DD_PART_FACTORS))
            status = dd_factors_fit(&self->process[p].factors, &self->process[p], past,
                                    (int32_t) p, funnel, err);
        if (!status)
            status = dd_factors_note(&self->process[p], past, notes);
        if (!status)
            status = dd_amounts_fit(&self->amounts[p], past, (int32_t) p, funnel, notes,
                                    err);
    }
    if (!status)
        status = dd_effort_fit(self->effort, past, funnel, arrivals_per_week(self),
                               notes, err);
    if (status)
        dd_model_free(self);
    return status;
}

void
dd_model_free(dd_model *self)
{
    if (self->base) {
        dd_model_free_changes(self);
        return;
    }
    for (size_t p = 0; p < self->n_pipelines; p++) {
        dd_process_free(&self->process[p]);
        dd_amounts_free(&self->amounts[p]);
    }
    free(self->process);
    free(self->amounts);
    free(self->level);
    free(self->clock);
    if (self->effort)
        dd_effort_free(self->effort);
    free(self->effort);
    memset(self, 0, sizeof *self);
}
