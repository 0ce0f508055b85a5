#include "engine/laws/laws.h"

#include "engine/cells/new_winners.h"
#include "model/curve/curve_places.h"

#include <math.h>
#include <string.h>

/* ---- states on the day of a change ---- */

/* Days of its own that a cohort has spent in its stage when law k begins: a law that makes
 * stays longer lets them pass the slower. */
static double
age_at(const dd_laws *self, const dd_cohort *cohort, size_t first, size_t k)
{
    const size_t *begins = self->days->begins;
    double age = cohort->age_days;

    for (size_t i = first; i < k; i++)
        age += (double) (begins[i + 1] - begins[i])
               / dd_rates_age(self->law[i]->lane[0], cohort->stage, 1.0);
    return age;
}

static double
age_of(const dd_laws *self, size_t c, size_t k)
{
    const dd_cohort *cohort = &self->cohort[c];
    return age_at(self, cohort, c < self->known[0] ? 0 : cohort->born + 1, k);
}

/* The first period that ends after law k begins. */
static size_t
first_open(const dd_laws *self, size_t k)
{
    size_t p = 0;
    while (p < self->periods && self->end_day[p] <= self->days->begins[k])
        p++;
    return p;
}

/* What a cohort has before it when law k begins, under a law. */
static void
read_chances(const dd_laws *self, size_t c, size_t k, const dd_pipeline_curves *law,
             double *win, double *ever)
{
    size_t ahead[DD_MOST_PERIODS], open = first_open(self, k), n = 0;
    size_t stage = self->cohort[c].stage, last = self->periods - 1;
    double age = age_of(self, c, k);

    for (size_t p = open; p < self->periods; p++)
        ahead[n++] = self->end_day[p] - self->days->begins[k];
    memset(win, 0, self->columns * DD_LANES * sizeof *win);
    if (n > 0)
        dd_curve_residual(&law->curve, law->lane, stage,
                          dd_rates_age(law->lane[0], stage, age), ahead, n,
                          win + open * DD_LANES);
    for (size_t l = 0; l < DD_LANES; l++)
        ever[l] = fmin(
            fmax(dd_rates_ever(&law->rates[l], stage, age), win[last * DD_LANES + l]),
            1.0);
    if (self->columns > self->periods)
        memcpy(win + self->periods * DD_LANES, ever, DD_LANES * sizeof *win);
}

static void
read_stays(dd_laws *self, size_t k)
{
    const dd_pipeline_curves *law = self->law[k];
    double days = (double) (self->days->begins[k + 1] - self->days->begins[k]);

    for (size_t c = 0; c < self->known[k + 1]; c++) {
        size_t stage = self->cohort[c].stage, i = c - self->entering[k];
        int enters = c >= self->entering[k];
        double from = enters ? 0.0 : age_of(self, c, k);
        double to = enters ? self->cohort[c].age_days : 0.0;
        double *stay = enters ? self->stay_entering[k] + i * DD_LANES
                              : self->stay[k] + c * DD_LANES;
        for (size_t l = 0; l < DD_LANES; l++)
            stay[l] = dd_stage_stay(
                &law->rates[l].stage[stage], dd_rates_age(law->lane[0], stage, from),
                enters ? dd_rates_age(law->lane[0], stage, to) : days);
    }
}

static void
read_boundaries(dd_laws *self)
{
    for (size_t k = 1; k < self->days->n; k++) {
        for (size_t c = 0; c < self->known[k]; c++)
            for (size_t i = 0; i < 2; i++)
                read_chances(self, c, k, self->law[k - 1 + i],
                             self->win[i][k] + c * self->columns * DD_LANES,
                             self->ever[i][k] + c * DD_LANES);
        read_stays(self, k - 1);
    }
}

/* ---- log odds ---- */

static void
widen(dd_laws *self, size_t lane, double log_odds)
{
    self->low[lane] = fmin(self->low[lane], log_odds);
    self->high[lane] = fmax(self->high[lane], log_odds);
}

/* Of all deals, open and to come. */
static void
set_range(dd_laws *self)
{
    const dd_rows *rows = self->rows;
    const dd_factors *factors = &self->law[0]->lane[0]->process->factors;

    for (size_t l = 0; l < DD_LANES; l++) {
        const dd_rates *rates = self->law[0]->lane[l];
        self->low[l] = -1e-3;
        self->high[l] = 1e-3;
        for (size_t r = 0; factors->n > 0 && r < rows->n; r++)
            if (&self->days->model[0]->process[rows->pipeline[r]] == rates->process)
                widen(self, l,
                      log(dd_rates_theta(rates, &rows->levels[r]) / rates->odds));
        for (size_t i = 0; factors->n > 0 && i < factors->n_alike; i++)
            if (factors->alike[i].arrived > 0.0)
                widen(self, l, log(rates->theta[i]));
    }
}

static void
odds_at(const dd_laws *self, size_t k, size_t q, double theta[DD_LANES])
{
    for (size_t l = 0; l < DD_LANES; l++)
        theta[l] = self->law[k]->rates[l].odds * exp(dd_laws_node(self, q, l));
}

/* What the nodes weigh in the mean over kinds of deals that enter a stage under a law. */
static void
weigh_entering(const dd_laws *self, const dd_pipeline_curves *law, size_t stage,
               double *weight)
{
    const dd_factors *factors = &self->law[0]->lane[0]->process->factors;

    memset(weight, 0, self->nodes * DD_LANES * sizeof *weight);
    for (size_t l = 0; l < DD_LANES; l++) {
        const dd_rates *rates = &law->rates[l];
        double p = rates->p_ever[stage], share[DD_ODDS_NODES_MOST];
        if (factors->n == 0)
            weight[l] = 1.0 / (1.0 - p + rates->odds * p);
        for (size_t i = 0; factors->n > 0 && i < factors->n_alike; i++) {
            double theta = rates->odds * rates->theta[i];
            double of = factors->alike[i].arrived / (1.0 - p + theta * p);
            if (factors->alike[i].arrived <= 0.0)
                continue;
            dd_laws_weigh_nodes(self, l, log(rates->theta[i]), share);
            for (size_t q = 0; q < self->nodes; q++)
                weight[q * DD_LANES + l] += of * share[q];
        }
    }
}

