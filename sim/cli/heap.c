#define _DEFAULT_SOURCE /* madvise */
#include "cli/heap.h"

#include <features.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
#include <malloc.h>

#define HUGE_PAGE ((uintptr_t) 2 << 20)
#define HEAP_BYTES (30 << 20) /* glibc maps apart what is greater than 32 MB */

void
dd_heap_in_huge_pages(void)
{
    char *room;

    if (!mallopt(M_MMAP_THRESHOLD, 32 << 20) || !mallopt(M_TRIM_THRESHOLD, 256 << 20))
        return;
    room = malloc(HEAP_BYTES);
    if (room == NULL)
        return;
    uintptr_t begin = ((uintptr_t) room + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
    uintptr_t end = ((uintptr_t) room + HEAP_BYTES) & ~(HUGE_PAGE - 1);
    /* Refused, it is memory as any other. */
    (void) madvise((void *) begin, end - begin, MADV_HUGEPAGE);
    free(room); /* still the program's, and the next to be given out */
}
#else
void
dd_heap_in_huge_pages(void)
{
}
#endif
