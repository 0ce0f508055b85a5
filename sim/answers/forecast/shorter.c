#include "answers/forecast/shorter.h"

#include <string.h>

/* @return 0, or -1 where there is no room */
static int
add_end(dd_shorter *self, const dd_question *question, dd_day end)
{
    size_t at = 0;
    dd_day last = question->periods[question->n_periods - 1].end;
    if (end <= question->as_of || end > last)
        return 0;
    while (at < self->n && self->end[at] < end)
        at++;
    if (at < self->n && self->end[at] == end)
        return 0;
    if (self->n == DD_MOST_SHORTER)
        return -1;
    memmove(self->end + at + 1, self->end + at, (self->n - at) * sizeof *self->end);
    self->end[at] = end;
    self->n++;
    return 0;
}

static void
fill(dd_shorter *self, const dd_question *question)
{
    dd_day after = question->as_of;
    for (size_t f = 0; f < self->n; f++) {
        self->period[f] = (dd_period){ .start = after + 1, .end = self->end[f] };
        self->target[f] = DD_NO_TARGET;
        self->nothing[f] = 0;
        after = self->end[f];
    }
}

dd_status
dd_shorter_cut(dd_shorter *self, const dd_funnel *funnel, const dd_question *question,
               dd_error *err)
{
    int full = 0;
    self->n = 0;
    for (size_t q = 0; q < question->n_periods && !full; q++) {
        dd_day end = question->periods[q].end;
        full = add_end(self, question, end);
        for (size_t i = 0; i < funnel->n_collect && !full; i++)
            full = add_end(self, question, end - (dd_day) funnel->collect[i].days);
    }
    fill(self, question);
    if (full)
        return dd_error_add(err, DD_EDATA, NULL, NULL,
                            "fewer instalments in `collect:`, or fewer --periods",
                            "cash by %zu instalments over %zu periods is more than can "
                            "be told apart",
                            funnel->n_collect, question->n_periods);
    return DD_OK;
}

void
dd_shorter_periods(dd_shorter *self, const dd_question *question)
{
    self->n = 0;
    for (size_t q = 0; q < question->n_periods; q++)
        add_end(self, question, question->periods[q].end);
    fill(self, question);
}

int
dd_shorter_months(dd_shorter *self, const dd_question *question)
{
    dd_day last = question->periods[question->n_periods - 1].end;
    dd_period month = dd_period_of(question->as_of + 1, DD_MONTH, 1);
    int full = 0;
    self->n = 0;
    for (size_t q = 0; q < question->n_periods && !full; q++)
        full = add_end(self, question, question->periods[q].end);
    for (; month.end <= last && !full; month = dd_period_next(&month, 1))
        full = add_end(self, question, month.end);
    fill(self, question);
    return !full;
}

dd_question
dd_shorter_question(dd_shorter *self, const dd_question *question)
{
    dd_question shorter = *question;
    shorter.n_periods = self->n;
    shorter.periods = self->period;
    shorter.target = self->target;
    return shorter;
}

dd_book
dd_shorter_book(dd_shorter *self, const dd_book *book)
{
    dd_book unbooked = *book;
    unbooked.periods = self->n;
    unbooked.booked = unbooked.booked_wins = self->nothing;
    return unbooked;
}
