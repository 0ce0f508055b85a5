/**
 * @file factor_odds.h
 * The posterior of one factor's odds. Source: sim/model/factors/factor_odds.c.
 *
 * On odds theta the hazard of an exit to where the chance of ever winning is p is
 * 1 - p + theta p times what it is on odds 1, but for what all exits at that age share.
 * So an exit at an age where who leaves has the chance q before it is told which one it
 * is (1 - p + theta p) / (1 - q + theta q) times as likely: Cox's partial likelihood, of
 * causes instead of deals. What the time without an exit says is left aside, for it says
 * more about speed than about odds: a kind of deal that was slow was taken for losing.
 *
 * Log odds of the levels are N(0, spread^2); the spread has a half-Cauchy prior and is
 * averaged over its posterior on a grid, level by level.
 */
#ifndef DD_MODEL_FACTOR_ODDS_H
#define DD_MODEL_FACTOR_ODDS_H

#include "model/factors/factors.h"

/** An exit as factors see it. */
typedef struct {
    dd_levels levels;
    double before; /* chance of ever winning of who leaves then, in (0, 1) */
    double after;  /* where it led: 1 Won, 0 another end */
    double theta;  /* odds by its factors as they are thought of, and common ones */
} dd_seen_exit;

typedef struct {
    /* Log of how much likelier the exits are when levels differ than when they do not. */
    double evidence;
    double moved; /* the most that a level's mean log odds has moved */
} dd_odds_news;

/** Workspace; one for all factors of a past. */
typedef struct dd_odds_fitter dd_odds_fitter;

/** @param most_levels  of any factor. @return NULL without memory */
dd_odds_fitter *dd_odds_fitter_new(size_t most_levels);
void dd_odds_fitter_free(dd_odds_fitter *self);

/** The most evidence, roughly, that any spread would bring: one look at the exits, to
 * pass by factors that carry nothing. */
double dd_odds_glance(dd_odds_fitter *fitter, const dd_factor *self, dd_factor_kind kind,
                      const dd_seen_exit *exits, size_t n);

/**
 * The posterior of one factor, given what is thought of the others.
 *
 * @param self    its level's posteriors and spread are set; keys stay
 * @param kind    which of the exits' levels it is
 * @param spread  > 0: held fixed; 0: learnt
 */
dd_odds_news dd_odds_fit(dd_odds_fitter *fitter, dd_factor *self, dd_factor_kind kind,
                         const dd_seen_exit *exits, size_t n, double spread);

#endif
