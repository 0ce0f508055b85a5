#include "engine/roster/roster_parts.h"

#include "model/effort.h"
#include "model/lever.h"
#include "model/ramp.h"
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
    free(self->ramp);
    free(self->own_ramp);
    free(self->from);
    free(self->rate);
    dd_team_rules_free(&self->rules);
    *self = (dd_roster){ 0 };
}

/* ---- ramps ---- */

/* Months after the last step are whole ones. */
static int
end_whole(double **to, size_t *n_to, const double *from, size_t n)
{
    double *ramp = malloc((n + 1) * sizeof *ramp);

    if (ramp == NULL)
        return -1;
    if (n > 0)
        memcpy(ramp, from, n * sizeof *ramp);
    ramp[n] = 1;
    free(*to);
    *to = ramp;
    *n_to = n + 1;
    return 0;
}

typedef struct {
    dd_rule_source by;
    size_t n;
    const double *share;
} ramp;

/* What the funnel believes, else what the file of reps shows. */
static dd_status
company_ramp(ramp *self, dd_ramp *seen, const dd_roster_of *of, dd_error *err)
{
    const dd_team *team = &of->model->effort->team;

    *self = (ramp){ DD_BY_NOBODY, 0, NULL };
    if (team->n_ramp > 0)
        *self = (ramp){ DD_BY_FUNNEL, team->n_ramp, team->ramp };
    else if (dd_ramp_fit(seen, of->past, err))
        return DD_ENOMEM;
    else if (seen->is_known)
        *self = (ramp){ DD_BY_REPS, seen->n, seen->share };
    return DD_OK;
}

/* Who comes has the preset's, else the company's, else that of the first hire of whom one
 * is told. */
static ramp
newcomers_ramp(const dd_roster *self, const ramp *company)
{
    const dd_team_rules *rules = &self->rules;

    if (rules->n_ramp > 0)
        return (ramp){ DD_BY_PRESET, rules->n_ramp, rules->ramp };
    for (size_t i = 0; i < rules->n_hires && company->n == 0; i++)
        if (rules->hires[i].n_ramp > 0)
            return (ramp){ DD_BY_SCENARIO, rules->hires[i].n_ramp,
                           rules->hires[i].ramp };
    return *company;
}

static dd_status
set_ramps(dd_roster *self, const dd_roster_of *of, dd_error *err)
{
    dd_ramp seen;
    ramp company, new;

    if (company_ramp(&company, &seen, of, err))
        return DD_ENOMEM;
    new = newcomers_ramp(self, &company);
    self->ramp_by = new.by;
    if ((new.n > 0 && end_whole(&self->ramp, &self->crew.n_ramp, new.share, new.n))
        || end_whole(&self->own_ramp, &self->n_own_ramp, company.share, company.n))
        return dd_error_no_memory(err);
    self->crew.ramp = self->ramp;
    for (size_t i = 0; i < self->rules.n_hires; i++) {
        dd_hire *hire = &self->rules.hires[i];
        if (hire->n_ramp > 0
            && end_whole(&hire->ramp, &hire->n_ramp, hire->ramp, hire->n_ramp))
            return dd_error_no_memory(err);
    }
    return DD_OK;
}

/* ---- rules ---- */

static dd_status
set_attrition(dd_roster *self, dd_error *err)
{
    const dd_team_rules *rules = &self->rules;
    size_t n = rules->n_attrition;

    if (n == 0)
        return DD_OK;
    self->from = malloc(n * sizeof *self->from);
    self->rate = malloc(n * sizeof *self->rate);
    if (self->from == NULL || self->rate == NULL)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        self->from[i] = rules->attrition[i].from_month;
        self->rate[i] = rules->attrition[i].a_month;
    }
    self->crew.n_attrition = n;
    self->crew.attrition_from = self->from;
    self->crew.attrition = self->rate;
    return DD_OK;
}

static double
said_or(double said, double otherwise)
{
    return isnan(said) ? otherwise : said;
}

static void
set_rules(dd_roster *self)
{
    const dd_team_rules *rules = &self->rules;
    dd_crew *crew = &self->crew;

    crew->refill_days = said_or(rules->refill_days, (double) INFINITY);
    crew->recycle_days = said_or(rules->recycle_days, (double) INFINITY);
    crew->recycle_odds = said_or(rules->recycle_odds, 1);
    crew->referral = said_or(rules->referral, 0);
    for (int i = 0; i < DD_PARTS; i++)
        crew->handover[i] = (dd_handover){ said_or(rules->handover[i].delay_days, 0),
                                           said_or(rules->handover[i].odds, 1) };
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
        anybody |= self->rep[r].starts < 0
                   && dd_crew_ramp(&self->crew, &self->rep[r], -self->rep[r].starts) > 0;
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

    if (!isnan(self->rules.market)) {
        market = self->rules.market;
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

/* ---- from when ---- */

static int
has_dated_rules(const dd_team_rules *team)
{
    int said = team->n_attrition > 0 || team->preset != DD_NO_PRESET
               || !isnan(team->refill_days) || !isnan(team->recycle_days)
               || !isnan(team->referral) || !isnan(team->market);
    for (int i = 0; i < DD_PARTS; i++)
        said |= !isnan(team->handover[i].delay_days) || !isnan(team->handover[i].odds);
    return said;
}

/* Levers, hires and leavers have days of their own; all else begins with the first day. */
static dd_status
check_from(const dd_scenario *scenario, dd_day as_of, dd_error *err)
{
    char from[16], first[16];
    dd_status status = DD_OK;

    for (size_t i = 0; i < scenario->n_layers; i++) {
        const dd_scenario_layer *layer = &scenario->layers[i];
        int dated = layer->team != NULL && has_dated_rules(layer->team);
        if (layer->from == DD_NO_DAY || layer->from <= as_of + 1 || !dated)
            continue;
        dd_day_format(layer->from, from);
        status = dd_error_add(err, DD_EDATA, &layer->from_place, from,
                              dd_day_format(as_of + 1, first),
                              "rules of a team cannot start later than the day after "
                              "as-of: levers, hires and leavers have days of their own");
    }
    return status;
}

static dd_status
fill(dd_roster *self, const dd_roster_of *of, const dd_scenario *scenario, dd_error *err)
{
    dd_status status = DD_OK, one;

    dd_crew_init(&self->crew);
    dd_team_rules_init(&self->rules);
    if (scenario != NULL)
        status = dd_scenario_rules(&self->rules, scenario, err);
    if (!status)
        status = set_ramps(self, of, err);
    if (!status)
        status = set_attrition(self, err);
    if (!status && scenario != NULL)
        status = check_from(scenario, of->as_of, err);
    if (status == DD_ENOMEM)
        return status;
    one = dd_roster_people(self, of, err);
    status = one ? one : status;
    if (status)
        return status;
    set_rules(self);
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
                    * dd_crew_ramp(&self->crew, &self->rep[r], -self->rep[r].starts);
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
