#include "engine/laws/laws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t
length(const dd_laws *self, size_t k)
{
    return self->days->begins[k + 1] - self->days->begins[k];
}

/* ---- cohorts ---- */

/* Those of one stage and age, or of every age that one of unknown age may have. */
static size_t
add_row(dd_laws *self, size_t at, size_t r)
{
    const dd_rows *rows = self->rows;
    size_t stage = (size_t) rows->stage[r];
    const double *unknown = self->law[0]->unknown_age + stage * DD_STATIONARY_AGES;
    size_t ages = isnan(rows->age_days[r]) ? DD_STATIONARY_AGES : 1;

    for (size_t i = 0; i < ages; i++)
        self->cohort[at + i]
            = (dd_cohort){ stage, 0, ages > 1 ? unknown[i] : rows->age_days[r] };
    return at + ages;
}

static void
add_rows(dd_laws *self, int32_t pipeline)
{
    const dd_rows *rows = self->rows;
    size_t at = 0;

    for (size_t r = 0; r < rows->n; r++) {
        if (rows->pipeline[r] != pipeline)
            continue;
        if (r > 0 && dd_rows_alike(rows, r - 1, r)) {
            self->of_row[r] = self->of_row[r - 1];
            continue;
        }
        self->of_row[r] = at;
        at = add_row(self, at, r);
    }
    self->known[0] = at;
}

/* A stage's own, and one for every day on which deals may enter: told by how long before
 * the next law that is. */
static void
add_entering(dd_laws *self, size_t k)
{
    const dd_pipeline_curves *law = self->law[k];
    size_t at = self->known[k];

    self->entering[k] = at;
    for (size_t s = 0; s < law->curve.n_stages; s++)
        for (size_t m = 0; m <= length(self, k); m++) {
            double cycle = dd_rates_age(law->lane[0], s, 1.0);
            self->cohort[at++] = (dd_cohort){ s, k, (double) m / cycle };
        }
    self->known[k + 1] = at;
}

static size_t
count_rows(const dd_rows *rows, int32_t pipeline)
{
    size_t n = 0;

    for (size_t r = 0; r < rows->n; r++)
        if (rows->pipeline[r] == pipeline && (r == 0 || !dd_rows_alike(rows, r - 1, r)))
            n += isnan(rows->age_days[r]) ? DD_STATIONARY_AGES : 1;
    return n;
}

static dd_status
make_cohorts(dd_laws *self, size_t pipeline, dd_error *err)
{
    size_t n = self->days->n, stages = self->law[0]->curve.n_stages;
    size_t rows = count_rows(self->rows, (int32_t) pipeline);

    self->n_cohorts = rows + stages * (self->days->begins[n - 1] + n - 1);
    self->cohort = calloc(self->n_cohorts + 1, sizeof *self->cohort);
    self->known = calloc(n, sizeof *self->known);
    self->of_row = calloc(self->rows->n + 1, sizeof *self->of_row);
    self->entering = calloc(n, sizeof *self->entering);
    if (!self->cohort || !self->known || !self->of_row || !self->entering)
        return dd_error_no_memory(err);
    add_rows(self, (int32_t) pipeline);
    for (size_t k = 0; k + 1 < n; k++)
        add_entering(self, k);
    return DD_OK;
}

/* ---- room ---- */

static dd_status
make_laws(dd_laws *self, size_t pipeline, dd_error *err)
{
    const dd_law_days *days = self->days;
    size_t last = self->end_day[self->periods - 1];
    dd_status status = DD_OK;

    for (size_t k = 1; k < days->n && !status; k++) {
        self->law[k] = calloc(1, sizeof *self->law[k]);
        if (!self->law[k])
            return dd_error_no_memory(err);
        status = dd_pipeline_curves_init(
            self->law[k], &days->model[k]->process[pipeline],
            last > days->begins[k] ? last - days->begins[k] : 1, self->rows, err);
    }
    for (size_t k = 0; k + 1 < days->n && !status; k++)
        status = dd_curve_init(&self->worth[k], &days->model[k]->process[pipeline],
                               length(self, k), err);
    return status;
}

static double *
lanes(size_t n)
{
    return calloc((n + 1) * DD_LANES, sizeof(double));
}

static int
make_boundary(dd_laws *self, size_t k)
{
    size_t n = self->known[k];
    int whole = 1;

    for (int i = 0; i < 2; i++) {
        self->win[i][k] = lanes(n * self->columns);
        self->ever[i][k] = lanes(n);
        whole = whole && self->win[i][k] && self->ever[i][k];
    }
    self->stay[k - 1] = lanes(self->known[k - 1]);
    self->stay_entering[k - 1] = lanes(n - self->known[k - 1]);
    return whole && self->stay[k - 1] && self->stay_entering[k - 1];
}

