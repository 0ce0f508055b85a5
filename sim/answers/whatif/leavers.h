/**
 * @file leavers.h
 * What is at risk if a rep leaves: what the open deals of each would bring, and how much
 * less if they were handed over the day after as-of. Sources: sim/answers/whatif/leavers.c,
 * in keys and words sim/answers/whatif/leavers_describe.c.
 *
 * Each rep's deals are played by themselves, with the rep and with those who take over,
 * under the same luck; whoever takes over is taken to have the time.
 */
#ifndef DD_ANSWERS_LEAVERS_H
#define DD_ANSWERS_LEAVERS_H

#include "answers/whatif/difference.h"
#include "dealdice/doc.h"
#include "engine/roster/roster.h"

/** Bookings of all periods together, minor units. */
typedef struct {
    const char *owner; /* borrowed from the past */
    size_t deals;      /* open ones */
    int64_t amount;    /* theirs, as far as it is known */
    double expected, expected_mcse;
    double at_risk, at_risk_mcse; /* of it, if the rep leaves */
} dd_leaver;

typedef struct {
    dd_day date; /* first day without them */
    dd_handover handover[DD_PARTS];
    size_t trials; /* of each; 0: nobody asked */
    size_t n;
    dd_leaver
        *items; /* who is there and has open deals; by at_risk, from the greatest */
} dd_leavers;

/**
 * @param company  as it stands; its book is that of the question
 * @return DD_OK; DD_EDATA as dd_roster_init and dd_field_simulate; DD_ENOMEM. On failure
 *         self is freed
 */
dd_status dd_leavers_make(dd_leavers *self, const dd_roster_of *company,
                          const dd_question *question, dd_error *err);
void dd_leavers_free(dd_leavers *self);

/** The root's key leavers. */
dd_doc_node *dd_leavers_describe(const dd_leavers *self, dd_doc *doc);
/** @param until  label of the last period */
void dd_leavers_show(const dd_leavers *self, const char *until, dd_doc *doc,
                     const dd_doc_node *list);

#endif
