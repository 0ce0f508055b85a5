#include "history/assemble.h"

#include <stdlib.h>

/** A deal and where its earliest row stands. */
typedef struct {
    int32_t file;
    long line;
    uint32_t deal;
} deal_place;

static int
compare_places(const void *a, const void *b)
{
    const deal_place *x = a, *y = b;

    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

static deal_place
place_of(const dd_intake *self, size_t deal)
{
    const dd_intake_when *when = &self->spans[deal].earliest;

    return (deal_place){ when->file, when->line, (uint32_t) deal };
}

static int
is_ordered(const dd_intake *self)
{
    for (size_t d = 1; d < self->history->n_deals; d++) {
        const deal_place before = place_of(self, d - 1), here = place_of(self, d);
        if (compare_places(&before, &here) > 0)
            return 0;
    }
    return 1;
}

/* Deals move as `places` says; rows follow by `moved`, the new number of each. */
static void
move_deals(dd_intake *self, const deal_place *places, dd_deal *sorted, uint32_t *moved)
{
    dd_history *history = self->history;

    for (size_t i = 0; i < history->n_deals; i++) {
        sorted[i] = history->deals[places[i].deal];
        moved[places[i].deal] = (uint32_t) i;
    }
    for (size_t i = 0; i < self->n_rows; i++)
        self->rows[i].deal = moved[self->rows[i].deal];
    free(history->deals);
    history->deals = sorted;
}

dd_status
dd_assemble_deals(dd_intake *self)
{
    const size_t n = self->history->n_deals;
    deal_place *places;
    dd_deal *sorted;
    uint32_t *moved;
    int failed = 1;

    if (is_ordered(self))
        return DD_OK;
    places = malloc(n * sizeof(*places));
    sorted = malloc(n * sizeof(*sorted));
    moved = malloc(n * sizeof(*moved));
    if (places && sorted && moved) {
        for (size_t d = 0; d < n; d++)
            places[d] = place_of(self, d);
        qsort(places, n, sizeof(*places), compare_places);
        move_deals(self, places, sorted, moved);
        sorted = NULL;
        failed = 0;
    }
    self->moved = moved;
    free(places);
    free(sorted);
    return failed ? dd_error_no_memory(self->err) : DD_OK;
}
