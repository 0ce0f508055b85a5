#include "naive.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

/* An open deal of a rep. */
typedef struct {
    int32_t stage;
    double advance, leave; /* further days, the former at full speed */
} deal;

/* Days until a unit exponential of the risk's hazard is spent. */
static double
wait(const dd_risk *risk, gsl_rng *r)
{
    double spend = gsl_ran_exponential(r, 1);
    size_t b = 0;

    if (spend >= (double) risk->total)
        return HUGE_VAL;
    while (b + 1 < DD_MAX_BANDS && (double) risk->hazard[b + 1] <= spend)
        b++;
    return (double) risk->age[b]
           + (spend - (double) risk->hazard[b]) * (double) risk->days[b];
}

static void
enter(const dd_risks *stages, deal *self, int32_t stage, gsl_rng *r)
{
    self->stage = stage;
    self->advance = wait(&stages[stage].advance, r);
    self->leave = wait(&stages[stage].leave, r);
}

/* Play so many days at this speed. @return its end, or DD_STILL */
static int32_t
pass(const dd_risks *stages, deal *self, double days, double speed, gsl_rng *r)
{
    for (;;) {
        double advance = self->advance / speed;
        double first = advance <= self->leave ? advance : self->leave;
        if (first > days) {
            self->advance -= days * speed;
            self->leave -= days;
            return DD_STILL;
        }
        if (advance > self->leave)
            return DD_LOST;
        if (self->stage + 1 == W1_STAGES)
            return DD_WON;
        days -= first;
        enter(stages, self, self->stage + 1, r);
    }
}

/* A week of one rep. @return how many deals are open after it */
static size_t
play_week(const dd_risks *stages, const naive_crew *crew, double days, deal *open,
          size_t n, gsl_rng *r, dd_tally *tally)
{
    double demand = 0, speed, left;
    unsigned more;

    for (size_t i = 0; i < n; i++)
        demand += crew->visits[open[i].stage];
    speed = demand > crew->visits_per_week ? crew->visits_per_week / demand : 1;
    left = fmax(crew->visits_per_week - demand, 0);
    more = gsl_ran_poisson(r, crew->new_per_visit * left / 7 * days);
    tally->deals += (int32_t) more;
    for (size_t i = 0; i < n + more;) {
        double stay = days;
        int32_t end;
        if (i >= n) {
            stay = days * gsl_rng_uniform(r);
            enter(stages, &open[i], 0, r);
        }
        end = pass(stages, &open[i], stay, speed, r);
        tally->won += end == DD_WON;
        if (end == DD_STILL)
            i++;
        else if (i < n) { /* the last open one fills the gap, the last new one its */
            open[i] = open[--n];
            open[n] = open[n + more];
        } else
            more--;
    }
    return n + more;
}

void
naive_w3(const dd_risks *stages, const naive_crew *crew, double days, size_t trials,
         unsigned long seed, dd_tally *tally)
{
    gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);
    deal *open = malloc(4096 * sizeof *open);

    gsl_rng_set(r, seed);
    for (size_t t = 0; open != NULL && t < trials; t++) {
        tally[t] = (dd_tally){ 0 };
        for (size_t rep = 0; rep < crew->reps; rep++) {
            size_t n = 0;
            for (double day = 0; day < days; day += 7)
                n = play_week(stages, crew, fmin(days - day, 7), open, n, r, &tally[t]);
        }
    }
    free(open);
    gsl_rng_free(r);
}
