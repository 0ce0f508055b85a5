#include "model/level/level.h"

#include "base/elementary.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <string.h>

/* Scale of the half-t prior with 3 degrees of freedom. 0.2 left 80 % intervals of short
 * histories narrow: over four public ones, months and quarters, they held 70 % of the
 * time on average against 75 % with 0.35, with better CRPS; 0.5 changed little more. */
#define SPREAD_SCALE 0.35
#define NODES 10
#define TRACKED 0.5      /* prior chance that the level moves and stays moved */
#define FORGOTTEN 0.5    /* and that moves of long ago tell less than recent ones */
#define TRACK_DAYS 30.0  /* as expected, by which a track is shrunk */
#define LEAST_COUNTED 30 /* arrivals that a short window's expectation must rest on */
#define SHIFT_SURE 0.6
#define SHIFT_LEAST 0.15 /* and how far it must have moved, on the log scale */

static double
spread_at(size_t i)
{
    return ((double) i + 0.5) / DD_SPREADS;
}

/* The mode of count x - expected e^x - (x + s^2/2)^2 / (2 s^2), by Newton's method. */
static double
mode_of(double count, double expected, double spread)
{
    double s2 = spread * spread, x = 0.0;
    for (int i = 0; i < 50; i++) {
        double mean = expected * exp(x);
        double slope = count - mean - (x + 0.5 * s2) / s2;
        double step = slope / (mean + 1.0 / s2);
        x += fmax(fmin(step, 1.0), -1.0);
        if (fabs(step) < 1e-10)
            break;
    }
    return x;
}

/* exp(-x) of what is not below 0 but for rounding. */
static double
decay(double x)
{
    return dd_decay_of(x < 0.0 ? 0.0 : x < 700.0 ? x : 700.0).stay;
}

/* Trapezoid rule over +-6 sd of the normal that the integrand resembles: for smooth,
 * fast falling integrands it converges geometrically. What an integrand is less than its
 * peak at a distance d from the mode: mean (e^d - 1) - count d + d (d/2 + a) / s^2. */
double
dd_poisson_lognormal(double count, double expected, double spread)
{
    double s2 = spread * spread, mode = mode_of(count, expected, spread), sum = 1.0;
    double mean = expected * exp(mode), a = mode + 0.5 * s2;
    double width = 1.0 / sqrt(mean + 1.0 / s2), step = 6.0 / NODES;
    double peak = count * mode - mean - 0.5 * a * a / s2;
    for (int i = 1; i <= NODES; i++) {
        double d = width * step * i, shrink = dd_decay_of(d).stay;
        sum += decay(mean * (1.0 / shrink - 1.0) - count * d + d * (0.5 * d + a) / s2)
               + decay(mean * (shrink - 1.0) + count * d + d * (0.5 * d - a) / s2);
    }
    return peak + log(sum * step * width) - log(spread) - 0.5 * log(2.0 * M_PI)
           + count * log(expected) - gsl_sf_lngamma(count + 1.0);
}

/* The chances of ways and spreads, in logarithms: half-t3 over spreads. */
static void
put_prior(double *table, size_t rows, const double *chance)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < DD_SPREADS; i++)
            table[r * DD_SPREADS + i]
                = log(gsl_ran_tdist_pdf(spread_at(i) / SPREAD_SCALE, 3.0))
                  + log(fmax(chance[r], 1e-300));
}

/* Of a normal at any width between the grid's, linear in the likelihood. */
static double
likelihood_at(const double *likelihood, double width)
{
    double place = fmax(fmin(width * DD_SPREADS, DD_SPREADS - 0.5) - 0.5, 0.0);
    size_t i = place < DD_SPREADS - 2 ? (size_t) place : DD_SPREADS - 2;
    return likelihood[i] + (place - (double) i) * (likelihood[i + 1] - likelihood[i]);
}

/* Student's t from normals of all widths. error2: squared relative error of what was
 * expected; no straying of the market. */
