#include "model/clock/season.h"

#include "model/curve/process.h"

#include <math.h>
#include <string.h>

#define MOST_MONTHS 48  /* the latest ones are looked at */
#define LEAST_MONTHS 13 /* below them no month has come again */
/* What fewer arrivals tell of a month drowns in why they are few: markets that opened or
 * closed. With such months in, one public history took its end for a season. */
#define LEAST_ARRIVALS 10
#define LEAST_DAYS 7   /* of a month that is begun */
#define LEAST_SURE 0.5 /* that there is a season, for it to count */
#define START_VARIANCE 1.0

/* Months with what is known of them. */
typedef struct {
    size_t n;
    double y[MOST_MONTHS];      /* log arrivals a day, less their mean */
    double error2[MOST_MONTHS]; /* of a count */
    int when[MOST_MONTHS];      /* months since the first */
    int month[MOST_MONTHS];     /* 0 January */
} months;

/* Standard deviations: of a month's step of the level, of its noise, of the months of the
 * year about their mean. No season stands first. */
static const double steps[] = { 0.05, 0.2, 0.8 };
static const double noises[] = { 0.05, 0.2, 0.5 };
static const double seasons[] = { 0.0, 0.15, 0.4 };
#define EACH 3
#define PRIOR_NONE 0.5

typedef struct {
    double step2, noise2, season2;
    double log_likelihood;
    double effect[12]; /* posterior means */
} series;

void
dd_season_init(dd_season *self)
{
    *self = (dd_season){ 0 };
    for (int m = 0; m < 12; m++)
        self->month[m] = 1.0;
}

/* Months of one calendar, counted from year 0. */
static int
month_of(dd_day day)
{
    int year, month, of_month;
    dd_day_to_civil(day, &year, &month, &of_month);
    return year * 12 + month - 1;
}

static dd_day
first_of(int month)
{
    return dd_day_from_civil(month / 12, month % 12 + 1, 1);
}

static void
count_months(const dd_past *past, dd_day from, double count[MOST_MONTHS])
{
    int last = month_of(past->as_of);
    memset(count, 0, MOST_MONTHS * sizeof *count);
    for (size_t i = 0; i < past->n_deals; i++) {
        const dd_past_deal *deal = &past->deals[i];
        if (deal->created == DD_NO_MOMENT || deal->first_stage < 0)
            continue;
        dd_day day = dd_moment_day(deal->created);
        int ago = day < from || day > past->as_of ? MOST_MONTHS : last - month_of(day);
        if (ago < MOST_MONTHS)
            count[MOST_MONTHS - 1 - ago] += 1.0;
    }
}

static void
look_at_months(months *self, const dd_past *past)
{
    dd_day from = dd_arrivals_first_day(past);
    int last = month_of(past->as_of);
    double count[MOST_MONTHS], mean = 0.0;

    self->n = 0;
    count_months(past, from, count);
    for (int k = 0; k < MOST_MONTHS; k++) {
        int month = last - (MOST_MONTHS - 1 - k);
        dd_day start = first_of(month), end = first_of(month + 1) - 1;
        double days = (end < past->as_of ? end : past->as_of)
                      - (start > from ? start : from) + 1;
        if (days < LEAST_DAYS || count[k] < LEAST_ARRIVALS)
            continue;
        self->y[self->n] = log(count[k] / days);
        self->error2[self->n] = 1.0 / count[k];
        self->when[self->n] = k;
        self->month[self->n] = month % 12;
        mean += self->y[self->n++];
    }
    for (size_t i = 0; i < self->n; i++)
        self->y[i] -= mean / (double) self->n;
}

/* Effects of months of the year are alike and add up to nothing. */
static double
covariance(const series *self, const months *of, size_t i, size_t j)
{
    double sum = START_VARIANCE + self->step2 * (of->when[j] - of->when[0])
                 + self->season2 * ((of->month[i] == of->month[j]) - 1.0 / 12.0);
    return i == j ? sum + self->noise2 + of->error2[i] : sum;
}

