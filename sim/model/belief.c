#include "model/curve/process.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#define RANGE_SDS (2.0 * 1.6448536269514722) /* a 90 % range is so many sd wide */
#define NARROWEST_WORTH 1.0

double
dd_belief_centre(const dd_belief *self)
{
    return 0.5 * (self->low + self->high);
}

int
dd_belief_is_fixed(const dd_belief *self, double worth)
{
    return self->given && worth <= 0.0 && self->low >= self->high;
}

double
dd_belief_chance_worth(const dd_belief *self, double worth)
{
    double centre = dd_belief_centre(self);
    double sd = (self->high - self->low) / RANGE_SDS;
    if (worth > 0.0 && self->low >= self->high)
        return worth;
    /* The n of a Beta(n c, n (1 - c)) of that sd. */
    return fmax(centre * (1.0 - centre) / (sd * sd) - 1.0, NARROWEST_WORTH);
}

double
dd_belief_draw_chance(const dd_belief *self, double worth, const gsl_rng *r)
{
    double centre = dd_belief_centre(self);
    if (dd_belief_is_fixed(self, worth) || centre <= 0.0 || centre >= 1.0)
        return centre;
    double n = dd_belief_chance_worth(self, worth);
    return gsl_ran_beta(r, n * centre, n * (1.0 - centre));
}

double
dd_belief_draw_mean(const dd_belief *self, double worth, const gsl_rng *r)
{
    if (dd_belief_is_fixed(self, worth))
        return self->low;
    if (self->low >= self->high) /* n deals of mean m: m n / Gamma(n) */
        return self->low * worth / gsl_ran_gamma(r, worth, 1.0);
    double log_low = log(fmax(self->low, 1e-6 * self->high)), log_high = log(self->high);
    return exp(0.5 * (log_low + log_high)
               + gsl_ran_gaussian(r, (log_high - log_low) / RANGE_SDS));
}
