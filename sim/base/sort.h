/**
 * @file sort.h
 * Numbers in ascending order. Source: sim/base/sort.c.
 */
#ifndef DD_BASE_SORT_H
#define DD_BASE_SORT_H

#include <stddef.h>

/** Sort n numbers, none NAN, in n log n steps at worst; qsort would call a function for
 * each comparison.
 * @param spare  room for n */
void dd_sort(double *value, double *spare, size_t n);

#endif
