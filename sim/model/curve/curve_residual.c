#include "model/curve/curve.h"
#include "model/curve/curve_lanes.h"
#include "model/curve/curve_places.h"

#include <math.h>
#include <string.h>

void
dd_curve_at(const dd_curve *self, size_t stage, double t, double out[DD_LANES])
{
    double at = fmin(fmax(t, 0.0), (double) self->days);
    size_t day = (size_t) at;
    const double *value = dd_curve_value_at(self, stage, day);
    for (int l = 0; l < DD_LANES; l++)
        out[l] = value[l] + (at - (double) day) * (value[DD_LANES + l] - value[l]);
}

static void
residual_at_once(const dd_curve *self, size_t stage, const size_t *day, size_t n_days,
                 double *out)
{
    for (size_t i = 0; i < n_days; i++)
        memcpy(out + i * DD_LANES, dd_curve_value_at(self, stage, day[i]),
               DD_LANES * sizeof *out);
}

static void
cut(const dd_curve *self, const dd_stage *view, size_t stage, double age_days,
    size_t cells, dd_dwell_cells *to)
{
    const dd_banded_law law = dd_curve_law(self, view, stage);
    dd_dwell_cells_make(to, &law, age_days, 1.0, cells);
}

void
dd_curve_residual(const dd_curve *self, const dd_rates *const rates[DD_LANES],
                  size_t stage, double age_days, const size_t *day, size_t n_days,
                  double *out)
{
    size_t own = self->same_as[stage], first = self->first_band[own], i = 0;
    const dd_stage *view = &rates[0]->stage[own];
    const double *hazard = self->hazard + first * DD_LANES;
    int is_aged = age_days - floor(age_days) == DD_HALF_A_DAY;
    size_t now = is_aged ? (size_t) age_days : 0, until = now + day[n_days - 1];
    dd_dwell_cells law = self->other;
    double stay[DD_LANES];

    if (view->bands == 0) {
        residual_at_once(self, own, day, n_days, out);
        return;
    }
    memset(out, 0, n_days * DD_LANES * sizeof *out);
    for (int l = 0; l < DD_LANES; l++)
        stay[l] = 1.0;
    if (is_aged)
        law = self->aged[own];
    else
        cut(self, view, own, age_days, until, &law);
    while (i < law.n && law.item[i].last <= now)
        i++;
    for (; i < law.n && law.item[i].from <= until; i++) {
        const dd_stretch *item = &law.item[i];
        dd_stretch rest;
        if (item->first < now) {
            rest = *item;
            dd_stretch_rest(&rest, hazard + rest.band * DD_LANES, now, 1.0);
            item = &rest;
        }
        self->lanes->stretch(self, view, item, first, now, stay, day, n_days, out);
    }
}
