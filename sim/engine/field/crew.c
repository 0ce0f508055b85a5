#include "engine/field/crew.h"

#include <math.h>
#include <string.h>

void
dd_crew_init(dd_crew *self)
{
    memset(self, 0, sizeof *self);
    self->visits_per_week = (double) INFINITY;
    self->market = 1;
    self->refill_days = self->recycle_days = (double) INFINITY;
    self->recycle_odds = 1;
    self->step_days = 1;
    for (int i = 0; i < DD_PARTS; i++)
        self->handover[i].odds = 1;
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
check_rules(const dd_crew *self, dd_error *err)
{
    if (!(self->visits_per_week >= 0))
        return refuse("visits a week", self->visits_per_week, "0 or more", err);
    if (isfinite(self->visits_per_week) && self->new_per_visit < 0)
        return refuse("deals a visit", self->new_per_visit, "0 or more", err);
    if (!is_share(self->market))
        return refuse("a market's share", self->market, "0 to 1", err);
    if (!is_share(self->divided))
        return refuse("a divided share", self->divided, "0 to 1", err);
    if (!(self->refill_days >= 0))
        return refuse("a refill after days", self->refill_days, "0 or more", err);
    if (!(self->recycle_days >= 0))
        return refuse("recycling after days", self->recycle_days, "0 or more", err);
    if (!is_odds(self->recycle_odds))
        return refuse("recycling odds", self->recycle_odds, "above 0, at most 1", err);
    if (!is_share(self->referral))
        return refuse("a referral", self->referral, "0 to 1", err);
    if (self->step_days < 1)
        return refuse("a step of days", self->step_days, "1 or more", err);
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
check_ramp(size_t n, const double *ramp, dd_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (!is_share(ramp[i]) || (i > 0 && ramp[i] < ramp[i - 1]))
            return refuse("a ramp's step", ramp[i], "0 to 1, never falling", err);
    return DD_OK;
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
check_tables(const dd_crew *self, dd_error *err)
{
    dd_status status = check_ramp(self->n_ramp, self->ramp, err);

    for (size_t r = 0; r < self->n && !status; r++)
        status = check_ramp(self->rep[r].n_ramp, self->rep[r].ramp, err);
    if (status)
        return status;
    for (size_t i = 0; i < self->n_attrition; i++)
        if (!(self->attrition[i] >= 0) || !isfinite(self->attrition[i])
            || !(i == 0 ? self->attrition_from[0] == 0
                        : self->attrition_from[i] > self->attrition_from[i - 1]))
            return refuse("attrition", self->attrition[i],
                          "0 a month or more, from ascending months, the first 0", err);
    return DD_OK;
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
    dd_status status = check_rules(self, err);

    if (!status)
        status = check_tables(self, err);
    if (!status)
        status = check_reps(self, book, err);
    if (!status)
        status = check_later(self, err);
    return status;
}

double
dd_crew_ramp(const dd_crew *self, const dd_crew_rep *rep, double tenure_days)
{
    int own = rep != NULL && rep->n_ramp > 0;
    size_t n = own ? rep->n_ramp : self->n_ramp;
    double month = floor(tenure_days / DD_MONTH_DAYS);

    if (n == 0)
        return 1;
    if (month < 0)
        return 0;
    return (own ? rep->ramp : self->ramp)[month < (double) n ? (size_t) month : n - 1];
}

/* Spend a unit exponential of hazard, step by step of tenure. */
double
dd_crew_tenure(const dd_crew *self, double tenure_days, double u)
{
    double left = -log(u), now = fmax(tenure_days, 0) / DD_MONTH_DAYS;

    for (size_t i = 0; i < self->n_attrition; i++) {
        double end = i + 1 < self->n_attrition ? self->attrition_from[i + 1]
                                               : (double) INFINITY;
        if (now >= end)
            continue;
        if (self->attrition[i] > 0 && left <= self->attrition[i] * (end - now))
            return DD_MONTH_DAYS * (now + left / self->attrition[i]);
        if (self->attrition[i] > 0)
            left -= self->attrition[i] * (end - now);
        now = end;
    }
    return (double) INFINITY;
}
