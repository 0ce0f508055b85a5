#include "engine/exact.h"

#include "engine/exact_terms.h"

#include <gsl/gsl_fft_complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_POINTS 65536
#define FEW_AMOUNTS 16
#define DIRECT_WORK 2e7 /* convolution steps that are cheap enough */

/* The lattice: point i stands for (first + i) * step, without booked. */
typedef struct {
    double step;
    int64_t first;
    size_t n;
    size_t size; /* of the transform: a power of two, at least n */
    int exact;
    int from_nothing; /* nothing lies outside, and nothing below 0 */
} lattice;

/* An amount on the lattice: a share stays at `point`, the rest goes to the next. */
typedef struct {
    int64_t point;
    double stays;
} place;

static lattice
lattice_of(const dd_reach *reach)
{
    lattice self = { .step = (double) reach->divisor };
    double points = floor(reach->high / self.step) - ceil(reach->low / self.step) + 1;

    self.exact = points <= MOST_POINTS;
    if (!self.exact) /* a margin for the spread that splitting adds */
        self.step = (reach->high - reach->low) / (0.96 * MOST_POINTS);
    self.first
        = (int64_t) (self.exact ? ceil(reach->low / self.step)
                                : floor(reach->low / self.step - 0.02 * MOST_POINTS));
    self.n = self.exact ? (size_t) fmax(points, 1) : MOST_POINTS;
    self.from_nothing = self.exact && reach->bounded && self.first == 0;
    for (self.size = 2; self.size < self.n;)
        self.size *= 2;
    return self;
}

static place
place_of(const lattice *self, double amount)
{
    double x = amount / self->step, below = floor(x);

    if (self->exact)
        return (place){ llround(x), 1.0 };
    return (place){ (int64_t) below, 1.0 - (x - below) };
}

/* ---- one convolution after another ---- */

static double
direct_work(const dd_terms *terms, const lattice *on)
{
    double work = 0;

    for (size_t i = 0; i < terms->n_open; i++)
        work += (double) terms->open[i].law->n * (double) on->n;
    return terms->n_fresh == 0 && on->from_nothing ? work : (double) INFINITY;
}

/* Y + term: from the top down, so that what is read has not been written yet. */
static void
convolve(const dd_term *term, const lattice *on, double *chance)
{
    for (size_t y = on->n; y-- > 0;) {
        double sum = (1 - term->chance) * chance[y];
        for (size_t i = 0; i < term->law->n; i++) {
            size_t a = (size_t) place_of(on, dd_term_value(term, i)).point;
            if (a <= y)
                sum += term->chance * dd_term_weight(term, i) * chance[y - a];
        }
        chance[y] = sum;
    }
}

static void
convolve_all(const dd_terms *terms, const lattice *on, double *chance)
{
    chance[0] = 1;
    for (size_t i = 0; i < terms->n_open; i++)
        convolve(&terms->open[i], on, chance);
}

/* ---- by characteristic functions ---- */

/* Complex numbers as GSL packs them: re, im, re, im, ... */
typedef struct {
    double *sum;    /* of Y so far */
    double *amount; /* of one term's amounts */
    double *turn;   /* exp(-2 pi i k / size) */
} transforms;

static void
fill_turns(size_t size, double *turn)
{
    for (size_t k = 0; k < size; k++) {
        turn[2 * k] = cos(2 * M_PI * (double) k / (double) size);
        turn[2 * k + 1] = -sin(2 * M_PI * (double) k / (double) size);
    }
}

static void
add_turns(const double *turn, const lattice *on, int64_t point, double weight,
          double *out)
{
    size_t mask = on->size - 1, at = 0;

    for (size_t k = 0; k <= on->size / 2; k++) {
        out[2 * k] += weight * turn[2 * at];
        out[2 * k + 1] += weight * turn[2 * at + 1];
        at = (at + (size_t) point) & mask;
    }
}

static void
add_chance(const lattice *on, int64_t point, double weight, double *out)
{
    out[2 * ((size_t) point & (on->size - 1))] += weight;
}

/* Transform of a term's amounts, E exp(-2 pi i k A / size): of few amounts one by one, of
 * many by one FFT. */
static void
transform_amounts(const dd_term *term, const lattice *on, const double *turn,
                  double *out)
{
    int few = term->law->n <= FEW_AMOUNTS;

    memset(out, 0, 2 * on->size * sizeof *out);
    for (size_t i = 0; i < term->law->n; i++) {
        place at = place_of(on, dd_term_value(term, i));
        double weight = dd_term_weight(term, i), goes = weight * (1 - at.stays);
        if (!few) {
            add_chance(on, at.point, weight * at.stays, out);
            add_chance(on, at.point + 1, goes, out);
            continue;
        }
        add_turns(turn, on, at.point, weight * at.stays, out);
        if (goes > 0)
            add_turns(turn, on, at.point + 1, goes, out);
    }
    if (!few)
        gsl_fft_complex_radix2_forward(out, 1, on->size);
}

static void
multiply(double *at, double re, double im)
{
    double was = at[0];

    at[0] = was * re - at[1] * im;
    at[1] = was * im + at[1] * re;
}

/* An open deal: 1 + p (phi_A - 1). */
static void
multiply_open(const dd_term *term, const lattice *on, transforms *phi)
{
    for (size_t k = 0; k <= on->size / 2; k++)
        multiply(phi->sum + 2 * k, 1 + term->chance * (phi->amount[2 * k] - 1),
                 term->chance * phi->amount[2 * k + 1]);
}

