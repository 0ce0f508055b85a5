#include "history/batches.h"

#include "base/sort.h"
#include "history/exit_day.h"

#include <stdlib.h>

#define LEAST_EXITS 50
#define LEAST_A_DAY 5     /* exits on a busy day */
#define MOST_OF_RISK 0.05 /* that the busy days hold */
#define DAY_BITS 22       /* of a key: 11000 years */
#define NUMBER_BITS 16    /* a stage's, or an exit's from DD_STILL on */

/** A day and its exits of one kind. */
typedef struct {
    size_t n;
    dd_day day;
} exit_day;

/** The busiest days of one kind of exit, as few as hold half. */
typedef struct {
    int32_t pipeline, stage, exit;
    size_t n, on_busy, days;
    dd_day latest; /* busy one */
} batches;

static uint64_t
key_of(const dd_past *past, const dd_spell *spell)
{
    const dd_day day = dd_exit_day(past, spell);

    return (uint64_t) spell->pipeline << (DAY_BITS + 2 * NUMBER_BITS)
           | (uint64_t) spell->stage << (DAY_BITS + NUMBER_BITS)
           | (uint64_t) (spell->exit - DD_STILL) << DAY_BITS
           | (uint64_t) (day - past->first_day);
}

/* The busiest first, of equals the latest. */
static int
by_exits(const void *a, const void *b)
{
    const exit_day *x = a, *y = b;

    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    return (x->day < y->day) - (x->day > y->day);
}

/* @param room  for twice as many keys as there are spells
 * @return the keys in order, *n of them */
static const uint64_t *
collect(const dd_past *past, uint64_t *room, size_t *n)
{
    uint64_t *keys = room;

    for (size_t i = 0; i < past->n_spells; i++)
        if (dd_exit_watched(&past->spells[i]))
            *keys++ = key_of(past, &past->spells[i]);
    *n = (size_t) (keys - room);
    return dd_sort_keys(room, keys, *n);
}

/* Of the exits of one kind, in order of their days. */
static batches
busiest(const dd_past *past, const uint64_t *keys, size_t n, exit_day *days)
{
    const uint64_t of_day = (UINT64_C(1) << DAY_BITS) - 1, kind = keys[0] >> DAY_BITS,
                   number = (UINT64_C(1) << NUMBER_BITS) - 1;
    batches self = { .pipeline = (int32_t) (kind >> 2 * NUMBER_BITS),
                     .stage = (int32_t) (kind >> NUMBER_BITS & number),
                     .exit = (int32_t) (kind & number) + DD_STILL,
                     .n = n,
                     .latest = past->first_day };
    size_t n_days = 0;

    for (size_t i = 0; i < n; i++) {
        dd_day day = past->first_day + (dd_day) (keys[i] & of_day);
        if (i == 0 || keys[i] != keys[i - 1])
            days[n_days++] = (exit_day){ 0, day };
        days[n_days - 1].n++;
    }
    qsort(days, n_days, sizeof(*days), by_exits);
    for (; 2 * self.on_busy < n; self.days++) {
        self.on_busy += days[self.days].n;
        if (days[self.days].day > self.latest)
            self.latest = days[self.days].day;
    }
    return self;
}

/* Deal-days at risk of each day since the first: whoever stood there on it. */
static void
count_at_risk(const dd_past *past, const batches *self, size_t n_days, long *at_risk)
{
    for (size_t d = 0; d < n_days; d++)
        at_risk[d] = 0;
    for (size_t i = 0; i < past->n_spells; i++) {
        const dd_spell *spell = &past->spells[i];
        if (spell->pipeline != self->pipeline || spell->stage != self->stage)
            continue;
        dd_day from = dd_moment_day(spell->entered),
               to = spell->exit == DD_STILL ? past->as_of : dd_exit_day(past, spell);
        if (past->starts != DD_NO_DAY && from < past->starts)
            from = past->starts;
        if (from < past->first_day || to < from)
            continue;
        at_risk[from - past->first_day]++;
        at_risk[to - past->first_day + 1]--;
    }
    for (size_t d = 1; d < n_days; d++)
        at_risk[d] += at_risk[d - 1];
}

/* The part of all deal-days at risk that the busy days hold. */
static double
busy_risk(const dd_past *past, const batches *self, const exit_day *busy, long *at_risk)
{
    const size_t n_days = (size_t) (past->as_of - past->first_day) + 2;
    double all = 0, sum = 0;

    count_at_risk(past, self, n_days, at_risk);
    for (size_t d = 0; d < n_days; d++)
        all += (double) at_risk[d];
    for (size_t d = 0; d < self->days; d++)
        sum += (double) at_risk[busy[d].day - past->first_day];
    return all > 0 ? sum / all : 1.0;
}

static dd_status
tell(const dd_past *past, const batches *self, double risk, dd_notes *notes)
{
    const char *const *stages = past->pipelines[self->pipeline].stages;
    const char *const end[] = { "Recycled", "Lost", "Won" };
    const int ends = self->exit < 0;
    char latest[16];

    return dd_notes_add(
        notes, "batch_dated_exits",
        "exits of '%s' to '%s' are written in batches: %zu of %zu on %zu day%s, with "
        "%.2g %% "
        "of the time that deals stood there; the latest of these was %s. The forecast "
        "spreads them over time, but they come in lumps: how many fall into a period "
        "cannot be told%s",
        stages[self->stage], ends ? end[self->exit - DD_RECYCLED] : stages[self->exit],
        self->on_busy, self->n, self->days, self->days == 1 ? "" : "s", 100.0 * risk,
        dd_day_format(self->latest, latest),
        self->exit == DD_LOST ? ", and deals that stand there may be lost already" : "");
}

static dd_status
look(const dd_past *past, const uint64_t *keys, size_t n, exit_day *days, long *at_risk,
     dd_notes *notes)
{
    if (n < LEAST_EXITS)
        return DD_OK;
    const batches found = busiest(past, keys, n, days);
    if (found.on_busy < LEAST_A_DAY * found.days)
        return DD_OK;
    const double risk = busy_risk(past, &found, days, at_risk);
    return risk < MOST_OF_RISK ? tell(past, &found, risk, notes) : DD_OK;
}

dd_status
dd_note_batches(const dd_past *past, dd_notes *notes)
{
    const size_t n_days = (size_t) (past->as_of - past->first_day) + 2;
    uint64_t *room = malloc((2 * past->n_spells + 1) * sizeof(*room));
    exit_day *days = malloc((n_days + 1) * sizeof(*days));
    long *at_risk = malloc(n_days * sizeof(*at_risk));
    dd_status status = room && days && at_risk ? DD_OK : DD_ENOMEM;
    const uint64_t *keys = room;
    size_t n = 0;

    if (!status && past->layout != DD_SNAPSHOTS)
        keys = collect(past, room, &n);

    for (size_t i = 0, end; !status && i < n; i = end) {
        for (end = i + 1; end < n && keys[end] >> DAY_BITS == keys[i] >> DAY_BITS;)
            end++;
        status = look(past, keys + i, end - i, days, at_risk, notes);
    }
    free(at_risk);
    free(days);
    free(room);
    return status;
}
