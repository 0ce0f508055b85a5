/**
 * @file summary.h
 * What a column of outcomes says: mean, spread, quantiles, chances, and how far the
 * simulation itself may be off. Source: sim/answers/forecast/summary.c.
 *
 * MCSE (Monte-Carlo standard error): trials of one block share a posterior draw and a
 * stratified set of levels, so the blocks are the independent, alike units. The MCSE of
 * any statistic is the standard deviation of the full blocks' results over
 * sqrt(trials / DD_BLOCK), and NAN below DD_MIN_BLOCKS full blocks. With rates fixed and
 * level off every trial is independent, and the ordinary formulae hold.
 */
#ifndef DD_ANSWERS_SUMMARY_H
#define DD_ANSWERS_SUMMARY_H

#include "dealdice/doc.h"
#include "dealdice/outcomes.h"

#define DD_MIN_BLOCKS 8

/** The D of every answer; the unit of the column (minor units, or wins). */
typedef struct dd_summary {
    double mean, mean_mcse; /* mean_mcse: NAN below DD_MIN_BLOCKS full blocks */
    double sd;              /* of outcomes over trials; NAN with one trial */
    double p05, p10, p20, p25, p50, p75, p80, p90, p95;
} dd_summary;

/** Mean and standard deviation of n outcomes; NAN of none, and of one. */
double dd_summary_mean(const int64_t *outcome, size_t n);
double dd_summary_sd(const int64_t *outcome, size_t n, double mean);

/** A column together with its values in ascending order. */
typedef struct {
    size_t trials;
    int independent;        /* rates fixed and level off */
    const int64_t *outcome; /* borrowed: in trial order */
    int64_t *sorted;        /* owned */
} dd_ranking;

/**
 * Sort a column.
 *
 * @param outcome      trials of them, in trial order; borrowed until dd_ranking_free
 * @param independent  question->rates_fixed && question->level_off
 * @return DD_OK; DD_EDATA without a trial; DD_ENOMEM
 */
dd_status dd_ranking_init(dd_ranking *self, const int64_t *outcome, size_t trials,
                          int independent, dd_error *err);
void dd_ranking_free(dd_ranking *self);

dd_summary dd_summary_of(const dd_ranking *ranking);
/** The smallest outcome x with share(Y <= x) >= q; q in [0, 1]. */
int64_t dd_summary_quantile(const dd_ranking *ranking, double q);
/** Half the distance between the outcomes at q +- the MCSE of share(Y <= quantile). */
double dd_summary_quantile_mcse(const dd_ranking *ranking, double q);
/** Share of trials with Y >= amount: P(target). */
double dd_summary_reach(const dd_ranking *ranking, int64_t amount);
double dd_summary_reach_mcse(const dd_ranking *ranking, int64_t amount);
/** Where no trial reached it, or every one did, their spread says nothing: the error of
 * Laplace's chance, 1 of trials + 2. */
double dd_summary_unseen_mcse(double trials);

/** Tell (`few_trials`) where an MCSE is NAN because there are too few full blocks.
 * @return DD_OK, DD_ENOMEM */
dd_status dd_summary_note_few(double mcse, size_t trials, dd_notes *notes);

/** Put the D of an answer under a key of the parent. @param put  dd_doc_money for minor
 * units, dd_doc_number for wins */
void dd_summary_describe(const dd_summary *self, dd_doc *doc, dd_doc_node *parent,
                         const char *key,
                         void (*put)(dd_doc *, dd_doc_node *, const char *, double));

#endif
