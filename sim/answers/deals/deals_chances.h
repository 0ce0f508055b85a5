/**
 * @file deals_chances.h
 * What the forecast thinks of the open deals of one row (pipeline, stage, age):
 * expectations over posterior draws and levels. Sources: sim/answers/deals/deals_chances.c,
 * when they would be won in sim/answers/deals/deals_windows.c.
 */
#ifndef DD_ANSWERS_DEALS_CHANCES_H
#define DD_ANSWERS_DEALS_CHANCES_H

#include "engine/tables.h"

/** Moments of what a deal brings in the period, X = b R 1{won}: b its amount and R the
 * ratio to it at the close, or b = 1 and R the amount of a new deal. In units of b. */
typedef struct {
    double mean;     /* E[X]/b */
    double square;   /* E[X^2]/b^2 */
    double own;      /* E[m^2]/b^2, m = E[X | draw, level] */
    double with_all; /* E[m M]/b, M = E[what all open deals bring | draw, level] */
} dd_deals_gain;

typedef struct {
    double won_period, won_ever, lost;
    dd_deals_gain known, unknown; /* for deals with and without an amount */
} dd_deals_chances;

/** Variance that a deal of base b adds to what all open deals bring: Cov(X, sum). These
 * add up to the variance of the sum. @param all  expected sum */
double dd_deals_covariance(const dd_deals_gain *gain, double base, double all);

/**
 * Expectations over the blocks of the question, each with its posterior draw and 128
 * levels.
 *
 * @param out       rows->n of them
 * @param rows      of the question's first period alone
 * @param question  its trials say how many blocks; its seed, which
 * @return DD_OK or DD_ENOMEM
 */
dd_status dd_deals_chances_make(dd_deals_chances *out, const dd_model *model,
                                const dd_book *book, const dd_rows *rows,
                                const dd_question *question, dd_error *err);

#define DD_WINDOW_DAYS 728 /* beyond it a close window is not told */

/** Days from as-of until a share of those who will be won have been won. */
typedef struct {
    double p10, p50, p90; /* NAN: beyond DD_WINDOW_DAYS, or never */
} dd_deals_window;

/**
 * When deals would be won, given that they are; from the first 16 posterior draws and 8
 * levels of each, since dates need no more.
 *
 * @param out  as many as there are rows of this book
 */
dd_status dd_deals_windows_make(dd_deals_window *out, const dd_model *model,
                                const dd_book *book, const dd_question *question,
                                dd_error *err);

#endif
