/**
 * @file economics.h
 * What a scenario earns and costs against the base, by the end of each month, and when it
 * has paid back. Sources: sim/answers/whatif/economics.c, in keys and words
 * sim/answers/whatif/economics_describe.c.
 *
 * In each trial, from as-of to the end of a month,
 *
 *     net = margin x (bookings - the base's) - rep_month x (rep-months - the base's)
 *           - hire_once x (hires - the base's),
 *
 * a month of a rep being 30.4375 days on the payroll, ramp or not, and a refill a hire.
 * Where the funnel says `collect:`, cash takes the place of bookings. A trial has paid back
 * by the first month's end from which on its net stays at 0 or above.
 */
#ifndef DD_ANSWERS_ECONOMICS_H
#define DD_ANSWERS_ECONOMICS_H

#include "answers/whatif/difference.h"
#include "dealdice/doc.h"
#include "dealdice/scenario.h"
#include "engine/field/payroll.h"

/** All so far, minor units. */
typedef struct {
    dd_day end;                 /* of a month, or of a period that ends within one */
    double earned, earned_mcse; /* mean margin on what is booked or paid more */
    double cost, cost_mcse;     /* mean, of reps and hires */
    dd_difference net;          /* p_better: above 0 */
    double p_ahead;             /* net of 0 or above; NAN: nothing was earned or spent */
    double p_ahead_mcse;
} dd_net_point;

typedef struct {
    int by_cash;          /* cash, not bookings */
    size_t n;             /* 0: no margin was said */
    dd_net_point *points; /* the last is the end of the last period */
    int costs; /* it costs more than the base: there is something to pay back */
    dd_day pays_back_p50; /* by when half of the trials, ... */
    dd_day
        pays_back_p80; /* ... 80 % of them have paid back; DD_NO_DAY: not by the end */
} dd_economics;

/** What one side of the comparison booked or was paid, and whom it had on the payroll. */
typedef struct {
    const int64_t *income; /* points x trials, minor units of each point's own */
    const dd_payroll
        *payroll; /* over the same points; NULL where neither side has one */
} dd_books_of;

/**
 * @param question  over the points
 * @param base      its trials are those of `of`
 * @return DD_OK; DD_ENOMEM. On failure self is freed
 */
dd_status dd_economics_make(dd_economics *self, const dd_scenario *scenario,
                            const dd_question *question, const dd_books_of *of,
                            const dd_books_of *base, dd_error *err);
void dd_economics_free(dd_economics *self);

/** Keys net, pays_back, p_paid_back, p_paid_back_mcse, net_by of a scenario. */
void dd_economics_describe(const dd_economics *self, dd_doc *doc, dd_doc_node *scenario);
/** What they say, where there is something to pay back. */
void dd_economics_show(const dd_economics *self, const char *name, dd_doc *doc,
                       const dd_doc_node *scenario);

#endif
