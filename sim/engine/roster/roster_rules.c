/* Rules of a crew: what a scenario says of them on each day on which they change. */
#include "engine/roster/roster_parts.h"

#include "model/effort.h"
#include "model/ramp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
dd_roster_rules_free(dd_roster *self)
{
    for (size_t k = 0; k < self->n_rules; k++) {
        dd_roster_rules *rules = &self->rules[k];
        dd_team_rules_free(&rules->said);
        free(rules->ramp);
        free(rules->from_month);
        free(rules->a_month);
    }
    free(self->rules);
    free(self->changes);
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
newcomers_ramp(const dd_team_rules *rules, const ramp *company)
{
    if (rules->n_ramp > 0)
        return (ramp){ DD_BY_PRESET, rules->n_ramp, rules->ramp };
    for (size_t i = 0; i < rules->n_hires && company->n == 0; i++)
        if (rules->hires[i].n_ramp > 0)
            return (ramp){ DD_BY_SCENARIO, rules->hires[i].n_ramp,
                           rules->hires[i].ramp };
    return *company;
}

static dd_status
set_ramps(dd_roster *self, const ramp *company, dd_error *err)
{
    dd_team_rules *first = &self->rules[0].said;
    int failed
        = end_whole(&self->own_ramp, &self->n_own_ramp, company->share, company->n);

    for (size_t k = 0; k < self->n_rules && !failed; k++) {
        dd_roster_rules *rules = &self->rules[k];
        ramp new = newcomers_ramp(&rules->said, company);
        rules->ramp_by = new.by;
        if (new.n > 0)
            failed = end_whole(&rules->ramp, &rules->n_ramp, new.share, new.n);
    }
    for (size_t i = 0; i < first->n_hires && !failed; i++) {
        dd_hire *hire = &first->hires[i];
        if (hire->n_ramp > 0)
            failed = end_whole(&hire->ramp, &hire->n_ramp, hire->ramp, hire->n_ramp);
    }
    return failed ? dd_error_no_memory(err) : DD_OK;
}

/* ---- as the crew has them ---- */

static dd_status
set_attrition(dd_roster_rules *self, dd_error *err)
{
    const dd_team_rules *said = &self->said;
    size_t n = said->n_attrition;

    self->from_month = malloc((n + 1) * sizeof *self->from_month);
    self->a_month = malloc((n + 1) * sizeof *self->a_month);
    if (self->from_month == NULL || self->a_month == NULL)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        self->from_month[i] = said->attrition[i].from_month;
        self->a_month[i] = said->attrition[i].a_month;
    }
    return DD_OK;
}

static double
said_or(double said, double otherwise)
{
    return isnan(said) ? otherwise : said;
}

static dd_crew_rules
crew_rules(const dd_roster_rules *self, dd_day as_of)
{
    const dd_team_rules *said = &self->said;
    dd_crew_rules rules = {
        .from = self->from - (as_of + 1),
        .n_ramp = self->n_ramp,
        .ramp = self->ramp,
        .n_attrition = said->n_attrition,
        .attrition_from = self->from_month,
        .attrition = self->a_month,
        .refill_days = said_or(said->refill_days, (double) INFINITY),
        .recycle_days = said_or(said->recycle_days, (double) INFINITY),
        .recycle_odds = said_or(said->recycle_odds, 1),
        .referral = said_or(said->referral, 0),
    };

    for (int i = 0; i < DD_PARTS; i++)
        rules.handover[i] = (dd_handover){ said_or(said->handover[i].delay_days, 0),
                                           said_or(said->handover[i].odds, 1) };
    return rules;
}

static dd_status
set_crew(dd_roster *self, dd_day as_of, dd_error *err)
{
    dd_status status = DD_OK;

    self->changes = calloc(self->n_rules, sizeof *self->changes);
    if (self->changes == NULL)
        return dd_error_no_memory(err);
    for (size_t k = 0; k < self->n_rules && !status; k++) {
        status = set_attrition(&self->rules[k], err);
        if (k > 0)
            self->changes[k - 1] = crew_rules(&self->rules[k], as_of);
        else
            self->crew.rules = crew_rules(&self->rules[k], as_of);
    }
    self->crew.n_changes = self->n_rules - 1;
    self->crew.changes = self->changes;
    return status;
}

/* ---- from when ---- */

/* Day after day on which they change. */
static dd_status
read_days(dd_roster *self, const dd_scenario *scenario, dd_day as_of, dd_error *err)
{
    size_t most = scenario != NULL ? scenario->n_layers + 1 : 1;
    dd_day day = as_of + 1;
    dd_status status = DD_OK;

    self->rules = calloc(most, sizeof *self->rules);
    if (self->rules == NULL)
        return dd_error_no_memory(err);
    while (day != DD_NO_DAY && !status) {
        dd_roster_rules *rules = &self->rules[self->n_rules++];
        rules->from = day;
        dd_team_rules_init(&rules->said);
        if (scenario != NULL)
            status = dd_scenario_rules(&rules->said, scenario, day, err);
        day = scenario != NULL ? dd_scenario_rules_change(scenario, day) : DD_NO_DAY;
    }
    return status;
}

/* Where deals come from is how a company is read, not what it does from a day on. */
static dd_status
check_leads(const dd_scenario *scenario, dd_day as_of, dd_error *err)
{
    char from[16], first[16];
    dd_status status = DD_OK;

    for (size_t i = 0; i < scenario->n_layers; i++) {
        const dd_scenario_layer *layer = &scenario->layers[i];
        if (layer->from == DD_NO_DAY || layer->from <= as_of + 1 || layer->team == NULL
            || isnan(layer->team->market))
            continue;
        dd_day_format(layer->from, from);
        status = dd_error_add(err, DD_EDATA, &layer->from_place, from,
                              dd_day_format(as_of + 1, first),
                              "'leads_from' cannot start later than the day after "
                              "as-of: it tells how all deals come");
    }
    return status;
}

dd_status
dd_roster_rules_read(dd_roster *self, const dd_roster_of *of,
                     const dd_scenario *scenario, dd_error *err)
{
    dd_status status = read_days(self, scenario, of->as_of, err);
    dd_ramp seen;
    ramp company;

    if (!status)
        status = company_ramp(&company, &seen, of, err);
    if (!status)
        status = set_ramps(self, &company, err);
    if (!status)
        status = set_crew(self, of->as_of, err);
    if (!status && scenario != NULL)
        status = check_leads(scenario, of->as_of, err);
    return status;
}
