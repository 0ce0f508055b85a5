/**
 * @file question.h
 * What is asked: periods, targets, trials, seed. Source: sim/history/question.c.
 */
#ifndef DEALDICE_QUESTION_H
#define DEALDICE_QUESTION_H

#include "dealdice/funnel.h"

#define DD_NO_TARGET INT64_MIN
#define DD_BLOCK 128 /* trials in a block */
#define DD_MOST_PERIODS 64
#define DD_DEFAULT_TRIALS 32768
#define DD_PRECISE_TRIALS 10000000 /* the most for a precision, unless asked for more */

typedef struct {
    dd_day as_of;
    size_t n_periods;
    dd_period *periods; /* one after another; the first holds the day after as-of */
    int64_t *target;    /* per period, minor units, DD_NO_TARGET */
    double confidence;  /* 0..1, default 0.8 */
    size_t trials;
    double precision; /* MCSE at which to stop before that, 0..1; 0: never (trials.h) */
    uint64_t seed;
    int threads;                  /* 0: as many as there are cores */
    int rates_fixed;              /* 1: posterior means, no draw */
    int level_off;                /* 1: every level is 1 */
    const struct dd_watch *watch; /* simulate.h; borrowed; NULL: nobody watches */
} dd_question;

/** What the command line says over the funnel file; zeroed means: not said. */
typedef struct {
    const char *period; /* "quarter" or a label: the kind to plan in */
    long periods;
    dd_day reach; /* where neither periods nor a label are said: at least up to then */
    const char **targets; /* "500万" (first period) or "500万@2026Q4" */
    size_t n_targets;
    double confidence;
    long trials;
    double precision; /* 0..1; without trials, as many as DD_PRECISE_TRIALS */
    uint64_t seed;    /* default 1 */
    int threads;
} dd_question_options;

/**
 * A target of the funnel file whose period is over, too far ahead, longer or shorter
 * than those forecast is not used, and said so in a note; one of the command line is
 * refused. options may be NULL.
 *
 * @return DD_OK; DD_EUSAGE/DD_EDATA for a period that is over, a target in the past or
 *         that is no amount, fewer than 1 trial, targets that do not fit the periods
 *         (a coarser target is never split silently); DD_ENOMEM
 */
dd_status dd_question_init(dd_question *self, const dd_funnel *funnel, dd_day as_of,
                           const dd_question_options *options, dd_notes *notes,
                           dd_error *err);
void dd_question_free(dd_question *self);

#endif
