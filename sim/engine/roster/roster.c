#include "engine/roster/roster_parts.h"

#include "model/effort.h"
#include "model/lever.h"
#include "model/rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TELL_FROM 0.02 /* of all visits */

void
dd_roster_free(dd_roster *self)
{
    free(self->rep);
    free(self->name);
    free(self->of_deal);
    free(self->visits);
    free(self->later);
    free(self->later_from);
    free(self->own_ramp);
    dd_roster_rules_free(self);
    *self = (dd_roster){ 0 };
}

/* ---- visits and leads ---- */

static double
visits_of_stage(const dd_effort *effort, const char *stage)
{
    for (size_t i = 0; i < effort->n_stages; i++)
        if (strcmp(effort->stages[i].stage, stage) == 0)
            return effort->stages[i].visits;
    return 0;
}

/* Those who never leave ask for none: the others then take theirs too. */
static double
visits_a_week(double visits, const dd_stage *stage)
{
    double share[DD_MAX_EXITS], leave = 0, stay = dd_stage_mean_stay(stage);

    dd_stage_shares(stage, 0, share);
    for (size_t j = 0; j < stage->exits; j++)
        leave += share[j];
    return stay > 0 && leave > 0 ? 7 * visits / (leave * stay) : 0;
}

static size_t
count_stages(const dd_model *model)
{
    size_t stages = 0;

    for (size_t p = 0; p < model->n_pipelines; p++)
        stages += model->process[p].n_stages;
    return stages;
}

/* What deals ask for in each stage by one law. */
static dd_status
set_demand(const dd_model *model, double *visits, dd_error *err)
{
    for (size_t p = 0; p < model->n_pipelines; p++) {
        const dd_process *process = &model->process[p];
        dd_rates rates;
        dd_status status = dd_rates_init(&rates, process, err);
        if (status)
            return status;
        dd_rates_mean(&rates);
        for (size_t s = 0; s < process->n_stages; s++)
            *visits++ = visits_a_week(
                visits_of_stage(model->effort, process->stage_name[s]), &rates.stage[s]);
        dd_rates_free(&rates);
    }
    return DD_OK;
}

static double
made_a_week(const dd_effort *effort)
{
    return effort->factor * dd_belief_centre(&effort->per_rep_week);
}

/* A figure of a scenario's own is no share of what is drawn. */
static int
are_drawn(const dd_effort *effort, const dd_effort *first)
{
    return dd_effort_is_decided(effort)
           && effort->per_rep_week.low == first->per_rep_week.low
           && effort->per_rep_week.high == first->per_rep_week.high;
}

/* Law by law; one lies behind the other. */
static dd_status
set_demands(dd_roster *self, const dd_model *model, dd_error *err)
{
    const dd_effort *first = model->effort;
    size_t stages = count_stages(model), n = 0;
    dd_status status = DD_OK;

    for (const dd_model *law = model->later; law; law = law->later)
        self->n_later++;
    self->later = calloc(self->n_later + 1, sizeof *self->later);
    self->later_from = calloc(self->n_later + 1, sizeof *self->later_from);
    self->visits = calloc((self->n_later + 1) * stages + 1, sizeof *self->visits);
    if (self->later == NULL || self->later_from == NULL || self->visits == NULL)
        return dd_error_no_memory(err);
    for (const dd_model *law = model; law && !status; law = law->later, n++) {
        double *visits = self->visits + n * stages;
        status = set_demand(law, visits, err);
        if (n > 0)
            self->later_from[n - 1] = law->from;
        if (n > 0)
            self->later[n - 1] = (dd_crew_law){ made_a_week(law->effort),
                                                are_drawn(law->effort, first), visits };
    }
    self->crew.n_later = self->n_later;
    self->crew.later = self->later;
    return status;
}

static dd_status
set_visits(dd_roster *self, const dd_roster_of *of, dd_error *err)
{
    const dd_effort *effort = of->model->effort;
    const dd_effort_draw mean = dd_effort_mean(effort);
    dd_status status;

    self->crew.new_per_visit = (double) NAN;
    if (!effort->per_rep_week.given)
        return DD_OK;
    self->crew.visits_per_week = made_a_week(effort);
    self->crew.by_workdays = 1;
    self->crew.workdays = of->funnel->workdays;
    self->crew.visits_drawn = self->crew.new_drawn = dd_effort_is_decided(effort);
    if (dd_effort_is_decided(effort))
        self->crew.new_per_visit = mean.opportunity_of_visit;
    status = set_demands(self, of->model, err);
    if (effort->n_stages > 0)
        self->crew.visits = self->visits;
    return status;
}

