#include "engine/effort/needed_law.h"

#include "engine/cells/guide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_STEPS INT64_C(30000000) /* efforts x wins: beyond them trials tell */
#define REST 1e-12                   /* chance that the law leaves out */

void
dd_need_law_free(dd_need_law *self)
{
    free(self->by);
    *self = (dd_need_law){ 0 };
}

int64_t
dd_need_law_quantile(const dd_need_law *self, double q)
{
    size_t low = 0, high = self->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (self->by[middle] < q - REST)
            low = middle + 1;
        else
            high = middle;
    }
    return low < self->n ? (int64_t) low : DD_NEVER;
}

double
dd_need_law_reach(const dd_need_law *self, int64_t efforts)
{
    if (efforts < 0)
        return 0.0;
    return (size_t) efforts < self->n ? self->by[efforts] : 1.0;
}

/* What every winner brings; 0: not the same. */
static int64_t
size_of_all(const dd_tables *tables)
{
    int64_t size = 0;
    for (size_t i = 0; i < tables->pipelines; i++) {
        const dd_size_law *law = &tables->fresh_size[i];
        int64_t here = dd_round_minor(law->value[0]);
        if (law->n != 1 || (i > 0 && here != size))
            return 0;
        size = here;
    }
    return size;
}

static int
comes_by_itself(const dd_tables *tables, size_t period)
{
    for (size_t r = 0; r < tables->rows; r++)
        if (tables->hazard[r * tables->periods + period] > 0.0)
            return 1;
    for (size_t i = 0; i < tables->pipelines; i++)
        if (dd_tables_new_winners(tables, i, period, 1.0, 1.0) > 0.0)
            return 1;
    return 0;
}

int64_t
dd_needed_wins(const dd_goal *goal, const dd_book *book, const dd_question *question,
               const dd_tables *tables)
{
    int64_t size = goal->amount == DD_NO_TARGET ? 1 : size_of_all(tables), left;
    if (!question->rates_fixed || !question->level_off || size <= 0
        || comes_by_itself(tables, goal->period))
        return 0;
    left = goal->amount == DD_NO_TARGET ? goal->deals - book->booked_wins[goal->period]
                                        : goal->amount - book->booked[goal->period];
    return left > 0 ? (left - 1) / size + 1 : 0;
}

/* One more effort, won with chance q, over the chances of 0 .. wins - 1 wins so far.
 * @return the chance that it is the last one needed */
static double
convolve(double *chance, int64_t wins, double q)
{
    double last = chance[wins - 1] * q;
    for (int64_t k = wins - 1; k > 0; k--)
        chance[k] += (chance[k - 1] - chance[k]) * q;
    chance[0] -= chance[0] * q;
    return last;
}

/* Kahan's sum: millions of small chances add up to 1 within REST. */
static void
add(double *sum, double *lost, double more)
{
    double next = more - *lost, all = *sum + next;
    *lost = all - *sum - next;
    *sum = all;
}

/* Room for twice as many. @return 0 when memory ran out */
static int
grow(dd_need_law *self, size_t *room)
{
    double *more = realloc(self->by, 2 * *room * sizeof *more);
    if (!more)
        return 0;
    self->by = more;
    *room *= 2;
    return 1;
}

static double
chance_of(const dd_effort_line *line, size_t effort)
{
    return line->chance[line->order->day[effort % DD_EFFORT_ROUND]];
}

/* May so many wins be as good as sure after the most efforts that are summed? The chance of
 * any win has to be, and the mean beyond wins - 1: else the median, within one of it
 * (Jogdeo & Samuels 1968), is below the wins. */
static int
may_be_summed(const dd_effort_line *line, int64_t wins)
{
    double rounds = ceil((double) MOST_STEPS / (double) (wins * DD_EFFORT_ROUND));
    double mean = 0.0, none = 0.0;
    for (size_t i = 0; i < DD_EFFORT_ROUND; i++) {
        double q = chance_of(line, i);
        mean += q;
        none += log1p(-q);
    }
    return rounds * none <= log(REST) && rounds * mean > (double) (wins - 1);
}

dd_status
dd_need_law_init(dd_need_law *self, const dd_effort_line *line, int64_t wins,
                 dd_error *err)
{
    double sum = 0.0, lost = 0.0, *chance;
    size_t room = 512;
    *self = (dd_need_law){ 0 };
    if (wins > MOST_STEPS / DD_EFFORT_ROUND || !may_be_summed(line, wins))
        return DD_OK;
    chance = calloc((size_t) wins, sizeof *chance);
    if (!chance || !grow(self, &room))
        goto no_memory;
    chance[0] = 1.0;
    self->by[self->n++] = 0.0;
    while (sum < 1.0 - REST && (int64_t) self->n * wins < MOST_STEPS) {
        if (self->n == room && !grow(self, &room))
            goto no_memory;
        add(&sum, &lost, convolve(chance, wins, chance_of(line, self->n - 1)));
        self->by[self->n++] = sum;
    }
    free(chance);
    if (sum < 1.0 - REST)
        dd_need_law_free(self);
    return DD_OK;

no_memory:
    free(chance);
    dd_need_law_free(self);
    return dd_error_no_memory(err);
}
