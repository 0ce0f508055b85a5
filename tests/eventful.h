/**
 * @file eventful.h
 * A crew to whom everything happens: limits, comings and goings, returns, referrals.
 */
#ifndef DD_TESTS_EVENTFUL_H
#define DD_TESTS_EVENTFUL_H

#include "engine/field/crew.h"

/** @param rep  the crew's, three at least: the second leaves, the third takes over */
static inline void
make_crew_eventful(dd_crew *crew, dd_crew_rep *rep)
{
    static const double ramp[] = { 0, 0.5, 1 }, from[] = { 0, 6 }, rate[] = { 0.2, 0.1 };

    rep[1].leaves = 40;
    rep[1].heir = 2;
    crew->visits_per_week = 9;
    crew->new_per_visit = 0.3;
    crew->market = 0.4;
    crew->rules.n_ramp = 3;
    crew->rules.ramp = ramp;
    crew->rules.n_attrition = 2;
    crew->rules.attrition_from = from;
    crew->rules.attrition = rate;
    crew->rules.refill_days = 20;
    crew->rules.handover[DD_UPPER] = (dd_handover){ 21, 0.7 };
    crew->rules.handover[DD_MIDDLE] = (dd_handover){ 7, 0.9 };
    crew->rules.handover[DD_LOWER] = (dd_handover){ 3, 1 };
    crew->rules.recycle_days = 15;
    crew->rules.recycle_odds = 0.6;
    crew->rules.referral = 0.2;
}

#endif
