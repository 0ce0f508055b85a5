/**
 * @file workload.h
 * A funnel file read and fitted, ready to be played: all that is not timed.
 */
#ifndef DD_BENCH_WORKLOAD_H
#define DD_BENCH_WORKLOAD_H

#include "answers/forecast/summary.h"
#include "dealdice/history.h"
#include "dealdice/simulate.h"

typedef struct {
    dd_funnel funnel;
    dd_history history;
    dd_past past;
    dd_question question;
    dd_model model;
    dd_book book;
} workload;

/** As of 2026-12-31, one thread. Prints what is wrong. @return 0 when ready */
int workload_read(workload *self, const char *path, const char *period, long periods,
                  long trials);
void workload_free(workload *self);

/** Simulate and summarise the first period's bookings (or those of all periods, added).
 * @return 0; *seconds of CPU */
int workload_play(const workload *self, double *seconds, dd_summary *summary);

/** Mean and standard error of independent outcomes, and their quantiles. */
int workload_summarise(const int64_t *won, size_t trials, dd_summary *summary);

#endif
