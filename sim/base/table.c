#include "base/table.h"

#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

/* Where a hash belongs: by its high half, which the slots keep. */
static size_t
home_of(const dd_table *self, uint64_t hash)
{
    return (size_t) (hash >> 32) & (self->n_slots - 1);
}

/* The slot that holds the word, or the free one where it would go. */
static size_t
slot_of(const dd_table *self, const char *word, uint64_t hash)
{
    size_t i = home_of(self, hash);

    while (self->slots[i] != 0) {
        uint32_t number = (uint32_t) self->slots[i] - 1;
        if (self->slots[i] >> 32 == hash >> 32 && strcmp(self->items[number], word) == 0)
            break;
        i = (i + 1) & (self->n_slots - 1);
    }
    return i;
}

static int
grow_items(dd_table *self)
{
    size_t room = self->room ? self->room * 2 : 16;
    const char **items = realloc(self->items, room * sizeof(*items));

    if (!items)
        return -1;
    self->items = items;
    self->room = room;
    return 0;
}

/* Twice the slots, so that at most half of them are taken. Words need not be looked at:
 * they are as different as they were. */
static int
grow_slots(dd_table *self)
{
    dd_table wider = *self;

    wider.n_slots = self->n_slots ? self->n_slots * 2 : 32;
    wider.slots = calloc(wider.n_slots, sizeof(*wider.slots));
    if (!wider.slots)
        return -1;
    for (size_t i = 0; i < self->n_slots; i++) {
        size_t slot = home_of(&wider, self->slots[i]);
        if (self->slots[i] == 0)
            continue;
        while (wider.slots[slot] != 0)
            slot = (slot + 1) & (wider.n_slots - 1);
        wider.slots[slot] = self->slots[i];
    }
    free(self->slots);
    *self = wider;
    return 0;
}

int32_t
dd_table_find(const dd_table *self, const char *word)
{
    size_t slot;

    if (self->n == 0)
        return -1;
    slot = slot_of(self, word, dd_hash(word, strlen(word)));
    return self->slots[slot] ? (int32_t) ((uint32_t) self->slots[slot] - 1) : -1;
}

int32_t
dd_table_add(dd_table *self, dd_arena *arena, const char *word)
{
    size_t length, slot;
    uint64_t hash;
    char *copy;

    if (self->n > 0 && strcmp(self->items[self->last], word) == 0)
        return self->last;
    length = strlen(word);
    hash = dd_hash(word, length);
    if (2 * self->n >= self->n_slots && grow_slots(self))
        return -1;
    slot = slot_of(self, word, hash);
    if (self->slots[slot])
        return self->last = (int32_t) ((uint32_t) self->slots[slot] - 1);
    if (self->n == INT32_MAX || (self->n == self->room && grow_items(self)))
        return -1;
    copy = dd_arena_copy(arena, word, length);
    if (!copy)
        return -1;
    self->items[self->n] = copy;
    self->slots[slot] = (hash >> 32 << 32) | (self->n + 1);
    self->last = (int32_t) self->n++;
    return self->last;
}

void
dd_table_free(dd_table *self)
{
    free(self->items);
    free(self->slots);
    memset(self, 0, sizeof(*self));
}
