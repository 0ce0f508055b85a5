/**
 * @file running.h
 * Statistics of a column of outcomes in one pass, block by block: mean, spread, chance
 * of reaching a target, and their MCSE. Source: sim/answers/forecast/running.c.
 */
#ifndef DD_ANSWERS_RUNNING_H
#define DD_ANSWERS_RUNNING_H

#include "dealdice/question.h"

/** Mean and sum of squares about it, of n values. */
typedef struct {
    double n, mean, squares;
} dd_moments;

void dd_moments_add(dd_moments *self, double value);

typedef struct {
    int64_t target;    /* DD_NO_TARGET */
    int independent;   /* 1: trials share neither rates nor level */
    size_t reached;    /* trials at the target or above */
    dd_moments trials; /* of outcomes */
    dd_moments blocks; /* of full blocks' means */
    dd_moments reach;  /* of full blocks' shares that reach the target */
} dd_running;

/** Add n trials in their order; all calls but the last with full blocks. */
void dd_running_add(dd_running *self, const int64_t *outcome, size_t n);

double dd_running_sd(const dd_running *self);
/* MCSE as in summary.h; NAN below DD_MIN_BLOCKS full blocks of dependent trials. */
double dd_running_mean_mcse(const dd_running *self);
double dd_running_reach(const dd_running *self);
double dd_running_reach_mcse(const dd_running *self);

#endif
