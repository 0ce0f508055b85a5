/**
 * @file watching.h
 * How runs look at their watch (dealdice/simulate.h), between stretches of trials.
 */
#ifndef DD_ENGINE_WATCHING_H
#define DD_ENGINE_WATCHING_H

#include "dealdice/simulate.h"

#include <omp.h>

/** @param watch  NULL: nobody watches */
static inline int
dd_watch_stops(const dd_watch *watch)
{
    return watch && watch->stop
           && atomic_load_explicit(watch->stop, memory_order_relaxed);
}

/** Only the thread that began the run tells, so that a listener needs no lock.
 * @param done  of all threads; `played` are added */
static inline void
dd_watch_told(const dd_watch *watch, size_t *done, size_t played)
{
    size_t sum;

    if (!watch || !watch->tell)
        return;
#pragma omp atomic capture
    sum = *done += played;
    if (omp_get_thread_num() == 0)
        watch->tell(watch->listener, sum);
}

#endif
