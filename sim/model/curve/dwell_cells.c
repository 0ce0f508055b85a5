#include "model/curve/dwell_cells.h"

#include "base/elementary.h"

#include <math.h>
#include <string.h>

/* Beyond it nobody is left: exp(-700) is 1e-304. */
static double
spent(double hazard, double days)
{
    double x = hazard * days;
    return x < 700.0 ? x : 700.0;
}

static void
pass_through(double pass[DD_LANES], const double hazard[DD_LANES], double days)
{
    double x[DD_LANES];
    for (int l = 0; l < DD_LANES; l++)
        x[l] = spent(hazard[l], days);
    for (int l = 0; l < DD_LANES; l++)
        pass[l] = dd_decay_of(x[l]).stay;
}

/* int_0^w u e^(-a u) du, by its series where the closed form would cancel. */
static double
first_moment(double a, double w, double pass)
{
    double x = a * w;
    if (x < 1e-2)
        return w * w
               * (0.5
                  - x * (1.0 / 3.0 - x * (1.0 / 8.0 - x * (1.0 / 30.0 - x / 144.0))));
    return (1.0 - pass * (1.0 + x)) / (a * a);
}

void
dd_band_step_make(dd_band_step *step, const double hazard[DD_LANES], double offset,
                  double width, double cell)
{
    double leave[DD_LANES];
    for (int l = 0; l < DD_LANES; l++)
        leave[l] = spent(hazard[l], width);
    for (int l = 0; l < DD_LANES; l++) {
        dd_decay decay = dd_decay_of(leave[l]);
        step->pass[l] = decay.stay;
        leave[l] = decay.leave;
    }
    for (int l = 0; l < DD_LANES; l++) {
        double a = hazard[l], mass = a > 0.0 ? leave[l] / a : width;
        double moment = first_moment(a, width, step->pass[l]);
        step->late[l] = (offset * mass + moment) / cell;
        step->early[l] = mass - step->late[l];
    }
}

/* A grid over ages: the position of an age in cells, whole where it nearly is. */
static double
position(double age, double origin, double width)
{
    double at = (age - origin) / width, whole = nearbyint(at);
    return fabs(at - whole) < 1e-9 ? whole : at;
}

/* The cell that bands share, begun when the first of them is met. */
static dd_stretch *
shared_cell(dd_dwell_cells *self, size_t cell, size_t exits)
{
    dd_stretch *item = self->n > 0 ? &self->item[self->n - 1] : NULL;
    size_t taken = 0, size = 2 * exits * DD_LANES;
    if (item && !item->whole && item->first == cell)
        return item;
    for (size_t i = 0; i < self->n; i++)
        taken += !self->item[i].whole;
    item = &self->item[self->n++];
    *item = (dd_stretch){ .first = cell, .last = cell + 1, .from = cell + 1 };
    item->by_exit = self->by_exit + taken * size;
    memset(item->by_exit, 0, size * sizeof *item->by_exit);
    for (int l = 0; l < DD_LANES; l++)
        item->pass[l] = 1.0;
    return item;
}

/* Band b between two places of one cell. */
static void
take_part(dd_dwell_cells *self, const dd_banded_law *law, size_t b, double at, double to,
          double width)
{
    double cell = floor(at);
    dd_stretch *item = shared_cell(self, (size_t) cell, law->exits);
    dd_band_step step;
    dd_band_step_make(&step, law->hazard + b * DD_LANES, (at - cell) * width,
                      (to - at) * width, width);
    for (size_t j = 0; j < law->exits; j++) {
        const double *rate = law->rate + (j * law->bands + b) * DD_LANES;
        double *early = item->by_exit + 2 * j * DD_LANES, *late = early + DD_LANES;
        for (int l = 0; l < DD_LANES; l++) {
            early[l] += item->pass[l] * step.early[l] * rate[l];
            late[l] += item->pass[l] * step.late[l] * rate[l];
        }
    }
    for (int l = 0; l < DD_LANES; l++)
        item->pass[l] *= step.pass[l];
}

static void
take_whole(dd_stretch *self, const double *hazard, size_t first, size_t last,
           double width)
{
    self->whole = 1;
    self->first = first;
    self->last = last;
    self->from = first + 1; /* F(0) = 0 */
    pass_through(self->pass, hazard, (double) (last - first) * width);
    for (int l = 0; l < DD_LANES; l++) {
        self->near[l] = 1.0;
        self->far[l] = -self->pass[l];
    }
}

void
dd_stretch_rest(dd_stretch *self, const double hazard[DD_LANES], size_t first,
                double width)
{
    take_whole(self, hazard, first, self->last, width);
}

void
dd_dwell_cells_make(dd_dwell_cells *self, const dd_banded_law *law, double age_days,
                    double width, size_t cells)
{
    double at = 0.0, most = (double) cells;

    self->n = 0;
    for (size_t b = 0; b < law->bands && at < most; b++) {
        double end = fmin(position(law->start[b + 1], age_days, width), most);
        while (at < end) {
            double to = fmin(end, floor(at) + 1.0);
            if (at == floor(at) && end >= at + 1.0) {
                dd_stretch *item = &self->item[self->n++];
                to = floor(end);
                item->band = b;
                take_whole(item, law->hazard + b * DD_LANES, (size_t) at, (size_t) to,
                           width);
            } else
                take_part(self, law, b, at, to, width);
            at = to;
        }
    }
}
