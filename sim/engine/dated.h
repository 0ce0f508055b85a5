/**
 * @file dated.h
 * What it changes that losses keep another clock than moves. Source: sim/engine/dated.c.
 *
 * Curves of posterior draws are solved over working days of moves, by which losses would
 * run too. How far that leads astray is found once, at the mean rates, by curves of age
 * and date (dated_curve.h), and every draw is put right by as much. At fixed rates that is
 * the dated curve itself.
 */
#ifndef DD_ENGINE_DATED_H
#define DD_ENGINE_DATED_H

#include "engine/table_rows.h"

typedef struct {
    size_t periods, stages; /* the most that a pipeline has */
    double *row;   /* rows x periods: factors on the hazard -log(1 - W) of open deals */
    double *fresh; /* pipelines x stages x periods: on winners among deals to come */
    size_t days;   /* of the calendar; 0 without visits */
    double
        *visit; /* pipelines x days x periods: on the chance of a deal found that day */
} dd_dated;

/** What tables are made from. */
typedef struct {
    const dd_model *model;
    const dd_rows *rows;
    dd_pipeline_curves *work; /* per pipeline; solved anew at the mean rates */
    size_t working;           /* days that the curves reach */
    const size_t *end_day;    /* per period, in working days */
    size_t laws;              /* under which deals to come may come */
    const double *left;       /* of dd_new_winners_left, law by law */
} dd_dated_ground;

/** @param visits  whether those of deals found on each day are wanted
 * @return DD_OK; DD_ENOMEM: self is freed */
dd_status dd_dated_init(dd_dated *self, const dd_dated_ground *ground, int visits,
                        dd_error *err);
void dd_dated_free(dd_dated *self);

/** The periods' factors of deals that enter a stage; of those found on a day. */
const double *dd_dated_fresh(const dd_dated *self, size_t pipeline, size_t stage);
const double *dd_dated_visit(const dd_dated *self, size_t pipeline);

#endif
