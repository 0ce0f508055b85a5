#include "history/batches.h"

#include <stdlib.h>

#define LEAST_DEALS 30
#define LEAST_SHARE 0.1 /* of all that appeared; public histories have .013 at most */
#define LEAST_DAYS 90   /* that they are counted over */
#define TIMES_NEXT 2    /* the next busiest day: else all are entered in batches */

/** A day, and how many deals first appear on it, on the next busiest one, and on all. */
typedef struct {
    size_t n, next, all;
    dd_day day;
} busy_day;

/* New deals are counted from here on. */
static dd_day
first_counted(const dd_past *past)
{
    int is_later = past->starts != DD_NO_DAY && past->starts > past->first_day;

    return is_later ? past->starts : past->first_day;
}

/* The day of most, of equals the latest. @param per_day  from first_counted on, zeros */
static busy_day
busiest(const dd_past *past, size_t *per_day)
{
    const dd_day from = first_counted(past);
    busy_day self = { .day = from };

    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        dd_day day;
        if (deal->created == DD_NO_MOMENT)
            continue;
        day = dd_moment_day(deal->created);
        if (day < from || day > past->as_of)
            continue;
        self.all++;
        per_day[day - from]++;
    }
    for (dd_day day = from; day <= past->as_of; day++) {
        size_t n = per_day[day - from];
        if (n >= self.n) {
            self.next = self.n;
            self.n = n;
            self.day = day;
        } else if (n > self.next)
            self.next = n;
    }
    return self;
}

static dd_status
tell(const busy_day *self, dd_notes *notes)
{
    char day[16], next[16];

    return dd_notes_add(
        notes, "imported_deals",
        "%zu of %zu deals first appear on %s: an import? They count as new "
        "business of that day; 'history_starts: %s' counts new deals from "
        "then on only",
        self->n, self->all, dd_day_format(self->day, day),
        dd_day_format(self->day + 1, next));
}

dd_status
dd_note_imports(const dd_past *past, dd_notes *notes)
{
    const dd_day from = first_counted(past);
    size_t *per_day;
    busy_day found;

    if (past->as_of - from < LEAST_DAYS)
        return DD_OK;
    per_day = calloc((size_t) (past->as_of - from) + 1, sizeof(*per_day));
    if (!per_day)
        return DD_ENOMEM;
    found = busiest(past, per_day);
    free(per_day);
    if (found.n < LEAST_DEALS || found.n < TIMES_NEXT * found.next
        || (double) found.n < LEAST_SHARE * (double) found.all)
        return DD_OK;
    return tell(&found, notes);
}