static dd_status
make_room(dd_laws *self, dd_error *err)
{
    size_t n = self->n_cohorts, columns = self->columns, longest = 0;
    int whole = 1;

    for (size_t k = 1; k < self->days->n && whole; k++) {
        whole = make_boundary(self, k);
        longest = length(self, k - 1) > longest ? length(self, k - 1) : longest;
    }
    self->difference = lanes(n * columns);
    self->expected = lanes(n * columns);
    self->source = lanes(self->law[0]->curve.n_stages * (longest + 8));
    self->entering_weight
        = lanes(self->days->n * self->law[0]->curve.n_stages * self->nodes);
    self->row_worth = lanes(self->known[0] * self->nodes * columns);
    self->fresh_worth = lanes((n - self->known[0]) * columns);
    return whole && self->difference && self->expected && self->source
                   && self->entering_weight && self->row_worth && self->fresh_worth
               ? DD_OK
               : dd_error_no_memory(err);
}

static int
make_lists(dd_laws *self)
{
    size_t n = self->days->n;

    self->law = calloc(n, sizeof *self->law);
    self->worth = calloc(n, sizeof *self->worth);
    self->stay = calloc(n, sizeof *self->stay);
    self->stay_entering = calloc(n, sizeof *self->stay_entering);
    for (int i = 0; i < 2; i++) {
        self->win[i] = calloc(n, sizeof *self->win[i]);
        self->ever[i] = calloc(n, sizeof *self->ever[i]);
    }
    return self->law && self->worth && self->stay && self->stay_entering && self->win[0]
           && self->win[1] && self->ever[0] && self->ever[1];
}

/* Chebyshev's, with their barycentric weights (Berrut & Trefethen 2004). */
static void
set_nodes(dd_laws *self, int odds_differ)
{
    self->nodes = odds_differ ? DD_ODDS_NODES_MOST : 1;
    for (size_t q = 0; q < self->nodes; q++) {
        double angle = M_PI * ((double) q + 0.5) / (double) self->nodes;
        self->place[q] = cos(angle);
        self->bend[q] = q % 2 ? -sin(angle) : sin(angle);
    }
}

static int
says_anything(const dd_rows *rows)
{
    for (size_t r = 0; r < rows->n; r++)
        if (rows->said[r])
            return 1;
    return 0;
}

dd_status
dd_laws_new(dd_laws **made, const dd_law_days *days, size_t pipeline,
            const dd_rows *rows, const size_t *end_day, dd_pipeline_curves *first,
            dd_error *err)
{
    dd_laws *self = calloc(1, sizeof *self);
    dd_status status;

    *made = self;
    if (!self)
        return dd_error_no_memory(err);
    self->days = days;
    self->rows = rows;
    self->periods = rows->periods;
    self->columns = rows->periods + (size_t) says_anything(rows);
    self->end_day = end_day;
    set_nodes(self, days->model[0]->process[pipeline].factors.n > 0);
    if (!make_lists(self))
        return dd_error_no_memory(err);
    self->law[0] = first;
    status = make_laws(self, pipeline, err);
    if (!status)
        status = make_cohorts(self, pipeline, err);
    return status ? status : make_room(self, err);
}

static void
free_boundary(dd_laws *self, size_t k)
{
    for (int i = 0; i < 2; i++) {
        if (self->win[i])
            free(self->win[i][k]);
        if (self->ever[i])
            free(self->ever[i][k]);
    }
    if (self->stay)
        free(self->stay[k]);
    if (self->stay_entering)
        free(self->stay_entering[k]);
    if (self->worth && k + 1 < self->days->n)
        dd_curve_free(&self->worth[k]);
    if (k > 0 && self->law && self->law[k]) {
        dd_pipeline_curves_free(self->law[k]);
        free(self->law[k]);
    }
}

void
dd_laws_free(dd_laws *self)
{
    if (!self)
        return;
    for (size_t k = 0; k < self->days->n; k++)
        free_boundary(self, k);
    for (int i = 0; i < 2; i++) {
        free(self->win[i]);
        free(self->ever[i]);
    }
    free(self->law);
    free(self->worth);
    free(self->stay);
    free(self->stay_entering);
    free(self->cohort);
    free(self->known);
    free(self->of_row);
    free(self->entering);
    free(self->difference);
    free(self->expected);
    free(self->source);
    free(self->entering_weight);
    free(self->row_worth);
    free(self->fresh_worth);
    free(self);
}
