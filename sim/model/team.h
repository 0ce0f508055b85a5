/**
 * @file team.h
 * Who is there to work on which day, and how much of a full rep each is by then.
 * Source: sim/model/team.c.
 *
 * A rep's week is five working days, Monday to Friday, holidays left out; in the months
 * after the start a rep makes only the share of visits that the funnel's ramp says.
 */
#ifndef DD_MODEL_TEAM_H
#define DD_MODEL_TEAM_H

#include "base/workdays.h"
#include "dealdice/past.h"

#define DD_WORKDAYS 5.0 /* a week */

/** A rep, or several alike whom nobody named. */
typedef struct {
    const char *name;  /* borrowed from the history; NULL: nobody in particular */
    double heads;      /* 1, or how many */
    dd_day start, end; /* DD_NO_DAY: from ever, for ever */
} dd_member;

typedef struct {
    size_t n;
    dd_member *members; /* owned */
    size_t n_ramp;
    double *ramp; /* owned: share of full effort by month since the start; later: 1 */
    const dd_workdays *workdays; /* the funnel's; NULL: no holidays */
} dd_team;

/** From reps.csv, else the owners of deals and visits of the last 26 weeks, unless `team:`
 * tells another number: then so many whom nobody named; else one. @return DD_OK or DD_ENOMEM */
dd_status dd_team_init(dd_team *self, const dd_past *past, const dd_funnel *funnel,
                       dd_error *err);
void dd_team_free(dd_team *self);

/** Full reps' weeks that a member works on a day: 1/5 on a weekday by one full rep. */
double dd_member_weeks(const dd_team *self, const dd_member *member, dd_day day);
/** The same of all together. */
double dd_team_weeks(const dd_team *self, dd_day day);
/** Full reps of a usual week: of the five worked days that end on `last` or before it, so
 * that holidays do not make the team look small. */
double dd_team_week_until(const dd_team *self, dd_day last);
/** The same of the five that begin on `first` or after it. */
double dd_team_week_from(const dd_team *self, dd_day first);

#endif
