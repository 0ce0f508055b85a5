/**
 * @file table.h
 * A dictionary from words to small numbers: each different word gets the next number
 * and is kept once. Source: sim/base/table.c.
 */
#ifndef DD_BASE_TABLE_H
#define DD_BASE_TABLE_H

#include "base/arena.h"

#include <stdint.h>

/** Zeroed is empty. */
typedef struct {
    size_t n;
    const char **items; /* n words by number; owned array, words in the arena */
    uint64_t *slots;    /* open addressing: high half of the hash, number + 1; 0 free */
    size_t n_slots;     /* a power of two */
    size_t room;        /* of items */
    int32_t last;       /* added before: rows often repeat a word */
} dd_table;

/** @return the word's number, or -1 when it was never added */
int32_t dd_table_find(const dd_table *self, const char *word);
/** The word's number; a new word is copied into the arena. @return -1: no memory */
int32_t dd_table_add(dd_table *self, dd_arena *arena, const char *word);
void dd_table_free(dd_table *self);

#endif