static void
add_likelihood(double *row, double count, double expected, double error2,
               double response)
{
    double likelihood[DD_SPREADS], most = -(double) INFINITY;
    for (size_t i = 0; i < DD_SPREADS; i++) {
        double s2 = spread_at(i) * spread_at(i) + error2;
        likelihood[i]
            = dd_poisson_lognormal(count, expected * exp(0.5 * error2), sqrt(s2));
        most = fmax(most, likelihood[i]);
    }
    for (size_t i = 0; i < DD_SPREADS; i++)
        likelihood[i] = exp(likelihood[i] - most);
    for (size_t i = 0; i < DD_SPREADS; i++) {
        double sum = 0.0;
        for (size_t k = 0; k < DD_TAILS; k++)
            sum += likelihood_at(
                likelihood, response * dd_level_width(spread_at(i), dd_level_tail(k)));
        row[i] += most + log(fmax(sum / DD_TAILS, 1e-300));
    }
}

static double
mean_tail(void)
{
    double sum = 0.0;
    for (size_t k = 0; k < DD_TAILS; k++)
        sum += dd_level_tail(k) / DD_TAILS;
    return sum;
}

/* From logarithms to cumulative chances. @return the mean width of normals */
static double
finish(double *table, size_t rows)
{
    size_t n = rows * DD_SPREADS;
    double most = table[0], sum = 0.0, mean = 0.0;
    for (size_t i = 1; i < n; i++)
        most = fmax(most, table[i]);
    for (size_t i = 0; i < n; i++) {
        double chance = exp(table[i] - most);
        mean += chance * spread_at(i % DD_SPREADS);
        table[i] = sum += chance;
    }
    for (size_t i = 0; i < n; i++)
        table[i] /= sum;
    table[n - 1] = 1.0;
    return mean / sum * mean_tail();
}

/* Each row's share of a finished table. */
static void
shares_of(const double *table, size_t rows, double *share)
{
    double before = 0.0;
    for (size_t r = 0; r < rows; r++) {
        double upto = table[r * DD_SPREADS + DD_SPREADS - 1];
        share[r] = upto - before;
        before = upto;
    }
}

int
dd_level_has_shifted(const dd_level *self)
{
    return self->tracked > SHIFT_SURE && fabs(log(self->present)) > SHIFT_LEAST;
}

static int
carries_weight(const dd_level_window *window)
{
    return window->known_wins >= DD_LEAST_KNOWN_WINS && window->expected_wins[0] > 0.0;
}

double
dd_level_track(const dd_level_windows *past, size_t way, dd_day day)
{
    double sum = 0.0, weight = 0.0;
    for (size_t k = 0; k < past->n; k++) {
        const dd_level_window *w = &past->window[k];
        if (!carries_weight(w) || w->from + w->days > day)
            continue;
        double ratio = (w->wins + 0.5) / (w->expected_wins[way / DD_TRACKS] + 0.5);
        double here
            = w->days * dd_memory_track(way % DD_TRACKS, day - w->from - w->days);
        double response = w->response[way / DD_TRACKS];
        sum += here * response * log(ratio);
        weight += here * response * response;
    }
    return exp(sum / (weight + TRACK_DAYS));
}

/* Rates known from so many wins are off as a level would be. */
static void
add_window(dd_level *self, const dd_level_window *w, size_t way)
{
    double response = w->response[way / DD_TRACKS], luck = w->luck[way / DD_TRACKS];
    double expected = w->expected_wins[way / DD_TRACKS]
                      * pow(dd_level_track(&self->far, way, w->from), response);
    add_likelihood(self->wins[way], w->wins / luck, expected / luck,
                   response * response / (double) w->known_wins, response);
}

static void
add_wins(dd_level *self)
{
    for (size_t k = 0; k < self->far.n; k++)
        for (size_t way = 0; way < DD_WAYS && carries_weight(&self->far.window[k]);
             way++)
            add_window(self, &self->far.window[k], way);
}

static void
add_arrivals(double *table, const dd_level_window *w)
{
    for (size_t m = 0; m < DD_MEMORIES; m++)
        add_likelihood(table + m * DD_SPREADS, w->arrivals,
                       fmax(w->expected_arrivals[m], 1e-3), 1.0 / (w->counted[m] + 0.5),
                       1.0);
}