/* Cholesky's L of the months' covariance (j <= i: the level of the earlier one), and
 * the log-likelihood by forward substitution. */
static void
factor(series *self, const months *of, double l[MOST_MONTHS][MOST_MONTHS],
       double z[MOST_MONTHS])
{
    self->log_likelihood = 0.0;
    for (size_t i = 0; i < of->n; i++) {
        z[i] = of->y[i];
        for (size_t j = 0; j <= i; j++) {
            double sum = covariance(self, of, i, j);
            for (size_t k = 0; k < j; k++)
                sum -= l[i][k] * l[j][k];
            l[i][j] = j < i ? sum / l[j][j] : sqrt(sum);
            if (j < i)
                z[i] -= l[i][j] * z[j];
        }
        z[i] /= l[i][i];
        self->log_likelihood -= 0.5 * z[i] * z[i] + log(l[i][i]);
    }
}

/* E(effect | y) = cov(effect, y) C^-1 y. */
static void
find_effects(series *self, const months *of)
{
    double l[MOST_MONTHS][MOST_MONTHS], z[MOST_MONTHS];
    factor(self, of, l, z);
    memset(self->effect, 0, sizeof self->effect);
    for (size_t i = of->n; i-- > 0 && self->season2 > 0.0;) {
        for (size_t k = i + 1; k < of->n; k++)
            z[i] -= l[k][i] * z[k];
        z[i] /= l[i][i];
        for (int m = 0; m < 12; m++)
            self->effect[m] += self->season2 * ((of->month[i] == m) - 1.0 / 12.0) * z[i];
    }
}

/* @return the chance of a season, and each month's effect over all of the grid */
static double
weigh(const months *of, double effect[12])
{
    series all[EACH * EACH * EACH];
    double most = -(double) INFINITY, sum = 0.0, with = 0.0;

    for (size_t k = 0; k < EACH * EACH * EACH; k++) {
        double step = steps[k / EACH / EACH], noise = noises[k / EACH % EACH],
               season = seasons[k % EACH];
        all[k] = (series){ .step2 = step * step,
                           .noise2 = noise * noise,
                           .season2 = season * season };
        find_effects(&all[k], of);
        most = fmax(most, all[k].log_likelihood);
    }
    memset(effect, 0, 12 * sizeof *effect);
    for (size_t k = 0; k < EACH * EACH * EACH; k++) {
        double prior = k % EACH == 0 ? PRIOR_NONE : (1.0 - PRIOR_NONE) / (EACH - 1);
        double chance = prior * exp(all[k].log_likelihood - most);
        sum += chance;
        with += k % EACH == 0 ? 0.0 : chance;
        for (int m = 0; m < 12; m++)
            effect[m] += chance * all[k].effect[m];
    }
    for (int m = 0; m < 12; m++)
        effect[m] /= sum;
    return with / sum;
}

void
dd_season_fit(dd_season *self, const dd_past *past)
{
    months seen;
    double effect[12], sum = 0.0;

    dd_season_init(self);
    look_at_months(&seen, past);
    if (seen.n < LEAST_MONTHS)
        return;
    self->chance = weigh(&seen, effect);
    self->runs = self->chance >= LEAST_SURE;
    for (int m = 0; m < 12 && self->runs; m++)
        sum += self->month[m] = exp(effect[m]);
    for (int m = 0; m < 12 && self->runs; m++)
        self->month[m] *= 12.0 / sum;
}

double
dd_season_at(const dd_season *self, dd_day day)
{
    return self->runs ? self->month[month_of(day) % 12] : 1.0;
}

double
dd_season_days(const dd_season *self, dd_day after, dd_day to)
{
    double days = 0.0;
    if (!self->runs)
        return to - after;
    for (dd_day day = after + 1; day <= to; day++)
        days += dd_season_at(self, day);
    return days;
}
