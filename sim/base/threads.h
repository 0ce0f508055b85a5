/**
 * @file threads.h
 * Threads between parallel regions.
 */
#ifndef DD_BASE_THREADS_H
#define DD_BASE_THREADS_H

#include <omp.h>

/** Let the threads go of the parallel region that has just ended: each would spin for
 * milliseconds, waiting for another one. To begin them anew costs some 30 microseconds. */
static inline void
dd_threads_rest(void)
{
    if (!omp_in_parallel())
        (void) omp_pause_resource_all(omp_pause_soft);
}

#endif
