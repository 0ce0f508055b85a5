#include "model/factors/factor_odds.h"

#include <gsl/gsl_spline.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NODES 33   /* of a level's log likelihood */
#define REACH 3.0  /* log odds of a level lie within +- this */
#define FLUSH 32   /* exits multiplied up before a logarithm is taken */
#define SPREADS 12 /* geometric from least to most */
#define LEAST_SPREAD 0.04
#define MOST_SPREAD 1.6
#define SPREAD_SCALE 0.3 /* of the half-Cauchy prior */
#define LOG_ROOT_2PI 0.91893853320467274
#define FALL 9.0 /* log density below its top that is beyond interest */

/* Likelihood of one level on the nodes: log, and what is not yet taken into it. */
typedef struct {
    double log[NODES], over[NODES], under[NODES];
    int waiting;
    double slope, bend; /* at odds 1 */
    double own;         /* odds of the level that are in the exits' */
    double exits;
} likelihood;

struct dd_odds_fitter {
    double node[NODES], times[NODES]; /* log odds and odds */
    likelihood *level;
    double
        *evidence; /* levels x SPREADS: log of the likelihood's mean under the prior */
    gsl_spline *spline;
    gsl_interp_accel *near;
    double spread[SPREADS], prior[SPREADS], weight[SPREADS];
    size_t spreads;
};

dd_odds_fitter *
dd_odds_fitter_new(size_t most_levels)
{
    dd_odds_fitter *self = calloc(1, sizeof *self);

    if (!self)
        return NULL;
    self->level = calloc(most_levels + 1, sizeof *self->level);
    self->evidence = calloc((most_levels + 1) * SPREADS, sizeof *self->evidence);
    self->spline = gsl_spline_alloc(gsl_interp_cspline, NODES);
    self->near = gsl_interp_accel_alloc();
    for (int k = 0; k < NODES; k++) {
        self->node[k] = REACH * (2.0 * k / (NODES - 1) - 1.0);
        self->times[k] = exp(self->node[k]);
    }
    if (self->level && self->evidence && self->spline && self->near)
        return self;
    dd_odds_fitter_free(self);
    return NULL;
}

void
dd_odds_fitter_free(dd_odds_fitter *self)
{
    if (!self)
        return;
    free(self->level);
    free(self->evidence);
    if (self->spline)
        gsl_spline_free(self->spline);
    if (self->near)
        gsl_interp_accel_free(self->near);
    free(self);
}

/* ---- likelihood ---- */

static void
flush(likelihood *self)
{
    for (int k = 0; k < NODES; k++) {
        self->log[k] += log(self->over[k] / self->under[k]);
        self->over[k] = self->under[k] = 1.0;
    }
    self->waiting = 0;
}

/* `others` are the odds that the deal's other factors give it. */
static void
add_exit(likelihood *self, const double *times, const dd_seen_exit *exit, double others)
{
    for (int k = 0; k < NODES; k++) {
        double more = times[k] * others - 1.0;
        self->over[k] *= 1.0 + exit->after * more;
        self->under[k] *= 1.0 + exit->before * more;
    }
    self->exits += 1.0;
    if (++self->waiting == FLUSH)
        flush(self);
}

static void
set_likelihoods(dd_odds_fitter *self, const dd_factor *factor, dd_factor_kind kind,
                const dd_seen_exit *exits, size_t n)
{
    for (size_t g = 0; g < factor->n; g++) {
        memset(&self->level[g], 0, sizeof self->level[g]);
        self->level[g].own = exp(factor->level[g].mean);
        for (int k = 0; k < NODES; k++)
            self->level[g].over[k] = self->level[g].under[k] = 1.0;
    }
    for (size_t i = 0; i < n; i++) {
        int32_t g = exits[i].levels.of[kind];
        if (g >= 0 && (size_t) g < factor->n)
            add_exit(&self->level[g], self->times, &exits[i],
                     exits[i].theta / self->level[g].own);
    }
    for (size_t g = 0; g < factor->n; g++)
        flush(&self->level[g]);
}

static void
take_up(dd_odds_fitter *self, const double *log_likelihood)
{
    gsl_spline_init(self->spline, self->node, log_likelihood, NODES);
    gsl_interp_accel_reset(self->near);
}

static double
at(const dd_odds_fitter *self, double log_odds)
{
    return gsl_spline_eval(self->spline, log_odds, self->near);
}

/* ---- densities on points that lie where they matter ---- */

typedef struct {
    double low, high, log[DD_ODDS_NODES]; /* log density up to a constant */
    double top;
    int peak; /* the point of the top */
} density_points;

static double
point(const density_points *self, int i)
{
    return self->low + (self->high - self->low) * i / (DD_ODDS_NODES - 1);
}

