#include "history/changed_stages.h"

#include "base/sort.h"
#include "history/exit_day.h"

#include <math.h>
#include <stdlib.h>

#define LEAST_DAYS 15 /* on which any deal left, on either side of the change */
#define MOST_DAYS 60
#define NEAR_DAYS 8     /* that must already show it */
#define LEAST_SHARE 0.2 /* while deals went there */
#define MOST_OTHER 0.02 /* while they did not */
#define NEAR_OTHER 0.05
#define SURE 6.0 /* standard errors */
#define LEAST_VARIANCE \
    0.02          /* of a day's share, lest days that all agree leave no error */
#define TO_ENDS 3 /* ends come before stages in numbers */
#define DAY_BITS 22
#define NUMBER_BITS 16

/** Where deals went that left one stage, day by day, on days when any left. */
typedef struct {
    int32_t pipeline, stage; /* -1: that came new */
    size_t n;
    dd_day *day;
    double *sum, *squares; /* of the days' shares of one destination, before each day */
} moves;

/** The day that parts before from after best, for one destination. */
typedef struct {
    dd_day day;
    int32_t to;
    double before, after, z;
} change;

static uint64_t
key_of(const dd_past *past, int32_t pipeline, int32_t stage, dd_day day, int32_t to)
{
    return (uint64_t) pipeline << (DAY_BITS + 2 * NUMBER_BITS)
           | (uint64_t) (stage + 1) << (DAY_BITS + NUMBER_BITS)
           | (uint64_t) (day - past->first_day) << NUMBER_BITS
           | (uint64_t) (to + TO_ENDS);
}

/* @param room  for twice as many keys as there are spells and deals
 * @return the keys in order, *n of them */
static const uint64_t *
collect(const dd_past *past, uint64_t *room, size_t *n)
{
    uint64_t *keys = room;

    for (size_t i = 0; i < past->n_spells; i++) {
        const dd_spell *spell = &past->spells[i];
        if (dd_exit_watched(spell) && dd_exit_day(past, spell) >= past->first_day)
            *keys++ = key_of(past, spell->pipeline, spell->stage,
                             dd_exit_day(past, spell), spell->exit);
    }
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (deal->created == DD_NO_MOMENT || deal->n == 0)
            continue;
        dd_day day = dd_moment_day(deal->created);
        if (day >= past->first_day && (past->starts == DD_NO_DAY || day >= past->starts))
            *keys++ = key_of(past, deal->pipeline, -1, day, deal->first_stage);
    }
    *n = (size_t) (keys - room);
    return dd_sort_keys(room, keys, *n);
}

/* Running sums of the days' shares that went to one stage. */
static void
follow(moves *self, const dd_past *past, const uint64_t *keys, size_t n, int32_t to)
{
    const uint64_t number = (UINT64_C(1) << NUMBER_BITS) - 1;

    self->n = 0;
    self->sum[0] = self->squares[0] = 0.0;
    for (size_t i = 0, end; i < n; i = end) {
        double there = 0.0;
        for (end = i; end < n && keys[end] >> NUMBER_BITS == keys[i] >> NUMBER_BITS;
             end++)
            there += (int32_t) (keys[end] & number) == to + TO_ENDS;
        double share = there / (double) (end - i);
        self->day[self->n]
            = past->first_day
              + (dd_day) (keys[i] >> NUMBER_BITS & ((UINT64_C(1) << DAY_BITS) - 1));
        self->sum[self->n + 1] = self->sum[self->n] + share;
        self->squares[self->n + 1] = self->squares[self->n] + share * share;
        self->n++;
    }
}

static double
mean_of(const double *sum, size_t from, size_t to)
{
    return (sum[to] - sum[from]) / (double) (to - from);
}

