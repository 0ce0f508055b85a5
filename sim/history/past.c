#include "dealdice/past.h"

#include "base/arena.h"
#include "history/gaps.h"
#include "history/known_effort.h"
#include "history/order.h"
#include "history/truncation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/** What a past is made from. */
typedef struct {
    const dd_history *history;
    dd_moment until;   /* the end of as-of */
    dd_day last_photo; /* layout DD_SNAPSHOTS: the last one known */
    dd_moment watched; /* whoever is still in a stage was there until then */
    size_t vanished;   /* deals that left without an end */
    size_t unseen;     /* deals that no photo showed open */
    int present;       /* nothing in the history comes later */
    int amounts_known; /* deals layout: the amount column is an estimate made early */
    dd_stage_order *orders; /* the history's stages -> the past's */
} lookback;

static size_t
known_entries(const lookback *self, const dd_deal *deal)
{
    const dd_entry *entry = self->history->entries + deal->first;
    size_t n = 0;

    while (n < deal->n && entry[n].known < self->until)
        n++;
    return n;
}

/* Deals without any date are open at the present only. */
static int
is_known(const lookback *self, const dd_deal *deal)
{
    return known_entries(self, deal) > 0 || (deal->n == 0 && self->present);
}

static int
filled(int64_t amount)
{
    return amount != DD_UNKNOWN_AMOUNT && amount != 0;
}

/*
 * In the deals layout an amount column that is empty or 0 until the close, or for lost
 * deals, tells the outcome. It is an estimate made early only where most deals that are
 * still open and most of those lost by as-of have one.
 */
static int
amounts_are_estimates(const lookback *self)
{
    const dd_history *history = self->history;
    size_t open = 0, open_filled = 0, lost = 0, lost_filled = 0;

    for (size_t d = 0; d < history->n_deals; d++) {
        const dd_deal *deal = &history->deals[d];
        size_t n = known_entries(self, deal);
        if (n == 0)
            continue;
        if (deal->stage_now >= 0) {
            open++;
            open_filled += filled(deal->amount_now);
        } else if (deal->stage_now == DD_LOST && n == deal->n) {
            lost++;
            lost_filled += filled(deal->amount_now);
        }
    }
    return 2 * open_filled > open && 2 * lost_filled > lost;
}

static int32_t
stage_of(const lookback *self, const dd_deal *deal, int32_t stage)
{
    return stage < 0 ? stage : self->orders[deal->pipeline].place[stage];
}

static int64_t
amount_of(const lookback *self, const dd_entry *entry)
{
    const int guess = self->history->layout == DD_DEALS && entry->stage >= 0;

    return guess && !self->amounts_known ? DD_UNKNOWN_AMOUNT : entry->amount;
}

/* A recorded dwell of zero is half a unit: it happened somewhere within it. */
static double
dwell_days(const dd_past *past, dd_moment from, dd_moment to)
{
    double seconds
        = to > from ? (double) (to - from) : (double) past->recording_unit / 2;

    return seconds / (double) DD_SECONDS_PER_DAY;
}

/* Entries to spells: consecutive ones of one stage are one stay. */
static void
add_spells(const lookback *self, dd_past *past, uint32_t number, const dd_deal *from,
           size_t n)
{
    dd_past_deal *deal = &past->deals[number];
    const dd_entry *entry = self->history->entries + from->first;
    dd_spell *spell = NULL;

    for (size_t i = 0; i < n; i++) {
        int32_t stage = stage_of(self, from, entry[i].stage);
        int64_t amount = amount_of(self, &entry[i]);
        deal->amount = amount != DD_UNKNOWN_AMOUNT ? amount : deal->amount;
        deal->owner = entry[i].owner >= 0 ? entry[i].owner : deal->owner;
        if (stage != deal->stage || i == 0) {
            if (spell) {
                spell->exit = stage;
                spell->dwell_days = dwell_days(past, spell->entered, entry[i].at);
            }
            deal->stage = stage;
            deal->entered = entry[i].at;
            spell = stage < 0 ? NULL : &past->spells[past->n_spells++];
            if (spell)
                *spell = (dd_spell){ .deal = number,
                                     .pipeline = from->pipeline,
                                     .stage = stage,
                                     .exit = DD_STILL,
                                     .entered = entry[i].at };
        }
        if (spell)
            spell->amount = deal->amount;
    }
    if (spell)
        spell->dwell_days = dwell_days(past, spell->entered, self->watched);
    deal->n = past->n_spells - deal->first;
}

