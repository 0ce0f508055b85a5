/**
 * @file difference.h
 * A scenario less its base, trial by trial. Source: sim/answers/whatif/difference.c.
 */
#ifndef DD_ANSWERS_DIFFERENCE_H
#define DD_ANSWERS_DIFFERENCE_H

#include "dealdice/doc.h"
#include "dealdice/question.h"

/** Scenario less base, of the same trials; minor units. NAN for the base itself. */
typedef struct {
    double mean, mcse; /* mcse by full blocks; NAN below DD_MIN_BLOCKS of them */
    double p10, p50, p90;
    double p_better, p_better_mcse; /* share of trials with a difference above 0 */
    int none;                       /* no trial differs */
} dd_difference;

/** Mean, error, quantiles and the share above 0 of a column. */
dd_status dd_difference_of(dd_difference *self, const int64_t *column,
                           const dd_question *question, size_t trials, dd_error *err);

/** Put it under a key of the parent: all but p_better. @return where it stands now */
dd_doc_node *dd_difference_describe(const dd_difference *self, dd_doc *doc,
                                    dd_doc_node *parent, const char *key);

#endif
