#include "history/batches.h"

#include <stdlib.h>

#define LEAST_DEALS 30
#define LEAST_SHARE \
    0.1               /* of all that appeared; 1.3 % is the most of any public history */
#define LEAST_DAYS 90 /* that they are counted over */

/** A day, and how many deals first appear on it. */
typedef struct {
    size_t n, all;
    dd_day day;
} import;

/* New deals are counted from here on. */
static dd_day
first_counted(const dd_past *past)
{
    int is_later = past->starts != DD_NO_DAY && past->starts > past->first_day;

    return is_later ? past->starts : past->first_day;
}

/* The day of most, of equals the latest. @param per_day  from first_counted on, zeros */
static import
busiest(const dd_past *past, size_t *per_day)
{
    const dd_day from = first_counted(past);
import self = { 0, 0, from };

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
    for (dd_day day = from; day <= past->as_of; day++)
        if (per_day[day - from] >= self.n) {
            self.n = per_day[day - from];
            self.day = day;
        }
    return self;
}

static dd_status
tell(const import *self, dd_notes *notes)
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
import found;

    if (past->as_of - from < LEAST_DAYS)
        return DD_OK;
    per_day = calloc((size_t) (past->as_of - from) + 1, sizeof(*per_day));
    if (!per_day)
        return DD_ENOMEM;
    found = busiest(past, per_day);
    free(per_day);
    if (found.n < LEAST_DEALS || (double) found.n < LEAST_SHARE * (double) found.all)
        return DD_OK;
    return tell(&found, notes);
}
