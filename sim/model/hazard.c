#include "model/hazard.h"

#include "base/sort.h"
#include "model/exit_weights.h"
#include "model/stage.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOSS_PRIOR 0.5 /* prior exits to Lost where no loss was ever seen */

static dd_status
check_spells(const dd_spell *const *spells, size_t n, dd_error *err)
{
    for (size_t i = 0; i < n; i++) {
        double dwell = spells[i]->dwell_days;
        if (!isfinite(dwell) || dwell < 0.0)
            return dd_error_add(err, DD_EDATA, NULL, NULL, "0 days or more",
                                "a dwell of %g days in spell %zu", dwell, i);
    }
    return DD_OK;
}

static size_t
band_of(const dd_hazard *self, double age)
{
    size_t b = 0;
    while (b + 1 < self->bands && self->start[b + 1] <= age)
        b++;
    return b;
}

static size_t
exit_of(dd_hazard *self, int32_t to)
{
    size_t j = 0;
    while (j < self->exits && self->to[j] != to)
        j++;
    if (j == self->exits)
        self->to[self->exits++] = to;
    return j;
}

/* The exits in a fixed order: stages ascending, then Won, Lost, Recycled. */
static int
compare_exits(const void *a, const void *b)
{
    int32_t x = *(const int32_t *) a, y = *(const int32_t *) b;
    if ((x < 0) != (y < 0))
        return x < 0 ? 1 : -1;
    return x < 0 ? (x < y) - (x > y) : (x > y) - (x < y);
}

static void
list_exits(dd_hazard *self, const dd_spell *const *spells, size_t n,
           const dd_hazard_prior *prior)
{
    int lost = 0;
    for (size_t i = 0; i < n; i++)
        if (spells[i]->exit != DD_STILL && spells[i]->dwell_days >= spells[i]->from_days)
            exit_of(self, spells[i]->exit);
    for (size_t j = 0; prior && j < prior->exits; j++)
        exit_of(self, prior->to[j]);
    for (size_t j = 0; j < self->exits; j++)
        lost |= self->to[j] == DD_LOST;
    self->no_loss_seen = !lost;
    exit_of(self, DD_LOST);
    qsort(self->to, self->exits, sizeof *self->to, compare_exits);
}

static void
count_spell(dd_hazard *self, const dd_spell *spell)
{
    double from = spell->from_days, to = spell->dwell_days;
    if (to < from)
        return; /* it ended before anyone watched */
    for (size_t b = 0; b < self->bands && self->start[b] < to; b++) {
        double low = self->start[b] > from ? self->start[b] : from;
        double high = self->start[b + 1] < to ? self->start[b + 1] : to;
        if (high > low)
            self->exposure[b] += high - low;
    }
    if (spell->exit != DD_STILL) {
        size_t j = exit_of(self, spell->exit);
        self->shape[j * self->bands + band_of(self, to)] += 1.0;
        self->observed += 1.0;
    }
}

static double
exits_in_band(const dd_hazard *self, size_t b)
{
    double sum = 0.0;
    for (size_t j = 0; j < self->exits; j++)
        sum += self->shape[j * self->bands + b];
    return sum;
}

/*
 * In a band made of ties all exits fall at one moment, so that half a band of exposure
 * each would let exp(-2) of a band pass that everybody leaves. The exposure is set to
 * what makes survival through the band the share that was seen to survive it,
 * (N - O + 1/2)/(N + 1/2) of the N at risk.
 */
static void
correct_ties(dd_hazard *self, const dd_bands *bands, const dd_spell *const *spells,
             size_t n)
{
    for (size_t b = 0; b < self->bands; b++) {
        double exits = exits_in_band(self, b), at_risk = 0.0;
        double width = self->start[b + 1] - self->start[b];
        if (!bands->tied[b] || exits <= 0.0)
            continue;
        for (size_t i = 0; i < n; i++)
            at_risk += spells[i]->dwell_days > self->start[b]
                       && spells[i]->from_days <= self->start[b];
        if (at_risk < exits)
            continue;
        double apart = exits * width / log((at_risk + 0.5) / (at_risk - exits + 0.5));
        self->tie[b] = apart / self->exposure[b];
        self->exposure[b] = apart;
    }
}

/* One deal at a constant rate per exit over all ages: mixture form of an exponential. */
static void
add_default_prior(dd_hazard *self)
{
    double exposure = 0.0, total = 0.0;
    double by_exit[DD_MAX_BANDS * 8] = { 0.0 };
    size_t exits = self->exits < DD_MAX_BANDS * 8 ? self->exits : DD_MAX_BANDS * 8;
    for (size_t b = 0; b < self->bands; b++)
        exposure += self->exposure[b];
    for (size_t j = 0; j < exits; j++) {
        for (size_t b = 0; b < self->bands; b++)
            by_exit[j] += self->shape[j * self->bands + b];
        total += by_exit[j];
    }
    if (total <= 0.0 || exposure <= 0.0)
        return;
    double rate = total / exposure;
    for (size_t b = 0; b < self->bands; b++) {
        double in_band = exp(-rate * self->start[b]) - exp(-rate * self->start[b + 1]);
        self->exposure[b] += in_band / rate;
        for (size_t j = 0; j < exits; j++)
            self->shape[j * self->bands + b] += in_band * by_exit[j] / total;
    }
}