/* Winners to come: exp(Lambda (phi_A - 1)). */
static void
multiply_fresh(const dd_term *term, const lattice *on, transforms *phi)
{
    for (size_t k = 0; k <= on->size / 2; k++) {
        double size = exp(term->chance * (phi->amount[2 * k] - 1));
        double angle = term->chance * phi->amount[2 * k + 1];
        multiply(phi->sum + 2 * k, size * cos(angle), size * sin(angle));
    }
}

/* Only half the frequencies were multiplied: Y is real, so the rest are conjugates. */
static void
invert(const lattice *on, transforms *phi)
{
    for (size_t k = on->size / 2 + 1; k < on->size; k++) {
        phi->sum[2 * k] = phi->sum[2 * (on->size - k)];
        phi->sum[2 * k + 1] = -phi->sum[2 * (on->size - k) + 1];
    }
    gsl_fft_complex_radix2_inverse(phi->sum, 1, on->size);
}

static void
transform_all(const dd_terms *terms, const lattice *on, transforms *phi)
{
    for (size_t k = 0; k < on->size; k++) {
        phi->sum[2 * k] = 1;
        phi->sum[2 * k + 1] = 0;
    }
    fill_turns(on->size, phi->turn);
    for (size_t i = 0; i < terms->n_open; i++) {
        if (i == 0 || !dd_term_alike(&terms->open[i], &terms->open[i - 1]))
            transform_amounts(&terms->open[i], on, phi->turn, phi->amount);
        multiply_open(&terms->open[i], on, phi);
    }
    for (size_t i = 0; i < terms->n_fresh; i++) {
        transform_amounts(&terms->fresh[i], on, phi->turn, phi->amount);
        multiply_fresh(&terms->fresh[i], on, phi);
    }
    invert(on, phi);
}

static void
take_chances(dd_exact *self, const lattice *on, const double *sum)
{
    for (size_t i = 0; i < on->n; i++) {
        double chance = sum[2 * ((size_t) (on->first + (int64_t) i) & (on->size - 1))];
        self->clipped += fmax(-chance, 0);
        self->chance[i] = fmax(chance, 0);
    }
}

static dd_status
transform_sum(dd_exact *self, const dd_terms *terms, const lattice *on, dd_error *err)
{
    transforms phi = { 0 };
    dd_status status = DD_OK;

    phi.sum = calloc(2 * on->size, sizeof *phi.sum);
    phi.amount = calloc(2 * on->size, sizeof *phi.amount);
    phi.turn = calloc(2 * on->size, sizeof *phi.turn);
    if (phi.sum && phi.amount && phi.turn) {
        transform_all(terms, on, &phi);
        take_chances(self, on, phi.sum);
    } else
        status = dd_error_no_memory(err);
    free(phi.sum);
    free(phi.amount);
    free(phi.turn);
    return status;
}

/* ---- the answer ---- */

/* Variance of the splits: f (1 - f) step^2 for every amount that is won. */
static double
added_variance(const dd_term *term, size_t n, const lattice *on)
{
    double sum = 0, split = 0;

    for (size_t t = 0; t < n; t++) {
        if (t == 0 || !dd_term_alike(&term[t], &term[t - 1])) {
            split = 0;
            for (size_t i = 0; i < term[t].law->n; i++) {
                double stays = place_of(on, dd_term_value(&term[t], i)).stays;
                split += dd_term_weight(&term[t], i) * stays * (1 - stays);
            }
        }
        sum += term[t].chance * split * on->step * on->step;
    }
    return sum;
}

static dd_status
solve(dd_exact *self, const dd_terms *terms, int64_t booked, dd_error *err)
{
    dd_reach reach = dd_terms_reach(terms, MOST_POINTS);
    lattice on = lattice_of(&reach);

    self->n = on.n;
    self->step = on.step;
    self->origin = (double) booked + (double) on.first * on.step;
    self->mean = (double) booked + reach.mean;
    self->sd = reach.sd;
    self->added_sd = sqrt(added_variance(terms->open, terms->n_open, &on)
                          + added_variance(terms->fresh, terms->n_fresh, &on));
    self->chance = calloc(on.n, sizeof *self->chance);
    if (!self->chance)
        return dd_error_no_memory(err);
    if (direct_work(terms, &on) > DIRECT_WORK)
        return transform_sum(self, terms, &on, err);
    convolve_all(terms, &on, self->chance);
    return DD_OK;
}

dd_status
dd_exact_total(dd_exact *self, const dd_book *book, const dd_rows *rows,
               const dd_tables *tables, size_t first, size_t last, dd_error *err)
{
    int64_t booked = 0;
    dd_terms terms;
    dd_status status;

    memset(self, 0, sizeof *self);
    for (size_t p = first; p <= last; p++)
        booked += book->booked[p];
    status = dd_terms_init(&terms, book, rows, tables, first, last, err);
    if (status)
        return status;
    status = solve(self, &terms, booked, err);
    dd_terms_free(&terms);
    if (status)
        dd_exact_free(self);
    return status;
}

void
dd_exact_free(dd_exact *self)
{
    free(self->chance);
    memset(self, 0, sizeof *self);
}

double
dd_exact_reach(const dd_exact *self, int64_t amount)
{
    double sum = 0, least = (double) amount - 1e-9 * self->step;

    for (size_t i = self->n; i-- > 0;) /* small chances first */
        if (self->origin + (double) i * self->step >= least)
            sum += self->chance[i];
    return sum;
}

double
dd_exact_quantile(const dd_exact *self, double q)
{
    double sum = 0;
    size_t i = 0;

    for (; i + 1 < self->n; i++) {
        sum += self->chance[i];
        if (sum >= q - 1e-12)
            break;
    }
    return self->origin + (double) i * self->step;
}