void
dd_roster_read_leads(dd_roster *self, double market)
{
    int by_visits = !isnan(self->crew.new_per_visit), anybody = 0;

    for (size_t r = 0; r < self->n_known; r++)
        anybody
            |= self->rep[r].starts < 0
               && dd_crew_ramp(&self->crew, &self->rep[r], self->rep[r].starts, 0) > 0;
    self->market = market;
    /* Where visits bring deals, the model's arrivals are those that no visit causes; with
       nobody there at as-of, nothing tells what one rep brings of his own. */
    self->crew.market = by_visits || !anybody ? 1 : market;
    self->crew.divided = by_visits ? market : 0;
}

static void
set_leads(dd_roster *self, const dd_funnel *funnel)
{
    double market = 0;

    if (!isnan(self->rules->said.market)) {
        market = self->rules->said.market;
        self->market_by = DD_BY_SCENARIO;
    } else if (!isnan(funnel->market)) {
        market = funnel->market;
        self->market_by = DD_BY_FUNNEL;
    }
    dd_roster_read_leads(self, market);
}

int
dd_roster_is_asked(const dd_funnel *funnel)
{
    return funnel->effort.visits_per_rep_week.given && funnel->effort.n_stages > 0;
}

int
dd_roster_is_limited(const dd_roster *self)
{
    return isfinite(self->crew.visits_per_week) && self->crew.visits != NULL;
}

static dd_status
fill(dd_roster *self, const dd_roster_of *of, const dd_scenario *scenario, dd_error *err)
{
    dd_status status = DD_OK, one;

    dd_crew_init(&self->crew);
    status = dd_roster_rules_read(self, of, scenario, err);
    if (status == DD_ENOMEM)
        return status;
    one = dd_roster_people(self, of, err);
    status = one ? one : status;
    if (status)
        return status;
    self->crew.n = self->n_known + self->n_hires;
    self->crew.rep = self->rep;
    self->crew.of_deal = self->of_deal;
    status = set_visits(self, of, err);
    if (!status)
        set_leads(self, of->funnel);
    return status;
}

dd_status
dd_roster_init(dd_roster *self, const dd_roster_of *of, const dd_scenario *scenario,
               dd_error *err)
{
    dd_status status;

    *self = (dd_roster){ 0 };
    status = fill(self, of, scenario, err);
    if (status)
        dd_roster_free(self);
    return status;
}

/* ---- in words ---- */

/* Visits a week that a pipeline's open deals ask for: as many as are going to leave. */
static dd_status
visits_asked(const dd_roster_of *of, size_t pipeline, const double *visits, double *sum,
             dd_error *err)
{
    const dd_book *book = of->book;
    dd_rates rates;
    dd_status status = dd_rates_init(&rates, &of->model->process[pipeline], err);

    if (status)
        return status;
    dd_rates_mean(&rates);
    for (size_t i = 0; i < book->n; i++) {
        const dd_stage *stage = &rates.stage[book->stage[i]];
        double share[DD_MAX_EXITS], age = book->age_days[i];
        if (book->pipeline[i] != (int32_t) pipeline)
            continue;
        dd_stage_shares(stage, isnan(age) ? 0 : age, share);
        for (size_t j = 0; j < stage->exits; j++)
            *sum += share[j] * visits[book->stage[i]];
    }
    dd_rates_free(&rates);
    return DD_OK;
}

static dd_status
tell(const dd_roster *self, const dd_roster_of *of, int by_rep, dd_notes *notes,
     dd_error *err)
{
    double asked = 0, made = 0;
    const double *visits = self->visits;
    dd_status status = DD_OK;

    for (size_t r = 0; r < self->n_known; r++)
        if (self->rep[r].starts < 0)
            made += self->crew.visits_per_week
                    * dd_crew_ramp(&self->crew, &self->rep[r], self->rep[r].starts, 0);
    for (size_t p = 0; p < of->model->n_pipelines && !status; p++) {
        status = visits_asked(of, p, visits, &asked, err);
        visits += of->model->process[p].n_stages;
    }
    if (status || asked < TELL_FROM * made)
        return status;
    return dd_notes_add(notes, "capacity",
                        "open deals ask for %.0f of the %.0f visits a week that reps "
                        "make: %s",
                        asked, made,
                        by_rep
                            ? "they get theirs first, new deals what is left"
                            : "here they and new deals move as if there were enough "
                              "for both; `forecast` plays rep by rep, and may say less");
}

dd_status
dd_roster_note(const dd_roster_of *of, int by_rep, dd_notes *notes, dd_error *err)
{
    dd_roster self;
    dd_status status = DD_OK;

    if (of->funnel->effort.n_stages > 0 && !dd_roster_is_asked(of->funnel))
        return dd_notes_add(notes, "capacity",
                            "visits_per_stage limits nothing while effort: does not say "
                            "visits_per_rep_week: deals move as if there were visits "
                            "enough for all");
    if (!dd_roster_is_asked(of->funnel))
        return DD_OK;
    status = dd_roster_init(&self, of, NULL, err);
    if (status)
        return status;
    if (dd_roster_is_limited(&self))
        status = tell(&self, of, by_rep, notes, err);
    dd_roster_free(&self);
    return status;
}
