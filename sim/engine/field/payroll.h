/**
 * @file payroll.h
 * Who is on the payroll when: reps' comings and goings alone, as the field plays them.
 * Source: sim/engine/field/payroll.c.
 */
#ifndef DD_ENGINE_PAYROLL_H
#define DD_ENGINE_PAYROLL_H

#include "base/rng.h"
#include "engine/field/crew.h"

/** Columns of a value per trial, in trial order. */
typedef struct {
    size_t periods, trials;
    int32_t *days; /* periods x trials: rep-days of the period, all reps together */
    int32_t
        *hires; /* periods x trials: reps who start in it, those who refill included */
} dd_payroll;

/** @return DD_OK or DD_ENOMEM; on failure self is freed */
dd_status dd_payroll_count(dd_payroll *self, const dd_crew *crew,
                           const dd_question *question, dd_error *err);
void dd_payroll_free(dd_payroll *self);

/** The morning on which a rep of this trial leaves, by chance or as is `known`, whichever
 * comes first; days, INFINITY: never. */
double dd_rep_leaves(const dd_crew *crew, uint64_t seed, size_t trial, uint64_t key,
                     double starts, double known);
/** The key of who takes a leaver's place: the generation-th to hold it, from 1. */
uint64_t dd_rep_follower(uint64_t key, uint32_t generation);

/** A rep's stream of a trial, and where it tells how long he stays and what he brings. */
dd_stream dd_rep_stream(uint64_t seed, size_t trial, uint64_t key);
enum { DD_REP_TENURE, DD_REP_BROUGHT /* + n: the n-th deal */ };

#endif
