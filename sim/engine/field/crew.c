#include "engine/field/crew.h"

#include <math.h>
#include <string.h>

void
dd_crew_init(dd_crew *self)
{
    memset(self, 0, sizeof *self);
    self->visits_per_week = (double) INFINITY;
    self->market = 1;
    self->rules.refill_days = self->rules.recycle_days = (double) INFINITY;
    self->rules.recycle_odds = 1;
    self->step_days = 1;
    for (int i = 0; i < DD_PARTS; i++)
        self->rules.handover[i].odds = 1;
}

static dd_status
refuse(const char *what, double read, const char *right, dd_error *err)
{
    return dd_error_add(err, DD_EUSAGE, NULL, NULL, right, "%s of %g", what, read);
}

/* A share, 0 included. */
static int
is_share(double x)
{
    return x >= 0 && x <= 1;
}

static int
is_odds(double x)
{
    return x > 0 && x <= 1;
}

static dd_status
check_effort(const dd_crew *self, dd_error *err)
{
    if (!(self->visits_per_week >= 0))
        return refuse("visits a week", self->visits_per_week, "0 or more", err);
    if (isfinite(self->visits_per_week) && self->new_per_visit < 0)
        return refuse("deals a visit", self->new_per_visit, "0 or more", err);
    if (!is_share(self->market))
        return refuse("a market's share", self->market, "0 to 1", err);
    if (!is_share(self->divided))
        return refuse("a divided share", self->divided, "0 to 1", err);
    if (self->step_days < 1)
        return refuse("a step of days", self->step_days, "1 or more", err);
    return DD_OK;
}

static dd_status
check_ramp(size_t n, const double *ramp, dd_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (!is_share(ramp[i]) || (i > 0 && ramp[i] < ramp[i - 1]))
            return refuse("a ramp's step", ramp[i], "0 to 1, never falling", err);
    return DD_OK;
}

static dd_status
check_attrition(const dd_crew_rules *self, dd_error *err)
{
    for (size_t i = 0; i < self->n_attrition; i++)
        if (!(self->attrition[i] >= 0) || !isfinite(self->attrition[i])
            || !(i == 0 ? self->attrition_from[0] == 0
                        : self->attrition_from[i] > self->attrition_from[i - 1]))
            return refuse("attrition", self->attrition[i],
                          "0 a month or more, from ascending months, the first 0", err);
    return DD_OK;
}

static dd_status
check_rules(const dd_crew_rules *self, dd_error *err)
{
    dd_status status = check_ramp(self->n_ramp, self->ramp, err);

    if (!status)
        status = check_attrition(self, err);
    if (status)
        return status;
    if (!(self->refill_days >= 0))
        return refuse("a refill after days", self->refill_days, "0 or more", err);
    if (!(self->recycle_days >= 0))
        return refuse("recycling after days", self->recycle_days, "0 or more", err);
    if (!is_odds(self->recycle_odds))
        return refuse("recycling odds", self->recycle_odds, "above 0, at most 1", err);
    if (!is_share(self->referral))
        return refuse("a referral", self->referral, "0 to 1", err);
    for (int i = 0; i < DD_PARTS; i++) {
        if (!(self->handover[i].delay_days >= 0))
            return refuse("a handover's delay", self->handover[i].delay_days,
                          "0 days or more", err);
        if (!is_odds(self->handover[i].odds))
            return refuse("a handover's odds", self->handover[i].odds,
                          "above 0, at most 1", err);
    }
    return DD_OK;
}

static dd_status
check_changes(const dd_crew *self, dd_error *err)
{
    dd_status status = check_rules(&self->rules, err);
    double before = 0;

    for (size_t k = 0; k < self->n_changes && !status; k++) {
        double from = self->changes[k].from;
        if (!(from > before) || !isfinite(from))
            return refuse("rules from day", from, "a day after those before", err);
        before = from;
        status = check_rules(&self->changes[k], err);
    }
    return status;
}

static dd_status
check_later(const dd_crew *self, dd_error *err)
{
    for (size_t k = 0; k < self->n_later; k++)
        if (!(self->later[k].visits_per_week >= 0))
            return refuse("visits a week", self->later[k].visits_per_week, "0 or more",
                          err);
    return DD_OK;
}

