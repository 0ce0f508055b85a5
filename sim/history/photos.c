#include "history/assemble.h"

#include <stdlib.h>
#include <string.h>

/** What dating meets. */
typedef struct {
    const dd_history *history;
    size_t guessed; /* changes dated in the middle of two photos */
    size_t undated; /* deals on the first photo without a date of creation */
} dating;

static int
compare_days(const void *a, const void *b)
{
    const dd_day x = *(const dd_day *) a, y = *(const dd_day *) b;

    return (x > y) - (x < y);
}

/* Days with an entry, each once; rows of one photo mostly follow each other. */
static dd_status
find_photos(dd_intake *self)
{
    dd_history *history = self->history;
    dd_day *days = malloc((history->n_entries + 1) * sizeof(*days)), *kept;
    size_t n = 0, photos = 0;

    if (!days)
        return dd_error_no_memory(self->err);
    for (size_t i = 0; i < history->n_entries; i++)
        days[n++] = dd_moment_day(history->entries[i].known);
    qsort(days, n, sizeof(*days), compare_days);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || days[i] != days[i - 1])
            days[photos++] = days[i];
    kept = dd_arena_alloc(history->arena, (photos + 1) * sizeof(*kept));
    if (kept)
        memcpy(kept, days, photos * sizeof(*kept));
    free(days);
    history->photos = kept;
    history->n_photos = photos;
    return kept ? DD_OK : dd_error_no_memory(self->err);
}

static dd_moment
middle(dd_moment a, dd_moment b)
{
    return a + (b - a) / 2;
}

static dd_moment
noon(dd_day day)
{
    return dd_day_end(day) - DD_SECONDS_PER_DAY / 2;
}

/* Noon of the photo before the one of this moment; DD_NO_MOMENT: it is the first. */
static dd_moment
photo_before(const dd_history *history, dd_moment known)
{
    const dd_day day = dd_moment_day(known);
    size_t low = 0, high = history->n_photos;

    while (low < high) {
        const size_t mid = (low + high) / 2;
        if (history->photos[mid] < day)
            low = mid + 1;
        else
            high = mid;
    }
    return low > 0 ? noon(history->photos[low - 1]) : DD_NO_MOMENT;
}

/* Where a deal comes from: its creation, if the CRM says it, else halfway from the photo
 * without it. */
static void
date_first(dating *self, dd_entry *first, dd_moment created)
{
    const dd_moment before = photo_before(self->history, first->known);

    if (first->at != DD_NO_MOMENT)
        return;
    first->at = first->known;
    if (created != DD_NO_MOMENT
        && dd_moment_day(created) <= dd_moment_day(first->known)) {
        first->at = created < first->known ? created : first->known;
    } else if (before != DD_NO_MOMENT) {
        first->at = middle(before, first->known);
        self->guessed++;
    } else {
        self->undated++;
    }
}

static void
date_next(dating *self, const dd_entry *last, dd_entry *entry)
{
    const int moved = entry->stage != last->stage;

    if (!moved) {
        entry->at = entry->known;
    } else if (entry->at == DD_NO_MOMENT
               || dd_moment_day(entry->at) < dd_moment_day(last->known)) {
        entry->at = middle(last->known, entry->known);
        self->guessed++;
    }
    if (entry->at < last->at)
        entry->at = last->at;
}

static dd_day
median_gap(const dd_history *history)
{
    size_t n = history->n_photos - 1;
    dd_day *gaps = malloc((n + 1) * sizeof(*gaps)), median = 0;

    if (!gaps)
        return 0;
    for (size_t i = 0; i < n; i++)
        gaps[i] = history->photos[i + 1] - history->photos[i];
    qsort(gaps, n, sizeof(*gaps), compare_days);
    if (n > 0)
        median = gaps[n / 2];
    free(gaps);
    return median;
}

static dd_status
note_dating(const dd_intake *self, const dating *found)
{
    const dd_history *history = self->history;
    char first[16], last[16];

    if (!self->notes || history->n_photos == 0)
        return DD_OK;
    if (dd_notes_add(
            self->notes, "read_photos",
            "photos from %s to %s: %zu, mostly %d days apart; changes that no "
            "date tells: %zu, dated in the middle of the photos before and after",
            dd_day_format(history->photos[0], first),
            dd_day_format(history->photos[history->n_photos - 1], last),
            history->n_photos, median_gap(history), found->guessed))
        return dd_error_no_memory(self->err);
    if (found->undated > 0
        && dd_notes_add(self->notes, "undated_photo",
                        "deals on the first photo without a creation date: %zu; their "
                        "stay counts from that photo",
                        found->undated))
        return dd_error_no_memory(self->err);
    return DD_OK;
}

dd_status
dd_date_photos(dd_intake *self)
{
    dd_history *history = self->history;
    dating found = { .history = history };

    if (find_photos(self))
        return DD_ENOMEM;
    for (size_t d = 0; d < history->n_deals; d++) {
        const dd_deal *deal = &history->deals[d];
        dd_entry *entry = history->entries + deal->first;
        if (deal->n > 0)
            date_first(&found, &entry[0], deal->created);
        for (size_t i = 1; i < deal->n; i++)
            date_next(&found, &entry[i - 1], &entry[i]);
    }
    return note_dating(self, &found);
}
