/**
 * @file process.h
 * How deals of one pipeline move: its stages, beliefs and arrivals.
 * Source: sim/model/process.c.
 */
#ifndef DD_MODEL_PROCESS_H
#define DD_MODEL_PROCESS_H

#include "dealdice/model.h"
#include "model/hazard.h"
#include "model/stage.h"

/** What is known of one stage. */
typedef struct {
    dd_hazard hazard;   /* bands 0 when there is neither history nor belief of days */
    int32_t follows;    /* the stage whose rates it takes: itself, or Open */
    int at_once;        /* resolves in the first instant after as-of */
    dd_belief win_rate; /* ever winning from here; fixed figures hold exactly */
    dd_belief days;
    double worth;
    size_t exits;       /* of a stage known by beliefs alone, in the order of `to` */
    int32_t *to;
    size_t wins, left;  /* spells that ended Won; that ended at all */
    size_t entered;
} dd_stage_model;

/** Arrivals of new deals: Gamma(n + 1/2, weeks), entering stages in the shares seen. */
typedef struct {
    double shape;      /* n + 1/2; 0: no new business */
    double weeks;
    double fixed_per_week; /* a fixed belief, else NAN */
    double *share;     /* per stage, sums to 1 */
} dd_arrivals;

typedef struct dd_process {
    const char *name;
    size_t n_stages;
    const char **stage_name; /* borrowed */
    dd_stage_model *stage;
    dd_arrivals arrivals;
    size_t n_rates; /* doubles that one draw of all stages takes */
} dd_process;

/** The rates of every stage of one pipeline: a posterior draw, or the means. */
typedef struct {
    const dd_process *process; /* borrowed */
    double *rate;      /* n_rates; stage s at offset[s] */
    size_t *offset;    /* n_stages */
    dd_stage *stage;   /* n_stages, pointing into rate */
    double *p_ever;    /* n_stages: chance of ever winning from age 0 */
    double per_day;    /* new deals a day */
} dd_rates;

/** Room for the rates of one pipeline; filled by dd_rates_mean or dd_rates_draw. */
dd_status dd_rates_init(dd_rates *self, const dd_process *process, dd_error *err);
void dd_rates_free(dd_rates *self);
/** Posterior means; beliefs at their centres. */
void dd_rates_mean(dd_rates *self);
/** One plausible set of rates. @param r  a stream of this draw and pipeline */
void dd_rates_draw(dd_rates *self, const gsl_rng *r);

/** p[n_stages]: chance of ever ending in `end` from age 0, (I - P)^-1 w. */
void dd_process_ever(const dd_stage *stages, size_t n_stages, int32_t end, double *p);

#endif
