/**
 * @file deals_ends.h
 * Chances of ever ending Won or Lost, of one posterior draw, by stage and age. Source:
 * sim/answers/deals/deals_ends.c.
 */
#ifndef DD_ANSWERS_DEALS_ENDS_H
#define DD_ANSWERS_DEALS_ENDS_H

#include "dealdice/model.h"
#include "model/rates.h"

typedef struct {
    const dd_model *model; /* borrowed */
    dd_rates *rates;       /* per pipeline */
    double **lost;         /* per pipeline and stage: chance of ever being lost, age 0 */
    double **age; /* per pipeline: stages x DD_STATIONARY_AGES, for ages nobody knows */
} dd_deals_ends;

/** Starts with the posterior means. */
dd_status dd_deals_ends_init(dd_deals_ends *self, const dd_model *model, dd_error *err);
void dd_deals_ends_free(dd_deals_ends *self);

/** Take the draw of a block, the same as the forecast's. Allocates nothing. */
void dd_deals_ends_draw(dd_deals_ends *self, uint64_t seed, uint32_t block);

/** At level 1. @param age_days  NAN: unknown; @param levels  NULL: the average deal's */
void dd_deals_ends_of(const dd_deals_ends *self, int32_t pipeline, int32_t stage,
                      double age_days, const dd_levels *levels, double *won,
                      double *lost);

#endif