/* Log prior: of one spread, or of all of them by weight and evidence of a level. */
typedef struct {
    size_t n;
    const double *spread;
    double log_weight[SPREADS];
} prior_law;

static double
log_prior(const prior_law *self, double x)
{
    double sum = 0.0, top = -(double) INFINITY, part[SPREADS];

    if (self->n == 1)
        return -0.5 * x * x / (self->spread[0] * self->spread[0]) + self->log_weight[0]
               - log(self->spread[0]) - LOG_ROOT_2PI;
    for (size_t t = 0; t < self->n; t++) {
        double z = x / self->spread[t];
        part[t]
            = self->log_weight[t] - 0.5 * z * z - log(self->spread[t]) - LOG_ROOT_2PI;
        top = fmax(top, part[t]);
    }
    for (size_t t = 0; t < self->n; t++)
        sum += exp(part[t] - top);
    return top + log(fmax(sum, DBL_MIN));
}

static void
evaluate(const dd_odds_fitter *self, const prior_law *prior, density_points *out)
{
    out->top = -(double) INFINITY;
    for (int i = 0; i < DD_ODDS_NODES; i++) {
        out->log[i] = at(self, point(out, i)) + log_prior(prior, point(out, i));
        if (out->log[i] > out->top) {
            out->top = out->log[i];
            out->peak = i;
        }
    }
}

/* Draw the ends in to where the density is not negligible, until they stay. */
static void
zoom(const dd_odds_fitter *self, const prior_law *prior, density_points *out)
{
    double widest = self->spread[0];

    for (size_t t = 0; t < prior->n; t++)
        widest = fmax(widest, prior->spread[t]);
    out->high = fmin(REACH, 6.0 * widest);
    out->low = -out->high;
    for (int turn = 0; turn < 4; turn++) {
        int first = 0, last = DD_ODDS_NODES - 1;
        evaluate(self, prior, out);
        while (first + 1 < out->peak && out->log[first + 1] < out->top - FALL)
            first++;
        while (last - 1 > out->peak && out->log[last - 1] < out->top - FALL)
            last--;
        if (4 * (last - first) > 3 * DD_ODDS_NODES)
            return;
        double low = point(out, first), high = point(out, last);
        out->low = low;
        out->high = high;
    }
    evaluate(self, prior, out);
}

/* Trapezoid rule: for smooth densities that vanish at both ends it converges fast. */
static double
log_mass(const density_points *self)
{
    double sum = 0.0;

    for (int i = 0; i < DD_ODDS_NODES; i++)
        sum += exp(self->log[i] - self->top)
               * (i == 0 || i == DD_ODDS_NODES - 1 ? 0.5 : 1.0);
    return self->top + log(sum * (self->high - self->low) / (DD_ODDS_NODES - 1));
}

/* Moments by the trapezoid rule too; chances between points by straight lines. */
static void
finish_level(const density_points *from, dd_odds *to)
{
    double sum = 0.0, mean = 0.0, square = 0.0, before = 0.0;

    for (int i = 0; i < DD_ODDS_NODES; i++) {
        double here = exp(from->log[i] - from->top), x = point(from, i);
        double weight = i == 0 || i == DD_ODDS_NODES - 1 ? 0.5 * here : here;
        to->below[i] = i > 0 ? to->below[i - 1] + 0.5 * (before + here) : 0.0;
        before = here;
        sum += weight;
        mean += weight * x;
        square += weight * x * x;
    }
    for (int i = 0; i < DD_ODDS_NODES; i++)
        to->below[i] /= sum;
    to->low = from->low;
    to->high = from->high;
    to->mean = mean / sum;
    to->sd = sqrt(fmax(square / sum - to->mean * to->mean, 0.0));
}

/* ---- the spread ---- */

static void
set_spreads(dd_odds_fitter *self, double fixed)
{
    double ratio = pow(MOST_SPREAD / LEAST_SPREAD, 1.0 / (SPREADS - 1)), sum = 0.0;

    self->spreads = fixed > 0.0 ? 1 : SPREADS;
    for (size_t t = 0; t < self->spreads; t++) {
        double s = LEAST_SPREAD * pow(ratio, (double) t), z = s / SPREAD_SCALE;
        self->spread[t] = fixed > 0.0 ? fixed : s;
        self->prior[t] = fixed > 0.0 ? 1.0 : s / (1.0 + z * z); /* times d log s */
        sum += self->prior[t];
    }
    for (size_t t = 0; t < self->spreads; t++)
        self->prior[t] /= sum;
}

/* Log likelihood when no level differs from the others, at the best common odds. */
static double
log_alike(dd_odds_fitter *self, size_t levels)
{
    double sum[NODES] = { 0.0 }, best = -(double) INFINITY;

    for (size_t g = 0; g < levels; g++)
        for (int k = 0; k < NODES; k++)
            sum[k] += self->level[g].log[k];
    take_up(self, sum);
    for (int i = -400; i <= 400; i++)
        best = fmax(best, at(self, 0.0025 * i));
    return best;
}

