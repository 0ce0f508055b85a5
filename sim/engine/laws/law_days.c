#include "engine/laws/laws.h"
#include "model/clock/clock.h"
#include "model/lever.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

dd_status
dd_law_days_init(dd_law_days *self, const dd_model *model, dd_day as_of, size_t days,
                 dd_error *err)
{
    size_t most = 1;

    memset(self, 0, sizeof *self);
    for (const dd_model *m = model->later; m; m = m->later)
        most++;
    self->model = calloc(most, sizeof *self->model);
    self->begins = calloc(most, sizeof *self->begins);
    self->calendar = calloc(most, sizeof *self->calendar);
    if (!self->model || !self->begins || !self->calendar) {
        dd_law_days_free(self);
        return dd_error_no_memory(err);
    }
    self->model[self->n++] = model;
    for (const dd_model *m = model->later; m; m = m->later) {
        size_t calendar = (size_t) (m->from - 1 - as_of), k = self->n;
        double work = dd_clock_days(model->clock, as_of, m->from - 1);
        if (calendar >= days)
            break;
        self->model[k] = m;
        self->calendar[k] = calendar;
        self->begins[k] = (size_t) fmax(nearbyint(work), 0.0);
        if (self->begins[k] <= self->begins[k - 1]) /* days of rest alone */
            self->begins[k] = self->begins[k - 1] + 1;
        self->n++;
    }
    return DD_OK;
}

void
dd_law_days_free(dd_law_days *self)
{
    free(self->model);
    free(self->begins);
    free(self->calendar);
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
