/**
 * @file arena.h
 * Memory that is released all at once. Source: sim/base/arena.c.
 */
#ifndef DD_BASE_ARENA_H
#define DD_BASE_ARENA_H

#include <stddef.h>

typedef struct dd_arena dd_arena;

/** @return a new arena, or NULL without memory */
dd_arena *dd_arena_new(void);
void dd_arena_free(dd_arena *self); /* NULL is fine */
/** n bytes aligned for any type, not cleared; NULL without memory. */
void *dd_arena_alloc(dd_arena *self, size_t n);
/** Copy of n bytes with a closing zero. */
char *dd_arena_copy(dd_arena *self, const char *text, size_t n);

#endif
