#include "engine/field/payroll.h"

#include "base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

dd_stream
dd_rep_stream(uint64_t seed, size_t trial, uint64_t key)
{
    return dd_stream_make(seed, DD_RNG_REP, key, (uint32_t) trial);
}

double
dd_rep_leaves(const dd_crew *crew, uint64_t seed, size_t trial, uint64_t key,
              double starts, double known)
{
    dd_stream stream = dd_rep_stream(seed, trial, key);
    uint32_t word[4];
    double tenure;

    dd_stream_words(&stream, DD_REP_TENURE, word);
    tenure = dd_crew_tenure(crew, starts, dd_uniform53(word[0], word[1]));
    return fmin(known, ceil(starts + tenure));
}

uint64_t
dd_rep_follower(uint64_t key, uint32_t generation)
{
    uint64_t address[2] = { key, generation };

    return dd_hash((const char *) address, sizeof address);
}

/* ---- counting ---- */

typedef struct {
    dd_payroll *payroll;
    const dd_crew *crew;
    const dd_question *question;
    double *end; /* per period: days from the end of as-of to its own */
} work;

/* One who is paid from one morning to another, and is hired where that is to come. */
static void
add_stay(const work *w, size_t trial, double from, double to)
{
    dd_payroll *payroll = w->payroll;
    double begin = 0;

    for (size_t p = 0; p < payroll->periods && begin < to; p++) {
        size_t at = p * payroll->trials + trial;
        double days = fmin(to, w->end[p]) - fmax(from, begin);
        if (days > 0)
            payroll->days[at] += (int32_t) days;
        payroll->hires[at] += from >= begin && from < w->end[p];
        begin = w->end[p];
    }
}

/* A place, by all who hold it one after another. */
static void
add_place(const work *w, size_t trial, const dd_crew_rep *rep)
{
    double last = w->end[w->payroll->periods - 1], known = rep->leaves,
           starts = rep->starts;
    uint64_t key = rep->key;

    for (uint32_t generation = 1; starts < last; generation++) {
        double leaves
            = dd_rep_leaves(w->crew, w->question->seed, trial, key, starts, known);
        add_stay(w, trial, ceil(starts), leaves);
        if (!isfinite(leaves))
            return;
        key = dd_rep_follower(key, generation);
        starts = leaves + dd_crew_rules_on(w->crew, leaves)->refill_days;
        known = (double) INFINITY;
    }
}

static dd_status
count(const work *w, dd_error *err)
{
    dd_payroll *self = w->payroll;
    size_t n = self->periods * self->trials + 1;

    self->days = calloc(n, sizeof *self->days);
    self->hires = calloc(n, sizeof *self->hires);
    if (!self->days || !self->hires || !w->end)
        return dd_error_no_memory(err);
    for (size_t p = 0; p < self->periods; p++)
        w->end[p] = (double) (w->question->periods[p].end - w->question->as_of);
    for (size_t t = 0; t < self->trials; t++)
        for (size_t r = 0; r < w->crew->n; r++)
            add_place(w, t, &w->crew->rep[r]);
    return DD_OK;
}

dd_status
dd_payroll_count(dd_payroll *self, const dd_crew *crew, const dd_question *question,
                 dd_error *err)
{
    work w = { self, crew, question, malloc(question->n_periods * sizeof *w.end) };
    dd_status status;

    *self = (dd_payroll){ .periods = question->n_periods, .trials = question->trials };
    status = count(&w, err);
    free(w.end);
    if (status)
        dd_payroll_free(self);
    return status;
}

void
dd_payroll_free(dd_payroll *self)
{
    free(self->days);
    free(self->hires);
    memset(self, 0, sizeof *self);
}
