/**
 * @file sort.h
 * Numbers in ascending order. Source: sim/base/sort.c.
 */
#ifndef DD_BASE_SORT_H
#define DD_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/** Sort n numbers, none NAN: few by merging, many by their digits (radix sort). qsort would
 * call a function for each comparison.
 * @param spare  room for n */
void dd_sort(double *value, double *spare, size_t n);
/** Sort n integers by their digits (radix sort), as many as their range has: n steps a
 * digit and no comparison.
 * @param spare  room for n
 * @return whichever of both holds them in order */
int64_t *dd_sort_integers(int64_t *value, int64_t *spare, size_t n);
/** The same without a sign. */
uint64_t *dd_sort_keys(uint64_t *key, uint64_t *spare, size_t n);
/** For qsort and bsearch: uint64_t, ascending. */
int dd_by_key(const void *a, const void *b);

#endif
