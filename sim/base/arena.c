#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CHUNK ((size_t) 16 << 10)
#define LAST_CHUNK ((size_t) 4 << 20)
#define ALIGNMENT _Alignof(max_align_t)

typedef struct chunk {
    struct chunk *next;
    size_t used, size;
    max_align_t bytes[];
} chunk;

struct dd_arena {
    chunk *open; /* the one that small requests are served from */
    size_t next_size;
};

dd_arena *
dd_arena_new(void)
{
    dd_arena *self = calloc(1, sizeof(*self));

    if (self)
        self->next_size = FIRST_CHUNK;
    return self;
}

void
dd_arena_free(dd_arena *self)
{
    if (!self)
        return;
    for (chunk *c = self->open; c;) {
        chunk *next = c->next;
        free(c);
        c = next;
    }
    free(self);
}

static chunk *
new_chunk(size_t size)
{
    chunk *c = size > SIZE_MAX - sizeof(*c) ? NULL : malloc(sizeof(*c) + size);

    if (!c)
        return NULL;
    c->used = 0;
    c->size = size;
    c->next = NULL;
    return c;
}

/* A request too large to share a chunk gets one of its own, behind the open one, so
 * that the rest of the open one is not lost. */
static void *
alloc_alone(dd_arena *self, size_t n)
{
    chunk *c = new_chunk(n);

    if (!c)
        return NULL;
    c->used = n;
    if (self->open) {
        c->next = self->open->next;
        self->open->next = c;
    } else {
        self->open = c;
    }
    return c->bytes;
}

void *
dd_arena_alloc(dd_arena *self, size_t n)
{
    void *bytes;

    if (n > SIZE_MAX - ALIGNMENT)
        return NULL;
    n = (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (n > self->next_size / 4)
        return alloc_alone(self, n);
    if (!self->open || self->open->size - self->open->used < n) {
        chunk *c = new_chunk(self->next_size);
        if (!c)
            return NULL;
        c->next = self->open;
        self->open = c;
        if (self->next_size < LAST_CHUNK)
            self->next_size *= 2;
    }
    bytes = (char *) self->open->bytes + self->open->used;
    self->open->used += n;
    return bytes;
}

char *
dd_arena_copy(dd_arena *self, const char *text, size_t n)
{
    char *copy = n == SIZE_MAX ? NULL : dd_arena_alloc(self, n + 1);

    if (!copy)
        return NULL;
    if (n > 0)
        memcpy(copy, text, n);
    copy[n] = '\0';
    return copy;
}
