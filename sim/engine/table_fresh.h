/**
 * @file table_fresh.h
 * Winners among deals to come, and what opportunities of each day are worth, from solved
 * curves. Source: sim/engine/table_fresh.c.
 */
#ifndef DD_ENGINE_TABLE_FRESH_H
#define DD_ENGINE_TABLE_FRESH_H

#include "engine/dated.h"
#include "engine/laws/laws.h"

/** Workspace, and how long deals to come have. */
typedef struct {
    const dd_law_days *laws;
    const dd_dated
        *dated; /* what losses on a clock of their own change; zeroed: nothing */
    size_t periods, days;   /* days: working ones to the end of the last period */
    const size_t *end_day;  /* per period, whole working days from as-of; borrowed ... */
    const double *end_work; /* ... the same in full */
    double *left;  /* laws x periods x (days + 1): by the law under which deals come */
    double *win;   /* days + 1: one lane's curve, by the days left to a period's end */
    double *mixed; /* periods x (days + 1): the same of a deal whatever its stage; under
                      one law only the first, for all */
    double *before, *busy; /* days + 1: hazards by a period's end, plain and by market */
} dd_fresh_maker;

/** Room. Expects what is borrowed, and periods and days, to be set. */
dd_status dd_fresh_maker_init(dd_fresh_maker *self, const dd_rows *rows, dd_error *err);
void dd_fresh_maker_free(dd_fresh_maker *self);

/**
 * Set tables->fresh[pipeline], whose level_wins are known, and where they have days its
 * part of tables->visits. Allocates nothing.
 *
 * @param work   the pipeline's curves, solved
 * @param share  the pipeline's of the opportunities
 */
void dd_fresh_fill(dd_fresh_maker *self, const dd_pipeline_curves *work, size_t pipeline,
                   size_t lane, double share, dd_tables *tables);

#endif