/* Standard errors between the stretches before and after the k-th day; 0: no change. */
static double
parts_at(const moves *self, size_t k, double *before, double *after)
{
    size_t from = k > MOST_DAYS ? k - MOST_DAYS : 0;
    size_t to = k + MOST_DAYS < self->n ? k + MOST_DAYS : self->n;
    double n1 = (double) (k - from), n2 = (double) (to - k);
    double x = *before = mean_of(self->sum, from, k);
    double y = *after = mean_of(self->sum, k, to);

    double near_x = mean_of(self->sum, k - NEAR_DAYS, k);
    double near_y = mean_of(self->sum, k, k + NEAR_DAYS);

    if (fmax(x, y) < LEAST_SHARE || fmin(x, y) > MOST_OTHER
        || fmax(near_x, near_y) < 0.5 * fmax(x, y) || fmin(near_x, near_y) > NEAR_OTHER)
        return 0.0;
    double within = self->squares[to] - self->squares[from] - n1 * x * x - n2 * y * y;
    double variance = fmax(within / (n1 + n2 - 2.0), LEAST_VARIANCE);
    return fabs(x - y) / sqrt(variance * (1.0 / n1 + 1.0 / n2));
}

static void
find_change(const moves *self, int32_t to, change *best)
{
    for (size_t k = LEAST_DAYS; k + LEAST_DAYS <= self->n; k++) {
        double before, after, z = parts_at(self, k, &before, &after);
        if (z > best->z)
            *best = (change){ self->day[k], to, before, after, z };
    }
}

static dd_status
tell(const dd_past *past, const moves *self, const change *found, dd_notes *notes)
{
    const char *const *stages = past->pipelines[self->pipeline].stages;
    const char *who = self->stage < 0 ? "new deals began in '" : "deals that left '",
               *from = self->stage < 0 ? "" : stages[self->stage],
               *went = self->stage < 0 ? "" : "' went to '";
    char day[16];

    return dd_notes_add(
        notes, "changed_stages",
        "until %s %s%s%s%s' in %.0f %% of cases, since then in %.0f %%: where stages "
        "were renamed, split or merged, what was learnt before says little of deals now",
        dd_day_format(found->day - 1, day), who, from, went, stages[found->to],
        100.0 * found->before, 100.0 * found->after);
}

static dd_status
look(moves *self, const dd_past *past, const uint64_t *keys, size_t n, dd_notes *notes)
{
    change best = { .z = SURE };

    self->pipeline = (int32_t) (keys[0] >> (DAY_BITS + 2 * NUMBER_BITS));
    self->stage = (int32_t) (keys[0] >> (DAY_BITS + NUMBER_BITS)
                             & ((UINT64_C(1) << NUMBER_BITS) - 1))
                  - 1;
    for (int32_t to = 0; to < (int32_t) past->pipelines[self->pipeline].n_stages; to++) {
        follow(self, past, keys, n, to);
        if (self->n < 2 * LEAST_DAYS)
            return DD_OK;
        find_change(self, to, &best);
    }
    return best.z > SURE ? tell(past, self, &best, notes) : DD_OK;
}

dd_status
dd_note_changed_stages(const dd_past *past, dd_notes *notes)
{
    const size_t n_days = (size_t) (past->as_of - past->first_day) + 2;
    uint64_t *room = malloc((2 * (past->n_spells + past->n_deals) + 1) * sizeof(*room));
    moves self = { .day = malloc(n_days * sizeof(*self.day)),
                   .sum = malloc((n_days + 1) * sizeof(*self.sum)),
                   .squares = malloc((n_days + 1) * sizeof(*self.squares)) };
    dd_status status = room && self.day && self.sum && self.squares ? DD_OK : DD_ENOMEM;
    const int origin = DAY_BITS + NUMBER_BITS;
    const uint64_t *keys = room;
    size_t n = 0;

    if (!status && past->layout != DD_DEALS)
        keys = collect(past, room, &n);

    for (size_t i = 0, end; !status && i < n; i = end) {
        for (end = i + 1; end < n && keys[end] >> origin == keys[i] >> origin;)
            end++;
        status = look(&self, past, keys + i, end - i, notes);
    }
    free(self.squares);
    free(self.sum);
    free(self.day);
    free(room);
    return status;
}