/* Share of deals that are believed to be there at an age. */
static double
believed_stay(const dd_hazard_prior *prior, double age)
{
    double stay = 1.0;
    for (size_t j = 0; j < prior->exits; j++)
        stay -= prior->share[j] * (1.0 - dd_law_survival(&prior->law[j], age));
    return fmax(stay, 0.0);
}

/* Simpson's rule on the survival of the believed mixture. */
static double
believed_days_in_band(const dd_hazard_prior *prior, double from, double to)
{
    enum { STEPS = 64 };
    double sum = 0.0, width = (to - from) / STEPS;
    for (int i = 0; i <= STEPS; i++) {
        double weight = i == 0 || i == STEPS ? 1.0 : (i % 2 ? 4.0 : 2.0);
        sum += weight * believed_stay(prior, from + i * width);
    }
    return sum * width / 3.0;
}

/* As under correct_ties: what makes survival through the band the believed one, but for
 * one deal in a billion. */
static double
believed_days_of_tie(const dd_hazard_prior *prior, double from, double to)
{
    double before = believed_stay(prior, from);
    double after = fmax(believed_stay(prior, to), 1e-9 * before);
    return before > after ? (to - from) * (before - after) / log(before / after)
                          : (to - from) * before;
}

static void
add_believed_prior(dd_hazard *self, const dd_hazard_prior *prior, const dd_bands *bands)
{
    for (size_t b = 0; b < self->bands; b++) {
        double from = self->start[b], to = self->start[b + 1];
        double days = bands->tied[b] ? believed_days_of_tie(prior, from, to)
                                     : believed_days_in_band(prior, from, to);
        self->exposure[b] += prior->worth * days;
        for (size_t j = 0; j < prior->exits; j++) {
            double leave = dd_law_survival(&prior->law[j], from)
                           - dd_law_survival(&prior->law[j], to);
            self->shape[exit_of(self, prior->to[j]) * self->bands + b]
                += prior->worth * prior->share[j] * leave;
        }
    }
}

static void
add_loss_prior(dd_hazard *self)
{
    double exposure = 0.0;
    size_t lost = exit_of(self, DD_LOST);
    for (size_t b = 0; b < self->bands; b++)
        exposure += self->exposure[b];
    for (size_t b = 0; exposure > 0.0 && b < self->bands; b++)
        self->shape[lost * self->bands + b] += LOSS_PRIOR * self->exposure[b] / exposure;
}

/* Ages at exit, ascending. @return how many; *oldest: the greatest age seen at all */
static size_t
exit_ages(double *age, double *spare, const dd_spell *const *spells, size_t n,
          double *oldest)
{
    size_t exits = 0;
    for (size_t i = 0; i < n; i++) {
        if (spells[i]->dwell_days > *oldest)
            *oldest = spells[i]->dwell_days;
        if (spells[i]->exit != DD_STILL && spells[i]->dwell_days >= spells[i]->from_days)
            age[exits++] = spells[i]->dwell_days;
    }
    dd_sort(age, spare, exits);
    return exits;
}

#define TAIL_EXITS 10     /* the last so many exits tell the hazard before the tail */
#define TAIL_EXPECTED 3.0 /* exits missing from it that make it another hazard */

static double
exposure_between(const dd_spell *const *spells, size_t n, double from, double to)
{
    double days = 0.0;
    for (size_t i = 0; i < n; i++) {
        double low = spells[i]->from_days > from ? spells[i]->from_days : from;
        double high = spells[i]->dwell_days < to ? spells[i]->dwell_days : to;
        days += high > low ? high - low : 0.0;
    }
    return days;
}

/* Many stayed on beyond the last exit ever seen: at the hazard just before, some would
 * have left. Else the last band runs on, and its survivors leave as those before did. */
static int
tail_is_apart(const dd_spell *const *spells, size_t n, const double *age, size_t exits)
{
    if (exits <= TAIL_EXITS)
        return 0;
    double first = age[exits - 1 - TAIL_EXITS], last = age[exits - 1];
    double before = exposure_between(spells, n, first, last);
    double after = exposure_between(spells, n, last, (double) INFINITY);
    return after * TAIL_EXITS > TAIL_EXPECTED * before;
}

