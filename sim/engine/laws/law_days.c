#include "engine/laws/laws.h"
#include "model/clock/clock.h"
#include "model/lever.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t
count_laws(const dd_model *model)
{
    size_t n = 1;
    while ((model = model->later))
        n++;
    return n;
}

static void
add_law(dd_law_days *self, const dd_model *model, dd_day as_of, size_t calendar)
{
    size_t k = self->n++;
    double work = dd_clock_days(model->clock, as_of, as_of + (dd_day) calendar);

    self->model[k] = model;
    self->calendar[k] = calendar;
    self->begins[k] = (size_t) fmax(nearbyint(work), 0.0);
    if (k > 0 && self->begins[k] <= self->begins[k - 1]) /* days of rest alone */
        self->begins[k] = self->begins[k - 1] + 1;
}

/* That in force when a period begins: within one no more than rates change. */
static const dd_model *
model_of(const dd_law_days *self, const dd_rows *rows, size_t period)
{
    double begins = period > 0 ? rows->end_days[period - 1] : 0.0;
    size_t k = 0;

    while (k + 1 < self->n && (double) self->calendar[k + 1] <= begins)
        k++;
    return self->model[k];
}

static dd_status
set_market(dd_law_days *self, const dd_rows *rows, dd_error *err)
{
    int changes = 0;

    for (size_t k = 1; k < self->n; k++)
        changes |= self->model[k]->market != self->model[0]->market;
    if (!changes)
        return DD_OK;
    self->market = calloc(rows->periods, sizeof *self->market);
    if (!self->market)
        return dd_error_no_memory(err);
    for (size_t c = 0; c < rows->periods; c++)
        self->market[c] = model_of(self, rows, c)->market;
    return DD_OK;
}

static dd_status
set_size(dd_law_days *self, const dd_rows *rows, dd_error *err)
{
    const dd_amounts *first = self->model[0]->amounts;
    size_t n = self->model[0]->n_pipelines;
    int changes = 0;

    for (size_t k = 1; k < self->n; k++)
        for (size_t p = 0; p < n; p++)
            changes |= self->model[k]->amounts[p].times != first[p].times;
    if (!changes)
        return DD_OK;
    self->size = calloc(n * rows->periods, sizeof *self->size);
    if (!self->size)
        return dd_error_no_memory(err);
    for (size_t p = 0; p < n; p++)
        for (size_t c = 0; c < rows->periods; c++)
            self->size[p * rows->periods + c]
                = model_of(self, rows, c)->amounts[p].times / first[p].times;
    return DD_OK;
}

dd_status
dd_law_days_init(dd_law_days *self, const dd_model *model, const dd_rows *rows,
                 dd_error *err)
{
    size_t most = count_laws(model), days = (size_t) rows->end_days[rows->periods - 1];
    dd_status status;

    memset(self, 0, sizeof *self);
    self->model = calloc(most, sizeof *self->model);
    self->begins = calloc(most, sizeof *self->begins);
    self->calendar = calloc(most + 1, sizeof *self->calendar);
    if (!self->model || !self->begins || !self->calendar) {
        dd_law_days_free(self);
        return dd_error_no_memory(err);
    }
    add_law(self, model, rows->as_of, 0);
    while ((model = model->later)) {
        size_t calendar = (size_t) (model->from - 1 - rows->as_of);
        if (calendar < days)
            add_law(self, model, rows->as_of, calendar);
    }
    self->calendar[self->n] = days;
    status = set_market(self, rows, err);
    if (!status)
        status = set_size(self, rows, err);
    if (status)
        dd_law_days_free(self);
    return status;
}

void
dd_law_days_free(dd_law_days *self)
{
    free(self->model);
    free(self->begins);
    free(self->calendar);
    free(self->market);
    free(self->size);
    memset(self, 0, sizeof *self);
}

/* Later laws have all levers of the earlier ones. */
int
dd_laws_differ(const dd_law_days *days, size_t pipeline)
{
    const dd_levers *first = days->model[0]->process[pipeline].levers;
    const dd_levers *last = days->model[days->n - 1]->process[pipeline].levers;
    return days->n > 1 && first->n_moving != last->n_moving;
}
