/**
 * @file threads.h
 * Threads at the end of parallel regions and between them, where OpenMP's own would spin
 * for milliseconds: time that a forecast of a tenth of a second notices, and that other
 * programs could have had. Source: sim/base/threads.c.
 */
#ifndef DD_BASE_THREADS_H
#define DD_BASE_THREADS_H

#include <pthread.h>
#include <stddef.h>

/** Where the threads of a region wait, asleep, for the last of them. */
typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t all_here;
    size_t here;
} dd_meeting;

#define DD_MEETING \
    { \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 \
    }

/** To be the last thing that each thread of a region does, once. */
void dd_threads_meet(dd_meeting *self);

/** Let the threads go of the region that has just ended: each would wait for another one.
 * To begin them anew costs some 30 microseconds. */
void dd_threads_rest(void);

#endif
