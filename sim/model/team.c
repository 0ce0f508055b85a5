#include "model/team.h"

#include "model/tenure.h"

#include <stdlib.h>
#include <string.h>

#define LATELY_DAYS (26 * 7)

static double
ramp_at(const dd_team *self, const dd_member *member, dd_day day)
{
    if (member->start == DD_NO_DAY)
        return 1.0;
    size_t month = (size_t) ((double) (day - member->start) / DD_MONTH_DAYS);
    return month < self->n_ramp ? self->ramp[month] : 1.0;
}

double
dd_member_weeks(const dd_team *self, const dd_member *member, dd_day day)
{
    if (!dd_workdays_works(self->workdays, day)
        || (member->start != DD_NO_DAY && day < member->start)
        || (member->end != DD_NO_DAY && day > member->end))
        return 0.0;
    return member->heads * ramp_at(self, member, day) / DD_WORKDAYS;
}

double
dd_team_weeks(const dd_team *self, dd_day day)
{
    double weeks = 0.0;
    for (size_t i = 0; i < self->n; i++)
        weeks += dd_member_weeks(self, &self->members[i], day);
    return weeks;
}

static double
week(const dd_team *self, dd_day day, int step)
{
    double weeks = 0.0;
    for (int worked = 0; worked < (int) DD_WORKDAYS; day += step) {
        weeks += dd_team_weeks(self, day);
        worked += dd_workdays_works(self->workdays, day);
    }
    return weeks;
}

double
dd_team_week_until(const dd_team *self, dd_day last)
{
    return week(self, last, -1);
}

double
dd_team_week_from(const dd_team *self, dd_day first)
{
    return week(self, first, 1);
}

static void
add_member(dd_team *self, const char *name, double heads, dd_day start, dd_day end)
{
    self->members[self->n++] = (dd_member){ name, heads, start, end };
}

/* One member for spans that go on, so that a change of team starts no ramp; those that are
 * over by as-of have no part in what is to come. */
static void
add_reps(dd_team *self, const dd_past *past)
{
    for (size_t i = 0; i < past->n_reps; i++) {
        const dd_rep *rep = &past->reps[i];
        dd_day end = dd_tenure_last_day(past, rep);
        if (!dd_tenure_goes_on(past, rep) && (end == DD_NO_DAY || end > past->as_of))
            add_member(self, rep->name, 1.0, rep->start, end);
    }
}

/* Owners of whom anything was heard lately; in layout DD_DEALS the present ones. */
static void
add_owners(dd_team *self, const dd_past *past, char *seen)
{
    dd_moment since = dd_day_end(past->as_of - LATELY_DAYS);
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        int lately = deal->stage >= 0 || deal->created >= since || deal->closed >= since;
        if (deal->owner >= 0 && lately)
            seen[deal->owner] = 1;
    }
    for (size_t i = 0; i < past->n_activities; i++)
        if (past->activities[i].owner >= 0
            && past->activities[i].day > past->as_of - LATELY_DAYS)
            seen[past->activities[i].owner] = 1;
    for (size_t i = 0; i < past->owners.n; i++)
        if (seen[i])
            add_member(self, past->owners.items[i], 1.0, DD_NO_DAY, DD_NO_DAY);
}

static dd_status
copy_ramp(dd_team *self, const dd_funnel *funnel)
{
    self->ramp = malloc((funnel->n_ramp + 1) * sizeof *self->ramp);
    if (!self->ramp)
        return DD_ENOMEM;
    for (size_t i = 0; i < funnel->n_ramp; i++)
        self->ramp[i] = funnel->ramp[i];
    self->n_ramp = funnel->n_ramp;
    return DD_OK;
}

dd_status
dd_team_init(dd_team *self, const dd_past *past, const dd_funnel *funnel, dd_error *err)
{
    char *seen = calloc(past->owners.n + 1, 1);
    memset(self, 0, sizeof *self);
    self->workdays = funnel->workdays;
    self->members = calloc(past->n_reps + past->owners.n + 1, sizeof *self->members);
    if (!seen || !self->members || copy_ramp(self, funnel)) {
        free(seen);
        dd_team_free(self);
        return dd_error_no_memory(err);
    }
    if (past->n_reps > 0)
        add_reps(self, past);
    else
        add_owners(self, past, seen);
    if (past->n_reps == 0 && funnel->team > 0 && (size_t) funnel->team != self->n) {
        self->n = 0;
        add_member(self, NULL, (double) funnel->team, DD_NO_DAY, DD_NO_DAY);
    }
    if (self->n == 0 && past->n_reps == 0)
        add_member(self, NULL, 1.0, DD_NO_DAY, DD_NO_DAY);
    free(seen);
    return DD_OK;
}

void
dd_team_free(dd_team *self)
{
    free(self->members);
    free(self->ramp);
    memset(self, 0, sizeof *self);
}
