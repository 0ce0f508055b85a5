/**
 * @file ramp.h
 * How fast new reps come up to speed: the share of a full rep's new deals that they bring
 * in each month of tenure. Source: sim/model/ramp.c.
 *
 * New deals of rep r in calendar month c and month of tenure m are Poisson with mean
 * days x a_r x u_c x ramp_m: a rep is compared with himself later on, in a market that
 * moves for all. ramp never falls and is 1 after a year: the likelihood's maximum by
 * iterative proportional fitting, the step in m by pooling adjacent violators (Barlow et
 * al. 1972), with a prior of two deals a month at no ramp. Twice the log likelihood over
 * that of no ramp, over the overdispersion, has to exceed 10, which without a ramp one
 * company in a hundred does.
 */
#ifndef DD_MODEL_RAMP_H
#define DD_MODEL_RAMP_H

#include "dealdice/past.h"

#define DD_RAMP_MONTHS 12
#define DD_RAMP_LEAST 3 /* reps seen from their first day on, however shortly */

typedef struct {
    int is_known;
    size_t hires;    /* watched from their first day on */
    double evidence; /* twice the log likelihood over no ramp's; 0 where too few */
    size_t n;        /* months until a rep is whole, that one included */
    double share[DD_RAMP_MONTHS + 1]; /* n of them, the last is 1 */
} dd_ramp;

/** @return DD_OK or DD_ENOMEM */
dd_status dd_ramp_fit(dd_ramp *self, const dd_past *past, dd_error *err);

#endif
