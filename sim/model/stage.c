#include "model/stage.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <math.h>

static double
total_rate(const dd_stage *self, size_t b)
{
    double sum = 0.0;
    for (size_t j = 0; j < self->exits; j++)
        sum += self->rate[j * self->bands + b];
    return sum;
}

/* Of the days from `from` to `to`, those of band b; not above 0: none. */
static double
days_within(const dd_stage *self, size_t b, double from, double to)
{
    double low = self->start[b] > from ? self->start[b] : from;
    double high = self->start[b + 1] < to ? self->start[b + 1] : to;
    return high - low;
}

/* Cumulative hazard of all exits from `from` to `to`. */
static double
cumulative(const dd_stage *self, double from, double to)
{
    double sum = 0.0;
    for (size_t b = 0; b < self->bands && self->start[b] < to; b++) {
        double days = days_within(self, b, from, to);
        if (days > 0.0)
            sum += days * total_rate(self, b);
    }
    return sum;
}

double
dd_stage_survival(const dd_stage *self, double age_days)
{
    return self->bands ? exp(-cumulative(self, 0.0, age_days)) : 0.0;
}

double
dd_stage_stay(const dd_stage *self, double age_days, double days)
{
    return self->bands ? exp(-cumulative(self, age_days, age_days + days)) : 0.0;
}

/* Add to share[] who leaves by each exit between `from` and `to`, of those there at `from`. */
static void
add_shares(const dd_stage *self, double from, double to, double *share)
{
    double stay = 1.0;
    for (size_t b = 0; b < self->bands && self->start[b] < to; b++) {
        double days = days_within(self, b, from, to), rate;
        if (days <= 0.0 || !((rate = total_rate(self, b)) > 0.0))
            continue;
        double leave = -stay * expm1(-rate * days);
        for (size_t j = 0; j < self->exits; j++)
            share[j] += leave * self->rate[j * self->bands + b] / rate;
        stay -= leave;
    }
}

void
dd_stage_shares(const dd_stage *self, double age_days, double *share)
{
    for (size_t j = 0; j < self->exits; j++)
        share[j] = self->bands ? 0.0 : self->rate[j];
    add_shares(self, age_days, (double) INFINITY, share);
}

double
dd_stage_incidence(const dd_stage *self, size_t exit, double age_days)
{
    double stay = 1.0, left = self->bands ? 0.0 : self->rate[exit];
    for (size_t b = 0; b < self->bands; b++) {
        double days = fmin(age_days, self->start[b + 1]) - self->start[b];
        double rate = total_rate(self, b);
        if (days <= 0.0 || rate <= 0.0)
            continue;
        double leave = -stay * expm1(-rate * days);
        left += leave * self->rate[exit * self->bands + b] / rate;
        stay -= leave;
    }
    return left;
}

/* Age at which a cumulative hazard, counted from age 0, is reached; infinity: never. */
static double
age_at(const dd_stage *self, double hazard)
{
    for (size_t b = 0; b < self->bands; b++) {
        double rate = total_rate(self, b);
        double in_band = rate * (self->start[b + 1] - self->start[b]);
        if (in_band > 0.0 && hazard <= in_band)
            return self->start[b] + hazard / rate;
        hazard -= in_band;
    }
    return (double) INFINITY;
}

double
dd_stage_dwell_quantile(const dd_stage *self, double q)
{
    double leave = -expm1(-cumulative(self, 0.0, (double) INFINITY));
    return self->bands ? age_at(self, -log1p(-q * leave)) : 0.0;
}

static int
choose_exit(const dd_stage *self, size_t b, double total, double u)
{
    size_t bands = self->bands ? self->bands : 1;
    double left = u * total;
    int last = -1;
    for (size_t j = 0; j < self->exits; j++) {
        double rate = self->rate[j * bands + b];
        if (rate <= 0.0)
            continue;
        last = (int) j;
        left -= rate;
        if (left <= 0.0)
            break;
    }
    return last;
}

static int
play_at_once(const dd_stage *self, double u_exit, double *dwell_days)
{
    double sum = 0.0;
    for (size_t j = 0; j < self->exits; j++)
        sum += self->rate[j];
    *dwell_days = u_exit < sum ? 0.0 : (double) INFINITY;
    return u_exit < sum ? choose_exit(self, 0, sum, u_exit / sum) : -1;
}

int
dd_stage_play(const dd_stage *self, double age_days, double u_dwell, double u_exit,
              double *dwell_days)
{
    if (self->bands == 0)
        return play_at_once(self, u_exit, dwell_days);
    /* Spend a unit-exponential amount of cumulative hazard, band by band. */
    double until = age_at(self, cumulative(self, 0.0, age_days) - log(u_dwell));
    *dwell_days = (double) INFINITY;
    if (!isfinite(until))
        return -1;
    *dwell_days = fmax(until - age_days, 0.0);
    size_t b = 0;
    while (b + 1 < self->bands && self->start[b + 1] <= until)
        b++;
    if (total_rate(self, b) <= 0.0 && b > 0)
        b--; /* rounding put it on the edge of a band that nobody leaves in */
    return choose_exit(self, b, total_rate(self, b), u_exit);
}

double
dd_law_survival(const dd_law *self, double days)
{
    if (days <= 0.0)
        return 1.0;
    switch (self->kind) {
    case DD_LAW_EXPONENTIAL:
        return exp(-days / self->a);
    case DD_LAW_WEIBULL:
        return exp(-pow(days / self->b, self->a));
    case DD_LAW_LOGNORMAL:
        return gsl_cdf_lognormal_Q(days, log(self->a), self->b);
    case DD_LAW_FIXED:
        break;
    }
    return days < self->a ? 1.0 : 0.0;
}

double
dd_law_mean(const dd_law *self)
{
    switch (self->kind) {
    case DD_LAW_EXPONENTIAL:
        return self->a;
    case DD_LAW_WEIBULL:
        return self->b * tgamma(1.0 + 1.0 / self->a);
    case DD_LAW_LOGNORMAL:
        return self->a * exp(0.5 * self->b * self->b);
    case DD_LAW_FIXED:
        break;
    }
    return self->a;
}

double
dd_law_quantile(const dd_law *self, double u)
{
    switch (self->kind) {
    case DD_LAW_EXPONENTIAL:
        return -self->a * log1p(-u);
    case DD_LAW_WEIBULL:
        return self->b * pow(-log1p(-u), 1.0 / self->a);
    case DD_LAW_LOGNORMAL:
        return gsl_cdf_lognormal_Pinv(u, log(self->a), self->b);
    case DD_LAW_FIXED:
        break;
    }
    return self->a;
}