/* Which memory foretells arrivals is told by short windows too, of which there are more,
 * and which see sooner that a memory has been left behind. */
static void
weigh_memories(dd_level *self, double *chance)
{
    put_prior(self->arrivals[0], DD_MEMORIES, chance);
    for (size_t k = 0; k < self->near.n; k++)
        if (self->near.window[k].counted[0] >= LEAST_COUNTED)
            add_arrivals(self->arrivals[0], &self->near.window[k]);
    finish(self->arrivals[0], DD_MEMORIES);
    shares_of(self->arrivals[0], DD_MEMORIES, chance);
}

static void
fit_arrivals(dd_level *self, double *chance)
{
    weigh_memories(self, chance);
    put_prior(self->arrivals[0], DD_MEMORIES, chance);
    for (size_t k = 0; k < self->far.n; k++)
        if (carries_weight(&self->far.window[k]))
            add_arrivals(self->arrivals[0], &self->far.window[k]);
    self->arrivals_spread = self->scale * finish(self->arrivals[0], DD_MEMORIES);
    shares_of(self->arrivals[0], DD_MEMORIES, self->memory_chance);
}

static void
find_present(dd_level *self, const double *way)
{
    const dd_level_windows *far = &self->far;
    const dd_level_window *last = far->n > 0 ? &far->window[far->n - 1] : NULL;
    self->present = self->tracked = 0.0;
    for (size_t w = 0; w < DD_WAYS; w++) {
        self->wins_mean[w]
            = last ? dd_level_track(far, w, last->from + last->days) : 1.0;
        self->present += way[w] * self->wins_mean[w];
        self->tracked += w % DD_TRACKS > 0 ? way[w] : 0.0;
    }
}

static void
fit_wins(dd_level *self, double *way)
{
    put_prior(self->wins[0], DD_WAYS, way);
    add_wins(self);
    self->wins_spread = self->scale * finish(self->wins[0], DD_WAYS);
    shares_of(self->wins[0], DD_WAYS, way);
    find_present(self, way);
    self->windows = 0;
    for (size_t k = 0; k < self->far.n; k++)
        self->windows += (size_t) carries_weight(&self->far.window[k]);
}

/* The first of n ways has chance 1 - `others`, which the others share. */
static double
chance_of(size_t i, size_t n, double others)
{
    return i == 0 ? 1.0 - others : others / (double) (n - 1);
}

void
dd_level_fit_parts(dd_level *self, const dd_parts *parts)
{
    double way[DD_WAYS], memory[DD_MEMORIES];
    int untracked = (parts->off & (DD_PART_LEVEL | DD_PART_TRACKING)) != 0;
    int one_memory = (parts->off & DD_PART_MEMORIES) != 0;

    self->scale = parts->off & DD_PART_LEVEL ? 0.0
                  : parts->spread > 0.0      ? parts->spread
                                             : 1.0;
    for (size_t w = 0; w < DD_WAYS; w++)
        way[w]
            = chance_of(w % DD_TRACKS, DD_TRACKS, untracked ? 0.0 : TRACKED)
              * chance_of(w / DD_TRACKS, DD_MOVE_MEMORIES, one_memory ? 0.0 : FORGOTTEN);
    for (size_t m = 0; m < DD_MEMORIES; m++)
        memory[m] = one_memory ? m == 0 : 1.0 / DD_MEMORIES;
    fit_wins(self, way);
    fit_arrivals(self, memory);
}

void
dd_level_prior(dd_level *self)
{
    const dd_parts all = { 0 };
    self->near.n = self->far.n = 0;
    dd_level_fit_parts(self, &all);
}

void
dd_level_fit(dd_level *self, const dd_level_window *window, size_t n)
{
    const dd_parts all = { 0 };
    self->near.n = 0;
    self->far.n = n;
    memcpy(self->far.window, window, n * sizeof *window);
    dd_level_fit_parts(self, &all);
}