#define BEYOND_BANDS 3
#define HELD_LEAST 0.8    /* of a hazard: less is a fall */
#define STAYED_LEAST 0.02 /* share of entrants who were seen to stay to the end */
#define HELD_EXITS 30     /* that the hazard before must rest on */

/* Ends of the bands beyond the oldest age, in days from it. */
static const double beyond_days[BEYOND_BANDS] = { 40.0, 120.0, DD_BEYOND_DAYS };

/* What is left in the last band of the hazard of the later half of exits before. Where it
 * has fallen, some of those still there may be stuck; 1: nothing tells, or next to nobody
 * gets as old as that (exp of minus Nelson & Aalen's sum). */
static double
hazard_held(const dd_bands *bands, const dd_spell *const *spells, size_t n,
            const double *age, const double *weight, size_t exits)
{
    double last = bands->bands > 1 ? bands->start[bands->bands - 1] : 0.0, sum = 0.0;
    size_t before = 0;
    for (size_t i = 0; i < exits; i++) {
        before += age[i] < last;
        sum += weight[i];
    }
    if (before < HELD_EXITS || exp(-sum) < STAYED_LEAST)
        return 1.0;
    size_t later = before - before / 2;
    double from = age[before / 2];
    double hazard = (double) later / exposure_between(spells, n, from, last);
    double after = exposure_between(spells, n, last, (double) INFINITY);
    double held = ((double) (exits - before) + 0.5) / (after * hazard);
    return held < HELD_LEAST ? held : 1.0;
}

static void
add_beyond(dd_bands *bands, double oldest)
{
    for (int k = 0; k < BEYOND_BANDS; k++) {
        bands->tied[bands->bands++] = 0;
        bands->start[bands->bands] = oldest + beyond_days[k];
    }
}

#define BELIEVED_AGES 256 /* of each exit */

/* Without spells the bands follow the belief: its quantiles, finer where few stay, since
 * the last band's hazard runs on, and far enough out. */
static size_t
believed_ages(double *age, double *spare, const dd_hazard_prior *prior, double *oldest)
{
    size_t n = 0;
    double all = 0.0;
    int constant = 1; /* one exponential for all exits, and nobody stays for ever */
    for (size_t j = 0; j < prior->exits; j++) {
        *oldest = fmax(*oldest, 20.0 * dd_law_mean(&prior->law[j]));
        constant &= prior->law[j].kind == DD_LAW_EXPONENTIAL
                    && prior->law[j].a == prior->law[0].a;
        all += prior->share[j];
    }
    constant &= all > 1.0 - 1e-9;
    for (size_t j = 0; !constant && j < prior->exits; j++)
        for (size_t i = 0; i < BELIEVED_AGES; i++) {
            double stay = 1.0 - ((double) i + 0.5) / BELIEVED_AGES;
            age[n++] = dd_law_quantile(&prior->law[j], 1.0 - stay * stay);
        }
    dd_sort(age, spare, n);
    return n;
}

static dd_status
choose_bands(dd_bands *bands, const dd_spell *const *spells, size_t n, double unit_days,
             const dd_hazard_prior *prior, double *held, dd_error *err)
{
    double oldest = 0.0;
    size_t room = n + BELIEVED_AGES * (prior ? prior->exits : 0) + 1;
    double *age = malloc(2 * room * sizeof *age);
    if (!age)
        return dd_error_no_memory(err);
    double *weight = age + room;
    size_t exits = exit_ages(age, weight, spells, n, &oldest);
    dd_status status = dd_exit_weights(weight, age, exits, spells, n, err);
    if (exits == 0 && prior) {
        exits = believed_ages(age, weight, prior, &oldest);
        for (size_t i = 0; i < exits; i++)
            weight[i] = 1.0;
    }
    int apart = tail_is_apart(spells, n, age, exits);
    if (!status)
        dd_bands_choose(bands, age, weight, exits, unit_days, oldest + DD_BEYOND_DAYS,
                        apart, DD_MAX_BANDS);
    *held = status || prior ? 1.0 : hazard_held(bands, spells, n, age, weight, exits);
    if (*held < 1.0) {
        dd_bands_choose(bands, age, weight, exits, unit_days, oldest, apart,
                        DD_MAX_BANDS - BEYOND_BANDS);
        add_beyond(bands, oldest);
    }
    free(age);
    return status;
}

static dd_status
make_room(dd_hazard *self, const dd_bands *bands, size_t exits, dd_error *err)
{
    self->bands = bands->bands;
    self->start = malloc((bands->bands + 1) * sizeof *self->start);
    self->exposure = calloc(bands->bands, sizeof *self->exposure);
    self->to = malloc(exits * sizeof *self->to);
    self->shape = calloc(exits * bands->bands, sizeof *self->shape);
    self->tie = malloc(bands->bands * sizeof *self->tie);
    if (!self->start || !self->exposure || !self->to || !self->shape || !self->tie) {
        dd_hazard_free(self);
        return dd_error_no_memory(err);
    }
    for (size_t b = 0; b < bands->bands; b++)
        self->tie[b] = 1.0;
    memcpy(self->start, bands->start, (bands->bands + 1) * sizeof *self->start);
    return DD_OK;
}

