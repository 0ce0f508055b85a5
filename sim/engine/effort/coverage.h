/**
 * @file coverage.h
 * How much open pipeline what is still to book takes. Source: sim/engine/effort/coverage.c.
 *
 * The open deals of a group stand in a row, in no order that means anything, and again
 * after the last: a pipeline just like theirs, of any size. What a trial needs is the
 * amount of the first deals of that row whose wins within the period reach what is still
 * to book; played as efforts are (engine/effort/needed.h). A group without open deals takes
 * opportunities found on the day after as-of.
 */
#ifndef DD_ENGINE_COVERAGE_H
#define DD_ENGINE_COVERAGE_H

#include "engine/tables.h"

/** No pipeline is enough. */
#define DD_NO_COVERAGE (INT64_C(1) << 52)

typedef struct {
    size_t n_groups; /* [0] all deals, then segment after segment */
    size_t trials, period;
    int64_t left;   /* still to book, minor units, above 0 */
    size_t *first;  /* n_groups + 1: where a group's deals begin */
    uint32_t *deal; /* of the book, group after group */
    double *amount; /* n_groups x (deals + 1): minor units of the first of them */
    int64_t *need;  /* n_groups x trials: minor units of pipeline, DD_NO_COVERAGE */
    double *won;    /* n_groups x blocks: share of the pipeline's amount that is won in
                         the period on average */
} dd_coverage;

/** Room for one thread's rows. */
typedef struct {
    double *by, *worth;
} dd_coverage_space;

/** @param segments  how many there are; 0: all deals only
 * @return DD_OK; DD_ENOMEM. On failure self is freed */
dd_status dd_coverage_init(dd_coverage *self, const dd_model *model, const dd_book *book,
                           size_t segments, size_t trials, size_t period, int64_t left,
                           dd_error *err);
void dd_coverage_free(dd_coverage *self);
dd_status dd_coverage_space_init(dd_coverage_space *self, const dd_coverage *of,
                                 dd_error *err);
void dd_coverage_space_free(dd_coverage_space *self);

/** One block's lanes of all groups. Allocates nothing. */
void dd_coverage_block(dd_coverage *self, dd_coverage_space *space, const dd_book *book,
                       const dd_rows *rows, const dd_tables *tables, uint64_t seed,
                       uint32_t block, size_t lanes);

#endif
