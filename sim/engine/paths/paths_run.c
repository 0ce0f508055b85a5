#include "engine/paths/paths_run.h"

#include "model/clock/clock.h"

#include <math.h>
#include <stdlib.h>

/* Periods end as for cells: for open deals in whole working days. */
static dd_status
set_ends(dd_path_run *self, dd_error *err)
{
    const dd_question *question = self->question;
    const dd_clock *clock = self->model->clock;
    size_t n = question->n_periods;

    self->days = (size_t) (question->periods[n - 1].end - question->as_of);
    self->open_end = malloc(n * sizeof *self->open_end);
    self->new_end = malloc(n * sizeof *self->new_end);
    self->work = malloc((self->days + 1) * sizeof *self->work);
    self->coming = malloc((self->days + 1) * sizeof *self->coming);
    if (!self->open_end || !self->new_end || !self->work || !self->coming)
        return dd_error_no_memory(err);
    self->work[0] = self->coming[0] = 0;
    for (size_t d = 0; d < self->days; d++) {
        dd_day day = question->as_of + (dd_day) d;
        self->work[d + 1] = self->work[d] + dd_clock_days(clock, day, day + 1);
        self->coming[d + 1] = self->coming[d] + dd_season_at(&clock->coming, day + 1);
    }
    for (size_t p = 0; p < n; p++) {
        self->new_end[p] = self->work[question->periods[p].end - question->as_of];
        self->open_end[p] = (double) lround(fmax(self->new_end[p], 1));
        self->horizon = fmax(self->open_end[p], self->new_end[p]);
    }
    return DD_OK;
}

static dd_status
set_levels(dd_path_run *self, dd_error *err)
{
    const dd_book *book = self->book;

    self->levels = malloc((book->n + 1) * sizeof *self->levels);
    if (!self->levels)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < book->n; i++)
        self->levels[i] = dd_factors_levels(
            &self->model->process[book->pipeline[i]].factors, book, i);
    return DD_OK;
}

void
dd_path_run_free(dd_path_run *self)
{
    free(self->open_end);
    free(self->new_end);
    free(self->work);
    free(self->coming);
    free(self->levels);
    dd_rows_free(&self->rows);
}

dd_status
dd_path_run_init(dd_path_run *self, const dd_model *model, const dd_book *book,
                 const dd_question *question, dd_error *err)
{
    dd_status status;

    if (model->later)
        return dd_error_add(
            err, DD_EDATA, NULL, NULL, "the day after as-of",
            "deals are played spell by spell: levers cannot start later");
    status = dd_rows_init(&self->rows, model, book, question, err);
    self->model = model;
    self->book = book;
    self->question = question;
    if (!status)
        status = set_ends(self, err);
    if (!status)
        status = set_levels(self, err);
    return status;
}

double
dd_path_run_work(const dd_path_run *self, double calendar_days)
{
    size_t day = (size_t) calendar_days;

    return self->work[day]
           + (calendar_days - (double) day) * (self->work[day + 1] - self->work[day]);
}

double
dd_path_run_came(const dd_path_run *self, double average_days)
{
    const double *coming = self->coming;
    size_t low = 0, high = self->days;

    if (!(average_days < coming[high]))
        return (double) NAN;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (coming[middle] <= average_days)
            low = middle;
        else
            high = middle;
    }
    return (double) low + (average_days - coming[low]) / (coming[high] - coming[low]);
}

size_t
dd_path_run_period(const dd_path_run *self, int is_new, double day)
{
    const double *end = is_new ? self->new_end : self->open_end;
    size_t p = 0;

    while (p < self->question->n_periods && day > end[p])
        p++;
    return p;
}
