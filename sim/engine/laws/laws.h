/**
 * @file laws.h
 * Laws that follow one another: levers that start on a day to come. Sources:
 * sim/engine/laws/law_days.c, sim/engine/laws/laws.c (room),
 * sim/engine/laws/laws_solve.c, sim/engine/laws/laws_read.c.
 *
 * A deal lives by law k until law k + 1 begins, d days later, and from there on by that
 * one, in its stage and at its age of then. With W_k the win curves of law k, c_k its
 * ultimate chances, theta_k the deal's odds (levers on all deals included) and
 * h_k = 1 - c_k + theta_k c_k, the chance to be won by T from state x is
 *
 *   V_k(x) = theta_k W_k(T | x) / h_k(x) + E_k[ D(y) | x ] / h_k(x),
 *   D(y)   = h_k(y) V_{k+1}(y) - theta_k W_k(T - d | y),
 *
 * y the state in which law k, odds left out, has brought the deal by the day of change (a
 * deal of odds theta gets there h_k(y) / h_k(x) times as often: Doob's h-transform). So
 * only what the change makes different is added to the curve of a law that goes on: where
 * nothing differs nothing is added, to the byte, and a change that helps in every state
 * never lowers a chance. E_k[D] solves the renewal equation backward from the day of
 * change (dd_curve_solve_worth), the states there being pairs of stage and entry day.
 *
 * E_k[D] depends on the deal's odds in no simple way; it is solved at a few log odds and
 * read between them (Lagrange's polynomial on Chebyshev's nodes): ten of them hold chances
 * of deals of odds .3 to 3.6 to 5e-8.
 */
#ifndef DD_ENGINE_LAWS_H
#define DD_ENGINE_LAWS_H

#include "engine/table_rows.h"

#define DD_ODDS_NODES_MOST 10

/** When laws begin; the last of a model's that begin by the end of the last period. */
typedef struct {
    size_t n;               /* at least 1 */
    const dd_model **model; /* n: the first is the one that was asked for */
    size_t *begins;   /* n: working days from the end of as-of; ascending, first 0 */
    size_t *calendar; /* n + 1: calendar days likewise; then the last period's end */
    /* Of each of the rows' periods; NULL: the same in all. */
    double *market; /* periods: multiplies levels, in place of the model's own */
    double *size;   /* pipelines x periods: as in dd_tables */
} dd_law_days;

dd_status dd_law_days_init(dd_law_days *self, const dd_model *model, const dd_rows *rows,
                           dd_error *err);
void dd_law_days_free(dd_law_days *self);

/** Deals of one stage and age when a law begins. */
typedef struct {
    size_t stage;
    size_t born;     /* the law under which they entered; 0 for open deals too */
    double age_days; /* open deals: at as-of; else when the next law began */
} dd_cohort;

/** One pipeline's, for DD_LANES draws. */
typedef struct dd_laws {
    const dd_law_days *days;
    const dd_rows *rows;
    size_t periods, columns; /* columns: those, and ever, where a scenario asks for it */
    const size_t *end_day;   /* periods: in working days */
    dd_pipeline_curves **law; /* days->n; the first is borrowed */
    dd_curve *worth;          /* days->n - 1: until the next law begins */
    size_t n_cohorts, *known; /* known[k]: those that are there when law k begins */
    dd_cohort *cohort;        /* open deals first, then those who enter, law by law */
    size_t *of_row;   /* rows->n: its cohort, or the first of those of its ages */
    size_t *entering; /* days->n: the first cohort that enters under the law */
    /* Per law k > 0 and cohort known to it: */
    double *
        *win[2]; /* known x columns x DD_LANES: by law k - 1 [0], k [1], from there */
    double **ever[2]; /* known x DD_LANES */
    /* Per law but the last and cohort known to it: */
    double **stay; /* known x DD_LANES: chance to stay until the next law */
    double *
        *stay_entering; /* entering cohorts x DD_LANES: the same since they entered */
    size_t nodes;       /* of log odds, levers left out */
    double place[DD_ODDS_NODES_MOST], bend[DD_ODDS_NODES_MOST]; /* in [-1, 1]; of each */
    double low[DD_LANES], high[DD_LANES];                       /* their range */
    double
        *entering_weight; /* laws but the last x stages x nodes x DD_LANES: of a node in
                                the mean over kinds of deals that enter, over their h */
    double *difference;   /* n_cohorts x columns x DD_LANES: D */
    double *expected;     /* the same: E_k[D] */
    double *source;       /* of the longest dd_curve_solve_worth */
    double *row_worth;    /* known[0] x nodes x columns x DD_LANES: E_0[D] */
    double
        *fresh_worth; /* n_cohorts - known[0] x columns x DD_LANES: E_k[D] / h_k of the
                            average deal that enters, mean over kinds of deals */
} dd_laws;

/**
 * Room. The first law's curves are borrowed; they, rows and days must outlive it.
 *
 * @param end_day  rows->periods of them
 */
dd_status dd_laws_new(dd_laws **self, const dd_law_days *days, size_t pipeline,
                      const dd_rows *rows, const size_t *end_day,
                      dd_pipeline_curves *first, dd_error *err);
void dd_laws_free(dd_laws *self);
/** Whether any law of a pipeline has other rates than the first. */
int dd_laws_differ(const dd_law_days *days, size_t pipeline);

/** Once all laws' rates and curves are those of a draw. Allocates nothing. */
void dd_laws_solve(dd_laws *self);

/** What later laws add to the chances of a row's deals by the end of each column.
 * @param theta  odds by the first law, levers included; @param ever  chance by it
 * @param add    columns x DD_LANES */
void dd_laws_row(const dd_laws *self, size_t row, const double theta[DD_LANES],
                 const double ever[DD_LANES], double *add);

/** The same for the average deal to come that enters a stage under law k, `ahead` working
 * days before the next law begins; 0 under the last one. */
double dd_laws_fresh(const dd_laws *self, size_t k, size_t stage, size_t ahead,
                     size_t period, size_t lane);

/** Lagrange's polynomials of the nodes of a lane's log odds. */
void dd_laws_weigh_nodes(const dd_laws *self, size_t lane, double log_odds,
                         double *weight);
/** Log odds of node q. */
double dd_laws_node(const dd_laws *self, size_t q, size_t lane);

#endif