static size_t
count_distinct_exits(const dd_spell *const *spells, size_t n)
{
    int32_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = spells[i]->exit > most ? spells[i]->exit : most;
    return (size_t) most + 1 + 4; /* stages, Won, Lost, Recycled and one to spare */
}

dd_status
dd_hazard_fit(dd_hazard *self, const dd_spell *const *spells, size_t n, double unit_days,
              const dd_hazard_prior *prior, dd_error *err)
{
    dd_bands bands;
    dd_status status;

    memset(self, 0, sizeof *self);
    status = check_spells(spells, n, err);
    if (status)
        return status;
    if (n == 0 && !prior)
        return DD_OK;
    status = choose_bands(&bands, spells, n, unit_days, prior, &self->held, err);
    if (status)
        return status;
    self->beyond = self->held < 1.0 ? bands.bands - BEYOND_BANDS : 0;
    status = make_room(
        self, &bands, count_distinct_exits(spells, n) + (prior ? prior->exits : 0), err);
    if (status)
        return status;
    list_exits(self, spells, n, prior);
    for (size_t i = 0; i < n; i++)
        count_spell(self, spells[i]);
    correct_ties(self, &bands, spells, n);
    if (prior)
        add_believed_prior(self, prior, &bands);
    else
        add_default_prior(self);
    if (self->no_loss_seen && n > 0)
        add_loss_prior(self);
    return DD_OK;
}

void
dd_hazard_free(dd_hazard *self)
{
    free(self->start);
    free(self->exposure);
    free(self->to);
    free(self->shape);
    free(self->tie);
    free(self->recent);
    memset(self, 0, sizeof *self);
}

/*
 * Rates beyond the oldest age ever seen, of a mixture: a share of those in the last band
 * is stuck, the others leave as those in the band did (a cure model: Farewell 1982). A
 * constant hazard of movers that has fallen to `held` leaves 1 - held of stuck ones; less
 * where the movers' own law falls, more where it rises, which nobody can tell by then:
 * hence the power, drawn evenly from 0 to FALL_POWER. Of companies of 32 weeks with 10 %
 * of stuck deals a stage, 90 % intervals of win rates hold the truth in 71-75 %, against
 * 29-54 % without.
 */
#define FALL_POWER 4.0

static void
fill_beyond(const dd_hazard *self, double power, double *rate)
{
    size_t last = self->beyond - 1, bands = self->bands;
    double stuck = fmin(1.0 - pow(self->held, power), 0.999), total = 0.0;
    for (size_t j = 0; j < self->exits; j++)
        total += rate[j * bands + last];
    double movers = total / (1.0 - stuck);
    double half = 0.5 * (self->start[self->beyond] - self->start[last]);
    stuck = stuck / (stuck + (1.0 - stuck) * exp(-movers * half));
    for (size_t b = self->beyond; b < bands; b++) {
        double from = self->start[b] - self->start[self->beyond],
               to = self->start[b + 1] - self->start[self->beyond];
        double left = (stuck + (1.0 - stuck) * exp(-movers * to))
                      / (stuck + (1.0 - stuck) * exp(-movers * from));
        double times = total > 0.0 ? -log(left) / (to - from) / total : 0.0;
        for (size_t j = 0; j < self->exits; j++)
            rate[j * bands + b] = times * rate[j * bands + last];
    }
}

void
dd_hazard_mean(const dd_hazard *self, double *rate)
{
    for (size_t j = 0; j < self->exits; j++)
        for (size_t b = 0; b < self->bands; b++) {
            size_t i = j * self->bands + b;
            rate[i] = self->exposure[b] > 0.0 ? self->shape[i] / self->exposure[b] : 0.0;
        }
    if (self->beyond > 0)
        fill_beyond(self, 0.5 * FALL_POWER, rate);
}

void
dd_hazard_draw(const dd_hazard *self, const gsl_rng *r, double *rate)
{
    for (size_t j = 0; j < self->exits; j++)
        for (size_t b = 0; b < self->bands; b++) {
            size_t i = j * self->bands + b;
            double shape = self->shape[i], exposure = self->exposure[b];
            rate[i] = shape > 0.0 && exposure > 0.0
                          ? gsl_ran_gamma(r, shape, 1.0 / exposure)
                          : 0.0;
        }
    if (self->beyond > 0)
        fill_beyond(self, FALL_POWER * gsl_rng_uniform(r), rate);
}
