#include "history/assemble.h"

#include <stdio.h>
#include <stdlib.h>

static int
comes_before(const dd_entry *a, const dd_entry *b)
{
    if (a->known != b->known)
        return a->known < b->known;
    return a->file != b->file ? a->file < b->file : a->line < b->line;
}

static int
compare_entries(const void *a, const void *b)
{
    return comes_before(b, a) - comes_before(a, b);
}

/* Most deals already stand in order; those stay untouched, so that creation and end of
 * one row, at one moment, keep theirs. */
static void
sort_entries(dd_entry *entries, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (comes_before(&entries[i], &entries[i - 1])) {
            qsort(entries, n, sizeof(*entries), compare_entries);
            return;
        }
    }
}

static dd_status
refuse_pipeline_change(dd_intake *self, const dd_intake_row *row)
{
    const dd_row_refusal refusal = {
        .line = row->entry.line,
        .column = "pipeline",
        .code = "pipeline_changed",
        .reason = "another pipeline than that of the deal's first row",
    };

    return dd_intake_refuse(self, row->entry.file, &refusal);
}

static dd_status
refuse_after_end(dd_intake *self, const dd_entry *entry, const dd_deal *deal,
                 const dd_entry *end)
{
    char day[16], reason[512];
    const dd_row_refusal refusal = {
        .line = entry->line,
        .column = "deal_id",
        .value = deal->id,
        .code = "after_end",
        .reason = reason,
    };
    const char *how = end->stage == DD_WON    ? "Won"
                      : end->stage == DD_LOST ? "Lost"
                                              : "Recycled";

    snprintf(reason, sizeof(reason), "deal '%.200s' goes on after its end (%s on %s)",
             deal->id, how, dd_day_format(dd_moment_day(end->at), day));
    return dd_intake_refuse(self, entry->file, &refusal);
}

static dd_status
refuse_twin(dd_intake *self, const dd_entry *entry, const dd_deal *deal,
            const dd_entry *twin)
{
    char day[16], reason[512];
    const dd_row_refusal refusal = {
        .line = entry->line,
        .column = "deal_id",
        .value = deal->id,
        .code = "duplicate_id",
        .reason = reason,
    };

    snprintf(reason, sizeof(reason),
             "deal '%.150s' is on the photo of %s already, at "
             "%.200s:%ld",
             deal->id, dd_day_format(dd_moment_day(entry->known), day),
             self->history->files[twin->file].path, twin->line);
    return dd_intake_refuse(self, entry->file, &refusal);
}

/* Each deal's share of the entries, by counting. */
static void
lay_out(dd_intake *self)
{
    dd_deal *deals = self->history->deals;
    size_t first = 0;

    for (size_t i = 0; i < self->n_rows; i++)
        deals[self->rows[i].deal].n++;
    for (size_t d = 0; d < self->history->n_deals; d++) {
        deals[d].first = first;
        first += deals[d].n;
        deals[d].n = 0;
    }
}

static dd_status
place_rows(dd_intake *self)
{
    dd_history *history = self->history;

    for (size_t i = 0; i < self->n_rows; i++) {
        const dd_intake_row *row = &self->rows[i];
        dd_deal *deal = &history->deals[row->deal];
        if (row->pipeline == deal->pipeline)
            history->entries[deal->first + deal->n++] = row->entry;
        else if (refuse_pipeline_change(self, row))
            return DD_ENOMEM;
    }
    return DD_OK;
}

/* A deal's usable entries, moved to `next`. The same end written again is no going on:
 * CRMs write a row for every change of an amount. */
static dd_status
keep_until_end(dd_intake *self, dd_deal *deal, size_t next)
{
    dd_entry *entries = self->history->entries;
    const size_t first = deal->first, n = deal->n;
    const dd_entry *end = NULL;
    const int photos = self->history->layout == DD_SNAPSHOTS;
    int over = 0;

    deal->first = next;
    deal->n = 0;
    for (size_t i = first; i < first + n; i++) {
        const dd_entry entry = entries[i];
        if (photos && deal->n > 0 && entries[next - 1].known == entry.known) {
            if (refuse_twin(self, &entry, deal, &entries[next - 1]))
                return DD_ENOMEM;
            continue;
        }
        over = over || (end && entry.stage != end->stage);
        if (over) {
            if (refuse_after_end(self, &entry, deal, end))
                return DD_ENOMEM;
            continue;
        }
        self->same_moment += deal->n > 0 && entries[next - 1].known == entry.known
                             && entries[next - 1].stage != entry.stage;
        entries[next] = entry;
        if (!end && entry.stage < 0)
            end = &entries[next];
        next++;
        deal->n++;
    }
    return DD_OK;
}

static dd_status
order_deals(dd_intake *self)
{
    dd_history *history = self->history;
    size_t next = 0;

    for (size_t d = 0; d < history->n_deals; d++) {
        dd_deal *deal = &history->deals[d];
        sort_entries(history->entries + deal->first, deal->n);
        if (keep_until_end(self, deal, next))
            return DD_ENOMEM;
        next += deal->n;
    }
    history->n_entries = next;
    return DD_OK;
}

/* Dates alone are noons, so that a history whose every moment is one holds dates. */
static void
find_span(dd_history *history)
{
    int dates = history->n_entries > 0;

    for (size_t i = 0; i < history->n_entries; i++) {
        dd_moment at = history->entries[i].at;
        dd_day day = dd_moment_day(history->entries[i].known);
        if (history->first_day == DD_NO_DAY || day < history->first_day)
            history->first_day = day;
        if (history->last_day == DD_NO_DAY || day > history->last_day)
            history->last_day = day;
        dates = dates && at - dd_day_end(dd_moment_day(at)) == -DD_SECONDS_PER_DAY / 2;
    }
    if (history->layout == DD_SNAPSHOTS) /* nothing is known to the second */
        dates = 1;
    history->recording_unit = dates ? DD_SECONDS_PER_DAY : 1;
}

dd_status
dd_assemble_entries(dd_intake *self)
{
    dd_history *history = self->history;

    history->entries = malloc((self->n_rows + 1) * sizeof(*history->entries));
    if (!history->entries)
        return dd_error_no_memory(self->err);
    lay_out(self);
    if (place_rows(self))
        return DD_ENOMEM;
    free(self->rows);
    self->rows = NULL;
    self->n_rows = self->rows_room = 0;
    if (order_deals(self))
        return DD_ENOMEM;
    if (history->layout == DD_SNAPSHOTS && dd_date_photos(self))
        return DD_ENOMEM;
    find_span(history);
    return DD_OK;
}
