#include "engine/laws/laws.h"

#include <math.h>
#include <string.h>

double
dd_laws_node(const dd_laws *self, size_t q, size_t lane)
{
    double low = self->low[lane], high = self->high[lane];
    if (self->nodes == 1)
        return 0.0;
    return 0.5 * (low + high) + 0.5 * (high - low) * self->place[q];
}

void
dd_laws_weigh_nodes(const dd_laws *self, size_t lane, double log_odds, double *weight)
{
    double low = self->low[lane], high = self->high[lane], sum = 0.0;
    double at = (2.0 * log_odds - low - high) / (high - low);

    for (size_t q = 0; q < self->nodes; q++) {
        double from = at - self->place[q];
        if (self->nodes == 1 || from == 0.0) {
            memset(weight, 0, self->nodes * sizeof *weight);
            weight[q] = 1.0;
            return;
        }
        weight[q] = self->bend[q] / from;
        sum += weight[q];
    }
    for (size_t q = 0; q < self->nodes; q++)
        weight[q] /= sum;
}

static void
add_node(const dd_laws *self, size_t row, size_t q, double weight, size_t lane,
         double *add)
{
    size_t ages = isnan(self->rows->age_days[row]) ? DD_STATIONARY_AGES : 1;

    for (size_t i = 0; i < ages; i++) {
        const double *worth
            = self->row_worth
              + ((self->of_row[row] + i) * self->nodes + q) * self->columns * DD_LANES;
        for (size_t p = 0; p < self->columns; p++)
            add[p * DD_LANES + lane]
                += weight / (double) ages * worth[p * DD_LANES + lane];
    }
}

void
dd_laws_row(const dd_laws *self, size_t row, const double theta[DD_LANES],
            const double ever[DD_LANES], double *add)
{
    double weight[DD_ODDS_NODES_MOST];

    memset(add, 0, self->columns * DD_LANES * sizeof *add);
    for (size_t l = 0; l < DD_LANES; l++) {
        double log_odds = log(theta[l] / self->law[0]->rates[l].odds);
        dd_laws_weigh_nodes(self, l, log_odds, weight);
        for (size_t q = 0; q < self->nodes; q++)
            add_node(self, row, q, weight[q], l, add);
        for (size_t p = 0; p < self->columns; p++)
            add[p * DD_LANES + l] /= 1.0 - ever[l] + theta[l] * ever[l];
    }
}

double
dd_laws_fresh(const dd_laws *self, size_t k, size_t stage, size_t ahead, size_t period,
              size_t lane)
{
    size_t days, c;
    if (k + 1 >= self->days->n)
        return 0.0;
    days = self->worth[k].days;
    c = self->entering[k] - self->known[0] + stage * (days + 1)
        + (ahead < days ? ahead : days);
    return self->fresh_worth[(c * self->columns + period) * DD_LANES + lane];
}
