#include "history/lone_end.h"

#include <stdio.h>

#define MOST_LONE 5   /* entries that may be slips of the pen together */
#define LEAST_DAYS 90 /* less is a holiday, or a pause */
#define TIMES_USUAL 10.0

/** Entries from a day on, and what comes before them. */
typedef struct {
    size_t n;
    const dd_entry *first; /* the earliest of them */
    dd_day before;         /* of the latest before them; DD_NO_DAY: none */
} tail;

static tail
tail_from(const dd_history *self, dd_day from)
{
    tail found = { 0, NULL, DD_NO_DAY };

    for (size_t i = 0; i < self->n_entries; i++) {
        const dd_entry *entry = &self->entries[i];
        const dd_day day = dd_moment_day(entry->known);
        if (day < from) {
            found.before
                = found.before == DD_NO_DAY || day > found.before ? day : found.before;
            continue;
        }
        found.n++;
        if (found.first == NULL || entry->known < found.first->known)
            found.first = entry;
    }
    return found;
}

static int
is_lone(const dd_history *self, const tail *end, dd_day from)
{
    const double usual
        = (double) (end->before - self->first_day) / (double) (self->n_entries - end->n);
    const double apart = (double) (from - end->before);

    return apart > LEAST_DAYS && apart > TIMES_USUAL * usual;
}

static const char *
deal_of(const dd_history *self, const dd_entry *entry)
{
    const size_t at = (size_t) (entry - self->entries);
    size_t d = 0;

    while (
        d + 1 < self->n_deals
        && (at < self->deals[d].first || at >= self->deals[d].first + self->deals[d].n))
        d++;
    return self->deals[d].id;
}

static dd_status
tell(const dd_history *self, const tail *end, dd_day from, dd_notes *notes)
{
    char on[16], before[16], many[32];

    snprintf(many, sizeof many, end->n > 1 ? "last %zu entries" : "last entry", end->n);
    return dd_notes_add(
        notes, "lone_end",
        "%s:%ld: the %s, of deal %s on %s, came %lld days after the one "
        "before: all is told as of then; --as-of %s if the date is wrong",
        self->files[end->first->file].path, end->first->line, many,
        deal_of(self, end->first), dd_day_format(from, on),
        (long long) (from - end->before), dd_day_format(end->before, before));
}

dd_status
dd_note_lone_end(const dd_history *self, dd_notes *notes)
{
    dd_day from = self->last_day;

    while (from != DD_NO_DAY) {
        const tail end = tail_from(self, from);
        if (end.n > MOST_LONE || end.before == DD_NO_DAY)
            return DD_OK;
        if (is_lone(self, &end, from))
            return tell(self, &end, from, notes);
        from = end.before;
    }
    return DD_OK;
}
