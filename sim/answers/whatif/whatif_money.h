/**
 * @file whatif_money.h
 * A scenario's income month by month beside its base's. Source:
 * sim/answers/whatif/whatif_money.c.
 *
 * Trials are played once more over months, and where the funnel says `collect:` over
 * periods that tell when instalments are paid: the deals won are those of the answer.
 */
#ifndef DD_ANSWERS_WHATIF_MONEY_H
#define DD_ANSWERS_WHATIF_MONEY_H

#include "answers/forecast/shorter.h"
#include "answers/whatif/whatif.h"

typedef struct {
    const dd_whatif_base *base;
    dd_shorter points;  /* ends of months and periods; of periods alone where instalments
                           would cut them into too many */
    dd_shorter shorter; /* those by which cash is told; the points without `collect:` */
    int64_t *income; /* of the base: points x trials; NULL until a scenario needs it */
    dd_payroll payroll; /* of the base, over the points; none where no rep is played */
} dd_money;

void dd_money_init(dd_money *self, const dd_whatif_base *base);
void dd_money_free(dd_money *self);

/** @return DD_OK; as dd_whatif_play; DD_EDATA for too many instalments */
dd_status dd_money_compare(dd_money *self, dd_economics *to, const dd_scenario *scenario,
                           dd_error *err);

#endif
