#include "engine/paths/paths_run.h"

#include "model/clock/clock.h"
#include "model/effort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double
dd_path_run_market(const dd_path_run *self, size_t law)
{
    return self->laws.market ? self->laws.model[law]->market : 1;
}

/* How many deals come by a law for one by the first, at any level. */
static double
coming_by(const dd_path_run *self, size_t law)
{
    double first = dd_effort_arrivals(self->model->effort);
    double times
        = first > 0 ? dd_effort_arrivals(self->laws.model[law]->effort) / first : 1;

    return times * dd_path_run_market(self, law);
}

static void
set_coming(dd_path_run *self)
{
    const dd_season *season = &self->model->clock->coming;
    size_t law = 0;

    self->uneven = season->runs;
    self->coming[0] = 0;
    for (size_t d = 0; d < self->days; d++) {
        double times;
        while (law + 1 < self->laws.n && self->laws.calendar[law + 1] <= d)
            law++;
        times = coming_by(self, law);
        self->uneven |= times != 1;
        self->coming[d + 1]
            = self->coming[d]
              + dd_season_at(season, self->question->as_of + (dd_day) d + 1) * times;
    }
}

/* Periods end as for cells: for open deals in whole working days. */
static double
open_end(const dd_path_run *self, double calendar_days)
{
    return (double) lround(fmax(self->work[(size_t) calendar_days], 1));
}

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
    self->part_end = malloc((self->rows.periods + 1) * sizeof *self->part_end);
    if (!self->open_end || !self->new_end || !self->work || !self->coming
        || !self->part_end)
        return dd_error_no_memory(err);
    self->work[0] = 0;
    for (size_t d = 0; d < self->days; d++) {
        dd_day day = question->as_of + (dd_day) d;
        self->work[d + 1] = self->work[d] + dd_clock_days(clock, day, day + 1);
    }
    set_coming(self);
    for (size_t p = 0; p < n; p++) {
        double end = question->periods[p].end - question->as_of;
        self->new_end[p] = self->work[(size_t) end];
        self->open_end[p] = open_end(self, end);
        self->horizon = fmax(self->open_end[p], self->new_end[p]);
    }
    for (size_t p = 0; p < self->rows.periods; p++)
        self->part_end[p] = open_end(self, self->rows.end_days[p]);
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
    free(self->part_end);
    dd_law_days_free(&self->laws);
    dd_rows_free(&self->rows);
    dd_rows_free(&self->unsaid);
}

dd_status
dd_path_run_init(dd_path_run *self, const dd_model *model, const dd_book *book,
                 const dd_question *question, dd_error *err)
{
    dd_book unsaid = *book;
    dd_status status;

    memset(self, 0, sizeof *self);
    unsaid.said = NULL;
    status = dd_rows_init(&self->rows, model, book, question, err);
    if (!status)
        status = dd_rows_init(&self->unsaid, model, &unsaid, question, err);
    self->model = model;
    self->book = book;
    self->question = question;
    if (!status)
        status = dd_law_days_init(&self->laws, model, &self->rows, err);
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