static dd_status
check_ramps(const dd_crew *self, dd_error *err)
{
    dd_status status = DD_OK;

    for (size_t r = 0; r < self->n && !status; r++)
        status = check_ramp(self->rep[r].n_ramp, self->rep[r].ramp, err);
    return status;
}

static dd_status
check_reps(const dd_crew *self, const dd_book *book, dd_error *err)
{
    for (size_t r = 0; r < self->n; r++) {
        const dd_crew_rep *rep = &self->rep[r];
        if (!isfinite(rep->starts) || !(rep->leaves > rep->starts))
            return refuse("a rep's leaving", rep->leaves, "later than the start", err);
        if (rep->heir < -1 || rep->heir >= (int32_t) self->n || rep->heir == (int32_t) r)
            return refuse("an heir", rep->heir, "another rep, or -1", err);
        if (rep->heir >= 0 && !(self->rep[rep->heir].leaves > rep->leaves))
            return refuse("an heir who leaves on day", self->rep[rep->heir].leaves,
                          "one who stays longer", err);
    }
    for (size_t i = 0; i < book->n; i++)
        if (self->of_deal[i] < -1 || self->of_deal[i] >= (int32_t) self->n)
            return refuse("a deal's rep", self->of_deal[i], "one of the crew, or -1",
                          err);
    return DD_OK;
}

dd_status
dd_crew_check(const dd_crew *self, const dd_book *book, dd_error *err)
{
    dd_status status = check_effort(self, err);

    if (!status)
        status = check_changes(self, err);
    if (!status)
        status = check_ramps(self, err);
    if (!status)
        status = check_reps(self, book, err);
    if (!status)
        status = check_later(self, err);
    return status;
}

const dd_crew_rules *
dd_crew_rules_on(const dd_crew *self, double day)
{
    const dd_crew_rules *rules = &self->rules;

    for (size_t k = 0; k < self->n_changes && self->changes[k].from <= day; k++)
        rules = &self->changes[k];
    return rules;
}

int
dd_crew_has_attrition(const dd_crew *self)
{
    int has = self->rules.n_attrition > 0;

    for (size_t k = 0; k < self->n_changes; k++)
        has |= self->changes[k].n_attrition > 0;
    return has;
}

double
dd_crew_ramp(const dd_crew *self, const dd_crew_rep *rep, double starts, double day)
{
    const dd_crew_rules *rules = dd_crew_rules_on(self, starts);
    int own = rep != NULL && rep->n_ramp > 0;
    size_t n = own ? rep->n_ramp : rules->n_ramp;
    double month = floor((day - starts) / DD_MONTH_DAYS);

    if (n == 0)
        return 1;
    if (month < 0)
        return 0;
    return (own ? rep->ramp : rules->ramp)[month < (double) n ? (size_t) month : n - 1];
}

/* Spend hazard, step by step of tenure, from one month of it to another.
 * @return the month at which none is left; INFINITY where some is */
static double
spend(const dd_crew_rules *rules, double now, double until, double *left)
{
    for (size_t i = 0; i < rules->n_attrition; i++) {
        const double hazard = rules->attrition[i];
        double end = until;
        if (i + 1 < rules->n_attrition)
            end = fmin(rules->attrition_from[i + 1], until);
        if (now >= end)
            continue;
        if (hazard > 0 && *left <= hazard * (end - now))
            return now + *left / hazard;
        if (hazard > 0)
            *left -= hazard * (end - now);
        now = end;
    }
    return (double) INFINITY;
}

/* One unit exponential of luck, spent on the rules that hold one after another. */
double
dd_crew_tenure(const dd_crew *self, double starts, double u)
{
    double left = -log(u), now = fmax(-starts, 0) / DD_MONTH_DAYS;

    for (size_t k = 0; k <= self->n_changes; k++) {
        const dd_crew_rules *rules = k == 0 ? &self->rules : &self->changes[k - 1];
        double until = (double) INFINITY, end;
        if (k < self->n_changes)
            until = (self->changes[k].from - starts) / DD_MONTH_DAYS;
        if (now >= until)
            continue;
        end = spend(rules, now, until, &left);
        if (isfinite(end))
            return DD_MONTH_DAYS * end;
        now = until;
    }
    return (double) INFINITY;
}
