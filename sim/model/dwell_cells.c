#include "model/dwell_cells.h"

#include <math.h>
#include <string.h>

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
dd_band_step_make(dd_band_step *step, double width_days)
{
    for (int l = 0; l < DD_LANES; l++) {
        double a = step->total[l], leave = -expm1(-a * width_days);
        step->pass[l] = 1.0 - leave;
        step->mass[l] = a > 0.0 ? leave / a : width_days;
        step->moment[l] = first_moment(a, width_days, step->pass[l]);
    }
}

size_t
dd_dwell_cells_most(size_t cells, size_t bands)
{
    return 2 * (cells + bands) + 2;
}

static dd_cell_weight *
weight_at(dd_dwell_cells *self, size_t lag, size_t band)
{
    if (self->n > 0 && self->item[self->n - 1].lag == lag
        && self->item[self->n - 1].band == band)
        return &self->item[self->n - 1];
    dd_cell_weight *item = &self->item[self->n++];
    memset(item, 0, sizeof *item);
    item->lag = lag;
    item->band = band;
    return item;
}

/** A piece of a cell within one band: [from, from + width), days; part of its cell. */
typedef struct {
    size_t band;
    double offset; /* of its start within the cell, days */
    dd_band_step step;
    double stay[DD_LANES]; /* survival at its start */
} piece;

/* W is linear over the cell: mass falls to its earlier node by 1 - moment, to the later
 * by moment, both in units of the cell. */
static void
add_weight(dd_cell_weight *weight, const piece *p, double cell_width, int later)
{
    for (int l = 0; l < DD_LANES; l++) {
        double moment = (p->offset * p->step.mass[l] + p->step.moment[l]) / cell_width;
        double part = p->stay[l] * (later ? moment : p->step.mass[l] - moment);
        weight->weight[l] += part;
        if (later)
            weight->before[l] += part;
    }
}

void
dd_dwell_cells_make(dd_dwell_cells *self, const double *start, size_t bands,
                    const dd_band_step *step, double width, size_t cells)
{
    double stay[DD_LANES];
    size_t band = 0;

    for (int l = 0; l < DD_LANES; l++)
        stay[l] = 1.0;
    self->n = 0;
    for (size_t k = 0; k < cells && band < bands; k++) {
        double from = (double) k * width, end = from + width;
        piece pieces[64];
        size_t n = 0;
        while (band < bands && from < end && n < 64) {
            double to = fmin(end, start[band + 1]);
            piece *p = &pieces[n++];
            p->band = band;
            p->offset = from - (double) k * width;
            p->step = step[band];
            dd_band_step_make(&p->step, to - from);
            memcpy(p->stay, stay, sizeof stay);
            for (int l = 0; l < DD_LANES; l++)
                stay[l] *= p->step.pass[l];
            from = to;
            if (to >= start[band + 1])
                band++;
        }
        for (size_t i = 0; i < n; i++)
            add_weight(weight_at(self, k, pieces[i].band), &pieces[i], width, 0);
        for (size_t i = 0; i < n; i++)
            add_weight(weight_at(self, k + 1, pieces[i].band), &pieces[i], width, 1);
    }
}
