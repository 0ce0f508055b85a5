#include "answers/plan/plan_usual.h"

#include "model/curve/process.h"
#include "model/effort.h"

#include <math.h>

static const double unknown = (double) NAN;
static const double ladder[] = { 0.5, 0.8, 0.9, 0.95 };

double
dd_plan_usual_opportunities(const dd_model *model)
{
    double sum = 0.0;
    for (size_t p = 0; p < model->n_pipelines; p++) {
        const dd_arrivals *arrivals = &model->process[p].arrivals;
        if (isfinite(arrivals->fixed_per_week))
            sum += arrivals->fixed_per_week;
        else if (arrivals->weeks[0] > 0.0)
            sum += arrivals->shape[0] / arrivals->weeks[0];
    }
    return sum * (1.0 - model->effort->uncaused);
}

void
dd_plan_set_usual(dd_plan *self, const dd_model *model)
{
    const dd_effort *effort = model->effort;
    double heads = dd_team_week_until(&effort->team, self->as_of);
    double opportunities = dd_plan_usual_opportunities(model);
    self->usual_visits = self->usual_leads = unknown;
    if (effort->per_rep_week.given)
        self->usual_visits = dd_belief_centre(&effort->per_rep_week);
    else if (!isnan(effort->usual_per_week) && heads > 0.0)
        self->usual_visits = effort->usual_per_week / heads;
    else if (opportunities > 0.0 && heads > 0.0)
        self->usual_visits
            = opportunities / dd_chance_mean(&effort->opportunity_of_visit) / heads;
    self->usual_leads = self->usual_visits / dd_chance_mean(&effort->visit_of_lead);
}

void
dd_plan_count_done(dd_plan *self, const dd_past *past)
{
    dd_day from = self->period.start;
    self->period_began = from <= self->as_of;
    self->done_visits = self->done_leads = past->n_activities > 0 ? 0.0 : unknown;
    for (size_t i = 0; i < past->n_activities; i++) {
        const dd_past_activity *a = &past->activities[i];
        if (a->day >= from && a->kind == DD_VISIT)
            self->done_visits += (double) a->count;
        if (a->day >= from && a->kind == DD_LEAD)
            self->done_leads += (double) a->count;
    }
    for (size_t i = 0; i < past->n_deals; i++)
        self->done_opportunities += past->deals[i].created != DD_NO_MOMENT
                                    && dd_moment_day(past->deals[i].created) >= from;
}

void
dd_plan_set_weeks(dd_plan *self, const dd_effort *effort, size_t days)
{
    dd_day day = self->as_of;
    for (size_t d = 0; d < days; d++) {
        day++;
        self->weeks += dd_workdays_works(effort->team.workdays, day) / DD_WORKDAYS;
        self->rep_weeks += dd_team_weeks(&effort->team, day);
    }
    self->first_day = self->as_of + 1;
    self->last_day = days > 0 && self->rep_weeks > 0.0 ? day : DD_NO_DAY;
}

void
dd_plan_begin_rungs(dd_plan *self)
{
    size_t n = 0, i = 0;
    while (i < 4 && ladder[i] < self->confidence - 1e-9)
        self->rungs[n++].confidence = ladder[i++];
    self->asked = n;
    self->rungs[n++].confidence = self->confidence;
    i += i < 4 && fabs(ladder[i] - self->confidence) < 1e-9;
    while (i < 4)
        self->rungs[n++].confidence = ladder[i++];
    self->n_rungs = n;
    for (i = 0; i < n; i++) {
        for (int u = 0; u < DD_EFFORT_UNITS; u++)
            self->rungs[i].need[u] = self->rungs[i].mcse[u] = unknown;
        self->rungs[i].visits_open = unknown;
    }
}

double
dd_plan_round_up(double x)
{
    return ceil(x - 1e-9);
}
