#include "base/threads.h"

#include <omp.h>

void
dd_threads_meet(dd_meeting *self)
{
    size_t all = (size_t) omp_get_num_threads();

    if (all == 1)
        return;
    (void) pthread_mutex_lock(&self->lock);
    if (++self->here == all)
        (void) pthread_cond_broadcast(&self->all_here);
    while (self->here < all)
        (void) pthread_cond_wait(&self->all_here, &self->lock);
    (void) pthread_mutex_unlock(&self->lock);
}

void
dd_threads_rest(void)
{
    if (!omp_in_parallel())
        (void) omp_pause_resource_all(omp_pause_soft);
}