/* Evidence of every level under every spread. */
static void
weigh_spreads(dd_odds_fitter *self, size_t levels)
{
    density_points density;

    for (size_t g = 0; g < levels; g++) {
        take_up(self, self->level[g].log);
        for (size_t t = 0; t < self->spreads; t++) {
            prior_law one = { 1, &self->spread[t], { 0.0 } };
            zoom(self, &one, &density);
            self->evidence[g * SPREADS + t] = log_mass(&density);
        }
    }
}

/* Weights of the spreads. @return log of the likelihood's mean over them */
static double
average_spreads(dd_odds_fitter *self, size_t levels)
{
    double top = -(double) INFINITY, sum = 0.0;

    for (size_t t = 0; t < self->spreads; t++) {
        self->weight[t] = log(self->prior[t]);
        for (size_t g = 0; g < levels; g++)
            self->weight[t] += self->evidence[g * SPREADS + t];
        top = fmax(top, self->weight[t]);
    }
    for (size_t t = 0; t < self->spreads; t++)
        sum += exp(self->weight[t] - top);
    for (size_t t = 0; t < self->spreads; t++)
        self->weight[t] = exp(self->weight[t] - top) / sum;
    return top + log(fmax(sum, DBL_MIN));
}

/* The posterior of a level: over spreads, weight x prior x likelihood / evidence. */
static void
set_level(dd_odds_fitter *self, size_t g, dd_odds *to)
{
    double spread[SPREADS];
    prior_law all = { 0, spread, { 0.0 } };
    density_points density;

    for (size_t t = 0; t < self->spreads; t++)
        if (self->weight[t] > 1e-6) {
            spread[all.n] = self->spread[t];
            all.log_weight[all.n++]
                = log(self->weight[t]) - self->evidence[g * SPREADS + t];
        }
    take_up(self, self->level[g].log);
    zoom(self, &all, &density);
    finish_level(&density, to);
    to->exits = self->level[g].exits;
}

/*
 * Near odds 1 a level's log likelihood is slope x - bend x^2 / 2, and its mean under
 * N(0, s^2) is exp(slope^2 s^2 / (2 (1 + bend s^2))) / sqrt(1 + bend s^2).
 */
static double
rough_evidence(const dd_odds_fitter *self, size_t levels, double spread)
{
    double sum = 0.0, square = spread * spread;

    for (size_t g = 0; g < levels; g++) {
        const likelihood *level = &self->level[g];
        double wider = 1.0 + level->bend * square;
        sum += 0.5 * (level->slope * level->slope * square / wider - log(wider));
    }
    return sum;
}

double
dd_odds_glance(dd_odds_fitter *fitter, const dd_factor *self, dd_factor_kind kind,
               const dd_seen_exit *exits, size_t n)
{
    double best = -(double) INFINITY;

    for (size_t g = 0; g < self->n; g++)
        fitter->level[g] = (likelihood){ .own = exp(self->level[g].mean) };
    for (size_t i = 0; i < n; i++) {
        int32_t g = exits[i].levels.of[kind];
        if (g < 0 || (size_t) g >= self->n)
            continue;
        double theta = exits[i].theta / fitter->level[g].own;
        double before = dd_on_odds(exits[i].before, theta);
        double after = dd_on_odds(exits[i].after, theta);
        fitter->level[g].slope += after - before;
        fitter->level[g].bend
            += fmax(before * (1.0 - before) - after * (1.0 - after), 0.0);
    }
    set_spreads(fitter, 0.0);
    for (size_t t = 0; t < fitter->spreads; t++)
        best = fmax(best, rough_evidence(fitter, self->n, fitter->spread[t]));
    return best;
}

dd_odds_news
dd_odds_fit(dd_odds_fitter *fitter, dd_factor *self, dd_factor_kind kind,
            const dd_seen_exit *exits, size_t n, double spread)
{
    dd_odds_news news = { 0.0, 0.0 };

    set_likelihoods(fitter, self, kind, exits, n);
    set_spreads(fitter, spread);
    weigh_spreads(fitter, self->n);
    news.evidence = average_spreads(fitter, self->n) - log_alike(fitter, self->n);
    self->spread = 0.0;
    for (size_t t = 0; t < fitter->spreads; t++)
        self->spread += fitter->weight[t] * fitter->spread[t];
    for (size_t g = 0; g < self->n; g++) {
        double before = self->level[g].mean;
        set_level(fitter, g, &self->level[g]);
        news.moved = fmax(news.moved, fabs(self->level[g].mean - before));
    }
    return news;
}
