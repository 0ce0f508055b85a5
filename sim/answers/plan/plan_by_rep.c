#include "answers/plan/plan_by_rep.h"

#include "answers/plan/plan_usual.h"
#include "model/effort.h"

#include <math.h>
#include <string.h>

static const double unknown = (double) NAN;

static void
fill_rung(const dd_plan *self, const dd_limits *limits, const dd_limits_point *at,
          dd_plan_rung *rung)
{
    const dd_effort *effort = limits->model->effort;
    double usual = dd_plan_usual_opportunities(limits->model) * self->weeks;
    double all = at->visits * self->rep_weeks;
    int finds
        = dd_chance_is_known(&effort->opportunity_of_visit); /* else all go to deals */
    double per_opportunity = 1.0 / dd_chance_mean(&effort->opportunity_of_visit);
    double per_visit = 1.0 / dd_chance_mean(&effort->visit_of_lead);
    double on_new = finds ? at->brought * per_opportunity : 0.0;

    if (isnan(at->visits)) {
        rung->reason = "eight times the visits would not be enough";
        return;
    }
    rung->need[DD_IN_OPPORTUNITIES] = finds ? ceil(at->brought) : unknown;
    rung->need[DD_IN_VISITS] = ceil(fmin(on_new, all));
    rung->mcse[DD_IN_VISITS] = at->mcse * self->rep_weeks;
    rung->visits_open = ceil(all) - rung->need[DD_IN_VISITS];
    rung->need[DD_IN_LEADS] = ceil(rung->need[DD_IN_VISITS] * per_visit);
    rung->mcse[DD_IN_OPPORTUNITIES] = finds ? at->brought_mcse : unknown;
    rung->mcse[DD_IN_LEADS]
        = finds ? at->brought_mcse * per_opportunity * per_visit : unknown;
    rung->visits_per_rep_week = dd_plan_round_up(at->visits);
    rung->leads_per_rep_week
        = dd_plan_round_up(rung->need[DD_IN_LEADS] / self->rep_weeks);
    rung->effort = finds && usual > 0.0 ? at->brought / usual : unknown;
}

static dd_status
make_ladder(dd_plan *self, dd_limits *limits, dd_error *err)
{
    dd_status status = DD_OK;

    dd_plan_begin_rungs(self);
    for (size_t i = 0; i < self->n_rungs && !status; i++) {
        dd_plan_rung *rung = &self->rungs[i];
        dd_limits_point at;
        rung->visits_per_rep_week = rung->leads_per_rep_week = rung->effort = unknown;
        status = dd_limits_find(limits, rung->confidence, &at, err);
        if (!status)
            fill_rung(self, limits, &at, rung);
    }
    return status;
}

static dd_status
make_reach(dd_plan *self, const dd_plan_ask *ask, dd_limits *limits, dd_error *err)
{
    static const double shares[] = { 0.8, 1.0, 1.2 };
    dd_status status = DD_OK;

    if (ask->leads > 0.0)
        return dd_error_add(err, DD_EUSAGE, NULL, NULL, "--visits",
                            "where open deals take visits (visits_per_stage), leads do "
                            "not tell how many are made");
    if (!(ask->visits > 0.0))
        return DD_OK;
    self->unit = "visits";
    for (size_t i = 0; i < 3 && !status; i++) {
        dd_plan_reach *reach = &self->reach[i];
        dd_limits_point at;
        reach->share = shares[i];
        reach->per_rep_week = shares[i] * ask->visits;
        reach->in_all = floor(reach->per_rep_week * self->rep_weeks + 1e-9);
        status = dd_limits_play(limits, reach->per_rep_week, &at, err);
        reach->p_target = at.p_target;
        reach->p_target_mcse = at.mcse;
    }
    return status;
}

dd_status
dd_plan_by_rep(dd_plan *self, const dd_plan_ask *ask, dd_limits *limits, dd_error *err)
{
    double reached;
    dd_status status;

    /* Open deals take visits up to the period's last day. */
    dd_plan_set_weeks(self, limits->model->effort,
                      (size_t) (self->period.end - self->as_of));
    status = dd_limits_idle(limits, &self->p_idle, &reached, err);
    if (!status) {
        self->open = self->target_deals > 0 ? unknown : reached - (double) self->booked;
        status = make_ladder(self, limits, err);
    }
    return status ? status : make_reach(self, ask, limits, err);
}