static double *
entering_weight(const dd_laws *self, size_t k, size_t stage)
{
    return self->entering_weight
           + (k * self->law[0]->curve.n_stages + stage) * self->nodes * DD_LANES;
}

/* ---- from one law's begin to that of the one before it ---- */

/* D of every cohort that is there when law k begins. */
static void
set_difference(dd_laws *self, size_t k, size_t q)
{
    double was[DD_LANES], is[DD_LANES];

    odds_at(self, k - 1, q, was);
    odds_at(self, k, q, is);
    for (size_t c = 0; c < self->known[k]; c++) {
        const double *ever_was = self->ever[0][k] + c * DD_LANES;
        const double *ever_is = self->ever[1][k] + c * DD_LANES;
        for (size_t p = 0; p < self->columns; p++) {
            size_t at = (c * self->columns + p) * DD_LANES;
            const double *win_was = self->win[0][k] + at, *win_is = self->win[1][k] + at;
            for (size_t l = 0; l < DD_LANES; l++) {
                double value = (is[l] * win_is[l] + self->expected[at + l])
                               / (1.0 - ever_is[l] + is[l] * ever_is[l]);
                self->difference[at + l]
                    = (1.0 - ever_was[l] + was[l] * ever_was[l]) * value
                      - was[l] * win_was[l];
            }
        }
    }
}

/* D of those who have stayed since they entered under law k. */
static void
set_source(dd_laws *self, size_t k, size_t p)
{
    const dd_curve *worth = &self->worth[k];
    size_t row = dd_curve_row_length(worth), days = worth->days, i = 0;

    for (size_t s = 0; s < worth->n_stages; s++) {
        double *source = self->source + s * row;
        for (size_t m = 0; m <= days; m++, i++) {
            size_t at = ((self->entering[k] + i) * self->columns + p) * DD_LANES;
            for (size_t l = 0; l < DD_LANES; l++)
                source[m * DD_LANES + l] = self->stay_entering[k][i * DD_LANES + l]
                                           * self->difference[at + l];
        }
        for (size_t m = days + 1; m < row / DD_LANES; m++) /* of the last week's node */
            memcpy(source + m * DD_LANES, source + days * DD_LANES,
                   DD_LANES * sizeof *source);
    }
}

/* Those who are there when law k begins. */
static void
expect_known(dd_laws *self, size_t k, size_t p)
{
    const dd_pipeline_curves *law = self->law[k];
    const dd_curve *worth = &self->worth[k];

    for (size_t c = 0; c < self->known[k]; c++) {
        size_t at = (c * self->columns + p) * DD_LANES, stage = self->cohort[c].stage;
        double *to = self->expected + at;
        dd_curve_residual(worth, law->lane, stage,
                          dd_rates_age(law->lane[0], stage, age_of(self, c, k)),
                          &worth->days, 1, to);
        for (size_t l = 0; l < DD_LANES; l++)
            to[l] += self->stay[k][c * DD_LANES + l] * self->difference[at + l];
    }
}

/* Those who enter under law k, in the mean over their odds. */
static void
expect_entering(dd_laws *self, size_t k, size_t q, size_t p)
{
    const dd_curve *worth = &self->worth[k];
    size_t c = self->entering[k] - self->known[0];

    for (size_t s = 0; s < worth->n_stages; s++) {
        const double *weight = entering_weight(self, k, s) + q * DD_LANES;
        for (size_t m = 0; m <= worth->days; m++, c++) {
            const double *value = dd_curve_value_at(worth, worth->same_as[s], m);
            double *to = self->fresh_worth + (c * self->columns + p) * DD_LANES;
            for (size_t l = 0; l < DD_LANES; l++)
                to[l] += weight[l] * value[l];
        }
    }
}

static void
pass_law(dd_laws *self, size_t k, size_t q)
{
    size_t open = first_open(self, k + 1);

    set_difference(self, k + 1, q);
    memset(self->expected, 0,
           self->n_cohorts * self->columns * DD_LANES * sizeof *self->expected);
    for (size_t p = open; p < self->columns; p++) {
        set_source(self, k, p);
        dd_curve_solve_worth(&self->worth[k], self->law[k]->lane, self->source);
        expect_known(self, k, p);
        expect_entering(self, k, q, p);
    }
}

void
dd_laws_solve(dd_laws *self)
{
    size_t cells = self->columns * DD_LANES, laws = self->days->n;

    read_boundaries(self);
    set_range(self);
    for (size_t k = 0; k + 1 < laws; k++)
        for (size_t s = 0; s < self->law[k]->curve.n_stages; s++)
            weigh_entering(self, self->law[k], s, entering_weight(self, k, s));
    memset(self->fresh_worth, 0,
           (self->n_cohorts - self->known[0]) * cells * sizeof *self->fresh_worth);
    for (size_t q = 0; q < self->nodes; q++) {
        memset(self->expected, 0, self->n_cohorts * cells * sizeof *self->expected);
        for (size_t k = laws - 1; k-- > 0;)
            pass_law(self, k, q);
        for (size_t c = 0; c < self->known[0]; c++)
            memcpy(self->row_worth + (c * self->nodes + q) * cells,
                   self->expected + c * cells, cells * sizeof *self->row_worth);
    }
}