/* On the last day the final columns are what is known. */
static void
add_present(const lookback *self, dd_past *past, dd_past_deal *deal, const dd_deal *from)
{
    deal->close_expected = from->close_expected;
    deal->probability = from->probability;
    if (self->history->layout != DD_DEALS || from->stage_now < 0)
        return;
    deal->stage = stage_of(self, from, from->stage_now);
    deal->amount = from->amount_now;
    deal->owner = from->owner_now;
    for (size_t i = deal->first; i < deal->first + deal->n; i++)
        past->spells[i].amount = deal->amount;
}

/* Photos up to a day. */
static size_t
photos_until(const dd_history *history, dd_day day)
{
    size_t low = 0, high = history->n_photos;

    while (low < high) {
        const size_t mid = (low + high) / 2;
        if (history->photos[mid] <= day)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static dd_moment
photo_noon(const dd_history *history, size_t photo)
{
    return dd_day_end(history->photos[photo]) - DD_SECONDS_PER_DAY / 2;
}

/* An open deal that the last photo does not show has left, nobody says how. */
static void
end_vanished(lookback *self, dd_past *past, dd_past_deal *deal, const dd_entry *seen)
{
    const dd_day day = dd_moment_day(seen->known);
    dd_spell *spell = &past->spells[deal->first + deal->n - 1];
    dd_moment after, left;

    if (self->history->layout != DD_SNAPSHOTS || deal->stage < 0
        || day >= self->last_photo)
        return;
    after = photo_noon(self->history, photos_until(self->history, day));
    left = seen->known + (after - seen->known) / 2;
    spell->exit = DD_RECYCLED;
    spell->dwell_days = dwell_days(past, spell->entered, left);
    deal->stage = DD_RECYCLED;
    deal->entered = left;
    self->vanished++;
}

/*
 * A deal that came and ended between two photos was in some stage, which none shows: the
 * first one stands for it. Left out, the quickest deals would teach nothing.
 */
static void
add_unseen(lookback *self, dd_past *past, uint32_t number, const dd_deal *from)
{
    dd_past_deal *deal = &past->deals[number];
    const dd_entry *end = self->history->entries + from->first;
    const size_t photos = photos_until(self->history, dd_moment_day(end->known));
    dd_moment entered = from->created;

    if (self->history->layout != DD_SNAPSHOTS || deal->stage >= 0 || deal->n > 0
        || photos < 2 || past->pipelines[from->pipeline].n_stages == 0)
        return;
    if (entered == DD_NO_MOMENT || entered > end->at) {
        const dd_moment before = photo_noon(self->history, photos - 2);
        entered = before < end->at ? before + (end->at - before) / 2 : end->at;
    }
    past->spells[past->n_spells++]
        = (dd_spell){ .deal = number,
                      .pipeline = from->pipeline,
                      .exit = end->stage,
                      .dwell_days = dwell_days(past, entered, end->at),
                      .entered = entered,
                      .amount = deal->amount };
    deal->n = 1;
    deal->created = entered;
    self->unseen++;
}

/* Who stands on the first photo came at a time unknown, unless it is told. */
static dd_moment
created_at(const lookback *self, const dd_entry *first)
{
    const dd_history *history = self->history;

    if (history->layout == DD_SNAPSHOTS && history->n_photos > 0
        && dd_moment_day(first->at) == history->photos[0])
        return DD_NO_MOMENT;
    return first->at;
}

static void
add_deal(lookback *self, dd_past *past, const dd_deal *from)
{
    const uint32_t number = (uint32_t) past->n_deals++;
    const dd_entry *entry = self->history->entries + from->first;
    const size_t n = known_entries(self, from);
    dd_past_deal *deal = &past->deals[number];

    *deal = (dd_past_deal){ .id = from->id,
                            .name = from->name,
                            .key = from->key,
                            .pipeline = from->pipeline,
                            .segment = from->segment,
                            .kind = from->kind,
                            .source = from->source,
                            .owner = -1,
                            .created = DD_NO_MOMENT,
                            .entered = DD_NO_MOMENT,
                            .closed = DD_NO_MOMENT,
                            .amount = DD_UNKNOWN_AMOUNT,
                            .first_owner = n > 0 ? entry[0].owner : from->owner_now,
                            .first_amount = n > 0 && past->layout != DD_DEALS
                                                ? entry[0].amount
                                                : DD_UNKNOWN_AMOUNT,
                            .first = past->n_spells,
                            .close_expected = DD_NO_MOMENT,
                            .probability = (double) NAN };
    add_spells(self, past, number, from, n);
    if (n > 0)
        end_vanished(self, past, deal, &entry[n - 1]);
    if (n > 0 && deal->n == 0)
        add_unseen(self, past, number, from);
    if (deal->n > 0 && entry[0].stage >= 0) {
        deal->created = created_at(self, &entry[0]);
        deal->first_stage = past->spells[deal->first].stage;
    }
    if (deal->stage < 0)
        deal->closed = deal->entered;
    if (self->present)
        add_present(self, past, deal, from);
}

/* Dates alone are noons; see dd_history's recording_unit. */
static dd_moment
unit_of(const lookback *self)
{
    if (self->history->layout == DD_SNAPSHOTS)
        return DD_SECONDS_PER_DAY;
    for (size_t d = 0; d < self->history->n_deals; d++) {
        const dd_deal *deal = &self->history->deals[d];
        const dd_entry *entry = self->history->entries + deal->first;
        for (size_t i = 0, n = known_entries(self, deal); i < n; i++)
            if (dd_day_end(dd_moment_day(entry[i].at)) - entry[i].at
                != DD_SECONDS_PER_DAY / 2)
                return 1;
    }
    return DD_SECONDS_PER_DAY;
}

static dd_status
make_room(const lookback *self, dd_past *past)
{
    size_t deals = 0, entries = 0;

    for (size_t d = 0; d < self->history->n_deals; d++) {
        const dd_deal *deal = &self->history->deals[d];
        if (!is_known(self, deal))
            continue;
        deals++;
        entries += known_entries(self, deal) + 1; /* one that no photo shows */
    }
    past->deals = malloc((deals + 1) * sizeof(*past->deals));
    past->spells = malloc((entries + 1) * sizeof(*past->spells));
    return past->deals && past->spells ? DD_OK : DD_ENOMEM;
}

static void
use(size_t *n, int32_t number)
{
    if (number >= 0 && (size_t) number >= *n)
        *n = (size_t) number + 1;
}

/* Names stand in order of first use, so what was known is the head of each list. */
static void
cut_names(const lookback *self, dd_past *past)
{
    const dd_history *history = self->history;
    size_t owners = 0, segments = 0, kinds = 0, sources = 0;

    past->n_pipelines = history->n_pipelines_given;
    for (size_t d = 0; d < history->n_deals; d++) {
        const dd_deal *deal = &history->deals[d];
        const size_t n = known_entries(self, deal);
        if (!is_known(self, deal))
            continue;
        for (size_t i = 0; i < n; i++)
            use(&owners, history->entries[deal->first + i].owner);
        if (self->present)
            use(&owners, deal->owner_now);
        use(&segments, deal->segment);
        use(&kinds, deal->kind);
        use(&sources, deal->source);
        use(&past->n_pipelines, deal->pipeline);
    }
    past->owners = (dd_names){ owners, history->owners.items };
    past->segments = (dd_names){ segments, history->segments.items };
    past->kinds = (dd_names){ kinds, history->kinds.items };
    past->sources = (dd_names){ sources, history->sources.items };
}

/* Pipelines with the stages known then, in the order that the moves until then give. */
static dd_status
copy_pipelines(const lookback *self, dd_past *past)
{
    dd_pipeline *made;

    past->arena = dd_arena_new();
    made = past->arena
               ? dd_arena_alloc(past->arena, (past->n_pipelines + 1) * sizeof(*made))
               : NULL;
    past->pipelines = made;
    if (!made)
        return DD_ENOMEM;
    for (size_t p = 0; p < past->n_pipelines; p++) {
        const dd_pipeline *from = &self->history->pipelines[p];
        const dd_stage_order *order = &self->orders[p];
        made[p] = *from;
        made[p].n_stages = order->n;
        made[p].stages
            = dd_arena_alloc(past->arena, (order->n + 1) * sizeof(*made[p].stages));
        if (!made[p].stages)
            return DD_ENOMEM;
        for (size_t s = 0; s < order->n; s++)
            made[p].stages[s] = from->stages[order->order[s]];
    }
    return DD_OK;
}

/* The last photo known: nothing can be seen to move after it. */
static void
find_photo(lookback *self)
{
    const dd_history *history = self->history;

    for (size_t i = 0; i < history->n_photos; i++)
        if (dd_day_end(history->photos[i]) <= self->until)
            self->last_photo = history->photos[i];
    self->watched = dd_day_end(self->last_photo);
}

/* The funnel's word stands; else the closings tell, and in photos the first: who had ended
 * before is not on it, and who stands there came at an unknown time. */
static dd_status
find_starts(dd_past *past, dd_day told, dd_notes *notes)
{
    double expected = 0;
    char day[16];
    const dd_day inferred
        = told == DD_NO_DAY ? dd_truncation_day(past, &expected) : DD_NO_DAY;

    past->starts = told != DD_NO_DAY ? told : inferred;
    if (told == DD_NO_DAY && past->layout == DD_SNAPSHOTS
        && (inferred == DD_NO_DAY || inferred <= past->first_day))
        past->starts = past->first_day + 1;
    if (past->starts == DD_NO_DAY)
        return DD_OK;
    dd_truncation_apply(past, past->starts);
    if (past->starts != inferred || !notes)
        return DD_OK;
    return dd_notes_add(
        notes, "left_truncation",
        "no deal closed before %s, where about %.0f were to be expected: "
        "older deals are taken for survivors, and rates and arrivals "
        "count from then on (history_starts: says otherwise)",
        dd_day_format(past->starts, day), expected);
}

static dd_status
fill(lookback *self, dd_past *past, dd_notes *notes)
{
    const dd_history *history = self->history;

    if (dd_stage_orders(self->orders, history, self->until, NULL)
        || make_room(self, past))
        return DD_ENOMEM;
    cut_names(self, past);
    if (copy_pipelines(self, past))
        return DD_ENOMEM;
    past->recording_unit = unit_of(self);
    self->amounts_known = history->layout == DD_DEALS && amounts_are_estimates(self);
    for (size_t d = 0; d < history->n_deals; d++)
        if (is_known(self, &history->deals[d]))
            add_deal(self, past, &history->deals[d]);
    if (dd_known_effort(past, history, self->present))
        return DD_ENOMEM;
    if (notes && dd_note_gaps(past, self->vanished, self->unseen, notes))
        return DD_ENOMEM;
    return find_starts(past, history->starts, notes);
}

/* As-of must be a day, and not one before everything that is known, or watched. */
static dd_status
check_day(const dd_history *history, dd_day as_of, dd_error *err)
{
    char day[16], first[16], starts[16];

    if (as_of == DD_NO_DAY)
        return dd_error_add(err, DD_EDATA, NULL, NULL, "--as-of DATE",
                            "there is no history to tell the last day that is known");
    dd_day_format(as_of, day);
    if (history->starts != DD_NO_DAY && history->starts > as_of)
        return dd_error_add(err, DD_EDATA, NULL, dd_day_format(history->starts, starts),
                            "a day before as-of",
                            "history_starts after as-of %s: nothing was watched by then",
                            day);
    if (history->first_day == DD_NO_DAY || as_of >= history->first_day)
        return DD_OK;
    dd_day_format(history->first_day, first);
    return dd_error_add(err, DD_EDATA, NULL, day, first,
                        "as-of before the data, which begin on %s", first);
}

dd_status
dd_history_as_of(dd_past *self, const dd_history *history, dd_day as_of, dd_notes *notes,
                 dd_error *err)
{
    lookback back = { .history = history };
    dd_status status = check_day(history, as_of, err);

    memset(self, 0, sizeof(*self));
    if (status)
        return status;
    back.until = dd_day_end(as_of);
    back.present = as_of >= history->last_day;
    back.watched = back.until;
    if (history->layout == DD_SNAPSHOTS)
        find_photo(&back);
    self->as_of = as_of;
    self->first_day = history->first_day != DD_NO_DAY ? history->first_day : as_of;
    self->layout = history->layout;
    self->present = back.present;
    back.orders = calloc(history->n_pipelines + 1, sizeof(*back.orders));
    status = back.orders ? fill(&back, self, notes) : DD_ENOMEM;
    dd_stage_orders_free(back.orders, history->n_pipelines);
    free(back.orders);
    if (status) {
        dd_past_free(self);
        return dd_error_no_memory(err);
    }
    return DD_OK;
}

void
dd_past_free(dd_past *self)
{
    free(self->deals);
    free(self->spells);
    free(self->activities);
    free(self->reps);
    dd_arena_free(self->arena);
    memset(self, 0, sizeof(*self));
}
