/**
 * @file heap.h
 * Memory of the program in large pages. Source: sim/cli/heap.c.
 */
#ifndef DD_CLI_HEAP_H
#define DD_CLI_HEAP_H

/** Let the first 30 MB of memory come in huge pages where the system lends them to
 * those who ask, and stay: a short run spends a seventh of its time on first touches of
 * small ones. Elsewhere nothing happens. Before threads are. */
void dd_heap_in_huge_pages(void);

#endif
